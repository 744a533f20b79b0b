"""What does calling a class make?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from promptlint.diagnostic import Confidence
from promptlint.evaluate.attribute import lineage, member
from promptlint.evaluate.evaluation import Arguments, CallEvent, Place
from promptlint.evaluate.store import Instance
from promptlint.evaluate.value import (
    Bound,
    Class,
    Client,
    External,
    Function,
    Reason,
    Value,
)

__all__ = ["construct", "declared_fields"]

RECORD_BASES = frozenset({"typing.TypedDict", "typing_extensions.TypedDict"})
FIELD_CALLS = frozenset({"dataclasses.field", "pydantic.Field", "attr.ib", "attrs.field", "attr.field"})


def construct(cls: Class, arguments: Arguments, place: Place) -> Value:
    """A new object of a class of the project, its ``__init__`` run."""
    libraries = {base.name for c in lineage(cls, place) for base in c.bases if isinstance(base, External)}
    if libraries & RECORD_BASES:
        return place.evaluation.record(dict(arguments.keywords), place.node, place.state)
    for name in libraries:
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


def _call(callee: Value, arguments: Arguments, place: Place) -> Value:
    event = CallEvent(place.node, callee, arguments, place.state, place.evaluation)
    return place.evaluation.interpreter.call(event)


def _filled(cls: Class, arguments: Arguments, place: Place) -> dict[str, Value]:
    """Fields of a dataclass, a named tuple or a model: from the arguments, else their defaults."""
    fields: dict[str, Value] = {}
    keywords = dict(arguments.keywords)
    positional = list(arguments.positional)
    for name, owner, default in declared_fields(cls, place):
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


def declared_fields(cls: Class, place: Place) -> Iterator[tuple[str, Class, ast.expr | None]]:
    """Annotated names of a class and its bases, the bases first, with their defaults."""
    found: dict[str, tuple[Class, ast.expr | None]] = {}
    for current in reversed(list(lineage(cls, place))):
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
