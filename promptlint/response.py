"""What becomes of a response? Which of its counts of tokens are read, and who else gets to see it.

One walk along the names, attributes and functions of the project through which a response goes,
over syntax alone. What goes where the project does not show it is said to leave sight: nobody
knows then what is read of it.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from promptlint.accounting import Ledger, Sight, Sum, sums
from promptlint.evaluate.annotation import library_name
from promptlint.evaluate.project import Project
from promptlint.evaluate.value import Function, Imported
from promptlint.facts import Part
from promptlint.mention import mentions
from promptlint.request import CallSite
from promptlint.source import Source, Span
from promptlint.surroundings import call_at, names_in, scope_of

__all__ = ["Count", "Response", "annotated", "responses"]

MAX_SIGHTS = 2_000
"""Places to which one response is followed."""
LOOKS = frozenset({"bool", "hasattr", "id", "isinstance", "len", "type"})
"""Builtins that tell nothing of what is inside."""
SHOWS = frozenset(
    {"critical", "debug", "echo", "error", "exception", "info", "log", "print", "warn", "warning"}
)
"""Functions that show what they are given to a person, and do nothing else with it."""
AWAITS = frozenset({"create_task", "ensure_future", "shield", "wait_for"})
"""Functions that give what they are handed first, once it is awaited."""


@dataclass(frozen=True, slots=True)
class Count:
    """One place at which a count of tokens is read from a response."""

    part: Part
    span: Span
    shown: bool
    """It is only printed or logged."""


@dataclass(frozen=True, slots=True)
class Response:
    """What becomes of the responses of one call site."""

    site: Span | None
    """None where it is only known by the annotation of a parameter."""
    counts: tuple[Count, ...]
    sums: tuple[Sum, ...]
    leaves: tuple[Span, ...]
    """Where it, or its usage, is handed to code that is not seen."""
    returned: tuple[Span, ...]
    """Where it is returned, and nobody in the project takes it."""

    @property
    def in_sight(self) -> bool:
        """Whether everything that is done with it is known."""
        return not self.leaves and not self.returned


def responses(project: Project, sites: Iterable[CallSite], unread: Collection[str]) -> Iterator[Response]:
    """What becomes of the responses of each call site, in file order; files `unread` are not searched."""
    places = {site.span: site for site in sites}
    for span, site in sorted(places.items(), key=lambda item: item[0].sort_key):
        part = project.facts.responses.given.get(site.method.rpartition(".")[2])
        source = project.source(span.path)
        if part is None or source is None or "batches" in site.method:
            continue
        node = call_at(source, span)
        if node is not None:
            yield _Follower(project, unread).follow(node, part, source, span)


def annotated(project: Project, paths: Iterable[str], unread: Collection[str]) -> Iterator[Response]:
    """What becomes of each parameter of some files that is annotated as a response, or as its usage."""
    for source in filter(None, map(project.source, paths)):
        for function in ast.walk(source.tree) if "anthropic" in source.text else ():
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                arguments = function.args
                for parameter in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
                    named = library_name(parameter.annotation, source, project)
                    part = project.facts.responses.classes.get(named)
                    if part is not None:
                        yield _Follower(project, unread).enter(function, parameter, part, source)


@dataclass(slots=True)
class _Follower:
    """Follows one response from its call."""

    project: Project
    unread: Collection[str]
    ledger: Ledger = field(default_factory=Ledger)
    waiting: list[Sight] = field(default_factory=list)
    leaves: dict[Span, None] = field(default_factory=dict)
    returned: dict[Span, None] = field(default_factory=dict)

    def follow(self, call: ast.Call, part: Part, source: Source, site: Span) -> Response:
        """Everything that happens to what a call gives."""
        self.see(Sight(call, part, source))
        return self.response(site)

    def enter(
        self, function: ast.FunctionDef | ast.AsyncFunctionDef, parameter: ast.arg, part: Part, source: Source
    ) -> Response:
        """Everything that happens to a parameter."""
        self.read(parameter.arg, function, Sight(parameter, part, source), None)
        return self.response(None)

    def response(self, site: Span | None) -> Response:
        """What is known once every step has been taken."""
        while self.waiting and len(self.ledger.sights) <= MAX_SIGHTS:
            sight = self.waiting.pop()
            self.meet(sight)
        for sight in self.waiting:
            self.leave(sight)
        found = tuple(sums(self.ledger, self.project.syntax))
        return Response(site, tuple(self.counts()), found, tuple(self.leaves), tuple(self.returned))

    def counts(self) -> list[Count]:
        """Every place at which a count is read, in file order."""
        used: dict[Sight, list[Sight]] = {}
        for sight in self.ledger.sights.values():
            origin = sight.origin
            if sight.part.is_count:
                used.setdefault(origin, []).append(sight)
        found = [
            Count(origin.part, origin.span, all(map(self.is_shown, _ends(sights))))
            for origin, sights in used.items()
        ]
        return sorted(found, key=lambda count: count.span.sort_key)

    def see(self, sight: Sight) -> None:
        """Take down that a node is a part of the response, and go on from there."""
        if self.ledger.add(sight):
            self.waiting.append(sight)

    def go(self, node: ast.expr, sight: Sight) -> None:
        """The node stands for the same."""
        self.see(Sight(node, sight.part, sight.source, sight))

    def leave(self, sight: Sight) -> None:
        """Nobody knows what is read of it from here on. A mere count says nothing of the others."""
        if not sight.part.is_count:
            self.leaves[sight.span] = None

    # -- one step -------------------------------------------------------------------------------

    def meet(self, sight: Sight) -> None:
        """What the node above does with it."""
        ancestry = sight.source.ancestry
        node, parent = sight.node, ancestry.above(sight.node)
        match parent:
            case ast.Attribute(_, name, ast.Load()):
                self.attribute(parent, name, sight)
            case ast.Subscript(value, ast.Constant(str() as name), ast.Load()) if value is node:
                self.attribute(parent, name, sight)
            case ast.Call() | ast.keyword():
                call = parent if isinstance(parent, ast.Call) else ancestry.above(parent)
                self.argument(call, sight) if isinstance(call, ast.Call) else self.leave(sight)
            case ast.Await() | ast.BoolOp():
                self.go(parent, sight)
            case ast.IfExp(test):
                if node is not test:
                    self.go(parent, sight)
            case ast.NamedExpr(target):
                self.bind(target, sight)
                self.go(parent, sight)
            case ast.Assign() | ast.AnnAssign():
                for target in parent.targets if isinstance(parent, ast.Assign) else [parent.target]:
                    self.bind(target, sight)
            case ast.Tuple():
                self.element(parent, ancestry.above(parent), sight)
            case ast.For(target, over) | ast.AsyncFor(target, over) | ast.comprehension(target, over) if (
                over is node
            ):
                self.iterated(target, sight)
            case ast.withitem(_, target):
                if target is not None:
                    self.bind(target, sight)
            case ast.Return():
                self.handed_back(scope_of(parent, sight.source), sight)
            case ast.Expr() if not sight.source.cells:
                pass
            case ast.Compare() | ast.If() | ast.While() | ast.Assert() | ast.UnaryOp(ast.Not()):
                pass
            case _:
                self.leave(sight)

    def attribute(self, node: ast.expr, name: str, sight: Sight) -> None:
        """An attribute, or what is fetched by its name."""
        fact = self.project.facts.responses.parts.get(sight.part)
        if fact is None:
            return
        if name in fact.leads:
            self.see(Sight(node, fact.leads[name], sight.source, sight))
        elif name not in fact.plain:
            self.leave(sight)

    def iterated(self, target: ast.expr, sight: Sight) -> None:
        """What a loop over it binds."""
        fact = self.project.facts.responses.parts.get(sight.part)
        if fact is None or fact.items is None:
            self.leave(sight)
        else:
            self.bind(target, Sight(sight.node, fact.items, sight.source, sight))

    def element(self, row: ast.Tuple, outer: ast.AST | None, sight: Sight) -> None:
        """One of several values that are assigned to as many names."""
        match outer:
            case ast.Assign([ast.Tuple(targets)]) if len(targets) == len(row.elts):
                position = next(i for i, part in enumerate(row.elts) if part is sight.node)
                self.bind(targets[position], sight)
            case _:
                self.leave(sight)

    # -- names and functions --------------------------------------------------------------------

    def bind(self, target: ast.expr, sight: Sight) -> None:
        """Everything that reads a variable to which it is assigned."""
        if not isinstance(target, ast.Name):
            self.leave(sight)
            return
        self.read(target.id, scope_of(target, sight.source), sight, target)

    def read(self, name: str, scope: ast.AST, sight: Sight, target: ast.Name | None) -> None:
        """Everything that reads a variable of a scope; `target` is where it is bound to it."""
        names = self.project.syntax.ask(names_in, scope)  # type: ignore[arg-type]
        if target is not None:
            self.ledger.bound[id(target)] = sight.part
        for node in names.read.get(name, ()):
            self.see(Sight(node, sight.part, sight.source, sight, scope))

    def argument(self, call: ast.Call, sight: Sight) -> None:
        """It is called, or handed to what is called."""
        node = sight.node
        if call.func is node:
            self.go(call, sight)
            return
        match call:
            case ast.Call(ast.Name("getattr"), [holder, ast.Constant(str() as name), *_]) if holder is node:
                self.attribute(call, name, sight)
            case ast.Call(ast.Name(name)) if name in LOOKS:
                pass
            case ast.Call(ast.Name("int" | "float"), [_]) if sight.part.is_count:
                self.go(call, sight)
            case ast.Call(ast.Name(name) | ast.Attribute(_, name), [first, *_]) if (
                name in AWAITS and first is node
            ):
                self.go(call, sight)
            case _:
                self.handed_over(call, sight)

    def handed_over(self, call: ast.Call, sight: Sight) -> None:
        """It is bound to a parameter of a function of the project."""
        found = self._function(call, sight)
        if found is None:
            self.leave(sight)
            return
        function, source, skipped = found
        name = _parameter(call, sight.node, function.args, skipped)
        if name is None:
            self.leave(sight)
            return
        self.read(name, function, Sight(sight.node, sight.part, source, sight), None)

    def _function(
        self, call: ast.Call, sight: Sight
    ) -> tuple[ast.FunctionDef | ast.AsyncFunctionDef, Source, int] | None:
        """The function that is called, its file, and how many parameters are bound already."""
        match call.func:
            case ast.Name(name):
                return self._global(name, sight.source.path)
            case ast.Attribute(ast.Name("self" | "cls"), name):
                for outer in sight.source.ancestry.outwards(call):
                    if isinstance(outer, ast.ClassDef):
                        return _method(outer, name, sight.source)
        return None

    def _global(
        self, name: str, path: str
    ) -> tuple[ast.FunctionDef | ast.AsyncFunctionDef, Source, int] | None:
        for _ in range(3):  # an import, and one more through a package's `__init__`
            frame = self.project.frame(path)
            value = self.project.heap.get((frame, name)) if frame is not None else None
            match value:
                case Imported(path, name):
                    continue
                case Function(ast.FunctionDef() | ast.AsyncFunctionDef() as node, source):
                    return node, source, 0
                case _:
                    return None
        return None

    def handed_back(self, scope: ast.AST, sight: Sight) -> None:
        """It is what a function gives: everybody who calls it by its name takes it."""
        if sight.part.is_count:
            return
        if not isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef):
            self.leave(sight)
            return
        found = False
        for mention in mentions(self.project, scope, sight.source, self.unread):
            found = True
            if mention.call is None:
                self.leave(sight)
            else:
                self.see(Sight(mention.call, sight.part, mention.source, sight, sure=mention.sure))
        if not found:
            self.returned[sight.span] = None

    def is_shown(self, sight: Sight) -> bool:
        """Whether a count goes into nothing but a line that a person reads."""
        for outer in sight.source.ancestry.outwards(sight.node):
            match outer:
                case ast.Call(ast.Name(name) | ast.Attribute(_, name)) if name in SHOWS:
                    return True
                case ast.BinOp() | ast.stmt():
                    return False
                case _:
                    pass
        return False


def _ends(sights: Sequence[Sight]) -> Iterator[Sight]:
    """Those from which nothing else comes."""
    passed = {id(sight.via) for sight in sights}
    return (sight for sight in sights if id(sight) not in passed)


def _method(
    holder: ast.ClassDef, name: str, source: Source
) -> tuple[ast.FunctionDef | ast.AsyncFunctionDef, Source, int] | None:
    for node in holder.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
            static = any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in node.decorator_list)
            return node, source, 0 if static else 1
    return None


def _parameter(call: ast.Call, node: ast.AST, parameters: ast.arguments, skipped: int) -> str | None:
    """The name of the parameter that takes an argument; None where that cannot be told."""
    names = [parameter.arg for parameter in (*parameters.posonlyargs, *parameters.args)][skipped:]
    for position, argument in enumerate(call.args):
        if isinstance(argument, ast.Starred):
            return None
        if argument is node:
            return names[position] if position < len(names) else None
    known = {*names, *(parameter.arg for parameter in parameters.kwonlyargs)}
    return next((k.arg for k in call.keywords if k.value is node and k.arg in known), None)
