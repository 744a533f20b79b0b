"""What do the floors of the interpreter hand to each other? Calls, their arguments, and how code ends."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from promptlint.evaluate.store import State
from promptlint.evaluate.value import Class, Client, Condition, Ref, Value
from promptlint.source import Span

if TYPE_CHECKING:
    from promptlint.evaluate.evaluation import Evaluation, Place

__all__ = ["Arguments", "CallEvent", "Exhausted", "Flow", "Interpreter", "Observer", "Summary"]


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of one call, evaluated; a ``*`` or ``**`` that is not known is kept whole."""

    positional: tuple[Value, ...] = ()
    keywords: tuple[tuple[str, Value], ...] = ()
    star: Value | None = None
    """An unknown ``*args``."""
    double_star: Value | None = None
    """An unknown ``**kwargs``, or a dict with unknown keys."""
    spans: tuple[tuple[str, Span], ...] = ()
    """Where each keyword's value is written."""
    conditions: tuple[tuple[str, tuple[tuple[Condition, int], ...]], ...] = ()
    """Keywords that are passed only under conditions."""

    def get(self, name: str, index: int | None = None) -> Value | None:
        """The argument by keyword, or else by position."""
        for keyword, value in self.keywords:
            if keyword == name:
                return value
        if index is not None and index < len(self.positional):
            return self.positional[index]
        return None

    def values(self) -> tuple[Value, ...]:
        """Every argument."""
        rest = tuple(v for v in (self.star, self.double_star) if v is not None)
        return (*self.positional, *(value for _, value in self.keywords), *rest)


@dataclass(frozen=True, slots=True)
class CallEvent:
    """A call that is about to be made."""

    node: ast.AST
    """The call, or where the callee is handed to something that will call it."""
    callee: Value
    arguments: Arguments
    state: State
    evaluation: Evaluation


class Observer(Protocol):
    """Who is told of calls, and may answer for them."""

    sent: int
    """How many calls that matter were met, also in trials."""

    def called(self, event: CallEvent) -> Value | None:
        """The value of the call if it is one that matters; None to let it be followed."""

    def kept(self) -> int:
        """How many calls are kept."""

    def forget(self, kept: int) -> None:
        """Keep only the first of them."""


class Summary(Protocol):
    """What stands for any object of a class."""

    def any_object(self, cls: Class, outer: Evaluation) -> Ref:
        """The object with which a method is run when nobody is known to call it."""

    def field(self, cls: Class, name: str, place: Place) -> Value | None:
        """What any method may have left in a field."""

    def client(self, cls: Class, name: str, place: Place) -> Client | None:
        """The client that a field is annotated with."""

    def keep(self, ref: Ref, grown: str, place: Place) -> None:
        """From now on a container outlives every activation."""


class Interpreter(Protocol):
    """The mutually recursive parts of the interpreter."""

    def run(self, body: Sequence[ast.stmt], state: State, evaluation: Evaluation) -> Flow:
        """Run statements."""

    def evaluate(self, node: ast.expr, state: State, evaluation: Evaluation) -> Value:
        """Evaluate an expression."""

    def call(self, event: CallEvent) -> Value:
        """Make a call."""

    def attribute(self, receiver: Value, name: str, at: Place) -> Value:
        """Read an attribute."""


@dataclass(slots=True)
class Flow:
    """How a run of statements ended: each exit with its state."""

    normal: State | None
    returned: list[tuple[State, Value]] = field(default_factory=list)
    broken: list[State] = field(default_factory=list)
    continued: list[State] = field(default_factory=list)
    raised: list[State] = field(default_factory=list)

    def absorb(self, other: Flow) -> None:
        """Take over the abrupt exits of a part of this run."""
        self.raised += other.raised
        self.returned += other.returned
        self.broken += other.broken
        self.continued += other.continued


class Exhausted(Exception):  # noqa: N818 - a signal inside one evaluation, not an error
    """The budget of this run is used up."""
