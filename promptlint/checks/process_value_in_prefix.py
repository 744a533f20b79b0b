"""Does a cached prefix hold what differs from one process to the next?"""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.request import Request
from promptlint.rule import Context, Finding
from promptlint.spoiling import in_prefix
from promptlint.variation import Topic


def check_request(request: Request, context: Context) -> Iterator[Finding]:
    """Values read once per process."""
    return in_prefix(request, context, {Topic.PROCESS})
