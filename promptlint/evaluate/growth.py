"""Which containers does code change in place after they were made?"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping, Sequence

from promptlint.excerpt import excerpt
from promptlint.source import Source

__all__ = [
    "changed",
    "growing_methods",
    "grown_fields",
    "grown_globals",
    "grown_parameters",
    "rebound_globals",
]

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


def growing_methods(node: ast.ClassDef) -> dict[str, set[str]]:
    """The methods of a class that change containers in its fields, each with the fields."""
    found: dict[str, set[str]] = {}
    for method in node.body:
        if isinstance(method, Definition) and method.name != "__init__":
            grown = {name.removeprefix("self.") for name in _changed(method) if name.startswith("self.")}
            fields = {name for name in grown if name.isidentifier()}
            if fields:
                found[method.name] = fields
    return found


def grown_globals(source: Source, names: Collection[str]) -> Mapping[str, frozenset[str]]:
    """Those of some globals that functions of a module change and do not bind; with the functions."""
    found: dict[str, set[str]] = {}
    for each in excerpt(source, names):
        function = next((node for node in each.chain if isinstance(node, Definition)), None)
        target = changed(each.node)
        if function is None or function.name == "__init__" or not isinstance(target, ast.Name):
            continue
        if target.id in names and target.id in _changed(function):
            found.setdefault(target.id, set()).add(function.name)
    return {name: frozenset(functions) for name, functions in found.items()}


def changed(node: ast.AST) -> ast.expr | None:
    """The container that a node changes in place: of ``TABLE[key].append(…)`` the table."""
    target = _target(node)
    while isinstance(target, ast.Subscript):
        target = target.value
    return target


Definition = ast.FunctionDef | ast.AsyncFunctionDef


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
    grown: set[str] = set()
    bound: set[str] = set()
    declared: set[str] = set()
    same: dict[str, str] = {}
    for node in ast.walk(function):
        match node:
            case ast.Name(name, ast.Store()) | ast.arg(name):
                bound.add(name)
            case ast.Global(names):
                declared.update(names)
            case ast.Assign([ast.Name(name)], ast.Name() | ast.Attribute() as value):
                same[name] = ast.unparse(value)
            case _:
                target = changed(node)
                if target is not None:
                    grown.add(ast.unparse(target))
    grown |= {same[name] for name in grown if name in same}
    return grown - (bound - declared)


def _target(node: ast.AST) -> ast.expr | None:
    """The container that a node changes in place."""
    match node:
        case ast.Call(ast.Attribute(target, method)) if method in GROWING:
            return target
        case ast.Subscript(target, _, ast.Store() | ast.Del()) | ast.AugAssign(target):
            return target
        case _:
            return None
