"""Who changes a module's tables, and when: other modules while they are imported, or functions later?

A table that is filled at import is known once all who fill it have been imported. What functions add
when the program runs is history.
"""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from promptlint.evaluate.growth import changed, growing_methods
from promptlint.evaluate.importers import Importers
from promptlint.excerpt import Sighting, excerpt, reads
from promptlint.source import Source

__all__ = ["Registering"]

MAX_MODULES = 64
"""Modules that register in one other; their number grows with the program, a budget must not."""
Routine = ast.FunctionDef | ast.AsyncFunctionDef


class Registering:
    """Looks for what one file does to the names of another."""

    def __init__(
        self,
        importers: Importers,
        read: Callable[[str], str | None],
        source: Callable[[str], Source | None],
        tests: frozenset[str],
    ) -> None:
        self._importers = importers
        self._read = read
        self._source = source
        self._tests = tests
        self._changed: dict[str, frozenset[str]] = {}

    def is_registrar(self, name: str, source: Source) -> bool:
        """Whether a function runs only while modules are imported: as a decorator, at their top."""
        uses = [*_uses(source, name)]
        for path in self._naming(source.path, {name}):
            other = self._source(path)
            imported = path in self._importers.of(name)
            uses += () if other is None else _uses(other, name, bare=imported, dotted=True)
        return bool(uses) and not any(uses)

    def grown_later(self, name: str, node: ast.ClassDef, source: Source) -> frozenset[str]:
        """Fields of the object in a global that functions of the project grow through its methods."""
        methods = growing_methods(node)
        if not methods:
            return frozenset()
        found: set[str] = set()
        for path in (source.path, *self._naming(source.path, {name})):
            other = self._source(path)
            for each in excerpt(other, {name}) if other is not None else ():
                match each.node:
                    case ast.Attribute(ast.Name(owner) | ast.Attribute(_, owner), method) if (
                        owner == name and method in methods and _is_inside(each)
                    ):
                        found |= methods[method]
                    case _:
                        pass
        return frozenset(found)

    def changed_later(self, name: str, source: Source) -> bool:
        """Whether functions of other modules change the container in a global."""
        stem = _stem(source.path)
        for path in self._naming(source.path, {name}):
            other = self._source(path)
            for each in excerpt(other, {name}) if other is not None else ():
                match changed(each.node):
                    case ast.Name(found) if found == name and path in self._importers.of(name):
                        own = {a.arg for f in each.chain if isinstance(f, Routine) for a in f.args.args}
                        if _is_inside(each) and name not in own:
                            return True
                    case ast.Attribute(ast.Name(owner), found) if (owner, found) == (stem, name):
                        if _is_inside(each):
                            return True
                    case _:
                        pass
        return False

    def modules(self, path: str, names: Collection[str]) -> Sequence[str]:
        """Files that change some names of a module while they are imported, as they are imported."""
        found = [other for other in self._naming(path, names) if not self._changes(other).isdisjoint(names)]
        return sorted(found[:MAX_MODULES], key=self._turn)

    def _changes(self, path: str) -> frozenset[str]:
        """The names of all that a file may change while it is imported; its tree is not kept for that."""
        if path not in self._changed:
            source = self._source(path)
            self._changed[path] = frozenset() if source is None else frozenset(_touched(source.tree.body))
        return self._changed[path]

    def _turn(self, path: str) -> tuple[str, int, str]:
        """When a module is imported: as its package says, else by its name."""
        folder, file = posixpath.split(path)
        listing = self._read(posixpath.join(folder, "__init__.py")) or ""
        place = re.search(rf"\b{re.escape(file.removesuffix('.py'))}\b", listing)
        return folder, place.start() if place is not None else len(listing), path

    def _naming(self, path: str, names: Collection[str]) -> Iterator[str]:
        """Files that import a module, or something beside it, and hold one of some names; no tests of it."""
        folder = posixpath.basename(posixpath.dirname(path))
        for other in self._importers.naming(_stem(path), folder, names):
            if other != path and (path in self._tests or other not in self._tests):
                yield other


def _stem(path: str) -> str:
    """The last part of the name by which a module is imported."""
    return path.removesuffix("/__init__.py").removesuffix(".py").rpartition("/")[2]


def _is_inside(each: Sighting) -> bool:
    return any(isinstance(node, Routine) for node in each.chain)


def _uses(source: Source, name: str, *, bare: bool = True, dotted: bool = False) -> Iterator[bool]:
    """For each use of a function, by itself or as an attribute, whether it stands in a function."""
    seen = excerpt(source, {name})
    lambdas = (each.node.body for each in seen if isinstance(each.node, ast.Lambda))
    deferred = {id(node) for body in lambdas for node in ast.walk(body)}
    for use in reads(seen, {name}):
        if bare if isinstance(use.node, ast.Name) else dotted:
            yield id(use.node) in deferred or _is_inside(use)


def _touched(body: Iterable[ast.stmt]) -> Iterator[str]:
    """Names and attributes of what statements that run at import may change."""
    waiting: list[ast.AST] = [*body]
    while waiting:
        statement = waiting.pop()
        for node in (node for part in _changing(statement) for node in ast.walk(part)):
            if isinstance(node, ast.Name | ast.Attribute):
                yield node.id if isinstance(node, ast.Name) else node.attr
        if not isinstance(statement, Routine):
            inner = ast.stmt | ast.ExceptHandler | ast.match_case
            waiting += [child for child in ast.iter_child_nodes(statement) if isinstance(child, inner)]


def _changing(statement: ast.AST) -> Sequence[ast.AST]:
    """The parts of a statement through which it may change what a name holds."""
    match statement:
        case ast.FunctionDef(decorator_list=parts) | ast.AsyncFunctionDef(decorator_list=parts):
            return parts
        case ast.ClassDef(bases=bases, decorator_list=parts):
            return [*bases, *parts]
        case ast.Expr(value):
            return [value]
        case ast.Assign(targets, value):
            bare = isinstance(value, ast.Name | ast.Attribute | ast.Call)
            return [*targets, value] if bare else targets
        case ast.AugAssign(target):
            return [target]
        case ast.Delete(targets):
            return targets
        case _:
            return ()
