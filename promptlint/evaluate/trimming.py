"""Is what stands in a sequence dropped, moved or replaced, and does that come with every call?

A conversation that is cut to its last twenty messages begins with another one at each call. One
that is cut from forty to twenty when it is full does so at every tenth.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from promptlint.ancestry import Ancestry
from promptlint.evaluate.edit import edited
from promptlint.evaluate.evaluation import Place
from promptlint.evaluate.handed import as_list
from promptlint.evaluate.provenance import EditKind
from promptlint.evaluate.sequence import vague
from promptlint.evaluate.store import ListObject
from promptlint.evaluate.syntax import Syntax
from promptlint.evaluate.value import (
    Class,
    Const,
    Edit,
    Element,
    Param,
    Reason,
    Ref,
    Rest,
    Unknown,
    Value,
)

__all__ = [
    "beheaded",
    "cut",
    "field_edits",
    "mark_rewritten",
    "put_before",
    "shortened",
]

MAX_STEP = 2
"""Elements that go at once: a question and its answer. More than that makes room for several calls."""


# -- what an expression does ----------------------------------------------------------------------


def cut(place: Place) -> Edit | None:
    """``x[-20:]`` and ``x[len(x) - 20:]``: the first elements are left out, as many as there are too many."""
    match place.node:
        case ast.Subscript(_, ast.Slice(lower=ast.expr() as lower, upper=None, step=None)):
            window = _window(lower)
            if window is not None:
                return Edit(EditKind.DROPPED, place.span, _is_steady(window, place))
        case _:
            pass
    return None


def _window(lower: ast.expr) -> str | None:
    """How many are kept, as written."""
    match lower:
        case ast.UnaryOp(ast.USub(), ast.expr() as count) | ast.BinOp(
            ast.Call(ast.Name("len")), ast.Sub(), count
        ):
            return ast.unparse(count)
        case ast.Call(ast.Name("max"), [ast.Constant(0), ast.expr() as inner]):
            return _window(inner)
        case _:
            return None


def shortened(elements: tuple[Element, ...], position: Value, place: Place) -> tuple[Element, ...]:
    """``x.pop(0)``, ``del x[0]``: one of the first elements is about to be taken out."""
    match position:
        case Const(int() as number) if 0 <= number < MAX_STEP:
            return edited(elements, _taken_out(place, 1))
        case _:
            return elements


def _taken_out(place: Place, count: int) -> Edit:
    full = any(_compared(test) is not None for test in _guards(place))
    return Edit(EditKind.DROPPED, place.span, full and count <= MAX_STEP)


def beheaded(elements: tuple[Element, ...], place: Place) -> tuple[Element, ...]:
    """``del x[:2]``, ``del x[:-20]``: all elements before some place are taken out."""
    match place.node:
        case ast.Subscript(_, ast.Slice(lower=None, upper=ast.Constant(int() as count))):
            return edited(vague(elements), _taken_out(place, count))
        case ast.Subscript(_, ast.Slice(lower=None, upper=ast.expr() as upper)):
            window = _window(upper)
            steady = window is not None and _is_steady(window, place)
            return edited(vague(elements), Edit(EditKind.DROPPED, place.span, steady))
        case _:
            return vague(elements)


def put_before(obj: ListObject, place: Place) -> Edit:
    """``x.insert(0, y)``: with every call another one, if the list lives on and nothing is asked before."""
    carried = any(loop not in obj.loops for loop in place.evaluation.reading.loops)
    earlier = (element.value for element in obj.elements if isinstance(element, Rest))
    kept = any(isinstance(value, Unknown) and value.reason is Reason.HISTORY for value in earlier)
    return Edit(EditKind.INSERTED, place.span, (kept or carried) and not _guards(place))


def mark_rewritten(node: ast.For | ast.AsyncFor, place: Place) -> None:
    """``for m in x[:-4]: m["content"] = …``: all but the last become others, one more with every call."""
    sequence = place.evaluation.project.syntax.ask(_rewritten, node)
    if sequence is None:
        return
    owner = place.evaluation.interpreter.evaluate(sequence, place.state, place.evaluation)
    if isinstance(owner, Param | Unknown):
        owner = as_list(owner, place)
    obj = place.state.object(owner) if isinstance(owner, Ref) else None
    if isinstance(owner, Ref) and isinstance(obj, ListObject):
        edit = Edit(EditKind.CHANGED, place.span, not any(_is_rare(test) for test in _guards(place)))
        place.state.put(owner, replace(obj, elements=edited(obj.elements, edit)))


def _rewritten(node: ast.For | ast.AsyncFor) -> ast.expr | None:
    """The sequence of which a loop changes all but the last few elements; None if it changes none."""
    match node.iter, node.target:
        case ast.Subscript(ast.expr() as sequence, ast.Slice(upper=upper)), ast.Name(name):
            changed = any(_sets_item(statement, name) for statement in node.body)
            return sequence if changed and upper is not None and _window(upper) is not None else None
        case _:
            return None


def _sets_item(statement: ast.stmt, name: str) -> bool:
    """Whether ``name["content"] = …`` is in a statement; a marker is no part of the text."""
    for node in ast.walk(statement):
        match node:
            case ast.Subscript(ast.Name(owner), key, ast.Store()) if owner == name:
                return not (isinstance(key, ast.Constant) and key.value == "cache_control")
            case _:
                pass
    return False


# -- how often ------------------------------------------------------------------------------------


def _is_steady(window: str, place: Place) -> bool:
    """Whether a sequence that is full is cut at every call."""
    for test in _guards(place):
        limit = _compared(test)
        if limit is not None:
            return limit == window
        if _is_rare(test):
            return False
    return True


def _compared(test: ast.expr) -> str | None:
    """What a length, or another measure, is compared with, as written."""
    for node in ast.walk(test):
        match node:
            case ast.Compare(_, [ast.Gt() | ast.GtE()], [limit]) | ast.Compare(
                limit, [ast.Lt() | ast.LtE()], _
            ):
                return ast.unparse(limit)
            case _:
                pass
    return None


def _is_rare(test: ast.expr) -> bool:
    """Whether a test is more than a switch: nobody knows how often it holds."""
    return any(isinstance(node, ast.Call | ast.Compare) for node in ast.walk(test)) and not _is_given(test)


def _is_given(test: ast.expr) -> bool:
    """``limit is not None``: a switch."""
    match test:
        case ast.Compare(_, [ast.Is() | ast.IsNot()], [ast.Constant(None)]):
            return True
        case _:
            return False


def _guards(place: Place) -> tuple[ast.expr, ...]:
    """The tests around an expression in its function, innermost first; constant ones left out."""
    return tuple(_tests(place.node, place.state.frame.source.ancestry))


def _tests(node: ast.AST, ancestry: Ancestry) -> Iterator[ast.expr]:
    inner = node
    for outer in ancestry.outwards(node):
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return
        test = outer.test if isinstance(outer, ast.If | ast.IfExp | ast.While) else None
        if test is not None and test is not inner and not isinstance(test, ast.Constant):
            yield test
        inner = outer


# -- what the methods of a class do ----------------------------------------------------------------


def field_edits(cls: Class, name: str, syntax: Syntax) -> Iterator[Edit]:
    """What the methods in the body of a class take out of ``self.name``."""
    for field, node in syntax.ask(_shortened_fields, cls.node):
        if field == name:
            full = any(_compared(test) is not None for test in _tests(node, cls.source.ancestry))
            yield Edit(EditKind.DROPPED, cls.source.span(node), full)


def _shortened_fields(node: ast.ClassDef) -> tuple[tuple[str, ast.expr], ...]:
    """(field, call) for each ``self.field.pop(0)``."""
    return tuple(_shortened(node))


def _shortened(node: ast.ClassDef) -> Iterator[tuple[str, ast.expr]]:
    for inner in ast.walk(node):
        match inner:
            case ast.Call(ast.Attribute(ast.Attribute(ast.Name("self"), name), "popleft")):
                yield name, inner
            case ast.Call(ast.Attribute(ast.Attribute(ast.Name("self"), name), "pop"), [ast.Constant(0 | 1)]):
                yield name, inner
            case _:
                pass
