"""What is true after several ways out? Exits are joined along the decisions that led to them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from promptlint.evaluate.evaluation import Evaluation
from promptlint.evaluate.store import Mark, State, join
from promptlint.evaluate.text import choose
from promptlint.evaluate.value import Const, Value

__all__ = ["gather", "settle"]

NOTHING = Const(None)


def settle(
    outcomes: Sequence[tuple[State, Value]], base: State, mark: Mark, evaluation: Evaluation, node: ast.AST
) -> tuple[State, Value]:
    """One state and one value for all the ways in which a run ended.

    The ways form a tree of the undecided tests that led to them; `base` is the state at `mark`,
    before the first of these.
    """
    if len(outcomes) == 1:
        return outcomes[0]
    at = _divergence(outcomes)
    if at is None:
        condition = evaluation.fresh(node, base, "the path taken")
        groups = [list(outcomes[:1]), list(outcomes[1:])]
    else:
        condition = outcomes[0][0].path[at][0]
        groups = [[], []]
        for outcome in outcomes:
            groups[outcome[0].path[at][1]].append(outcome)
    first, a = settle(groups[0], base, mark, evaluation, node)
    second, b = settle(groups[1], base, mark, evaluation, node)
    merged = base.fork()
    join(condition, merged, first, second, mark)
    return merged, choose(condition, (a, b))


def _divergence(outcomes: Sequence[tuple[State, Value]]) -> int | None:
    """The first decision in which the paths differ, if they all made that decision."""
    paths = [state.path for state, _ in outcomes]
    for at in range(min(map(len, paths))):
        if len({path[at][0].key for path in paths}) > 1:
            return None
        if len({path[at][1] for path in paths}) > 1:
            return at
    return None


def gather(
    ends: Iterable[State | None], base: State, mark: Mark, evaluation: Evaluation, node: ast.AST
) -> State | None:
    """One state for several ends of the same piece of code; None if it is left on every path."""
    outcomes = [(end, NOTHING) for end in ends if end is not None]
    return settle(outcomes, base, mark, evaluation, node)[0] if outcomes else None
