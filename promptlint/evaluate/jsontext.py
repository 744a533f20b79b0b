"""What text does a value become when it is written as JSON?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from promptlint.evaluate.evaluation import Arguments, Place
from promptlint.evaluate.formatting import to_text
from promptlint.evaluate.ordering import unordered
from promptlint.evaluate.sequence import elements_of, known
from promptlint.evaluate.store import DictObject, Entry, Instance, ListObject
from promptlint.evaluate.text import choose_text, concat, map_literals
from promptlint.evaluate.value import (
    EMPTY,
    Address,
    Choice,
    Const,
    Either,
    Element,
    Hole,
    Many,
    One,
    Param,
    Piece,
    Reason,
    Ref,
    Repeat,
    Rest,
    Text,
    Tuple,
    Unknown,
    Value,
    text,
)

__all__ = ["JsonStyle", "dumps", "json_text"]


class JsonStyle:
    """How JSON is written: separators, indent, order of keys, escapes."""

    __slots__ = ("ascii", "colon", "comma", "indent", "sort")

    def __init__(
        self,
        comma: str = ", ",
        colon: str = ": ",
        indent: str | None = None,
        *,
        sort: bool = False,
        ascii_: bool = True,
    ) -> None:
        self.comma, self.colon, self.indent, self.sort, self.ascii = comma, colon, indent, sort, ascii_


MAX_VALUES = 2_000
"""Lists and objects in one JSON text; those of a hundred tools are some thousand."""
WIRE = JsonStyle(",", ":", ascii_=False)
"""As the SDK sends it."""


def dumps(arguments: Arguments, place: Place) -> Value | None:
    """``json.dumps``."""
    if not arguments.positional:
        return None
    style = _style(arguments, place)
    if style is None:
        return place.unknown(Reason.CONSTRUCT, place.written_call)
    return json_text(arguments.positional[0], style, place)


def _style(arguments: Arguments, place: Place) -> JsonStyle | None:
    """The style that the options ask for; None where they are not known."""
    indent = arguments.get("indent") or Const(None)
    match indent:
        case Const(None):
            width = None
        case Const(int() as number):
            width = " " * number
        case Text() if indent.constant is not None:
            width = indent.constant
        case _:
            return None
    comma, colon = ", " if width is None else ",", ": "
    separators = arguments.get("separators") or Const(None)
    if separators != Const(None):
        pair = known(elements_of(separators, place)) or []
        texts = [value.constant for value in pair if isinstance(value, Text)]
        match texts:
            case [str() as comma, str() as colon]:
                pass
            case _:
                return None
    sort = arguments.get("sort_keys") == Const(True)
    return JsonStyle(comma, colon, width, sort=sort, ascii_=arguments.get("ensure_ascii") != Const(False))


def json_text(value: Value, style: JsonStyle, place: Place) -> Text:
    """The JSON of a value; what is put in at run time stands where its JSON would."""
    return _Writer(style, place).value(value, 0)


@dataclass(slots=True)
class _Writer:
    """Writes one value. Objects may hold themselves, or name each other in a web that has no end."""

    style: JsonStyle
    place: Place
    left: int = MAX_VALUES
    inside: list[Address] = field(default_factory=list)
    """The objects around the value being written."""

    def value(self, value: Value, depth: int) -> Text:
        """Its JSON, so many levels deep."""
        match value:
            case Text():
                return self._string(value)
            case Const(None | bool() | int() | float() as constant):
                return text(json.dumps(constant))
            case Const(bytes()):
                return text('""')
            case Hole(type="str"):
                return concat(text('"'), to_text(value, self.place), text('"'))
            case Hole() | Unknown() | Param():
                return to_text(value, self.place)
            case Choice(condition, alternatives):
                parts = [self.value(a, depth) for a in alternatives]
                return choose_text(condition, parts)
            case Tuple(elements):
                return self._array(elements, depth)
            case Ref():
                return self._referred(value, depth)
            case _:
                return Text((self.place.unknown(Reason.CONSTRUCT),))

    def _referred(self, ref: Ref, depth: int) -> Text:
        self.left -= 1
        if self.left < 0:
            return Text((self.place.unknown(Reason.BUDGET, "more"),))
        if ref.address in self.inside:
            return Text((self.place.unknown(Reason.RECURSION, "itself"),))
        self.inside.append(ref.address)
        try:
            match self.place.state.object(ref):
                case ListObject(elements):
                    return self._array(elements, depth)
                case DictObject() as obj:
                    return self._object(obj, depth)
                case Instance(_, fields):
                    if "_value_" in fields:
                        return self.value(fields["_value_"], depth)
                    entries: dict[Value, Entry] = {text(n): Entry(v) for n, v in fields.items()}
                    return self._object(DictObject(entries), depth)
        finally:
            self.inside.pop()

    def _string(self, value: Text) -> Text:
        escaped = map_literals(value, lambda part: json.dumps(part, ensure_ascii=self.style.ascii)[1:-1])
        return concat(text('"'), escaped, text('"'))

    def _break(self, depth: int) -> str:
        return "" if self.style.indent is None else "\n" + self.style.indent * depth

    def _array(self, elements: Sequence[Element], depth: int) -> Text:
        if not elements:
            return text("[]")
        inside = self._items(elements, depth + 1, preceded=False)
        return concat(text("[" + self._break(depth + 1)), inside, text(self._break(depth) + "]"))

    def _items(self, elements: Sequence[Element], depth: int, *, preceded: bool) -> Text:
        glue = self.style.comma + self._break(depth)
        result = EMPTY
        for element in elements:
            joint = text(glue) if preceded else EMPTY
            match element:
                case One(value):
                    result = concat(result, joint, self.value(value, depth))
                case Many(body, count):
                    inner = self._items(body, depth, preceded=False)
                    result = concat(result, joint, Text((Repeat(inner, count, glue),)))
                case Either(condition, alternatives):
                    runs = [self._items(run, depth, preceded=preceded) for run in alternatives]
                    part = choose_text(condition, runs)
                    result = concat(result, part)
                case Rest(value):
                    result = concat(result, joint, Text((self._bare(value),)))
            preceded = True
        return result

    def _bare(self, value: Unknown | Param | Hole) -> Piece:
        derived = self.place.derived(value, value.name)
        return derived if isinstance(derived, Unknown | Hole | Param) else value

    def _object(self, obj: DictObject, depth: int) -> Text:
        if obj.rest is not None:
            bare = Text((self._bare(obj.rest),))
            return unordered(bare) if self.style.sort else bare
        if not obj.entries:
            return text("{}")
        if obj.order is not None and not self.style.sort:
            return Text((obj.order,))
        entries = list(obj.entries.items())
        if self.style.sort:
            entries.sort(
                key=lambda item: (item[0].constant or "") if isinstance(item[0], Text) else str(item[0])
            )
        glue = self.style.comma + self._break(depth + 1)
        result = EMPTY
        for number, (key, entry) in enumerate(entries):
            item = concat(
                text(glue if number else ""),
                self._key(key),
                text(self.style.colon),
                self.value(entry.value, depth + 1),
            )
            for condition, branch in entry.conditions:
                item = choose_text(condition, (item, EMPTY) if branch == 0 else (EMPTY, item))
            result = concat(result, item)
        return concat(text("{" + self._break(depth + 1)), result, text(self._break(depth) + "}"))

    def _key(self, key: Value) -> Text:
        written = key if isinstance(key, Text) else to_text(key, self.place)
        return self._string(written)
