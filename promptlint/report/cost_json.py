"""Costs as JSON for programs, in the form ``cost-v1``. Keys may be added; none is renamed or removed."""

from __future__ import annotations

from promptlint.bill import Bill, Scenario
from promptlint.cost import RequestCost
from promptlint.cost_change import Change, CostReport, Delta
from promptlint.interval import DollarInterval, Interval
from promptlint.price import HOURS_A_MONTH
from promptlint.report.jsontext import Json, written
from promptlint.report.place import printable
from promptlint.source import Span
from promptlint.traffic import Traffic

__all__ = ["VERSION", "render"]

VERSION = "cost-v1"
_DIGITS = 9
"""Behind the point of a dollar: a token that the cheapest model reads costs ten billionths of one."""


def render(report: CostReport) -> str:
    """The whole report; ``high`` is null where nothing bounds an amount, an amount where it is not known."""
    costs = report.costs
    return written(
        {
            "version": VERSION,
            "assumed": {
                **_traffic(report.plan.everywhere),
                "hours_a_month": HOURS_A_MONTH,
                "prices_as_of": report.as_of,
                "output_tokens": False,
            },
            "call_sites": [_request(request) for request in costs.requests],
            "monthly": {each.value: _dollars(costs.monthly(each)) for each in Scenario},
            "monthly_saved": _dollars(costs.monthly_saved),
            "since": report.since,
            "changes": [_change(change) for change in report.changes],
            "unused": [unused.where for unused in costs.unused],
            "errors": [
                {"path": each.path, "line": each.line, "kind": each.kind, "message": printable(each.message)}
                for each in report.troubles
            ],
        }
    )


def _request(request: RequestCost) -> Json:
    quote = request.quote
    said: dict[str, Json] = {
        **_identity(request),
        "function": request.identity[1],
        "method": request.identity[2],
        "models": list(request.models),
        "unpriced": list(request.unpriced),
        "resolution": request.resolution.value,
        "traffic": _traffic(request.traffic),
    }
    if quote is None:
        return {**said, "per_call": None, "monthly": None}
    low, high = quote.stable
    return {
        **said,
        "prompt": _tokens(quote.prompt),
        "prefix": _tokens(quote.prefix),
        "per_call": {each.value: _bill(quote.bill(each)) for each in Scenario},
        "saved_per_call": _dollars(quote.saved),
        "monthly": {each.value: _dollars(request.monthly(each)) for each in Scenario},
        "monthly_saved": _dollars(request.monthly_saved),
        "stable": _tokens(quote.stays),
        "stable_share": {"low": round(low, 4), "high": round(high, 4)},
        "break_even": {
            ttl: {"low": round(least, 4), "high": round(most, 4)} for ttl, least, most in quote.pays_from
        },
    }


def _bill(bill: Bill) -> Json:
    return {
        "read": _tokens(bill.read),
        "written": _tokens(bill.written),
        "fresh": _tokens(bill.fresh),
        "dollars": _dollars(bill.cost),
    }


def _change(change: Change) -> Json:
    return {
        **_identity(change.request),
        "new": change.before is None,
        "gone": change.after is None,
        "cached_before": None if change.before is None else change.before.cached > 0,
        "cached": None if change.after is None else change.after.cached > 0,
        "tokens": _delta(change.tokens),
        "monthly": None if change.monthly is None else _delta(change.monthly),
        "cache_miss_reason": None if change.invalidated is None else change.invalidated.value,
        "prefix": _tokens(change.prefix),
    }


def _identity(request: RequestCost) -> dict[str, Json]:
    """Where it is sent, and which of the requests of its call site it is."""
    return {
        **_place(request.span),
        "request": request.number,
        "requests": request.count,
        "callers": [_place(caller) for caller in request.callers],
    }


def _place(span: Span) -> dict[str, Json]:
    return {"path": span.path, "cell": span.cell, "line": span.line, "column": span.column}


def _traffic(traffic: Traffic) -> dict[str, Json]:
    return {
        "calls_per_hour": traffic.calls_per_hour,
        "hit_rate": traffic.hit_rate,
        "payload_tokens": traffic.payload,
    }


def _tokens(amount: Interval) -> Json:
    return {"low": amount.low, "high": amount.high}


def _dollars(amount: DollarInterval | None) -> Json:
    if amount is None:
        return None
    high = None if amount.high is None else round(amount.high, _DIGITS)
    return {"low": round(amount.low, _DIGITS), "high": high}


def _delta(delta: Delta) -> Json:
    return {"low": round(delta.low, _DIGITS), "high": round(delta.high, _DIGITS)}
