"""What does the program consist of? Modules by file, run once and on demand, never executed."""

from __future__ import annotations

import ast
import builtins
import re
import sys
from collections.abc import Iterable, Iterator, Sequence

from promptlint.diagnostic import Trouble
from promptlint.evaluate.budget import IMPORT_CALL_STEPS, MAX_STEPS, Budget
from promptlint.evaluate.evaluation import (
    Arguments,
    CallEvent,
    Evaluation,
    Exhausted,
    Interpreter,
    Observer,
    Place,
    Summary,
)
from promptlint.evaluate.exports import STAR, exported, from_star, told_exports
from promptlint.evaluate.hierarchy import Hierarchy
from promptlint.evaluate.importers import Importers
from promptlint.evaluate.imports import Imports, import_table
from promptlint.evaluate.lasting import outlive
from promptlint.evaluate.registering import Registering
from promptlint.evaluate.shelf import Files, Shelf
from promptlint.evaluate.store import Key, Object, State, Store
from promptlint.evaluate.syntax import Syntax
from promptlint.evaluate.text import choose
from promptlint.evaluate.value import (
    Choice,
    Class,
    External,
    Frame,
    Function,
    HopKind,
    Imported,
    Module,
    Reading,
    Reason,
    Text,
    Unknown,
    Value,
    hopped,
    text,
)
from promptlint.facts import Facts
from promptlint.source import Source
from promptlint.variation import Epoch

__all__ = ["MODULE_STEPS", "Project"]

MODULE_STEPS = 200_000
"""Steps for the body of one module: tables of thousands of entries are read, endless ones are not."""


class Project:
    """The files of a program and what evaluating them has found so far; dies with the run."""

    def __init__(
        self,
        files: Files,
        facts: Facts,
        interpreter: Interpreter,
        summaries: Summary,
    ) -> None:
        self.facts = facts
        self.interpreter = interpreter
        self.paths = tuple(sorted(files.paths))
        self.tests = files.tests
        """Files that hold tests."""
        self.heap: dict[Key, Object | Value] = {}
        """Variables and objects of every module that has been run."""
        self.defined: dict[int, Function] = {}
        """Functions and methods of every module that has been run, by id of their node."""
        self._inquiry = files.inquiry
        self._imports = Imports(self.paths, self.read, files.standpoint)
        self._shelf = Shelf(files.inquiry.read)
        self.importers = Importers(self.paths, files.inquiry)
        self.hierarchy = Hierarchy(self.read, files.inquiry, self.importers)
        self.registering = Registering(self.importers, self.read, self.source, self.tests)
        self._frames: dict[str, Frame] = {}
        self._running: dict[str, State] = {}
        self._before: dict[str, dict[Key, Object | Value]] = {}
        """What modules have changed that was there before them, as it was."""
        self._done: set[str] = set()
        self._main = ""
        """The file that is run as the program itself, and so not imported."""
        self.summaries = summaries
        self.syntax = Syntax()
        self._resolving: set[tuple[str, str]] = set()
        self._serials = 0
        self._named: dict[tuple[str, str], bool] = {}

    # -- files --------------------------------------------------------------------------------

    def read(self, path: str) -> str | None:
        """The text of a file of the project; None if it is not there or is no UTF-8 text."""
        data = self._inquiry.read(path)
        if data is None:
            return None
        try:
            return data.decode().replace("\r\n", "\n")
        except UnicodeDecodeError:
            return None

    def source(self, path: str) -> Source | None:
        """The parsed file; None if it cannot be parsed (see `troubles`)."""
        return self._shelf.source(path)

    @property
    def troubles(self) -> dict[str, tuple[Trouble, ...]]:
        """What went wrong with files, by their paths."""
        return self._shelf.troubles

    def package_folder(self, name: str) -> str | None:
        """The folder of an imported package of the project."""
        found = self._imports.absolute(name, "")
        if found is None:
            return None
        return found.rstrip("/") if found.endswith("/") else found.rpartition("/")[0]

    def dotted(self, path: str) -> str:
        """The name by which a file of the project is imported."""
        return self._imports.dotted(path)

    def module_named(self, name: str, importer: str) -> Module | None:
        """The module of the project that ``import name`` gives; None: of a library, or none."""
        found = self._imports.absolute(name.lstrip("."), importer) if not name.startswith(".") else None
        return None if found is None else Module(found)

    def mentioning(self, name: str, home: str, owner: str) -> Iterator[str]:
        """Files whose text holds a name and where it is from; `home`, where it is defined, first.

        Another file has to hold its owner's name and import that, its module, or a package around it;
        or to import the module, or a package that passes the name on, by name: an object may be made
        where its class is, and a function be had from a package.
        """
        passed_on = {home, *self.importers.passing(home, (name, owner))}
        for path in (home, *(p for p in self.importers.reaching(home, owner) if p != home)):
            if (path in passed_on or self._names(path, owner)) and self._names(path, name):
                yield path

    def _names(self, path: str, word: str) -> bool:
        """Whether a word stands in a file."""
        key = (path, word)
        if key not in self._named:
            self._named[key] = self._inquiry.has_word(path, word)
        return self._named[key]

    def holding(self, words: Iterable[str], modules: Iterable[str] = ()) -> Iterator[str]:
        """Files without tests whose text holds one of some words, or that import a module, in order."""
        wanted = sorted(words)
        importing = {path for module in modules for path in self.importers.of(module)}
        for path in self.paths:
            if path not in self.tests and (path in importing or self._inquiry.has_word(path, *wanted)):
                yield path

    # -- modules ------------------------------------------------------------------------------

    def frame(self, path: str) -> Frame | None:
        """The namespace of a module; its body is run at the first request."""
        source = self.source(path) if not path.endswith("/") else None
        if source is None:
            return None
        frame = self._frames.get(path)
        if frame is None:
            frame = self._frames[path] = Frame(path, source, "", None, "module")
        if path not in self._done and path not in self._running:
            self._run(path, frame)
        return frame

    def _run(self, path: str, frame: Frame) -> None:
        evaluation = self.evaluation(None, Reading(Epoch.PROCESS, path), MODULE_STEPS, IMPORT_CALL_STEPS)
        state = State(Store(self.heap), frame)
        self._running[path] = state
        self._prepare(frame, state)
        try:
            flow = self.interpreter.run(frame.source.tree.body, state, evaluation)
            final = flow.normal or state
        except (Exhausted, RecursionError):
            final = state
        del self._running[path]
        self.defined.update(evaluation.defined)
        self._done.add(path)
        names = outlive(self, frame, final, evaluation)
        changed = dict(final.store.touched(None))
        self._before[path] = {key: self.heap[key] for key in changed if key in self.heap}
        self.heap.update(changed)
        for other in self.registering.modules(path, names) if names else ():
            if other != self._main:
                self.frame(other)

    def evaluation(
        self, observer: Observer | None, reading: Reading, steps: int = MAX_STEPS, longest: int = MAX_STEPS
    ) -> Evaluation:
        """A new run over this project, of so many steps; no call takes more than `longest` of them."""
        self._serials += 1 << 32
        return Evaluation(self, observer, reading, Budget(steps, longest), self._serials)

    def _prepare(self, frame: Frame, state: State) -> None:
        """The names that every module has."""
        state.bind(frame, "__file__", text(frame.source.path))
        name = self._imports.dotted(frame.source.path)
        state.bind(frame, "__name__", text(name))
        inside = frame.source.path.endswith("__init__.py")
        state.bind(frame, "__package__", text(name if inside else name.rpartition(".")[0]))

    def entry(self, path: str) -> State | None:
        """A state in which the body of a module has still to be run as the program itself."""
        source = self.source(path)
        if source is None:
            return None
        self._main = path
        frame = Frame(path, source, "", None, "module")
        state = State(Store(self.heap), frame)
        self._prepare(frame, state)
        state.bind(frame, "__name__", text("__main__"))
        for key, was in self._before.get(path, {}).items():
            state.store.set(key, was)  # what its import has changed in other modules
        return state

    def member(self, module: str, name: str, place: Place) -> Value:
        """``module.name``: a global of it, or a submodule."""
        frame = self.frame(module)
        if frame is not None:
            value = self.variable(frame, name, place)
            if value is not None:
                return value
        child = self._imports.child(module, name)
        if child is not None:
            return Module(child)
        if frame is not None and module in self._running:
            return place.unknown(Reason.IMPORT, name)
        given = None if frame is None else self._given(frame, name, place)
        return place.unknown(Reason.NAME, name) if given is None else given

    def _given(self, frame: Frame, name: str, place: Place) -> Value | None:
        """What a module that does not hold a name gives for it: ``__getattr__``, a library's star."""
        getter = self.variable(frame, "__getattr__", place)
        if isinstance(getter, Function):
            arguments = Arguments((text(name),))
            event = CallEvent(place.node, getter, arguments, place.state, place.evaluation)
            return self.interpreter.call(event)
        return from_star(place.state.variable(frame, STAR), name)

    def variable(self, frame: Frame, name: str, place: Place) -> Value | None:
        """A global as it is when a function runs; one that functions rebind may have changed."""
        running = self._running.get(frame.module)
        value = place.state.variable(frame, name)
        if value is None and running is not None:
            value = self._half_built(running, frame, name)
        return self.resolved(value, place)

    def global_name(self, module: str, name: str) -> Value | None:
        """A global that is not bound yet in this run: the module may be half-built."""
        running = self._running.get(module)
        frame = self._frames.get(module)
        if running is not None and frame is not None:
            return self._half_built(running, frame, name)
        return None

    def _half_built(self, running: State, frame: Frame, name: str) -> Value | None:
        """A global of a module whose body is being run, with the objects that it names."""
        value = running.variable(frame, name)
        if not isinstance(value, Text | External | Function | Class | Imported | None):
            self.heap.update(running.store.touched(None))
        return value

    def is_builtin(self, name: str) -> bool:
        """Whether Python knows a name without an import."""
        return hasattr(builtins, name)

    # -- imports ------------------------------------------------------------------------------

    def imported(
        self, statement: ast.Import | ast.ImportFrom, frame: Frame, state: State, evaluation: Evaluation
    ) -> Iterator[tuple[str, Value]]:
        """The names that an import statement binds, with their values."""
        place = Place(statement, state, evaluation)
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                target = alias.name if alias.asname else alias.name.partition(".")[0]
                if not alias.asname and "." in alias.name:
                    self._module(alias.name, frame)
                yield alias.asname or target, self._module(target, frame)
            return
        base = self._base(statement, frame.module)
        for alias in statement.names:
            if alias.name == "*" and base is None:
                yield STAR, External(f"{'.' * statement.level}{statement.module or ''}")
                continue
            if alias.name == "*" and base is not None:
                yield from self._star(base, place)
                continue
            name = alias.asname or alias.name
            if base is not None:
                yield name, Imported(base, alias.name, place.span)
            else:
                library = f"{'.' * statement.level}{statement.module or ''}.{alias.name}"
                yield name, hopped(External(library, name), HopKind.IMPORTED, place.span, alias.name)

    def has_all(self, statement: ast.ImportFrom, frame: Frame) -> bool:
        """Whether an import finds a module of the project that imports nothing but the standard library."""
        base = self._base(statement, frame.module)
        source = None if base is None else self.source(base)
        names = () if source is None else self.syntax.ask(import_table, source).values()
        plain = all(name.partition(".")[0] in sys.stdlib_module_names for name in names)
        return source is not None and plain and not re.search(r"^\s*from\s+\.", source.text, re.MULTILINE)

    def _base(self, statement: ast.ImportFrom, importer: str) -> str | None:
        if statement.level:
            return self._imports.relative(statement.level, statement.module or "", importer)
        return self._found(statement.module or "", importer)

    def _found(self, name: str, importer: str) -> str | None:
        """The file of an import; None for a library, as the SDK is even where its source lies in the tree."""
        if name.partition(".")[0] in self.facts.calls.roots:
            return None
        return self._imports.absolute(name, importer)

    def _module(self, name: str, frame: Frame) -> Value:
        found = self._found(name, frame.module)
        return External(name) if found is None else Module(found)

    def resolved(self, value: Value | None, place: Place) -> Value | None:
        """A value, or what the import stands for that nobody had asked for yet."""
        if isinstance(value, Choice):
            found = [self.resolved(each, place) or each for each in value.alternatives]
            return value if tuple(found) == value.alternatives else choose(value.condition, found)
        if not isinstance(value, Imported):
            return value
        asked = (value.module, value.name)
        if asked in self._resolving:
            frame = self._frames.get(value.module)
            known = None if frame is None else place.state.variable(frame, value.name)
            if known is not None and not isinstance(known, Imported):
                return known
            # `from . import name` in a package itself: what it asks for is the submodule.
            child = self._imports.child(*asked)
            return Module(child) if child is not None else place.unknown(Reason.IMPORT, value.name)
        self._resolving.add(asked)
        try:
            return hopped(self.member(*asked, place), HopKind.IMPORTED, value.at, value.name)
        finally:
            self._resolving.discard(asked)

    def looked_up(self, values: Sequence[Value], node: ast.AST, frame: Frame) -> tuple[Value, ...] | None:
        """What imports stand for, among other values; None as long as a module of them is half-built."""
        evaluation = self.evaluation(None, Reading(Epoch.PROCESS, frame.module))
        place = Place(node, State(Store(self.heap), frame), evaluation)
        found = tuple(self.resolved(value, place) or value for value in values)
        unready = any(isinstance(value, Unknown) and value.reason is Reason.IMPORT for value in found)
        return None if unready else found

    def _star(self, base: str, place: Place) -> Iterator[tuple[str, Value]]:
        """What a star takes; a module that says in its text what it hands out is not run for that."""
        names = None if base in self._done or base in self._running else self._handed_out(base, set())
        if names is not None:
            yield from ((name, Imported(base, name, place.span)) for name in names)
            return
        frame = self.frame(base)
        if frame is None:
            return
        running = self._running.get(frame.module)
        keys = [*self.heap, *(() if running is None else (key for key, _ in running.store.touched(None)))]
        bound = {key[1] for key in keys if isinstance(key, tuple) and key[0] is frame}
        listed = self.variable(frame, "__all__", place)
        for name in exported(bound, listed, place):
            value = place.state.variable(frame, name)
            if value is None and running is not None:
                value = self._half_built(running, frame, name)
            if value is None:
                value = Imported(frame.module, name, place.span)
            yield name, value

    def _handed_out(self, path: str, seen: set[str]) -> Sequence[str] | None:
        """The names that a star takes of a module, as its text says; None if only running it tells."""
        source = self.source(path) if not path.endswith("/") else None
        told = None if source is None else self.syntax.ask(told_exports, source)
        if told is None or path in seen:
            return () if path in seen else None
        seen.add(path)
        names = dict.fromkeys(told.names)
        for statement in told.stars:
            inner = self._base(statement, path)
            more = None if inner is None else self._handed_out(inner, seen)
            if more is None:
                return None
            names |= dict.fromkeys(more)
        return list(names)
