"""What does calling something give that nobody can look into?

A method of an unknown value, a function of a library, a decorator's wrapper: what is handed to it may
be called there, and what comes back is as unknown as what it was made of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from promptlint.evaluate.containers import container_method
from promptlint.evaluate.evaluation import Arguments, CallEvent, Place
from promptlint.evaluate.formatting import filled
from promptlint.evaluate.handed import as_dict, as_list, unseen_or_empty
from promptlint.evaluate.join import join
from promptlint.evaluate.store import DictObject
from promptlint.evaluate.text import choose
from promptlint.evaluate.value import (
    Bound,
    Const,
    Endpoint,
    External,
    Function,
    Hole,
    Method,
    Param,
    Partial,
    Reason,
    Ref,
    Text,
    Unknown,
    Value,
    path_of,
)

__all__ = ["handed_over", "unknown_call", "unknown_method"]

GROW_LIST = frozenset({"append", "appendleft", "extend", "insert"})
SAME_NAME = frozenset(
    (
        *("strip", "lstrip", "rstrip", "lower", "upper", "title", "capitalize", "casefold", "swapcase"),
        *("format", "format_map", "replace", "translate", "expandtabs", "center", "ljust", "rjust", "zfill"),
        *("encode", "decode", "removeprefix", "removesuffix", "isoformat", "strftime", "hex", "copy"),
        *("split", "rsplit", "splitlines", "partition", "rpartition", "items", "values", "keys"),
    )
)
"""Methods of text and tables whose result a reader would call by the receiver's name."""


def unknown_method(receiver: Param | Unknown, name: str, event: CallEvent) -> Value:
    """``receiver.name(…)``."""
    place = Place(event.node, event.state, event.evaluation)
    arguments = event.arguments
    given = handed_over(event)
    if given is not None:
        return given
    if (name in GROW_LIST and arguments.positional) or (name == "pop" and _is_place(arguments)):
        return container_method(as_list(receiver, place), name, arguments, place) or Const(None)
    if name == "setdefault" or (name == "update" and _is_table(arguments, place)):
        event.evaluation.set_unseen(receiver, _keys(name, arguments, place))
        return container_method(as_dict(receiver, place), name, arguments, place) or Const(None)
    path = f"{path_of(receiver)}.{name}"
    if name == "join" and arguments.positional:
        return join(Text((receiver,)), arguments.positional[0], place)
    written = filled(receiver, name, arguments, place)
    if written is not None:
        return written
    if name in SAME_NAME:
        return place.derived(receiver, receiver.name, f"{path}@{place.span.line}:{place.span.column}")
    remote = isinstance(receiver, Unknown) and receiver.reason in (Reason.DATABASE, Reason.NETWORK)
    if name == "get" and arguments.positional and not remote:
        return _item(receiver, arguments, place)
    event.evaluation.lend(arguments)
    return place.derived(receiver, place.written_call, f"{path}()")


def _is_place(arguments: Arguments) -> bool:
    """Whether a number is all that is handed over: the place of an element."""
    match arguments.positional:
        case (Const(int()),):
            return True
        case _:
            return False


def _keys(method: str, arguments: Arguments, place: Place) -> Iterator[str | None]:
    """The keys that ``setdefault`` or ``update`` may set; None for one that is not known."""
    if method == "setdefault":
        key = arguments.get("key", 0)
        yield key.constant if isinstance(key, Text) else None
        return
    yield from (name for name, _ in arguments.keywords)
    for table in arguments.positional:
        obj = place.state.object(table) if isinstance(table, Ref) else None
        if not isinstance(obj, DictObject) or obj.rest is not None:
            yield None
            continue
        yield from (key.constant if isinstance(key, Text) else None for key in obj.entries)


def _is_table(arguments: Arguments, place: Place) -> bool:
    tables = [
        v
        for v in arguments.positional
        if isinstance(v, Ref) and isinstance(place.state.object(v), DictObject)
    ]
    return len(tables) == len(arguments.positional) and bool(tables or arguments.keywords)


def _item(receiver: Param | Unknown, arguments: Arguments, place: Place) -> Value:
    """``receiver.get(key, default)``."""
    found = place.derived(receiver, place.written, f"{path_of(receiver)}.{place.written.rpartition('.')[2]}")
    default = arguments.get("default", 1)
    if default is None or default == Const(None):
        return found
    return unseen_or_empty(choose(place.fresh("the key is there"), (found, default)), place.state)


def unknown_call(event: CallEvent) -> Value:
    """A callee that is not known."""
    place = Place(event.node, event.state, event.evaluation)
    given = handed_over(event)
    if given is not None:
        return given
    event.evaluation.lend(event.arguments)
    match event.callee:
        case Unknown() | Param():
            named = event.callee.name.endswith("()")
            name = event.callee.name if named else place.written_call
            return place.derived(event.callee, name, f"{path_of(event.callee).removesuffix('()')}()")
        case Hole():
            return place.derived(event.callee, place.written)
        case _:
            return place.unknown(Reason.DYNAMIC, place.written_call)


def handed_over(event: CallEvent) -> Value | None:
    """The result of a function of ours that is handed to something unknown to be called there.

    ``retry(lambda: client.messages.create(…))``, ``asyncio.to_thread(build, x)``. A decorator that keeps
    the function gives it back.
    """
    decorator = _decorator(event.callee)
    facts = event.evaluation.facts
    for position, value in enumerate(event.arguments.positional):
        if isinstance(value, Function | Bound | Partial | Endpoint):
            if isinstance(value, Endpoint) and facts.calls.method(value.path) is None:
                return None
            if isinstance(value, Function) and facts.decorators.caches(decorator):
                return replace(value, cached=True)
            if facts.decorators.keeps(decorator):
                return value
            if decorator in NOT_CALLING or event.evaluation.decorating:
                return None
            rest = replace(event.arguments, positional=event.arguments.positional[position + 1 :])
            return event.evaluation.interpreter.call(replace(event, callee=value, arguments=rest))
    for _, value in () if event.evaluation.decorating else event.arguments.keywords:
        if isinstance(value, Function | Bound | Partial) and not isinstance(event.callee, External):
            event.evaluation.interpreter.call(replace(event, callee=value, arguments=Arguments()))
    return None


def _decorator(callee: Value) -> str:
    """The dotted name of a library's decorator, also of one that was given arguments."""
    match callee:
        case External(name):
            return name
        case Unknown(Reason.LIBRARY):
            return path_of(callee).removesuffix("()")
        case Method(External(name), method):
            return f"{name}.{method}"
        case _:
            return ""


NOT_CALLING = frozenset(
    (
        *("builtins.callable", "builtins.id", "builtins.property"),
        *("builtins.staticmethod", "builtins.classmethod"),
        *("inspect.signature", "inspect.getdoc", "inspect.getsource"),
        *("asyncio.iscoroutinefunction", "inspect.iscoroutinefunction"),
    )
)
"""Library functions whose result is not that of the function they are handed."""
