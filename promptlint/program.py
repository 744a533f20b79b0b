"""What does a run read, and what of it does it report?

A program is a set of files by the paths that the reader sees. They lie on disk or in memory; the
engine does not know which.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from promptlint.diagnostic import INTERNAL, Trouble
from promptlint.discovery import Discovery, PythonFile, read_file
from promptlint.evaluate.inquiry import Inquiry, readable
from promptlint.parser import NOTEBOOK, read_source, size_of_large
from promptlint.source import Source

__all__ = ["Program", "Scan"]

_KEPT = 64_000_000
"""Bytes of all the files that are kept because they may be asked for again."""
_MENTION = "promptlint:"


@dataclass(frozen=True, slots=True)
class Scan:
    """What the bytes of the files say, before anything is parsed."""

    candidates: tuple[str, ...]
    """Files that could hold a call, a client or a beta header."""
    mentions: tuple[str, ...]
    """Files that could hold an ignore comment."""
    troubles: tuple[Trouble, ...]
    """Files that could not be read, or are too large."""


@dataclass(frozen=True, slots=True)
class Program:
    """The files of a run. Every path is as it is shown: relative to the working directory, with ``/``."""

    paths: tuple[str, ...]
    """Its Python files and notebooks, sorted."""
    fetch: Callable[[str], bytes | Trouble]
    """The bytes of a file, also of one that is no Python; or why they cannot be had."""
    shows: Callable[[str], bool]
    """Whether what happens in a file is reported."""
    named: frozenset[str] = frozenset()
    """Files that the user gave by name: one that cannot be read is the user's business."""
    whole: bool = True
    """Whether all of it is reported."""
    base: str = ""
    """The folder at which relative paths begin, absolute."""
    root: str = ""
    """The folder of the project, absolute."""
    troubles: tuple[Trouble, ...] = ()
    """What went wrong when the files were listed."""

    @classmethod
    def on_disk(
        cls, discovery: Discovery, working: Path, given: Mapping[str, bytes] | None = None
    ) -> Program:
        """The files that were discovered; `given` holds the bytes of some that are not on disk.

        Of files that are no Python only those below the project's root are read.
        """
        shelf: dict[str, bytes] = dict(given or {})
        room = _KEPT
        known = {file.shown: file for file in discovery.files}
        root = discovery.root.rstrip("/") + "/"

        def fetch(path: str) -> bytes | Trouble:
            nonlocal room
            if path in shelf:
                return shelf[path]
            file = known.get(path) or PythonFile(path, os.path.normpath(working / path))
            if path not in known and not file.path.startswith(root):
                return Trouble(path, None, "unreadable", "lies outside the project", fatal=False)
            data = read_file(file)
            if isinstance(data, bytes) and len(data) <= room:
                shelf[path] = data
                room -= len(data)
            return data

        chosen = discovery.selection
        places = (str(working), discovery.root)
        return cls(tuple(known), fetch, chosen.shows, chosen.named, chosen.whole, *places, discovery.troubles)

    @classmethod
    def in_memory(cls, files: Mapping[str, str | bytes]) -> Program:
        """A program that is nowhere on disk; all of it is reported."""
        data = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}

        def fetch(path: str) -> bytes | Trouble:
            return data.get(path, Trouble(path, None, "unreadable", "does not exist", fatal=False))

        python = sorted(path for path in data if path.endswith((".py", NOTEBOOK)))
        return cls(tuple(python), fetch, lambda _: True, base="/", root="/")

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None where it cannot be read or is too large."""
        return readable(path, self.fetch(path))

    def absolute(self, path: str) -> str:
        """Where a shown path lies on disk."""
        return os.path.normpath(Path(self.base, path))

    def scan(self, inquiry: Inquiry) -> Scan:
        """Ask every file what its bytes say, and keep nothing else of it."""
        candidates: list[str] = []
        mentions: list[str] = []
        troubles: list[Trouble] = []
        for path in self.paths:
            could_call = inquiry.is_candidate(path)
            size = inquiry.size(path)
            if isinstance(size, Trouble):
                troubles.append(size)
            elif size:
                troubles += [_large(path, size)] if could_call else []
            else:
                candidates += [path] if could_call else []
                mentions += [path] if inquiry.has_letters(path, _MENTION) else []
        return Scan(tuple(candidates), tuple(mentions), tuple(troubles))

    def troubles_with(self, found: Iterable[Trouble], parsed: Collection[str]) -> tuple[Trouble, ...]:
        """What went wrong, fatal where the user gave the file by name.

        Such a file has to parse, though nothing in it looks like a call: those that are not among
        `parsed` are tried.
        """
        read = [*found]
        known = {*parsed, *(one.path for one in read)}
        for path in self.paths:
            if path in self.named and path not in known:
                read += self._tried(path)
        judged = {replace(one, fatal=one.fatal or one.path in self.named) for one in read}
        return tuple(sorted({*self.troubles, *judged}, key=_order))

    def _tried(self, path: str) -> Sequence[Trouble]:
        data = self.fetch(path)
        if isinstance(data, Trouble):
            return [data]
        size = size_of_large(path, data)
        return [_large(path, size)] if size else read_source(path, data).troubles

    def unread(self, troubles: Iterable[Trouble]) -> int:
        """How many of the selected files could not be read, or only in part."""
        paths = {one.path for one in troubles if one.kind != INTERNAL}
        return sum(map(self.shows, paths & set(self.paths)))

    def lines(self, path: str, cell: int | None, source: Source | None) -> Sequence[str]:
        """The lines of a file without their ends, or of a cell of a notebook; none if it cannot be read.

        `source` is the parsed file; None if it is no Python or does not parse.
        """
        if source is not None:
            return source.written(cell)
        return (self.read(path) or b"").decode(errors="replace").splitlines()


def _order(trouble: Trouble) -> tuple[object, ...]:
    return (trouble.path, trouble.line or 0, trouble.kind, trouble.message)


def _large(path: str, size: int) -> Trouble:
    said = f"{size / 1e6:,.0f} MB are too large to be parsed; exclude the file if it is generated"
    return Trouble(path, None, "unreadable", said, fatal=False)
