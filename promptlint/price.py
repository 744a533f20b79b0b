"""What do tokens cost? The prices of a model, applied to intervals of tokens.

Everything is in US dollars and counts input only: what a model answers costs the same whether or
not the prompt was cached.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from promptlint.diagnostic import Interval
from promptlint.facts import Model, Price

__all__ = [
    "HOURS_A_MONTH",
    "TTLS",
    "DollarInterval",
    "Shares",
    "break_even",
    "dollars",
    "lost_dollars",
    "prices_of",
    "spent",
]

HOURS_A_MONTH = 730
"""The hours of a year over twelve."""
TTLS = ("5m", "1h")
"""The lifetimes of an entry that have a price of their own."""

_MILLION = 1_000_000
_TO = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class DollarInterval:
    """An amount of US dollars known to lie in `low`…`high`; `high` is None where nothing bounds it."""

    low: float
    high: float | None

    def __add__(self, other: DollarInterval) -> DollarInterval:
        high = None if self.high is None or other.high is None else self.high + other.high
        return DollarInterval(self.low + other.low, high)

    def __or__(self, other: DollarInterval) -> DollarInterval:
        """The smallest interval that holds both."""
        high = None if self.high is None or other.high is None else max(self.high, other.high)
        return DollarInterval(min(self.low, other.low), high)

    def times(self, calls: float) -> DollarInterval:
        """The amount for that many calls, from the amount for one."""
        return DollarInterval(self.low * calls, None if self.high is None else self.high * calls)


@dataclass(frozen=True, slots=True)
class Shares:
    """In which share of the calls, 0…1, a part of the prompt is read, and in which it is written.

    In the others it is sent as plain input.
    """

    read: float
    written: float

    @property
    def fresh(self) -> float:
        """The share of the calls in which the part has nothing to do with the cache."""
        return 1.0 - self.read - self.written


def prices_of(model: Model, prompt: Interval) -> tuple[Price, ...]:
    """The prices that hold for a request of that many input tokens, cached ones included.

    None if the price of the model is not known; two where it is not known on which side of a
    border between prices the request lies.
    """
    if model.price is None:
        return ()
    if model.long_price is None or (prompt.high is not None and prompt.high <= model.long_price.over):
        return (model.price,)
    if prompt.low > model.long_price.over:
        return (model.long_price.price,)
    return (model.price, model.long_price.price)


def spent(tokens: Interval, price: Price, ttl: str | None, shares: Shares) -> DollarInterval:
    """What a part of the prompt costs per call, on the average of many calls.

    `ttl` is the lifetime of the entry that it belongs to; None: 5m or 1h.
    """
    rates = [
        shares.read * price.read + shares.written * write + shares.fresh * price.input
        for write in _writes(price, ttl)
    ]
    return _product(tokens, rates)


def lost_dollars(tokens: Interval, model: Model, ttl: str | None) -> DollarInterval | None:
    """What it costs, per call, that tokens are written again that could have been read.

    `tokens` are those of one call, `ttl` the lifetime of the entry; None: 5m or 1h. None comes back
    where the price of the model is not known. For 1,000 calls: ``.times(1000)``. Where long requests
    have a price of their own, that one holds only if these tokens alone make the request long.
    """
    losses = [
        _product(tokens, [write - price.read for write in _writes(price, ttl)])
        for price in prices_of(model, Interval(tokens.low, tokens.low))
    ]
    return reduce(or_, losses) if losses else None


def break_even(price: Price, ttl: str) -> float:
    """The share of calls, 0…1, that have to read an entry for caching to be cheaper than not to cache.

    Caching costs as much as plain input where ``h * read + (1 - h) * write = input``.
    """
    (write,) = _writes(price, ttl)
    return (write - price.input) / (write - price.read)


def _product(tokens: Interval, rates: Sequence[float]) -> DollarInterval:
    """The price of some tokens at one of several rates, in dollars per million."""
    high = None if tokens.high is None else tokens.high * max(rates) / _MILLION
    return DollarInterval(tokens.low * min(rates) / _MILLION, high)


def _writes(price: Price, ttl: str | None) -> tuple[float, ...]:
    """The price of writing an entry of a lifetime; every one where it is not known."""
    match ttl:
        case "5m":
            return (price.write_5m,)
        case "1h":
            return (price.write_1h,)
        case _:
            return (price.write_5m, price.write_1h)


# -- in words -----------------------------------------------------------------------------------


def dollars(amount: DollarInterval) -> str:
    """The amount as it is printed: ``$1.20``, ``at least $0.0043``; empty: not known.

    Both ends have the precision of the larger one: whole dollars from a hundred on, cents from one
    on, two digits below.
    """
    digits = _digits(amount.low if amount.high is None else amount.high)
    low = f"{amount.low:,.{digits}f}"
    nothing = not float(low.replace(",", ""))
    if amount.high is None:
        return "" if nothing else f"at least ${low}"
    high = f"{amount.high:,.{digits}f}"
    if low == high:
        return "$0" if nothing else f"${low}"
    return f"up to ${high}" if nothing else f"${low}{_TO}{high}"


_FINEST = 6
"""Digits behind the point: a hundred tokens that the cheapest model reads are a millionth of a dollar."""
_WHOLE, _CENTS = 100, 1


def _digits(amount: float) -> int:
    if amount >= _WHOLE:
        return 0
    if amount >= _CENTS or amount == 0:
        return 2
    return next((digits for digits in range(2, _FINEST) if amount >= 10 ** (1 - digits)), _FINEST)
