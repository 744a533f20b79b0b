"""Does a marker with the longer lifetime come after one with the shorter?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from promptlint.diagnostic import Confidence, Role, Severity
from promptlint.prefix import Breakpoint, Decisions, Prefix, consistent
from promptlint.request import Request
from promptlint.rule import Context, Finding, Place


@dataclass(frozen=True, slots=True)
class _Entry:
    """A breakpoint with one of the lifetimes that it may have."""

    point: Breakpoint
    ttl: str
    seconds: float
    decisions: Decisions


def check_request(request: Request, context: Context) -> Iterator[Finding]:
    """The first pair in the wrong order that one request can hold."""
    entries = list(_entries(Prefix.of(request, context.facts.limits), context))
    for position, later in enumerate(entries):
        for earlier in entries[:position]:
            sure = not earlier.decisions and not later.decisions
            # What one line sets under conditions is mostly meant to be the same everywhere.
            alike = earlier.point.marker.span == later.point.marker.span and not sure
            if not alike and _clash(earlier, later) and consistent(earlier.decisions, later.decisions):
                yield Finding(
                    later.point.marker.span,
                    Severity.ERROR if sure else Severity.WARNING,
                    Confidence.HIGH if sure else Confidence.MEDIUM,
                    request,
                    {"first": earlier.ttl, "second": later.ttl, "where": _where(earlier, later)},
                    (Place(Role.BREAKPOINT, earlier.point.marker.span), *_automatic(later.point)),
                )
                return


def _entries(prefix: Prefix, context: Context) -> Iterator[_Entry]:
    for point in prefix.breakpoints:
        for ttl, chosen in point.marker.lifetimes:
            seconds = context.facts.limits.lifetimes.get(ttl)
            if seconds is not None:
                yield _Entry(point, ttl, seconds, (*point.decisions, *chosen))


def _clash(earlier: _Entry, later: _Entry) -> bool:
    """In the wrong order, or two different lifetimes for one block."""
    if earlier.point is later.point:
        return False
    if _where(earlier, later) == "same":
        return earlier.ttl != later.ttl
    return earlier.seconds < later.seconds


def _where(earlier: _Entry, later: _Entry) -> str:
    """Automatic caching may fall on a block that has a marker of its own."""
    same = later.point.automatic and earlier.point.at.index == later.point.at.index
    return "same" if same else "behind"


def _automatic(later: Breakpoint) -> Iterator[Place]:
    if later.automatic:
        yield Place(Role.BREAKPOINT, later.marker.span, "automatic")
