"""Which element stands at a position, where some before it may be missing or repeated?"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from promptlint.evaluate.edit import edits_of
from promptlint.evaluate.evaluation import Place
from promptlint.evaluate.sequence import copy_element, fewer, mirrored
from promptlint.evaluate.shape import Shapes
from promptlint.evaluate.text import choose
from promptlint.evaluate.value import (
    Condition,
    Either,
    Element,
    Hole,
    Many,
    One,
    Param,
    Reason,
    Rest,
    Unknown,
    Value,
    path_of,
)
from promptlint.evaluate.weight import singles
from promptlint.interval import Interval

__all__ = ["any_item", "index", "kinds"]

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
        turned, value = index(mirrored(elements), -position - 1, place)
        return mirrored(turned), value
    there = elements[position] if position < len(elements) else None
    if isinstance(there, One) and all(isinstance(e, One) for e in elements[:position]):
        return elements, there.value
    if _is_any_of_many(elements):
        return elements, any_item(elements, place)
    lookup = _Lookup(place)
    found = lookup.at(elements, position)
    if lookup.visits_left >= 0:
        return found
    alike = kinds(elements, place)
    return alike, any_item(alike, place)


FEW = 8
"""Kinds of elements among which one is still told apart from its like."""


def _is_any_of_many(elements: tuple[Element, ...]) -> bool:
    """Whether a list is known by its kinds only, and these are many."""
    match elements:
        case (Many((Either(_, alternatives),)),):
            return len(alternatives) > FEW
        case _:
            return False


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
            return elements, None
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
                return elements, any_item(elements, self.place)
            case Many(body, count):
                sure = any(isinstance(e, One) for e in body)
                written_out = unrolled + (1 if sure else MAX_UNROLLED)
                there = Condition(("there", self.place.evaluation.serial()), self.place.span, "at least one")
                some = tuple(copy_element(e, self.place) for e in body)
                more: tuple[Element, ...] = (*some, replace(first, count=fewer(count)))
                if count.low > 0:
                    return self.at((*more, *rest), position, written_out)
                return self._either(Either(there, (more, ())), rest, position, written_out)

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


def any_item(elements: Sequence[Element], place: Place, asked: Sequence[Value] = ()) -> Value:
    """Some item of a sequence; which one is not known, or what is asked for decides it."""
    values = list(_items(elements, place))
    if not values:
        return place.unknown(Reason.CONSTRUCT)
    return choose(place.fresh("which item", asked), values)


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


def kinds(elements: tuple[Element, ...], place: Place) -> tuple[Element, ...]:
    """Any of the elements in any number, those that are alike told once."""
    shapes = Shapes(place.state, place.evaluation.numbers)
    found: dict[int, Element] = {}
    for element in singles(elements):
        found.setdefault(shapes.element(element), element)
    runs = (*((element,) for element in found.values()), ())
    edits = tuple(dict.fromkeys(edits_of(elements)))
    return (Many((Either(place.fresh("which one"), runs),), Interval(0, None), edits=edits),)
