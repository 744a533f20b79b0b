"""Which files could import a module? Told by the words of their import statements alone.

To look for a name in every file costs as much as the whole tree is large, for each name anew. So
the words that files import by are taken down once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from promptlint.evaluate.inquiry import Inquiry

__all__ = ["Importers"]

_PACKAGE = "/__init__.py"


class Importers:
    """The files of a program by the words of their imports; read at the first question."""

    def __init__(self, paths: Iterable[str], inquiry: Inquiry) -> None:
        self.paths = tuple(paths)
        self._inquiry = inquiry

    def of(self, word: str) -> Sequence[str]:
        """Files in whose import statements a word stands, in their order; ``*`` stands for a star."""
        return [self.paths[index] for index in self._with(word)]

    def naming(self, module: str, folder: str, names: Collection[str]) -> Iterator[str]:
        """Files that import some names of a module, or use them as its attributes; sorted.

        `module` and `folder` are the last parts of its name: the package may hand its names on.
        """
        near = {*self.of(module), *self.of(folder)}
        importing = {path for name in names for path in self.of(name)} & near
        for path in sorted(near if names else ()):
            if path in importing or self._inquiry.uses_attribute(path, names):
                yield path

    def reaching(self, path: str, name: str) -> Iterator[str]:
        """Files, in their order, that may reach something called `name` in the file `path`.

        They import the name itself, the module, or a package around it.
        """
        words = {name, *re.findall(r"\w+", path)}
        found = {index for word in words for index in self._with(word)}
        yield from (self.paths[index] for index in sorted(found))

    def passing(self, path: str, names: Iterable[str]) -> frozenset[str]:
        """Files that import the module `path` by its name, or a package that passes one of `names` on."""
        modules = [_last_name(path)]
        wanted = (*(name for name in names if name != modules[0]), "*")
        found: set[str] = set()
        for module in modules:
            importing = {self.paths[index] for index in self._with(module)}
            for each in sorted(importing - found):
                if (
                    each.endswith(_PACKAGE)
                    and _last_name(each) not in modules
                    and self._inquiry.has_letters(each, *wanted)
                ):
                    modules.append(_last_name(each))
            found |= importing
        return frozenset(found)

    def _with(self, word: str) -> Sequence[int]:
        found = self._by_word.get(word.encode(errors="surrogatepass"), ())
        self._inquiry.looked_up(word, (self.paths[index] for index in found))
        return found

    @cached_property
    def _by_word(self) -> Mapping[bytes, list[int]]:
        found: dict[bytes, list[int]] = defaultdict(list)
        for index, path in enumerate(self.paths):
            for word in self._inquiry.imports(path):
                found[word].append(index)
        return found


def _last_name(path: str) -> str:
    return path.removesuffix(_PACKAGE).removesuffix(".py").rpartition("/")[2]
