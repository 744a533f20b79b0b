"""Which containers does code change in place after they were made?"""

from __future__ import annotations

import ast
from collections.abc import Sequence

__all__ = ["grown_fields", "grown_globals"]

GROWING = frozenset(
    (
        "append",
        "extend",
        "insert",
        "add",
        "update",
        "setdefault",
        "pop",
        "remove",
        "clear",
        "popleft",
        "appendleft",
    )
)
"""Methods that change a container in place."""


def grown_fields(body: Sequence[ast.stmt]) -> set[str]:
    """Fields that methods in a class body change: ``self.x.append(…)``, ``self.x[key] = …``."""
    names = _grown(body)
    return {name.removeprefix("self.") for name in names if name.startswith("self.") and name.count(".") == 1}


def grown_globals(tree: ast.Module) -> set[str]:
    """Names that functions of a module change, and that no function binds for itself."""
    return {name for name in _grown(tree.body) if name.isidentifier()}


def _grown(body: Sequence[ast.stmt]) -> set[str]:
    found: set[str] = set()
    for statement in body:
        for function in ast.walk(statement):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and function.name != "__init__":
                found |= _changed(function) - _local(function)
    return found


def _changed(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(function):
        match node:
            case ast.Call(ast.Attribute(target, method)) if method in GROWING:
                found.add(ast.unparse(target))
            case ast.Subscript(target, _, ast.Store() | ast.Del()):
                found.add(ast.unparse(target))
            case ast.AugAssign(target):
                found.add(ast.unparse(target))
            case _:
                pass
    return found


def _local(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """Names that a function binds itself: they hide globals."""
    stored = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    declared = {name for n in ast.walk(function) if isinstance(n, ast.Global) for name in n.names}
    arguments = {n.arg for n in ast.walk(function) if isinstance(n, ast.arg)}
    return (stored | arguments) - declared
