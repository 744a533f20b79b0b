"""What does accepting the prompts do? The new text of the lock file, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from promptlint.facts import Facts
from promptlint.lock import DamagedLockError, Entry, write_lock
from promptlint.reading import Reading
from promptlint.report.place import counted, flat, interval, printable
from promptlint.request import Level
from promptlint.standing import Change, Changes, Gauge, changes, refrozen, standing
from promptlint.tag import TagStyle
from promptlint.tokens import Tokenizer
from promptlint.wording import opened

__all__ = ["Freeze", "compare"]


@dataclass(frozen=True, slots=True)
class Freeze:
    """The lock as it is and as it should be."""

    file: str
    """Where it lies, as the reader is shown."""
    text: str
    """What it should hold."""
    count: int
    """Prefixes in it."""
    differences: tuple[str, ...]
    """What is not yet in it, a line each; token counts are left out, the code does not decide them."""
    is_there: bool
    unread: tuple[str, ...]
    """Files that could not be read, and why; what was frozen of them stays."""
    uncompared: tuple[str, ...] = ()
    """Frozen prefixes that were not found, since their files could not be read."""

    @property
    def is_current(self) -> bool:
        """Whether it says what the code says."""
        return not self.differences and not self.uncompared and (self.is_there or not self.count)

    def report(self, *, only_check: bool) -> str:
        """What is said when it was written, or, with `only_check`, would be."""
        unknown = [f"unknown  {flat(name)}: its file could not be read" for name in self.uncompared]
        rows = [*self.unread, *unknown, *self.differences, self._verdict(only_check=only_check)]
        return "\n".join(rows) + "\n"

    def _verdict(self, *, only_check: bool) -> str:
        left = len(self.uncompared)
        apart = f"; {_prefixes(left)} could not be compared" if left else ""
        if not self.count and not self.differences:
            return "no cached prompt of its own found, nothing to freeze"
        if self.is_current:
            return f"{self.file}: {_prefixes(self.count)}, as frozen"
        if not only_check:
            return f"{self.file}: {_prefixes(self.count)} frozen{apart}"
        if self.differences or not left:
            return f"{self.file} is not up to date{apart}; run `promptlint freeze` to accept this"
        return f"{self.file}: {_prefixes(self.count - left)}, as frozen{apart}"


def _prefixes(count: int) -> str:
    return counted(count, "prefix") if count == 1 else f"{count:,} prefixes"


def compare(reading: Reading, style: TagStyle, facts: Facts, *, mend: bool) -> Freeze:
    """Compare a project with its lock.

    `mend`: a lock that a merge left in pieces is taken for an empty one.

    Raises:
        PromptlintError: the lock cannot be understood.

    """
    damaged = False
    try:
        found = reading.lock()
    except DamagedLockError:
        if not mend:
            raise
        found, damaged = None, True
    lock = found or reading.unlocked()
    now = standing(reading.survey, style, facts, lock)
    unread = frozenset(map(lock.named, reading.survey.unread))
    gauge = Gauge(Tokenizer.shipped(facts.tokens), facts)
    entries = {entry.name: entry for entry in refrozen(lock, now, unread, gauge)}
    apart = changes(lock, now)
    rows = tuple(_differences(apart, entries))
    if damaged:
        rows = (f"{lock.file} could not be read and is written anew",)
    text = write_lock(entries.values())
    failed = tuple(
        f"unread   {printable(one.path)}:{one.line or 1}: {flat(one.message)}" for one in reading.troubles()
    )
    left = sorted(entry.name for entry in apart.vanished if _stays(entry, entries))
    return Freeze(lock.file, text, len(entries), rows, damaged or found is not None, failed, tuple(left))


def _differences(found: Changes, entries: dict[str, Entry]) -> Iterator[str]:
    kept = sorted(found.kept, key=lambda change: change.now.entry.name)
    for change in kept:
        if change.then.facts != change.now.entry.facts:
            yield f"changed  {flat(change.now.entry.name)}: {', '.join(_words(change))}"
    for name in sorted(one.entry.name for one in found.new):
        entry = entries[name]
        size = f"{interval(entry.tokens) or 'any number of'} tokens"
        yield f"new      {flat(name)}: {flat(entry.version) or 'no version'}, {size}"
    for entry in sorted(found.vanished, key=lambda entry: entry.name):
        if not _stays(entry, entries):
            yield f"gone     {flat(entry.name)}"


def _stays(entry: Entry, entries: dict[str, Entry]) -> bool:
    """Whether it stays in the lock as it was, since its file could not be read."""
    return entries.get(entry.name) is entry


def _words(change: Change) -> Iterator[str]:
    """What is another one than was frozen."""
    then, now = change.then, change.now.entry
    if then.name != now.name:
        yield f"was {flat(then.name)}"
    moved = [level.word for level in Level if then.text.get(level) != now.text.get(level)]
    if moved:
        yield f"text of {' and '.join(moved)}"
        yield from opened(change.moves).values()
    if then.version != now.version:
        yield f"version {flat(then.version) or 'none'} to {flat(now.version) or 'none'}"
    elif moved:
        yield f"version still {flat(now.version)}" if now.version else "no version"
    if then.models != now.models:
        yield f"models {_listed(then.models)} to {_listed(now.models)}"
    if then.ttl != now.ttl:
        yield f"lifetime {_listed(then.ttl)} to {_listed(now.ttl)}"


def _listed(names: tuple[str, ...]) -> str:
    return flat(" and ".join(names)) or "unknown"
