"""Which prefixes are cached now, and what became of the frozen ones?

What is frozen belongs to the program: requests that are sent by tests alone are left out, and so
are prefixes in which no text is the project's own.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from promptlint.facts import Facts
from promptlint.interval import Interval
from promptlint.lock import Entry, Lock
from promptlint.prefix import Placed, Prefix, size
from promptlint.request import Block, Level, Request
from promptlint.survey import Survey
from promptlint.tag import TagStyle
from promptlint.testcode import is_test
from promptlint.tokens import Tokenizer
from promptlint.wording import Move, Row, holds_prompt, moves, rows_of

__all__ = ["Change", "Changes", "Gauge", "Standing", "changes", "refrozen", "standing"]

_ANY = Interval(0, None)


@dataclass(frozen=True, slots=True)
class Gauge:
    """What is needed to say how large a prefix is."""

    tokenizer: Tokenizer
    facts: Facts

    def tokens(self, request: Request, blocks: Sequence[Placed]) -> Interval:
        """Of some blocks of a request, for every model that it may be sent to."""
        models = [self.facts.models.find(name) for name in request.models] or [None]
        return reduce(or_, (size(blocks, self.tokenizer, model, self.facts.limits) for model in models))


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """A cached prefix as the code has it now."""

    entry: Entry
    """Its tokens are not counted yet."""
    prefixes: tuple[Prefix, ...]
    """Those of one function that have this text, in file order."""
    rows: tuple[Row, ...]
    tags: tuple[str | None, ...]
    """Every version tag of its text; None for one that is only known at run time."""

    @property
    def prefix(self) -> Prefix:
        """The first of them."""
        return self.prefixes[0]

    def counted(self, gauge: Gauge) -> Entry:
        """The entry with its tokens."""
        tokens = reduce(or_, (gauge.tokens(each.request, each.cached) for each in self.prefixes))
        plain = self.entry
        return Entry(plain.name, plain.version, plain.models, plain.ttl, tokens, plain.text)


def standing(survey: Survey, style: TagStyle, facts: Facts, lock: Lock) -> tuple[Standing, ...]:
    """Every cached prefix of a project under its name, in file order; `lock` knows how names are made."""
    groups: dict[str, dict[tuple[object, ...], list[Prefix]]] = defaultdict(lambda: defaultdict(list))
    for request in survey.requests:
        prefix = Prefix.of(request, facts.limits)
        path = lock.named(request.site.span.path)
        if prefix.breakpoints and not is_test(path) and holds_prompt(prefix):
            function = f"{path}:{request.site.function}"
            groups[function][tuple(row.written for row in rows_of(prefix))].append(prefix)
    found = []
    for function, texts in groups.items():
        for number, prefixes in enumerate(texts.values(), start=1):
            name = function if number == 1 else f"{function} ({number})"
            found.append(_standing(name, tuple(prefixes), style))
    return tuple(found)


def _standing(name: str, prefixes: tuple[Prefix, ...], style: TagStyle) -> Standing:
    rows = rows_of(prefixes[0])
    text = {level: tuple(row.text for row in rows if row.level is level) for level in Level}
    blocks = [p.item for p in prefixes[0].cached if p.level is not Level.TOOLS and isinstance(p.item, Block)]
    tags = tuple(tag for block in blocks for tag in style.tags(block.text))
    entry = Entry(
        name,
        next((tag for tag in tags if tag), ""),
        tuple(sorted({model for prefix in prefixes for model in prefix.request.models})),
        tuple(sorted({point.marker.ttl or "?" for prefix in prefixes for point in prefix.breakpoints})),
        _ANY,
        {level: lines for level, lines in text.items() if lines},
    )
    return Standing(entry, prefixes, rows, tags)


# -- against the lock -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """A prefix that was frozen, and what it is now."""

    then: Entry
    now: Standing

    @property
    def moves(self) -> tuple[Move, ...]:
        """Where its words moved; empty where they did not."""
        if self.then.digest == self.now.entry.digest:
            return ()
        return tuple(moves(self.then.lines, self.now.rows))

    def keeps_tags(self, style: TagStyle) -> bool:
        """Whether every version tag is the one that was frozen; not where one is only known at run time."""
        if None in self.now.tags or self.then.version != self.now.entry.version:
            return False
        return _tags(self.then, style) == _tags(self.now.entry, style)

    def rewritten(self, first: Row | None) -> Sequence[Placed]:
        """The blocks that are written anew where the text moved from a line on, or behind its end."""
        prefix = self.now.prefix
        index = prefix.end if first is None else first.index
        before = [point.at.index for point in prefix.breakpoints if point.at.index < index]
        return prefix.blocks[max(before, default=-1) + 1 : prefix.end + 1]


def _tags(entry: Entry, style: TagStyle) -> Counter[str]:
    lines = (line for level, line in entry.lines if level is not Level.TOOLS)
    return Counter(tag for line in lines for tag in style.written(line))


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of the frozen prefixes."""

    kept: tuple[Change, ...]
    """Frozen and still there, whether their text moved or not."""
    new: tuple[Standing, ...]
    vanished: tuple[Entry, ...]


def changes(lock: Lock, now: Iterable[Standing]) -> Changes:
    """Every prefix beside the frozen one that it was.

    A name with its text comes first, then a text alone, since a function may have been renamed or
    moved; then the name of a function that has one prefix; last, most of the lines.
    """
    pairing = _Pairing(list(now), list(lock.entries))
    crowded = _crowded([*(one.entry for one in pairing.current), *lock.entries])
    pairing.by(lambda entry: (entry.name, entry.digest))
    pairing.by(lambda entry: entry.digest)
    pairing.by(lambda entry: entry.name if entry.function not in crowded else None)
    pairing.by_likeness(lambda one, entry: one.function == entry.function)
    pairing.by_likeness(lambda _one, _entry: True)
    return Changes(tuple(pairing.pairs), tuple(pairing.current), tuple(pairing.frozen))


@dataclass(slots=True)
class _Pairing:
    """Prefixes and entries that are still alone, and those that found each other."""

    current: list[Standing]
    frozen: list[Entry]
    pairs: list[Change] = field(default_factory=list)

    def by(self, key: Callable[[Entry], Hashable]) -> None:
        """Pair those of one key, in their order; None is the key of none."""
        waiting: dict[Hashable, list[Entry]] = defaultdict(list)
        for entry in reversed(self.frozen):
            waiting[key(entry)].append(entry)
        for one in tuple(self.current):
            wanted = key(one.entry)
            if wanted is not None and waiting[wanted]:
                self._pair(one, waiting[wanted].pop())

    def by_likeness(self, test: Callable[[Entry, Entry], bool]) -> None:
        """Pair those that share most of their lines."""
        for one in tuple(self.current):
            lines = set(one.entry.lines)
            for entry in self.frozen:
                others = set(entry.lines)
                if test(one.entry, entry) and len(lines & others) > _MOST * max(len(lines), len(others)):
                    self._pair(one, entry)
                    break

    def _pair(self, one: Standing, entry: Entry) -> None:
        self.current.remove(one)
        self.frozen.remove(entry)
        self.pairs.append(Change(entry, one))


_MOST = 0.5
"""Part of the lines that two texts share, if one was made from the other."""


def _crowded(entries: Iterable[Entry]) -> frozenset[str]:
    """Functions with more than one prefix."""
    return frozenset(entry.function for entry in entries if entry.name != entry.function)


def refrozen(lock: Lock, now: Sequence[Standing], unread: frozenset[str], gauge: Gauge) -> Iterator[Entry]:
    """What the lock should hold: the prefixes as they are, and those of files that could not be read."""
    counted = [one.counted(gauge) for one in now]
    yield from counted
    names = {entry.name for entry in counted}
    for entry in lock.entries:
        if entry.path in unread and entry.name not in names:
            yield entry
