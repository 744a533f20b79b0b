"""What was found out about this program last time, and does it still hold?

A record names every question that a run has put to a file, with a digest of the answer. If all files
still answer so, the run would find the same, and need not be made: a file that changed may have been
asked only whether some words are in it.

Records lie in the user's cache folder, never in a project: what is cloned cannot bring its own
verdict along. They are plain JSON, read as data and checked against their types.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import platformdirs

import promptlint
from promptlint.config import Config
from promptlint.errors import PromptlintError
from promptlint.evaluate.inquiry import Inquiry, Question, digest
from promptlint.judgement import Judgement
from promptlint.program import Program
from promptlint.shipped import rules_directory

__all__ = ["Cache", "Record", "key_of"]

DAYS_KEPT = 30
"""A record that nobody has asked for this long goes."""
SUFFIX = ".json"
UNFINISHED = ".part"
RECORD = re.compile(r"[0-9a-f]{24}(\.json|\.\w+\.part)")
"""How the files of a cache are called."""
SIGNATURE = "Signature: 8a477f597d28d172789f06886806bc55"
"""By which programs know a cache: https://bford.info/cachedir/."""


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
            questions = sorted(told)
            asked = tuple(numbers.setdefault(question, len(numbers)) for question in questions)
            answers = _together(told[question] for question in questions)
            files[path] = Testimony(inquiry.content(path), sets.setdefault(asked, len(sets)), answers)
        return cls(_together(program.paths), tuple(numbers), tuple(sets), files, judgement)

    def renewed(self, program: Program, is_candidate: Callable[[bytes], bool]) -> Record | None:
        """The same for the files as they are now; None if one of them answers otherwise."""
        if self.paths != _together(program.paths):
            return None
        inquiry = Inquiry(program.fetch, is_candidate)
        files = dict(self.files)
        for path, was in self.files.items():
            now = inquiry.content(path)
            if now == was.content:
                continue
            asked = (self.questions[number] for number in self.asked[was.asked])
            if _together(inquiry.answer(path, question) for question in asked) != was.answers:
                return None
            files[path] = replace(was, content=now)
        return self if files == self.files else replace(self, files=files)


def _together(texts: Iterable[str]) -> str:
    return digest("\n".join(texts).encode(errors="surrogatepass"))


@dataclass(frozen=True, slots=True)
class Cache:
    """The records of earlier runs in a folder. What cannot be read or written there does no harm."""

    folder: Path

    @classmethod
    def at(cls, folder: str | None) -> Cache | None:
        """The records in a folder, by default that of the user; None if nobody knows where it is.

        Raises:
            PromptlintError: the name is empty.

        """
        if folder is None:
            try:
                return cls(platformdirs.user_cache_path("promptlint", appauthor=False))
            except RuntimeError:  # a user without a home
                return None
        if not folder:
            raise PromptlintError("--cache-dir: the name is empty; give a folder, or use --no-cache")
        return cls(Path(folder))

    def find(self, key: str, program: Program, is_candidate: Callable[[bytes], bool]) -> Judgement | None:
        """What was found out about a program, if it would be found out again."""
        path = self.folder / f"{key}{SUFFIX}"
        try:
            record = msgspec.json.decode(path.read_bytes(), type=Record)
            now = record.renewed(program, is_candidate)
            if now is record:
                os.utime(path)
            elif now is not None:
                self.keep(key, now)
        except (OSError, msgspec.DecodeError, IndexError):
            return None
        return None if now is None else now.judgement

    def keep(self, key: str, record: Record) -> None:
        """Put a record in the place of the one before, all at once."""
        try:
            data = msgspec.json.encode(record)
            self._make()
            with tempfile.NamedTemporaryFile(
                dir=self.folder, prefix=f"{key}.", suffix=UNFINISHED, delete=False
            ) as file:
                file.write(data)
            Path(file.name).replace(self.folder / f"{key}{SUFFIX}")
            for path in self._records():
                if time.time() - path.stat().st_mtime > DAYS_KEPT * 86_400:
                    path.unlink(missing_ok=True)
        except (OSError, UnicodeEncodeError):  # a full disk, or half a character, must not cost the findings
            return

    def clear(self) -> int:
        """Remove every record, and say how many there were.

        Raises:
            PromptlintError: one cannot be removed.

        """
        found = self._records()
        for path in found:
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise PromptlintError(f"{path}: cannot be removed ({error.strerror}); remove it") from error
        return len(found)

    def _make(self) -> None:
        """A folder of our own tells backups and git to pass it by."""
        if not self.folder.is_dir():
            self.folder.mkdir(parents=True, mode=0o700, exist_ok=True)
            (self.folder / "CACHEDIR.TAG").write_text(f"{SIGNATURE}\n# Records of promptlint.\n")
            (self.folder / ".gitignore").write_text("*\n")

    def _records(self) -> list[Path]:
        """Those in the folder, also unfinished ones. Nothing else in it is ours."""
        found = self.folder.iterdir() if self.folder.is_dir() else ()
        return sorted(path for path in found if RECORD.fullmatch(path.name))


_REPORTING = Config()
"""Settings that decide what is reported, not what is found out, are left as these."""


def key_of(program: Program, config: Config, *, isolated: bool) -> str | None:
    """The name of the record for a program and the settings by which it is judged.

    None where no record can be made: checks of a project's own may ask what nobody takes down, facts
    may not be there, and names may be no text.
    """
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
    try:
        facts = [digest(path.read_bytes()) for path in config.facts]
        seen = (program.base, program.root, isolated, judging, facts, _installed(), sys.version)
        return digest(msgspec.json.encode(seen, enc_hook=_plain, order="deterministic"))
    except (OSError, UnicodeEncodeError):  # what is wrong with the facts is said when they are loaded
        return None


def _plain(value: object) -> object:
    """What JSON has no form for: paths, and mappings that cannot be changed."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Path):
        return str(value)
    raise NotImplementedError(type(value).__name__)


def _installed() -> tuple[str, list[str]]:
    """Our version and a digest of each of our files: who changes us hears nothing old."""
    package, rules = Path(promptlint.__file__).parent, rules_directory()
    folders = (package,) if rules.is_relative_to(package) else (package, rules)
    files = (file for folder in folders for file in sorted(_below(folder)))
    return promptlint.__version__, [digest(Path(file).read_bytes()) for file in files]


def _below(folder: str | Path) -> Iterator[str]:
    """Every file below a folder but what Python compiles for itself."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.is_dir():
                yield entry.path
            elif entry.name != "__pycache__":
                yield from _below(entry.path)
