"""Which requests are the same, whoever makes the call send them?"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import fields, is_dataclass, replace

from promptlint.evaluate.value import Condition
from promptlint.request import Request

__all__ = ["merged"]


def merged(requests: Iterable[Request]) -> tuple[Request, ...]:
    """Each request once, in file order, with the outermost calls of every path that leads to it."""
    groups: dict[Hashable, list[Request]] = {}
    for request in requests:
        groups.setdefault(_digest(request), []).append(request)
    found = [_joined(group) for group in groups.values()]
    found.sort(key=lambda r: (r.site.span.sort_key, [caller.sort_key for caller in r.site.callers]))
    return tuple(found)


def _joined(group: list[Request]) -> Request:
    callers = {caller for request in group for caller in request.site.callers[:1]}
    ordered = tuple(sorted(callers, key=lambda span: span.sort_key))
    return replace(group[0], site=replace(group[0].site, callers=ordered))


def _digest(request: Request) -> Hashable:
    """Equal for requests that differ only in who calls, and in the numbers of their conditions."""
    numbers: dict[Hashable, int] = {}
    prompt = (request.tools, request.system, request.messages, request.automatic)
    settings = (request.models, request.one_shot, request.headers, tuple(request.parameters))
    return (request.site.span, request.site.method, *(_plain(part, numbers) for part in (*prompt, *settings)))


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
