"""What of a request is the same at every call?

Constant text is, and so are values that do not change while the program runs. The first other value
ends what a cache entry can hold for long.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from promptlint.evaluate.value import Hole, Literal, Piece, Repeat, Text
from promptlint.facts import Limits, Models
from promptlint.interval import Interval
from promptlint.prefix import ONCE, Placed, Prefix, size
from promptlint.request import Block, Level, RecurrenceKind, Request, Rest
from promptlint.tokens import Tokenizer
from promptlint.variation import Kind

__all__ = ["Outside", "Steady", "outside", "steady_head"]

_LASTING = frozenset({Kind.DEPLOY, Kind.PROCESS})
"""Causes of values that stay while a program runs."""


@dataclass(frozen=True, slots=True)
class Steady:
    """The part of a request, from its beginning on, that is the same at every call."""

    blocks: tuple[Placed, ...]
    """In wire order; of the last one perhaps only the head of its text."""
    last: Block
    tokens: Interval
    """For the model that counts the fewest."""
    is_cacheable: bool
    """Whether it is long enough for every model that the request may be sent to."""


def steady_head(prefix: Prefix, tokenizer: Tokenizer, models: Models, limits: Limits) -> Steady | None:
    """What every call sends first; None if the first block changes already."""
    request = prefix.request
    blocks = tuple(_head(prefix, limits))
    last = blocks[-1].item if blocks else None
    if not isinstance(last, Block):
        return None
    found = [models.find(name) for name in request.models]
    known = [model for model in found if model is not None]
    if not known or len(known) < len(found):
        tokens = size(blocks, tokenizer, None, limits)
        return Steady(blocks, last, tokens, tokens.low >= max(model.surely_cached for model in models.all))
    sizes = [(size(blocks, tokenizer, model, limits), model) for model in known]
    enough = all(tokens.low >= model.surely_cached for tokens, model in sizes)
    return Steady(blocks, last, min((tokens for tokens, _ in sizes), key=lambda tokens: tokens.low), enough)


def _head(prefix: Prefix, limits: Limits) -> Iterator[Placed]:
    again = prefix.request.site.recurrence
    apart = again is not None and again.kind is RecurrenceKind.CALLERS
    for placed in prefix.blocks:
        block = placed.item
        if isinstance(block, Rest) or placed.decisions or placed.count != ONCE:
            return
        if apart and block.level is Level.MESSAGES:
            return  # of callers only the instructions are known to be the same
        if block.kind in limits.uncounted or block.tail:
            return
        pieces = tuple(_lasting(block.text, prefix.request))
        if pieces == block.text.pieces:
            yield placed
            continue
        if pieces:
            yield replace(placed, item=replace(block, text=Text(pieces)))
        return


def _lasting(text: Text, request: Request) -> Iterator[Piece]:
    """The pieces of a text before the first that may change."""
    for piece in text.pieces:
        if not _is_lasting(piece, request):
            return
        yield piece


def _is_lasting(piece: Piece, request: Request) -> bool:
    match piece:
        case Literal():
            return True
        case Hole(causes):
            again = request.site.recurrence
            looped = again is not None and again.kind is RecurrenceKind.LOOP
            lasting = _LASTING | {Kind.SESSION} if looped else _LASTING
            return all(cause.kind in lasting for cause in causes)
        case Repeat(body, count):
            return count.low == count.high and all(_is_lasting(part, request) for part in body.pieces)
        case _:
            return False


# -- what is sent behind the last breakpoint ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outside:
    """A constant text that no entry holds."""

    block: Block
    literal: Literal
    tokens: Interval
    behind: bool
    """Whether something that may change stands between the last breakpoint and it."""


def outside(prefix: Prefix, tokenizer: Tokenizer, generation: str | None) -> Iterator[Outside]:
    """Constant texts behind the last breakpoint: of tools and system; of messages what leads them.

    In messages the order is the conversation's, so there a text behind another value stays where it is.
    """
    last = max(prefix.breakpoints, key=lambda point: point.at.index, default=None)
    if last is None:
        return
    behind = False
    for placed in prefix.blocks[last.at.index + 1 :]:
        block = placed.item
        if block.level is Level.MESSAGES and (behind or not prefix.request.one_shot):
            return
        if isinstance(block, Rest) or block.marker is not None:
            behind = True
            continue
        sure = placed.count == ONCE and set(placed.decisions) <= set(last.decisions)
        for piece in block.text.pieces:
            if not isinstance(piece, Literal):
                behind = True
                if block.level is Level.MESSAGES:
                    return
            elif sure:
                yield Outside(block, piece, tokenizer.estimate(piece.text, generation), behind)
        behind = behind or not sure
