"""What request is the call of a function that the user declares to be one?"""

from __future__ import annotations

from collections.abc import Sequence

from promptlint.evaluate.evaluation import Arguments, Place
from promptlint.evaluate.store import ListObject
from promptlint.evaluate.value import Bound, Function, One, Value, text
from promptlint.facts import WrapperFact

__all__ = ["requested"]


def requested(fact: WrapperFact, callee: Value, arguments: Arguments, place: Place) -> Arguments:
    """The arguments of the request, taken from those of the call."""
    order = fact.positional or _parameters(callee)
    spans, conditions = dict(arguments.spans), dict(arguments.conditions)
    given: list[tuple[str, Value]] = []
    at: list[tuple[str, str]] = []
    for argument, parameter in fact.arguments.items():
        value = arguments.get(parameter, order.index(parameter) if parameter in order else None)
        if value is None:
            continue
        name = "messages" if argument == "prompt" else argument
        given.append((name, _message(value, place) if argument == "prompt" else value))
        at.append((name, parameter))
    return Arguments(
        keywords=tuple(given),
        star=arguments.star,
        double_star=arguments.double_star,
        spans=tuple((name, spans[parameter]) for name, parameter in at if parameter in spans),
        conditions=tuple((name, conditions[parameter]) for name, parameter in at if parameter in conditions),
    )


def _message(value: Value, place: Place) -> Value:
    """The one message of a text."""
    fields = {"role": text("user"), "content": value}
    message = place.evaluation.record(fields, place.node, place.state)
    return place.ref(ListObject((One(message),)))


def _parameters(callee: Value) -> Sequence[str]:
    """The parameters of a function of the project, in order, without the object that it belongs to."""
    function = callee.function if isinstance(callee, Bound) else callee
    if not isinstance(function, Function):
        return ()
    names = [each.arg for each in (*function.node.args.posonlyargs, *function.node.args.args)]
    return names[1:] if isinstance(callee, Bound) else names
