"""What is a rule? A card that people read and a check that finds.

This module holds what a check yields (`Finding`) and what a card says (`Card`), and loads cards
from YAML strictly: an unknown key is an error with ``file:line``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from promptlint.diagnostic import Confidence, Interval, MissReason, Role, Severity
from promptlint.request import Request
from promptlint.source import Span

__all__ = ["Finding", "Place"]


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a finding and the words that fill its sentence."""

    role: Role
    span: Span
    label: str = ""
    """Key of the sentence in the card's ``labels``; empty: the one named like the role."""
    values: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: places and values, no English."""

    at: Span
    """The primary place."""
    severity: Severity
    confidence: Confidence
    request: Request | None
    values: Mapping[str, str]
    """Fill the placeholders of the card's message."""
    places: tuple[Place, ...] = ()
    source: Span | None = None
    """Where the value was read; with `at` it makes the identity of the finding."""
    reason: MissReason | None = None
    tokens_lost: Interval | None = None
