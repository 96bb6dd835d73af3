"""What the commands share: language of messages, complaints, progress, the dataset."""

import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import click

from meks_geo import i18n
from meks_geo.errors import InputError, NothingPublishedError, Problem
from meks_geo.model import Dataset
from meks_geo.store import Store
from meks_geo.view import View, decode
from meks_geo.vocabulary import Lang

BAD_DATA, UNUSABLE = 1, 2


def language_of(asked: str | None) -> str:
    """Return the language of messages: asked for, else of the environment, else English."""
    if asked:
        return asked
    found = (
        os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    )
    code = found[:2].lower()
    return code if code in tuple(Lang) else Lang.EN


def lang_option(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the option `--lang`."""
    return click.option(
        "--lang", type=click.Choice([one.value for one in Lang]), help="kk, ru or en"
    )(command)


def complain(lang: str, problems: Sequence[Problem]) -> None:
    """Print problems on standard error, one a line."""
    for problem in problems:
        click.echo(i18n.problem_text(lang, problem), err=True)


def dataset(lang: str, revision: str = "") -> Dataset:
    """Return the revision asked for, building the current one when it is missing or out of date."""
    store = Store()
    try:
        if not revision:
            complain(lang, store.ensure(bar(lang)))
        return store.dataset(revision)
    except InputError as error:
        complain(lang, error.problems)
        sys.exit(BAD_DATA)
    except NothingPublishedError as error:
        code = "unknown-revision" if revision else "nothing-published"
        complain(lang, (Problem(code, "var", value=str(error)),))
        sys.exit(UNUSABLE)


def today() -> date:
    """Return the day of the person at the keyboard."""
    return date.today()  # noqa: DTZ011


def day_of(text: str | None) -> date:
    """Return the day of `--at`: today without one; `bad-date` if it is none."""
    if not text:
        return today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError([Problem("bad-date", "--at", value=text)]) from None


def view_of(query: str, lang: str | None) -> tuple[View, tuple[str, ...]]:
    """Return the view of a query string, and what was dropped; without `at` it is of today."""
    view, dropped = decode(query, today=today(), lang=language_of(lang))
    return (replace(view, lang=lang) if lang else view), dropped


def say_dropped(lang: str, dropped: Sequence[str]) -> None:
    """Say on standard error which parts of a view could not be understood."""
    if dropped:
        click.echo(i18n.text(lang, "app.dropped", parts=", ".join(dropped)), err=True)


def bar(lang: str, words: str = "cli.building") -> Callable[[str, float], None]:
    """Return a progress reporter for a person at a terminal; silent in a pipe."""

    def show(_step: str, share: float) -> None:
        if sys.stderr.isatty():
            end = "\n" if share >= 1 else ""
            click.echo(f"\r{i18n.text(lang, words)} {share:4.0%}{end}", nl=False, err=True)

    return show


def print_json(document: object) -> None:
    """Print one JSON document on standard output."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))
