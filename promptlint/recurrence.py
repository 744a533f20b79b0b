"""Is a call made again and again? A loop around it shows it, or a framework that calls its function.

Only what can be seen counts: a function that nobody is seen to call twice is called once.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from promptlint.ancestry import Ancestry
from promptlint.callsite import Record
from promptlint.evaluate.annotation import library_name
from promptlint.evaluate.entering import handler_of
from promptlint.evaluate.value import Function
from promptlint.request import Recurrence, RecurrenceKind
from promptlint.source import Span
from promptlint.variation import Kind

__all__ = ["loops_around", "recurrence_of"]

_TRIES = re.compile(r"attempt|retr(?:y|ies)|\btries\b", re.IGNORECASE)
"""Names of a loop that sends a request until it succeeds, and so as a rule once."""

_Loop = ast.For | ast.AsyncFor | ast.While | ast.comprehension
_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef


def recurrence_of(record: Record) -> Recurrence | None:
    """The evidence that a request is sent more than once: the innermost loop, else a handler."""
    for loop in loops_around(record):
        return Recurrence(RecurrenceKind.LOOP, loop)
    for function in record.stack:
        handler = _handler(function, record)
        if handler is not None:
            return Recurrence(RecurrenceKind.HANDLER, handler)
    return None


def loops_around(record: Record) -> Iterator[Span]:
    """What the loops go over in which a request is sent, innermost first; not those that try again."""
    for node, frame in ((record.node, record.state.frame), *reversed(record.callers)):
        for loop in _loops(node, frame.source.ancestry):
            if not _TRIES.search(_named(loop)):
                yield frame.source.span(loop.test if isinstance(loop, ast.While) else loop.iter)


def _handler(function: Function, record: Record) -> Span | None:
    """What makes the function one that is called once per request."""
    node, evaluation = function.node, record.evaluation
    if isinstance(node, ast.Lambda):
        return None
    fact = handler_of(function, evaluation)
    if fact is not None and fact.cause.kind is Kind.CALL:
        return function.source.span((*node.decorator_list, *_parameters(node), node)[0])
    for parameter in _parameters(node):
        annotation = library_name(parameter.annotation, function.source, evaluation.project)
        if evaluation.facts.decorators.request(annotation) is not None:
            return function.source.span(parameter)
    return None


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.arg]:
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]


# -- loops ----------------------------------------------------------------------------------------


def _loops(node: ast.AST, ancestry: Ancestry) -> Iterator[_Loop]:
    """The loops that come back to a node, innermost first."""
    ends = False
    while (parent := ancestry.above(node)) is not None and not isinstance(parent, _Function):
        match parent:
            case ast.Return():
                return
            case ast.For() | ast.AsyncFor() | ast.While():
                leaving = _after(node, parent)
                if any(isinstance(statement, ast.Return | ast.Raise) for statement in leaving):
                    return
                if node in parent.body and not ends and not _breaks(leaving):
                    yield parent
                ends = False
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                if not isinstance(node, ast.comprehension):
                    yield parent.generators[-1]
            case _:
                leaving = _after(node, parent)
                if any(isinstance(statement, ast.Return | ast.Raise) for statement in leaving):
                    return
                ends = ends or _breaks(leaving)
        node = parent


def _after(node: ast.AST, parent: ast.AST) -> list[ast.stmt]:
    """The statements that surely run after `node` in the block of `parent` that holds it."""
    for name in ("body", "orelse", "handlers", "finalbody"):
        block = getattr(parent, name, None)
        if isinstance(block, list) and node in block:
            rest = block[block.index(node) + 1 :] if name != "handlers" else []
            if isinstance(parent, ast.Try) and name == "body":
                rest = [*rest, *parent.orelse]
            return rest
    return []


def _breaks(statements: list[ast.stmt]) -> bool:
    return any(isinstance(statement, ast.Break) for statement in statements)


def _named(loop: _Loop) -> str:
    """What the head of a loop says."""
    if isinstance(loop, ast.While):
        return ast.unparse(loop.test)
    return f"{ast.unparse(loop.target)} {ast.unparse(loop.iter)}"
