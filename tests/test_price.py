"""Is the arithmetic of caching right?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from promptlint.facts import Facts, Model, Price, load_facts
from promptlint.interval import DollarInterval, Interval, dollars
from promptlint.price import Shares, break_even, lost_dollars, prices_of, spent


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load_facts()


def model_of(facts: Facts, name: str) -> Model:
    model = facts.models.find(name)
    assert model is not None
    return model


def price_of(facts: Facts, name: str) -> Price:
    price = model_of(facts, name).price
    assert price is not None
    return price


def near(amount: DollarInterval | None, low: float, high: float | None) -> bool:
    """Whether an amount is the expected one, to a billionth of a dollar."""
    assert amount is not None
    if amount.high is None or high is None:
        return amount.high is high and amount.low == pytest.approx(low, abs=1e-9)
    return (amount.low, amount.high) == pytest.approx((low, high), abs=1e-9)


# -- a prefix of 9,000 tokens with a payload of 1,500 -----------------------------------------

PREFIX, PAYLOAD = Interval(9000, 9000), Interval(1500, 1500)
SONNET = "claude-sonnet-4-6"


def worked(price: Price, ttl: str, hit_rate: float) -> float:
    """Dollars of 1,000 calls."""
    prefix = spent(PREFIX, price, ttl, Shares(hit_rate, 1 - hit_rate))
    payload = spent(PAYLOAD, price, ttl, Shares(0, 0))
    total = (prefix + payload).times(1000)
    assert total.high == total.low
    return total.low


@pytest.mark.parametrize(
    ("hit_rate", "counted_as_fresh", "five_minutes", "one_hour"),
    [
        (0.0, 10_500, 12_750, 19_500),
        (0.3, 7_800, 9_645, 14_370),
        (0.7, 4_200, 5_505, 7_530),
        (0.9, 2_400, 3_435, 4_110),
    ],
)
def test_the_worked_example(
    facts: Facts, hit_rate: float, counted_as_fresh: int, five_minutes: int, one_hour: int
) -> None:
    """In tokens at the input price: what is counted as fresh leaves out what writing and reading cost."""
    price = price_of(facts, SONNET)
    assert 1500 + round(9000 * (1 - hit_rate)) == counted_as_fresh
    assert worked(price, "5m", hit_rate) == pytest.approx(five_minutes * 1000 * 3 / 1e6)
    assert worked(price, "1h", hit_rate) == pytest.approx(one_hour * 1000 * 3 / 1e6)


def test_the_worked_example_costs_more_than_no_caching_below_the_break_even_rate(facts: Facts) -> None:
    price = price_of(facts, SONNET)
    uncached = 10_500 * 1000 * 3 / 1e6
    for ttl in ("5m", "1h"):
        rate = break_even(price, ttl)
        assert worked(price, ttl, rate) == pytest.approx(uncached)
        assert worked(price, ttl, rate - 0.01) > uncached > worked(price, ttl, rate + 0.01)


# -- break-even -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "five_minutes", "one_hour"),
    [
        ("claude-sonnet-4-6", 0.2174, 0.5263),  # reads at 0.1
        ("claude-opus-5-5", 0.2083, 0.5128),  # at 0.05
        ("claude-fable-5-1", 0.2041, 0.5063),  # at 0.025
    ],
)
def test_the_hit_rate_from_which_caching_pays(
    facts: Facts, name: str, five_minutes: float, one_hour: float
) -> None:
    price = price_of(facts, name)
    assert break_even(price, "5m") == pytest.approx(five_minutes, abs=1e-4)
    assert break_even(price, "1h") == pytest.approx(one_hour, abs=1e-4)


# -- what is lost -----------------------------------------------------------------------------


def test_what_is_written_again_costs_the_write_less_the_read(facts: Facts) -> None:
    model = model_of(facts, SONNET)
    lost = lost_dollars(Interval(1000, 2000), model, "5m")
    assert near(lost, 1000 * (3.75 - 0.3) / 1e6, 2000 * (3.75 - 0.3) / 1e6)


def test_a_lifetime_that_is_not_known_may_be_either(facts: Facts) -> None:
    model = model_of(facts, SONNET)
    lost = lost_dollars(Interval(1000, 1000), model, None)
    assert near(lost, 1000 * (3.75 - 0.3) / 1e6, 1000 * (6 - 0.3) / 1e6)


def test_without_a_bound_there_is_a_least_amount(facts: Facts) -> None:
    model = model_of(facts, SONNET)
    assert near(lost_dollars(Interval(1000, None), model, "1h"), 1000 * (6 - 0.3) / 1e6, None)


def test_a_model_without_a_price_has_no_dollars(facts: Facts) -> None:
    model = replace(model_of(facts, SONNET), price=None)
    assert lost_dollars(Interval(1000, 1000), model, "5m") is None
    assert prices_of(model, Interval(0, 1)) == ()


# -- long requests ----------------------------------------------------------------------------


def test_a_long_request_has_its_own_price(facts: Facts) -> None:
    model = model_of(facts, "claude-haiku-4-5")
    assert len(prices_of(model, Interval(10, None))) == 1
    model = model_of(facts, "claude-haiku-5-5")

    def inputs(low: int, high: int | None) -> list[float]:
        return [price.input for price in prices_of(model, Interval(low, high))]

    assert inputs(10, 100_000) == [0.1]
    assert inputs(100_001, None) == [0.5]
    assert inputs(10, 100_001) == inputs(10, None) == [0.1, 0.5]


# -- amounts ----------------------------------------------------------------------------------


def test_amounts_add_up_and_join() -> None:
    one, two, open_ = DollarInterval(1, 2), DollarInterval(3, 5), DollarInterval(4, None)
    assert one + two == DollarInterval(4, 7)
    assert one | two == DollarInterval(1, 5)
    assert one + open_ == DollarInterval(5, None)
    assert two | open_ == DollarInterval(3, None)
    assert one.times(10) == DollarInterval(10, 20)
    assert open_.times(10) == DollarInterval(40, None)


@pytest.mark.parametrize(
    ("low", "high", "written"),
    [
        (1.2, 1.35, "$1.20-1.35"),
        (1.2, 1.2, "$1.20"),
        (1.2, 1.2004, "$1.20"),
        (1234.4, 2345.6, "$1,234-2,346"),
        (95.5, 120, "$96-120"),
        (0.98, 1.35, "$0.98-1.35"),
        (0.0043, 0.0071, "$0.0043-0.0071"),
        (0.0, 0.0, "$0"),
        (0.0, 1.5, "up to $1.50"),
        (0.001, 120, "up to $120"),
        (1.2, None, "at least $1.20"),
        (0.0, None, ""),
    ],
)
def test_amounts_are_written_with_the_precision_of_their_larger_end(
    low: float, high: float | None, written: str
) -> None:
    assert dollars(DollarInterval(low, high)) == written.replace("-", "\N{EN DASH}")
