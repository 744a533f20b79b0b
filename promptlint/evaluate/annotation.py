"""Which name of a library does an annotation mean?"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from promptlint.evaluate.imports import import_table
from promptlint.source import Source

if TYPE_CHECKING:
    from promptlint.evaluate.project import Project

__all__ = ["library_name"]


def library_name(annotation: ast.expr | None, source: Source, project: Project) -> str:
    """The dotted name of a library's class, whether or not the value may be None; empty for any other."""
    match annotation:
        case ast.Constant(str() as quoted):
            try:
                return library_name(ast.parse(quoted, mode="eval").body, source, project)
            except (SyntaxError, ValueError):
                return ""
        case ast.BinOp(left, ast.BitOr(), right):
            return _first_client([left, right], source, project)
        case ast.Subscript(_, ast.Tuple(parts)):
            return _first_client(parts, source, project)
        case ast.Subscript(_, inner):
            return library_name(inner, source, project)
        case ast.Name() | ast.Attribute():
            head, _, tail = ast.unparse(annotation).partition(".")
            known = project.syntax.ask(import_table, source).get(head)
            return "" if known is None else f"{known}.{tail}" if tail else known
        case _:
            return ""


def _first_client(parts: Sequence[ast.expr], source: Source, project: Project) -> str:
    names = [library_name(part, source, project) for part in parts]
    return next((n for n in names if project.facts.calls.platform(n)), next(filter(None, names), ""))
