"""Does the API do with each example what its card says? Executed with the real SDK, not analysed."""

from __future__ import annotations

import pytest
from reality.execution import World
from reality.outcome import judge

from examples import EVERY_EXAMPLE
from promptlint.card import Card
from promptlint.example import MAIN, Example


@EVERY_EXAMPLE
def test_the_api_does_what_the_card_says(card: Card, example: Example, world: World) -> None:
    verdict = judge(
        world, example.files, MAIN, example.outcome, run=example.run or None, tokens=example.tokens
    )
    if not verdict.executed:
        pytest.skip(verdict.seen)
    assert verdict.passed, f"{example.place}: {card.name}\n{verdict}"
