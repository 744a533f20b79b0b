"""What do the variables and the mutable objects hold at this point of the program?

The store maps variables and addresses to values and objects. Branches write to overlays, so that
a join visits only what they touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from promptlint.evaluate.edit import edits_of
from promptlint.evaluate.text import choose
from promptlint.evaluate.value import (
    Address,
    Class,
    Condition,
    Edit,
    Either,
    Element,
    Frame,
    Handed,
    Hole,
    One,
    Param,
    Ref,
    Rest,
    Text,
    Unknown,
    Value,
)
from promptlint.evaluate.weight import bounded
from promptlint.source import Span

__all__ = [
    "DictObject",
    "Entry",
    "Instance",
    "Key",
    "ListObject",
    "Mark",
    "Object",
    "State",
    "Store",
    "handed",
    "join",
    "merge",
]


@dataclass(frozen=True, slots=True)
class ListObject:
    """A list or a set: known head, middle that may repeat, known tail."""

    elements: tuple[Element, ...]
    is_set: bool = False
    loops: tuple[int, ...] = ()
    """The loops that were running when it was made."""
    kept: bool = False
    """It outlives the activation: it lives in an attribute, a global, or the caller."""
    grown: int = field(default=0, compare=False)
    """How many of the last elements were added by this activation to a list that is kept."""
    edits: tuple[Edit, ...] = field(default=(), compare=False)
    """What becomes of those that stand there whenever it grows: of a ``deque`` with a ``maxlen``."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a dict."""

    value: Value
    conditions: tuple[tuple[Condition, int], ...] = ()
    """What must hold for it to be there."""
    at: Span | None = field(default=None, compare=False)
    """Where the value is put there."""


@dataclass(frozen=True, slots=True)
class DictObject:
    """A dict: known keys in order, and what may be there besides."""

    entries: Mapping[Value, Entry]
    rest: Unknown | Param | Hole | None = None
    kept: bool = False
    span: Span | None = field(default=None, compare=False)
    """Where the dict is made."""
    factory: Value | None = None
    """What makes the value of a key that is not there: of a ``defaultdict``."""
    order: Hole | None = None
    """What its keys were taken from, where that has no order: it shows only where the dict is written out."""

    def get(self, key: str) -> Entry | None:
        """The entry under a constant string key."""
        for known, entry in self.entries.items():
            if isinstance(known, Text) and known.constant == key:
                return entry
        return None


@dataclass(frozen=True, slots=True)
class Instance:
    """An object of a class of the project."""

    cls: Class
    fields: Mapping[str, Value]
    symbolic: bool = False
    """It stands for any object of the class: made elsewhere, used since."""


Object = ListObject | DictObject | Instance
Key = Address | tuple[Frame, str]


class _Layer:
    """A frozen overlay."""

    __slots__ = ("all", "depth", "entries", "parent")

    def __init__(self, entries: dict[Key, Object | Value | None], parent: _Layer | None) -> None:
        self.entries = entries
        self.parent = parent
        self.depth: int = parent.depth + 1 if parent else 1
        self.all: dict[Key, Object | Value | None] | None = None
        """Every twelfth or so holds what is in those beneath it too: look-up ends there."""
        if self.depth > MAX_DEPTH:
            self.depth, self.all = 0, self._folded()

    def _folded(self) -> dict[Key, Object | Value | None]:
        above: list[dict[Key, Object | Value | None]] = []
        layer: _Layer | None = self
        while layer is not None and layer.all is None:
            above.append(layer.entries)
            layer = layer.parent
        found = dict(layer.all) if layer is not None and layer.all is not None else {}
        for entries in reversed(above):
            found.update(entries)
        return found


MAX_DEPTH = 12
"""Overlays that look-up walks through one by one."""


Mark = _Layer | None
"""A moment in the life of a store (see `Store.mark`)."""


class Store:
    """A persistent map: forking is cheap, and neither side sees the other's writes."""

    __slots__ = ("_base", "_heap", "_top")

    def __init__(self, heap: Mapping[Key, Object | Value]) -> None:
        self._heap = heap
        self._base: _Layer | None = None
        self._top: dict[Key, Object | Value | None] = {}

    def get(self, key: Key) -> Object | Value | None:
        """What is stored under a variable or an address."""
        if key in self._top:
            return self._top[key]
        layer = self._base
        while layer is not None:
            if layer.all is not None:
                if key in layer.all:
                    return layer.all[key]
                break
            if key in layer.entries:
                return layer.entries[key]
            layer = layer.parent
        return self._heap.get(key)

    def set(self, key: Key, value: Object | Value | None) -> None:
        """Write, visible to this store and to later forks of it; None: unbound from now on."""
        self._top[key] = value

    def fork(self) -> Store:
        """Another store with the same content."""
        if self._top:
            self._base = _Layer(self._top, self._base)
            self._top = {}
        twin = Store(self._heap)
        twin._base = self._base
        return twin

    def mark(self) -> Mark:
        """The state up to now, to ask later what was touched since."""
        self.fork()
        return self._base

    def touched(self, since: Mark) -> Iterator[tuple[Key, Object | Value]]:
        """Everything written since a mark, each key once."""
        return ((key, value) for key, value in self._written(since) if value is not None)

    def _written(self, since: Mark) -> Iterator[tuple[Key, Object | Value | None]]:
        """Everything written or unbound since a mark."""
        seen: set[Key] = set()
        layers: list[dict[Key, Object | Value | None]] = [self._top]
        layer = self._base
        while layer is not None and layer is not since:
            layers.append(layer.entries)
            layer = layer.parent
        for entries in layers:
            for key, value in entries.items():
                if key not in seen:
                    seen.add(key)
                    yield key, value


@dataclass(slots=True)
class State:
    """Where a run of a function stands: its store, its namespace, and what was decided on the way."""

    store: Store
    frame: Frame
    path: tuple[tuple[Condition, int], ...] = ()
    """Undecided branches taken since the function began."""
    decided: Mapping[object, int] = field(default_factory=dict)
    """Condition key → alternative, along the whole path."""

    def fork(self, condition: Condition | None = None, index: int = 0) -> State:
        """A twin that goes the way `condition` = `index`."""
        if condition is None:
            return State(self.store.fork(), self.frame, self.path, self.decided)
        return State(
            self.store.fork(),
            self.frame,
            (*self.path, (condition, index)),
            {**self.decided, condition.key: index},
        )

    def become(self, other: State) -> None:
        """Go on as `other`."""
        self.store, self.path, self.decided = other.store, other.path, other.decided

    def variable(self, frame: Frame, name: str) -> Value | None:
        """The value of a variable; None while it is unbound."""
        value = self.store.get((frame, name))
        assert value is None or not isinstance(value, ListObject | DictObject | Instance)
        return value

    def bind(self, frame: Frame, name: str, value: Value) -> None:
        """Bind a variable."""
        self.store.set((frame, name), value)

    def unbind(self, frame: Frame, name: str) -> None:
        """Forget the value of a variable."""
        if self.store.get((frame, name)) is not None:
            self.store.set((frame, name), None)

    def object(self, ref: Ref) -> Object:
        """The object that a reference names."""
        found = self.store.get(ref.address)
        assert isinstance(found, ListObject | DictObject | Instance)
        return found

    def put(self, ref: Ref, obj: Object) -> None:
        """Replace the object that a reference names."""
        if isinstance(obj, ListObject):
            elements = bounded(obj.elements, Span(self.frame.source.path, None, 1, 1, 1, 1))
            obj = obj if elements is obj.elements else replace(obj, elements=elements)
        self.store.set(ref.address, obj)


# -- joins ------------------------------------------------------------------------------------


def merge(
    condition: Condition, first: Object | Value | None, second: Object | Value | None
) -> Object | Value | None:
    """What is there after either branch; unbound on one side means bound by the other."""
    if first is None or second is None:
        return first if first is not None else second
    if first == second:
        edited = isinstance(second, ListObject) and any(edits_of(second.elements))
        return second if edited else first
    match first, second:
        case ListObject(), ListObject():
            return replace(
                first,
                elements=bounded(_merge_elements(condition, first.elements, second.elements), condition.span),
                kept=first.kept or second.kept,
                grown=max(first.grown, second.grown),
            )
        case DictObject(), DictObject():
            return _merge_dicts(condition, first, second)
        case Instance(), Instance():
            names = list(dict.fromkeys((*first.fields, *second.fields)))
            fields = {
                name: _merge_values(condition, first.fields.get(name), second.fields.get(name))
                for name in names
            }
            return replace(first, fields=fields)
        case ((ListObject() | DictObject() | Instance()), _):
            return first
        case _, (ListObject() | DictObject() | Instance()):
            return second
        case _:
            return choose(condition, (first, second))


def _merge_values(condition: Condition, first: Value | None, second: Value | None) -> Value:
    if first is None or second is None:
        found = first if first is not None else second
        assert found is not None
        return found
    return first if first == second else choose(condition, (first, second))


def _merge_elements(
    condition: Condition, first: tuple[Element, ...], second: tuple[Element, ...]
) -> tuple[Element, ...]:
    head = 0
    while head < min(len(first), len(second)) and first[head] == second[head]:
        head += 1
    tail = 0
    while tail < min(len(first), len(second)) - head and first[-1 - tail] == second[-1 - tail]:
        tail += 1
    middles = (first[head : len(first) - tail], second[head : len(second) - tail])
    kept = first[len(first) - tail :] if tail else ()
    if len(middles[0]) == len(middles[1]):
        return (*first[:head], *_pairwise(condition, *middles), *kept)
    return bounded((*first[:head], Either(condition, middles), *kept), condition.span)


def _pairwise(
    condition: Condition, first: tuple[Element, ...], second: tuple[Element, ...]
) -> tuple[Element, ...]:
    """Runs of the same length: a choice per place, so that indexing still works."""
    if not all(isinstance(e, One) for e in (*first, *second)):
        return (Either(condition, (first, second)),)
    pairs = zip(first, second, strict=True)
    return tuple(
        One(_merge_values(condition, a.value, b.value))
        for a, b in pairs
        if isinstance(a, One) and isinstance(b, One)
    )


def _merge_dicts(condition: Condition, first: DictObject, second: DictObject) -> DictObject:
    entries: dict[Value, Entry] = {}
    for key in dict.fromkeys((*first.entries, *second.entries)):
        a, b = first.entries.get(key), second.entries.get(key)
        if a is None:
            assert b is not None
            entries[key] = replace(b, conditions=(*b.conditions, (condition, 1)))
        elif b is None:
            entries[key] = replace(a, conditions=(*a.conditions, (condition, 0)))
        elif a == b:
            entries[key] = a
        else:
            merged = _merge_values(condition, a.value, b.value)
            entries[key] = Entry(merged, _either(condition, a, b), a.at)
    rest, kept = first.rest or second.rest, first.kept or second.kept
    return DictObject(entries, rest, kept, first.span, first.factory or second.factory)


def _either(condition: Condition, first: Entry, second: Entry) -> tuple[tuple[Condition, int], ...]:
    """When an entry is there if both branches may have it, each under conditions of its own."""
    shared = tuple(c for c in first.conditions if c in second.conditions)
    if first.conditions == second.conditions:
        return shared
    return (*shared, (Condition(("entry", condition.key), condition.span, condition.text), 0))


def handed(key: Key, other: Object | Value | None) -> Object | Value | None:
    """What a thing that the program was handed is on a path that has not changed it."""
    if not isinstance(key, Address) or not isinstance(key.site, Handed):
        return None
    value = key.site.value
    match other:
        case ListObject():
            return ListObject((Rest(value),), kept=True)
        case DictObject():
            return DictObject({}, value, kept=True)
        case _:
            return value


def join(condition: Condition, base: State, first: State, second: State, since: Mark) -> None:
    """Let `base` go on as either of two states that were forked from it at `since`."""
    keys = [key for key, _ in first.store.touched(since)]
    keys += [key for key, _ in second.store.touched(since)]
    store = base.store.fork()
    for key in dict.fromkeys(keys):
        one, two = first.store.get(key), second.store.get(key)
        one, two = one or handed(key, two), two or handed(key, one)
        value = merge(condition, one, two)
        if value is not None:
            store.set(key, value)
    base.store = store
