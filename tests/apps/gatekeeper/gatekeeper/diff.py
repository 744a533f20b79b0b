from __future__ import annotations

import re
from collections.abc import Iterator

_FILE = re.compile(r"^diff --git ", re.MULTILINE)


def split(patch: str) -> Iterator[str]:
    """The parts of a patch, one for each file."""
    starts = [match.start() for match in _FILE.finditer(patch)]
    for start, end in zip(starts, [*starts[1:], len(patch)], strict=True):
        yield patch[start:end]
