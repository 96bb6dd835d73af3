"""The command kpis: targets and actual values of the programme, with their sources."""

import sys

import click

from meks_geo import i18n, kpirules, kpis, kpiwords
from meks_geo.commandline import (
    BAD_DATA,
    UNUSABLE,
    complain,
    dataset,
    day_of,
    lang_option,
    language_of,
    print_json,
)
from meks_geo.errors import InputError
from meks_geo.kpirules import Rules
from meks_geo.kpis import Conflict, Kpi, Statement
from meks_geo.model import Dataset
from meks_geo.store import Store
from meks_geo.vocabulary import COUNTRY, REGIONS


@click.command(name="kpis")
@click.option("--at", "at_text", help="ISO date; today unless given")
@click.option("--region", type=click.Choice([COUNTRY, *REGIONS]), help="all unless given")
@click.option("--json", "as_json", is_flag=True, help="one JSON document on standard output")
@lang_option
def kpis_command(at_text: str | None, region: str | None, as_json: bool, lang: str | None) -> None:
    """Say the KPIs as of a day: target, actual value, share done, rating, source."""
    language = language_of(lang)
    try:
        at = day_of(at_text)
    except InputError as error:
        complain(language, error.problems)
        sys.exit(UNUSABLE)
    data = dataset(language)
    found = kpis.rows(data, _rules(language), at, region or "")
    if as_json:
        print_json([_kpi_json(data, one, language) for one in found])
        return
    for one in found:
        click.echo(_line(data, one, language))


def _rules(lang: str) -> Rules:
    """Return the rules of the ratings; faulty ones end the command."""
    try:
        return kpirules.read(Store().parameters())
    except InputError as error:
        complain(lang, error.problems)
        sys.exit(BAD_DATA)


def _kpi_json(data: Dataset, one: Kpi, lang: str) -> dict[str, object]:
    return {
        "kpi_id": one.id,
        "name": i18n.name(lang, one.names),
        "region": one.region,
        "unit": one.unit,
        "period": one.period,
        "target": _value(one.target),
        "actual": _value(one.actual),
        "forecast": one.judged.forecast,
        "share_done": one.judged.done,
        "rating": one.judged.rating,
        "stated_on": one.said.stated_on.text,
        "source": data.sources[one.said.source].as_json(),
        "target_stated": _stated(data, one.target),
        "latest": None
        if one.latest is None
        else {**_stated(data, one.latest), "period": one.latest.period},
        "conflicts": [_conflict_json(data, other) for other in one.conflicts],
        "named": list(one.named),
    }


def _stated(data: Dataset, said: Statement | None) -> dict[str, object]:
    """Return a value with its day and source; {} for none."""
    if said is None:
        return {}
    return {
        "value": _value(said),
        "stated_on": said.stated_on.text,
        "source": data.sources[said.source].as_json(),
    }


def _conflict_json(data: Dataset, other: Conflict) -> dict[str, object]:
    return {
        "of": other.said.role,
        **_stated(data, other.said),
        "share_done": other.judged.done,
        "rating": other.judged.rating,
    }


def _value(said: Statement | None) -> float | int | str | None:
    """Return a number where the value is one, else the text as published; None for none."""
    if said is None:
        return None
    if said.value is None:
        return said.text
    return int(said.value) if said.value.is_integer() else said.value


def _line(data: Dataset, one: Kpi, lang: str) -> str:
    """Return one KPI on one line for a person at a terminal."""
    region = i18n.name(lang, data.rows["regions"][one.region])
    figures = [
        f"{i18n.text(lang, f'kpis.{role}').lower()} {kpiwords.value(lang, one, said)}"
        for role, said in (("target", one.target), ("actual", one.actual))
        if said is not None
    ]
    rating = i18n.text(lang, f"kpis.rating_{one.judged.rating}").lower()
    source = data.sources[one.said.source]
    day = i18n.date(lang, one.said.stated_on.text)
    period = kpiwords.period(lang, one.period)
    said = f"({source.title or source.publisher}, {day})"
    parts = (region, i18n.name(lang, one.names), period, ", ".join(figures), f"{rating} {said}")
    return " · ".join(part for part in parts if part)


#: Everything of this module, for the command line.
COMMANDS = (kpis_command,)
