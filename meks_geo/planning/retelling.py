"""A saved plan in words and as JSON values, without the map of record that it was made on."""

from meks_geo import i18n
from meks_geo.planning.saved import REASONS, Dark, Left, SavedPlan, Subject
from meks_geo.vocabulary import Funding, Sector

_PLACES = {reason: place for place, reason in enumerate(REASONS)}
#: Kinds of candidates that are called by their sector too.
_BY_SECTOR = ("entity", "network", "region", "city")
_DIGITS = 3
_WEIGHT, _PLANT = "weight", "plant"


def title(one: Subject, lang: str) -> str:
    """Return what a candidate is called."""
    named = i18n.name(lang, one.names) or one.subject
    if one.kind not in _BY_SECTOR:
        return named
    sector = i18n.label(lang, "sector", one.sector)
    return f"{named}: {sector[:1].lower()}{sector[1:]}"


def why(one: Left, lang: str) -> str:
    """Return in words what kept a candidate out."""
    words = i18n.text(lang, f"plan.why.{one.why}")
    other = one.detail_of
    if other is not None and other.candidate != one.candidate:
        return f"{words}: {title(other, lang)}"
    return f"{words}: {one.detail}" if one.why in ("overlap", "under-way") and one.detail else words


def nearness(one: Left) -> tuple[bool, float, int, str]:
    """Return the order of what is left out: what the least money would bring in comes first."""
    return one.shadow_bn is None, one.shadow_bn or 0.0, _PLACES.get(one.why, 0), one.candidate


def missing(one: Dark, lang: str) -> str:
    """Return in words what is not known of a candidate."""
    return ", ".join(i18n.text(lang, f"plan.missing.{name}") for name in one.missing)


def parameter(name: str, lang: str) -> str:
    """Return what a number is called that a plan rests on: `coverage`, `rate:ifi`, `weight:...`."""
    name, _, to = name.partition(":")
    if name == _WEIGHT:
        return i18n.text(lang, f"planpage.criterion_{to}")
    said = i18n.text(lang, f"planpage.parameter_{name}")
    return f"{said}: {_applies(to, lang)}" if to else said


def _applies(to: str, lang: str) -> str:
    if to in tuple(Funding):
        return i18n.label(lang, "funding", to)
    if to in tuple(Sector):
        return i18n.label(lang, "sector", to).lower()
    return i18n.text(lang, "planpage.plants") if to == _PLANT else to


def unit(code: str, lang: str) -> str:
    """Return the sign of the unit of such a number; "" for one that has none, as a ratio."""
    return i18n.unit(lang, code) if i18n.has(lang, f"unit.{code}") else ""


def reason(one: Left, lang: str) -> str:
    """Return in words what kept a candidate out, and how much money would bring it in."""
    words = why(one, lang)
    if one.shadow_bn is None:
        return words
    more = i18n.text(
        lang,
        "plan.more_money",
        money=i18n.quantity(lang, one.shadow_bn, "bn KZT", _DIGITS),
        source=i18n.label(lang, "funding", one.source),
        year=str(one.year),
    )
    return f"{words}. {more}"


def document(plan: SavedPlan, lang: str) -> dict[str, object]:
    """Return the JSON document of the `plan` command, as it was when the plan was saved."""
    return {
        "objective": plan.objective,
        "value": plan.value,
        "gap": plan.gap,
        "spent": {
            source: {str(year): amount for year, amount in by_year.items()}
            for source, by_year in plan.spent.items()
        },
        "chosen": [
            {"candidate": one.candidate, "year": year, "source": one.source, "cost_bn_kzt": cost}
            for one in plan.works
            for year, cost in sorted(one.costs.items())
        ],
        "left_out": [
            {"candidate": one.candidate, "why": reason(one, lang), "shadow_bn": one.shadow_bn}
            for one in plan.left_out
        ],
        "not_priceable": [
            {"candidate": one.candidate, "missing": list(one.missing)} for one in plan.not_priceable
        ],
        **({"trial": True} if plan.scenario.trial else {}),
    }
