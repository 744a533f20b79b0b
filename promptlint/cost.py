"""What do the call sites of a project cost, and what does a change of the code change about it?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from promptlint.bill import Quote, Scenario, is_free, quote
from promptlint.diagnostic import Interval, MissReason, Trouble
from promptlint.facts import Facts, Limits
from promptlint.notation import print_text
from promptlint.prefix import Prefix
from promptlint.price import HOURS_A_MONTH, DollarInterval
from promptlint.reading import Reading
from promptlint.request import Block, Request, Resolution, Rest
from promptlint.source import Span
from promptlint.tokens import Tokenizer
from promptlint.traffic import Traffic, TrafficPlan

__all__ = ["Change", "CostReport", "Costs", "Delta", "Identity", "SiteCost", "changes", "costs"]

Identity = tuple[str, str, str, int]
"""What a call site keeps when lines move: file, function, method; and a number, where those are equal."""


@dataclass(frozen=True, slots=True)
class SiteCost:
    """What is known about the price of one call site."""

    identity: Identity
    span: Span
    models: tuple[str, ...]
    unpriced: tuple[str, ...]
    """Models whose price is not known; without any model, nothing is."""
    resolution: Resolution
    traffic: Traffic
    quote: Quote | None
    """None where nothing is known of what it sends."""
    prefixes: tuple[tuple[str, ...], ...]
    """What each of its requests caches, block by block: ``system: …``; values by their names."""

    @property
    def calls_a_month(self) -> float:
        """How often it is made."""
        return self.traffic.calls_per_hour * HOURS_A_MONTH

    def monthly(self, scenario: Scenario) -> DollarInterval | None:
        """Dollars a month; None where the price is not known."""
        cost = None if self.quote is None else self.quote.bill(scenario).cost
        return None if cost is None else cost.times(self.calls_a_month)

    @property
    def monthly_saved(self) -> DollarInterval | None:
        """Dollars a month that mending it saves; None where the price is not known."""
        saved = None if self.quote is None else self.quote.saved
        return None if saved is None else saved.times(self.calls_a_month)


@dataclass(frozen=True, slots=True)
class Costs:
    """What the call sites of a project cost."""

    sites: tuple[SiteCost, ...]
    """In file order."""
    unused: tuple[str, ...]
    """Where traffic is described of call sites that are not there."""

    def monthly(self, scenario: Scenario) -> DollarInterval | None:
        """Dollars a month of all call sites whose price is known; None without any."""
        return _sum(site.monthly(scenario) for site in self.sites)

    @property
    def monthly_saved(self) -> DollarInterval | None:
        """Dollars a month that mending them saves."""
        return _sum(site.monthly_saved for site in self.sites)


def _sum(amounts: Iterable[DollarInterval | None]) -> DollarInterval | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, start=DollarInterval(0.0, 0.0)) if known else None


def costs(reading: Reading, facts: Facts, plan: TrafficPlan) -> Costs:
    """The price of every call site that is reported, as far as it is known."""
    tokenizer = Tokenizer.shipped(facts.tokens)
    places: dict[Span, list[Request]] = defaultdict(list)
    for request in reading.survey.requests:
        if not is_free(request, facts):
            places[request.site.span].append(request)
    found: list[SiteCost] = []
    met: Counter[tuple[str, str, str]] = Counter()
    for span, requests in sorted(places.items(), key=lambda item: item[0].sort_key):
        site = requests[0].site
        name = (span.path, site.function, site.method)
        if reading.program.shows(span.path):
            traffic = plan.at(span.path, site.function)
            found.append(_site((*name, met[name]), requests, facts, tokenizer, traffic))
        met[name] += 1
    unused = [
        each.where for each in plan.sites if not any(each.covers(path, function) for path, function, _ in met)
    ]
    return Costs(tuple(found), tuple(unused))


def _site(
    identity: Identity, requests: Sequence[Request], facts: Facts, tokenizer: Tokenizer, traffic: Traffic
) -> SiteCost:
    known = [each for each in requests if each.resolution in (Resolution.FULL, Resolution.PARTIAL)]
    models = sorted({model for request in requests for model in request.models})
    priced = {name: facts.models.find(name) for name in models}
    quotes = [quote(request, facts, tokenizer, traffic) for request in known]
    return SiteCost(
        identity,
        requests[0].site.span,
        tuple(models),
        tuple(name for name, model in priced.items() if model is None or model.price is None),
        max((request.resolution for request in known or requests), key=tuple(Resolution).index),
        traffic,
        reduce(or_, quotes) if quotes else None,
        tuple(sorted({_prefix(request, facts.limits) for request in known})),
    )


def _prefix(request: Request, limits: Limits) -> tuple[str, ...]:
    """What is cached, block by block; the models first, since each has entries of its own."""
    blocks = [f"{placed.level.word}: {_said(placed.item)}" for placed in Prefix.of(request, limits).cached]
    return (f"model: {', '.join(request.models)}", *blocks) if blocks else ()


def _said(item: Block | Rest) -> str:
    return (
        f"{item.role} {item.kind} {print_text(item.text)}" if isinstance(item, Block) else item.unknown.name
    )


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


# -- what a change of the code changes ------------------------------------------------------------


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
    """What has become of one call site."""

    before: SiteCost | None
    """None: it is new."""
    after: SiteCost | None
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
    def site(self) -> SiteCost:
        """The call site as it is; if it is gone, as it was."""
        site = self.after or self.before
        assert site is not None
        return site


def changes(before: Costs, after: Costs) -> tuple[Change, ...]:
    """Every call site of which the tokens, the price or the prefix is another one; in file order."""
    old = {site.identity: site for site in before.sites}
    new = {site.identity: site for site in after.sites}
    found = (_change(old.get(name), new.get(name)) for name in dict.fromkeys((*new, *old)))
    kept = [change for change in found if _matters(change)]
    return tuple(sorted(kept, key=lambda change: (change.site.span.sort_key, change.site.identity)))


def _matters(change: Change) -> bool:
    nothing = Delta(0.0, 0.0)
    is_other = change.before is None or change.after is None or change.invalidated is not None
    return is_other or change.tokens != nothing or change.monthly not in (None, nothing)


def _change(before: SiteCost | None, after: SiteCost | None) -> Change:
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


def _tokens(site: SiteCost | None) -> tuple[float, float]:
    if site is None or site.quote is None:
        return (0.0, 0.0)
    known = site.quote.bounded.tokens
    return (known.low, known.high or 0)


def _money(before: SiteCost | None, after: SiteCost | None) -> Delta | None:
    ends = [_monthly(site) for site in (before, after)]
    return None if ends[0] is None or ends[1] is None else Delta.of(ends[0], ends[1])


def _monthly(site: SiteCost | None) -> tuple[float, float] | None:
    if site is None:
        return (0.0, 0.0)
    cost = None if site.quote is None else site.quote.bounded.cost
    return (
        None
        if cost is None or cost.high is None
        else (cost.low * site.calls_a_month, cost.high * site.calls_a_month)
    )


_REASONS = {
    "model": MissReason.MODEL,
    "tools": MissReason.TOOLS,
    "system": MissReason.SYSTEM,
    "messages": MissReason.MESSAGES,
}


def _invalidated(before: SiteCost, after: SiteCost) -> MissReason | None:
    """Why entries written before are not read after; None where all of them may be."""
    gone = [prefix for prefix in before.prefixes if prefix and prefix not in after.prefixes]
    for old in gone:
        for new in (prefix for prefix in after.prefixes if prefix):
            for one, other in zip(old, new, strict=False):
                if one != other:
                    return _REASONS[other.partition(":")[0]]
    return None
