"""What may have changed of a module between its import and a call? Functions bind globals and fill tables."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from promptlint.evaluate.evaluation import Evaluation, Place
from promptlint.evaluate.growth import grown_globals, rebound_globals
from promptlint.evaluate.store import DictObject, Instance, ListObject, State
from promptlint.evaluate.text import choose
from promptlint.evaluate.value import Class, Condition, Frame, Reason, Ref

if TYPE_CHECKING:
    from promptlint.evaluate.project import Project

__all__ = ["outlive"]


def outlive(project: Project, frame: Frame, state: State, evaluation: Evaluation) -> Sequence[str]:
    """Once imported, globals that functions bind or change again may hold something else.

    Gives the names through which other modules may change this one while they are imported.
    """
    tree = frame.source.tree
    for name in sorted(rebound_globals(frame.source)):
        value = state.variable(frame, name)
        if value is not None:
            unknown = evaluation.unknown(Reason.REBOUND, tree.body[0], state, name)
            condition = Condition(("rebound", frame.module, name), unknown.at, name)
            state.bind(frame, name, choose(condition, (value, unknown)))
    made = [
        k[1]
        for k, v in state.store.touched(None)
        if isinstance(k, tuple) and k[0] is frame and (isinstance(v, Ref) or _has_table(v, state))
    ]
    at = Place(tree.body[0], state, evaluation) if tree.body else None
    for name, functions in sorted(grown_globals(frame.source, made).items()):
        value = state.variable(frame, name)
        later = [each for each in functions if not project.registering.is_registrar(each, frame.source)]
        if isinstance(value, Ref) and at is not None and later:
            project.summaries.keep(value, name, at)
        else:
            made += functions
    for name in made:
        value = state.variable(frame, name)
        obj = state.object(value) if isinstance(value, Ref) else None
        if isinstance(value, Ref) and isinstance(obj, ListObject | DictObject) and at is not None:
            # To ask a table that makes its items for one is to change it.
            filled = isinstance(obj, DictObject) and obj.factory is not None
            if filled or project.registering.changed_later(name, frame.source):
                project.summaries.keep(value, name, at)
        elif isinstance(obj, Instance) and at is not None:
            for field in sorted(project.registering.grown_later(name, obj.cls.node, frame.source)):
                inner = obj.fields.get(field)
                if isinstance(inner, Ref):
                    project.summaries.keep(inner, f"{name}.{field}", at)
    return made


def _has_table(value: object, state: State) -> bool:
    """Whether a class has a container that all its objects share."""
    if not isinstance(value, Class):
        return False
    plain = (s.targets for s in value.node.body if isinstance(s, ast.Assign))
    names = [target.id for targets in plain for target in targets if isinstance(target, ast.Name)]
    return any(isinstance(state.variable(value.members, name), Ref) for name in names)
