"""Which Python files lie below a folder, and which of them does nobody want read?

Honours the exclusions of the configuration, every ``.gitignore`` from the repository's root down,
and ``.git/info/exclude``. Links to folders are not followed, so there are no loops.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from promptlint.config import Glob
from promptlint.gitignore import Patterns, is_anchored

__all__ = ["SUFFIXES", "Found", "excludes", "find", "is_package"]

SUFFIXES = (".py", ".ipynb")
"""How the name of a file ends that is read without being named."""


@dataclass(slots=True)
class Found:
    """What walks have come across so far. Paths are absolute."""

    files: set[str] = field(default_factory=set)
    folders: set[str] = field(default_factory=set)
    """Every folder that was listed: a second walk leaves it out."""
    failures: list[tuple[str, OSError]] = field(default_factory=list)
    """Folders that could not be listed, links that go round in a circle."""


def excludes(globs: Iterable[Glob], top: str) -> tuple[Patterns, ...]:
    """The exclusions that hold in a walk from `top`, the last word first.

    A plain name holds anywhere below `top`, but says nothing about `top` itself or what is above
    it: a project may well live in a folder called ``build``.
    """

    def base(glob: Glob) -> str:
        inside = glob.base.startswith(top.rstrip("/") + "/")
        return glob.base if inside or is_anchored(glob.pattern) else top

    grouped = groupby(globs, base)
    return tuple(Patterns.of(where, [glob.pattern for glob in each]) for where, each in grouped)[::-1]


def find(top: str, excluded: tuple[Patterns, ...], found: Found, *, deep: bool = True) -> None:
    """Add the Python files below `top` to `found`; if not `deep`, those directly in it and in packages.

    A list of patterns that hides `top` itself is overruled: the user asked for this folder.
    """
    rules = tuple(_above(top))
    walk = _Walk(top, tuple(each for each in excluded if not each.hides(top + "/")), found)
    stack = [(top, tuple(each for each in rules if not each.hides(top + "/")))]
    while stack:
        folder, rules = stack.pop()
        if folder in found.folders:
            continue
        found.folders.add(folder)
        inner = _list(walk, folder, rules)
        stack += [each for each in inner if deep or folder != top or is_package(each[0])]


def is_package(folder: str) -> bool:
    """Whether a folder on disk has an ``__init__.py``."""
    return os.path.isfile(os.path.join(folder, "__init__.py"))


@dataclass(frozen=True, slots=True)
class _Walk:
    top: str
    excluded: tuple[Patterns, ...]
    found: Found


def _list(walk: _Walk, folder: str, rules: tuple[Patterns, ...]) -> list[tuple[str, tuple[Patterns, ...]]]:
    """Add the files of one folder; its folders come back with the rules that hold in them."""
    found = walk.found
    try:
        with os.scandir(folder) as scan:
            entries = list(scan)
    except OSError as error:
        found.failures.append((folder, error))
        return []
    names = {entry.name for entry in entries}
    if ".git" in names:  # a repository of its own: what lies above says nothing about it
        rules = tuple(_patterns(folder, os.path.join(folder, ".git", "info", "exclude")))
    if ".gitignore" in names:
        rules = (*_patterns(folder, os.path.join(folder, ".gitignore")), *rules)
    inner: list[tuple[str, tuple[Patterns, ...]]] = []
    for entry in entries:
        path = entry.path
        if entry.is_dir(follow_symlinks=False):
            if not any(_hides(patterns, path) for patterns in (walk.excluded, rules)):
                inner.append((path, rules))
        elif (
            entry.name.endswith(SUFFIXES)
            and not any(_hides_python(patterns, path) for patterns in (walk.excluded, rules))
            and (entry.is_file(follow_symlinks=False) or _is_met_only_here(walk, path))
        ):
            found.files.add(path)
    return inner


def _hides(rules: tuple[Patterns, ...], folder: str) -> bool:
    return next((said for each in rules if (said := each.folder(folder)) is not None), False)


def _hides_python(rules: tuple[Patterns, ...], path: str) -> bool:
    return next((said for each in rules if (said := each.python_file(path)) is not None), False)


def _is_met_only_here(walk: _Walk, path: str) -> bool:
    """Whether a link leads to a file that the walk does not meet under its own name."""
    try:
        mode = os.stat(path).st_mode
    except OSError as error:
        if error.errno == errno.ELOOP:  # others dangle, as editors' lock files do
            walk.found.failures.append((path, error))
        return False
    target = os.path.realpath(path)
    inside = target.startswith(os.path.realpath(walk.top) + "/")
    return stat.S_ISREG(mode) and not (inside and target.endswith(SUFFIXES))


def _above(top: str) -> Iterator[Patterns]:
    """The ignore files between the repository's root and `top`, without those of `top`: nearest first."""
    folder = top
    levels = []
    while not os.path.exists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return  # in no repository
        folder = parent
        levels.append(folder)
    for level in levels:
        yield from _patterns(level, os.path.join(level, ".gitignore"))
    if levels:
        yield from _patterns(folder, os.path.join(folder, ".git", "info", "exclude"))


def _patterns(base: str, path: str) -> Iterator[Patterns]:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            yield Patterns.of(base, file.read().splitlines())
    except OSError:  # most folders have none
        return
