"""What does a finding cost per 1,000 calls?"""

from __future__ import annotations

import pytest

from promptlint.card import load_phrases
from promptlint.diagnostic import EACH_CALL
from promptlint.facts import Facts, load_facts
from promptlint.interval import DollarInterval, Interval
from promptlint.loss import loss
from promptlint.request import Request
from promptlint.rule import loss_word
from promptlint.shipped import rules_directory
from promptlint.testing import check, requests
from promptlint.variation import DAY, HOUR, MINUTE, Cause, Kind, Topic

PROGRAM = """
import anthropic

anthropic.Anthropic().messages.{method}(
    model={model},
    max_tokens=9,
    system=[{{"type": "text", "text": "Be brief.", "cache_control": {marker}}}],
    messages=[],
)
"""
SHORT, LONG = '{"type": "ephemeral"}', '{"type": "ephemeral", "ttl": "1h"}'
SONNET, OPUS = '"claude-sonnet-4-6"', '"claude-opus-4-8"'


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load_facts()


def request(facts: Facts, model: str = SONNET, marker: str = SHORT) -> Request:
    (found,) = requests({"main.py": PROGRAM.format(method="create", model=model, marker=marker)}, facts)
    return found


def in_dollars(amount: DollarInterval | None) -> tuple[float, float | None] | None:
    if amount is None:
        return None
    return round(amount.low, 6), None if amount.high is None else round(amount.high, 6)


@pytest.mark.parametrize(
    ("model", "marker", "low", "high"),
    [
        (SONNET, SHORT, 3.45, 6.9),
        (SONNET, LONG, 5.7, 11.4),
        (OPUS, SHORT, 5.75, 11.5),
        (SONNET, '{"type": "ephemeral", "ttl": TTL}', 3.45, 11.4),
        (f"{SONNET} if FAST else {OPUS}", SHORT, 3.45, 11.5),
    ],
)
def test_a_write_less_a_read_at_the_prices_of_the_model(
    model: str, marker: str, low: float, high: float, facts: Facts
) -> None:
    """A thousand times 1,000 to 2,000 tokens: Sonnet 4.6 takes $3 for a million, Opus 4.8 $5."""
    found = loss(Interval(1000, 2000), [request(facts, model, marker)], facts)
    assert in_dollars(found) == (low, high)


def test_an_unbounded_loss_has_no_upper_price(facts: Facts) -> None:
    assert in_dollars(loss(Interval(1000, None), [request(facts)], facts)) == (3.45, None)


@pytest.mark.parametrize("model", ['"some-model"', "MODEL"])
def test_nothing_is_said_of_a_model_without_a_price(model: str, facts: Facts) -> None:
    assert loss(Interval(1000, 2000), [request(facts, model)], facts) is None
    assert loss(Interval(1000, 2000), [request(facts), request(facts, model)], facts) is None


def test_nothing_lost_costs_nothing(facts: Facts) -> None:
    assert loss(None, [request(facts)], facts) is None
    assert loss(Interval(1000, 2000), [], facts) is None


# -- at which calls ---------------------------------------------------------------------------

CLOCK = """
from datetime import date, datetime
import anthropic

GUIDE = "Quote the clause you rely on. " * 900


def answer(question):
    guide = f"{{{read}}} {{GUIDE}}"
    return anthropic.Anthropic().messages.create(
        model="claude-sonnet-4-6",
        max_tokens=9,
        system=[{{"type": "text", "text": guide, "cache_control": {{"type": "ephemeral"}}}}],
        messages=[{{"role": "user", "content": question}}],
    )
"""


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        ("datetime.now()", EACH_CALL),
        ("datetime.now():%H:%M:%S", "at the first call of each second"),
        ("datetime.now():%H:%M", "at the first call of each minute"),
        ("datetime.now():%H", "at the first call of each hour"),
        ("date.today()", "at the first call of each day"),
        ("question", EACH_CALL),
    ],
)
def test_a_clock_loses_at_the_first_call_of_each_period(read: str, expected: str) -> None:
    found = [one for one in check({"main.py": CLOCK.format(read=read)}) if one.tokens_lost is not None]
    assert [one.lost_at for one in found] == [expected]


def test_every_cause_has_words_for_the_calls_that_lose() -> None:
    words = load_phrases(rules_directory()).words["lost"]
    assert words["call"] == EACH_CALL
    clocks = (Cause(Kind.CLOCK, Topic.CLOCK, period) for period in (1e-6, 1.0, MINUTE, HOUR, DAY))
    others = (Cause(kind, Topic.REQUEST) for kind in Kind if kind is not Kind.CLOCK)
    assert {loss_word(cause) for cause in (*clocks, *others)} == words.keys()
