"""What is said to the reader? Severity, confidence, places with a sentence, edits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from promptlint.interval import DollarInterval, Interval
from promptlint.source import Span

__all__ = [
    "EACH_CALL",
    "Applicability",
    "Confidence",
    "Diagnostic",
    "Edit",
    "Fix",
    "Label",
    "MissReason",
    "Role",
    "Severity",
    "Trouble",
]


EACH_CALL = "at each call"
"""Every call writes again what is lost."""


class Severity(IntEnum):
    """How bad it is. `PEDANTIC` findings are shown only with ``--pedantic``, as notes."""

    PEDANTIC = 0
    NOTE = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """The word in every output: error, warning or note."""
        return "note" if self <= Severity.NOTE else self.name.lower()


class Confidence(IntEnum):
    """How sure we are that the finding is right, apart from how bad it is."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3

    @property
    def word(self) -> str:
        """high, medium or low."""
        return self.name.lower()


class MissReason(StrEnum):
    """What the API's cache diagnostics would call the miss (``diagnostics.cache_miss_reason``)."""

    MODEL = "model_changed"
    SYSTEM = "system_changed"
    TOOLS = "tools_changed"
    MESSAGES = "messages_changed"


class Role(StrEnum):
    """What a labelled place is to the finding."""

    SOURCE = "source"
    HOP = "hop"
    BLOCK = "block"
    BREAKPOINT = "breakpoint"
    CALL = "call"
    CALLER = "caller"


@dataclass(frozen=True, slots=True)
class Label:
    """One place of a finding and the sentence that belongs to it."""

    span: Span
    role: Role
    message: str


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the text of `span` by `content`."""

    span: Span
    content: str


class Applicability(StrEnum):
    """Whether a fix may be applied unasked."""

    SAFE = "safe"
    UNSAFE = "unsafe"


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that mend one finding."""

    applicability: Applicability
    title: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A finding in its reader's words: what every output format renders."""

    rule: str
    severity: Severity
    confidence: Confidence
    span: Span
    """The primary place: the expression that becomes prompt text."""
    message: str
    labels: tuple[Label, ...]
    """Related places in the order of the path: source, hops, block, breakpoints, call, callers."""
    instead: str
    """What to do, from the card; one paragraph."""
    call: Span | None
    """The call site that sends the request; None where the finding is about no single call."""
    function: str
    """Qualified name of the function around the call; ``<module>`` at top level."""
    callers: tuple[Span, ...]
    caller_count: int
    reason: MissReason | None
    tokens_lost: Interval | None
    """Tokens that are written again instead of read, at each call of `lost_at`."""
    fix: Fix | None
    fingerprint: str
    """Stable identity without line numbers: survives edits elsewhere in the file."""
    diff: tuple[str, ...] = ()
    """What changed in the prompt, as rows of a unified diff in which every unusual blank can be seen."""
    dollars_lost: DollarInterval | None = None
    """What `tokens_lost` cost, in US dollars per 1,000 calls of `lost_at`; None: no price is known."""
    lost_at: str = EACH_CALL
    """At which calls, in words: at each, or at the first of each minute."""
    reach: tuple[str, ...] = ()
    """The files of the requests that it is about, sorted."""

    @property
    def sort_key(self) -> tuple[object, ...]:
        """File order, then rule name."""
        return (self.span.sort_key, self.rule, self.fingerprint)

    @property
    def touched(self) -> frozenset[str]:
        """Every file that has part in it; one that is selected shows it."""
        return frozenset((self.span.path, *(label.span.path for label in self.labels), *self.reach))


INTERNAL = "internal"
"""The kind of a trouble that is our own bug and says nothing about the file."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that could not be read: a file that does not parse, a broken notebook."""

    path: str
    line: int | None
    kind: str
    """`syntax`, `newer-syntax`, `encoding`, `notebook`, `unreadable`, `too-deep`, `internal`."""
    message: str
    fatal: bool
    """Whether the run must exit with 2: the file was named by the user, or we have a bug."""
