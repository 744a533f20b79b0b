"""Does one conversation go to another model now and then?"""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.diagnostic import MissReason
from promptlint.differing import changed, over_one_history
from promptlint.prefix import Prefix
from promptlint.request import Request
from promptlint.rule import Context, Finding


def check_request(request: Request, context: Context) -> Iterator[Finding]:
    """A model that is chosen anew at each call of a conversation with a cached prefix."""
    points = Prefix.of(request, context.facts.limits).breakpoints
    for change, _ in over_one_history(request, context.facts.names):
        if change.part == "model" and points:
            yield changed(request, change, MissReason.MODEL, points[-1])
