"""Does a marker with the longer lifetime come after one with the shorter?"""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.diagnostic import Confidence, Role, Severity
from promptlint.prefix import Breakpoint, Prefix, consistent
from promptlint.request import Request
from promptlint.rule import Context, Finding, Place


def check_request(request: Request, context: Context) -> Iterator[Finding]:
    """The first pair in the wrong order that one request can hold."""
    points = [
        p
        for p in Prefix.of(request, context.facts.limits).breakpoints
        if p.marker.ttl in context.facts.limits.lifetimes
    ]
    for position, later in enumerate(points):
        for earlier in points[:position]:
            if _clash(earlier, later) and consistent(earlier.decisions, later.decisions):
                sure = not earlier.decisions and not later.decisions
                yield Finding(
                    later.marker.span,
                    Severity.ERROR if sure else Severity.WARNING,
                    Confidence.HIGH if sure else Confidence.MEDIUM,
                    request,
                    {"first": earlier.marker.ttl or "", "second": later.marker.ttl or ""},
                    (Place(Role.BREAKPOINT, earlier.marker.span), *_automatic(later)),
                )
                return


def _clash(earlier: Breakpoint, later: Breakpoint) -> bool:
    """In the wrong order, or two different lifetimes for one block."""
    if later.automatic and earlier.at.index == later.at.index:
        return earlier.marker.ttl != later.marker.ttl
    return earlier.lifetime < later.lifetime


def _automatic(later: Breakpoint) -> Iterator[Place]:
    if later.automatic:
        yield Place(Role.BREAKPOINT, later.marker.span, "automatic")
