"""Which expressions may name a method that sends a request? Only the functions around them are run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from promptlint.excerpt import Excerpt, Sighting, excerpt, reads
from promptlint.facts import Calls
from promptlint.source import Source

__all__ = ["Suspicion", "suspicion"]


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What in one file may lead to a method that sends."""

    source: Source
    verbs: frozenset[str]
    """Names of the methods."""
    holders: frozenset[str]
    """Names whose methods may send: ``messages``, and what is bound to one of these."""
    wrappers: frozenset[str]
    """Names of functions that are said to send."""
    aliases: frozenset[str]
    """Names that are bound to a method that sends, not to what it gives:
    ``send = client.messages.create``, ``self.send = partial(client.messages.create, …)``."""
    seen: Excerpt

    def suspects(self, foreign: frozenset[str]) -> Iterator[Sighting]:
        """Every ``….messages.create``, ``….stream``, … and every alias; `foreign`: those of other files."""
        known = self.aliases | _imported(self.source, foreign - self.aliases)
        known |= self.wrappers | _renamed(self.source, self.wrappers)
        seen = self.seen if known == self.aliases else excerpt(self.source, {*self.verbs, *known})
        yield from reads(seen, known)
        for sighting in reads(seen, self.verbs - known):
            node = sighting.node
            if isinstance(node, ast.Attribute) and _leads(node.value, self.holders):
                yield sighting


def suspicion(source: Source, calls: Calls) -> Suspicion:
    """What the names of one file say; bindings are followed until no new name is found."""
    verbs = frozenset(path[-1] for path in calls.methods)
    holders = {part for path in calls.methods for part in path[:-1]} | calls.pass_through
    words = {*verbs, *holders}
    while True:
        seen = excerpt(source, words)
        bindings = [each for sighting in seen for each in _bindings(sighting.node)]
        holders |= {name for name, value in bindings if _last(value) in holders or _of_holder(value, holders)}
        aliases = {name for name, value in bindings if _is_method(value, verbs, holders)}
        known = {*verbs, *holders, *aliases}
        if known == words:
            return Suspicion(source, verbs, frozenset(holders), calls.wrapper_names, frozenset(aliases), seen)
        words = known


def _bindings(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Names and attributes with the expressions that a statement assigns to them."""
    match node:
        case ast.Assign(targets, value):
            pass
        case ast.AnnAssign(target, _, ast.expr() as value):
            targets = [target]
        case _:
            return
    for each in targets:
        match each:
            case ast.Name(name) | ast.Attribute(_, name):
                yield name, value
            case _:
                pass


def _imported(source: Source, names: frozenset[str]) -> frozenset[str]:
    """Those of some names that a file imports under their own name."""
    statements = (each.node for each in excerpt(source, names) if isinstance(each.node, ast.ImportFrom))
    return names & {alias.name for node in statements for alias in node.names if alias.asname is None}


def _renamed(source: Source, names: frozenset[str]) -> frozenset[str]:
    """What those of some names are called that a file imports under another name."""
    statements = (each.node for each in excerpt(source, names) if isinstance(each.node, ast.ImportFrom))
    return frozenset(a.asname for node in statements for a in node.names if a.name in names and a.asname)


def _of_holder(value: ast.expr, holders: set[str]) -> bool:
    """Whether one of several operands may be given: ``a.messages if b else c.messages``."""
    if not isinstance(value, ast.IfExp | ast.BoolOp):
        return False
    return any(
        isinstance(part, ast.Attribute) and part.attr in holders for part in ast.iter_child_nodes(value)
    )


def _is_method(value: ast.expr, verbs: frozenset[str], holders: set[str]) -> bool:
    match value:
        case ast.Attribute(receiver, name) | ast.Call(_, [ast.Attribute(receiver, name), *_]):
            return name in verbs and _leads(receiver, holders)
        case ast.IfExp(_, first, second):
            return _is_method(first, verbs, holders) or _is_method(second, verbs, holders)
        case _:
            return False


def _last(value: ast.expr) -> str:
    match value:
        case ast.Attribute(_, name) | ast.Name(name):
            return name
        case ast.Call(function):
            return _last(function)
        case _:
            return ""


def _leads(receiver: ast.expr, holders: set[str] | frozenset[str]) -> bool:
    """Whether a receiver may be where the methods that send are found, by its last name."""
    name = _last(receiver)
    return name in holders or "messages" in name.lower()
