"""What does a call give back? User functions are followed, libraries are looked up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from promptlint.evaluate import clock
from promptlint.evaluate.attribute import attribute
from promptlint.evaluate.branch import either
from promptlint.evaluate.condition import Undecided
from promptlint.evaluate.containers import container_method
from promptlint.evaluate.dotted import dotted_callee
from promptlint.evaluate.evaluation import Arguments, CallEvent, Place
from promptlint.evaluate.function import invoke
from promptlint.evaluate.instance import construct, object_method
from promptlint.evaluate.library import by_fact, external_call, is_summarised, value_method
from promptlint.evaluate.opaque import handed_over, unknown_call, unknown_method
from promptlint.evaluate.store import Instance
from promptlint.evaluate.strings import string_method
from promptlint.evaluate.template import template_method
from promptlint.evaluate.text import choose, flattened
from promptlint.evaluate.value import (
    Bound,
    Choice,
    Class,
    Client,
    Condition,
    Const,
    Endpoint,
    External,
    FilePath,
    Function,
    Hole,
    Method,
    Param,
    Partial,
    Reason,
    Ref,
    Template,
    Text,
    Tuple,
    Unknown,
    Value,
)
from promptlint.variation import Cause, Kind, Topic

__all__ = ["call"]


def call(event: CallEvent) -> Value:
    """Make a call, unless someone answers for it."""
    place = Place(event.node, event.state, event.evaluation)
    observer = event.evaluation.observer
    if observer is not None and not isinstance(event.callee, Choice):
        answer = observer.called(event)
        if answer is not None:
            return answer
    if isinstance(event.callee, Function | Bound) and event.evaluation.facts.sources.own:
        said = _declared(event, place)
        if said is not None:
            return said
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
            result = None if is_summarised(name) else handed_over(event)
            return result if result is not None else external_call(name, event.arguments, place)
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
            return unknown_call(event)


def _declared(event: CallEvent, place: Place) -> Value | None:
    """What the user's facts say of a function of the project."""
    sources = event.evaluation.facts.sources
    for name in dotted_callee(event.callee, event.evaluation.project):
        fact = sources.find(name) if name in sources.own else None
        if fact is not None:
            return by_fact(fact, name, event.arguments, place)
    return None


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
    plain = all(isinstance(c, Endpoint | Unknown | Param | Const | Method) for c in every)
    if plain and len({endpoint.path for endpoint in endpoints}) == 1:
        return call(replace(event, callee=endpoints[0]))
    return _first_or_others(callee.condition, callee.alternatives, event)


def _first_or_others(
    condition: Condition, callees: Sequence[Value], event: CallEvent, earlier: int = 0
) -> Value:
    """One callee after the other, each where none of the `earlier` ones is the one."""
    first, *others = callees
    if not others:
        return call(replace(event, callee=first))
    here = condition
    if len(others) > 1 or earlier:
        here = replace(condition, key=("one of", condition.key, earlier))
    return either(
        Undecided(here, 0),
        lambda at: call(replace(event, callee=first, state=at)),
        lambda at: _first_or_others(condition, others, replace(event, state=at), earlier + 1),
        event.state,
    )


def _endpoint(client: Client, path: tuple[str, ...], event: CallEvent, place: Place) -> Value:
    if len(path) == 1 and path[0] in event.evaluation.facts.calls.chains:
        given = dict(client.options) | dict(event.arguments.keywords)
        return replace(client, options=tuple(given.items()))
    return place.unknown(Reason.NETWORK, f"{'.'.join(path)}()")


def _method(receiver: Value, name: str, event: CallEvent, place: Place) -> Value:
    arguments = event.arguments
    match receiver:
        case Text():
            return string_method(receiver, name, arguments, place)
        case Ref():
            own = isinstance(place.state.object(receiver), Instance)
            answer = object_method if own else container_method
            result = answer(receiver, name, arguments, place)
            return result if result is not None else place.unknown(Reason.LIBRARY)
        case Hole():
            moment = clock.method(receiver, name, arguments, place)
            if moment is not None:
                return moment
            if receiver.type == "str":
                return string_method(Text((receiver,)), name, arguments, place)
            found = _of_hole(receiver, place)
            return _or_default(found, arguments, place) if name == "get" else found
        case External(prefix):
            return external_call(f"{prefix}.{name}", arguments, place)
        case Template():
            return template_method(receiver, name, arguments, place)
        case FilePath() | Const() | Tuple():
            return value_method(receiver, name, arguments, place)
        case Unknown() | Param():
            return unknown_method(receiver, name, event)
        case _:
            return unknown_call(event)


def _or_default(found: Value, arguments: Arguments, place: Place) -> Value:
    """``os.environ.get(key, default)``."""
    default = arguments.get("default", 1)
    if default is None or default == Const(None):
        return found
    return choose(place.evaluation.fresh(place.node, place.state, "the key is there"), (found, default))


def _of_hole(receiver: Hole, place: Place) -> Value:
    """What a method makes of a run-time value varies as it does."""
    if receiver.type == "Random":
        return _drawn(receiver, place)
    return place.derived(receiver, receiver.name if receiver.type else place.written)


def _drawn(generator: Hole, place: Place) -> Hole:
    """A draw from a seeded generator: the same at every call, if it was made for this call."""
    now, made = place.evaluation.reading, generator.reading
    own = made.epoch is now.epoch and made.owner == now.owner
    causes = generator.causes if own else frozenset({Cause(Kind.CALL, Topic.RANDOM)})
    return place.hole(causes, place.written)
