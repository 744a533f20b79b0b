"""What request does a call send? From the values of its arguments to the request model."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from promptlint.block import BlockReader
from promptlint.callsite import Record
from promptlint.changing import changes, deciders
from promptlint.diagnostic import Confidence
from promptlint.evaluate.evaluation import Arguments
from promptlint.evaluate.leaf import conditions, leaves, objects
from promptlint.evaluate.sequence import elements_of
from promptlint.evaluate.store import DictObject, Entry, ListObject
from promptlint.evaluate.text import flattened
from promptlint.evaluate.value import (
    Const,
    Either,
    Element,
    Hole,
    Literal,
    Many,
    One,
    Param,
    Reason,
    Ref,
    Rest,
    Text,
    Unknown,
    Value,
)
from promptlint.facts import Action
from promptlint.fanout import fan_out
from promptlint.marker import read_marker
from promptlint.recurrence import recurrence_of
from promptlint.request import Block, CallSite, Gap, Item, Request
from promptlint.request import Choice as ItemChoice
from promptlint.request import Repeat as ItemRepeat
from promptlint.request import Rest as ItemRest
from promptlint.resolution import Resolution
from promptlint.turns import turns
from promptlint.vantage import Vantage, unresolved
from promptlint.variation import Kind

__all__ = ["depends_on", "lower"]

PROMPT = ("tools", "system", "messages", "model", "cache_control", "betas", "extra_headers")
"""Arguments that the request model gives a place of their own."""


def lower(record: Record) -> Iterator[Request]:
    """The request of a call; of a batch, one for each of its entries."""
    if record.method.action is Action.BATCH:
        yield from _batch(record)
    else:
        yield _request(record, record.arguments)


def _batch(record: Record) -> Iterator[Request]:
    entries = record.arguments.get("requests", 0)
    if entries is None:
        yield _request(record, Arguments(double_star=record.arguments.double_star))
        return
    for element in _flat(elements_of(entries, record.place)):
        params = _params(element, record)
        yield _request(record, params)


def _flat(elements: Sequence[Element]) -> Iterator[Value]:
    for element in elements:
        match element:
            case One(value):
                yield value
            case Many(body):
                yield from _flat(body)
            case Either(_, alternatives):
                for run in alternatives:
                    yield from _flat(run)
            case Rest(value):
                yield value


def _params(entry: Value, record: Record) -> Arguments:
    """The ``params`` of one entry of a batch."""
    if isinstance(entry, Ref):
        obj = record.state.object(entry)
        found = obj.get("params") if isinstance(obj, DictObject) else None
        if found is not None and isinstance(found.value, Ref):
            params = record.state.object(found.value)
            if isinstance(params, DictObject):
                return _arguments(params)
        if found is not None:
            return Arguments(double_star=found.value)
    return Arguments(double_star=entry)


def _arguments(obj: DictObject) -> Arguments:
    known = [(key.constant, entry) for key, entry in obj.entries.items() if isinstance(key, Text)]
    return Arguments(
        keywords=tuple((name, entry.value) for name, entry in known if name is not None),
        double_star=obj.rest,
        spans=tuple((name, entry.at) for name, entry in known if name is not None and entry.at is not None),
        conditions=tuple(
            (name, entry.conditions) for name, entry in known if name is not None and entry.conditions
        ),
    )


def _request(record: Record, arguments: Arguments) -> Request:
    vantage = Vantage(record.reading, record.evaluation.facts.names, record.uncalled)
    of_tools = replace(vantage, fields=False)
    reader = BlockReader(record.place, vantage, dict(arguments.spans))
    hidden = _hidden(arguments)
    given = {name: arguments.get(name) for name in PROMPT}
    talk = turns(given["messages"] or hidden, record)
    conditions = dict(arguments.conditions)
    body = _extra_body(arguments, record)
    top = _top_level(given["cache_control"], arguments) or body.get("cache_control")
    models, confidence = _models(given["model"] or hidden)
    system = _optional(reader.system(given["system"] or hidden), conditions.get("system", ()))
    offered = BlockReader(record.place, of_tools, dict(arguments.spans)).tools(given["tools"] or hidden)
    tools = _optional(offered, conditions.get("tools", ()))
    messages = reader.messages(talk.elements, talk.tail)
    request = Request(
        CallSite(
            record.span,
            record.function,
            ".".join(record.path),
            record.client.platform,
            record.client.confidence,
            record.path_of_calls,
            recurrence_of(record),
            any(name == "base_url" for name, _ in record.client.options),
        ),
        models,
        confidence,
        tools,
        system,
        messages,
        talk.one_shot,
        read_marker(top, None, record.place) if top is not None else None,
        {name: value for name, value in arguments.keywords if name not in PROMPT},
        _headers(record, given),
        (*deciders((*system, *messages), vantage), *deciders(tools, of_tools)),
        changes(arguments, record.evaluation.facts.settings, record.place, vantage),
        tuple(dict.fromkeys(talk.edits)),
        fan_out(record),
        tuple(_gaps(arguments, record)),
        talk.growth,
        hidden is not None or body.rest is not None,
        _is_touched(given, record),
    )
    return replace(request, resolution=_resolution(request))


def _is_touched(given: Mapping[str, Value | None], record: Record) -> bool:
    """Whether a marker may have been set where it is not seen: in a block, or in code, that is not known."""
    evaluation = record.evaluation
    marked = {source for key, source in evaluation.unseen_keys if key in ("cache_control", None)}
    read = (
        leaf.origin.source.span for leaf in leaves(given.values(), record.state) if leaf.origin is not None
    )
    if None in marked or (marked and not marked.isdisjoint(read)):
        return True
    return not evaluation.lent.isdisjoint(objects(given.values(), record.state))


def _top_level(value: Value | None, arguments: Arguments) -> Entry | None:
    """The argument ``cache_control=``."""
    if value is None:
        return None
    conditions, spans = dict(arguments.conditions), dict(arguments.spans)
    return Entry(value, conditions.get("cache_control", ()), spans.get("cache_control"))


def _extra_body(arguments: Arguments, record: Record) -> DictObject:
    """What is sent beside the arguments: ``extra_body=``."""
    value = arguments.get("extra_body")
    match value:
        case None | Const(None):
            return DictObject({})
        case Ref() if isinstance(obj := record.state.object(value), DictObject):
            return obj
        case Unknown() | Param() | Hole():
            return DictObject({}, value)
        case _:
            return DictObject({}, record.place.unknown(Reason.CONSTRUCT))


def _hidden(arguments: Arguments) -> Value | None:
    """What an unknown ``**kwargs`` may hold: any argument that is not given."""
    rest = arguments.double_star if arguments.double_star is not None else arguments.star
    return rest if isinstance(rest, Unknown | Param | Hole) else None


def _optional(items: tuple[Item, ...], conditions: Sequence[tuple[object, int]]) -> tuple[Item, ...]:
    """Items of an argument that is passed only under a condition."""
    for condition, branch in conditions:
        runs = (items, ()) if branch == 0 else ((), items)
        items = (ItemChoice(condition, runs),)  # type: ignore[arg-type]
    return items


# -- model, headers, gaps -------------------------------------------------------------------------


def _models(value: Value | None) -> tuple[tuple[str, ...], Confidence]:
    """Model ids that are known, and how surely no other is sent.

    A default stands where the environment, or a parameter that no caller passes, says nothing else.
    """
    if value is None:
        return (), Confidence.LOW
    every = list(flattened((value,)))
    texts = [v.constant for v in every if isinstance(v, Text)]
    known = tuple(sorted({text for text in texts if text}))
    others = [v for v in every if not (isinstance(v, Text) and v.constant)]
    if not others:
        return known, Confidence.HIGH
    return known, Confidence.MEDIUM if known and all(map(_has_default, others)) else Confidence.LOW


def _has_default(value: Value) -> bool:
    match value:
        case Hole(causes):
            return all(cause.kind is Kind.DEPLOY for cause in causes)
        case Param():
            return True
        case _:
            return False


def _headers(record: Record, given: Mapping[str, Value | None]) -> tuple[Literal, ...]:
    """Beta names of the call and of its client, the client's first."""
    calls = record.evaluation.facts.calls
    found: list[Literal] = []
    for name, value in (*record.client.options, *given.items()):
        if (
            value is None
            or not isinstance(value, Ref)
            or name not in ("default_headers", "extra_headers", "betas")
        ):
            continue
        obj = record.state.object(value)
        if isinstance(obj, DictObject):
            for key, entry in obj.entries.items():
                if isinstance(key, Text) and (key.constant or "").lower() == calls.beta_header:
                    found += _literals(entry.value)
        elif isinstance(obj, ListObject):
            for element in obj.elements:
                if isinstance(element, One):
                    found += _literals(element.value)
    return tuple(found)


def _literals(value: Value) -> list[Literal]:
    if not isinstance(value, Text):
        return []
    parts = [p for p in value.pieces if isinstance(p, Literal)]
    return [replace(p, text=name.strip()) for p in parts for name in p.text.split(",")]


def _gaps(arguments: Arguments, record: Record) -> Iterator[Gap]:
    """Every reason why something that is sent is not known, each once."""
    seen: set[object] = set()
    values = [arguments.get(name) for name in PROMPT] + [arguments.star, arguments.double_star]
    for leaf in leaves(values, record.state):
        if isinstance(leaf, Unknown | Param):
            unknown = unresolved(leaf, record.uncalled)
            key = (unknown.reason, unknown.name, unknown.at)
            if key not in seen:
                seen.add(key)
                yield Gap(unknown)


def depends_on(record: Record, functions: frozenset[str]) -> bool:
    """Whether callers of the functions decide what the cache sees of the request."""
    if not functions.isdisjoint(record.evaluation.assumed):
        return True
    arguments = record.arguments
    values = [arguments.get(name) for name in PROMPT] + [arguments.star, arguments.double_star]
    if record.method.action is Action.BATCH:
        values.append(arguments.get("requests", 0))
    for leaf in leaves(values, record.state):
        root = leaf if isinstance(leaf, Param) else leaf.root if isinstance(leaf, Unknown) else None
        if root is not None and root.function in functions:
            return True
    steering = [condition.key for condition in conditions(values, record.state)]
    steering += [c.key for _, asked in arguments.conditions for c, _ in asked]
    return any(_mentions(key, functions) for key in steering)


def _mentions(key: Hashable, functions: frozenset[str]) -> bool:
    """Whether a condition asks for a parameter of one of the functions."""
    if isinstance(key, tuple):
        return any(_mentions(part, functions) for part in key)
    return key in functions


# -- resolution -----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Count:
    blocks: int = 0
    rests: int = 0
    forwarded: int = 0


def _resolution(request: Request) -> Resolution:
    """How much of the request is known."""
    count = _Count()
    _tally((*request.tools, *request.system, *request.messages), count)
    gap = any(g.is_gap for g in request.gaps)
    if count.blocks == 0:
        forwarding = count.rests > 0 and count.forwarded == count.rests and not gap
        return Resolution.FORWARDING if forwarding else Resolution.OPAQUE if count.rests else Resolution.FULL
    return Resolution.PARTIAL if gap else Resolution.FULL


def _tally(items: Sequence[Item], count: _Count) -> None:
    for item in items:
        match item:
            case Block():
                count.blocks += 1
            case ItemChoice(_, alternatives):
                for run in alternatives:
                    _tally(run, count)
            case ItemRepeat(inner):
                _tally(inner, count)
            case ItemRest(_, unknown):
                count.rests += 1
                count.forwarded += unknown.root is not None and not unknown.reason.is_gap
