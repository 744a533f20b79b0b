"""In which function, method or module body does something stand?"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from promptlint.excerpt import Chain, Definition, Sighting
from promptlint.source import Source

__all__ = ["Scope", "own_nodes", "scopes"]


@dataclass(frozen=True, slots=True)
class Scope:
    """A function, method or module body, by the definitions that enclose it, outermost first."""

    source: Source
    chain: Chain

    @property
    def path(self) -> str:
        """Its file."""
        return self.source.path

    @property
    def node(self) -> Definition | None:
        """The innermost definition; None for the module body."""
        return self.chain[-1] if self.chain else None

    @property
    def outer(self) -> Scope | None:
        """The function in which this one is defined; None if it is not nested in one."""
        inside = [i for i, node in enumerate(self.chain[:-1]) if not isinstance(node, ast.ClassDef)]
        return Scope(self.source, self.chain[: inside[-1] + 1]) if inside else None

    @property
    def qualname(self) -> str:
        """Its qualified name; ``<module>`` for a module body."""
        return ".".join(node.name for node in self.chain if isinstance(node, Definition)) or "<module>"

    @property
    def ids(self) -> frozenset[str]:
        """``module:qualified.name`` of the function, and of the ``__init__`` of its class."""
        names = [node.name for node in self.chain if isinstance(node, Definition)]
        own = f"{self.path}:{'.'.join(names)}"
        if len(self.chain) > 1 and isinstance(self.chain[-2], ast.ClassDef):
            return frozenset({own, f"{self.path}:{'.'.join((*names[:-1], '__init__'))}"})
        return frozenset({own})

    @property
    def name(self) -> str:
        """The name by which it is called; empty for a module body."""
        node = self.node
        return node.name if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else ""


def scopes(source: Source, seen: Iterable[Sighting]) -> list[Scope]:
    """The definitions around some names and attributes, each once, in file order."""
    found = {tuple(map(id, each.chain)): Scope(source, each.chain) for each in seen}
    return sorted(found.values(), key=lambda scope: [node.lineno for node in scope.chain])


def own_nodes(scope: Scope) -> frozenset[int]:
    """The nodes of a scope, by id; those of definitions inside it left out."""
    root: ast.AST = scope.node or scope.source.tree
    found: set[int] = set()
    waiting = list(ast.iter_child_nodes(root))
    while waiting:
        node = waiting.pop()
        found.add(id(node))
        if not isinstance(node, Definition):
            waiting.extend(ast.iter_child_nodes(node))
    return frozenset(found)
