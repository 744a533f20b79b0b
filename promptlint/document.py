"""What does a YAML file say, and on which line?

A strict reader for facts and cards. Scalars stay text until a schema asks for something else, so
that ``on`` is no boolean and ``1.10`` keeps its zero. Duplicate, unknown and missing keys and
wrong types are the user's mistakes: a `PromptlintError` with ``file:line``.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from promptlint.errors import PromptlintError

__all__ = ["Node", "did_you_mean", "load"]

_Word = TypeVar("_Word", bound=StrEnum)

_INTEGER = re.compile(r"[-+]?[0-9]+(_[0-9]+)*")
_NUMBER = re.compile(r"[-+]?([0-9][0-9_]*)?(\.[0-9]+)?([eE][-+]?[0-9]+)?")


class _Raw(Protocol):
    """What PyYAML's nodes have in common; its types do not say."""

    id: str
    value: Any
    start_mark: Any


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a document: a mapping, a sequence or a scalar, and where it is written.

    Every accessor says what it expects; another kind of value is a `PromptlintError`.
    """

    file: str
    """Name of the document as the reader of an error knows it."""
    raw: _Raw

    @property
    def line(self) -> int:
        """Line on which the value begins, counted from 1."""
        line: int = self.raw.start_mark.line
        return line + 1

    @property
    def text_line(self) -> int:
        """Line of the first character of a scalar's text: one further down after ``|`` or ``>``."""
        return self.line + (self._style in ("|", ">"))

    @property
    def is_mapping(self) -> bool:
        """Whether it has keys."""
        return self.raw.id == "mapping"

    @property
    def is_sequence(self) -> bool:
        """Whether it is a list."""
        return self.raw.id == "sequence"

    def problem(self, what: str, remedy: str) -> PromptlintError:
        """The error to raise about this value: what is wrong and what to do."""
        return PromptlintError(f"{self.file}:{self.line}: {what}; {remedy}")

    # -- mappings ---------------------------------------------------------------------------

    def items(self) -> tuple[tuple[str, Node], ...]:
        """Keys and values of a mapping whose keys are free, in order."""
        return tuple((key.string(), value) for key, value in self._pairs())

    def fields(self, required: Collection[str] = (), optional: Collection[str] = ()) -> dict[str, Node]:
        """Keys and values of a mapping whose keys are known."""
        allowed = (*required, *optional)
        found: dict[str, Node] = {}
        for key, value in self._pairs():
            name = key.string()
            if name not in allowed:
                raise key.problem(f"unknown key `{name}`", did_you_mean(name, allowed))
            found[name] = value
        missing = [name for name in required if name not in found]
        if missing:
            names = ", ".join(f"`{name}`" for name in missing)
            raise self.problem(f"missing {names}", "add it")
        return found

    def _pairs(self) -> Iterator[tuple[Node, Node]]:
        if not self.is_mapping:
            raise self._unexpected("a mapping (`key: value`)")
        seen: dict[str, int] = {}
        for raw_key, raw_value in self.raw.value:
            key = Node(self.file, raw_key)
            name = key.string()
            if name in seen:
                raise key.problem(
                    f"`{name}` is given twice, first on line {seen[name]}", "remove one of the two"
                )
            seen[name] = key.line
            yield key, Node(self.file, raw_value)

    # -- sequences --------------------------------------------------------------------------

    def elements(self) -> tuple[Node, ...]:
        """Elements of a sequence."""
        if not self.is_sequence:
            raise self._unexpected("a list")
        return tuple(Node(self.file, raw) for raw in self.raw.value)

    def strings(self) -> tuple[str, ...]:
        """Elements of a sequence of texts."""
        return tuple(element.string() for element in self.elements())

    # -- scalars ----------------------------------------------------------------------------

    def string(self) -> str:
        """The text of a scalar; empty only where it is quoted."""
        if self.raw.id != "scalar":
            raise self._unexpected("a text")
        value: str = self.raw.value
        if not value and not self._style:
            raise self._unexpected("a text")
        return value

    def integer(self) -> int:
        """A whole number."""
        value = self.string()
        if not _INTEGER.fullmatch(value):
            raise self._unexpected("a whole number")
        return int(value)

    def number(self) -> float:
        """A number, with or without a fraction or an exponent."""
        value = self.string()
        if not (_NUMBER.fullmatch(value) and any(character.isdigit() for character in value)):
            raise self._unexpected("a number")
        return float(value)

    def boolean(self) -> bool:
        """``true`` or ``false``, and nothing else that YAML knows for them."""
        value = self.string()
        if value not in ("true", "false"):
            raise self._unexpected("`true` or `false`")
        return value == "true"

    def word(self, words: type[_Word]) -> _Word:
        """One of the words of a closed family."""
        value = self.string()
        for word in words:
            if word.value == value:
                return word
        raise self.problem(f"unknown word `{value}`", did_you_mean(value, [word.value for word in words]))

    @property
    def _style(self) -> str:
        return getattr(self.raw, "style", None) or ""

    def _unexpected(self, wanted: str) -> PromptlintError:
        value = self.raw.value
        got = {"mapping": "a mapping", "sequence": "a list"}.get(self.raw.id)
        if got is None:
            got = f"`{value if len(value) <= 40 else value[:40] + '…'}`" if value else "nothing"  # noqa: PLR2004
        return self.problem(f"expected {wanted}, got {got}", f"write {wanted}")


def load(file: str, text: str) -> Node:
    """The one document in `text`; `file` names it in errors.

    Raises:
        PromptlintError: it is not YAML, it is empty, or it holds several documents.

    """
    import yaml  # noqa: PLC0415  a run that reads no document does not pay for PyYAML

    loader_class = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        loader = loader_class(text)
        try:
            raw: Any = loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        what = getattr(error, "problem", None) or "a character that YAML does not allow"
        raise PromptlintError(f"{file}:{line}: not valid YAML ({what}); mend the syntax there") from error
    if raw is None:
        raise PromptlintError(f"{file}:1: the file is empty; fill it or remove it")
    return Node(file, raw)


def did_you_mean(name: str, allowed: Iterable[str]) -> str:
    """The advice for a name that is not among the allowed ones."""
    choices = sorted(allowed)
    close = difflib.get_close_matches(name, choices, 1)
    if close:
        return f"did you mean `{close[0]}`?"
    return "use one of " + ", ".join(f"`{choice}`" for choice in choices)
