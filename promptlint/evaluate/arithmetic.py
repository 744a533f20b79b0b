"""What do operators make of two values?"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from promptlint.evaluate import clock
from promptlint.evaluate.containers import container_method, update
from promptlint.evaluate.evaluation import Arguments, Place
from promptlint.evaluate.formatting import percent, to_text
from promptlint.evaluate.sequence import elements_of
from promptlint.evaluate.store import DictObject, ListObject
from promptlint.evaluate.text import MAX_ALTERNATIVES, assume, blur, concat, flattened, passable, width
from promptlint.evaluate.value import (
    EMPTY,
    Choice,
    Const,
    Element,
    FilePath,
    Hole,
    HopKind,
    Literal,
    Many,
    Origin,
    Param,
    Reason,
    Ref,
    Repeat,
    Text,
    Tuple,
    Unknown,
    Value,
)
from promptlint.interval import Interval

__all__ = ["binary"]

NUMERIC: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.BitXor: operator.xor,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.Pow: operator.pow,
}
MAX_NUMBER = 10**9
"""Larger constants are no counts of a prompt; computing with them may not end."""
MAX_POWER = 64
"""Larger exponents and shifts are no counts of a prompt either."""
MAX_ELEMENTS = 1000
"""Elements of a list made by repetition."""
MAX_TEXT = 4_000_000
"""Characters of a text made by repetition."""


def binary(op: ast.operator, left: Value, right: Value, place: Place) -> Value:
    """``left op right``."""
    if isinstance(op, ast.Add) and _are_long_texts(left, right):
        return concat(to_text(left, place), to_text(right, place))
    if isinstance(left, Choice) and width(left) * width(right) <= MAX_ALTERNATIVES:
        return _over(left, lambda a, r: _unless_none(a, lambda: binary(op, a, r, place)), right, place)
    if isinstance(right, Choice) and width(right) <= MAX_ALTERNATIVES and not isinstance(op, ast.Mod):
        return _over(right, lambda b, _: _unless_none(b, lambda: binary(op, left, b, place)), right, place)
    if isinstance(right, Choice) and width(right) <= MAX_ALTERNATIVES:
        return _over(right, lambda b, _: binary(op, left, b, place), right, place)
    if isinstance(left, Const) and isinstance(right, Const):
        return _numbers(op, left, right, place)
    match op:
        case ast.Add():
            return _plus(left, right, place)
        case ast.Mult():
            return _times(left, right, place)
        case ast.Mod() if isinstance(left, Text):
            return percent(left, right, place)
        case ast.Div() if isinstance(left, FilePath) and isinstance(right, Text | Unknown | Param):
            tail = right.constant if isinstance(right, Text) else None
            if tail is not None:
                return FilePath(f"{left.path}/{tail}")
            made = place.derived(blur(right, place.span) if isinstance(right, Text) else right)
            return replace(made, reason=Reason.FILE) if isinstance(made, Unknown) else made
        case ast.BitOr() | ast.BitAnd() | ast.Sub() | ast.BitXor() if isinstance(left, Ref):
            return _merged(op, left, right, place)
        case ast.FloorDiv() | ast.Sub() if isinstance(left, Hole):
            return clock.arithmetic(op, left, right, place)
        case _:
            return _combined(left, right, place)


LONGEST_KEY = 64
"""Characters of a text that may still be asked for as a key; alternatives of it are told apart."""


def _are_long_texts(left: Value, right: Value) -> bool:
    """Texts of which one is a choice: one text in which the choice is a piece, nothing multiplied out."""
    if not isinstance(left, Choice) and not isinstance(right, Choice):
        return False
    every = [*flattened((left,)), *flattened((right,))]
    texts = [value for value in every if isinstance(value, Text)]
    if len(texts) != len(every):
        return False
    plain = [text.constant for text in texts]
    both = isinstance(left, Choice) and isinstance(right, Choice)
    return both or any(part is None or len(part) > LONGEST_KEY for part in plain)


def _over(choice: Choice, apply: Callable[[Value, Value], Value | None], other: Value, place: Place) -> Value:
    condition = choice.condition
    results = [apply(a, assume(other, condition, i)) for i, a in enumerate(choice.alternatives)]
    found = passable(condition, results)
    return found if found is not None else place.unknown(Reason.CONSTRUCT)


def _unless_none(operand: Value, compute: Callable[[], Value]) -> Value | None:
    """``None`` has no operators: an exception."""
    return None if operand == Const(None) else compute()


def _numbers(op: ast.operator, left: Const, right: Const, place: Place) -> Value:
    a, b = left.value, right.value
    compute = NUMERIC.get(type(op))
    if compute is not None and isinstance(a, int | float) and isinstance(b, int | float):
        steep = isinstance(op, ast.LShift | ast.Pow) and abs(b) > MAX_POWER
        if abs(a) < MAX_NUMBER and abs(b) < MAX_NUMBER and not steep:
            try:
                return Const(compute(a, b))
            except (ZeroDivisionError, TypeError, ValueError, OverflowError):
                pass
    if isinstance(a, bytes) and isinstance(b, bytes) and isinstance(op, ast.Add):
        return Const(a + b)
    return place.hole(frozenset(), "number", "float")


def _plus(left: Value, right: Value, place: Place) -> Value:
    if isinstance(left, Tuple) and isinstance(right, Tuple):
        return Tuple((*left.elements, *right.elements))
    if isinstance(left, Ref):
        obj = place.state.object(left)
        if isinstance(obj, ListObject):
            more = elements_of(right, place)
            return place.ref(
                ListObject((*obj.elements, *more), loops=obj.loops, kept=obj.kept, grown=obj.grown)
            )
    if isinstance(right, Ref) and isinstance(left, Unknown | Param | Hole):
        obj = place.state.object(right)
        if isinstance(obj, ListObject):
            added = sum(1 for _ in obj.elements)
            return place.ref(ListObject((*elements_of(left, place), *obj.elements), kept=True, grown=added))
    if isinstance(left, Text) or isinstance(right, Text):
        return concat(to_text(left, place, strict=True), to_text(right, place, strict=True))
    if isinstance(left, Hole) and left.type == "str":
        return concat(to_text(left, place), to_text(right, place, strict=True))
    return _combined(left, right, place)


def _times(left: Value, right: Value, place: Place) -> Value:
    if isinstance(left, Const) and not isinstance(right, Const):
        left, right = right, left
    count = right.value if isinstance(right, Const) and isinstance(right.value, int) else None
    match left:
        case Text():
            if count is None:
                return Text((Repeat(left, Interval(0, None)),)) if left.pieces else EMPTY
            size = sum(len(getattr(piece, "text", "x")) for piece in left.pieces)
            if size * count > MAX_TEXT:
                return place.hole(frozenset(), "text", "str", Interval(size * count, None))
            return _repeat(left, max(count, 0))
        case Tuple(elements):
            return Tuple(_repeated(elements, count))
        case Ref():
            obj = place.state.object(left)
            if isinstance(obj, ListObject):
                return place.ref(ListObject(_repeated(obj.elements, count)))
        case _:
            pass
    return _combined(left, right, place)


def _repeat(left: Text, count: int) -> Text:
    match left.pieces:
        case (Literal(part) as only,) if count:
            return Text((replace(only, text=part * count),))
        case _:
            return concat(*(left for _ in range(count)))


def _repeated(elements: tuple[Element, ...], count: int | None) -> tuple[Element, ...]:
    if count is None or count * len(elements) > MAX_ELEMENTS:
        number = Interval(0, None) if count is None else Interval(count, count)
        return (Many(elements, number),)
    return elements * max(count, 0)


SET_METHODS: Mapping[type[ast.operator], str] = {
    ast.BitOr: "union",
    ast.BitAnd: "intersection",
    ast.Sub: "difference",
    ast.BitXor: "symmetric_difference",
}


def _merged(op: ast.operator, left: Ref, right: Value, place: Place) -> Value:
    """``a | b`` of dicts, and the operators of sets."""
    obj = place.state.object(left)
    if isinstance(obj, ListObject):
        # What is no set is what a table gives as its keys or pairs; what comes of it is one.
        whole = left if obj.is_set else place.ref(replace(obj, is_set=True))
        made = container_method(whole, SET_METHODS[type(op)], Arguments((right,)), place)
        return made if made is not None else place.derived(left)
    if not isinstance(obj, DictObject):
        return place.derived(left)
    result = place.ref(DictObject(dict(obj.entries), obj.rest))
    update(result, right, place)
    return result


def _combined(left: Value, right: Value, place: Place) -> Value:
    """An operation that cannot be followed: it varies as its operands do."""
    for value in (left, right):
        if isinstance(value, Unknown | Param):
            return place.derived(value)
    holes = [value for value in (left, right) if isinstance(value, Hole)]
    if not holes:
        return place.derived(left)
    first = holes[0]
    origin = Origin(HopKind.CONVERTED, place.span, "", first.origin)
    causes = frozenset[Any]().union(*(hole.causes for hole in holes))
    return replace(first, causes=causes, type=first.type, size=Interval(0, None), origin=origin)
