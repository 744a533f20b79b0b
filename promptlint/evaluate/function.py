"""What does running a function of the project give? Its parameters bound, its body run."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from promptlint.evaluate.definition import declared
from promptlint.evaluate.evaluation import MAX_CALLS, Arguments, Place
from promptlint.evaluate.exit import settle
from promptlint.evaluate.store import DictObject, Entry, ListObject, State
from promptlint.evaluate.survival import encloses, keep_visible
from promptlint.evaluate.text import choose
from promptlint.evaluate.value import (
    Condition,
    Const,
    Frame,
    Function,
    Hole,
    HopKind,
    One,
    Param,
    Reading,
    Reason,
    Tuple,
    Unknown,
    Value,
    hopped,
    text,
)
from promptlint.evaluate.widen import shape
from promptlint.variation import Epoch

__all__ = ["YIELDED", "frame_of", "invoke", "run_function"]

YIELDED = "<yielded>"
"""The variable that collects what a generator yields."""


def invoke(function: Function, receiver: Value | None, arguments: Arguments, place: Place) -> Value:
    """Run a function of the project with arguments, and join the ways in which it returns."""
    evaluation = place.evaluation
    label = function.qualname.rpartition(".")[2]
    if len(evaluation.stack) >= MAX_CALLS:
        return place.unknown(Reason.RECURSION, f"{label}()")
    if _is_active(function, receiver, arguments, place):
        return place.unknown(Reason.RECURSION, f"{label}()")
    frame = frame_of(function)
    mark = place.state.store.mark()
    state = State(place.state.store.fork(), frame, (), place.state.decided)
    _bind(function, receiver, arguments, state, place)
    reading = evaluation.reading
    if function.cached and not arguments.values():
        reading = Reading(Epoch.PROCESS, f"cache {function.id}")
    evaluation.stack.append(function)
    evaluation.active.append((function, receiver, arguments, place.state))
    evaluation.sites.append((place.node, place.state.frame))
    try:
        with evaluation.within(reading):
            value = run_function(function, state, place)
    finally:
        evaluation.stack.pop()
        evaluation.active.pop()
        evaluation.sites.pop()
    if encloses(function):
        place.state.store = state.store
    else:
        keep_visible(place.state.store, state.store, mark, frame, value)
    return hopped(value, HopKind.RETURNED, place.span, f"{label}()")


def _is_active(function: Function, receiver: Value | None, arguments: Arguments, place: Place) -> bool:
    """Whether the same function is being run with the same arguments: it would never end."""
    now: list[object] | None = None
    for active, its_receiver, its_arguments, state in place.evaluation.active:
        if active.node is function.node and active.frame is function.frame:
            if now is None:
                now = [shape(v, place.state) for v in (receiver, *arguments.values())]
            if now == [shape(v, state) for v in (its_receiver, *its_arguments.values())]:
                return True
    return False


def frame_of(function: Function) -> Frame:
    """A namespace for one activation."""
    body = function.node.body if not isinstance(function.node, ast.Lambda) else []
    global_, nonlocal_ = declared(body)
    return Frame(
        function.module, function.source, function.qualname, function.frame, "function", global_, nonlocal_
    )


def run_function(function: Function, state: State, place: Place) -> Value:
    """Run the body in `state`, whose namespace holds the parameters; `state` goes on as after the call."""
    evaluation = place.evaluation
    node = function.node
    if isinstance(node, ast.Lambda):
        return evaluation.interpreter.evaluate(node.body, state, evaluation)
    yielded = None
    if is_generator(node):
        yielded = evaluation.allocate(ListObject(()), node, state)
        state.bind(state.frame, YIELDED, yielded)
    mark = state.store.mark()
    base = state.fork()
    flow = evaluation.interpreter.run(node.body, state, evaluation)
    outcomes: list[tuple[State, Value]] = list(flow.returned)
    if flow.normal is not None:
        outcomes.append((flow.normal, Const(None)))
    if not outcomes:
        state.store = base.store
        return place.unknown(Reason.CONSTRUCT, f"{node.name}() raises")
    final, value = settle(outcomes, base, mark, evaluation, node)
    state.store = final.store
    return yielded if yielded is not None else value


def is_generator(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function yields."""
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        part = waiting.pop()
        if isinstance(part, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            waiting.extend(ast.iter_child_nodes(part))
    return False


def _bind(
    function: Function, receiver: Value | None, arguments: Arguments, state: State, place: Place
) -> None:
    """Bind parameters as Python does; what an unknown ``*`` or ``**`` may hold stays unknown."""
    args = function.node.args
    frame = state.frame
    positional = list(arguments.positional)
    if receiver is not None:
        positional.insert(0, receiver)
    keywords = dict(arguments.keywords)
    conditions = dict(arguments.conditions)
    defaults = dict(function.defaults)
    for parameter in (*args.posonlyargs, *args.args):
        if positional:
            value: Value | None = positional.pop(0)
            keywords.pop(parameter.arg, None)
        else:
            value = keywords.pop(parameter.arg, None)
        state.bind(frame, parameter.arg, _argument(parameter, value, conditions, defaults, arguments, place))
    for parameter in args.kwonlyargs:
        value = keywords.pop(parameter.arg, None)
        state.bind(frame, parameter.arg, _argument(parameter, value, conditions, defaults, arguments, place))
    if args.vararg is not None:
        state.bind(frame, args.vararg.arg, Tuple(tuple(One(v) for v in positional)))
    if args.kwarg is not None:
        entries: dict[Value, Entry] = {text(k): Entry(v, conditions.get(k, ())) for k, v in keywords.items()}
        rest = arguments.double_star
        left = rest if isinstance(rest, Unknown | Param | Hole) else None
        made = place.evaluation.allocate(DictObject(entries, left), args.kwarg, state)
        state.bind(frame, args.kwarg.arg, made)


def _argument(
    parameter: ast.arg,
    value: Value | None,
    conditions: Mapping[str, tuple[tuple[Condition, int], ...]],
    defaults: dict[str, Value],
    arguments: Arguments,
    place: Place,
) -> Value:
    default = defaults.get(parameter.arg)
    if value is not None:
        maybe = conditions.get(parameter.arg)
        if maybe and default is not None:
            condition, branch = maybe[-1]
            pair = (value, default) if branch == 0 else (default, value)
            return choose(condition, pair)
        return value
    handed = arguments.double_star if arguments.double_star is not None else arguments.star
    if handed is not None and isinstance(handed, Unknown | Param | Hole):
        derived = place.derived(handed, parameter.arg)
        if default is None:
            return derived
        return choose(place.evaluation.fresh(place.node, place.state, "it is passed"), (derived, default))
    return default if default is not None else place.unknown(Reason.PARAMETER, parameter.arg)
