"""What does sorting do? The order no longer depends on where the elements came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, overload

from promptlint.evaluate.evaluation import Arguments, CallEvent, Place
from promptlint.evaluate.value import (
    Choice,
    Const,
    Either,
    Element,
    Hole,
    Many,
    One,
    Param,
    Repeat,
    Rest,
    Text,
    Tuple,
    Unknown,
    Value,
)
from promptlint.interval import Interval
from promptlint.variation import Kind

__all__ = ["ordered", "sort_key", "unordered"]

ORDERS = frozenset({Kind.ORDER_CALL, Kind.ORDER_PROCESS, Kind.ORDER_FILESYSTEM})


def ordered(elements: Sequence[Element], arguments: Arguments, place: Place) -> tuple[Element, ...]:
    """The elements sorted, where their order can be computed; else in an order that is always the same."""
    settled = tuple(_settled(e) for e in elements)
    keys = [sort_key(e, arguments, place) for e in settled]
    reverse = arguments.get("reverse") or Const(False)
    if isinstance(reverse, Const) and None not in keys and len({type(k) for k in keys}) <= 1:
        pairs = sorted(zip(keys, settled, strict=True), key=_first, reverse=bool(reverse.value))
        return tuple(e for _, e in pairs)
    if len(settled) <= 1:
        return settled
    if not all(isinstance(e, One) for e in settled):
        return (Many(settled, Interval(0, None)),)
    which = place.fresh("which comes first")
    any_of = Either(which, tuple((e,) for e in settled))
    return (Many((any_of,), Interval(len(settled), len(settled))),)


def _first(pair: tuple[Any, Element]) -> Any:  # noqa: ANN401 - keys of one type, whichever it is
    return pair[0]


def sort_key(element: Element, arguments: Arguments, place: Place) -> Any:  # noqa: ANN401
    """What an element is sorted by; None where that cannot be computed."""
    if not isinstance(element, One):
        return None
    function = arguments.get("key")
    if function in (None, Const(None)):
        return _plain(element.value)
    assert function is not None
    event = CallEvent(place.node, function, Arguments((element.value,)), place.state, place.evaluation)
    return _plain(place.evaluation.interpreter.call(event))


def _plain(value: Value) -> Any:  # noqa: ANN401
    match value:
        case Const(int() | float() as number):
            return number
        case Text():
            return value.constant
        case Tuple(elements):
            parts = [_plain(e.value) if isinstance(e, One) else None for e in elements]
            return None if None in parts else tuple(parts)
        case _:
            return None


def _settled(element: Element) -> Element:
    match element:
        case One(value):
            return One(unordered(value))
        case Many(body, count):
            return Many(tuple(_settled(e) for e in body), count)
        case Either(condition, alternatives):
            return Either(condition, tuple(tuple(_settled(e) for e in run) for run in alternatives))
        case Rest(value):
            changed = unordered(value)
            return Rest(changed) if isinstance(changed, Unknown | Param | Hole) else element


@overload
def unordered(value: Text) -> Text: ...
@overload
def unordered(value: Value) -> Value: ...
def unordered(value: Value) -> Value:
    """The value without causes that are only about order."""
    match value:
        case Hole(causes):
            return replace(value, causes=frozenset(c for c in causes if c.kind not in ORDERS))
        case Text(parts):
            changed: list[Any] = []
            for piece in parts:
                match piece:
                    case Hole():
                        changed.append(unordered(piece))
                    case Repeat(body, count, separator):
                        changed.append(Repeat(unordered(body), count, separator))
                    case _:
                        changed.append(piece)
            return Text(tuple(changed))
        case Tuple(elements):
            return Tuple(tuple(_settled(e) for e in elements))
        case Choice(condition, alternatives):
            return Choice(condition, tuple(unordered(a) for a in alternatives))
        case _:
            return value
