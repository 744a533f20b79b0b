"""Does a cached prefix hold what came in with one request, or the number of a round?"""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.request import Level, Request
from promptlint.rule import Context, Finding
from promptlint.spoiling import spoiling
from promptlint.variation import Topic


def check_request(request: Request, context: Context) -> Iterator[Finding]:
    """Values that arrive with the request, and what counts its rounds; of tools another rule says that."""
    for spoiler, finding in spoiling(request, context, {Topic.REQUEST, Topic.ROUND}):
        if spoiler.cause.topic is Topic.REQUEST or spoiler.block.level is not Level.TOOLS:
            yield finding
