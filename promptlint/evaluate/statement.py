"""Running statements forwards: one `match`, and what each exit leaves behind."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from promptlint.evaluate.assign import assign, delete, owner_of
from promptlint.evaluate.branch import rejoin, split
from promptlint.evaluate.condition import Undecided, test
from promptlint.evaluate.containers import extend, update
from promptlint.evaluate.definition import define_class, define_function
from promptlint.evaluate.evaluation import Evaluation, Flow
from promptlint.evaluate.arithmetic import binary
from promptlint.evaluate.expression import evaluate
from promptlint.evaluate.loop import run_for, run_while
from promptlint.evaluate.matching import run_match
from promptlint.evaluate.store import Instance, ListObject, State, join
from promptlint.evaluate.value import (
    Choice,
    Const,
    Hole,
    Literal,
    Param,
    Reading,
    Reason,
    Ref,
    Repeat,
    Text,
    Unknown,
    Value,
)
from promptlint.variation import Epoch

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
            return Flow(None)
        case ast.Break():
            return Flow(None, broken=[state])
        case ast.Continue():
            return Flow(None, continued=[state])
        case ast.If():
            return run_if(statement, state, evaluation)
        case ast.For() | ast.AsyncFor():
            return run_for(statement, state, evaluation)
        case ast.While():
            return run_while(statement, state, evaluation)
        case ast.With(items, body) | ast.AsyncWith(items, body):
            for item in items:
                value = evaluate(item.context_expr, state, evaluation)
                if item.optional_vars is not None:
                    assign(item.optional_vars, entered(value), state, evaluation)
            return run(body, state, evaluation)
        case ast.Try() | ast.TryStar():
            return _run_try(statement, state, evaluation)
        case ast.Match():
            return run_match(statement, state, evaluation)
        case _:
            _simple(statement, state, evaluation)
            return Flow(state)


def entered(value: Value) -> Value:
    """What ``with value as name`` binds: our files, clients and streams give themselves."""
    return value


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
        case ast.AugAssign(target, operator, value):
            _augment(statement, target, operator, value, state, evaluation)
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


def _augment(
    statement: ast.AugAssign,
    target: ast.expr,
    operator: ast.operator,
    value: ast.expr,
    state: State,
    evaluation: Evaluation,
) -> None:
    current = evaluate(_as_load(target), state, evaluation)
    added = evaluate(value, state, evaluation)
    place = evaluation.place(statement, state)
    if isinstance(current, Ref) and isinstance(operator, ast.Add):
        obj = state.object(current)
        if isinstance(obj, ListObject):
            extend(current, added, place)
            return
    if isinstance(current, Ref) and isinstance(operator, ast.BitOr):
        if update(current, added, place):
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
    flow = Flow(state)
    while True:
        answer = test(statement.test, state, evaluation)
        if answer is True:
            return run(statement.body, state, evaluation)
        if answer is False:
            match statement.orelse:
                case [ast.If() as chained]:
                    statement = chained
                    continue
                case _:
                    return run(statement.orelse, state, evaluation)
        assert isinstance(answer, Undecided)
        break
    yes, no, mark = split(state, answer)
    first = run(statement.body, yes, evaluation)
    second = run(statement.orelse, no, evaluation)
    flow.absorb(first)
    flow.absorb(second)
    flow.normal = rejoin(state, answer, first.normal, second.normal, mark)
    if flow.normal is not None:
        _freeze_kept(statement.test, flow.normal, mark, evaluation)
    return flow


def _freeze_kept(node: ast.expr, state: State, mark: object, evaluation: Evaluation) -> None:
    """``if self._prompt is None: self._prompt = build()``: read once per object, not per call.

    A test that asks for the very attribute or global which its branch fills means that the value
    is kept from one call to the next.
    """
    for part in ast.walk(node):
        match part:
            case ast.Attribute(receiver, name):
                owner = evaluate(receiver, state, evaluation)
                if evaluation.is_self(owner, state):
                    assert isinstance(owner, Ref)
                    obj = state.object(owner)
                    assert isinstance(obj, Instance)
                    if name in obj.fields:
                        kept = reread(obj.fields[name], Reading(Epoch.SESSION, "kept"), state)
                        state.put(owner, replace(obj, fields={**obj.fields, name: kept}))
            case ast.Name(name) if (
                owner_of(name, state.frame).kind == "module" and state.frame.kind != "module"
            ):
                value = state.variable(state.frame.globals, name)
                if value is not None:
                    kept = reread(value, Reading(Epoch.PROCESS, "kept"), state)
                    state.bind(state.frame.globals, name, kept)
            case _:
                pass


def reread(value: Value, reading: Reading, state: State) -> Value:
    """The value as if all of it that was read in this activation had been read at `reading`."""
    match value:
        case Hole() | Unknown() if value.reading.epoch is Epoch.CALL:
            return replace(value, reading=reading)
        case Choice(condition, alternatives):
            return Choice(condition, tuple(reread(a, reading, state) for a in alternatives))
        case Text(pieces):
            changed = []
            for piece in pieces:
                match piece:
                    case Literal() | Param():
                        changed.append(piece)
                    case Repeat(body, count, separator):
                        inner = reread(body, reading, state)
                        assert isinstance(inner, Text)
                        changed.append(Repeat(inner, count, separator))
                    case _:
                        changed.append(reread(piece, reading, state))  # type: ignore[arg-type]
            return Text(tuple(changed))
        case Ref():
            keep_all(value, state)
            return value
        case _:
            return value


def keep_all(ref: Ref, state: State) -> None:
    """An object that is kept from call to call."""
    obj = state.object(ref)
    if isinstance(obj, ListObject):
        state.put(ref, replace(obj, kept=True))


def _run_try(statement: ast.Try | ast.TryStar, state: State, evaluation: Evaluation) -> Flow:
    """The body, or else a handler that begins where the body began."""
    flow = Flow(None)
    mark = state.store.mark()
    before = state.fork()
    body = run([*statement.body, *statement.orelse], state, evaluation)
    flow.absorb(body)
    flow.normal = body.normal
    for handler in statement.handlers:
        condition = evaluation.fresh(handler, before, "an exception")
        start = before.fork(condition, 1)
        if handler.name:
            caught = evaluation.unknown(Reason.LIBRARY, handler, start, handler.name)
            start.bind(start.frame, handler.name, caught)
        handled = run(handler.body, start, evaluation)
        flow.absorb(handled)
        if handled.normal is None:
            continue
        if flow.normal is None:
            flow.normal = handled.normal
            continue
        merged = before.fork()
        join(condition, merged, flow.normal, handled.normal, mark)
        flow.normal = merged
    if flow.normal is not None and statement.finalbody:
        final = run(statement.finalbody, flow.normal, evaluation)
        flow.absorb(final)
        flow.normal = final.normal
    return flow
