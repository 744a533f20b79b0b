"""How are tokens, dollars and assumptions said in a report of costs?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from promptlint.bill import Scenario
from promptlint.cost import RequestCost, Unused
from promptlint.cost_change import Change, CostReport, Delta
from promptlint.interval import DollarInterval, Interval, dollars
from promptlint.price import HOURS_A_MONTH
from promptlint.report.place import counted, interval, place, printable
from promptlint.traffic import Traffic

__all__ = [
    "SCENARIOS",
    "UNKNOWN",
    "assumptions",
    "break_even_words",
    "changed_dollars",
    "changed_tokens",
    "event",
    "money",
    "percent",
    "prefix_words",
    "stable_words",
    "tokens",
    "traffic_words",
    "unpriced_words",
    "unused_words",
    "which",
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


def which(request: RequestCost, shown: Callable[[str], str] = str) -> str:
    """`` (1 of 2, through app.py:8:13)``; empty where the call site sends one request only."""
    if request.count == 1:
        return ""
    callers = [shown(place(caller)) for caller in request.callers]
    if len(callers) > _MOST_CALLERS:
        callers = [*callers[: _MOST_CALLERS - 1], f"{len(callers) - _MOST_CALLERS + 1:,} more"]
    *others, last = callers or [""]
    through = f"{', '.join(others)} and {last}" if others else last
    return f" ({request.number:,} of {request.count:,}{', through ' * bool(through)}{through})"


_MOST_CALLERS = 3
"""Callers that are named; the others are counted."""


def stable_words(request: RequestCost) -> str:
    """How much of the input stays the same; empty where nothing is known of it."""
    if request.quote is None:
        return ""
    if request.quote.stays == Interval(0, None):
        return UNKNOWN
    said = f"{tokens(request.quote.stays)} tokens"
    if request.quote.prompt.high is None:
        return f"{said}; the size of the rest is not known"
    low, high = (round(share * 100) for share in request.quote.stable)
    return f"{said}, {low} % of the input" if low == high else f"{said}, {low}{_TO}{high} % of the input"


def break_even_words(request: RequestCost) -> str:
    """From which hit rates caching pays; empty where no price is known."""
    rates = () if request.quote is None else request.quote.pays_from
    return ", ".join(f"{ttl} from {_between(low, high)}" for ttl, low, high in rates)


def _between(low: float, high: float) -> str:
    ends = (percent(low), percent(high))
    return ends[0] if ends[0] == ends[1] else f"{ends[0].removesuffix(' %')}{_TO}{ends[1]}"


def unpriced_words(request: RequestCost) -> str:
    """Why there is no price; empty where there is one."""
    if request.quote is None:
        return "nothing is known of what it sends"
    if not request.models:
        return "the model is not known, so its price is not"
    names = ", ".join(f"`{name}`" for name in request.unpriced)
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
    """What became of a request: new, gone, changed, or what the API will say of its old entries."""
    if change.before is None:
        return "new"
    if change.after is None:
        return "gone"
    if change.is_uncached:
        return "no longer cached"
    if change.is_cached:
        return "now cached"
    return "changed" if change.invalidated is None else change.invalidated.value


def prefix_words(change: Change) -> str:
    """How large the prefix is that is written in place of the old entries."""
    size = tokens(change.prefix)
    return UNKNOWN if size == UNKNOWN else f"{size} tokens"


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
    if any(len(site) > 1 for site in report.costs.sites):
        yield (
            "A row of a call site that sends several requests is priced as if each of its calls sent that "
            "one. Nothing says how they are split, so the sums count the call site once, from its cheapest "
            "request to its dearest, and only if all of them have a price."
        )


def unused_words(unused: Unused) -> str:
    """What is wrong with traffic of a call site that is not there."""
    name = printable(unused.name)
    remedy = f"did you mean `{printable(unused.meant)}`?" if unused.meant else "check the path and the name"
    return f"{unused.where}: no call site `{name}`; {remedy}"
