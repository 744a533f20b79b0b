"""How is a place or a number written in a line of text?"""

from __future__ import annotations

import unicodedata

from promptlint.interval import Interval
from promptlint.source import Span

__all__ = ["cells", "counted", "display_width", "flat", "interval", "place", "printable", "sized"]

_TAB = 4
_TO = "\u2013"
"""The dash between two numbers."""
_CONTROL_PICTURES = 0x2400
_CONTROLS = 0x20
_REPLACEMENT = "\ufffd"


def place(span: Span) -> str:
    """``path:line:column``; in a notebook ``path:cell 3:line:column``."""
    cell = "" if span.cell is None else f"cell {span.cell}:"
    return f"{printable(span.path)}:{cell}{span.line}:{span.column}"


def counted(number: int, noun: str) -> str:
    """``1 warning``, ``2 warnings``, ``12,345 files``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def interval(count: Interval) -> str:
    """An estimated amount in words; empty where nothing is known of it."""
    match count:
        case Interval(0, None):
            return ""
        case Interval(low, None):
            return f"at least {low:,}"
        case Interval(0, high):
            return f"up to {high:,}"
        case Interval(low, high):
            return f"about {low:,}" if low == high else f"about {low:,}{_TO}{high:,}"


def sized(count: Interval, noun: str) -> str:
    """``at least 1 token``, ``about 7 tokens``; empty where nothing is known of it."""
    amount = interval(count)
    last = count.low if count.high is None else count.high
    return f"{amount} {noun}{'' if last == 1 else 's'}" if amount else ""


def printable(text: str) -> str:
    """The text in one line and safe to print.

    Files and messages hold text of other people: control characters could move the cursor,
    and directional marks could make a line read differently from what it says.
    """
    return text if text.isprintable() else "".join(map(_visible, text))


def flat(text: str) -> str:
    """A paragraph in one line, with single spaces."""
    return printable(" ".join(text.split()))


def cells(line: str) -> tuple[str, ...]:
    """What is shown for each character of a source line; tabs become spaces."""
    shown: list[str] = []
    column = 0
    for character in line:
        cell = " " * (_TAB - column % _TAB) if character == "\t" else _visible(character)
        shown.append(cell)
        column += display_width(cell)
    return tuple(shown)


def display_width(text: str) -> int:
    """Columns the text takes in a terminal."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _visible(character: str) -> str:
    if character.isprintable():
        return character
    match unicodedata.category(character):
        case "Cc" if ord(character) < _CONTROLS:
            return chr(_CONTROL_PICTURES + ord(character))
        case "Zs":
            return " "
        case "Cf" if unicodedata.bidirectional(character) == "BN":  # joins emoji; turns nothing round
            return character
        case "Co" | "Cn":
            return character
        case _:
            return _REPLACEMENT


def _columns(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
