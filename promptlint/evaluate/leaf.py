"""What is a value made of that is put in at run time?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from promptlint.evaluate.store import DictObject, Instance, ListObject, State
from promptlint.evaluate.text import pieces
from promptlint.evaluate.value import (
    Address,
    Choice,
    Condition,
    Either,
    Element,
    Hole,
    Literal,
    Many,
    One,
    Param,
    Ref,
    Repeat,
    Rest,
    Text,
    Tuple,
    Unknown,
    Value,
)

__all__ = ["asked_of", "conditions", "leaves", "objects"]

Leaf = Hole | Param | Unknown


def leaves(values: Iterable[Value | None], state: State) -> Iterator[Leaf]:
    """Every unknown, parameter and run-time value that some values are made of."""
    return (part for part in _all(values, state) if not isinstance(part, Condition))


def objects(values: Iterable[Value | None], state: State) -> frozenset[Address]:
    """Every object that some values lead to."""
    seen: set[object] = set()
    for value in values:
        for _ in _leaves(value, state, seen):
            pass
    return frozenset(address for address in seen if isinstance(address, Address))


def conditions(values: Iterable[Value | None], state: State) -> Iterator[Condition]:
    """Every condition that decides what some values are."""
    return (part for part in _all(values, state) if isinstance(part, Condition))


MAX_ASKED = 8
"""Values of one test that are told apart; it takes one to know that it varies."""


def asked_of(values: Iterable[Value]) -> tuple[Leaf, ...]:
    """The run-time values that a test of some values reads; what lies inside objects is left out."""
    found: dict[Leaf, None] = {}
    for leaf in _read_by(values):
        found.setdefault(leaf)
        if len(found) == MAX_ASKED:
            break
    return tuple(found)


def _read_by(values: Iterable[Value]) -> Iterator[Leaf]:
    for value in values:
        match value:
            case Hole() | Param() | Unknown():
                yield value
            case Text():
                yield from (piece for piece in pieces(value) if isinstance(piece, Hole | Param | Unknown))
                for piece in pieces(value):
                    if isinstance(piece, Choice):
                        yield from piece.condition.asked
            case Choice(condition, alternatives):
                yield from condition.asked
                yield from _read_by(alternatives)
            case _:
                pass


def _all(values: Iterable[Value | None], state: State) -> Iterator[Leaf | Condition]:
    seen: set[object] = set()
    for value in values:
        yield from _leaves(value, state, seen)


def _leaves(value: Value | None, state: State, seen: set[object]) -> Iterator[Leaf | Condition]:
    match value:
        case None:
            return
        case Unknown() | Param() | Hole():
            yield value
        case Text():
            for piece in pieces(value):
                match piece:
                    case Choice(condition):
                        yield condition
                    case Hole() | Param() | Unknown():
                        yield piece
                    case Literal() | Repeat():
                        pass
        case Tuple(elements):
            yield from _element_leaves(elements, state, seen)
        case Choice(condition, alternatives):
            yield condition
            for alternative in alternatives:
                yield from _leaves(alternative, state, seen)
        case Ref(address) if address not in seen:
            seen.add(address)
            match state.object(value):
                case ListObject(elements):
                    yield from _element_leaves(elements, state, seen)
                case DictObject(entries, rest):
                    for entry in entries.values():
                        yield from (condition for condition, _ in entry.conditions)
                        yield from _leaves(entry.value, state, seen)
                    yield from _leaves(rest, state, seen)
                case Instance(_, fields):
                    for item in fields.values():
                        yield from _leaves(item, state, seen)
        case _:
            return


def _element_leaves(
    elements: Sequence[Element], state: State, seen: set[object]
) -> Iterator[Leaf | Condition]:
    for element in elements:
        match element:
            case One(value) | Rest(value):
                yield from _leaves(value, state, seen)
            case Many(body):
                yield from _element_leaves(body, state, seen)
            case Either(condition, alternatives):
                yield condition
                for run in alternatives:
                    yield from _element_leaves(run, state, seen)
