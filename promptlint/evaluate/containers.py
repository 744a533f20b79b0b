"""What do lists, dicts and sets do? Their methods, items and slices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from promptlint.evaluate import trimming
from promptlint.evaluate.assign import _weakly, remove_item, set_item
from promptlint.evaluate.edit import edited
from promptlint.evaluate.evaluation import Arguments, Place
from promptlint.evaluate.item import item_at, table_item
from promptlint.evaluate.ordering import ordered
from promptlint.evaluate.sequence import elements_of, is_constant, known, mirrored
from promptlint.evaluate.store import DictObject, Entry, Instance, ListObject
from promptlint.evaluate.text import choose
from promptlint.evaluate.value import (
    Choice,
    Const,
    Either,
    Element,
    Hole,
    HopKind,
    Many,
    One,
    Param,
    Reason,
    Ref,
    Rest,
    Tuple,
    Unknown,
    Value,
    hopped,
)
from promptlint.interval import Interval

__all__ = ["container_method", "counted", "extend", "members", "unique", "update"]

NONE = Const(None)


# -- growth -----------------------------------------------------------------------------------


def extend(owner: Ref, value: Value, place: Place) -> None:
    """``owner += value``, ``owner.extend(value)``."""
    obj = place.state.object(owner)
    if isinstance(obj, ListObject):
        more = elements_of(value, place)
        place.state.put(owner, replace(obj, elements=(*obj.elements, *more), grown=obj.grown + len(more)))


def update(owner: Value, value: Value, place: Place) -> bool:
    """``owner.update(value)``; False if `owner` is no dict or set."""
    if not isinstance(owner, Ref):
        return False
    obj = place.state.object(owner)
    if isinstance(obj, ListObject) and obj.is_set:
        extend(owner, value, place)
        return True
    if not isinstance(obj, DictObject):
        return False
    match value:
        case Choice(condition, alternatives):
            for i, alternative in enumerate(alternatives):
                _weakly(condition, i, owner, lambda ref, a=alternative: update(ref, a, place), place)
        case Ref():
            other = place.state.object(value)
            if isinstance(other, DictObject):
                _update_from(owner, obj, other, place)
            elif isinstance(other, ListObject):
                for element in other.elements:
                    match element:
                        case One(Tuple((One(key), One(item)))):
                            set_item(owner, key, item, place)
                        case _:
                            _open(owner, place.unknown(Reason.CONSTRUCT), place)
        case Unknown() | Param() | Hole():
            _open(owner, value, place)
        case Const(None):
            pass
        case _:
            _open(owner, place.unknown(Reason.CONSTRUCT), place)
    return True


def _open(owner: Ref, rest: Unknown | Param | Hole, place: Place) -> None:
    obj = place.state.object(owner)
    assert isinstance(obj, DictObject)
    place.state.put(owner, replace(obj, rest=obj.rest or rest))


def _update_from(owner: Ref, obj: DictObject, other: DictObject, place: Place) -> None:
    entries = dict(obj.entries)
    for key, entry in other.entries.items():
        old = entries.get(key)
        if not entry.conditions or old is None:
            entries[key] = entry
        else:
            condition, branch = entry.conditions[0]
            pair = (entry.value, old.value) if branch == 0 else (old.value, entry.value)
            entries[key] = Entry(choose(condition, pair), old.conditions, entry.at)
    place.state.put(owner, replace(obj, entries=entries, rest=obj.rest or other.rest))


# -- methods ----------------------------------------------------------------------------------


def container_method(receiver: Ref, name: str, arguments: Arguments, place: Place) -> Value | None:
    """A method of a list, set or dict; None if the object is neither."""
    obj = place.state.object(receiver)
    match obj:
        case ListObject():
            handler = LIST_METHODS.get(name)
            return handler(receiver, obj, arguments, place) if handler else place.unknown(Reason.CONSTRUCT)
        case DictObject():
            dict_handler = DICT_METHODS.get(name)
            return (
                dict_handler(receiver, obj, arguments, place)
                if dict_handler
                else place.unknown(Reason.CONSTRUCT)
            )
        case Instance():
            return None


def _append(receiver: Ref, obj: ListObject, arguments: Arguments, place: Place) -> Value:
    value = arguments.get("object", 0)
    if value is not None and not (obj.is_set and is_constant(value) and One(value) in obj.elements):
        stored = hopped(value, HopKind.STORED, place.span)
        place.state.put(receiver, replace(obj, elements=(*obj.elements, One(stored)), grown=obj.grown + 1))
    return NONE


def _extend(receiver: Ref, obj: ListObject, arguments: Arguments, place: Place) -> Value:
    del obj
    value = arguments.get("iterable", 0)
    if value is not None:
        extend(receiver, value, place)
    return NONE


def _insert(receiver: Ref, obj: ListObject, arguments: Arguments, place: Place) -> Value:
    where, value = arguments.get("index", 0), arguments.get("object", 1)
    if value is None:
        return NONE
    new = One(hopped(value, HopKind.STORED, place.span))
    position = where.value if isinstance(where, Const) and isinstance(where.value, int) else None
    elements = obj.elements
    if position == 0:
        elements = (new, *edited(elements, trimming.put_before(obj, place)))
    elif position is not None and all(isinstance(e, One) for e in elements):
        items = list(elements)
        items.insert(position, new)
        elements = tuple(items)
    else:
        elements = _inserted(elements, new, place)
    place.state.put(receiver, replace(obj, elements=elements))
    return NONE


MAX_PLACES = 8
"""Places at which an element may come to stand that are told apart."""


def _inserted(elements: tuple[Element, ...], new: One, place: Place) -> tuple[Element, ...]:
    """The elements with a new one at a place that is not known."""
    runs: list[tuple[Element, ...]] = []
    for at, element in enumerate(elements):
        before, after = elements[:at], elements[at + 1 :]
        match element:
            case Rest():
                runs.append((*before, element, new, element, *after))
            case Many(body, count):
                part = Many(body, Interval(0, count.high))
                runs.append((*before, part, new, part, *after))
            case One() | Either():
                if at == 0 or isinstance(elements[at - 1], One | Either):
                    runs.append((*before, new, element, *after))
    if not elements or isinstance(elements[-1], One | Either):
        runs.append((*elements, new))
    if len(runs) > MAX_PLACES:
        return (Rest(place.unknown(Reason.CONSTRUCT, "insert")),)
    return runs[0] if len(runs) == 1 else (Either(place.fresh("the place"), tuple(runs)),)


def _pop(receiver: Ref, obj: ListObject, arguments: Arguments, place: Place) -> Value:
    position = arguments.get("index", 0) or Const(-1)
    turned, value = item_at(obj.elements, position, place)
    place.state.put(receiver, replace(obj, elements=trimming.shortened(turned, position, place)))
    if isinstance(position, Const):
        remove_item(receiver, position, place)
    else:
        place.state.put(receiver, replace(obj, elements=(Rest(place.unknown(Reason.DYNAMIC, "pop")),)))
    return value


def _list_copy(receiver: Ref, obj: ListObject, arguments: Arguments, place: Place) -> Value:
    del receiver, arguments
    return place.ref(obj)


def _clear(receiver: Ref, obj: ListObject, arguments: Arguments, place: Place) -> Value:
    del arguments
    place.state.put(receiver, replace(obj, elements=(), grown=0))
    return NONE


def _reverse(receiver: Ref, obj: ListObject, arguments: Arguments, place: Place) -> Value:
    del arguments
    place.state.put(receiver, replace(obj, elements=mirrored(obj.elements)))
    return NONE


def _sort(receiver: Ref, obj: ListObject, arguments: Arguments, place: Place) -> Value:
    place.state.put(receiver, replace(obj, elements=ordered(obj.elements, arguments, place), is_set=False))
    return NONE


def _remove(receiver: Ref, obj: ListObject, arguments: Arguments, place: Place) -> Value:
    value = arguments.get("value", 0)
    for i, element in enumerate(obj.elements):
        if isinstance(element, One) and element.value == value:
            left = (*obj.elements[:i], *obj.elements[i + 1 :])
            place.state.put(receiver, replace(obj, elements=left))
            return NONE
    return NONE


def _counted(receiver: Ref, obj: ListObject, arguments: Arguments, place: Place) -> Value:
    del receiver
    return counted(obj.elements, "count", arguments, place)


def _position(receiver: Ref, obj: ListObject, arguments: Arguments, place: Place) -> Value:
    del receiver
    return counted(obj.elements, "index", arguments, place)


def counted(elements: tuple[Element, ...], name: str, arguments: Arguments, place: Place) -> Value:
    """``elements.count(x)`` and ``elements.index(x)`` of known constants."""
    wanted = arguments.positional[0] if len(arguments.positional) == 1 else None
    values = known(elements)
    if values is not None and wanted is not None and all(map(is_constant, (*values, wanted))):
        if name == "count":
            return Const(values.count(wanted))
        if wanted in values:
            return Const(values.index(wanted))
    return place.hole(frozenset(), name, "int")


def _union(receiver: Ref, obj: ListObject, arguments: Arguments, place: Place) -> Value:
    del receiver
    more = [e for value in arguments.positional for e in members(value, place)]
    return place.ref(ListObject(unique((*obj.elements, *more)), obj.is_set))


def members(value: Value, place: Place) -> tuple[Element, ...]:
    """The elements of a collection; those of a set as they were written."""
    obj = place.state.object(value) if isinstance(value, Ref) else None
    return obj.elements if isinstance(obj, ListObject) else elements_of(value, place)


def unique(elements: tuple[Element, ...]) -> tuple[Element, ...]:
    """Constant elements that come again are left out."""
    values = known(elements)
    if values is None or not all(map(is_constant, values)):
        return elements
    return tuple(dict.fromkeys(elements))


def _selected(name: str) -> Callable[[Ref, ListObject, Arguments, Place], Value]:
    """``intersection`` and ``difference``: known where all of it is constant."""

    def select(receiver: Ref, obj: ListObject, arguments: Arguments, place: Place) -> Value:
        del receiver
        other = [e for value in arguments.positional for e in members(value, place)]
        every = known((*obj.elements, *other))
        if every is None or not all(map(is_constant, every)):
            some = tuple(Many((e,), Interval(0, 1)) if isinstance(e, One) else e for e in obj.elements)
            return place.ref(ListObject(some, obj.is_set))
        kept = [e for e in obj.elements if (e in other) == (name == "intersection")]
        if name == "symmetric_difference":
            kept += [e for e in other if e not in obj.elements]
        return place.ref(ListObject(tuple(kept), obj.is_set))

    return select


LIST_METHODS: Mapping[str, Callable[[Ref, ListObject, Arguments, Place], Value]] = {
    "append": _append,
    "add": _append,
    "extend": _extend,
    "update": _extend,
    "insert": _insert,
    "pop": _pop,
    "popleft": lambda r, o, _, p: _pop(r, o, Arguments((Const(0),)), p),
    "appendleft": lambda r, o, a, p: _insert(r, o, Arguments((Const(0), *a.positional)), p),
    "copy": _list_copy,
    "clear": _clear,
    "reverse": _reverse,
    "sort": _sort,
    "remove": _remove,
    "discard": _remove,
    "count": _counted,
    "index": _position,
    "union": _union,
    "intersection": _selected("intersection"),
    "difference": _selected("difference"),
    "symmetric_difference": _selected("symmetric_difference"),
}


def _get(receiver: Ref, obj: DictObject, arguments: Arguments, place: Place) -> Value:
    del obj
    key, default = arguments.get("key", 0), arguments.get("default", 1) or NONE
    return place.unknown(Reason.CONSTRUCT) if key is None else table_item(receiver, key, default, place)


def _setdefault(receiver: Ref, obj: DictObject, arguments: Arguments, place: Place) -> Value:
    key, default = arguments.get("key", 0), arguments.get("default", 1) or NONE
    if key is None:
        return NONE
    entry = obj.entries.get(key)
    if entry is not None and not entry.conditions:
        return entry.value
    value = _get(receiver, obj, Arguments((key, default)), place)
    set_item(receiver, key, value, place)
    return value


def _dict_pop(receiver: Ref, obj: DictObject, arguments: Arguments, place: Place) -> Value:
    key = arguments.get("key", 0)
    value = _get(receiver, obj, arguments, place)
    if key is not None:
        remove_item(receiver, key, place)
    return value


def _pairs(receiver: Ref, obj: DictObject, arguments: Arguments, place: Place) -> Value:
    del receiver, arguments
    return place.ref(ListObject(_entries(obj, lambda k, v: Tuple((One(k), One(v))))))


def _keys(receiver: Ref, obj: DictObject, arguments: Arguments, place: Place) -> Value:
    del receiver, arguments
    return place.ref(ListObject(_entries(obj, lambda k, _: k)))


def _values(receiver: Ref, obj: DictObject, arguments: Arguments, place: Place) -> Value:
    del receiver, arguments
    return place.ref(ListObject(_entries(obj, lambda _, v: v)))


def _entries(obj: DictObject, make: Callable[[Value, Value], Value]) -> tuple[Element, ...]:
    result: list[Element] = []
    for key, entry in obj.entries.items():
        element: Element = One(make(key, entry.value))
        for condition, branch in entry.conditions:
            runs: tuple[tuple[Element, ...], ...] = ((element,), ()) if branch == 0 else ((), (element,))
            element = Either(condition, runs)
        result.append(element)
    return tuple(result) if obj.rest is None else (*result, Rest(obj.rest))


def _dict_copy(receiver: Ref, obj: DictObject, arguments: Arguments, place: Place) -> Value:
    del receiver, arguments
    return place.ref(replace(obj, kept=False))


def _dict_update(receiver: Ref, obj: DictObject, arguments: Arguments, place: Place) -> Value:
    del obj
    for value in arguments.positional:
        update(receiver, value, place)
    if arguments.keywords:
        update(receiver, place.evaluation.record(dict(arguments.keywords), place.node, place.state), place)
    if arguments.double_star is not None:
        update(receiver, arguments.double_star, place)
    return NONE


def _dict_clear(receiver: Ref, obj: DictObject, arguments: Arguments, place: Place) -> Value:
    del obj, arguments
    place.state.put(receiver, DictObject({}))
    return NONE


DICT_METHODS: Mapping[str, Callable[[Ref, DictObject, Arguments, Place], Value]] = {
    "get": _get,
    "setdefault": _setdefault,
    "pop": _dict_pop,
    "items": _pairs,
    "keys": _keys,
    "values": _values,
    "copy": _dict_copy,
    "update": _dict_update,
    "clear": _dict_clear,
    "model_dump": _dict_copy,
    "dict": _dict_copy,
}
