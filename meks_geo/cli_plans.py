"""Plans in words for the command line, and the command `plans`: what is saved in the journal."""

import sys

import click

from meks_geo import i18n
from meks_geo.commandline import (
    BAD_DATA,
    UNUSABLE,
    complain,
    lang_option,
    language_of,
    print_json,
)
from meks_geo.errors import InputError, Problem
from meks_geo.planning import plain, retelling
from meks_geo.planning import scenario as scenarios
from meks_geo.planning.effects import UNITS
from meks_geo.planning.saved import SavedPlan, Subject
from meks_geo.store import Store


@click.command(name="plans")
@click.option("--remove", "removed", help="take this plan out of the list; its versions stay")
@click.option("--author", default="", help="who removes it")
@click.option("--note", default="", help="why")
@click.option("--json", "as_json", is_flag=True, help="one JSON document on standard output")
@lang_option
def plans_command(
    *, removed: str | None, author: str, note: str, as_json: bool, lang: str | None
) -> None:
    """List the plans that are saved by name, the newest first."""
    language = language_of(lang)
    store = Store()
    try:
        if removed is not None:
            _remove(store, removed, author, note, language)
        found = store.plans()
        damaged = store.damaged_plans()
    except InputError as error:
        complain(language, error.problems)
        sys.exit(UNUSABLE)
    complain(language, damaged)
    if as_json:
        print_json([summary(one) for one in found])
    elif not found:
        click.echo(i18n.text(language, "plan.none_saved"))
    else:
        for one in found:
            click.echo(_line(one, language))
    if damaged:
        sys.exit(BAD_DATA)


def _remove(store: Store, plan: str, author: str, note: str, lang: str) -> None:
    words = {"author": author, "note": note}
    missing = [Problem("missing-value", f"--{one}") for one, text in words.items() if not text]
    if missing:
        raise InputError(missing)
    try:
        store.remove_plan(plan, author, note)
    except LookupError:
        raise InputError([Problem("unknown-plan", "--remove", value=plan[:80])]) from None
    click.echo(i18n.text(lang, "plan.removed", name=plan), err=True)


def _line(one: SavedPlan, lang: str) -> str:
    first, last = str(one.years[0]), str(one.years[-1])
    years = i18n.text(lang, "plan.years", first=first, last=last) if first != last else first
    parts = (one.id, one.at_saved, one.title, one.author, years, value_words(one, lang))
    return "  ".join(parts)


def summary(one: SavedPlan) -> dict[str, object]:
    """Return what a list says of a saved plan, as plain JSON values."""
    return {
        "id": one.id,
        "title": one.title,
        "author": one.author,
        "note": one.note,
        "at": one.at_saved,
        "version": one.version,
        "revision": one.revision,
        "as_of": one.as_of.isoformat(),
        "objective": one.objective,
        "value": one.value,
        "gap": one.gap,
        "cost_bn_kzt": one.cost_bn_kzt,
        "works": len(one.works),
        "scenario": scenarios.to_json(one.scenario),
    }


def document(one: SavedPlan, lang: str, *, explain: bool) -> dict[str, object]:
    """Return a saved plan as the JSON document of `plan`; with all that it keeps if asked."""
    found = retelling.document(one, lang)
    if explain:
        found["explain"] = {**summary(one), **kept(one)}
    return found


def kept(one: SavedPlan) -> dict[str, object]:
    """Return what a plan keeps besides its answer, as plain JSON values."""
    whole = plain.write(one)
    parts = ("thresholds", "assumptions", "outcome", "works")
    return {
        **{name: whole[name] for name in parts},
        "scenario": scenarios.to_json(one.scenario),
    }


# -- in words --------------------------------------------------------------------------------------


def value_words(one: SavedPlan, lang: str) -> str:
    """Return what a plan adds to its objective."""
    unit = UNITS[one.objective]
    value = i18n.quantity(lang, one.value, unit, 1 if unit == "km" else 0)
    return f"{i18n.text(lang, f'plan.objective.{one.objective}')}: {value}"


def say_saved(one: SavedPlan, lang: str) -> None:
    """Print which version a plan is, who saved it when, and of which record it is."""
    if not one.version:
        return
    words = i18n.text(
        lang,
        "plan.saved",
        title=one.title,
        version=str(one.version),
        author=one.author,
        at=one.at_saved,
        day=i18n.date(lang, one.as_of),
        revision=one.revision,
    )
    click.echo(words)
    if one.note:
        click.echo(one.note)


def say(one: SavedPlan, lang: str) -> None:
    """Print a plan: its value, money by source and year, what is chosen and what is not."""
    if one.scenario.trial:
        click.echo(i18n.text(lang, "plan.trial"))
    click.echo(value_words(one, lang))
    gap = i18n.quantity(lang, 100 * one.gap, "percent", 2)
    click.echo(f"{i18n.text(lang, 'plan.gap')}: {gap}")
    _say_money(one, lang)
    click.echo(i18n.plural(lang, "plan.chosen", len(one.works)))
    for work in one.works:
        years = ", ".join(map(str, work.costs))
        cost = i18n.quantity(lang, work.cost_bn_kzt, "bn KZT", 1)
        source = i18n.label(lang, "funding", work.source)
        click.echo(f"  {_named(work, lang)}: {years}, {source}, {cost}")
    click.echo(i18n.plural(lang, "plan.left_out", len(one.left_out)))
    for left in one.left_out:
        click.echo(f"  {_named(left, lang)}: {retelling.reason(left, lang)}")
    click.echo(i18n.plural(lang, "plan.not_priceable", len(one.not_priceable)))
    for dark in one.not_priceable:
        click.echo(f"  {_named(dark, lang)}: {retelling.missing(dark, lang)}")


def _say_money(one: SavedPlan, lang: str) -> None:
    for source, by_year in one.spent.items():
        for year, spent in by_year.items():
            words = i18n.text(
                lang,
                "plan.spent",
                source=i18n.label(lang, "funding", source),
                year=str(year),
                spent=i18n.quantity(lang, spent, "bn KZT", 1),
                money=i18n.quantity(lang, one.money[source].get(year, 0.0), "bn KZT", 1),
            )
            click.echo(words)


def _named(one: Subject, lang: str) -> str:
    return f"{retelling.title(one, lang)} ({one.candidate})"


#: Everything of this module, for the command line.
COMMANDS = (plans_command,)
