"""What is foretold of a program is what it sends: two thousand programs are run to see."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pytest
from programs import CONSTRUCTS, Program, program
from shrink import shrunk
from verdict import Verdict, foretell, judge

from promptlint.facts import Facts, load_facts
from promptlint.notation import print_items

PROGRAMS = 2_000
LEAST_SHARE = 0.02
"""Of the programs that must have any one construct."""
LEAST_EXACT = 0.95
LEAST_TIGHT = 0.9
"""What only looks as if it could happen, such as an exception that is never raised, is an alternative too."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A program and what was found out about it."""

    program: Program
    verdict: Verdict


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load_facts()


@pytest.fixture(scope="module")
def judged(facts: Facts) -> tuple[Judged, ...]:
    return tuple(
        Judged(one, judge(one.source, foretell(one.source, facts))) for one in map(program, range(PROGRAMS))
    )


def described(seed: int, source: str, facts: Facts) -> str:
    """The smallest program like this one that fails, what it sends, and what was foretold."""
    source = shrunk(source, lambda smaller: judge(smaller, foretell(smaller, facts)).unsound is not None)
    requests = foretell(source, facts)
    lines = [line for one in requests for line in print_items((*one.tools, *one.system, *one.messages))]
    sent = judge(source, requests).unsound
    return "\n".join((f"seed {seed}, cut down:", source, "", f"sent: {sent}", "foretold:", *lines))


def test_every_construct_is_in_many_programs() -> None:
    counts = Counter(name for one in map(program, range(PROGRAMS)) for name in one.constructs)
    assert set(counts) == CONSTRUCTS
    rare = {name: count for name, count in counts.items() if count < LEAST_SHARE * PROGRAMS}
    assert rare == {}


def test_everything_that_is_sent_was_foretold(judged: tuple[Judged, ...], facts: Facts) -> None:
    failed = [each.program for each in judged if each.verdict.unsound is not None]
    if failed:
        smallest = min(failed, key=lambda one: len(one.source))
        pytest.fail(
            f"{len(failed)} programs; {described(smallest.seed, smallest.source, facts)}", pytrace=False
        )


def test_nearly_everything_is_foretold_exactly(judged: tuple[Judged, ...]) -> None:
    reasons = Counter(reason for each in judged for reason in each.verdict.inexact)
    exact = sum(not each.verdict.inexact for each in judged)
    assert exact >= LEAST_EXACT * PROGRAMS, reasons.most_common(20)


def test_hardly_any_alternative_is_never_sent(judged: tuple[Judged, ...]) -> None:
    loose = [each.program.seed for each in judged if each.verdict.superfluous]
    assert len(loose) <= (1 - LEAST_TIGHT) * PROGRAMS, loose[:20]
