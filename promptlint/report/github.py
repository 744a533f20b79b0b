"""Diagnostics as workflow commands, which GitHub shows beside the changed lines."""

from __future__ import annotations

from promptlint.diagnostic import Diagnostic, Severity, Trouble
from promptlint.report.concise import ordered
from promptlint.report.coverage import sentence, summary, troubles
from promptlint.report.view import View
from promptlint.result import Result
from promptlint.source import Span

__all__ = ["render"]


def render(result: Result, view: View) -> str:  # noqa: ARG001  # every format has this signature
    """One command per diagnostic and per unread file, then the coverage as plain text."""
    return "\n".join(
        [
            *map(_command, ordered(result)),
            *map(_trouble, troubles(result)),
            *summary(result),
            sentence(result.coverage, result.elsewhere),
            "",
        ]
    )


def _command(diagnostic: Diagnostic) -> str:
    properties = {**_position(diagnostic.span), "title": f"promptlint ({diagnostic.rule})"}
    cell = diagnostic.span.cell
    where = "" if cell is None else f"cell {cell}, line {diagnostic.span.line}: "
    return _written(_level(diagnostic.severity), properties, where + diagnostic.message)


def _trouble(trouble: Trouble) -> str:
    properties = {
        "file": trouble.path,
        "line": str(trouble.line or 1),
        "title": f"promptlint ({trouble.kind})",
    }
    return _written("error" if trouble.fatal else "warning", properties, trouble.message)


def _level(severity: Severity) -> str:
    match severity:
        case Severity.ERROR | Severity.WARNING:
            return severity.word
        case Severity.NOTE | Severity.PEDANTIC:
            return "notice"


def _position(span: Span) -> dict[str, str]:
    if span.cell is not None:  # a cell has no lines in the notebook's file: its message says where
        return {"file": span.path, "line": "1"}
    start = {"file": span.path, "line": str(span.line)}
    if span.line != span.end_line:  # GitHub takes columns only where both ends are on one line
        return {**start, "endLine": str(span.end_line)}
    return {
        **start,
        "col": str(span.column),
        "endLine": str(span.end_line),
        "endColumn": str(span.end_column),
    }


def _written(level: str, properties: dict[str, str], message: str) -> str:
    written = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{level} {written}::{_data(message)}"


def _data(text: str) -> str:
    encodable = text.encode(errors="replace").decode()
    return encodable.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
