from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Prompt:
    name: str
    text: Callable[[], str]
    model: str = "claude-sonnet-5-5"
    max_tokens: int = 1000


PROMPTS: dict[str, Prompt] = {}


def register(name: str, text: str, **options: object) -> None:
    """Put a constant prompt into the book."""
    PROMPTS[name] = Prompt(name, lambda: text, **options)


def prompt(name: str, **options: object) -> Callable[[Callable[[], str]], Callable[[], str]]:
    """Put a prompt into the book that is made when it is used."""

    def add(function: Callable[[], str]) -> Callable[[], str]:
        PROMPTS[name] = Prompt(name, function, **options)
        return function

    return add
