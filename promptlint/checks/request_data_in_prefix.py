"""Does a cached prefix hold what came in with one request?"""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.request import Request
from promptlint.rule import Context, Finding
from promptlint.spoiling import in_prefix
from promptlint.variation import Topic


def check_request(request: Request, context: Context) -> Iterator[Finding]:
    """Values that arrive with the request."""
    return in_prefix(request, context, {Topic.REQUEST, Topic.ROUND})
