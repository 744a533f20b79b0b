"""What does the text of a definition say, whatever its values? Asked often, answered once."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TypeVar, cast

from promptlint.source import Source

__all__ = ["Syntax"]

Part = TypeVar("Part", bound=ast.AST | Source)
Answer = TypeVar("Answer")


class Syntax:
    """Remembers the answers to questions about nodes and files, and so keeps these alive."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, int], tuple[ast.AST | Source, object]] = {}

    def ask(self, question: Callable[[Part], Answer], part: Part) -> Answer:
        """The answer of a function of nothing but a node or a file."""
        key = (f"{question.__module__}.{question.__qualname__}", id(part))
        if key not in self._answers:
            self._answers[key] = part, question(part)
        return cast(Answer, self._answers[key][1])
