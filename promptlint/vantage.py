"""How does a value look from the call that sends it?

A value read at import is the same for every call of a process; one read before the loop around
the call is the same for the whole conversation; and a name may tell what is otherwise unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from promptlint.diagnostic import Confidence
from promptlint.evaluate.value import (
    Choice,
    Hole,
    Literal,
    Param,
    Piece,
    Reading,
    Reason,
    Repeat,
    Text,
    Unknown,
)
from promptlint.facts import Names
from promptlint.interval import Interval
from promptlint.variation import Cause, Epoch, Kind, capped

__all__ = ["Vantage", "unresolved"]


def unresolved(value: Unknown | Param | Hole, uncalled: Reason = Reason.PARAMETER) -> Unknown:
    """An unknown that nobody explains any more: a parameter without callers is an edge.

    `uncalled` is the reason why no caller explains it.
    """
    match value:
        case Unknown(root=Param()) if uncalled is not Reason.PARAMETER:
            return replace(value, reason=uncalled)
        case Unknown():
            return value
        case Param(_, name, at, origin=origin):
            return Unknown(uncalled, name, at, value, origin=origin)
        case Hole(_, name, at, origin=origin):
            return Unknown(Reason.LIBRARY, name, at, origin=origin)


def _settled(value: Hole) -> Unknown:
    """What a loop that is over has left: how many rounds there were is not known."""
    return Unknown(Reason.CONSTRUCT, value.name, value.at, origin=value.origin)


@dataclass(frozen=True, slots=True)
class Vantage:
    """The call, as the place from which values are seen."""

    reading: Reading
    """When the call itself is made."""
    names: Names
    uncalled: Reason = Reason.PARAMETER
    """Why no caller explains a parameter."""
    fields: bool = True
    """Whether the name of a field tells what it holds: a field of a tool is a setting, whatever its name."""

    def text(self, value: Text) -> Text:
        """A text with every run-time value as seen from the call."""
        return Text(tuple(self._piece(piece) for piece in value.pieces))

    def _piece(self, piece: Piece) -> Piece:
        match piece:
            case Literal():
                return piece
            case Hole():
                seen = self.hole(piece)
                return seen if seen.causes or not piece.causes else _settled(piece)
            case Unknown() | Param():
                return self.unknown(piece)
            case Choice(condition, alternatives):
                return Choice(condition, tuple(self.text(a) for a in alternatives if isinstance(a, Text)))
            case Repeat(body, count, separator):
                return Repeat(self.text(body), count, separator)

    def unknown(self, value: Unknown | Param) -> Hole | Unknown:
        """An unknown value, or what its name says that it is."""
        cause = self.names.find(value.name) if self.fields or value.name.isidentifier() else None
        if cause is None:
            return unresolved(value, self.uncalled)
        reading = value.reading if isinstance(value, Unknown) else Reading(Epoch.CALL)
        named = Hole(
            frozenset({cause}),
            value.name,
            value.at,
            "",
            Interval(0, None),
            Confidence.MEDIUM,
            reading,
            value.origin,
        )
        return self.hole(named)

    def seen(self, value: Hole | Unknown | Param) -> Hole | None:
        """What is shown to vary from call to call; None: it is not known, or the same at every call."""
        found = self.hole(value) if isinstance(value, Hole) else self.unknown(value)
        if isinstance(found, Unknown) and found.root is not None:
            found = self.unknown(found.root)
        return found if isinstance(found, Hole) and found.causes else None

    def hole(self, value: Hole) -> Hole:
        """A run-time value whose causes are capped by when it was read."""
        epoch = self.epoch(value.reading)
        if epoch is Epoch.CALL and not any(cause.kind is Kind.ROUND for cause in value.causes):
            return value
        inside = any(loop in self.reading.loops for loop in value.reading.loops)
        causes = (self._in_loop(cause, inside=inside) for cause in value.causes)
        return replace(value, causes=frozenset(capped(cause, epoch) for cause in causes if cause is not None))

    def _in_loop(self, cause: Cause, *, inside: bool) -> Cause | None:
        """Once the loop is over, the round is what it is; a call in the loop sees each of them."""
        if cause.kind is not Kind.ROUND:
            return cause
        return Cause(Kind.CALL, cause.topic) if inside else None

    def epoch(self, read: Reading) -> Epoch:
        """How often, seen from the call, something read at `read` is read anew."""
        same_run = read.epoch is self.reading.epoch and read.owner == self.reading.owner
        if not same_run and read.epoch is not Epoch.CALL:
            return read.epoch
        outside = any(loop not in read.loops for loop in self.reading.loops)
        return Epoch.SESSION if outside else Epoch.CALL
