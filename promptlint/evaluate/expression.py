"""What does an expression evaluate to? One `match` over the syntax."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from promptlint.evaluate.arithmetic import binary
from promptlint.evaluate.assign import assign, bounds, set_item
from promptlint.evaluate.attribute import method_of
from promptlint.evaluate.branch import either
from promptlint.evaluate.comprehension import comprehend
from promptlint.evaluate.condition import decided, decisive, test, test_value, truth
from promptlint.evaluate.containers import unique, update
from promptlint.evaluate.definition import define_lambda
from promptlint.evaluate.evaluation import Arguments, CallEvent, Evaluation, Place
from promptlint.evaluate.exports import STAR, from_star
from promptlint.evaluate.formatting import format_value, to_text
from promptlint.evaluate.function import YIELDED
from promptlint.evaluate.handed import present, unseen_or_empty, unseen_or_made
from promptlint.evaluate.item import subscript, take_slice
from promptlint.evaluate.sequence import elements_of
from promptlint.evaluate.store import DictObject, ListObject, State
from promptlint.evaluate.text import choose, concat, narrowed
from promptlint.evaluate.value import (
    EMPTY,
    Choice,
    Condition,
    Const,
    Element,
    External,
    Frame,
    HopKind,
    Literal,
    Method,
    One,
    Param,
    Reason,
    Ref,
    Text,
    Tuple,
    Unknown,
    Value,
    hopped,
    text,
)

__all__ = ["evaluate", "lookup"]


def evaluate(node: ast.expr, state: State, evaluation: Evaluation) -> Value:
    """The value of an expression; what it changes is changed in `state`."""
    evaluation.step()
    place = Place(node, state, evaluation)
    match node:
        case ast.Constant(constant):
            return _constant(constant, place)
        case ast.Name() | ast.Attribute() | ast.Subscript():
            value = _named(node, place)
            return present(value, evaluation, state) if evaluation.handed else value
        case ast.JoinedStr(parts):
            return concat(*(_part(part, place) for part in parts))
        case ast.Call():
            return _call(node, place)
        case ast.BinOp():
            return _operation(node, place)
        case ast.BoolOp(operator, operands):
            return _connective(isinstance(operator, ast.And), operands, place)
        case ast.IfExp(condition, body, orelse):
            return either(
                test(condition, state, evaluation),
                lambda at: evaluate(body, at, evaluation),
                lambda at: evaluate(orelse, at, evaluation),
                state,
            )
        case ast.List() | ast.Tuple() | ast.Set() | ast.Dict():
            return _display(node, place)
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            return comprehend(node, place)
        case _:
            return _rare(node, place)


def _named(node: ast.Name | ast.Attribute | ast.Subscript, place: Place) -> Value:
    """What a name, an attribute or an item holds."""
    state, evaluation = place.state, place.evaluation
    match node:
        case ast.Name(name):
            return lookup(name, place)
        case ast.Attribute(receiver, name):
            owner = evaluate(receiver, state, evaluation)
            return evaluation.interpreter.attribute(owner, name, place)
        case ast.Subscript(receiver, key):
            owner = evaluate(receiver, state, evaluation)
            if isinstance(key, ast.Slice):
                return take_slice(owner, bounds(key, place), place)
            return subscript(owner, evaluate(key, state, evaluation), place)


def _rare(node: ast.expr, place: Place) -> Value:
    state, evaluation = place.state, place.evaluation
    match node:
        case ast.Lambda():
            return define_lambda(node, state, evaluation)
        case ast.Await(value):
            return evaluate(value, state, evaluation)
        case ast.NamedExpr(target, value):
            result = evaluate(value, state, evaluation)
            assign(target, result, state, evaluation)
            return hopped(result, HopKind.ASSIGNED, place.span, target.id)
        case ast.UnaryOp(ast.Not()) | ast.Compare():
            return _truth(node, place)
        case ast.UnaryOp(operator, operand):
            return _unary(operator, evaluate(operand, state, evaluation), place)
        case ast.Starred(value):
            return evaluate(value, state, evaluation)
        case ast.Yield(value):
            _yielded(Const(None) if value is None else evaluate(value, state, evaluation), place)
            return place.unknown(Reason.CONSTRUCT, "yield")
        case ast.YieldFrom(value):
            for element in elements_of(evaluate(value, state, evaluation), place):
                _yield_element(element, place)
            return place.unknown(Reason.CONSTRUCT, "yield from")
        case _:
            return place.unknown(Reason.CONSTRUCT)


def _constant(value: object, place: Place) -> Value:
    if isinstance(value, str):
        return text(value, place.span)
    return Const(value)  # type: ignore[arg-type]


def _part(part: ast.expr, place: Place) -> Text:
    match part:
        case ast.Constant(str() as words):
            return text(words, place.span)
        case ast.FormattedValue(inner, conversion, spec):
            at = Place(inner, place.state, place.evaluation)
            value = evaluate(inner, place.state, place.evaluation)
            given = EMPTY if spec is None else evaluate(spec, place.state, place.evaluation)
            pattern = given if isinstance(given, Text) else EMPTY
            return format_value(value, chr(conversion) if conversion > 0 else "", pattern, at)
        case _:
            return to_text(evaluate(part, place.state, place.evaluation), place)


def _truth(node: ast.expr, place: Place) -> Value:
    if isinstance(node, ast.Compare) and len(node.ops) > 1:
        return _chain(node, place)
    return truth(test(node, place.state, place.evaluation))


def _chain(node: ast.Compare, place: Place) -> Value:
    """``a < b < c``: the comparisons joined by ``and``."""
    operands = [node.left, *node.comparators]
    parts: list[ast.expr] = [
        ast.copy_location(ast.Compare(left, [operator], [right]), node)
        for left, operator, right in zip(operands, node.ops, operands[1:], strict=False)
    ]
    joined = ast.copy_location(ast.BoolOp(ast.And(), parts), node)
    return truth(test(joined, place.state, place.evaluation))


def _unary(operator: ast.unaryop, value: Value, place: Place) -> Value:
    if isinstance(value, Const) and isinstance(value.value, int | float):
        match operator:
            case ast.USub():
                return Const(-value.value)
            case ast.UAdd():
                return Const(+value.value)
            case ast.Invert() if isinstance(value.value, int):
                return Const(~value.value)
            case _:
                pass
    return place.derived(value)


# -- names --------------------------------------------------------------------------------------


def lookup(name: str, place: Place) -> Value:
    """The value of a name: local, enclosing, global, then built in."""
    project = place.evaluation.project
    frame: Frame | None = place.state.frame
    inner = True
    while frame is not None:
        if inner or frame.kind != "class":
            skip = frame.kind == "function" and name in frame.declared_global
            value = None if skip else place.state.variable(frame, name)
            if value is not None:
                return _seen(project.resolved(value, place) or value, name, frame, place)
        frame, inner = frame.parent, False
    found = project.resolved(project.global_name(place.state.frame.globals.module, name), place)
    if found is not None:
        return found
    if project.is_builtin(name):
        return External(f"builtins.{name}")
    star = from_star(place.state.variable(place.state.frame.globals, STAR), name)
    return place.unknown(Reason.NAME, name) if star is None else star


def _seen(value: Value, name: str, frame: Frame, place: Place) -> Value:
    if isinstance(value, Choice) and place.state.decided:
        value = narrowed(value, place.state.decided)
    if isinstance(value, Text) and frame.kind != "function" and len(value.pieces) == 1:
        piece = value.pieces[0]
        if isinstance(piece, Literal) and not piece.names:
            return Text((replace(piece, names=((name, piece.text),)),))
    return value


# -- displays -----------------------------------------------------------------------------------


def _display(node: ast.List | ast.Tuple | ast.Set | ast.Dict, place: Place) -> Value:
    if isinstance(node, ast.Dict):
        return _dict(node, place)
    elements: list[Element] = []
    for item in node.elts:
        value = evaluate(item, place.state, place.evaluation)
        if isinstance(item, ast.Starred):
            elements.extend(elements_of(value, place))
        else:
            elements.append(One(value))
    if isinstance(node, ast.Tuple):
        return Tuple(tuple(elements))
    if isinstance(node, ast.Set):
        return place.ref(ListObject(unique(tuple(elements)), is_set=True))
    return place.ref(ListObject(tuple(elements)))


def _dict(node: ast.Dict, place: Place) -> Value:
    result = place.ref(DictObject({}))
    for key, item in zip(node.keys, node.values, strict=True):
        value = evaluate(item, place.state, place.evaluation)
        if key is None:
            update(result, value, place)
        else:
            set_item(
                result,
                evaluate(key, place.state, place.evaluation),
                value,
                Place(item, place.state, place.evaluation),
            )
    return result


# -- operators ----------------------------------------------------------------------------------


def _operation(node: ast.BinOp, place: Place) -> Value:
    """A chain of operators, flattened: ``a + b + c + …`` may be a thousand long."""
    chain: list[ast.BinOp] = []
    left: ast.expr = node
    while isinstance(left, ast.BinOp):
        chain.append(left)
        left = left.left
    value = evaluate(left, place.state, place.evaluation)
    for operation in reversed(chain):
        right = evaluate(operation.right, place.state, place.evaluation)
        at = Place(operation, place.state, place.evaluation)
        value = binary(operation.op, value, right, at)
    return value


def _connective(every: bool, operands: Sequence[ast.expr], place: Place) -> Value:
    """``a or b``, ``a and b``: the operand that decides it."""
    state, evaluation = place.state, place.evaluation
    first = evaluate(operands[0], state, evaluation)
    if len(operands) == 1:
        return first
    at_first = Place(operands[0], state, evaluation)

    def rest(at: State) -> Value:
        return _connective(every, operands[1:], Place(place.node, at, evaluation))

    def deciding(at: State) -> Value:
        return decisive(narrowed(first, at.decided), every, at_first)

    either_way = (rest, deciding) if every else (deciding, rest)
    found = either(decided(test_value(first, at_first), state), *either_way, state)
    if every:
        return found
    found = unseen_or_empty(found, state)
    return unseen_or_made(found) if isinstance(first, Param | Unknown) else found


# -- calls --------------------------------------------------------------------------------------


def _call(node: ast.Call, place: Place) -> Value:
    callee = _callee(node.func, place)
    arguments = evaluate_arguments(node, place)
    event = CallEvent(node, callee, arguments, place.state, place.evaluation)
    return place.evaluation.interpreter.call(event)


def _callee(node: ast.expr, place: Place) -> Value:
    """What is called: of an object that is not known, a method by its name."""
    if not isinstance(node, ast.Attribute):
        return evaluate(node, place.state, place.evaluation)
    at = Place(node, place.state, place.evaluation)
    owner = evaluate(node.value, place.state, place.evaluation)
    method = method_of(owner, node.attr, at)
    return method if method is not None else Method(owner, node.attr)


def evaluate_arguments(node: ast.Call, place: Place) -> Arguments:
    """The arguments of a call; known ``*`` and ``**`` are spread out."""
    positional: list[Value] = []
    star: Value | None = None
    for item in node.args:
        value = evaluate(item, place.state, place.evaluation)
        at = place.evaluation.span(item, place.state)
        if not isinstance(item, ast.Starred):
            positional.append(hopped(value, HopKind.PASSED, at))
            continue
        for element in elements_of(value, place):
            if isinstance(element, One) and star is None:
                positional.append(element.value)
            else:
                star = value
    keywords: dict[str, Value] = {}
    spans: dict[str, object] = {}
    conditions: dict[str, tuple[tuple[Condition, int], ...]] = {}
    double_star: Value | None = None
    for keyword in node.keywords:
        value = evaluate(keyword.value, place.state, place.evaluation)
        at = place.evaluation.span(keyword.value, place.state)
        if keyword.arg is not None:
            keywords[keyword.arg] = hopped(value, HopKind.PASSED, at, keyword.arg)
            spans[keyword.arg] = at
            continue
        rest = _spread(narrowed(value, place.state.decided), keywords, conditions, place)
        double_star = rest if rest is not None else double_star
    return Arguments(
        tuple(positional),
        tuple(keywords.items()),
        star,
        double_star,
        tuple(spans.items()),  # type: ignore[arg-type]
        tuple(conditions.items()),
    )


def _spread(
    value: Value,
    keywords: dict[str, Value],
    conditions: dict[str, tuple[tuple[Condition, int], ...]],
    place: Place,
) -> Value | None:
    """Add the items of a ``**dict``; what of it is not known is given back."""
    if isinstance(value, Choice):
        rest: Value | None = None
        for i, alternative in enumerate(value.alternatives):
            part: dict[str, Value] = {}
            left = _spread(alternative, part, conditions, place)
            rest = left if left is not None else rest
            for name, item in part.items():
                other = keywords.get(name)
                if other is None:
                    keywords[name] = item
                    conditions[name] = (*conditions.get(name, ()), (value.condition, i))
                else:
                    conditions.pop(name, None)
                    keywords[name] = choose(value.condition, (other, item))
        return rest
    if not isinstance(value, Ref):
        return value
    obj = place.state.object(value)
    if not isinstance(obj, DictObject):
        return value
    for key, entry in obj.entries.items():
        if isinstance(key, Text) and key.constant is not None:
            keywords[key.constant] = entry.value
            if entry.conditions:
                conditions[key.constant] = entry.conditions
    return obj.rest


# -- generators -----------------------------------------------------------------------------------


def _yielded(value: Value, place: Place) -> None:
    _yield_element(One(value), place)


def _yield_element(element: Element, place: Place) -> None:
    target = place.state.variable(place.state.frame, YIELDED)
    if isinstance(target, Ref):
        obj = place.state.object(target)
        assert isinstance(obj, ListObject)
        place.state.put(target, replace(obj, elements=(*obj.elements, element)))
