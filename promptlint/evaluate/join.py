"""What does ``separator.join(…)`` make of elements that may be missing or repeated?"""

from __future__ import annotations

from dataclasses import dataclass

from promptlint.diagnostic import Interval
from promptlint.evaluate.evaluation import Place
from promptlint.evaluate.formatting import to_text
from promptlint.evaluate.sequence import elements_of
from promptlint.evaluate.text import blur, choose, concat, textual
from promptlint.evaluate.value import (
    EMPTY,
    Choice,
    Condition,
    Either,
    Element,
    Hole,
    Many,
    One,
    Param,
    Repeat,
    Rest,
    Text,
    Unknown,
    Value,
)

__all__ = ["join"]


def join(separator: Text, items: Value, place: Place) -> Value:
    """``separator.join(items)``: repeated elements become a repeat, optional ones a choice."""
    if isinstance(items, Choice):
        return choose(items.condition, [join(separator, a, place) for a in items.alternatives])
    return _Joining(separator, place).joined(elements_of(items, place), preceded=False)


@dataclass(frozen=True, slots=True)
class _Joining:
    separator: Text
    place: Place

    def joined(self, elements: tuple[Element, ...], *, preceded: bool) -> Text:
        """Join from the left; `preceded`: something stands before."""
        if not elements:
            return EMPTY
        first, others = elements[0], elements[1:]
        match first:
            case One(value):
                joint = self.separator if preceded else EMPTY
                words = to_text(value, self.place, strict=True)
                return concat(joint, words, self.joined(others, preceded=True))
            case Either(condition, alternatives):
                runs = [self.joined((*run, *others), preceded=preceded) for run in alternatives]
                return self._choice(condition, runs)
            case Rest(value):
                body = One(self.place.derived(value, value.name))
                return self._repeated(Many((body,), Interval(0, None)), others, preceded=preceded)
            case Many():
                return self._repeated(first, others, preceded=preceded)

    def _choice(self, condition: Condition, runs: list[Text]) -> Text:
        return textual(choose(condition, runs)) or self._open(EMPTY)

    def _repeated(self, many: Many, others: tuple[Element, ...], *, preceded: bool) -> Text:
        """Repeated elements: written once with the separator between, if there are any."""
        if any(isinstance(e, Either) for e in many.elements):
            return self._optional(many, others, preceded=preceded)
        one = self.joined(many.elements, preceded=False)
        glue, count = self.separator.constant, many.count
        after = self.joined(others, preceded=True)
        if preceded:
            return concat(Text((Repeat(concat(self.separator, one), count),)), after)
        if glue is None:
            return concat(self._open(one), after)
        if count.low == 0 and not others:
            return Text((Repeat(one, count, glue),))
        some = concat(Text((Repeat(one, Interval(max(count.low, 1), count.high), glue),)), after)
        if count.low > 0:
            return some
        empty = self.joined(others, preceded=False)
        return self._choice(self.place.fresh("at least one"), [some, empty])

    def _optional(self, many: Many, others: tuple[Element, ...], *, preceded: bool) -> Text:
        """Repeated elements each of which may be missing: as many as there are of any alternative."""
        flat = list(_flat(many.elements))
        texts = [to_text(e.value, self.place, strict=True) for e in flat if isinstance(e, One)]
        if len(texts) != len(flat) or not texts:
            return concat(self._open(EMPTY), self.joined(others, preceded=True))
        picked = choose(self.place.fresh("which one"), texts)
        high = None if many.count.high is None else many.count.high * len(texts)
        return self._repeated(Many((One(picked),), Interval(0, high)), others, preceded=preceded)

    def _open(self, one: Text) -> Text:
        """A text of which nothing can be told but what it is made of."""
        blurred = blur(concat(one, self.separator), self.place.span, "join")
        return Text((blurred,)) if isinstance(blurred, Hole | Unknown | Param) else concat(one)


def _flat(elements: tuple[Element, ...]) -> tuple[Element, ...]:
    found: list[Element] = []
    for element in elements:
        if isinstance(element, Either):
            found += (e for run in element.alternatives for e in run)
        else:
            found.append(element)
    return tuple(found)
