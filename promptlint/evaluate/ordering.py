"""What does sorting do? The order no longer depends on where the elements came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from promptlint.diagnostic import Interval
from promptlint.evaluate.evaluation import Arguments, Place
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
from promptlint.variation import Kind

__all__ = ["ordered", "unordered"]

ORDERS = frozenset({Kind.ORDER_CALL, Kind.ORDER_PROCESS, Kind.ORDER_FILESYSTEM})


def ordered(elements: Sequence[Element], arguments: Arguments, place: Place) -> tuple[Element, ...]:
    """The elements sorted, where their order can be computed; else in an order that is always the same."""
    settled = tuple(_settled(e) for e in elements)
    keys = [_plain(e.value) for e in settled if isinstance(e, One)]
    by_itself = arguments.get("key") in (None, Const(None))
    if by_itself and len(keys) == len(settled) and None not in keys and len({type(k) for k in keys}) <= 1:
        pairs = sorted(zip(keys, settled, strict=True), key=lambda pair: pair[0])  # type: ignore[arg-type, return-value]
        reverse = arguments.get("reverse")
        if reverse in (None, Const(False)):
            return tuple(e for _, e in pairs)
        if reverse == Const(True):
            return tuple(e for _, e in reversed(pairs))
    if len(settled) <= 1 and all(isinstance(e, One) for e in settled):
        return settled
    if len(settled) == 1 and isinstance(settled[0], Many | Rest):
        return settled
    del place
    return (Many(settled, Interval(0, None)),) if not _all_known(settled) else _any_order(settled)


def _all_known(elements: Sequence[Element]) -> bool:
    return all(isinstance(e, One) for e in elements)


def _any_order(elements: tuple[Element, ...]) -> tuple[Element, ...]:
    """Known elements in an order that a key function decides: which comes first is not known."""
    bodies = tuple(e for e in elements)
    return (Many((_one_of(bodies),), Interval(len(bodies), len(bodies))),)


def _one_of(elements: tuple[Element, ...]) -> Element:
    from promptlint.evaluate.value import Condition  # noqa: PLC0415
    from promptlint.source import Span  # noqa: PLC0415

    nowhere = Span("", None, 0, 0, 0, 0)
    return Either(Condition(("sorted", id(elements)), nowhere), tuple((e,) for e in elements))


def _plain(value: Value) -> Any:
    match value:
        case Const(int() | float() as number):
            return number
        case Text():
            return value.constant
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
                        changed.append(Repeat(unordered(body), count, separator))  # type: ignore[arg-type]
                    case _:
                        changed.append(piece)
            return Text(tuple(changed))
        case Tuple(elements):
            return Tuple(tuple(_settled(e) for e in elements))
        case Choice(condition, alternatives):
            return Choice(condition, tuple(unordered(a) for a in alternatives))
        case _:
            return value
