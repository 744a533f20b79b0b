"""What does one request cost: without caching, as it is, and mended?"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import assert_never

from promptlint.facts import Action, Facts, Model, Price
from promptlint.interval import DollarInterval, Interval
from promptlint.layout import Part, Standing, layouts, total
from promptlint.price import TTLS, Shares, break_even, prices_of, saved, spent
from promptlint.request import Request
from promptlint.tokens import Tokenizer
from promptlint.traffic import Traffic

__all__ = ["Bill", "Bounded", "Quote", "Scenario", "is_free", "quote"]

_FREE = DollarInterval(0.0, 0.0)


class Scenario(StrEnum):
    """Three ways to send one and the same text."""

    UNCACHED = "uncached"
    """No breakpoint at all."""
    PRESENT = "present"
    """As the code is."""
    MENDED = "mended"
    """What stays the same comes before what changes; constant text of tools and system is cached
    where it is enough for the model and pays."""


@dataclass(frozen=True, slots=True)
class Bill:
    """Input tokens by how they are paid for, and their price, per call on the average of many."""

    read: Interval
    written: Interval
    fresh: Interval
    cost: DollarInterval | None
    """None where the price is not known."""

    def __or__(self, other: Bill) -> Bill:
        """The bill of a call that may be the one or the other."""
        cost = _either(self.cost, other.cost)
        return Bill(self.read | other.read, self.written | other.written, self.fresh | other.fresh, cost)


@dataclass(frozen=True, slots=True)
class Bounded:
    """The part of a request whose size is known between two bounds; two versions of it can be compared."""

    tokens: Interval
    cost: DollarInterval | None
    """Per call, as the code is; None where the price is not known."""

    def __or__(self, other: Bounded) -> Bounded:
        """That of a call that may send the one or the other."""
        return Bounded(self.tokens | other.tokens, _either(self.cost, other.cost))


@dataclass(frozen=True, slots=True)
class Quote:
    """What is known about the price of one request."""

    bills: tuple[Bill, Bill, Bill]
    """One for each `Scenario`, in their order."""
    saved: DollarInterval | None
    """What mending it saves per call."""
    bounded: Bounded
    """What is known of it as it is, apart from values whose size is not known."""
    prompt: Interval
    """All tokens of a call."""
    prefix: Interval
    """Tokens up to the last breakpoint that has an effect; none: 0."""
    stays: Interval
    """Tokens that are the same in every call: cached, or constant text of tools and system."""
    stable: tuple[float, float]
    """The share of the prompt, 0…1, that they are, at least and at most."""
    pays_from: tuple[tuple[str, float, float], ...]
    """Lifetime and the hit rate from which it pays, lowest and highest of the models."""

    def bill(self, scenario: Scenario) -> Bill:
        """What is paid in a scenario."""
        return self.bills[tuple(Scenario).index(scenario)]

    def __or__(self, other: Quote) -> Quote:
        """The quote of a call that may send the one or the other."""
        one, two, three = (mine | their for mine, their in zip(self.bills, other.bills, strict=True))
        rates = {ttl: (low, high) for ttl, low, high in self.pays_from}
        for ttl, low, high in other.pays_from:
            known = rates.get(ttl, (low, high))
            rates[ttl] = (min(low, known[0]), max(high, known[1]))
        return Quote(
            (one, two, three),
            _either(self.saved, other.saved),
            self.bounded | other.bounded,
            self.prompt | other.prompt,
            self.prefix | other.prefix,
            self.stays | other.stays,
            (min(self.stable[0], other.stable[0]), max(self.stable[1], other.stable[1])),
            tuple((ttl, *rate) for ttl, rate in rates.items()),
        )


def _either(one: DollarInterval | None, other: DollarInterval | None) -> DollarInterval | None:
    return None if one is None or other is None else one | other


def is_free(request: Request, facts: Facts) -> bool:
    """Whether the call only describes a request, as ``count_tokens`` does, which costs nothing."""
    method = facts.calls.method(tuple(request.site.method.split(".")))
    return method is not None and method.action is Action.DESCRIBES


def quote(request: Request, facts: Facts, tokenizer: Tokenizer, traffic: Traffic) -> Quote:
    """What a request costs at some traffic, for every model it may be sent to and way it may be cached."""
    method = facts.calls.method(tuple(request.site.method.split(".")))
    factor = facts.limits.batch_price if method is not None and method.action is Action.BATCH else 1.0
    models: list[Model | None] = [facts.models.find(name) for name in request.models]
    return reduce(
        or_,
        (
            _Account.of(model, parts, traffic, factor).quote()
            for model in models or [None]
            for parts in layouts(request, model, tokenizer, facts.limits)
        ),
    )


_STAYS = (Standing.STABLE, Standing.SPOILED, Standing.UNMARKED)
_OUTSIDE = (Standing.UNMARKED, Standing.FRESH)


@dataclass(frozen=True, slots=True)
class _Account:
    """One layout of a request, sent to one model."""

    parts: tuple[Part, ...]
    prices: tuple[Price, ...]
    traffic: Traffic
    pays: bool
    """Whether constant text that is not cached would be cheaper if it were."""
    factor: float
    """What prices are multiplied by: a batch costs less."""

    @classmethod
    def of(cls, model: Model | None, parts: Sequence[Part], traffic: Traffic, factor: float) -> _Account:
        """The account of a layout; the user's word replaces what is not known behind the breakpoints."""
        payload = traffic.payload
        open_ = [part for part in parts if part.is_open and part.standing is Standing.FRESH]
        if payload is not None and open_:
            said = Part(Interval(payload, payload), Standing.FRESH)
            parts = (*(part for part in parts if part not in open_), said)
        prices = () if model is None else prices_of(model, total(parts))
        enough = model is not None and total(_having(parts, _STAYS)).low >= model.minimum
        pays = enough and all(traffic.hit_rate > break_even(price, "5m") for price in prices)
        return cls(tuple(parts), prices, traffic, pays, factor)

    def quote(self) -> Quote:
        """All that is known about the price."""
        bounded = replace(self, parts=tuple(part for part in self.parts if not part.is_open))
        uncached, present, mended = map(self._bill, Scenario)
        return Quote(
            (uncached, present, mended),
            self._saved(),
            Bounded(total(bounded.parts), bounded.cost(Scenario.PRESENT)),
            total(self.parts),
            total([part for part in self.parts if part.standing not in _OUTSIDE]),
            total(_having(self.parts, _STAYS)),
            _share(total(_having(self.parts, _STAYS)), self.parts),
            tuple(
                (ttl, min(rates), max(rates))
                for ttl in TTLS
                if (rates := [break_even(price, ttl) for price in self.prices])
            ),
        )

    def _bill(self, scenario: Scenario) -> Bill:
        paid = [(part.tokens, self._shares(part, scenario)) for part in self.parts]
        return Bill(
            _mean((tokens, shares.read) for tokens, shares in paid),
            _mean((tokens, shares.written) for tokens, shares in paid),
            _mean((tokens, shares.fresh) for tokens, shares in paid),
            self.cost(scenario),
        )

    def _shares(self, part: Part, scenario: Scenario) -> Shares:
        """How often a part is read, and how often written."""
        hits = self.traffic.hit_rate
        kept, fresh = Shares(hits, 1.0 - hits), Shares(0.0, 0.0)
        if scenario is Scenario.UNCACHED:
            return fresh
        is_mended = scenario is Scenario.MENDED
        match part.standing:
            case Standing.FRESH:
                return fresh
            case Standing.STABLE:
                return kept
            case Standing.NEW:
                return Shares(0.0, 1.0)
            case Standing.UNMARKED:
                return kept if is_mended and self.pays else fresh
            case Standing.CHANGING if is_mended:
                return fresh
            case Standing.SPOILED if is_mended:
                return kept
            case Standing.CHANGING | Standing.SPOILED:
                hits *= self.traffic.steadiness(part.period)
                return Shares(hits, 1.0 - hits)
            case _:
                assert_never(part.standing)

    def cost(self, scenario: Scenario) -> DollarInterval | None:
        """Dollars of one call; None where there is no price."""
        return self._either(
            lambda part, price: spent(part.tokens, price, part.ttl, self._shares(part, scenario))
        )

    def _saved(self) -> DollarInterval | None:
        """Dollars by which one call is cheaper mended; not below nothing: nobody has to mend it.

        What changes seldom may be dearer where it is not cached. Then only the rest is mended: it
        stays behind that, with a breakpoint of its own.
        """
        whole = self._either(self._saved_by)
        if whole is None:
            return None
        rest = self._either(self._rest_saved_by)
        best = _larger(whole, rest) if rest is not None and whole.low <= 0 else whole
        return _larger(best, _FREE)

    def _saved_by(self, part: Part, price: Price) -> DollarInterval:
        present, mended = (self._shares(part, each) for each in (Scenario.PRESENT, Scenario.MENDED))
        return saved(part.tokens, price, part.ttl, present, mended)

    def _rest_saved_by(self, part: Part, price: Price) -> DollarInterval:
        return _FREE if part.standing is Standing.CHANGING else self._saved_by(part, price)

    def _either(self, of: Callable[[Part, Price], DollarInterval]) -> DollarInterval | None:
        """The sum over the parts, at any of the prices that may hold."""
        sums = [sum((of(part, price) for part in self.parts), start=_FREE) for price in self.prices]
        return reduce(or_, sums).times(self.factor) if sums else None


def _larger(one: DollarInterval, other: DollarInterval) -> DollarInterval:
    high = None if one.high is None or other.high is None else max(one.high, other.high)
    return DollarInterval(max(one.low, other.low), high)


def _having(parts: Sequence[Part], standings: Collection[Standing]) -> list[Part]:
    return [part for part in parts if part.standing in standings]


def _mean(paid: Iterable[tuple[Interval, float]]) -> Interval:
    """Tokens on the average of many calls, from those of each part and its share of the calls."""
    low, high = 0.0, 0.0
    for tokens, share in paid:
        low += tokens.low * share
        high += math.inf if tokens.high is None and share else (tokens.high or 0) * share
    return Interval(math.floor(low + _TINY), None if high == math.inf else math.ceil(high - _TINY))


_TINY = 1e-6
"""Less than any share of a token that matters; more than floating point adds to a whole one."""


def _share(some: Interval, parts: Sequence[Part]) -> tuple[float, float]:
    """The share of a prompt that some of its parts are, at least and at most."""
    others = total([part for part in parts if part.standing not in _STAYS])
    low = some.low / (some.low + others.high) if others.high is not None and some.low else 0.0
    high = 1.0 if some.high is None else some.high / ((some.high + others.low) or 1)
    return low, high
