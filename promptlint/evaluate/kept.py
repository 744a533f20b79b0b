"""What stays from one call to the next because a test asks for it first?

``if self._prompt is None: self._prompt = build()`` reads once per object, not once per call.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from promptlint.evaluate.assign import owner_of
from promptlint.evaluate.evaluation import Evaluation
from promptlint.evaluate.store import Instance, ListObject, State
from promptlint.evaluate.value import (
    Choice,
    Hole,
    Literal,
    Param,
    Piece,
    Reading,
    Ref,
    Repeat,
    Text,
    Unknown,
    Value,
)
from promptlint.variation import Epoch

__all__ = ["freeze_kept"]


def freeze_kept(statement: ast.If, state: State, evaluation: Evaluation) -> None:
    """Let what the test asks for and a branch fills be read once, not at every call."""
    filled = evaluation.project.syntax.ask(_stored, statement)
    for part in ast.walk(statement.test):
        match part:
            case ast.Attribute(receiver, name) if name in filled:
                _freeze_field(evaluation.interpreter.evaluate(receiver, state, evaluation), name, state)
            case ast.Name(name) if name in filled and _is_global(name, state):
                value = state.variable(state.frame.globals, name)
                if value is not None:
                    kept = _reread(value, Reading(Epoch.PROCESS, "kept"), state)
                    state.bind(state.frame.globals, name, kept)
            case _:
                pass


def _stored(statement: ast.If) -> frozenset[str]:
    """Names and attributes that the branches assign."""
    return frozenset(_stores(statement))


def _stores(statement: ast.If) -> Iterator[str]:
    for inner in (*statement.body, *statement.orelse):
        for node in ast.walk(inner):
            match node:
                case ast.Attribute(_, name, ast.Store()) | ast.Name(name, ast.Store()):
                    yield name
                case _:
                    pass


def _is_global(name: str, state: State) -> bool:
    return owner_of(name, state.frame).kind == "module" and state.frame.kind != "module"


def _freeze_field(owner: Value, name: str, state: State) -> None:
    obj = state.object(owner) if isinstance(owner, Ref) else None
    if isinstance(owner, Ref) and isinstance(obj, Instance) and obj.symbolic and name in obj.fields:
        kept = _reread(obj.fields[name], Reading(Epoch.SESSION, "kept"), state)
        state.put(owner, replace(obj, fields={**obj.fields, name: kept}))


def _reread(value: Value, reading: Reading, state: State) -> Value:
    """The value as if all of it that was read in this activation had been read at `reading`."""
    match value:
        case Hole() | Unknown() if value.reading.epoch is Epoch.CALL:
            return replace(value, reading=reading)
        case Choice(condition, alternatives):
            return Choice(condition, tuple(_reread(a, reading, state) for a in alternatives))
        case Text():
            return _reread_text(value, reading)
        case Ref():
            obj = state.object(value)
            if isinstance(obj, ListObject):
                state.put(value, replace(obj, kept=True))
            return value
        case _:
            return value


def _reread_text(value: Text, reading: Reading) -> Text:
    return Text(tuple(_reread_piece(piece, reading) for piece in value.pieces))


def _reread_piece(piece: Piece, reading: Reading) -> Piece:
    match piece:
        case Hole() | Unknown():
            return replace(piece, reading=reading) if piece.reading.epoch is Epoch.CALL else piece
        case Choice(condition, alternatives):
            parts = tuple(_reread_text(a, reading) for a in alternatives if isinstance(a, Text))
            return Choice(condition, parts)
        case Repeat(body, count, separator):
            return Repeat(_reread_text(body, reading), count, separator)
        case Literal() | Param():
            return piece
