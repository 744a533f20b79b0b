"""Is this broken, or written for a later Python? Told by what the running one complains about."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass

from promptlint.fstring import is_newer_fstring

__all__ = ["Complaint", "NewerSyntax", "newer_syntax"]


@dataclass(frozen=True, slots=True)
class Complaint:
    """What an interpreter says about a file that it does not parse."""

    message: str
    row: str
    """The line complained about."""
    column: int


@dataclass(frozen=True, slots=True)
class NewerSyntax:
    """A construct that older interpreters reject, and how to know it by their complaint."""

    version: tuple[int, int]
    name: str
    row: re.Pattern[str]
    """Must match the complained line, around the complained column unless `message` is given."""
    message: str = ""
    """How the complaint begins."""

    @property
    def needed(self) -> str:
        """The first version that knows it."""
        return ".".join(map(str, self.version))

    def explains(self, said: Complaint) -> bool:
        """Whether this construct is what the interpreter stumbled over."""
        if self.message:
            return said.message.startswith(self.message) and self.row.search(said.row) is not None
        return any(match.start() <= said.column <= match.end() for match in self.row.finditer(said.row))


def newer_syntax(text: str, said: Complaint) -> NewerSyntax | None:
    """The construct of a later Python for which a file does not parse; None: it is broken."""
    later = (each for each in _NEWER_SYNTAX if each.version > sys.version_info[:2])
    found = next((each for each in later if each.explains(said)), None)
    if found is None and sys.version_info < _FSTRING.version and is_newer_fstring(text):
        return _FSTRING
    return found


_ANYTHING = re.compile("")
_DEFINITION = r"^\s*(?:(?:async\s+)?def|class|type)\s+[^\W\d]\w*\s*\["
_NEWER_SYNTAX = (
    NewerSyntax((3, 15), "a lazy import", re.compile(r"^\s*lazy\s+(?:import|from)\b")),
    NewerSyntax(
        (3, 15),
        "unpacking in a comprehension",
        _ANYTHING,
        "iterable unpacking cannot be used in comprehension",
    ),
    NewerSyntax(
        (3, 15),
        "unpacking in a comprehension",
        _ANYTHING,
        "dict unpacking cannot be used in dict comprehension",
    ),
    NewerSyntax(
        (3, 14),
        "a t-string",
        re.compile(r"""(?<![\w"'])(?:t|tr|rt)(?=\"{3}|'{3}|"[^"]*"|'[^']*')""", re.IGNORECASE),
    ),
    NewerSyntax(
        (3, 14),
        "`except` with several types and no parentheses",
        # A lower-case name after the comma is far more likely Python 2's `except Error, e`.
        re.compile(r"^\s*except\*?\s+\w[\w.]*(?:\s*,\s*(?:\w+\.)*[A-Z]\w*)+\s*:"),
        "multiple exception types must be parenthesized",
    ),
    NewerSyntax((3, 13), "a default of a type parameter", re.compile(_DEFINITION + r"[^\]]*=[^\]]*\]")),
    NewerSyntax((3, 12), "a type parameter list", re.compile(_DEFINITION)),
    NewerSyntax((3, 12), "a `type` statement", re.compile(r"^\s*type\s+[^\W\d]\w*\s*=?")),
    NewerSyntax(
        (3, 12),
        "a backslash inside an f-string's braces",
        _ANYTHING,
        "f-string expression part cannot include a backslash",
    ),
    NewerSyntax(
        (3, 12),
        "a comment inside an f-string's braces",
        _ANYTHING,
        "f-string expression part cannot include '#'",
    ),
    NewerSyntax(
        (3, 12),
        "an f-string that reuses its own quotes",
        re.compile(r"""(?:f|rf|fr)(["'])(?:(?!\1).)*\{[^{}]*\1[^{}]*\1[^{}]*\}""", re.IGNORECASE),
        "f-string: ",
    ),
)
_FSTRING = NewerSyntax((3, 12), "an f-string that spans lines or nests its quotes", _ANYTHING)
