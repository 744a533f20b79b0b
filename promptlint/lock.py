"""What was frozen? The file ``promptlint.lock``: the text of every cached prefix as it was accepted.

The text itself is kept, one string for each line, though it stands in the code already. A hash of
each line would tell which lines are new, but not what they were, and an added blank is found only
by one who sees both. The old text could be had from git, by reading the old revision as well; that
takes twice the time, and fails where there is no history: in a shallow clone, in an archive. And
the code shows a prompt in parts, but only here a reviewer sees the text that is sent, put together,
and what a change does to it. A line in quotes survives tools that strip blanks at line ends, and
changes of different lines merge. The hash tells which texts are equal, also when a function was
renamed, and that a text was not edited here.

There is one table for each prefix, sorted by name, and nothing counts over all of them, so changes
of different prefixes do not touch each other.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import tomli_w

from promptlint.errors import PromptlintError
from promptlint.interval import Interval
from promptlint.request import Level
from promptlint.toml_table import Table, load_table

__all__ = ["NAME", "DamagedLockError", "Entry", "Lock", "read_lock", "write_lock"]

NAME = "promptlint.lock"
FORMAT = 1
"""Raised when an older promptlint would misunderstand the file."""
_HASHED = 16
"""Hexadecimal digits of a hash: no two texts of a project meet by chance."""
_KEYS = ("version", "models", "ttl", "tokens", *(level.word for level in Level))
_CONFLICT = re.compile(r"^(<<<<<<<|=======|>>>>>>>|\|\|\|\|\|\|\|)( |$)", re.MULTILINE)
_MEND = "undo the edit, or run `promptlint freeze`, which writes the file anew"
_TOKENS = re.compile(r"(\d+)-(\d*)")
_HEADER = """\
# Written by `promptlint freeze`: the constant text of every cached prefix, as it was accepted.
# {…} stands for what is put in at run time, ⟨a¦b⟩ for one of several texts, ⟨a⟩* for one that is
# repeated. Each block begins with ---; a ? behind it: it is not always sent; a *: it comes any
# number of times; both: which of such blocks come, in which order and how often, is open.

"""


class DamagedLockError(PromptlintError):
    """The file cannot be understood, and writing it anew mends it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One cached prefix."""

    name: str
    """``path:qualified.name`` of the function that sends it, with a number from its second prefix on."""
    version: str
    """Its first version tag; empty without one."""
    models: tuple[str, ...]
    """Sorted; empty if not known."""
    ttl: tuple[str, ...]
    """Lifetimes of its breakpoints, sorted; a ``?`` where one is not known."""
    tokens: Interval
    text: Mapping[Level, tuple[str, ...]]
    """Its lines by level; a level without text is left out."""

    @property
    def function(self) -> str:
        """The name without its number."""
        return re.sub(r" \(\d+\)$", "", self.name)

    @property
    def path(self) -> str:
        """Of the function's file."""
        return self.function.rpartition(":")[0]

    @property
    def digest(self) -> tuple[str, ...]:
        """Equal for equal texts."""
        return tuple(_hash(self.text.get(level, ())) for level in Level)

    @property
    def lines(self) -> tuple[tuple[Level, str], ...]:
        """Every line with its level, in wire order."""
        return tuple((level, line) for level in Level for line in self.text.get(level, ()))

    @property
    def facts(self) -> tuple[object, ...]:
        """All that the code decides. The tokens are left out: they are our estimate."""
        return (self.name, self.version, self.models, self.ttl, self.digest)


@dataclass(frozen=True, slots=True)
class Lock:
    """The entries of a lock file, and where it lies."""

    file: str
    """The path that the reader is shown."""
    base: str
    """The folder at which shown paths begin, absolute."""
    root: str
    """The folder in which it lies, absolute."""
    entries: tuple[Entry, ...] = ()
    """Sorted by name."""
    lines: Mapping[str, int] | None = None
    """The line at which an entry begins, by its name."""

    def named(self, path: str) -> str:
        """A shown path as the entries know it: relative to the lock file."""
        return posixpath.relpath(posixpath.join(self.base or "/", path), self.root or "/")

    def line(self, entry: Entry) -> int:
        """Where it begins, from 1."""
        return (self.lines or {}).get(entry.name, 1)


def _hash(rows: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()[:_HASHED] if rows else ""


def write_lock(entries: Iterable[Entry]) -> str:
    """The text of the file; the same for the same entries in whatever order."""
    found = sorted(entries, key=lambda entry: entry.name)
    document = {"format": FORMAT, "prefix": {entry.name: _written(entry) for entry in found}}
    return _HEADER + tomli_w.dumps(document)


def _written(entry: Entry) -> Mapping[str, object]:
    plain: dict[str, object] = {"version": entry.version} if entry.version else {}
    plain["models"] = list(entry.models)
    plain["ttl"] = list(entry.ttl)
    plain["tokens"] = f"{entry.tokens.low}-{'' if entry.tokens.high is None else entry.tokens.high}"
    texts = {level.word: entry.text[level] for level in Level if level in entry.text}
    return plain | {word: {"hash": _hash(rows), "text": list(rows)} for word, rows in texts.items()}


def read_lock(data: bytes, lock: Lock) -> Lock:
    """The lock with the entries of its file.

    Raises:
        DamagedLockError: it holds a merge conflict, or was edited by hand.
        PromptlintError: it has a newer format.

    """
    conflict = _CONFLICT.search(data.decode(errors="replace"))
    if conflict is not None:
        line = conflict.string.count("\n", 0, conflict.start()) + 1
        raise DamagedLockError(
            f"{lock.file}:{line}: a merge left both sides here; merge the code, then run "
            "`promptlint freeze`, which writes the file anew"
        )
    try:
        table = load_table(lock.file, data)
        _check_format(table)
        prefixes = table.table("prefix")
        entries = [_entry(name, prefixes.table(name)) for name in prefixes.values]
    except _NewerFormatError as error:
        raise PromptlintError(str(error)) from error
    except PromptlintError as error:
        said = str(error).rpartition("; ")[0]
        raise DamagedLockError(f"{said}; {_MEND}") from error
    rows = {row: number for number, row in enumerate(table.text.splitlines(), start=1)}
    lines = {entry.name: rows.get(f"[prefix.{_quoted(entry.name)}]", 1) for entry in entries}
    found = tuple(sorted(entries, key=lambda entry: entry.name))
    return Lock(lock.file, lock.base, lock.root, found, lines)


class _NewerFormatError(PromptlintError):
    pass


def _check_format(table: Table) -> None:
    table.only(("format", "prefix"))
    given = table.values.get("format")
    if isinstance(given, int) and given > FORMAT:
        raise _NewerFormatError(
            f"{table.where('format')}: format {given} is of a newer promptlint; install that version, "
            f"this one knows format {FORMAT}"
        )
    if given != FORMAT:
        raise PromptlintError(f"{table.file}:1: `format` must be {FORMAT}; {_MEND}")


def _entry(name: str, table: Table) -> Entry:
    table.only(_KEYS)
    tokens = _TOKENS.fullmatch(table.text_of("tokens") or "")
    if tokens is None:
        raise PromptlintError(f"{table.where('tokens')}: `tokens` must be like `120-180`; {_MEND}")
    return Entry(
        name,
        table.text_of("version") or "",
        table.texts("models") or (),
        table.texts("ttl") or (),
        Interval(int(tokens[1]), int(tokens[2]) if tokens[2] else None),
        {level: _text(table.table(level.word)) for level in Level if level.word in table},
    )


def _text(table: Table) -> tuple[str, ...]:
    table.only(("hash", "text"))
    rows = table.texts("text") or ()
    if table.text_of("hash") != _hash(rows):
        raise PromptlintError(f"{table.where('hash')}: the text was edited, its hash was not; {_MEND}")
    return rows


def _quoted(name: str) -> str:
    return name if re.fullmatch(r"[\w-]+", name, re.ASCII) else json.dumps(name, ensure_ascii=False)
