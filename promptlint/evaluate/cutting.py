"""What is left of a text when its ends are cut off? Stripping and slicing, piece by piece."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from promptlint.evaluate.text import blur, concat, head_of, tail_of, without_head, without_tail
from promptlint.evaluate.value import (
    EMPTY,
    Choice,
    Condition,
    Hole,
    Literal,
    Param,
    Piece,
    Repeat,
    Text,
    Unknown,
)
from promptlint.interval import Interval
from promptlint.source import Span

__all__ = ["lstrip", "rstrip", "slice_text"]


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
        case (Repeat(body, _, separator) as first, *rest) if not head_of(lstrip(body, characters)):
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
        case (*rest, Repeat(body, _, separator) as last) if not tail_of(rstrip(body, characters)):
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
    if 0 < start <= len(head_of(value)):
        return without_head(value, start)
    return None


def _cut_tail(value: Text, stop: int) -> Text | None:
    if stop == 0:
        return EMPTY
    if 0 < stop <= len(head_of(value)):
        first = value.pieces[0]
        assert isinstance(first, Literal)
        return Text((replace(first, text=first.text[:stop]),))
    if stop < 0 and -stop <= len(tail_of(value)):
        return without_tail(value, -stop)
    return None
