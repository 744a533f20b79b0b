"""What was read? The requests of a program, how far they are known, and what stood in the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from promptlint.diagnostic import INTERNAL, Trouble
from promptlint.evaluate.interpreter import PythonInterpreter
from promptlint.evaluate.project import Project
from promptlint.evaluate.shelf import Files
from promptlint.evaluate.summary import Summaries
from promptlint.facts import Facts
from promptlint.ignore import Ignore
from promptlint.lock import NAME, Lock, read_lock
from promptlint.parser import paused_collection, read_source
from promptlint.program import Program, Scan
from promptlint.request import Gap, Request, Resolution
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
    scan: Scan
    project: Project
    survey: Survey

    @property
    def is_relevant(self) -> bool:
        """Whether there is anything that a rule could speak of."""
        return bool(self.survey.requests or self.survey.headers or self.scan.mentions)

    def sites(self) -> Iterator[SiteLine]:
        """The call sites that are reported, in file order, each with the outcome of all its requests."""
        by_place: dict[Span, list[Request]] = defaultdict(list)
        for request in self.survey.requests:
            if self.program.shows(request.site.span.path):
                by_place[request.site.span].append(request)
        for span, requests in sorted(by_place.items(), key=lambda item: item[0].sort_key):
            yield _site(span, requests)

    def elsewhere(self) -> int:
        """How many call sites that are not reported send something of a file that is."""
        shows = self.program.shows
        return len(
            {
                request.site.span
                for request in self.survey.requests
                if not shows(request.site.span.path) and any(shows(at.path) for at in places(request))
            }
        )

    def troubles(self) -> tuple[Trouble, ...]:
        """What could not be read; fatal where the user gave the file by name."""
        read = [*self.scan.troubles, *(one for each in self.project.troubles.values() for one in each)]
        read += self._named_troubles()
        judged = {replace(one, fatal=one.fatal or one.path in self.program.named) for one in read}
        found = {*self.program.troubles, *judged}
        return tuple(sorted(found, key=lambda one: (one.path, one.line or 0, one.kind, one.message)))

    def unread(self) -> int:
        """How many of the selected files could not be read, or only in part."""
        listed = set(self.program.paths)
        paths = {one.path for one in self.troubles() if one.kind != INTERNAL}
        return sum(map(self.program.shows, paths & listed))

    def _named_troubles(self) -> Iterator[Trouble]:
        """A file given by name has to parse, though nothing in it looks like a call."""
        known = {*self.scan.candidates, *self.project.troubles, *(one.path for one in self.scan.troubles)}
        for path in self.program.paths:
            data = self.program.read(path) if path in self.program.named and path not in known else None
            yield from () if data is None else read_source(path, data).troubles

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
        data = self.program.fetch(lock.file)
        return None if isinstance(data, Trouble) else read_lock(data, lock)

    def source(self, path: str) -> Source | None:
        """The parsed file; None if it is no Python or does not parse."""
        return self.project.source(path) if path in self.program.paths else None

    def lines(self, path: str, cell: int | None) -> Sequence[str]:
        """The lines of a file, or of a cell of a notebook, without their ends."""
        source = self.source(path)
        return tuple(self.program.lines(path)) if source is None else source.written(cell)


def read_program(program: Program, facts: Facts) -> Reading:
    """Find the calls of a program and reconstruct what they send."""
    with paused_collection():
        scan = program.scan(facts.calls.candidate)
        files = Files(program.paths, program.read, Standpoint(program.base, program.root or program.base))
        project = Project(files, facts, PythonInterpreter(), Summaries())
        return Reading(program, scan, project, survey(project, scan.candidates))


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
    )


def _reason(gap: Gap) -> ReasonLine:
    unknown = gap.unknown
    kind = "gap" if gap.is_gap else "edge"
    return ReasonLine(kind, unknown.reason.value, unknown.at.path, unknown.at.line, unknown.name)
