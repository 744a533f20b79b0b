"""Which parts of a request are other ones from call to call, so that no entry fits the next?"""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.diagnostic import Confidence, MissReason, Role, Severity
from promptlint.evaluate.value import Hole, HopKind
from promptlint.facts import Names
from promptlint.prefix import Breakpoint
from promptlint.request import Change, Growth, Request
from promptlint.rule import Finding, Place
from promptlint.variation import Cause, Kind, Topic

__all__ = ["changed", "over_one_history", "per_call", "places", "tested_per_call"]

_SENT = frozenset({Topic.RANDOM, Topic.ORDER, Topic.ROUND})
"""What is sent as it is and was not asked for by whoever sends the request."""


def over_one_history(request: Request, names: Names) -> Iterator[tuple[Change, Cause]]:
    """The model and the settings that are shown to change while one conversation goes on."""
    for change in () if request.one_shot else request.changes:
        if change.chosen:
            cause = tested_per_call(change.by, request, names)
        else:
            cause = next((c for c in per_call(change.by, request) if c.topic in _SENT), None)
        if cause is not None:
            yield change, cause


def tested_per_call(by: Hole, request: Request, names: Names) -> Cause | None:
    """Why a test of a value has another answer at each call of one conversation; None if it is a switch.

    What a client may set once and leave, ``body.web_search``, is a switch; what somebody writes is not.
    """
    written = by.type == "str" or names.find(by.name) is not None
    return next((c for c in per_call(by, request) if c.topic is not Topic.REQUEST or written), None)


def per_call(by: Hole, request: Request) -> Iterator[Cause]:
    """Why a value is another one at each call; the round counts where the loop is the conversation."""
    for cause in sorted(by.causes):
        if cause.kind is Kind.CALL and (cause.topic is not Topic.ROUND or request.growth is Growth.LOOP):
            yield cause


def changed(
    request: Request, change: Change, reason: MissReason | None, point: Breakpoint, **values: str
) -> Finding:
    """The finding about one part that changes."""
    return Finding(
        change.at,
        Severity.WARNING,
        min(change.by.confidence, request.site.confidence),
        request,
        {"part": change.part, "name": change.by.name, **values},
        (*places(change.by), Place(Role.BREAKPOINT, point.marker.span)),
        change.by.origin.source.span if change.by.origin is not None else change.by.at,
        reason,
    )


def places(by: Hole) -> Iterator[Place]:
    """The path of a value that decides something."""
    for hop in by.origin.path() if by.origin is not None else ():
        if hop.kind is HopKind.READ:
            yield Place(Role.SOURCE, hop.span)
        else:
            yield Place(Role.HOP, hop.span, hop.kind.value)
    if by.origin is None:
        yield Place(Role.SOURCE, by.at)


def lowered(confidence: Confidence) -> Confidence:
    """One step less sure."""
    return max(Confidence.LOW, Confidence(confidence - 1))
