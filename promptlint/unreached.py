"""Which calls look like Messages requests, though no run came to them?

A call site that nobody could follow is counted as opaque: it must not be missing where nothing was
found to be wrong.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from promptlint.diagnostic import Confidence
from promptlint.evaluate.imports import import_table
from promptlint.evaluate.syntax import Syntax
from promptlint.evaluate.value import Reason, Unknown
from promptlint.excerpt import excerpt, reads
from promptlint.facts import Calls
from promptlint.request import CallSite, Gap, Request, Resolution
from promptlint.source import Source

__all__ = ["unreached"]

ROOT = "anthropic"
"""The package whose import makes an unexplained ``messages.create(**arguments)`` ours."""


def unreached(
    source: Source, nodes: Collection[int], function: str, calls: Calls, syntax: Syntax
) -> Iterator[Request]:
    """Opaque requests for calls that no run came to; `nodes` are ids of nodes of one scope."""
    verbs = {path[-1] for path in calls.methods}
    seen = excerpt(source, verbs)
    missed = {id(each.node) for each in reads(seen, verbs) if id(each.node) in nodes}
    if not missed:
        return
    imports = syntax.ask(import_table, source).values()
    ours = any(name.partition(".")[0] == ROOT for name in imports)
    for node in (each.node for each in seen):
        if not isinstance(node, ast.Call) or id(node.func) not in missed:
            continue
        path = _path(node.func, calls)
        if path is None or not _is_request(node, ours, calls):
            continue
        span = source.span(node)
        gap = Gap(Unknown(Reason.BUDGET, f"{'.'.join(path)}()", span))
        site = CallSite(span, function, ".".join(path), "", Confidence.LOW)
        yield Request(
            site, (), Confidence.LOW, (), (), (), False, None, gaps=(gap,), resolution=Resolution.OPAQUE
        )


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
    return ours and (not node.args or len(given) > 0) and _spreads(node)


def _spreads(node: ast.Call) -> bool:
    return any(keyword.arg is None for keyword in node.keywords)
