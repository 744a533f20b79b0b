"""What do decorators, annotations and agreed names say about a function?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from promptlint.facts.sections import Group, Sections, cause
from promptlint.variation import Cause

__all__ = ["Decorators", "HandlerFact", "read_decorators"]


@dataclass(frozen=True, slots=True)
class HandlerFact:
    """What makes a function one that a framework calls, once per request."""

    name: str
    cause: Cause
    """How its parameters vary."""
    parameters: tuple[str, ...] = ()
    """The parameters that carry the request; empty: all but `others`."""
    others: frozenset[str] = frozenset()
    """Parameters that carry something else: ``self``, ``db``, ``say``."""


@dataclass(frozen=True, slots=True)
class Decorators:
    """What decorators, annotations and agreed function names say about a function."""

    handlers: Mapping[str, HandlerFact]
    """By dotted name, or by the last word of the receiver and the method: ``router.post``."""
    functions: Mapping[str, HandlerFact]
    """By the name of the function itself: ``lambda_handler``."""
    requests: Mapping[str, Cause]
    """Dotted class → how a parameter annotated with it varies."""
    injected: frozenset[str]
    """Calls that, as a parameter's default, hand in something else than the request: ``Depends``."""
    keeping: frozenset[str]
    """Decorators after which the function still returns what its body says."""
    caching: frozenset[str]
    """Decorators that keep a result per arguments: ``functools.cache``."""

    def handler(self, name: str) -> HandlerFact | None:
        """The fact for a decorator, resolved (``flask.Flask.route``) or as written (``app.get``)."""
        known = self.handlers.get(name)
        if known is not None:
            return known
        receiver, _, method = name.rpartition(".")
        word = receiver.rpartition(".")[2].lower().rpartition("_")[2]
        return self.handlers.get(f"{word}.{method}")

    def function(self, name: str, parameters: Iterable[str]) -> HandlerFact | None:
        """The fact for a function by its agreed name and its parameters' names."""
        known = self.functions.get(name)
        return known if known is not None and set(known.parameters) <= set(parameters) else None

    def request(self, annotation: str) -> Cause | None:
        """How a parameter varies that is annotated with a dotted class name."""
        return self.requests.get(annotation)

    def is_injected(self, call: str) -> bool:
        """Whether a parameter whose default is a call of this name holds no request data."""
        return call in self.injected

    def keeps(self, name: str) -> bool:
        """Whether the decorated function still returns what its body says."""
        return name in self.keeping or name in self.caching

    def caches(self, name: str) -> bool:
        """Whether results of the decorated function are kept per arguments."""
        return name in self.caching


def read_decorators(sections: Sections) -> Decorators:
    """Sections about handlers, request classes and decorators."""
    handlers: dict[str, HandlerFact] = {}
    about = ("parameters", "others")
    for group in sections.groups("handlers", ("kind", "topic"), ("names", "receivers", "methods", *about)):
        names = group["names"].strings() if "names" in group else ()
        receivers = group["receivers"].strings() if "receivers" in group else ()
        methods = group["methods"].strings() if "methods" in group else ()
        pairs = [f"{receiver}.{method}" for receiver in receivers for method in methods]
        handlers |= {name: _handler(name, group) for name in (*names, *pairs)}
    functions = {
        name: _handler(name, group)
        for group in sections.groups("handler_functions", ("kind", "topic", "names", "parameters"), about)
        for name in group["names"].strings()
    }
    requests = {
        name: cause(group)
        for group in sections.groups("request_classes", ("kind", "topic", "names"))
        for name in group["names"].strings()
    }
    return Decorators(
        handlers,
        functions,
        requests,
        injected=sections.names("injectors"),
        keeping=sections.names("keeping"),
        caching=sections.names("caching"),
    )


def _handler(name: str, group: Group) -> HandlerFact:
    return HandlerFact(
        name,
        cause(group),
        group["parameters"].strings() if "parameters" in group else (),
        frozenset(group["others"].strings() if "others" in group else ()),
    )
