"""Which findings are one and the same?

A value that spoils three breakpoints of a request which five functions send is one bug. So findings
of one rule at one place and from one source become one; what they do not share is listed in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

from promptlint.diagnostic import Role
from promptlint.prefix import literals, place_blocks
from promptlint.request import Block, CallSite, Request
from promptlint.rule import Finding, Place
from promptlint.source import Span

__all__ = ["MOST_LISTED", "Merged", "merge"]

MOST_LISTED = 20
"""Calls and callers that are listed with a finding; beyond that they are only counted."""

_OF_EACH_REQUEST = (Role.BLOCK, Role.BREAKPOINT, Role.CALL)
_ORDER = tuple(Role)


@dataclass(frozen=True, slots=True)
class Merged:
    """One finding, with every request that it is about."""

    finding: Finding
    """The worst of them, its places completed by those of the others."""
    site: CallSite | None
    """The call site of the worst; None where the finding is about no single request."""
    callers: tuple[Span, ...]
    """The calls at which the requests begin, in file order."""
    losing: tuple[Request, ...]
    """Those that write tokens again because of it."""
    reach: frozenset[str]
    """Every file that one of the requests is made of."""


def merge(findings: Iterable[Finding]) -> Iterator[Merged]:
    """One finding for each place and source, in file order; all are of one rule."""
    groups: dict[Hashable, list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[finding.at, finding.source].append(finding)
    yield from (_merged(group) for _, group in sorted(groups.items(), key=lambda item: _key(item[1][0])))


def _key(finding: Finding) -> tuple[object, ...]:
    return (finding.at.sort_key, () if finding.source is None else finding.source.sort_key)


def _merged(group: Sequence[Finding]) -> Merged:
    ranked = sorted(group, key=_rank)
    worst = ranked[0]
    sites = [finding.request.site for finding in ranked if finding.request is not None]
    callers = {site.callers[0] for site in sites if site.callers}
    lost = [finding.tokens_lost for finding in ranked if finding.tokens_lost is not None]
    return Merged(
        replace(worst, places=_places(ranked), tokens_lost=reduce(or_, lost) if lost else None),
        None if worst.request is None else worst.request.site,
        tuple(sorted(callers, key=lambda span: span.sort_key)),
        tuple(f.request for f in ranked if f.request is not None and f.tokens_lost is not None),
        frozenset(
            path for finding in ranked if finding.request is not None for path in _files(finding.request)
        ),
    )


def _files(request: Request) -> Iterator[str]:
    """The files that a request is made of: its call, its callers, and those that hold its text."""
    site = request.site
    yield from (span.path for span in (site.span, *site.callers))
    for placed in place_blocks(request):
        if isinstance(placed.item, Block):
            yield from (one.span.path for one in literals(placed.item.text) if one.span is not None)


def _rank(finding: Finding) -> tuple[object, ...]:
    """The worst first; of equals the surest, then the one that is met first."""
    site = None if finding.request is None else finding.request.site
    where = () if site is None else (site.span.sort_key, [span.sort_key for span in site.callers])
    return (-finding.severity, -finding.confidence, where, sorted(finding.values.items()))


def _places(ranked: Sequence[Finding]) -> tuple[Place, ...]:
    """The path of the worst, then blocks, breakpoints and calls of the others, by role."""
    worst = ranked[0]
    found = {(place.role, place.span): place for place in worst.places}
    for other in ranked[1:]:
        for place in other.places:
            if place.role in _OF_EACH_REQUEST:
                filled = replace(place, values={**other.values, **(place.values or {})})
                found.setdefault((place.role, place.span), filled)
        if other.request is not None and worst.request is not None:
            span = other.request.site.span
            if span != worst.request.site.span:
                found.setdefault((Role.CALL, span), Place(Role.CALL, span))
    places = sorted(found.values(), key=lambda place: _ORDER.index(place.role))
    extra = [place for place in places if place.role is Role.CALL][MOST_LISTED:]
    return tuple(place for place in places if place not in extra)
