"""Which places of a program does a request come from or pass through?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from promptlint.evaluate.text import pieces
from promptlint.evaluate.value import Choice as TextChoice
from promptlint.evaluate.value import Hole, Literal, Param, Piece, Unknown
from promptlint.evaluate.value import Repeat as TextRepeat
from promptlint.request import Block, Choice, Item, Repeat, Request, Rest
from promptlint.source import Span

__all__ = ["places"]


def places(request: Request) -> Iterator[Span]:
    """The call and its callers, the blocks, what is put into them and the way it came; some twice."""
    site = request.site
    yield from (site.span, *site.callers)
    yield from _of_items((*request.tools, *request.system, *request.messages))
    yield from (at for gap in request.gaps for at in _of_value(gap.unknown))
    yield from (header.span for header in request.headers if header.span is not None)
    yield from (at for change in request.changes for at in (change.at, *_of_value(change.by)))
    yield from (at for decider in request.deciders for at in _of_value(decider.by))
    evidence = (site.recurrence, request.fan_out, request.automatic, *request.edits)
    yield from (one.span for one in evidence if one is not None)


def _of_items(items: Sequence[Item]) -> Iterator[Span]:
    for item in items:
        match item:
            case Block(span=span, text=text, marker=marker):
                yield span
                yield from (at for piece in pieces(text) for at in _of_piece(piece))
                if marker is not None:
                    yield marker.span
            case Choice(condition, alternatives):
                yield condition.span
                for run in alternatives:
                    yield from _of_items(run)
            case Repeat(inner, over=over):
                if over is not None:
                    yield over
                yield from _of_items(inner)
            case Rest(_, unknown):
                yield from _of_value(unknown)
            case _:
                assert_never(item)


def _of_piece(piece: Piece) -> Iterator[Span]:
    match piece:
        case Literal(span=span):
            if span is not None:
                yield span
        case Hole() | Param() | Unknown():
            yield from _of_value(piece)
        case TextChoice(condition):
            yield condition.span
        case TextRepeat():
            return
        case _:
            assert_never(piece)


def _of_value(value: Hole | Param | Unknown) -> Iterator[Span]:
    """Where it becomes part of the request, and every hop on the way there."""
    yield value.at
    if value.origin is not None:
        yield from (hop.span for hop in value.origin.path())
