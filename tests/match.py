"""Is what was sent among what was foretold?

A reconstructed request denotes many requests: its choices, repeats and holes stand for what
only a run decides. A request that was sent matches if some way of deciding them gives exactly
its blocks. Choices of one condition are decided alike through the whole request, except inside
a repeat, where every repetition decides for itself.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from promptlint import request as blocks
from promptlint.evaluate import value as values
from promptlint.interval import Interval
from promptlint.request import Level, Request

__all__ = ["Decisions", "Sent", "alternatives", "match", "match_text", "sent_blocks"]

Decisions = frozenset[tuple[Hashable, int]]
"""Which alternative each condition took."""

_Part = values.Piece | blocks.Item
_State = tuple[int, Decisions]
"""How much of what was sent is matched, and what was decided on the way."""
_Leaf = Callable[[_Part, set[_State]], set[_State]]

_MARKED = re.compile(r"[\u10a0-\u10ff\u1c90-\u1cbf]|\\u10[0-9a-f]{2}|\\u1c[0-9a-f]{2}")
"""Characters of the marked arguments, also as JSON escapes."""

_JOINT = 4
"""Characters of constant text that may stand in what is made of arguments: ``", "``, a count."""

_CONSTANT = re.compile(rf"\.{{{_JOINT + 1}}}")
"""A run of constant text, in a text whose characters are ``.`` where they are not marked."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One block of a request that was sent."""

    level: Level
    role: str
    text: str
    ttl: str | None
    """Of its marker; None without one."""


def sent_blocks(request: Mapping[str, object]) -> tuple[Sent, ...]:
    """The blocks of a request in wire order."""
    result: list[Sent] = []
    for tool in _listed(request.get("tools", ())):
        kept = {key: part for key, part in tool.items() if key != "cache_control"}
        result.append(
            Sent(Level.TOOLS, "", json.dumps(kept, ensure_ascii=False, separators=(",", ":")), _ttl(tool))
        )
    result.extend(_content(request.get("system", ()), Level.SYSTEM, ""))
    for message in _listed(request.get("messages", ())):
        result.extend(_content(message["content"], Level.MESSAGES, str(message["role"])))
    return tuple(result)


def _listed(part: object) -> Sequence[Mapping[str, object]]:
    assert isinstance(part, list | tuple), part
    return part


def _content(content: object, level: Level, role: str) -> Iterator[Sent]:
    if isinstance(content, str):
        yield Sent(level, role, content, None)
        return
    for block in _listed(content):
        yield Sent(level, role, str(block["text"]), _ttl(block))


def _ttl(block: Mapping[str, object]) -> str | None:
    control = block.get("cache_control")
    if control is None:
        return None
    assert isinstance(control, dict)
    return str(control.get("ttl", "5m"))


def match(sent: Sequence[Sent], request: Request, *, strict: bool = False) -> Decisions | None:
    """Every decision under which `request` is what was sent; None if there is no way.

    With `strict`, arguments are marked, and nothing that is not made of them may be left open.
    """

    def leaf(part: _Part, states: set[_State]) -> set[_State]:
        match part:
            case blocks.Rest(level):
                return set(_rest(level, sent, states, strict=strict))
            case blocks.Block():
                return set(_block(part, sent, states, strict=strict))
            case _:
                raise AssertionError(part)

    items = (*request.tools, *request.system, *request.messages)
    ends = _run(items, {(0, frozenset())}, leaf)
    ways = [decided for position, decided in ends if position == len(sent)]
    return frozenset().union(*ways) if ways else None


def match_text(
    text: str,
    pattern: values.Text,
    decided: Decisions = frozenset(),
    *,
    strict: bool = False,
) -> set[Decisions]:
    """The ways in which `pattern` can be `text` when `decided` holds already."""
    last = _reach(text, strict=strict)

    def leaf(piece: _Part, states: set[_State]) -> set[_State]:
        match piece:
            case values.Literal(part):
                return _literal(part, text, states)
            case values.Hole():
                return set(_open(states, piece.size, last))
            case values.Param() | values.Unknown():
                return set(_open(states, values.ANY_SIZE, last))
            case _:
                raise AssertionError(piece)

    ends = _run(pattern.pieces, {(0, decided)}, leaf)
    return {way for position, way in ends if position == len(text)}


def _run(parts: Iterable[_Part], states: set[_State], leaf: _Leaf) -> set[_State]:
    for part in parts:
        if not states:
            break
        match part:
            case values.Choice(condition, bodies):
                states = _choose(condition.key, [_pieces(body) for body in bodies], states, leaf)
            case blocks.Choice(condition, runs):
                states = _choose(condition.key, runs, states, leaf)
            case values.Repeat(body, count, separator):
                joint = (values.Literal(separator),) if separator else ()
                states = _repeat(body.pieces, (*joint, *body.pieces), count, states, leaf)
            case blocks.Repeat(items, count):
                states = _repeat(items, items, count, states, leaf)
            case _:
                states = leaf(part, states)
    return states


def _pieces(body: values.Value) -> tuple[values.Piece, ...]:
    assert isinstance(body, values.Text), body
    return body.pieces


def _choose(
    key: Hashable, bodies: Sequence[Sequence[_Part]], states: set[_State], leaf: _Leaf
) -> set[_State]:
    result: set[_State] = set()
    for index, body in enumerate(bodies):
        result |= _run(body, set(_deciding(key, index, states)), leaf)
    return result


def _deciding(key: Hashable, index: int, states: Iterable[_State]) -> Iterator[_State]:
    for position, decided in states:
        if dict(decided).get(key, index) == index:
            yield position, decided | {(key, index)}


def _repeat(
    first: Sequence[_Part], again: Sequence[_Part], count: Interval, states: set[_State], leaf: _Leaf
) -> set[_State]:
    starts: dict[Decisions, set[int]] = defaultdict(set)
    for position, decided in states:
        starts[decided].add(position)
    result: set[_State] = set()
    for decided, positions in starts.items():
        reached: set[int] = set()
        now, times = positions, 0
        while now and (count.high is None or times < count.high):
            after = _run(again if times else first, {(position, decided) for position in now}, leaf)
            now, times = {position for position, _ in after}, times + 1
            if times >= count.low:
                if now <= reached:
                    break
                reached |= now
        if count.low == 0:
            reached |= positions
        result |= {(position, decided) for position in reached}
    return result


def _literal(part: str, text: str, states: set[_State]) -> set[_State]:
    return {(at + len(part), decided) for at, decided in states if text.startswith(part, at)}


def _open(states: set[_State], size: Interval, last: Callable[[int], int]) -> Iterator[_State]:
    """Go on by what is not known; from a place it reaches up to `last` of that place."""
    starts: dict[Decisions, list[int]] = defaultdict(list)
    for at, decided in states:
        starts[decided].append(at)
    for decided, places in starts.items():
        beyond = 0
        for at in sorted(places):
            end = last(at) if size.high is None else min(last(at), at + size.high)
            yield from ((to, decided) for to in range(max(at + size.low, beyond), end + 1))
            beyond = max(beyond, end + 1)


def _reach(text: str, *, strict: bool) -> Callable[[int], int]:
    """How far an open piece may go that begins at a place."""
    if not strict:
        return lambda _: len(text)
    marks = ["."] * len(text)
    for found in _MARKED.finditer(text):
        marks[found.start() : found.end()] = "x" * len(found[0])
    marked = "".join(marks)

    def last(at: int) -> int:
        constant = _CONSTANT.search(marked, at)
        return len(text) if constant is None else constant.start() + _JOINT

    return last


def _rest(level: Level, sent: Sequence[Sent], states: set[_State], *, strict: bool) -> Iterator[_State]:
    for start, decided in states:
        at = start
        yield at, decided
        while at < len(sent) and sent[at].level == level:
            if _reach(sent[at].text, strict=strict)(0) < len(sent[at].text):
                break
            at += 1
            yield at, decided


def _block(
    block: blocks.Block,
    sent: Sequence[Sent],
    states: set[_State],
    *,
    strict: bool,
) -> Iterator[_State]:
    for at, decided in states:
        if at == len(sent) or (sent[at].level, sent[at].role) != (block.level, block.role):
            continue
        for marked in _marker(block.marker, sent[at].ttl, decided):
            for way in match_text(sent[at].text, block.text, marked, strict=strict):
                yield at + 1, way


def _marker(marker: blocks.Marker | None, ttl: str | None, decided: Decisions) -> Iterator[Decisions]:
    """The ways in which a block with `marker` is sent with `ttl`."""
    if marker is None:
        if ttl is None:
            yield decided
        return
    states: Iterable[_State] = {(0, decided)}
    if ttl is not None:
        if marker.ttl not in (None, ttl):
            return
        for condition, index in marker.conditions:
            states = _deciding(condition.key, index, states)
        yield from (way for _, way in states)
        return
    for condition, index in marker.conditions:
        yield from (way for _, way in _deciding(condition.key, 1 - index, states))


def alternatives(parts: Iterable[_Part]) -> Iterator[tuple[Hashable, int]]:
    """Every alternative of every choice outside repeats."""
    for part in parts:
        match part:
            case values.Choice(condition, bodies):
                for index, body in enumerate(bodies):
                    yield condition.key, index
                    yield from alternatives(_pieces(body))
            case blocks.Choice(condition, runs):
                for index, run in enumerate(runs):
                    yield condition.key, index
                    yield from alternatives(run)
            case blocks.Block():
                yield from alternatives(part.text.pieces)
            case _:
                pass
