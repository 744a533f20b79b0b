"""Do the examples of a card hold? What is found in each against what the card marks.

The examples are read like any code, never executed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from promptlint.card import Card
from promptlint.config import Config
from promptlint.config_file import OWN_NAME, config_of
from promptlint.diagnostic import Diagnostic, Role, Severity
from promptlint.engine import lint
from promptlint.example import MAIN, Example, Kind, Mark
from promptlint.facts import Facts
from promptlint.program import Program
from promptlint.reading import read_program
from promptlint.report.color import Ink, Paint
from promptlint.report.place import flat
from promptlint.ruleset import Ruleset
from promptlint.source import Span

__all__ = ["Mishap", "described", "examine", "judge"]


@dataclass(frozen=True, slots=True)
class Mishap:
    """One way in which an example is not as its card says."""

    example: Example
    problem: str
    found: tuple[Diagnostic, ...]
    """What was reported of it."""


def examine(card: Card, ruleset: Ruleset, facts: Facts) -> Iterator[Mishap]:
    """What is wrong with the examples of a card, which is one of the ruleset's.

    An example that holds a ``promptlint.toml`` is judged by that configuration.
    """
    for example in card.examples:
        reading = read_program(Program.in_memory(example.files), facts)
        own = example.files.get(OWN_NAME)
        config = Config() if own is None else config_of(own)
        config = replace(config, pedantic=card.severity is Severity.PEDANTIC)
        rules = ruleset if own is None else Ruleset.of(config, ruleset.registry)
        result = lint(reading, rules, config, facts, reading.lock())
        for trouble in result.troubles:
            place = trouble.path if trouble.line is None else f"{trouble.path}:{trouble.line}"
            yield Mishap(example, f"{place}: {trouble.message}", ())
        yield from judge(card, example, result.diagnostics)


def judge(card: Card, example: Example, found: Sequence[Diagnostic]) -> Iterator[Mishap]:
    """What of the findings in an example is not as its card says."""
    own = tuple(one for one in found if one.rule == card.name)
    others = tuple(one for one in found if one.rule != card.name)
    if sorted(_mark(one.span) for one in own) != sorted(example.errors):
        yield Mishap(example, "the reported lines are not the marked ones", own)
    bearable = Severity.NOTE if example.kind.reports else Severity.PEDANTIC
    loud = tuple(one for one in others if one.severity > bearable)
    if loud:
        yield Mishap(example, "another rule reports too", loud)
    if example.kind is Kind.NOTE and any(one.severity > Severity.NOTE for one in own):
        yield Mishap(example, "the finding is more than a note", own)
    if example.sources and _sources(own) != example.sources:
        yield Mishap(example, "the sources pointed at are not the marked ones", own)


def described(mishap: Mishap, paint: Paint) -> list[str]:
    """Where on the card, what is wrong, what is marked and what is reported."""
    example = mishap.example
    rows = [paint(f"{example.place}: {example.kind}: {example.title}", Ink.STRONG), f"  {mishap.problem}"]
    rows += [f"  marked    {_excerpt(example, mark)}" for mark in sorted(example.errors)]
    for one in mishap.found:
        rows.append(f"  reported  {_excerpt(example, _mark(one.span))}")
        rows.append(f"            {one.severity.word}[{one.rule}]: {flat(one.message)}")
    return rows


def _excerpt(example: Example, mark: Mark) -> str:
    """The line as the reader of the card sees it, with its number there."""
    number = mark.line - (example.hidden_lines if mark.file == MAIN else 0)
    rows = example.files[mark.file].splitlines()
    return f"{mark.file}:{number}: {flat(rows[mark.line - 1]) if mark.line <= len(rows) else ''}"


def _sources(found: Sequence[Diagnostic]) -> frozenset[Mark]:
    """The lines at which values are read, other than the reported ones."""
    return frozenset(
        _mark(label.span)
        for one in found
        for label in one.labels
        if label.role is Role.SOURCE and label.span.line != one.span.line
    )


def _mark(span: Span) -> Mark:
    return Mark(span.path, span.line)
