"""What stands around a node, and where else does its scope use a name? Asked of syntax alone."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from promptlint.source import Source, Span

__all__ = ["Names", "ScopeNode", "call_at", "names_in", "scope_of"]

ScopeNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.Module


def call_at(source: Source, span: Span) -> ast.Call | None:
    """The call at a place; None if something else stands there."""
    rows = span.end_line - span.line
    first = next((cell.first - 1 for cell in source.cells if cell.number == span.cell), 0) + span.line
    near = (part for part in source.tree.body if first <= (part.end_lineno or part.lineno))
    calls = (node for part in near for node in ast.walk(part) if isinstance(node, ast.Call))
    high = (call for call in calls if (call.end_lineno or call.lineno) - call.lineno == rows)
    return next((call for call in high if source.span(call) == span), None)


def scope_of(node: ast.AST, source: Source) -> ScopeNode:
    """The function or module whose variables a node uses."""
    return next(outer for outer in source.ancestry.outwards(node) if isinstance(outer, ScopeNode))


@dataclass(frozen=True, slots=True)
class Names:
    """Every use of every name in a scope; functions inside it count, for they may close over it."""

    read: Mapping[str, tuple[ast.Name, ...]]
    bound: Mapping[str, tuple[ast.Name, ...]]
    """Assignments, deletions and targets of loops; parameters are not among them."""


def names_in(scope: ScopeNode) -> Names:
    """The names of one scope."""
    read: dict[str, list[ast.Name]] = defaultdict(list)
    bound: dict[str, list[ast.Name]] = defaultdict(list)
    for node in ast.walk(scope):
        if isinstance(node, ast.Name):
            (read if isinstance(node.ctx, ast.Load) else bound)[node.id].append(node)
    return Names({k: tuple(v) for k, v in read.items()}, {k: tuple(v) for k, v in bound.items()})
