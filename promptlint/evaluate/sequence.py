"""What is in a sequence? Iteration, indexing and slicing where the middle may not be known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

from promptlint.evaluate.edit import edited
from promptlint.evaluate.evaluation import Arguments, CallEvent, Place
from promptlint.evaluate.lineage import enum_members, has_base, is_named_tuple, member
from promptlint.evaluate.store import DictObject, Entry, Instance, ListObject, Object
from promptlint.evaluate.text import choose
from promptlint.evaluate.value import (
    Address,
    Bound,
    Choice,
    Class,
    Condition,
    Const,
    Either,
    Element,
    Handed,
    Hole,
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
    text,
)
from promptlint.interval import Interval
from promptlint.variation import Cause, Kind, Topic

__all__ = [
    "constant_order",
    "copied",
    "copy_element",
    "elements_of",
    "fewer",
    "is_constant",
    "known",
    "members_of",
    "mirrored",
    "seen",
    "slice_elements",
    "vague",
]

ANY_COUNT = Interval(0, None)


def elements_of(value: Value, place: Place) -> tuple[Element, ...]:
    """What iterating over a value yields, in order."""
    match value:
        case Tuple(elements):
            return elements
        case Text():
            constant = value.constant
            if constant is not None and len(constant) <= MAX_CHARACTERS:
                return tuple(One(text(character)) for character in constant)
            return (Many((One(place.derived(_first_unknown(value, place))),), ANY_COUNT),)
        case Ref():
            return _object_elements(value, place)
        case Choice(condition, alternatives):
            runs = [None if _is_plain(a, place) else elements_of(a, place) for a in alternatives]
            some = next((run for run in runs if run is not None), ())
            return _either(condition, tuple(some if run is None else run for run in runs))
        case Const():
            return ()
        case Unknown() | Param() | Hole():
            return (Rest(value),)
        case Class():
            members = enum_members(value, place)
            return tuple(map(One, members.values())) if members is not None else (_unseen_all(value, place),)
        case _:
            return (_unseen_all(value, place),)


def members_of(value: Value, place: Place) -> tuple[Element, ...]:
    """What iterating gives where it does not matter in which order."""
    match place.state.object(value) if isinstance(value, Ref) else None:
        case ListObject(elements, True, edits=edits):
            return reduce(edited, edits, elements)
        case _:
            return elements_of(value, place)


def _is_plain(value: Value, place: Place) -> bool:
    """Whether a value has no elements: to go through it is an exception."""
    obj = place.state.object(value) if isinstance(value, Ref) else None
    if isinstance(obj, Instance):
        ways = (member(obj.cls, name, place) for name in ("__iter__", "__getitem__"))
        return not has_base(obj.cls) and all(way is None for way in ways)
    return isinstance(value, Const) and not isinstance(value.value, bytes)


def _either(condition: Condition, runs: tuple[tuple[Element, ...], ...]) -> tuple[Element, ...]:
    return runs[0] if all(run == runs[0] for run in runs[1:]) else (Either(condition, runs),)


def _unseen_all(value: Value, place: Place) -> Rest:
    return Rest(place.derived(value))  # type: ignore[arg-type]


MAX_CHARACTERS = 64


def _first_unknown(value: Text, place: Place) -> Value:
    for piece in value.pieces:
        if isinstance(piece, Unknown | Param | Hole):
            return piece
    return place.hole(frozenset(), "character", "str")


def _object_elements(ref: Ref, place: Place) -> tuple[Element, ...]:
    match place.state.object(ref):
        case ListObject(elements, is_set, edits=edits):
            listed = reduce(edited, edits, elements)
            return tuple(_shuffled(listed, place)) if is_set else listed
        case DictObject(entries, rest):
            keys = tuple(_present(key, entry) for key, entry in entries.items())
            return keys if rest is None else (*keys, Rest(rest))
        case Instance(cls, fields):
            if is_named_tuple(cls):
                return tuple(One(value) for value in fields.values())
            method = place.evaluation.interpreter.attribute(ref, "__iter__", place)
            if isinstance(method, Bound):
                event = CallEvent(place.node, method, Arguments(), place.state, place.evaluation)
                return elements_of(place.evaluation.interpreter.call(event), place)
            return (Rest(place.unknown(Reason.CONSTRUCT, cls.qualname)),)


def _present(value: Value, entry: Entry) -> Element:
    result: Element = One(value)
    for condition, branch in entry.conditions:
        runs: tuple[tuple[Element, ...], ...] = ((result,), ()) if branch == 0 else ((), (result,))
        result = Either(condition, runs)
    return result


ORDER = Cause(Kind.ORDER_PROCESS, Topic.ORDER)


def constant_order(value: Value) -> bool:
    """Whether a set of such elements is iterated in the same order in every process."""
    return isinstance(value, Const) and isinstance(value.value, int | float)


def _shuffled(elements: Sequence[Element], place: Place) -> Sequence[Element]:
    """The elements of a set: in what order depends on the hash seed."""
    if len(elements) <= 1 and all(isinstance(e, One) for e in elements):
        return elements
    if all(isinstance(e, One) and constant_order(e.value) for e in elements):
        numbers = [e for e in elements if isinstance(e, One)]
        unique = {e.value: e for e in numbers}
        return [unique[Const(n)] for n in {v.value for v in unique if isinstance(v, Const)}]
    hole = place.hole(frozenset({ORDER}), place.state.frame.source.segment(place.node) or "set", "str")  # type: ignore[arg-type]
    inner = next((e.value for e in elements if isinstance(e, Rest)), None)
    if inner is not None and isinstance(inner, Unknown | Param):
        hole = replace(hole, type="")
    count = seen(elements)
    return (Many((One(hole),), count),)


def seen(elements: Sequence[Element]) -> Interval:
    """How many elements there are."""
    total = Interval(0, 0)
    for element in elements:
        match element:
            case One():
                total += Interval(1, 1)
            case Rest():
                total += ANY_COUNT
            case Many(body, count):
                each = seen(body)
                high = None if each.high is None or count.high is None else each.high * count.high
                total += Interval(each.low * count.low, high)
            case Either(_, alternatives):
                sizes = [seen(a) for a in alternatives]
                joined = sizes[0]
                for size in sizes[1:]:
                    joined |= size
                total += joined
    return total


def known(elements: Sequence[Element]) -> list[Value] | None:
    """The values, where every element is known to be there once; else None."""
    values = [e.value for e in elements if isinstance(e, One)]
    return values if len(values) == len(elements) else None


def fewer(count: Interval) -> Interval:
    """The count without one."""
    return Interval(max(count.low - 1, 0), None if count.high is None else max(count.high - 1, 0))


def copied(value: Value, place: Place, made: dict[Address, Ref] | None = None) -> Value:
    """A value of its own: every object that it reaches is made again, once."""
    made = {} if made is None else made
    match value:
        case Ref(address):
            if address not in made:
                obj = place.state.object(value)
                made[address] = _again(address, obj, place)
                place.state.put(made[address], _object_copied(obj, place, made))
            return made[address]
        case Tuple(elements):
            return Tuple(tuple(copy_element(e, place, made) for e in elements))
        case Choice(condition, alternatives):
            return choose(condition, [copied(a, place, made) for a in alternatives])
        case _:
            return value


def _again(address: Address, obj: Object, place: Place) -> Ref:
    """Another object like one, told apart from it, but known to be made by the same code."""
    if isinstance(address.site, Handed):
        return place.ref(obj)
    ref = Ref(Address(address.site, place.evaluation.serial()))
    place.state.put(ref, obj)
    return ref


def _object_copied(obj: Object, place: Place, made: dict[Address, Ref]) -> Object:
    match obj:
        case ListObject(elements):
            return replace(obj, elements=tuple(copy_element(e, place, made) for e in elements))
        case DictObject(entries):
            again = {key: replace(e, value=copied(e.value, place, made)) for key, e in entries.items()}
            return replace(obj, entries=again)
        case Instance(_, fields):
            return replace(obj, fields={name: copied(v, place, made) for name, v in fields.items()})


def copy_element(element: Element, place: Place, made: dict[Address, Ref] | None = None) -> Element:
    """An element whose objects are made again."""
    made = {} if made is None else made
    match element:
        case One(value):
            return One(copied(value, place, made))
        case Many(body):
            return replace(element, elements=tuple(copy_element(e, place, made) for e in body))
        case Either(condition, alternatives):
            runs = tuple(tuple(copy_element(e, place, made) for e in run) for run in alternatives)
            return Either(condition, runs)
        case Rest():
            return element


def is_constant(value: Value) -> bool:
    """Whether a value is one constant, so that it can be compared."""
    return isinstance(value, Const) or (isinstance(value, Text) and value.constant is not None)


def mirrored(elements: tuple[Element, ...]) -> tuple[Element, ...]:
    """The elements from last to first."""
    result: list[Element] = []
    for element in reversed(elements):
        match element:
            case Many(body):
                result.append(replace(element, elements=mirrored(body)))
            case Either(condition, alternatives):
                result.append(Either(condition, tuple(mirrored(run) for run in alternatives)))
            case _:
                result.append(element)
    return tuple(result)


def slice_elements(elements: tuple[Element, ...], start: int | None, stop: int | None) -> tuple[Element, ...]:
    """``elements[start:stop]``; what may or may not be in it becomes a repeat."""
    values = known(elements)
    if values is not None:
        return elements[start:stop]
    head = _leading_ones(elements)
    tail = _leading_ones(mirrored(elements))
    if stop is not None and 0 <= stop <= head and (start is None or start >= 0):
        return elements[start:stop]
    if start is not None and start < 0 and -start <= tail and stop is None:
        return elements[start:]
    result = elements
    if stop is not None and stop < 0:
        if -stop > tail:
            return vague(elements)
        result, stop = result[:stop], None
    if start is not None and start > 0:
        if start > head:
            return vague(elements)
        result, start = result[start:], None
    if start not in (None, 0) or stop is not None:
        return vague(elements)
    return result


def _leading_ones(elements: tuple[Element, ...]) -> int:
    count = 0
    for element in elements:
        if not isinstance(element, One):
            break
        count += 1
    return count


def vague(elements: tuple[Element, ...]) -> tuple[Element, ...]:
    """Some run of the elements: each may be there or not."""
    result: list[Element] = []
    for element in elements:
        match element:
            case One() | Either():
                result.append(Many((element,), Interval(0, 1)))
            case Many(_, count):
                result.append(replace(element, count=Interval(0, count.high)))
            case Rest():
                result.append(element)
    return tuple(result)
