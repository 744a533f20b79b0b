"""The judge of the evaluator is judged first: what it must accept, and what it must refuse."""

import pytest
from match import Sent, match, match_text
from programs import program
from recorder import record
from shrink import shrunk
from verdict import judge

from promptlint.diagnostic import Confidence
from promptlint.evaluate.value import (
    Choice,
    Condition,
    Hole,
    Literal,
    Reason,
    Repeat,
    Text,
    Unknown,
    text,
)
from promptlint.interval import Interval
from promptlint.request import Block, CallSite, Item, Level, Marker, Request, Rest
from promptlint.request import Choice as Blocks
from promptlint.request import Repeat as Run
from promptlint.source import Span

HERE = Span("app.py", None, 1, 1, 1, 2)
FLAG = Condition("flag", HERE)
OTHER = Condition("other", HERE)
OPEN = Unknown(Reason.PARAMETER, "doc", HERE)
ID = Hole(frozenset(), "uuid4()", HERE, size=Interval(4, 4))


def fits(sent: str, *pieces: object, strict: bool = False) -> bool:
    return bool(match_text(sent, Text(pieces), strict=strict))  # type: ignore[arg-type]


def either(condition: Condition, *alternatives: str) -> Choice:
    return Choice(condition, tuple(text(a) for a in alternatives))


def test_constant_text_matches_only_itself() -> None:
    assert fits("one", Literal("one"))
    assert not fits("one ", Literal("one"))
    assert not fits("on", Literal("one"))


def test_unknown_text_matches_anything_between_what_is_known() -> None:
    assert fits("<a b>", Literal("<"), OPEN, Literal(">"))
    assert fits("<>>", Literal("<"), OPEN, Literal(">"))
    assert not fits("<a b", Literal("<"), OPEN, Literal(">"))


def test_a_hole_keeps_its_size() -> None:
    assert fits("id 1234.", Literal("id "), ID, Literal("."))
    assert not fits("id 123.", Literal("id "), ID, Literal("."))


def test_choices_of_one_condition_are_decided_alike() -> None:
    pieces = (either(FLAG, "a", "b"), Literal("-"), either(FLAG, "a", "b"))
    assert fits("a-a", *pieces)
    assert not fits("a-b", *pieces)
    assert fits("a-b", either(FLAG, "a", "b"), Literal("-"), either(OTHER, "a", "b"))


def test_a_repeat_comes_as_often_as_it_says() -> None:
    twice = Repeat(text("ab"), Interval(1, 2), ",")
    assert fits("ab,ab", twice)
    assert not fits("ab,ab,ab", twice)
    assert not fits("", twice)
    assert not fits("abab", twice)
    assert fits("", Repeat(text("ab"), Interval(0, None)))
    assert fits(",,", Repeat(Text(()), Interval(3, 3), ","))


def test_every_repetition_decides_for_itself() -> None:
    assert fits("abba", Repeat(Text((either(FLAG, "a", "b"),)), Interval(0, None)))
    assert not fits(
        "a:ab", either(FLAG, "a", "b"), Literal(":"), Repeat(Text((either(FLAG, "a", "b"),)), Interval(0, 9))
    )


def test_strictly_only_what_is_made_of_arguments_may_be_open() -> None:
    assert fits("Use ქარ!", Literal("Use "), OPEN, strict=True)
    assert fits("Use '\\u10e5\\u10d0'!", Literal("Use "), OPEN, strict=True)
    assert not fits("Use words ქარ", OPEN, strict=True)


def block(words: str, marker: Marker | None = None) -> Block:
    return Block(Level.SYSTEM, "text", text(words), HERE, marker)


def request(*system: Item) -> Request:
    site = CallSite(HERE, "entry", "messages.create", "anthropic", Confidence.HIGH)
    return Request(site, (), Confidence.HIGH, (), system, (), one_shot=True, automatic=None)


def sent(*texts: str, ttl: str | None = None) -> tuple[Sent, ...]:
    return tuple(Sent(Level.SYSTEM, "", words, ttl) for words in texts)


@pytest.mark.parametrize(
    ("system", "texts", "expected"),
    [
        ((block("a"), block("b")), ("a", "b"), True),
        ((block("a"), block("b")), ("b", "a"), False),
        ((block("a"),), ("a", "b"), False),
        ((Rest(Level.SYSTEM, OPEN), block("b")), ("x", "y", "b"), True),
        ((Rest(Level.MESSAGES, OPEN), block("b")), ("x", "b"), False),
        ((Run((block("a"),), Interval(0, None)), block("b")), ("a", "a", "b"), True),
        ((Blocks(FLAG, ((block("a"),), ())), Blocks(FLAG, ((block("b"),), ()))), ("a", "b"), True),
        ((Blocks(FLAG, ((block("a"),), ())), Blocks(FLAG, ((block("b"),), ()))), ("a",), False),
    ],
)
def test_blocks_match_in_order(system: tuple[Item, ...], texts: tuple[str, ...], expected: bool) -> None:
    assert (match(sent(*texts), request(*system)) is not None) is expected


@pytest.mark.parametrize(
    ("marker", "ttl", "expected"),
    [
        (None, None, True),
        (None, "5m", False),
        (Marker(HERE, "ephemeral", "5m"), "5m", True),
        (Marker(HERE, "ephemeral", "5m"), "1h", False),
        (Marker(HERE, "ephemeral", "5m"), None, False),
        (Marker(HERE, "ephemeral", None), "1h", True),
        (Marker(HERE, "ephemeral", "5m", ((FLAG, 0),)), None, True),
        (Marker(HERE, "ephemeral", "5m", ((FLAG, 0),)), "5m", True),
    ],
)
def test_a_marker_is_there_when_it_says_so(marker: Marker | None, ttl: str | None, expected: bool) -> None:
    assert (match(sent("a", ttl=ttl), request(block("a", marker))) is not None) is expected


def test_a_conditional_marker_goes_with_its_condition() -> None:
    marked = block("a", Marker(HERE, "ephemeral", "5m", ((FLAG, 0),)))
    then = Blocks(FLAG, ((block("yes"),), (block("no"),)))
    assert match((*sent("a", ttl="5m"), *sent("yes")), request(marked, then)) is not None
    assert match((*sent("a", ttl="5m"), *sent("no")), request(marked, then)) is None
    assert match((*sent("a"), *sent("yes")), request(marked, then)) is None


def test_a_program_is_the_same_each_time_and_runs() -> None:
    assert program(7) == program(7)
    assert record(program(7).source)


def test_a_request_that_was_not_foretold_is_found_and_its_program_is_cut_down() -> None:
    source = next(p.source for p in map(program, range(99)) if "system as text" in p.constructs)
    wrong = request(block("something else"))
    assert judge(source, [wrong]).unsound is not None
    small = shrunk(source, lambda s: bool(record(s)) and judge(s, [wrong]).unsound is not None)
    assert "client.messages.create" in small
    assert len(small.splitlines()) < 8
