"""What is ``self`` when a method is run by itself? Any object of its class."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import reduce

from promptlint.diagnostic import Confidence
from promptlint.evaluate import trimming
from promptlint.evaluate.annotation import library_name
from promptlint.evaluate.edit import edited
from promptlint.evaluate.entering import enter
from promptlint.evaluate.evaluation import Evaluation, Exhausted, Place
from promptlint.evaluate.growth import grown_fields
from promptlint.evaluate.instance import declared_fields
from promptlint.evaluate.lineage import lineage, member
from promptlint.evaluate.store import DictObject, Instance, ListObject, State, Store
from promptlint.evaluate.text import choose
from promptlint.evaluate.value import (
    Class,
    Client,
    Condition,
    Edit,
    Function,
    HopKind,
    Origin,
    Reading,
    Reason,
    Ref,
    Rest,
    Unknown,
    Value,
)
from promptlint.variation import Epoch

__all__ = ["Summaries", "annotated"]

FIELD_STEPS = 1_500
"""Steps for one method that assigns a field; a setter takes some twenty."""
MAX_FIELDS = 3
"""Fields that are looked up for one another; more are a web, and none of its threads ends soon."""
WEB_STEPS = 6_000
"""Steps for a field and all that are looked up for it."""
CLASS_STEPS = 100_000
"""Steps for all fields of a class."""
SUMMARY_STEPS = 5_000
"""Steps for the ``__init__`` of a class; more is a program of its own."""


class Summaries:
    """Objects that stand for any object of a class, one for each class."""

    def __init__(self) -> None:
        self._objects: dict[int, Ref] = {}
        self._first: dict[tuple[int, str], Value] = {}
        self._active: set[tuple[int, str]] = set()
        self._fields: dict[tuple[int, str], Value | None] = {}
        """What is known of a field; not what was found while one that it needs was looked up."""
        self._runs: dict[tuple[int, int], Place | None] = {}
        """Where methods end; not one that needed a field which could not be looked up then."""
        self._steps_left = WEB_STEPS
        self._spent: Counter[int] = Counter()
        """Steps by class."""
        self._refused = 0
        """How many fields were asked for that could not be looked up."""

    def any_object(self, cls: Class, outer: Evaluation) -> Ref:
        """The object that a method of `cls` is run with when nobody is known to call it."""
        known = self._objects.get(id(cls.node))
        if known is not None:
            return known
        project = outer.project
        reading = Reading(Epoch.SESSION, cls.id)
        evaluation = project.evaluation(None, reading, SUMMARY_STEPS)
        state = State(Store(project.heap), cls.members)
        ref = evaluation.allocate(Instance(cls, {}, symbolic=True), cls.node, state)
        self._objects[id(cls.node)] = ref
        project.heap.update(state.store.touched(None))
        place = Place(cls.node, state, evaluation)
        initializer = member(cls, "__init__", place)
        try:
            if isinstance(initializer, Function):
                state = enter(initializer, ref, state, evaluation)
            else:
                self._declared(cls, ref, place)
        except (Exhausted, RecursionError):
            pass
        self._settle(cls, ref, Place(cls.node, state, evaluation))
        project.heap.update(state.store.touched(None))
        return ref

    def _declared(self, cls: Class, ref: Ref, place: Place) -> None:
        """The fields of a dataclass or model: whoever makes the object decides, else the default."""
        fields: dict[str, Value] = {}
        for name, owner, default in declared_fields(cls):
            if default is None:
                continue
            given = member(owner, name, place)
            if given is not None and not isinstance(given, Unknown):
                condition = Condition(("field", owner.id, name), place.span, name)
                span = owner.source.span(default)
                unknown = Unknown(
                    Reason.ATTRIBUTE, f"self.{name}", span, origin=Origin(HopKind.READ, span, name)
                )
                fields[name] = choose(condition, (unknown, given))
        place.state.put(ref, Instance(cls, fields, symbolic=True))

    def _settle(self, cls: Class, ref: Ref, place: Place) -> None:
        """Fields that other methods assign are looked up when asked for; what they grow is history."""
        obj = place.state.object(ref)
        assert isinstance(obj, Instance)
        syntax = place.evaluation.project.syntax
        assigned = {name for c in lineage(cls) for name, _ in syntax.ask(_assignments, c.node)}
        grown = {name for c in lineage(cls) for name in syntax.ask(grown_fields, c.node)}
        fields: dict[str, Value] = {}
        for name, value in obj.fields.items():
            if isinstance(value, Ref):
                edits = tuple(e for c in lineage(cls) for e in trimming.field_edits(c, name, syntax))
                kept = place.state.object(value)
                filled = isinstance(kept, DictObject) and kept.factory is not None
                _keep(value, f"self.{name}" if filled or name in grown else "", place, edits)
            if name in assigned:
                self._first[id(cls.node), name] = value
            else:
                fields[name] = value
        place.state.put(ref, replace(obj, fields=fields))

    def field(self, cls: Class, name: str, place: Place) -> Value | None:
        """What any method of the class may have left in a field; None if none assigns it.

        What the body of the class says holds as long as `__init__` says nothing.
        """
        key = (id(cls.node), name)
        if key in self._fields:
            return self._fields[key]
        if key in self._active or len(self._active) >= MAX_FIELDS:
            self._refused += 1
            return place.unknown(Reason.RECURSION, f"self.{name}")
        if not self._active:
            self._steps_left = WEB_STEPS
        refused = self._refused
        self._active.add(key)
        try:
            later = [value for value in self._later(cls, name, place) if value is not None]
        finally:
            self._active.discard(key)
        first = self._first.get(key)
        if first is None and later:
            said = member(cls, name, place)
            first = None if isinstance(said, Function) else said
        values = list(dict.fromkeys(later if first is None else [first, *later]))
        result = self._joined(cls, name, _one_history(values, place), place)
        if not self._active or self._refused == refused:
            self._fields[key] = result
        return result

    def _later(self, cls: Class, name: str, place: Place) -> Iterator[Value | None]:
        """What each method that assigns a field leaves in it."""
        for owner in lineage(cls):
            for assigned, method in place.evaluation.project.syntax.ask(_assignments, owner.node):
                if assigned == name:
                    yield self._after(cls, _method(owner, method, place), name, place)

    def _joined(self, cls: Class, name: str, values: Sequence[Value], place: Place) -> Value | None:
        if not values:
            return None
        result = values[0]
        for number, value in enumerate(values[1:]):
            result = choose(
                Condition(("field", cls.id, name, number), place.span, f"self.{name}"), (result, value)
            )
        return result

    def _after(self, cls: Class, function: Function | None, name: str, place: Place) -> Value | None:
        """A field after one method was run on any object."""
        if function is None:
            return None
        after = self._run(cls, function, place)
        if after is None:
            return place.unknown(Reason.BUDGET, f"self.{name}")
        obj = after.state.object(self._objects[id(cls.node)])
        assert isinstance(obj, Instance)
        value = obj.fields.get(name)
        if isinstance(value, Ref) and isinstance(after.state.object(value), ListObject | DictObject):
            _keep(value, f"self.{name}", after)
            place.evaluation.project.heap[value.address] = after.state.object(value)
        return value

    def _run(self, cls: Class, function: Function, place: Place) -> Place | None:
        """Where a method ends that is run on any object; None if it takes too long."""
        key = (id(cls.node), id(function.node))
        if key in self._runs:
            return self._runs[key]
        if self._steps_left <= 0 or self._spent[key[0]] > CLASS_STEPS:
            self._refused += 1
            return None
        refused = self._refused
        project = place.evaluation.project
        evaluation = project.evaluation(None, Reading(Epoch.SESSION, cls.id), FIELD_STEPS)
        state = State(Store(project.heap), cls.members)
        ref = self.any_object(cls, evaluation)
        after: Place | None = None
        with suppress(Exhausted, RecursionError):
            after = Place(function.node, enter(function, ref, state, evaluation), evaluation)
            project.heap.update((k, v) for k, v in after.state.store.touched(None) if k != ref.address)
        steps = FIELD_STEPS - max(evaluation.steps_left, 0)
        self._steps_left -= steps
        self._spent[key[0]] += steps
        if self._refused == refused:
            self._runs[key] = after
        return after

    def client(self, cls: Class, name: str, place: Place) -> Client | None:
        """The client that a field is annotated with."""
        project = place.evaluation.project
        for owner in lineage(cls):
            for statement in project.syntax.ask(annotated, owner.node).get(name, ()):
                dotted = library_name(statement.annotation, owner.source, project)
                platform = place.evaluation.facts.calls.platform(dotted)
                if platform is not None:
                    return Client(platform, Confidence.HIGH, (), owner.source.span(statement))
        return None

    def keep(self, ref: Ref, grown: str, place: Place) -> None:
        """From now on a container outlives every activation, and functions add to it as `grown`."""
        _keep(ref, grown, place)


def _keep(ref: Ref, grown: str, place: Place, edits: tuple[Edit, ...] = ()) -> None:
    """A container that outlives every activation; where methods add to it, what they added is history."""
    obj = place.state.object(ref)
    match obj:
        case ListObject(elements):
            history = (
                (Rest(_history(grown, place)),)
                if grown and not any(isinstance(e, Rest) for e in elements)
                else ()
            )
            elements = reduce(edited, (*obj.edits, *edits), (*elements, *history))
            place.state.put(ref, replace(obj, elements=elements, kept=True, grown=0))
        case DictObject(_, rest):
            more = rest or (_history(grown, place) if grown else None)
            place.state.put(ref, replace(obj, rest=more, kept=True))
        case Instance():
            pass


def _one_history(values: Sequence[Value], place: Place) -> Sequence[Value]:
    """The values of a field, without the lists that a method begins anew and others go on with."""
    grown = [value for value in values if _begins_with_history(value, place)]
    return [value for value in values if value not in grown[1:]]


def _begins_with_history(value: Value, place: Place) -> bool:
    """Whether nothing is known of a list but that calls leave something there."""
    obj = place.evaluation.project.heap.get(value.address) if isinstance(value, Ref) else None
    match obj:
        case ListObject((Rest(Unknown(Reason.HISTORY)),)):
            return True
        case _:
            return False


def _history(name: str, place: Place) -> Unknown:
    return place.unknown(Reason.HISTORY, name)


def annotated(node: ast.ClassDef) -> Mapping[str, Sequence[ast.AnnAssign]]:
    """The annotated statements of a class by the field that they are about: ``x: T``, ``self.x: T``."""
    found: dict[str, list[ast.AnnAssign]] = {}
    for statement in ast.walk(node):
        match statement:
            case ast.AnnAssign(ast.Name(name) | ast.Attribute(ast.Name("self"), name)):
                found.setdefault(name, []).append(statement)
            case _:
                pass
    return found


Method = ast.FunctionDef | ast.AsyncFunctionDef


def _method(owner: Class, node: Method, place: Place) -> Function | None:
    """The function that a method of a class body is; of a property also what sets it."""
    found = place.state.variable(owner.members, node.name)
    if not isinstance(found, Function):
        return None
    return found.setter if found.setter is not None and found.setter.node is node else found


def _assignments(node: ast.ClassDef) -> tuple[tuple[str, Method], ...]:
    """(field, method) for each ``self.field = …`` outside ``__init__``."""
    return tuple(_assigned(node))


def _assigned(node: ast.ClassDef) -> Iterator[tuple[str, Method]]:
    for statement in node.body:
        if not isinstance(statement, Method) or statement.name == "__init__":
            continue
        first = next((a.arg for a in (*statement.args.posonlyargs, *statement.args.args)), None)
        for name in dict.fromkeys(_stored(statement, first)):
            yield name, statement


def _stored(method: ast.AST, receiver: str | None) -> Iterator[str]:
    for node in ast.walk(method):
        match node:
            case ast.Attribute(ast.Name(owner), name, ast.Store()) if owner == receiver:
                yield name
            case _:
                pass
