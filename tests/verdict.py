"""Was a program foretold soundly, and exactly?

Sound: every request that it sends is among those foretold. Exact: besides, nothing was given
up, and what is left open is made of the arguments. Tight: every alternative is sent by some run.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass

from match import Decisions, alternatives, match, sent_blocks
from recorder import MARKED_ARGUMENTS, Recording, record

from promptlint.evaluate.text import pieces
from promptlint.evaluate.value import Unknown
from promptlint.facts import Facts
from promptlint.program import Program
from promptlint.reading import read_program
from promptlint.request import Block, Choice, Item, Repeat, Request, Rest

__all__ = ["Verdict", "foretell", "judge"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found out about one program."""

    unsound: Recording | None
    """A request that was sent and not foretold."""
    inexact: tuple[str, ...]
    """Why it is not exact; empty: it is."""
    superfluous: tuple[str, ...]
    """Conditions with an alternative that no run takes; empty: it is tight."""


def foretell(source: str, facts: Facts) -> Sequence[Request]:
    """The requests that the evaluator sees in a program."""
    return read_program(Program.in_memory({"app.py": source}), facts).survey.requests


def judge(source: str, requests: Sequence[Request]) -> Verdict:
    """Run a program and hold what it sends against what was foretold."""
    taken: set[tuple[Hashable, int]] = set()
    inexact: list[str] = []
    marked = record(source, MARKED_ARGUMENTS)
    for recording in _distinct((*record(source), *marked)):
        decided = _matched(recording, requests, strict=False)
        if decided is None:
            return Verdict(recording, ("unsound",), ())
        taken |= decided
    if not marked:
        inexact.append("nothing is sent")
    if any(_matched(recording, requests, strict=True) is None for recording in _distinct(marked)):
        inexact.append("something is left open that is not made of arguments")
    superfluous: list[str] = []
    for request in requests:
        items = (*request.tools, *request.system, *request.messages)
        inexact.extend(f"gap: {gap.reason}: {gap.name}" for gap in _unknowns(items) if gap.reason.is_gap)
        superfluous.extend(sorted(repr(key) for key in {*alternatives(items)} - taken))
    return Verdict(None, tuple(dict.fromkeys(inexact)), tuple(superfluous))


def _distinct(recordings: Sequence[Recording]) -> Collection[Recording]:
    return {repr(recording.request): recording for recording in recordings}.values()


def _matched(recording: Recording, requests: Sequence[Request], *, strict: bool) -> Decisions | None:
    sent = sent_blocks(recording.request)
    for request in requests:
        if request.models and recording.request["model"] not in request.models:
            continue
        decided = match(sent, request, strict=strict)
        if decided is not None:
            return decided
    return None


def _unknowns(items: Sequence[Item]) -> Iterator[Unknown]:
    for item in items:
        match item:
            case Block(text=text):
                yield from (piece for piece in pieces(text) if isinstance(piece, Unknown))
            case Choice(_, runs):
                for run in runs:
                    yield from _unknowns(run)
            case Repeat(inner):
                yield from _unknowns(inner)
            case Rest(_, unknown):
                yield unknown
