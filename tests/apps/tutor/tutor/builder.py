from __future__ import annotations

from typing import Any, Self

Block = dict[str, Any]


class PromptBuilder:
    """Puts a system prompt together, section by section."""

    def __init__(self) -> None:
        self._sections: list[str] = []

    def section(self, title: str, *lines: str) -> Self:
        self._sections.append("\n".join([f"## {title}", *lines]))
        return self

    def build(self) -> list[Block]:
        """One block for each section, and a marker on the last."""
        blocks: list[Block] = [{"type": "text", "text": section} for section in self._sections]
        blocks[-1]["cache_control"] = {"type": "ephemeral"}
        return blocks
