"""Is it true? Tests with three answers: yes, no, and a condition that decides it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

from promptlint.evaluate.evaluation import Evaluation, Place
from promptlint.evaluate.leaf import asked_of
from promptlint.evaluate.lineage import text_of_member
from promptlint.evaluate.store import DictObject, Instance, ListObject, State
from promptlint.evaluate.text import assume, choose
from promptlint.evaluate.value import (
    Choice,
    Condition,
    Const,
    External,
    Hole,
    Literal,
    Many,
    One,
    Param,
    Ref,
    Text,
    Tuple,
    Unknown,
    Value,
    identity,
)
from promptlint.source import Source

__all__ = ["Test", "Undecided", "compare", "contains", "decisive", "test", "test_value", "truth"]


@dataclass(frozen=True, slots=True)
class Undecided:
    """True where `condition` takes its alternative `index`, false at the other."""

    condition: Condition
    index: int = 0

    def __invert__(self) -> Undecided:
        """The opposite."""
        return Undecided(self.condition, 1 - self.index)


Test = bool | Undecided


def truth(answer: Test) -> Value:
    """The answer as a value: a bool, or one of both."""
    if isinstance(answer, bool):
        return Const(answer)
    pair = (Const(True), Const(False))
    return choose(answer.condition, pair if answer.index == 0 else pair[::-1])


def test(node: ast.expr, state: State, evaluation: Evaluation) -> Test:
    """Whether an expression is true here."""
    match node:
        case ast.UnaryOp(ast.Not(), operand):
            return negated(test(operand, state, evaluation))
        case ast.BoolOp(operator, operands):
            return _connective(node, isinstance(operator, ast.And), operands, state, evaluation)
        case ast.Compare(left, [operator], [right]):
            first = evaluation.interpreter.evaluate(left, state, evaluation)
            second = evaluation.interpreter.evaluate(right, state, evaluation)
            return decided(compare(operator, first, second, Place(node, state, evaluation)), state)
        case ast.Attribute(_, "TYPE_CHECKING") | ast.Name("TYPE_CHECKING"):
            return False
        case _:
            value = evaluation.interpreter.evaluate(node, state, evaluation)
            return decided(test_value(value, Place(node, state, evaluation)), state)


def negated(answer: Test) -> Test:
    """The answer to the opposite question."""
    return not answer if isinstance(answer, bool) else ~answer


def decided(answer: Test, state: State) -> Test:
    """The answer where the path has decided the condition already."""
    if isinstance(answer, Undecided) and answer.condition.key in state.decided:
        return state.decided[answer.condition.key] == answer.index
    return answer


def _connective(
    node: ast.BoolOp, every: bool, operands: list[ast.expr], state: State, evaluation: Evaluation
) -> Test:
    open_tests: list[Undecided] = []
    for operand in operands:
        answer = test(operand, state, evaluation)
        if isinstance(answer, Undecided):
            open_tests.append(answer)
        elif answer is not every:
            return answer
    match open_tests:
        case []:
            return every
        case [only]:
            return only
        case _:
            key = ("and" if every else "or", *((t.condition.key, t.index) for t in open_tests))
            source = state.frame.source
            asked = tuple(dict.fromkeys(leaf for t in open_tests for leaf in t.condition.asked))
            condition = Condition(key, source.span(node), source.segment(node), asked)
            return decided(Undecided(condition), state)


def decisive(value: Value, every: bool, place: Place) -> Value:
    """The value of an operand that decides: of ``a or b`` never ``None``, of ``a and b`` never true."""
    if not isinstance(value, Choice):
        return value
    parts = [decisive(each, every, place) for each in value.alternatives]
    left = [part for part in parts if test_value(part, place) is not every]
    return left[0] if len(left) == 1 else value


def test_value(value: Value, place: Place) -> Test:
    """Whether a value counts as true."""
    match value:
        case Const(constant):
            return bool(constant)
        case Text(pieces):
            if not pieces:
                return False
            if any(isinstance(piece, Literal) for piece in pieces):
                return True
        case Tuple(elements):
            return _nonempty(elements, value, place)
        case Ref():
            return _object_truth(value, place)
        case Choice():
            answer = _of_choice(value, lambda a: test_value(a, place))
            if answer is not None:
                return answer
        case Hole() | Param() | Unknown():
            pass
        case _:
            return True
    return Undecided(condition_for("true", (value,), place))


def _nonempty(elements: tuple[object, ...], value: Value, place: Place) -> Test:
    if not elements:
        return False
    if any(isinstance(e, One) or (isinstance(e, Many) and e.count.low > 0) for e in elements):
        return True
    return Undecided(condition_for("true", (value,), place))


def _object_truth(value: Ref, place: Place) -> Test:
    match place.state.object(value):
        case ListObject(elements):
            return _nonempty(elements, value, place)
        case DictObject(entries, rest):
            if any(not entry.conditions for entry in entries.values()):
                return True
            if not entries and rest is None:
                return False
            return Undecided(condition_for("true", (value,), place))
        case Instance():
            return True


def condition_for(kind: str, values: tuple[Value, ...], place: Place) -> Condition:
    """The condition of a test on values: the same for the same question about the same parameter."""
    keys = [_identity(value) for value in values]
    evaluation = place.evaluation
    source = place.state.frame.source
    label = _asked_positively(place.node, source)
    if any(key is None for key in keys):
        return Condition(("once", evaluation.serial()), place.span, label, asked_of(values))
    key = (kind, *keys, evaluation.reading.loops, evaluation.round)
    return Condition(key, place.span, label, asked_of(values))


def _asked_positively(node: ast.AST, source: Source) -> str:
    """A test as it is written; one that holds where something is not so as the test whether it is."""
    match node:
        case ast.Compare(left, [ast.NotEq() | ast.IsNot() | ast.NotIn() as operator], [right]):
            return f"{source.segment(left)} {POSITIVE[type(operator)]} {source.segment(right)}"
        case _:
            return source.segment(node)  # type: ignore[arg-type]


POSITIVE: Mapping[type[ast.cmpop], str] = {ast.NotEq: "==", ast.IsNot: "is", ast.NotIn: "in"}


def _identity(value: Value) -> Hashable | None:
    """What tells one run-time value from another; None where two may hide behind one."""
    match value:
        case Param() | Unknown():
            return identity(value)
        case Const() | External():
            return value
        case Text() if value.constant is not None:
            return value.constant
        case Text(parts) if all(isinstance(p, Literal | Param | Unknown) for p in parts):
            return ("text", *(p.text if isinstance(p, Literal) else identity(p) for p in parts))  # type: ignore[arg-type]
        case _:
            return None


def compare(operator: ast.cmpop, first: Value, second: Value, place: Place) -> Test:
    """Whether a comparison holds."""
    match operator:
        case ast.Is() | ast.Eq():
            return _equal(first, second, place)
        case ast.IsNot() | ast.NotEq():
            return negated(_equal(first, second, place))
        case ast.In():
            return contains(first, second, place)
        case ast.NotIn():
            return negated(contains(first, second, place))
        case _:
            return _ordered(operator, first, second, place)


def _equal(first: Value, second: Value, place: Place) -> Test:
    if isinstance(first, Choice):
        return _over_choice(first, lambda a: _equal(a, second, place), place)
    if isinstance(second, Choice):
        return _over_choice(second, lambda a: _equal(first, a, place), place)
    first = text_of_member(first, place) or first
    second = text_of_member(second, place) or second
    left, right = _plain(first), _plain(second)
    if left is not None and right is not None:
        return bool(left[0] == right[0])
    if _member(first) and _member(second):
        return first == second
    if (left is None) != (right is None) and not {type(first), type(second)} & {Hole, Param, Unknown, Text}:
        return False
    constant = left or right
    if constant is not None and constant[0] is None and isinstance(first if right else second, Text | Hole):
        return False
    if isinstance(first, Ref) and isinstance(second, Ref) and first == second:
        return True
    return Undecided(condition_for("==", (first, second), place))


def _member(value: Value) -> bool:
    """Whether a value is a member of an enumeration: each is one object."""
    if not isinstance(value, Ref):
        return False
    site = value.address.site
    return isinstance(site, tuple) and site[0] == "member"


def _over_choice(value: Choice, ask: Callable[[Value], Test], place: Place) -> Test:
    answer = _of_choice(value, ask)
    return answer if answer is not None else Undecided(place.fresh("comparison", (value,)))


def _of_choice(value: Choice, ask: Callable[[Value], Test]) -> Test | None:
    """The answer that the condition of a choice decides; None if more than that decides it."""
    answers = []
    for i, alternative in enumerate(value.alternatives):
        answer = ask(assume(alternative, value.condition, i))
        if isinstance(answer, Undecided) and answer.condition.key == value.condition.key:
            answer = answer.index == i
        answers.append(answer)
    if all(answer == answers[0] for answer in answers):
        return answers[0]
    match answers:
        case [bool() as first, bool() as second] if first is not second:
            return Undecided(value.condition, answers.index(True))
        case _:
            return None


def _plain(value: Value) -> tuple[object] | None:
    match value:
        case Const(constant):
            return (constant,)
        case Text() if value.constant is not None:
            return (value.constant,)
        case _:
            return None


def _ordered(operator: ast.cmpop, first: Value, second: Value, place: Place) -> Test:
    left, right = _plain(first), _plain(second)
    if left is None or right is None:
        kind = type(operator).__name__
        return Undecided(condition_for(kind, (first, second), place))
    try:
        match operator:
            case ast.Lt():
                return bool(left[0] < right[0])  # type: ignore[operator]
            case ast.LtE():
                return bool(left[0] <= right[0])  # type: ignore[operator]
            case ast.Gt():
                return bool(left[0] > right[0])  # type: ignore[operator]
            case _:
                return bool(left[0] >= right[0])  # type: ignore[operator]
    except TypeError:
        return Undecided(place.fresh("comparison"))


def contains(item: Value, container: Value, place: Place) -> Test:
    """Whether ``item in container``."""
    wanted = _plain(item)
    match container:
        case Text() if container.constant is not None and wanted is not None:
            return isinstance(wanted[0], str) and wanted[0] in container.constant
        case Ref():
            obj = place.state.object(container)
            if isinstance(obj, DictObject) and wanted is not None and obj.rest is None:
                known = {_plain(key): entry for key, entry in obj.entries.items()}
                if None not in known:
                    entry = known.get(wanted)
                    if entry is None or not entry.conditions:
                        return entry is not None
                    if len(entry.conditions) == 1:
                        return Undecided(*entry.conditions[0])
            if isinstance(obj, ListObject):
                return _in_elements(wanted, obj.elements, place)
        case Tuple(elements):
            return _in_elements(wanted, elements, place)
        case _:
            pass
    return Undecided(condition_for("in", (item, container), place))


def _in_elements(wanted: tuple[object] | None, elements: tuple[object, ...], place: Place) -> Test:
    known = [_plain(e.value) for e in elements if isinstance(e, One)]
    if wanted is not None and wanted in known:
        return True
    if wanted is not None and len(known) == len(elements) and None not in known:
        return False
    return Undecided(place.fresh("membership"))
