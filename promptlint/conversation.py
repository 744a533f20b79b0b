"""How does a conversation get longer, and does a breakpoint move along with it?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from promptlint.facts import Limits
from promptlint.interval import Interval
from promptlint.prefix import ONCE, Placed
from promptlint.request import Block, Choice, Growth, Item, Level, Repeat, Request, Rest

__all__ = ["grown", "positions", "turn"]

NOTHING = Interval(0, 0)


def grown(request: Request, blocks: Sequence[Placed]) -> tuple[Placed, ...]:
    """The blocks of a conversation from the first that an earlier request did not send."""
    if request.growth is Growth.NONE:
        return ()
    for number, placed in enumerate(blocks):
        if placed.level is Level.MESSAGES and _is_new(placed):
            return tuple(blocks[number:])
    return ()


def _is_new(placed: Placed) -> bool:
    return placed.count != ONCE or not isinstance(placed.item, Block) or placed.item.tail


def turn(request: Request) -> tuple[Item, ...]:
    """What is added between two requests, as far as it is seen."""
    if request.growth is Growth.LOOP:
        found = next((item for item in request.messages if isinstance(item, Repeat)), None)
        return found.items if found is not None else ()
    return tuple(item for item in request.messages if _is_tail(item))


def _is_tail(item: Item) -> bool:
    match item:
        case Block():
            return item.tail
        case Repeat(inner):
            return any(map(_is_tail, inner))
        case Choice(_, alternatives):
            return any(_is_tail(part) for run in alternatives for part in run)
        case Rest():
            return False


def positions(items: Sequence[Item], limits: Limits, *, joined: bool) -> Interval:
    """How many positions some items take in the look-back; `joined`: a run of one kind takes one."""
    total = NOTHING
    for kind, run in groupby(items, key=lambda item: _kind(item) if joined else None):
        parts = [_taken(item, limits, joined=joined) for item in run]
        several = NOTHING
        for part in parts:
            several += part
        total += Interval(min(several.low, 1), 1) if kind in limits.joined else several
    return total


def _taken(item: Item, limits: Limits, *, joined: bool) -> Interval:
    match item:
        case Block():
            return Interval(1, 1)
        case Rest():
            return Interval(0, None)
        case Repeat(inner, count):
            once = positions(inner, limits, joined=joined)
            high = None if once.high is None or count.high is None else once.high * count.high
            return Interval(once.low * count.low, high)
        case Choice(_, alternatives):
            runs = [positions(run, limits, joined=joined) for run in alternatives]
            highs = [run.high for run in runs if run.high is not None]
            return Interval(min(run.low for run in runs), max(highs) if len(highs) == len(runs) else None)


def _kind(item: Item) -> str | None:
    """The one kind of block that an item holds; None if there are several."""
    kinds = set(_kinds(item))
    return kinds.pop() if len(kinds) == 1 else None


def _kinds(item: Item) -> Iterator[str]:
    match item:
        case Block(_, kind):
            yield kind
        case Rest():
            yield ""
        case Repeat(inner):
            for part in inner:
                yield from _kinds(part)
        case Choice(_, alternatives):
            for part in (part for run in alternatives for part in run):
                yield from _kinds(part)
