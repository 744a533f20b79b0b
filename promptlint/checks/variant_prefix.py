"""Into how many variants do conditional parts split a cached prefix?"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence

from promptlint.diagnostic import Confidence, Role, Severity
from promptlint.differing import per_call, places
from promptlint.evaluate.text import pieces
from promptlint.evaluate.value import Choice, Condition, Text
from promptlint.interval import Interval
from promptlint.prefix import Placed, Prefix, literals, size
from promptlint.request import Block, Decider, Level, Request
from promptlint.rule import Context, Finding, Place

MANY = 4
"""Variants from which one would rather not wait for each of them to be asked for twice."""
WORTH_MOVING = 100
"""Tokens behind the first split; what is less stays where it is."""

_Deciders = Mapping[Hashable, Decider]


def check_request(request: Request, context: Context) -> Iterator[Finding]:
    """Parts of system and of fixed messages that a test puts in or leaves out at each call."""
    prefix = Prefix.of(request, context.facts.limits)
    deciders = {d.condition.key: d for d in request.deciders if any(True for _ in per_call(d.by, request))}
    splits = [(p, c) for p in prefix.cached for c in _conditions(p, request) if c.key in deciders]
    if not splits:
        return
    found = {condition.key: deciders[condition.key] for _, condition in splits}
    split = splits[0][0]
    rest, behind = _behind(prefix, split, found)
    tokens = _size(rest, behind, request, context)
    if tokens.low < WORTH_MOVING:
        return
    first, variants = found[splits[0][1].key], 2 ** len(found)
    yield Finding(
        first.condition.span,
        Severity.WARNING if variants >= MANY else Severity.NOTE,
        min(Confidence.MEDIUM, request.site.confidence, *(d.by.confidence for d in found.values())),
        request,
        {"variants": str(variants), "level": split.level.word, "tokens": f"{tokens.low:,}"},
        (
            *places(first.by),
            *(Place(Role.BLOCK, d.condition.span) for d in found.values()),
            Place(Role.BREAKPOINT, prefix.breakpoints[-1].marker.span),
        ),
        reason=split.level.miss_reason,
        tokens_lost=tokens,
    )


def _conditions(placed: Placed, request: Request) -> Iterator[Condition]:
    """What decides whether a block is there, and what it says; not of tools, nor of a conversation."""
    block = placed.item
    if not isinstance(block, Block) or block.level is Level.TOOLS:
        return
    if block.level is Level.MESSAGES and (block.tail or not request.one_shot):
        return
    yield from (condition for condition, _ in placed.decisions)
    yield from (piece.condition for piece in pieces(block.text) if isinstance(piece, Choice))


def _behind(prefix: Prefix, split: Placed, found: _Deciders) -> tuple[Text, Sequence[Placed]]:
    """What is cached behind the first split, once for each variant: of its block, and further blocks."""
    text = split.item.text if isinstance(split.item, Block) else Text(())
    cut = next((i for i, piece in enumerate(text.pieces) if _is_split(piece, found)), len(text.pieces))
    own = {condition.key for condition, _ in split.decisions if condition.key in found}
    behind = [
        placed
        for placed in prefix.blocks[split.index + 1 : prefix.end + 1]
        if not own & {condition.key for condition, _ in placed.decisions}
    ]
    return Text(text.pieces[cut + 1 :]), behind


def _is_split(piece: object, found: _Deciders) -> bool:
    inside = pieces(Text((piece,))) if isinstance(piece, Choice) else ()
    return any(isinstance(part, Choice) and part.condition.key in found for part in inside)


def _size(rest: Text, behind: Sequence[Placed], request: Request, context: Context) -> Interval:
    """Tokens of constant text at least, behind the first split."""
    if not any(True for text in (rest, *_texts(behind)) for _ in literals(text)):
        return Interval(0, 0)
    model = context.facts.models.find(request.models[0]) if request.models else None
    own = context.tokenizer.estimate(rest, model.generation if model is not None else None)
    return own + size(behind, context.tokenizer, model, context.facts.limits) if behind else own


def _texts(behind: Sequence[Placed]) -> Iterator[Text]:
    return (placed.item.text for placed in behind if isinstance(placed.item, Block))
