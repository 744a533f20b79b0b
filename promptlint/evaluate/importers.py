"""Which files could import a module? Told by the words of their import statements alone.

To look for a name in every file costs as much as the whole tree is large, for each name anew. So
the words that files import by are taken down once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

__all__ = ["Importers", "holds_one"]

_PACKAGE = "/__init__.py"


class Importers:
    """The files of a program by the words of their imports; read at the first question."""

    def __init__(self, paths: Iterable[str], read_bytes: Callable[[str], bytes | None]) -> None:
        self.paths = tuple(paths)
        self._read_bytes = read_bytes
        self._attributes: dict[str, frozenset[bytes]] = {}

    def of(self, word: str) -> Sequence[str]:
        """Files in whose import statements a word stands, in their order; ``*`` stands for a star."""
        return [self.paths[index] for index in self._by_word.get(word.encode(), ())]

    def naming(self, module: str, folder: str, names: Collection[str]) -> Iterator[str]:
        """Files that import some names of a module, or use them as its attributes; sorted.

        `module` and `folder` are the last parts of its name: the package may hand its names on.
        """
        near = {*self.of(module), *self.of(folder)}
        importing = {path for name in names for path in self.of(name)} & near
        words = {name.encode() for name in names}
        for path in sorted(near if names else ()):
            if path in importing or not words.isdisjoint(self._attributes_of(path)):
                yield path

    def _attributes_of(self, path: str) -> frozenset[bytes]:
        """Every word behind a dot."""
        if path not in self._attributes:
            self._attributes[path] = frozenset(_ATTRIBUTE.findall(self._read_bytes(path) or b""))
        return self._attributes[path]

    def reaching(self, path: str, name: str) -> Iterator[str]:
        """Files, in their order, that may reach something called `name` in the file `path`.

        They import the name itself, the module, or a package around it.
        """
        words = {name, *re.findall(r"\w+", path)}
        found = {index for word in words for index in self._by_word.get(word.encode(), ())}
        yield from (self.paths[index] for index in sorted(found))

    def passing(self, path: str, names: Iterable[str]) -> frozenset[str]:
        """Files that import the module `path` by its name, or a package that passes one of `names` on."""
        modules = [_last_name(path)]
        wanted = [*(name.encode() for name in names if name != modules[0]), b"*"]
        found: set[str] = set()
        for module in modules:
            importing = {self.paths[index] for index in self._by_word.get(module.encode(), ())}
            for each in sorted(importing - found):
                if each.endswith(_PACKAGE) and _last_name(each) not in modules and self._holds(each, wanted):
                    modules.append(_last_name(each))
            found |= importing
        return frozenset(found)

    def _holds(self, path: str, words: Iterable[bytes]) -> bool:
        data = self._read_bytes(path) or b""
        return any(word in data for word in words)

    @cached_property
    def _by_word(self) -> Mapping[bytes, list[int]]:
        found: dict[bytes, list[int]] = defaultdict(list)
        for index, path in enumerate(self.paths):
            for word in imported_words(self._read_bytes(path) or b""):
                found[word].append(index)
        return found


def holds_one(data: bytes, words: Iterable[bytes]) -> bool:
    """Whether one of some words stands in a file; that its letters do not is soon told."""
    return any(word in data and re.search(rb"\b%s\b" % re.escape(word), data) for word in words)


def _last_name(path: str) -> str:
    return path.removesuffix(_PACKAGE).removesuffix(".py").rpartition("/")[2]


def imported_words(data: bytes) -> set[bytes]:
    """Every word of the import statements of a file; too many rather than too few."""
    statements: list[bytes] = []
    place = data.find(b"import")
    while place >= 0:
        first = data.rfind(b"\n", 0, place) + 1
        head = data[first:place].lstrip(b' \t"')
        end = _end(data, place)
        if not head or head.startswith(b"from"):
            statements.append(data[first:end])
        place = data.find(b"import", max(end, place + 1))
    return set(_WORD.findall(b"\n".join(statements)))


_WORD = re.compile(rb"\w+|\*")
_ATTRIBUTE = re.compile(rb"\.[ \t]*(\w+)")


def _end(data: bytes, place: int) -> int:
    """Where the statement around a place ends: at the end of its line, or of its parentheses."""
    line = data.find(b"\n", place)
    opened = data.find(b"(", place, line) if line >= 0 else -1
    if opened >= 0:
        closed = data.find(b")", opened)
        return closed if closed >= 0 else line
    while line >= 0 and data.endswith(b"\\", place, line):
        line = data.find(b"\n", line + 1)
    return line if line >= 0 else len(data)
