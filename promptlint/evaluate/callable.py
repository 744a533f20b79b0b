"""What does a name stand for that is no data? Functions, classes, modules, clients."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from promptlint.diagnostic import Confidence
from promptlint.source import Source, Span

if TYPE_CHECKING:
    from promptlint.evaluate.value import Value

__all__ = [
    "Bases",
    "Bound",
    "Class",
    "Client",
    "Declared",
    "Endpoint",
    "External",
    "Frame",
    "Function",
    "Imported",
    "Method",
    "Module",
    "Partial",
    "Super",
]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One namespace: of a module, of a class body, or of one activation of a function.

    Its variables live in the store under ``(frame, name)``.
    """

    module: str
    source: Source
    qualname: str
    """Of the function or class; empty for a module."""
    parent: Frame | None
    """The enclosing namespace in which a name is looked up next."""
    kind: str
    """`module`, `class` or `function`."""
    declared_global: frozenset[str] = frozenset()
    declared_nonlocal: frozenset[str] = frozenset()

    @property
    def globals(self) -> Frame:
        """The frame of its module."""
        frame = self
        while frame.parent is not None:
            frame = frame.parent
        return frame


Declared = tuple[ast.expr, Frame]
"""An annotation as written, and the namespace in which its names are looked up."""


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A ``def`` or ``lambda`` with what it closes over."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    source: Source
    module: str
    qualname: str
    frame: Frame
    """The namespace that encloses it."""
    defaults: tuple[tuple[str, Value], ...] = ()
    owner: str = ""
    """Id of the class whose body defines it."""
    kind: str = "function"
    """`function`, `static`, `class` or `property`."""
    cached: bool = False
    """Wrapped so that a result is kept: ``lru_cache``, ``cache``."""
    setter: Function | None = None
    """Of a property: what an assignment to it calls."""

    @property
    def id(self) -> str:
        """``module:qualified.name``."""
        return f"{self.module}:{self.qualname}"

    def __eq__(self, other: object) -> bool:
        """The same definition with the same closure."""
        return (
            isinstance(other, Function)
            and self.node is other.node
            and self.frame is other.frame
            and self.defaults == other.defaults
        )

    def __hash__(self) -> int:
        """Agrees with equality."""
        return hash((id(self.node), id(self.frame)))


class Bases:
    """The bases of a class, looked up when somebody asks: what is imported for nobody is not read."""

    __slots__ = ("_find", "_found")

    def __init__(self, find: Callable[[], tuple[Value, ...] | None]) -> None:
        """`find` gives the bases, or None as long as their modules are being imported themselves."""
        self._find = find
        self._found: tuple[Value, ...] | None = None

    def __iter__(self) -> Iterator[Value]:
        """The bases in order; none as long as they cannot be known."""
        if self._found is None:
            self._found = self._find()
        return iter(self._found or ())


@dataclass(frozen=True, slots=True, eq=False)
class Class:
    """A class of the project."""

    node: ast.ClassDef
    source: Source
    module: str
    qualname: str
    bases: Bases
    members: Frame
    """The namespace in which its body was run."""
    decorators: tuple[str, ...] = ()
    """Dotted names of its decorators."""

    @property
    def id(self) -> str:
        """``module:qualified.name``."""
        return f"{self.module}:{self.qualname}"

    def __eq__(self, other: object) -> bool:
        """The same definition."""
        return isinstance(other, Class) and self.node is other.node

    def __hash__(self) -> int:
        """Agrees with equality."""
        return id(self.node)


@dataclass(frozen=True, slots=True)
class Module:
    """A module of the project, by its dotted name."""

    name: str


@dataclass(frozen=True, slots=True)
class External:
    """A name that belongs to a library: ``datetime.datetime``, ``anthropic.Anthropic``."""

    name: str
    written: str = field(default="", compare=False)
    """What it is called in the code that reads it."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A name of another module that nobody has asked for yet: the module need not be run."""

    module: str
    name: str
    at: Span = field(compare=False)
    """The import."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A method of the project bound to its object."""

    function: Function
    receiver: Value


@dataclass(frozen=True, slots=True)
class Super:
    """``super()`` in a method of the class with id `owner`."""

    receiver: Value
    owner: str


@dataclass(frozen=True, slots=True)
class Method:
    """A method of a built-in or library value: ``parts.append``, ``prompt.format``."""

    receiver: Value
    name: str


@dataclass(frozen=True, slots=True)
class Partial:
    """``functools.partial``: a callee with some of its arguments."""

    callee: Value
    args: tuple[Value, ...]
    keywords: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Client:
    """An Anthropic client."""

    platform: str
    """As the facts name it: ``anthropic``, ``bedrock``, ``bedrock_mantle``, …; empty if unknown."""
    confidence: Confidence
    """HIGH: seen to be constructed or annotated; MEDIUM: it is only named like one."""
    options: tuple[tuple[str, Value], ...] = ()
    """Keyword arguments of the constructor and of ``with_options``."""
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An attribute path on a client: ``messages``, ``beta.messages.create``."""

    client: Client
    path: tuple[str, ...]
