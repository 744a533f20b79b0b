"""Does a marker have a value that the API does not know?"""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.diagnostic import Role, Severity
from promptlint.prefix import place_blocks
from promptlint.request import Block, Marker, Request
from promptlint.rule import Context, Finding, Place


def check_request(request: Request, context: Context) -> Iterator[Finding]:
    """Types, lifetimes and shapes that are rejected."""
    del context
    for placed in place_blocks(request):
        if isinstance(placed.item, Block) and placed.item.marker is not None:
            yield from _judged(placed.item.marker, request, (Place(Role.BLOCK, placed.item.span),))
    if request.automatic is not None:
        yield from _judged(request.automatic, request, ())


def _judged(marker: Marker, request: Request, places: tuple[Place, ...]) -> Iterator[Finding]:
    if marker.problem:
        yield Finding(
            marker.span,
            Severity.ERROR,
            request.site.confidence,
            request,
            {"value": marker.written, "problem": marker.problem},
            (*places, Place(Role.CALL, request.site.span)),
        )
