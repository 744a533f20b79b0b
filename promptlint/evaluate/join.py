"""What does ``separator.join(…)`` make of elements that may be missing or repeated?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

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
from promptlint.evaluate.weight import singles
from promptlint.interval import Interval

__all__ = ["join"]


def join(separator: Text, items: Value, place: Place) -> Value:
    """``separator.join(items)``: repeated elements become a repeat, optional ones a choice."""
    if isinstance(items, Choice):
        return choose(items.condition, [join(separator, a, place) for a in items.alternatives])
    return _Joining(separator, place).joined(elements_of(items, place))


@dataclass(frozen=True, slots=True, eq=False)
class _Left:
    """What is still to be joined: an element and what comes after it, shared by all that lead there."""

    element: Element
    after: _Left | None

    @classmethod
    def of(cls, elements: Sequence[Element], after: _Left | None = None) -> _Left | None:
        """Some elements with what comes after them."""
        for element in reversed(elements):
            after = cls(element, after)
        return after


@dataclass(frozen=True, slots=True)
class _Joining:
    separator: Text
    place: Place
    done: dict[tuple[_Left, bool], Text] = field(default_factory=dict)

    def joined(self, elements: Sequence[Element]) -> Text:
        """Some elements with the separator between them."""
        return self._rest(_Left.of(elements), preceded=False)

    def _rest(self, left: _Left | None, *, preceded: bool) -> Text:
        """Join from the left; `preceded`: something stands before.

        Alternatives have the same rest: it is joined once, or their number would double with each.
        """
        if left is None:
            return EMPTY
        if (left, preceded) not in self.done:
            self.done[left, preceded] = self._from(left, preceded=preceded)
        return self.done[left, preceded]

    def _from(self, left: _Left, *, preceded: bool) -> Text:
        self.place.evaluation.step()
        match left.element:
            case One(value):
                joint = self.separator if preceded else EMPTY
                words = to_text(value, self.place, strict=True)
                return concat(joint, words, self._rest(left.after, preceded=True))
            case Either(condition, alternatives):
                runs = [self._rest(_Left.of(run, left.after), preceded=preceded) for run in alternatives]
                return self._choice(condition, runs)
            case Rest(value):
                body = One(self.place.derived(value, value.name))
                return self._repeated(Many((body,), Interval(0, None)), left.after, preceded=preceded)
            case Many() as many:
                return self._repeated(many, left.after, preceded=preceded)

    def _choice(self, condition: Condition, runs: list[Text]) -> Text:
        return textual(choose(condition, runs)) or self._open(concat(*runs))

    def _repeated(self, many: Many, others: _Left | None, *, preceded: bool) -> Text:
        """Repeated elements: written once with the separator between, if there are any."""
        if any(isinstance(e, Either) for e in many.elements):
            return self._optional(many, others, preceded=preceded)
        one = self.joined(many.elements)
        glue, count = self.separator.constant, many.count
        after = self._rest(others, preceded=True)
        if preceded:
            return concat(Text((Repeat(concat(self.separator, one), count),)), after)
        if glue is None:
            return concat(self._open(one), after)
        if count.low == 0 and others is None:
            return Text((Repeat(one, count, glue),))
        some = concat(Text((Repeat(one, Interval(max(count.low, 1), count.high), glue),)), after)
        if count.low > 0:
            return some
        empty = self._rest(others, preceded=False)
        return self._choice(self.place.fresh("at least one"), [some, empty])

    def _optional(self, many: Many, others: _Left | None, *, preceded: bool) -> Text:
        """Repeated elements each of which may be missing: as many as there are of any alternative."""
        texts = [self._word(element) for element in singles(many.elements)]
        if not texts:
            return self._rest(others, preceded=preceded)
        picked = textual(choose(self.place.fresh("which one"), texts))
        if picked is None:
            return concat(self._open(concat(*texts)), self._rest(others, preceded=True))
        high = None if many.count.high is None else many.count.high * len(texts)
        return self._repeated(Many((One(picked),), Interval(0, high)), others, preceded=preceded)

    def _word(self, element: Element) -> Text:
        """What one element says; of one that is not seen, what is known of it."""
        match element:
            case One(value):
                return to_text(value, self.place, strict=True)
            case Rest(value):
                return to_text(self.place.derived(value, value.name), self.place, strict=True)
            case Many() | Either():
                raise AssertionError("single elements hold no others")

    def _open(self, one: Text) -> Text:
        """A text of which nothing can be told but what it is made of."""
        blurred = blur(concat(one, self.separator), self.place.span, "join")
        return Text((blurred,)) if isinstance(blurred, Hole | Unknown | Param) else concat(one)
