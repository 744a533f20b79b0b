"""What does the text of a loop say of its passes: what they share, and whether they leave it?"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from types import UnionType

__all__ = ["leaves_early", "overwritten", "raises", "returns"]

Loop = ast.For | ast.AsyncFor | ast.While
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def overwritten(node: ast.stmt) -> frozenset[str]:
    """Names that the body of a loop binds, and never reads as an earlier pass left them.

    What is in these decides nothing, so that passes are not told apart by it.
    """
    assert isinstance(node, Loop)
    walk = _Walk()
    if isinstance(node, ast.While):
        before = frozenset[str]()
        kept = _names(node.test, ast.Load | ast.Store)
    else:
        before, kept = _names(node.target, ast.Store), _names(node.target, ast.Load)
    walk.run(node.body, before)
    return frozenset((walk.bound | before) - walk.exposed - kept)


def leaves_early(node: ast.stmt) -> bool:
    """Whether a pass of a loop may leave it by ``return``, or a ``break`` of its own."""
    return _has(node, ast.Return, own=ast.Break)


def returns(node: ast.stmt) -> bool:
    """Whether a pass of a loop may end the function, or hand something out of a generator."""
    return _has(node, ast.Return | ast.Yield | ast.YieldFrom)


def raises(node: ast.stmt) -> bool:
    """Whether a pass of a loop may leave it by a ``raise`` that is written there."""
    return _has(node, ast.Raise)


def _has(node: ast.stmt, anywhere: type[ast.AST] | UnionType, own: type[ast.stmt] | None = None) -> bool:
    """Whether such a statement is in the body; `own` counts outside of the loops within it."""
    assert isinstance(node, Loop)
    waiting: list[tuple[ast.AST, bool]] = [(statement, True) for statement in node.body]
    while waiting:
        part, outermost = waiting.pop()
        if isinstance(part, anywhere) or (outermost and own is not None and isinstance(part, own)):
            return True
        if not isinstance(part, Definition | ast.Lambda):
            here = outermost and not isinstance(part, Loop)
            waiting.extend((child, here) for child in ast.iter_child_nodes(part))
    return False


@dataclass(slots=True)
class _Walk:
    """Goes through statements in order with the names that are surely bound."""

    exposed: set[str] = field(default_factory=set)
    """Names that may be read before they are bound."""
    bound: set[str] = field(default_factory=set)

    def run(self, body: Sequence[ast.stmt], known: frozenset[str]) -> frozenset[str] | None:
        """The names that are bound after some statements; None if control never comes there."""
        for statement in body:
            after = self._statement(statement, known)
            if after is None:
                return None
            known = after
        return known

    def _statement(self, node: ast.stmt, known: frozenset[str]) -> frozenset[str] | None:
        match node:
            case ast.If(test, body, orelse):
                self._reads(test, known)
                return _both([self.run(body, known), self.run(orelse, known)])
            case ast.For(target, iterable, body, orelse) | ast.AsyncFor(target, iterable, body, orelse):
                self._reads(iterable, known)
                self.run(body, self._binds(target, known))
                self.run(orelse, known)
                return known
            case ast.While(test, body, orelse):
                self._reads(test, known)
                self.run(body, known)
                self.run(orelse, known)
                return known
            case ast.With(items, body) | ast.AsyncWith(items, body):
                for item in items:
                    self._reads(item.context_expr, known)
                    known = self._binds(item.optional_vars, known)
                return self.run(body, known)
            case ast.Try() | ast.TryStar():
                return self._try(node, known)
            case ast.Match(subject, cases):
                self._reads(subject, known)
                return _both([known, *(self._case(case, known) for case in cases)])
            case _:
                return self._simple(node, known)

    def _simple(self, node: ast.stmt, known: frozenset[str]) -> frozenset[str] | None:
        match node:
            case ast.Assign(targets, value):
                self._reads(value, known)
                for target in targets:
                    known = self._binds(target, known)
            case ast.AnnAssign(target, _, ast.expr() as value):
                self._reads(value, known)
                known = self._binds(target, known)
            case ast.AugAssign(target, _, value):
                self._reads(value, known)
                self.exposed |= _names(target, ast.Store | ast.Load) - known
            case ast.Return() | ast.Raise() | ast.Break() | ast.Continue():
                self._reads(node, known)
                return None
            case _ if isinstance(node, Definition):
                self._reads(node, known)
                self.bound.add(node.name)
                known |= {node.name}
            case ast.Delete(targets):
                for target in targets:
                    self.exposed |= _names(target, ast.Del | ast.Load)
            case _:
                self._reads(node, known)
        return known

    def _try(self, node: ast.Try | ast.TryStar, known: frozenset[str]) -> frozenset[str] | None:
        after = self.run(node.body, known)
        ends = [self.run(node.orelse, after) if after is not None else None]
        ends += [
            self.run(handler.body, known | {handler.name} if handler.name else known)
            for handler in node.handlers
        ]
        end = _both(ends)
        last = self.run(node.finalbody, known)
        return None if last is None or end is None else end | last

    def _case(self, case: ast.match_case, known: frozenset[str]) -> frozenset[str] | None:
        names = {
            part.name
            for part in ast.walk(case.pattern)
            if isinstance(part, ast.MatchAs | ast.MatchStar) and part.name is not None
        }
        self._reads(case.pattern, known)
        known |= names
        if case.guard is not None:
            self._reads(case.guard, known)
        return self.run(case.body, known)

    def _reads(self, node: ast.AST, known: frozenset[str]) -> None:
        """Names that an expression reads; those that it binds itself may or may not be bound."""
        self.exposed |= _names(node, ast.Load) - known

    def _binds(self, target: ast.expr | None, known: frozenset[str]) -> frozenset[str]:
        if target is None:
            return known
        self._reads(target, known)
        names = _names(target, ast.Store)
        self.bound |= names
        return known | names


def _names(node: ast.AST, context: object) -> frozenset[str]:
    return frozenset(
        part.id
        for part in ast.walk(node)
        if isinstance(part, ast.Name) and isinstance(part.ctx, context)  # type: ignore[arg-type]
    )


def _both(ends: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    """What is bound whichever way was taken."""
    reached = [end for end in ends if end is not None]
    return frozenset.intersection(*reached) if reached else None
