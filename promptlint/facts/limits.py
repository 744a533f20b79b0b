"""What does the Messages API take?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from promptlint.facts.sections import Sections

__all__ = ["Limits", "read_limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Numbers and words of cache markers."""

    breakpoints: int
    """Markers in one request, the automatic one included."""
    lifetimes: Mapping[str, float]
    """``ttl`` → seconds."""
    default_lifetime: str
    types: frozenset[str]
    unmarkable: frozenset[str]
    """Kinds of blocks that cannot carry a marker; automatic caching passes over them."""
    uncounted: frozenset[str]
    """Kinds of blocks whose tokens are not those of their text."""
    batch_price: float
    """What the prices of a batch are multiplied by."""
    look_back: int
    """Positions in which an entry is looked for, the breakpoint's own included."""
    joined: frozenset[str]
    """Kinds of blocks of which a run is one position …"""
    joined_on: frozenset[str]
    """… on these platforms; on others nobody says."""
    without_automatic: frozenset[str]
    """Platforms that know no top-level ``cache_control``."""


def read_limits(sections: Sections) -> Limits:
    """Section ``limits``; the last group counts."""
    required = (
        *("breakpoints", "lifetimes", "default_lifetime", "types", "unmarkable", "uncounted"),
        "batch_price",
        *("look_back", "joined", "joined_on", "without_automatic"),
    )
    *_, group = sections.groups("limits", required)
    return Limits(
        group["breakpoints"].integer(),
        {name: seconds.number() for name, seconds in group["lifetimes"].items()},
        group["default_lifetime"].string(),
        frozenset(group["types"].strings()),
        frozenset(group["unmarkable"].strings()),
        frozenset(group["uncounted"].strings()),
        group["batch_price"].number(),
        group["look_back"].integer(),
        frozenset(group["joined"].strings()),
        frozenset(group["joined_on"].strings()),
        frozenset(group["without_automatic"].strings()),
    )
