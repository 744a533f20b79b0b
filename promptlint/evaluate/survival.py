"""What of a finished activation can still be seen? The rest is forgotten, so that joins stay small."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from promptlint.evaluate.store import DictObject, Instance, ListObject, Mark, Object, Store
from promptlint.evaluate.value import (
    Address,
    Bound,
    Choice,
    Client,
    Either,
    Element,
    Endpoint,
    Frame,
    Function,
    Handed,
    Many,
    Method,
    One,
    Partial,
    Ref,
    Rest,
    Super,
    Tuple,
    Value,
)

__all__ = ["encloses", "keep_visible"]


def keep_visible(outer: Store, inner: Store, mark: Mark, frame: Frame, value: Value) -> None:
    """Take over into `outer` what `inner`, forked from it at `mark`, changed or made that lives on.

    That is what was there before, variables of other namespaces, and the objects that these and
    the result name. Variables of `frame` end with it.
    """
    touched = dict(inner.touched(mark))
    kept = {
        key: content
        for key, content in touched.items()
        if (key[0] is not frame if isinstance(key, tuple) else _lives_on(key, outer))
    }
    waiting: list[Object | Value] = [value, *kept.values()]
    while waiting:
        for address in _addresses(waiting.pop()):
            if address in touched and address not in kept:
                kept[address] = touched[address]
                waiting.append(touched[address])
    for key, content in kept.items():
        outer.set(key, content)


def _lives_on(address: Address, outer: Store) -> bool:
    """Whether an object was there before: made, or handed in and found by what it is."""
    return isinstance(address.site, Handed) or outer.get(address) is not None


def encloses(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> bool:
    """Whether a function defines others, which may keep its namespace alive."""
    body = [node.body] if isinstance(node, ast.Lambda) else node.body
    inner = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
    return any(isinstance(part, inner) for statement in body for part in ast.walk(statement))


def _addresses(content: Object | Value) -> Iterator[Address]:
    match content:
        case ListObject(elements) | Tuple(elements):
            for element in elements:
                yield from _element_addresses(element)
        case DictObject(entries):
            for key, entry in entries.items():
                yield from _addresses(key)
                yield from _addresses(entry.value)
        case Instance(_, fields):
            for item in fields.values():
                yield from _addresses(item)
        case Choice(_, alternatives):
            for alternative in alternatives:
                yield from _addresses(alternative)
        case Bound(_, receiver) | Method(receiver) | Super(receiver):
            yield from _addresses(receiver)
        case Partial(callee, args, keywords):
            for item in (callee, *args, *(v for _, v in keywords)):
                yield from _addresses(item)
        case Client(options=options) | Endpoint(Client(options=options)):
            for _, item in options:
                yield from _addresses(item)
        case Function(defaults=defaults):
            for _, item in defaults:
                yield from _addresses(item)
        case Ref(address):
            yield address
        case _:
            return


def _element_addresses(element: Element) -> Iterator[Address]:
    match element:
        case One(value) | Rest(value):
            yield from _addresses(value)
        case Many(body):
            for inner in body:
                yield from _element_addresses(inner)
        case Either(_, alternatives):
            for run in alternatives:
                for inner in run:
                    yield from _element_addresses(inner)
