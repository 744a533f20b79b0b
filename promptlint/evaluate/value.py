"""What can an expression be, as far as the source tells?

A small closed family of immutable values. Mutable things (lists, dicts, instances) live in the
store and are named here by a `Ref`. Text is a sequence of pieces, so that one unknown in the
middle of a prompt leaves the rest of it known.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from types import EllipsisType

from promptlint.diagnostic import Confidence
from promptlint.evaluate.callable import (
    Bound,
    Class,
    Client,
    Declared,
    Endpoint,
    External,
    Frame,
    Function,
    Imported,
    Method,
    Module,
    Partial,
    Super,
)
from promptlint.evaluate.provenance import (
    ANY_SIZE,
    NOW,
    Condition,
    Edit,
    HopKind,
    Origin,
    Reading,
    Reason,
)
from promptlint.interval import Interval
from promptlint.source import Span
from promptlint.variation import Cause

__all__ = [
    "ANY_SIZE",
    "EMPTY",
    "NOW",
    "Address",
    "Bound",
    "Choice",
    "Class",
    "Client",
    "Condition",
    "Const",
    "Declared",
    "Edit",
    "Either",
    "Element",
    "Endpoint",
    "External",
    "FilePath",
    "Frame",
    "Function",
    "Handed",
    "Hole",
    "HopKind",
    "Imported",
    "Literal",
    "Many",
    "Method",
    "Module",
    "One",
    "Origin",
    "Param",
    "Partial",
    "Piece",
    "Reading",
    "Reason",
    "Ref",
    "Repeat",
    "Rest",
    "Super",
    "Template",
    "Text",
    "Tuple",
    "Unknown",
    "Value",
    "count_of",
    "hopped",
    "identity",
    "path_of",
    "text",
]


# -- values put in at run time ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hole:
    """A value known by where it comes from and how it varies; without causes it is always the same."""

    causes: frozenset[Cause]
    name: str
    """What a reader would call it: ``datetime.now()``, ``user_id``."""
    at: Span
    """The expression that becomes text; until it does, the expression that reads it."""
    type: str = ""
    """Python type where known: str, int, float, datetime, date, time, uuid."""
    size: Interval = ANY_SIZE
    """Characters."""
    confidence: Confidence = Confidence.HIGH
    reading: Reading = NOW
    origin: Origin | None = field(default=None, compare=False)
    layout: str = field(default="", compare=False)
    """How the text of a time is laid out, as directives of ``strftime`` with a fixed width."""
    declared: Declared | None = field(default=None, compare=False)
    """The annotation of the parameter or field that it is."""


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter of the function from which the evaluation started."""

    function: str
    """``module:qualified.name`` of its function."""
    name: str
    at: Span
    annotation: str = ""
    """Resolved dotted name of its annotation, where it has one."""
    origin: Origin | None = field(default=None, compare=False)
    declared: Declared | None = field(default=None, compare=False)
    """Its annotation."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that could not be followed, and why."""

    reason: Reason
    name: str
    """The expression as a reader would call it; its last part may tell what it is."""
    at: Span
    root: Param | None = None
    """The parameter from which it is derived: a caller may explain it."""
    reading: Reading = field(default=NOW, compare=False)
    origin: Origin | None = field(default=None, compare=False)
    path: str = field(default="", compare=False)
    """How it was reached, whatever that is written as: ``client.messages.create``."""
    most: int | None = field(default=None, compare=False)
    """How many elements it has at the most, where it was cut to so many: ``documents[:3]``."""
    edits: tuple[Edit, ...] = field(default=(), compare=False)
    """Of a sequence: what was changed of it, other than at its end."""


def count_of(value: Param | Unknown | Hole) -> Interval:
    """How many elements a sequence has of which nothing is seen."""
    return Interval(0, value.most if isinstance(value, Unknown) else None)


def path_of(value: Param | Unknown) -> str:
    """The access path by which an unknown value was reached, from its parameter or call on."""
    return value.name if isinstance(value, Param) else value.path or value.name


def identity(value: Param | Unknown) -> Hashable:
    """What tells one unknown value from another: two that are equal here are the same at run time."""
    if isinstance(value, Param):
        return ("param", value.function, value.name)
    if value.root is not None:
        return ("derived", value.root.function, value.path or (value.name, value.at))
    return ("unknown", value.origin.source.span if value.origin else value.at, value.path or value.name)


# -- text -----------------------------------------------------------------------------------

Names = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Literal:
    """Constant text and the place that holds it."""

    text: str
    span: Span | None = field(default=None, compare=False)
    names: Names = field(default=(), compare=False)
    """The constants through which it was reached, as ``PROMPT_VERSION``, each with its text."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """A piece of text that comes any number of times."""

    body: Text
    count: Interval
    separator: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values, decided by a condition; in a text all alternatives are texts."""

    condition: Condition
    alternatives: tuple[Value, ...]


Piece = Literal | Hole | Param | Unknown | Choice | Repeat


@dataclass(frozen=True, slots=True)
class Text:
    """A string: its pieces in order. No two neighbours are literals, no literal is empty."""

    pieces: tuple[Piece, ...]

    @property
    def constant(self) -> str | None:
        """The whole text where nothing in it is put in at run time."""
        match self.pieces:
            case ():
                return ""
            case (Literal(value),):
                return value
            case _:
                return None


EMPTY = Text(())


def text(value: str, span: Span | None = None, names: Names = ()) -> Text:
    """A constant text."""
    return Text((Literal(value, span, names),)) if value else EMPTY


# -- everything else --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Const:
    """None, a bool, a number, bytes, or Ellipsis."""

    value: bool | int | float | complex | bytes | EllipsisType | None

    def __eq__(self, other: object) -> bool:
        """``True`` and ``1`` are different constants, and so are ``1`` and ``1.0``."""
        return isinstance(other, Const) and _typed(self.value) == _typed(other.value)

    def __hash__(self) -> int:
        """Agrees with equality."""
        return hash(_typed(self.value))


def _typed(value: object) -> tuple[str, str]:
    return (type(value).__name__, repr(value))


@dataclass(frozen=True, slots=True)
class Tuple:
    """An immutable sequence."""

    elements: tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class Handed:
    """The allocation of an object that the program was handed: it is not known who made it."""

    key: Hashable
    """The `identity` of the value that names it."""
    value: Param | Unknown = field(compare=False)
    assigned: bool = False
    """The place itself, to which another value was assigned, rather than the object in it."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a mutable object lives: its allocation, told apart by context."""

    site: Hashable
    """The allocating node, or `Handed`."""
    context: int
    """Serial of the allocation; of the run, where the object was handed in."""
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Compute the hash once: every look-up asks for it again and again."""
        object.__setattr__(self, "_hash", hash((self.site, self.context)))

    def __hash__(self) -> int:
        """Agrees with equality."""
        return self._hash


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to an object in the store."""

    address: Address


@dataclass(frozen=True, slots=True)
class FilePath:
    """A ``pathlib.Path`` whose text is known, or an open file of that path."""

    path: str
    open: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """A template object: ``string.Template``, ``jinja2.Template``."""

    kind: str
    """`string` or `jinja`."""
    text: Text


Value = (
    Text
    | Const
    | Tuple
    | Ref
    | Function
    | Class
    | Module
    | External
    | Imported
    | FilePath
    | Template
    | Bound
    | Super
    | Method
    | Partial
    | Client
    | Endpoint
    | Choice
    | Hole
    | Param
    | Unknown
)


# -- elements of sequences ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class One:
    """One element."""

    value: Value


@dataclass(frozen=True, slots=True)
class Many:
    """Elements of one shape, any number of times."""

    elements: tuple[Element, ...]
    count: Interval
    over: Span | None = field(default=None, compare=False)
    """What decides the number: the iterable of the loop that makes them, or its test."""
    edits: tuple[Edit, ...] = field(default=(), compare=False)
    """What was changed of the sequence of which they are made, other than at its end."""


@dataclass(frozen=True, slots=True)
class Either:
    """One of several runs of elements."""

    condition: Condition
    alternatives: tuple[tuple[Element, ...], ...]


@dataclass(frozen=True, slots=True)
class Rest:
    """Elements that are not seen: ``*history``."""

    value: Unknown | Param | Hole


Element = One | Many | Either | Rest


def hopped(value: Value, kind: HopKind, span: Span, detail: str = "") -> Value:
    """The value with one more hop on the path of what is put in at run time.

    Only a bare run-time value records it: inside a text each hole keeps the path by which it
    got there.
    """
    match value:
        case Hole() | Param() | Unknown():
            last = value.origin
            if last is not None and last.span == span:
                return value
            return replace(value, origin=Origin(kind, span, detail, last))
        case Choice(condition, alternatives):
            return Choice(condition, tuple(hopped(a, kind, span, detail) for a in alternatives))
        case _:
            return value
