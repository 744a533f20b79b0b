"""What does a finding cost? Tokens that are written again, at the prices of the models they go to."""

from __future__ import annotations

from collections.abc import Collection
from functools import reduce
from operator import or_

from promptlint.facts import Facts, Model
from promptlint.interval import DollarInterval, Interval
from promptlint.prefix import Prefix
from promptlint.price import lost_dollars
from promptlint.request import Request

__all__ = ["CALLS", "loss"]

CALLS = 1_000
"""The number of calls that write again for which a loss is told: that of one is too small to be read."""


def loss(tokens: Interval | None, requests: Collection[Request], facts: Facts) -> DollarInterval | None:
    """US dollars per 1,000 calls of these requests that write the tokens again.

    Which calls do is not asked here: where a clock is in the way, only the first of each period.
    None where nothing is lost, or a model or its price is not known. What batches cost is not known.
    """
    if tokens is None or not requests:
        return None
    amounts: list[DollarInterval] = []
    for request in requests:
        models = [facts.models.find(name) for name in request.models]
        lifetimes = {point.marker.ttl for point in Prefix.of(request, facts.limits).breakpoints}
        if not models or not lifetimes or "batches" in request.site.method:
            return None
        ttl = lifetimes.pop() if len(lifetimes) == 1 else None
        for model in models:
            amount = _amount(tokens, model, ttl)
            if amount is None:
                return None
            amounts.append(amount)
    return reduce(or_, amounts)


def _amount(tokens: Interval, model: Model | None, ttl: str | None) -> DollarInterval | None:
    amount = lost_dollars(tokens, model, ttl) if model is not None else None
    return None if amount is None else amount.times(CALLS)
