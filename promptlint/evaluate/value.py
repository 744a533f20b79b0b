"""What can an expression be, as far as the source tells?

A small closed family of immutable values. Mutable things (lists, dicts, instances) live in the
store and are named here by a `Ref`. Text is a sequence of pieces, so that one unknown in the
middle of a prompt leaves the rest of it known.
"""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import EllipsisType

from promptlint.diagnostic import Confidence, Interval
from promptlint.source import Source, Span
from promptlint.variation import Cause, Epoch

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
    "hopped",
    "identity",
    "path_of",
    "pieces",
    "text",
]


class HopKind(StrEnum):
    """How a value went on from one place to the next."""

    READ = "read"
    """Where it comes from: the clock is read, the id is made."""
    ASSIGNED = "assigned"
    PASSED = "passed"
    RETURNED = "returned"
    STORED = "stored"
    """Put into an attribute, a list or a dict."""
    IMPORTED = "imported"
    CONVERTED = "converted"
    """Formatted, cut, joined: another value made of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """The path by which a value came, newest hop first; a shared cons cell."""

    kind: HopKind
    span: Span
    detail: str = ""
    """The name or callee at this hop, for its sentence."""
    parent: Origin | None = None

    def path(self) -> tuple[Origin, ...]:
        """Every hop, the source first."""
        hops: list[Origin] = []
        hop: Origin | None = self
        while hop is not None:
            hops.append(hop)
            hop = hop.parent
        return tuple(reversed(hops))

    @property
    def source(self) -> Origin:
        """The hop at which the value was read."""
        hop = self
        while hop.parent is not None:
            hop = hop.parent
        return hop


class Reason(StrEnum):
    """Why a value is unknown: an *edge* of the program, or a *gap* in what we can follow."""

    PARAMETER = "uncalled-parameter"
    LIBRARY = "library"
    NETWORK = "network"
    DATABASE = "database"
    FILE = "file"
    """A file that is not in the repository, or whose path is not known."""
    INPUT = "input"
    HISTORY = "history"
    """What earlier activations put into a list or attribute that outlives the call."""
    ATTRIBUTE = "attribute"
    """An attribute of an object that the program is handed."""
    CONSTRUCT = "construct"
    DYNAMIC = "dynamic"
    """`getattr` with a computed name, `exec`, `globals()`, a computed key."""
    RECEIVER = "receiver-unknown"
    NAME = "unresolved-name"
    IMPORT = "import-cycle"
    DECORATOR = "unknown-decorator"
    REBOUND = "rebound-global"
    RECURSION = "recursion"
    BUDGET = "budget"
    CALLERS = "too-many-callers"

    @property
    def is_gap(self) -> bool:
        """Whether we gave up (lowers coverage), rather than the program ending here."""
        return self in _GAPS


_GAPS = frozenset(
    {
        Reason.CONSTRUCT,
        Reason.DYNAMIC,
        Reason.RECEIVER,
        Reason.NAME,
        Reason.IMPORT,
        Reason.DECORATOR,
        Reason.REBOUND,
        Reason.RECURSION,
        Reason.BUDGET,
        Reason.CALLERS,
    }
)


@dataclass(frozen=True, slots=True)
class Condition:
    """A deciding expression at one evaluation; equal keys are decided together."""

    key: Hashable
    span: Span = field(compare=False)
    text: str = field(default="", compare=False)
    """The expression as written."""


@dataclass(frozen=True, slots=True)
class Reading:
    """When a value was read: what the distance to the call is measured from."""

    epoch: Epoch
    owner: str = ""
    """Module or class whose body was being run; a call in the same run is no distance away."""
    loops: tuple[int, ...] = ()
    """The loops that were running, outermost first."""


ANY_SIZE = Interval(0, None)
NOW = Reading(Epoch.CALL)


# -- values put in at run time ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hole:
    """A value known by where it comes from and how it varies, not by what it is.

    No causes: it is the same at every call, though its text is not known.
    """

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


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter of the function from which the evaluation started."""

    function: str
    """``module:qualified.name`` of its function."""
    name: str
    at: Span
    annotation: str = ""
    """Resolved dotted name of its annotation, where it has one."""
    default: Value | None = field(default=None, compare=False)
    origin: Origin | None = field(default=None, compare=False)


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


@dataclass(frozen=True, slots=True)
class Literal:
    """Constant text and the place that holds it."""

    text: str
    span: Span | None = field(default=None, compare=False)
    name: str = field(default="", compare=False)
    """The constant's name if it was reached through one: ``PROMPT_VERSION``."""


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


def text(value: str, span: Span | None = None, name: str = "") -> Text:
    """A constant text."""
    return Text((Literal(value, span, name),)) if value else EMPTY


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


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to an object in the store."""

    address: Address


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


@dataclass(frozen=True, slots=True, eq=False)
class Class:
    """A class of the project."""

    node: ast.ClassDef
    source: Source
    module: str
    qualname: str
    bases: tuple[Value, ...]
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
    """``anthropic``, ``bedrock``, ``vertex``, ``foundry``, ``aws``, ``google_cloud``; empty if unknown."""
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


def pieces(value: Text) -> Iterator[Piece]:
    """Every piece of a text, also those inside choices and repeats, in order."""
    for piece in value.pieces:
        yield piece
        match piece:
            case Choice(_, alternatives):
                for alternative in alternatives:
                    if isinstance(alternative, Text):
                        yield from pieces(alternative)
            case Repeat(body):
                yield from pieces(body)
