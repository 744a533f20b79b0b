"""Which texts are the same but for spaces, case or the order of their lines, and where do they part?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

__all__ = ["HOLE", "Drift", "Slip", "drift", "drifted"]

HOLE = "\0"
"""Stands in a text for what is put in at run time."""
BEFORE, SHOWN = 12, 24
"""Characters in front of the first difference, and altogether, that an excerpt shows."""
MAX_ALIKE = 16
"""Texts of one group that are compared with each other."""
_VISIBLE = str.maketrans({" ": "·", "\n": "↵", "\t": "→", "\r": "␍", "`": "'", HOLE: "{…}"})


class Slip(StrEnum):
    """In what two texts differ."""

    SPACE = "space"
    CASE = "case"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Drift:
    """The first difference of two texts that say the same."""

    slip: Slip
    first: str
    """What the one has there, white space made visible."""
    second: str


def drifted(texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Every pair of different texts that are nearly the same; the one that comes first is first."""
    distinct = list(dict.fromkeys(texts))
    place = {text: position for position, text in enumerate(distinct)}
    alike: dict[object, list[str]] = defaultdict(list)
    for text in distinct:
        alike["words", _words(text)].append(text)
        alike["lines", tuple(sorted(_lines(text)))].append(text)
    pairs = {pair for group in alike.values() for pair in combinations(group[:MAX_ALIKE], 2)}
    yield from sorted(pairs, key=lambda pair: (place[pair[0]], place[pair[1]]))


def _words(text: str) -> str:
    return "".join(text.casefold().split())


def _lines(text: str) -> list[str]:
    return [line for line in map(_words, text.splitlines()) if line]


def drift(one: str, other: str) -> Drift:
    """Where two texts part that are nearly the same."""
    shorter = min(len(one), len(other))
    first = next((i for i in range(shorter) if one[i] != other[i]), shorter)
    if _words(one) != _words(other):
        slip = Slip.ORDER
    elif "".join(one.split()) == "".join(other.split()):
        slip = Slip.SPACE
    else:
        slip = Slip.CASE
    return Drift(slip, _excerpt(one, first), _excerpt(other, first))


def _excerpt(text: str, at: int) -> str:
    start = max(at - BEFORE, 0)
    shown = text[start : start + SHOWN].translate(_VISIBLE)
    return f"{'…' if start else ''}{shown}{'…' if start + SHOWN < len(text) else ''}"
