"""What does ``messages`` hold: what was said before, and what this call adds to it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from promptlint.callsite import Record
from promptlint.evaluate.edit import edits_of
from promptlint.evaluate.sequence import elements_of
from promptlint.evaluate.store import DictObject, ListObject
from promptlint.evaluate.value import (
    Choice,
    Condition,
    Const,
    Edit,
    Either,
    Element,
    Hole,
    Many,
    One,
    Param,
    Reason,
    Ref,
    Rest,
    Text,
    Unknown,
    Value,
)
from promptlint.recurrence import loops_around
from promptlint.request import Growth
from promptlint.source import Span

__all__ = ["Turns", "turns"]


@dataclass(frozen=True, slots=True)
class Turns:
    """What ``messages`` holds."""

    elements: tuple[Element, ...] = ()
    tail: int = 0
    """How many of the last elements are this call's."""
    one_shot: bool = True
    """Whether all of them are."""
    growth: Growth = Growth.NONE
    edits: tuple[Edit, ...] = ()
    """Changes of what it held before, other than at its end."""


def turns(value: Value | None, record: Record) -> Turns:
    """The elements of the argument, and which of them this call adds to a conversation that goes on."""
    match value:
        case None | Const(None):
            return Turns()
        case Unknown() | Param() | Hole():
            return Turns((Rest(value),), one_shot=False, edits=tuple(edits_of((Rest(value),))))
        case Choice(condition, alternatives):
            parts = [turns(a, record) for a in alternatives]
            known = [i for i, a in enumerate(alternatives) if not isinstance(a, Unknown | Param | Hole)]
            if len(known) == 1 and not parts[known[0]].one_shot:
                # Beside a conversation that goes on, what nobody knows is another one.
                found = parts[known[0]]
                elements = _decided(found.elements, condition, known[0])
                return replace(found, elements=elements, edits=tuple(edit for p in parts for edit in p.edits))
            runs = tuple(part.elements for part in parts)
            whole = all(part.one_shot for part in parts)
            edits = tuple(edit for part in parts for edit in part.edits)
            return Turns((Either(condition, runs),), one_shot=whole, growth=_growth(parts), edits=edits)
        case Ref():
            obj = record.state.object(value)
            if isinstance(obj, ListObject):
                return _list(obj, record)
        case Text():
            return Turns((One(value),))
        case _:
            pass
    return Turns(elements_of(value, record.place))


def _growth(parts: Sequence[Turns]) -> Growth:
    """How a conversation grows that goes on, or is begun anew at times."""
    growing = [part.growth for part in parts if part.growth is not Growth.NONE]
    anew = all(part.one_shot for part in parts if part.growth is Growth.NONE)
    return growing[0] if len(growing) == 1 and anew else Growth.NONE


def _decided(elements: Sequence[Element], condition: Condition, index: int) -> tuple[Element, ...]:
    """Elements as they are where a condition is decided."""
    found: list[Element] = []
    for element in elements:
        match element:
            case Either(own, alternatives) if own.key == condition.key and len(alternatives) > index:
                found += alternatives[index]
            case _:
                found.append(element)
    return tuple(found)


def _list(obj: ListObject, record: Record) -> Turns:
    """A list; one that is made anew from what the loop has gathered is the same conversation."""
    elements = obj.elements
    carried = any(loop not in obj.loops for loop in record.reading.loops)
    heads = frozenset(loops_around(record)) if any(isinstance(e, Many) for e in elements) else frozenset()
    gathered = any(isinstance(element, Many) and element.over in heads for element in elements)
    growth = Growth.LOOP if gathered else Growth.KEPT if _is_kept(obj) else Growth.NONE
    history = [
        i for i, e in enumerate(elements) if _is_history(e, heads, carried=carried) or _is_retold(e, record)
    ]
    edits = (*obj.edits, *edits_of([elements[i] for i in history]))
    if history:
        return Turns(elements, len(elements) - history[-1] - 1, False, growth, edits)
    if obj.kept:
        return Turns(elements, min(obj.grown, len(elements)), False, growth, edits)
    return Turns(elements)


def _is_kept(obj: ListObject) -> bool:
    """Whether an object or a module keeps the list, and this activation adds to it."""
    earlier = (e.value for e in obj.elements if isinstance(e, Rest))
    own = any(isinstance(value, Unknown) and value.reason is Reason.HISTORY for value in earlier)
    return own and obj.kept and obj.grown > 0


def _is_history(element: Element, heads: frozenset[Span], *, carried: bool) -> bool:
    match element:
        case Many():
            return carried or element.over in heads
        case Either(_, alternatives):
            every = (inner for run in alternatives for inner in run)
            return any(_is_history(inner, heads, carried=carried) for inner in every)
        case _:
            return isinstance(element, Rest)


def _is_retold(element: Element, record: Record) -> bool:
    """Whether messages are made of a conversation that is kept elsewhere: both sides speak.

    Their roles come from there, or each turn is made into a question and an answer.
    """
    roles: set[str | None] = set()
    for each in element.elements if isinstance(element, Many) else ():
        obj = (
            record.state.object(each.value) if isinstance(each, One) and isinstance(each.value, Ref) else None
        )
        role = obj.get("role") if isinstance(obj, DictObject) else None
        if role is not None:
            roles.add(role.value.constant if isinstance(role.value, Text) else None)
    return None in roles or len(roles) > 1
