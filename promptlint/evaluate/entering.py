"""How does a function begin when nothing is known of its callers?"""

from __future__ import annotations

import ast

from promptlint.diagnostic import Confidence
from promptlint.evaluate.annotation import library_name
from promptlint.evaluate.definition import dotted
from promptlint.evaluate.evaluation import Evaluation, Place
from promptlint.evaluate.function import frame_of, run_function
from promptlint.evaluate.store import DictObject, State
from promptlint.evaluate.text import choose, flattened
from promptlint.evaluate.value import (
    Client,
    Condition,
    Function,
    Hole,
    HopKind,
    Origin,
    Param,
    Reading,
    Ref,
    Rest,
    Tuple,
    Value,
)
from promptlint.facts import HandlerFact
from promptlint.variation import Epoch

__all__ = ["bind_parameters", "enter", "handler_of"]


def enter(function: Function, receiver: Value | None, state: State, evaluation: Evaluation) -> State:
    """Run a function with symbolic parameters; the state after it."""
    inner = State(state.store, frame_of(function, evaluation.project.syntax), (), state.decided)
    bind_parameters(function, receiver, inner, evaluation)
    evaluation.stack.append(function)
    evaluation.sites.append((function.node, state.frame))
    try:
        run_function(function, inner, Place(function.node, inner, evaluation))
    finally:
        evaluation.stack.pop()
        evaluation.sites.pop()
    return inner


def bind_parameters(function: Function, receiver: Value | None, state: State, evaluation: Evaluation) -> None:
    """Bind every parameter to a symbol; to what it is known to be where facts or annotations tell."""
    args = function.node.args
    place = Place(function.node, state, evaluation)
    given = {name: evaluation.project.resolved(value, place) for name, value in function.defaults}
    defaults = {name: value for name, value in given.items() if value is not None and _is_there(value, state)}
    handler = handler_of(function, evaluation)
    ordered = [*args.posonlyargs, *args.args]
    if receiver is not None and ordered:
        state.bind(state.frame, ordered[0].arg, receiver)
        ordered = ordered[1:]
    for parameter in (*ordered, *args.kwonlyargs):
        value = _symbol(parameter, function, handler, defaults.get(parameter.arg), evaluation)
        state.bind(state.frame, parameter.arg, value)
    if args.vararg is not None:
        symbol = _param(args.vararg, function, evaluation)
        state.bind(state.frame, args.vararg.arg, Tuple((Rest(symbol),)))
    if args.kwarg is not None:
        symbol = _param(args.kwarg, function, evaluation)
        ref = evaluation.allocate(DictObject({}, symbol, kept=True), args.kwarg, state)
        state.bind(state.frame, args.kwarg.arg, ref)


def _is_there(value: Value, state: State) -> bool:
    """Whether its objects are known: a function may be defined on a path that ended before its scope did."""
    refs = (part for part in flattened((value,)) if isinstance(part, Ref))
    return all(state.store.get(ref.address) is not None for ref in refs)


def _param(parameter: ast.arg, function: Function, evaluation: Evaluation) -> Param:
    span = function.source.span(parameter)
    annotation = library_name(parameter.annotation, function.source, evaluation.project)
    declared = (parameter.annotation, function.frame) if parameter.annotation is not None else None
    origin = Origin(HopKind.READ, span, parameter.arg)
    return Param(function.id, parameter.arg, span, annotation, origin=origin, declared=declared)


def _symbol(
    parameter: ast.arg,
    function: Function,
    handler: HandlerFact | None,
    default: Value | None,
    evaluation: Evaluation,
) -> Value:
    symbol = _param(parameter, function, evaluation)
    facts = evaluation.facts
    platform = facts.calls.platform(symbol.annotation)
    if platform is not None:
        return Client(platform, Confidence.HIGH, (), symbol.at)
    cause = facts.decorators.request(symbol.annotation)
    if cause is None and handler is not None and _carries(handler, parameter.arg, default, evaluation):
        cause = handler.cause
    if cause is not None:
        return Hole(
            frozenset({cause}),
            parameter.arg,
            symbol.at,
            reading=Reading(Epoch.CALL),
            origin=symbol.origin,
            declared=symbol.declared,
        )
    if default is None:
        return symbol
    if isinstance(default, Client):
        return default
    condition = Condition(("given", function.id, parameter.arg), symbol.at, parameter.arg)
    return choose(condition, (symbol, default))


def _carries(handler: HandlerFact, name: str, default: Value | None, evaluation: Evaluation) -> bool:
    """Whether a handler's parameter carries the request rather than a service."""
    if isinstance(default, Client | Ref):
        return False  # what an injector would hand in
    if default is not None and evaluation.facts.decorators.is_injected(dotted(default)):
        return False
    return name in handler.parameters if handler.parameters else name not in handler.others


def handler_of(function: Function, evaluation: Evaluation) -> HandlerFact | None:
    """What makes the function a request handler: a decorator, or its agreed name."""
    node = function.node
    if isinstance(node, ast.Lambda):
        return None
    facts = evaluation.facts.decorators
    for decorator in node.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        written = ast.unparse(target)
        resolved = library_name(target, function.source, evaluation.project)
        found = facts.handler(resolved) or facts.handler(written)
        if found is not None:
            return found
    args = node.args
    return facts.function(node.name, [a.arg for a in (*args.posonlyargs, *args.args, *args.kwonlyargs)])
