"""Would a file parse if its f-strings were read as Python 3.12 reads them?

There a replacement field may hold anything that an expression may: the quotes of the f-string itself,
line ends, comments. Older interpreters take such an f-string for a string that ends too early.
"""

from __future__ import annotations

import ast
import re
import warnings

__all__ = ["is_newer_fstring"]

_START = re.compile(r"""\#[^\n]*|(?<!\w)(?P<prefix>[A-Za-z]{0,2})(?P<quote>\"{3}|'{3}|["'])""")
_REST = {
    quote: re.compile(
        rf"(?:\\.|[^\\])*?{quote}" if len(quote) > 1 else rf"(?:\\.|[^\\\n{quote}])*{quote}", re.DOTALL
    )
    for quote in ('"', "'", '"""', "'''")
}
_NAMED = re.compile(r"\\N\{[^{}\n]*\}")
_CONVERSION = re.compile(r"![ \t]*[rsa][ \t]*(?=[:}])")
_DEBUG = re.compile(r"(?<![=!<>])=\s*$")
_OPENING, _CLOSING = "([{", ")]}"


class _BrokenError(Exception):
    """No Python reads this."""


def is_newer_fstring(text: str) -> bool:
    """Whether a file that does not parse would, but for its f-strings, and whether these are right."""
    try:
        plain = _without_fstrings(text)
        if plain == text:
            return False
        _parse(plain)
    except (_BrokenError, SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _parse(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ast.parse(text)


def _without_fstrings(text: str) -> str:
    """The text with a plain string, of as many lines, for every f-string."""
    kept: list[str] = []
    place = 0
    while (start := _START.search(text, place)) is not None:
        kept.append(text[place : start.start()])
        plain, place = _plain(text, start)
        kept.append(plain)
    return "".join([*kept, text[place:]])


def _plain(text: str, start: re.Match[str]) -> tuple[str, int]:
    """What stands for a comment or a string, and where that ends."""
    quote, prefix = start["quote"], (start["prefix"] or "").lower()
    if quote is None:
        return start[0], start.end()
    if "f" in prefix:
        end = _literal_end(text, start.end(), quote, raw="r" in prefix) + len(quote)
        return '"""' + "\n" * text.count("\n", start.start(), end) + '"""', end
    rest = _REST[quote].match(text, start.end())
    if rest is None:
        raise _BrokenError
    return text[start.start() : rest.end()], rest.end()


def _literal_end(text: str, place: int, quote: str, *, raw: bool, spec: bool = False) -> int:
    """Where the quote stands that ends an f-string, or with `spec` the brace that ends a format."""
    while place < len(text):
        char = text[place]
        if char == "}" and spec:
            return place
        if text.startswith(quote, place):
            break
        if not spec and text.startswith(("{{", "}}"), place):
            place += 2
        elif char == "{":
            place = _field_end(text, place + 1, quote, raw=raw)
        elif char == "}" or (char == "\n" and len(quote) == 1):
            raise _BrokenError
        elif char == "\\":
            named = None if raw else _NAMED.match(text, place)
            place = named.end() if named else place + 1 + (text[place + 1 : place + 2] not in ("{", "}"))
        else:
            place += 1
    if spec or place >= len(text):
        raise _BrokenError
    return place


def _field_end(text: str, place: int, quote: str, *, raw: bool) -> int:
    """Where a replacement field ends, behind its brace; its expression has to parse."""
    kept: list[str] = []
    depth = 0
    while place < len(text):
        char = text[place]
        inner = _START.match(text, place)
        if inner is not None:
            plain, place = _plain(text, inner)
            kept.append(plain)
            continue
        if not depth and (char in "}:" or (char == "!" and text[place + 1 : place + 2] != "=")):
            break
        depth += (char in _OPENING) - (char in _CLOSING)
        kept.append(char)
        place += 1
    _check("".join(kept))
    conversion = _CONVERSION.match(text, place)
    place = conversion.end() if conversion else place
    if text[place : place + 1] == ":":
        place = _literal_end(text, place + 1, quote, raw=raw, spec=True)
    if text[place : place + 1] != "}":
        raise _BrokenError
    return place + 1


def _check(expression: str) -> None:
    plain = _DEBUG.sub("", expression)
    if not plain.strip():
        raise _BrokenError
    _parse(f"({plain}\n)")
