"""Costs as Markdown, for a comment in a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from promptlint.bill import Scenario
from promptlint.cost import Change, CostReport, SiteCost
from promptlint.report.cost_words import (
    assumptions,
    break_even_words,
    changed_dollars,
    changed_tokens,
    event,
    money,
    stable_words,
    tokens,
    unpriced_words,
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
    sites = report.costs.sites
    if not sites:
        rows += ["No Messages API call was found."]
    else:
        rows += _table(_SITES, [*map(_site, sites), _sum(report)])
        rows += ["", "Tokens are those of one call, dollars those of a month."]
    for site in sites:
        if why := unpriced_words(site):
            rows.append(f"No price for {_code(place(site.span))}: {why}.")
    rows += ["", "<details><summary>What is assumed</summary>", "", *assumptions(report), "", "</details>"]
    return "\n".join(rows) + "\n"


def _site(site: SiteCost) -> Sequence[str]:
    models = ", ".join(map(_code, site.models)) or "not known"
    if site.quote is None:
        return (_code(place(site.span)), models, *([""] * 9))
    bill = site.quote.bill(Scenario.PRESENT)
    return (
        _code(place(site.span)),
        models,
        tokens(bill.read),
        tokens(bill.written),
        tokens(bill.fresh),
        *(money(site.monthly(scenario)) for scenario in Scenario),
        money(site.monthly_saved),
        stable_words(site),
        break_even_words(site),
    )


def _sum(report: CostReport) -> Sequence[str]:
    amounts = [money(report.costs.monthly(scenario)) for scenario in Scenario]
    return ("**all**", "", "", "", "", *amounts, money(report.costs.monthly_saved), "", "")


def _change(change: Change) -> Sequence[str]:
    return (
        _code(place(change.site.span)),
        event(change),
        changed_tokens(change.tokens),
        changed_dollars(change.monthly),
        "" if change.invalidated is None else f"{tokens(change.prefix)} tokens",
    )


def _table(headings: Sequence[str], rows: Iterator[Sequence[str]] | Sequence[Sequence[str]]) -> list[str]:
    lines = [headings, ["---"] * len(headings), *rows]
    return [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines]


def _code(text: str) -> str:
    said = printable(text)
    return f"`` {said} ``" if "`" in said else f"`{said}`"
