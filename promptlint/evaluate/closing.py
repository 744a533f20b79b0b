"""Does one more pass of a loop bring to a list what no pass before it did?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from promptlint.evaluate.edit import edits_of
from promptlint.evaluate.evaluation import Place
from promptlint.evaluate.shape import Shapes
from promptlint.evaluate.store import DictObject, Instance, ListObject, State
from promptlint.evaluate.text import flattened
from promptlint.evaluate.value import Address, Either, Element, Many, One, Ref, Rest, Tuple, Value
from promptlint.evaluate.weight import MAX_KINDS, singles
from promptlint.evaluate.widen import Widened, kind_of
from promptlint.interval import Interval

__all__ = ["closed"]


def closed(general: Widened, end: State, place: Place) -> State | None:
    """The state at the beginning of any pass, where a pass from there ends in `end`.

    None if that pass adds what is not among what the ones before it added, or goes deeper.
    """
    numbers = place.evaluation.numbers
    before, after = Shapes(general.state, numbers), Shapes(end, numbers)
    state = general.state.fork()
    for address in general.open:
        old, new = general.state.store.get(address), end.store.get(address)
        if not isinstance(old, ListObject) or not isinstance(new, ListObject):
            return None
        kinds = {kind_of(element, before) for element in singles(old.elements)}
        found = {before.element(element): element for element in singles(old.elements)}
        for element in singles(new.elements):
            place.evaluation.step()
            shape = after.element(element)
            if shape not in found and kind_of(element, after) not in kinds:
                return None
            if _holds_its_like(element, end):
                return None
            found.setdefault(shape, element)
        if len(found) > MAX_KINDS:
            return None
        runs = (*((element,) for element in found.values()), ())
        edits = tuple(dict.fromkeys(edits_of((*old.elements, *new.elements))))
        any_of = Many((Either(place.fresh("which one"), runs),), Interval(0, None), edits=edits)
        state.store.set(address, replace(old, elements=(any_of,)))
    _take_over(state, general, end)
    return state


def _take_over(state: State, general: Widened, end: State) -> None:
    """Add the objects that the last pass made."""
    for key, made in end.store.touched(general.mark):
        if isinstance(key, Address) and state.store.get(key) is None:
            state.store.set(key, made)


def _holds_its_like(element: Element, state: State) -> bool:
    """Whether an object holds another that the same code made: each pass may go one deeper."""
    match element:
        case One(Ref(Address(site)) as ref):
            return any(other.address.site == site for other in _within(ref, state, {ref.address}))
        case _:
            return False


def _within(ref: Ref, state: State, seen: set[Address]) -> Iterator[Ref]:
    """The objects that an object reaches, itself left out."""
    for inner in _refs(_values(ref, state)):
        if inner.address not in seen:
            seen.add(inner.address)
            yield inner
            yield from _within(inner, state, seen)


def _values(ref: Ref, state: State) -> Iterator[Value]:
    match state.object(ref):
        case ListObject(elements):
            yield from _held(elements)
        case DictObject(entries):
            yield from (entry.value for entry in entries.values())
        case Instance(_, fields):
            yield from fields.values()


def _held(elements: tuple[Element, ...]) -> Iterator[Value]:
    for element in singles(elements):
        match element:
            case One(value) | Rest(value):
                yield value
            case Many() | Either():
                pass


def _refs(values: Iterator[Value]) -> Iterator[Ref]:
    for value in flattened(values):
        match value:
            case Ref():
                yield value
            case Tuple(elements):
                yield from _refs(_held(elements))
            case _:
                pass
