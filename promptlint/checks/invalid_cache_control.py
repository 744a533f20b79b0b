"""Does a marker have a value that the API does not know?"""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.diagnostic import Confidence, Role, Severity
from promptlint.prefix import Prefix
from promptlint.request import Request
from promptlint.rule import Context, Finding, Place


def check_request(request: Request, context: Context) -> Iterator[Finding]:
    """Types, lifetimes and shapes that are rejected."""
    for point in Prefix.of(request, context.facts.limits).breakpoints:
        marker = point.marker
        if not marker.problem:
            continue
        yield Finding(
            marker.span,
            Severity.ERROR,
            min(Confidence.HIGH, request.site.confidence),
            request,
            {"value": marker.written, "problem": marker.problem},
            (Place(Role.BLOCK, point.at.item.span), Place(Role.CALL, request.site.span))
            if not point.automatic
            else (Place(Role.CALL, request.site.span),),
        )
