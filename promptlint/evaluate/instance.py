"""What does calling a class make?"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from promptlint.diagnostic import Confidence
from promptlint.evaluate.evaluation import Arguments, CallEvent, Place
from promptlint.evaluate.item import chosen_item
from promptlint.evaluate.lineage import enum_members, library_bases, lineage, member
from promptlint.evaluate.store import Instance, ListObject
from promptlint.evaluate.text import choose
from promptlint.evaluate.value import (
    Bound,
    Choice,
    Class,
    Client,
    Function,
    Hole,
    One,
    Param,
    Reason,
    Ref,
    Unknown,
    Value,
)

__all__ = ["as_dict", "construct", "declared_fields", "object_method", "replaced"]

RECORD_BASES = frozenset({"typing.TypedDict", "typing_extensions.TypedDict"})
FIELD_CALLS = frozenset({"dataclasses.field", "pydantic.Field", "attr.ib", "attrs.field", "attr.field"})


def construct(cls: Class, arguments: Arguments, place: Place) -> Value:
    """A new object of a class of the project, its ``__init__`` run."""
    libraries = library_bases(cls)
    members = enum_members(cls, place)
    if members is not None and arguments.positional:
        values = {_value_of(m, place): m for m in members.values()}
        return chosen_item(values, arguments.positional[0], None, place)
    if libraries & RECORD_BASES:
        given, rest = dict(arguments.keywords), arguments.double_star
        return place.evaluation.record(given, place.node, place.state, rest=rest)
    for name in sorted(libraries):
        platform = place.evaluation.facts.calls.platform(name)
        if platform is not None:
            return Client(platform, Confidence.HIGH, arguments.keywords, place.span)
    ref = place.ref(Instance(cls, {}))
    initializer = member(cls, "__init__", place)
    if isinstance(initializer, Function):
        _call(Bound(initializer, ref), arguments, place)
        return ref
    fields = _filled(cls, arguments, place)
    place.state.put(ref, Instance(cls, fields))
    after = member(cls, "__post_init__", place) or member(cls, "model_post_init", place)
    if isinstance(after, Function):
        _call(Bound(after, ref), Arguments(), place)
    return ref


def _value_of(member_: Value, place: Place) -> Value:
    obj = place.state.object(member_) if isinstance(member_, Ref) else None
    return obj.fields["_value_"] if isinstance(obj, Instance) else member_


def _call(callee: Value, arguments: Arguments, place: Place) -> Value:
    event = CallEvent(place.node, callee, arguments, place.state, place.evaluation)
    return place.evaluation.interpreter.call(event)


def _filled(cls: Class, arguments: Arguments, place: Place) -> dict[str, Value]:
    """Fields of a dataclass, a named tuple or a model: from the arguments, else their defaults."""
    fields: dict[str, Value] = {}
    keywords = dict(arguments.keywords)
    positional = list(arguments.positional)
    for name, owner, default in declared_fields(cls):
        if positional:
            fields[name] = positional.pop(0)
        elif name in keywords:
            fields[name] = keywords.pop(name)
        elif arguments.double_star is not None:
            fields[name] = place.derived(arguments.double_star, name)
        elif default is not None:
            fields[name] = _default(default, name, owner, place)
        else:
            fields[name] = place.unknown(Reason.ATTRIBUTE, name)
    return fields | keywords


def declared_fields(cls: Class) -> Iterator[tuple[str, Class, ast.expr | None]]:
    """Annotated names of a class and its bases, the bases first, with their defaults."""
    found: dict[str, tuple[Class, ast.expr | None]] = {}
    for current in reversed(list(lineage(cls))):
        for statement in current.node.body:
            match statement:
                case ast.AnnAssign(ast.Name(name), annotation, default):
                    if "ClassVar" not in ast.unparse(annotation):
                        found[name] = (current, default)
                case _:
                    pass
    for name, (owner, default) in found.items():
        yield name, owner, default


def _default(node: ast.expr, name: str, owner: Class, place: Place) -> Value:
    """The default of a field: made anew by its factory, else what the class body holds."""
    if isinstance(node, ast.Call):
        for keyword in node.keywords:
            state = place.state.fork()
            state.frame = owner.members
            if keyword.arg == "default_factory":
                factory = place.evaluation.interpreter.evaluate(keyword.value, state, place.evaluation)
                place.state.store = state.store
                return _call(factory, Arguments(), place)
            if keyword.arg == "default":
                value = place.evaluation.interpreter.evaluate(keyword.value, state, place.evaluation)
                place.state.store = state.store
                return value
    value_of = member(owner, name, place)
    return value_of if value_of is not None else place.unknown(Reason.ATTRIBUTE, name)


def replaced(arguments: Arguments, place: Place) -> Value | None:
    """``dataclasses.replace(obj, …)``: another object of its class, made by its constructor."""
    match arguments.positional:
        case (Choice(condition, alternatives), *_):
            parts = [replaced(Arguments((a,), arguments.keywords), place) for a in alternatives]
            return choose(condition, [p if p is not None else place.unknown(Reason.CONSTRUCT) for p in parts])
        case (Ref() as ref, *_):
            obj = place.state.object(ref)
            if isinstance(obj, Instance):
                own = {name for name, _, _ in declared_fields(obj.cls)}
                kept = {name: value for name, value in obj.fields.items() if name in own}
                keywords = tuple((kept | dict(arguments.keywords)).items())
                return construct(obj.cls, Arguments(keywords=keywords), place)
        case _:
            pass
    return None


def as_dict(value: Value, place: Place) -> Value:
    """``dataclasses.asdict(obj)``: its fields as a dict, those of objects inside it too."""
    match value:
        case Ref():
            obj = place.state.object(value)
            match obj:
                case Instance(_, fields) if "_value_" not in fields:
                    inner = {name: as_dict(item, place) for name, item in fields.items()}
                    return place.evaluation.record(inner, place.node, place.state)
                case ListObject(elements):
                    plain = tuple(One(as_dict(e.value, place)) if isinstance(e, One) else e for e in elements)
                    return place.ref(replace(obj, elements=plain))
                case _:
                    return value
        case Choice(condition, alternatives):
            return choose(condition, [as_dict(a, place) for a in alternatives])
        case Unknown() | Param() | Hole():
            return place.derived(value, value.name)
        case _:
            return value


def object_method(receiver: Ref, name: str, arguments: Arguments, place: Place) -> Value | None:
    """What the library gives a named tuple or a data model; None if it is no such method."""
    obj = place.state.object(receiver)
    assert isinstance(obj, Instance)
    match name:
        case "_replace":
            return replaced(Arguments((receiver,), arguments.keywords), place)
        case "_asdict":
            return place.evaluation.record(obj.fields, place.node, place.state)
        case "model_dump" | "dict":
            return as_dict(receiver, place)
        case "model_copy" | "copy":
            return place.ref(replace(obj))
        case "count" | "index":
            return place.hole(frozenset(), name, "int")
        case _:
            return None
