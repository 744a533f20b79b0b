"""How do values become text? ``str``, f-strings, ``%``, ``.format``, and ``repr``."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Callable, Sequence
from dataclasses import replace

from promptlint.diagnostic import Confidence
from promptlint.evaluate import clock
from promptlint.evaluate.evaluation import Arguments, CallEvent, Place
from promptlint.evaluate.item import subscript
from promptlint.evaluate.store import DictObject, Instance, ListObject
from promptlint.evaluate.text import blur, choose_text, concat, map_literals
from promptlint.evaluate.value import (
    EMPTY,
    Choice,
    Class,
    Const,
    Element,
    External,
    FilePath,
    Hole,
    Literal,
    One,
    Param,
    Reason,
    Ref,
    Repeat,
    Text,
    Tuple,
    Unknown,
    Value,
    text,
)
from promptlint.interval import Interval

__all__ = ["filled", "format_value", "interpolate", "percent", "str_format", "to_text"]


def to_text(value: Value, place: Place, *, strict: bool = False, quoted: bool = False) -> Text:
    """``str(value)``; with `quoted`, ``repr(value)``.

    `strict` is for operands that must be strings already: a number there is an exception, so
    what is not text is unknown text.
    """
    match value:
        case Text():
            return _repr_text(value, place) if quoted else value
        case Const(constant):
            return text(repr(constant) if quoted else str(constant), place.span)
        case Hole() | Param() | Unknown():
            return Text((entering(value, place),))
        case Choice(condition, alternatives):
            parts = [to_text(a, place, strict=strict, quoted=quoted) for a in alternatives]
            return choose_text(condition, parts)
        case Tuple(elements):
            inner = _sequence_text(elements, place)
            return concat(text("("), inner, text(",)" if len(elements) == 1 else ")"))
        case Ref():
            return _object_text(value, place)
        case FilePath(path, False):
            return text(path, place.span)
        case External():
            return Text((place.derived(value),))  # type: ignore[arg-type]
        case _:
            return Text((place.unknown(Reason.CONSTRUCT),))


def entering(value: Hole | Param | Unknown, place: Place) -> Hole | Param | Unknown:
    """A run-time value at the expression where it becomes text."""
    return replace(value, at=place.span)


def _repr_text(value: Text, place: Place) -> Text:
    constant = value.constant
    if constant is not None:
        return text(repr(constant), place.span)
    return _as_text(blur(value, place.span, "repr"))


def _as_text(value: Value) -> Text:
    return value if isinstance(value, Text) else Text((value,))  # type: ignore[arg-type]


def _object_text(ref: Ref, place: Place) -> Text:
    match place.state.object(ref):
        case ListObject(elements, is_set):
            inner = _sequence_text(elements, place)
            return concat(text("{" if is_set else "["), inner, text("}" if is_set else "]"))
        case DictObject(entries, rest):
            if rest is not None:
                return Text((entering(rest, place),))
            parts: list[Text] = []
            for key, entry in entries.items():
                if entry.conditions:
                    return Text((place.unknown(Reason.CONSTRUCT),))
                item = concat(
                    to_text(key, place, quoted=True), text(": "), to_text(entry.value, place, quoted=True)
                )
                parts.append(item)
            return concat(text("{"), _comma(parts), text("}"))
        case Instance(cls, fields):
            if "_value_" in fields:
                return _member_text(cls, fields["_value_"], fields.get("name"), place)
            method = member_of(cls, "__str__", place)
            if method is not None:
                return _as_text(_called(method, ref, place))
            return Text((place.unknown(Reason.CONSTRUCT, f"{cls.qualname} object"),))


def member_of(cls: Class, name: str, place: Place) -> Value | None:
    """A member found in a class or its bases in the project."""
    value = place.state.variable(cls.members, name)
    if value is not None:
        return value
    for base in cls.bases:
        if isinstance(base, Class):
            found = member_of(base, name, place)
            if found is not None:
                return found
    return None


def _called(method: Value, ref: Ref, place: Place) -> Value:
    event = CallEvent(place.node, method, Arguments((ref,)), place.state, place.evaluation)
    result = place.evaluation.interpreter.call(event)
    return result if isinstance(result, Text | Hole | Unknown | Param) else to_text(result, place)


def _member_text(cls: Class, value: Value, name: Value | None, place: Place) -> Text:
    """``str(Member)``: its value where the enum says so, else ``Class.MEMBER``."""
    bases = {base.name for base in cls.bases if isinstance(base, External)}
    if bases & {"enum.StrEnum", "enum.IntEnum"}:
        return to_text(value, place)
    label = name.constant if isinstance(name, Text) else None
    return text(f"{cls.qualname.rpartition('.')[2]}.{label}", place.span)


def _sequence_text(elements: Sequence[Element], place: Place) -> Text:
    parts: list[Text] = []
    for element in elements:
        if not isinstance(element, One):
            return Text((place.unknown(Reason.CONSTRUCT),))
        parts.append(to_text(element.value, place, quoted=True))
    return _comma(parts)


def _comma(parts: Sequence[Text]) -> Text:
    result = EMPTY
    for i, part in enumerate(parts):
        result = concat(result, text(", "), part) if i else part
    return result


# -- f-strings ------------------------------------------------------------------------------------


def format_value(value: Value, conversion: str, spec: Text, place: Place) -> Text:
    """``{value!conversion:spec}``."""
    if isinstance(value, Choice):
        parts = [format_value(a, conversion, spec, place) for a in value.alternatives]
        return choose_text(value.condition, parts)
    if conversion == "r":
        value = to_text(value, place, quoted=True)
    elif conversion == "a":
        value = map_literals(to_text(value, place, quoted=True), _ascii)
    elif conversion == "s":
        value = to_text(value, place)
    if not spec.pieces:
        return to_text(value, place)
    pattern = spec.constant
    match value:
        case Hole() if value.type in clock.CLOCK_TYPES:
            return to_text(clock.formatted(value, spec, place), place)
        case Const(constant) if pattern is not None and isinstance(constant, bool | int | float):
            return _try(lambda: format(constant, pattern), place)
        case Text() if pattern is not None and value.constant is not None:
            plain = value.constant
            return _try(lambda: format(plain, pattern), place)
        case Text():
            padded = _padded(value, pattern) if pattern is not None else None
            return padded if padded is not None else _as_text(blur(value, place.span, "format"))
        case Hole() | Unknown() | Param():
            return Text((entering(_resized(value), place),))
        case _:
            return to_text(value, place)


PADDING = re.compile(r"(?:(?P<fill>.)?(?P<align>[<>^]))?(?P<width>\d+)s?")


def _padded(value: Text, pattern: str) -> Text | None:
    """``{value:>12}``: blanks beside a text, as many as it is short of the width."""
    found = PADDING.fullmatch(pattern)
    if found is None:
        return None
    known = sum(len(piece.text) for piece in value.pieces if isinstance(piece, Literal))
    short = max(int(found["width"]) - known, 0)
    pad = Text((Repeat(text(found["fill"] or " "), Interval(0, short)),)) if short else EMPTY
    match found["align"]:
        case ">":
            return concat(pad, value)
        case "^":
            return concat(pad, value, pad)
        case _:
            return concat(value, pad)


def _ascii(part: str) -> str:
    return part.encode("ascii", "backslashreplace").decode()


def _resized(value: Hole | Unknown | Param) -> Hole | Unknown | Param:
    return replace(value, size=Interval(0, None)) if isinstance(value, Hole) else value


def _try(compute: Callable[[], str], place: Place) -> Text:
    try:
        return text(compute(), place.span)
    except (ValueError, TypeError, KeyError, OverflowError):
        return Text((place.unknown(Reason.CONSTRUCT),))


# -- % ------------------------------------------------------------------------------------------

PERCENT = re.compile(r"%(?:\((?P<key>[^)]*)\))?(?P<flags>[-+ #0]*\d*(?:\.\d+)?)(?P<type>[diouxXeEfFgGcrsa%])")


def percent(pattern: Text, value: Value, place: Place) -> Value:
    """``pattern % value``: placeholders in the known parts of the pattern are filled."""
    arguments = _percent_arguments(value, place)
    counter = iter(range(10_000))
    result: list[Text] = []
    for piece in pattern.pieces:
        if not isinstance(piece, Literal):
            result.append(Text((piece,)))
            continue
        last = 0
        for found in PERCENT.finditer(piece.text):
            result.append(text(piece.text[last : found.start()], piece.span, piece.names))
            last = found.end()
            if found["type"] == "%":
                result.append(text("%", piece.span))
                continue
            item = arguments(found["key"], 0 if found["key"] else next(counter))
            result.append(_percent_item(item, found, place))
        result.append(text(piece.text[last:], piece.span, piece.names))
    return concat(*result)


def _percent_item(item: Value | None, found: re.Match[str], place: Place) -> Text:
    if item is None:
        return Text((place.unknown(Reason.CONSTRUCT),))
    conversion, flags = found["type"], found["flags"]
    plain = item.value if isinstance(item, Const) else item.constant if isinstance(item, Text) else None
    if plain is not None and (flags or conversion not in "sr"):
        return _try(lambda: f"%{flags}{conversion}" % (plain,), place)
    if isinstance(item, Text) and flags and conversion == "s":
        width = ("<" if flags.startswith("-") else ">") + flags.lstrip("-")
        padded = _padded(item, width)
        return padded if padded is not None else _as_text(blur(item, place.span, "format"))
    if conversion == "d" and isinstance(item, Hole):
        item = clock.truncated(item, place)
    return to_text(item, place, quoted=conversion in "ra")


def _percent_arguments(value: Value, place: Place) -> Callable[[str | None, int], Value | None]:
    def find(key: str | None, position: int) -> Value | None:
        if key is not None:
            if isinstance(value, Ref):
                obj = place.state.object(value)
                entry = obj.get(key) if isinstance(obj, DictObject) else None
                if entry is not None and not entry.conditions:
                    return entry.value
            return place.derived(value, key)
        if isinstance(value, Tuple):
            element = value.elements[position] if position < len(value.elements) else None
            return element.value if isinstance(element, One) else None
        return value if position == 0 else None

    return find


# -- str.format -----------------------------------------------------------------------------------


def str_format(pattern: Text, arguments: Arguments, place: Place) -> Text:
    """``pattern.format(…)``: fields in the known parts of the pattern are filled."""
    automatic = iter(range(10_000))

    def field(name: str) -> Value | None:
        head, _, _ = re.split(r"([.\[].*)", name, maxsplit=1) if re.search(r"[.\[]", name) else (name, "", "")
        rest = name[len(head) :]
        position = int(head) if head.isdigit() else next(automatic) if head == "" else None
        value = arguments.get(head, position)
        if value is None and (arguments.double_star or arguments.star) is not None:
            return place.derived(arguments.double_star or arguments.star or Const(None), head)
        return _followed(value, rest, place) if value is not None else None

    return interpolate(pattern, field, place)


def _followed(value: Value, rest: str, place: Place) -> Value:
    """``.attribute`` and ``[key]`` after a field's name."""
    for attribute, key in re.findall(r"\.([^.\[]+)|\[([^\]]+)\]", rest):
        if attribute:
            value = place.evaluation.interpreter.attribute(value, attribute, place)
        else:
            value = subscript(value, Const(int(key)) if key.isdigit() else text(key), place)
    return value


def interpolate(pattern: Text, field: Callable[[str], Value | None], place: Place) -> Text:
    """Fill the ``{fields}`` of a pattern; one that nothing fills is unknown."""
    result: list[Text] = []
    for piece in pattern.pieces:
        if not isinstance(piece, Literal):
            result.append(Text((piece,)))
            continue
        try:
            parsed = list(string.Formatter().parse(piece.text))
        except ValueError:
            return Text((place.unknown(Reason.CONSTRUCT),))
        for literal, name, spec, conversion in parsed:
            result.append(text(literal, piece.span, piece.names))
            if name is None:
                continue
            value = field(name)
            if value is None:
                result.append(Text((place.unknown(Reason.CONSTRUCT, name),)))
                continue
            inner = interpolate(text(spec or ""), field, place)
            at = _argument_place(value, place)
            result.append(format_value(value, conversion or "", inner, at))
    return concat(*result)


def _argument_place(value: Value, place: Place) -> Place:
    """The argument is what becomes text; the call of ``format`` stands for it where it is not bare."""
    if (
        isinstance(place.node, ast.Call)
        and isinstance(value, Hole | Param | Unknown)
        and value.origin is not None
    ):
        for argument in (*place.node.args, *(k.value for k in place.node.keywords)):
            if place.evaluation.span(argument, place.state) == value.origin.span:
                return Place(argument, place.state, place.evaluation)
    return place


def filled(receiver: Param | Unknown, name: str, arguments: Arguments, place: Place) -> Text | None:
    """A template that is not seen, with what varies of the values that are put into it."""
    match name:
        case "format":
            values = arguments.values()
        case "replace":
            values = arguments.positional[1:2]
        case _:
            return None
    varying = [
        replace(piece, confidence=min(piece.confidence, Confidence.MEDIUM))
        for value in values
        for piece in to_text(value, place).pieces
        if isinstance(piece, Hole) and piece.causes
    ]
    unseen = place.derived(receiver, receiver.name)
    return Text((unseen, *varying)) if varying and isinstance(unseen, Unknown | Param) else None
