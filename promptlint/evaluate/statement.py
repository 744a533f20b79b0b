"""Running statements forwards: one `match`, and what each exit leaves behind."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from promptlint.evaluate.abandon import followed
from promptlint.evaluate.arithmetic import binary
from promptlint.evaluate.assign import assign, delete, owner_of
from promptlint.evaluate.branch import rejoin, split
from promptlint.evaluate.condition import Undecided, test
from promptlint.evaluate.containers import extend, update
from promptlint.evaluate.definition import define_class, define_function
from promptlint.evaluate.evaluation import Arguments, CallEvent, Evaluation, Flow, Place
from promptlint.evaluate.exit import gather
from promptlint.evaluate.expression import evaluate
from promptlint.evaluate.item import subscript
from promptlint.evaluate.kept import freeze_kept
from promptlint.evaluate.lineage import member
from promptlint.evaluate.loop import run_for, run_while
from promptlint.evaluate.matching import run_match
from promptlint.evaluate.store import Instance, ListObject, State
from promptlint.evaluate.value import (
    Const,
    Reason,
    Ref,
    Value,
)

__all__ = ["run"]


def run(body: Sequence[ast.stmt], state: State, evaluation: Evaluation) -> Flow:
    """Run statements from a state; `Flow.normal` is None if none of the paths reaches the end."""
    flow = Flow(state)
    for statement in body:
        if flow.normal is None:
            break
        evaluation.step()
        part = _run_one(statement, flow.normal, evaluation)
        flow.absorb(part)
        flow.normal = part.normal
    return flow


def _run_one(statement: ast.stmt, state: State, evaluation: Evaluation) -> Flow:
    match statement:
        case ast.Return(value):
            result = Const(None) if value is None else evaluate(value, state, evaluation)
            return Flow(None, [(state, result)])
        case ast.Raise(exception):
            if exception is not None:
                evaluate(exception, state, evaluation)
            return Flow(None, raised=[state])
        case ast.Break():
            return Flow(None, broken=[state])
        case ast.Continue():
            return Flow(None, continued=[state])
        case ast.If():
            return run_if(statement, state, evaluation)
        case ast.For() | ast.AsyncFor():
            return followed(statement, state, evaluation, lambda at: run_for(statement, at, evaluation))
        case ast.While():
            return followed(statement, state, evaluation, lambda at: run_while(statement, at, evaluation))
        case ast.With(items, body) | ast.AsyncWith(items, body):
            return _run_with(items, body, state, evaluation)
        case ast.Try() | ast.TryStar():
            return _run_try(statement, state, evaluation)
        case ast.Match():
            return run_match(statement, state, evaluation)
        case _:
            _simple(statement, state, evaluation)
            return Flow(state)


def _run_with(
    items: Sequence[ast.withitem], body: Sequence[ast.stmt], state: State, evaluation: Evaluation
) -> Flow:
    """``with``: objects of the project are entered before the body and left after it."""
    managers: list[tuple[Value, Place]] = []
    for item in items:
        place = evaluation.place(item.context_expr, state)
        manager = evaluate(item.context_expr, state, evaluation)
        managers.append((manager, place))
        entered = _entered(manager, place)
        if item.optional_vars is not None:
            assign(item.optional_vars, entered, state, evaluation)
    flow = run(body, state, evaluation)
    if flow.normal is not None:
        for manager, place in reversed(managers):
            nothing = (Const(None),) * 3
            _method(manager, ("__exit__", "__aexit__"), nothing, replace(place, state=flow.normal))
    return flow


def _entered(manager: Value, place: Place) -> Value:
    """What ``with manager as name`` binds: files, clients and streams give themselves."""
    if isinstance(manager, Ref) and isinstance(place.state.object(manager), ListObject):
        # A list is no context manager: this is what a generator yields under `contextmanager`.
        return subscript(manager, Const(0), place)
    found = _method(manager, ("__enter__", "__aenter__"), (), place)
    return manager if found is None else found


def _method(
    receiver: Value, names: tuple[str, ...], arguments: tuple[Value, ...], place: Place
) -> Value | None:
    """Call a method of an object of the project; None if it has none of these names."""
    obj = place.state.object(receiver) if isinstance(receiver, Ref) else None
    if not isinstance(obj, Instance):
        return None
    name = next((n for n in names if member(obj.cls, n, place) is not None), None)
    if name is None:
        return None
    callee = place.evaluation.interpreter.attribute(receiver, name, place)
    event = CallEvent(place.node, callee, Arguments(arguments), place.state, place.evaluation)
    return place.evaluation.interpreter.call(event)


def _simple(statement: ast.stmt, state: State, evaluation: Evaluation) -> None:
    match statement:
        case ast.Expr(value):
            evaluate(value, state, evaluation)
        case ast.Assign(targets, value):
            result = evaluate(value, state, evaluation)
            for target in targets:
                assign(target, result, state, evaluation)
        case ast.AnnAssign(target, _, value):
            if value is not None:
                assign(target, evaluate(value, state, evaluation), state, evaluation)
        case ast.AugAssign():
            _augment(statement, state, evaluation)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            assign_name(statement.name, define_function(statement, state, evaluation), state)
        case ast.ClassDef():
            assign_name(statement.name, define_class(statement, state, evaluation), state)
        case ast.Import() | ast.ImportFrom():
            _import(statement, state, evaluation)
        case ast.Delete(targets):
            for target in targets:
                delete(target, state, evaluation)
        case ast.Assert(condition):
            answer = test(condition, state, evaluation)
            if isinstance(answer, Undecided):
                state.decided = {**state.decided, answer.condition.key: answer.index}
        case _:
            pass


def assign_name(name: str, value: Value, state: State) -> None:
    """Bind a definition."""
    state.bind(owner_of(name, state.frame), name, value)


def _augment(statement: ast.AugAssign, state: State, evaluation: Evaluation) -> None:
    target, operator = statement.target, statement.op
    current = evaluate(_as_load(target), state, evaluation)
    added = evaluate(statement.value, state, evaluation)
    place = evaluation.place(statement, state)
    if isinstance(current, Ref) and isinstance(operator, ast.Add):
        obj = state.object(current)
        if isinstance(obj, ListObject):
            extend(current, added, place)
            return
    if isinstance(current, Ref) and isinstance(operator, ast.BitOr) and update(current, added, place):
        return
    assign(target, binary(operator, current, added, place), state, evaluation)


def _as_load(target: ast.expr) -> ast.expr:
    match target:
        case ast.Name(name):
            return ast.copy_location(ast.Name(name, ast.Load()), target)
        case ast.Attribute(value, name):
            return ast.copy_location(ast.Attribute(value, name, ast.Load()), target)
        case ast.Subscript(value, key):
            return ast.copy_location(ast.Subscript(value, key, ast.Load()), target)
        case _:
            return target


def _import(statement: ast.Import | ast.ImportFrom, state: State, evaluation: Evaluation) -> None:
    for name, value in evaluation.project.imported(statement, state.frame, state, evaluation):
        assign_name(name, value, state)


# -- branches -----------------------------------------------------------------------------------


def run_if(statement: ast.If, state: State, evaluation: Evaluation) -> Flow:
    """Run both branches of an undecided test, else the one that is taken."""
    answer = test(statement.test, state, evaluation)
    while answer is False:
        match statement.orelse:
            case [ast.If() as statement]:
                answer = test(statement.test, state, evaluation)
            case orelse:
                return run(orelse, state, evaluation)
    if answer is True:
        return run(statement.body, state, evaluation)
    flow = Flow(None)
    yes, no, mark = split(state, answer)
    first = run(statement.body, yes, evaluation)
    second = run(statement.orelse, no, evaluation)
    flow.absorb(first)
    flow.absorb(second)
    flow.normal = rejoin(state, answer, first.normal, second.normal, mark)
    if flow.normal is not None:
        freeze_kept(statement, flow.normal, evaluation)
    return flow


def _run_try(statement: ast.Try | ast.TryStar, state: State, evaluation: Evaluation) -> Flow:
    """The body, or else a handler; whatever the exit, the last part is run."""
    mark = state.store.mark()
    before = state.fork()
    with evaluation.caught():
        body, starts = _run_guarded(statement.body, state, evaluation)
    flow = Flow(body.normal, body.returned, body.broken, body.continued)
    if body.normal is not None and statement.orelse:
        after = run(statement.orelse, body.normal, evaluation)
        flow.absorb(after)
        flow.normal = after.normal
    ends = [flow.normal]
    if not statement.handlers:
        flow.raised += body.raised
    sure = all(_is_there(each, before, evaluation) for each in statement.body)
    for handler in () if sure else statement.handlers:
        start = gather([s.fork() for s in starts], before, mark, evaluation, handler)
        if start is None:
            break
        if not body.raised:
            start = start.fork(evaluation.fresh(handler, before, "an exception"), 1)
        handled = _run_handler(handler, start, evaluation)
        flow.absorb(handled)
        ends.append(handled.normal)
    flow.normal = gather(ends, before, mark, evaluation, statement)
    return _finally(statement.finalbody, flow, evaluation)


def _run_guarded(
    body: Sequence[ast.stmt], state: State, evaluation: Evaluation
) -> tuple[Flow, Sequence[State]]:
    """How the body of a ``try`` ends, and the states in which a handler may begin.

    These are where the body raises; if nowhere, then before each statement that could.
    """
    flow = Flow(state)
    starts: list[State] = []
    for statement in body:
        if flow.normal is None:
            break
        if evaluation.project.syntax.ask(_may_raise, statement):
            starts.append(flow.normal.fork())
        part = run([statement], flow.normal, evaluation)
        flow.absorb(part)
        flow.normal = part.normal
        if flow.normal is not None and hasattr(statement, "body"):
            starts.append(flow.normal.fork())
    return flow, flow.raised or starts or [state.fork()]


def _is_there(statement: ast.stmt, state: State, evaluation: Evaluation) -> bool:
    """Whether a statement imports from the project what needs no library that might be missing."""
    match statement:
        case ast.ImportFrom():
            return evaluation.project.has_all(statement, state.frame)
        case _:
            return False


def _may_raise(statement: ast.stmt) -> bool:
    risky = (ast.Call, ast.Subscript, ast.Await, ast.Raise, ast.Assert, ast.Import, ast.ImportFrom)
    return any(isinstance(node, risky) for node in ast.walk(statement))


def _run_handler(handler: ast.ExceptHandler, start: State, evaluation: Evaluation) -> Flow:
    if handler.name:
        caught = evaluation.unknown(Reason.LIBRARY, handler, start, handler.name)
        start.bind(start.frame, handler.name, caught)
    return run(handler.body, start, evaluation)


def _finally(body: Sequence[ast.stmt], flow: Flow, evaluation: Evaluation) -> Flow:
    """Every exit runs the last part; its own return takes the place of the one before."""
    if not body:
        return flow
    result = Flow(None)

    def through(state: State) -> State | None:
        final = run(body, state, evaluation)
        result.absorb(final)
        return final.normal

    if flow.normal is not None:
        result.normal = through(flow.normal)
    returned = [(through(state), value) for state, value in flow.returned]
    result.returned += [(state, value) for state, value in returned if state is not None]
    result.broken += [end for end in map(through, flow.broken) if end is not None]
    result.continued += [end for end in map(through, flow.continued) if end is not None]
    result.raised += [end for end in map(through, flow.raised) if end is not None]
    return result
