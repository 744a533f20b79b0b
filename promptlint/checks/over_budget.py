"""Is a prompt larger, or a call dearer, than the project allows?"""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.bill import Quote, Scenario, is_free, quote
from promptlint.diagnostic import Confidence, Severity
from promptlint.interval import DollarInterval, dollars
from promptlint.prefix import Prefix
from promptlint.price import HOURS_A_MONTH
from promptlint.request import Request
from promptlint.rule import Context, Finding
from promptlint.source import Span


def check_request(request: Request, context: Context) -> Iterator[Finding]:
    """The largest prefix and the price of a month, where all of the estimate is over the budget."""
    tokens, money = _budget("max-prefix-tokens", context), _budget("max-monthly-cost", context)
    if not (tokens or money) or is_free(request, context.facts):
        return
    traffic = context.traffic.at(request.site.span.path, request.site.function)
    found = quote(request, context.facts, context.tokenizer, traffic)
    slack = 1 + _budget("tolerance", context) / 100
    if tokens and found.prefix.low > tokens * slack:
        at = Prefix.of(request, context.facts.limits).breakpoints[-1].marker.span
        what = "open" if found.prefix.high is None else "prefix"
        yield _finding(request, at, (what, _tokens(found), f"{tokens:,}"))
    cost = found.bill(Scenario.PRESENT).cost
    monthly = None if cost is None else cost.times(traffic.calls_per_hour * HOURS_A_MONTH)
    if money and monthly is not None and monthly.low > money * slack:
        budget = dollars(DollarInterval(money, money))
        yield _finding(request, request.site.span, ("cost", dollars(monthly), budget))


def _budget(option: str, context: Context) -> int:
    """A number of the configuration; 0: none is given."""
    value = context.options[option]
    return value if isinstance(value, int) else 0


def _tokens(found: Quote) -> str:
    low, high = found.prefix.low, found.prefix.high
    return f"{low:,}" if high in (None, low) else f"{low:,}\N{EN DASH}{high:,}"


def _finding(request: Request, at: Span, said: tuple[str, str, str]) -> Finding:
    what, amount, budget = said
    values = {"what": what, "amount": amount, "budget": budget, "unit": what}
    return Finding(at, Severity.WARNING, Confidence.MEDIUM, request, values)
