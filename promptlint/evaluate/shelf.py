"""Which files are parsed? Those that somebody works with, and the last few that were looked at.

A tree takes some thirty times the memory of its text, and most candidates are looked at once.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

from promptlint.diagnostic import Trouble
from promptlint.evaluate.inquiry import Inquiry
from promptlint.parser import read_source
from promptlint.source import Source
from promptlint.standpoint import Standpoint
from promptlint.testcode import is_test

__all__ = ["Files", "Shelf"]

ROOM = 4_000_000
"""Characters of the files that are kept though nobody works with them: some 120 MB of trees."""


@dataclass(frozen=True, slots=True)
class Files:
    """What a program consists of: its Python files, by their paths as they are shown."""

    paths: Sequence[str]
    inquiry: Inquiry
    """Answers also for files that are no Python."""
    standpoint: Standpoint = field(default_factory=Standpoint)

    @property
    def tests(self) -> frozenset[str]:
        """Those that hold tests. What lies above the project says nothing about them."""
        return frozenset(path for path in self.paths if is_test(self.standpoint.inner(path)))


class Shelf:
    """The parsed files of a program. A file has one tree for as long as anyone holds it."""

    def __init__(self, read_bytes: Callable[[str], bytes | None]) -> None:
        self.troubles: dict[str, tuple[Trouble, ...]] = {}
        """Why files could not be parsed."""
        self._read_bytes = read_bytes
        self._held: WeakValueDictionary[str, Source] = WeakValueDictionary()
        self._recent: OrderedDict[str, Source] = OrderedDict()
        self._unreadable: set[str] = set()
        self._taken = 0

    def source(self, path: str) -> Source | None:
        """The parsed file; None if it is not there or cannot be parsed (see `troubles`)."""
        if path in self._unreadable:
            return None
        found = self._held.get(path)
        if found is None:
            found = self._parsed(path)
            if found is None:
                self._unreadable.add(path)
                return None
            self._held[path] = found
        self._remember(path, found)
        return found

    def _parsed(self, path: str) -> Source | None:
        data = self._read_bytes(path)
        if data is None:
            return None
        parsed = read_source(path, data)
        if parsed.troubles:
            self.troubles[path] = parsed.troubles
        return parsed.source

    def _remember(self, path: str, source: Source) -> None:
        """Make it the last of the recent files; the first ones have to go where there is no room."""
        if self._recent.pop(path, None) is None:
            self._taken += len(source.text)
        self._recent[path] = source
        while self._taken > ROOM and len(self._recent) > 1:
            _, oldest = self._recent.popitem(last=False)
            self._taken -= len(oldest.text)
