"""How is a value written as JSON, byte for byte the same each time?"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from promptlint.interval import DollarInterval

__all__ = ["Json", "amount", "written"]

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]
"""What JSON can say, read-only."""

_SURROGATE = re.compile("[\ud800-\udfff]")


def written(value: Json) -> str:
    """The value over several lines, with a newline at the end.

    Characters stand for themselves, so that a person can read them. Half of a surrogate pair,
    which a file name can hold and UTF-8 cannot, is escaped.
    """
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"


def amount(dollars: DollarInterval) -> Json:
    """To a millionth, so that the last digit does not depend on the order of additions."""
    high = None if dollars.high is None else round(dollars.high, 6)
    return {"low": round(dollars.low, 6), "high": high}
