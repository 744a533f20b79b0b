"""Rules about rules: what every card owes its readers."""

from __future__ import annotations

import ast
import re
from collections import Counter
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from examples import CARDS, EVERY_CARD, EVERY_EXAMPLE
from promptlint.card import Card, FixPromise, load_phrases
from promptlint.diagnostic import Role
from promptlint.evaluate.value import HopKind
from promptlint.example import Example, Kind
from promptlint.report.manual import markdown_table
from promptlint.rule import load_rule, variation_word
from promptlint.shipped import rules_directory
from promptlint.variation import DAY, HOUR, MINUTE, Cause, Topic
from promptlint.variation import Kind as Variation

ROOT = Path(__file__).parent.parent
README_TABLE = re.compile(r"<!-- rules -->\n(.*?)<!-- /rules -->", re.DOTALL)
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
CODE = {"name", "model", "header", "value", "first", "second"}
"""Placeholders that are filled with code."""


def placeholders(card: Card) -> set[str]:
    return set(PLACEHOLDER.findall(" ".join([card.message, *card.labels.values()])))


# -- words ---------------------------------------------------------------------------------------


@EVERY_CARD
def test_the_name_says_the_bad_thing(card: Card) -> None:
    """A name that begins with `no-` names a remedy, unless what is missing is the bad thing."""
    assert not re.match(r"(no-(?!fallback$)|avoid-|prefer-|use-|disallow-)", card.name)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", card.name)


@EVERY_CARD
def test_the_summary_is_one_sentence(card: Card) -> None:
    assert re.fullmatch(r"[A-Z][^.!?]*\.", card.summary)


@EVERY_CARD
def test_the_message_is_a_sentence_without_its_period(card: Card) -> None:
    assert "\n" not in card.message
    assert not card.message.endswith((".", "!", ":", ";", ","))


@EVERY_CARD
def test_code_in_messages_stands_in_backticks(card: Card) -> None:
    for sentence in (card.message, *card.labels.values()):
        assert sentence.count("`") % 2 == 0
        quoted = "".join(sentence.split("`")[1::2])
        assert set(PLACEHOLDER.findall(sentence)) & CODE <= set(PLACEHOLDER.findall(quoted))


@EVERY_CARD
def test_why_does_not_repeat_the_summary(card: Card) -> None:
    for sentence in re.split(r"(?<=[.:])\s+", card.why):
        likeness = SequenceMatcher(None, sentence.lower(), card.summary.lower()).ratio()
        assert likeness < 0.75, sentence


@EVERY_CARD
def test_why_and_instead_can_be_read_in_a_terminal(card: Card) -> None:
    for text in (card.why, card.instead):
        assert 2 <= len(text.splitlines()) <= 8
        assert max(map(len, text.splitlines())) <= 100


@EVERY_CARD
def test_references_are_public(card: Card) -> None:
    assert all(reference.startswith("https://") for reference in card.references)


@EVERY_CARD
def test_words_belong_to_a_placeholder(card: Card) -> None:
    assert set(card.words) <= placeholders(card)


def test_every_way_to_vary_has_a_phrase() -> None:
    clocks = (1e-6, 1.0, MINUTE, 600.0, HOUR, 3 * HOUR, DAY, 7 * DAY)
    causes = [Cause(kind, Topic.CLOCK) for kind in Variation if kind is not Variation.CLOCK]
    causes += [Cause(Variation.CLOCK, Topic.CLOCK, period) for period in clocks]
    assert {variation_word(cause) for cause in causes} == set(load_phrases(rules_directory()).words["varies"])


def test_every_place_has_a_sentence() -> None:
    labels = load_phrases(rules_directory()).labels
    assert {*Role, *HopKind} == set(labels)


# -- examples --------------------------------------------------------------------------------------


@EVERY_CARD
def test_two_bad_and_two_good_examples_at_least(card: Card) -> None:
    assert sum(example.kind.reports for example in card.examples) >= 2
    assert sum(example.kind is Kind.GOOD for example in card.examples) >= 2


@EVERY_CARD
def test_the_first_example_shows_the_mistake_and_its_cure(card: Card) -> None:
    first, second = card.examples[:2]
    assert first.kind.reports
    assert second.kind in (Kind.GOOD, Kind.FIXED)
    assert first.title == second.title


@EVERY_CARD
def test_no_two_examples_have_one_title(card: Card) -> None:
    counts = Counter((example.title, example.kind) for example in card.examples)
    assert max(counts.values()) == 1


@EVERY_CARD
def test_a_fix_is_promised_where_an_example_shows_it(card: Card) -> None:
    shown = any(example.kind is Kind.FIXED for example in card.examples)
    assert shown == (card.fix is not FixPromise.NONE)


@EVERY_EXAMPLE
def test_the_outcome_is_stated_and_a_good_one_is_no_miss(card: Card, example: Example) -> None:
    assert example.outcome, f"{card.name}: {example.place}"
    if not example.kind.reports:
        assert example.outcome in ("read", "uncached", "warmed") or example.outcome.startswith("none(")


@EVERY_EXAMPLE
def test_what_is_shown_is_python_without_marks(card: Card, example: Example) -> None:
    for name, text in example.shown.items():
        if name.endswith(".py"):
            ast.parse(text)
            assert not re.search(r"# (error|source)$", text, re.MULTILINE), f"{card.name}: {example.place}"


# -- checks and the README -------------------------------------------------------------------------


def test_every_check_belongs_to_one_card() -> None:
    modules = {path.stem for path in (ROOT / "promptlint" / "checks").glob("*.py")} - {"__init__"}
    assert {card.check for card in CARDS} == {f"promptlint.checks.{module}" for module in modules}


@EVERY_CARD
def test_the_check_is_named_like_its_card_and_can_be_loaded(card: Card) -> None:
    assert card.check == f"promptlint.checks.{card.name.replace('-', '_')}"
    assert load_rule(card).card is card


def test_the_readme_lists_the_rules() -> None:
    table = README_TABLE.search((ROOT / "README.md").read_text(encoding="utf-8"))
    if table is None:
        pytest.fail("README.md has no table between <!-- rules --> and <!-- /rules -->")
    assert table[1].strip() == markdown_table(CARDS).strip()
