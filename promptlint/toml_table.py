"""What does a TOML file say, and on which line?

``tomllib`` keeps no positions; the line of a key is found again in the text, which is exact for
files as people write them. Unknown keys and wrong types are the user's mistakes: a
`PromptlintError` with ``file:line``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from promptlint.document import did_you_mean
from promptlint.errors import PromptlintError

__all__ = ["Table", "load_table"]


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a TOML file. Accessors return None for a value that is not given.

    A value of another type than asked for is a `PromptlintError`.
    """

    file: str
    """Name of the file as the reader of an error knows it."""
    text: str = field(repr=False)
    header: tuple[str, ...]
    """The keys that lead to this table; empty for the file itself."""
    values: Mapping[str, object]

    def __contains__(self, key: object) -> bool:
        return key in self.values

    def where(self, key: str, item: str | None = None) -> str:
        """``file:line`` of a key, or of one text in its value."""
        return f"{self.file}:{_line(self.text.splitlines(), self.header, key, item)}"

    def only(self, known: Collection[str]) -> None:
        """Insist that no other key is given."""
        for key in self.values:
            if key not in known:
                named = f" in [{'.'.join(self.header)}]" if self.header else ""
                raise PromptlintError(
                    f"{self.where(key)}: unknown key `{key}`{named}; {did_you_mean(key, known)}"
                )

    def flag(self, key: str) -> bool | None:
        """A boolean."""
        value = self.values.get(key)
        if value is None or isinstance(value, bool):
            return value
        raise self._wrong(key, "true or false")

    def number(self, key: str) -> float | None:
        """A number, whole or not."""
        value = self.values.get(key)
        if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
            return value
        raise self._wrong(key, "a number")

    def text_of(self, key: str) -> str | None:
        """A string."""
        value = self.values.get(key)
        if value is None or isinstance(value, str):
            return value
        raise self._wrong(key, "a string")

    def texts(self, key: str) -> tuple[str, ...] | None:
        """A list of strings."""
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        mixed = "a list with something else in it" if isinstance(value, list) else ""
        raise self._wrong(key, "a list of strings", mixed)

    def table(self, key: str) -> Table:
        """A table below this one; empty if it is not given."""
        value = self.values.get(key, {})
        if isinstance(value, dict):
            return Table(self.file, self.text, (*self.header, key), value)
        raise self._wrong(key, "a table")

    def _wrong(self, key: str, wanted: str, given: str = "") -> PromptlintError:
        given = given or _KINDS.get(type(self.values[key]), "a date or time")
        return PromptlintError(f"{self.where(key)}: `{key}` must be {wanted}, not {given}")


_KINDS = {
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "a string",
    list: "a list",
    dict: "a table",
}


def load_table(file: str, data: bytes) -> Table:
    """Read a whole TOML file.

    Raises:
        PromptlintError: it is not UTF-8 or not valid TOML.

    """
    try:
        text = data.decode("utf-8-sig")
        return Table(file, text, (), tomllib.loads(text))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PromptlintError(f"{file}:{line}: not UTF-8; save the file as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        found = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", said)
        line = int(found[1]) if found and found[1] else text.count("\n") + 1
        what = said[: found.start()] if found else said
        raise PromptlintError(f"{file}:{line}: not valid TOML ({what}); mend the syntax there") from error


def _line(rows: list[str], header: tuple[str, ...], key: str, item: str | None) -> int:
    """Line of a key below its table's header; of the header, where the key *is* one; else 1."""
    start, end = _body(rows, header)
    given = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]")
    found = next((number for number in range(start, end) if given.match(rows[number])), None)
    if found is None:
        own, _ = _body(rows, (*header, key))
        if own:
            return own
        word = re.compile(rf"(?<![\w-]){re.escape(key)}(?![\w-])")
        found = next((number for number in range(start, len(rows)) if word.search(rows[number])), None)
    if found is None:
        return max(start, 1)
    if item is not None:
        quoted = re.compile(rf"[\"']{re.escape(item)}[\"']")
        found = next((number for number in range(found, len(rows)) if quoted.search(rows[number])), found)
    return found + 1


def _body(rows: list[str], header: tuple[str, ...]) -> tuple[int, int]:
    """Indices of the first row below a header and of the next header; from 0 if it is not there."""
    opens = re.compile(r"\s*\[\s*[\w\"'.\[]")
    wanted = "[" + ".".join(header) + "]"
    for number, row in enumerate(rows):
        if header and re.sub(r"[\s\"']", "", row.split("#")[0]) == re.sub(r"\s", "", wanted):
            start = number + 1
            break
    else:
        start = 0
        if header:
            return 0, 0
    end = next((number for number in range(start, len(rows)) if opens.match(rows[number])), len(rows))
    return start, end
