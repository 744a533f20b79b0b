"""Which expressions may name a method that sends a request? Only the functions around them are run."""

from __future__ import annotations

import ast

from promptlint.evaluate.syntax import Syntax
from promptlint.facts import Calls
from promptlint.occurrence import Occurrences, occurrences

__all__ = ["aliases", "suspects"]


def suspects(
    tree: ast.Module, calls: Calls, syntax: Syntax, names: frozenset[str] = frozenset()
) -> list[ast.AST]:
    """Every ``….messages.create``, ``….stream``, … and every alias; `names` are those of other files."""
    there = syntax.ask(occurrences, tree)
    reads = there.by_name
    holders = _holders(there, calls)
    known = _aliases(there, calls, holders) | (names & there.imported)
    found = [node for name in sorted(known) for node in reads.get(name, ())]
    verbs = {path[-1] for path in calls.methods} - known
    found += [
        node
        for verb in sorted(verbs)
        for node in reads.get(verb, ())
        if isinstance(node, ast.Attribute) and _leads(node.value, holders)
    ]
    return found


def aliases(tree: ast.Module, calls: Calls, syntax: Syntax) -> frozenset[str]:
    """Names and attributes that are bound to a method that sends, not to what it gives.

    ``send = client.messages.create``, ``self.send = partial(client.messages.create, …)``.
    """
    found = syntax.ask(occurrences, tree)
    return _aliases(found, calls, _holders(found, calls))


def _holders(there: Occurrences, calls: Calls) -> frozenset[str]:
    """Names and attributes whose methods may send: ``messages``, and what is bound to one of these."""
    found = {part for path in calls.methods for part in path[:-1]} | calls.pass_through
    for name, value in there.bindings:
        if _last(value) in found or _of_holder(value, found):
            found.add(name)
    return frozenset(found)


def _of_holder(value: ast.expr, holders: set[str]) -> bool:
    """Whether one of several operands may be given: ``a.messages if b else c.messages``."""
    if not isinstance(value, ast.IfExp | ast.BoolOp):
        return False
    return any(
        isinstance(part, ast.Attribute) and part.attr in holders for part in ast.iter_child_nodes(value)
    )


def _aliases(there: Occurrences, calls: Calls, holders: frozenset[str]) -> frozenset[str]:
    verbs = {path[-1] for path in calls.methods}
    return frozenset(name for name, value in there.bindings if _is_method(value, verbs, holders))


def _is_method(value: ast.expr, verbs: set[str], holders: frozenset[str]) -> bool:
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


def _leads(receiver: ast.expr, holders: frozenset[str]) -> bool:
    """Whether a receiver may be where the methods that send are found, by its last name."""
    name = _last(receiver)
    return name in holders or "messages" in name.lower()
