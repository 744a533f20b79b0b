"""Where is it? Source files, their trees, and places in them.

The only module that converts between bytes (``ast``), characters (people, JSON)
and UTF-16 code units (SARIF viewers, editors).
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Protocol

__all__ = ["Line", "Located", "Source", "Span"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a file. Lines and columns count from 1, columns in characters."""

    path: str
    """Path as the project knows it: relative to the project root where possible, with ``/``."""
    cell: int | None
    """Code cell of a notebook, counted from 1 over all cells; None outside notebooks."""
    line: int
    column: int
    end_line: int
    end_column: int
    """One past the last character."""

    @property
    def sort_key(self) -> tuple[str, int, int, int, int, int]:
        """File order; notebook cells in their order."""
        return (self.path, self.cell or 0, self.line, self.column, self.end_line, self.end_column)

    def covers(self, other: Span) -> bool:
        """Whether `other` lies inside this span."""
        return (
            (self.path, self.cell) == (other.path, other.cell)
            and (self.line, self.column) <= (other.line, other.column)
            and (other.end_line, other.end_column) <= (self.end_line, self.end_column)
        )


class Located(Protocol):
    """Anything with the positions that ``ast`` gives a node (columns in UTF-8 bytes)."""

    lineno: int
    col_offset: int
    end_lineno: int | None
    end_col_offset: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the tree's text and where a reader finds it."""

    cell: int | None
    number: int
    text: str


@dataclass(frozen=True, eq=False)
class Source:
    """One Python file or notebook: its text, its tree, and the way back from node to place.

    A notebook is one tree over all its code cells in order, because they share a namespace;
    `lines` maps each line of that tree to a cell and a line in it.
    """

    path: str
    text: str
    """The Python text that was parsed (magics of a notebook replaced by blanks)."""
    tree: ast.Module
    lines: tuple[Line, ...] = field(repr=False)
    """`lines[n - 1]` is line n of the tree."""

    def span(self, node: Located) -> Span:
        """The place of a node, in characters."""
        first = self.lines[node.lineno - 1]
        last = self.lines[(node.end_lineno or node.lineno) - 1]
        end = node.end_col_offset if node.end_col_offset is not None else node.col_offset
        return Span(
            self.path,
            first.cell,
            first.number,
            _characters(first.text, node.col_offset) + 1,
            last.number,
            _characters(last.text, end) + 1,
        )

    def line_at(self, span: Span) -> str:
        """The text of the first line of a span in this source."""
        for line in self.lines:
            if line.cell == span.cell and line.number == span.line:
                return line.text
        return ""

    def segment(self, node: Located) -> str:
        """The source text of a node, its lines joined by newlines."""
        end_line = node.end_lineno or node.lineno
        end = node.end_col_offset if node.end_col_offset is not None else node.col_offset
        rows = [line.text.encode() for line in self.lines[node.lineno - 1 : end_line]]
        if not rows:
            return ""
        rows[-1] = rows[-1][:end]
        rows[0] = rows[0][node.col_offset :]
        return b"\n".join(rows).decode(errors="replace")


def _characters(text: str, byte_offset: int) -> int:
    if text.isascii():
        return byte_offset
    return len(text.encode()[:byte_offset].decode(errors="ignore"))
