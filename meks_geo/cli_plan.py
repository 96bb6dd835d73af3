"""The command `plan`: what to modernise, when, and who pays, within the money there is."""

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import click

from meks_geo import i18n
from meks_geo.commandline import (
    UNUSABLE,
    complain,
    dataset,
    lang_option,
    language_of,
    print_json,
    today,
)
from meks_geo.errors import InputError, Problem
from meks_geo.model import Dataset
from meks_geo.planning import budget, estimates, parameters, priority, telling
from meks_geo.planning.candidates import Candidate
from meks_geo.planning.case import Money
from meks_geo.planning.effects import OBJECTIVES, UNITS, WEAR_KM
from meks_geo.planning.filter import budget_without_trail
from meks_geo.planning.gather import gather
from meks_geo.planning.parameters import Parameters
from meks_geo.planning.plan import Plan, plan
from meks_geo.store import Store
from meks_geo.zones import rules_in_force

_MOST_BYTES = 1_000_000


@click.command(name="plan")
@click.option("--money", required=True, help="bn KZT a year: meks-market=300,ifi=100; or F.csv")
@click.option("--years", required=True, help="2026-2029, or one year; within 2026 to 2035")
@click.option(
    "--objective", type=click.Choice(OBJECTIVES), default=WEAR_KM, help="what to cut most"
)
@click.option("--at", "at_text", help="ISO date of what is known; today unless given")
@click.option("--known", type=click.Path(path_type=Path), help="CSV: candidate, people, revenue")
@click.option("--trial", is_flag=True, help="plan on synthetic objects only, to try the planner")
@click.option("--gap", type=click.FloatRange(0, 0.5), help="share by which it may miss the best")
@click.option("--explain", is_flag=True, help="with --json: all inputs, places, trails, sources")
@click.option("--json", "as_json", is_flag=True, help="one JSON document on standard output")
@lang_option
def plan_command(
    *,
    money: str,
    years: str,
    objective: str,
    at_text: str | None,
    known: Path | None,
    trial: bool,
    gap: float | None,
    explain: bool,
    as_json: bool,
    lang: str | None,
) -> None:
    """Say what to modernise in which year by which money, what is left out, and why."""
    language = language_of(lang)
    try:
        span = budget.years_of(years)
        day = _day(at_text)
        data = dataset(language)
        assumed = parameters.of(Store().parameters(), data.sources)
        paid = _money(money, span, assumed)
        told = budget.told(_text(known), known.name) if known else None
    except InputError as error:
        complain(language, error.problems)
        sys.exit(UNUSABLE)
    thresholds = {
        one: priority.red_thresholds(rules_in_force(data.rules, one, day)).get(one)
        for one in {rule.sector for rule in data.rules}
    }
    red = {sector: percent for sector, percent in thresholds.items() if percent is not None}
    found = gather(data, day, assumed, trial=trial, told=told)
    strange = [one for one in told or {} if one not in {candidate.id for candidate in found}]
    if strange and known:
        complain(language, [Problem("unknown-subject", known.name, value=one) for one in strange])
        sys.exit(UNUSABLE)
    with _solver_aside():
        made = plan(found, assumed, red, money=paid, years=span, objective=objective, gap=gap)
    if as_json:
        document = telling.document(data, made, language)
        if trial:
            document["trial"] = True
        if explain:
            order = priority.order(found, assumed, red)
            document["explain"] = _explained(data, found, assumed, order, language)
        print_json(document)
        return
    _print(data, found, made, language, trial=trial)


@contextmanager
def _solver_aside() -> Iterator[None]:
    """Keep lines that the solver prints by itself out of standard output: that is the answer's."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        if os.name == "posix":  # what C has not written yet
            ctypes.CDLL(None).fflush(None)
        os.dup2(kept, 1)
        os.close(kept)


def _day(text: str | None) -> date:
    if not text:
        return today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError([Problem("bad-date", "--at", value=text)]) from None


def _money(text: str, years: tuple[int, ...], assumed: Parameters) -> Money:
    sources = assumed.sources_of_money()
    if text.lower().endswith(".csv"):
        path = Path(text)
        return budget.by_year(_text(path), path.name, years, sources)
    return budget.same_each_year(text, years, sources)


def _text(path: Path) -> str:
    """Return the text of a file that came in; InputError for one that cannot be used."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InputError([Problem("too-large", path.name, value=str(path.stat().st_size))])
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError([Problem("wrong-encoding", path.name)]) from None
    except OSError as error:
        reason = error.strerror or ""
        raise InputError([Problem("unreadable-file", path.name, value=reason)]) from error


def _explained(
    data: Dataset,
    found: tuple[Candidate, ...],
    assumed: Parameters,
    order: priority.Order,
    lang: str,
) -> dict[str, object]:
    tested = estimates.back_test(assumed)
    return {
        "candidates": telling.explained(data, found, assumed, order, lang),
        "unknown_wear": [one.id for one in order.unknown],
        "parameters": telling.assumptions(assumed),
        "back_test": [telling.tested_json(one) for one in tested],
    }


def _print(
    data: Dataset, found: tuple[Candidate, ...], made: Plan, lang: str, *, trial: bool
) -> None:
    if trial:
        click.echo(i18n.text(lang, "plan.trial"))
    unit = UNITS[made.case.objective]
    value = i18n.quantity(lang, made.value, unit, 1 if unit == "km" else 0)
    gap = i18n.quantity(lang, 100 * made.gap, "percent", 2)
    click.echo(f"{i18n.text(lang, f'plan.objective.{made.case.objective}')}: {value}")
    click.echo(f"{i18n.text(lang, 'plan.gap')}: {gap}")
    for source, by_year in made.spent.items():
        for year, spent in by_year.items():
            words = i18n.text(
                lang,
                "plan.spent",
                source=i18n.label(lang, "funding", source),
                year=str(year),
                spent=i18n.quantity(lang, spent, "bn KZT", 1),
                money=i18n.quantity(lang, made.case.money[source][year], "bn KZT", 1),
            )
            click.echo(words)
    click.echo(i18n.plural(lang, "plan.chosen", len(made.chosen)))
    for one in made.chosen:
        years = ", ".join(map(str, one.costs))
        cost = i18n.quantity(lang, one.cost_bn_kzt, "bn KZT", 1)
        source = i18n.label(lang, "funding", one.source)
        click.echo(f"  {title_of(data, one.item.candidate, lang)}: {years}, {source}, {cost}")
    names = {one.id: one for one in found}
    click.echo(i18n.plural(lang, "plan.left_out", len(made.left_out)))
    for left in made.left_out:
        named = title_of(data, names[left.candidate], lang)
        click.echo(f"  {named}: {telling.reason(data, made, left, lang)}")
    click.echo(i18n.plural(lang, "plan.not_priceable", len(made.case.missing)))
    for one_id, missing in sorted(made.case.missing.items()):
        words = telling.missing_words(missing, lang)
        click.echo(f"  {title_of(data, names[one_id], lang)}: {words}")
    if not trial:
        _print_regions(data, found, made, lang)


def _print_regions(data: Dataset, found: tuple[Candidate, ...], made: Plan, lang: str) -> None:
    for region in telling.nothing_planned(data, found, made):
        named = i18n.name(lang, data.rows["regions"][region])
        click.echo(f"{named}: {i18n.text(lang, 'plan.nothing_published')}")
    trailless = budget_without_trail(data, _day(None))
    for project in trailless:
        named = i18n.name(lang, data.rows["projects"][project])
        click.echo(f"{named}: {i18n.text(lang, 'plan.no_trail')}")


def title_of(data: Dataset, one: Candidate, lang: str) -> str:
    """Return a candidate's name and id, as a line of the answer begins."""
    return f"{telling.title(data, one, lang)} ({one.id})"


#: Everything of this module, for the command line.
COMMANDS = (plan_command,)
