"""How much work may a run be? Budgets are counted in steps, so that the same code has the same result."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["IMPORT_CALL_STEPS", "MAX_CALLS", "MAX_STEPS", "MIN_SHARE", "SHARE", "Budget"]

MAX_STEPS = 40_000
"""Expressions and statements of one run. The message converters of frameworks take up to 25,000, and
what calls them up to half as much again."""
SHARE, MIN_SHARE = (7, 8), 300
"""A call may take seven eighths of what its caller has left, and always enough for a plain helper."""
IMPORT_CALL_STEPS = 3_000
"""Steps for one call in the body of a module: what fills tables is short, what starts a program is not."""
MAX_CALLS = 12
"""Calls into each other. Real prompt builders are seldom deeper than five."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How much work a run may be."""

    steps: int = MAX_STEPS
    longest: int = MAX_STEPS
    """Steps of one call at most."""
