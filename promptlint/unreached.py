"""Which calls look like Messages requests, though no run came to them or could tell what they call?

A call site that nobody could follow is counted as opaque: it must not be missing where nothing was
found to be wrong.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from promptlint.diagnostic import Confidence
from promptlint.evaluate.imports import import_table
from promptlint.evaluate.syntax import Syntax
from promptlint.evaluate.value import Reason, Unknown
from promptlint.excerpt import Excerpt, excerpt, reads
from promptlint.facts import Calls
from promptlint.request import CallSite, Gap, Request
from promptlint.resolution import Resolution
from promptlint.source import Source

__all__ = ["Left", "unreached"]

ROOT = "anthropic"
"""The package whose import makes an unexplained ``messages.create(**arguments)`` ours."""


@dataclass(frozen=True, slots=True)
class Left:
    """What the runs of a scope left open, by ids of nodes."""

    nodes: frozenset[int]
    """Those that no run has decided about."""
    unclear: Collection[int] = ()
    """Callees that a run came to, but could not tell whose they are."""


def unreached(source: Source, left: Left, function: str, calls: Calls, syntax: Syntax) -> Iterator[Request]:
    """Opaque requests for calls of one scope that may well send one."""
    verbs = {path[-1] for path in calls.methods}
    seen = excerpt(source, verbs)
    if not any(id(each.node) in left.nodes for each in reads(seen, verbs)):
        return
    aliases = dict(_aliases(seen, left.nodes, calls))
    if aliases:
        seen = excerpt(source, {*verbs, *aliases})
    imports = syntax.ask(import_table, source).values()
    ours = any(name.partition(".")[0] == ROOT for name in imports)
    for node in (each.node for each in seen):
        if not isinstance(node, ast.Call) or id(node.func) not in left.nodes:
            continue
        path = aliases.get(node.func.id) if isinstance(node.func, ast.Name) else _path(node.func, calls)
        if path is None or not _is_request(node, ours, calls):
            continue
        span = source.span(node)
        reason = Reason.RECEIVER if id(node.func) in left.unclear else Reason.BUDGET
        gap = Gap(Unknown(reason, f"{'.'.join(path)}()", span))
        site = CallSite(span, function, ".".join(path), "", Confidence.LOW)
        yield Request(
            site, (), Confidence.LOW, (), (), (), False, None, gaps=(gap,), resolution=Resolution.OPAQUE
        )


def _aliases(seen: Excerpt, nodes: Collection[int], calls: Calls) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Names that a scope gives to a method: ``send = client.messages.create``."""
    for each in seen:
        match each.node:
            case ast.Assign([ast.Name(name)], ast.Attribute() as method) if id(method) in nodes:
                path = _path(method, calls)
                if path is not None:
                    yield name, path
            case _:
                pass


def _path(callee: ast.expr, calls: Calls) -> tuple[str, ...] | None:
    """The longest known path of methods that a callee ends in."""
    names: list[str] = []
    while isinstance(callee, ast.Attribute):
        names.insert(0, callee.attr)
        callee = callee.value
    for start in range(len(names)):
        path = tuple(names[start:])
        if calls.method(path) is not None:
            return path
    return None


def _is_request(node: ast.Call, ours: bool, calls: Calls) -> bool:
    given = [keyword.arg for keyword in node.keywords if keyword.arg is not None]
    if calls.is_request(given):
        return True
    spread = any(keyword.arg is None for keyword in node.keywords)
    return ours and not (node.args and not given) and (spread or not SENT.isdisjoint(given))


SENT = frozenset({"messages", "requests"})
"""Keywords one of which every request has."""
