"""What is at a place of a sequence or under a key of a table?"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace

from promptlint.evaluate import clock, trimming
from promptlint.evaluate.assign import Bounds
from promptlint.evaluate.cutting import slice_text
from promptlint.evaluate.edit import edited
from promptlint.evaluate.evaluation import Arguments, CallEvent, Place
from promptlint.evaluate.leaf import asked_of
from promptlint.evaluate.lineage import enum_members, has_base, is_named_tuple, member
from promptlint.evaluate.position import any_item, index, kinds
from promptlint.evaluate.sequence import is_constant, known, slice_elements
from promptlint.evaluate.store import DictObject, Entry, Instance, ListObject
from promptlint.evaluate.text import MAX_ALTERNATIVES, assume, blur, choose, passable
from promptlint.evaluate.value import (
    Bound,
    Choice,
    Class,
    Condition,
    Const,
    Element,
    External,
    Function,
    Hole,
    Literal,
    Many,
    One,
    Param,
    Reason,
    Ref,
    Rest,
    Text,
    Tuple,
    Unknown,
    Value,
    identity,
    path_of,
    text,
)
from promptlint.evaluate.weight import is_light
from promptlint.interval import Interval
from promptlint.variation import Kind

__all__ = ["chosen_item", "item_at", "subscript", "table_item", "take_slice"]


def subscript(owner: Value, key: Value, place: Place) -> Value:
    """``owner[key]``."""
    match owner:
        case Choice(condition, alternatives):
            keys = [assume(key, condition, i) for i in range(len(alternatives))]
            found = [
                None if _is_missing(a, k, place) else subscript(a, k, place)
                for a, k in zip(alternatives, keys, strict=True)
            ]
            value = passable(condition, found)
            return value if value is not None else place.unknown(Reason.CONSTRUCT)
        case Tuple(elements):
            return item_at(elements, key, place)[1]
        case Text():
            return _character(owner, key, place)
        case Ref():
            return _object_item(owner, key, place)
        case Unknown() | Param():
            return place.derived(owner, place.written, f"{path_of(owner)}[{_label(key)}]")
        case Hole():
            return place.derived(owner, place.written)
        case Class():
            members = enum_members(owner, place)
            return owner if members is None else chosen_item(members, key, None, place)
        case External(name):
            return External(name, place.written)
        case _:
            return place.derived(owner, place.written)


def _is_missing(owner: Value, key: Value, place: Place) -> bool:
    """Whether ``owner[key]`` surely raises an exception."""
    match owner:
        case Choice(condition, alternatives):
            return all(_is_missing(a, assume(key, condition, i), place) for i, a in enumerate(alternatives))
        case Const(None | bool() | int() | float()):
            return True
        case Ref():
            obj = place.state.object(owner)
            if isinstance(obj, Instance):
                return not has_base(obj.cls) and member(obj.cls, "__getitem__", place) is None
            if isinstance(obj, ListObject):
                return _is_behind(obj.elements, key)
            if not isinstance(obj, DictObject) or obj.rest is not None or obj.factory is not None:
                return False
            return is_constant(key) and key not in obj.entries
        case Tuple(elements):
            return _is_behind(elements, key)
        case _:
            return False


def _is_behind(elements: tuple[Element, ...], key: Value) -> bool:
    """Whether there is surely no element at a position."""
    parts = known(elements)
    if parts is None or not isinstance(key, Const) or not isinstance(key.value, int):
        return False
    return not -len(parts) <= key.value < len(parts)


def _label(key: Value) -> str:
    """A key in an access path: the same for the same key."""
    match key:
        case Text() if key.constant is not None:
            return repr(key.constant)
        case Const(constant):
            return repr(constant)
        case Unknown() | Param():
            return str(identity(key))
        case _:
            return f"@{id(key)}"


def _character(owner: Text, key: Value, place: Place) -> Value:
    if isinstance(key, Const) and isinstance(key.value, int):
        stop = key.value + 1 if key.value != -1 else None
        cut = slice_text(owner, key.value, stop)
        if cut is not None:
            return cut
    return blur(owner, place.span, "[…]")


def item_at(elements: tuple[Element, ...], key: Value, place: Place) -> tuple[tuple[Element, ...], Value]:
    """The element at a position, and the elements with that one told apart from its like."""
    match key:
        case Const(int() as position):
            turned, value = index(elements, int(position), place)
            return turned, value if value is not None else place.unknown(Reason.CONSTRUCT)
        case Choice(condition, alternatives):
            return elements, choose(condition, [item_at(elements, k, place)[1] for k in alternatives])
        case _ if known(elements) is not None:
            table: dict[Value, Value] = {
                Const(i): e.value for i, e in enumerate(elements) if isinstance(e, One)
            }
            return elements, chosen_item(table, key, None, place)
        case Hole(causes) if causes and not _counts_rounds(key):
            return elements, place.derived(key, key.name)
        case _:
            return elements, any_item(elements, place, (key,) if isinstance(key, Hole) else ())


def _counts_rounds(key: Hole) -> bool:
    """Whether it only tells the rounds of a loop apart: over all of them, each element has its turn."""
    return all(cause.kind is Kind.ROUND for cause in key.causes)


def chosen_item(table: Mapping[Value, Value], key: Value, default: Value | None, place: Place) -> Value:
    """What a table with known keys holds under any key.

    Without a default, a key that is not there is an error.
    """
    missing = default if default is not None else place.unknown(Reason.CONSTRUCT)
    match key:
        case Choice(condition, alternatives):
            return choose(condition, [chosen_item(table, k, default, place) for k in alternatives])
        case Const():
            return table.get(key, missing)
        case Text() if key.constant is not None:
            return table.get(key, missing)
        case Hole(causes) if causes and not _is_structured(table):
            return place.derived(key, key.name)
        case _:
            values = [*table.values(), *([default] if default is not None else [])]
            if not values or len(values) > MAX_ALTERNATIVES:
                return place.derived(key if isinstance(key, Unknown | Param | Hole) else blurred(key, place))
            return choose(_question(table, key, place), values)


def _is_structured(table: Mapping[Value, Value]) -> bool:
    """Whether it holds functions and objects, of which more is to be told than that they vary."""
    return all(isinstance(value, Bound | Class | Function | Ref) for value in table.values())


def _question(table: Mapping[Value, Value], key: Value, place: Place) -> Condition:
    """Two tables with the same keys are asked the same question by the same key."""
    asked = asked_of((key,))
    if isinstance(key, Unknown | Param):
        return Condition(("key", identity(key), tuple(table)), place.span, place.written, asked)
    return Condition(("key", place.evaluation.serial()), place.span, place.written, asked)


def blurred(key: Value, place: Place) -> Value:
    """A key that is made of parts, as one value."""
    return blur(key, place.span) if isinstance(key, Text) else place.unknown(Reason.DYNAMIC)


def table_item(ref: Ref, key: Value, default: Value | None, place: Place) -> Value:
    """What a dict holds under a key; None as default: a key that is not there is an error or made."""
    obj = place.state.object(ref)
    assert isinstance(obj, DictObject)
    if isinstance(key, Choice):
        found = [
            None if default is None and _is_missing(ref, k, place) else table_item(ref, k, default, place)
            for k in key.alternatives
        ]
        value = passable(key.condition, found)
        return value if value is not None else place.unknown(Reason.CONSTRUCT)
    entry = obj.entries.get(key)
    if entry is not None:
        return _there(entry, default)
    if obj.factory is not None and default is None:
        made = _call(obj.factory, (), place)
        _as_left(made, obj.rest, place)
        obj = place.state.object(ref)
        assert isinstance(obj, DictObject)
        place.state.put(ref, replace(obj, entries={**obj.entries, key: Entry(made)}))
        return made
    if obj.rest is None:
        return chosen_item({k: e.value for k, e in obj.entries.items()}, key, default, place)
    return _hidden_item(obj, obj.rest, key, default, place)


def _as_left(made: Value, rest: Unknown | Param | Hole | None, place: Place) -> None:
    """A list that a table makes for a new key: under a known key it holds what was added before."""
    inner = place.state.object(made) if isinstance(made, Ref) else None
    if rest is not None and isinstance(made, Ref) and isinstance(inner, ListObject):
        history = place.derived(rest, place.written)
        if isinstance(history, Unknown | Param | Hole):
            elements = (*inner.elements, Rest(history))
            place.state.put(made, replace(inner, elements=elements, kept=True, grown=0))


def _there(entry: Entry, default: Value | None) -> Value:
    if default is None:
        return entry.value
    value = entry.value
    for condition, branch in entry.conditions:
        value = choose(condition, (value, default) if branch == 0 else (default, value))
    return value


def _hidden_item(
    obj: DictObject, rest: Unknown | Param | Hole, key: Value, default: Value | None, place: Place
) -> Value:
    """An item of a dict that may hold more than is known."""
    if default is not None and isinstance(rest, Unknown) and rest.reason is Reason.HISTORY:
        begun = place.state.object(default) if isinstance(default, Ref) else None
        if isinstance(begun, ListObject) and not begun.elements:
            _as_left(default, rest, place)
            return default
    path = f"{path_of(rest)}[{_label(key)}]" if not isinstance(rest, Hole) else ""
    found = place.derived(rest, _item_name(rest, key, place), path)
    constant = isinstance(key, Const) or (isinstance(key, Text) and key.constant is not None)
    if not constant and obj.entries:
        table = {k: e.value for k, e in obj.entries.items()}
        return chosen_item(table, key, found if default is None else default, place)
    if default is None:
        return found
    return choose(place.fresh("the key is there"), (found, default))


def _item_name(rest: Unknown | Param | Hole, key: Value, place: Place) -> str:
    if isinstance(place.node, ast.Subscript | ast.Call):
        return place.written
    return f"{rest.name}[{_label(key)}]"


def _object_item(owner: Ref, key: Value, place: Place) -> Value:
    obj = place.state.object(owner)
    match obj:
        case ListObject(elements):
            turned, value = item_at(elements, key, place)
            if not is_light(turned):
                turned = kinds(elements, place)
                value = any_item(turned, place)
            if turned is not elements:
                place.state.put(owner, replace(obj, elements=turned))
            return value
        case DictObject():
            return table_item(owner, key, None, place)
        case Instance():
            if is_named_tuple(obj.cls):
                return item_at(tuple(One(v) for v in obj.fields.values()), key, place)[1]
            method = place.evaluation.interpreter.attribute(owner, "__getitem__", place)
            if isinstance(method, Bound):
                return _call(method, (key,), place)
            return place.unknown(Reason.CONSTRUCT)


def _call(callee: Value, values: tuple[Value, ...], place: Place) -> Value:
    event = CallEvent(place.node, callee, Arguments(values), place.state, place.evaluation)
    return place.evaluation.interpreter.call(event)


def take_slice(owner: Value, where: Bounds, place: Place) -> Value:
    """``owner[start:stop]``."""
    match owner:
        case Choice(condition, alternatives):
            parts = [None if _is_whole(a) else take_slice(a, where, place) for a in alternatives]
            value = passable(condition, parts)
            return value if value is not None else place.unknown(Reason.CONSTRUCT)
        case Text():
            return _cut_text(owner, where, place)
        case Tuple(elements):
            return Tuple(_cut_elements(elements, where))
        case Ref():
            obj = place.state.object(owner)
            if isinstance(obj, ListObject):
                return _cut_list(obj, where, place)
        case Unknown() | Param():
            return _part(owner, where, place)
        case Hole():
            cut = clock.cut(Text((owner,)), where.start, where.stop, place) if where.simple else None
            return cut if cut is not None else place.derived(owner, owner.name)
        case _:
            pass
    return place.unknown(Reason.CONSTRUCT)


def _is_whole(value: Value) -> bool:
    """Whether a value has no parts: to cut it is an exception."""
    return isinstance(value, Const) and not isinstance(value.value, bytes)


def _part(owner: Unknown | Param, where: Bounds, place: Place) -> Value:
    """A run of what is not seen."""
    part, edit = place.derived(owner, owner.name), trimming.cut(place)
    if not isinstance(part, Unknown):
        return part
    return replace(part, most=where.most, edits=part.edits if edit is None else (*part.edits, edit))


def _cut_text(owner: Text, where: Bounds, place: Place) -> Value:
    plain = owner.constant
    if plain is not None and where.known:
        span = owner.pieces[0].span if owner.pieces and isinstance(owner.pieces[0], Literal) else None
        return text(plain[where.start : where.stop : where.step], span or place.span)
    if where.simple:
        cut = slice_text(owner, where.start, where.stop)
        found = cut if cut is not None else clock.cut(owner, where.start, where.stop, place)
        if found is not None:
            return found
    return blur(owner, place.span, "[…]")


def _cut_list(obj: ListObject, where: Bounds, place: Place) -> Ref:
    elements = edited(_cut_elements(obj.elements, where), trimming.cut(place))
    to_the_end = where.simple and where.stop is None
    grown = min(obj.grown, len(elements)) if to_the_end else 0
    return place.ref(ListObject(elements, obj.is_set, obj.loops, obj.kept and to_the_end, grown))


def _cut_elements(elements: tuple[Element, ...], where: Bounds) -> tuple[Element, ...]:
    if where.simple:
        return slice_elements(elements, where.start, where.stop)
    if where.known and known(elements) is not None:
        return elements[where.start : where.stop : where.step]
    return tuple(Many((e,), Interval(0, 1)) if isinstance(e, One) else e for e in elements)
