"""Which classes of the project stand below another one, and what do they say that it leaves open?"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from promptlint.evaluate.importers import Importers
from promptlint.evaluate.inquiry import Inquiry
from promptlint.evaluate.lineage import lineage
from promptlint.evaluate.value import Class, Const, External, Function, Text, Value

if TYPE_CHECKING:
    from promptlint.evaluate.project import Project
    from promptlint.excerpt import Chain

__all__ = ["MAX_CLASSES", "Hierarchy", "is_open"]

HOOK = "__init_subclass__"
MAX_CLASSES = 8
"""Classes below one that are told apart; more are a framework's, and no request is all of them."""


class Hierarchy:
    """The classes of a project by their bases; looked for when somebody asks."""

    def __init__(
        self,
        read: Callable[[str], str | None],
        inquiry: Inquiry,
        importers: Importers,
    ) -> None:
        self._read = read
        self._inquiry = inquiry
        self._importers = importers
        self._below: dict[str, tuple[Class, ...]] = {}
        self._abstract: dict[str, bool] = {}

    def is_hooked(self, name: str) -> bool:
        """Whether a class of this name may have a base with an ``__init_subclass__``."""
        return name in self._hooked

    @cached_property
    def _hooked(self) -> frozenset[str]:
        asked = self._inquiry
        roots = {path: asked.classes(path) for path in self._importers.paths if asked.has_letters(path, HOOK)}
        asked.followed((), roots)
        classes = {path: asked.classes(path) for path in self._importers.paths} if roots else {}
        below: dict[bytes, list[bytes]] = {}
        for name, bases in (each for found in classes.values() for each in found):
            for base in bases:
                below.setdefault(base, []).append(name)
        hooking = {name for found in roots.values() for name, _ in found}
        waiting = [*hooking]
        while waiting:
            more = [name for name in below.get(waiting.pop(), ()) if name not in hooking]
            hooking.update(more)
            waiting += more
        names = frozenset(name.decode(errors="ignore") for name in hooking)
        asked.followed(names, classes)
        return names

    def defined(self, path: str, chain: Chain, project: Project) -> Class | None:
        """The class of a module that a definition makes, by the definitions around it.

        None for one that is made inside a function or another class.
        """
        node, frame = chain[-1], project.frame(path)
        if len(chain) > 1 or frame is None:
            return None
        value = project.heap.get((frame, node.name))
        return value if isinstance(value, Class) and value.node is node else None

    def relatives(self, path: str, name: str) -> Sequence[str]:
        """Names of the classes directly above and below a class, as their files spell them."""
        head = re.compile(rf"^[ \t]*class[ \t]+{name}\b[^(:\n]*\(([^)]*)\)", re.MULTILINE)
        above = head.search(self._read(path) or "")
        bases = [] if above is None else re.findall(r"(\w+)\s*(?:\[[^\]]*\])?\s*(?:,|$)", above[1].strip())
        known = [base for base in bases if base not in ROOTS]
        return [*known, *(below for _, below in self._spelled(path, name))]

    def _spelled(self, path: str, name: str) -> Iterator[tuple[str, str]]:
        """Files and names of classes in whose list of bases a name stands."""
        below = re.compile(rf"^class[ \t]+(\w+)[^(:\n]*\([^)]*\b{name}\b[^)]*\)[ \t]*:", re.MULTILINE)
        for file in dict.fromkeys((path, *self._importers.of(name), *self._importers.of(_stem(path)))):
            text = self._read(file) or ""
            if name in text:
                yield from ((file, found) for found in below.findall(text))

    def below(self, cls: Class, project: Project) -> tuple[Class, ...]:
        """The classes of the project that have a class among their bases; none if there are too many."""
        known = self._some_below(cls, project)
        return known if len(known) <= MAX_CLASSES else ()

    def concrete(self, cls: Class, project: Project) -> tuple[Class, ...]:
        """The classes below an abstract one of which there are objects; none if it is not abstract."""
        if not self._is_abstract(cls):
            return ()
        return tuple(each for each in self.below(cls, project) if not self._is_abstract(each))

    def _is_abstract(self, cls: Class) -> bool:
        """Whether a method is left to the classes below, so that no object is of the class itself."""
        known = self._abstract.get(cls.id)
        if known is None:
            methods: dict[str, ast.AST] = {}
            for each in lineage(cls):
                for node in each.node.body:
                    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                        methods.setdefault(node.name, node)
            known = self._abstract[cls.id] = any(map(_is_left_open, methods.values()))
        return known

    def overlaps(self, one: Class, other: Class, project: Project) -> bool:
        """Whether an object may be of two classes: one is above the other, or a third below both."""
        if _is_open_above(one) or _is_open_above(other) or one in lineage(other) or other in lineage(one):
            return True
        below = self._some_below(one, project)
        return len(below) > MAX_CLASSES or any(other in lineage(cls) for cls in below)

    def _some_below(self, cls: Class, project: Project) -> tuple[Class, ...]:
        """The classes below one; of too many only the first."""
        known = self._below.get(cls.id)
        if known is None:
            self._below[cls.id] = ()
            known = self._below[cls.id] = tuple(self._found(cls, project))
        return known

    def _found(self, cls: Class, project: Project) -> list[Class]:
        found: dict[str, Class] = {}
        waiting = [cls]
        while waiting and len(found) <= MAX_CLASSES:
            current = waiting.pop(0)
            for path, name in self._spelled(current.module, current.node.name):
                frame = project.frame(path)
                value = None if frame is None else project.heap.get((frame, name))
                if isinstance(value, Class) and value.id not in found and cls in lineage(value):
                    found[value.id] = value
                    waiting.append(value)
        return sorted(found.values(), key=lambda c: c.id)


ROOTS = frozenset({"ABC", "object", "Protocol", "Generic", "BaseModel", "Enum", "str", "dict", "Exception"})
"""Bases that half of all classes have: they tell nothing about who calls a method."""


def _is_open_above(cls: Class) -> bool:
    """Whether one of its bases is not known."""
    return any(not isinstance(base, Class | External) for c in lineage(cls) for base in c.bases)


def _stem(path: str) -> str:
    return path.removesuffix("/__init__.py").removesuffix(".py").rpartition("/")[2]


def is_open(value: Value | None) -> bool:
    """Whether a member leaves to the classes below what it is: a method without a body, an empty text."""
    match value:
        case None | Const(None) | Text(()):
            return True
        case Function(node=node):
            return _is_left_open(node)
        case _:
            return False


def _is_left_open(node: ast.AST) -> bool:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    if any("abstract" in ast.unparse(each) for each in node.decorator_list):
        return True
    return len(node.body) <= WITH_DOCSTRING and _says_nothing(node.body[-1])


WITH_DOCSTRING = 2
"""Statements of a method that only says what it is for and that it is not there."""


def _says_nothing(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(ast.Constant(value)) if value is ...:
            return True
        case ast.Raise(ast.Name("NotImplementedError") | ast.Call(ast.Name("NotImplementedError"))):
            return True
        case _:
            return False
