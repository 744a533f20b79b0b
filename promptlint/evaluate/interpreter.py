"""The parts of the interpreter put together."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from promptlint.evaluate.attribute import attribute
from promptlint.evaluate.call import call
from promptlint.evaluate.evaluation import CallEvent, Evaluation, Flow, Place
from promptlint.evaluate.expression import evaluate
from promptlint.evaluate.statement import run
from promptlint.evaluate.store import State
from promptlint.evaluate.value import Value

__all__ = ["PythonInterpreter"]


class PythonInterpreter:
    """Statements, expressions, calls and attributes of Python."""

    def run(self, body: Sequence[ast.stmt], state: State, evaluation: Evaluation) -> Flow:
        """Run statements."""
        return run(body, state, evaluation)

    def evaluate(self, node: ast.expr, state: State, evaluation: Evaluation) -> Value:
        """Evaluate an expression."""
        return evaluate(node, state, evaluation)

    def call(self, event: CallEvent) -> Value:
        """Make a call."""
        return call(event)

    def attribute(self, receiver: Value, name: str, at: Place) -> Value:
        """Read an attribute."""
        return attribute(receiver, name, at)
