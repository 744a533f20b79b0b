"""What is the smallest program that still shows it? Leaves out what a failure does not need."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator

__all__ = ["shrunk"]

_ERRORS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NameError,
    SyntaxError,
    TypeError,
    ValueError,
)
"""What a program that lacks something may raise when it is run."""


def shrunk(source: str, is_bad: Callable[[str], bool]) -> str:
    """The program without the statements, and with the simplest expressions, for which `is_bad` holds."""
    tree, before = ast.parse(source), ""
    while before != (before := ast.dump(tree)):
        tree = _reduced(_reduced(tree, _without_statement, is_bad), _with_part, is_bad)
    return ast.unparse(tree)


def _reduced(
    tree: ast.Module,
    smaller: Callable[[ast.Module, int], Iterator[ast.Module] | None],
    is_bad: Callable[[str], bool],
) -> ast.Module:
    position = 0
    while (candidates := smaller(tree, position)) is not None:
        better = next((c for c in candidates if _holds(is_bad, c)), None)
        if better is None:
            position += 1
        else:
            tree = better
    return tree


def _holds(is_bad: Callable[[str], bool], tree: ast.Module) -> bool:
    try:
        return is_bad(ast.unparse(tree))
    except _ERRORS:
        return False


def _without_statement(tree: ast.Module, position: int) -> Iterator[ast.Module] | None:
    """The tree without the statement at a position, or with its block in its place."""
    if position >= len(_statements(tree)):
        return None
    return _statement_candidates(tree, position)


def _statement_candidates(tree: ast.Module, position: int) -> Iterator[ast.Module]:
    block, index = _statements(tree)[position]
    if len(block) > 1 or not isinstance(block[0], ast.Pass):
        yield _replaced(tree, position, [] if len(block) > 1 else [ast.Pass()])
    inner = getattr(block[index], "body", None)
    if isinstance(inner, list) and not isinstance(block[index], ast.FunctionDef | ast.ClassDef):
        yield _replaced(tree, position, inner)


def _replaced(tree: ast.Module, position: int, statements: list[ast.stmt]) -> ast.Module:
    smaller = copy.deepcopy(tree)
    block, index = _statements(smaller)[position]
    block[index : index + 1] = copy.deepcopy(statements)
    return ast.fix_missing_locations(smaller)


def _statements(tree: ast.Module) -> list[tuple[list[ast.stmt], int]]:
    """Every statement as its block and its place there, the last of a block first."""
    blocks = [
        block
        for node in ast.walk(tree)
        for name in ("orelse", "finalbody", "body")
        if isinstance(block := getattr(node, name, None), list)
    ]
    return [(block, index) for block in blocks for index in reversed(range(len(block)))]


def _with_part(tree: ast.Module, position: int) -> Iterator[ast.Module] | None:
    """The tree with the expression at a position replaced by one of its parts."""
    places = _expressions(tree)
    return _part_candidates(tree, position, places[position]) if position < len(places) else None


def _part_candidates(
    tree: ast.Module, position: int, place: tuple[ast.AST, str, int]
) -> Iterator[ast.Module]:
    node, name, index = place
    field = getattr(node, name)
    whole = field if index < 0 else field[index]
    for part in ast.walk(whole):
        if (
            isinstance(part, ast.expr)
            and part is not whole
            and not isinstance(part, ast.JoinedStr | ast.FormattedValue)
        ):
            smaller = copy.deepcopy(tree)
            twin, _, _ = _expressions(smaller)[position]
            if index < 0:
                setattr(twin, name, copy.deepcopy(part))
            else:
                getattr(twin, name)[index] = copy.deepcopy(part)
            yield ast.fix_missing_locations(smaller)


def _expressions(tree: ast.Module) -> list[tuple[ast.AST, str, int]]:
    """Every composed expression: its parent, the field it is in, and where in a list (else -1)."""
    found: list[tuple[ast.AST, str, int]] = []
    for node in ast.walk(tree):
        for name, field in ast.iter_fields(node):
            items = list(enumerate(field)) if isinstance(field, list) else [(-1, field)]
            found += [(node, name, index) for index, item in items if _is_composed(item)]
    return found


def _is_composed(item: object) -> bool:
    return isinstance(item, ast.expr) and not isinstance(
        item, ast.Name | ast.Constant | ast.JoinedStr | ast.FormattedValue
    )
