"""What of a request is shown to be another thing from one call to the next?

A model or a setting that nobody knows is no change. What counts is a value with a cause, or a test
of one, and the round of the loop around the call.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Sequence

from promptlint.evaluate.evaluation import Arguments, Place
from promptlint.evaluate.leaf import leaves
from promptlint.evaluate.text import pieces
from promptlint.evaluate.value import Choice as ValueChoice
from promptlint.evaluate.value import Condition, Hole, Ref, Text, Value
from promptlint.marker import record_of
from promptlint.request import Block, Change, Choice, Decider, Item, Repeat, Rest
from promptlint.source import Span
from promptlint.vantage import Vantage
from promptlint.variation import Kind

__all__ = ["changes", "deciders"]


def deciders(items: Sequence[Item], vantage: Vantage) -> tuple[Decider, ...]:
    """Every value that decides a condition of some items, each condition once."""
    found: dict[Hashable, Decider] = {}
    for condition in _conditions(items):
        by = _decided_by(condition, vantage) if condition.text != ITEM else None
        if by is not None:
            found.setdefault(condition.key, Decider(condition, by))
    return tuple(found.values())


def _decided_by(condition: Condition, vantage: Vantage) -> Hole | None:
    """The value that varies most of those that decide a condition."""
    seen = [hole for hole in map(vantage.seen, condition.asked) if hole is not None]
    return next((hole for hole in seen if _is_new_at_each_call(hole)), seen[0] if seen else None)


def _is_new_at_each_call(hole: Hole) -> bool:
    return any(cause.kind is Kind.CALL for cause in hole.causes)


def _conditions(items: Sequence[Item]) -> Iterator[Condition]:
    for item in items:
        match item:
            case Block():
                for piece in pieces(item.text):
                    if isinstance(piece, ValueChoice):
                        yield piece.condition
            case Choice(condition, alternatives):
                yield condition
                for run in alternatives:
                    yield from _conditions(run)
            case Repeat(inner):
                yield from _conditions(inner)
            case Rest():
                pass


def changes(
    arguments: Arguments, settings: Collection[str], place: Place, vantage: Vantage
) -> tuple[Change, ...]:
    """The model, and each setting by its dotted name, where it is shown to change."""
    found: list[Change] = []
    spans = dict(arguments.spans)
    for name, value in arguments.keywords:
        given = [condition for key, asked in arguments.conditions if key == name for condition, _ in asked]
        for part, inner, at in _parts(name, value, spans.get(name, place.span), place):
            if part == "model" or part in settings:
                tests = _tests(inner, given, place, vantage)
                found += (Change(part, test.span, by, chosen=True) for test, by in tests)
                found += (Change(part, at, by, chosen=False) for by in _sent(inner, place, vantage))
    return tuple(found)


def _parts(name: str, value: Value, at: Span, place: Place) -> Iterator[tuple[str, Value, Span]]:
    """The argument itself and what is in it under a key, each with the place where it is written."""
    record = record_of(value, place) if isinstance(value, Ref) else None
    inner = [
        (f"{name}.{key.constant}", entry.value, entry.at or at)
        for key, entry in (record.entries.items() if record is not None else ())
        if isinstance(key, Text) and key.constant is not None
    ]
    yield name, value, at
    yield from inner


def _tests(
    value: Value, given: Sequence[Condition], place: Place, vantage: Vantage
) -> Iterator[tuple[Condition, Hole]]:
    """What decides which of several values it is."""
    for condition in (*given, *_choices(value, place)):
        by = _decided_by(condition, vantage) if condition.text != ITEM else None
        if by is not None:
            yield condition, by


def _sent(value: Value, place: Place, vantage: Vantage) -> Iterator[Hole]:
    """What varies and is sent itself."""
    for leaf in leaves((value,), place.state):
        by = vantage.hole(leaf) if isinstance(leaf, Hole) else None
        if by is not None and by.causes:
            yield by


ITEM = "which item"
"""Of a loop that tries one after the other: each is meant to be another."""


def _choices(value: Value, place: Place) -> Iterator[Condition]:
    """The tests that decide a value, or what is in it."""
    match value:
        case ValueChoice(condition, alternatives):
            yield condition
            for alternative in alternatives:
                yield from _choices(alternative, place)
        case Text():
            for piece in pieces(value):
                if isinstance(piece, ValueChoice):
                    yield piece.condition
        case Ref():
            record = record_of(value, place)
            for entry in record.entries.values() if record is not None else ():
                yield from (condition for condition, _ in entry.conditions)
                yield from _choices(entry.value, place)
        case _:
            return
