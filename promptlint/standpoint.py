"""How does a path that is shown to the reader stand in the project?

Paths are shown as the working directory sees them. Who works inside a package sees no name of it in
them, so what a path means to an import is told from the project's root.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

__all__ = ["Standpoint"]


@dataclass(frozen=True, slots=True)
class Standpoint:
    """Where the reader stands and where the project begins, both absolute."""

    base: str = "/"
    root: str = "/"

    def inner(self, path: str) -> str:
        """A path as it is shown, from the project's root on; absolute where it lies outside."""
        return path if self.base == self.root else _seen_from(self.root, self.base, path)

    def shown(self, path: str) -> str:
        """The way back."""
        return path if self.base == self.root else _seen_from(self.base, self.root, path)


def _seen_from(here: str, there: str, path: str) -> str:
    """A path relative to `there`, relative to `here` if it lies below; empty for `here` itself."""
    full = posixpath.normpath(posixpath.join(there, path))
    return "" if full == here else full.removeprefix(f"{here.rstrip('/')}/")
