"""Is the marked block itself new at every call?"""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.request import Request
from promptlint.rule import Context, Finding
from promptlint.spoiling import marked


def check_request(request: Request, context: Context) -> Iterator[Finding]:
    """Markers on content that changes, in messages that nobody sends again."""
    method = context.facts.calls.method(tuple(request.site.method.split(".")))
    if method is not None and method.goes_on:
        return iter(())  # what the first request writes is read by those that bring the results of tools
    return marked(request, context)
