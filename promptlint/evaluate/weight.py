"""How large may what we keep apart grow? Alternatives within alternatives double with each branch."""

from __future__ import annotations

from collections.abc import Sequence

from promptlint.evaluate.value import Either, Element, Many, Reason, Rest, Unknown
from promptlint.source import Span

__all__ = ["bounded"]

MAX_ELEMENTS = 300
"""Elements of one list, those of all its alternatives counted."""


def bounded(elements: tuple[Element, ...], span: Span) -> tuple[Element, ...]:
    """The elements, or an unknown rest where their alternatives have grown beyond bounds."""
    if _weight(elements, MAX_ELEMENTS) >= 0:
        return elements
    return (Rest(Unknown(Reason.BUDGET, "many alternatives", span)),)


def _weight(elements: Sequence[Element], left: int) -> int:
    """What is left of a bound after every element has taken one; negative: too little."""
    for element in elements:
        left -= 1
        if left < 0:
            return left
        match element:
            case Many(body):
                left = _weight(body, left)
            case Either(_, alternatives):
                for run in alternatives:
                    left = _weight(run, left - 1)
            case _:
                pass
    return left
