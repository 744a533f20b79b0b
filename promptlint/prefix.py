"""What does each breakpoint cache, and what keeps the entry from being read?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from promptlint.diagnostic import Confidence, Severity
from promptlint.evaluate.value import Choice as TextChoice
from promptlint.evaluate.value import Condition, Hole, Literal, Piece, Text
from promptlint.evaluate.value import Repeat as TextRepeat
from promptlint.facts import Limits, Model
from promptlint.interval import Interval
from promptlint.request import Block, Choice, Item, Level, Marker, Repeat, Request, Rest
from promptlint.source import Span
from promptlint.tokens import Tokenizer
from promptlint.variation import Cause, Kind, Topic, severity

__all__ = [
    "SMALLEST_MINIMUM",
    "Breakpoint",
    "Decisions",
    "Placed",
    "Prefix",
    "Spoiler",
    "breakpoints",
    "consistent",
    "content",
    "framing",
    "is_empty",
    "literals",
    "may_be_empty",
    "most_written",
    "place_blocks",
    "size",
    "spoilers",
    "worlds",
]

Decisions = tuple[tuple[Condition, int], ...]
ONCE = Interval(1, 1)

MAX_WORLDS = 64
"""Requests of one call site that are told apart; more conditions than that decide nothing together."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A block, or blocks that are not seen, at its place in wire order."""

    item: Block | Rest
    index: int
    decisions: Decisions
    """What must hold for it to be sent."""
    count: Interval = ONCE
    """How often it comes."""
    over: Span | None = None
    """What decides how often, where a loop does."""

    @property
    def level(self) -> Level:
        """tools, system or messages."""
        return self.item.level


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """A place up to which one cache entry is written."""

    at: Placed
    marker: Marker
    lifetime: float
    """Seconds that its entry lives; the shortest where that is not known."""
    automatic: bool = False

    @property
    def count(self) -> Interval:
        """How many markers it may be: one in a loop comes as often as its block."""
        return ONCE if self.automatic else self.at.count

    @property
    def decisions(self) -> Decisions:
        """What must hold for it to be there."""
        return (*self.at.decisions, *self.marker.conditions)


def place_blocks(request: Request) -> tuple[Placed, ...]:
    """Everything that is sent, in wire order; alternatives one after the other."""
    items = (*request.tools, *request.system, *request.messages)
    found = _placed(items, (), ONCE, None)
    return tuple(replace(placed, index=index) for index, placed in enumerate(found))


def _placed(
    items: Sequence[Item], decisions: Decisions, count: Interval, over: Span | None
) -> Iterator[Placed]:
    for item in items:
        match item:
            case Block() | Rest():
                yield Placed(item, 0, decisions, count, over)
            case Choice(condition, alternatives):
                for branch, run in enumerate(alternatives):
                    yield from _placed(run, (*decisions, (condition, branch)), count, over)
            case Repeat(inner, times, source):
                high = None if count.high is None or times.high is None else count.high * times.high
                number = Interval(count.low * times.low, high)
                yield from _placed(inner, decisions, number, source if times != ONCE else over)


def consistent(*groups: Decisions) -> bool:
    """Whether decisions can hold in one request."""
    taken: dict[object, int] = {}
    for condition, branch in (decision for group in groups for decision in group):
        if taken.setdefault(condition.key, branch) != branch:
            return False
    return True


def breakpoints(request: Request, blocks: Sequence[Placed], limits: Limits) -> tuple[Breakpoint, ...]:
    """Every breakpoint that the API accepts in wire order, the automatic one last.

    Automatic caching marks the last block that can carry a marker; on one that has the same
    marker it does nothing.
    """
    explicit = [
        Breakpoint(placed, placed.item.marker, _lifetime(placed.item.marker, limits))
        for placed in blocks
        if isinstance(placed.item, Block)
        and placed.item.marker is not None
        and is_accepted(placed.item, limits)
    ]
    automatic = request.automatic
    last = next((p for p in reversed(blocks) if _can_be_marked(p, limits)), None)
    if automatic is None or automatic.problem or last is None:
        return tuple(explicit)
    own = last.item.marker if isinstance(last.item, Block) else None
    if own is not None and own.ttl == automatic.ttl and not own.conditions:
        return tuple(explicit)
    return (*explicit, Breakpoint(last, automatic, _lifetime(automatic, limits), automatic=True))


def is_accepted(block: Block, limits: Limits) -> bool:
    """Whether the API takes the marker of a block."""
    if block.marker is None or block.marker.problem or block.deferred:
        return False
    return block.kind not in limits.unmarkable and not is_empty(block)


def is_empty(block: Block) -> bool:
    """Whether it is a text block without text."""
    constant = block.text.constant
    return block.kind == "text" and constant is not None and not constant.strip()


def may_be_empty(block: Block) -> bool:
    """Whether it is a text block whose text is chosen among constants, one of them empty.

    Where one of the others is not known, a test that went before may have ruled the empty one out.
    """
    match block.text.pieces:
        case (TextChoice(_, alternatives),) if block.kind == "text":
            texts = [a.constant if isinstance(a, Text) else None for a in alternatives]
            return None not in texts and any(not (text or "").strip() for text in texts)
        case _:
            return False


def _lifetime(marker: Marker, limits: Limits) -> float:
    return limits.lifetimes.get(marker.ttl or limits.default_lifetime, min(limits.lifetimes.values()))


def _can_be_marked(placed: Placed, limits: Limits) -> bool:
    match placed.item:
        case Rest():
            return True
        case Block() as block:
            return block.kind not in limits.unmarkable and not is_empty(block)


# -- what a prefix holds ------------------------------------------------------------------------


def literals(value: Text) -> Iterator[Literal]:
    """Every literal of a text, those of alternatives included."""
    for piece in value.pieces:
        match piece:
            case Literal():
                yield piece
            case TextChoice(_, alternatives):
                for alternative in alternatives:
                    if isinstance(alternative, Text):
                        yield from literals(alternative)
            case TextRepeat(body):
                yield from literals(body)
            case _:
                pass


def most_written(blocks: Sequence[Placed], tokenizer: Tokenizer, generation: str | None) -> int:
    """Tokens at most of the text of some blocks that is written in the code."""
    texts = [part.text for p in blocks if isinstance(p.item, Block) for part in literals(p.item.text)]
    return sum(tokenizer.estimate(text, generation).high or 0 for text in texts)


def _holes(value: Text, decisions: Decisions) -> Iterator[tuple[Hole, Decisions]]:
    for piece in value.pieces:
        yield from _holes_of(piece, decisions)


def _holes_of(piece: Piece, decisions: Decisions) -> Iterator[tuple[Hole, Decisions]]:
    match piece:
        case Hole():
            yield piece, decisions
        case TextChoice(condition, alternatives):
            for branch, alternative in enumerate(alternatives):
                if isinstance(alternative, Text):
                    yield from _holes(alternative, (*decisions, (condition, branch)))
        case TextRepeat(body):
            yield from _holes(body, decisions)
        case _:
            return


@dataclass(frozen=True, slots=True)
class Spoiler:
    """A value that keeps entries from being read."""

    hole: Hole
    cause: Cause
    """The worst of its causes."""
    severity: Severity
    confidence: Confidence
    block: Block
    spoiled: tuple[Breakpoint, ...]
    """The breakpoints at or after it, in wire order."""
    marked: bool
    """It stands in the very block that is marked, in messages that are built whole for this call."""
    lost: tuple[Placed, ...]
    """What is written again: from the last unspoiled breakpoint to the last one."""


@dataclass(frozen=True, slots=True)
class Prefix:
    """The blocks of one request and what is cached of them."""

    request: Request
    blocks: tuple[Placed, ...]
    breakpoints: tuple[Breakpoint, ...]

    @classmethod
    def of(cls, request: Request, limits: Limits) -> Prefix:
        """Lay out a request."""
        blocks = place_blocks(request)
        return cls(request, blocks, breakpoints(request, blocks, limits))

    @property
    def end(self) -> int:
        """Index of the last block that is cached; -1 without a breakpoint."""
        return max((b.at.index for b in self.breakpoints), default=-1)

    @property
    def cached(self) -> tuple[Placed, ...]:
        """The largest prefix: everything up to the last breakpoint."""
        return self.blocks[: self.end + 1]


def spoilers(prefix: Prefix, tokenizer: Tokenizer, model: Model | None) -> Iterator[Spoiler]:
    """Every value that is shown to vary at or before a breakpoint, in wire order."""
    judge = _Judge(prefix, tokenizer, model)
    for placed in prefix.cached:
        block = placed.item
        if not isinstance(block, Block) or not _speaks(block, prefix.request):
            continue
        for hole, decisions in (*_orders(placed, prefix.request), *_holes(block.text, placed.decisions)):
            spoiled = tuple(
                point
                for point in prefix.breakpoints
                if point.at.index >= placed.index and consistent(decisions, point.decisions)
            )
            if hole.causes and spoiled:
                found = judge.spoiler(hole, placed, spoiled)
                if found is not None:
                    yield found


def _orders(placed: Placed, request: Request) -> Iterator[tuple[Hole, Decisions]]:
    """The orders that decide which block stands at a place: that of a set whose elements pick blocks."""
    chosen = {condition.key for condition, _ in placed.decisions}
    for decider in request.deciders:
        if decider.condition.key in chosen and any(c.topic is Topic.ORDER for c in decider.by.causes):
            yield decider.by, placed.decisions


def _speaks(block: Block, request: Request) -> bool:
    """Whether values in a block can be to blame.

    What a conversation already holds was frozen when it was appended, and what this call appends
    is new by right.
    """
    return block.level is not Level.MESSAGES or (request.one_shot and not block.tail)


@dataclass(frozen=True, slots=True)
class _Judge:
    """How bad is a value, seen from the breakpoints that it spoils?"""

    prefix: Prefix
    tokenizer: Tokenizer
    model: Model | None

    def spoiler(self, hole: Hole, placed: Placed, spoiled: tuple[Breakpoint, ...]) -> Spoiler | None:
        """The value with its worst cause; None where all of them are silent."""
        block = placed.item
        assert isinstance(block, Block)
        before = [point.at.index for point in self.prefix.breakpoints if point.at.index < placed.index]
        start = max(before, default=-1) + 1
        lost = self.prefix.blocks[start : spoiled[-1].at.index + 1]
        lifetime = max(point.lifetime for point in spoiled)
        judged = [(self._judged(cause, lifetime, lost), cause) for cause in hole.causes]
        known = [(level, cause) for level, cause in judged if level is not None]
        if not known:
            return None
        worst, cause = max(known)
        if hole.confidence < Confidence.HIGH:
            worst = min(worst, Severity.WARNING)
        marked = block.level is Level.MESSAGES and any(p.at.index == placed.index for p in spoiled)
        confidence = min(hole.confidence, self.prefix.request.site.confidence)
        return Spoiler(hole, cause, worst, confidence, block, spoiled, marked, lost)

    def _judged(self, cause: Cause, lifetime: float, lost: Sequence[Placed]) -> Severity | None:
        """How bad a cause is; text about one user is bad where text for all is cached with it."""
        if cause.kind is not Kind.USER:
            return severity(cause, lifetime)
        generation = self.model.generation if self.model is not None else None
        most = most_written(lost, self.tokenizer, generation)
        minimum = self.model.minimum if self.model is not None else SMALLEST_MINIMUM
        return Severity.WARNING if most >= minimum else Severity.PEDANTIC


SMALLEST_MINIMUM = 512
"""Tokens from which some model caches; for a model that is not known."""


def size(blocks: Sequence[Placed], tokenizer: Tokenizer, model: Model | None, limits: Limits) -> Interval:
    """Tokens of some blocks of a request, with the framing of their tools and messages."""
    return content(blocks, tokenizer, model, limits) + framing(blocks, tokenizer, model)


def content(blocks: Sequence[Placed], tokenizer: Tokenizer, model: Model | None, limits: Limits) -> Interval:
    """Tokens of what some blocks say, without framing."""
    generation = model.generation if model is not None else None
    total = Interval(0, 0)
    for placed in blocks:
        once = Interval(0, None)
        if isinstance(placed.item, Block) and placed.item.kind not in limits.uncounted:
            once = tokenizer.estimate(placed.item.text, generation)
        total += _times(once, Interval(0, placed.count.high) if placed.decisions else placed.count)
    return total


def framing(
    blocks: Sequence[Placed], tokenizer: Tokenizer, model: Model | None, *, opening: bool = True
) -> Interval:
    """Tokens that some blocks of a request cost beyond what they say; `opening`: they begin the request."""
    tools = sum(1 for placed in blocks if placed.level is Level.TOOLS)
    messages = len(
        {p.item.message for p in blocks if isinstance(p.item, Block) and p.level is Level.MESSAGES}
    )
    return tokenizer.framing(messages, tools, model, opening=opening)


def _times(once: Interval, count: Interval) -> Interval:
    high = None if once.high is None or count.high is None else once.high * count.high
    return Interval(once.low * count.low, high)


# -- worlds -------------------------------------------------------------------------------------


def worlds(points: Sequence[Breakpoint]) -> Iterator[tuple[Breakpoint, ...]]:
    """The breakpoints of every request that the conditions allow, at most 64 of them.

    With more undecided conditions than that, only what is there in every request.
    """
    branches: dict[object, set[int]] = {}
    for point in points:
        for condition, branch in point.decisions:
            branches.setdefault(condition.key, {0, 1}).add(branch)
    total = 1
    for options in branches.values():
        total *= len(options)
    if total > MAX_WORLDS:
        yield tuple(point for point in points if not point.decisions)
        return
    for taken in product(*(sorted(options) for options in branches.values())):
        world = dict(zip(branches, taken, strict=True))
        yield tuple(p for p in points if all(world[c.key] == branch for c, branch in p.decisions))
