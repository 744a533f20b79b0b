"""Which paths does a list of ``.gitignore`` patterns match?

Used for the ``.gitignore`` files themselves and for every pattern of the configuration, so that
one syntax serves them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from pathspec import GitIgnoreSpec

__all__ = ["Patterns", "is_anchored", "is_pattern"]

_Compiled = tuple[tuple[re.Pattern[str], bool], ...]
"""Each pattern, the last first, and whether it ignores or takes back."""


@dataclass(frozen=True, slots=True)
class Patterns:
    """Patterns and the folder they are anchored to. Paths are absolute.

    `folder` and `python_file` are for a walk, which enters no folder that is matched: they answer
    for the path alone. `hides` answers for a path out of the blue.
    """

    base: str
    """That folder, ended by ``/``."""
    spec: GitIgnoreSpec = field(repr=False)
    folders: _Compiled = field(repr=False)
    python: _Compiled = field(repr=False)
    """Only the patterns that can match a name ending in ``.py`` or ``.ipynb``: most ignore files
    consist of others, and every file of a project is asked about."""

    @classmethod
    def of(cls, base: str, lines: Iterable[str]) -> Patterns:
        """Compile patterns; blanks, comments, ``!`` and malformed lines count as they do for git."""
        kept = [_inside(line.rstrip("\r\n")) for line in lines]
        spec = GitIgnoreSpec.from_lines(line for line in kept if is_pattern(line))
        python = GitIgnoreSpec.from_lines(line for line in kept if is_pattern(line) and _fits_python(line))
        return cls(base.rstrip("/") + "/", spec, _compiled(spec), _compiled(python))

    def folder(self, path: str) -> bool | None:
        """Whether a folder is matched; None if no pattern says anything about it."""
        return self._last_word(self.folders, path, "/")

    def python_file(self, path: str) -> bool | None:
        """The same for a Python file or notebook."""
        return self._last_word(self.python, path, "")

    def hides(self, path: str) -> bool:
        """Whether a path is matched, or a folder that it lies in; a folder ends in ``/``."""
        return path.startswith(self.base) and self.spec.match_file(path[len(self.base) :])

    def _last_word(self, patterns: _Compiled, path: str, end: str) -> bool | None:
        if not patterns or not path.startswith(self.base):
            return None
        relative = path[len(self.base) :] + end
        for regex, ignores in patterns:
            match = regex.match(relative)
            if match is not None and match.end() == len(relative):  # else it matches a folder above
                return ignores
        return None


def _compiled(spec: GitIgnoreSpec) -> _Compiled:
    return tuple(
        (pattern.regex, pattern.include)
        for pattern in reversed(list(spec.patterns))
        if pattern.regex is not None and pattern.include is not None
    )


def is_pattern(line: str) -> bool:
    """Whether a line is well-formed; one that is not matches nothing."""
    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True


def is_anchored(pattern: str) -> bool:
    """Whether it holds from its base on; otherwise it is a name that holds at any depth."""
    return "/" in pattern.rstrip().rstrip("/")


def _inside(line: str) -> str:
    """To git, ``a/**`` is what lies in ``a``; to the library it is ``a`` as well."""
    return f"{line}/*" if line.endswith("/**") else line


def _fits_python(line: str) -> bool:
    return line.rstrip().endswith((".py", ".ipynb", "*", "?", "]")) or "\\" in line
