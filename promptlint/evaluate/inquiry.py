"""What was asked of the files of a program, and what did they answer?

Most files are asked only what their bytes tell: could there be a call in it, does it import this, does
a word stand in it. Whoever asks the same questions again and hears the same answers knows that nothing
has changed for him, whatever else is new in a file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar, assert_never

from promptlint.diagnostic import Trouble
from promptlint.parser import size_of_large

__all__ = ["Inquiry", "Question", "Topic", "digest", "readable"]

_Classes = Sequence[tuple[bytes, Sequence[bytes]]]
"""Names of classes, each with the words of its bases."""
_Answer = TypeVar("_Answer", bound="int | Trouble | frozenset[bytes]")


class Topic(StrEnum):
    """What a question is about."""

    CONTENT = "content"
    """Every byte of it."""
    SIZE = "size"
    CANDIDATE = "candidate"
    LETTERS = "letters"
    WORDS = "words"
    IMPORTS = "imports"
    ATTRIBUTES = "attributes"
    CLASSES = "classes"


@dataclass(frozen=True, slots=True, order=True)
class Question:
    """One question to one file."""

    topic: Topic
    words: tuple[str, ...] = ()
    """What is looked for, where the topic needs it."""


class Inquiry:
    """The files of a program, and what they were asked."""

    def __init__(
        self, fetch: Callable[[str], bytes | Trouble], is_candidate: Callable[[bytes], bool]
    ) -> None:
        self._answers: dict[str, dict[Question, str]] = {}
        """By path and question, a digest of the answer."""
        self._contents: dict[str, str] = {}
        """By path, a digest of the bytes as they were first seen, or of why there are none."""
        self._fetch = fetch
        self._is_candidate = is_candidate
        self._last: tuple[str, bytes | Trouble] | None = None
        """The file that was asked last: it is mostly asked several things at once."""
        self._attributes: dict[str, frozenset[bytes]] = {}
        self._sought: set[str] = set()
        self._importing: dict[str, tuple[str, ...]] = {}
        """Words that were looked up in the imports of every Python file, with the files that have them."""

    # -- the whole file -----------------------------------------------------------------------

    def fetch(self, path: str) -> bytes | Trouble:
        """The bytes of a file, or why they cannot be had."""
        found = self._had(path)
        self._answers.setdefault(path, {})[Question(Topic.CONTENT)] = self._contents[path]
        return found

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None where it cannot be read or is too large."""
        return readable(path, self.fetch(path))

    # -- what its bytes tell ------------------------------------------------------------------

    def size(self, path: str) -> int | Trouble:
        """How many bytes a file has that is too large to be parsed, else 0; or why it cannot be read."""
        found = self._had(path)
        if isinstance(found, Trouble):
            return self._told(path, Question(Topic.SIZE), found)
        return self._told(path, Question(Topic.SIZE), size_of_large(path, found))

    def is_candidate(self, path: str) -> bool:
        """Whether a file could hold a call, a client or a beta header; errs towards yes."""
        found = self._had(path)
        could = not isinstance(found, Trouble) and self._is_candidate(found)
        return self._told(path, Question(Topic.CANDIDATE), could)

    def has_letters(self, path: str, *words: str) -> bool:
        """Whether one of some words stands in a file, be it as a part of another."""
        data = self._plain(path)
        return self._told(path, Question(Topic.LETTERS, words), any(word in data for word in _encoded(words)))

    def has_word(self, path: str, *words: str) -> bool:
        """Whether one of some words stands in a file as a word."""
        return self._told(path, Question(Topic.WORDS, words), _holds_one(self._plain(path), words))

    def uses_attribute(self, path: str, words: Collection[str]) -> bool:
        """Whether one of some words stands in a file behind a dot."""
        self._sought.update(words)
        known = self._behind_dots(path)
        return not known.isdisjoint(_encoded(words))

    def imports(self, path: str) -> frozenset[bytes]:
        """Every word of the import statements of a file; too many rather than too few.

        It is not taken down: who looks words up in an index of them tells it by `looked_up`.
        """
        return _imported_words(self._plain(path))

    def looked_up(self, word: str, files: Iterable[str]) -> None:
        """Take down which Python files, and no others, import by a word."""
        if word not in self._importing:
            self._importing[word] = tuple(files)

    def classes(self, path: str) -> _Classes:
        """The classes of a file; what only looks like one does no harm.

        It is not taken down: who follows them from some classes on tells it by `followed`.
        """
        return [(name, _WORD.findall(bases)) for name, bases in _CLASS.findall(self._plain(path))]

    def followed(self, names: Collection[str], classes: Mapping[str, _Classes]) -> None:
        """Take down which classes of some files have which of some names among their bases.

        Without names: which classes there are.
        """
        question, wanted = Question(Topic.CLASSES, tuple(sorted(names))), _encoded(names)
        for path, found in classes.items():
            self._told(path, question, _below(found, wanted))

    # -- asking again -------------------------------------------------------------------------

    def told(self, paths: Iterable[str]) -> Mapping[str, Mapping[Question, str]]:
        """Everything that was asked, by path; `paths` are all Python files.

        What was looked up in the imports of all of them is a question to each, and so is every word
        that was sought behind the dots of some. Who has seen all of a file need not have asked more.
        """
        told = {path: dict(answers) for path, answers in self._answers.items()}
        words = tuple(sorted(self._importing))
        having: dict[str, set[bytes]] = {path: set() for path in paths if words}
        for word in words:
            for path in self._importing[word]:
                having[path] |= _encoded((word,))
        for path, found in having.items():
            told.setdefault(path, {})[Question(Topic.IMPORTS, words)] = _digest_of(frozenset(found))
        attributes, sought = Question(Topic.ATTRIBUTES, tuple(sorted(self._sought))), _encoded(self._sought)
        for path, known in self._attributes.items():
            told.setdefault(path, {})[attributes] = _digest_of(known & sought)
        whole = Question(Topic.CONTENT)
        return {path: {whole: has[whole]} if whole in has else has for path, has in told.items()}

    def answer(self, path: str, question: Question) -> str:
        """A digest of what a file answers to a question."""
        match question.topic:
            case Topic.CONTENT:
                self.fetch(path)
            case Topic.SIZE:
                self.size(path)
            case Topic.CANDIDATE:
                self.is_candidate(path)
            case Topic.LETTERS:
                self.has_letters(path, *question.words)
            case Topic.WORDS:
                self.has_word(path, *question.words)
            case Topic.IMPORTS | Topic.ATTRIBUTES:
                imports = question.topic is Topic.IMPORTS
                found = self.imports(path) if imports else self._behind_dots(path)
                return _digest_of(found & _encoded(question.words))
            case Topic.CLASSES:
                self.followed(question.words, {path: self.classes(path)})
            case _:
                assert_never(question.topic)
        return self._answers[path][question]

    def content(self, path: str) -> str:
        """A digest of the bytes of a file. It is not taken down that anyone has seen them."""
        if path not in self._contents:
            self._had(path)
        return self._contents[path]

    def _had(self, path: str) -> bytes | Trouble:
        if self._last is None or self._last[0] != path:
            self._last = (path, self._fetch(path))
        found = self._last[1]
        if path not in self._contents:
            self._contents[path] = digest(found) if isinstance(found, bytes) else _digest_of(found)
        return found

    def _plain(self, path: str) -> bytes:
        return readable(path, self._had(path)) or b""

    def _behind_dots(self, path: str) -> frozenset[bytes]:
        if path not in self._attributes:
            self._attributes[path] = frozenset(_ATTRIBUTE.findall(self._plain(path)))
        return self._attributes[path]

    def _told(self, path: str, question: Question, answer: _Answer) -> _Answer:
        self._answers.setdefault(path, {})[question] = _digest_of(answer)
        return answer


def readable(path: str, found: bytes | Trouble) -> bytes | None:
    """What was found of a file; None where it cannot be read or is too large."""
    return None if isinstance(found, Trouble) or size_of_large(path, found) else found


def digest(data: bytes) -> str:
    """A short name of some bytes that no others have."""
    return hashlib.blake2b(data, digest_size=12).hexdigest()


def _digest_of(answer: int | Trouble | frozenset[bytes]) -> str:
    match answer:
        case int():
            return str(int(answer))
        case Trouble():
            return f"not read: {digest(answer.message.encode(errors='surrogatepass'))}"
        case frozenset():
            return digest(b"\n".join(sorted(answer)))
        case _:
            assert_never(answer)


def _encoded(words: Iterable[str]) -> frozenset[bytes]:
    return frozenset(word.encode(errors="surrogatepass") for word in words)


# -- reading text without parsing it -------------------------------------------------------------

_WORD = re.compile(rb"\w+|\*")
_ATTRIBUTE = re.compile(rb"\.[ \t]*(\w+)")
_CLASS = re.compile(rb"class[ \t]+(\w+)[^(:\n]*(?:\(([^)]*)\))?")


def _holds_one(data: bytes, words: Iterable[str]) -> bool:
    """Whether one of some words stands in a file; that its letters do not is soon told."""
    return any(
        word in data and re.search(rb"\b%s\b" % re.escape(word), data) is not None for word in _encoded(words)
    )


def _below(classes: _Classes, wanted: Collection[bytes]) -> frozenset[bytes]:
    """Each class with each wanted name among its bases; if none is wanted, every class."""
    if not wanted:
        return frozenset(name for name, _ in classes)
    return frozenset(b"%s(%s" % (name, base) for name, bases in classes for base in bases if base in wanted)


def _imported_words(data: bytes) -> frozenset[bytes]:
    statements: list[bytes] = []
    place = data.find(b"import")
    while place >= 0:
        first = data.rfind(b"\n", 0, place) + 1
        head = data[first:place].lstrip(b' \t"')
        end = _end(data, place)
        if not head or head.startswith(b"from"):
            statements.append(data[first:end])
        place = data.find(b"import", max(end, place + 1))
    return frozenset(_WORD.findall(b"\n".join(statements)))


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
