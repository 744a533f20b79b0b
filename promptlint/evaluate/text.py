"""How are texts put together? Concatenation, choice, and cutting, piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from promptlint.diagnostic import Confidence
from promptlint.evaluate.value import (
    ANY_SIZE,
    Choice,
    Condition,
    Hole,
    HopKind,
    Literal,
    Origin,
    Param,
    Piece,
    Reason,
    Repeat,
    Text,
    Unknown,
    Value,
    path_of,
)
from promptlint.source import Span

__all__ = [
    "MAX_CHARACTERS",
    "MAX_PIECES",
    "assume",
    "blur",
    "choose",
    "choose_text",
    "concat",
    "each",
    "flattened",
    "head_of",
    "map_literals",
    "narrowed",
    "passable",
    "pieces",
    "tail_of",
    "textual",
    "width",
    "without_head",
    "without_tail",
]

MAX_PIECES = 2_000
"""Pieces of a text; more are made by code that doubles it again and again, not by a prompt."""
MAX_CHARACTERS = 4_000_000
"""Constant characters of a text: as much as the largest file that is parsed."""
MAX_ALTERNATIVES = 16
"""More alternatives than this tell a reader nothing, and their product would not end."""


def concat(*texts: Text) -> Text:
    """The texts one after the other, in normal form; what is too long ends in a gap.

    >>> concat(Text((Literal("a"),)), Text((Literal("b"),))).constant
    'ab'
    """
    result: list[Piece] = []
    characters = 0
    for part in texts:
        for piece in part.pieces:
            characters += len(piece.text) if isinstance(piece, Literal) else 0
            if len(result) >= MAX_PIECES or characters > MAX_CHARACTERS:
                return Text((*result, Unknown(Reason.BUDGET, "long text", _where(piece, *result))))
            _append(result, piece)
    return Text(tuple(result))


def _where(*pieces: Piece) -> Span:
    spans = (getattr(piece, "span", None) or getattr(piece, "at", None) for piece in pieces)
    return next((span for span in spans if isinstance(span, Span)), Span("", None, 1, 1, 1, 1))


def _append(result: list[Piece], piece: Piece) -> None:
    match piece:
        case Literal(""):
            return
        case Literal(more, span, names) if result and isinstance(result[-1], Literal):
            last = result[-1]
            both = tuple(dict.fromkeys((*last.names, *names)))
            result[-1] = Literal(last.text + more, last.span or span, both)
        case Choice(condition, alternatives):
            head, middle, tail = _factored(alternatives)
            for literal in head:
                _append(result, literal)
            if any(part.pieces for part in middle):
                result.append(Choice(condition, middle))
            for literal in tail:
                _append(result, literal)
        case Repeat(Text(()), _, ""):
            return
        case _:
            result.append(piece)


def _factored(alternatives: Sequence[Value]) -> tuple[list[Piece], tuple[Text, ...], list[Piece]]:
    """Common head and tail of alternatives, and what is left of each."""
    parts = [a for a in alternatives if isinstance(a, Text)]
    head: list[Piece] = []
    tail: list[Piece] = []
    while (piece := _shared(parts, 0)) is not None:
        head.append(piece)
        parts = [_less(part, 0, piece) for part in parts]
    while (piece := _shared(parts, -1)) is not None:
        tail.insert(0, piece)
        parts = [_less(part, -1, piece) for part in parts]
    return head, tuple(parts), tail


def _shared(parts: Sequence[Text], end: int) -> Piece | None:
    """The piece with which all parts begin or end; of literals what is the same."""
    if not all(part.pieces for part in parts):
        return None
    first = parts[0].pieces[end]
    ends = [part.pieces[end] for part in parts]
    if not isinstance(first, Literal):
        return first if all(piece == first for piece in ends[1:]) else None
    texts = [piece.text for piece in ends if isinstance(piece, Literal)]
    if len(texts) < len(ends):
        return None
    common = _prefix(texts) if end == 0 else _prefix([text[::-1] for text in texts])[::-1]
    return replace(first, text=common) if common else None


def _prefix(texts: Sequence[str]) -> str:
    """The characters with which all of them begin."""
    low, high = min(texts), max(texts)
    for count, (a, b) in enumerate(zip(low, high, strict=False)):
        if a != b:
            return low[:count]
    return low[: len(high)]


def _less(part: Text, end: int, piece: Piece) -> Text:
    if not isinstance(piece, Literal):
        return Text(part.pieces[1:] if end == 0 else part.pieces[:-1])
    count = len(piece.text)
    return without_head(part, count) if end == 0 else without_tail(part, count)


def head_of(part: Text) -> str:
    """The literal text with which it begins."""
    return part.pieces[0].text if part.pieces and isinstance(part.pieces[0], Literal) else ""


def tail_of(part: Text) -> str:
    """The literal text with which it ends."""
    return part.pieces[-1].text if part.pieces and isinstance(part.pieces[-1], Literal) else ""


def without_head(part: Text, count: int) -> Text:
    """The text without the first characters of the literal that it begins with."""
    if count == 0:
        return part
    first = part.pieces[0]
    assert isinstance(first, Literal)
    kept = first.text[count:]
    return Text(((replace(first, text=kept),) if kept else ()) + part.pieces[1:])


def without_tail(part: Text, count: int) -> Text:
    """The text without the last characters of the literal that it ends with."""
    if count == 0:
        return part
    last = part.pieces[-1]
    assert isinstance(last, Literal)
    kept = last.text[:-count]
    return Text(part.pieces[:-1] + ((replace(last, text=kept),) if kept else ()))


def width(value: Value) -> int:
    """How many alternatives a value has, nested choices counted out."""
    return sum(map(width, value.alternatives)) if isinstance(value, Choice) else 1


def assume(value: Value, condition: Condition, index: int) -> Value:
    """The value where `condition` is already decided."""
    if not isinstance(value, Choice):
        return value
    if value.condition.key == condition.key and index < len(value.alternatives):
        return assume(value.alternatives[index], condition, index)
    alternatives = tuple(assume(a, condition, index) for a in value.alternatives)
    return value if alternatives == value.alternatives else choose(value.condition, alternatives)


def passable(condition: Condition, results: Sequence[Value | None]) -> Value | None:
    """One of the results; None stands for an exception, and only the other paths go on."""
    first = next((result for result in results if result is not None), None)
    if first is None:
        return None
    return choose(condition, [first if result is None else result for result in results])


def narrowed(value: Value, decided: Mapping[object, int]) -> Value:
    """The value as far as the path has decided its choices."""
    while isinstance(value, Choice) and value.condition.key in decided:
        value = assume(value, value.condition, decided[value.condition.key])
    return value


def choose(condition: Condition, alternatives: Sequence[Value]) -> Value:
    """One of the alternatives; equal ones collapse, too many become a gap."""
    decided = tuple(assume(a, condition, i) for i, a in enumerate(alternatives))
    if all(a == decided[0] for a in decided[1:]):
        return _shortest_origin(decided)
    if sum(map(width, decided)) <= MAX_ALTERNATIVES:
        return Choice(condition, decided)
    return _any_of(condition, decided)


def _any_of(condition: Condition, alternatives: Sequence[Value]) -> Value:
    """Too many alternatives: any of those that differ, whatever decides; too many of these are a gap."""
    different: list[Value] = []
    for one in flattened(alternatives):
        if one not in different:
            different.append(one)
        if len(different) > MAX_ALTERNATIVES:
            return _widened(alternatives, condition.span)
    key = ("any of", condition.key, len(different))
    return Choice(Condition(key, condition.span, condition.text), tuple(different))


def choose_text(condition: Condition, alternatives: Sequence[Text]) -> Text:
    """One of several texts, as a text; common heads and tails are told once."""
    match choose(condition, alternatives):
        case Text() as text:
            return text
        case Choice() | Unknown() as piece:
            return concat(Text((piece,)))
        case _:
            raise AssertionError("texts are chosen among texts")


def _shortest_origin(equal: Sequence[Value]) -> Value:
    holes = [v for v in equal if isinstance(v, Hole | Param | Unknown) and v.origin is not None]
    if len(holes) != len(equal):
        return equal[0]
    return min(holes, key=lambda hole: len(hole.origin.path()) if hole.origin else 0)


def _widened(alternatives: Sequence[Value], span: Span) -> Value:
    gap = Unknown(Reason.BUDGET, "many alternatives", span)
    flat = list(flattened(alternatives))
    if not all(isinstance(a, Text) for a in flat):
        return gap
    head = _prefix([head_of(a) for a in flat if isinstance(a, Text)])
    return concat(Text((Literal(head),)), Text((gap,)))


def flattened(alternatives: Iterable[Value]) -> Iterable[Value]:
    """Every alternative, those of nested choices included."""
    for alternative in alternatives:
        if isinstance(alternative, Choice):
            yield from flattened(alternative.alternatives)
        else:
            yield alternative


def textual(value: Value) -> Text | None:
    """A text, or alternatives that are all texts as one; None for what is neither."""
    match value:
        case Text():
            return value
        case Choice(condition, alternatives):
            parts = [textual(a) for a in alternatives]
            known = tuple(part for part in parts if part is not None)
            return concat(Text((Choice(condition, known),))) if len(known) == len(parts) else None
        case _:
            return None


def each(value: Value, change: Callable[[Value], Value]) -> Value:
    """Apply `change` to a value, or to every alternative of a choice."""
    if isinstance(value, Choice):
        return choose(value.condition, [each(a, change) for a in value.alternatives])
    return change(value)


def blur(value: Text, span: Span, detail: str = "", type_: str = "str") -> Value:
    """A text after an operation that we cannot follow piece by piece.

    What is unknown stays unknown for its reason; otherwise the causes of all holes remain.
    """
    inside = list(pieces(value))
    for piece in inside:
        if isinstance(piece, Unknown | Param):
            origin = Origin(HopKind.CONVERTED, span, detail, piece.origin)
            path = f"{path_of(piece)}~{detail}@{span.line}:{span.column}"
            if isinstance(piece, Param):
                return Unknown(Reason.PARAMETER, piece.name, span, piece, origin=origin, path=path)
            return replace(piece, origin=origin, path=path)
    holes = [piece for piece in inside if isinstance(piece, Hole)]
    if not holes:
        return Hole(frozenset(), detail or "text", span, type_)
    worst = min(holes, key=lambda hole: len(hole.origin.path()) if hole.origin else 0)
    return replace(
        worst,
        causes=frozenset().union(*(hole.causes for hole in holes)),
        type=type_,
        size=ANY_SIZE,
        confidence=min((hole.confidence for hole in holes), default=Confidence.HIGH),
        origin=Origin(HopKind.CONVERTED, span, detail, worst.origin),
    )


def map_literals(value: Text, change: Callable[[str], str]) -> Text:
    """The text with every literal changed by a function that works character by character."""
    result: list[Piece] = []
    for piece in value.pieces:
        match piece:
            case Literal(part):
                result.append(replace(piece, text=change(part)))
            case Choice(condition, alternatives):
                changed = tuple(map_literals(a, change) for a in alternatives if isinstance(a, Text))
                result.append(Choice(condition, changed))
            case Repeat(body, count, separator):
                result.append(Repeat(map_literals(body, change), count, change(separator)))
            case _:
                result.append(piece)
    return concat(Text(tuple(result)))


def pieces(value: Text) -> Iterator[Piece]:
    """Every piece of a text, also those inside choices and repeats, in order."""
    for piece in value.pieces:
        yield piece
        match piece:
            case Choice(_, alternatives):
                for alternative in alternatives:
                    if isinstance(alternative, Text):
                        yield from pieces(alternative)
            case Repeat(body):
                yield from pieces(body)
