"""What is the constant text of a cached prefix, and where did it move?

Only the words count: what is put in at run time is a mark without a name, so renaming a variable
changes nothing. Of the messages only those belong to it that a later call can send again: not the
newest turn of a conversation, and nothing from the first block on that differs at every call.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from promptlint.evaluate.text import pieces
from promptlint.evaluate.value import Choice, Hole, Literal, Param, Piece, Repeat, Text, Unknown
from promptlint.prefix import ONCE, Placed, Prefix, literals
from promptlint.request import Block, Level, Rest
from promptlint.source import Span
from promptlint.variation import Kind

__all__ = ["HOLE", "MIN_PROMPT", "Move", "Row", "diff", "holds_prompt", "moves", "opened", "rows_of"]

MIN_PROMPT = 60
"""Characters of a text of the project's own; a shorter one is a label or a joint, no prompt."""
HOLE = "{…}"
"""Stands for what is put in at run time."""
_HEAD = "---"
"""Begins the row that stands before each block."""
_MAYBE, _OFTEN = "?", "*"
"""End that row where the block is not always sent, and where it comes any number of times."""
_OPEN, _CLOSE = "⟨", "⟩"
"""Around alternatives, and with a star behind it around what is repeated."""

Written = tuple[Level, str]
"""A row as it is kept: its level and its text."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the constant text."""

    level: Level
    text: str
    span: Span
    """The piece of code with which it begins."""
    index: int
    """Of its block, in wire order."""

    @property
    def written(self) -> Written:
        """What is compared of it."""
        return self.level, self.text


def holds_prompt(prefix: Prefix) -> bool:
    """Whether a text of the project's own is cached.

    The joints with which a library puts together the tools of its users are none.
    """
    blocks = (placed.item for placed in _repeatable(prefix) if isinstance(placed.item, Block))
    own = (b for b in blocks if b.level is not Level.TOOLS or b.text.constant is not None)
    return any(sum(len(part.text) for part in literals(block.text)) >= MIN_PROMPT for block in own)


def rows_of(prefix: Prefix) -> tuple[Row, ...]:
    """The constant text of everything up to the last breakpoint, line by line."""
    return tuple(row for placed in _repeatable(prefix) for row in _rows(placed))


def _repeatable(prefix: Prefix) -> Iterator[Placed]:
    """The cached blocks that a later call can send again."""
    for placed in prefix.cached:
        item = placed.item
        if item.level is Level.MESSAGES and (isinstance(item, Rest) or item.tail or _is_fresh(item.text)):
            return
        yield placed


def _is_fresh(value: Text) -> bool:
    return any(
        cause.kind is Kind.CALL
        for piece in pieces(value)
        if isinstance(piece, Hole)
        for cause in piece.causes
    )


def _rows(placed: Placed) -> Iterator[Row]:
    item = placed.item
    match item:
        case Rest(level, unknown):
            yield Row(level, f"{_HEAD} {HOLE}", unknown.at, placed.index)
        case Block():
            words = (
                _HEAD,
                item.role,
                item.kind,
                _MAYBE * bool(placed.decisions),
                _OFTEN * (placed.count != ONCE),
            )
            yield Row(item.level, " ".join(filter(None, words)), item.span, placed.index)
            for text, span in _lines(item):
                yield Row(item.level, text, span, placed.index)


def _lines(block: Block) -> Iterator[tuple[str, Span]]:
    line, begins = "", block.span
    for words, span in _fragments(block.text, block.span):
        first, *others = words.split("\n")
        begins = begins if line else span
        line += first
        for other in others:
            yield line, begins
            line, begins = other, span
    yield line, begins


def _fragments(value: Text, at: Span) -> Iterator[tuple[str, Span]]:
    for piece in value.pieces:
        yield from _fragment(piece, at)


def _fragment(piece: Piece, at: Span) -> Iterator[tuple[str, Span]]:
    match piece:
        case Literal(words, span):
            # half a surrogate pair cannot be written to a file
            yield words.encode(errors="backslashreplace").decode(), span or at
        case Hole() | Param() | Unknown():
            yield HOLE, piece.at
        case Choice(condition, alternatives):
            mark = _OPEN
            for alternative in alternatives:
                yield mark, condition.span
                mark = "¦"
                if isinstance(alternative, Text):
                    yield from _fragments(alternative, at)
            yield _CLOSE, condition.span
        case Repeat(body, _, separator):
            yield _OPEN, at
            yield from _fragments(body, at)
            yield f"{separator}{_CLOSE}*", at


# -- what moved -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Move:
    """A run of lines that is another one now."""

    level: Level
    line: int
    """Of the level's text as it is now, from 1."""
    then: tuple[str, ...]
    now: tuple[str, ...]
    row: Row | None
    """The first line that is affected; None where the text ends there."""


def moves(then: Sequence[Written], now: Sequence[Row]) -> Iterator[Move]:
    """Where words moved, in order.

    Not where the frozen text goes on behind its old end, or ends at an earlier block: then the
    breakpoint may have moved, and the words did not. And not where a run-time value and words may
    be the same text: a constant became a setting, or is followed further than before.
    """
    current = [row.written for row in now]
    head = _common(then, current)
    if _is_whole(then, head) and _is_whole(current, head) and head in (len(then), len(current)):
        return
    tail = _common(then[head:][::-1], current[head:][::-1])
    old, new = then[head : len(then) - tail], current[head : len(current) - tail]
    for tag, i, j, m, n in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = old[i:j], new[m:n]
        if tag == "equal" or _may_be_equal(_joined(gone), _joined(come)):
            continue
        first = head + m
        row = now[first] if first < len(now) else None
        level = (come or gone)[0][0]
        before = sum(1 for other in now[:first] if other.level is level)
        yield Move(level, before + 1, tuple(t for _, t in gone), tuple(t for _, t in come), row)


def _common(one: Sequence[object], other: Sequence[object]) -> int:
    """How many elements both begin with."""
    for count, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return count
    return min(len(one), len(other))


def _is_whole(rows: Sequence[Written], count: int) -> bool:
    """Whether the first rows end where a block ends."""
    return count == len(rows) or rows[count][1].startswith(_HEAD)


_MARK = "\ufffc"
"""The same as `HOLE` in one character."""
_GROUP = re.compile(rf"{_OPEN}.*{_CLOSE}\*?", re.DOTALL)


def _joined(rows: Sequence[Written]) -> str:
    return "".join(f"{text}\n" for _, text in rows).replace(HOLE, _MARK)


def _may_be_equal(one: str, other: str) -> bool:
    """Whether two texts can be the same once their marks are filled in."""
    head = _common(one, other)
    tail = _common(one[head:][::-1], other[head:][::-1])
    first, second = one[head : len(one) - tail], other[head : len(other) - tail]
    if first.count(_OPEN) != second.count(_OPEN):  # one is decided at run time, the other is not
        first, second = _GROUP.sub(_MARK, first), _GROUP.sub(_MARK, second)
    if first.count(_MARK) == second.count(_MARK):  # the marks stand for the same values
        return first == second
    patterns = (first.split(_MARK), second.split(_MARK))
    if len(patterns[0]) == 1 or len(patterns[1]) == 1:
        return _fits(patterns[1], first) if len(patterns[0]) == 1 else _fits(patterns[0], second)
    (head_of_one, *_, tail_of_one), (head_of_other, *_, tail_of_other) = patterns
    return _agree(head_of_one, head_of_other) and _agree(tail_of_one[::-1], tail_of_other[::-1])


def _agree(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _fits(pattern: Sequence[str], words: str) -> bool:
    """Whether words begin, go on and end with the parts of a pattern."""
    first, *middle, last = pattern
    if len(first) + len(last) > len(words) or not (words.startswith(first) and words.endswith(last)):
        return False
    position, end = len(first), len(words) - len(last)
    for part in middle:
        found = words.find(part, position, end)
        if found < 0:
            return False
        position = found + len(part)
    return True


# -- how it is shown ------------------------------------------------------------------------------

_MOST_ROWS = 12
"""Lines of a diff that are shown; more than that is read in the code."""
_WIDE, _BEFORE = 80, 20
"""Characters of a line that are shown, and those before the first that differs."""
_BLANK = re.compile(r"^ +| +$| {2,}|[^\S ]|[\u200b-\u200f\u2060\ufeff\u00ad]")


def diff(moved: Sequence[Move]) -> Iterator[str]:
    """The rows of a unified diff, in which every blank can be seen that is not a single one."""
    words = opened(moved)
    rows = [row for move in moved for row in _hunk(move, words.pop(move.level, ""))]
    yield from rows[:_MOST_ROWS]
    if len(rows) > _MOST_ROWS:
        yield "…"


def opened(moved: Sequence[Move]) -> dict[Level, str]:
    """What has become fixed or open of the blocks themselves, in words, by level; their words apart."""
    found = {}
    for level in dict.fromkeys(move.level for move in moved):
        then = _marks(line for move in moved if move.level is level for line in move.then)
        now = _marks(line for move in moved if move.level is level for line in move.now)
        if then is None or now is None or not (then < now or now < then):
            continue
        noun = "tools" if level is Level.TOOLS else "blocks"
        what = f"order or number of {noun}" if _OFTEN in then ^ now else f"whether all {noun} are sent"
        found[level] = f"{what}: {'open -> fixed' if now < then else 'fixed -> open'}"
    return found


def _marks(lines: Iterable[str]) -> frozenset[str] | None:
    """The marks of the blocks that begin in some lines; None where none does."""
    heads = [line.split(" ") for line in lines if line.startswith(f"{_HEAD} ")]
    return frozenset(word for head in heads for word in head if word in (_MAYBE, _OFTEN)) if heads else None


def _hunk(move: Move, words: str) -> Iterator[str]:
    yield f"@@ {move.level.word} {move.line} @@ {words}".rstrip()
    first = _common("\n".join(move.then), "\n".join(move.now)) if len(move.then) == len(move.now) == 1 else 0
    start = max(first - _BEFORE, 0)
    for sign, lines in (("-", move.then), ("+", move.now)):
        yield from (f"{sign} {_shown(line, start)}" for line in lines)


def _shown(line: str, start: int) -> str:
    """A line, cut where it is long, with marks for its blanks."""
    visible = _BLANK.sub(_marked, line)
    if len(visible) <= _WIDE:
        return visible
    begin = len(_BLANK.sub(_marked, line[:start]))
    cut = visible[begin : begin + _WIDE]
    return f"{'…' * (begin > 0)}{cut}{'…' * (begin + _WIDE < len(visible))}"


def _marked(blank: re.Match[str]) -> str:
    return "".join(_MARKS.get(c, f"<U+{ord(c):04X}>") for c in blank[0])


_MARKS = {" ": "·", "\t": "→"}
