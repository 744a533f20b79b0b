"""What does running a function of the project give? Its parameters bound, its body run."""

from __future__ import annotations

import ast
from dataclasses import replace

from promptlint.ancestry import nodes_of
from promptlint.evaluate.budget import MAX_CALLS
from promptlint.evaluate.definition import declared
from promptlint.evaluate.evaluation import Arguments, Exhausted, Place
from promptlint.evaluate.exit import settle
from promptlint.evaluate.growth import grown_parameters
from promptlint.evaluate.sequence import elements_of
from promptlint.evaluate.shape import Shapes
from promptlint.evaluate.store import DictObject, Entry, ListObject, State
from promptlint.evaluate.survival import encloses, keep_visible
from promptlint.evaluate.syntax import Syntax
from promptlint.evaluate.text import choose
from promptlint.evaluate.value import (
    Address,
    Choice,
    Const,
    Frame,
    Function,
    Handed,
    Hole,
    HopKind,
    One,
    Param,
    Reading,
    Reason,
    Ref,
    Rest,
    Tuple,
    Unknown,
    Value,
    hopped,
    path_of,
    text,
)
from promptlint.variation import Epoch

__all__ = ["YIELDED", "frame_of", "invoke", "run_function"]

YIELDED = "<yielded>"
"""The variable that collects what a generator yields."""


def invoke(function: Function, receiver: Value | None, arguments: Arguments, place: Place) -> Value:
    """Run a function of the project with arguments, and join the ways in which it returns."""
    evaluation = place.evaluation
    label = function.qualname.rpartition(".")[2]
    part = _deeper(function, receiver, arguments, place)
    if part is not None and _is_read_in(function, part):
        return place.derived(part, f"{label}()")
    if len(evaluation.stack) >= MAX_CALLS or _is_active(function, receiver, arguments, place):
        return _given_up(Reason.RECURSION, function, receiver, arguments, place)
    if part is not None:
        return place.derived(part, f"{label}()")
    if id(function.node) in evaluation.too_long:
        return _given_up(Reason.BUDGET, function, receiver, arguments, place)
    frame = frame_of(function, evaluation.project.syntax)
    mark = place.state.store.mark()
    state = State(place.state.store.fork(), frame, (), place.state.decided)
    _bind(function, receiver, arguments, state, place)
    reading = evaluation.reading
    if function.cached and not arguments.values():
        reading = Reading(Epoch.PROCESS, f"cache {function.id}")
    try:
        with evaluation.entered(function, receiver, arguments, place), evaluation.within(reading):
            value = run_function(function, state, place)
    except Exhausted:
        evaluation.too_long.add(id(function.node))
        evaluation.step()
        return _given_up(Reason.BUDGET, function, receiver, arguments, place)
    if evaluation.project.syntax.ask(encloses, function.node):
        place.state.store = state.store
    else:
        keep_visible(place.state.store, state.store, mark, frame, value)
    return hopped(value, HopKind.RETURNED, place.span, f"{label}()")


def _given_up(
    reason: Reason, function: Function, receiver: Value | None, arguments: Arguments, place: Place
) -> Unknown:
    """The result of a call that is not followed; what it would add to its arguments is not known either."""
    unknown = place.unknown(reason, f"{function.qualname.rpartition('.')[2]}()")
    grown = place.evaluation.project.syntax.ask(grown_parameters, function.node)
    args = function.node.args
    names = [arg.arg for arg in (*args.posonlyargs, *args.args)][0 if receiver is None else 1 :]
    given = (*zip(names, arguments.positional, strict=False), *arguments.keywords)
    for ref in (value for name, value in given if name in grown and isinstance(value, Ref)):
        obj = place.state.object(ref)
        if isinstance(obj, ListObject):
            place.state.put(ref, replace(obj, elements=(*obj.elements, Rest(unknown))))
        elif isinstance(obj, DictObject):
            place.state.put(ref, replace(obj, rest=obj.rest or unknown))
    return unknown


def _is_active(function: Function, receiver: Value | None, arguments: Arguments, place: Place) -> bool:
    """Whether the same function is being run with the same arguments: it would never end."""
    evaluation = place.evaluation
    now: list[int] | None = None
    for active, its_receiver, its_arguments, state in evaluation.active:
        if active.node is function.node and active.frame is function.frame:
            if now is None:
                shapes = Shapes(place.state, evaluation.numbers)
                now = [shapes.value(v) for v in (receiver, *arguments.values())]
            before = Shapes(state, evaluation.numbers)
            if now == [before.value(v) for v in (its_receiver, *its_arguments.values())]:
                return True
    return False


def _deeper(
    function: Function, receiver: Value | None, arguments: Arguments, place: Place
) -> Unknown | Param | Hole | None:
    """The part of unseen data that a function which is active for such data is called with again.

    What it makes of the parts is what it makes of the whole: there is no more to see.
    """
    given = arguments.values()
    parts = [part for value in given if (part := _unseen(value)) is not None]
    if not parts or any(isinstance(value, Ref) and _unseen(value) is None for value in given):
        return None
    for active, its_receiver, its_arguments, _ in place.evaluation.active:
        if active.node is function.node and active.frame is function.frame and its_receiver == receiver:
            before = its_arguments.values()
            if len(before) == len(given) and all(map(_is_part, before, given)):
                return parts[0]
    return None


def _is_read_in(function: Function, part: Unknown | Param | Hole) -> bool:
    """Whether a function reads a part itself: it is another one each time, though it has one name."""
    span, at = function.source.span(function.node), part.at
    return isinstance(part, Unknown) and at.path == span.path and span.line <= at.line <= span.end_line


def _is_part(before: Value, now: Value) -> bool:
    """Whether a value is what it was, or another one that is not seen either."""
    return before == now or (_unseen(before) is not None and _unseen(now) is not None)


def _unseen(value: Value) -> Unknown | Param | Hole | None:
    """What of a value is not seen, if nothing of it is: what was handed in, or a part of that."""
    match value:
        case Unknown() | Param() | Hole():
            return value
        case Ref(Address(Handed(_, handed))):
            return handed
        case Choice(_, alternatives):
            parts = [_unseen(a) for a in alternatives if not isinstance(a, Const)]
            return None if None in parts else next(iter(parts), None)
        case _:
            return None


def frame_of(function: Function, syntax: Syntax) -> Frame:
    """A namespace for one activation."""
    global_, nonlocal_ = syntax.ask(declared, function.node)
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
    if evaluation.project.syntax.ask(is_generator, node):
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
    return any(isinstance(part, ast.Yield | ast.YieldFrom) for part in nodes_of(node))


def _bind(
    function: Function, receiver: Value | None, arguments: Arguments, state: State, place: Place
) -> None:
    """Bind parameters as Python does; what an unknown ``*`` or ``**`` may hold stays unknown."""
    args = function.node.args
    frame = state.frame
    positional = [*([] if receiver is None else [receiver]), *arguments.positional]
    keywords = dict(arguments.keywords)
    project = place.evaluation.project
    defaults = {name: project.resolved(value, place) for name, value in function.defaults}
    ordered = [*args.posonlyargs, *args.args]
    for parameter in (*ordered, *args.kwonlyargs):
        value = keywords.pop(parameter.arg, None)
        if positional and parameter not in args.kwonlyargs:
            value = positional.pop(0)
        given = _argument(parameter.arg, value, defaults.get(parameter.arg), arguments, place)
        state.bind(frame, parameter.arg, given)
    if args.vararg is not None:
        more = elements_of(arguments.star, place) if arguments.star is not None else ()
        state.bind(frame, args.vararg.arg, Tuple((*(One(v) for v in positional), *more)))
    if args.kwarg is not None:
        conditions = dict(arguments.conditions)
        entries: dict[Value, Entry] = {text(k): Entry(v, conditions.get(k, ())) for k, v in keywords.items()}
        rest = arguments.double_star
        left = rest if isinstance(rest, Unknown | Param | Hole) else None
        made = place.evaluation.allocate(DictObject(entries, left), args.kwarg, state)
        state.bind(frame, args.kwarg.arg, made)


def _argument(
    name: str, value: Value | None, default: Value | None, arguments: Arguments, place: Place
) -> Value:
    """What a parameter holds: what is passed, what an unknown ``*`` or ``**`` may pass, or its default."""
    if value is not None:
        maybe = dict(arguments.conditions).get(name)
        if maybe and default is not None:
            condition, branch = maybe[-1]
            return choose(condition, (value, default) if branch == 0 else (default, value))
        return value
    handed = arguments.double_star if arguments.double_star is not None else arguments.star
    if not isinstance(handed, Unknown | Param | Hole):
        return default if default is not None else place.unknown(Reason.PARAMETER, name)
    path = f"{path_of(handed)}[{name!r}]" if not isinstance(handed, Hole) else ""
    derived = place.derived(handed, name, path)
    return derived if default is None else choose(place.fresh("it is passed"), (derived, default))
