"""Does a cached prefix tell one user or session from another?"""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.request import Request
from promptlint.rule import Context, Finding
from promptlint.spoiling import in_prefix
from promptlint.variation import Topic


def check_request(request: Request, context: Context) -> Iterator[Finding]:
    """Text about one user among text for all."""
    return in_prefix(request, context, {Topic.IDENTITY})
