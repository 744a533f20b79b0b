"""What does one more pass of a loop add? Growth becomes a repeat, other change a choice."""

from __future__ import annotations

import ast
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from promptlint.evaluate.edit import edits_of
from promptlint.evaluate.evaluation import Place
from promptlint.evaluate.shape import Shapes
from promptlint.evaluate.store import (
    DictObject,
    Entry,
    Instance,
    Key,
    ListObject,
    Mark,
    Object,
    State,
    handed,
)
from promptlint.evaluate.text import choose, concat, flattened, textual
from promptlint.evaluate.value import (
    Address,
    Condition,
    Const,
    Edit,
    Either,
    Element,
    Hole,
    Literal,
    Many,
    One,
    Piece,
    Reason,
    Ref,
    Repeat,
    Rest,
    Text,
    Tuple,
    Value,
)
from promptlint.evaluate.weight import MAX_KINDS, singles, weight
from promptlint.interval import Interval
from promptlint.source import Span

__all__ = ["Passes", "Widened", "kind_of", "widened"]


@dataclass(frozen=True, slots=True)
class Passes:
    """The states before the first, second and third pass of a loop's body."""

    start: State
    first: State
    second: State
    mark: Mark
    """Of the store before the first."""
    turn: Hole
    """Which pass it is."""
    edits: tuple[Edit, ...] = ()
    """What was changed of the sequence that is gone through, other than at its end."""


@dataclass(frozen=True, slots=True)
class Widened:
    """What two passes tell of all."""

    state: State
    """At the beginning of any pass, or after as many as there are."""
    mark: Mark
    """Of the store in it."""
    open: tuple[Address, ...] = ()
    """Lists to which the second pass added what the first did not: one more pass must not do so again."""


def widened(passes: Passes, count: Interval, place: Place, *, strict: bool = False) -> Widened:
    """The state at the beginning of any pass, or after `count` passes.

    If `strict`, what the second pass adds and the first did not is not known.
    """
    general = passes.second.fork()
    ran = place.fresh("the loop runs", (passes.turn,))
    at = Place(place.node, general, place.evaluation)
    numbers = place.evaluation.numbers
    start, first, second = (Shapes(s, numbers) for s in (passes.start, passes.first, passes.second))
    context = _Widening(passes, start, first, second, Shapes(None, numbers), ran, count, at, strict)
    for key in [key for key, _ in passes.second.store.touched(passes.mark)]:
        place.evaluation.step()
        after = context.widen(key)
        if isinstance(after, Hole) and after.name == CHANGED and isinstance(key, tuple):
            after = replace(after, name=key[1])
        if after is not None:
            general.store.set(key, after)
    return Widened(general, general.store.mark(), tuple(context.open))


CHANGED = "what the loop changes"
WORK = 4
"""Elements that are compared in a step."""


def kind_of(element: Element, shapes: Shapes) -> Hashable:
    """What tells elements apart that loops go on making: objects, by the code that makes them."""
    match element:
        case One(Ref(Address(int() as site))):
            return ("made", site)
        case One(Tuple(elements)):
            return ("tuple", *(kind_of(e, shapes) for e in elements))
        case _:
            return shapes.element(element)


@dataclass(frozen=True, slots=True)
class _Widening:
    passes: Passes
    start: Shapes
    first: Shapes
    second: Shapes
    _apart: Shapes
    """Of pieces of text, which name no objects."""
    ran: Condition
    """Alternative 0: the body ran at least once."""
    count: Interval
    place: Place
    strict: bool
    open: list[Address] = field(default_factory=list)
    """Lists of which one more pass must tell whether they hold nothing else."""

    @property
    def _states(self) -> tuple[State, State, State]:
        return (self.passes.start, self.passes.first, self.passes.second)

    @property
    def _over(self) -> Span | None:
        """What the loop goes over."""
        node = self.place.node
        head = getattr(node, "test" if isinstance(node, ast.While) else "iter", None)
        return self.place.evaluation.span(head, self.passes.start) if isinstance(head, ast.expr) else None

    def widen(self, key: Key) -> Object | Value | None:
        before, one, two = (s.store.get(key) for s in self._states)
        if two is None or one is None:
            return two
        before = before or handed(key, two)
        match before, one, two:
            case ListObject(), ListObject(), ListObject():
                elements = self._elements(before.elements, one.elements, two.elements, key)
                return replace(two, elements=elements, grown=before.grown)
            case None, ListObject(), ListObject():
                return replace(two, elements=self._later(one.elements, two.elements))
            case DictObject(), DictObject(), DictObject():
                return self._dict(before, one, two)
            case Instance(), Instance(), Instance():
                names = dict.fromkeys((*before.fields, *two.fields))
                fields = {
                    n: self._value(before.fields.get(n), one.fields.get(n), two.fields.get(n)) for n in names
                }
                return replace(two, fields={n: v for n, v in fields.items() if v is not None})
            case _, (ListObject() | DictObject() | Instance()), _:
                return two
            case _:
                return self._value(before, one, two)  # type: ignore[arg-type]

    def _value(self, before: Value | None, one: Value | None, two: Value | None) -> Value | None:
        if one is None or two is None:
            return two if two is not None else before
        if one == two and before in (None, two):
            return two
        if self.first.value(one) == self.second.value(two):
            if before is None or self.count.low > 0 or self.start.value(before) == self.second.value(two):
                return two
            stays = before in flattened((two,))
            return choose(replace(self.ran, asked=()) if stays else self.ran, (two, before))
        if self._alternatives(self.second, two) <= self._alternatives(self.first, one):
            return two if before is None else choose(replace(self.ran, asked=()), (two, before))
        texts = [textual(value) if value is not None else None for value in (before, one, two)]
        if texts[0] is not None and texts[1] is not None and texts[2] is not None:
            grown = self._text(texts[0], texts[1], texts[2])
            if grown is not None:
                return grown
        if isinstance(two, Tuple) and isinstance(one, Tuple) and isinstance(before, Tuple):
            return Tuple(self._elements(before.elements, one.elements, two.elements))
        merged = self._any_list(before, one, two)
        if merged is not None:
            return merged
        if _is_counted(before, one, two):
            return replace(self.passes.turn, name=CHANGED)
        return self.place.unknown(Reason.CONSTRUCT, CHANGED)

    def _any_list(self, before: Value | None, one: Value, two: Value) -> Value | None:
        """A list made of that of the pass before: any of the elements that a pass finds in it."""
        lists = [_listed(value, state) for value, state in zip((before, one, two), self._states, strict=True)]
        if not all(lists[1:]):
            return None
        old, first, second = (found or () for found in lists)
        elements = self._any_of(old, first, second)
        others = {self.second.value(v): v for v in flattened((two,)) if not isinstance(v, Ref)}
        known = {self.first.value(v) for v in flattened((one,))}
        if not elements or not others.keys() <= known:
            return None
        return choose(self.place.fresh("which one"), [self.place.ref(ListObject(elements)), *others.values()])

    def _alternatives(self, shapes: Shapes, value: Value) -> set[int]:
        """What a value may be: a pass that adds nothing to it ends the search."""
        return set(map(shapes.value, flattened((value,))))

    def _text(self, before: Text, one: Text, two: Text) -> Text | None:
        a, b, c = (_atoms(t) for t in (before, one, two))
        keys = [[self._apart.value(x) for x in atoms] for atoms in (a, b, c)]
        n, m = len(a), len(b)
        if keys[1][:n] == keys[0] and keys[2][:m] == keys[1] and keys[1][n:] == keys[2][m:]:
            return concat(before, Text((Repeat(_text_of(c[m:]), self.count),)))
        if keys[1][m - n :] == keys[0] and keys[2][len(c) - m :] == keys[1]:
            added = len(c) - m
            if keys[1][: m - n] == keys[2][:added]:
                return concat(Text((Repeat(_text_of(c[:added]), self.count),)), before)
        return None

    def _elements(
        self,
        before: tuple[Element, ...],
        one: tuple[Element, ...],
        two: tuple[Element, ...],
        key: Key | None = None,
    ) -> tuple[Element, ...]:
        self.place.evaluation.step(weight(two) // WORK)
        a = [self.start.element(e) for e in before]
        b = [self.first.element(e) for e in one]
        c = [self.second.element(e) for e in two]
        if b == c:
            if a == b or self.count.low > 0:
                return two
            certain = all(isinstance(e, One) for e in two)
            return _either(self.ran if certain else replace(self.ran, asked=()), two, before)
        n, m = len(a), len(b)
        if b[:n] == a and c[:m] == b:
            added = two[m:] if b[n:] == c[m:] else _either(self.ran, one[n:], two[m:])
            return (*two[:n], Many(tuple(added), self.count, self._over, self.passes.edits))
        if b[m - n :] == a and c[len(c) - m :] == b and n <= m:
            new = two[: len(c) - m]
            return (Many(tuple(new), self.count, self._over), *two[len(c) - n :])
        if n == m == len(c) and all(isinstance(e, One) for e in (*before, *one, *two)):
            return tuple(
                One(self._value(x.value, y.value, z.value) or z.value)
                for x, y, z in zip(before, one, two, strict=True)
                if isinstance(x, One) and isinstance(y, One) and isinstance(z, One)
            )
        found = self._any_of(before, one, two, key)
        if found:
            return found
        unknown = self.place.unknown(Reason.CONSTRUCT, CHANGED)
        edits = tuple(dict.fromkeys(edits_of((*before, *one, *two))))
        return (Rest(replace(unknown, edits=edits)),)

    def _any_of(
        self,
        before: tuple[Element, ...],
        one: tuple[Element, ...],
        two: tuple[Element, ...],
        key: Key | None = None,
    ) -> tuple[Element, ...]:
        """Any of the elements in any number, where the second pass brings no new kind; else nothing.

        That a pass adds one of them is decided each time, so none is there for sure. Of a list that
        has a `key` a third pass may tell.
        """
        kinds = {kind_of(e, self.start) for e in singles(before)}
        kinds |= {kind_of(e, self.first) for e in singles(one)}
        found: dict[int, Element] = {}
        for element in singles(two):
            if kind_of(element, self.second) not in kinds:
                if self.strict or not isinstance(key, Address):
                    return ()
                self.open.append(key)
            found.setdefault(self.second.element(element), element)
        if not 0 < len(found) <= MAX_KINDS:
            return ()
        runs = tuple((element,) for element in found.values())
        edits = tuple(dict.fromkeys(edits_of((*before, *one, *two))))
        either = Either(self.place.fresh("which one"), (*runs, ()))
        return (Many((either,), Interval(0, None), self._over, edits),)

    def _later(self, one: tuple[Element, ...], two: tuple[Element, ...]) -> tuple[Element, ...]:
        """A list that the first pass made, and the second added to: others may go on."""
        b = [self.first.element(e) for e in one]
        c = [self.second.element(e) for e in two]
        if b == c or c[: len(b)] != b:
            return two
        return (*two[: len(b)], Many(two[len(b) :], Interval(0, None), self._over))

    def _dict(self, before: DictObject, one: DictObject, two: DictObject) -> DictObject:
        old = before.entries
        entries: dict[Value, Entry] = {}
        for key in dict.fromkeys((*old, *two.entries)):
            a, b, c = old.get(key), one.entries.get(key), two.entries.get(key)
            if c is None:
                assert a is not None
                entries[key] = replace(a, conditions=(*a.conditions, (self.ran, 1)))
                continue
            value = self._value(a.value if a else None, b.value if b else None, c.value)
            assert value is not None
            new = a is None and self.count.low == 0
            conditions = (*c.conditions, (self.ran, 0)) if new else c.conditions
            entries[key] = Entry(value, conditions)
        grew = len(two.entries) > len(one.entries)
        rest = self.place.unknown(Reason.CONSTRUCT, "keys that the loop adds") if grew else None
        return replace(two, entries=entries, rest=two.rest or rest)


def _listed(value: Value | None, state: State) -> tuple[Element, ...] | None:
    """The elements of all lists that a value may be; None if it may be another object."""
    found: list[Element] = []
    for ref in flattened(() if value is None else (value,)):
        obj = state.object(ref) if isinstance(ref, Ref) else None
        if obj is not None and not isinstance(obj, ListObject):
            return None
        found += obj.elements if obj is not None else ()
    return tuple(found)


def _is_counted(*values: Value | None) -> bool:
    """Whether a number, or each that it may be, is another one before each pass."""
    numbers = [set(flattened(() if value is None else (value,))) for value in values]
    return all(isinstance(n, Const) for ns in numbers for n in ns) and all(
        several and several != others for several, others in pairwise(numbers)
    )


def _either(condition: Condition, first: Sequence[Element], second: Sequence[Element]) -> tuple[Element, ...]:
    return (Either(condition, (tuple(first), tuple(second))),)


def _atoms(value: Text) -> list[Piece]:
    """The pieces, literals cut into characters."""
    result: list[Piece] = []
    for piece in value.pieces:
        if isinstance(piece, Literal):
            result.extend(Literal(c, piece.span, piece.names) for c in piece.text)
        else:
            result.append(piece)
    return result


def _text_of(atoms: Sequence[Piece]) -> Text:
    return concat(Text(tuple(atoms)))
