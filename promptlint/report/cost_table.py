"""Costs for people at a terminal: a small table for each call site, then the sum, then what is assumed."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from promptlint.bill import Scenario
from promptlint.cost import RequestCost
from promptlint.cost_change import Change, CostReport
from promptlint.report.color import Ink, Paint
from promptlint.report.cost_words import (
    SCENARIOS,
    UNKNOWN,
    assumptions,
    break_even_words,
    changed_dollars,
    changed_tokens,
    event,
    money,
    prefix_words,
    stable_words,
    tokens,
    traffic_words,
    unpriced_words,
    which,
)
from promptlint.report.coverage import trouble_line
from promptlint.report.place import counted, place, printable
from promptlint.resolution import Resolution

__all__ = ["render"]

_HEADINGS = ("per call, in tokens", "read", "written", "fresh", "1,000 calls", "a month")
_STEP = "  "
_WORD = 16


def render(report: CostReport, paint: Paint, width: int) -> str:
    """The whole report; ends with a newline."""
    rows: list[str] = []
    for request in report.costs.requests:
        rows += [*_request(request, paint), ""]
    if report.since is not None:
        rows += [*_changes(report.since, report.changes, paint), ""]
    rows += [*_sum(report, paint), ""]
    for sentence in assumptions(report):
        rows += textwrap.wrap(sentence, width, break_on_hyphens=False)
    rows += [trouble_line(trouble, paint) for trouble in report.troubles]
    return "\n".join(rows) + "\n"


def _request(request: RequestCost, paint: Paint) -> Iterator[str]:
    _, function, method, _ = request.identity
    yield paint(f"{place(request.span)}: {method} in `{function}`{which(request)}", Ink.STRONG)
    models = ", ".join(map(printable, request.models)) or "model not known"
    partly = ", known in part" if request.resolution is Resolution.PARTIAL else ""
    yield f"{_STEP}{models}: {traffic_words(request.traffic)}{partly}"
    if request.quote is not None:
        yield ""
        yield from _table(request)
        yield ""
        saved = money(request.quote.saved, 1000)
        if request.quote.saved is not None and request.quote.saved.high != 0:
            a_month = money(request.monthly_saved)
            said = f"{saved} per 1,000 calls, {a_month} a month"
            yield _fact("mending saves", saved if saved == a_month == UNKNOWN else said)
        yield _fact("stays the same", stable_words(request))
        if request.quote.pays_from:
            yield _fact("caching pays", f"{break_even_words(request)} hits on")
    if why := unpriced_words(request):
        yield _fact("no price", why)


def _fact(word: str, said: str) -> str:
    return f"{_STEP}{word:<{_WORD}}{said}"


def _table(request: RequestCost) -> Iterator[str]:
    assert request.quote is not None
    rows: list[tuple[str, ...]] = [_HEADINGS]
    for scenario, word in SCENARIOS:
        bill = request.quote.bill(scenario)
        cells = (word, tokens(bill.read), tokens(bill.written), tokens(bill.fresh), money(bill.cost, 1000))
        rows.append((*cells, money(request.monthly(scenario))))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        right = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        yield _STEP + "  ".join([first.ljust(widths[0]), *right])


def _sum(report: CostReport, paint: Paint) -> Iterator[str]:
    sites = report.costs.sites
    if not sites:
        yield "no Messages API call found"
        return
    priced = sum(all(one.monthly(Scenario.PRESENT) is not None for one in site) for site in sites)
    requests = len(report.costs.requests)
    several = f" with {requests:,} requests" if requests > len(sites) else ""
    without = f", {priced:,} with a price" if priced < len(sites) else ""
    yield paint(f"{counted(len(sites), 'call site')}{several}{without}, a month", Ink.STRONG)
    if priced:
        for scenario, word in SCENARIOS:
            yield _fact(word, money(report.costs.monthly(scenario)))
        yield _fact("mending saves", money(report.costs.monthly_saved))


def _changes(since: str, changes: Sequence[Change], paint: Paint) -> Iterator[str]:
    yield paint(f"since {printable(since)}", Ink.STRONG)
    if not changes:
        yield f"{_STEP}nothing changes what the calls cost"
    for change in changes:
        said = [changed_tokens(change.tokens), changed_dollars(change.monthly)]
        where = f"{place(change.request.span)}{which(change.request)}"
        yield f"{_STEP}{where}: {', '.join([event(change), *filter(None, said)])}"
        if change.invalidated is not None:
            size = prefix_words(change)
            yield f"{_STEP * 2}old entries are not read to their end; size of the prefix: {size}"
