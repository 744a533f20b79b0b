"""Which names does a module hand out that it does not hold by itself?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from promptlint.evaluate.evaluation import Place
from promptlint.evaluate.sequence import elements_of, known
from promptlint.evaluate.value import External, Ref, Text, Tuple, Value

__all__ = ["STAR", "exported", "from_star"]

STAR = "*"
"""The variable that holds the last library of which a module takes every name."""


def exported(names: Iterable[str], listed: Value | None, place: Place) -> Sequence[str]:
    """What ``from module import *`` takes: what ``__all__`` lists, else every public name."""
    parts = known(elements_of(listed, place)) if isinstance(listed, Ref | Tuple) else None
    if parts is not None:
        return [part.constant for part in parts if isinstance(part, Text) and part.constant]
    return sorted(name for name in names if not name.startswith("_"))


def from_star(star: Value | None, name: str) -> External | None:
    """A name that nobody defines, where a star brought names of a library that nobody can see."""
    return External(f"{star.name}.{name}", name) if isinstance(star, External) else None
