"""Which case of a ``match`` statement is run?"""

from __future__ import annotations

import ast

from promptlint.evaluate.assign import assign
from promptlint.evaluate.branch import rejoin, split
from promptlint.evaluate.builtin import BUILTINS
from promptlint.evaluate.condition import Test, Undecided, compare, decided, test, test_value
from promptlint.evaluate.evaluation import Arguments, Evaluation, Flow, Place
from promptlint.evaluate.instance import declared_fields
from promptlint.evaluate.sequence import elements_of, known
from promptlint.evaluate.store import DictObject, ListObject, State
from promptlint.evaluate.value import (
    Class,
    Const,
    Hole,
    One,
    Param,
    Reason,
    Ref,
    Rest,
    Text,
    Tuple,
    Unknown,
    Value,
)

__all__ = ["run_match"]


def run_match(node: ast.Match, state: State, evaluation: Evaluation) -> Flow:
    """Run the first case whose pattern holds; undecided patterns are tried both ways."""
    subject = evaluation.interpreter.evaluate(node.subject, state, evaluation)
    return _cases(node.cases, subject, state, evaluation)


def _cases(cases: list[ast.match_case], subject: Value, state: State, evaluation: Evaluation) -> Flow:
    if not cases:
        return Flow(state)
    case, rest = cases[0], cases[1:]
    answer = _matches(case.pattern, subject, state, evaluation)
    if answer is not False and case.guard is not None:
        guard = test(case.guard, state, evaluation)
        if guard is False:
            answer = False
        elif answer is True:
            answer = guard
    if answer is True:
        return evaluation.interpreter.run(case.body, state, evaluation)
    if answer is False:
        return _cases(rest, subject, state, evaluation)
    yes, no, mark = split(state, answer)
    first = evaluation.interpreter.run(case.body, yes, evaluation)
    second = _cases(rest, subject, no, evaluation)
    flow = Flow(None)
    flow.absorb(first)
    flow.absorb(second)
    flow.normal = rejoin(state, answer, first.normal, second.normal, mark)
    return flow


def _matches(pattern: ast.pattern, subject: Value, state: State, evaluation: Evaluation) -> Test:
    """Whether a pattern holds; its names are bound as if it did."""
    match pattern:
        case ast.MatchValue(value):
            wanted = evaluation.interpreter.evaluate(value, state, evaluation)
            return decided(compare(ast.Eq(), subject, wanted, evaluation.place(value, state)), state)
        case ast.MatchSingleton(constant):
            assert constant is None or isinstance(constant, bool)
            return decided(
                compare(ast.Is(), subject, Const(constant), evaluation.place(pattern, state)), state
            )
        case ast.MatchAs(None, name):
            if name is not None:
                _bind(name, subject, pattern, state, evaluation)
            return True
        case ast.MatchAs(inner, name) if inner is not None:
            answer = _matches(inner, subject, state, evaluation)
            if name is not None:
                _bind(name, subject, pattern, state, evaluation)
            return answer
        case ast.MatchOr(patterns):
            answers = [_matches(p, subject, state, evaluation) for p in patterns]
            if True in answers:
                return True
            open_answers = [a for a in answers if isinstance(a, Undecided)]
            if len(open_answers) == 1:
                return open_answers[0]
            return Undecided(evaluation.fresh(pattern, state, "the case")) if open_answers else False
        case ast.MatchMapping():
            return _mapping(pattern, subject, state, evaluation)
        case ast.MatchSequence(patterns):
            return _sequence(pattern, patterns, subject, state, evaluation)
        case ast.MatchClass():
            return _class(pattern, subject, state, evaluation)
        case _:
            _bind_all(pattern, subject, state, evaluation)
            return Undecided(evaluation.fresh(pattern, state, "the case"))


def _sequence(
    pattern: ast.MatchSequence,
    patterns: list[ast.pattern],
    subject: Value,
    state: State,
    evaluation: Evaluation,
) -> Test:
    """``[first, *others]``."""
    place = evaluation.place(pattern, state)
    if isinstance(subject, Text | Const):
        return False
    elements = (
        elements_of(subject, place) if _is_sequence(subject, state) else (Rest(_whole(subject, place)),)
    )
    star = next((i for i, p in enumerate(patterns) if isinstance(p, ast.MatchStar)), None)
    least = len(patterns) - (star is not None)
    if known(elements) is None:
        for inner in patterns:
            _bind_all(inner, subject, state, evaluation)
        return Undecided(evaluation.fresh(pattern, state, "the case"))
    if len(elements) < least or (star is None and len(elements) > least):
        return False
    after = 0 if star is None else len(patterns) - star - 1
    head = patterns if star is None else patterns[:star]
    pairs = [*zip(head, elements, strict=False)]
    if star is not None:
        middle = elements[star : len(elements) - after]
        rest = patterns[star]
        assert isinstance(rest, ast.MatchStar)
        if rest.name is not None:
            _bind(rest.name, place.ref(ListObject(middle)), rest, state, evaluation)
        pairs += zip(patterns[star + 1 :], elements[len(elements) - after :], strict=True)
    values = [(inner, e.value) for inner, e in pairs if isinstance(e, One)]
    return _all_match(pattern, values, state, evaluation)


def _is_sequence(subject: Value, state: State) -> bool:
    if isinstance(subject, Ref):
        obj = state.object(subject)
        return isinstance(obj, ListObject) and not obj.is_set
    return isinstance(subject, Tuple)


def _whole(subject: Value, place: Place) -> Unknown | Param | Hole:
    if isinstance(subject, Unknown | Param | Hole):
        return subject
    return place.unknown(Reason.CONSTRUCT)


def _all_match(
    pattern: ast.pattern, pairs: list[tuple[ast.pattern, Value]], state: State, evaluation: Evaluation
) -> Test:
    result: Test = True
    for inner, value in pairs:
        answer = _matches(inner, value, state, evaluation)
        if answer is False:
            return False
        if answer is not True:
            result = answer if result is True else Undecided(evaluation.fresh(pattern, state, "the case"))
    return result


def _class(pattern: ast.MatchClass, subject: Value, state: State, evaluation: Evaluation) -> Test:
    """``Prompt(head=name)``, ``str()``, ``str(name)``."""
    place = evaluation.place(pattern, state)
    cls = evaluation.interpreter.evaluate(pattern.cls, state, evaluation)
    given = BUILTINS["builtins.isinstance"](Arguments((subject, cls)), place)
    answer: Test = bool(given.value) if isinstance(given, Const) else True
    if answer is False:
        return False
    pairs: list[tuple[ast.pattern, Value]] = []
    for name, inner in zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True):
        pairs.append((inner, evaluation.interpreter.attribute(subject, name, place)))
    pairs += zip(pattern.patterns, _positional(cls, subject, len(pattern.patterns), place), strict=True)
    inside = _all_match(pattern, pairs, state, evaluation)
    if isinstance(given, Const) or inside is False:
        return inside
    if inside is True and given is not None:
        return decided(test_value(given, place), state)
    return Undecided(evaluation.fresh(pattern, state, "the case"))


def _positional(cls: Value, subject: Value, count: int, place: Place) -> list[Value]:
    """What the positional patterns of a class are matched with."""
    if isinstance(cls, Class):
        names = [name for name, _, _ in declared_fields(cls)]
        if len(names) >= count:
            return [place.evaluation.interpreter.attribute(subject, name, place) for name in names[:count]]
        return [place.derived(subject) for _ in range(count)]
    return [subject] * count


def _bind_all(pattern: ast.pattern, subject: Value, state: State, evaluation: Evaluation) -> None:
    """Names in a pattern that is not decided: what they hold comes of the subject."""
    for part in ast.walk(pattern):
        if isinstance(part, ast.MatchAs | ast.MatchStar) and part.name is not None:
            place = evaluation.place(part, state)
            value = place.derived(subject, getattr(subject, "name", ""))
            _bind(part.name, value, part, state, evaluation)


def _mapping(pattern: ast.MatchMapping, subject: Value, state: State, evaluation: Evaluation) -> Test:
    obj = state.object(subject) if isinstance(subject, Ref) else None
    result: Test = True
    for key, inner in zip(pattern.keys, pattern.patterns, strict=True):
        found = None
        if isinstance(obj, DictObject):
            wanted = evaluation.interpreter.evaluate(key, state, evaluation)
            found = obj.entries.get(wanted)
            if found is None and obj.rest is None:
                return False
        value = (
            found.value
            if found
            else evaluation.derived(subject, ast.unparse(key), evaluation.span(key, state))
        )
        answer = _matches(inner, value, state, evaluation)
        if answer is False:
            return False
        if found is None or found.conditions or answer is not True:
            result = Undecided(evaluation.fresh(pattern, state, "the case"))
    return result


def _bind(name: str, value: Value, node: ast.pattern, state: State, evaluation: Evaluation) -> None:
    target = ast.copy_location(ast.Name(name, ast.Store()), node)
    assign(target, value, state, evaluation)
