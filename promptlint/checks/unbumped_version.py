"""Did the words of a frozen prompt move without its version tag?"""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.diagnostic import Confidence, Role, Severity
from promptlint.interval import Interval
from promptlint.lock import Entry, Lock
from promptlint.rule import Context, Finding, Place
from promptlint.source import Span
from promptlint.standing import Change, Gauge, Standing, changes, standing
from promptlint.survey import Survey
from promptlint.tag import TagStyle
from promptlint.wording import Move, diff


def check_project(survey: Survey, context: Context) -> Iterator[Finding]:
    """Each frozen prefix whose text moved; prefixes that came or went since.

    One edit of a text that several prefixes share is reported at one place.
    """
    lock, style = context.lock, TagStyle.of(context.options)
    if lock is None:
        return
    gauge = Gauge(context.tokenizer, context.facts)
    found = changes(lock, standing(survey, style, context.facts, lock))
    places: dict[object, Span] = {}
    for change in found.kept:
        moved = change.moves
        if moved and change.keeps_tags(style):
            edit = tuple((move.then, move.now) for move in moved)
            at = places.setdefault(edit, (moved[0].row or change.now.rows[-1]).span)
            yield _moved(change, moved, at, gauge)
    for one in found.new:
        yield _new(one)
    for entry in found.vanished:
        if entry.path not in map(lock.named, survey.unread):
            yield _vanished(entry, lock)


def _moved(change: Change, moved: tuple[Move, ...], at: Span, gauge: Gauge) -> Finding:
    prefix, first = change.now.prefix, moved[0]
    request, tag = prefix.request, change.then.version
    tokens = gauge.tokens(request, change.rewritten(first.row))
    values = {
        "name": change.now.entry.name,
        "tag": tag,
        "verdict": "moved" if tag else "untagged",
        "tokens": _range(tokens),
    }
    last = prefix.breakpoints[-1].marker.span
    return Finding(
        at,
        Severity.WARNING if tag else Severity.NOTE,
        min(Confidence.HIGH, request.site.confidence),
        request,
        values,
        (Place(Role.SOURCE, at, "tagged" if tag else "untagged"), Place(Role.BREAKPOINT, last)),
        reason=first.level.miss_reason,
        diff=tuple(diff(moved)),
    )


def _new(one: Standing) -> Finding:
    request, last = one.prefix.request, one.prefix.breakpoints[-1].marker.span
    values = {"name": one.entry.name, "verdict": "new"}
    return Finding(last, Severity.NOTE, request.site.confidence, request, values)


def _vanished(entry: Entry, lock: Lock) -> Finding:
    line = lock.line(entry)
    span = Span(lock.file, None, line, 1, line, 2)
    values = {"name": entry.name, "verdict": "vanished"}
    return Finding(span, Severity.NOTE, Confidence.MEDIUM, None, values)


def _range(tokens: Interval) -> str:
    if tokens.high is None:
        return f"{tokens.low:,}+"
    return f"{tokens.low:,}\N{EN DASH}{tokens.high:,}"
