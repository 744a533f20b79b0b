"""What does a call give back? User functions are followed, libraries are looked up."""

from __future__ import annotations

import ast
from dataclasses import replace

from promptlint.evaluate import clock
from promptlint.evaluate.attribute import attribute
from promptlint.evaluate.branch import rejoin, split
from promptlint.evaluate.condition import Undecided
from promptlint.evaluate.containers import container_method
from promptlint.evaluate.definition import declared
from promptlint.evaluate.evaluation import MAX_CALLS, MAX_SAME, Arguments, CallEvent, Place
from promptlint.evaluate.exit import settle
from promptlint.evaluate.instance import construct
from promptlint.evaluate.library import external_call, value_method
from promptlint.evaluate.store import DictObject, Entry, ListObject, State
from promptlint.evaluate.strings import string_method
from promptlint.evaluate.template import template_method
from promptlint.evaluate.text import choose, flattened
from promptlint.evaluate.value import (
    Bound,
    Choice,
    Class,
    Client,
    Const,
    Endpoint,
    External,
    FilePath,
    Frame,
    Function,
    Hole,
    HopKind,
    Method,
    One,
    Param,
    Partial,
    Reading,
    Reason,
    Ref,
    Template,
    Text,
    Tuple,
    Unknown,
    Value,
    hopped,
    text,
)
from promptlint.variation import Epoch

__all__ = ["call", "invoke"]

YIELDED = "<yielded>"


def call(event: CallEvent) -> Value:
    """Make a call, unless someone answers for it."""
    place = Place(event.node, event.state, event.evaluation)
    observer = event.evaluation.observer
    if observer is not None and not isinstance(event.callee, Choice):
        answer = observer.called(event)
        if answer is not None:
            return answer
    match event.callee:
        case Choice():
            return _either(event, event.callee)
        case Function():
            return invoke(event.callee, None, event.arguments, place)
        case Bound(function, receiver):
            return invoke(function, receiver, event.arguments, place)
        case Class():
            return construct(event.callee, event.arguments, place)
        case Partial(callee, args, keywords):
            given = dict(keywords) | dict(event.arguments.keywords)
            merged = replace(
                event.arguments,
                positional=(*args, *event.arguments.positional),
                keywords=tuple(given.items()),
            )
            return call(replace(event, callee=callee, arguments=merged))
        case External(name):
            handed = _handed(event)
            return handed if handed is not None else external_call(name, event.arguments, place)
        case Method(receiver, name):
            return _method(receiver, name, event, place)
        case Endpoint(client, path):
            return _endpoint(client, path, event, place)
        case Ref():
            method = attribute(event.callee, "__call__", place)
            if isinstance(method, Bound):
                return invoke(method.function, method.receiver, event.arguments, place)
            return place.unknown(Reason.CONSTRUCT)
        case _:
            return _unknown_call(event, place)


def _either(event: CallEvent, callee: Choice) -> Value:
    """A callee that is one of several; ``None`` is no callee, so that path ends in an exception."""
    callable_ = [(i, c) for i, c in enumerate(callee.alternatives) if not isinstance(c, Const)]
    known = event.state.decided.get(callee.condition.key)
    if known is not None and known < len(callee.alternatives):
        return call(replace(event, callee=callee.alternatives[known]))
    if len(callable_) == 1:
        return call(replace(event, callee=callable_[0][1]))
    every = list(flattened(callee.alternatives))
    endpoints = [c for c in every if isinstance(c, Endpoint)]
    if endpoints and all(isinstance(c, Endpoint | Unknown | Param | Const | Method) for c in every):
        return call(replace(event, callee=endpoints[0]))
    if len(callee.alternatives) != 2:
        return Place(event.node, event.state, event.evaluation).unknown(Reason.DYNAMIC)
    answer = Undecided(callee.condition, 0)
    yes, no, mark = split(event.state, answer)
    first = call(replace(event, callee=callee.alternatives[0], state=yes))
    second = call(replace(event, callee=callee.alternatives[1], state=no))
    rejoin(event.state, answer, yes, no, mark)
    return choose(callee.condition, (first, second))


def _endpoint(client: Client, path: tuple[str, ...], event: CallEvent, place: Place) -> Value:
    if len(path) == 1 and path[0] in event.evaluation.facts.calls.chains:
        given = dict(client.options) | dict(event.arguments.keywords)
        return replace(client, options=tuple(given.items()))
    name = ".".join(path)
    return Unknown(Reason.NETWORK, f"{name}()", place.span, None, event.evaluation.reading)


def _method(receiver: Value, name: str, event: CallEvent, place: Place) -> Value:
    arguments = event.arguments
    match receiver:
        case Text():
            return string_method(receiver, name, arguments, place)
        case Ref():
            result = container_method(receiver, name, arguments, place)
            return result if result is not None else place.unknown(Reason.LIBRARY)
        case Hole():
            moment = clock.method(receiver, name, arguments, place)
            if moment is not None:
                return moment
            if receiver.type == "str":
                return string_method(Text((receiver,)), name, arguments, place)
            return place.derived(receiver, receiver.name)
        case Template():
            return template_method(receiver, name, arguments, place)
        case FilePath() | Const() | Tuple():
            return value_method(receiver, name, arguments, place)
        case Unknown() | Param():
            return unknown_method(receiver, name, event)
        case _:
            return _unknown_call(event, place)


def _unknown_call(event: CallEvent, place: Place) -> Value:
    """A callee that is not known: what is handed to it may be called there."""
    handed = _handed(event)
    if handed is not None:
        return handed
    match event.callee:
        case Unknown(reason, name):
            label = f"{name}()" if not name.endswith(")") else name
            if name.rpartition(".")[2] in STRING_LIKE:
                return place.derived(event.callee, name.rpartition(".")[0])
            origin = place.derived(event.callee, label)
            return origin if reason.is_gap or origin != event.callee else event.callee
        case Param():
            return place.derived(event.callee, f"{event.callee.name}()")
        case Hole():
            return place.derived(event.callee, event.callee.name)
        case _:
            return place.unknown(Reason.DYNAMIC)


STRING_LIKE = frozenset(
    (
        "strip",
        "lstrip",
        "rstrip",
        "lower",
        "upper",
        "title",
        "format",
        "replace",
        "encode",
        "decode",
        "copy",
        "removeprefix",
        "removesuffix",
        "capitalize",
        "isoformat",
        "strftime",
        "hex",
    )
)
"""Methods whose result a reader would call by the receiver's name."""


def _handed(event: CallEvent) -> Value | None:
    """The result of a function of ours that is handed to a library to be called there.

    ``retry(lambda: client.messages.create(…))``, ``asyncio.to_thread(build, x)``.
    """
    for position, value in enumerate(event.arguments.positional):
        if isinstance(value, Function | Bound | Partial | Endpoint):
            if isinstance(value, Endpoint) and event.evaluation.facts.calls.method(value.path) is None:
                return None
            rest = replace(event.arguments, positional=event.arguments.positional[position + 1 :])
            if isinstance(event.callee, External) and event.callee.name in NOT_CALLING:
                return None
            return call(replace(event, callee=value, arguments=rest))
    for _, value in event.arguments.keywords:
        if isinstance(value, Function | Bound | Partial) and not isinstance(event.callee, External):
            call(replace(event, callee=value, arguments=Arguments()))
    return None


NOT_CALLING = frozenset(
    (
        "functools.partial",
        "functools.wraps",
        "builtins.map",
        "builtins.filter",
        "builtins.isinstance",
        "builtins.callable",
        "builtins.sorted",
        "builtins.getattr",
        "builtins.hasattr",
        "builtins.print",
        "builtins.repr",
        "builtins.str",
        "inspect.signature",
        "inspect.getdoc",
        "inspect.getsource",
        "asyncio.iscoroutinefunction",
        "inspect.iscoroutinefunction",
        "builtins.max",
        "builtins.min",
        "builtins.id",
        "builtins.type",
        "builtins.super",
        "builtins.property",
        "builtins.staticmethod",
        "builtins.classmethod",
        "functools.lru_cache",
        "functools.cache",
        "copy.copy",
        "copy.deepcopy",
    )
)
"""Library functions whose result is not that of the function they are handed."""


# -- functions of the project -----------------------------------------------------------------------


def invoke(function: Function, receiver: Value | None, arguments: Arguments, place: Place) -> Value:
    """Run a function of the project with arguments, and join the ways in which it returns."""
    evaluation = place.evaluation
    label = function.qualname.rpartition(".")[2]
    same = sum(1 for active in evaluation.stack if active.node is function.node)
    if same >= MAX_SAME or len(evaluation.stack) >= MAX_CALLS:
        return place.unknown(Reason.RECURSION, f"{label}()")
    evaluation.called.add(id(function.node))
    frame = frame_of(function)
    state = State(place.state.store, frame, (), place.state.decided)
    _bind(function, receiver, arguments, state, place)
    reading = evaluation.reading
    if function.cached and not arguments.values():
        reading = Reading(Epoch.PROCESS, f"cache {function.id}")
    evaluation.stack.append(function)
    evaluation.sites.append((place.node, place.state.frame))
    try:
        with evaluation.within(reading):
            value = run_function(function, state, place)
    finally:
        evaluation.stack.pop()
        evaluation.sites.pop()
    place.state.store = state.store
    return hopped(value, HopKind.RETURNED, place.span, f"{label}()")


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
        state.bind(frame, args.kwarg.arg, place.ref(DictObject(entries, left)))


def _argument(
    parameter: ast.arg,
    value: Value | None,
    conditions: dict[str, tuple[tuple[object, int], ...]],
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
            return choose(condition, pair)  # type: ignore[arg-type]
        return value
    handed = arguments.double_star if arguments.double_star is not None else arguments.star
    if handed is not None and isinstance(handed, Unknown | Param | Hole):
        derived = place.derived(handed, parameter.arg)
        if default is None:
            return derived
        return choose(place.evaluation.fresh(place.node, place.state, "it is passed"), (derived, default))
    return default if default is not None else place.unknown(Reason.PARAMETER, parameter.arg)
