"""How large may what we keep apart grow? Alternatives within alternatives double with each branch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from promptlint.evaluate.value import Choice, Condition, Either, Element, Many, One, Reason, Rest, Unknown
from promptlint.interval import Interval
from promptlint.source import Span

__all__ = ["MAX_KINDS", "bounded", "is_light", "singles", "weight"]

MAX_ELEMENTS = 300
"""Elements of one list, those of all its alternatives counted."""
MAX_KINDS = 48
"""Elements that a list may hold in any number; more are a program of its own."""


def bounded(elements: tuple[Element, ...], span: Span) -> tuple[Element, ...]:
    """The elements; any of them in any number where their alternatives have grown beyond bounds."""
    if is_light(elements):
        return elements
    found = list(dict.fromkeys(singles(elements)))
    if len(found) > MAX_KINDS:
        return (Rest(Unknown(Reason.BUDGET, "many alternatives", span)),)
    condition = Condition(("which one", hash(elements)), span, "which one")
    return (Many((Either(condition, (*((element,) for element in found), ())),), Interval(0, None)),)


def is_light(elements: Sequence[Element]) -> bool:
    """Whether a list of these is still kept as it is."""
    return _weight(elements, MAX_ELEMENTS) >= 0


def weight(elements: Sequence[Element]) -> int:
    """How many elements a list has, those of all its alternatives counted; at most `MAX_ELEMENTS`."""
    return MAX_ELEMENTS - max(_weight(elements, MAX_ELEMENTS), 0)


def singles(elements: Sequence[Element]) -> Iterator[Element]:
    """The elements one by one, those of repeats and alternatives too."""
    for element in elements:
        match element:
            case Many(body):
                yield from singles(body)
            case Either(_, alternatives):
                for run in alternatives:
                    yield from singles(run)
            case One(Choice(_, alternatives)):
                yield from singles([One(alternative) for alternative in alternatives])
            case _:
                yield element


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
