"""Does every rule report what its card marks, and nothing else?"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from examples import EVERY_EXAMPLE, examples
from promptlint.card import Card
from promptlint.diagnostic import Diagnostic, Role, Severity
from promptlint.example import MAIN, Example, Kind, Mark
from promptlint.source import Span
from promptlint.testing import check


@EVERY_EXAMPLE
def test_the_marked_lines_are_reported_and_no_others(card: Card, example: Example) -> None:
    found = reported(example, pedantic=card.severity is Severity.PEDANTIC)
    own = [diagnostic for diagnostic in found if diagnostic.rule == card.name]
    if sorted(line_of(diagnostic.span) for diagnostic in own) != sorted(example.errors):
        pytest.fail(described(example, "the reported lines are not the marked ones", found))


@EVERY_EXAMPLE
def test_no_other_rule_speaks_up(card: Card, example: Example) -> None:
    bearable = Severity.NOTE if example.kind.reports else Severity.PEDANTIC
    found = reported(example)
    if any(other.severity > bearable for other in found if other.rule != card.name):
        pytest.fail(described(example, f"only `{card.name}` may speak of this", found))


@examples(lambda example: bool(example.sources))
def test_a_source_label_points_at_each_marked_source(card: Card, example: Example) -> None:
    own = [diagnostic for diagnostic in reported(example) if diagnostic.rule == card.name]
    pointed = {
        line_of(label.span)
        for diagnostic in own
        for label in diagnostic.labels
        if label.role is Role.SOURCE and label.span.line != diagnostic.span.line
    }
    if pointed != example.sources:
        pytest.fail(described(example, f"sources are seen at {sorted(pointed)}", own))


@examples(lambda example: example.kind is Kind.NOTE)
def test_a_note_is_no_more_than_a_note(card: Card, example: Example) -> None:
    own = [diagnostic for diagnostic in reported(example) if diagnostic.rule == card.name]
    if any(diagnostic.severity > Severity.NOTE for diagnostic in own):
        pytest.fail(described(example, "the finding is more than a note", own))


def reported(example: Example, *, pedantic: bool = False) -> list[Diagnostic]:
    """What is shown of an example without ``--pedantic``, or with it."""
    found = check(example.files, main=MAIN)
    return [one for one in found if pedantic or one.severity > Severity.PEDANTIC]


def line_of(span: Span) -> Mark:
    return Mark(span.path, span.line)


def described(example: Example, problem: str, found: Sequence[Diagnostic]) -> str:
    """Where in the card, what is wrong, what was expected, what is reported."""
    rows = [f"{example.place}: {example.kind}: {example.title}: {problem}"]
    rows += [f"  marked:   {excerpt(example, mark)}" for mark in sorted(example.errors)]
    rows += [
        f"  reported: {excerpt(example, line_of(one.span))}  {one.severity.word} {one.rule}: {one.message}"
        for one in found
    ]
    return "\n".join(rows)


def excerpt(example: Example, mark: Mark) -> str:
    lines = example.files[mark.file].splitlines()
    text = lines[mark.line - 1].strip() if mark.line <= len(lines) else ""
    return f"{mark.file}:{mark.line - example.hidden_lines}  {text}"
