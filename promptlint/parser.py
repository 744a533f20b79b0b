"""What does a file hold? Bytes to text to tree, or the reason why not."""

from __future__ import annotations

import ast
import gc
import io
import sys
import tokenize
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from promptlint.diagnostic import Trouble
from promptlint.newer import Complaint, newer_syntax
from promptlint.notebook import CodeCell, NotebookError, code_cells, without_magics
from promptlint.source import Cell, Source

__all__ = ["NOTEBOOK", "Parsed", "paused_collection", "read_source", "size_of_large"]

NOTEBOOK = ".ipynb"
"""How the name of a notebook ends."""
LARGEST = 4_000_000
"""Bytes of a Python file that is still parsed; the tree takes some hundred times as much memory."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_TOO_DEEP = (
    "too many nested parentheses",
    "too many statically nested blocks",
    "too many levels of indentation",
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What could be read of one file, and what could not.

    A file has either a source or one trouble. A notebook may have both: a cell that does not
    parse leaves the others readable. A notebook of another language has neither.
    """

    source: Source | None
    troubles: tuple[Trouble, ...] = ()


@contextmanager
def paused_collection() -> Iterator[None]:
    """Keep the cyclic garbage collector off while many files are parsed; it halves the time.

    Trees hold no cycles, so nothing is lost by waiting.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def size_of_large(path: str, data: bytes) -> int:
    """How many bytes a file has if it is too large to be parsed, else 0."""
    return len(data) if len(data) > LARGEST and not path.endswith(NOTEBOOK) else 0


def read_source(path: str, data: bytes) -> Parsed:
    """Parse a Python file, or a notebook if the path ends in ``.ipynb``.

    Never raises for what the file holds: every defect becomes a `Trouble`, not fatal.
    `path` is used as it is in every span.
    """
    if path.endswith(NOTEBOOK):
        return _read_notebook(path, data)
    try:
        text = _decode(data)
    except (SyntaxError, LookupError, UnicodeError) as error:
        return Parsed(None, (_undecodable(path, data, error),))
    tree = _parse(path, text, 1)
    return Parsed(None, (tree,)) if isinstance(tree, Trouble) else Parsed(Source(path, text, tree))


def _decode(data: bytes) -> str:
    """Text with universal newlines, by byte order mark or coding cookie, else UTF-8."""
    head = data[:4096]  # a cookie is only looked for in the first two lines
    if data.startswith(_BYTE_ORDER_MARK) or b"coding" in head:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            text = data.decode(encoding)
    else:
        text = data.decode()
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _undecodable(path: str, data: bytes, error: Exception) -> Trouble:
    match error:
        case UnicodeDecodeError(start=start, encoding=encoding, object=bytes(content)) if content == data:
            line = data.count(b"\n", 0, start) + 1
            said = f"byte 0x{data[start]:02x} is not {encoding}; name the encoding in a `coding` comment"
            return Trouble(path, line, "encoding", said, fatal=False)
        case SyntaxError(msg=str(said)):
            return Trouble(path, 1, "encoding", _one_line(said), fatal=False)
        case _:
            return Trouble(path, 1, "encoding", _one_line(str(error)), fatal=False)


def _parse(path: str, text: str, first: int) -> ast.Module | Trouble:
    """The tree of `text`, its first line numbered `first`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse("\n" * (first - 1) + text if first > 1 else text)
    except SyntaxError as error:
        return _syntax_trouble(path, text, first, error)
    except ValueError as error:  # a lone surrogate, from an exotic encoding or a notebook's JSON
        return Trouble(path, 1, "encoding", _one_line(str(error)), fatal=False)
    except (RecursionError, MemoryError):
        return Trouble(path, None, "too-deep", "nested too deeply for Python's own parser", fatal=False)


def _syntax_trouble(path: str, text: str, first: int, error: SyntaxError) -> Trouble:
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        return Trouble(path, line, "syntax", "does not parse: null byte in the source", fatal=False)
    said = _one_line(error.msg)
    line = max((error.lineno or first) - first + 1, 1)
    if said.startswith(_TOO_DEEP):
        return Trouble(path, line, "too-deep", said, fatal=False)
    rows = text.split("\n")
    row = rows[line - 1] if line <= len(rows) else ""
    newer = newer_syntax(text, Complaint(said, row, (error.offset or 1) - 1))
    if newer is not None:
        running = ".".join(map(str, sys.version_info[:2]))
        said = f"{newer.name} needs Python {newer.needed}; promptlint runs on Python {running} here"
        return Trouble(path, line, "newer-syntax", said, fatal=False)
    return Trouble(path, line, "syntax", f"does not parse: {said}", fatal=False)


def _one_line(message: str) -> str:
    return " ".join(message.split())


def _read_notebook(path: str, data: bytes) -> Parsed:
    try:
        found = code_cells(data)
    except NotebookError as error:
        return Parsed(None, (Trouble(path, None, "notebook", str(error), fatal=False),))
    if found is None:
        return Parsed(None)
    body: list[ast.stmt] = []
    cells: list[Cell] = []
    texts: list[str] = []
    troubles: list[Trouble] = []
    line = 1
    for cell in found:
        rows = tuple(cell.text.split("\n"))
        cells.append(Cell(cell.number, line, rows))
        text, tree = _parse_cell(path, cell, line)
        if isinstance(tree, Trouble):
            troubles.append(tree)
        else:
            body += tree.body
        texts.append(text)
        line += len(rows)
    return Parsed(Source(path, "\n".join(texts), ast.Module(body, []), tuple(cells)), tuple(troubles))


def _parse_cell(path: str, cell: CodeCell, first: int) -> tuple[str, ast.Module | Trouble]:
    """The text that was parsed (blank if none could be) and its tree."""
    tree = _parse(path, cell.text, first)
    if isinstance(tree, ast.Module):
        return cell.text, tree
    for text in without_magics(cell.text):
        cleaned = _parse(path, text, first)
        if isinstance(cleaned, ast.Module):
            return text, cleaned
        tree = cleaned
    said = f"cell {cell.number}: {tree.message}"
    return "\n" * cell.text.count("\n"), Trouble(path, tree.line, tree.kind, said, fatal=False)
