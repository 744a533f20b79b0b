"""Which tokens of a request are read from the cache, which are written, and which have nothing to do with it?

A request is cut at its breakpoints, and each piece into what stays the same and what changes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from promptlint.evaluate.value import Choice, Hole, Piece, Repeat, Text
from promptlint.facts import Limits, Model
from promptlint.interval import Interval
from promptlint.prefix import Breakpoint, Placed, Prefix, content, framing, size, spoilers
from promptlint.request import Block, Level, Request
from promptlint.tokens import Tokenizer
from promptlint.variation import Kind
from promptlint.world import decided

__all__ = ["Part", "Standing", "layouts", "total"]


class Standing(StrEnum):
    """What the cache has to do with a part of a request."""

    STABLE = "stable"
    """Cached, and nothing up to its breakpoint is shown to change: read, unless the entry is gone."""
    SPOILED = "spoiled"
    """Cached, and would stay the same, but something up to its breakpoint changes."""
    CHANGING = "changing"
    """Cached, and what changes."""
    NEW = "new"
    """What this call adds to a conversation, up to a breakpoint: written once, as it should be."""
    UNMARKED = "unmarked"
    """Constant text of tools or system that no breakpoint covers, or none that has an effect."""
    FRESH = "fresh"
    """Behind the last breakpoint."""


@dataclass(frozen=True, slots=True)
class Part:
    """Tokens of a request that are paid for in the same way."""

    tokens: Interval
    standing: Standing
    ttl: str | None = None
    """Lifetime of the entry that it is in, or would be in; None: not known."""
    period: float | None = None
    """Seconds after which something up to its breakpoint has changed, 0: at every call; None: never."""

    @property
    def is_open(self) -> bool:
        """Whether nothing bounds its size."""
        return self.tokens.high is None


def total(parts: Sequence[Part]) -> Interval:
    """The tokens of some parts together."""
    return sum((part.tokens for part in parts), start=Interval(0, 0))


def layouts(
    request: Request, model: Model | None, tokenizer: Tokenizer, limits: Limits
) -> tuple[tuple[Part, ...], ...]:
    """The parts of a request, once for every way in which it may be sent and cached.

    There are several where conditions decide what is sent, or where it is not known whether a
    prefix reaches the minimum of the model.
    """
    found: dict[tuple[Part, ...], None] = {}
    for world in decided(request):
        cutter = _Cutter(Prefix.of(world, limits), tokenizer, model, limits)
        for points in cutter.effective():
            found[tuple(part for part in cutter.parts(points) if part.tokens != _NONE)] = None
    return tuple(found)


_NONE = Interval(0, 0)
_AT_EVERY_CALL = (Kind.CALL, Kind.ORDER_CALL)


@dataclass(frozen=True, slots=True)
class _Cutter:
    """Cuts one request, in which nothing is left to decide, into parts."""

    prefix: Prefix
    tokenizer: Tokenizer
    model: Model | None
    limits: Limits

    def effective(self) -> Iterator[tuple[Breakpoint, ...]]:
        """The breakpoints that have an effect; all possibilities where a size is too near the minimum."""
        points = sorted(self.prefix.breakpoints, key=lambda point: point.at.index)
        sizes = [self._upto(point) for point in points]
        minimum = 0 if self.model is None else self.model.minimum
        surely_small = sum(each.high is not None and each.high < minimum for each in sizes)
        surely_large = sum(each.low >= minimum for each in sizes)
        for first in range(surely_small, len(points) - surely_large + 1):
            yield tuple(points[first:])

    def _upto(self, point: Breakpoint) -> Interval:
        blocks = self.prefix.blocks[: point.at.index + 1]
        return size(blocks, self.tokenizer, self.model, self.limits)

    def parts(self, points: Sequence[Breakpoint]) -> Iterator[Part]:
        """The parts in wire order, with these breakpoints in effect."""
        changing = self._changing()
        start, period = 0, None
        for point in points:
            segment = self.prefix.blocks[start : point.at.index + 1]
            period = _sooner(
                period, *(each for one in segment for each in changing.get(one.index, {}).values())
            )
            standing = Standing.STABLE if period is None else Standing.SPOILED
            whole = Part(_NONE, standing, point.marker.ttl, period)
            yield replace(whole, tokens=self._framing(segment, start))
            for placed in segment:
                yield from self._cached(placed, whole, changing.get(placed.index, {}))
            start = point.at.index + 1
        rest = self.prefix.blocks[start:]
        yield Part(self._framing(rest, start), Standing.FRESH)
        for placed in rest:
            yield from self._uncached(placed)

    def _changing(self) -> Mapping[int, Mapping[Piece, float]]:
        """The values that change while an entry lives, by block: after how many seconds each does."""
        found: dict[int, dict[Piece, float]] = {}
        for spoiler in spoilers(self.prefix, self.tokenizer, self.model):
            period = _period(spoiler.hole)
            if period is not None:
                for placed in self.prefix.cached:
                    if placed.item is spoiler.block:
                        found.setdefault(placed.index, {})[spoiler.hole] = period
        return found

    def _cached(self, placed: Placed, whole: Part, changing: Collection[Piece]) -> Iterator[Part]:
        """The parts of a block before a breakpoint; `whole`: what holds for all that is cached with it."""
        if isinstance(placed.item, Block) and placed.item.tail:
            yield replace(whole, tokens=self._tokens(placed), standing=Standing.NEW)
            return
        for tokens in self._kept(placed, lambda piece: piece not in changing):
            yield replace(whole, tokens=tokens)
        if changing:
            for tokens in self._kept(placed, lambda piece: piece in changing):
                yield replace(whole, tokens=tokens, standing=Standing.CHANGING)

    def _uncached(self, placed: Placed) -> Iterator[Part]:
        """The parts of a block behind the last breakpoint."""
        stays = Standing.FRESH if placed.level is Level.MESSAGES else Standing.UNMARKED
        for tokens in self._kept(placed, lambda piece: not _varies(piece)):
            yield Part(tokens, Standing.FRESH if tokens.high is None else stays, self.limits.default_lifetime)
        if isinstance(placed.item, Block):
            for tokens in self._kept(placed, _varies):
                yield Part(tokens, Standing.FRESH)

    def _kept(self, placed: Placed, keep: Callable[[Piece], bool]) -> Iterator[Interval]:
        """Tokens of those pieces of a block that are wanted: the bounded ones together, each other alone."""
        if not isinstance(placed.item, Block) or placed.item.kind in self.limits.uncounted:
            yield self._tokens(placed)
            return
        kept = _only(placed.item.text, keep)
        groups: list[Text] = [Text(tuple(piece for piece in kept.pieces if not self._is_open(piece)))]
        groups += [Text((piece,)) for piece in kept.pieces if self._is_open(piece)]
        for text in groups:
            yield self._tokens(replace(placed, item=replace(placed.item, text=text)))

    def _tokens(self, placed: Placed) -> Interval:
        return content((placed,), self.tokenizer, self.model, self.limits)

    def _framing(self, blocks: Sequence[Placed], start: int) -> Interval:
        return framing(blocks, self.tokenizer, self.model, opening=start == 0)

    def _is_open(self, piece: Piece) -> bool:
        generation = None if self.model is None else self.model.generation
        return self.tokenizer.estimate(Text((piece,)), generation).high is None


def _period(hole: Hole) -> float | None:
    """After how many seconds the value is another one for the same user and process; None: it stays."""
    return _sooner(
        None,
        *(
            0.0 if cause.kind in _AT_EVERY_CALL else cause.period
            for cause in hole.causes
            if cause.kind in (*_AT_EVERY_CALL, Kind.CLOCK)
        ),
    )


def _sooner(*periods: float | None) -> float | None:
    return min((period for period in periods if period is not None), default=None)


def _varies(piece: Piece) -> bool:
    return isinstance(piece, Hole) and bool(piece.causes)


def _only(text: Text, keep: Callable[[Piece], bool]) -> Text:
    """The text with only those of its innermost pieces that are wanted."""
    return Text(tuple(piece for each in text.pieces for piece in _piece(each, keep)))


def _piece(piece: Piece, keep: Callable[[Piece], bool]) -> Iterator[Piece]:
    match piece:
        case Choice(condition, alternatives):
            kept = [_only(each, keep) if isinstance(each, Text) else each for each in alternatives]
            if any(each != Text(()) for each in kept):
                yield Choice(condition, tuple(kept))
        case Repeat(body, count, separator):
            inner = _only(body, keep)
            if inner.pieces:
                yield Repeat(inner, count, separator)
        case _ if keep(piece):
            yield piece
        case _:
            return
