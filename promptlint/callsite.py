"""Which expressions send a Messages request?

A run of a function tells its `Recorder` of every call; those on a client's ``messages`` are kept
with their arguments and the state in which they are made.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field, replace

from promptlint.diagnostic import Confidence
from promptlint.evaluate.dotted import dotted_callee
from promptlint.evaluate.evaluation import Arguments, CallEvent, Evaluation, Place
from promptlint.evaluate.imports import import_table
from promptlint.evaluate.store import State
from promptlint.evaluate.text import flattened
from promptlint.evaluate.value import (
    Client,
    Const,
    Endpoint,
    External,
    Frame,
    Function,
    Method,
    Param,
    Reading,
    Reason,
    Text,
    Unknown,
    Value,
    path_of,
)
from promptlint.facts import Calls, MethodFact
from promptlint.source import Span
from promptlint.wrapper import requested

__all__ = ["Record", "Recorder"]

SENDS = Endpoint(Client("", Confidence.HIGH), ("messages", "create"))
"""What a function is that the user declares to be a request."""

MAX_RECORDS = 64
"""Requests of one call site in one run: a loop over more items than that sends more of the same."""


@dataclass(frozen=True, slots=True)
class Record:
    """One call that sends a request, as one run came to it."""

    node: ast.AST
    span: Span
    method: MethodFact
    path: tuple[str, ...]
    client: Client
    arguments: Arguments
    state: State
    evaluation: Evaluation
    reading: Reading
    function: str
    """Qualified name of the function around the call."""
    sites: tuple[tuple[ast.AST, Frame], ...]
    """What was entered on the way from where the run began, each with the namespace around it."""
    earlier: tuple[frozenset[int], ...]
    """Requests that the run sent before: for each the ids of its calls."""
    stack: tuple[Function, ...]
    """The functions that were active, outermost first."""
    given_up: int = 0
    """Functions and loops that had taken too long before: what they change is not known."""
    uncalled: Reason = Reason.PARAMETER
    """Why no caller explains a parameter: there is none, or there are more than can be told apart."""

    handed: bool = False
    """The call hands the method to a function, which calls it."""

    @property
    def callers(self) -> tuple[tuple[ast.Call, Frame], ...]:
        """The calls by which the function was reached from where the run began, and their namespaces."""
        return tuple((call, frame) for call, frame in self.sites if isinstance(call, ast.Call))

    def seen_from(self, wanted: frozenset[int]) -> Record | None:
        """The record for the wanted node that sends; None if none of these, by their ids, does.

        Where a method is handed to a function that calls it, that is the call which hands it over.
        """
        if id(self.node) in wanted:
            return self
        for depth, (node, frame) in reversed(list(enumerate(self.sites if self.handed else ()))):
            if id(node) in wanted and isinstance(node, ast.Call):
                state = self.state.fork()
                state.frame = frame
                span, function = frame.source.span(node), frame.qualname or "<module>"
                sites = self.sites[:depth]
                return replace(self, node=node, span=span, state=state, function=function, sites=sites)
        return None

    @property
    def place(self) -> Place:
        """Where the request is sent."""
        return Place(self.node, self.state, self.evaluation)

    @property
    def path_of_calls(self) -> tuple[Span, ...]:
        """Where each of the calls that lead to it is written."""
        return tuple(frame.source.span(call) for call, frame in self.callers)


@dataclass(slots=True)
class Recorder:
    """Keeps the requests that a run sends, and answers for them."""

    calls: Calls
    suspects: frozenset[int]
    """Ids of the nodes that may name a method that sends, in every file."""
    records: list[Record] = field(default_factory=list)
    met: set[int] = field(default_factory=set)
    """Ids of the callees of all calls that the run came to and could tell what is called."""
    unclear: set[int] = field(default_factory=set)
    """Ids of the callees of those that it could not tell."""
    blurred: set[int] = field(default_factory=set)
    """Ids of the callees of those that it could not tell because a helper took too long."""
    sent: int = 0
    """How many requests were met, also in trials."""

    sends: list[frozenset[int]] = field(default_factory=list)
    """The last requests that were sent: for each the ids of the calls by which it came, its own too."""

    def kept(self) -> int:
        """How many requests are kept."""
        return len(self.records)

    def forget(self, kept: int) -> None:
        """Keep only the first of them; the others are met again, or they are not met."""
        self.met.difference_update(_callee(record.node) for record in self.records[kept:])
        del self.records[kept:]

    def called(self, event: CallEvent) -> Value | None:
        """The response, if the call is a Messages request; None for every other call."""
        declared = self._declared(event)
        if declared is not None:
            return self.called(replace(event, callee=SENDS, arguments=declared))
        found = self._endpoint(event)
        told = found is not None or self._is_other_model(event.arguments)
        clear = told or not self._may_be_ours(event.callee)
        callee = _callee(event.node)
        if not event.evaluation.muted:
            (self.met if clear else self.unclear).add(callee)
            self.blurred.update({callee} if _is_blurred(event.callee) else ())
        if found is None:
            return None
        client, path = found
        method = self.calls.method(path)
        if method is None:
            return None
        self.sent += 1
        if not event.evaluation.muted:
            ids = (id(node) for node, _ in (*event.evaluation.sites, (event.node, event.state.frame)))
            self.sends = [*self.sends[-MAX_RECORDS:], frozenset(ids)]
            self._keep(event, client, path, method)
        return self._response(event, path)

    def _response(self, event: CallEvent, path: tuple[str, ...]) -> Value:
        place = Place(event.node, event.state, event.evaluation)
        return place.unknown(Reason.NETWORK, f"{'.'.join(path)}()")

    def _keep(self, event: CallEvent, client: Client, path: tuple[str, ...], method: MethodFact) -> None:
        same = sum(1 for record in self.records if record.node is event.node)
        if same >= MAX_RECORDS:
            return
        evaluation, state = event.evaluation, event.state.fork()
        self.records.append(
            Record(
                event.node,
                evaluation.span(event.node, state),
                method,
                path,
                client,
                event.arguments,
                state,
                evaluation,
                evaluation.reading,
                state.frame.qualname or "<module>",
                tuple(evaluation.sites),
                tuple(self.sends[:-1]),
                tuple(evaluation.stack),
                len(evaluation.too_long),
                handed=not (isinstance(event.node, ast.Call) and id(event.node.func) in self.suspects),
            )
        )

    def _declared(self, event: CallEvent) -> Arguments | None:
        """The arguments of the request that a call is by the user's facts."""
        if not self.calls.request_functions:
            return None
        place = Place(event.node, event.state, event.evaluation)
        names = dotted_callee(event.callee, event.evaluation.project)
        fact = next((f for name in names if (f := self.calls.request_functions.get(name))), None)
        return None if fact is None else requested(fact, event.callee, event.arguments, place)

    # -- what is called -------------------------------------------------------------------------

    def _endpoint(self, event: CallEvent) -> tuple[Client, tuple[str, ...]] | None:
        """The client and the path of methods, if the callee is one on a client or looks like one."""
        match event.callee:
            case Endpoint(client, path):
                return client, path
            case Unknown() | Param():
                return self._unknown_client(event.callee, path_of(event.callee), event)
            case Method(Unknown() | Param() as owner, method):
                return self._unknown_client(owner, f"{path_of(owner)}.{method}", event)
            case External(name):
                return self._external(name, event)
            case _:
                return None

    def _may_be_ours(self, callee: Value) -> bool:
        """Whether nothing is known of a callee but how it was reached.

        A method of None is not called either: somebody has put an object there that was not seen.
        """
        match callee:
            case Const(None):
                return True
            case Method(owner):
                return self._may_be_ours(owner)
            case External(name):
                return not self.calls.is_foreign(name)
            case Unknown(Reason.LIBRARY):
                return not self.calls.is_foreign(path_of(callee).replace("()", ""))
            case Unknown() | Param():
                return True
            case _:
                return False

    def _unknown_client(
        self, owner: Unknown | Param, name: str, event: CallEvent
    ) -> tuple[Client, tuple[str, ...]] | None:
        """A method of an unknown receiver: told by the receiver's name and by the arguments."""
        split = self._split(name)
        if split is None:
            return None
        receiver, path = split
        library = isinstance(owner, Unknown) and owner.reason is Reason.LIBRARY
        if library and self.calls.is_foreign(name.replace("()", "")):
            return None
        confidence = self.calls.client_name(receiver)
        shaped = self.is_request(event.arguments)
        named = confidence is Confidence.MEDIUM and self._open(event.arguments)
        if shaped or named or (confidence is not None and self._passes_on(event)):
            return Client("", Confidence.MEDIUM), path
        return None

    def _passes_on(self, event: CallEvent) -> bool:
        """Whether a file that imports the SDK hands on all that it is given: ``**kwargs``."""
        if event.arguments.double_star is None or event.arguments.positional:
            return False
        table = event.evaluation.project.syntax.ask(import_table, event.state.frame.source)
        return any(name.partition(".")[0] in self.calls.roots for name in table.values())

    def _external(self, name: str, event: CallEvent) -> tuple[Client, tuple[str, ...]] | None:
        """A client that a library holds: ``anthropic.messages``, ``settings.client.messages``."""
        split = self._split(name)
        if split is None or self.calls.is_foreign(name):
            return None
        receiver, path = split
        if receiver == "anthropic" or self.is_request(event.arguments):
            return Client("anthropic" if receiver == "anthropic" else "", Confidence.MEDIUM), path
        return None

    def _split(self, name: str) -> tuple[str, tuple[str, ...]] | None:
        """``self.api.beta.messages.create`` → its receiver and the longest known path."""
        parts = re.sub(r"\(\)|@\d+:\d+", "", name).split(".")
        for start in range(1, len(parts)):
            path = tuple(parts[start:])
            if self.calls.method(path) is not None:
                return ".".join(parts[:start]), path
        if (
            len(parts) > 1
            and "messages" in parts[-2]
            and self.calls.method(("messages", parts[-1])) is not None
        ):
            return ".".join(parts[:-1]), ("messages", parts[-1])
        return None

    def _open(self, arguments: Arguments) -> bool:
        return arguments.double_star is not None and not arguments.keywords

    def is_request(self, arguments: Arguments) -> bool:
        """Whether the arguments are those of a Messages request."""
        names = [name for name, _ in arguments.keywords]
        if self._is_other_model(arguments):
            return False
        claude = next((text for text in self._models(arguments) if self.calls.is_model(text)), None)
        return self.calls.is_request(names, claude)

    def _is_other_model(self, arguments: Arguments) -> bool:
        """Whether the model that is asked for is surely not of the Claude family."""
        texts = self._models(arguments)
        return bool(texts) and not any(map(self.calls.is_model, texts))

    def _models(self, arguments: Arguments) -> list[str]:
        models = flattened((arguments.get("model") or Const(None),))
        constants = [model.constant for model in models if isinstance(model, Text)]
        return [text for text in constants if text]


def _callee(node: ast.AST) -> int:
    """The id of what names the function that a node calls."""
    return id(getattr(node, "func", node))


def _is_blurred(callee: Value) -> bool:
    match callee:
        case Method(owner):
            return _is_blurred(owner)
        case Unknown(Reason.BUDGET):
            return True
        case _:
            return False
