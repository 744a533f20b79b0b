"""Where does code switch a beta on? Headers and ``betas`` of any client or HTTP library."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from promptlint.facts import Calls
from promptlint.source import Source, Span

__all__ = ["HeaderUse", "header_uses"]


@dataclass(frozen=True, slots=True)
class HeaderUse:
    """One place that names a beta, or the attribute that used to hold one."""

    name: str
    """Value of the header, or the dotted path: ``beta.prompt_caching``."""
    span: Span


def header_uses(source: Source, calls: Calls) -> Iterator[HeaderUse]:
    """Every obsolete beta that is written where it has an effect.

    A constant counts where it is used as a header's value, not where it is only defined,
    compared, or listed.
    """
    if not any(name in source.text for name in calls.obsolete):
        return
    constants = _constants(source.tree, calls)
    for node in ast.walk(source.tree):
        for value in _values(node, calls):
            for literal in _literals(value, constants):
                for name in str(literal.value).split(","):
                    if name.strip() in calls.obsolete:
                        yield HeaderUse(name.strip(), source.span(literal))


def _constants(tree: ast.Module, calls: Calls) -> dict[str, ast.Constant]:
    """Module and local names that are bound to an obsolete beta."""
    found: dict[str, ast.Constant] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Assign([ast.Name(name)], ast.Constant(str() as value) as literal) if _obsolete(
                value, calls
            ):
                found[name] = literal
            case _:
                pass
    return found


def _obsolete(value: str, calls: Calls) -> bool:
    return any(name.strip() in calls.obsolete for name in value.split(","))


def _values(node: ast.AST, calls: Calls) -> Iterator[ast.expr]:
    """Expressions that become a header's value at a node."""
    match node:
        case ast.Dict(keys, values):
            for key, value in zip(keys, values, strict=True):
                if _is_header(key, calls):
                    yield value
        case ast.Assign([ast.Subscript(_, key)], value) if _is_header(key, calls):
            yield value
        case ast.Call(_, args, keywords):
            for keyword in keywords:
                if keyword.arg == calls.beta_parameter:
                    yield keyword.value
            match args:
                case [key, value] if _is_header(key, calls):
                    yield value
                case _:
                    pass
        case ast.Tuple([key, value]) if _is_header(key, calls):
            yield value
        case _:
            pass


def _is_header(key: ast.expr | None, calls: Calls) -> bool:
    return (
        isinstance(key, ast.Constant)
        and isinstance(key.value, str)
        and key.value.lower() == calls.beta_header
    )


def _literals(value: ast.expr, constants: dict[str, ast.Constant]) -> Iterator[ast.Constant]:
    for node in ast.walk(value):
        match node:
            case ast.Constant(str()):
                yield node
            case ast.Name(name) if name in constants:
                yield constants[name]
            case _:
                pass
