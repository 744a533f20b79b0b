"""How are texts put together? Concatenation, choice, and cutting, piece by piece."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from promptlint.diagnostic import Confidence, Interval
from promptlint.evaluate.value import (
    ANY_SIZE,
    EMPTY,
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
    pieces,
)
from promptlint.source import Span

__all__ = [
    "assume",
    "blur",
    "choose",
    "concat",
    "each",
    "flattened",
    "lstrip",
    "map_literals",
    "narrowed",
    "rstrip",
    "slice_text",
    "textual",
    "width",
]

MAX_ALTERNATIVES = 16
"""More alternatives than this tell a reader nothing, and their product would not end."""


def concat(*texts: Text) -> Text:
    """The texts one after the other, in normal form.

    >>> concat(Text((Literal("a"),)), Text((Literal("b"),))).constant
    'ab'
    """
    result: list[Piece] = []
    for part in texts:
        for piece in part.pieces:
            _append(result, piece)
    return Text(tuple(result))


def _append(result: list[Piece], piece: Piece) -> None:
    match piece:
        case Literal(""):
            return
        case Literal(more, span, name) if result and isinstance(result[-1], Literal):
            last = result[-1]
            names = " ".join(filter(None, (last.name, name)))
            result[-1] = Literal(last.text + more, last.span or span, names)
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
    if end == 0:
        common = os.path.commonprefix(texts)
    else:
        common = os.path.commonprefix([text[::-1] for text in texts])[::-1]
    return replace(first, text=common) if common else None


def _less(part: Text, end: int, piece: Piece) -> Text:
    if not isinstance(piece, Literal):
        return Text(part.pieces[1:] if end == 0 else part.pieces[:-1])
    count = len(piece.text)
    return _without_head(part, count) if end == 0 else _without_tail(part, count)


def _first(part: Text) -> str:
    return part.pieces[0].text if part.pieces and isinstance(part.pieces[0], Literal) else ""


def _last(part: Text) -> str:
    return part.pieces[-1].text if part.pieces and isinstance(part.pieces[-1], Literal) else ""


def _without_head(part: Text, count: int) -> Text:
    if count == 0:
        return part
    first = part.pieces[0]
    assert isinstance(first, Literal)
    kept = first.text[count:]
    return Text(((replace(first, text=kept),) if kept else ()) + part.pieces[1:])


def _without_tail(part: Text, count: int) -> Text:
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
    if sum(map(width, decided)) > MAX_ALTERNATIVES:
        return _widened(decided, condition.span)
    return Choice(condition, decided)


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
    head = os.path.commonprefix([_first(a) for a in flat if isinstance(a, Text)])
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


def _distributed(piece: Choice, rest: Callable[[Text], Text]) -> Text:
    alternatives = tuple(rest(a) for a in piece.alternatives if isinstance(a, Text))
    return concat(Text((Choice(piece.condition, alternatives),)))


def _nonempty(piece: Repeat) -> Condition:
    return Condition(("repeats", piece), _NOWHERE, "at least one")


def _written_out(body: Text, end: str) -> Text:
    """One repetition that is told apart from the others: what decides it is asked for it alone."""
    result: list[Piece] = []
    for piece in body.pieces:
        match piece:
            case Choice(condition, alternatives):
                parts = tuple(_written_out(a, end) for a in alternatives if isinstance(a, Text))
                result.append(Choice(replace(condition, key=(end, condition.key)), parts))
            case _:
                result.append(piece)
    return Text(tuple(result))


_NOWHERE = Span("", None, 0, 0, 0, 0)


def lstrip(value: Text, characters: str | None = None) -> Text:
    """``str.lstrip`` on a text whose first pieces may be choices or repeats."""
    match value.pieces:
        case (Literal(part) as first, *rest):
            kept = part.lstrip(characters)
            if kept:
                return concat(Text((replace(first, text=kept), *rest)))
            return lstrip(Text(tuple(rest)), characters)
        case (Choice() as first, *rest):
            return _distributed(first, lambda a: lstrip(concat(a, Text(tuple(rest))), characters))
        case (Repeat(body, _, separator) as first, *rest) if not _first(lstrip(body, characters)):
            blank = _is_blank(body, characters) and not separator.strip(characters)
            vague = EMPTY if blank else _open(first)
            return concat(vague, lstrip(Text(tuple(rest)), characters))
        case (Repeat(body, count, separator) as first, *rest):
            once = concat(
                lstrip(_written_out(body, "first"), characters), _again(body, count, separator, before=True)
            )
            full = concat(once, Text(tuple(rest)))
            if count.low > 0:
                return full
            empty = lstrip(Text(tuple(rest)), characters)
            return concat(Text((Choice(_nonempty(first), (full, empty)),)))
        case (Hole() | Param() | Unknown() as first, *rest) if rest and _may_be_blank(first):
            return concat(Text((first,)), lstrip(Text(tuple(rest)), characters))
        case _:
            return value


def _is_blank(body: Text, characters: str | None) -> bool:
    """Whether nothing at all is left of a text after stripping."""
    return body.constant is not None and not body.constant.strip(characters)


def _open(piece: Repeat) -> Text:
    """A repeat of which stripping leaves nobody knows what: any text."""
    made = blur(Text((piece,)), _NOWHERE, "strip")
    return made if isinstance(made, Text) else Text((made,))  # type: ignore[arg-type]


def _may_be_blank(piece: Hole | Param | Unknown) -> bool:
    """Whether nothing of it may be left after stripping: then it stands for the blanks beside it too."""
    return not isinstance(piece, Hole) or (piece.size.low == 0 and piece.type in ("", "str"))


def rstrip(value: Text, characters: str | None = None) -> Text:
    """``str.rstrip`` on a text whose last pieces may be choices or repeats."""
    match value.pieces:
        case (*rest, Literal(part) as last):
            kept = part.rstrip(characters)
            if kept:
                return concat(Text((*rest, replace(last, text=kept))))
            return rstrip(Text(tuple(rest)), characters)
        case (*rest, Choice() as last):
            return _distributed(last, lambda a: rstrip(concat(Text(tuple(rest)), a), characters))
        case (*rest, Repeat(body, _, separator) as last) if not _last(rstrip(body, characters)):
            blank = _is_blank(body, characters) and not separator.strip(characters)
            vague = EMPTY if blank else _open(last)
            return concat(rstrip(Text(tuple(rest)), characters), vague)
        case (*rest, Repeat(body, count, separator) as last):
            once = concat(
                _again(body, count, separator, before=False), rstrip(_written_out(body, "last"), characters)
            )
            full = concat(Text(tuple(rest)), once)
            if count.low > 0:
                return full
            empty = rstrip(Text(tuple(rest)), characters)
            return concat(Text((Choice(_nonempty(last), (full, empty)),)))
        case (*rest, (Hole() | Param() | Unknown()) as last) if rest and _may_be_blank(last):
            return concat(rstrip(Text(tuple(rest)), characters), Text((last,)))
        case _:
            return value


def _again(body: Text, count: Interval, separator: str, *, before: bool) -> Text:
    """The other repetitions, beside one that is written out."""
    fewer = Interval(max(count.low - 1, 0), None if count.high is None else max(count.high - 1, 0))
    if fewer.high == 0:
        return EMPTY
    joint = Text((Literal(separator),)) if separator else EMPTY
    other = concat(joint, body) if before else concat(body, joint)
    return Text((Repeat(other, fewer),))


def slice_text(value: Text, start: int | None, stop: int | None) -> Text | None:
    """``value[start:stop]`` where the cut falls into known text; None where it does not."""
    constant = value.constant
    if constant is not None:
        kept = constant[start:stop]
        return Text((replace(value.pieces[0], text=kept),)) if kept else EMPTY  # type: ignore[arg-type]
    result: Text | None = value
    if stop is not None:
        result = _cut_tail(value, stop)
    if start and result is not None:
        result = _cut_head(result, start)
    return result


def _cut_head(value: Text, start: int) -> Text | None:
    if 0 < start <= len(_first(value)):
        return _without_head(value, start)
    return None


def _cut_tail(value: Text, stop: int) -> Text | None:
    if stop == 0:
        return EMPTY
    if 0 < stop <= len(_first(value)):
        first = value.pieces[0]
        assert isinstance(first, Literal)
        return Text((replace(first, text=first.text[:stop]),))
    if stop < 0 and -stop <= len(_last(value)):
        return _without_tail(value, -stop)
    return None
