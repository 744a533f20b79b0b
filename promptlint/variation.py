"""How does a value differ from one call to the next?

A variation is a set of causes; the empty set is a constant. Unknown is not a variation:
it stands outside and carries a reason of its own (`evaluate.value.Unknown`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from promptlint.diagnostic import Severity

__all__ = [
    "DAY",
    "FIVE_MINUTES",
    "HOUR",
    "MINUTE",
    "Cause",
    "Epoch",
    "Kind",
    "Topic",
    "capped",
    "coarsened",
    "severity",
]

MINUTE, FIVE_MINUTES, HOUR, DAY = 60.0, 300.0, 3600.0, 86400.0


class Kind(StrEnum):
    """When a value takes another value."""

    CALL = "call"
    """At every call."""
    ROUND = "round"
    """With each round of a loop; seen from a call in that loop, at every call."""
    CLOCK = "clock"
    """When `Cause.period` seconds have passed."""
    USER = "user"
    SESSION = "session"
    """With each conversation or long-lived object."""
    PROCESS = "process"
    """When the program is started again."""
    DEPLOY = "deploy"
    """With a release: environment, settings, files that ship with the code."""
    ORDER_CALL = "order(call)"
    """The same parts in another order at every call."""
    ORDER_PROCESS = "order(process)"
    """Another order in another process: string hashes are seeded."""
    ORDER_FILESYSTEM = "order(filesystem)"
    """The order in which a file system lists its entries."""


class Topic(StrEnum):
    """What the value tells; decides which rule speaks of it."""

    CLOCK = "clock"
    RANDOM = "random"
    IDENTITY = "identity"
    REQUEST = "request"
    ORDER = "order"
    PROCESS = "process"
    DEPLOY = "deploy"
    ROUND = "round"
    """Which round of a loop it is."""


class Epoch(StrEnum):
    """When a value was read, seen from the call that sends it."""

    CALL = "call"
    SESSION = "session"
    """Once per conversation: in ``__init__``, or before the loop around the call."""
    PROCESS = "process"
    """Once per process: at import, in a default argument, in a zero-argument cached function."""


@dataclass(frozen=True, slots=True, order=True)
class Cause:
    """One reason why a value differs between two calls."""

    kind: Kind
    topic: Topic
    period: float = 0.0
    """Seconds between two values of a clock; 0 for every other kind."""


_OFTENER_THAN_SESSION = {Kind.CALL, Kind.ROUND, Kind.CLOCK, Kind.ORDER_CALL}
_OFTENER_THAN_PROCESS = {Kind.CALL, Kind.ROUND, Kind.CLOCK, Kind.USER, Kind.SESSION}


def capped(cause: Cause, epoch: Epoch) -> Cause:
    """The cause as seen by a call, when the value was read only once per `epoch`.

    >>> capped(Cause(Kind.CLOCK, Topic.CLOCK, 1.0), Epoch.PROCESS).kind
    <Kind.PROCESS: 'process'>
    """
    match epoch:
        case Epoch.CALL:
            return cause
        case Epoch.SESSION:
            if cause.kind in _OFTENER_THAN_SESSION:
                return Cause(Kind.SESSION, cause.topic)
            return cause
        case Epoch.PROCESS:
            if cause.kind is Kind.ORDER_CALL:
                return Cause(Kind.ORDER_PROCESS, cause.topic)
            if cause.kind in _OFTENER_THAN_PROCESS:
                return Cause(Kind.PROCESS, cause.topic)
            return cause


def coarsened(cause: Cause, period: float) -> Cause:
    """The cause after a clock was rounded to `period` seconds; other causes are unchanged."""
    if cause.kind is Kind.CLOCK and period > cause.period:
        return Cause(Kind.CLOCK, cause.topic, period)
    return cause


def severity(cause: Cause, ttl: float) -> Severity | None:
    """How bad the cause is at a breakpoint that lives `ttl` seconds; None is silent.

    Identity (`Kind.USER`) is `PEDANTIC` here: whether splitting the block would help is a
    question about the entry, which the request answers.
    """
    match cause.kind:
        case Kind.CALL | Kind.ORDER_CALL:
            return Severity.ERROR
        case Kind.CLOCK:
            if cause.period <= MINUTE:
                return Severity.ERROR
            return Severity.WARNING if cause.period < ttl else Severity.NOTE
        case Kind.ORDER_PROCESS:
            return Severity.WARNING
        case Kind.ORDER_FILESYSTEM | Kind.PROCESS:
            return Severity.NOTE
        case Kind.USER | Kind.SESSION:
            return Severity.PEDANTIC
        case Kind.DEPLOY | Kind.ROUND:
            return None
