"""What is in the files that a prompt is read from? Files of the repository are constants."""

from __future__ import annotations

import json
import posixpath
import tomllib
from dataclasses import replace

import yaml

from promptlint.evaluate.evaluation import Arguments, Place
from promptlint.evaluate.store import DictObject, Entry, ListObject
from promptlint.evaluate.text import blur, each
from promptlint.evaluate.value import (
    Choice,
    Const,
    FilePath,
    Hole,
    Literal,
    Module,
    One,
    Param,
    Reason,
    Text,
    Unknown,
    Value,
    text,
)
from promptlint.source import Span
from promptlint.variation import Cause, Kind, Topic

__all__ = ["load", "load_toml", "load_yaml", "loads", "open_file", "package_folder", "path", "path_method"]


def path(arguments: Arguments, place: Place) -> Value | None:
    """``Path(a, b)``."""
    parts: list[str] = []
    for value in arguments.positional:
        match value:
            case FilePath(plain):
                parts.append(plain)
            case Text() if value.constant is not None:
                parts.append(value.constant)
            case Text():
                return _unknown_file(blur(value, place.span), place)
            case _:
                return _unknown_file(value, place)
    return FilePath(posixpath.join(*parts) if parts else ".")


def _unknown_file(value: Value, place: Place) -> Value:
    """A file whose path is not known: a caller may tell it."""
    if isinstance(value, Unknown | Param):
        made = place.derived(value, place.written, f"{place.written_call}@{place.span.line}")
        return replace(made, reason=Reason.FILE) if isinstance(made, Unknown) else made
    return place.derived(value, place.written) if isinstance(value, Hole) else place.unknown(Reason.FILE)


def join_path(arguments: Arguments, place: Place) -> Value | None:
    """``os.path.join``: the text of a path."""
    joined = path(arguments, place)
    return text(joined.path) if isinstance(joined, FilePath) else joined


def dirname(arguments: Arguments, place: Place) -> Value | None:
    """``os.path.dirname``."""
    plain = _plain(arguments.get("p", 0))
    return text(posixpath.dirname(plain)) if plain is not None else place.unknown(Reason.FILE)


def same_path(arguments: Arguments, place: Place) -> Value | None:
    """``os.path.abspath``: paths are told apart only from the project's root on."""
    del place
    value = arguments.get("path", 0)
    return text(value.path) if isinstance(value, FilePath) else value


def _plain(value: Value | None) -> str | None:
    match value:
        case FilePath(plain):
            return plain
        case Text():
            return value.constant
        case _:
            return None


def open_file(arguments: Arguments, place: Place) -> Value | None:
    """``open(path)``: an open file of the repository."""
    mode = arguments.get("mode", 1)
    if isinstance(mode, Text) and (mode.constant or "r")[0] != "r":
        return place.unknown(Reason.FILE)
    plain = _plain(arguments.get("file", 0))
    if plain is None:
        given = arguments.get("file", 0)
        inner = blur(given, place.span) if isinstance(given, Text) else given
        return _unknown_file(inner, place) if inner is not None else None
    return FilePath(plain, open=True)


def resources(arguments: Arguments, place: Place) -> Value | None:
    """``importlib.resources.files(package)``: the package's folder."""
    folder = package_folder(arguments.get("anchor", 0), place)
    return FilePath(folder) if folder is not None else place.unknown(Reason.FILE)


def resource(arguments: Arguments, place: Place) -> Value | None:
    """``importlib.resources.read_text(package, name)``, ``pkgutil.get_data(package, name)``."""
    folder = package_folder(arguments.get("package", 0), place)
    name = _plain(arguments.get("resource", 1))
    if folder is None or name is None:
        return place.unknown(Reason.FILE)
    return contents(FilePath(posixpath.join(folder, name)), place)


def package_folder(package: Value | None, place: Place) -> str | None:
    """The folder of a package of the project, named by its module or by a text."""
    match package:
        case Module(path) if path.endswith(("/", "__init__.py")):
            return posixpath.dirname(path)
        case Text() if package.constant:
            return place.evaluation.project.package_folder(package.constant)
        case _:
            return None


def path_method(receiver: FilePath, name: str, arguments: Arguments, place: Place) -> Value:
    """A method of a path or of an open file."""
    match name:
        case "read_text" | "read" | "read_bytes" | "getvalue":
            return contents(receiver, place)
        case "readlines":
            return _lines(contents(receiver, place), place)
        case "open":
            return FilePath(receiver.path, open=True)
        case "joinpath":
            return path(replace(arguments, positional=(receiver, *arguments.positional)), place) or receiver
        case "resolve" | "absolute" | "expanduser" | "as_posix" | "__enter__":
            return receiver
        case "with_suffix" | "with_name":
            return _renamed(receiver, name, arguments, place)
        case "exists" | "is_file":
            return (
                Const(True)
                if place.evaluation.project.read(_normal(receiver.path)) is not None
                else _maybe(place)
            )
        case "glob" | "iterdir" | "rglob":
            return _listing(place)
        case _:
            return place.unknown(Reason.FILE)


def _maybe(place: Place) -> Value:
    return place.unknown(Reason.FILE)


def _listing(place: Place) -> Value:
    cause = Cause(Kind.ORDER_FILESYSTEM, Topic.ORDER)
    return place.hole(frozenset({cause}), place.written)


def _renamed(receiver: FilePath, name: str, arguments: Arguments, place: Place) -> Value:
    new = _plain(arguments.get("suffix" if name == "with_suffix" else "name", 0))
    if new is None:
        return place.unknown(Reason.FILE)
    head, _, tail = receiver.path.rpartition("/")
    renamed = (tail.rpartition(".")[0] or tail) + new if name == "with_suffix" else new
    return FilePath(f"{head}/{renamed}" if head else renamed)


def _normal(plain: str) -> str:
    return posixpath.normpath(plain)


def contents(file: FilePath, place: Place) -> Value:
    """The text of a file of the repository."""
    plain = _normal(file.path)
    found = place.evaluation.project.read(plain)
    if found is None:
        return place.unknown(Reason.FILE)
    lines = found.count("\n") + 1
    return text(found, Span(plain, None, 1, 1, lines, 1))


def _lines(value: Value, place: Place) -> Value:
    if isinstance(value, Text) and value.constant is not None:
        span = value.pieces[0].span if value.pieces and isinstance(value.pieces[0], Literal) else None
        rows = value.constant.splitlines(keepends=True)
        return place.ref(ListObject(tuple(One(text(row, span)) for row in rows)))
    return value


# -- parsed files ---------------------------------------------------------------------------------


def _source_text(value: Value | None, place: Place) -> Text | None:
    if isinstance(value, FilePath):
        inside = contents(value, place)
        return inside if isinstance(inside, Text) else None
    return value if isinstance(value, Text) and value.constant is not None else None


def load(arguments: Arguments, place: Place) -> Value | None:
    """``json.load``."""
    return _parsed(arguments, place, json.loads)


loads = load


def load_yaml(arguments: Arguments, place: Place) -> Value | None:
    """``yaml.safe_load``."""
    return _parsed(arguments, place, yaml.safe_load)


def load_toml(arguments: Arguments, place: Place) -> Value | None:
    """``tomllib.load``."""
    return _parsed(arguments, place, tomllib.loads)


def _parsed(arguments: Arguments, place: Place, parse: object) -> Value | None:
    given = arguments.positional[0] if arguments.positional else None
    if isinstance(given, Choice):
        return each(given, lambda one: _parsed(Arguments((one,)), place, parse) or one)
    source = _source_text(given, place)
    if source is None:
        inner = blur(given, place.span) if isinstance(given, Text) else given
        if not isinstance(inner, Unknown | Param | Hole):
            return place.unknown(Reason.FILE)
        return place.derived(inner, place.written, f"{place.written_call}@{place.span.line}")
    try:
        data = parse(source.constant or "")  # type: ignore[operator]
    except (ValueError, yaml.YAMLError, RecursionError):
        return place.unknown(Reason.FILE)
    span = source.pieces[0].span if source.pieces and isinstance(source.pieces[0], Literal) else place.span
    return _value(data, span, place)


def _value(data: object, span: Span | None, place: Place) -> Value:
    match data:
        case str():
            return text(data, span)
        case list():
            return place.ref(ListObject(tuple(One(_value(item, span, place)) for item in data)))
        case dict():
            entries: dict[Value, Entry] = {
                _value(key, span, place): Entry(_value(item, span, place)) for key, item in data.items()
            }
            return place.ref(DictObject(entries))
        case None | bool() | int() | float():
            return Const(data)
        case _:
            return text(str(data), span)
