"""What request does a call send? From the values of its arguments to the request model."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from promptlint.block import BlockReader
from promptlint.callsite import Record
from promptlint.diagnostic import Confidence
from promptlint.evaluate.evaluation import Arguments
from promptlint.evaluate.leaf import conditions, leaves
from promptlint.evaluate.sequence import elements_of
from promptlint.evaluate.store import DictObject, Entry, ListObject
from promptlint.evaluate.text import flattened
from promptlint.evaluate.value import (
    Choice,
    Condition,
    Const,
    Either,
    Element,
    Hole,
    Literal,
    Many,
    One,
    Param,
    Ref,
    Rest,
    Text,
    Unknown,
    Value,
)
from promptlint.facts import Action
from promptlint.marker import read_marker
from promptlint.request import Block, CallSite, Gap, Item, Request, Resolution
from promptlint.request import Choice as ItemChoice
from promptlint.request import Repeat as ItemRepeat
from promptlint.request import Rest as ItemRest
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
    reader = BlockReader(record.place, vantage, dict(arguments.spans))
    hidden = _hidden(arguments)
    given = {name: arguments.get(name) for name in PROMPT}
    elements, tail, one_shot = _conversation(given["messages"] or hidden, record)
    conditions = dict(arguments.conditions)
    automatic = None
    if given["cache_control"] is not None:
        entry = Entry(
            given["cache_control"], conditions.get("cache_control", ()), reader.spans.get("cache_control")
        )
        automatic = read_marker(entry, None, record.place)
    models, confidence = _models(given["model"] or hidden)
    system = _optional(reader.system(given["system"] or hidden), conditions.get("system", ()))
    request = Request(
        CallSite(
            record.span,
            record.function,
            ".".join(record.path),
            record.client.platform,
            record.client.confidence,
            record.callers,
        ),
        models,
        confidence,
        _optional(reader.tools(given["tools"] or hidden), conditions.get("tools", ())),
        system,
        reader.messages(elements, tail),
        one_shot,
        automatic,
        {name: value for name, value in arguments.keywords if name not in PROMPT},
        _headers(record, given),
        tuple(_gaps(arguments, record)),
    )
    return replace(request, resolution=_resolution(request))


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


# -- messages -----------------------------------------------------------------------------------


def _conversation(value: Value | None, record: Record) -> tuple[tuple[Element, ...], int, bool]:
    """The elements of ``messages``, how many of the last are this call's, and whether all are."""
    match value:
        case None | Const(None):
            return (), 0, True
        case Unknown() | Param() | Hole():
            return (Rest(value),), 0, False
        case Choice(condition, alternatives):
            parts = [_conversation(a, record) for a in alternatives]
            known = [i for i, a in enumerate(alternatives) if not isinstance(a, Unknown | Param | Hole)]
            if len(known) == 1 and not parts[known[0]][2]:
                # Beside a conversation that goes on, what nobody knows is another one.
                elements, tail, _ = parts[known[0]]
                return _decided(elements, condition, known[0]), tail, False
            runs = tuple(elements for elements, _, _ in parts)
            return (Either(condition, runs),), 0, all(whole for _, _, whole in parts)
        case Ref():
            obj = record.state.object(value)
            if isinstance(obj, ListObject):
                return _list(obj, record)
        case Text():
            return (One(value),), 0, True
        case _:
            pass
    return elements_of(value, record.place), 0, True


def _decided(elements: Sequence[Element], condition: Condition, index: int) -> tuple[Element, ...]:
    """Elements as they are where a condition is decided."""
    found: list[Element] = []
    for element in elements:
        match element:
            case Either(own, alternatives) if own.key == condition.key and len(alternatives) > index:
                found += alternatives[index]
            case _:
                found.append(element)
    return tuple(found)


def _list(obj: ListObject, record: Record) -> tuple[tuple[Element, ...], int, bool]:
    elements = obj.elements
    carried = any(loop not in obj.loops for loop in record.reading.loops)
    last = max(
        (i for i, e in enumerate(elements) if _is_history(e, carried) or _is_retold(e, record)), default=None
    )
    if last is not None:
        return elements, len(elements) - last - 1, False
    if obj.kept:
        return elements, min(obj.grown, len(elements)), False
    return elements, 0, True


def _is_retold(element: Element, record: Record) -> bool:
    """Whether messages are made of a conversation that is kept elsewhere: their roles come from there."""
    for each in element.elements if isinstance(element, Many) else ():
        obj = (
            record.state.object(each.value) if isinstance(each, One) and isinstance(each.value, Ref) else None
        )
        role = obj.get("role") if isinstance(obj, DictObject) else None
        if role is not None and not (isinstance(role.value, Text) and role.value.constant):
            return True
    return False


def _is_history(element: Element, carried: bool) -> bool:
    return isinstance(element, Rest) or (carried and isinstance(element, Many))


# -- model, headers, gaps -------------------------------------------------------------------------


def _models(value: Value | None) -> tuple[tuple[str, ...], Confidence]:
    """Model ids that are known, and how surely no other is sent."""
    if value is None:
        return (), Confidence.LOW
    every = list(flattened((value,)))
    texts = [v.constant for v in every if isinstance(v, Text)]
    known = tuple(sorted({text for text in texts if text}))
    others = [v for v in every if not (isinstance(v, Text) and v.constant)]
    if not others:
        return known, Confidence.HIGH
    environment = all(isinstance(v, Hole) and all(c.kind is Kind.DEPLOY for c in v.causes) for v in others)
    return known, Confidence.MEDIUM if environment and known else Confidence.LOW


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
                count.forwarded += unknown.root is not None
