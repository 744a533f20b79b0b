"""Laws of text: what may be done to it without changing, or without losing, what it stands for."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st
from match import Decisions, match_text

from promptlint.evaluate.cutting import lstrip, rstrip, slice_text
from promptlint.evaluate.text import choose, concat, map_literals
from promptlint.evaluate.value import (
    EMPTY,
    Choice,
    Condition,
    Hole,
    Literal,
    Piece,
    Reason,
    Repeat,
    Text,
    Unknown,
    Value,
)
from promptlint.interval import Interval
from promptlint.source import Span

HERE = Span("app.py", None, 1, 1, 1, 2)
CONDITIONS = tuple(Condition(name, HERE) for name in ("first", "second"))
REPEATED = tuple(Condition(name, HERE) for name in ("each first", "each second"))
"""Decided anew at each repetition, so never also outside of it."""
NEW = Condition("new", HERE)
FILLINGS = ("", " ", "ab")
"""What an open piece is tried with."""

literals = st.text("ab ", min_size=1, max_size=3).map(Literal)
opens = st.sampled_from((Unknown(Reason.PARAMETER, "doc", HERE), Hole(frozenset(), "x", HERE)))
counts = st.sampled_from((Interval(0, None), Interval(1, 2), Interval(0, 1), Interval(2, None)))


def _texts(inner: st.SearchStrategy[Text], body: st.SearchStrategy[Text]) -> st.SearchStrategy[Text]:
    repeat = st.builds(Repeat, body, counts, st.sampled_from(("", ",")))
    return _normal(st.one_of(literals, opens, _choice(CONDITIONS, inner), repeat))


def _choice(conditions: tuple[Condition, ...], inner: st.SearchStrategy[Text]) -> st.SearchStrategy[Choice]:
    return st.builds(Choice, st.sampled_from(conditions), st.tuples(inner, inner))


def _normal(pieces: st.SearchStrategy[Piece]) -> st.SearchStrategy[Text]:
    return st.lists(pieces, max_size=3).map(lambda found: concat(Text(tuple(found))))


plain = _normal(st.one_of(literals, opens))
bodies = _normal(st.one_of(literals, opens, _choice(REPEATED, plain)))
texts = _texts(_texts(plain, bodies), bodies)
laws = settings(max_examples=300, derandomize=True, deadline=None)


def words(text: Text, decided: Decisions = frozenset()) -> Iterator[tuple[str, Decisions]]:
    """Some strings that `text` stands for, each with the decisions that led to it."""
    result: list[tuple[str, Decisions]] = [("", decided)]
    for piece in text.pieces:
        result = [
            (word + more, after)
            for word, before in result
            for more, after in itertools.islice(_words_of(piece, before), 6)
        ][:60]
    yield from result


def _words_of(piece: Piece, decided: Decisions) -> Iterator[tuple[str, Decisions]]:
    match piece:
        case Literal(part):
            yield part, decided
        case Choice(condition, alternatives):
            for index, alternative in enumerate(alternatives):
                if dict(decided).get(condition.key, index) == index:
                    assert isinstance(alternative, Text)
                    yield from words(alternative, decided | {(condition.key, index)})
        case Repeat(body, count, separator):
            high = count.low + 2 if count.high is None else count.high
            bodies = [word for word, _ in itertools.islice(words(body, decided), 3)]
            for number in range(count.low, high + 1):
                for chosen in itertools.islice(itertools.product(bodies, repeat=number), 3):
                    yield separator.join(chosen), decided
        case _:
            yield from ((filling, decided) for filling in FILLINGS)


def stands_for(value: Value, word: str, decided: Decisions) -> bool:
    """Whether `word` is among what `value` stands for under these decisions."""
    assert isinstance(value, Text | Choice | Unknown)
    pattern = value if isinstance(value, Text) else Text((value,))
    return bool(match_text(word, pattern, decided))


def held(text: Text, result: Value) -> None:
    """Whatever `text` stands for, `result` stands for under the same decisions."""
    for word, decided in words(text):
        assert stands_for(result, word, decided), (word, decided)


def test_a_text_that_is_too_long_ends_in_a_gap() -> None:
    whole = Text((Literal("ab" * 1_500_000, HERE),))
    pieces = concat(whole, whole).pieces
    assert isinstance(pieces[0], Literal)
    assert [piece.reason for piece in pieces[1:] if isinstance(piece, Unknown)] == [Reason.BUDGET]
    opened = Text((Literal("a"), Unknown(Reason.PARAMETER, "doc", HERE)))
    doubled = concat(*[opened] * 5_000).pieces
    assert len(doubled) < 5_000
    assert concat(Text(doubled), opened).pieces[-1] == doubled[-1]


@laws
@given(texts, texts, texts)
def test_concatenation_is_associative(a: Text, b: Text, c: Text) -> None:
    assert concat(concat(a, b), c) == concat(a, concat(b, c)) == concat(a, b, c)


@laws
@given(texts)
def test_the_empty_text_changes_nothing(a: Text) -> None:
    assert concat(EMPTY, a) == a == concat(a, EMPTY)


@laws
@given(texts, texts)
def test_a_concatenation_stands_for_every_pair(a: Text, b: Text) -> None:
    whole = concat(a, b)
    for head, decided in words(a):
        for tail, together in words(b, decided):
            assert stands_for(whole, head + tail, together)


@laws
@given(texts)
def test_no_two_neighbours_are_literals_and_none_is_empty(a: Text) -> None:
    kinds = [isinstance(piece, Literal) for piece in a.pieces]
    assert (True, True) not in itertools.pairwise(kinds)
    assert Literal("") not in a.pieces


@laws
@given(texts)
def test_joining_equal_values_is_that_value(a: Text) -> None:
    assert choose(NEW, (a, a)) == a


@laws
@given(texts, texts)
def test_a_join_stands_for_either(a: Text, b: Text) -> None:
    joined = choose(NEW, (a, b))
    for index, alternative in enumerate((a, b)):
        for word, decided in words(alternative, frozenset({(NEW.key, index)})):
            assert stands_for(joined, word, decided)


@laws
@given(texts, texts)
def test_a_join_stands_for_nothing_else(a: Text, b: Text) -> None:
    joined = choose(NEW, (a, b))
    for word, decided in words(joined if isinstance(joined, Text) else Text((joined,))):  # type: ignore[arg-type]
        sides = [
            alternative
            for index, alternative in enumerate((a, b))
            if dict(decided).get(NEW.key, index) == index
        ]
        assert any(stands_for(side, word, decided) for side in sides)


@laws
@given(texts, texts)
def test_factoring_out_heads_and_tails_keeps_what_is_meant(a: Text, b: Text) -> None:
    raw = Text((Choice(NEW, (a, b)),))
    factored = concat(raw)
    held(raw, factored)
    held(factored, raw)


@laws
@given(texts)
def test_stripping_loses_nothing(a: Text) -> None:
    for word, decided in words(a):
        assert stands_for(lstrip(a), word.lstrip(), decided), word
        assert stands_for(rstrip(a), word.rstrip(), decided), word


@laws
@given(texts, st.none() | st.integers(-4, 4), st.none() | st.integers(-4, 4))
def test_a_slice_stands_for_every_slice(a: Text, start: int | None, stop: int | None) -> None:
    cut = slice_text(a, start, stop)
    for word, decided in words(a):
        assert cut is None or stands_for(cut, word[start:stop], decided), word


@laws
@given(texts)
def test_changing_characters_one_by_one_changes_every_literal(a: Text) -> None:
    changed = map_literals(a, str.upper)
    for word, decided in words(a):
        assert stands_for(changed, word.upper(), decided), word
