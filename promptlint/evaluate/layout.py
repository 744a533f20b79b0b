"""Where do the packages of a distribution begin? What its pyproject.toml, setup.cfg or setup.py says."""

from __future__ import annotations

import ast
import configparser
import posixpath
import tomllib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

__all__ = ["Layout"]

USUAL = ("", "src", "lib")
"""Roots of a distribution that need not be declared."""


class Layout:
    """The import roots that the distributions of a project declare."""

    def __init__(self, read: Callable[[str], str | None]) -> None:
        self._read = read
        self._known: dict[str, frozenset[str]] = {}

    def declared(self, folder: str) -> frozenset[str]:
        """Folders from which the distribution in `folder` imports; none if there is no distribution."""
        if folder not in self._known:
            found = [*self._pyproject(folder), *self._setup_cfg(folder), *self._setup_py(folder)]
            paths = {posixpath.normpath(posixpath.join(folder, each)) for each in found}
            self._known[folder] = frozenset("" if path == "." else path for path in paths)
        return self._known[folder]

    def _pyproject(self, folder: str) -> Iterator[str]:
        text = self._read(posixpath.join(folder, "pyproject.toml"))
        if text is None:
            return
        try:
            tool = _table(tomllib.loads(text), "tool")
        except tomllib.TOMLDecodeError:
            return
        yield from USUAL
        setuptools = _table(tool, "setuptools")
        yield from _strings(_table(setuptools, "package-dir").get(""))
        yield from _strings(_table(_table(setuptools, "packages"), "find").get("where"))
        for package in _listed(_table(tool, "poetry").get("packages")):
            yield from _strings(package.get("from") if isinstance(package, dict) else None)
        wheel = _table(tool, "hatch", "build", "targets", "wheel")
        yield from map(posixpath.dirname, _strings(wheel.get("packages")))
        yield from _strings(wheel.get("sources"))
        yield from _strings(_table(tool, "pdm", "build").get("package-dir"))
        yield from _strings(_table(tool, "maturin").get("python-source"))
        yield from _strings(_table(tool, "uv", "build-backend").get("module-root"))
        yield from _strings(_table(tool, "pytest", "ini_options").get("pythonpath"))

    def _setup_cfg(self, folder: str) -> Iterator[str]:
        text = self._read(posixpath.join(folder, "setup.cfg"))
        if text is None:
            return
        parser = configparser.ConfigParser(interpolation=None, strict=False)
        try:
            parser.read_string(text)
        except configparser.Error:
            return
        yield from USUAL
        for line in parser.get("options", "package_dir", fallback="").splitlines():
            package, _, where = line.partition("=")
            if where and not package.strip():
                yield where.strip()
        yield from parser.get("options.packages.find", "where", fallback="").split()

    def _setup_py(self, folder: str) -> Iterator[str]:
        text = self._read(posixpath.join(folder, "setup.py"))
        if text is None:
            return
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return
        yield from USUAL
        for node in ast.walk(tree):
            match node:
                case ast.keyword(
                    "package_dir", ast.Dict([ast.Constant(""), *_], [ast.Constant(str() as where), *_])
                ):
                    yield where
                case ast.Call(
                    ast.Name("find_packages" | "find_namespace_packages"), [ast.Constant(str() as where), *_]
                ):
                    yield where
                case ast.keyword("where", first):
                    yield from _literal(first)
                case _:
                    pass


def _literal(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def _table(data: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    """An inner table; empty where it is missing or something else."""
    for name in names:
        inner = data.get(name)
        data = inner if isinstance(inner, dict) else {}
    return data


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _strings(value: object) -> list[str]:
    """A text, or the texts of a list or of a table."""
    if isinstance(value, str):
        return [value]
    found = value.values() if isinstance(value, dict) else _listed(value)
    return [each for each in found if isinstance(each, str)]
