"""What is behind a plan, in words and as JSON values: names, trails, inputs with their sources."""

from collections.abc import Mapping, Sequence

from meks_geo import i18n
from meks_geo.model import Dataset
from meks_geo.planning import retelling
from meks_geo.planning.candidates import Candidate
from meks_geo.planning.estimates import Estimate, Tested, estimate
from meks_geo.planning.filter import Trail, trail
from meks_geo.planning.parameters import Parameter, Parameters
from meks_geo.planning.plan import Plan
from meks_geo.planning.priority import Order, Ranked
from meks_geo.planning.saved import Ask, Subject
from meks_geo.vocabulary import COUNTRY


def title(data: Dataset, one: Candidate, lang: str) -> str:
    """Return what a candidate is called."""
    subject = Subject(
        candidate=one.id,
        names=one.names or data.rows["regions"][one.region],
        kind=one.kind,
        subject=one.subject,
        region=one.region,
        sector=one.sector,
    )
    return retelling.title(subject, lang)


# -- everything behind it --------------------------------------------------------------------------


def explained(
    data: Dataset,
    candidates: Sequence[Candidate],
    parameters: Parameters,
    order: Order,
    lang: str,
) -> dict[str, object]:
    """Return, for each candidate, what is known of it, its place, its estimate and its trail."""
    ranks = {one.candidate.id: one for one in (*order.networks, *order.plants)}
    found: dict[str, object] = {}
    for one in candidates:
        cost = estimate(one, parameters)
        rank = ranks.get(one.id)
        found[one.id] = {
            "name": title(data, one, lang),
            "region": one.region,
            "sector": one.sector,
            "wear_percent": one.wear,
            "zone": one.zone,
            "length_km": one.length_km,
            "red_km": one.red_km,
            "lacks": list(one.lacks),
            "part_of": list(one.wholes),
            "sources": {
                name: data.sources[source].as_json()
                for name, source in one.sources.items()
                if source in data.sources
            },
            "order": rank_json(rank) if rank else None,
            "estimate": estimate_json(cost),
            "trail": trail_json(trail(one, cost, parameters)),
        }
    return found


def rank_json(one: Ranked) -> dict[str, object]:
    """Return a place in the order as plain JSON values."""
    return {
        "place": one.place,
        "score": round(one.score, 6),
        "threshold_percent": one.threshold_percent,
        "known_weight": round(one.known_weight, 4),
        "firmness": round(one.firmness, 4),
        "best": one.best,
        "worst": one.worst,
        "criteria": [
            {
                "criterion": part.criterion,
                "value": part.value,
                "unit": part.unit,
                "share": None if part.share is None else round(part.share, 6),
                "weight": part.weight,
            }
            for part in one.parts
        ],
    }


def estimate_json(one: Estimate) -> dict[str, object]:
    """Return an estimate as plain JSON values, with the works that its unit cost comes from."""
    price = one.unit_cost
    return {
        "low_bn_kzt": _rounded(one.low),
        "central_bn_kzt": _rounded(one.central),
        "high_bn_kzt": _rounded(one.high),
        "price_year": one.price_year,
        "basis": one.basis,
        "size": one.size,
        "factor": round(one.factor, 4),
        "missing": list(one.missing),
        "unit_cost": price
        and {
            "item": price.item,
            "unit": price.unit,
            "low_bn_kzt": round(price.low, 6),
            "central_bn_kzt": round(price.central, 6),
            "high_bn_kzt": round(price.high, 6),
            "assumed": list(price.assumed),
            "works": [works.id for works in price.works],
        },
    }


def trail_json(one: Trail) -> dict[str, object]:
    """Return a trail of the filter as plain JSON values."""
    return {
        "verdict": one.verdict,
        "allowed": list(one.allowed),
        "asks": [_ask_json(asked) for asked in one.asks],
    }


def _ask_json(one: Ask) -> dict[str, object]:
    return {
        "source": one.source,
        "answer": one.answer,
        "why": one.why,
        "rate_percent": one.rate_percent,
        "tenor_years": one.tenor_years,
        "grace_years": one.grace_years,
        "loan_bn_kzt": _rounded(one.loan_bn_kzt),
        "service_bn_kzt": _rounded(one.service_bn_kzt),
        "available_bn_kzt": _rounded(one.available_bn_kzt),
        "coverage": _rounded(one.coverage),
    }


def ask_words(one: Ask, lang: str) -> str:
    """Return one question of the filter and its answer in a line."""
    answer = i18n.text(lang, f"plan.ask.{one.why}")
    return f"{i18n.label(lang, 'funding', one.source)}: {answer[:1].lower()}{answer[1:]}"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def assumptions(parameters: Parameters) -> list[dict[str, object]]:
    """Return every parameter, assumed ones marked, as plain JSON values."""
    every: Mapping[str, Parameter] = {
        **{one.id: one for one in parameters.finance.values()},
        **{one.id: one for one in parameters.weights.values()},
    }
    return [
        {
            "parameter": one.id,
            "value": one.value,
            "unit": one.unit,
            "assumed": one.assumed,
            "source": None if one.source is None else one.source.as_json(),
            "note": one.note,
        }
        for one in every.values()
    ]


def tested_json(one: Tested) -> dict[str, object]:
    """Return a line of the back-test as plain JSON values."""
    return {
        "project": one.works.project,
        "item": one.works.item,
        "size": one.works.size,
        "unit": one.works.unit,
        "price_year": one.works.price_year,
        "cost_bn_kzt": one.works.cost_bn_kzt,
        "low_bn_kzt": round(one.low, 3),
        "central_bn_kzt": round(one.central, 3),
        "high_bn_kzt": round(one.high, 3),
        "error_percent": round(one.error_percent, 1),
        "within": one.within,
    }


def nothing_planned(
    data: Dataset, candidates: Sequence[Candidate], plan: Plan
) -> dict[str, tuple[str, ...]]:
    """Return the regions of which nothing can be planned, each with its candidates.

    A region without any candidate is there too: what is published says nothing of it.
    """
    able = {one.candidate.region for one in plan.case.items}
    units = [one for one in data.regions.index if one not in able and one != COUNTRY]
    return {str(unit): tuple(one.id for one in candidates if one.region == unit) for unit in units}
