"""How is a reconstructed text written down? One line that tells what is known and what is not."""

from __future__ import annotations

from collections.abc import Sequence

from promptlint.evaluate.value import Choice, Hole, Literal, Param, Piece, Reason, Repeat, Text, Unknown
from promptlint.interval import Interval
from promptlint.request import Block, Item, Level, Marker
from promptlint.request import Choice as ItemChoice
from promptlint.request import Repeat as ItemRepeat
from promptlint.request import Rest as ItemRest
from promptlint.variation import DAY, HOUR, MINUTE, Cause, Kind

__all__ = ["print_cause", "print_items", "print_text"]


def print_text(value: Text) -> str:
    r"""One line: ``Today is {datetime.now(): clock(1us)}.\nAnswer.``."""
    return "".join(_piece(piece) for piece in value.pieces)


def _piece(piece: Piece) -> str:
    match piece:
        case Literal(text):
            return text.replace("\n", "\\n")
        case Hole(causes, name):
            return f"{{{name}: {'+'.join(sorted(map(print_cause, causes))) or 'constant'}}}"
        case Unknown(reason, name):
            return f"{{{name}: ?{reason.value}}}"
        case Param(_, name):
            return f"{{{name}: ?{Reason.PARAMETER.value}}}"
        case Choice(_, alternatives):
            return f"({'|'.join(print_text(a) for a in alternatives if isinstance(a, Text))})"
        case Repeat(body, count, separator):
            glue = separator.replace("\n", "\\n")
            return f"[{print_text(body)}{f'; {glue}' if glue else ''}]*{_count(count)}"


def _count(count: Interval) -> str:
    return f"{count.low}..{'' if count.high is None else count.high}"


def print_cause(cause: Cause) -> str:
    """A cause in a word: ``call``, ``clock(1d)``, ``order(process)``."""
    if cause.kind is not Kind.CLOCK:
        return cause.kind.value
    period = cause.period
    for seconds, unit in ((DAY, "d"), (HOUR, "h"), (MINUTE, "m"), (1.0, "s"), (1e-3, "ms"), (1e-6, "us")):
        if period == seconds or (period >= seconds and period % seconds == 0 and unit in "dhs"):
            return f"clock({period / seconds:g}{unit})"
    return f"clock({period:g}s)" if period else "clock(1us)"


def print_items(items: Sequence[Item]) -> list[str]:
    """One line for each item of a level."""
    return [_item(item) for item in items]


def _item(item: Item) -> str:
    match item:
        case Block():
            return _block(item)
        case ItemChoice(_, alternatives):
            return f"({' || '.join(', '.join(map(_item, run)) for run in alternatives)})"
        case ItemRepeat(inner, count):
            return f"[{', '.join(map(_item, inner))}]*{_count(count)}"
        case ItemRest(_, unknown):
            return f"...{{{unknown.name}: ?{unknown.reason.value}}}"


def _block(block: Block) -> str:
    words = print_text(block.text)
    if block.level is Level.MESSAGES:
        words = f"{block.role}{'~' if block.tail else ''}: {words}"
    elif block.level is Level.TOOLS:
        words = f"tool {_tool_name(block)}: {words}"
    return words + (_marker(block.marker) if block.marker is not None else "")


def _tool_name(block: Block) -> str:
    """The value of ``"name"`` in the tool's JSON."""
    words = print_text(block.text)
    _, found, rest = words.partition('"name":"')
    return rest.partition('"')[0] if found else "?"


def _marker(marker: Marker) -> str:
    return f" @{marker.ttl or '?'}{'?' if marker.conditions else ''}"
