"""Where is a program being written, and what may it name there?

A builder writes one program: module-level definitions, and the body of ``entry``. It knows
which names are in scope and of what type, so that every program it writes runs without error
for every argument.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from random import Random

__all__ = ["Builder", "Listing", "Record", "Scope"]

_PHRASES = (
    "Answer briefly",
    "You are a careful reader",
    "Rules: be kind; be exact",
    "Line one\nline two",
    "  Indented words",
    "Größe ok: 100% sure",
    'Say "hi" or it\'s lost',
    "A {brace} and a \\ stroke",
    "Tab\there",
    "ΟΔΟΣ",
    "XXmarkXXmarkXX",
)

_MAX_UNDECIDED = 4
"""Conditions per program that only its arguments decide; each may double what can be sent."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of strings in scope, and how many elements it has at least."""

    name: str
    low: int


@dataclass(frozen=True, slots=True)
class Record:
    """A dict of strings in scope, and the keys it has for certain."""

    name: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """Names that may be read (and, `variables`, `lists`, `records`, changed) at this point."""

    inputs: tuple[str, ...] = ()
    """Strings that are only read: parameters, loop variables."""
    variables: tuple[str, ...] = ()
    lists: tuple[Listing, ...] = ()
    records: tuple[Record, ...] = ()
    numbers: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    """Expressions that only the arguments decide."""
    unseen: tuple[str, ...] = ()
    """Lists of strings whose length only the arguments decide."""


@dataclass(slots=True)
class Builder:
    """Writes one program."""

    random: Random
    scope: Scope
    definitions: list[str] = field(default_factory=list)
    constants: list[str] = field(default_factory=list)
    """Module-level string constants."""
    lines: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    """Names of the constructs in it."""
    depth: int = 0
    """Nesting of the expression being written."""
    _indent: int = 1
    _serial: int = 0
    _undecided: int = 0

    def fresh(self, prefix: str) -> str:
        """A name that nothing else has."""
        self._serial += 1
        return f"{prefix}_{self._serial}"

    def literal(self) -> str:
        """A string literal, most often one that occurs nowhere else."""
        phrase = self.random.choice(_PHRASES)
        if self.random.random() < 0.8:
            self._serial += 1
            phrase = f"{phrase} {self._serial}" + self.random.choice(("", ".", ". ", "\n"))
        return repr(phrase)

    def emit(self, *lines: str) -> None:
        """Add lines at the current indentation."""
        self.lines.extend("    " * self._indent + line for line in lines)

    def define(self, *lines: str) -> None:
        """Add a definition to the module."""
        self.definitions.extend(("", "", *lines))

    def constant(self) -> str:
        """The name of a new module constant."""
        name = self.fresh("CONSTANT")
        self.definitions.append(f"{name} = {self.literal()}")
        self.constants.append(name)
        return name

    def name(self) -> str:
        """The name of a string in scope."""
        names = (*self.scope.inputs, *self.scope.variables, *self.scope.variables, *self.constants)
        return self.random.choice(names) if names else self.constant()

    def variable(self) -> str:
        """The name of a string that may be changed; made if there is none."""
        if self.scope.variables and self.random.random() < 0.8:
            return self.random.choice(self.scope.variables)
        return self.assign(self.literal())

    def assign(self, expression: str, prefix: str = "text") -> str:
        """Bind a string to a new variable; its name."""
        name = self.fresh(prefix)
        self.emit(f"{name} = {expression}")
        self.bind(name)
        return name

    def bind(self, *names: str) -> None:
        """Declare variables that hold strings."""
        self.scope = replace(self.scope, variables=(*self.scope.variables, *names))

    def bind_list(self, name: str, low: int) -> Listing:
        """Declare a list of strings."""
        listing = Listing(name, low)
        others = tuple(known for known in self.scope.lists if known.name != name)
        self.scope = replace(self.scope, lists=(*others, listing))
        return listing

    def bind_record(self, name: str, keys: Iterable[str]) -> Record:
        """Declare a dict of strings."""
        record = Record(name, tuple(dict.fromkeys(keys)))
        others = tuple(known for known in self.scope.records if known.name != name)
        self.scope = replace(self.scope, records=(*others, record))
        return record

    def listing(self) -> Listing:
        """A list of strings with at least two elements; made if there is none."""
        long = [known for known in self.scope.lists if known.low >= 2]
        if long and self.random.random() < 0.7:
            return self.random.choice(long)
        name = self.fresh("parts")
        self.emit(f"{name} = [{self.literal()}, {self.name()}, {self.literal()}]")
        return self.bind_list(name, 3)

    def record(self) -> Record:
        """A dict of strings with at least one key; made if there is none."""
        full = [known for known in self.scope.records if known.keys]
        if full and self.random.random() < 0.7:
            return self.random.choice(full)
        name = self.fresh("fields")
        self.emit(f'{name} = {{"role": {self.literal()}, "tone": {self.name()}}}')
        return self.bind_record(name, ("role", "tone"))

    def condition(self) -> str:
        """A condition that only the arguments decide; a decided one when there are enough."""
        if not self.scope.conditions or self._undecided >= _MAX_UNDECIDED:
            return self.random.choice(("1 < 2", "True", "not 1", "len('ab') == 2", "'a' in 'bcd'"))
        self._undecided += 1
        return self.random.choice(self.scope.conditions)

    @contextmanager
    def block(self, header: str, **names: tuple[str, ...]) -> Iterator[None]:
        """Write an indented block; what it binds is not in scope after it.

        `names` are added to the scope of the block, by field of `Scope`.
        """
        self.emit(header)
        outer, length = self.scope, len(self.lines)
        self.scope = replace(
            outer, **{kind: (*getattr(outer, kind), *added) for kind, added in names.items()}
        )
        self._indent += 1
        yield
        if len(self.lines) == length:
            self.emit("pass")
        self._indent -= 1
        self.scope = outer

    @contextmanager
    def definition(self, header: str, scope: Scope) -> Iterator[None]:
        """Write the body of a module-level function."""
        lines, outer, indent = self.lines, self.scope, self._indent
        self.lines, self.scope, self._indent = [header], scope, 1
        yield
        self.define(*self.lines)
        self.lines, self.scope, self._indent = lines, outer, indent
