"""What becomes of an object that the program was handed, once it is changed in place?

Nobody knows what was in it, but what is added here is known, under every name that it has.
"""

from __future__ import annotations

from collections.abc import Callable

from promptlint.evaluate.evaluation import Evaluation, Place
from promptlint.evaluate.store import DictObject, Instance, ListObject, Object, State
from promptlint.evaluate.text import choose, flattened
from promptlint.evaluate.value import (
    Address,
    Choice,
    Handed,
    Hole,
    Literal,
    Param,
    Ref,
    Rest,
    Text,
    Unknown,
    Value,
    identity,
)
from promptlint.variation import Topic

__all__ = ["as_dict", "as_list", "assigned", "present", "unseen_or_empty", "unseen_or_made"]


def as_list(value: Param | Unknown, place: Place) -> Ref:
    """The list that `value` must be; it outlives the activation."""
    return _object(value, ListObject((Rest(value),), kept=True), place)


def as_dict(value: Param | Unknown, place: Place) -> Ref:
    """The dict that `value` must be; it outlives the activation."""
    return _object(value, DictObject({}, value, kept=True, span=value.at), place)


def unseen_or_empty(value: Value, state: State) -> Value:
    """``unknown or []`` is the unknown: of what is not seen there may be nothing at all."""
    return _unseen_or(value, lambda part: isinstance(part, Ref) and _is_empty(state.object(part)))


def unseen_or_made(value: Value) -> Value:
    """``unknown or uuid4()`` is the unknown: an id is made where an object has none, and kept there."""
    return _unseen_or(value, _is_made)


def _unseen_or(value: Value, stands_in: Callable[[Value], bool]) -> Value:
    """The one unknown among the alternatives, if all others only stand in for it."""
    if not isinstance(value, Choice):
        return value
    parts = dict.fromkeys(flattened((value,)))
    unseen = [part for part in parts if isinstance(part, Param | Unknown)]
    others = [part for part in parts if stands_in(part)]
    return unseen[0] if len(unseen) == 1 and len(others) == len(parts) - 1 else value


def _is_made(value: Value) -> bool:
    """Whether nothing of a value varies but a random part."""
    pieces = value.pieces if isinstance(value, Text) else (value,)
    topics = {cause.topic for piece in pieces if isinstance(piece, Hole) for cause in piece.causes}
    return topics == {Topic.RANDOM} and all(isinstance(piece, Hole | Literal) for piece in pieces)


def _is_empty(obj: Object) -> bool:
    return isinstance(obj, ListObject) and not obj.elements and not obj.is_set


def _object(value: Param | Unknown, new: Object, place: Place) -> Ref:
    key = identity(value)
    place.evaluation.handed.add(key)
    ref = Ref(Address(Handed(key, value), place.evaluation.number))
    if place.state.store.get(ref.address) is None:
        place.state.put(ref, new)
    return ref


def assigned(old: Param | Unknown, new: Value, place: Place) -> None:
    """From now on, what was `old` is `new`: an attribute of an object that nobody knows was set."""
    key = identity(old)
    place.evaluation.handed.add(key)
    address = Address(Handed(key, old, assigned=True), place.evaluation.number)
    place.state.store.set(address, new)


def present(value: Value, evaluation: Evaluation, state: State) -> Value:
    """What a value is now: one that the program was handed may have been changed in place since."""
    match value:
        case Param() | Unknown():
            key, number = identity(value), evaluation.number
            if key not in evaluation.handed:
                return value
            found = state.store.get(Address(Handed(key, value, assigned=True), number))
            if found is not None and not isinstance(found, ListObject | DictObject | Instance):
                return found
            ref = Ref(Address(Handed(key, value), number))
            return ref if state.store.get(ref.address) is not None else value
        case Choice(condition, alternatives):
            changed = tuple(present(a, evaluation, state) for a in alternatives)
            return value if changed == alternatives else choose(condition, changed)
        case _:
            return value
