"""Do settings that are part of the cache key change while a conversation goes on?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from promptlint.differing import changed, lowered, over_one_history
from promptlint.facts import Loss
from promptlint.prefix import Prefix
from promptlint.request import Level, Request
from promptlint.rule import Context, Finding

_LEVELS = {Loss.TOOLS: Level.TOOLS, Loss.SYSTEM: Level.SYSTEM, Loss.MESSAGES: Level.MESSAGES}


def check_request(request: Request, context: Context) -> Iterator[Finding]:
    """Thinking, effort, choice of tools, format of the answer: the entries that another value loses."""
    points = Prefix.of(request, context.facts.limits).breakpoints
    for change, _ in over_one_history(request, context.facts.names):
        fact = context.facts.settings.get(change.part)
        lost = [point for point in points if fact is not None and point.at.level >= _LEVELS[fact.loses]]
        if fact is None or not lost:
            continue
        certainty = "disputed" if fact.disputed else "documented"
        found = changed(request, change, None, lost[-1], level=fact.loses, certainty=certainty)
        yield replace(found, confidence=lowered(found.confidence)) if fact.disputed else found
