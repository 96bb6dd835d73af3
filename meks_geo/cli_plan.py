"""The command `plan`: what to modernise, when, and who pays, within the money there is."""

import ctypes
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from meks_geo import cli_plans, i18n
from meks_geo.commandline import (
    UNUSABLE,
    complain,
    dataset,
    day_of,
    lang_option,
    language_of,
    print_json,
)
from meks_geo.errors import InputError, Problem, by_system
from meks_geo.model import Dataset
from meks_geo.planning import budget, estimates, keeping, parameters, priority, retelling, telling
from meks_geo.planning import scenario as scenarios
from meks_geo.planning.answer import Answer, saved_of, solve
from meks_geo.planning.candidates import Candidate
from meks_geo.planning.filter import budget_without_trail
from meks_geo.planning.parameters import Parameters
from meks_geo.planning.saved import SavedPlan
from meks_geo.planning.scenario import OBJECTIVES, TOLD, WEAR_KM, Money, Scenario
from meks_geo.store import Store

_MOST_BYTES = 1_000_000


@click.command(name="plan")
@click.option("--money", help="bn KZT a year: meks-market=300,ifi=100; or F.csv")
@click.option("--years", help="2026-2029, or one year; within 2026 to 2035")
@click.option(
    "--objective", type=click.Choice(OBJECTIVES), default=WEAR_KM, help="what to cut most"
)
@click.option("--threshold", multiple=True, help="what if red begins elsewhere: heat=55")
@click.option("--finance", multiple=True, help="what if a number of finance.csv is: rate:ifi=9")
@click.option("--weight", multiple=True, help="what if a weight of the order is: excess=0.5")
@click.option("--at", "at_text", help="ISO date of what is known; today unless given")
@click.option("--known", type=click.Path(path_type=Path), help=f"CSV: candidate, {', '.join(TOLD)}")
@click.option("--trial", is_flag=True, help="plan on synthetic objects only, to try the planner")
@click.option("--gap", type=click.FloatRange(0, 0.5), help="share by which it may miss the best")
@click.option("--save", "name", help="keep the plan in the journal under this id")
@click.option("--title", default="", help="with --save: what it is called")
@click.option("--author", default="", help="with --save: who saves it")
@click.option("--note", default="", help="with --save: why")
@click.option("--saved", help="show a saved plan as it was saved, instead of a new one")
@click.option("--version", type=click.IntRange(1), help="with --saved: an earlier version of it")
@click.option("--explain", is_flag=True, help="with --json: all inputs, places, trails, sources")
@click.option("--json", "as_json", is_flag=True, help="one JSON document on standard output")
@lang_option
def plan_command(  # noqa: PLR0913 - one parameter an option
    *,
    money: str | None,
    years: str | None,
    objective: str,
    threshold: tuple[str, ...],
    finance: tuple[str, ...],
    weight: tuple[str, ...],
    at_text: str | None,
    known: Path | None,
    trial: bool,
    gap: float | None,
    name: str | None,
    saved: str | None,
    version: int | None,
    explain: bool,
    as_json: bool,
    lang: str | None,
    **words: str,
) -> None:
    """Say what to modernise in which year by which money, what is left out, and why."""
    language = language_of(lang)
    if saved is not None:
        _show(saved, version, language, explain=explain, as_json=as_json)
        return
    wanted, span_text = _given("--money", money), _given("--years", years)
    moved = {"threshold": threshold, "finance": finance, "weight": weight}
    try:
        if name is not None:
            keeping.named(name, **words)
        span = budget.years_of(span_text)
        day = day_of(at_text)
        data = dataset(language)
        paid = _money(wanted, span, parameters.of(Store().parameters(), data.sources))
        told = budget.told(_text(known), known.name) if known else None
        asked = _scenario(paid, span, moved, objective=objective, trial=trial, gap=gap, told=told)
        with _solver_aside():
            answer = solve(data, Store().parameters(), asked, day)
        made = saved_of(data, answer, id=name or "", **words)
        made = Store().save_plan(made) if name is not None else made
    except InputError as error:
        complain(language, [_named(one, known) for one in error.problems])
        sys.exit(UNUSABLE)
    if as_json:
        explained = {"explain": _explained(data, answer, made, language)} if explain else {}
        print_json({**retelling.document(made, language), **explained})
        return
    cli_plans.say_saved(made, language)
    cli_plans.say(made, language)
    if not trial:
        _print_regions(data, answer, language)


def _given(option: str, text: str | None) -> str:
    """Return what an option says; a call without it is refused."""
    if text is None:
        raise click.MissingParameter(param_type="option", param_hint=option)
    return text


def _show(saved: str, version: int | None, lang: str, *, explain: bool, as_json: bool) -> None:
    """Print a saved plan as it was saved."""
    try:
        found = _saved(saved, version)
    except InputError as error:
        complain(lang, error.problems)
        sys.exit(UNUSABLE)
    if as_json:
        print_json(cli_plans.document(found, lang, explain=explain))
    else:
        cli_plans.say_saved(found, lang)
        cli_plans.say(found, lang)


def _saved(name: str, version: int | None) -> SavedPlan:
    store = Store()
    if version is None:
        found = store.plan(name)
    else:
        every = (one.plan for one in store.plan_versions(name) if one.plan)
        found = next((one for one in every if one.version == version), None)
    if found is None:
        text = name if version is None else f"{name} {version}"
        raise InputError([Problem("unknown-plan", "--saved", value=text[:80])])
    return found


def _scenario(
    money: Money,
    years: Sequence[int],
    moved: dict[str, tuple[str, ...]],
    *,
    objective: str,
    trial: bool,
    gap: float | None,
    told: dict[str, dict[str, float]] | None,
) -> Scenario:
    """Return what is asked; InputError with every fault of what is moved."""
    problems: list[Problem] = []
    numbers = {name: _numbers(parts, f"--{name}", problems) for name, parts in moved.items()}
    if problems:
        raise InputError(problems)
    finance = {_key(name): value for name, value in numbers["finance"].items()}
    return scenarios.make(
        money,
        years,
        objective=objective,
        thresholds=numbers["threshold"],
        finance=finance,
        weights=numbers["weight"],
        trial=trial,
        gap=gap,
        told=told,
    )


def _key(name: str) -> tuple[str, str]:
    parameter, _, to = name.partition(":")
    return parameter, to


def _numbers(parts: Sequence[str], option: str, problems: list[Problem]) -> dict[str, float]:
    """Return the numbers of `name=number` texts."""
    found: dict[str, float] = {}
    for part in parts:
        name, _, figure = (one.strip() for one in part.partition("="))
        if name in found:
            problems.append(Problem("duplicate-id", option, value=name))
        elif not re.fullmatch(r"\d{1,12}(\.\d+)?", figure):
            problems.append(Problem("not-a-number", option, column=name, value=figure))
        else:
            found[name] = float(figure)
    return found


def _named(problem: Problem, known: Path | None) -> Problem:
    """Return a fault of what is asked with the name of the file it came in."""
    told = problem.code == "unknown-subject" and known is not None
    return replace(problem, file=known.name) if told and known else problem


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
        raise InputError([by_system("unreadable-file", path.name, error)]) from error


def _explained(data: Dataset, answer: Answer, made: SavedPlan, lang: str) -> dict[str, object]:
    order: priority.Order = answer.order
    found: tuple[Candidate, ...] = answer.candidates
    tested = estimates.back_test(answer.parameters)
    kept = cli_plans.kept(made)
    return {
        "candidates": telling.explained(data, found, answer.parameters, order, lang),
        "unknown_wear": [one.id for one in order.unknown],
        "parameters": telling.assumptions(answer.parameters),
        "back_test": [telling.tested_json(one) for one in tested],
        **{name: kept[name] for name in ("scenario", "thresholds", "outcome")},
    }


def _print_regions(data: Dataset, answer: Answer, lang: str) -> None:
    for region in telling.nothing_planned(data, answer.candidates, answer.plan):
        named = i18n.name(lang, data.rows["regions"][region])
        click.echo(f"{named}: {i18n.text(lang, 'plan.nothing_published')}")
    for project in budget_without_trail(data, answer.at):
        named = i18n.name(lang, data.rows["projects"][project])
        click.echo(f"{named}: {i18n.text(lang, 'plan.no_trail')}")


#: Everything of this module, for the command line.
COMMANDS = (plan_command, *cli_plans.COMMANDS)
