"""Counts are intervals, and every public count lies in its interval."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.evaluate.value import (
    Choice,
    Condition,
    Const,
    Hole,
    Literal,
    Param,
    Reason,
    Repeat,
    Text,
    Unknown,
    text,
)
from promptlint.facts import Facts, load_facts
from promptlint.interval import Interval
from promptlint.shipped import rules_directory
from promptlint.source import Span
from promptlint.tokens import Tokenizer

HERE = Span("prompt.py", None, 1, 1, 1, 2)
ANY = Interval(0, None)


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load_facts()


@pytest.fixture(scope="module")
def tokenizer(facts: Facts) -> Tokenizer:
    return Tokenizer(facts.tokens, rules_directory() / "facts" / "vocabulary" / "claude.json")


# -- public counts ------------------------------------------------------------------------


@dataclass(frozen=True)
class Point:
    """A text whose true count somebody published."""

    text: str
    tokens: int
    source: str
    messages: int = 0
    """Messages whose framing is in the count."""


ARK = "The Ark is a multi-agent AI companion system with persistent memory. "
POINTS = {
    "repeated sentence, Sonnet 4.5": Point(ARK * 120, 1816, "github.com/ZenMux/zenmux-doc issue 201", 1),
    "repeated greeting, Sonnet 4.5": Point(
        "You are a helpful assistant. " * 200, 1300, "github.com/anthropics/anthropic-sdk-python issue 1451"
    ),
    "two letters": Point("Ab" * 4000, 4001, "github.com/deepset-ai/haystack-core-integrations PR 2051"),
    "one letter as a message": Point("a", 8, "github.com/rohangpta/ctoc REPORT.md", 1),
}


@pytest.mark.parametrize("name", POINTS)
def test_a_published_count_lies_in_the_interval(facts: Facts, tokenizer: Tokenizer, name: str) -> None:
    point = POINTS[name]
    interval = tokenizer.estimate(point.text, "gen1")
    if point.messages:
        interval += tokenizer.framing(point.messages, 0, facts.models.find("claude-sonnet-4-5"))
    assert interval.high is not None
    assert interval.low <= point.tokens <= interval.high, point.source


NOVELS = {
    "Oliver Twist, 1": (9502, 9566),
    "Oliver Twist, 16": (9041, 9154),
    "Oliver Twist, 19": (9373, 9391),
    "War and Peace, 1": (8877, 9729),
    "War and Peace, 10": (9964, 9905),
    "War and Peace, 44": (9818, 9783),
    "Les trois mousquetaires, 1": (12638, 12797),
    "Les trois mousquetaires, 11": (12391, 12856),
    "Les trois mousquetaires, 35": (12578, 13021),
}
"""Sample → raw count by the published tokenizer, true count by the API (Claude 3.7).
Source: github.com/petasbytes/token-approx, experiments/*/data/processed/datasets (2025-11)."""


@pytest.mark.parametrize("sample", NOVELS)
def test_the_factors_hold_for_chapters_of_novels(facts: Facts, sample: str) -> None:
    raw, true = NOVELS[sample]
    low, high = facts.tokens.factors["gen1"]
    framing = facts.tokens.framing.request + facts.tokens.framing.message
    assert framing.high is not None
    assert raw * low <= true - framing.high
    assert true - framing.low <= raw * high


def test_the_newer_generation_takes_more_at_most(facts: Facts, tokenizer: Tokenizer) -> None:
    older, newer = (tokenizer.estimate(ARK, generation) for generation in ("gen1", "gen2"))
    unknown = tokenizer.estimate(ARK, None)
    assert older.high is not None
    assert newer.high is not None
    assert older.high < newer.high
    assert unknown == older | newer
    assert tokenizer.estimate(ARK, "gen9") == unknown
    assert set(facts.tokens.factors) == {"gen1", "gen2"}


# -- raw counts -----------------------------------------------------------------------------


@pytest.mark.parametrize(("content", "count"), [("", 0), ("hello world!", 3), ("™", 1), ("ϰ", 1)])
def test_counts_agree_with_the_published_tokenizer(tokenizer: Tokenizer, content: str, count: int) -> None:
    """Source: the tests of github.com/anthropics/anthropic-tokenizer-typescript."""
    assert tokenizer.count(content) == count


def test_the_name_of_a_special_token_is_plain_text(tokenizer: Tokenizer) -> None:
    assert tokenizer.count("<EOT>") > 1


def test_half_a_surrogate_pair_is_counted_too(tokenizer: Tokenizer) -> None:
    assert tokenizer.count("\ud800") >= 1


HUGE = {
    "one word": "a" * 2_000_000,
    "two letters": "Ab" * 1_000_000,
    "spaces": " " * 2_000_000,
    "newlines": "\n" * 2_000_000,
    "dashes": "-" * 2_000_000,
    "digits": "0123456789" * 200_000,
    "Chinese": "漢字" * 600_000,
    "words": "xyz y " * 333_333,
}


@pytest.mark.parametrize("name", HUGE)
def test_two_megabytes_are_counted_in_linear_time(tokenizer: Tokenizer, name: str) -> None:
    content = HUGE[name]
    part = content[: len(content) // 8]
    start = time.process_time()
    small = tokenizer.count(part)
    middle = time.process_time()
    large = tokenizer.count(content)
    end = time.process_time()
    assert 7.5 * small <= large <= 8.5 * small
    assert end - middle < 32 * max(middle - start, 0.02)


def test_cutting_a_long_run_costs_next_to_nothing(tokenizer: Tokenizer) -> None:
    """A cut lies in the middle of a run, so each one may cost a token."""
    run = "Ab" * 400
    assert abs(tokenizer.count(run * 5) - 5 * tokenizer.count(run)) <= 5


def test_a_counted_text_is_remembered(facts: Facts) -> None:
    counter = Tokenizer(facts.tokens, rules_directory() / "facts" / "vocabulary" / "claude.json")
    content = "some words " * 50_000
    start = time.process_time()
    first = counter.count(content)
    middle = time.process_time()
    assert counter.count(content) == first
    assert time.process_time() - middle < (middle - start) / 4


def test_nothing_is_loaded_until_a_text_is_counted() -> None:
    code = "import sys, promptlint.tokens; sys.exit('tiktoken' in sys.modules or 'yaml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603  our own code


# -- texts with run-time values ----------------------------------------------------------------


def hole(low: int, high: int | None, type_: str = "") -> Hole:
    return Hole(frozenset(), "value", HERE, type_, Interval(low, high))


def condition() -> Condition:
    return Condition("flag", HERE)


def test_a_constant_text_is_its_raw_count_times_the_factors(facts: Facts, tokenizer: Tokenizer) -> None:
    low, high = facts.tokens.factors["gen1"]
    raw = tokenizer.count(ARK * 10)
    interval = tokenizer.estimate(text(ARK * 10), "gen1")
    assert interval.high is not None
    assert raw * low - 1 < interval.low <= raw * low
    assert raw * high <= interval.high < raw * high + 1


def test_an_empty_text_has_no_tokens(tokenizer: Tokenizer) -> None:
    assert tokenizer.estimate(Text(()), "gen1") == Interval(0, 0)


def test_a_value_of_plain_characters_takes_a_token_each_at_most(tokenizer: Tokenizer) -> None:
    uuid = tokenizer.estimate(Text((hole(36, 36, "uuid"),)), "gen1")
    anything = tokenizer.estimate(Text((hole(36, 36),)), "gen1")
    assert uuid.high == 42
    assert anything.high == 166
    assert uuid.low == anything.low == 0


@pytest.mark.parametrize(
    "piece", [hole(0, None), Param("m:f", "x", HERE), Unknown(Reason.LIBRARY, "x", HERE)]
)
def test_what_nothing_bounds_has_no_upper_bound(tokenizer: Tokenizer, piece: Hole | Param | Unknown) -> None:
    interval = tokenizer.estimate(Text((Literal(ARK * 10), piece)), "gen1")
    assert interval.high is None
    assert interval.low >= tokenizer.estimate(ARK * 10, "gen1").low - 1


def test_a_choice_spans_its_alternatives(tokenizer: Tokenizer) -> None:
    choice = Choice(condition(), (text(ARK), text(ARK * 3)))
    assert tokenizer.estimate(Text((choice,)), "gen1") == tokenizer.estimate(
        ARK, "gen1"
    ) | tokenizer.estimate(ARK * 3, "gen1")


def test_a_choice_of_something_that_is_no_text_is_unbounded(tokenizer: Tokenizer) -> None:
    assert tokenizer.estimate(Text((Choice(condition(), (text(ARK), Const(1))),)), "gen1") == ANY


def test_a_repeat_holds_every_count(tokenizer: Tokenizer) -> None:
    interval = tokenizer.estimate(Text((Repeat(text(ARK), Interval(2, 5), "\n"),)), "gen1")
    few, many = ("\n".join([ARK] * count) for count in (2, 5))
    assert interval.high is not None
    assert interval.low <= tokenizer.count(few)
    assert tokenizer.count(many) <= interval.high


def test_a_repeat_without_end_is_unbounded_unless_it_repeats_nothing(tokenizer: Tokenizer) -> None:
    assert tokenizer.estimate(Text((Repeat(text(ARK), ANY),)), "gen1").high is None
    assert tokenizer.estimate(Text((Repeat(Text(()), ANY),)), "gen1") == Interval(0, 0)
    assert tokenizer.estimate(Text((Repeat(Text((hole(0, None),)), Interval(0, 0)),)), "gen1") == Interval(
        0, 0
    )


PROSE = st.text(alphabet="ab c'tré\n漢🚀1.-", max_size=40)


@pytest.fixture(scope="module")
def exact(facts: Facts) -> Tokenizer:
    """Says the bounds of the raw count."""
    vocabulary = rules_directory() / "facts" / "vocabulary" / "claude.json"
    return Tokenizer(replace(facts.tokens, factors={"exact": (1.0, 1.0)}), vocabulary)


@settings(max_examples=1000, deadline=None)
@given(parts=st.lists(st.tuples(PROSE, st.booleans()), max_size=8))
def test_bounds_hold_the_count_of_the_whole_text(exact: Tokenizer, parts: list[tuple[str, bool]]) -> None:
    """Split a text anywhere and hide some of it behind holes: the raw count stays in the bounds."""
    pieces = tuple(hole(len(part), len(part)) if hidden else Literal(part) for part, hidden in parts if part)
    whole = exact.count("".join(part for part, _ in parts))
    interval = exact.estimate(Text(pieces), "exact")
    assert interval.high is not None
    assert interval.low <= whole <= interval.high


# -- framing ----------------------------------------------------------------------------------------


def test_framing_grows_with_messages_and_tools(facts: Facts, tokenizer: Tokenizer) -> None:
    model = facts.models.find("claude-opus-4-7")
    bare = tokenizer.framing(1, 0, model)
    talk = tokenizer.framing(10, 0, model)
    tools = tokenizer.framing(1, 2, model)
    assert bare.high is not None
    assert talk.high is not None
    assert bare.low == talk.low == tools.low == 0
    assert bare.high < talk.high
    assert model is not None
    assert model.tool_prompt == Interval(675, 804)
    assert tools.high == bare.high + 804 + 2 * 80


def test_hidden_tool_tokens_of_an_unknown_model_are_the_largest_known(
    facts: Facts, tokenizer: Tokenizer
) -> None:
    known = [
        model.tool_prompt.high for model in facts.models.all if model.tool_prompt and model.tool_prompt.high
    ]
    assert facts.tokens.framing.tools.high == max(known)
    assert (
        tokenizer.framing(0, 1, None).high
        == tokenizer.framing(0, 1, facts.models.find("claude-opus-4-7")).high
    )
