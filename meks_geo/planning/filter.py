"""The MEKS filter: who is asked for the money, with which numbers, yes or no, and why.

The market is asked first (banks through the operators, investors, international lenders), then the
state funds, the budget last. A lender says yes when the revenue that the tariff rule and savings
allow covers the debt service of the loan, `coverage` times at least. Where the revenue is not known
nobody can say: that is never a way into the budget.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from meks_geo.model import Dataset
from meks_geo.planning.candidates import Candidate
from meks_geo.planning.estimates import Estimate
from meks_geo.planning.parameters import Parameters
from meks_geo.planning.saved import Ask
from meks_geo.state import as_of
from meks_geo.vocabulary import ENDED, Funding

YES, NO, UNKNOWN = "yes", "no", "cannot-be-assessed"
#: Sources of money in the order of asking: the market, the state funds, the budget.
MARKET, STATE, LAST = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Trail:
    """All that was asked for a candidate, in order, and who may pay in the end.

    `verdict` is `market`, `state-fund`, `budget` or `cannot-be-assessed`; then the market is still
    who must be asked, and `allowed` names it: never the budget.
    """

    candidate: str
    asks: tuple[Ask, ...]
    allowed: tuple[str, ...]
    verdict: str


_VERDICTS = {MARKET: "market", STATE: "state-fund", LAST: "budget"}


def service(
    loan_bn_kzt: float, rate_percent: float, tenor_years: float, grace_years: float
) -> float:
    """Return what a loan takes a year after its grace period, in bn KZT: equal yearly payments.

    In the grace period only interest is paid. `tenor_years` counts from the first day.
    """
    years = tenor_years - grace_years
    if years <= 0:
        msg = f"a tenor of {tenor_years} years leaves nothing after {grace_years} of grace"
        raise ValueError(msg)
    rate = rate_percent / 100
    if rate == 0:
        return loan_bn_kzt / years
    return float(loan_bn_kzt * rate / (1 - (1 + rate) ** -years))


def available(revenue_bn_kzt: float, parameters: Parameters) -> float:
    """Return what of a year's revenue may serve a loan, in bn KZT, by tariff rule and savings."""
    share = parameters.value("tariff-rise") + parameters.value("savings")
    return revenue_bn_kzt * share / 100


def ask(
    source: str, cost_bn_kzt: float | None, revenue_bn_kzt: float | None, parameters: Parameters
) -> Ask:
    """Ask one lender for the money of one candidate; not for the budget, which lends nothing."""
    tier = int(parameters.value("tier", source))
    if cost_bn_kzt is None:
        return Ask(source, tier, UNKNOWN, "no-cost")
    rate = parameters.value("rate", source) - parameters.value("subsidy", source)
    tenor, grace = parameters.value("tenor", source), parameters.value("grace", source)
    loan = cost_bn_kzt * (1 - parameters.value("own-share", source) / 100)
    yearly = service(loan, max(rate, 0.0), tenor, grace)
    terms = (max(rate, 0.0), tenor, grace, loan, yearly)
    if revenue_bn_kzt is None:
        return Ask(source, tier, UNKNOWN, "no-revenue", *terms)
    money = available(revenue_bn_kzt, parameters)
    cover = money / yearly if yearly else None  # nothing to pay back is always covered
    enough = cover is None or cover >= parameters.value("coverage")
    words = (YES, "covered") if enough else (NO, "not-covered")
    return Ask(source, tier, *words, *terms, money, cover)


def trail(one: Candidate, cost: Estimate, parameters: Parameters) -> Trail:
    """Return the trail of one candidate; its central estimate is what is asked for.

    A project of record whose source is published, and is not the budget, keeps it.
    """
    sources = parameters.sources_of_money()
    if one.funding in sources and one.funding != Funding.BUDGET:
        tier = int(parameters.value("tier", one.funding))
        asked = Ask(one.funding, tier, YES, "as-published")
        return Trail(one.id, (asked,), (one.funding,), _VERDICTS[tier])
    asks: list[Ask] = []
    for source in sources:
        tier = int(parameters.value("tier", source))
        if tier == LAST:
            asks.append(_last(source, tier, asks))
        else:
            asks.append(ask(source, cost.central, one.revenue_bn_kzt, parameters))
    return Trail(one.id, tuple(asks), *_verdict(asks))


def _last(source: str, tier: int, before: Sequence[Ask]) -> Ask:
    """Return what the budget says: it pays only when every other has said no with numbers."""
    if all(one.answer == NO for one in before):
        return Ask(source, tier, YES, "no-alternative")
    if any(one.answer == YES for one in before):
        return Ask(source, tier, NO, "others-pay")
    return Ask(source, tier, UNKNOWN, before[-1].why if before else "no-cost")


def _verdict(asks: Sequence[Ask]) -> tuple[tuple[str, ...], str]:
    willing = [one for one in asks if one.answer == YES]
    if willing:
        first = min(one.tier for one in willing)
        return tuple(one.source for one in willing if one.tier == first), _VERDICTS[first]
    return tuple(one.source for one in asks if one.tier == MARKET), UNKNOWN


def budget_without_trail(data: Dataset, at: date) -> tuple[str, ...]:
    """Return the live projects of record that the budget pays for: no source shows why."""
    projects = as_of(data, at).projects
    paid = (projects["funding"] == Funding.BUDGET) & ~projects["status"].isin(ENDED)
    return tuple(map(str, projects.index[paid]))
