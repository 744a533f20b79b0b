"""What was read? The requests of a program, how far they are known, and what stood in the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from promptlint.diagnostic import Trouble
from promptlint.evaluate.inquiry import Inquiry
from promptlint.evaluate.interpreter import PythonInterpreter
from promptlint.evaluate.project import Project
from promptlint.evaluate.shelf import Files
from promptlint.evaluate.summary import Summaries
from promptlint.facts import Facts
from promptlint.ignore import Ignore
from promptlint.lock import NAME, Lock, read_lock
from promptlint.parser import paused_collection
from promptlint.program import Program, Scan
from promptlint.request import Gap, Request
from promptlint.resolution import Resolution
from promptlint.result import ReasonLine, SiteLine
from promptlint.source import Source, Span
from promptlint.standpoint import Standpoint
from promptlint.suppress import find_ignores
from promptlint.survey import Survey, survey
from promptlint.trace import places

__all__ = ["Reading", "read_program"]


@dataclass(frozen=True, slots=True)
class Reading:
    """A program as far as it could be understood."""

    program: Program
    inquiry: Inquiry
    """What was asked of its files."""
    scan: Scan
    project: Project
    survey: Survey

    @property
    def is_relevant(self) -> bool:
        """Whether there is anything that a rule could speak of."""
        return bool(self.survey.requests or self.survey.headers or self.scan.mentions)

    def sites(self) -> Iterator[SiteLine]:
        """The call sites in file order, each with the outcome of all its requests."""
        by_place: dict[Span, list[Request]] = defaultdict(list)
        for request in self.survey.requests:
            by_place[request.site.span].append(request)
        for span, requests in sorted(by_place.items(), key=lambda item: item[0].sort_key):
            yield _site(span, requests)

    def found_troubles(self) -> tuple[Trouble, ...]:
        """What could not be read, as far as anyone asked for it."""
        return (*self.scan.troubles, *(one for each in self.project.troubles.values() for one in each))

    def troubles(self) -> tuple[Trouble, ...]:
        """What could not be read; fatal where the user gave the file by name."""
        return self.program.troubles_with(self.found_troubles(), self.scan.candidates)

    def ignores(self) -> tuple[Ignore, ...]:
        """Every ignore comment of the program, in file order."""
        sources = map(self.project.source, self.scan.mentions)
        return tuple(ignore for source in sources if source is not None for ignore in find_ignores(source))

    def unlocked(self) -> Lock:
        """The lock of the project without what is in it: where it lies, or would."""
        program = self.program
        path = f"{program.root.rstrip('/')}/{NAME}"
        return Lock(path.removeprefix(f"{program.base.rstrip('/')}/"), program.base, program.root)

    def lock(self) -> Lock | None:
        """What the project has frozen; None if nothing.

        Raises:
            PromptlintError: the file cannot be understood.

        """
        lock = self.unlocked()
        data = self.inquiry.fetch(lock.file)
        return None if isinstance(data, Trouble) else read_lock(data, lock)

    def source(self, path: str) -> Source | None:
        """The parsed file; None if it is no Python or does not parse."""
        return self.project.source(path) if path in self.program.paths else None

    def lines(self, path: str, cell: int | None) -> Sequence[str]:
        """The lines of a file, or of a cell of a notebook, without their ends."""
        return self.program.lines(path, cell, self.source(path))


def read_program(program: Program, facts: Facts) -> Reading:
    """Find the calls of a program and reconstruct what they send."""
    with paused_collection():
        inquiry = Inquiry(program.fetch, facts.calls.candidate)
        scan = program.scan(inquiry)
        files = Files(program.paths, inquiry, Standpoint(program.base, program.root or program.base))
        project = Project(files, facts, PythonInterpreter(), Summaries())
        return Reading(program, inquiry, scan, project, survey(project, scan.candidates))


_BEST_FIRST = (Resolution.FULL, Resolution.PARTIAL, Resolution.OPAQUE)


def _site(span: Span, requests: Sequence[Request]) -> SiteLine:
    """A call site is known as well as the worst of its requests; one that only forwards sends none."""
    known = [request.resolution for request in requests if request.resolution in _BEST_FIRST]
    reasons = {_reason(gap) for request in requests for gap in request.gaps}
    return SiteLine(
        span,
        " or ".join(sorted({request.site.method for request in requests})),
        tuple(sorted({model for request in requests for model in request.models})),
        max(known, key=_BEST_FIRST.index) if known else Resolution.FORWARDING,
        len(known),
        tuple(sorted(reasons)),
        tuple(sorted({at.path for request in requests for at in places(request)})),
    )


def _reason(gap: Gap) -> ReasonLine:
    unknown = gap.unknown
    kind = "gap" if gap.is_gap else "edge"
    return ReasonLine(kind, unknown.reason.value, unknown.at.path, unknown.at.line, unknown.name)
