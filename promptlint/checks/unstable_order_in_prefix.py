"""Do the parts of a cached prefix come in the same order each time?"""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.request import Request
from promptlint.rule import Context, Finding
from promptlint.spoiling import in_prefix
from promptlint.variation import Topic


def check_request(request: Request, context: Context) -> Iterator[Finding]:
    """Sets, listings and completion order."""
    return in_prefix(request, context, {Topic.ORDER})
