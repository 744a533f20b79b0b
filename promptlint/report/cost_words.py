"""How are tokens, dollars and assumptions said in a report of costs?"""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.bill import Scenario
from promptlint.cost import Change, CostReport, Delta, SiteCost
from promptlint.diagnostic import Interval
from promptlint.price import HOURS_A_MONTH, DollarInterval, dollars
from promptlint.report.place import counted, interval
from promptlint.traffic import Traffic

__all__ = [
    "SCENARIOS",
    "assumptions",
    "break_even_words",
    "changed_dollars",
    "changed_tokens",
    "event",
    "money",
    "percent",
    "stable_words",
    "tokens",
    "traffic_words",
    "unpriced_words",
]

SCENARIOS = (
    (Scenario.UNCACHED, "without caching"),
    (Scenario.PRESENT, "as it is"),
    (Scenario.MENDED, "mended"),
)
"""What each scenario is called."""
UNKNOWN = "not known"
_TO = "\N{EN DASH}"
_MINUS = "\N{MINUS SIGN}"


def tokens(amount: Interval) -> str:
    """``1,171``, ``at least 1,171``, ``0``."""
    if amount.high == 0:
        return "0"
    return interval(amount).removeprefix("about ") or UNKNOWN


def money(amount: DollarInterval | None, times: float = 1.0) -> str:
    """Dollars for so many times what is given; ``not known`` where nothing is."""
    return UNKNOWN if amount is None else dollars(amount.times(times)) or UNKNOWN


def percent(share: float) -> str:
    """``90 %``, ``21.7 %``."""
    return f"{share * 100:.1f}".removesuffix(".0") + " %"


def traffic_words(traffic: Traffic) -> str:
    """``100 calls an hour, 90 % of them hits``."""
    calls = f"{traffic.calls_per_hour:,.10g} {'call' if traffic.calls_per_hour == 1 else 'calls'} an hour"
    payload = (
        "" if traffic.payload is None else f", {counted(traffic.payload, 'token')} for what is not known"
    )
    return f"{calls}, {percent(traffic.hit_rate)} hits{payload}"


def stable_words(site: SiteCost) -> str:
    """How much of the input stays the same; empty where nothing is known of it."""
    if site.quote is None:
        return ""
    if site.quote.stays == Interval(0, None):
        return UNKNOWN
    said = f"{tokens(site.quote.stays)} tokens"
    if site.quote.prompt.high is None:
        return f"{said}; the size of the rest is not known"
    low, high = (round(share * 100) for share in site.quote.stable)
    return f"{said}, {low} % of the input" if low == high else f"{said}, {low}{_TO}{high} % of the input"


def break_even_words(site: SiteCost) -> str:
    """From which hit rates caching pays; empty where no price is known."""
    rates = () if site.quote is None else site.quote.pays_from
    return ", ".join(f"{ttl} from {_between(low, high)}" for ttl, low, high in rates)


def _between(low: float, high: float) -> str:
    ends = (percent(low), percent(high))
    return ends[0] if ends[0] == ends[1] else f"{ends[0].removesuffix(' %')}{_TO}{ends[1]}"


def unpriced_words(site: SiteCost) -> str:
    """Why there is no price; empty where there is one."""
    if site.quote is None:
        return "nothing is known of what it sends"
    if not site.models:
        return "the model is not known, so its price is not"
    names = ", ".join(f"`{name}`" for name in site.unpriced)
    return f"the price of {names} is not known" if names else ""


# -- changes --------------------------------------------------------------------------------------


def changed_tokens(delta: Delta) -> str:
    """``+120 tokens``; empty where there are no more and no fewer."""
    if delta.low < 0 < delta.high:
        return f"{_MINUS}{-delta.low:,.0f} to +{delta.high:,.0f} tokens"
    size = Interval(*(round(each) for each in _sizes(delta)))
    return f"{_sign(delta)}{tokens(size)} tokens" if size.high else ""


def changed_dollars(delta: Delta | None) -> str:
    """``+$1.20 a month``; ``price not known``; empty where it is the same."""
    if delta is None:
        return f"price {UNKNOWN}"
    if delta.low < 0 < delta.high:
        ends = [dollars(DollarInterval(abs(each), abs(each))) for each in (delta.low, delta.high)]
        return f"{_MINUS}{ends[0]} to +{ends[1]} a month"
    sizes = _sizes(delta)
    return f"{_sign(delta)}{dollars(DollarInterval(*sizes))} a month" if sizes[1] else ""


def _sizes(delta: Delta) -> tuple[float, float]:
    """Its ends without their sign, the smaller one first."""
    low, high = sorted((abs(delta.low), abs(delta.high)))
    return low, high


def _sign(delta: Delta) -> str:
    return _MINUS if delta.low < 0 else "+"


def event(change: Change) -> str:
    """What became of a call site: new, gone, changed, or what the API will say of its old entries."""
    if change.before is None:
        return "new"
    if change.after is None:
        return "gone"
    return "changed" if change.invalidated is None else change.invalidated.value


# -- what is assumed ------------------------------------------------------------------------------


def assumptions(report: CostReport) -> Iterator[str]:
    """Sentences that say on what the numbers stand."""
    traffic = report.plan.everywhere
    own = ", where the configuration says nothing else" if report.plan.sites else ""
    yield (
        f"Assumed{own}: {traffic_words(traffic)}, {HOURS_A_MONTH} hours a month. A hit finds in the cache "
        "what could be there; where a clock is in the way, only the first call of each period misses."
    )
    yield (
        "Input only, output tokens are not counted. Prices of the first-party API in US dollars, "
        f"as of {report.as_of}."
    )
    yield (
        "Tokens are estimated between bounds. A value that could not be followed is taken to stay the "
        "same if it is cached; how large it is, is not known."
    )
    for where in report.costs.unused:
        yield f"{where}: there is no such call site; check the path and the name of the function."
