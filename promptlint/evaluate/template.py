"""What does a template become when it is filled? ``string.Template``, and Jinja without statements."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import replace

from promptlint.evaluate.evaluation import Arguments, Place
from promptlint.evaluate.files import contents, package_folder, path
from promptlint.evaluate.formatting import to_text
from promptlint.evaluate.sequence import elements_of, known
from promptlint.evaluate.store import DictObject
from promptlint.evaluate.text import concat
from promptlint.evaluate.value import (
    EMPTY,
    FilePath,
    Hole,
    Literal,
    Param,
    Reason,
    Ref,
    Template,
    Text,
    Tuple,
    Unknown,
    Value,
    text,
)

__all__ = [
    "environment",
    "folder_loader",
    "jinja_template",
    "package_loader",
    "string_template",
    "template_method",
]

DOLLAR = re.compile(
    r"\$(?:(?P<escaped>\$)|(?P<named>[_a-zA-Z][_a-zA-Z0-9]*)|\{(?P<braced>[_a-zA-Z][_a-zA-Z0-9]*)\})"
)
JINJA = re.compile(
    r"(?P<comment>\{#.*?#\})"
    r"|(?P<open>\{\{-?)\s*(?:(?P<name>[_a-zA-Z][\w.]*)|(?P<formula>.*?))\s*(?P<close>-?\}\})"
    r"|(?P<other>\{[%#{])",
    re.DOTALL,
)
NAME = re.compile(r"[_a-zA-Z]\w*")


def template_method(template: Template, name: str, arguments: Arguments, place: Place) -> Value:
    """``substitute``, ``safe_substitute``, ``render``."""
    given = _keywords(arguments, place)
    match template.kind, name:
        case "string", "substitute" | "safe_substitute":
            return _filled(template.text, DOLLAR, _dollar(given, arguments, name == "safe_substitute", place))
        case "jinja", "render" | "render_async":
            return _filled(_ended(template.text), JINJA, _jinja(given, arguments, place))
        case "environment", "get_template" | "select_template":
            return _of_folder(template, arguments.get("name", 0), place)
        case "environment", "from_string":
            return jinja_template(Arguments((arguments.get("source", 0) or text(""),)), place) or EMPTY
        case _:
            return place.unknown(Reason.LIBRARY)


def _ended(template: Text) -> Text:
    """Without the line break at the end of the file, which Jinja leaves out."""
    *rest, last = template.pieces or (None,)
    if not isinstance(last, Literal) or not last.text.endswith("\n"):
        return template
    return concat(Text((*(piece for piece in rest if piece is not None), replace(last, text=last.text[:-1]))))


def _of_folder(environment: Template, name: Value | None, place: Place) -> Value:
    """The template of a name in the folder from which an environment loads."""
    folder = environment.text.constant
    match name:
        case Text() if name.constant and folder:
            inside = contents(FilePath(posixpath.join(folder, name.constant)), place)
            return Template("jinja", inside) if isinstance(inside, Text) else inside
        case Text() | None:
            return place.unknown(Reason.FILE)
        case _:
            return place.derived(name)


# -- how templates are made -----------------------------------------------------------------------


def string_template(arguments: Arguments, place: Place) -> Value | None:
    """``string.Template(text)``."""
    del place
    return _made("string", arguments.get("template", 0))


def jinja_template(arguments: Arguments, place: Place) -> Value | None:
    """``jinja2.Template(text)``."""
    del place
    return _made("jinja", arguments.get("source", 0))


def _made(kind: str, value: Value | None) -> Value | None:
    match value:
        case Text():
            return Template(kind, value)
        case Unknown() | Param() | Hole():
            return Template(kind, Text((value,)))
        case _:
            return None


def environment(arguments: Arguments, place: Place) -> Value | None:
    """``jinja2.Environment(loader=…)``: a template that is the folder of the others."""
    del place
    loader = arguments.get("loader")
    if loader is None:
        return Template("environment", EMPTY)
    return Template("environment", text(loader.path)) if isinstance(loader, FilePath) else None


def folder_loader(arguments: Arguments, place: Place) -> Value | None:
    """``jinja2.FileSystemLoader(path)``: the folder; of several the first."""
    where = arguments.get("searchpath", 0)
    parts = known(elements_of(where, place)) if isinstance(where, Ref | Tuple) else [where]
    first = parts[0] if parts else None
    return path(Arguments((first,)), place) if isinstance(first, Text | FilePath) else None


def package_loader(arguments: Arguments, place: Place) -> Value | None:
    """``jinja2.PackageLoader(package, folder)``."""
    package = package_folder(arguments.get("package_name", 0), place)
    inner = arguments.get("package_path", 1) or text("templates")
    if package is None or not isinstance(inner, Text) or inner.constant is None:
        return None
    return FilePath(posixpath.join(package, inner.constant))


# -- how they are filled --------------------------------------------------------------------------


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
        if found["comment"]:
            return EMPTY
        if found["other"]:
            return Text((place.unknown(Reason.CONSTRUCT, "template"),))
        if found["formula"]:
            used = [given[name] for name in NAME.findall(found["formula"]) if name in given]
            made = place.derived(used[0], found["formula"]) if used else None
            return to_text(made or place.unknown(Reason.CONSTRUCT, found["formula"]), place)
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
            before, marks = piece.text[last : found.start()], found.groupdict()
            trimmed = before.rstrip() if (marks.get("open") or "").endswith("-") else before
            result.append(Text((replace(piece, text=trimmed),)))
            result.append(fill(found))
            last = found.end()
            if (marks.get("close") or "").startswith("-"):
                last += len(piece.text[last:]) - len(piece.text[last:].lstrip())
            if marks.get("other"):
                return concat(*result)
        result.append(Text((replace(piece, text=piece.text[last:]),)))
    return concat(*result)
