"""What may an object be that the program is handed? Any object of the class that its annotation names."""

from __future__ import annotations

import ast

from promptlint.evaluate.annotated import class_of
from promptlint.evaluate.evaluation import Place
from promptlint.evaluate.lineage import library_bases, member
from promptlint.evaluate.text import choose
from promptlint.evaluate.value import (
    Condition,
    Const,
    Function,
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
    cls = None if receiver.declared is None else class_of(*receiver.declared, place)
    if cls is None:
        return part
    project = place.evaluation.project
    code = member(cls, name, place)
    says_nothing = isinstance(code, Function) and _is_abstract(code)
    if (says_nothing or library_bases(cls) & WITHOUT_CODE) and not project.hierarchy.below(cls, project):
        return part
    ref = place.evaluation.project.summaries.any_object(cls, place.evaluation)
    found = place.evaluation.interpreter.attribute(ref, name, place)
    if isinstance(found, Unknown | Param) or found == Const(None):
        return part
    condition = Condition(("declared", receiver.function, receiver.name), receiver.at, receiver.name)
    return choose(condition, (part, found))


def _is_abstract(function: Function) -> bool:
    """Whether a method does nothing itself: others are there to do it."""
    if isinstance(function.node, ast.Lambda):
        return False
    return all(
        isinstance(statement, ast.Pass | ast.Raise)
        or (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
        for statement in function.node.body
    )
