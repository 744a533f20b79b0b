"""Going both ways: the states on either side of an undecided test."""

from __future__ import annotations

from collections.abc import Callable

from promptlint.evaluate.condition import Test, Undecided
from promptlint.evaluate.store import Mark, State, join
from promptlint.evaluate.text import choose
from promptlint.evaluate.value import Value

__all__ = ["either", "rejoin", "split"]


def split(state: State, answer: Undecided) -> tuple[State, State, Mark]:
    """The state where the test is true, the state where it is false, and the mark before both."""
    mark = state.store.mark()
    yes = state.fork(answer.condition, answer.index)
    no = state.fork(answer.condition, 1 - answer.index)
    return _narrowed(yes, answer), no, mark


def _narrowed(state: State, answer: Undecided) -> State:
    """Inside ``if a and b`` both are known to hold."""
    key = answer.condition.key
    if isinstance(key, tuple) and key and key[0] == "and" and answer.index == 0:
        state.decided = {**state.decided, **{part[0]: part[1] for part in key[1:]}}
    return state


def rejoin(state: State, answer: Undecided, yes: State | None, no: State | None, mark: Mark) -> State | None:
    """The state after both sides; if only one goes on, it goes on knowing that."""
    if yes is None or no is None:
        survivor = yes or no
        if survivor is None:
            return None
        state.become(survivor)
        return state
    first, second = (yes, no) if answer.index == 0 else (no, yes)
    join(answer.condition, state, first, second, mark)
    return state


def either(answer: Test, yes: Callable[[State], Value], no: Callable[[State], Value], state: State) -> Value:
    """The value of one of two expressions, each evaluated where its test holds."""
    if isinstance(answer, bool):
        return yes(state) if answer else no(state)
    on, off, mark = split(state, answer)
    first, second = yes(on), no(off)
    rejoin(state, answer, on, off, mark)
    return choose(answer.condition, (first, second) if answer.index == 0 else (second, first))
