"""Does a cached prefix hold something random, or an id made for one call?"""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.request import Request
from promptlint.rule import Context, Finding
from promptlint.spoiling import in_prefix
from promptlint.variation import Topic


def check_request(request: Request, context: Context) -> Iterator[Finding]:
    """Values that no two calls share."""
    return in_prefix(request, context, {Topic.RANDOM})
