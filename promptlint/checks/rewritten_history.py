"""Does a cached conversation begin with something else at each call?"""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.diagnostic import Confidence, MissReason, Role, Severity
from promptlint.prefix import Breakpoint, Prefix
from promptlint.request import Level, Request
from promptlint.rule import Context, Finding, Place


def check_request(request: Request, context: Context) -> Iterator[Finding]:
    """Messages that are dropped, put in or changed in front of a breakpoint that stands among them."""
    points = Prefix.of(request, context.facts.limits).breakpoints
    last = next((point for point in reversed(points) if point.at.level is Level.MESSAGES), None)
    for edit in request.edits if last is not None else ():
        yield Finding(
            edit.span,
            Severity.WARNING if edit.steady else Severity.PEDANTIC,
            min(Confidence.HIGH if edit.steady else Confidence.LOW, request.site.confidence),
            request,
            {"edit": edit.kind.value},
            (Place(Role.SOURCE, edit.span), *_places(last)),
            reason=MissReason.MESSAGES,
        )


def _places(point: Breakpoint | None) -> Iterator[Place]:
    if point is not None:
        yield Place(Role.BREAKPOINT, point.marker.span, "automatic" if point.automatic else "")
