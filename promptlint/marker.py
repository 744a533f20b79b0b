"""Which breakpoint does a ``cache_control`` describe, valid or not?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from promptlint.evaluate.evaluation import Place
from promptlint.evaluate.store import DictObject, Entry, Instance
from promptlint.evaluate.value import (
    Choice,
    Condition,
    Const,
    External,
    Hole,
    Param,
    Ref,
    Text,
    Unknown,
    Value,
    text,
)
from promptlint.request import Marker
from promptlint.source import Span

__all__ = ["constant", "read_marker", "record_of"]

DEFAULT = "5m"
"""The lifetime of a marker that names none."""
Conditions = tuple[tuple[Condition, int], ...]


def read_marker(entry: Entry, where: Span | None, place: Place) -> Marker | None:
    """The breakpoint that a ``cache_control`` describes; None for ``None``."""
    at = entry.at or where or place.span
    return _marker(entry.value, at, entry.conditions, place)


def _marker(value: Value, at: Span, conditions: Conditions, place: Place) -> Marker | None:
    match value:
        case Const(None) | External():
            return None
        case Choice(condition, alternatives):
            found = [_marker(a, at, (*conditions, (condition, i)), place) for i, a in enumerate(alternatives)]
            present = [marker for marker in found if marker is not None]
            if not present:
                return None
            if len(present) == len(found):
                same = all((m.type, m.lifetimes) == (present[0].type, present[0].lifetimes) for m in present)
                if same:
                    return replace(present[0], conditions=conditions)
                chosen = tuple(
                    (ttl, (*marker.conditions[len(conditions) :], *more))
                    for marker in present
                    for ttl, more in marker.lifetimes
                )
                return replace(present[0], conditions=conditions, ttl=None, choices=chosen)
            return present[0]
        case Ref():
            obj = record_of(value, place)
            if obj is not None:
                return _described(obj, at, conditions)
        case Text() if value.constant is not None:
            return Marker(at, value.constant, None, conditions, "shape", value.constant)
        case Unknown() | Param() | Hole():
            given = Condition(("marker", at), at, "a marker is given")
            return Marker(at, None, None, (*conditions, (given, 0)))
        case _:
            pass
    return Marker(at, None, None, conditions, "shape")


def _described(obj: DictObject, at: Span, conditions: Conditions) -> Marker:
    """A marker from its dict, with what is wrong about it."""
    kind, lifetime = obj.get("type"), obj.get("ttl")
    type_ = constant(obj, "type")
    ttl: str | None = DEFAULT if obj.rest is None else None
    problem, written = "", type_ or ""
    choices: tuple[tuple[str, Conditions], ...] = ()
    if lifetime is not None and lifetime.value != Const(None):
        ttl = constant(obj, "ttl")
        choices = tuple(_lifetimes(lifetime))
        if lifetime.conditions or ttl is None:
            ttl = None
        elif ttl not in ("5m", "1h"):
            problem, written = "ttl", ttl
        if isinstance(lifetime.value, Const):
            ttl, problem = None, "ttl"
            written = str(lifetime.value.value)
    if (kind is None and obj.rest is None) or (type_ is not None and type_ != "ephemeral"):
        problem = "type"
    return Marker(obj.span or at if problem else at, type_, ttl, conditions, problem, written, choices)


def _lifetimes(entry: Entry) -> Iterator[tuple[str, Conditions]]:
    """The known lifetimes that a ``ttl`` may have; without one it is five minutes."""
    options: list[tuple[Value, Conditions]] = [(entry.value, ())]
    if isinstance(entry.value, Choice):
        condition = entry.value.condition
        options = [(value, ((condition, i),)) for i, value in enumerate(entry.value.alternatives)]
    for value, chosen in options:
        if isinstance(value, Text) and value.constant is not None:
            yield value.constant, (*entry.conditions, *chosen)
        elif value == Const(None):
            yield DEFAULT, (*entry.conditions, *chosen)
    if len(entry.conditions) == 1:
        ((condition, branch),) = entry.conditions
        yield DEFAULT, ((condition, 1 - branch),)


def record_of(ref: Ref, place: Place) -> DictObject | None:
    """The dict that a value is sent as; None if it is none."""
    obj = place.state.object(ref)
    if isinstance(obj, Instance):
        return DictObject({text(name): Entry(value) for name, value in obj.fields.items()})
    return obj if isinstance(obj, DictObject) else None


def constant(obj: DictObject, key: str) -> str | None:
    """The constant text under a key."""
    entry = obj.get(key)
    return entry.value.constant if entry is not None and isinstance(entry.value, Text) else None
