"""What do library functions make of texts? Indentation, filling, docstrings, escapes."""

from __future__ import annotations

import base64
import html
import inspect
import textwrap
from collections.abc import Callable, Mapping
from typing import Any

from promptlint.evaluate.attribute import attribute
from promptlint.evaluate.evaluation import Arguments, Place
from promptlint.evaluate.store import DictObject, Entry
from promptlint.evaluate.strings import plain
from promptlint.evaluate.text import blur, concat, each, map_literals
from promptlint.evaluate.value import (
    Bound,
    Class,
    Const,
    Function,
    Hole,
    Literal,
    Param,
    Piece,
    Ref,
    Text,
    Unknown,
    Value,
    text,
)
from promptlint.source import Span

__all__ = ["TEXTS"]

WIDTH = 70
"""Characters of a line of ``textwrap.fill`` where nothing else is asked for."""
MAX_PLACEHOLDERS = 1000
PLACEHOLDER = 0xE000
"""Private-use characters stand for what is put in at run time while whitespace is worked on."""


def _dedent(arguments: Arguments, place: Place) -> Value | None:
    value = arguments.get("text", 0)
    return each(value, lambda one: _dedented(one, place)) if value is not None else None


def _dedented(value: Value, place: Place) -> Value:
    if not isinstance(value, Text):
        return place.derived(value) if isinstance(value, Unknown | Param | Hole) else value
    return _by_lines(value, textwrap.dedent, "dedent", place)


def _by_lines(value: Text, change: Callable[[str], str], name: str, place: Place) -> Value:
    """A change of blanks at line ends and beginnings: what is put in at run time is left as it is."""
    constant = value.constant
    if constant is not None:
        return text(change(constant), place.span)
    if len(value.pieces) > MAX_PLACEHOLDERS:
        return blur(value, place.span, name)
    marked, pieces = _with_placeholders(value)
    return _without_placeholders(change(marked), pieces, place.span)


def _with_placeholders(value: Text) -> tuple[str, list[Piece]]:
    """The text with each run-time piece as one character, and these pieces in order."""
    parts: list[str] = []
    pieces: list[Piece] = []
    for piece in value.pieces:
        if isinstance(piece, Literal):
            parts.append(piece.text)
        else:
            parts.append(chr(PLACEHOLDER + len(pieces)))
            pieces.append(piece)
    return "".join(parts), pieces


def _without_placeholders(marked: str, pieces: list[Piece], span: Span) -> Text:
    result: list[Piece] = []
    words = ""
    for character in marked:
        number = ord(character) - PLACEHOLDER
        if 0 <= number < len(pieces):
            result += [Literal(words, span), pieces[number]]
            words = ""
        else:
            words += character
    result.append(Literal(words, span))
    return concat(Text(tuple(result)))


def _cleandoc(arguments: Arguments, place: Place) -> Value | None:
    value = arguments.get("doc", 0)
    return _by_lines(value, inspect.cleandoc, "cleandoc", place) if isinstance(value, Text) else None


def _indent(arguments: Arguments, place: Place) -> Value | None:
    value, prefix = arguments.get("text", 0), arguments.get("prefix", 1)
    if not isinstance(value, Text) or not isinstance(prefix, Text):
        return None
    before = prefix.constant
    if before is None or arguments.get("predicate", 2) is not None:
        return blur(value, place.span, "indent")
    return _by_lines(value, lambda part: textwrap.indent(part, before), "indent", place)


def _fill(arguments: Arguments, place: Place) -> Value | None:
    value, width = arguments.get("text", 0), arguments.get("width", 1)
    if not isinstance(value, Text):
        return None
    number = plain(width) if width is not None else WIDTH
    options = {name for name, _ in arguments.keywords} - {"text", "width"}
    if value.constant is None or not isinstance(number, int) or options:
        return blur(value, place.span, "fill")
    return text(textwrap.fill(value.constant, number), place.span)


def _shorten(arguments: Arguments, place: Place) -> Value | None:
    value, width = arguments.get("text", 0), arguments.get("width", 1)
    options = {n: v.constant for n, v in arguments.keywords if isinstance(v, Text) and v.constant is not None}
    extra = {name for name, _ in arguments.keywords} - {"text", "width", *options}
    if not isinstance(value, Text):
        return None
    if value.constant is None or not isinstance(width, Const) or not isinstance(width.value, int) or extra:
        return blur(value, place.span, "shorten")
    placeholder = options.get("placeholder", " [...]")
    return text(textwrap.shorten(value.constant, width.value, placeholder=placeholder), place.span)


def _getdoc(arguments: Arguments, place: Place) -> Value | None:
    owner = arguments.get("object", 0)
    if not isinstance(owner, Function | Class | Bound):
        return None
    return _cleandoc(Arguments((attribute(owner, "__doc__", place),)), place)


def _translation(arguments: Arguments, place: Place) -> Value | None:
    """``str.maketrans``: a table from characters to what they become."""
    given: list[Any] = []
    for value in arguments.positional:
        obj = place.state.object(value) if isinstance(value, Ref) else None
        if isinstance(obj, DictObject):
            given.append({plain(k): plain(e.value) for k, e in obj.entries.items()})
        else:
            given.append(plain(value))
    try:
        table = str.maketrans(*given)
    except (TypeError, ValueError):
        return None
    entries: dict[Value, Entry] = {}
    for number, item in table.items():
        new = text(item) if isinstance(item, str) else Const(item)
        entries[Const(number)] = Entry(new)
    return place.ref(DictObject(entries))


def _quoted(arguments: Arguments, place: Place) -> Value | None:
    value = arguments.get("s", 0)
    if isinstance(value, Text):
        if value.constant is not None:
            return text(html.escape(value.constant), place.span)
        return map_literals(value, html.escape)
    return None


def _base64(arguments: Arguments, place: Place) -> Value | None:
    del place
    value = arguments.positional[0] if arguments.positional else None
    if isinstance(value, Const) and isinstance(value.value, bytes):
        return Const(base64.b64encode(value.value))
    return None


TEXTS: Mapping[str, Callable[[Arguments, Place], Value | None]] = {
    "textwrap.dedent": _dedent,
    "textwrap.indent": _indent,
    "textwrap.fill": _fill,
    "inspect.cleandoc": _cleandoc,
    "textwrap.shorten": _shorten,
    "inspect.getdoc": _getdoc,
    "builtins.str.maketrans": _translation,
    "html.escape": _quoted,
    "base64.b64encode": _base64,
}
