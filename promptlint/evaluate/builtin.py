"""What do Python's built-in functions give back?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from promptlint.diagnostic import Interval
from promptlint.evaluate import clock
from promptlint.evaluate.attribute import parent_object
from promptlint.evaluate.condition import Undecided, test_value
from promptlint.evaluate.evaluation import Arguments, CallEvent, Place
from promptlint.evaluate.formatting import format_value, to_text
from promptlint.evaluate.ordering import ordered
from promptlint.evaluate.sequence import elements_of, known, seen
from promptlint.evaluate.store import DictObject, Instance, ListObject
from promptlint.evaluate.text import choose, each
from promptlint.evaluate.value import (
    EMPTY,
    Choice,
    Class,
    Const,
    Either,
    Element,
    External,
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

__all__ = ["BUILTINS"]


def _str(arguments: Arguments, place: Place) -> Value | None:
    if not arguments.positional:
        return EMPTY
    value = arguments.positional[0]
    return value if isinstance(value, Unknown | Param | Hole) and _is_text(value) else to_text(value, place)


def _is_text(value: Value) -> bool:
    return isinstance(value, Hole) and value.type == "str"


def _repr(arguments: Arguments, place: Place) -> Value | None:
    return to_text(arguments.positional[0], place, quoted=True) if arguments.positional else None


def _format(arguments: Arguments, place: Place) -> Value | None:
    if not arguments.positional:
        return None
    spec = arguments.positional[1] if len(arguments.positional) > 1 else EMPTY
    return format_value(arguments.positional[0], "", spec, place) if isinstance(spec, Text) else None


def _int(arguments: Arguments, place: Place) -> Value | None:
    value = arguments.positional[0] if arguments.positional else Const(0)
    match value:
        case Const(int() | float() as number):
            return Const(int(number))
        case Text() if value.constant is not None and value.constant.strip().isdigit():
            return Const(int(value.constant))
        case Hole():
            return clock.truncated(value, place)
        case Choice():
            return each(value, lambda one: _int(Arguments((one,)), place) or place.derived(one))
        case _:
            return place.derived(value)


def _float(arguments: Arguments, place: Place) -> Value | None:
    value = arguments.positional[0] if arguments.positional else Const(0.0)
    match value:
        case Const(int() | float() as number):
            return Const(float(number))
        case _:
            return place.derived(value)


def _round(arguments: Arguments, place: Place) -> Value | None:
    match arguments.positional:
        case (Const(int() | float() as number),):
            return Const(round(number))
        case (Const(int() | float() as number), Const(int() as digits)):
            return Const(round(number, digits))
        case (Hole() as hole,):
            return clock.truncated(hole, place)
        case (value, *_):
            return place.derived(value)
        case _:
            return None


def _bool(arguments: Arguments, place: Place) -> Value | None:
    if not arguments.positional:
        return Const(False)
    answer = test_value(arguments.positional[0], place.node, place.state, place.evaluation)
    if isinstance(answer, Undecided):
        pair = (Const(True), Const(False))
        return choose(answer.condition, pair if answer.index == 0 else pair[::-1])
    return Const(answer)


def _len(arguments: Arguments, place: Place) -> Value | None:
    match arguments.positional:
        case (Text() as value,) if value.constant is not None:
            return Const(len(value.constant))
        case (Text() as value,):
            return _length_of_text(value, place)
        case (Ref() as ref,):
            return _length(ref, place)
        case (Tuple(elements),):
            size = seen(elements)
            return Const(size.low) if size.low == size.high else place.unknown(Reason.CONSTRUCT)
        case (value,):
            return place.derived(value, f"len({getattr(value, 'name', '')})")
        case _:
            return None


def _length_of_text(value: Text, place: Place) -> Value:
    for piece in value.pieces:
        if isinstance(piece, Unknown | Param | Hole):
            return place.derived(piece)
    return place.unknown(Reason.CONSTRUCT)


def _length(ref: Ref, place: Place) -> Value:
    match place.state.object(ref):
        case ListObject(elements, is_set):
            size = seen(elements)
            if is_set and len({e.value for e in elements if isinstance(e, One)}) != len(elements):
                return place.unknown(Reason.CONSTRUCT)
            if size.low == size.high:
                return Const(size.low)
            rest = next((e.value for e in elements if isinstance(e, Rest)), None)
            return place.derived(rest) if rest is not None else place.unknown(Reason.CONSTRUCT)
        case DictObject(entries, None) if not any(e.conditions for e in entries.values()):
            return Const(len(entries))
        case _:
            return place.unknown(Reason.CONSTRUCT)


def _list(arguments: Arguments, place: Place) -> Value | None:
    if not arguments.positional:
        return place.ref(ListObject(()))
    value = arguments.positional[0]
    if isinstance(value, Choice):
        return each(value, lambda one: _list(Arguments((one,)), place) or one)
    obj = place.state.object(value) if isinstance(value, Ref) else None
    if isinstance(obj, ListObject) and not obj.is_set:
        return place.ref(ListObject(obj.elements, False, obj.loops, obj.kept, obj.grown))
    kept = isinstance(value, Param | Unknown)
    return place.ref(ListObject(elements_of(value, place), kept=kept))


def _tuple(arguments: Arguments, place: Place) -> Value | None:
    return Tuple(elements_of(arguments.positional[0], place)) if arguments.positional else Tuple(())


def _set(arguments: Arguments, place: Place) -> Value | None:
    elements = elements_of(arguments.positional[0], place) if arguments.positional else ()
    unique = tuple(dict.fromkeys(elements)) if known(elements) is not None else elements
    return place.ref(ListObject(unique, is_set=True))


def _dict(arguments: Arguments, place: Place) -> Value | None:
    from promptlint.evaluate.containers import update  # noqa: PLC0415

    result = place.ref(DictObject({}))
    for value in arguments.positional:
        update(result, value, place)
    if arguments.keywords:
        update(result, place.evaluation.record(dict(arguments.keywords), place.node, place.state), place)
    if arguments.double_star is not None:
        update(result, arguments.double_star, place)
    return result


def _dict_fromkeys(arguments: Arguments, place: Place) -> Value | None:
    from promptlint.evaluate.assign import set_item  # noqa: PLC0415
    from promptlint.evaluate.containers import update  # noqa: PLC0415

    result = place.ref(DictObject({}))
    value = arguments.get("value", 1) or Const(None)
    for element in elements_of(arguments.positional[0], place) if arguments.positional else ():
        if isinstance(element, One):
            set_item(result, element.value, value, place)
        else:
            update(result, place.unknown(Reason.CONSTRUCT), place)
    return result


def _range(arguments: Arguments, place: Place) -> Value | None:
    numbers = [v.value for v in arguments.positional if isinstance(v, Const) and isinstance(v.value, int)]
    if len(numbers) == len(arguments.positional) and numbers:
        try:
            values = range(*numbers)
        except (TypeError, ValueError):
            return None
        if len(values) <= 64:
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
    from promptlint.evaluate.sequence import mirrored  # noqa: PLC0415

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
            case Many(body, times):
                number = None
                result.append(Many(_numbered(body, None, place), times))
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
                result.append(Many((One(pair),), Interval(0, None)))
    return tuple(result)


def _zip(arguments: Arguments, place: Place) -> Value | None:
    columns = [elements_of(value, place) for value in arguments.positional]
    values = [known(column) for column in columns]
    if all(v is not None for v in values):
        rows = zip(*(v for v in values if v is not None), strict=False)
        return place.ref(ListObject(tuple(One(Tuple(tuple(One(v) for v in row))) for row in rows)))
    cells = [_any_item(column, place) for column in columns]
    return place.ref(ListObject((Many((One(Tuple(tuple(One(c) for c in cells))),), Interval(0, None)),)))


def _any_item(elements: tuple[Element, ...], place: Place) -> Value:
    """Some item of a sequence, which one is not known."""
    values: list[Value] = []
    for element in elements:
        match element:
            case One(value):
                values.append(value)
            case Many(body):
                values.append(_any_item(body, place))
            case Either(_, alternatives):
                values.extend(_any_item(run, place) for run in alternatives if run)
            case Rest(value):
                values.append(place.derived(value, f"{value.name}[…]"))
    if not values:
        return place.unknown(Reason.CONSTRUCT)
    result = values[0]
    for value in values[1:]:
        result = choose(place.evaluation.fresh(place.node, place.state, "which item"), (result, value))
    return result


def _map(arguments: Arguments, place: Place) -> Value | None:
    if len(arguments.positional) != 2:
        return None
    function, iterable = arguments.positional
    return place.ref(ListObject(_mapped(function, elements_of(iterable, place), place)))


def _mapped(function: Value, elements: tuple[Element, ...], place: Place) -> tuple[Element, ...]:
    result: list[Element] = []
    for element in elements:
        match element:
            case One(value):
                result.append(One(_apply(function, value, place)))
            case Many(body, count):
                result.append(Many(_mapped(function, body, place), count))
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
    if len(arguments.positional) != 2:
        return None
    function, iterable = arguments.positional
    result: list[Element] = []
    for element in elements_of(iterable, place):
        if not isinstance(element, One):
            result.append(Many((element,), Interval(0, None)) if isinstance(element, Either) else element)
            continue
        kept = element.value if function == Const(None) else _apply(function, element.value, place)
        answer = test_value(kept, place.node, place.state, place.evaluation)
        if isinstance(answer, Undecided):
            runs: tuple[tuple[Element, ...], ...] = (
                ((element,), ()) if answer.index == 0 else ((), (element,))
            )
            result.append(Either(answer.condition, runs))
        elif answer:
            result.append(element)
    return place.ref(ListObject(tuple(result)))


def _isinstance(arguments: Arguments, place: Place) -> Value | None:
    if len(arguments.positional) != 2:
        return None
    value, wanted = arguments.positional
    if isinstance(value, Choice):
        return each(value, lambda one: _isinstance(Arguments((one, wanted)), place) or place.derived(one))
    names = _type_names(wanted)
    own = _own_types(value, place)
    if names and own:
        return Const(bool(names & own))
    if isinstance(value, Unknown | Param | Hole):
        return place.derived(value, f"isinstance({value.name}, {'|'.join(sorted(names or {'?'}))})")
    return place.unknown(Reason.CONSTRUCT)


def _type_names(wanted: Value) -> set[str]:
    match wanted:
        case External(name):
            return {name.removeprefix("builtins.")}
        case Class():
            return {wanted.id}
        case Tuple(elements):
            return {n for e in elements if isinstance(e, One) for n in _type_names(e.value)}
        case _:
            return set()


def _own_types(value: Value, place: Place) -> set[str]:
    match value:
        case Text():
            return {"str"}
        case Const(bool()):
            return {"bool", "int"}
        case Const(constant):
            return {type(constant).__name__}
        case Tuple():
            return {"tuple", "Sequence", "collections.abc.Sequence", "Iterable"}
        case Hole(type=name) if name in ("str", "int", "float"):
            return {name}
        case Ref():
            match place.state.object(value):
                case ListObject(_, is_set):
                    return (
                        {"set"}
                        if is_set
                        else {
                            "list",
                            "collections.abc.Sequence",
                            "collections.abc.Iterable",
                            "typing.List",
                            "typing.Sequence",
                        }
                    )
                case DictObject():
                    return {"dict", "collections.abc.Mapping", "typing.Mapping", "typing.Dict"}
                case Instance(cls):
                    if any(not isinstance(base, Class) for base in cls.bases):
                        return set()
                    return {cls.id, *(b.id for b in cls.bases if isinstance(b, Class))}
        case _:
            return set()


def _getattr(arguments: Arguments, place: Place) -> Value | None:
    if len(arguments.positional) < 2:
        return None
    owner, name, *rest = arguments.positional
    if not isinstance(name, Text) or name.constant is None:
        return place.unknown(Reason.DYNAMIC)
    value = place.evaluation.interpreter.attribute(owner, name.constant, place)
    if rest and isinstance(value, Unknown) and value.root is None and value.reason is Reason.ATTRIBUTE:
        return choose(
            place.evaluation.fresh(place.node, place.state, "it has the attribute"), (value, rest[0])
        )
    return value


def _setattr(arguments: Arguments, place: Place) -> Value | None:
    from promptlint.evaluate.assign import set_attribute  # noqa: PLC0415

    match arguments.positional:
        case (owner, Text() as name, value) if name.constant is not None:
            set_attribute(owner, name.constant, value, place)
        case _:
            pass
    return Const(None)


def _extreme(arguments: Arguments, place: Place) -> Value | None:
    values = arguments.positional
    if len(values) == 1:
        found = known(elements_of(values[0], place))
        values = tuple(found) if found is not None else values
    numbers = [v.value for v in values if isinstance(v, Const) and isinstance(v.value, int | float)]
    if len(numbers) == len(values) and numbers and not arguments.keywords:
        return None
    unknown = next((v for v in values if isinstance(v, Unknown | Param | Hole)), None)
    return place.derived(unknown) if unknown is not None else place.unknown(Reason.CONSTRUCT)


def _max(arguments: Arguments, place: Place) -> Value | None:
    return _of_numbers(max, arguments, place)


def _min(arguments: Arguments, place: Place) -> Value | None:
    return _of_numbers(min, arguments, place)


def _of_numbers(
    pick: Callable[[list[int | float]], int | float], arguments: Arguments, place: Place
) -> Value | None:
    values = arguments.positional
    if len(values) == 1:
        values = tuple(known(elements_of(values[0], place)) or ())
    numbers = [v.value for v in values if isinstance(v, Const) and isinstance(v.value, int | float)]
    if numbers and len(numbers) == len(values) and not arguments.keywords:
        return Const(pick(numbers))
    return _extreme(arguments, place)


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
        _any_item(elements, place)
        if elements
        else (default[0] if default else place.unknown(Reason.CONSTRUCT))
    )
    if default and elements:
        return choose(place.evaluation.fresh(place.node, place.state, "there is one"), (item, default[0]))
    return item


def _unfollowed(arguments: Arguments, place: Place) -> Value | None:
    return place.unknown(Reason.CONSTRUCT) if arguments.positional else None


def _type(arguments: Arguments, place: Place) -> Value | None:
    match arguments.positional:
        case (Ref() as ref,):
            obj = place.state.object(ref)
            return obj.cls if isinstance(obj, Instance) else None
        case _:
            return None


def _silent(arguments: Arguments, place: Place) -> Value | None:
    del arguments, place
    return Const(None)


def _first_argument(arguments: Arguments, place: Place) -> Value | None:
    del place
    return arguments.positional[0] if arguments.positional else None


def _chr(arguments: Arguments, place: Place) -> Value | None:
    match arguments.positional:
        case (Const(int() as number),) if 0 <= number < 0x110000:
            return text(chr(number))
        case _:
            return None


BUILTINS: Mapping[str, Callable[[Arguments, Place], Value | None]] = {
    "builtins.str": _str,
    "builtins.repr": _repr,
    "builtins.format": _format,
    "builtins.int": _int,
    "builtins.float": _float,
    "builtins.round": _round,
    "builtins.bool": _bool,
    "builtins.len": _len,
    "builtins.list": _list,
    "builtins.tuple": _tuple,
    "builtins.set": _set,
    "builtins.frozenset": _set,
    "builtins.dict": _dict,
    "builtins.dict.fromkeys": _dict_fromkeys,
    "builtins.range": _range,
    "builtins.sorted": _sorted,
    "builtins.reversed": _reversed,
    "builtins.enumerate": _enumerate,
    "builtins.zip": _zip,
    "builtins.map": _map,
    "builtins.filter": _filter,
    "builtins.isinstance": _isinstance,
    "builtins.getattr": _getattr,
    "builtins.setattr": _setattr,
    "builtins.max": _max,
    "builtins.min": _min,
    "builtins.sum": _sum,
    "builtins.next": _next,
    "builtins.iter": _first_argument,
    "builtins.any": _unfollowed,
    "builtins.all": _unfollowed,
    "builtins.super": parent_object,
    "builtins.type": _type,
    "builtins.print": _silent,
    "builtins.chr": _chr,
    "builtins.bytes": _first_argument,
}
