"""What doing a candidate does for an objective, how long it takes, and what is unknown for that."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from meks_geo.planning.candidates import CITY, NETWORK, PLANT, PROJECT, REGION, Candidate
from meks_geo.planning.estimates import works_km
from meks_geo.planning.parameters import Parameters
from meks_geo.planning.scenario import OUT_OF_RED, PEOPLE, WEAR_KM
from meks_geo.vocabulary import Sector, Zone

#: Unit of what each objective counts.
UNITS = {WEAR_KM: "km", OUT_OF_RED: "count", PEOPLE: "count"}


@dataclass(frozen=True, slots=True)
class Effect:
    """What a candidate adds to the objective.

    Parameters
    ----------
    value
        Kilometres times wear from 0 to 1 that are cut; entities out of red; people served. None
        where it is unknown: then `missing` names the columns that would tell.
    why
        Why it is zero: `no-effect`, `not-worn`, `not-red`, `stays-red`; else "".
    """

    value: float | None
    why: str = ""
    missing: tuple[str, ...] = ()


def effect(
    one: Candidate, objective: str, parameters: Parameters, thresholds: Mapping[str, float]
) -> Effect:
    """Return what a candidate adds to an objective.

    Parameters
    ----------
    thresholds
        Red threshold by sector, in percent.
    """
    if one.new_build:
        return Effect(0.0, "no-effect")
    if objective == PEOPLE:
        return _people(one)
    if objective == OUT_OF_RED:
        return _out_of_red(one, parameters, thresholds)
    return _wear_km(one, parameters)


def _people(one: Candidate) -> Effect:
    if one.people is None:
        return Effect(None, missing=("people",))
    return Effect(one.people) if one.people else Effect(0.0, "no-effect")


def _wear_km(one: Candidate, parameters: Parameters) -> Effect:
    if not one.sector:  # a plant has no kilometres
        return Effect(0.0, "no-effect")
    if one.red_km is not None:
        return Effect(one.worn_red_km) if one.worn_red_km else Effect(0.0, "not-worn")
    known = {"length_km": one.length_km, "wear_percent": one.wear_low}
    missing = tuple(name for name, value in known.items() if value is None)
    if one.wear_low is None or one.length_km is None or one.kind == NETWORK:
        return Effect(None, missing=missing or ("wear_percent",))
    if one.kind == PROJECT:
        return Effect(one.length_km * one.wear_low / 100)
    excess = one.wear_low - parameters.value("moderate-wear")
    return Effect(one.length_km * excess / 100) if excess > 0 else Effect(0.0, "not-worn")


def _out_of_red(one: Candidate, parameters: Parameters, thresholds: Mapping[str, float]) -> Effect:
    if one.kind == REGION:  # the mean of many entities
        return Effect(0.0, "no-effect")
    if one.zone == Zone.UNKNOWN:
        return Effect(None, missing=("wear_percent",))
    if one.zone != Zone.RED:
        return Effect(0.0, "not-red")
    if one.kind == PROJECT:  # no source says where its works bring the thing
        return Effect(None, missing=("wear_after",))
    if one.kind in (PLANT, CITY):
        return Effect(1.0)
    after = wear_after(one, parameters)
    if after is None:
        return Effect(None, missing=("length_km",))
    stays = after > thresholds.get(one.sector, 100.0)
    return Effect(0.0, "stays-red") if stays else Effect(1.0)


def wear_after(one: Candidate, parameters: Parameters) -> float | None:
    """Return the mean wear of networks after their works, in percent; None where unknown.

    What is replaced is new. By a published figure works go on to the moderate level. A line whose
    wear is a bound is not in the mean, so that its works do not lower it.
    """
    if one.wear_low is None:
        return None
    if one.red_km is None or one.length_km is None:
        return min(one.wear_low, parameters.value("moderate-wear"))
    known = one.length_km - (one.unknown_km or 0.0)
    if known <= 0:
        return None
    cut = (one.worn_red_km or 0.0) - one.worn_bound_km
    return max(one.wear_low - 100 * cut / known, 0.0)


def capacity_key(one: Candidate) -> str:
    """Return which contractors a candidate needs: those of its sector, or of plants."""
    return one.sector or PLANT


def years_of_works(one: Candidate, parameters: Parameters) -> int | None:
    """Return how many years the works take; None where their length is unknown.

    A plant takes `plant-years`. Networks take what a share of the country's contractors can do in a
    year, and heat networks no more of their length a summer than may be open before the heating
    season.
    """
    if not one.sector:
        return int(parameters.value("plant-years"))
    works = works_km(one, parameters)
    if works is None or ("capacity", one.sector) not in parameters.finance:
        return None
    crews = parameters.value("capacity", one.sector) * parameters.value("crew-share") / 100
    years = math.ceil(works / crews - 1e-9) if crews else 0
    if one.sector == Sector.HEAT and one.kind != PROJECT and one.length_km:
        summer = one.length_km * parameters.value("season-share", Sector.HEAT) / 100
        years = max(years, math.ceil(works / summer - 1e-9))
    return max(years, 1)
