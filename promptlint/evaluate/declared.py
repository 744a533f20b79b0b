"""What may an object be that the program is handed? Any object of the class that its annotation names."""

from __future__ import annotations

import ast

from promptlint.evaluate.evaluation import Place
from promptlint.evaluate.lineage import enum_members, library_bases, member
from promptlint.evaluate.text import choose
from promptlint.evaluate.value import (
    Class,
    Condition,
    Const,
    Frame,
    Function,
    Module,
    Param,
    Unknown,
    Value,
)

__all__ = ["declared_attribute"]

WITHOUT_CODE = frozenset(
    {"typing.Protocol", "typing_extensions.Protocol", "typing.TypedDict", "typing_extensions.TypedDict"}
)
"""Bases of classes that say what an object has, not what it does."""
OPTIONAL = frozenset({"Optional", "Annotated", "Final"})
"""What stands around a type without changing it."""


def declared_attribute(receiver: Param, name: str, part: Value, place: Place) -> Value:
    """``receiver.name`` of a parameter: `part`, or what it is for any object of the annotated class.

    Whoever calls the function may hand in an object of their own, so `part` stays an alternative.
    """
    cls = None if receiver.declared is None else _class(*receiver.declared, place)
    if cls is None or library_bases(cls) & WITHOUT_CODE or enum_members(cls, place) is not None:
        return part
    code = member(cls, name, place)
    if isinstance(code, Function) and _is_abstract(code):
        return part
    ref = place.evaluation.project.summaries.any_object(cls, place.evaluation)
    found = place.evaluation.interpreter.attribute(ref, name, place)
    if isinstance(found, Unknown | Param) or found == Const(None):
        return part
    condition = Condition(("declared", receiver.function, receiver.name), receiver.at, receiver.name)
    return choose(condition, (part, found))


def _class(node: ast.expr, frame: Frame, place: Place) -> Class | None:
    """The class of the project that an annotation names."""
    match node:
        case ast.Constant(str() as quoted):
            try:
                return _class(ast.parse(quoted, mode="eval").body, frame, place)
            except (SyntaxError, ValueError):
                return None
        case ast.BinOp(left, ast.BitOr(), right):
            return _class(left, frame, place) or _class(right, frame, place)
        case ast.Subscript(ast.Name(name) | ast.Attribute(_, name), ast.Tuple([first, *_]) | first) if (
            name in OPTIONAL
        ):
            return _class(first, frame, place)
        case ast.Name(name):
            value = _global(name, frame, place)
            return value if isinstance(value, Class) else None
        case ast.Attribute(ast.Name(module), name):
            owner = _global(module, frame, place)
            if isinstance(owner, Module):
                value = place.evaluation.project.resolved(
                    place.evaluation.project.member(owner.name, name, place), place
                )
                return value if isinstance(value, Class) else None
            return None
        case _:
            return None


def _global(name: str, frame: Frame, place: Place) -> Value | None:
    current: Frame | None = frame
    while current is not None:
        value = place.evaluation.project.variable(current, name, place)
        if value is not None:
            return value
        current = current.parent
    return None


def _is_abstract(function: Function) -> bool:
    """Whether a method does nothing itself: others are there to do it."""
    if isinstance(function.node, ast.Lambda):
        return False
    return all(
        isinstance(statement, ast.Pass | ast.Raise)
        or (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
        for statement in function.node.body
    )
