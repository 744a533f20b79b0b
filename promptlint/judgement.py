"""What do the rules say of a whole program, whoever asks? Not yet what of it is shown.

A run for one file and a run for everything judge the same program; only what they report differs.
"""

from __future__ import annotations

from dataclasses import dataclass

from promptlint.config import Config
from promptlint.diagnostic import INTERNAL, Diagnostic, Severity, Trouble
from promptlint.program import Program
from promptlint.result import Coverage, Result, SiteLine

__all__ = ["Judgement"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """Everything found out about a program."""

    diagnostics: tuple[Diagnostic, ...]
    """Those that no comment and no configuration silences; pedantic ones among them."""
    unused: tuple[Diagnostic, ...]
    """What is wrong with the ignore comments, if the whole program is reported."""
    sites: tuple[SiteLine, ...]
    """Every call site, in file order."""
    troubles: tuple[Trouble, ...]
    """Files that could not be read, and bugs of ours."""
    parsed: tuple[str, ...]
    """Files that were parsed because there could be a call in them."""

    @property
    def is_ours_to_mend(self) -> bool:
        """Whether a bug of ours has cost some of it."""
        return any(trouble.kind == INTERNAL for trouble in self.troubles)

    def result(self, program: Program, config: Config) -> Result:
        """What is reported of it: what has to do with the files selected, is bad and sure enough."""
        troubles = program.troubles_with(self.troubles, self.parsed)
        tidy = self.unused if program.whole and not troubles else ()
        shown = (
            one
            for one in (*self.diagnostics, *tidy)
            if _is_wanted(one, config) and any(map(program.shows, one.touched))
        )
        sites = tuple(one for one in self.sites if program.shows(one.span.path))
        files = sum(map(program.shows, program.paths))
        return Result(
            tuple(sorted(shown, key=lambda one: one.sort_key)),
            sites,
            Coverage.of(files, sites, program.unread(troubles)),
            troubles,
            0 if sites else sum(any(map(program.shows, site.reach)) for site in self.sites),
        )


def _is_wanted(diagnostic: Diagnostic, config: Config) -> bool:
    """Whether it is bad and sure enough."""
    if diagnostic.severity is Severity.PEDANTIC and not config.pedantic:
        return False
    return (
        max(diagnostic.severity, Severity.NOTE) >= config.min_severity
        and diagnostic.confidence >= config.min_confidence
    )
