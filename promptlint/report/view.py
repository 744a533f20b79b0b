"""What does a report need beside the result? Source lines, cards, colour, width."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from promptlint.report.manual import RuleText

__all__ = ["WIDTH", "Lines", "View"]

WIDTH = 100
"""Columns of a report that is not printed to a terminal."""

Lines = Callable[[str, int | None], Sequence[str]]
"""The lines of a file, or of a notebook cell counted from 1; empty where it cannot be read."""


@dataclass(frozen=True, slots=True)
class View:
    """How a result is to be shown. Formats take from it what they need."""

    lines: Lines
    rule: Callable[[str], RuleText]
    """The card of a rule, by name."""
    version: str
    """Of promptlint itself."""
    pedantic: bool = False
    """Whether to name also what could not be followed."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """What the words for it mean."""
    color: bool = False
    width: int = WIDTH
