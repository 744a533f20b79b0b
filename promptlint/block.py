"""Which blocks do the values of a call's arguments describe?"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from promptlint.alternative import choice
from promptlint.evaluate.evaluation import Place
from promptlint.evaluate.formatting import to_text
from promptlint.evaluate.jsontext import WIRE, json_text
from promptlint.evaluate.sequence import elements_of
from promptlint.evaluate.store import DictObject, Entry, Instance
from promptlint.evaluate.text import flattened
from promptlint.evaluate.value import (
    EMPTY,
    Choice,
    Const,
    Either,
    Element,
    External,
    Function,
    Hole,
    Many,
    One,
    Param,
    Reason,
    Ref,
    Rest,
    Text,
    Tuple,
    Unknown,
    Value,
)
from promptlint.marker import constant, read_marker, record_of
from promptlint.request import Block, Item, Level
from promptlint.request import Choice as ItemChoice
from promptlint.request import Repeat as ItemRepeat
from promptlint.request import Rest as ItemRest
from promptlint.source import Span
from promptlint.tool import function_tool
from promptlint.vantage import Vantage, unresolved

__all__ = ["BlockReader"]

NESTED = ("content", "source", "citations")
"""Keys of a block whose own blocks the API hoists or rejects markers in."""


@dataclass(frozen=True, slots=True)
class BlockReader:
    """Reads blocks out of the values of one call."""

    place: Place
    vantage: Vantage
    spans: dict[str, Span] = field(default_factory=dict)
    """Where each argument is written."""
    read: dict[Hashable, tuple[Item, ...]] = field(default_factory=dict)
    """What content blocks were read as: alternatives share many of them."""

    # -- the three levels -----------------------------------------------------------------------

    def system(self, value: Value | None) -> tuple[Item, ...]:
        """``system=``: a string is one block."""
        return tuple(self._level(value, Level.SYSTEM)) if value is not None else ()

    def tools(self, value: Value | None) -> tuple[Item, ...]:
        """``tools=``."""
        return tuple(self._level(value, Level.TOOLS)) if value is not None else ()

    def _level(self, value: Value, level: Level) -> Iterator[Item]:
        match value:
            case Const(None):
                return
            case External(name) if name.startswith("anthropic."):
                return
            case Choice(condition, alternatives):
                words = self._one_text(value) if level is Level.SYSTEM else None
                if words is not None:
                    yield self._string(words, level, self.spans.get("system"))
                    return
                runs = tuple(tuple(self._level(a, level)) for a in alternatives)
                yield from choice(condition, runs)
            case Text() if level is Level.SYSTEM:
                yield self._string(value, level, self.spans.get("system"))
            case Ref() | Tuple():
                yield from self._elements(elements_of(value, self.place), level)
            case Hole() if level is Level.SYSTEM:
                yield self._string(to_text(value, self.place), level, self.spans.get("system"))
            case Unknown() | Param() | Hole():
                yield self._unseen(level, value)
            case External():
                yield from self._level(self.place.derived(value), level)
            case _:
                yield ItemRest(level, self.place.unknown(Reason.CONSTRUCT))

    def _one_text(self, value: Choice) -> Text | None:
        """Alternatives of which one is surely text are one text: the others are text too."""
        every = list(flattened((value,)))
        open_ = (Text, Hole, Unknown, Param, External)
        if not all(isinstance(a, open_) for a in every) or not any(isinstance(a, Text) for a in every):
            return None
        if any(isinstance(a, External) and a.name.startswith("anthropic.") for a in every):
            return None
        return to_text(value, self.place)

    def _elements(self, elements: Sequence[Element], level: Level) -> Iterator[Item]:
        for element in elements:
            match element:
                case One(value):
                    yield from self._item(value, level)
                case Many(body, count, over):
                    yield ItemRepeat(tuple(self._elements(body, level)), count, over)
                case Either(condition, alternatives):
                    yield from choice(
                        condition, tuple(tuple(self._elements(run, level)) for run in alternatives)
                    )
                case Rest(value):
                    yield self._unseen(level, value)

    def _item(self, value: Value, level: Level) -> Iterator[Item]:
        match value:
            case Choice(condition, alternatives):
                yield from choice(condition, tuple(tuple(self._item(a, level)) for a in alternatives))
            case Const(None):
                return
            case Text():
                yield self._string(value, level, None)
            case Ref():
                obj = record_of(value, self.place)
                if isinstance(obj, DictObject):
                    yield from self.blocks(obj, level)
                else:
                    yield ItemRest(level, self.place.unknown(Reason.CONSTRUCT))
            case Function() if level is Level.TOOLS:
                yield self._tool_function(value)
            case Unknown() | Param() | Hole():
                yield self._unseen(level, value)
            case _:
                yield ItemRest(level, self.place.unknown(Reason.CONSTRUCT))

    def _unseen(self, level: Level, value: Unknown | Param | Hole) -> ItemRest:
        varying = self.vantage.hole(value) if isinstance(value, Hole) else None
        return ItemRest(level, self._rest(value), varying if varying is not None and varying.causes else None)

    def _rest(self, value: Unknown | Param | Hole) -> Unknown:
        return unresolved(value, self.vantage.uncalled)

    def _string(self, value: Text, level: Level, span: Span | None) -> Block:
        return Block(
            level,
            "text",
            self.vantage.text(value),
            span or first_span(value) or self.place.span,
        )

    # -- one block ------------------------------------------------------------------------------

    def blocks(self, obj: DictObject, level: Level, role: str = "", message: int = 0) -> Iterator[Item]:
        """The block that a dict describes; one whose kind is chosen is a choice of blocks."""
        kind = "tool" if level is Level.TOOLS else constant(obj, "type") or "text"
        marker = obj.get("cache_control")
        if obj.rest is not None and not obj.entries:
            yield ItemRest(level, self._rest(obj.rest))
            return
        yield Block(
            level,
            kind,
            self.vantage.text(self._body(obj, kind)),
            obj.span or self.place.span,
            read_marker(marker, obj.span, self.place) if marker is not None else None,
            role,
            message,
            misplaced=tuple(self._nested(obj)),
            deferred=_is_true(obj.get("defer_loading")),
        )

    def _body(self, obj: DictObject, kind: str) -> Text:
        """What of a block is prompt text."""
        plain = obj.get("text") if kind == "text" else None
        if plain is not None:
            return self._words(plain)
        if kind == "text" and obj.rest is not None:
            return Text((self._rest(obj.rest),))
        left = {
            k: e
            for k, e in obj.entries.items()
            if not (isinstance(k, Text) and k.constant == "cache_control")
        }
        if kind == "text" and not left:
            return EMPTY
        return json_text(self.place.ref(replace(obj, entries=left)), WIRE, self.place)

    def _words(self, entry: Entry) -> Text:
        """The text under a key; a bare run-time value becomes text where it is put there."""
        if isinstance(entry.value, Hole | Unknown | Param) and entry.at is not None:
            return Text((replace(entry.value, at=entry.at),))
        return to_text(entry.value, self.place)

    def _nested(self, obj: DictObject) -> Iterator[tuple[str, Span]]:
        """Markers on blocks inside a block."""
        for key in NESTED:
            entry = obj.get(key)
            if entry is None or not isinstance(entry.value, Ref | Tuple):
                continue
            inner = (
                [entry.value]
                if key == "source"
                else [e.value for e in elements_of(entry.value, self.place) if isinstance(e, One)]
            )
            for position, value in enumerate(inner):
                part = record_of(value, self.place) if isinstance(value, Ref) else None
                found = part.get("cache_control") if part is not None else None
                last = key == "content" and position == len(inner) - 1
                if found is not None and found.value != Const(None) and not last:
                    yield "nested", found.at or self.place.span

    # -- messages -------------------------------------------------------------------------------

    def messages(self, elements: Sequence[Element], tail: int) -> tuple[Item, ...]:
        """``messages=``; the last `tail` elements are what this call adds to a conversation."""
        result: list[Item] = []
        first_of_tail = len(elements) - tail
        for ordinal, element in enumerate(elements):
            items = tuple(self._message_element(element, ordinal))
            result.extend(_marked_tail(items) if ordinal >= first_of_tail else items)
        return tuple(result)

    def _message_element(self, element: Element, ordinal: int) -> Iterator[Item]:
        match element:
            case One(value):
                yield from self._message(value, ordinal)
            case Many(body, count, over):
                inner = tuple(i for e in body for i in self._message_element(e, ordinal))
                yield ItemRepeat(inner, count, over)
            case Either(condition, alternatives):
                runs = tuple(
                    tuple(i for e in run for i in self._message_element(e, ordinal)) for run in alternatives
                )
                yield from choice(condition, runs)
            case Rest(value):
                yield ItemRest(Level.MESSAGES, self._rest(value))

    def _message(self, value: Value, ordinal: int) -> Iterator[Item]:
        match value:
            case Choice(condition, alternatives):
                yield from choice(condition, tuple(tuple(self._message(a, ordinal)) for a in alternatives))
            case Ref():
                obj = record_of(value, self.place)
                if obj is None:
                    yield ItemRest(Level.MESSAGES, self.place.unknown(Reason.CONSTRUCT))
                    return
                yield from self._content(obj, ordinal)
            case Unknown() | Param() | Hole():
                yield ItemRest(Level.MESSAGES, self._rest(value))
            case Const(None):
                return
            case _:
                yield ItemRest(Level.MESSAGES, self.place.unknown(Reason.CONSTRUCT))

    def _content(self, obj: DictObject, ordinal: int) -> Iterator[Item]:
        role = constant(obj, "role") or "user"
        content = obj.get("content")
        wrong = obj.get("cache_control")
        misplaced: tuple[tuple[str, Span], ...] = ()
        if wrong is not None and wrong.value != Const(None):
            misplaced = (("message", wrong.at or self.place.span),)
        if content is None:
            if obj.rest is not None:
                yield ItemRest(Level.MESSAGES, self._rest(obj.rest))
            return
        value = content.value
        if isinstance(value, Hole | Unknown | Param) and content.at is not None:
            value = replace(value, at=content.at)
        items = tuple(self._content_value(value, obj.span or self.place.span, role, ordinal))
        for position, item in enumerate(items):
            first = position == 0 and misplaced and isinstance(item, Block)
            yield (
                replace(item, misplaced=(*misplaced, *item.misplaced))
                if first and isinstance(item, Block)
                else item
            )

    def _content_value(self, value: Value, span: Span, role: str, ordinal: int) -> Iterator[Item]:
        match value:
            case Choice(condition, alternatives):
                runs = tuple(tuple(self._content_value(a, span, role, ordinal)) for a in alternatives)
                yield from choice(condition, runs)
            case Ref() | Tuple():
                if isinstance(value, Ref) and isinstance(
                    self.place.state.object(value), DictObject | Instance
                ):
                    yield from self._content_item(value, role, ordinal)
                    return
                for element in elements_of(value, self.place):
                    yield from self._content_element(element, role, ordinal)
            case Const(None):
                return
            case _:
                bare = Text((value,)) if isinstance(value, Hole | Unknown | Param) else None
                words = self.vantage.text(bare or to_text(value, self.place))
                yield Block(Level.MESSAGES, "text", words, span, None, role, ordinal)

    def _content_element(self, element: Element, role: str, ordinal: int) -> Iterator[Item]:
        match element:
            case One(value):
                yield from self._content_item(value, role, ordinal)
            case Many(body, count, over):
                inner = tuple(i for e in body for i in self._content_element(e, role, ordinal))
                yield ItemRepeat(inner, count, over)
            case Either(condition, alternatives):
                runs = tuple(
                    tuple(i for e in run for i in self._content_element(e, role, ordinal))
                    for run in alternatives
                )
                yield from choice(condition, runs)
            case Rest(value):
                yield ItemRest(Level.MESSAGES, self._rest(value))

    def _content_item(self, value: Value, role: str, ordinal: int) -> Iterator[Item]:
        match value:
            case Choice(condition, alternatives):
                yield from choice(
                    condition, tuple(tuple(self._content_item(a, role, ordinal)) for a in alternatives)
                )
            case Ref(address):
                key = (address, role, ordinal)
                if key not in self.read:
                    self.read[key] = tuple(self._content_block(value, role, ordinal))
                yield from self.read[key]
            case Text():
                words = self.vantage.text(value)
                yield Block(
                    Level.MESSAGES, "text", words, first_span(value) or self.place.span, None, role, ordinal
                )
            case Unknown() | Param() | Hole():
                yield ItemRest(Level.MESSAGES, self._rest(value))
            case Const(None):
                return
            case _:
                yield ItemRest(Level.MESSAGES, self.place.unknown(Reason.CONSTRUCT))

    def _content_block(self, value: Ref, role: str, ordinal: int) -> Iterator[Item]:
        obj = record_of(value, self.place)
        if obj is not None:
            yield from self.blocks(obj, Level.MESSAGES, role, ordinal)
        else:
            yield ItemRest(Level.MESSAGES, self.place.unknown(Reason.CONSTRUCT))

    def _tool_function(self, function: Function) -> Block:
        words = function_tool(function, self.place)
        return Block(Level.TOOLS, "tool", self.vantage.text(words), function.source.span(function.node))


def _marked_tail(items: tuple[Item, ...]) -> Iterator[Item]:
    for item in items:
        match item:
            case Block():
                yield replace(item, tail=True)
            case ItemChoice(condition, alternatives):
                yield ItemChoice(condition, tuple(tuple(_marked_tail(run)) for run in alternatives))
            case ItemRepeat(inner, count, over):
                yield ItemRepeat(tuple(_marked_tail(inner)), count, over)
            case ItemRest():
                yield item


def first_span(value: Text) -> Span | None:
    """Where the first piece of a text is written."""
    for piece in value.pieces:
        span = getattr(piece, "span", None) or getattr(piece, "at", None)
        if isinstance(span, Span):
            return span
    return None


def _is_true(entry: Entry | None) -> bool:
    return entry is not None and entry.value == Const(True) and not entry.conditions
