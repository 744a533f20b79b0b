"""How often is a call made, and how often does it find its prefix in the cache?"""

from __future__ import annotations

import math
from dataclasses import dataclass

from promptlint.errors import PromptlintError

__all__ = ["SiteTraffic", "Traffic", "TrafficPlan", "checked_calls", "checked_share"]

SECONDS_AN_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Traffic:
    """What is assumed of one call site."""

    calls_per_hour: float = 100.0
    hit_rate: float = 0.9
    """Share of the calls, 0…1, that find in the cache what could be there: what is left is first
    calls, pauses longer than the entry lives, deployments, and users with prefixes of their own."""
    payload: int | None = None
    """Tokens that values of unknown size have together behind the last breakpoint; None: not known."""

    def steadiness(self, period: float | None) -> float:
        """The share of the calls, 0…1, before which something that changes has not changed.

        `period`: seconds from change to change; 0: at every call; None: it never changes. In each
        period the first call finds something new.
        """
        if period is None:
            return 1.0
        calls = period * self.calls_per_hour / SECONDS_AN_HOUR
        return 0.0 if calls <= 1 else 1.0 - 1.0 / calls


@dataclass(frozen=True, slots=True)
class SiteTraffic:
    """What is said of the call sites at one place; None: as everywhere."""

    path: str
    """The file, or the end of its path."""
    function: str
    """Qualified name of the function; empty: every function of the file."""
    where: str
    """``file:line``, where it is said."""
    calls_per_hour: float | None = None
    hit_rate: float | None = None
    payload: int | None = None

    @property
    def name(self) -> str:
        """As it is written: ``file:function``, or the file alone."""
        return f"{self.path}:{self.function}" if self.function else self.path

    def covers(self, path: str, function: str) -> bool:
        """Whether a call site in that function of that file is meant."""
        return f"/{path}".endswith(f"/{self.path}") and self.function in ("", function)


@dataclass(frozen=True, slots=True)
class TrafficPlan:
    """What is assumed of each call site."""

    everywhere: Traffic = Traffic()
    sites: tuple[SiteTraffic, ...] = ()

    def at(self, path: str, function: str) -> Traffic:
        """The traffic of a call site; the most exact of what was said about it counts."""
        found = self.everywhere
        exact = sorted(self.sites, key=lambda site: (bool(site.function), len(site.path)))
        for site in exact:
            if site.covers(path, function):
                found = Traffic(
                    found.calls_per_hour if site.calls_per_hour is None else site.calls_per_hour,
                    found.hit_rate if site.hit_rate is None else site.hit_rate,
                    found.payload if site.payload is None else site.payload,
                )
        return found


def checked_calls(calls: float, where: str) -> float:
    """The calls per hour, which are more than none.

    Raises:
        PromptlintError: they are not.

    """
    if not 0 < calls < math.inf:
        raise PromptlintError(f"{where}: {calls:g} is no number of calls an hour; give one above 0")
    return calls


def checked_share(percent: float, where: str) -> float:
    """The share that a percentage is.

    Raises:
        PromptlintError: it is no percentage, or looks like a share.

    """
    if not 0 <= percent <= 100:  # noqa: PLR2004  percent
        raise PromptlintError(f"{where}: {percent:g} is no percentage; give a number from 0 to 100")
    if 0 < percent < 1:
        raise PromptlintError(
            f"{where}: {percent:g} is less than one percent; write {percent * 100:g} for {percent * 100:g} %"
        )
    return percent / 100
