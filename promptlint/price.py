"""What do tokens cost? The prices of a model, applied to intervals of tokens.

Everything is in US dollars and counts input only: what a model answers costs the same whether or
not the prompt was cached.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from promptlint.facts import Model, Price
from promptlint.interval import DollarInterval, Interval

__all__ = [
    "HOURS_A_MONTH",
    "TTLS",
    "Shares",
    "break_even",
    "lost_dollars",
    "prices_of",
    "saved",
    "spent",
]

HOURS_A_MONTH = 730
"""The hours of a year over twelve."""
TTLS = ("5m", "1h")
"""The lifetimes of an entry that have a price of their own."""

_MILLION = 1_000_000


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
    return _product(tokens, _rates(price, ttl, shares))


def saved(tokens: Interval, price: Price, ttl: str | None, before: Shares, after: Shares) -> DollarInterval:
    """By how much less a part of the prompt costs per call with other shares; it may be below zero."""
    rates = zip(_rates(price, ttl, before), _rates(price, ttl, after), strict=True)
    return _product(tokens, [old - new for old, new in rates])


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
    most = math.inf if tokens.high is None else tokens.high
    amounts = [count * rate / _MILLION for rate in rates if rate for count in (tokens.low, most)] or [0.0]
    high = max(amounts)
    return DollarInterval(min(amounts), None if high == math.inf else high)


def _rates(price: Price, ttl: str | None, shares: Shares) -> list[float]:
    """Dollars per million tokens; one rate for each lifetime that it may be."""
    return [
        shares.read * price.read + shares.written * write + shares.fresh * price.input
        for write in _writes(price, ttl)
    ]


def _writes(price: Price, ttl: str | None) -> tuple[float, ...]:
    """The price of writing an entry of a lifetime; every one where it is not known."""
    match ttl:
        case "5m":
            return (price.write_5m,)
        case "1h":
            return (price.write_1h,)
        case _:
            return (price.write_5m, price.write_1h)
