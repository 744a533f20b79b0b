"""What was found out about this program last time, and does it still hold?

A record names every question that a run has put to a file, with a digest of the answer. If all files
still answer so, the run would find the same, and need not be made: a file that changed may have been
asked only whether some words are in it.

Records lie in the user's cache folder, never in a project: what is cloned cannot bring its own
verdict along. They are plain JSON, read as data and checked against their types.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import platformdirs

import promptlint
from promptlint.config import Config
from promptlint.evaluate.inquiry import Inquiry, Question, digest
from promptlint.judgement import Judgement
from promptlint.program import Program
from promptlint.shipped import rules_directory

__all__ = ["Cache", "Record", "key_of"]

DAYS_KEPT = 30
"""A record that nobody has asked for this long goes."""
SUFFIX = ".json"


@dataclass(frozen=True, slots=True)
class Testimony:
    """What one file has said."""

    content: str
    """Digest of its bytes."""
    asked: int
    """Which set of questions was put to it, by its place in the record."""
    answers: str
    """Digest of all its answers."""


@dataclass(frozen=True, slots=True)
class Record:
    """What a run was told, and what it made of that."""

    paths: str
    """Digest of the list of Python files."""
    questions: tuple[Question, ...]
    asked: tuple[tuple[int, ...], ...]
    """Sets of questions, by their places in `questions`."""
    files: Mapping[str, Testimony]
    judgement: Judgement

    @classmethod
    def of(cls, program: Program, inquiry: Inquiry, judgement: Judgement) -> Record:
        """The record of a run."""
        numbers: dict[Question, int] = {}
        sets: dict[tuple[int, ...], int] = {}
        files: dict[str, Testimony] = {}
        for path, told in sorted(inquiry.told(program.paths).items()):
            asked = tuple(numbers.setdefault(question, len(numbers)) for question in sorted(told))
            place = sets.setdefault(asked, len(sets))
            answers = digest("\n".join(told[question] for question in sorted(told)).encode())
            files[path] = Testimony(inquiry.content(path), place, answers)
        return cls(_listed(program), tuple(numbers), tuple(sets), files, judgement)

    def renewed(self, program: Program, is_candidate: Callable[[bytes], bool]) -> Record | None:
        """The same for the files as they are now; None if one of them answers otherwise."""
        if self.paths != _listed(program):
            return None
        inquiry = Inquiry(program.fetch, is_candidate)
        files = dict(self.files)
        for path, was in self.files.items():
            now = inquiry.content(path)
            if now == was.content:
                continue
            asked = (self.questions[number] for number in self.asked[was.asked])
            answers = digest("\n".join(inquiry.answer(path, question) for question in asked).encode())
            if answers != was.answers:
                return None
            files[path] = replace(was, content=now)
        return self if files == self.files else replace(self, files=files)


def _listed(program: Program) -> str:
    return digest("\n".join(program.paths).encode(errors="surrogatepass"))


class Cache:
    """The records of earlier runs. What cannot be read or written there does no harm."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or platformdirs.user_cache_path("promptlint", appauthor=False)

    def find(self, key: str, program: Program, is_candidate: Callable[[bytes], bool]) -> Judgement | None:
        """What was found out about a program, if it would be found out again."""
        try:
            record = msgspec.json.decode((self.folder / f"{key}{SUFFIX}").read_bytes(), type=Record)
            now = record.renewed(program, is_candidate)
        except (OSError, msgspec.DecodeError, IndexError):
            return None
        if now is not None and now is not record:
            self.keep(key, now)
        return None if now is None else now.judgement

    def keep(self, key: str, record: Record) -> None:
        """Put a record in the place of the one before, all at once."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.NamedTemporaryFile(dir=self.folder, suffix=".part", delete=False) as file:
                file.write(msgspec.json.encode(record))
            Path(file.name).replace(self.folder / f"{key}{SUFFIX}")
            for path in self._records():
                if time.time() - path.stat().st_mtime > DAYS_KEPT * 86_400:
                    path.unlink(missing_ok=True)
        except OSError:  # a full disk or a folder that is not ours must not cost the findings
            return

    def clear(self) -> int:
        """Remove every record; says how many there were."""
        found = list(self._records())
        for path in found:
            path.unlink(missing_ok=True)
        return len(found)

    def _records(self) -> Iterator[Path]:
        yield from self.folder.glob(f"*{SUFFIX}")


_REPORTING = Config()
"""Settings that decide what is reported, not what is found out, are left as these."""


def key_of(program: Program, config: Config, *, isolated: bool) -> str | None:
    """The name of the record for a program and the settings by which it is judged.

    None where no record can be made: checks of a project's own may ask what nobody takes down, and
    facts may not be there.
    """
    try:
        facts = [path.read_bytes() for path in config.facts]
    except OSError:  # said when they are loaded
        return None
    if config.cards:
        return None
    judging = replace(
        config,
        file=None,
        pedantic=_REPORTING.pedantic,
        min_severity=_REPORTING.min_severity,
        min_confidence=_REPORTING.min_confidence,
        fail_on=_REPORTING.fail_on,
        outputs=_REPORTING.outputs,
        strict_coverage=_REPORTING.strict_coverage,
    )
    seen = (program.base, program.root, isolated, judging, facts, _installed(), sys.version)
    return digest(msgspec.json.encode(seen, enc_hook=_plain, order="deterministic"))


def _plain(value: object) -> object:
    """What JSON has no form for: paths, and mappings that cannot be changed."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Path):
        return str(value)
    raise NotImplementedError(type(value).__name__)


def _installed() -> tuple[object, ...]:
    """Our own version; with what lies on disk, so that one who changes us hears nothing old."""
    ours = (Path(promptlint.__file__).parent, rules_directory())
    return promptlint.__version__, [sorted(_stamps(str(folder), "")) for folder in ours]


def _stamps(folder: str, inside: str) -> Iterator[tuple[str, int, int]]:
    """Name, size and time of change of every file below a folder."""
    with os.scandir(folder) as entries:
        for entry in entries:
            name = f"{inside}/{entry.name}"
            if not entry.is_dir():
                status = entry.stat()
                yield name, status.st_size, status.st_mtime_ns
            elif entry.name != "__pycache__":
                yield from _stamps(entry.path, name)
