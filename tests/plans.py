"""Candidates written by hand, for tests of the planner."""

import itertools

from meks_geo.planning.candidates import Candidate, Pipes
from meks_geo.planning.room import Room

__all__ = ["Pipes", "brute", "entity", "plant", "project"]


def entity(name, *, km=None, wear=None, sector="heat", region="KZ-55", **more):
    """An operator of networks with a published length and wear (percent)."""
    more.setdefault("zone", "unknown" if wear is None else "red" if wear > 60 else "yellow")
    return Candidate(
        id=f"entity:{name}",
        names={"name_kk": name, "name_ru": name, "name_en": name},
        region=region,
        sector=sector,
        length_km=km,
        wear="" if wear is None else str(wear),
        wear_low=wear,
        wear_high=wear,
        **more,
    )


def project(name, *, km, wear, bn, sector="water", **more):
    """A project with a length, a published cost of 2026 (bn KZT) and the wear of what it renews."""
    more.setdefault("funding", "meks-market")
    return Candidate(
        id=f"project:{name}",
        names={"name_kk": name, "name_ru": name, "name_en": name},
        region="KZ-79",
        sector=sector,
        length_km=km,
        wear="" if wear is None else str(wear),
        wear_low=wear,
        wear_high=wear,
        cost_bn_kzt=bn,
        cost_year=None if bn is None else 2026,
        **more,
    )


def plant(name, *, mw, wear=None, zone="red", place="pavlodar", **more):
    """A plant in service."""
    return Candidate(
        id=f"plant:{name}",
        names={"name_kk": name, "name_ru": name, "name_en": name},
        region="KZ-55",
        place=place,
        electric_mw=mw,
        wear="" if wear is None else str(wear),
        wear_low=wear,
        wear_high=wear,
        zone=zone,
        **more,
    )


def brute(case):
    """The best value of a case, by trying every choice."""
    by_item = {}
    for option in case.options:
        by_item.setdefault(option.item, [None]).append(option)
    best = 0.0
    for picks in itertools.product(*by_item.values()):
        room = Room(case)
        value = 0.0
        for option in (one for one in picks if one is not None):
            if not room.fits(option):
                break
            room.take(option)
            value += case.items[option.item].effect
        else:
            best = max(best, value)
    return best
