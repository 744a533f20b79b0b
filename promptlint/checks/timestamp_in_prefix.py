"""Does a cached prefix tell the time?"""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.request import Request
from promptlint.rule import Context, Finding
from promptlint.spoiling import in_prefix
from promptlint.variation import Topic


def check_request(request: Request, context: Context) -> Iterator[Finding]:
    """Clocks that tick between two calls."""
    return in_prefix(request, context, {Topic.CLOCK})
