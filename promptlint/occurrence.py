"""Where in a file is a name read, and in which definitions? One walk answers for every name."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Chain", "Definition", "Occurrences", "occurrences"]

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Chain = tuple[Definition, ...]
"""The definitions around a node, outermost first."""


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Every name and attribute that a file reads, and what it binds."""

    by_name: Mapping[str, tuple[ast.AST, ...]]
    chains: Mapping[int, Chain]
    """By id of the node."""
    bindings: tuple[tuple[str, ast.expr], ...]
    """Names and attributes with the expressions that are assigned to them."""
    imported: frozenset[str]
    """Names that are imported from other modules under their own name."""


def occurrences(tree: ast.Module) -> Occurrences:
    """One walk of a module; decorators, defaults and bases lie outside the definition they belong to."""
    walk = _Walk()
    waiting: list[tuple[ast.AST, Chain]] = [(tree, ())]
    while waiting:
        node, chain = waiting.pop()
        walk.meet(node, chain)
        inner = (*chain, node) if isinstance(node, Definition) else chain
        for field_name in node._fields:
            if field_name in NO_NAMES:
                continue
            value = getattr(node, field_name, None)
            around = inner if field_name == "body" else chain
            if isinstance(value, ast.AST):
                waiting.append((value, around))
            elif isinstance(value, list):
                waiting.extend((item, around) for item in value if isinstance(item, ast.AST))
    names = {name: tuple(nodes) for name, nodes in walk.by_name.items()}
    return Occurrences(names, walk.chains, tuple(walk.bindings), frozenset(walk.imported))


NO_NAMES = frozenset({"ctx", "op", "ops", "returns", "annotation", "type_comment"})
"""Fields below which nothing is read that a request could come from."""


@dataclass(slots=True)
class _Walk:
    by_name: dict[str, list[ast.AST]] = field(default_factory=lambda: defaultdict(list))
    chains: dict[int, Chain] = field(default_factory=dict)
    bindings: list[tuple[str, ast.expr]] = field(default_factory=list)
    imported: set[str] = field(default_factory=set)

    def meet(self, node: ast.AST, chain: Chain) -> None:
        """Take down what a node says."""
        match node:
            case ast.Name(name, ast.Load()) | ast.Attribute(_, name, ast.Load()):
                self.by_name[name].append(node)
                self.chains[id(node)] = chain
            case ast.Assign(targets, value):
                self.bindings.extend((name, value) for target in targets for name in _bound(target))
            case ast.AnnAssign(target, _, ast.expr() as value):
                self.bindings.extend((name, value) for name in _bound(target))
            case ast.ImportFrom(_, names):
                self.imported.update(alias.name for alias in names if alias.asname is None)
            case _:
                pass


def _bound(target: ast.expr) -> tuple[str, ...]:
    return (
        (target.id,)
        if isinstance(target, ast.Name)
        else (target.attr,)
        if isinstance(target, ast.Attribute)
        else ()
    )
