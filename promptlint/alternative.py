"""Which run of blocks is sent? Alternatives, each with the markers that it has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from promptlint.evaluate.value import Condition
from promptlint.request import Block, Choice, Item, Marker, Repeat

__all__ = ["choice"]


def choice(condition: Condition, runs: tuple[tuple[Item, ...], ...]) -> Iterator[Item]:
    """A choice of runs of items; equal runs are no choice. What decides among them decides about markers."""
    runs = tuple(tuple(_decided(item, condition, i) for item in run) for i, run in enumerate(runs))
    if all(run == runs[0] for run in runs):
        yield from runs[0]
    else:
        yield Choice(condition, runs)


def _decided(item: Item, condition: Condition, branch: int) -> Item:
    """An item whose markers are there or not once it is known how a condition was decided."""
    match item:
        case Choice(inner, runs):
            decided = (tuple(_decided(each, condition, branch) for each in run) for run in runs)
            return Choice(inner, tuple(decided))
        case Repeat(items, count):
            return Repeat(tuple(_decided(each, condition, branch) for each in items), count)
        case Block() if item.marker is not None:
            return _with_marker(item, item.marker, condition, branch)
        case _:
            return item


def _with_marker(block: Block, marker: Marker, condition: Condition, branch: int) -> Block:
    wanted = [b for c, b in marker.conditions if c == condition]
    if any(b != branch for b in wanted):
        return replace(block, marker=None)
    left = tuple((c, b) for c, b in marker.conditions if c != condition)
    return replace(block, marker=replace(marker, conditions=left)) if wanted else block
