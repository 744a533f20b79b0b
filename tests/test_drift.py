"""Which texts are nearly the same, and where do they part?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.drift import HOLE, Drift, Slip, drift, drifted


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        (
            "Be brief.\nBe kind.",
            "Be brief.\n\nBe kind.",
            (Slip.SPACE, "Be·brief.↵Be·kind.", "Be·brief.↵↵Be·kind."),
        ),
        (
            "Be brief. Be kind.",
            "Be brief.\nBe kind.",
            (Slip.SPACE, "Be·brief.·Be·kind.", "Be·brief.↵Be·kind."),
        ),
        ("Be brief.", "be Brief.", (Slip.CASE, "Be·brief.", "be·Brief.")),
        (
            "Be brief.\nBe kind.",
            "Be kind.\nBe brief.",
            (Slip.ORDER, "Be·brief.↵Be·kind.", "Be·kind.↵Be·brief."),
        ),
        ("a" * 30 + " `b`", "a" * 30 + "\t`b`", (Slip.SPACE, "…aaaaaaaaaaaa·'b'", "…aaaaaaaaaaaa→'b'")),
        (f"Hello {HOLE}.", f"Hello {HOLE} .", (Slip.SPACE, "Hello·{…}.", "Hello·{…}·.")),
    ],
)
def test_twins_and_their_first_difference(one: str, other: str, found: tuple[Slip, str, str]) -> None:
    assert list(drifted([one, other])) == [(one, other)]
    assert drift(one, other) == Drift(*found)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Be brief.", "Be brief!"),
        ("Be brief.\nBe kind.", "Be brief.\nBe kind.\nBe kind."),
        ("Answer in Python.", "Answer in Go."),
        (f"Hello {HOLE}.", "Hello ."),
    ],
)
def test_texts_that_say_different_things_are_no_twins(one: str, other: str) -> None:
    assert list(drifted([one, other])) == []


def test_the_same_text_is_no_twin_of_itself() -> None:
    assert list(drifted(["Be brief.", "Be brief."])) == []


@given(st.lists(st.text(st.characters(codec="ascii", categories=["L", "Zs"]), min_size=1), max_size=6))
def test_spaces_and_the_order_of_lines_never_part_twins(lines: list[str]) -> None:
    one, other = "\n".join(lines), "\n\n".join(reversed(lines)) + "  "
    assert list(drifted([one, other])) == [(one, other)]
