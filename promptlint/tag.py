"""Which version of a prompt does its text say that it is?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from promptlint.evaluate.text import pieces
from promptlint.evaluate.value import Hole, Literal, Param, Text, Unknown

__all__ = ["TagStyle"]

_GLUED = re.compile(r"(?:[.\w-]*\w)?")
"""What belongs to a tag whose beginning was recognised: all of ``Version: 1.12``."""


@dataclass(frozen=True, slots=True)
class TagStyle:
    """How a project writes version tags."""

    text: re.Pattern[str]
    """Finds a tag in a text."""
    constants: re.Pattern[str]
    """Finds it in the name of a constant that is put into a text."""

    @classmethod
    def of(cls, options: Mapping[str, object]) -> TagStyle:
        """The style that the options ``pattern`` and ``constants`` of a rule describe."""
        return cls(re.compile(str(options["pattern"])), re.compile(str(options["constants"])))

    def tags(self, value: Text) -> Iterator[str | None]:
        """Every tag of a text in its order; None for one that is only known at run time."""
        for piece in pieces(value):
            match piece:
                case Literal(words, _, names):
                    yield from (said for name, said in names if self.constants.search(name))
                    yield from self.written(words)
                case Hole(_, name) | Unknown(_, name) | Param(_, name):
                    if self.constants.search(name.rpartition(".")[2]):
                        yield None
                case _:
                    pass

    def written(self, words: str) -> Iterator[str]:
        """Every tag that stands in constant text, with what is glued to it."""
        for found in self.text.finditer(words):
            if found[0]:
                rest = _GLUED.match(words, found.end())
                yield found[0] + (rest[0] if rest is not None else "")
