"""What is a value, apart from which pass of a loop made it?

Shapes are numbers: two values have the same one if they differ at most in addresses and in the
serials of conditions. Numbers make comparing cheap however often values share their parts.
"""

from __future__ import annotations

from collections.abc import Hashable

from promptlint.evaluate.store import DictObject, Instance, ListObject, State
from promptlint.evaluate.value import (
    Address,
    Choice,
    Either,
    Element,
    Hole,
    Literal,
    Many,
    One,
    Param,
    Ref,
    Repeat,
    Rest,
    Text,
    Tuple,
    Unknown,
)

__all__ = ["Numbers", "Shapes"]

Numbers = dict[Hashable, int]
"""The shapes met so far; shared by all states that are compared."""


class Shapes:
    """The shapes of values in one state that does not change meanwhile; None: objects by address."""

    def __init__(self, state: State | None, numbers: Numbers) -> None:
        self._state = state
        self._numbers = numbers
        self._objects: dict[Address, int] = {}

    def _number(self, key: Hashable) -> int:
        return self._numbers.setdefault(key, len(self._numbers))

    def value(self, value: object) -> int:
        """The shape of a value or of a piece of text."""
        match value:
            case Text(parts):
                return self._number(("text", *map(self.value, parts)))
            case Literal(text):
                return self._number(text)
            case Hole(causes, name, at):
                return self._number(("hole", causes, name, at))
            case Unknown(reason, name, at):
                return self._number(("unknown", reason, name, at))
            case Param(function, name):
                return self._number(("param", function, name))
            case Choice(condition, alternatives):
                return self._number(("choice", condition.span, *map(self.value, alternatives)))
            case Repeat(body, count, separator):
                return self._number(("repeat", self.value(body), count, separator))
            case Tuple(elements):
                return self._number(("tuple", *map(self.element, elements)))
            case Ref(address) if self._state is not None:
                return self._object(address, self._state)
            case _:
                return self._number(("plain", value))

    def _object(self, address: Address, state: State) -> int:
        if address not in self._objects:
            self._objects[address] = self._number("ring")
            self._objects[address] = self._number(self._parts(Ref(address), state))
        return self._objects[address]

    def _parts(self, ref: Ref, state: State) -> Hashable:
        match state.object(ref):
            case ListObject(elements, is_set, _, kept):
                if kept:
                    return ("kept", ref)
                return ("list", is_set, *map(self.element, elements))
            case DictObject(entries, rest):
                items = [(key, self.value(e.value), bool(e.conditions)) for key, e in entries.items()]
                return ("dict", tuple(items), self.value(rest))
            case Instance(cls, fields, symbolic):
                if symbolic:
                    return ("self", cls)
                return ("object", cls, tuple((name, self.value(v)) for name, v in fields.items()))

    def element(self, element: Element) -> int:
        """The shape of an element of a sequence."""
        match element:
            case One(value):
                return self._number(("one", self.value(value)))
            case Many(body, count):
                return self._number(("many", count, *map(self.element, body)))
            case Either(condition, alternatives):
                runs = tuple(tuple(map(self.element, run)) for run in alternatives)
                return self._number(("either", condition.span, runs))
            case Rest(value):
                return self._number(("rest", self.value(value)))
