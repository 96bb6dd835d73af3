"""A saved plan written by hand, small and with every sort of work, for tests of what it becomes."""

from datetime import date

from meks_geo.planning.outcome import Debt, Flow, Leaving, Outcome, Target, Trajectory
from meks_geo.planning.saved import Assumption, Cost, Dark, Left, SavedPlan, Work
from meks_geo.planning.scenario import make

MONEY = {"meks-market": {2026: 300.0, 2027: 300.0, 2028: 300.0}, "budget": {2026: 50.0, 2027: 50.0}}


def names(text):
    return {"name_kk": f"{text} kk", "name_ru": f"{text} ru", "name_en": text}


def work(candidate, costs, *, region="KZ-55", source="meks-market", **more):
    kind, _, subject = candidate.partition(":")
    price = Cost(1.0, sum(costs.values()), 3.0 * sum(costs.values()), 2025, "unit-cost")
    more.setdefault("names", names(subject))
    more.setdefault("effect", 12.5)
    return Work(
        candidate=candidate, kind=kind, subject=subject, region=region, source=source,
        costs=costs, estimate=price, **more,
    )  # fmt: skip


def works():
    at_site = {"lat": 51.73, "lon": 75.33, "located": "city", "sector": "heat"}
    plant = {"lat": 43.42, "lon": 77.02, "located": "site", "place": "almaty"}
    return (
        work("city:ekibastuz-heat", {2026: 90.0, 2027: 95.5}, wear="91", wear_percent=91.0,
             length_km=422.0, works_km=220.7, zone="red", **at_site),
        work("plant:almaty-chp-2", {2027: 120.0}, region="KZ-75", wear=">70", zone="red",
             source="budget", **plant),
        work("region:KZ-55-water", {2026: 10.0}, sector="water", length_km=2000.0),
        work("region:KZ-55-heat", {2026: 20.0}, sector="heat"),
        work("project:backbone", {2028: 33.3}, region="KZ", sector="electricity"),
    )  # fmt: skip


def outcome():
    flows = tuple(
        Flow(source, year, MONEY[source].get(year, 0.0), spent)
        for source, year, spent in (
            ("budget", 2026, 0.0), ("budget", 2027, 120.0), ("budget", 2028, 0.0),
            ("meks-market", 2026, 120.0), ("meks-market", 2027, 95.5), ("meks-market", 2028, 33.3),
        )
    )  # fmt: skip
    wear = (
        Trajectory("heat", "KZ", "figure", 13000.0, 13000.0, 1, 52.0,
                   {2026: 51.1, 2027: 50.0, 2028: 50.0}, ("vlast-kz-01",)),
        Trajectory("heat", "KZ-55", "parts", 422.0, 900.0, 1, 91.0,
                   {2026: 70.0, 2027: 45.2, 2028: 45.2}),
        Trajectory("water", "KZ", "figure", 9000.0, 9000.0, 1, 44.0,
                   {2026: 43.9, 2027: 43.9, 2028: 43.9}),
    )  # fmt: skip
    targets = (
        Target("heat", "KZ", 2029, 42.0, "42", "vlast-kz-01", "2025-08-12", stands=False),
        Target("heat", "KZ", 2029, 40.0, "40", "abai-kz-01", "2026-01-20", stands=True),
    )
    return Outcome(
        money=flows, wear=wear, targets=targets, leaving=(Leaving(2027, "city:ekibastuz-heat"),),
        tariff=(Debt(2027, "heat", 4.2, 0.0, None),), outside={"electricity": 1.5}, unpaid=120.0,
    )  # fmt: skip


def saved(**changes):
    """The plan; any of its fields can be another one."""
    left = {"kind": "entity", "region": "KZ-63", "sector": "heat"}
    fields = {
        "id": "trial-run",
        "title": "Heat first & <water>",
        "author": "A. Planner",
        "note": "=SUM(A1) what was decided",
        "at_saved": "2026-11-20T08:30:00+00:00",
        "revision": "ab" * 32,
        "as_of": date(2026, 11, 19),
        "scenario": make(MONEY, [2026, 2027, 2028], thresholds={"heat": 55.0}),
        "objective": "wear-km",
        "value": 215.2,
        "gap": 0.0031,
        "spent": {"meks-market": {2026: 120.0, 2027: 95.5, 2028: 33.3}, "budget": {2027: 120.0}},
        "works": works(),
        "left_out": (
            Left(candidate="entity:late", names=names("late"), subject="late", why="money",
                 shadow_bn=5.25, source="meks-market", year=2027, **left),
            Left(candidate="entity:crew", names=names("crew"), subject="crew", why="capacity",
                 **left),
        ),
        "not_priceable": (
            Dark(candidate="entity:dark", names=names("dark"), subject="dark",
                 missing=("length_km", "wear_percent"), **left),
        ),
        "outcome": outcome(),
        "thresholds": {"heat": 55.0, "water": 60.0},
        "assumptions": (
            Assumption("rate:ifi", 9.0, "percent", assumed=True, moved=True, note="=1+1"),
            Assumption("inflation:2026", 10.0, "percent", assumed=False, source="vlast-kz-01",
                       source_title="Vlast", source_url="https://vlast.kz/1"),
        ),
        "version": 2,
    }  # fmt: skip
    return SavedPlan(**(fields | changes))
