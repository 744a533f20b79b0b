"""Which case of a ``match`` statement is run?"""

from __future__ import annotations

import ast

from promptlint.evaluate.assign import assign
from promptlint.evaluate.branch import rejoin, split
from promptlint.evaluate.condition import Test, Undecided, compare, decided, test
from promptlint.evaluate.evaluation import Evaluation, Flow
from promptlint.evaluate.store import DictObject, State
from promptlint.evaluate.value import Const, Reason, Ref, Value

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
            return decided(compare(value, ast.Eq(), subject, wanted, state, evaluation), state)
        case ast.MatchSingleton(constant):
            assert constant is None or isinstance(constant, bool)
            return decided(compare(pattern, ast.Is(), subject, Const(constant), state, evaluation), state)
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
        case ast.MatchMapping(keys, patterns):
            return _mapping(pattern, keys, patterns, subject, state, evaluation)
        case _:
            for part in ast.walk(pattern):
                if isinstance(part, ast.MatchAs | ast.MatchStar) and part.name is not None:
                    unknown = evaluation.unknown(Reason.CONSTRUCT, part, state, part.name)
                    _bind(part.name, unknown, part, state, evaluation)
            return Undecided(evaluation.fresh(pattern, state, "the case"))


def _mapping(
    pattern: ast.MatchMapping,
    keys: list[ast.expr],
    patterns: list[ast.pattern],
    subject: Value,
    state: State,
    evaluation: Evaluation,
) -> Test:
    obj = state.object(subject) if isinstance(subject, Ref) else None
    result: Test = True
    for key, inner in zip(keys, patterns, strict=True):
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
