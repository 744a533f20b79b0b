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


def grown_fields(node: ast.ClassDef) -> set[str]:
    """Fields that methods in a class body change: ``self.x.append(…)``, ``self.x[key] = …``."""
    names = _grown(node.body)
    return {name.removeprefix("self.") for name in names if name.startswith("self.") and name.count(".") == 1}


def grown_globals(tree: ast.Module) -> set[str]:
    """Names that functions of a module change, and that no function binds for itself.

    Functions that only run while the module is imported are left out: what they add to a registry
    is known once the import is over.
    """
    used = _used_inside(tree)
    body = [s for s in tree.body if not (isinstance(s, Definition) and _is_registrar(s.name, used))]
    return {name for name in _grown(body) if name.isidentifier()}


Definition = ast.FunctionDef | ast.AsyncFunctionDef


def _is_registrar(name: str, used: tuple[set[str], set[str]]) -> bool:
    """Whether a function is used by the body of the module, and by no other function."""
    inside, outside = used
    return name in outside and name not in inside


def _used_inside(tree: ast.Module) -> tuple[set[str], set[str]]:
    """Names that functions use, and names that the module's own body uses, decorators included."""
    inside: set[str] = set()
    outside: set[str] = set()
    waiting: list[tuple[ast.AST, set[str]]] = [(tree, outside)]
    while waiting:
        node, into = waiting.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            into.add(node.id)
        for child in ast.iter_child_nodes(node):
            within = isinstance(node, Definition | ast.Lambda) and child not in getattr(
                node, "decorator_list", ()
            )
            waiting.append((child, inside if within else into))
    return inside, outside


def _grown(body: Sequence[ast.stmt]) -> set[str]:
    """Changed containers, as written, of the outermost functions below some statements."""
    found: set[str] = set()
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if node.name != "__init__":
                found |= _changed(node)
        elif isinstance(node, ast.stmt | ast.ExceptHandler | ast.match_case):
            waiting.extend(ast.iter_child_nodes(node))
    return found


def _changed(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """What a function changes in place, less the names that it binds itself: they hide globals."""
    changed: set[str] = set()
    bound: set[str] = set()
    declared: set[str] = set()
    for node in ast.walk(function):
        match node:
            case ast.Name(name, ast.Store()) | ast.arg(name):
                bound.add(name)
            case ast.Global(names):
                declared.update(names)
            case ast.Call(ast.Attribute(target, method)) if method in GROWING:
                changed.add(ast.unparse(target))
            case ast.Subscript(target, _, ast.Store() | ast.Del()) | ast.AugAssign(target):
                changed.add(ast.unparse(target))
            case _:
                pass
    return changed - (bound - declared)
