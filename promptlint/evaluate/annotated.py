"""Which class of the project does an annotation mean? Its objects stand for what is handed in."""

from __future__ import annotations

import ast

from promptlint.evaluate.evaluation import Place
from promptlint.evaluate.lineage import library_bases
from promptlint.evaluate.value import Class, Frame, Imported, Module, Value
from promptlint.excerpt import excerpt

__all__ = ["class_of"]

ENUM = "enum."
WITHIN = frozenset({"Annotated", "ClassVar", "Final", "Optional", "Union"})
"""Generics whose arguments annotate the value itself; those of others annotate what is in it."""


def class_of(annotation: ast.expr, frame: Frame, place: Place) -> Class | None:
    """The class of the project that an annotation names, whether or not the value may be None."""
    match annotation:
        case ast.Constant(str() as quoted):
            try:
                return class_of(ast.parse(quoted, mode="eval").body, frame, place)
            except (SyntaxError, ValueError):
                return None
        case ast.BinOp(left, ast.BitOr(), right):
            return class_of(left, frame, place) or class_of(right, frame, place)
        case ast.Subscript(ast.Name(name) | ast.Attribute(_, name), inner) if name in WITHIN:
            parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            parts = parts[:1] if name == "Annotated" else parts
            return next(filter(None, (class_of(part, frame, place) for part in parts)), None)
        case ast.Name() | ast.Attribute():
            found = _named(annotation, frame, place)
            plain = isinstance(found, Class) and not any(b.startswith(ENUM) for b in library_bases(found))
            return found if isinstance(found, Class) and plain else None
        case _:
            return None


def _named(node: ast.expr, frame: Frame, place: Place) -> Value | None:
    project = place.evaluation.project
    match node:
        case ast.Name(name):
            around: Frame | None = frame
            while around is not None:
                value = place.state.variable(around, name)
                if value is not None:
                    return project.resolved(value, place)
                around = around.parent
            return project.resolved(_for_checkers(name, frame, place), place)
        case ast.Attribute(ast.expr() as owner, name):
            module = _named(owner, frame, place)
            return project.member(module.name, name, place) if isinstance(module, Module) else None
        case _:
            return None


def _for_checkers(name: str, frame: Frame, place: Place) -> Value | None:
    """What a name is that is imported where only type checkers look."""
    project = place.evaluation.project
    for each in excerpt(frame.source, {name}):
        node = each.node
        if isinstance(node, ast.Import | ast.ImportFrom):
            if not any((alias.asname or alias.name) == name for alias in node.names):
                continue
            for bound, value in project.imported(node, frame.globals, place.state, place.evaluation):
                if bound == name and isinstance(value, Imported | Module):
                    return value
    return None
