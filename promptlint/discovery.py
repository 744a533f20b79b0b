"""Which files are read, and which of them are reported?

PATH arguments *select* what is reported; the project around them is what is *read*, because a
prompt may be built in a file that was not selected.
"""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from promptlint.config import Config
from promptlint.diagnostic import Trouble
from promptlint.errors import PromptlintError
from promptlint.walk import SUFFIXES, Found, excludes, find, is_package

__all__ = ["Discovery", "PythonFile", "Selection", "discover", "project_root", "read_file", "shown"]


@dataclass(frozen=True, slots=True)
class PythonFile:
    """A Python file or notebook that is read."""

    shown: str
    """Relative to the working directory if it lies there, else absolute; with ``/``."""
    path: str
    """Absolute; where to open it."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What the user asked to be told about. Paths are as they are shown."""

    named: frozenset[str]
    """Files given by name; they need not be Python."""
    folders: tuple[str, ...]
    """How the paths begin that lie in folders given; empty text stands for every relative path."""
    whole: bool
    """Whether every file that is read is also selected."""

    def shows(self, path: str) -> bool:
        """Whether a place in this file is reported."""
        return _shows(path, self.named, self.folders)


@dataclass(frozen=True, slots=True)
class Discovery:
    """What PATH arguments came to."""

    root: str
    """Absolute path of the project."""
    files: tuple[PythonFile, ...]
    """What is read, sorted by the path shown."""
    selection: Selection
    troubles: tuple[Trouble, ...]
    """Folders that could not be listed, links that go round in a circle."""


def discover(
    paths: Sequence[str],
    config: Config,
    working: Path,
    *,
    project: Path | None = None,
    given: Sequence[str] = (),
) -> Discovery:
    """Find the project around `paths` and list its Python files.

    `working` is the working directory, absolute; relative paths start there. `project` replaces
    the search for the root. `given` are names of Python files whose text comes from elsewhere
    (standard input); they need not exist.

    Raises:
        PromptlintError: a path does not exist.

    """
    here = str(working)
    folders, named = _sorted_out(paths, here)
    virtual = {_absolute(path, here) for path in given}
    around = [*folders, *(os.path.dirname(path) for path in (*named, *virtual))]
    start = os.path.commonpath(around) if around else here
    marked = _absolute(str(project), here) if project else project_root(start)
    root = marked or _unmarked_root(around, here)
    if config.force_exclude:
        hidden = excludes((*config.exclude, *config.extend_exclude), root)
        named = {path for path in named if not any(each.hides(path) for each in hidden)}
        folders = {path for path in folders if not any(each.hides(path + "/") for each in hidden)}
    found = _found(root, folders, named | virtual, config, marked=marked is not None)
    found.files |= virtual | {path for path in named if _is_python(path)}
    read = {shown(path, here): path for path in found.files}
    files = tuple(PythonFile(name, read[name]) for name in sorted(read))
    names = frozenset(shown(path, here) for path in named | virtual)
    prefixes = tuple(sorted({prefix for folder in folders for prefix in _prefixes(folder, here)}))
    selection = Selection(names, prefixes, all(_shows(name, names, prefixes) for name in read))
    return Discovery(root, files, selection, tuple(_troubles(found, folders | named, here)))


def _found(root: str, folders: set[str], files: set[str], config: Config, *, marked: bool) -> Found:
    """Walk the project, then what was named outside it or is hidden in it.

    Where no marker bounds a project, what can be imported is read too: the neighbours of `files`, and
    what lies beside the packages. The root may be a home directory, so packages alone are entered.
    """
    found = Found()
    globs = (*config.exclude, *config.extend_exclude)
    for top in ([root] if marked else []) + sorted(folders):
        if top not in found.folders:
            find(top, excludes(globs, top), found)
    if not marked:
        homes = {os.path.dirname(path) for path in files}
        inside = {folder for folder in folders if _beginning(folder) != folder}
        beginnings = {_beginning(folder) for folder in homes | inside}
        for top in sorted((beginnings | homes | ({root} if beginnings else set())) - found.folders):
            find(top, excludes(globs, top), found, deep=False)
    return found


def project_root(start: str) -> str | None:
    """The nearest folder at or above `start` that looks like a project's root; None without one."""
    folder = start
    while True:
        if _marks_a_project(folder):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent


def _unmarked_root(around: Sequence[str], here: str) -> str:
    """Where everything lies that was named, without a marker: no package is cut in two.

    Who works above a package imports it from there.
    """
    beginnings = [_beginning(folder) for folder in around]
    root = os.path.commonpath(beginnings) if beginnings else here
    packaged = any(first != folder for first, folder in zip(beginnings, around, strict=True))
    return here if packaged and f"{root}/".startswith(here.rstrip("/") + "/") else root


def _beginning(folder: str) -> str:
    """The folder from which the package around a folder is imported; the folder itself without one."""
    while is_package(folder) and os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)
    return folder


def read_file(file: PythonFile) -> bytes | Trouble:
    """The bytes of a file, or why they cannot be had."""
    try:
        with open(file.path, "rb") as opened:
            return opened.read()
    except OSError as error:
        return _unreadable(file.shown, error, fatal=False)


_MARKERS = (".git", "promptlint.toml", "promptlint.lock", "setup.py", "setup.cfg")
_SECTIONS = ("project", "build-system")
_TOOLS = ("promptlint", "poetry")


def _marks_a_project(folder: str) -> bool:
    if any(os.path.exists(os.path.join(folder, name)) for name in _MARKERS):
        return True
    try:
        with open(os.path.join(folder, "pyproject.toml"), "rb") as file:
            content = tomllib.load(file)
    except OSError:
        return False
    except ValueError:  # broken, but somebody's project all the same
        return True
    tool = content.get("tool")
    own = isinstance(tool, dict) and any(name in tool for name in _TOOLS)
    return own or any(name in content for name in _SECTIONS)


def _sorted_out(paths: Iterable[str], here: str) -> tuple[set[str], set[str]]:
    """Absolute paths of the folders and of the files among `paths`."""
    folders: set[str] = set()
    files: set[str] = set()
    for path in paths:
        absolute = _absolute(path, here)
        try:
            mode = os.stat(absolute).st_mode
        except OSError as error:
            raise PromptlintError(f"{path}: {_said(error)}; check the path") from error
        (folders if stat.S_ISDIR(mode) else files).add(absolute)
    return folders, files


def _is_python(path: str) -> bool:
    """Whether a named file is Python: by its name, or without a suffix by its first line."""
    name = os.path.basename(path)
    if "." in name or not os.path.isfile(path):
        return name.endswith(SUFFIXES)
    try:
        with open(path, "rb") as file:
            first = file.readline(200)
    except OSError:
        return False
    return first.startswith(b"#!") and b"python" in first


def _troubles(found: Found, named: set[str], here: str) -> Iterable[Trouble]:
    for path, error in sorted(found.failures, key=lambda failure: failure[0]):
        yield _unreadable(shown(path, here), error, fatal=path in named)


def _unreadable(shown: str, error: OSError, *, fatal: bool) -> Trouble:
    return Trouble(shown, None, "unreadable", f"cannot be read: {_said(error)}", fatal)


def _said(error: OSError) -> str:
    return (error.strerror or "unknown error").lower()


def _absolute(path: str, here: str) -> str:
    return os.path.normpath(os.path.join(here, path))


def shown(path: str, here: str) -> str:
    """An absolute path as the reader sees it: relative if it lies below `here`, with ``/``."""
    inside = here.rstrip(os.sep) + os.sep
    return path.removeprefix(inside).replace(os.sep, "/")


def _prefixes(folder: str, here: str) -> Iterable[str]:
    """How the paths below a folder begin; some are shown relative if it holds the working directory."""
    if f"{here}/".startswith(folder.rstrip("/") + "/"):
        yield ""
    if folder != here:
        yield shown(folder, here).rstrip("/") + "/"


def _shows(path: str, named: frozenset[str], folders: tuple[str, ...]) -> bool:
    if path in named:
        return True
    return any(path.startswith(folder) if folder else not os.path.isabs(path) for folder in folders)
