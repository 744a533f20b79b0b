"""What does the text of a definition say, whatever its values? Asked often, answered once."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TypeVar, cast

__all__ = ["Syntax"]

Node = TypeVar("Node", bound=ast.AST)
Answer = TypeVar("Answer")


class Syntax:
    """Remembers the answers to questions about nodes; lives as long as their trees."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, int], object] = {}

    def ask(self, question: Callable[[Node], Answer], node: Node) -> Answer:
        """The answer of a function of nothing but a node."""
        key = (f"{question.__module__}.{question.__qualname__}", id(node))
        if key not in self._answers:
            self._answers[key] = question(node)
        return cast(Answer, self._answers[key])
