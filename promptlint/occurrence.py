"""Where in a file is a name read, and in which definitions? One walk answers for every name."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Chain", "Definition", "Occurrences", "occurrences"]

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Chain = tuple[Definition, ...]
"""The definitions around a node, outermost first."""


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Every name and attribute that a file reads."""

    by_name: Mapping[str, tuple[ast.AST, ...]]
    chains: Mapping[int, Chain]
    """By id of the node."""


def occurrences(tree: ast.Module) -> Occurrences:
    """The reads of a module; decorators, defaults and bases lie outside the definition they belong to."""
    by_name: dict[str, list[ast.AST]] = defaultdict(list)
    chains: dict[int, Chain] = {}
    waiting: list[tuple[ast.AST, Chain]] = [(tree, ())]
    while waiting:
        node, chain = waiting.pop()
        match node:
            case ast.Name(name, ast.Load()) | ast.Attribute(_, name, ast.Load()):
                by_name[name].append(node)
                chains[id(node)] = chain
            case _:
                pass
        if isinstance(node, Definition):
            body = set(map(id, node.body))
            inner = (*chain, node)
            waiting.extend(
                (child, inner if id(child) in body else chain) for child in ast.iter_child_nodes(node)
            )
        else:
            waiting.extend((child, chain) for child in ast.iter_child_nodes(node))
    return Occurrences({name: tuple(nodes) for name, nodes in by_name.items()}, chains)
