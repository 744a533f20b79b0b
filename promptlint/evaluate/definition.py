"""What do ``def``, ``lambda`` and ``class`` make?"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from promptlint.evaluate.callable import Bases
from promptlint.evaluate.evaluation import Arguments, CallEvent, Evaluation
from promptlint.evaluate.faithful import is_faithful
from promptlint.evaluate.lineage import lineage
from promptlint.evaluate.store import State
from promptlint.evaluate.value import (
    Bound,
    Class,
    External,
    Frame,
    Function,
    Imported,
    Module,
    Reading,
    Reason,
    Unknown,
    Value,
    path_of,
)
from promptlint.variation import Epoch

__all__ = [
    "FunctionNode",
    "declared",
    "define_class",
    "define_function",
    "define_lambda",
    "define_named_tuple",
    "dotted",
    "parameters",
]

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def define_function(
    node: ast.FunctionDef | ast.AsyncFunctionDef, state: State, evaluation: Evaluation
) -> Value:
    """The value that a ``def`` binds: the function, or what its decorators make of it."""
    frame = state.frame
    function = Function(
        node,
        frame.source,
        frame.module,
        f"{frame.qualname}.{node.name}" if frame.qualname else node.name,
        frame,
        _defaults(node.args, state, evaluation),
        f"{frame.module}:{frame.qualname}" if frame.kind == "class" else "",
    )
    evaluation.defined[id(node)] = function
    result: Value = function
    for decorator in reversed(node.decorator_list):
        result = _decorated(decorator, result, state, evaluation)
    return result


def define_lambda(node: ast.Lambda, state: State, evaluation: Evaluation) -> Function:
    """The value of a ``lambda``."""
    frame = state.frame
    name = f"{frame.qualname}.<lambda>" if frame.qualname else "<lambda>"
    return Function(node, frame.source, frame.module, name, frame, _defaults(node.args, state, evaluation))


def _defaults(args: ast.arguments, state: State, evaluation: Evaluation) -> tuple[tuple[str, Value], ...]:
    """Values of default arguments, read when the ``def`` is run; what is imported, when it is called."""
    evaluate = evaluation.interpreter.evaluate
    positional = [*args.posonlyargs, *args.args]
    pairs = list(zip(positional[len(positional) - len(args.defaults) :], args.defaults, strict=True))
    named = [(a, d) for a, d in zip(args.kwonlyargs, args.kw_defaults, strict=True) if d is not None]
    return tuple((a.arg, unread(d, state) or evaluate(d, state, evaluation)) for a, d in (*pairs, *named))


SPECIAL = {
    "builtins.staticmethod": "static",
    "builtins.classmethod": "class",
    "builtins.property": "property",
    "functools.cached_property": "property",
    "abc.abstractproperty": "property",
}


def _decorated(decorator: ast.expr, value: Value, state: State, evaluation: Evaluation) -> Value:
    """The function after one decorator."""
    facts = evaluation.facts.decorators
    written = ast.unparse(decorator.func if isinstance(decorator, ast.Call) else decorator)
    made = evaluation.interpreter.evaluate(decorator, state, evaluation)
    name = dotted(made) or written
    if not isinstance(value, Function):
        return value
    if name in SPECIAL:
        kept = facts.caches(name)
        return replace(value, kind=SPECIAL[name], cached=value.cached or kept)
    if facts.caches(name):
        return replace(value, cached=True)
    if written.endswith((".setter", ".getter", ".deleter")):
        existing = state.variable(state.frame, written.partition(".")[0])
        if isinstance(existing, Function) and written.endswith(".setter"):
            return replace(existing, setter=value)
        return existing if existing is not None else value
    if facts.keeps(name) or facts.keeps(written) or facts.handler(name) or facts.handler(written):
        return value
    if name in evaluation.facts.calls.tool_decorators:
        return value
    match made:
        case Function() if evaluation.project.syntax.ask(is_faithful, made.node):
            return value
        case Function() | Class():
            event = CallEvent(decorator, made, Arguments((value,)), state, evaluation)
            before, evaluation.decorating = evaluation.decorating, True
            try:
                return evaluation.interpreter.call(event)
            finally:
                evaluation.decorating = before
        case _:
            label = f"{value.qualname.rpartition('.')[2]}()"
            return evaluation.unknown(Reason.DECORATOR, decorator, state, label)


def dotted(value: Value) -> str:
    """The dotted library name of a value, also where it was called with arguments; else empty."""
    match value:
        case External(name):
            return name
        case Unknown(Reason.LIBRARY):
            return path_of(value).removesuffix("()")
        case _:
            return ""


def define_class(node: ast.ClassDef, state: State, evaluation: Evaluation) -> Value:
    """The class that a ``class`` statement binds, its body run in a namespace of its own."""
    frame = state.frame
    evaluate = evaluation.interpreter.evaluate
    bases = _bases(node, state, evaluation)
    decorators = tuple(
        dotted(evaluate(d, state, evaluation)) or ast.unparse(d.func if isinstance(d, ast.Call) else d)
        for d in node.decorator_list
    )
    members = Frame(
        frame.module,
        frame.source,
        f"{frame.qualname}.{node.name}" if frame.qualname else node.name,
        frame,
        "class",
    )
    inner = State(state.store, members, (), state.decided)
    reading = evaluation.reading
    if reading.epoch is Epoch.CALL and frame.kind == "module":
        reading = Reading(Epoch.PROCESS, frame.module)
    with evaluation.within(reading):
        flow = evaluation.interpreter.run(node.body, inner, evaluation)
    if flow.normal is not None:
        state.store = flow.normal.store
    made = Class(node, frame.source, frame.module, members.qualname, bases, members, decorators)
    hook = _hook(made, state) if evaluation.project.hierarchy.is_hooked(node.name) else None
    if hook is not None:
        given = tuple((k.arg, evaluate(k.value, state, evaluation)) for k in node.keywords if k.arg)
        event = CallEvent(node, Bound(hook, made), Arguments((), given), state, evaluation)
        evaluation.interpreter.call(event)
    return made


def _bases(node: ast.ClassDef, state: State, evaluation: Evaluation) -> Bases:
    """The bases of a class, those that are imported as soon as somebody asks for them."""
    written = tuple(
        unread(base, state) or evaluation.interpreter.evaluate(base, state, evaluation)
        for base in node.bases
        if not isinstance(base, ast.Starred)
    )
    project, frame = evaluation.project, state.frame
    return Bases(lambda: project.looked_up(written, node, frame))


def unread(node: ast.expr, state: State) -> Imported | None:
    """The import that a name or an attribute of a module stands for, as long as nobody has asked for it."""
    match node:
        case ast.Subscript(ast.expr() as inner):
            return unread(inner, state)
        case ast.Name(name):
            value = _bound(name, state)
            return value if isinstance(value, Imported) else None
        case ast.Attribute(ast.Name(name), attribute):
            module = _bound(name, state)
            at = state.frame.source.span(node)
            return Imported(module.name, attribute, at) if isinstance(module, Module) else None
        case _:
            return None


def _bound(name: str, state: State) -> Value | None:
    """What a name is bound to here, in a class body also around it."""
    value = state.variable(state.frame, name)
    around = state.frame.parent
    return state.variable(around, name) if value is None and around is not None else value


def _hook(cls: Class, state: State) -> Function | None:
    """The method of a base that is run when a class is derived from it."""
    inherited = (state.variable(base.members, "__init_subclass__") for base in lineage(cls) if base != cls)
    return next((found for found in inherited if isinstance(found, Function)), None)


def define_named_tuple(name: str, fields: Sequence[str], node: ast.AST, state: State) -> Class:
    """The class that ``collections.namedtuple(name, fields)`` makes."""
    body: list[ast.stmt] = [
        ast.AnnAssign(ast.Name(f, ast.Store()), ast.Name("object"), None, 1) for f in fields
    ]
    made = ast.ClassDef(name, [], [], body or [ast.Pass()], [])
    ast.copy_location(made, node)
    frame = state.frame
    qualname = f"{frame.qualname}.{name}" if frame.qualname else name
    members = Frame(frame.module, frame.source, qualname, frame, "class")
    bases = Bases(lambda: (External("typing.NamedTuple"),))
    return Class(made, frame.source, frame.module, qualname, bases, members)


def parameters(args: ast.arguments) -> Sequence[ast.arg]:
    """Every parameter that has a name of its own, in order."""
    return [*args.posonlyargs, *args.args, *args.kwonlyargs]


def declared(node: FunctionNode) -> tuple[frozenset[str], frozenset[str]]:
    """Names declared ``global`` and ``nonlocal`` in a function's own body."""
    body = [] if isinstance(node, ast.Lambda) else node.body
    global_: set[str] = set()
    nonlocal_: set[str] = set()
    for statement in _own(body):
        match statement:
            case ast.Global(names):
                global_.update(names)
            case ast.Nonlocal(names):
                nonlocal_.update(names)
            case _:
                pass
    return frozenset(global_), frozenset(nonlocal_)


def _own(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a body, those of nested functions and classes left out."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        for name in ("body", "orelse", "finalbody"):
            yield from _own(getattr(statement, name, ()))
        for handler in getattr(statement, "handlers", ()):
            yield from _own(handler.body)
        for case in getattr(statement, "cases", ()):
            yield from _own(case.body)
