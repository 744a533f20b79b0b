"""Does a marker stand where the API does not take one?"""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.diagnostic import Confidence, Role, Severity
from promptlint.facts import Action
from promptlint.prefix import Placed, is_empty, may_be_empty, place_blocks
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
            yield _finding(request, where, span, Place(Role.BLOCK, block.span))
        if _is_sure(placed) and may_be_empty(block):
            span = block.marker.span if block.marker is not None else block.span
            yield _finding(request, "perhaps_empty", span, Place(Role.BLOCK, block.span), Severity.WARNING)
    yield from _top_level(request, context)


def _finding(
    request: Request, where: str, span: Span, place: Place, severity: Severity = Severity.ERROR
) -> Finding:
    confidence = request.site.confidence
    return Finding(
        span,
        severity,
        confidence if severity is Severity.ERROR else min(confidence, Confidence.MEDIUM),
        request,
        {"where": where},
        (place, Place(Role.CALL, request.site.span)),
    )


def _is_sure(placed: Placed) -> bool:
    """Whether a block is sent, and marked, whatever holds: what asks may ask whether it is empty."""
    marker = placed.item.marker if isinstance(placed.item, Block) else None
    return marker is not None and not marker.conditions and not placed.decisions


def _top_level(request: Request, context: Context) -> Iterator[Finding]:
    """The marker of the request itself, where the host or the method does not know it."""
    marker = request.automatic
    if marker is None or marker.conditions:
        return
    place = Place(Role.CALL, request.site.span)
    method = context.facts.calls.method(tuple(request.site.method.split(".")))
    if request.site.platform in context.facts.limits.without_automatic:
        yield _finding(request, "host", marker.span, place)
        return
    lacking = method is not None and method.action is Action.SENDS and not method.top_level
    if lacking and "extra_body" not in request.parameters:
        yield _finding(request, "method", marker.span, place)


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
