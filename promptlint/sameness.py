"""Which requests are the same, whoever makes the call send them?"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace

from promptlint.evaluate.value import Condition
from promptlint.request import Recurrence, RecurrenceKind, Request
from promptlint.source import Span

__all__ = ["merged"]


def merged(requests: Iterable[Request]) -> tuple[Request, ...]:
    """Each request once, in file order, with the outermost calls of every path that leads to it."""
    groups: dict[Hashable, list[Request]] = {}
    for request in requests:
        groups.setdefault(_digest(request), []).append(request)
    found = list(_called_by_many([_joined(group) for group in groups.values()]))
    found.sort(key=lambda r: (r.site.span.sort_key, [caller.sort_key for caller in r.site.callers]))
    return tuple(found)


def _joined(group: list[Request]) -> Request:
    callers = {caller for request in group for caller in request.site.callers[:1]}
    ordered = tuple(sorted(callers, key=lambda span: span.sort_key))
    found = next((r.site.recurrence for r in group if r.site.recurrence is not None), None)
    return replace(group[0], site=replace(group[0].site, callers=ordered, recurrence=found))


def _called_by_many(requests: Sequence[Request]) -> Iterator[Request]:
    """The requests; those that one call site sends for several callers, all with one prompt, recur."""
    callers: dict[Hashable, set[Span]] = {}
    for request in requests:
        callers.setdefault(_instructions(request), set()).update(request.site.callers)
    for request in requests:
        others = sorted(callers[_instructions(request)], key=lambda span: span.sort_key)
        if request.site.recurrence is None and len(others) > 1:
            found = Recurrence(RecurrenceKind.CALLERS, others[1])
            yield replace(request, site=replace(request.site, recurrence=found))
        else:
            yield request


def _instructions(request: Request) -> Hashable:
    """What comes before the messages, wherever it is sent from."""
    numbers: dict[Hashable, int] = {}
    return (request.site.span, _plain(request.tools, numbers), _plain(request.system, numbers))


def _digest(request: Request) -> Hashable:
    """Equal for requests that differ only in who calls, and in the numbers of their conditions."""
    numbers: dict[Hashable, int] = {}
    prompt = (request.tools, request.system, request.messages, request.automatic)
    settings = (request.models, request.one_shot, request.headers, tuple(request.parameters))
    course = (request.growth, request.open, request.touched)
    deciding = tuple(decider.by for decider in request.deciders)
    varying = (request.changes, request.edits, request.fan_out, deciding)
    parts = (*prompt, *settings, *course, *varying)
    return (request.site.span, request.site.method, *(_plain(part, numbers) for part in parts))


def _plain(value: object, numbers: dict[Hashable, int]) -> Hashable:
    """A value with its conditions numbered in the order in which they come up."""
    match value:
        case Condition(key):
            return ("condition", numbers.setdefault(key, len(numbers)))
        case tuple():
            return tuple(_plain(item, numbers) for item in value)
        case Mapping():
            return tuple((_plain(k, numbers), _plain(v, numbers)) for k, v in value.items())
        case _ if is_dataclass(value):
            parts = (getattr(value, field.name) for field in fields(value) if field.compare)
            return (type(value).__name__, *(_plain(part, numbers) for part in parts))
        case _:
            assert isinstance(value, Hashable)
            return value
