"""A saved plan in words and as JSON values, without the map of record that it was made on."""

from meks_geo import i18n
from meks_geo.planning.saved import Left, SavedPlan, Subject

#: Kinds of candidates that are called by their sector too.
_BY_SECTOR = ("entity", "network", "region", "city")
_DIGITS = 3


def title(one: Subject, lang: str) -> str:
    """Return what a candidate is called."""
    named = i18n.name(lang, one.names) or one.subject
    if one.kind not in _BY_SECTOR:
        return named
    sector = i18n.label(lang, "sector", one.sector)
    return f"{named}: {sector[:1].lower()}{sector[1:]}"


def reason(one: Left, lang: str) -> str:
    """Return in words what kept a candidate out, and how much money would bring it in."""
    words = i18n.text(lang, f"plan.why.{one.why}")
    if one.why in ("overlap", "under-way") and one.detail:
        named = title(one.detail_of, lang) if one.detail_of else one.detail
        words = f"{words}: {named}"
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
