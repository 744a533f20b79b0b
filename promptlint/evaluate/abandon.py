"""What is left of a loop that takes too long? Whatever it may change is not known any more."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace

from promptlint.evaluate.assign import assign
from promptlint.evaluate.evaluation import Evaluation, Exhausted, Flow
from promptlint.evaluate.growth import changed
from promptlint.evaluate.liveness import returns
from promptlint.evaluate.store import DictObject, ListObject, State
from promptlint.evaluate.value import Reason, Ref, Rest, Unknown

__all__ = ["followed"]

Loop = ast.For | ast.AsyncFor | ast.While


def followed(node: Loop, state: State, evaluation: Evaluation, run: Callable[[State], Flow]) -> Flow:
    """A loop on a share of what is left; one that takes longer is a gap, and what follows is read.

    Raises:
        Exhausted: nothing is left, or the loop may end its function, and with what is not known.

    """
    if id(node) not in evaluation.too_long:
        start = state.fork()
        try:
            with evaluation.sharing():
                return run(state)
        except Exhausted:
            if evaluation.is_spent or evaluation.project.syntax.ask(returns, node):
                raise
            evaluation.too_long.add(id(node))
            evaluation.skipped = True
            state.become(start)
    _abandon(node, state, evaluation)
    return Flow(state)


def _abandon(node: Loop, state: State, evaluation: Evaluation) -> None:
    """Nothing is known of what the loop binds, nor of what it adds to containers."""
    for target in _stored(node):
        unknown = evaluation.unknown(Reason.BUDGET, target, state)
        if isinstance(target, ast.Name | ast.Attribute):
            assign(target, unknown, state, evaluation)
    for container in _changed(node):
        value = evaluation.interpreter.evaluate(container, state, evaluation)
        unknown = evaluation.unknown(Reason.BUDGET, container, state)
        if isinstance(value, Ref):
            _blur(value, unknown, state)


def _blur(ref: Ref, unknown: Unknown, state: State) -> None:
    obj = state.object(ref)
    if isinstance(obj, ListObject):
        state.put(ref, replace(obj, elements=(*obj.elements, Rest(unknown))))
    elif isinstance(obj, DictObject):
        state.put(ref, DictObject({}, unknown))


def _stored(node: Loop) -> Iterator[ast.expr]:
    for part in ast.walk(node):
        if isinstance(part, ast.Name | ast.Attribute) and isinstance(part.ctx, ast.Store):
            yield part


def _changed(node: Loop) -> Iterator[ast.expr]:
    """Containers that the loop changes by itself, and those that it hands to a call, each once."""
    bound = {part.id for part in _stored(node) if isinstance(part, ast.Name)}
    found: dict[str, ast.expr] = {}
    for part in ast.walk(node):
        container = changed(part)
        given = [*part.args, *(k.value for k in part.keywords)] if isinstance(part, ast.Call) else []
        for each in (container, *given):
            match each:
                case ast.Name(name) | ast.Attribute(ast.Name(name)) if name not in bound:
                    found[ast.unparse(each)] = each
                case _:
                    pass
    yield from found.values()
