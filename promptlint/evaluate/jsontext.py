"""What text does a value become when it is written as JSON?"""

from __future__ import annotations

import json
from collections.abc import Sequence

from promptlint.evaluate.evaluation import Arguments, Place
from promptlint.evaluate.formatting import to_text
from promptlint.evaluate.sequence import elements_of, known
from promptlint.evaluate.store import DictObject, Entry, Instance, ListObject
from promptlint.evaluate.text import choose_text, concat, map_literals
from promptlint.evaluate.value import (
    EMPTY,
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


def json_text(value: Value, style: JsonStyle, place: Place, depth: int = 0) -> Text:
    """The JSON of a value; what is put in at run time stands where its JSON would."""
    match value:
        case Text():
            return _string(value, style)
        case Const(constant):
            return text(json.dumps(constant) if not isinstance(constant, bytes) else '""')
        case Hole(type="str"):
            return concat(text('"'), to_text(value, place), text('"'))
        case Hole() | Unknown() | Param():
            return to_text(value, place)
        case Choice(condition, alternatives):
            parts = [json_text(a, style, place, depth) for a in alternatives]
            return choose_text(condition, parts)
        case Tuple(elements):
            return _array(elements, style, place, depth)
        case Ref():
            match place.state.object(value):
                case ListObject(elements):
                    return _array(elements, style, place, depth)
                case DictObject() as obj:
                    return _object(obj, style, place, depth)
                case Instance(_, fields):
                    if "_value_" in fields:
                        return json_text(fields["_value_"], style, place, depth)
                    entries: dict[Value, Entry] = {text(n): Entry(v) for n, v in fields.items()}
                    return _object(DictObject(entries), style, place, depth)
        case _:
            return Text((place.unknown(Reason.CONSTRUCT),))


def _string(value: Text, style: JsonStyle) -> Text:
    escaped = map_literals(value, lambda part: json.dumps(part, ensure_ascii=style.ascii)[1:-1])
    return concat(text('"'), escaped, text('"'))


def _break(style: JsonStyle, depth: int) -> str:
    return "" if style.indent is None else "\n" + style.indent * depth


def _array(elements: Sequence[Element], style: JsonStyle, place: Place, depth: int) -> Text:
    if not elements:
        return text("[]")
    inside = _items(elements, style, place, depth + 1, False)
    return concat(text("[" + _break(style, depth + 1)), inside, text(_break(style, depth) + "]"))


def _items(elements: Sequence[Element], style: JsonStyle, place: Place, depth: int, preceded: bool) -> Text:
    glue = style.comma + _break(style, depth)
    result = EMPTY
    for element in elements:
        joint = text(glue) if preceded else EMPTY
        match element:
            case One(value):
                result = concat(result, joint, json_text(value, style, place, depth))
            case Many(body, count):
                inner = _items(body, style, place, depth, False)
                result = concat(result, joint, Text((Repeat(inner, count, glue),)))
            case Either(condition, alternatives):
                runs = [_items(run, style, place, depth, preceded) for run in alternatives]
                part = choose_text(condition, runs)
                result = concat(result, part)
            case Rest(value):
                result = concat(result, joint, Text((_bare(value, place),)))
        preceded = True
    return result


def _bare(value: Unknown | Param | Hole, place: Place) -> Piece:
    derived = place.derived(value, value.name)
    return derived if isinstance(derived, Unknown | Hole | Param) else value


def _object(obj: DictObject, style: JsonStyle, place: Place, depth: int) -> Text:
    if obj.rest is not None:
        return Text((_bare(obj.rest, place),))
    if not obj.entries:
        return text("{}")
    entries = list(obj.entries.items())
    if style.sort:
        entries.sort(key=lambda item: (item[0].constant or "") if isinstance(item[0], Text) else str(item[0]))
    glue = style.comma + _break(style, depth + 1)
    result = EMPTY
    for number, (key, entry) in enumerate(entries):
        item = concat(
            text(glue if number else ""),
            _key(key, style, place),
            text(style.colon),
            json_text(entry.value, style, place, depth + 1),
        )
        for condition, branch in entry.conditions:
            item = choose_text(condition, (item, EMPTY) if branch == 0 else (EMPTY, item))
        result = concat(result, item)
    return concat(text("{" + _break(style, depth + 1)), result, text(_break(style, depth) + "}"))


def _key(key: Value, style: JsonStyle, place: Place) -> Text:
    written = key if isinstance(key, Text) else to_text(key, place)
    return _string(written, style)
