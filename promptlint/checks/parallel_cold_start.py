"""Do many requests with one prefix start at the same time, before any of them has written it?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from promptlint.diagnostic import Confidence, Role, Severity
from promptlint.evaluate.value import Choice, Hole, HopKind, Literal, Origin, Param, Repeat, Text, Unknown
from promptlint.prefix import Breakpoint, Placed, Prefix, size
from promptlint.request import Block, FanOut, Request
from promptlint.rule import Context, Finding, Place
from promptlint.source import Span
from promptlint.variation import Kind


def check_request(request: Request, context: Context) -> Iterator[Finding]:
    """The longest prefix that all of them share, where nothing was sent before."""
    fan = request.fan_out
    if fan is None or fan.warmed:
        return
    prefix = Prefix.of(request, context.facts.limits)
    shared = [
        p for p in prefix.breakpoints if not p.automatic and _is_shared(prefix.blocks[: p.at.index + 1], fan)
    ]
    if not shared:
        return
    blocks = prefix.blocks[: shared[-1].at.index + 1]
    model = context.facts.models.find(request.models[0]) if request.models else None
    tokens = size(blocks, context.tokenizer, model, context.facts.limits)
    if model is not None and tokens.high is not None and tokens.high < model.minimum:
        return
    yield Finding(
        fan.span,
        Severity.WARNING if _is_new(blocks) else Severity.NOTE,
        min(Confidence.MEDIUM, request.site.confidence),
        request,
        {"tokens": f"{tokens.low:,}", "prefix": "new" if _is_new(blocks) else "fixed"},
        tuple(_places(fan, shared[-1])),
        tokens_lost=tokens,
    )


def _places(fan: FanOut, point: Breakpoint) -> Iterator[Place]:
    yield Place(Role.SOURCE, fan.span)
    yield Place(Role.BREAKPOINT, point.marker.span)


def _is_shared(blocks: Sequence[Placed], fan: FanOut) -> bool:
    """Whether blocks are the same for each of the requests: nothing in them begins where these do."""
    return all(not placed.decisions and _is_same(placed, fan) for placed in blocks)


def _is_same(placed: Placed, fan: FanOut) -> bool:
    if not isinstance(placed.item, Block):
        return False
    return all(_is_same_piece(piece, fan) for piece in placed.item.text.pieces)


def _is_same_piece(piece: object, fan: FanOut) -> bool:
    match piece:
        case Literal():
            return True
        case Hole(causes, origin=origin):
            return all(cause.kind is not Kind.CALL for cause in causes) and _came_from_outside(origin, fan)
        case Unknown(origin=origin) | Param(origin=origin):
            return _came_from_outside(origin, fan)
        case Repeat(body):
            return all(_is_same_piece(inner, fan) for inner in body.pieces)
        case _:
            return False


def _came_from_outside(origin: Origin | None, fan: FanOut) -> bool:
    """Whether a value was read before the requests are started, and is handed to each of them as it is."""
    hops = origin.path() if origin is not None else ()
    handed = next((i for i, hop in enumerate(hops) if _is_handed(hop, fan)), None)
    made = [i for i, hop in enumerate(hops) if hop.kind in (HopKind.READ, HopKind.CONVERTED)]
    if not made or any(_is_inside(hops[i].span, fan.span) for i in made):
        return False
    if handed is not None:
        return made[-1] < handed
    return fan.function is not None and all(_is_inside(hops[i].span, fan.function) for i in made)


def _is_handed(hop: Origin, fan: FanOut) -> bool:
    return hop.kind is HopKind.PASSED and _is_inside(hop.span, fan.span)


def _is_inside(inner: Span, outer: Span) -> bool:
    begin, end = (inner.line, inner.column), (inner.end_line, inner.end_column)
    return (
        inner.path == outer.path
        and (outer.line, outer.column) <= begin
        and end <= (outer.end_line, outer.end_column)
    )


def _is_new(blocks: Sequence[Placed]) -> bool:
    """Whether something in them is handed in: no call of yesterday has written them."""
    texts = (placed.item.text for placed in blocks if isinstance(placed.item, Block))
    return any(not isinstance(piece, Literal | Choice) for text in texts for piece in _pieces(text))


def _pieces(text: Text) -> Iterator[object]:
    for piece in text.pieces:
        if isinstance(piece, Repeat):
            yield from _pieces(piece.body)
        else:
            yield piece
