"""What makes a finding the same after the code around it has been edited?

Its rule, its file, the function it is in, and its text, spaces aside; the first, second, … of equal
ones. No line numbers, so that what is added above does not turn an old finding into a new one.
"""

from __future__ import annotations

import ast
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from promptlint.diagnostic import Diagnostic
from promptlint.source import Source, Span

__all__ = ["Text", "fingerprints"]

_LENGTH = 16
"""Hexadecimal digits: no two findings of a project meet by chance."""


@dataclass(frozen=True, slots=True)
class Text:
    """What a fingerprint needs of a file."""

    lines: Callable[[str, int | None], Sequence[str]]
    """Of a file, or of a cell of a notebook."""
    source: Callable[[str], Source | None]
    """The parsed file; None if it is no Python."""


def fingerprints(diagnostics: Iterable[Diagnostic], text: Text) -> Mapping[Diagnostic, str]:
    """The fingerprint of each. Give it every finding, also those not shown: equal ones are numbered."""
    seen: Counter[tuple[str, ...]] = Counter()
    found: dict[Diagnostic, str] = {}
    for diagnostic in sorted(diagnostics, key=_order):
        path = diagnostic.span.path
        function = _function(text.source(path), diagnostic.span)
        identity = (diagnostic.rule, path, function, _normalised(text, diagnostic.span))
        found[diagnostic] = _hashed(*identity, str(seen[identity]))
        seen[identity] += 1
    return found


def _order(diagnostic: Diagnostic) -> tuple[object, ...]:
    """File order; of findings at one place, by where their values are read."""
    labels = [(label.span.sort_key, label.role) for label in diagnostic.labels]
    return (diagnostic.span.sort_key, diagnostic.rule, labels, diagnostic.message)


def _function(source: Source | None, span: Span) -> str:
    """The qualified name of the innermost function or class around a place. Only statements hold them."""
    names: list[str] = []
    around: ast.AST | None = None if source is None else source.tree
    while source is not None and around is not None:
        if isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.append(around.name)
        inside = (each for each in ast.iter_child_nodes(around) if isinstance(each, _HOLDERS))
        around = next((each for each in inside if _covers(source, each, span)), None)
    return ".".join(names) or "<module>"


_HOLDERS = ast.stmt | ast.ExceptHandler | ast.match_case


def _covers(source: Source, node: ast.stmt | ast.ExceptHandler | ast.match_case, span: Span) -> bool:
    if isinstance(node, ast.match_case):  # the only one that does not know its place
        return any(_covers(source, statement, span) for statement in node.body)
    return source.span(node).covers(span)


def _normalised(text: Text, span: Span) -> str:
    rows = list(text.lines(span.path, span.cell)[span.line - 1 : span.end_line])
    if rows:
        rows[-1] = rows[-1][: span.end_column - 1]
        rows[0] = rows[0][span.column - 1 :]
    return " ".join(" ".join(rows).split())


def _hashed(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()[:_LENGTH]
