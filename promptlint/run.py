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

MAX_KEPT = 24
"""Runs that are kept for the next who asks: the call sites of a file share their callers."""


HELPER_STEPS = 1_000
"""Steps for one call where a run did not come to any request: what takes longer is left as a gap."""


@dataclass(frozen=True, slots=True)
class Run:
    """What came of running one scope."""

    records: Sequence[Record]
    """Every request that it sent, in order."""
    met: frozenset[int]
    """Ids of the callees of all calls of which it could tell what is called."""
    unclear: frozenset[int]
    """Ids of the callees of those of which it could not."""
    steps: int
    cut: bool
    """Whether it ended before the code did."""


class Runs:
    """The runs of a project's scopes."""

    def __init__(self, project: Project, suspected: frozenset[int]) -> None:
        """`suspected` are the ids of the nodes that may name a method that sends, in every file."""
        self._project = project
        self._suspected = suspected
        self._kept: OrderedDict[tuple[str, tuple[int, ...]], Run] = OrderedDict()

    def of(self, scope: Scope) -> Run:
        """The run of a scope with symbolic parameters."""
        key = (scope.path, tuple(map(id, scope.chain)))
        if key not in self._kept:
            run = self._run(scope, MAX_STEPS)
            self._kept[key] = self._run(scope, HELPER_STEPS) if run.cut and not run.records else run
        self._kept.move_to_end(key)
        if len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)
        return self._kept[key]

    def _run(self, scope: Scope, longest: int) -> Run:
        """One run, in which no call takes more than `longest` steps."""
        recorder = Recorder(self._project.facts.calls, self._suspected)
        epoch = Epoch.PROCESS if scope.node is None else Epoch.CALL
        reading = Reading(epoch, scope.path if scope.node is None else "")
        evaluation = self._project.evaluation(recorder, reading, MAX_STEPS, longest)
        cut = True
        with suppress(Exhausted, RecursionError):
            _enter(self._project, scope, evaluation)
            cut = evaluation.skipped
        steps = MAX_STEPS - max(evaluation.steps_left, 0)
        return Run(recorder.records, frozenset(recorder.met), frozenset(recorder.unclear), steps, cut)


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
