"""Which class of the project does an annotation mean? Its objects stand for what is handed in."""

from __future__ import annotations

import ast

from promptlint.evaluate.evaluation import Place
from promptlint.evaluate.lineage import library_bases, lineage
from promptlint.evaluate.value import Class, Declared, Frame, Imported, Module, Value
from promptlint.excerpt import excerpt

__all__ = ["class_of", "declared_field", "may_be_text"]

ENUM = "enum."
WITHIN = frozenset({"Annotated", "ClassVar", "Final", "Optional", "Union"})
"""Generics whose arguments annotate the value itself; those of others annotate what is in it."""
PLAIN = frozenset({"bool", "bytes", "complex", "dict", "float", "frozenset", "int", "list", "set", "tuple"})
"""Types whose values are no text."""


def class_of(annotation: ast.expr, frame: Frame, place: Place) -> Class | None:
    """The class of the project that an annotation names, whether or not the value may be None."""
    match annotation:
        case ast.Constant(str() as quoted):
            unquoted = _parsed(quoted)
            return None if unquoted is None else class_of(unquoted, frame, place)
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


def _parsed(quoted: str) -> ast.expr | None:
    """An annotation that is written as a string; None if it is no expression."""
    try:
        return ast.parse(quoted, mode="eval").body
    except (SyntaxError, ValueError):
        return None


def declared_field(annotation: ast.expr, frame: Frame, name: str, place: Place) -> Declared | None:
    """The annotation of a field of the objects that an annotation means."""
    cls = class_of(annotation, frame, place)
    for owner in () if cls is None else lineage(cls):
        for statement in owner.node.body:
            match statement:
                case ast.AnnAssign(ast.Name(field)) if field == name:
                    return statement.annotation, owner.members
                case _:
                    pass
    return None


def may_be_text(annotation: ast.expr, frame: Frame, place: Place) -> bool:
    """Whether a value of an annotated type may be, or hold, a text that anybody writes."""
    match annotation:
        case ast.Constant(str() as quoted):
            unquoted = _parsed(quoted)
            return unquoted is None or may_be_text(unquoted, frame, place)
        case ast.Constant(None):
            return False
        case ast.BinOp(left, ast.BitOr(), right):
            return may_be_text(left, frame, place) or may_be_text(right, frame, place)
        case ast.Subscript(ast.Name(name) | ast.Attribute(_, name), inner):
            parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            parts = parts[:1] if name == "Annotated" else parts
            return name in WITHIN and any(may_be_text(part, frame, place) for part in parts)
        case ast.Name(name) if name in PLAIN:
            return False
        case ast.Name() | ast.Attribute():
            found = _named(annotation, frame, place)
            return not (isinstance(found, Class) and any(b.startswith(ENUM) for b in library_bases(found)))
        case _:
            return True


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
