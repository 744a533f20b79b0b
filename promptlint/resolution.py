"""How far is a call site known?"""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Resolution"]


class Resolution(StrEnum):
    """How much of a call site could be reconstructed."""

    FULL = "full"
    PARTIAL = "partial"
    OPAQUE = "opaque"
    FORWARDING = "forwarding"
