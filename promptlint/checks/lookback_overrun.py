"""Does one turn add more blocks than the look-back of its breakpoint spans?"""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.conversation import grown, positions, turn
from promptlint.diagnostic import Confidence, Role, Severity
from promptlint.interval import Interval
from promptlint.prefix import Breakpoint, Prefix
from promptlint.request import Growth, Request
from promptlint.rule import Context, Finding, Place, tokens_word


def check_request(request: Request, context: Context) -> Iterator[Finding]:
    """Turns between two breakpoints that are too long for the second to find the entry of the first."""
    limits = context.facts.limits
    if request.growth is Growth.NONE:
        return
    prefix = Prefix.of(request, limits)
    new = {placed.index for placed in grown(request, prefix.blocks)}
    moving = [point for point in prefix.breakpoints if point.at.index in new]
    if not moving or len({point.marker.span for point in moving}) > 1:
        return
    items = turn(request)
    fewest = positions(items, limits, joined=True)
    apart = positions(items, limits, joined=False)
    severity = _severity(fewest, apart, request, context)
    if severity is None:
        return
    yield Finding(
        moving[-1].marker.span,
        severity,
        min(Confidence.MEDIUM, request.site.confidence),
        request,
        {
            "count": tokens_word(fewest if fewest.low >= limits.look_back else apart),
            "verdict": "does" if fewest.low >= limits.look_back else "can",
            "reach": str(limits.look_back),
        },
        tuple(_places(moving[-1], request)),
    )


def _severity(fewest: Interval, apart: Interval, request: Request, context: Context) -> Severity | None:
    """How sure it is that the entry before lies out of reach."""
    reach = context.facts.limits.look_back
    if fewest.low >= reach:
        return Severity.WARNING
    most = fewest if request.site.platform in context.facts.limits.joined_on else apart
    if most.low >= reach:
        return Severity.NOTE
    return Severity.PEDANTIC if most.high is None or most.high >= reach else None


def _places(point: Breakpoint, request: Request) -> Iterator[Place]:
    yield Place(Role.BREAKPOINT, point.marker.span, "automatic" if point.automatic else "")
    yield Place(Role.CALL, request.site.span)
