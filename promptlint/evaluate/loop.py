"""What does a loop leave behind? Known iterables step by step, others by what one more pass adds."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from promptlint.evaluate.assign import assign
from promptlint.evaluate.closing import closed
from promptlint.evaluate.condition import test
from promptlint.evaluate.edit import edits_of
from promptlint.evaluate.evaluation import Evaluation, Flow
from promptlint.evaluate.exit import gather
from promptlint.evaluate.liveness import leaves_early, overwritten, raises
from promptlint.evaluate.position import any_item
from promptlint.evaluate.sequence import elements_of
from promptlint.evaluate.store import Mark, State
from promptlint.evaluate.text import MAX_ALTERNATIVES
from promptlint.evaluate.trimming import mark_rewritten
from promptlint.evaluate.value import (
    Const,
    Either,
    Element,
    Hole,
    Many,
    One,
    Param,
    Rest,
    Unknown,
    Value,
    count_of,
)
from promptlint.evaluate.widen import Passes, widened
from promptlint.interval import Interval
from promptlint.variation import Cause, Kind, Topic

__all__ = ["run_for", "run_while"]

MAX_ITEMS = 64
"""Known iterables up to this length run item by item."""
UNBOUNDED = Interval(0, None)


@dataclass(frozen=True, slots=True)
class _Loop:
    node: ast.For | ast.AsyncFor | ast.While
    serial: int
    evaluation: Evaluation

    def turn(self, state: State) -> Hole:
        """Which round it is."""
        with self.evaluation.loop(self.serial):
            place = self.evaluation.place(self.node, state)
            return place.hole(frozenset({Cause(Kind.ROUND, Topic.ROUND)}), "the round of the loop")

    def iteration(self, state: State, value: Value | None, exits: Flow) -> State | None:
        """One pass of the body; breaks and returns go to `exits`."""
        for name in self.evaluation.project.syntax.ask(overwritten, self.node):
            state.unbind(state.frame, name)
        mark = state.store.mark()
        base = state.fork()
        with self.evaluation.loop(self.serial):
            if value is not None and not isinstance(self.node, ast.While):
                assign(self.node.target, value, state, self.evaluation)
            flow = self.evaluation.interpreter.run(self.node.body, state, self.evaluation)
        exits.returned += flow.returned
        exits.raised += flow.raised
        exits.broken += flow.broken
        return gather((flow.normal, *flow.continued), base, mark, self.evaluation, self.node)

    def watched(self, state: State, value: Value, exits: Flow, *, alone: bool) -> State | None:
        """One pass of several over known items.

        Raises:
            _Sends: the body sends a request.

        """
        before = self._sent()
        end = self.iteration(state, value, exits)
        if self._sent() > before and not alone and end is not None:
            raise _Sends
        return end

    def repeated(
        self,
        body: Callable[[State, Flow], State | None],
        state: State,
        exits: Flow,
        times: Many,
    ) -> State | None:
        """The state after some passes of `body`: two show what changes, the last is the real one.

        Calls made in the first passes are not kept: the last begins where any pass may. Where
        nothing is sent and no pass leaves the loop, it would show nothing.
        """
        sent = self._sent()
        mark, count = state.store.mark(), times.count
        start = state.fork()
        first = self._trial(body, state.fork())
        second = None if first is None else self._trial(body, first.fork())
        if first is None or second is None:
            base = state.fork()
            with self.evaluation.next_round():
                end = body(state, exits)
            never = start if count.low == 0 else None
            return gather((end, never), base, mark, self.evaluation, self.node)
        passes = Passes(start, first, second, mark, self.turn(start), times.edits)
        general = self._any_time(passes, body, Interval(0, count.high))
        if self._sent() > sent or self._leaves():
            with self.evaluation.next_round():
                body(general.fork(), exits)
        if count.low > 0:
            general = self._any_time(passes, body, count)
        general.path, general.decided = start.path, start.decided
        return general

    def _any_time(
        self, passes: Passes, body: Callable[[State, Flow], State | None], count: Interval
    ) -> State:
        """The state after so many passes; what one does only after another is found by one more."""
        place = self.evaluation.place(self.node, passes.start)
        general = widened(passes, count, place)
        if not general.open:
            return general.state
        end = self._trial(body, general.state.fork())
        state = closed(general, end, place) if end is not None else None
        return widened(passes, count, place, strict=True).state if state is None else state

    def _leaves(self) -> bool:
        ask = self.evaluation.project.syntax.ask
        return ask(leaves_early, self.node) or (self.evaluation.guarded and ask(raises, self.node))

    def _sent(self) -> int:
        return self.evaluation.observer.sent if self.evaluation.observer is not None else 0

    def _trial(self, body: Callable[[State, Flow], State | None], state: State) -> State | None:
        with self.evaluation.next_round(), self.evaluation.rehearsed():
            return body(state, Flow(None))

    def finish(self, start: State, end: State | None, exits: Flow, mark: Mark) -> Flow:
        """After the loop: the ``else`` part unless it was broken off."""
        flow = Flow(None, exits.returned, raised=exits.raised)
        if end is not None and self.node.orelse:
            last = self.evaluation.interpreter.run(self.node.orelse, end, self.evaluation)
            flow.absorb(last)
            end = last.normal
        flow.normal = gather((end, *exits.broken), start, mark, self.evaluation, self.node)
        return flow


def run_for(node: ast.For | ast.AsyncFor, state: State, evaluation: Evaluation) -> Flow:
    """``for`` over whatever the iterable holds."""
    mark_rewritten(node, evaluation.place(node, state))
    iterable = evaluation.interpreter.evaluate(node.iter, state, evaluation)
    elements = elements_of(iterable, evaluation.place(node.iter, state))
    loop = _Loop(node, evaluation.serial(), evaluation)
    exits = Flow(None)
    mark = state.store.mark()
    start = state.fork()
    kept = evaluation.observer.kept() if evaluation.observer is not None else 0
    try:
        end = _over(elements, state, loop, exits, [0])
    except _Sends:
        assert evaluation.observer is not None
        evaluation.observer.forget(kept)
        state.become(start.fork())
        exits = Flow(None)
        end = _any_of(elements, state, loop, exits)
    return loop.finish(start, end, exits, mark)


class _Sends(Exception):  # noqa: N818 - a signal inside one loop, not an error
    """The body sends a request: every round sends the same one, and what grows is its history."""


def _any_of(elements: Sequence[Element], state: State, loop: _Loop, exits: Flow) -> State | None:
    """A loop over known items whose body sends: a round with any of them, any number of times."""
    values = [e.value for e in elements if isinstance(e, One)]
    place = loop.evaluation.place(loop.node, state)
    turn = loop.turn(state)
    if len(values) > MAX_ALTERNATIVES and all(isinstance(v, Const) for v in values):
        item: Value = replace(turn, name="number", type="int")
    else:
        item = any_item(elements, place, (turn,))
    return _unknown_times(loop, state, exits, (item,), Many((), Interval(len(values), len(values))))


def _over(
    elements: Sequence[Element], state: State | None, loop: _Loop, exits: Flow, done: list[int]
) -> State | None:
    for position, element in enumerate(elements):
        if state is None:
            return None
        match element:
            case One(value) if done[0] < MAX_ITEMS:
                done[0] += 1
                state = loop.watched(state, value, exits, alone=len(elements) == 1)
            case One():
                rest = tuple(elements[position:])
                values = tuple(e.value for e in rest if isinstance(e, One))
                return _unknown_times(loop, state, exits, values[:1], Many((), UNBOUNDED))
            case Either(condition, (first, second)) if _is_plain(first) and _is_plain(second):
                if condition.key in state.decided:
                    run = (first, second)[state.decided[condition.key]]
                    state = _over(run, state, loop, exits, done)
                    continue
                mark = state.store.mark()
                base = state.fork()
                ends = [
                    _over(run, state.fork(condition, i), loop, exits, done)
                    for i, run in enumerate((first, second))
                ]
                state = gather(ends, base, mark, loop.evaluation, loop.node)
                if state is not None and None not in ends:
                    state.path, state.decided = base.path, base.decided
            case Either() | Many() | Rest():
                count = element.count if isinstance(element, Many) else UNBOUNDED
                count = count_of(element.value) if isinstance(element, Rest) else count
                times = Many((element,), count, edits=tuple(edits_of((element,))))
                state = _unknown_times(loop, state, exits, _values((element,), loop, state), times)
    return state


MAX_VALUES = 4
"""Values that one pass goes through in turn: a question and its answer, and their like."""
MAX_BRANCH = 8
"""Items of an alternative that are run one by one."""


def _is_plain(run: Sequence[Element]) -> bool:
    """Whether an alternative is short and known: it can be run for itself."""
    return len(run) <= MAX_BRANCH and all(isinstance(element, One) for element in run)


def _values(elements: Sequence[Element], loop: _Loop, state: State) -> tuple[Value, ...]:
    """What one pass over repeated elements binds, in order."""
    found: list[Value] = []
    for element in elements:
        match element:
            case One(value):
                found.append(value)
            case Rest(value):
                found.append(_item(value, loop, state))
            case Many(body):
                found.extend(_values(body, loop, state))
            case Either(_, alternatives):
                for run in alternatives:
                    found.extend(_values(run, loop, state))
    return tuple(found)


def _item(value: Unknown | Param | Hole, loop: _Loop, state: State) -> Value:
    node = loop.node
    assert not isinstance(node, ast.While)
    name = node.target.id if isinstance(node.target, ast.Name) else f"{value.name}[…]"
    return loop.evaluation.place(node.target, state).item(value, name)


def _unknown_times(
    loop: _Loop, state: State, exits: Flow, values: tuple[Value, ...], times: Many
) -> State | None:
    """A body that runs any number of times, once per value at each pass; of many values, with any."""
    if len(values) > MAX_VALUES:
        place = loop.evaluation.place(loop.node, state)
        values = (any_item([One(value) for value in values], place),)

    def body(at: State, out: Flow) -> State | None:
        end: State | None = at
        for value in values:
            if end is not None:
                end = loop.iteration(end, value, out)
        return end

    return loop.repeated(body, state, exits, times)


def run_while(node: ast.While, state: State, evaluation: Evaluation) -> Flow:
    """``while``: step by step as long as the test is known, else any number of times."""
    loop = _Loop(node, evaluation.serial(), evaluation)
    exits = Flow(None)
    mark = state.store.mark()
    start = state.fork()
    forever = isinstance(node.test, ast.Constant) and bool(node.test.value)
    current: State | None = state
    for _ in range(0 if forever else MAX_ITEMS):
        assert current is not None
        answer = test(node.test, current, evaluation)
        if answer is False:
            return loop.finish(start, current, exits, mark)
        if answer is not True:
            break
        current = loop.iteration(current, None, exits)
        if current is None:
            return loop.finish(start, None, exits, mark)

    def body(at: State, out: Flow) -> State | None:
        with evaluation.loop(loop.serial):
            if test(node.test, at, evaluation) is False:
                return at
        return loop.iteration(at, None, out)

    assert current is not None
    end = loop.repeated(body, current, exits, Many((), UNBOUNDED))
    return loop.finish(start, None if forever else end, exits, mark)
