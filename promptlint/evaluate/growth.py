"""Which containers does code change in place after they were made?"""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence

from promptlint.excerpt import excerpt, reads
from promptlint.source import Source

__all__ = ["grown_fields", "grown_globals", "grown_parameters", "rebound_globals"]

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


def rebound_globals(source: Source) -> frozenset[str]:
    """Names that some function of a module declares ``global``."""
    seen = excerpt(source, {"global"})
    return frozenset(name for each in seen if isinstance(each.node, ast.Global) for name in each.node.names)


def grown_parameters(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> frozenset[str]:
    """Parameters of a function that its body changes in place."""
    args = node.args
    names = {arg.arg for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs)}
    body = node.body if isinstance(node.body, list) else [node.body]
    targets = (_target(part) for statement in body for part in ast.walk(statement))
    return frozenset(names & {target.id for target in targets if isinstance(target, ast.Name)})


def grown_globals(source: Source, names: Collection[str]) -> frozenset[str]:
    """Those of some globals that functions of a module change, and do not bind for themselves.

    Functions that only run while the module is imported are left out: what they add to a registry
    is known once the import is over.
    """
    found: set[str] = set()
    for each in excerpt(source, names):
        function = next((node for node in each.chain if isinstance(node, Definition)), None)
        target = _target(each.node)
        if function is None or function.name == "__init__" or not isinstance(target, ast.Name):
            continue
        if target.id in found or target.id not in names or target.id not in _changed(function):
            continue
        if not _is_registrar(function.name, source):
            found.add(target.id)
    return frozenset(found)


Definition = ast.FunctionDef | ast.AsyncFunctionDef


def _is_registrar(name: str, source: Source) -> bool:
    """Whether a function is used by the body of the module, and by no function."""
    seen = excerpt(source, {name})
    lambdas = (each.node.body for each in seen if isinstance(each.node, ast.Lambda))
    deferred = {id(node) for body in lambdas for node in ast.walk(body)}
    inside = [
        id(use.node) in deferred or any(isinstance(node, Definition) for node in use.chain)
        for use in reads(seen, {name})
        if isinstance(use.node, ast.Name)
    ]
    return bool(inside) and not any(inside)


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
            case _:
                target = _target(node)
                if target is not None:
                    changed.add(ast.unparse(target))
    return changed - (bound - declared)


def _target(node: ast.AST) -> ast.expr | None:
    """The container that a node changes in place."""
    match node:
        case ast.Call(ast.Attribute(target, method)) if method in GROWING:
            return target
        case ast.Subscript(target, _, ast.Store() | ast.Del()) | ast.AugAssign(target):
            return target
        case _:
            return None
