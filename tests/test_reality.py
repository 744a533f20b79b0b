"""Does the API do with each example what its card says? Executed with the real SDK, not analysed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from reality.execution import World
from reality.outcome import judge

from examples import EVERY_EXAMPLE
from promptlint.card import Card
from promptlint.example import MAIN, Example
from promptlint.facts import load_facts

LARGEST_MINIMUM = 4_096


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    models = load_facts().models

    def minimum(model_id: str) -> int:
        model = models.find(model_id)
        return model.minimum if model else LARGEST_MINIMUM

    with World(minimum) as world:
        yield world


@EVERY_EXAMPLE
def test_the_api_does_what_the_card_says(card: Card, example: Example, world: World) -> None:
    verdict = judge(
        world, example.files, MAIN, example.outcome, run=example.run or None, tokens=example.tokens
    )
    if not verdict.executed:
        pytest.skip(verdict.seen)
    assert verdict.passed, f"{example.place}: {card.name}\n{verdict}"
