from __future__ import annotations

from collections import Counter
from collections.abc import Iterable


def bars(codes: Iterable[str], width: int = 40) -> str:
    counts = Counter(codes)
    most = max(counts.values(), default=1)
    return "\n".join(f"{code:12} {'#' * (width * count // most)}" for code, count in counts.most_common())
