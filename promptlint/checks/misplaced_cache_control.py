"""Does a marker stand where the API does not take one?"""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.diagnostic import Role, Severity
from promptlint.prefix import is_empty, place_blocks
from promptlint.request import Block, Request
from promptlint.rule import Context, Finding, Place
from promptlint.source import Span


def check_request(request: Request, context: Context) -> Iterator[Finding]:
    """Markers on messages, on parts of blocks, on thinking, empty and deferred blocks."""
    for placed in place_blocks(request):
        block = placed.item
        if not isinstance(block, Block):
            continue
        for where, span in _wrong(block, context):
            yield Finding(
                span,
                Severity.ERROR,
                request.site.confidence,
                request,
                {"where": where},
                (Place(Role.BLOCK, block.span), Place(Role.CALL, request.site.span)),
            )


def _wrong(block: Block, context: Context) -> Iterator[tuple[str, Span]]:
    yield from block.misplaced
    if block.marker is None or block.marker.conditions:
        return  # what decides whether it is marked may be the kind of the block
    if block.kind in context.facts.limits.unmarkable:
        yield "thinking", block.marker.span
    elif block.deferred:
        yield "deferred", block.marker.span
    elif is_empty(block):
        yield "empty", block.marker.span
