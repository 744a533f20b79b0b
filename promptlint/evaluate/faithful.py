"""Does a decorator give back what does the same: a wrapper that calls the function with what it is given?"""

from __future__ import annotations

import ast

from promptlint.ancestry import nodes_of

__all__ = ["is_faithful"]

Definition = ast.FunctionDef | ast.AsyncFunctionDef


def is_faithful(decorator: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> bool:
    """Whether a decorator gives back its function, or wrappers that give back what the function gives.

    These are marked with ``functools.wraps``, and hand on their own ``*args`` and ``**kwargs``.
    """
    if isinstance(decorator, ast.Lambda) or len(decorator.args.args) != 1:
        return False
    function = decorator.args.args[0].arg
    inner = [part for part in decorator.body if isinstance(part, Definition)]
    wrappers = {part.name for part in inner if _wraps(part, function)}
    if not all(_hands_on(part, function) for part in inner if part.name in wrappers):
        return False
    given = [part.value for part in nodes_of(decorator) if isinstance(part, ast.Return)]
    return bool(wrappers) and bool(given) and all(_names(value) <= {*wrappers, function} for value in given)


def _wraps(wrapper: Definition, function: str) -> bool:
    match wrapper.decorator_list:
        case [ast.Call(ast.Name("wraps") | ast.Attribute(_, "wraps"), [ast.Name(name)])]:
            return name == function
        case _:
            return False


def _names(value: ast.expr | None) -> set[str]:
    """The names one of which is returned; one that is none of a program's for anything else."""
    match value:
        case ast.Name(name):
            return {name}
        case ast.IfExp(_, first, second):
            return _names(first) | _names(second)
        case _:
            return {""}


def _hands_on(wrapper: Definition, function: str) -> bool:
    """Whether everything that a wrapper returns is what the function gives for the wrapper's arguments."""
    results = {
        target.id
        for part in nodes_of(wrapper)
        if isinstance(part, ast.Assign) and _is_call(part.value, wrapper, function)
        for target in part.targets
        if isinstance(target, ast.Name)
    }
    bound = [
        part.id
        for part in nodes_of(wrapper)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    ]
    once = {name for name in results if bound.count(name) == 1}
    given = [part.value for part in nodes_of(wrapper) if isinstance(part, ast.Return)]
    changes = any(isinstance(part, ast.Yield | ast.YieldFrom) for part in nodes_of(wrapper))
    return (
        bool(given)
        and not changes
        and all(
            value is not None and (_is_call(value, wrapper, function) or _names(value) <= once)
            for value in given
        )
    )


def _is_call(value: ast.expr, wrapper: Definition, function: str) -> bool:
    """``function(*args, **kwargs)``, awaited or not."""
    match value.value if isinstance(value, ast.Await) else value:
        case ast.Call(ast.Name(name), [ast.Starred(ast.Name(star))], [ast.keyword(None, ast.Name(table))]):
            args = wrapper.args
            own = args.vararg is not None and args.vararg.arg == star and args.kwarg is not None
            return name == function and own and args.kwarg is not None and args.kwarg.arg == table
        case _:
            return False
