"""What does the whole project send? Every call site, judged through its callers where they decide."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace

from promptlint.callers import is_test, mentions
from promptlint.callsite import Record, Recorder
from promptlint.diagnostic import Trouble
from promptlint.evaluate.entering import enter
from promptlint.evaluate.evaluation import MAX_STEPS, Evaluation, Exhausted
from promptlint.evaluate.project import Project
from promptlint.evaluate.store import State, Store
from promptlint.evaluate.value import Class, Function, Reading, Reason, Value
from promptlint.excerpt import Chain, Definition, Sighting, excerpt, reads
from promptlint.guard import Guard, guard_of
from promptlint.header import HeaderUse, header_uses
from promptlint.lower import depends_on, lower
from promptlint.request import Request
from promptlint.response import Response, annotated, responses
from promptlint.sameness import merged
from promptlint.source import Source, Span
from promptlint.suspect import Suspicion, suspicion
from promptlint.unreached import Left, unreached
from promptlint.variation import Epoch

__all__ = ["Survey", "survey"]

MAX_HOPS = 6
"""Callers of callers: a request is seldom built over more than three functions."""
MAX_CONTEXTS = 32
"""Different callers of one call site that are told apart."""
MAX_SITE_STEPS = 30_000
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


@dataclass(frozen=True, slots=True)
class Scope:
    """A function, method or module body, by the definitions that enclose it, outermost first."""

    source: Source
    chain: Chain

    @property
    def path(self) -> str:
        """Its file."""
        return self.source.path

    @property
    def node(self) -> Definition | None:
        """The innermost definition; None for the module body."""
        return self.chain[-1] if self.chain else None

    @property
    def outer(self) -> Scope | None:
        """The function in which this one is defined; None if it is not nested in one."""
        inside = [i for i, node in enumerate(self.chain[:-1]) if not isinstance(node, ast.ClassDef)]
        return Scope(self.source, self.chain[: inside[-1] + 1]) if inside else None

    @property
    def qualname(self) -> str:
        """Its qualified name; ``<module>`` for a module body."""
        return ".".join(node.name for node in self.chain if isinstance(node, Definition)) or "<module>"

    @property
    def ids(self) -> frozenset[str]:
        """``module:qualified.name`` of the function, and of the ``__init__`` of its class."""
        names = [node.name for node in self.chain if isinstance(node, Definition)]
        own = f"{self.path}:{'.'.join(names)}"
        if len(self.chain) > 1 and isinstance(self.chain[-2], ast.ClassDef):
            return frozenset({own, f"{self.path}:{'.'.join((*names[:-1], '__init__'))}"})
        return frozenset({own})

    @property
    def name(self) -> str:
        """The name by which it is called; empty for a module body."""
        node = self.node
        return node.name if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else ""


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
    requests = [
        request
        for source, seen in found
        for scope in scopes(source, seen)
        for request in _guarded(project, scope, ids)
    ]
    sites = [request.site for request in requests if not is_test(request.site.span.path)]
    tests = frozenset(filter(is_test, project.paths))
    named = project.holding(project.facts.responses.readers) if sites else ()
    readers = tuple(path for path in named if path not in tests)
    return Survey(
        merged(requests),
        tuple(first.headers),
        (*responses(project, sites, tests), *annotated(project, readers, tests)),
        readers,
        {span: guard_of(project, span, tests) for span in {site.span: None for site in sites}},
        frozenset(project.troubles),
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


def scopes(source: Source, seen: Iterable[Sighting]) -> list[Scope]:
    """The definitions around some names and attributes, each once, in file order."""
    found = {tuple(map(id, each.chain)): Scope(source, each.chain) for each in seen}
    return sorted(found.values(), key=lambda scope: [node.lineno for node in scope.chain])


def _guarded(project: Project, scope: Scope, suspected: frozenset[int]) -> list[Request]:
    """The requests of one scope. A bug in following it must not cost those of the others."""
    try:
        return list(_requests(project, scope, suspected))
    except Exception as error:  # noqa: BLE001  a bug becomes a message, and the call sites opaque
        line = scope.node.lineno if scope.node is not None else None
        said = f"following `{scope.qualname}` failed: {type(error).__name__}: {error}; please report this"
        trouble = Trouble(scope.path, line, "internal", said, fatal=True)
        project.troubles[scope.path] = (*project.troubles.get(scope.path, ()), trouble)
        return list(
            unreached(
                scope.source, Left(own_nodes(scope)), scope.qualname, project.facts.calls, project.syntax
            )
        )


def _requests(project: Project, scope: Scope, suspected: frozenset[int]) -> Iterator[Request]:
    """The requests that the call sites of one scope send."""
    own = own_nodes(scope)
    search = Search(project, own, suspected)
    records = search.run(scope)
    outer = scope.outer
    through = search.run(outer) if outer is not None else []
    begin, records = (outer, through) if outer is not None and through else (scope, records)
    yield from search.through_callers(begin, records, 0)
    left = Left(own - search.met, search.unclear - search.met)
    yield from unreached(scope.source, left, scope.qualname, project.facts.calls, project.syntax)


def own_nodes(scope: Scope) -> frozenset[int]:
    """The nodes of a scope, by id; those of definitions inside it left out."""
    root: ast.AST = scope.node or scope.source.tree
    found: set[int] = set()
    waiting = list(ast.iter_child_nodes(root))
    while waiting:
        node = waiting.pop()
        found.add(id(node))
        if not isinstance(node, Definition):
            waiting.extend(ast.iter_child_nodes(node))
    return frozenset(found)


@dataclass(slots=True)
class Search:
    """Who sends what through the call sites of one scope, as far as its budget goes."""

    project: Project
    wanted: frozenset[int]
    """Ids of the nodes of the scope."""
    suspected: frozenset[int]
    """Ids of the nodes of every scope that may name a method that sends."""
    steps_left: int = MAX_SITE_STEPS
    contexts_left: int = MAX_CONTEXTS
    entered: set[tuple[ast.AST, ...]] = field(default_factory=set)
    """Callers that have been run."""
    met: set[int] = field(default_factory=set)
    """Ids of the callees of all calls of which the runs could tell what is called."""
    unclear: set[int] = field(default_factory=set)
    """Ids of the callees of those of which they could not."""
    cut: bool = False
    """Whether the last run ended before the code did."""

    def run(self, scope: Scope) -> list[Record]:
        """The requests sent by the wanted nodes when a scope is run from its beginning."""
        if self.steps_left <= 0:
            return []
        recorder = Recorder(self.project.facts.calls, self.wanted, self.suspected)
        epoch = Epoch.PROCESS if scope.node is None else Epoch.CALL
        reading = Reading(epoch, scope.path if scope.node is None else "")
        steps = min(MAX_STEPS, self.steps_left)
        evaluation = self.project.evaluation(recorder, reading, steps)
        self.cut = True
        with suppress(Exhausted, RecursionError):
            _enter(self.project, scope, evaluation)
            self.cut = False
        self.steps_left -= steps - max(evaluation.steps_left, 0)
        self.met |= recorder.met
        self.unclear |= recorder.unclear
        return recorder.records

    def through_callers(self, scope: Scope, records: Sequence[Record], hops: int) -> Iterator[Request]:
        """The records as they are, or as each caller of the scope makes them."""
        open_ = [record for record in records if depends_on(record, scope.ids)]
        for record in records:
            if record not in open_:
                yield from lower(record)
        sites = {id(record.node) for record in open_}
        found = left = lost = False
        for caller in callers(self.project, scope) if open_ and scope.name else ():
            if caller.chain in self.entered:
                continue
            if self.contexts_left <= 0 or self.steps_left <= 0 or hops >= MAX_HOPS:
                left = True
                break
            self.entered.add(caller.chain)
            through = [r for r in self.run(caller) if id(r.node) in sites and _passed(scope, r)]
            lost = lost or (self.cut and not through)
            if through:
                found = True
                self.contexts_left -= 1
                yield from self.through_callers(caller, through, hops + 1)
        if left or not found:
            for record in open_:
                yield from lower(replace(record, uncalled=Reason.CALLERS) if left or lost else record)


def _passed(scope: Scope, record: Record) -> bool:
    """Whether a run came to a call through a scope."""
    return any(function.node is scope.node for function in record.stack)


def _enter(project: Project, scope: Scope, evaluation: Evaluation) -> None:
    """Run the scope; functions that enclose it are run first, for what it closes over."""
    if all(isinstance(node, ast.ClassDef) for node in scope.chain):
        _run_module(project, scope, evaluation)
        return
    frame = project.frame(scope.path)
    if frame is None:
        return
    state = State(Store(project.heap), frame)
    holder: Class | None = None
    for node in scope.chain:
        if isinstance(node, ast.ClassDef):
            found = state.variable(state.frame, node.name)
            holder = found if isinstance(found, Class) else None
            if holder is not None:
                state = State(state.store, holder.members, (), state.decided)
            continue
        function = project.defined.get(id(node)) or evaluation.defined.get(id(node))
        if function is None:
            return
        receiver = _receiver(function, holder, evaluation)
        observed = evaluation.observer if node is scope.node else None
        with evaluation.observed_by(observed):
            state = enter(function, receiver, state, evaluation)
        holder = None


def _receiver(function: Function, holder: Class | None, evaluation: Evaluation) -> Value | None:
    if holder is None or function.kind == "static":
        return None
    if function.kind == "class":
        return holder
    return evaluation.project.summaries.any_object(holder, evaluation)


def _run_module(project: Project, scope: Scope, evaluation: Evaluation) -> None:
    state = project.entry(scope.path)
    if state is None:
        return
    source = state.frame.source
    project.interpreter.run(source.tree.body, state, evaluation)


def callers(project: Project, scope: Scope) -> Iterator[Scope]:
    """Scopes that hold the scope's name; whether they call it shows when they are run."""
    for path, name in mentions(project, scope.path, scope.chain):
        source = project.source(path)
        seen = () if source is None else reads(excerpt(source, {name}), {name})
        for caller in () if source is None else scopes(source, seen):
            if scope.node not in caller.chain:
                yield caller
