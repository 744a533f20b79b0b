"""One run of the evaluator: what it may use, how far it may go, and who is told of calls.

The floors of the interpreter (statements, expressions, calls) know each other only through the
`Evaluation` that is handed along.
"""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from promptlint.diagnostic import Confidence
from promptlint.evaluate.budget import MAX_STEPS, MIN_SHARE, SHARE, Budget
from promptlint.evaluate.contract import (
    Arguments,
    CallEvent,
    Exhausted,
    Flow,
    Interpreter,
    Observer,
    Summary,
)
from promptlint.evaluate.leaf import asked_of
from promptlint.evaluate.store import DictObject, Entry, ListObject, Object, State
from promptlint.evaluate.value import (
    ANY_SIZE,
    Address,
    Condition,
    External,
    Frame,
    Function,
    Hole,
    HopKind,
    Origin,
    Param,
    Reading,
    Reason,
    Ref,
    Unknown,
    Value,
    text,
)
from promptlint.facts import Facts
from promptlint.interval import Interval
from promptlint.source import Source, Span
from promptlint.variation import Cause, Epoch

if TYPE_CHECKING:
    from promptlint.evaluate.project import Project

__all__ = [
    "Arguments",
    "CallEvent",
    "Evaluation",
    "Exhausted",
    "Flow",
    "Interpreter",
    "Observer",
    "Place",
    "Summary",
    "written",
]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an evaluation stands: what almost every part of the interpreter is handed."""

    node: ast.AST
    state: State
    evaluation: Evaluation

    @property
    def span(self) -> Span:
        """The place in the source."""
        return self.evaluation.span(self.node, self.state)

    def unknown(self, reason: Reason, name: str = "", path: str = "") -> Unknown:
        """An unknown value that begins here."""
        value = self.evaluation.unknown(reason, self.node, self.state, name)
        return replace(value, path=path) if path else value

    def fresh(self, label: str, values: Sequence[Value] = ()) -> Condition:
        """A condition like no other, decided here by some values."""
        condition = self.evaluation.fresh(self.node, self.state, label)
        return replace(condition, asked=asked_of(values)) if values else condition

    def ref(self, obj: Object) -> Ref:
        """A new object made here."""
        return self.evaluation.allocate(obj, self.node, self.state)

    def hole(
        self,
        causes: frozenset[Cause],
        name: str,
        type_: str = "",
        size: Interval = ANY_SIZE,
        confidence: Confidence = Confidence.HIGH,
    ) -> Hole:
        """A run-time value that is read here."""
        span = self.span
        return Hole(
            causes,
            name,
            span,
            type_,
            size,
            confidence,
            self.evaluation.reading,
            Origin(HopKind.READ, span, name),
        )

    def derived(self, value: Value, name: str = "", path: str = "") -> Value:
        """A part or a conversion of a value that is not known itself; `path` tells which."""
        return self.evaluation.derived(value, name, self.span, path)

    def item(self, value: Value, name: str) -> Value:
        """An element of a sequence that is not seen, under the name that a loop gives it."""
        span = self.span
        return self.derived(value, name, f"{name}@{span.line}:{span.column}")

    @property
    def written(self) -> str:
        """The expression as written, its whitespace normalised; a long one is cut."""
        return written(self.node, self.state.frame.source)

    @property
    def written_call(self) -> str:
        """The call without its arguments: ``requests.get()``."""
        node = self.node
        if not isinstance(node, ast.Call):
            return self.written
        return f"{written(node.func, self.state.frame.source)}()"


MAX_NAME = 80
"""Characters of an expression that names a value; a longer one is no name any more."""


def written(node: ast.AST, source: Source) -> str:
    """An expression as it is written, on one line; a long one is cut, a long call loses its arguments."""
    segment = " ".join(source.segment(node).split())  # type: ignore[arg-type]
    if len(segment) <= MAX_NAME:
        return segment
    if isinstance(node, ast.Call):
        return f"{written(node.func, source)}(…)"
    return f"…{segment[-MAX_NAME:]}"


class Evaluation:
    """One run from one entry, with its budget."""

    def __init__(
        self,
        project: Project,
        observer: Observer | None = None,
        reading: Reading | None = None,
        budget: Budget | None = None,
        serials: int = 0,
    ) -> None:
        self.project = project
        self.facts: Facts = project.facts
        self.interpreter: Interpreter = project.interpreter
        self.observer = observer
        self.reading = reading or Reading(Epoch.CALL)
        self._budget = budget or Budget()
        self.steps_left = self._budget.steps
        self._floor = 0
        """Steps that are kept for the callers of the function that is being run."""
        self.numbers: dict[Hashable, int] = {}
        """The shapes of values met so far (see `evaluate.shape`)."""
        self.too_long: set[int] = set()
        """Functions and loops, by id of their node, that did not end within their share."""
        self.stack: list[Function] = []
        self.sites: list[tuple[ast.AST, Frame]] = []
        """The calls by which each function of the stack was entered, and from where."""
        self.active: list[tuple[Function, Value | None, Arguments, State]] = []
        """The functions of the stack with what they were called with."""
        self.defined: dict[int, Function] = {}
        """Functions by id of their node, as last defined, undecorated."""
        self.round = 0
        """The round of the innermost loop that is run any number of times: each asks anew."""
        self.guarded = False
        """Whether a handler of the function that is being run catches what is raised."""
        self.skipped = False
        """A loop was left out because it took too long: a request in it was not met."""
        self.decorating = False
        """A decorator is being run: what it hands on will be called later."""
        self.muted = False
        """Calls are answered for, but not kept: a loop is tried out."""
        self.handed: set[Hashable] = set()
        """The objects that the program was handed and that were changed in place, by `identity`."""
        self.unseen_keys: set[tuple[str | None, Span | None]] = set()
        """Keys that were set in dicts that are not known, and where these are from; None: nobody knows."""
        self.lent: set[Address] = set()
        """Objects that were handed to code that nobody can look into: it may have changed them."""
        self.assumed: set[str] = set()
        """Functions, by id, of whose arguments only the class was known: a caller may tell more."""
        self.number = serials
        """Told apart from every other run by it."""
        self._serial = serials

    def serial(self) -> int:
        """A new number."""
        self._serial += 1
        return self._serial

    def lend(self, arguments: Arguments) -> None:
        """Hand arguments to code that nobody can look into."""
        self.lent.update(value.address for value in arguments.values() if isinstance(value, Ref))

    def set_unseen(self, owner: Param | Unknown, keys: Iterable[str | None]) -> None:
        """Set keys in a dict of which nothing is known."""
        source = None if owner.origin is None else owner.origin.source.span
        self.unseen_keys.update((key, source) for key in keys)

    def step(self, cost: int = 1) -> None:
        """Spend one step, or several for what is as much work.

        Raises:
            Exhausted: nothing is left.

        """
        self.steps_left -= cost
        if self.steps_left < self._floor:
            raise Exhausted

    @property
    def is_spent(self) -> bool:
        """Whether the function that is being run has no steps left."""
        return self.steps_left - self._floor < MIN_SHARE

    def _reserve(self, most: int) -> int:
        """Leave `most` steps, and no more than a share; what was reserved before."""
        before = self._floor
        share = min((self.steps_left - before) * SHARE[0] // SHARE[1], most)
        self._floor = max(before, self.steps_left - max(MIN_SHARE, share))
        return before

    @contextmanager
    def sharing(self) -> Iterator[None]:
        """Spend a share of what the function that is being run has left."""
        before = self._reserve(MAX_STEPS)
        try:
            yield
        finally:
            self._floor = before

    @contextmanager
    def entered(
        self, function: Function, receiver: Value | None, arguments: Arguments, place: Place
    ) -> Iterator[None]:
        """Run the body of a function, on a share of what is left.

        One helper that takes too long becomes a gap; the call site that asked for it is still read.
        """
        before = self._reserve(self._budget.longest)
        self.stack.append(function)
        self.active.append((function, receiver, arguments, place.state))
        self.sites.append((place.node, place.state.frame))
        guarded, self.guarded = self.guarded, False
        try:
            yield
        finally:
            self.guarded = guarded
            self._floor = before
            self.stack.pop()
            self.active.pop()
            self.sites.pop()

    def span(self, node: ast.AST, state: State) -> Span:
        """The place of a node of the code that is being run."""
        return state.frame.source.span(node)  # type: ignore[arg-type]

    def place(self, node: ast.AST, state: State) -> Place:
        """Where we stand."""
        return Place(node, state, self)

    def unknown(self, reason: Reason, node: ast.AST, state: State, name: str = "") -> Unknown:
        """An unknown value that begins at `node`."""
        span = self.span(node, state)
        name = name or written(node, state.frame.source)
        return Unknown(reason, name, span, None, self.reading, Origin(HopKind.READ, span, name))

    def derived(self, value: Value, name: str, span: Span, path: str = "") -> Value:
        """A part or a conversion of a value that is not known itself; `path` tells which."""
        match value:
            case Param(_, param, origin=origin):
                path = path or f"{param}@{span.line}:{span.column}"
                hop = Origin(HopKind.CONVERTED, span, name, origin)
                return Unknown(Reason.PARAMETER, name or param, span, value, self.reading, hop, path)
            case Unknown(_, old, _, _, _, origin):
                path = path or f"{value.path or old}@{span.line}:{span.column}"
                hop = Origin(HopKind.CONVERTED, span, name, origin)
                return replace(value, name=name or old, at=span, origin=hop, path=path, most=None)
            case Hole():
                return replace(
                    value,
                    name=name or value.name,
                    type="",
                    layout="",
                    size=ANY_SIZE,
                    origin=Origin(HopKind.CONVERTED, span, name, value.origin),
                    declared=None,
                )
            case External(dotted, label):
                name = name or label or dotted
                hop = Origin(HopKind.READ, span, name)
                return Unknown(Reason.LIBRARY, name, span, None, self.reading, hop, path or dotted)
            case _:
                hop = Origin(HopKind.READ, span, name)
                return Unknown(Reason.CONSTRUCT, name, span, None, self.reading, hop)

    def allocate(self, obj: Object, node: ast.AST, state: State) -> Ref:
        """A new object."""
        if isinstance(obj, DictObject) and obj.span is None:
            obj = replace(obj, span=self.span(node, state))
        if isinstance(obj, ListObject) and not obj.loops:
            obj = replace(obj, loops=self.reading.loops)
        ref = Ref(Address(id(node), self.serial()))
        state.put(ref, obj)
        return ref

    def record(
        self,
        fields: Mapping[str, Value],
        node: ast.AST,
        state: State,
        spans: Mapping[str, Span] | None = None,
        rest: Value | None = None,
    ) -> Ref:
        """A new dict with constant string keys; `spans` tell where the values are written.

        `rest`: what a ``**`` that is not seen may add to them.
        """
        entries: dict[Value, Entry] = {
            text(name): Entry(value, at=(spans or {}).get(name)) for name, value in fields.items()
        }
        unseen = rest if isinstance(rest, Unknown | Param | Hole) else None
        return self.allocate(DictObject(entries, unseen), node, state)

    def fresh(self, node: ast.AST, state: State, label: str = "") -> Condition:
        """A condition like no other."""
        span = self.span(node, state)
        return Condition(("once", self.serial()), span, label)

    @contextmanager
    def within(self, reading: Reading) -> Iterator[None]:
        """Read values at another epoch for a while."""
        before, self.reading = self.reading, reading
        try:
            yield
        finally:
            self.reading = before

    @contextmanager
    def loop(self, serial: int) -> Iterator[None]:
        """Run the body of a loop, which has the same number at each pass."""
        now = self.reading
        with self.within(Reading(now.epoch, now.owner, (*now.loops, serial))):
            yield

    @contextmanager
    def observed_by(self, observer: Observer | None) -> Iterator[None]:
        """Run with another observer for a while."""
        before, self.observer = self.observer, observer
        try:
            yield
        finally:
            self.observer = before

    @contextmanager
    def caught(self) -> Iterator[None]:
        """Run the body of a ``try``: what it raises goes on in a handler."""
        before, self.guarded = self.guarded, True
        try:
            yield
        finally:
            self.guarded = before

    @contextmanager
    def next_round(self) -> Iterator[None]:
        """Run one of the rounds of a loop that is run any number of times."""
        before, self.round = self.round, self.serial()
        try:
            yield
        finally:
            self.round = before

    @contextmanager
    def rehearsed(self) -> Iterator[None]:
        """Run as a trial: calls are answered for, but not kept."""
        before, self.muted = self.muted, True
        try:
            yield
        finally:
            self.muted = before
