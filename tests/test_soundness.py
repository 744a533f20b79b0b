"""What is foretold of a program is what it sends: two thousand programs are run to see."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pytest
from programs import CONSTRUCTS, Program, program
from promptlint.testing import requests
from verdict import Verdict, judge, shrunk

PROGRAMS = 2_000
LEAST_SHARE = 0.02
"""Of the programs that must have any one construct."""
LEAST_EXACT = 0.95


@dataclass(frozen=True, slots=True)
class Judged:
    """A program and what was found out about it."""

    program: Program
    verdict: Verdict


@pytest.fixture(scope="module")
def judged() -> tuple[Judged, ...]:
    return tuple(
        Judged(one, judge(one.source, requests({"app.py": one.source})))
        for one in map(program, range(PROGRAMS))
    )


def is_unsound(source: str) -> bool:
    return judge(source, requests({"app.py": source})).unsound is not None


def test_every_construct_is_in_many_programs() -> None:
    counts = Counter(name for one in map(program, range(PROGRAMS)) for name in one.constructs)
    assert set(counts) == CONSTRUCTS
    rare = {name: count for name, count in counts.items() if count < LEAST_SHARE * PROGRAMS}
    assert rare == {}


def test_everything_that_is_sent_was_foretold(judged: tuple[Judged, ...]) -> None:
    failed = [each for each in judged if each.verdict.unsound is not None]
    if failed:
        smallest = min(failed, key=lambda each: len(each.program.source)).program
        source = shrunk(smallest.source, is_unsound)
        foretold = requests({"app.py": source})
        pytest.fail(
            f"{len(failed)} programs send what was not foretold, such as seed {smallest.seed}:"
            f"\n\n{source}\n\n"
            f"sent:     {judge(source, foretold).unsound}\nforetold: {foretold}"
        )


def test_nearly_everything_is_foretold_exactly(judged: tuple[Judged, ...]) -> None:
    reasons = Counter(reason for each in judged for reason in each.verdict.inexact)
    exact = sum(not each.verdict.inexact for each in judged)
    assert exact >= LEAST_EXACT * PROGRAMS, reasons.most_common(20)
