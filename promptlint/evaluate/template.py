"""What does a template become when it is filled? ``string.Template`` and simple Jinja."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from promptlint.evaluate.evaluation import Arguments, Place
from promptlint.evaluate.formatting import to_text
from promptlint.evaluate.store import DictObject
from promptlint.evaluate.text import concat
from promptlint.evaluate.value import Literal, Reason, Ref, Template, Text, Value, text

__all__ = ["template_method"]

DOLLAR = re.compile(
    r"\$(?:(?P<escaped>\$)|(?P<named>[_a-zA-Z][_a-zA-Z0-9]*)|\{(?P<braced>[_a-zA-Z][_a-zA-Z0-9]*)\})"
)
JINJA = re.compile(r"\{\{-?\s*(?P<name>[_a-zA-Z][\w.]*)\s*-?\}\}|(?P<other>\{[%#{])")


def template_method(template: Template, name: str, arguments: Arguments, place: Place) -> Value:
    """``substitute``, ``safe_substitute``, ``render``."""
    given = _keywords(arguments, place)
    match template.kind, name:
        case "string", "substitute" | "safe_substitute":
            return _filled(template.text, DOLLAR, _dollar(given, arguments, name == "safe_substitute", place))
        case "jinja", "render" | "render_async":
            return _filled(template.text, JINJA, _jinja(given, arguments, place))
        case _:
            return place.unknown(Reason.LIBRARY)


def _keywords(arguments: Arguments, place: Place) -> dict[str, Value]:
    given: dict[str, Value] = {}
    for value in arguments.positional:
        if isinstance(value, Ref):
            obj = place.state.object(value)
            if isinstance(obj, DictObject):
                given |= {k.constant or "": e.value for k, e in obj.entries.items() if isinstance(k, Text)}
    return given | dict(arguments.keywords)


def _missing(name: str, arguments: Arguments, place: Place) -> Text:
    unknown = arguments.double_star
    if unknown is not None:
        return to_text(place.derived(unknown, name), place)
    return Text((place.unknown(Reason.CONSTRUCT, name),))


def _dollar(
    given: dict[str, Value],
    arguments: Arguments,
    safe: bool,
    place: Place,
) -> Callable[[re.Match[str]], Text]:
    def fill(found: re.Match[str]) -> Text:
        if found["escaped"]:
            return text("$")
        name = found["named"] or found["braced"]
        if safe and name not in given and arguments.double_star is None:
            return text(found[0])
        return to_text(given[name], place) if name in given else _missing(name, arguments, place)

    return fill


def _jinja(given: dict[str, Value], arguments: Arguments, place: Place) -> Callable[[re.Match[str]], Text]:
    def fill(found: re.Match[str]) -> Text:
        if found["other"]:
            return Text((place.unknown(Reason.CONSTRUCT, "template"),))
        head, *path = found["name"].split(".")
        if head not in given:
            return _missing(head, arguments, place)
        value = given[head]
        for part in path:
            value = place.evaluation.interpreter.attribute(value, part, place)
        return to_text(value, place)

    return fill


def _filled(template: Text, pattern: re.Pattern[str], fill: Callable[[re.Match[str]], Text]) -> Text:
    result: list[Text] = []
    for piece in template.pieces:
        if not isinstance(piece, Literal):
            result.append(Text((piece,)))
            continue
        last = 0
        for found in pattern.finditer(piece.text):
            result.append(Text((replace(piece, text=piece.text[last : found.start()]),)))
            result.append(fill(found))
            last = found.end()
            if found.groupdict().get("other"):
                return concat(*result)
        result.append(Text((replace(piece, text=piece.text[last:]),)))
    return concat(*result)
