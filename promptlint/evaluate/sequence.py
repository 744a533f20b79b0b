"""What is in a sequence? Iteration, indexing and slicing where the middle may not be known."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from promptlint.diagnostic import Interval
from promptlint.evaluate.evaluation import Arguments, CallEvent, Place
from promptlint.evaluate.lineage import enum_members, is_named_tuple
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
    path_of,
    text,
)
from promptlint.variation import Cause, Kind, Topic

__all__ = [
    "any_item",
    "constant_order",
    "copied",
    "elements_of",
    "fewer",
    "index",
    "is_constant",
    "known",
    "mirrored",
    "seen",
    "slice_elements",
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
            return (Either(condition, tuple(elements_of(a, place) for a in alternatives)),)
        case Unknown() | Param() | Hole():
            return (Rest(value),)
        case Class():
            members = enum_members(value, place)
            return tuple(map(One, members.values())) if members is not None else (_unseen_all(value, place),)
        case _:
            return (_unseen_all(value, place),)


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
        case ListObject(elements, is_set):
            return tuple(_shuffled(elements, place)) if is_set else elements
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
                made[address] = place.ref(obj)
                place.state.put(made[address], _object_copied(obj, place, made))
            return made[address]
        case Tuple(elements):
            return Tuple(tuple(copy_element(e, place, made) for e in elements))
        case Choice(condition, alternatives):
            return choose(condition, [copied(a, place, made) for a in alternatives])
        case _:
            return value


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
        case Many(body, count, over):
            return Many(tuple(copy_element(e, place, made) for e in body), count, over)
        case Either(condition, alternatives):
            runs = tuple(tuple(copy_element(e, place, made) for e in run) for run in alternatives)
            return Either(condition, runs)
        case Rest():
            return element


MAX_UNROLLED = 3
"""Repeats that one look for an element writes out; where they may be empty there is no end to it."""


MAX_VISITS = 100
"""Elements that one look for an element comes to; behind each choice it looks again on every path."""


def index(
    elements: tuple[Element, ...], position: int, place: Place
) -> tuple[tuple[Element, ...], Value | None]:
    """The element at a position, and the elements with that one told apart from its like.

    None where the position is out of range on every path.
    """
    if position < 0:
        turned, value = _Lookup(place).at(mirrored(elements), -position - 1)
        return mirrored(turned), value
    return _Lookup(place).at(elements, position)


@dataclass(slots=True)
class _Lookup:
    """One look for an element; it gives up where the paths get too many."""

    place: Place
    visits_left: int = MAX_VISITS

    def at(
        self, elements: tuple[Element, ...], position: int, unrolled: int = 0
    ) -> tuple[tuple[Element, ...], Value | None]:
        if not elements:
            return elements, None
        self.place.evaluation.step()
        self.visits_left -= 1
        if self.visits_left < 0:
            return elements, self.place.unknown(Reason.BUDGET)
        first, rest = elements[0], elements[1:]
        match first:
            case One(value):
                if position == 0:
                    return elements, value
                tail, found = self.at(rest, position - 1, unrolled)
                return (first, *tail), found
            case Rest(value):
                return elements, _unseen(value, position, self.place)
            case Either():
                return self._either(first, rest, position, unrolled)
            case Many() if unrolled >= MAX_UNROLLED:
                return elements, self.place.unknown(Reason.CONSTRUCT)
            case Many(body, count, over):
                there = Condition(("there", self.place.evaluation.serial()), self.place.span, "at least one")
                some = tuple(copy_element(e, self.place) for e in body)
                more: tuple[Element, ...] = (*some, Many(body, fewer(count), over))
                if count.low > 0:
                    return self.at((*more, *rest), position, unrolled + 1)
                return self._either(Either(there, (more, ())), rest, position, unrolled + 1)

    def _either(
        self, either: Either, rest: tuple[Element, ...], position: int, unrolled: int
    ) -> tuple[tuple[Element, ...], Value | None]:
        results = [self.at((*run, *rest), position, unrolled) for run in either.alternatives]
        found = [value for _, value in results if value is not None]
        if not found:
            return (either, *rest), None
        values = [value if value is not None else found[0] for _, value in results]
        whole = Either(either.condition, tuple(run for run, _ in results))
        if len(found) == len(results):
            return (whole,), choose(either.condition, values)
        return (whole,), _only(values, results)


def _unseen(value: Unknown | Param | Hole, position: int, place: Place) -> Value:
    """An element at a position of a sequence that is not seen."""
    name = place.written if isinstance(place.node, ast.Subscript) else value.name
    return place.derived(value, name, f"{path_of(value)}[{position}]" if not isinstance(value, Hole) else "")


def _only(values: list[Value], results: list[tuple[tuple[Element, ...], Value | None]]) -> Value:
    """Out of range on the other path is an exception there: only this one goes on."""
    return next(v for v, (_, found) in zip(values, results, strict=True) if found is not None)


def any_item(elements: Sequence[Element], place: Place) -> Value:
    """Some item of a sequence, which one is not known."""
    values = list(_items(elements, place))
    if not values:
        return place.unknown(Reason.CONSTRUCT)
    return choose(place.fresh("which item"), values)


def _items(elements: Sequence[Element], place: Place) -> Iterator[Value]:
    for element in elements:
        match element:
            case One(value):
                yield value
            case Many(body):
                yield from _items(body, place)
            case Either(_, alternatives):
                for run in alternatives:
                    yield from _items(run, place)
            case Rest(value):
                yield place.derived(value, f"{value.name}[…]")


def is_constant(value: Value) -> bool:
    """Whether a value is one constant, so that it can be compared."""
    return isinstance(value, Const) or (isinstance(value, Text) and value.constant is not None)


def mirrored(elements: tuple[Element, ...]) -> tuple[Element, ...]:
    """The elements from last to first."""
    result: list[Element] = []
    for element in reversed(elements):
        match element:
            case Many(body, count, over):
                result.append(Many(mirrored(body), count, over))
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
            return _vague(elements)
        result, stop = result[:stop], None
    if start is not None and start > 0:
        if start > head:
            return _vague(elements)
        result, start = result[start:], None
    if start not in (None, 0) or stop is not None:
        return _vague(elements)
    return result


def _leading_ones(elements: tuple[Element, ...]) -> int:
    count = 0
    for element in elements:
        if not isinstance(element, One):
            break
        count += 1
    return count


def _vague(elements: tuple[Element, ...]) -> tuple[Element, ...]:
    """Some run of the elements: each may be there or not."""
    result: list[Element] = []
    for element in elements:
        match element:
            case One() | Either():
                result.append(Many((element,), Interval(0, 1)))
            case Many(body, count):
                result.append(Many(body, Interval(0, count.high)))
            case Rest():
                result.append(element)
    return tuple(result)
