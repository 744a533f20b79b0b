"""What do the call sites of a project cost?"""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import reduce
from itertools import groupby
from operator import or_

from promptlint.bill import Quote, Scenario, is_free, quote
from promptlint.facts import Facts
from promptlint.interval import DollarInterval
from promptlint.notation import print_text
from promptlint.prefix import Placed, Prefix
from promptlint.price import HOURS_A_MONTH
from promptlint.reading import Reading
from promptlint.request import Block, Request, Rest
from promptlint.resolution import Resolution
from promptlint.source import Span
from promptlint.tokens import Tokenizer
from promptlint.traffic import SiteTraffic, Traffic, TrafficPlan

__all__ = ["Costs", "Identity", "RequestCost", "Unused", "costs"]

Identity = tuple[str, str, str, int]
"""What a call site keeps when lines move: file, function, method; and a number, where those are equal."""


@dataclass(frozen=True, slots=True)
class RequestCost:
    """What is known about the price of one request of a call site; of equal ones, of all of them."""

    identity: Identity
    """Of the call site."""
    number: int
    """Among the requests of the call site, from 1."""
    count: int
    """How many requests the call site sends that differ."""
    span: Span
    callers: tuple[Span, ...]
    """The outermost calls that lead to it."""
    through: tuple[str, ...]
    """The functions in which those stand, ``file:function``, which stay when lines move."""
    models: tuple[str, ...]
    unpriced: tuple[str, ...]
    """Models whose price is not known; without any model, nothing is."""
    resolution: Resolution
    traffic: Traffic
    """Of the whole call site."""
    quote: Quote | None
    """None where nothing is known of what it sends."""
    text: tuple[str, ...]
    """What it sends, block by block: ``system: …``; values by their names."""
    cached: int
    """How many of the blocks it caches."""

    @property
    def prefix(self) -> tuple[str, ...]:
        """What it caches; the models first, since each has entries of its own. Empty: nothing."""
        return (f"model: {', '.join(self.models)}", *self.text[: self.cached]) if self.cached else ()

    @property
    def calls_a_month(self) -> float:
        """How often the call site is reached."""
        return self.traffic.calls_per_hour * HOURS_A_MONTH

    def monthly(self, scenario: Scenario) -> DollarInterval | None:
        """Dollars a month if every call of the site sends it; None where the price is not known."""
        cost = None if self.quote is None else self.quote.bill(scenario).cost
        return None if cost is None else cost.times(self.calls_a_month)

    @property
    def monthly_saved(self) -> DollarInterval | None:
        """Dollars a month that mending it saves; None where the price is not known."""
        saved = None if self.quote is None else self.quote.saved
        return None if saved is None else saved.times(self.calls_a_month)


@dataclass(frozen=True, slots=True)
class Unused:
    """Traffic that is described of a call site that is not there."""

    where: str
    """``file:line``"""
    name: str
    """As it is written: ``file:function``, or a file."""
    meant: str
    """A call site with a name like it; empty: none."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What the call sites of a project cost."""

    requests: tuple[RequestCost, ...]
    """In file order, those of one call site together."""
    unused: tuple[Unused, ...]

    @property
    def sites(self) -> tuple[tuple[RequestCost, ...], ...]:
        """The requests of each call site."""
        return tuple(tuple(group) for _, group in groupby(self.requests, key=lambda one: one.identity))

    def monthly(self, scenario: Scenario) -> DollarInterval | None:
        """Dollars a month of all call sites whose price is known; None without any.

        Nothing says how the calls of a site are split among its requests: it costs from what the
        cheapest of them would to what the dearest would.
        """
        return _sum(_any(one.monthly(scenario) for one in site) for site in self.sites)

    @property
    def monthly_saved(self) -> DollarInterval | None:
        """Dollars a month that mending them saves."""
        return _sum(_any(one.monthly_saved for one in site) for site in self.sites)


def _any(amounts: Iterable[DollarInterval | None]) -> DollarInterval | None:
    """What any of some requests costs; None where that of one is not known."""
    each = tuple(amounts)
    known = [amount for amount in each if amount is not None]
    return reduce(or_, known) if len(known) == len(each) else None


def _sum(amounts: Iterable[DollarInterval | None]) -> DollarInterval | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, start=DollarInterval(0.0, 0.0)) if known else None


def costs(reading: Reading, facts: Facts, plan: TrafficPlan) -> Costs:
    """The price of every request that is reported, as far as it is known."""
    pricing = _Pricing(reading, facts, plan, Tokenizer.shipped(facts.tokens))
    places: dict[Span, list[Request]] = defaultdict(list)
    for request in reading.survey.requests:
        if not is_free(request, facts):
            places[request.site.span].append(request)
    found: list[RequestCost] = []
    met: Counter[tuple[str, str, str]] = Counter()
    for span, requests in sorted(places.items(), key=lambda item: item[0].sort_key):
        site = requests[0].site
        name = (span.path, site.function, site.method)
        if reading.program.shows(span.path):
            found += pricing.site((*name, met[name]), requests)
        met[name] += 1
    known = frozenset((path, function) for path, function, _ in met)
    unused = (_unused(each, known) for each in plan.sites if not any(each.covers(*one) for one in known))
    return Costs(tuple(found), tuple(unused))


def _unused(site: SiteTraffic, known: Collection[tuple[str, str]]) -> Unused:
    names = {f"{path}:{function}" if site.function else path for path, function in known}
    return Unused(site.where, site.name, next(iter(get_close_matches(site.name, sorted(names), 1)), ""))


@dataclass(frozen=True, slots=True)
class _Pricing:
    """What is needed to price a request."""

    reading: Reading
    facts: Facts
    plan: TrafficPlan
    tokenizer: Tokenizer

    def site(self, identity: Identity, requests: Sequence[Request]) -> Iterator[RequestCost]:
        """The requests of a call site; one row for those of which everything that is printed is equal."""
        traffic = self.plan.at(identity[0], identity[1])
        rows: dict[Hashable, list[Request]] = defaultdict(list)
        quotes: dict[Hashable, Quote | None] = {}
        for request in _sent(requests):
            found, cached = self._quote(request, traffic), Prefix.of(request, self.facts.limits).cached
            key: Hashable = (found, request.models, request.resolution, _text(cached))
            rows[key].append(request)
            quotes[key] = found
        for number, (key, group) in enumerate(rows.items(), start=1):
            bare = self._row((identity, number, len(rows)), group)
            yield replace(bare, traffic=traffic, quote=quotes[key])

    def _quote(self, request: Request, traffic: Traffic) -> Quote | None:
        if request.resolution not in (Resolution.FULL, Resolution.PARTIAL):
            return None
        return quote(request, self.facts, self.tokenizer, traffic)

    def _row(self, place: tuple[Identity, int, int], requests: Sequence[Request]) -> RequestCost:
        """What is known of equal requests beside their price."""
        first = requests[0]
        prefix = Prefix.of(first, self.facts.limits)
        callers = {caller for each in requests for caller in each.site.callers}
        models = tuple(sorted(first.models))
        priced = {name: self.facts.models.find(name) for name in models}
        return RequestCost(
            *place,
            first.site.span,
            tuple(sorted(callers, key=lambda span: span.sort_key)),
            tuple(sorted(set(map(self._function, callers)))),
            models,
            tuple(name for name, model in priced.items() if model is None or model.price is None),
            first.resolution,
            self.plan.everywhere,
            None,
            _text(prefix.blocks),
            len(prefix.cached),
        )

    def _function(self, caller: Span) -> str:
        """The function around a call, as ``file:qualified.name``."""
        source = self.reading.project.source(caller.path)
        names: list[str] = []
        waiting: list[ast.AST] = [] if source is None else [source.tree]
        while source is not None and waiting:
            for node in ast.iter_child_nodes(waiting.pop()):
                match node:
                    case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                        if source.span(node).covers(caller):
                            names.append(node.name)
                            waiting = [node]
                            break
                    case ast.stmt() | ast.ExceptHandler() | ast.match_case():
                        waiting.append(node)
                    case _:
                        pass
        return f"{caller.path}:{'.'.join(names)}"


def _sent(requests: Sequence[Request]) -> Sequence[Request]:
    """A call that only forwards sends nothing by itself, where callers are known that send something."""
    return [each for each in requests if each.resolution is not Resolution.FORWARDING] or requests[:1]


def _text(blocks: Sequence[Placed]) -> tuple[str, ...]:
    return tuple(f"{placed.level.word}: {_said(placed.item)}" for placed in blocks)


def _said(item: Block | Rest) -> str:
    return (
        f"{item.role} {item.kind} {print_text(item.text)}" if isinstance(item, Block) else item.unknown.name
    )
