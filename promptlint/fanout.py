"""Is a request sent many times at once? What task groups and pools do is written around the call."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from promptlint.ancestry import Ancestry
from promptlint.callsite import Record
from promptlint.facts import FanOutKind
from promptlint.request import FanOut
from promptlint.source import Source, Span

__all__ = ["fan_out"]


def fan_out(record: Record) -> FanOut | None:
    """The outermost place on the way to a request that starts many of its like at once."""
    search = _Search(record.evaluation.facts.fan_outs)
    for node, frame in (*record.callers, (record.node, record.state.frame)):
        around = tuple(_around(node, frame.source.ancestry))
        found = search.place(node, around) if around else None
        if found is not None:
            warmed = any(id(node) not in ids for ids in record.earlier)
            return FanOut(frame.source.span(found), _function(around, frame.source), warmed)
    return None


def _around(node: ast.AST, ancestry: Ancestry) -> Iterator[ast.AST]:
    """What is around a node in its function, innermost first; the function, or the module, last."""
    for outer in ancestry.outwards(node):
        yield outer
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return


def _function(around: Sequence[ast.AST], source: Source) -> Span | None:
    last = around[-1]
    return source.span(last) if isinstance(last, ast.stmt | ast.expr) else None


def _last_name(node: ast.expr) -> str:
    match node:
        case ast.Name(name) | ast.Attribute(_, name):
            return name
        case ast.Call(function):
            return _last_name(function)
        case _:
            return ""


@dataclass(frozen=True, slots=True)
class _Search:
    """Looks around a call for what lets many of its like run at the same time."""

    kinds: Mapping[str, FanOutKind]

    def place(self, node: ast.AST, around: Sequence[ast.AST]) -> ast.expr | ast.stmt | None:
        """The loop, the comprehension or the call that does; None if one call is made after the other."""
        return self._pool(node, around) or self._tasks(node, around) or self._gathered(around)

    def _kind(self, function: ast.expr) -> FanOutKind | None:
        return self.kinds.get(_last_name(function))

    def _pool(self, node: ast.AST, around: Sequence[ast.AST]) -> ast.expr | ast.stmt | None:
        """``pool.map(ask, questions)``, and ``pool.submit(ask, question)`` in a loop."""
        match node:
            case ast.Call(ast.Attribute(receiver) as method) if _is_pool(receiver):
                kind = self._kind(method)
                return (
                    node if kind is FanOutKind.MAP else _loop(around) if kind is FanOutKind.SUBMIT else None
                )
            case _:
                return None

    def _tasks(self, node: ast.AST, around: Sequence[ast.AST]) -> ast.expr | ast.stmt | None:
        """``create_task(ask(question))`` in a loop."""
        for outer in (node, *around):
            match outer:
                case ast.Call(function) if self._kind(function) is FanOutKind.START:
                    return _loop(around)
                case ast.Await() | ast.stmt():
                    return None
                case _:
                    pass
        return None

    def _gathered(self, around: Sequence[ast.AST]) -> ast.expr | ast.stmt | None:
        """``gather(*(ask(q) for q in questions))``, also by way of a list that is gathered later."""
        repeating: ast.expr | None = None
        for outer in around:
            match outer:
                case ast.ListComp() | ast.GeneratorExp() | ast.SetComp():
                    repeating = outer
                case ast.Call(ast.Attribute(ast.Name(name), "append")):
                    return _loop(around) if self._is_handed(name, around[-1]) else None
                case ast.Call(function, arguments) if self._kind(function) is FanOutKind.GATHER:
                    return outer if repeating is not None or len(arguments) > 1 else None
                case ast.Assign([ast.Name(name)]) if repeating is not None:
                    return repeating if self._is_handed(name, around[-1]) else None
                case ast.Await() | ast.stmt():
                    return None
                case _:
                    pass
        return None

    def _is_handed(self, name: str, function: ast.AST) -> bool:
        """Whether a list is handed to a function that runs what is in it at the same time."""
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and self._kind(node.func) is FanOutKind.GATHER:
                for argument in node.args:
                    inner = argument.value if isinstance(argument, ast.Starred) else argument
                    if isinstance(inner, ast.Name) and inner.id == name:
                        return True
        return False


def _is_pool(receiver: ast.expr) -> bool:
    name = _last_name(receiver).lower()
    return "pool" in name or "executor" in name


def _loop(around: Sequence[ast.AST]) -> ast.expr | ast.stmt | None:
    """The innermost loop over items; one that waits for something forever starts each at its time."""
    for outer in around:
        match outer:
            case ast.For() | ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
                return outer
            case ast.While() | ast.AsyncFor():
                return None
            case _:
                pass
    return None
