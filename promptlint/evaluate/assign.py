"""What does an assignment change? Names, attributes, items, slices, unpacking."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import EllipsisType

from promptlint.evaluate import trimming
from promptlint.evaluate.evaluation import Arguments, CallEvent, Evaluation, Place
from promptlint.evaluate.handed import as_dict, as_list, assigned
from promptlint.evaluate.lineage import member
from promptlint.evaluate.position import index
from promptlint.evaluate.sequence import elements_of, fewer, known
from promptlint.evaluate.store import DictObject, Entry, Instance, ListObject, State, join
from promptlint.evaluate.text import choose
from promptlint.evaluate.value import (
    ANY_SIZE,
    Bound,
    Choice,
    Class,
    Condition,
    Const,
    Either,
    Element,
    Frame,
    Function,
    HopKind,
    Many,
    Module,
    One,
    Param,
    Reason,
    Ref,
    Rest,
    Text,
    Unknown,
    Value,
    hopped,
)

__all__ = ["Bounds", "assign", "bounds", "delete", "replace_element", "set_item"]


def assign(target: ast.expr, value: Value, state: State, evaluation: Evaluation) -> None:
    """Bind or store `value` as an assignment to `target` does."""
    place = evaluation.place(target, state)
    match target:
        case ast.Name(name):
            frame = owner_of(name, state.frame)
            state.bind(frame, name, hopped(value, HopKind.ASSIGNED, place.span, name))
        case ast.Attribute(receiver, name):
            owner = evaluation.interpreter.evaluate(receiver, state, evaluation)
            stored = hopped(value, HopKind.STORED, place.span, place.written)
            set_attribute(owner, name, stored, place)
        case ast.Subscript(receiver, key):
            owner = evaluation.interpreter.evaluate(receiver, state, evaluation)
            if isinstance(key, ast.Slice):
                _set_slice(owner, key, value, place)
            else:
                set_item(owner, evaluation.interpreter.evaluate(key, state, evaluation), value, place)
        case ast.Tuple(targets) | ast.List(targets):
            _unpack(targets, value, place)
        case ast.Starred(inner):
            assign(inner, value, state, evaluation)
        case _:
            pass


def owner_of(name: str, frame: Frame) -> Frame:
    """The namespace that an assignment to `name` binds in."""
    if name in frame.declared_global:
        return frame.globals
    if name in frame.declared_nonlocal and frame.parent is not None:
        return owner_of(name, frame.parent)
    return frame


def set_attribute(owner: Value, name: str, value: Value, place: Place) -> None:
    """``owner.name = value``."""
    match owner:
        case Ref():
            obj = place.state.object(owner)
            if isinstance(obj, Instance):
                _set_field(owner, obj, name, value, place)
        case Choice(condition, alternatives):
            for i, alternative in enumerate(alternatives):
                _weakly(condition, i, alternative, lambda ref: set_attribute(ref, name, value, place), place)
        case Unknown() | Param():
            old = place.evaluation.interpreter.attribute(owner, name, place)
            if isinstance(old, Unknown | Param):
                assigned(old, value, place)
        case Class():
            place.state.bind(owner.members, name, value)
        case Module(module):
            frame = place.evaluation.project.frame(module)
            if frame is not None:
                place.state.bind(frame, name, value)
        case _:
            pass


def _set_field(owner: Ref, obj: Instance, name: str, value: Value, place: Place) -> None:
    known = member(obj.cls, name, place)
    if isinstance(known, Function) and known.setter is not None:
        event = CallEvent(
            place.node, Bound(known.setter, owner), Arguments((value,)), place.state, place.evaluation
        )
        place.evaluation.interpreter.call(event)
        return
    if obj.symbolic:
        keep(value, place)
    place.state.put(owner, replace(obj, fields={**obj.fields, name: value}))


def _call_method(owner: Ref, name: str, values: tuple[Value, ...], place: Place) -> None:
    method = place.evaluation.interpreter.attribute(owner, name, place)
    if isinstance(method, Bound):
        event = CallEvent(place.node, method, Arguments(values), place.state, place.evaluation)
        place.evaluation.interpreter.call(event)


def keep(value: Value, place: Place) -> None:
    """From here on an object outlives the activation that made it."""
    if isinstance(value, Ref):
        obj = place.state.object(value)
        if isinstance(obj, ListObject | DictObject) and not obj.kept:
            place.state.put(value, replace(obj, kept=True))


def set_item(owner: Value, key: Value, value: Value, place: Place) -> None:
    """``owner[key] = value``."""
    value = hopped(value, HopKind.STORED, place.span)
    match owner:
        case Ref():
            obj = place.state.object(owner)
            match obj:
                case DictObject():
                    place.state.put(owner, _with_entry(obj, key, value, place))
                case ListObject(elements):
                    if isinstance(key, Const) and isinstance(key.value, int):
                        changed = replace_element(elements, key.value, value, place)
                        place.state.put(owner, replace(obj, elements=changed))
                    else:
                        maybe = Many((One(value),), ANY_SIZE)
                        place.state.put(owner, replace(obj, elements=_any_of(elements, maybe)))
                case Instance():
                    _call_method(owner, "__setitem__", (key, value), place)
        case Unknown() | Param() if not isinstance(key, Const):
            place.evaluation.set_unseen(owner, [key.constant if isinstance(key, Text) else None])
            set_item(as_dict(owner, place), key, value, place)
        case Choice(condition, alternatives):
            for i, alternative in enumerate(alternatives):
                _weakly(condition, i, alternative, lambda ref: set_item(ref, key, value, place), place)
        case _:
            pass


def _with_entry(obj: DictObject, key: Value, value: Value, place: Place) -> DictObject:
    constant = isinstance(key, Const) or (isinstance(key, Text) and key.constant is not None)
    if constant or key in obj.entries:
        return replace(obj, entries={**obj.entries, key: Entry(value, at=place.span)})
    if isinstance(key, Choice):
        entries = dict(obj.entries)
        for i, alternative in enumerate(key.alternatives):
            old = entries.get(alternative)
            count = len(key.alternatives)
            both = (
                choose(key.condition, [value if j == i else old.value for j in range(count)])
                if old
                else value
            )
            entries[alternative] = Entry(both, old.conditions if old else ((key.condition, i),))
        return replace(obj, entries=entries)
    return _under_unknown_key(obj, key, value, place)


def _under_unknown_key(obj: DictObject, key: Value, value: Value, place: Place) -> DictObject:
    """The key may be any of those that are known, or another."""
    entries: dict[Value, Entry] = {}
    for name, entry in obj.entries.items():
        hit = Condition(("hit", place.evaluation.serial()), place.span, "the key is this one")
        entries[name] = replace(entry, value=choose(hit, (value, entry.value)))
    unknown = place.derived(key, "computed key")
    rest = unknown if isinstance(unknown, Unknown) else None
    return replace(obj, entries=entries, rest=obj.rest or rest or _dynamic(place))


def _dynamic(place: Place) -> Unknown:
    return place.unknown(Reason.DYNAMIC)


def _any_of(elements: tuple[Element, ...], maybe: Many) -> tuple[Element, ...]:
    return tuple(Many((e, *maybe.elements), ANY_SIZE) if isinstance(e, One) else e for e in elements)


def _weakly(condition: Condition, branch: int, owner: Value, change: object, place: Place) -> None:
    """Change one of two possible owners: on the other path it stays as it was."""
    if not isinstance(owner, Ref | Choice):
        return
    if condition.key in place.state.decided:
        if place.state.decided[condition.key] == branch:
            change(owner)  # type: ignore[operator]
        return
    mark = place.state.store.mark()
    changed, same = place.state.fork(condition, branch), place.state.fork(condition, 1 - branch)
    base = place.state
    saved = base.store
    base.store = changed.store
    change(owner)  # type: ignore[operator]
    changed.store = base.store
    base.store = saved
    first, second = (changed, same) if branch == 0 else (same, changed)
    join(condition, base, first, second, mark)


def replace_element(
    elements: tuple[Element, ...], position: int, value: Value, place: Place
) -> tuple[Element, ...]:
    """The elements with the one at a position replaced."""
    turned, found = index(elements, position, place)
    if found is None:
        return elements
    return _put(turned, position, value)


def _put(elements: tuple[Element, ...], position: int, value: Value) -> tuple[Element, ...]:
    if position < 0:
        return tuple(reversed(_put(tuple(reversed(elements)), -position - 1, value)))
    if not elements:
        return elements
    first, rest = elements[0], elements[1:]
    match first:
        case One():
            if position == 0:
                return (One(value), *rest)
            return (first, *_put(rest, position - 1, value))
        case Either(condition, alternatives):
            return (Either(condition, tuple(_put(run, position, value) for run in alternatives)), *rest)
        case Many(body):
            return (replace(first, elements=(*body, One(value))), *rest)
        case Rest():
            return elements


def _set_slice(owner: Value, where: ast.Slice, value: Value, place: Place) -> None:
    if isinstance(owner, Param | Unknown):
        owner = as_list(owner, place)
    obj = place.state.object(owner) if isinstance(owner, Ref) else None
    if not isinstance(owner, Ref) or not isinstance(obj, ListObject):
        return
    new = elements_of(value, place)
    limits = bounds(where, place)
    if where.lower is None and where.upper is None:
        place.state.put(owner, replace(obj, elements=new))
    elif known(obj.elements) is not None and limits.simple:
        elements = list(obj.elements)
        elements[limits.start : limits.stop] = new
        place.state.put(owner, replace(obj, elements=tuple(elements)))
    elif not new and where.lower is None:
        place.state.put(owner, replace(obj, elements=trimming.beheaded(obj.elements, place)))
    else:
        maybe = tuple(Many((e,), ANY_SIZE) for e in (*obj.elements, *new))
        place.state.put(owner, replace(obj, elements=maybe))


@dataclass(frozen=True, slots=True)
class Bounds:
    """A slice; None: as if it were not written."""

    start: int | None
    stop: int | None
    step: int | None
    known: bool
    """Whether all that is written is known."""

    @property
    def simple(self) -> bool:
        """A run of elements from a known place to a known place."""
        return self.known and self.step is None

    @property
    def most(self) -> int | None:
        """How many elements it takes at the most; None where the length of the sequence decides."""
        start, stop = self.start or 0, self.stop
        if not self.simple or (start >= 0 if stop is None else (start < 0) != (stop < 0)):
            return None
        return -start if stop is None else max(stop - start, 0)


def bounds(where: ast.Slice, place: Place) -> Bounds:
    """The numbers of a slice."""
    parts = [_bound(node, place) for node in (where.lower, where.upper, where.step)]
    start, stop, step = (part if isinstance(part, int) else None for part in parts)
    return Bounds(start, stop, step or None, ... not in parts and step != 0)


def _bound(node: ast.expr | None, place: Place) -> int | EllipsisType | None:
    if node is None:
        return None
    value = place.evaluation.interpreter.evaluate(node, place.state, place.evaluation)
    match value:
        case Const(int() as number):
            return number
        case Const(None):
            return None
        case _:
            return ...


def _unpack(targets: Sequence[ast.expr], value: Value, place: Place) -> None:
    state, evaluation = place.state, place.evaluation
    elements = elements_of(value, place)
    if isinstance(value, Choice):
        columns = [_columns(targets, elements_of(a, place), place) for a in value.alternatives]
        parts = [choose(value.condition, list(column)) for column in zip(*columns, strict=True)]
    else:
        parts = _columns(targets, elements, place)
    for target, part in zip(targets, parts, strict=True):
        assign(target, part, state, evaluation)


def _columns(targets: Sequence[ast.expr], elements: tuple[Element, ...], place: Place) -> list[Value]:
    starred = next((i for i, t in enumerate(targets) if isinstance(t, ast.Starred)), None)
    before = len(targets) if starred is None else starred
    after = 0 if starred is None else len(targets) - starred - 1
    values: list[Value] = []
    for i in range(before):
        elements, found = index(elements, i, place)
        values.append(found if found is not None else _dynamic(place))
    if starred is not None:
        middle = elements[before : len(elements) - after]
        if not all(isinstance(e, One) for e in (*elements[:before], *elements[len(elements) - after :])):
            middle = (Many(tuple(middle), ANY_SIZE),)
        values.append(place.ref(ListObject(tuple(middle))))
        for i in range(-after, 0):
            elements, found = index(elements, i, place)
            values.append(found if found is not None else _dynamic(place))
    return values


def delete(target: ast.expr, state: State, evaluation: Evaluation) -> None:
    """``del target``."""
    place = evaluation.place(target, state)
    match target:
        case ast.Subscript(receiver, key) if not isinstance(key, ast.Slice):
            owner = evaluation.interpreter.evaluate(receiver, state, evaluation)
            remove_item(owner, evaluation.interpreter.evaluate(key, state, evaluation), place)
        case ast.Subscript(receiver, ast.Slice() as where):
            owner = evaluation.interpreter.evaluate(receiver, state, evaluation)
            empty = place.ref(ListObject(()))
            _set_slice(owner, where, empty, place)
        case ast.Tuple(targets):
            for inner in targets:
                delete(inner, state, evaluation)
        case _:
            pass


def remove_item(owner: Value, key: Value, place: Place) -> None:
    """``del owner[key]``."""
    if isinstance(owner, Choice):
        for i, alternative in enumerate(owner.alternatives):
            _weakly(owner.condition, i, alternative, lambda ref: remove_item(ref, key, place), place)
    if isinstance(owner, Param | Unknown) and isinstance(key, Const):
        owner = as_list(owner, place)
    if not isinstance(owner, Ref):
        return
    obj = place.state.object(owner)
    match obj, key:
        case DictObject(entries), _ if key in entries:
            left = {k: e for k, e in entries.items() if k != key}
            place.state.put(owner, replace(obj, entries=left))
        case ListObject(elements), Const(int() as position):
            turned, found = index(elements, position, place)
            if found is not None:
                left_over = trimming.shortened(_without(turned, position), key, place)
                grown = max(obj.grown - 1, 0) if position == -1 else obj.grown
                place.state.put(owner, replace(obj, elements=left_over, grown=grown))
        case _:
            pass


def _without(elements: tuple[Element, ...], position: int) -> tuple[Element, ...]:
    if position < 0:
        return tuple(reversed(_without(tuple(reversed(elements)), -position - 1)))
    if not elements:
        return elements
    first, rest = elements[0], elements[1:]
    match first:
        case One():
            return rest if position == 0 else (first, *_without(rest, position - 1))
        case Either(condition, alternatives):
            return (Either(condition, tuple(_without(run, position) for run in alternatives)), *rest)
        case Many(_, count):
            return (replace(first, count=fewer(count)), *rest)
        case Rest():
            return elements
