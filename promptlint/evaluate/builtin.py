"""What do Python's built-in functions give back?"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace

from promptlint.evaluate import clock
from promptlint.evaluate.assign import set_attribute, set_item
from promptlint.evaluate.attribute import lacks, parent_object
from promptlint.evaluate.condition import test_value, truth
from promptlint.evaluate.containers import members, unique, update
from promptlint.evaluate.evaluation import Arguments, Place
from promptlint.evaluate.formatting import format_value, to_text
from promptlint.evaluate.iteration import ITERATION
from promptlint.evaluate.sequence import elements_of, is_constant, seen
from promptlint.evaluate.store import DictObject, Instance, ListObject
from promptlint.evaluate.text import choose, each
from promptlint.evaluate.value import (
    EMPTY,
    Choice,
    Class,
    Const,
    External,
    Hole,
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
    return truth(test_value(arguments.positional[0], place))


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
            if (
                is_set
                and len(elements) > 1
                and not all(isinstance(e, One) and is_constant(e.value) for e in elements)
            ):
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
        return place.ref(replace(obj, is_set=False))
    kept = isinstance(value, Param | Unknown)
    return place.ref(ListObject(elements_of(value, place), kept=kept))


def _tuple(arguments: Arguments, place: Place) -> Value | None:
    return Tuple(elements_of(arguments.positional[0], place)) if arguments.positional else Tuple(())


def _set(arguments: Arguments, place: Place) -> Value | None:
    elements = members(arguments.positional[0], place) if arguments.positional else ()
    return place.ref(ListObject(unique(elements), is_set=True))


def _dict(arguments: Arguments, place: Place) -> Value | None:
    result = place.ref(DictObject({}))
    for value in arguments.positional:
        update(result, value, place)
    if arguments.keywords:
        update(result, place.evaluation.record(dict(arguments.keywords), place.node, place.state), place)
    if arguments.double_star is not None:
        update(result, arguments.double_star, place)
    return result


def _dict_fromkeys(arguments: Arguments, place: Place) -> Value | None:
    result = place.ref(DictObject({}))
    value = arguments.get("value", 1) or Const(None)
    for element in elements_of(arguments.positional[0], place) if arguments.positional else ():
        if isinstance(element, One):
            set_item(result, element.value, value, place)
        else:
            update(result, place.unknown(Reason.CONSTRUCT), place)
    return result


def _isinstance(arguments: Arguments, place: Place) -> Value | None:
    match arguments.positional:
        case (value, wanted):
            return _is_of(value, wanted, place)
        case _:
            return None


def _is_of(value: Value, wanted: Value, place: Place) -> Value:
    if isinstance(value, Choice):
        return each(value, lambda one: _is_of(one, wanted, place))
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
    match arguments.positional:
        case (owner, name, *rest):
            return _attribute_of(owner, name, rest, place)
        case _:
            return None


def _attribute_of(owner: Value, name: Value, rest: list[Value], place: Place) -> Value:
    if not isinstance(name, Text) or name.constant is None:
        return place.unknown(Reason.DYNAMIC)
    if rest and lacks(owner, name.constant, place):
        return rest[0]
    value = place.evaluation.interpreter.attribute(owner, name.constant, place)
    if rest and isinstance(value, Unknown) and value.root is None and value.reason is Reason.ATTRIBUTE:
        return choose(place.fresh("it has the attribute"), (value, rest[0]))
    return value


def _setattr(arguments: Arguments, place: Place) -> Value | None:
    match arguments.positional:
        case (owner, Text() as name, value) if name.constant is not None:
            set_attribute(owner, name.constant, value, place)
        case _:
            pass
    return Const(None)


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
    del place
    match arguments.positional:
        case (Const(int() as number),) if 0 <= number <= sys.maxunicode:
            return text(chr(number))
        case _:
            return None


DYNAMIC = (
    "builtins.eval",
    "builtins.exec",
    "builtins.compile",
    "builtins.globals",
    "builtins.locals",
    "builtins.vars",
    "builtins.__import__",
    "importlib.import_module",
)
"""What they give is decided while the program runs."""


def _dynamic(arguments: Arguments, place: Place) -> Value | None:
    del arguments
    return place.unknown(Reason.DYNAMIC, place.written_call)


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
    "builtins.isinstance": _isinstance,
    "builtins.getattr": _getattr,
    "builtins.setattr": _setattr,
    "builtins.object.__setattr__": _setattr,
    "builtins.iter": _first_argument,
    "builtins.super": parent_object,
    "builtins.type": _type,
    "builtins.print": _silent,
    "builtins.chr": _chr,
    "builtins.bytes": _first_argument,
    **dict.fromkeys(DYNAMIC, _dynamic),
    **ITERATION,
}
