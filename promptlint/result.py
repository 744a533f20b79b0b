"""What did a run find out? Diagnostics, call sites, coverage, troubles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from promptlint.diagnostic import Diagnostic, Severity, Trouble
from promptlint.resolution import Resolution
from promptlint.source import Span

__all__ = ["Coverage", "ReasonLine", "Result", "SiteLine"]


@dataclass(frozen=True, slots=True, order=True)
class ReasonLine:
    """Why something at a call site is not known, and where that begins."""

    kind: str
    """`edge` (the program ends there) or `gap` (we gave up)."""
    reason: str
    path: str
    line: int
    name: str = ""
    """The expression as a reader would call it."""


@dataclass(frozen=True, slots=True)
class SiteLine:
    """One call site and how much of it could be reconstructed."""

    span: Span
    method: str
    """``messages.create``; of an expression that may call several, all of them, joined by ``or``."""
    models: tuple[str, ...]
    resolution: Resolution
    requests: int
    """Different requests it was seen to send (one per group of equal callers)."""
    reasons: tuple[ReasonLine, ...]
    reach: tuple[str, ...] = ()
    """Files of which it sends something, sorted."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much was read: files, and call sites by resolution."""

    files: int
    """Files that are selected, read or not."""
    call_sites: int
    full: int
    partial: int
    opaque: int
    forwarding: int
    unread: int = 0
    """Of the files, those of which something could not be read; a cell of a notebook is enough."""

    @property
    def share(self) -> float | None:
        """Percent of the call sites, those that only forward left out, that are known in full.

        A file that could not be read counts as one more, of which nothing is known.
        """
        judged = self.call_sites - self.forwarding + self.unread
        return 100 * self.full / judged if judged else None

    @classmethod
    def of(cls, files: int, sites: Iterable[SiteLine], unread: int = 0) -> Coverage:
        """Count call sites by resolution."""
        counts = dict.fromkeys(Resolution, 0)
        for site in sites:
            counts[site.resolution] += 1
        return cls(
            files,
            sum(counts.values()),
            counts[Resolution.FULL],
            counts[Resolution.PARTIAL],
            counts[Resolution.OPAQUE],
            counts[Resolution.FORWARDING],
            unread,
        )


@dataclass(frozen=True, slots=True)
class Result:
    """Everything a report may print, sorted by file and place."""

    diagnostics: tuple[Diagnostic, ...]
    sites: tuple[SiteLine, ...]
    coverage: Coverage
    troubles: tuple[Trouble, ...]
    elsewhere: int = 0
    """Call sites in files that are not reported, which send something of those that are."""

    def worst(self) -> Severity | None:
        """The highest severity found; None without findings."""
        return max((diagnostic.severity for diagnostic in self.diagnostics), default=None)
