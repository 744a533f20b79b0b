"""What does the code look like around a finding? One frame with several labelled places.

A frame shows the lines that matter and nothing between them, file after file. Each place is
underlined; its sentence stands at the end of the underline where there is room, else below.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from promptlint.report.color import Ink, Paint
from promptlint.report.place import cells, display_width, flat, place
from promptlint.report.view import Lines
from promptlint.source import Span

__all__ = ["Canvas", "Mark", "frame"]

_ELLIPSIS = "…"
_NARROWEST = 24
"""A sentence is never wrapped to fewer columns than this; it is moved to the left instead."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place to underline."""

    span: Span
    message: str
    """Its sentence; empty: only the underline."""
    primary: bool = False
    """The one place that the finding is about: underlined with ``^``, the others with ``-``."""


@dataclass(frozen=True, slots=True)
class _Underline:
    """A mark in columns of the line as shown, from 0; `end` is one past the last."""

    start: int
    end: int
    mark: Mark
    goes_on: bool


def frame(marks: Sequence[Mark], lines: Lines, canvas: Canvas) -> list[str]:
    """The rows of a frame; the file of the first mark comes first."""
    rows: list[str] = []
    for number, group in enumerate(_by_file(_merged(marks))):
        first = group[0].span
        rows += [canvas.file(first, again=number > 0), canvas.bar()]
        rows += canvas.excerpt(group, lines(first.path, first.cell))
    return rows


def _merged(marks: Iterable[Mark]) -> list[Mark]:
    """One mark per place, with every sentence that belongs to it."""
    merged: dict[Span, Mark] = {}
    for mark in marks:
        known = merged.get(mark.span)
        if known is None:
            merged[mark.span] = mark
            continue
        sentences = [text for text in (known.message, mark.message) if text]
        message = "; ".join(dict.fromkeys(sentences))
        merged[mark.span] = Mark(mark.span, message, known.primary or mark.primary)
    return list(merged.values())


def _by_file(marks: Iterable[Mark]) -> list[list[Mark]]:
    groups: dict[tuple[str, int | None], list[Mark]] = {}
    for mark in marks:
        groups.setdefault((mark.span.path, mark.span.cell), []).append(mark)
    return list(groups.values())


@dataclass(frozen=True, slots=True)
class Canvas:
    """What a frame is drawn on."""

    gutter: int
    """Columns for line numbers."""
    width: int
    """Columns in all."""
    ink: Ink
    """The colour of the primary place."""
    paint: Paint

    def file(self, span: Span, *, again: bool) -> str:
        """The line that names a file, and the place in it to go to."""
        arrow = ":::" if again else "-->"
        return f"{' ' * self.gutter}{self.paint(arrow, Ink.PLACE)} {place(span)}"

    def bar(self, number: str = "", text: str = "") -> str:
        """A row: gutter, bar, text."""
        head = self.paint(f"{number:>{self.gutter}} |", Ink.PLACE)
        return f"{head} {text}" if text else head

    def excerpt(self, marks: Sequence[Mark], source: Sequence[str]) -> list[str]:
        """The marked lines of one file, each followed by its underlines."""
        rows: list[str] = []
        last = 0
        for number in sorted({mark.span.line for mark in marks}):
            match number - last if last else 1:
                case 1:
                    pass
                case 2:  # one line between two others is shorter than a gap
                    shown = _Line(cells(_text(source, number - 1))).clipped((), self.room)
                    rows.append(self.bar(str(number - 1), shown.text))
                case _:
                    rows.append(self.paint("...", Ink.PLACE))
            rows += self.line(number, [mark for mark in marks if mark.span.line == number], source)
            last = number
        return [*rows, self.bar()]

    @property
    def room(self) -> int:
        """Columns for source text."""
        return max(self.width - self.gutter - 3, _NARROWEST)

    def line(self, number: int, marks: Sequence[Mark], source: Sequence[str]) -> list[str]:
        """A source line and its underlines."""
        whole = _Line(cells(_text(source, number)))
        shown = whole.clipped([whole.underline(mark) for mark in marks], self.room)
        below = [self.bar("", row) for row in self.underlines(shown.underlines)]
        return [self.bar(str(number), shown.text), *below]

    def underlines(self, underlines: Sequence[_Underline]) -> list[str]:
        """The row of underlines, then the sentences that did not fit beside it, rightmost first."""
        ordered = sorted(underlines, key=lambda one: (one.start, not one.mark.primary))
        row = self.row_of(ordered)
        hanging = [one for one in ordered if one.mark.message]
        if hanging and _reach(hanging[-1], ordered) <= self.room:
            beside = hanging.pop()
            row += " " + self.paint(beside.mark.message, self.ink_of(beside))
        rows = [row, self.bars(hanging)] if hanging else [row]
        while hanging:
            lowest = hanging.pop()
            rows += self.sentence(lowest, hanging)
            if hanging and hanging[-1].start == lowest.start:
                rows.append(self.bars(hanging))
        return rows

    def row_of(self, underlines: Sequence[_Underline]) -> str:
        """Primary places lie over the others, shorter ones over longer ones."""
        over = sorted(underlines, key=lambda one: (one.mark.primary, one.start - one.end))
        row: list[tuple[str, Ink]] = [(" ", Ink.PLACE)] * max(one.end for one in underlines)
        for one in over:
            inner = any(other is not one and _within(one, other) for other in underlines)
            stroke = "^" if one.mark.primary else "~" if inner else "-"
            row[one.start : one.end] = [(stroke, self.ink_of(one))] * (one.end - one.start)
            if one.goes_on:
                row[one.end - 1] = (_ELLIPSIS, self.ink_of(one))
        return self.painted(row)

    def bars(self, underlines: Sequence[_Underline]) -> str:
        """A stroke down from each of these places."""
        if not underlines:
            return ""
        row: list[tuple[str, Ink]] = [(" ", Ink.PLACE)] * (max(one.start for one in underlines) + 1)
        for one in underlines:
            row[one.start] = ("|", self.ink_of(one))
        return self.painted(row)

    def sentence(self, one: _Underline, others: Sequence[_Underline]) -> list[str]:
        """A sentence under its place, beside the strokes of the places left of it."""
        left = [other for other in others if other.start < one.start]
        used = max((other.start + 2 for other in left), default=0)
        needed = min(display_width(one.mark.message), _NARROWEST)
        start = max(min(one.start, self.room - needed), used)
        wrapped = textwrap.wrap(one.mark.message, max(self.room - start, _NARROWEST))
        strokes = self.bars(left)
        pad = " " * (start - max(used - 1, 0))
        return [strokes + pad + self.paint(row, self.ink_of(one)) for row in wrapped]

    def ink_of(self, one: _Underline) -> Ink:
        """The primary place has the colour of the severity."""
        return self.ink if one.mark.primary else Ink.PLACE

    def painted(self, row: Sequence[tuple[str, Ink]]) -> str:
        """The row with each run of one ink painted once."""
        runs: list[tuple[str, Ink]] = []
        for character, ink in row:
            if runs and (runs[-1][1] is ink or character == " "):
                runs[-1] = (runs[-1][0] + character, runs[-1][1])
            else:
                runs.append((character, ink))
        return "".join(self.paint(text, ink) for text, ink in runs)


@dataclass(frozen=True, slots=True)
class _Line:
    """A source line as shown: one entry per character, and the underlines below it."""

    cells: tuple[str, ...]
    underlines: tuple[_Underline, ...] = ()

    @property
    def text(self) -> str:
        return "".join(self.cells).rstrip()

    def column(self, index: int) -> int:
        """The column at which a character is shown."""
        return display_width("".join(self.cells[:index]))

    def underline(self, mark: Mark) -> _Underline:
        """The mark in columns; only the first line of a place is underlined, and a sign says so."""
        goes_on = mark.span.end_line > mark.span.line
        start = self.column(mark.span.column - 1)
        end = display_width(self.text) + 1 if goes_on else self.column(mark.span.end_column - 1)
        return _Underline(start, max(end, start + 1), replace(mark, message=flat(mark.message)), goes_on)

    def clipped(self, underlines: Sequence[_Underline], room: int) -> _Line:
        """The part of the line that fits, chosen so that the underlined places are seen."""
        whole = display_width(self.text)
        if whole <= room:
            return _Line(self.cells, tuple(underlines))
        if not underlines:
            return self.window(0, room, ())
        focus = list(underlines)
        if max(one.end for one in focus) - min(one.start for one in focus) >= room:
            focus = [one for one in focus if one.mark.primary] or focus[:1]
        first, last = min(one.start for one in focus), max(one.end for one in focus)
        reach = max(_reach(one, focus) for one in focus)
        if reach - first <= room:  # the sentence can stand beside its place
            last = reach
        if last < room:
            return self.window(0, room, underlines)
        left = max(0, first - max((room - (last - first)) // 2, 2))
        left = max(0, min(left, max(whole, last) - room))
        return self.window(left, left + room, underlines)

    def window(self, left: int, right: int, underlines: Sequence[_Underline]) -> _Line:
        """Columns `left` to `right`, with an ellipsis where something is cut off."""
        cut = display_width(self.text) > right
        first, last = left + bool(left), right - cut
        kept = [_ELLIPSIS] if left else []
        column = 0
        for cell in self.cells:
            start, column = column, column + display_width(cell)
            if start >= first and column <= last:
                kept.append(cell)
            elif start < first < column:  # half of a wide character
                kept.append(" " * (column - first))
        if cut:
            kept.append(_ELLIPSIS)
        moved: list[_Underline] = []
        for one in underlines:
            begin = min(max(one.start - left, int(bool(left))), right - left - 1)
            moved.append(replace(one, start=begin, end=max(min(one.end, right) - left, begin + 1)))
        return _Line(tuple(kept), tuple(moved))


def _within(one: _Underline, other: _Underline) -> bool:
    """Whether `one` lies in another place that is underlined alike."""
    return not other.mark.primary and other.start <= one.start and one.end <= other.end


def _reach(one: _Underline, all_of_line: Sequence[_Underline]) -> int:
    """Where its sentence would end beside it; past every line where that would be unclear."""
    if any(other.end > one.end for other in all_of_line):
        return sys.maxsize
    return one.end + 1 + display_width(one.mark.message)


def _text(source: Sequence[str], number: int) -> str:
    return source[number - 1].rstrip("\r\n") if number <= len(source) else ""
