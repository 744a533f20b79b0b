"""What does a change of the code change about what the calls cost? The report that says both."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from promptlint.cost import Costs, RequestCost
from promptlint.diagnostic import MissReason, Trouble
from promptlint.interval import Interval
from promptlint.traffic import TrafficPlan

__all__ = ["Change", "CostReport", "Delta", "changes"]


@dataclass(frozen=True, slots=True)
class CostReport:
    """What ``promptlint cost`` has to say."""

    costs: Costs
    plan: TrafficPlan
    """What was assumed."""
    as_of: str
    """The date of the newest price."""
    troubles: tuple[Trouble, ...]
    """What could not be read."""
    since: str | None = None
    """The revision with which the code is compared."""
    changes: tuple[Change, ...] = ()


# -- what a change changes ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Delta:
    """By how much an amount has become larger, at least and at most; below zero: smaller."""

    low: float
    high: float

    @classmethod
    def of(cls, before: tuple[float, float], after: tuple[float, float]) -> Delta:
        """From one estimate to the next. Both err in the same direction, so their ends are compared."""
        ends = (after[0] - before[0], after[1] - before[1])
        return cls(min(ends), max(ends))


@dataclass(frozen=True, slots=True)
class Change:
    """What has become of one request."""

    before: RequestCost | None
    """None: it is new."""
    after: RequestCost | None
    """None: it is gone."""
    tokens: Delta
    """Of the prompt, apart from values whose size is not known."""
    monthly: Delta | None
    """Dollars, apart from the same values; None where the price is not known."""
    invalidated: MissReason | None
    """What the API will call the miss of the first call after this change; None: entries stay good."""
    prefix: Interval
    """Tokens of the prefix that is written in place of those entries; without such a miss 0."""

    @property
    def request(self) -> RequestCost:
        """The request as it is; if it is gone, as it was."""
        request = self.after or self.before
        assert request is not None
        return request

    @property
    def is_uncached(self) -> bool:
        """Whether it was cached, and is no longer."""
        return bool(self.before and self.before.cached and self.after and not self.after.cached)

    @property
    def is_cached(self) -> bool:
        """Whether it is cached, and was not."""
        return bool(self.before and not self.before.cached and self.after and self.after.cached)


def changes(before: Costs, after: Costs) -> tuple[Change, ...]:
    """Every request of which the tokens, the price or the prefix is another one; in file order."""
    old = {site[0].identity: site for site in before.sites}
    new = {site[0].identity: site for site in after.sites}
    found = (
        _change(*pair)
        for name in dict.fromkeys((*new, *old))
        for pair in _pairs(old.get(name, ()), new.get(name, ()))
    )
    kept = [change for change in found if _matters(change)]
    return tuple(
        sorted(
            kept, key=lambda each: (each.request.span.sort_key, each.request.identity, each.request.number)
        )
    )


Pair = tuple[RequestCost | None, RequestCost | None]


def _pairs(before: Sequence[RequestCost], after: Sequence[RequestCost]) -> Iterator[Pair]:
    """The requests of one call site, each beside what it was.

    Callers come first: what they send may have changed. One that was renamed or moved is known by
    what it sends; one of which another caller now sends the same, by those that stayed.
    """
    pairing = _Pairing(list(before), list(after))
    pairing.match(lambda old, new: (old.through, old.models, old.text) == (new.through, new.models, new.text))
    pairing.match(lambda old, new: old.through == new.through)
    pairing.match(lambda old, new: old.text == new.text != ())
    pairing.match(lambda old, new: not set(old.through).isdisjoint(new.through))
    pairing.match(lambda _old, _new: len(before) == len(after) == 1)
    yield from pairing.pairs
    yield from ((one, None) for one in pairing.old)
    yield from ((None, one) for one in pairing.new)


@dataclass(slots=True)
class _Pairing:
    """Requests of two revisions that are still alone, and those that found each other."""

    old: list[RequestCost]
    new: list[RequestCost]
    pairs: list[Pair] = field(default_factory=list)

    def match(self, is_same: Callable[[RequestCost, RequestCost], bool]) -> None:
        """Pair those that are the same, in their order."""
        for one in tuple(self.new):
            found = next((other for other in self.old if is_same(other, one)), None)
            if found is not None:
                self.old.remove(found)
                self.new.remove(one)
                self.pairs.append((found, one))


def _matters(change: Change) -> bool:
    nothing = Delta(0.0, 0.0)
    is_other = change.before is None or change.after is None or change.invalidated is not None
    is_other = is_other or change.is_uncached or change.is_cached
    return is_other or change.tokens != nothing or change.monthly not in (None, nothing)


def _change(before: RequestCost | None, after: RequestCost | None) -> Change:
    prefix = Interval(0, 0) if after is None or after.quote is None else after.quote.prefix
    reason = None
    if before is not None and after is not None and prefix.high != 0:
        reason = _invalidated(before, after)
    return Change(
        before,
        after,
        Delta.of(_tokens(before), _tokens(after)),
        _money(before, after),
        reason,
        prefix if reason else Interval(0, 0),
    )


def _tokens(request: RequestCost | None) -> tuple[float, float]:
    if request is None or request.quote is None:
        return (0.0, 0.0)
    known = request.quote.bounded.tokens
    return (known.low, known.high or 0)


def _money(before: RequestCost | None, after: RequestCost | None) -> Delta | None:
    ends = [_monthly(each) for each in (before, after)]
    return None if ends[0] is None or ends[1] is None else Delta.of(ends[0], ends[1])


def _monthly(request: RequestCost | None) -> tuple[float, float] | None:
    if request is None:
        return (0.0, 0.0)
    cost = None if request.quote is None else request.quote.bounded.cost
    return (
        None
        if cost is None or cost.high is None
        else (cost.low * request.calls_a_month, cost.high * request.calls_a_month)
    )


_REASONS = {
    "model": MissReason.MODEL,
    "tools": MissReason.TOOLS,
    "system": MissReason.SYSTEM,
    "messages": MissReason.MESSAGES,
}


def _invalidated(before: RequestCost, after: RequestCost) -> MissReason | None:
    """Why entries written before are not read after; None where they may be, or nothing is read any more."""
    for one, other in zip(before.prefix, after.prefix, strict=False):
        if one != other:
            return _REASONS[other.partition(":")[0]]
    return None
