"""Candidates written by hand, for tests of the planner."""

from meks_geo.planning.candidates import Candidate, Pipes

__all__ = ["Pipes", "entity", "plant", "project"]


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
