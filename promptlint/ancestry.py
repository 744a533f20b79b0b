"""Which nodes stand around a node? Told for the part of a module in which somebody asks."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterator

__all__ = ["Ancestry", "nodes_of"]

_Function = ast.FunctionDef | ast.AsyncFunctionDef


class Ancestry:
    """The node above each node of a module.

    A statement of the module is gone through when somebody first asks for a node in it.
    """

    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        self._starts = [_start(statement) for statement in tree.body]
        self._above: dict[int, ast.AST] = {id(statement): tree for statement in tree.body}

    def above(self, node: ast.AST) -> ast.AST | None:
        """The node directly above; None for the module."""
        if id(node) not in self._above and isinstance(node, ast.stmt | ast.expr | ast.arg):
            self._read(self._tree.body[max(bisect_right(self._starts, _place(node)) - 1, 0)])
        return self._above.get(id(node))

    def outwards(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around a node, innermost first; the module last."""
        outer = self.above(node)
        while outer is not None:
            yield outer
            outer = self.above(outer)

    def _read(self, statement: ast.stmt) -> None:
        waiting: list[ast.AST] = [statement]
        while waiting:
            node = waiting.pop()
            for child in ast.iter_child_nodes(node):
                self._above[id(child)] = node
                waiting.append(child)


def _place(node: ast.stmt | ast.expr | ast.arg) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _start(statement: ast.stmt) -> tuple[int, int]:
    """Where a statement begins: with its first decorator."""
    decorators = getattr(statement, "decorator_list", [])
    return min(map(_place, [statement, *decorators]))


def nodes_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.AST]:
    """The nodes of a function, without those of functions and classes inside it."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        part = waiting.pop()
        yield part
        if not isinstance(part, _Function | ast.Lambda | ast.ClassDef):
            waiting.extend(ast.iter_child_nodes(part))
