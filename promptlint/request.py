"""What will the API be sent? One reconstructed Messages request.

tools → system → messages, in the order in which the cache hashes them. Nothing here is a
syntax node; a span is the way back to the code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from promptlint.diagnostic import Confidence, MissReason
from promptlint.evaluate.value import Condition, Edit, Hole, Literal, Text, Unknown, Value
from promptlint.interval import Interval
from promptlint.resolution import Resolution
from promptlint.source import Span

__all__ = [
    "Block",
    "CallSite",
    "Change",
    "Choice",
    "Decider",
    "Edit",
    "FanOut",
    "Gap",
    "Growth",
    "Item",
    "Level",
    "Marker",
    "Recurrence",
    "RecurrenceKind",
    "Repeat",
    "Request",
    "Rest",
]


class Level(IntEnum):
    """The three parts of a prompt, in the order in which they are hashed."""

    TOOLS = 0
    SYSTEM = 1
    MESSAGES = 2

    @property
    def word(self) -> str:
        """tools, system or messages."""
        return self.name.lower()

    @property
    def miss_reason(self) -> MissReason:
        """What the API would call a miss caused here."""
        return (MissReason.TOOLS, MissReason.SYSTEM, MissReason.MESSAGES)[self]


@dataclass(frozen=True, slots=True)
class Marker:
    """A ``cache_control`` as written, valid or not."""

    span: Span
    type: str | None
    """Its ``type``; None where that is missing or unknown."""
    ttl: str | None
    """``5m``, ``1h`` or what else is written; None where that is unknown or chosen."""
    conditions: tuple[tuple[Condition, int], ...] = ()
    """What must hold for it to be there; empty: always."""
    problem: str = ""
    """`type`, `ttl`, `shape` where the value as written would be rejected; empty: nothing wrong."""
    written: str = ""
    """The part of the value that is wrong, as it is written."""
    choices: tuple[tuple[str, tuple[tuple[Condition, int], ...]], ...] = ()
    """Lifetimes among which the program chooses, each with what must hold for it."""

    @property
    def lifetimes(self) -> tuple[tuple[str, tuple[tuple[Condition, int], ...]], ...]:
        """Each ``ttl`` that it is known to have, and what must hold for it beside `conditions`."""
        return self.choices if self.ttl is None else ((self.ttl, ()),)


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a prompt: a tool, a system block, or a content block of a message."""

    level: Level
    kind: str
    """Its ``type``: text, image, document, tool_use, tool_result, thinking, … or tool."""
    text: Text
    """What of it is prompt text, as sent."""
    span: Span
    marker: Marker | None = None
    role: str = ""
    """user, assistant or system; empty outside messages."""
    message: int = 0
    """Ordinal of its message among the items of the messages, from 0."""
    tail: bool = False
    """Added by this call to a conversation that outlives it: new at every call by right."""
    misplaced: tuple[tuple[str, Span], ...] = ()
    """Markers where the API does not take them: (`message`, `nested`, `string`), and where."""
    deferred: bool = False
    """A tool that is loaded only when a search finds it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several runs of items, decided by a condition."""

    condition: Condition
    alternatives: tuple[tuple[Item, ...], ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """Items of one shape, any number of times."""

    items: tuple[Item, ...]
    count: Interval
    over: Span | None = field(default=None, compare=False)
    """What decides the number: the iterable of the loop that makes them, or its test."""


@dataclass(frozen=True, slots=True)
class Rest:
    """Blocks that are not seen."""

    level: Level
    unknown: Unknown
    varying: Hole | None = None
    """What is shown to vary from call to call, and is all that is known of them."""


Item = Block | Choice | Repeat | Rest


@dataclass(frozen=True, slots=True)
class Gap:
    """One reason why something is not known: an edge of the program, or our limit."""

    unknown: Unknown

    @property
    def is_gap(self) -> bool:
        """Whether it lowers coverage."""
        return self.unknown.reason.is_gap


class RecurrenceKind(StrEnum):
    """What makes the same call be made again and again."""

    LOOP = "loop"
    """A loop around it, or around a call that leads to it; not one that only tries again."""
    HANDLER = "handler"
    """A function that a framework calls once per request."""
    CALLERS = "callers"
    """More than one call leads to it."""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """The evidence that a call is made again and again."""

    kind: RecurrenceKind
    span: Span
    """What the loop goes over, what makes the function a handler, or the second of the callers."""


class Growth(StrEnum):
    """How `messages` gets longer from one request to the next."""

    NONE = "none"
    """Not as far as is seen."""
    LOOP = "loop"
    """The loop around the call appends to it."""
    KEPT = "kept"
    """It belongs to an object or a module, and the function around the call appends to it."""


@dataclass(frozen=True, slots=True)
class Decider:
    """A value that decides a condition of the request, and is shown to vary from call to call."""

    condition: Condition
    by: Hole


@dataclass(frozen=True, slots=True)
class Change:
    """The model or a parameter that is shown to be another one from call to call."""

    part: str
    """``model``, ``tool_choice``, ``output_config.effort``, …"""
    at: Span
    """Where that is decided."""
    by: Hole
    """The value that decides it, or is it."""
    chosen: bool
    """A test decides which of several it is; else the value itself is sent."""


@dataclass(frozen=True, slots=True)
class FanOut:
    """The place that starts many requests of one kind at the same time."""

    span: Span
    """The loop, the comprehension or the call that starts them."""
    function: Span | None
    """The function around it; None for the body of a module."""
    warmed: bool
    """Another request was sent before, so that they find what it wrote."""


@dataclass(frozen=True, slots=True)
class CallSite:
    """The expression that sends the request."""

    span: Span
    function: str
    """Qualified name of the function around it; ``<module>`` at top level."""
    method: str
    """``messages.create``, ``beta.messages.stream``, ``messages.batches.create``, …"""
    platform: str
    """As `evaluate.value.Client.platform`."""
    confidence: Confidence
    callers: tuple[Span, ...] = ()
    """The calls through which it was reached, outermost first; empty: judged alone."""
    recurrence: Recurrence | None = None
    """Why it is made again and again; None: nothing shows that it is."""
    proxied: bool = False
    """The program names the server: what stands between may set markers of its own."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request that a call site sends."""

    site: CallSite
    models: tuple[str, ...]
    """Model ids it may be sent to; empty if unknown."""
    model_confidence: Confidence
    tools: tuple[Item, ...]
    system: tuple[Item, ...]
    messages: tuple[Item, ...]
    one_shot: bool
    """Whether `messages` is built whole for this call and not kept."""
    automatic: Marker | None
    """Top-level ``cache_control``."""
    parameters: Mapping[str, Value] = field(default_factory=dict)
    """Every other argument by its keyword."""
    headers: tuple[Literal, ...] = ()
    """Beta names given by ``betas=``, by headers of the call or of its client."""
    deciders: tuple[Decider, ...] = ()
    """What decides its conditions anew from call to call."""
    changes: tuple[Change, ...] = ()
    edits: tuple[Edit, ...] = ()
    """Changes of what `messages` held before, other than at its end."""
    fan_out: FanOut | None = None
    gaps: tuple[Gap, ...] = ()
    growth: Growth = Growth.NONE
    open: bool = False
    """Arguments are passed that are not seen; a top-level ``cache_control`` may be among them."""
    touched: bool = False
    """Code that is not seen had some of it in hand, and may have set markers or changed its length."""
    resolution: Resolution = Resolution.OPAQUE
