"""Where does a value come from, when was it read, and why is it not known?"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from promptlint.interval import Interval
from promptlint.source import Span
from promptlint.variation import Epoch

if TYPE_CHECKING:
    from promptlint.evaluate.value import Hole, Param, Unknown

__all__ = ["ANY_SIZE", "NOW", "Condition", "Edit", "EditKind", "HopKind", "Origin", "Reading", "Reason"]


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


class EditKind(StrEnum):
    """What becomes of elements that stand in a sequence, other than at its end."""

    DROPPED = "dropped"
    """The oldest are left out: ``messages[-20:]``, ``messages.pop(0)``."""
    INSERTED = "inserted"
    """Another is put before them: ``messages.insert(0, …)``."""
    CHANGED = "changed"
    """They become others: an assignment to all but the last few."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of a sequence other than at its end."""

    kind: EditKind
    span: Span
    steady: bool
    """It comes with every call, once the sequence is long enough; else now and then, or nobody knows."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A deciding expression at one evaluation; equal keys are decided together."""

    key: Hashable
    span: Span = field(compare=False)
    text: str = field(default="", compare=False)
    """The expression as written."""
    asked: tuple[Hole | Param | Unknown, ...] = field(default=(), compare=False)
    """The run-time values that decide it, as far as they are seen."""


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
