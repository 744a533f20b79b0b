"""Which cells of a notebook are Python, and what of them is not?

Reads nbformat 3 and 4. IPython's own syntax is replaced so that every other character keeps
its line and column.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

__all__ = ["CodeCell", "NotebookError", "code_cells", "without_magics"]


class NotebookError(Exception):
    """The file is not a notebook; the message says in one line what it is instead."""


@dataclass(frozen=True, slots=True)
class CodeCell:
    """One Python cell."""

    number: int
    """Counted from 1 over all cells, text cells too."""
    text: str
    """Its code, lines ended by a newline alone."""


def code_cells(data: bytes) -> tuple[CodeCell, ...] | None:
    """The Python cells of a notebook in order; None if its kernel speaks another language.

    Raises `NotebookError` if `data` is not a notebook.
    """
    try:
        notebook = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise NotebookError("is not a notebook: not UTF-8") from None
    except json.JSONDecodeError as error:
        raise NotebookError(
            f"is not a notebook: not JSON (line {error.lineno}, column {error.colno})"
        ) from None
    except RecursionError:
        raise NotebookError("is not a notebook: nested too deeply") from None
    if not isinstance(notebook, dict):
        raise NotebookError("is not a notebook: its JSON is no object")
    if not _speaks_python(_mapping(notebook.get("metadata"))):
        return None
    cells = _all_cells(notebook)
    numbered = enumerate((_mapping(cell) for cell in cells), start=1)
    return tuple(CodeCell(number, _text(cell)) for number, cell in numbered if _is_python(cell))


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _all_cells(notebook: Mapping[str, object]) -> Sequence[object]:
    cells = notebook.get("cells")
    if isinstance(cells, list):
        return cells
    sheets = notebook.get("worksheets")  # nbformat 3
    if isinstance(sheets, list):
        inner = [_mapping(sheet).get("cells") for sheet in sheets]
        return [cell for group in inner if isinstance(group, list) for cell in group]
    raise NotebookError("is not a notebook: it has no list of cells")


def _speaks_python(metadata: Mapping[str, object]) -> bool:
    named = (
        _mapping(metadata.get("kernelspec")).get("language"),
        _mapping(metadata.get("language_info")).get("name"),
    )
    return all(_is_python_name(name) for name in named if isinstance(name, str) and name)


def _is_python_name(name: str) -> bool:
    return name.lower().startswith(("python", "ipython", "pypy"))


def _is_python(cell: Mapping[str, object]) -> bool:
    language = cell.get("language")  # nbformat 3 names one per cell
    return cell.get("cell_type") == "code" and (not isinstance(language, str) or _is_python_name(language))


def _text(cell: Mapping[str, object]) -> str:
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    text = source if isinstance(source, str) else ""
    return text.replace("\r\n", "\n").replace("\r", "\n")


# Cell magics whose body is Python that runs in the notebook's own namespace, or a copy of it.
_PYTHON_BODY = re.compile(r"%%(?:capture|debug|ipytest|memit|prun|time|timeit)\b")
_TIMED = re.compile(r"(?P<indent>\s*)(?P<magic>%(?:memit|prun|time|timeit)(?:\s+-\w+(?:\s+\d+)?)*\s+)(?=\S)")
_ESCAPED = re.compile(r"(?P<indent>\s*)(?:[%!?/,;]|[\w.*]+\?\??\s*$|[\w.]+\.\*\?)")
_ASSIGNED = re.compile(r"(?P<head>\s*[^\W\d][\w.,\s\[\]'\"*]*=\s*)[!%](?!=)")
# `pip install x` without the percent sign: IPython runs it as a magic, and no Python looks so.
_BARE = re.compile(
    r"(?P<indent>\s*)(?:cat|cd|conda|cp|echo|load_ext|ls|mamba|matplotlib|mkdir|mv|pip|rm|uv)"
    r"\s+(?!(?:and|for|if|in|is|not|or)\b)[-\w./~]"
)
_TOKEN = re.compile(
    r"""(?P<long>\"{3}|'{3})|"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?"""
    r"""|(?P<comment>\#.*)|(?P<open>[\[({])|(?P<close>[\])}])"""
)
_LONG_END = {quote: re.compile(rf"(?:\\.|(?!{quote}).)*{quote}") for quote in ('"' * 3, "'" * 3)}


def without_magics(text: str) -> Iterator[str]:
    """Texts of a cell with IPython's syntax replaced, the one that keeps most first.

    Each has as many lines as `text`; what is kept stays in its column. A cell in another
    language becomes blank.
    """
    first = next((row for row in text.split("\n") if row.strip()), "")
    if first.startswith("%%") and not _PYTHON_BODY.match(first):
        yield "\n" * text.count("\n")
    else:
        yield _replaced(text, keep_timed=True)
        yield _replaced(text, keep_timed=False)


def _replaced(text: str, *, keep_timed: bool) -> str:
    """Only lines that begin a statement can be magics: a prompt's lines may begin with ``%`` too."""
    rows: list[str] = []
    state = _State()
    escaped = False
    for row in text.split("\n"):
        if escaped:  # a shell line continued by a backslash
            rows.append("")
        elif state.inside:
            rows.append(row)
            state = state.after(row)
            continue
        else:
            kept = _statement(row, keep_timed=keep_timed)
            rows.append(row if kept is None else kept)
            if kept is None or kept.lstrip().startswith("0;"):
                state = state.after(rows[-1])
                continue
        escaped = row.endswith("\\")
    return "\n".join(rows)


def _statement(row: str, *, keep_timed: bool) -> str | None:
    """What stands for a line that begins a statement; None if it is Python already."""
    if row.startswith("%%"):
        return ""
    if keep_timed and (timed := _TIMED.match(row)):
        # `0;` keeps the code behind it in its column where blanks would indent it.
        return timed["indent"] + "0;".ljust(len(timed["magic"])) + row[timed.end() :]
    if assigned := _ASSIGNED.match(row):
        return assigned["head"] + "get_ipython()"  # a run-time value, as IPython itself writes it
    if escaped := _ESCAPED.match(row) or _BARE.match(row):
        return escaped["indent"] + "pass"
    return None


@dataclass(frozen=True, slots=True)
class _State:
    """Where a line ends: inside a long string, inside brackets, behind a backslash, or free."""

    quote: str = ""
    depth: int = 0
    continued: bool = False

    @property
    def inside(self) -> bool:
        return bool(self.quote) or self.depth > 0 or self.continued

    def after(self, row: str) -> _State:
        """The state at the end of `row`."""
        quote, depth, position, comment = self.quote, self.depth, 0, False
        while True:
            if quote:
                end = _LONG_END[quote].match(row, position)
                if end is None:
                    return _State(quote, depth)
                quote, position = "", end.end()
            token = _TOKEN.search(row, position)
            if token is None:
                break
            position = token.end()
            quote = token["long"] or ""
            comment = token["comment"] is not None
            depth = max(depth + (token["open"] is not None) - (token["close"] is not None), 0)
        return _State("", depth, row.endswith("\\") and not comment)
