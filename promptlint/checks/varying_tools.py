"""Are the tools of a cached request others from call to call?"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence

from promptlint.diagnostic import Confidence, MissReason, Role, Severity
from promptlint.differing import per_call, places, tested_per_call
from promptlint.evaluate.text import pieces
from promptlint.evaluate.value import Choice as TextChoice
from promptlint.evaluate.value import Hole
from promptlint.prefix import Prefix
from promptlint.request import Block, Choice, Decider, Item, Repeat, Request, Rest
from promptlint.rule import Context, Finding, Place
from promptlint.source import Span
from promptlint.variation import Cause, Kind, Topic

_SHOWN = (Kind.CALL, Kind.ORDER_CALL, Kind.ORDER_PROCESS)


def check_request(request: Request, context: Context) -> Iterator[Finding]:
    """Which tools, in which order, with which text: what a test or a value decides at each call."""
    points = Prefix.of(request, context.facts.limits).breakpoints
    deciders = {decider.condition.key: decider for decider in request.deciders}
    for at, by, tested in _varying(request.tools, deciders) if points else ():
        cause = tested_per_call(by, request, context.facts.names) if tested else _shown(by, request)
        if cause is None:
            continue
        yield Finding(
            at,
            Severity.NOTE if request.one_shot else Severity.WARNING,
            min(by.confidence, request.site.confidence, Confidence.HIGH),
            request,
            {"name": by.name, "how": "tested" if tested else _how(cause)},
            (*places(by), Place(Role.BREAKPOINT, points[0].marker.span)),
            by.origin.source.span if by.origin is not None else by.at,
            MissReason.TOOLS,
        )


def _shown(by: Hole, request: Request) -> Cause | None:
    """Tools that are drawn, come in the order in which they are ready, or count the rounds."""
    if _counts(by):
        return next(per_call(by, request), None)
    return next((cause for cause in sorted(by.causes) if cause.kind in _SHOWN), None)


def _counts(by: Hole) -> bool:
    return any(cause.topic is Topic.ROUND for cause in by.causes)


def _how(cause: Cause) -> str:
    return cause.topic.value if cause.topic is Topic.ROUND else cause.kind.value


def _varying(
    items: Sequence[Item], deciders: Mapping[Hashable, Decider]
) -> Iterator[tuple[Span, Hole, bool]]:
    """Where tools differ, by what, and whether that is only tested."""
    for item in items:
        match item:
            case Choice(condition, alternatives):
                if condition.key in deciders:
                    yield condition.span, deciders[condition.key].by, True
                for run in alternatives:
                    yield from _varying(run, deciders)
            case Repeat(inner):
                yield from _varying(inner, deciders)
            case Rest(varying=Hole() as hole):
                yield hole.at, hole, False
            case Block():
                for piece in pieces(item.text):
                    if isinstance(piece, TextChoice) and piece.condition.key in deciders:
                        yield piece.condition.span, deciders[piece.condition.key].by, True
                    elif isinstance(piece, Hole) and _counts(piece):
                        yield piece.at, piece, False
            case Rest():
                pass
