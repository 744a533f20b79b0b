"""Diagnostics as one line each."""

from __future__ import annotations

from promptlint.diagnostic import Diagnostic, Severity
from promptlint.report.color import Ink, Paint
from promptlint.report.coverage import ending, unknowns
from promptlint.report.place import flat, place
from promptlint.report.view import View
from promptlint.result import Result

__all__ = ["ink", "ordered", "render"]


def render(result: Result, view: View) -> str:
    """``path:line:column: severity[rule] message`` in file order, then the coverage."""
    paint = Paint(view.color)
    lines = [_line(diagnostic, paint) for diagnostic in ordered(result)]
    named = unknowns(result, view.reasons) if view.pedantic else []
    return "\n".join([*lines, *named, *ending(result, paint), ""])


def ordered(result: Result) -> list[Diagnostic]:
    """The diagnostics in file order, whatever order they were found in."""
    return sorted(result.diagnostics, key=lambda diagnostic: diagnostic.sort_key)


def ink(severity: Severity) -> Ink:
    """The colour of a severity."""
    match severity:
        case Severity.ERROR:
            return Ink.ERROR
        case Severity.WARNING:
            return Ink.WARNING
        case Severity.NOTE | Severity.PEDANTIC:
            return Ink.NOTE


def _line(diagnostic: Diagnostic, paint: Paint) -> str:
    head = paint(f"{diagnostic.severity.word}[{diagnostic.rule}]", ink(diagnostic.severity))
    return f"{paint(place(diagnostic.span), Ink.STRONG)}: {head} {flat(diagnostic.message)}"
