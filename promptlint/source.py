"""Where is it? Source files, their trees, and places in them.

The only module that converts between bytes (``ast``), characters (people, JSON)
and UTF-16 code units (SARIF viewers, editors).
"""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from promptlint.ancestry import Ancestry

__all__ = ["Cell", "Located", "Source", "Span"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a file. Lines and columns count from 1, columns in characters."""

    path: str
    """Path as it is shown: relative to the working directory where possible, with ``/``."""
    cell: int | None
    """Cell of a notebook, counted from 1 over all its cells; None outside notebooks."""
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
class Cell:
    """One code cell of a notebook."""

    number: int
    """Counted from 1 over all cells, text cells too: what editors and other linters show."""
    first: int
    """The line of the tree at which the cell begins."""
    rows: tuple[str, ...] = field(repr=False)
    """Its lines as they were written, magics included."""


@dataclass(frozen=True, eq=False)
class Source:
    """One Python file or notebook: its text, its tree, and the way back from node to place.

    A notebook is one tree over all its code cells in order, because they share a namespace;
    `cells` maps each line of that tree to a cell and a line in it.
    """

    path: str
    text: str
    """The Python text that was parsed, lines ended by a newline alone. In a notebook the cells
    follow each other, magics are replaced, and a cell that could not be read is blank."""
    tree: ast.Module
    cells: tuple[Cell, ...] = ()
    """The code cells in order; empty for a file."""

    @cached_property
    def rows(self) -> list[str]:
        """The lines of `text`, without their ends; ``rows[n - 1]`` is line n of the tree."""
        return self.text.split("\n")

    @cached_property
    def ancestry(self) -> Ancestry:
        """The nodes around each node."""
        return Ancestry(self.tree)

    def written(self, cell: int | None) -> Sequence[str]:
        """The lines of the file, or of one notebook cell, as a reader sees them."""
        if cell is None:
            return self.rows
        return next((each.rows for each in self.cells if each.number == cell), ())

    def place(self, line: int) -> tuple[int | None, int]:
        """The cell that holds a line of the tree, and the line's number there."""
        if not self.cells:
            return None, line
        index = bisect_right(self.cells, line, key=lambda cell: cell.first) - 1
        cell = self.cells[max(index, 0)]
        return cell.number, line - cell.first + 1

    def span(self, node: Located) -> Span:
        """The place of a node, in characters."""
        end_line = node.end_lineno or node.lineno
        end = node.end_col_offset if node.end_col_offset is not None else node.col_offset
        where = (node.lineno, node.col_offset, end_line, end)
        found = self._spans.get(where)
        if found is None:
            cell, first = self.place(node.lineno)
            found = self._spans[where] = Span(
                self.path,
                cell,
                first,
                self._characters(node.lineno, node.col_offset) + 1,
                first + end_line - node.lineno,
                self._characters(end_line, end) + 1,
            )
        return found

    @cached_property
    def _spans(self) -> dict[tuple[int, int, int, int], Span]:
        """Those that were asked for: an expression that is run again is asked for its place again."""
        return {}

    def line_at(self, span: Span) -> str:
        """The text of the first line of a span in this source, as it was written."""
        rows = self.written(span.cell)
        return rows[span.line - 1] if 0 < span.line <= len(rows) else ""

    def segment(self, node: Located) -> str:
        """The source text of a node, its lines joined by newlines."""
        end_line = node.end_lineno or node.lineno
        end = node.end_col_offset if node.end_col_offset is not None else node.col_offset
        rows = [row.encode() for row in self.rows[node.lineno - 1 : end_line]]
        if not rows:
            return ""
        rows[-1] = rows[-1][:end]
        rows[0] = rows[0][node.col_offset :]
        return b"\n".join(rows).decode(errors="replace")

    def _characters(self, line: int, byte_offset: int) -> int:
        if self.text.isascii():
            return byte_offset
        row = self.rows[line - 1] if 0 < line <= len(self.rows) else ""
        if row.isascii():
            return byte_offset
        return len(row.encode()[:byte_offset].decode(errors="ignore"))
