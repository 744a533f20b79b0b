"""What does an ignore comment say, and which lines does it speak for?"""

from __future__ import annotations

from dataclasses import dataclass

from promptlint.source import Span

__all__ = ["Ignore", "Position", "Unused"]

Position = tuple[int, int]
"""Cell of a notebook (0 in a file) and line, both counted from 1: ordered as they are read."""


@dataclass(frozen=True, slots=True)
class Ignore:
    """One ignore comment and the lines it covers."""

    at: Span
    """From the ``#`` to the end of its reason."""
    names: tuple[str, ...]
    """The rules as they are written; none: every rule."""
    reason: str
    first: Position
    last: Position | None
    """The last line covered; None: all that follow."""
    malformed: str = ""
    """The part that could not be understood. Names beside it still count."""
    inert: bool = False
    """Whether it covers nothing, because what matters of it could not be understood."""
    verb: str = "ignore"
    bare: bool = False
    """Whether its only name stands without brackets, at the head of the reason."""

    def covers(self, span: Span) -> bool:
        """Whether a finding that begins at `span` is silenced, if its rule is meant."""
        line = (span.cell or 0, span.line)
        inside = self.first <= line and (self.last is None or line <= self.last)
        return inside and not self.inert and span.path == self.at.path


@dataclass(frozen=True, slots=True)
class Unused:
    """What of an ignore comment silenced nothing."""

    ignore: Ignore
    names: tuple[str, ...]
    """Rules that ran and found nothing here; empty where the comment means every rule."""
    unknown: tuple[str, ...]
    """Names that no rule has."""
    entire: bool
    """Whether the comment means every rule and silenced nothing at all."""
    bracketed: str = ""
    """How to write it, where the name of a rule stands without its brackets."""
