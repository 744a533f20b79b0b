"""A document says what is wrong with it, and on which line."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import pytest

from promptlint.document import Node, load
from promptlint.errors import PromptlintError


class Colour(StrEnum):
    """A closed family."""

    RED = "red"
    GREEN = "green"


def read(text: str) -> Node:
    return load("facts.yaml", text)


def test_scalars_stay_text_until_the_schema_asks() -> None:
    node = read("answer: on\nversion: 1.10\ndate: 2026-11-22\nnothing: ''\n").fields(
        ("answer", "version", "date", "nothing")
    )
    assert [value.string() for value in node.values()] == ["on", "1.10", "2026-11-22", ""]


def test_every_value_knows_its_line() -> None:
    node = read("a:\n- x\n- b: y\n")
    (_, items), *_ = node.items()
    x, mapping = items.elements()
    assert (node.line, x.line, mapping.line, mapping.fields(("b",))["b"].line) == (1, 2, 3, 3)


@pytest.mark.parametrize("style", ["|", ">", "|-"])
def test_the_text_of_a_block_begins_on_the_next_line(style: str) -> None:
    text = read(f"title: x\nbad: {style}\n  one\n  two\n").fields(("title", "bad"))["bad"]
    assert (text.line, text.text_line) == (2, 3)


def test_the_text_of_a_plain_scalar_begins_where_it_is_written() -> None:
    assert read("a: b\n").fields(("a",))["a"].text_line == 1


def test_numbers_and_booleans_are_converted() -> None:
    node = read("i: -1_000\nf: 1e-6\nwhole: 5\nyes: true\nno: false\n").fields(
        ("i", "f", "whole", "yes", "no")
    )
    assert node["i"].integer() == -1000
    assert node["f"].number() == 1e-6
    assert node["whole"].number() == 5.0
    assert (node["yes"].boolean(), node["no"].boolean()) == (True, False)


def test_lists_and_words_are_converted() -> None:
    node = read("colours: [red, green]\none: green\n").fields(("colours", "one"))
    assert node["colours"].strings() == ("red", "green")
    assert node["one"].word(Colour) is Colour.GREEN


def test_optional_keys_may_be_missing() -> None:
    assert set(read("a: 1\n").fields(("a",), ("b",))) == {"a"}


WRONG: dict[str, tuple[str, Callable[[Node], object], str]] = {
    "duplicate key": (
        "a: 1\na: 2\n",
        lambda node: node.fields(("a",)),
        "facts.yaml:2: `a` is given twice, first on line 1; remove one of the two",
    ),
    "duplicate free key": (
        "x:\n  k: 1\n  k: 2\n",
        lambda node: node.fields(("x",))["x"].items(),
        "facts.yaml:3: `k` is given twice, first on line 2; remove one of the two",
    ),
    "unknown key, close to one": (
        "source: x\nsevrity: y\n",
        lambda node: node.fields(("source",), ("severity",)),
        "facts.yaml:2: unknown key `sevrity`; did you mean `severity`?",
    ),
    "unknown key, close to none": (
        "zzz: y\n",
        lambda node: node.fields((), ("name", "kind")),
        "facts.yaml:1: unknown key `zzz`; use one of `kind`, `name`",
    ),
    "missing keys": (
        "- a: 1\n- b: 2\n",
        lambda node: node.elements()[1].fields((), ("b",)) and node.elements()[1].fields(("b", "c", "d")),
        "facts.yaml:2: missing `c`, `d`; add it",
    ),
    "a list where a text belongs": (
        "a: [1]\n",
        lambda node: node.fields(("a",))["a"].string(),
        "facts.yaml:1: expected a text, got a list; write a text",
    ),
    "nothing where a text belongs": (
        "a:\nb: 1\n",
        lambda node: node.fields(("a", "b"))["a"].string(),
        "facts.yaml:1: expected a text, got nothing; write a text",
    ),
    "a text where a list belongs": (
        "a: one\n",
        lambda node: node.fields(("a",))["a"].elements(),
        "facts.yaml:1: expected a list, got `one`; write a list",
    ),
    "a list where a mapping belongs": (
        "- a\n",
        lambda node: node.fields(),
        "facts.yaml:1: expected a mapping (`key: value`), got a list; write a mapping (`key: value`)",
    ),
    "not a whole number": (
        "a: 1.5\n",
        lambda node: node.fields(("a",))["a"].integer(),
        "facts.yaml:1: expected a whole number, got `1.5`; write a whole number",
    ),
    "not a number": (
        "a: e\n",
        lambda node: node.fields(("a",))["a"].number(),
        "facts.yaml:1: expected a number, got `e`; write a number",
    ),
    "not a number but a dot": (
        "a: '.'\n",
        lambda node: node.fields(("a",))["a"].number(),
        "facts.yaml:1: expected a number, got `.`; write a number",
    ),
    "yes is no boolean": (
        "a: yes\n",
        lambda node: node.fields(("a",))["a"].boolean(),
        "facts.yaml:1: expected `true` or `false`, got `yes`; write `true` or `false`",
    ),
    "unknown word": (
        "a: grean\n",
        lambda node: node.fields(("a",))["a"].word(Colour),
        "facts.yaml:1: unknown word `grean`; did you mean `green`?",
    ),
    "a list as a key": (
        "? [a]\n: 1\n",
        lambda node: node.items(),
        "facts.yaml:1: expected a text, got a list; write a text",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_names_the_line_and_the_way_out(case: str) -> None:
    text, ask, message = WRONG[case]
    with pytest.raises(PromptlintError) as caught:
        ask(read(text))
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "line"),
    [("a: [1\nb: 2\n", 2), ("a: b: c\n", 1), ("a: 1\n--- \nb: 2\n", 2), ("a: \x07\n", 1), ("\tx: 1\n", 1)],
)
def test_what_is_not_one_yaml_document_is_an_error_with_its_line(text: str, line: int) -> None:
    with pytest.raises(PromptlintError, match=rf"^facts\.yaml:{line}: not valid YAML \(.+\); mend"):
        read(text)


@pytest.mark.parametrize("text", ["", "\n# only a comment\n"])
def test_an_empty_document_is_an_error(text: str) -> None:
    with pytest.raises(PromptlintError, match=r"^facts\.yaml:1: the file is empty"):
        read(text)
