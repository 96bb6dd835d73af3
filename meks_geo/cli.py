"""`python -m meks_geo COMMAND`, the stable command line. Exit 0 done, 1 bad data, 2 bad call."""

import sys
from datetime import date
from pathlib import Path

import click

from meks_geo import cli_intake, cli_kpis, cli_outputs, cli_plan, demo, facts, i18n, queries
from meks_geo.commandline import (
    BAD_DATA,
    UNUSABLE,
    bar,
    complain,
    dataset,
    day_of,
    lang_option,
    language_of,
    print_json,
    say_dropped,
    view_of,
)
from meks_geo.errors import InputError, Problem, UnknownSubjectError, by_system
from meks_geo.model import Claim, Dataset
from meks_geo.store import Store
from meks_geo.view import View


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """MEKS Geo: the map of record of the MEKS national project."""


for _command in (
    *cli_intake.COMMANDS,
    *cli_outputs.COMMANDS,
    *cli_plan.COMMANDS,
    *cli_kpis.COMMANDS,
):
    main.add_command(_command)


@main.command()
@lang_option
def build(lang: str | None) -> None:
    """Make the current revision out of the registers and print its hash."""
    lang = language_of(lang)
    try:
        revision = Store().build(bar(lang))
    except InputError as error:
        complain(lang, error.problems)
        sys.exit(BAD_DATA)
    click.echo(revision)


@main.command()
@click.option("--view", "query", default="", help="a query string, as in the address of the page")
@click.option("--json", "as_json", is_flag=True, help="one JSON document on standard output")
@lang_option
def query(query: str, as_json: bool, lang: str | None) -> None:
    """Say what a view lets through: counts, ids and totals."""
    view, dropped = view_of(query, lang)
    data = dataset(language_of(lang), view.rev)
    view, unknown = queries.known_only(data, view)
    unknown += _unknown_plan(language_of(lang), view)
    selection = queries.select(data, view)
    document = queries.describe(selection, dropped + unknown)
    if as_json:
        print_json({"revision": data.revision, **document})
        return
    say_dropped(view.lang, dropped + unknown)
    for layer, counts in selection.counts.items():
        name = i18n.label(view.lang, "layer", layer)
        click.echo(f"{name}: {counts.drawn} / {counts.in_filter} / {counts.in_source}")


def _unknown_plan(lang: str, view: View) -> tuple[str, ...]:
    """Return the plan that a view names where there is none, as a part of a query string."""
    if not view.plan:
        return ()
    try:
        found = Store().plan(view.plan)
    except InputError as error:
        complain(lang, error.problems)
        return ()
    return () if found else (f"plan={view.plan}",)


@main.command(name="facts")
@click.argument("subject")
@click.option("--at", "at_text", help="ISO date; today unless given")
@click.option("--json", "as_json", is_flag=True, help="one JSON document on standard output")
@lang_option
def facts_command(subject: str, at_text: str | None, as_json: bool, lang: str | None) -> None:
    """Say what is known of SUBJECT as of a day, from which source, and what was said before."""
    language = language_of(lang)
    try:
        at = day_of(at_text)
    except InputError as error:
        complain(language, error.problems)
        sys.exit(UNUSABLE)
    data = dataset(language)
    try:
        known = facts.figures(data, subject, at)
    except UnknownSubjectError:
        complain(language, (Problem("unknown-subject", "SUBJECT", value=subject),))
        sys.exit(UNUSABLE)
    if as_json:
        attributes = {n: _figure_json(data, subject, n, f, at) for n, f in known.items()}
        print_json({"subject": subject, "at": at.isoformat(), "attributes": attributes})
        return
    for name, figure in known.items():
        kind = data.attributes[name]
        printed = i18n.value(
            language, figure.value, type=kind.type, unit=kind.unit, vocabulary=kind.vocabulary
        )
        day = i18n.date(language, figure.claim.stated_on.text)
        source = data.sources[figure.claim.source]
        label = i18n.text(language, f"attribute.{name}")
        click.echo(f"{label}: {printed} ({source.title or source.publisher}, {day})")


def _value_json(data: Dataset, claim: Claim) -> float | int | str:
    """Return a number where the value is one, else the text as published."""
    if data.attributes[claim.attribute].type not in ("number", "integer", "bound"):
        return claim.value
    try:
        number = float(claim.value)
    except ValueError:
        return claim.value
    return int(number) if number.is_integer() else number


def _claim_json(data: Dataset, claim: Claim) -> dict[str, object]:
    return {
        "value": _value_json(data, claim),
        "stated_on": claim.stated_on.text,
        "standing": claim.standing,
        "source": data.sources[claim.source].as_json(),
        "note": claim.note,
    }


def _figure_json(
    data: Dataset, subject: str, name: str, figure: facts.Figure, at: date
) -> dict[str, object]:
    claims = data.claims[facts.subject_id(subject)][name]
    return {
        "value": _value_json(data, figure.claim),
        "unit": data.attributes[name].unit,
        "stated_on": figure.claim.stated_on.text,
        "standing": figure.claim.standing,
        "source": data.sources[figure.claim.source].as_json(),
        "conflicts": [_claim_json(data, c) for c in figure.conflicts],
        "history": [_claim_json(data, c) for c in facts.history(claims, at)],
    }


@main.command(name="demo-network")
@click.option("--segments", type=click.IntRange(1, demo.MOST_SEGMENTS), required=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.option("--seed", type=click.IntRange(0), default=demo.SEED, help="another one, another map")
@lang_option
def demo_network(segments: int, out: Path, seed: int, lang: str | None) -> None:
    """Write a made-up network, marked as synthetic, that `publish` accepts."""
    language = language_of(lang)
    if out.suffix.lower() != ".gpkg":
        problem = Problem("unknown-code", out.name, value=out.suffix, params={"nearest": "gpkg"})
        complain(language, (problem,))
        sys.exit(UNUSABLE)
    networks = demo.network(dataset(language), segments, seed)
    try:
        demo.write(out, networks)
    except OSError as error:
        complain(language, (by_system("unwritable-file", out.name, error),))
        sys.exit(UNUSABLE)
    click.echo(i18n.text(language, "demo.written", rows=i18n.number(language, len(networks))))
