"""What was the project at another git revision? Read from the object store, without a checkout."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from promptlint.config import Config
from promptlint.diagnostic import Trouble
from promptlint.discovery import Discovery, shown
from promptlint.errors import PromptlintError
from promptlint.program import Program
from promptlint.walk import SUFFIXES, excludes

__all__ = ["program_at"]

_OPTION = "--since"
_GIT = "git"
_REGULAR = ("100644", "100755")
"""Modes of files; links and submodules are passed over."""


@contextmanager
def program_at(revision: str, discovery: Discovery, config: Config, working: Path) -> Iterator[Program]:
    """The program that the project was at a revision, with the selection and the exclusions of now.

    Its files can be read until the context ends.

    Raises:
        PromptlintError: there is no git, no repository around the project, or no such revision.

    """
    commit = _commit(revision, discovery.root)
    blobs = {
        shown(os.path.normpath(os.path.join(discovery.root, path)), str(working)): name  # noqa: PTH118  a path of git is text
        for path, name in _tree(commit, discovery.root)
    }
    hidden = excludes((*config.exclude, *config.extend_exclude), discovery.root)

    def is_read(path: str) -> bool:
        absolute = os.path.normpath(working / path)
        return path.endswith(SUFFIXES) and not any(each.hides(absolute) for each in hidden)

    with _reader(discovery.root) as reader:

        def fetch(path: str) -> bytes | Trouble:
            if path not in blobs:
                return Trouble(path, None, "unreadable", f"does not exist at {revision}", fatal=False)
            return reader.read(blobs[path])

        yield Program(
            tuple(sorted(filter(is_read, blobs))),
            fetch,
            discovery.selection.shows,
            whole=discovery.selection.whole,
            base=str(working),
            root=discovery.root,
        )


def _commit(revision: str, root: str) -> str:
    """The name of the commit that a revision means."""
    inside = _git(["rev-parse", "--is-inside-work-tree"], root)
    if inside is None:
        raise PromptlintError(f"{_OPTION}: {root} lies in no git repository; leave the option out")
    asked = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"]
    found = _git(asked, root)
    if found is None:
        raise PromptlintError(
            f"{_OPTION}: `{revision}` names no commit here; check the name, or fetch it first"
        )
    return found.decode().strip()


def _tree(commit: str, root: str) -> Iterator[tuple[str, str]]:
    """The files below the root at a commit: path relative to the root, and the name of the blob."""
    listed = _git(["ls-tree", "-r", "-z", commit], root)
    for entry in (listed or b"").split(b"\0"):
        told, _, path = entry.partition(b"\t")
        if path:
            mode, _, name = told.decode().split(" ")
            if mode in _REGULAR:
                yield os.fsdecode(path), name


def _git(arguments: Sequence[str], root: str) -> bytes | None:
    """What git prints; None if it fails."""
    try:
        done = subprocess.run(  # noqa: S603  no shell, and a revision cannot be taken for an option
            [_GIT, *arguments], cwd=root, capture_output=True, check=False, env=_environment()
        )
    except FileNotFoundError as error:
        raise _absent() from error
    return done.stdout if done.returncode == 0 else None


def _absent() -> PromptlintError:
    return PromptlintError(f"{_OPTION}: git cannot be found; install it, or leave the option out")


def _environment() -> Mapping[str, str]:
    """Git reads only: it takes no lock, asks nothing, and fetches no missing objects."""
    own = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1"}
    return {**os.environ, **own}


@dataclass(frozen=True, slots=True)
class _Reader:
    """A git process that hands out blobs, one after the other."""

    process: subprocess.Popen[bytes]

    def read(self, name: str) -> bytes | Trouble:
        """The bytes of a blob."""
        to, out = self.process.stdin, self.process.stdout
        assert to is not None
        assert out is not None
        to.write(f"{name}\n".encode())
        to.flush()
        told = out.readline().split()
        if told[1:2] != [b"blob"]:
            return Trouble(name, None, "unreadable", "is missing from the repository", fatal=False)
        data = out.read(int(told[2]))
        out.read(1)
        return data


@contextmanager
def _reader(root: str) -> Iterator[_Reader]:
    command = [_GIT, "cat-file", "--batch"]
    with subprocess.Popen(  # noqa: S603  no shell
        command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environment()
    ) as process:
        yield _Reader(process)
