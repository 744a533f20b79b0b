"""What does a scope send when it is run from its beginning? Each is run once for all who ask."""

from __future__ import annotations

import ast
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from promptlint.callsite import Record, Recorder
from promptlint.evaluate.budget import MAX_STEPS
from promptlint.evaluate.entering import enter
from promptlint.evaluate.evaluation import Evaluation, Exhausted
from promptlint.evaluate.project import Project
from promptlint.evaluate.store import State, Store
from promptlint.evaluate.value import Class, Function, Reading, Value
from promptlint.scope import Scope
from promptlint.variation import Epoch

__all__ = ["Run", "Runs"]

MAX_KEPT = 32
"""Runs that are kept for the next who asks: the call sites of a file share their callers."""
BRIEF_STEPS = 1_000
"""Steps for one call in the first run of a scope: what takes longer seldom decides about a request."""


@dataclass(frozen=True, slots=True)
class Run:
    """What came of running one scope."""

    records: Sequence[Record]
    """Every request that it sent, in order."""
    met: frozenset[int]
    """Ids of the callees of all calls of which it could tell what is called."""
    unclear: frozenset[int]
    """Ids of the callees of those of which it could not."""
    blurred: frozenset[int]
    """Ids of the callees of those of which it could not because a function took too long."""
    given_up: frozenset[int]
    """Ids of the functions and loops that took too long."""
    steps: int
    cut: bool
    """Whether a part of the code was not run: the end, or a loop."""

    def finds(self, sought: Sought) -> bool:
        """Whether it came to what is sought, if anything does."""
        if self.given_up & sought.through or self.blurred & sought.calls:
            return False
        # What is sent is told by its arguments too, which may be lost; what is called is not.
        decided = self.met | self.unclear if sought.through else self.met
        return sought.calls <= decided or not (self.cut or self.given_up)

    @property
    def is_exact(self) -> bool:
        """Whether nothing was given up that may have changed what a request sends."""
        return not any(record.given_up for record in self.records)


@dataclass(frozen=True, slots=True)
class Sought:
    """What a run of a scope is asked for."""

    calls: frozenset[int]
    """Ids of the nodes in the scope that name what may send."""
    through: frozenset[int] = frozenset()
    """Ids of the functions by which a request is reached."""


class Runs:
    """The runs of a project's scopes."""

    def __init__(self, project: Project, suspected: frozenset[int]) -> None:
        """`suspected` are the ids of the nodes that may name a method that sends, in every file."""
        self._project = project
        self.suspected = suspected
        self._kept: OrderedDict[tuple[str, tuple[int, ...], int], Run] = OrderedDict()

    def of(self, scope: Scope, sought: Sought) -> Run:
        """The run of a scope with symbolic parameters: a brief one, if that tells what is sought."""
        brief = self._run(scope, BRIEF_STEPS)
        if brief.is_exact and brief.finds(sought):
            return brief
        full = self._run(scope, MAX_STEPS)
        return full if full.records or not full.cut else brief

    def _run(self, scope: Scope, longest: int) -> Run:
        """One run, in which no call takes more than `longest` steps."""
        key = (scope.path, tuple(map(id, scope.chain)), longest)
        if key not in self._kept:
            self._kept[key] = self._made(scope, longest)
        self._kept.move_to_end(key)
        if len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)
        return self._kept[key]

    def _made(self, scope: Scope, longest: int) -> Run:
        recorder = Recorder(self._project.facts.calls, self.suspected)
        epoch = Epoch.PROCESS if scope.node is None else Epoch.CALL
        reading = Reading(epoch, scope.path if scope.node is None else "")
        evaluation = self._project.evaluation(recorder, reading, MAX_STEPS, longest)
        cut = True
        with suppress(Exhausted, RecursionError):
            _enter(self._project, scope, evaluation)
            cut = evaluation.skipped
        steps = MAX_STEPS - max(evaluation.steps_left, 0)
        return Run(
            recorder.records,
            frozenset(recorder.met),
            frozenset(recorder.unclear),
            frozenset(recorder.blurred),
            frozenset(evaluation.too_long),
            steps,
            cut,
        )


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
