"""What do the methods of ``str`` make of a text that is only partly known?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from promptlint.evaluate import clock
from promptlint.evaluate.cutting import lstrip, rstrip, slice_text
from promptlint.evaluate.evaluation import Arguments, Place
from promptlint.evaluate.formatting import str_format, to_text
from promptlint.evaluate.join import join
from promptlint.evaluate.store import DictObject, ListObject
from promptlint.evaluate.text import MAX_CHARACTERS, MAX_PIECES, blur, concat, each, map_literals
from promptlint.evaluate.value import (
    Choice,
    Const,
    Literal,
    Many,
    One,
    Ref,
    Repeat,
    Text,
    Tuple,
    Value,
    text,
)
from promptlint.interval import Interval

__all__ = ["plain", "string_method"]

CHARACTERWISE: Mapping[str, Callable[[str], str]] = {
    "upper": str.upper,
    "lower": str.lower,
    "swapcase": str.swapcase,
    "casefold": str.casefold,
}
"""Methods that change each character by itself; final sigma is the exception (see `_changed`)."""

PREDICATES = frozenset(
    (
        "startswith",
        "endswith",
        "isdigit",
        "isalpha",
        "isalnum",
        "isspace",
        "isupper",
        "islower",
        "isidentifier",
        "isnumeric",
        "isdecimal",
        "istitle",
        "isascii",
        "isprintable",
    )
)
NUMBERS = frozenset({"find", "rfind", "index", "rindex", "count"})
SEQUENCES = frozenset({"split", "rsplit", "splitlines", "partition", "rpartition"})


def string_method(receiver: Text, name: str, arguments: Arguments, place: Place) -> Value:
    """``receiver.name(*arguments)``."""
    plain = receiver.constant
    constants = _constants(arguments)
    if plain is not None and constants is not None and name not in ("join", "format", "format_map"):
        return _exact(receiver, name, constants, arguments, place)
    match name:
        case "format":
            return str_format(receiver, arguments, place)
        case "format_map":
            return str_format(receiver, _mapped(arguments.get("mapping", 0), place), place)
        case "join":
            items = arguments.get("iterable", 0)
            return place.derived(Const(None)) if items is None else join(receiver, items, place)
        case "strip" | "lstrip" | "rstrip":
            return _stripped(receiver, name, arguments, place)
        case "removeprefix" | "removesuffix":
            return _removed(receiver, name, arguments, place)
        case "replace":
            return _replaced(receiver, arguments, place)
        case "encode" | "decode" | "__str__":
            return receiver
        case "translate":
            return _translated(receiver, arguments, place)
        case _ if name in CHARACTERWISE:
            return _changed(receiver, CHARACTERWISE[name], place)
        case "startswith" | "endswith":
            return _known_end(receiver, name, arguments, place)
        case "split" if (parts := _clock_parts(receiver, arguments, place)) is not None:
            return parts
        case _ if name in SEQUENCES:
            return _pieces(receiver, name, place)
        case _ if name in PREDICATES or name in NUMBERS:
            return blur(receiver, place.span, name, "int" if name in NUMBERS else "bool")
        case _:
            return blur(receiver, place.span, name)


def _mapped(mapping: Value | None, place: Place) -> Arguments:
    if isinstance(mapping, Ref):
        obj = place.state.object(mapping)
        if isinstance(obj, DictObject):
            known = tuple(
                (key.constant, entry.value)
                for key, entry in obj.entries.items()
                if isinstance(key, Text) and key.constant is not None and not entry.conditions
            )
            return Arguments(keywords=known, double_star=obj.rest)
    return Arguments(double_star=mapping)


def _constants(arguments: Arguments) -> list[Any] | None:
    """The positional arguments as Python values, where all of them are constants."""
    result: list[Any] = []
    for value in arguments.positional:
        match value:
            case Const(constant):
                result.append(constant)
            case Text() if value.constant is not None:
                result.append(value.constant)
            case Tuple(elements):
                inner = [
                    e.value.constant for e in elements if isinstance(e, One) and isinstance(e.value, Text)
                ]
                if len(inner) != len(elements) or None in inner:
                    return None
                result.append(tuple(inner))
            case _:
                return None
    known = all(
        isinstance(v, Const) or (isinstance(v, Text) and v.constant is not None)
        for _, v in arguments.keywords
    )
    return result if known and arguments.star is None and arguments.double_star is None else None


def _exact(receiver: Text, name: str, constants: list[Any], arguments: Arguments, place: Place) -> Value:
    keywords = {
        key: value.value if isinstance(value, Const) else value.constant
        for key, value in arguments.keywords
        if isinstance(value, Const | Text)
    }
    if name in ("encode", "decode"):
        return receiver
    method = getattr(receiver.constant, name, None)
    if method is None or name.startswith("__"):
        return place.derived(receiver)
    if _is_immense(receiver.constant or "", name, constants):
        return blur(receiver, place.span, name)
    try:
        result = method(*constants, **keywords)
    except (TypeError, ValueError, LookupError, AttributeError, OverflowError):
        return place.derived(receiver, name)
    return _value(result, receiver, place)


def _is_immense(plain: str, name: str, constants: Sequence[object]) -> bool:
    """Whether the result of a method would be longer than any prompt."""
    match name, constants:
        case "replace", [str(old), str(new), *_]:
            return plain.count(old) * len(new) > MAX_CHARACTERS
        case "expandtabs", [int(width), *_]:
            return plain.count("\t") * width > MAX_CHARACTERS
        case (("center" | "ljust" | "rjust" | "zfill"), [int(width), *_]):
            return width > MAX_CHARACTERS
        case _:
            return False


def _value(result: object, receiver: Text, place: Place) -> Value:
    first = receiver.pieces[0] if receiver.pieces else None
    span = first.span if isinstance(first, Literal) else place.span
    names = first.names if isinstance(first, Literal) else ()
    match result:
        case str():
            return text(result, span, names)
        case list():
            return place.ref(ListObject(tuple(One(_value(item, receiver, place)) for item in result)))
        case tuple():
            return Tuple(tuple(One(_value(item, receiver, place)) for item in result))
        case bytes():
            return receiver
        case _:
            return Const(result)  # type: ignore[arg-type]


def _stripped(receiver: Text, name: str, arguments: Arguments, place: Place) -> Value:
    characters = arguments.get("chars", 0)
    match characters:
        case None | Const(None):
            wanted = None
        case Text() if characters.constant is not None:
            wanted = characters.constant
        case _:
            return blur(receiver, place.span, name)
    result = receiver
    if name != "rstrip":
        result = lstrip(result, wanted)
    if name != "lstrip":
        result = rstrip(result, wanted)
    return result


def _removed(receiver: Text, name: str, arguments: Arguments, place: Place) -> Value:
    affix = arguments.get("affix", 0)
    plain = affix.constant if isinstance(affix, Text) else None
    if plain == "":
        return receiver
    end = receiver.pieces[0 if name == "removeprefix" else -1]
    if plain is not None and isinstance(end, Literal) and len(end.text) >= len(plain):
        if name == "removeprefix":
            cut = slice_text(receiver, len(plain), None) if end.text.startswith(plain) else receiver
        else:
            cut = slice_text(receiver, None, -len(plain)) if end.text.endswith(plain) else receiver
        if cut is not None:
            return cut
    return blur(receiver, place.span, name)


def _known_end(receiver: Text, name: str, arguments: Arguments, place: Place) -> Value:
    affix = arguments.get("prefix", 0)
    plain = affix.constant if isinstance(affix, Text) else None
    end = receiver.pieces[0 if name == "startswith" else -1] if receiver.pieces else None
    if plain is not None and isinstance(end, Literal) and len(arguments.positional) == 1:
        test = end.text.startswith if name == "startswith" else end.text.endswith
        if len(end.text) >= len(plain):
            return Const(test(plain))
    return blur(receiver, place.span, name, "bool")


def _replaced(receiver: Text, arguments: Arguments, place: Place) -> Value:
    old, new = arguments.get("old", 0), arguments.get("new", 1)
    plain = old.constant if isinstance(old, Text) else None
    count = arguments.get("count", 2)
    limit = count.value if isinstance(count, Const) and isinstance(count.value, int) else -1
    if old is None or new is None or not plain or not isinstance(count, Const | None):
        return blur(receiver, place.span, "replace")
    if isinstance(new, Choice):
        more = () if count is None else (count,)
        return each(new, lambda one: _replaced(receiver, Arguments((old, one, *more)), place))
    inserted = to_text(new, place, strict=True)
    left = [limit if limit >= 0 else 1 << 30]
    result = _replace_in(receiver, plain, inserted, left)
    return blur(receiver, place.span, "replace") if result is None else result


def _replace_in(receiver: Text, old: str, new: Text, left: list[int]) -> Text | None:
    """The text with `old` replaced in its literals; None if a match may straddle two pieces."""
    result: list[Text] = []
    only = len(receiver.pieces) == 1
    for position, piece in enumerate(receiver.pieces):
        match piece:
            case Literal(part, span, names):
                before = position > 0 and any(part.startswith(old[i:]) for i in range(1, len(old)))
                after = position < len(receiver.pieces) - 1
                if not only and (
                    before or (after and any(part.endswith(old[:i]) for i in range(1, len(old))))
                ):
                    return None
                chunks = part.split(old, left[0]) if left[0] > 0 else [part]
                left[0] -= len(chunks) - 1
                if len(chunks) > MAX_PIECES:
                    if new.constant is None or len(chunks) * len(new.constant) > MAX_CHARACTERS:
                        return None
                    chunks = [new.constant.join(chunks)]
                for i, chunk in enumerate(chunks):
                    if i:
                        result.append(new)
                    result.append(text(chunk, span, names))
            case Choice(condition, alternatives):
                parts = [_replace_in(a, old, new, [left[0]]) for a in alternatives if isinstance(a, Text)]
                if None in parts or left[0] < 1 << 20:
                    return None
                result.append(Text((Choice(condition, tuple(p for p in parts if p is not None)),)))
            case Repeat(body, count, separator):
                inner = _replace_in(body, old, new, [left[0]])
                if inner is None or left[0] < 1 << 20 or old in separator:
                    return None
                result.append(Text((Repeat(inner, count, separator),)))
            case _:
                result.append(Text((piece,)))
    return concat(*result)


def _changed(receiver: Text, change: Callable[[str], str], place: Place) -> Value:
    if any("Σ" in piece.text for piece in _literals(receiver)):
        return blur(receiver, place.span, "lower")
    return map_literals(receiver, change)


def _translated(receiver: Text, arguments: Arguments, place: Place) -> Value:
    table = arguments.get("table", 0)
    obj = place.state.object(table) if isinstance(table, Ref) else None
    if not isinstance(obj, DictObject) or obj.rest is not None:
        return blur(receiver, place.span, "translate")
    mapping = {plain(key): plain(entry.value) for key, entry in obj.entries.items()}
    return map_literals(receiver, lambda part: part.translate(mapping))


def plain(value: Value) -> Any:  # noqa: ANN401 - whatever the constant is
    """A constant as Python has it; None for what is none."""
    match value:
        case Const(constant):
            return constant
        case Text():
            return value.constant
        case _:
            return None


def _literals(value: Text) -> list[Literal]:
    found: list[Literal] = []
    for piece in value.pieces:
        match piece:
            case Literal():
                found.append(piece)
            case Choice(_, alternatives):
                for alternative in alternatives:
                    if isinstance(alternative, Text):
                        found += _literals(alternative)
            case Repeat(body):
                found += _literals(body)
            case _:
                pass
    return found


def _clock_parts(receiver: Text, arguments: Arguments, place: Place) -> Value | None:
    separator = arguments.get("sep", 0)
    if not isinstance(separator, Text) or separator.constant is None:
        return None
    parts = clock.split(receiver, separator.constant, place)
    return place.ref(ListObject(tuple(map(One, parts)))) if parts is not None else None


def _pieces(receiver: Text, name: str, place: Place) -> Value:
    """Parts of a text that is not wholly known: how many there are is not known either."""
    part = blur(receiver, place.span, name)
    if name in ("partition", "rpartition"):
        return Tuple((One(part), One(part), One(part)))
    return place.ref(ListObject((Many((One(part),), Interval(0, None)),)))
