"""Diagnostics as frames of source code, for people at a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from promptlint.diagnostic import EACH_CALL, Diagnostic, Role, Severity
from promptlint.interval import dollars
from promptlint.report.color import Ink, Paint
from promptlint.report.concise import ink, ordered
from promptlint.report.coverage import ending, unknowns
from promptlint.report.frame import Canvas, Mark, frame
from promptlint.report.place import counted, flat, place, printable, sized
from promptlint.report.view import View
from promptlint.result import Result
from promptlint.source import Span

__all__ = ["render"]

_NAMED_CALLERS = 3
_NARROWEST = 40


def render(result: Result, view: View) -> str:
    """One frame per error and warning, one line per note, then the coverage."""
    paint = Paint(view.color)
    diagnostics = ordered(result)
    framed = [_framed(one, view, paint) for one in diagnostics if one.severity > Severity.NOTE]
    notes = [_note(one, paint) for one in diagnostics if one.severity <= Severity.NOTE]
    named = unknowns(result, view.reasons) if view.pedantic else []
    paragraphs = [*framed, *filter(None, (notes, named)), ending(result, paint)]
    return "\n\n".join("\n".join(rows) for rows in paragraphs) + "\n"


def _note(diagnostic: Diagnostic, paint: Paint) -> str:
    head = paint(f"note[{diagnostic.rule}]", Ink.NOTE)
    return f"{head}: {place(diagnostic.span)}: {flat(diagnostic.message)}"


def _framed(diagnostic: Diagnostic, view: View, paint: Paint) -> list[str]:
    color = ink(diagnostic.severity)
    marks = _marks(diagnostic)
    gutter = max(len(str(mark.span.line)) for mark in marks)
    head = paint(f"{diagnostic.severity.word}[{diagnostic.rule}]", color)
    rows = [f"{head}{paint(f': {flat(diagnostic.message)}', Ink.STRONG)}"]
    rows += frame(marks, view.lines, Canvas(gutter, view.width, color, paint))
    rows += _diff(diagnostic, gutter, view.width)
    for word, text in _footnotes(diagnostic, {mark.span for mark in marks}):
        rows += _footnote(word, text, gutter, view.width, paint)
    return rows


def _marks(diagnostic: Diagnostic) -> list[Mark]:
    """The primary place and the path; of the callers the first, the others are only named."""
    marks = [Mark(diagnostic.span, "", primary=True)]
    callers = 0
    for label in diagnostic.labels:
        if label.role is Role.CALLER:
            callers += 1
            if callers > 1:
                continue
        marks.append(Mark(label.span, label.message))
    return marks


def _diff(diagnostic: Diagnostic, gutter: int, width: int) -> Iterator[str]:
    """What changed in the prompt, each row in a line of its own."""
    for row in map(printable, diagnostic.diff):
        room = max(width - gutter - 3, _NARROWEST)
        yield f"{' ' * gutter} | {row if len(row) <= room else f'{row[: room - 1]}…'}"
    if diagnostic.diff:
        yield f"{' ' * gutter} |"


def _footnotes(diagnostic: Diagnostic, shown: set[Span]) -> Iterator[tuple[str, str]]:
    """What stands below the frame: a word and a sentence each."""
    lost = sized(diagnostic.tokens_lost, "token") if diagnostic.tokens_lost else ""
    if lost:
        cost = dollars(diagnostic.dollars_lost) if diagnostic.dollars_lost else ""
        calls = "calls" if diagnostic.lost_at == EACH_CALL else "such calls"
        price = f", {cost} per 1,000 {calls}" if cost else ""
        verb = "is" if lost.endswith("token") else "are"
        yield "lost", f"{lost} {verb} written again {diagnostic.lost_at}{price}"
    if diagnostic.reason:
        yield "api", f"cache_miss_reason would be `{diagnostic.reason}`"
    if diagnostic.call and diagnostic.call not in shown:
        yield "call", f"sent at {place(diagnostic.call)} in `{flat(diagnostic.function)}`"
    callers = _callers(diagnostic, shown)
    if callers:
        yield "callers", callers
    if diagnostic.fix:
        yield "fix", f"{flat(diagnostic.fix.title)} ({diagnostic.fix.applicability})"
    if diagnostic.instead:
        yield "help", flat(diagnostic.instead)


def _callers(diagnostic: Diagnostic, shown: set[Span]) -> str:
    """The callers that the frame does not show: some by place, the others by number."""
    known = sorted(set(diagnostic.callers), key=lambda span: span.sort_key)
    hidden = [span for span in known if span not in shown]
    total = max(diagnostic.caller_count, len(known)) - (len(known) - len(hidden))
    if not total:
        return ""
    named = [place(span) for span in hidden[:_NAMED_CALLERS]]
    rest = total - len(named)
    noun = counted(total, "further call") if len(hidden) < len(known) else counted(total, "call")
    listed = ", ".join(named) + (f" and {rest:,} more" if rest else "")
    return f"reached through {noun}: {listed}" if named else f"reached through {noun}"


def _footnote(word: str, text: str, gutter: int, width: int, paint: Paint) -> list[str]:
    head = f"{' ' * gutter} {paint('=', Ink.PLACE)} {paint(f'{word}:', Ink.STRONG)} "
    indent = gutter + len(word) + 5
    first, *others = textwrap.wrap(text, max(width - indent, _NARROWEST), break_on_hyphens=False)
    return [head + first, *(" " * indent + row for row in others)]
