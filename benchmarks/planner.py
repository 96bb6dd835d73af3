"""`python -m benchmarks.planner`: the funded plan beside PuLP with CBC on the same programme.

Candidates are drawn by lot: operators of four sectors with lengths, wear and revenue of a likely
size. Both solvers get the same matrix, the same gap and two cores, one after the other.
"""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import click
import numpy as np

from benchmarks import machine
from benchmarks.rivals import cbc
from benchmarks.servers import ROOT
from meks_geo.planning import parameters, plan, solve
from meks_geo.planning.candidates import Candidate
from meks_geo.planning.case import Case, build
from meks_geo.planning.parameters import Parameters
from meks_geo.store import Store
from meks_geo.vocabulary import REGIONS

_OUT = Path(__file__).parent / "out"
_SECTORS = ("heat", "electricity", "water", "wastewater")
#: Mean length of an operator's networks, in kilometres.
_LENGTHS_KM = {"heat": 120.0, "electricity": 2500.0, "water": 300.0, "wastewater": 160.0}
_RED = dict.fromkeys(_SECTORS, 60.0)
_YEARS = tuple(range(2026, 2031))
#: Money of a year for 2,000 candidates, bn KZT; it grows with their number.
_MONEY = {"meks-market": 300.0, "ifi": 100.0, "state-fund": 80.0, "budget": 50.0}
_CANDIDATES, _GAP, _LIMIT_S = 2000, 0.005, 20.0


def candidates(count: int, seed: int = 2026) -> tuple[Candidate, ...]:
    """Return candidates drawn by lot; the same number and seed give the same ones."""
    rng = np.random.default_rng([seed, count])
    found = []
    for number in range(count):
        sector = _SECTORS[number % len(_SECTORS)]
        length = float(_LENGTHS_KM[sector] * rng.lognormal(0.0, 0.8))
        wear = float(rng.uniform(35, 95))
        revenue = float(length * rng.lognormal(0.0, 1.0) * 0.08) if rng.random() < 0.8 else None
        found.append(
            Candidate(
                id=f"entity:b-{number:05d}",
                names={"name_ru": f"{number}"},
                region=REGIONS[int(rng.integers(len(REGIONS)))],
                sector=sector,
                wear=f"{wear:.1f}",
                wear_low=wear,
                wear_high=wear,
                length_km=length,
                zone="red" if wear > _RED[sector] else "yellow",
                revenue_bn_kzt=revenue,
                people=float(rng.integers(2_000, 300_000)),
            )
        )
    return tuple(found)


def case_of(count: int, known: Parameters) -> Case:
    """Return the case of so many candidates, five years and four sources.

    Money and contractors grow with the number of candidates, so each size is as scarce.
    """
    grown = count / _CANDIDATES
    crews = {("capacity", one): known.value("capacity", one) * 4 * grown for one in _SECTORS}
    money = {one: dict.fromkeys(_YEARS, bn * 2 * grown) for one, bn in _MONEY.items()}
    wider = known.with_finance(crews)
    return build(candidates(count), wider, _RED, money, _YEARS, "wear-km")


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--runs", type=click.IntRange(1), default=3, show_default=True)
@click.option("--size", "sizes", type=int, multiple=True, default=(200, 2000, 5000))
def main(runs: int, sizes: tuple[int, ...]) -> None:
    """Measure the planner at several numbers of candidates."""
    load, cores = machine.load(), machine.limit_cores()
    store = Store(root=ROOT)
    known = parameters.of(store.parameters(), {})
    lines = [
        "| candidates | options | whole, s | of it solver, s | gap | CBC, s | its value / ours |",
        "|--:|--:|--:|--:|--:|--:|--:|",
    ]
    kept = True
    for count in sizes:
        case = case_of(count, known)
        whole, ours, theirs, made, other = [], [], [], None, 0.0
        for _ in range(runs):
            start = time.perf_counter()
            made = plan.answer(case_of(count, known), gap=_GAP)
            whole.append(time.perf_counter() - start)
            start = time.perf_counter()
            solve.solve(case, gap=_GAP)
            ours.append(time.perf_counter() - start)
            seconds, other = cbc.solve(solve.matrix(case), gap=_GAP)
            theirs.append(seconds)
        if made is None:
            raise AssertionError
        kept = kept and (count != _CANDIDATES or median(whole) <= _LIMIT_S)
        lines.append(
            f"| {count} | {len(case.options)} | {median(whole):.2f} | {median(ours):.2f} "
            f"| {100 * made.gap:.2f} % | {median(theirs):.2f} | {other / made.value:.4f} |"
        )
        click.echo(lines[-1])
    today = datetime.now(UTC).date().isoformat()
    about = [f"- {line}" for line in machine.describe(cores, "", load)]
    verdict = f"{_CANDIDATES} candidates within {_LIMIT_S:g} s: {'PASS' if kept else '**FAIL**'}"
    text = "\n".join([f"# The planner, {today}", "", *about, "", *lines, "", verdict, ""])
    click.echo(text)
    _OUT.mkdir(exist_ok=True)
    (_OUT / f"planner-{today}.md").write_text(text, encoding="utf-8")
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
