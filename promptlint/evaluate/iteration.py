"""What do Python's built-in functions make of sequences?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from promptlint.evaluate.condition import Undecided, test_value, truth
from promptlint.evaluate.evaluation import Arguments, CallEvent, Place
from promptlint.evaluate.ordering import ordered, sort_key
from promptlint.evaluate.position import any_item
from promptlint.evaluate.sequence import elements_of, known, mirrored
from promptlint.evaluate.store import ListObject
from promptlint.evaluate.text import choose, each
from promptlint.evaluate.value import (
    Choice,
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
    Tuple,
    Unknown,
    Value,
    count_of,
)
from promptlint.interval import Interval

__all__ = ["ITERATION"]

MAX_ITEMS = 64
"""A range up to this length is known item by item."""


def _range(arguments: Arguments, place: Place) -> Value | None:
    numbers = [v.value for v in arguments.positional if isinstance(v, Const) and isinstance(v.value, int)]
    if len(numbers) == len(arguments.positional) and numbers:
        try:
            values = range(*numbers)
        except (TypeError, ValueError):
            return None
        if len(values) <= MAX_ITEMS:
            return place.ref(ListObject(tuple(One(Const(n)) for n in values)))
        item = place.hole(frozenset(), "number", "int")
        return place.ref(ListObject((Many((One(item),), Interval(len(values), len(values))),)))
    unknown = next((v for v in arguments.positional if isinstance(v, Unknown | Param | Hole)), None)
    item_value: Value = (
        place.derived(unknown, "number") if unknown is not None else place.unknown(Reason.CONSTRUCT)
    )
    return place.ref(ListObject((Many((One(item_value),), Interval(0, None)),)))


def _sorted(arguments: Arguments, place: Place) -> Value | None:
    if not arguments.positional:
        return None
    value = arguments.positional[0]
    if isinstance(value, Choice):
        rest = arguments.positional[1:]
        return each(value, lambda one: _sorted(replace(arguments, positional=(one, *rest)), place) or one)
    obj = place.state.object(value) if isinstance(value, Ref) else None
    if isinstance(obj, ListObject) and obj.is_set:
        elements = tuple(dict.fromkeys(obj.elements)) if known(obj.elements) is not None else obj.elements
    else:
        elements = elements_of(value, place)
    return place.ref(ListObject(ordered(elements, arguments, place)))


def _reversed(arguments: Arguments, place: Place) -> Value | None:
    return (
        place.ref(ListObject(mirrored(elements_of(arguments.positional[0], place))))
        if arguments.positional
        else None
    )


def _enumerate(arguments: Arguments, place: Place) -> Value | None:
    if not arguments.positional:
        return None
    start = arguments.get("start", 1) or Const(0)
    first = start.value if isinstance(start, Const) and isinstance(start.value, int) else None
    return place.ref(ListObject(_numbered(elements_of(arguments.positional[0], place), first, place)))


def _numbered(elements: tuple[Element, ...], first: int | None, place: Place) -> tuple[Element, ...]:
    result: list[Element] = []
    number = first
    for element in elements:
        count: Value = Const(number) if number is not None else place.hole(frozenset(), "number", "int")
        match element:
            case One(value):
                result.append(One(Tuple((One(count), One(value)))))
                number = number + 1 if number is not None else None
            case Many(body, times, over):
                number = None
                result.append(Many(_numbered(body, None, place), times, over))
            case Either(condition, alternatives):
                result.append(Either(condition, tuple(_numbered(run, number, place) for run in alternatives)))
                number = None
            case Rest(value):
                number = None
                index = (
                    place.derived(value, "number")
                    if isinstance(value, Unknown | Param)
                    else place.hole(frozenset(), "number", "int")
                )
                pair = Tuple((One(index), One(place.derived(value))))
                result.append(Many((One(pair),), count_of(value)))
    return tuple(result)


def _zip(arguments: Arguments, place: Place) -> Value | None:
    columns = [elements_of(value, place) for value in arguments.positional]
    values = [known(column) for column in columns]
    if all(v is not None for v in values):
        rows = zip(*(v for v in values if v is not None), strict=False)
        return place.ref(ListObject(tuple(One(Tuple(tuple(One(v) for v in row))) for row in rows)))
    cells = [any_item(column, place) for column in columns]
    return place.ref(ListObject((Many((One(Tuple(tuple(One(c) for c in cells))),), Interval(0, None)),)))


def _map(arguments: Arguments, place: Place) -> Value | None:
    match arguments.positional:
        case (function, iterable):
            return place.ref(ListObject(_mapped(function, elements_of(iterable, place), place)))
        case _:
            return None


def _mapped(function: Value, elements: tuple[Element, ...], place: Place) -> tuple[Element, ...]:
    result: list[Element] = []
    for element in elements:
        match element:
            case One(value):
                result.append(One(_apply(function, value, place)))
            case Many(body, count, over):
                result.append(Many(_mapped(function, body, place), count, over))
            case Either(condition, alternatives):
                result.append(Either(condition, tuple(_mapped(function, run, place) for run in alternatives)))
            case Rest(value):
                item = _apply(function, place.derived(value, f"{value.name}[…]"), place)
                result.append(Many((One(item),), Interval(0, None)))
    return tuple(result)


def _apply(function: Value, value: Value, place: Place) -> Value:
    event = CallEvent(place.node, function, Arguments((value,)), place.state, place.evaluation)
    return place.evaluation.interpreter.call(event)


def _filter(arguments: Arguments, place: Place) -> Value | None:
    match arguments.positional:
        case (function, iterable):
            return _kept(function, iterable, place)
        case _:
            return None


def _kept(function: Value, iterable: Value, place: Place) -> Value:
    result: list[Element] = []
    for element in elements_of(iterable, place):
        if not isinstance(element, One):
            result.append(Many((element,), Interval(0, None)) if isinstance(element, Either) else element)
            continue
        kept = element.value if function == Const(None) else _apply(function, element.value, place)
        answer = test_value(kept, place)
        if isinstance(answer, Undecided):
            runs: tuple[tuple[Element, ...], ...] = (
                ((element,), ()) if answer.index == 0 else ((), (element,))
            )
            result.append(Either(answer.condition, runs))
        elif answer:
            result.append(element)
    return place.ref(ListObject(tuple(result)))


def _sum(arguments: Arguments, place: Place) -> Value | None:
    values = known(elements_of(arguments.positional[0], place)) if arguments.positional else None
    numbers = [v.value for v in values or () if isinstance(v, Const) and isinstance(v.value, int | float)]
    if values is not None and len(numbers) == len(values):
        return Const(sum(numbers))
    return place.hole(frozenset(), "sum", "int")


def _next(arguments: Arguments, place: Place) -> Value | None:
    if not arguments.positional:
        return None
    iterable, *default = arguments.positional
    elements = elements_of(iterable, place)
    if elements and isinstance(elements[0], One):
        return elements[0].value
    item = (
        any_item(elements, place)
        if elements
        else (default[0] if default else place.unknown(Reason.CONSTRUCT))
    )
    if default and elements:
        return choose(place.fresh("there is one"), (item, default[0]))
    return item


def _max(arguments: Arguments, place: Place) -> Value | None:
    return _extreme(arguments, place, largest=True)


def _min(arguments: Arguments, place: Place) -> Value | None:
    return _extreme(arguments, place, largest=False)


def _extreme(arguments: Arguments, place: Place, *, largest: bool) -> Value | None:
    """The largest or smallest argument or element; where that is not known, any of them."""
    if not arguments.positional:
        return None
    several = len(arguments.positional) > 1
    elements = (
        tuple(map(One, arguments.positional)) if several else elements_of(arguments.positional[0], place)
    )
    default = arguments.get("default")
    if not elements:
        return default
    keys = [sort_key(e, arguments, place) for e in elements]
    if None not in keys and len({isinstance(k, str) for k in keys}) == 1:
        pairs = list(zip(keys, elements, strict=True))
        try:
            _, found = max(pairs, key=_first) if largest else min(pairs, key=_first)
        except TypeError:
            return any_item(elements, place)
        return found.value if isinstance(found, One) else None
    numbers = all(
        isinstance(e, One) and isinstance(e.value, Const | Unknown | Param | Hole) for e in elements
    )
    unknown = next((e.value for e in elements if isinstance(e, One) and not isinstance(e.value, Const)), None)
    if numbers and unknown is not None:
        return place.derived(unknown)
    return any_item(elements, place)


def _first(pair: tuple[Any, object]) -> Any:  # noqa: ANN401 - keys of one type, whichever it is
    return pair[0]


def _any(arguments: Arguments, place: Place) -> Value | None:
    return _quantified(arguments, place, every=False)


def _all(arguments: Arguments, place: Place) -> Value | None:
    return _quantified(arguments, place, every=True)


def _quantified(arguments: Arguments, place: Place, *, every: bool) -> Value | None:
    """``any`` and ``all``: one element may decide."""
    if not arguments.positional:
        return None
    open_tests: list[Undecided | None] = []
    for element in elements_of(arguments.positional[0], place):
        if not isinstance(element, One):
            open_tests.append(None)
            continue
        answer = test_value(element.value, place)
        if isinstance(answer, Undecided):
            open_tests.append(answer)
        elif answer is not every:
            return Const(answer)
    match open_tests:
        case []:
            return Const(every)
        case [Undecided() as only]:
            return truth(only)
        case _:
            return truth(Undecided(place.fresh(place.written)))


ITERATION: Mapping[str, Callable[[Arguments, Place], Value | None]] = {
    "builtins.range": _range,
    "builtins.sorted": _sorted,
    "builtins.reversed": _reversed,
    "builtins.enumerate": _enumerate,
    "builtins.zip": _zip,
    "builtins.map": _map,
    "builtins.filter": _filter,
    "builtins.sum": _sum,
    "builtins.next": _next,
    "builtins.max": _max,
    "builtins.min": _min,
    "builtins.any": _any,
    "builtins.all": _all,
}
