"""Which requests may one call send, once its conditions are decided?"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from math import prod

from promptlint.prefix import MAX_WORLDS
from promptlint.request import Block, Choice, Item, Marker, Repeat, Request, Rest

__all__ = ["decided"]

_World = Mapping[Hashable, int]
"""Condition → the branch taken."""


def decided(request: Request) -> tuple[Request, ...]:
    """The request in every way in which its conditions can turn out, at most 64 of them.

    In none of them is there a choice between blocks, or a marker under a condition; choices inside
    a text are left. With more conditions than that the request comes back as it is.
    """
    branches: dict[Hashable, int] = {}
    for key, count in _conditions(request):
        branches[key] = max(count, branches.get(key, 0))
    if not branches or prod(branches.values()) > MAX_WORLDS:
        return (request,)
    return tuple(
        _in_world(request, dict(zip(branches, taken, strict=True)))
        for taken in product(*map(range, branches.values()))
    )


_GIVEN_OR_NOT = 2


def _conditions(request: Request) -> Iterator[tuple[Hashable, int]]:
    """Each condition and the number of its branches."""
    markers = [] if request.automatic is None else [request.automatic]
    waiting = [*request.tools, *request.system, *request.messages]
    while waiting:
        match waiting.pop(0):
            case Choice(condition, alternatives):
                yield condition.key, len(alternatives)
                waiting += [item for run in alternatives for item in run]
            case Repeat(items):
                waiting += items
            case Block(marker=Marker() as marker):
                markers.append(marker)
            case Block() | Rest():
                pass
    for marker in markers:
        yield from (
            (condition.key, max(branch + 1, _GIVEN_OR_NOT)) for condition, branch in marker.conditions
        )


def _in_world(request: Request, world: _World) -> Request:
    return replace(
        request,
        tools=tuple(_items(request.tools, world)),
        system=tuple(_items(request.system, world)),
        messages=tuple(_items(request.messages, world)),
        automatic=_marker(request.automatic, world),
    )


def _items(items: Sequence[Item], world: _World) -> Iterator[Item]:
    for item in items:
        match item:
            case Choice(condition, alternatives):
                branch = world[condition.key]
                yield from _items(alternatives[branch] if branch < len(alternatives) else (), world)
            case Repeat(inner, count):
                yield Repeat(tuple(_items(inner, world)), count)
            case Block():
                yield replace(item, marker=_marker(item.marker, world))
            case Rest():
                yield item


def _marker(marker: Marker | None, world: _World) -> Marker | None:
    if marker is None or any(world[condition.key] != branch for condition, branch in marker.conditions):
        return None
    return replace(marker, conditions=())
