"""Costs as Markdown, for a comment in a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from promptlint.bill import Scenario
from promptlint.cost import RequestCost
from promptlint.cost_change import Change, CostReport
from promptlint.report.cost_words import (
    assumptions,
    break_even_words,
    changed_dollars,
    changed_tokens,
    event,
    money,
    prefix_words,
    stable_words,
    tokens,
    unpriced_words,
    unused_words,
    which,
)
from promptlint.report.place import place, printable

__all__ = ["render"]

_SITES = (
    "call",
    "model",
    "read",
    "written",
    "fresh",
    "without caching",
    "as it is",
    "mended",
    "saves",
    "stable",
    "pays",
)
_CHANGES = ("call", "", "tokens", "cost", "prefix now")


def render(report: CostReport) -> str:
    """The whole report; ends with a newline."""
    rows: list[str] = []
    if report.since is not None:
        rows += [f"### What changes since `{printable(report.since)}`", ""]
        rows += _table(_CHANGES, map(_change, report.changes)) if report.changes else ["Nothing."]
        rows += [""]
    rows += ["### What the prompts cost", ""]
    requests = report.costs.requests
    if not requests:
        rows += ["No Messages API call was found."]
    else:
        rows += _table(_SITES, [*map(_request, requests), _sum(report)])
        rows += ["", "Tokens are those of one call, dollars those of a month."]
    for request in requests:
        if why := unpriced_words(request):
            rows.append(f"No price for {_call(request)}: {why}.")
    rows += [""] * bool(report.costs.unused)
    rows += [unused_words(unused) for unused in report.costs.unused]
    rows += ["", "<details><summary>What is assumed</summary>", "", *assumptions(report), "", "</details>"]
    return "\n".join(rows) + "\n"


def _request(request: RequestCost) -> Sequence[str]:
    models = ", ".join(map(_code, request.models)) or "not known"
    if request.quote is None:
        return (_call(request), models, *([""] * 9))
    bill = request.quote.bill(Scenario.PRESENT)
    return (
        _call(request),
        models,
        tokens(bill.read),
        tokens(bill.written),
        tokens(bill.fresh),
        *(money(request.monthly(scenario)) for scenario in Scenario),
        money(request.monthly_saved),
        stable_words(request),
        break_even_words(request),
    )


def _call(request: RequestCost) -> str:
    return _code(place(request.span)) + which(request, _code)


def _sum(report: CostReport) -> Sequence[str]:
    amounts = [money(report.costs.monthly(scenario)) for scenario in Scenario]
    return ("**all**", "", "", "", "", *amounts, money(report.costs.monthly_saved), "", "")


def _change(change: Change) -> Sequence[str]:
    return (
        _call(change.request),
        event(change),
        changed_tokens(change.tokens),
        changed_dollars(change.monthly),
        "" if change.invalidated is None else prefix_words(change),
    )


def _table(headings: Sequence[str], rows: Iterator[Sequence[str]] | Sequence[Sequence[str]]) -> list[str]:
    lines = [headings, ["---"] * len(headings), *rows]
    return [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines]


def _code(text: str) -> str:
    said = printable(text)
    return f"`` {said} ``" if "`" in said else f"`{said}`"
