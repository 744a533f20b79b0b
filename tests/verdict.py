"""Was a program foretold soundly, and exactly?

Sound: every request that it sends is among those foretold. Exact: besides, nothing was given
up, what is left open is made of the arguments, and every alternative is sent by some run.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass

from match import Decisions, alternatives, match, sent_blocks
from recorder import MARKED_ARGUMENTS, Recording, record

from promptlint.evaluate.value import Unknown, pieces
from promptlint.request import Block, Choice, Item, Repeat, Request, Rest

__all__ = ["Verdict", "judge", "shrunk"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found out about one program."""

    unsound: Recording | None
    """A request that was sent and not foretold."""
    inexact: tuple[str, ...]
    """Why it is not exact; empty: it is."""


def judge(source: str, requests: Sequence[Request]) -> Verdict:
    """Run a program and hold what it sends against what was foretold."""
    recordings = (*record(source), *record(source, MARKED_ARGUMENTS))
    taken: set[tuple[Hashable, int]] = set()
    inexact: list[str] = []
    for recording in recordings:
        decided = _matched(recording, requests, strict=False)
        if decided is None:
            return Verdict(recording, ("unsound",))
        taken |= decided
        if recording.arguments in MARKED_ARGUMENTS and _matched(recording, requests, strict=True) is None:
            inexact.append("something is left open that is not made of arguments")
    for request in requests:
        items = (*request.tools, *request.system, *request.messages)
        inexact.extend(f"gap: {gap.reason}: {gap.name}" for gap in _unknowns(items) if gap.reason.is_gap)
        inexact.extend(f"never sent: {key}" for key in sorted(map(repr, {*alternatives(items)} - taken)))
    return Verdict(None, tuple(dict.fromkeys(inexact)))


def _matched(recording: Recording, requests: Sequence[Request], *, strict: bool) -> Decisions | None:
    sent = sent_blocks(recording.request)
    for request in requests:
        if request.models and recording.request["model"] not in request.models:
            continue
        decided = match(sent, request, recording.arguments, strict=strict)
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


_ERRORS = (
    NameError,
    TypeError,
    ValueError,
    KeyError,
    IndexError,
    AttributeError,
    SyntaxError,
    AssertionError,
)


def shrunk(source: str, is_bad: Callable[[str], bool], attempts: int = 400) -> str:
    """The program with every statement left out that `is_bad` does not need."""
    tree = ast.parse(source)
    changed = True
    while changed and attempts > 0:
        changed = False
        for candidate in _smaller(tree):
            attempts -= 1
            if _holds(is_bad, candidate):
                tree, changed = candidate, True
                break
            if attempts <= 0:
                break
    return ast.unparse(tree)


def _holds(is_bad: Callable[[str], bool], tree: ast.Module) -> bool:
    try:
        return is_bad(ast.unparse(tree))
    except _ERRORS:
        return False


def _smaller(tree: ast.Module) -> Iterator[ast.Module]:
    """The tree without one of its statements, or with a string operation cut to its operand."""
    for number, node in enumerate(ast.walk(tree)):
        for name in ("body", "orelse", "finalbody", "handlers"):
            statements = getattr(node, name, ())
            for index in range(len(statements) if isinstance(statements, list) else 0):
                smaller = copy.deepcopy(tree)
                twin = next(n for i, n in enumerate(ast.walk(smaller)) if i == number)
                left = getattr(twin, name)
                removed = left.pop(index)
                if name == "body" and not left:
                    left.append(ast.Pass())
                yield ast.fix_missing_locations(smaller)
                if isinstance(removed, ast.If | ast.For | ast.While | ast.With | ast.Try):
                    left[index:index] = removed.body
                    yield ast.fix_missing_locations(smaller)
