"""What does the whole project send? Every call site, judged through its callers where they decide."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from promptlint.callers import mentions
from promptlint.callsite import Record
from promptlint.diagnostic import INTERNAL, Trouble
from promptlint.evaluate.project import Project
from promptlint.evaluate.value import Reason
from promptlint.excerpt import Sighting
from promptlint.guard import Guard, guard_of
from promptlint.header import HeaderUse, header_uses
from promptlint.lower import depends_on, lower
from promptlint.meaning import meanings
from promptlint.request import Request
from promptlint.response import Response, annotated, responses
from promptlint.run import Runs, Sought
from promptlint.sameness import merged
from promptlint.scope import Scope, own_nodes, scopes
from promptlint.source import Source, Span
from promptlint.suspect import Suspicion, suspicion
from promptlint.unreached import Left, unreached

__all__ = ["Survey", "survey"]

MAX_HOPS = 6
"""Callers of callers: a request is seldom built over more than three functions."""
MAX_CONTEXTS = 32
"""Different callers of one call site that are told apart."""
MAX_SITE_STEPS = 60_000
"""Steps for all runs that one scope's call sites ask for: some seconds at the very most."""


@dataclass(frozen=True, slots=True)
class Survey:
    """All requests of a project, what becomes of their responses, and every place that switches a beta on."""

    requests: tuple[Request, ...]
    headers: tuple[HeaderUse, ...]
    responses: tuple[Response, ...]
    """Of every call site that is not in test code, and of parameters that are annotated as one."""
    usage_readers: tuple[str, ...]
    """Files, none of them tests, that name a count of cached tokens or a library that records them."""
    guards: Mapping[Span, Guard]
    """Of every call site that is not in test code."""
    unread: frozenset[str] = frozenset()
    """Files of which something could not be read."""
    tests: frozenset[str] = frozenset()
    """Files that hold tests."""


MAX_DEPTH = 6_000
"""Frames of the running interpreter: twelve calls of the program read take some three thousand."""


@contextmanager
def deep() -> Iterator[None]:
    """Let the evaluator recurse as deep as the code that it follows is nested."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, MAX_DEPTH))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def survey(project: Project, candidates: Sequence[str]) -> Survey:
    """Every request of the candidate files, in file order."""
    with deep():
        return _survey(project, candidates)


def _survey(project: Project, candidates: Sequence[str]) -> Survey:
    first = _First(project)
    for path in sorted(candidates):
        first.look(path)
    found = first.suspects()
    ids = frozenset(id(sighting.node) for _, seen in found for sighting in seen)
    runs = Runs(project, ids)
    requests = [
        request
        for source, seen in found
        for scope in scopes(source, seen)
        for request in _guarded(project, runs, scope)
    ]
    tests = project.tests
    sites = [request.site for request in requests if request.site.span.path not in tests]
    told = project.facts.responses
    readers = tuple(project.holding(told.readers, told.recorders) if sites else ())
    return Survey(
        merged(requests),
        tuple(first.headers),
        (*responses(project, sites, tests), *annotated(project, readers, tests)),
        readers,
        {span: guard_of(project, span, tests) for span in {site.span: None for site in sites}},
        frozenset(project.troubles),
        tests,
    )


@dataclass(slots=True)
class _First:
    """The first look at the candidates; a file in which nothing is suspected is put away again."""

    project: Project
    headers: list[HeaderUse] = field(default_factory=list)
    suspected: dict[str, Suspicion] = field(default_factory=dict)
    quiet: list[str] = field(default_factory=list)

    def look(self, path: str) -> None:
        """Parse a file and take down what is suspected in it."""
        source = self.project.source(path)
        if source is None:
            return
        calls = self.project.facts.calls
        self.headers += header_uses(source, calls)
        seen = suspicion(source, calls)
        if seen.aliases or any(seen.suspects(frozenset())):
            self.suspected[path] = seen
        else:
            self.quiet.append(path)

    def suspects(self) -> list[tuple[Source, tuple[Sighting, ...]]]:
        """What is suspected in each file, in file order, now that the aliases of all are known."""
        aliases = frozenset[str]().union(*(each.aliases for each in self.suspected.values()))
        for path in self.quiet if aliases else ():
            text = self.project.read(path) or ""
            source = self.project.source(path) if any(name in text for name in aliases) else None
            if source is not None:
                self.suspected[path] = suspicion(source, self.project.facts.calls)
        found = ((each.source, tuple(each.suspects(aliases))) for _, each in sorted(self.suspected.items()))
        return [(source, seen) for source, seen in found if seen]


def _guarded(project: Project, runs: Runs, scope: Scope) -> list[Request]:
    """The requests of one scope. A bug in following it must not cost those of the others."""
    try:
        return list(_requests(project, runs, scope))
    except Exception as error:  # noqa: BLE001  a bug becomes a message, and the call sites opaque
        line = scope.node.lineno if scope.node is not None else None
        said = f"following `{scope.qualname}` failed: {type(error).__name__}: {error}; please report this"
        trouble = Trouble(scope.path, line, INTERNAL, said, fatal=True)
        project.troubles[scope.path] = (*project.troubles.get(scope.path, ()), trouble)
        return list(
            unreached(
                scope.source, Left(own_nodes(scope)), scope.qualname, project.facts.calls, project.syntax
            )
        )


def _requests(project: Project, runs: Runs, scope: Scope) -> Iterator[Request]:
    """The requests that the call sites of one scope send."""
    own = own_nodes(scope)
    search = Search(project, runs, own)
    suspected = Sought(own & runs.suspected)
    begin, (records, _) = scope, search.run(scope, suspected)
    if scope.outer is not None:
        through, _ = search.run(scope.outer, suspected)
        begin, records = (scope.outer, through) if through else (begin, records)
    yield from search.through_callers(begin, records, 0)
    left = Left(own - search.met, search.unclear - search.met)
    yield from unreached(scope.source, left, scope.qualname, project.facts.calls, project.syntax)


@dataclass(slots=True)
class Search:
    """Who sends what through the call sites of one scope, as far as its budget goes."""

    project: Project
    runs: Runs
    wanted: frozenset[int]
    """Ids of the nodes of the scope."""
    steps_left: int = MAX_SITE_STEPS
    contexts_left: int = MAX_CONTEXTS
    entered: set[tuple[ast.AST, ...]] = field(default_factory=set)
    """Callers that have been run."""
    met: set[int] = field(default_factory=set)
    """Ids of the callees of all calls of which the runs could tell what is called."""
    unclear: set[int] = field(default_factory=set)
    """Ids of the callees of those of which they could not."""

    def run(self, scope: Scope, sought: Sought) -> tuple[list[Record], bool]:
        """The requests sent by the wanted nodes when a scope is run from its beginning.

        And whether it came to what was sought, if anything in it does.
        """
        if self.steps_left <= 0:
            return [], False
        run = self.runs.of(scope, sought)
        self.steps_left -= run.steps
        self.met |= run.met
        self.unclear |= run.unclear
        seen = (record.seen_from(self.wanted) for record in run.records)
        return [record for record in seen if record is not None], run.finds(sought)

    def through_callers(self, scope: Scope, records: Sequence[Record], hops: int) -> Iterator[Request]:
        """The records as they are, or as each caller of the scope makes them."""
        open_ = [record for record in records if depends_on(record, scope.ids)]
        for record in records:
            if record not in open_:
                yield from lower(record)
        missing = {id(record.node) for record in open_}
        sites = frozenset(missing)
        left = lost = False
        entered = frozenset(id(function.node) for record in open_ for function in record.stack)
        for caller, spelled in callers(self.project, scope) if open_ and scope.name else ():
            if caller.chain in self.entered:
                continue
            if self.contexts_left <= 0 or self.steps_left <= 0 or hops >= MAX_HOPS:
                left = True
                break
            self.entered.add(caller.chain)
            records, told = self.run(caller, Sought(spelled, entered))
            passing = [r for r in records if id(r.node) in sites and _passed(scope, r)]
            lost = lost or not (passing or told)
            if passing:
                missing.difference_update(id(record.node) for record in passing)
                self.contexts_left -= 1
                yield from self.through_callers(caller, passing, hops + 1)
        reason = Reason.CALLERS if left else Reason.BUDGET if lost else Reason.PARAMETER
        for record in open_:
            if left or lost or id(record.node) in missing:
                yield from lower(replace(record, uncalled=reason))


def _passed(scope: Scope, record: Record) -> bool:
    """Whether a run came to a call through a scope."""
    return any(function.node is scope.node for function in record.stack)


def callers(project: Project, scope: Scope) -> Iterator[tuple[Scope, frozenset[int]]]:
    """Scopes that may call the scope by its name, with the ids of the nodes that spell it.

    Whether they do shows when they are run.
    """
    for path, name in mentions(project, scope.path, scope.chain):
        source = project.source(path)
        meant = [] if source is None else meanings(project, scope, source, name)
        for caller in scopes(source, meant) if source is not None else ():
            yield caller, frozenset(id(each.node) for each in meant if each.chain == caller.chain)
