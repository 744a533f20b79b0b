"""Every example of every card, ready to be a parameter of a test."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from promptlint.card import Card
from promptlint.example import Example
from promptlint.registry import Registry
from promptlint.shipped import rules_directory

__all__ = ["CARDS", "EVERY_CARD", "EVERY_EXAMPLE", "examples"]


def _load_cards() -> tuple[Card, ...]:
    registry = Registry.of(rules_directory())
    return tuple(registry.card(name) for name in registry.names)


CARDS = _load_cards()


def examples(wanted: Callable[[Example], bool]) -> pytest.MarkDecorator:
    """Makes `card` and `example` parameters of a test: those examples that are wanted."""
    return pytest.mark.parametrize(
        ("card", "example"),
        [
            pytest.param(card, example, id=f"{card.name}/{example.title} ({example.kind})")
            for card in CARDS
            for example in card.examples
            if wanted(example)
        ],
    )


EVERY_CARD = pytest.mark.parametrize("card", CARDS, ids=lambda card: card.name)
EVERY_EXAMPLE = examples(lambda _: True)
