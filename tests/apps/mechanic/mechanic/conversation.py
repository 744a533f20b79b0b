from __future__ import annotations

from typing import Any

Message = dict[str, Any]


class Conversation:
    """The messages of one task. Turns are appended, and the newest carries the marker."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def say(self, text: str) -> None:
        self.messages.append({"role": "user", "content": [{"type": "text", "text": text}]})

    def keep_answer(self, content: list[Any]) -> None:
        self.messages.append({"role": "assistant", "content": content})

    def give_results(self, results: list[Message]) -> None:
        self.messages.append({"role": "user", "content": results})

    def move_marker(self) -> None:
        """Leave one marker only, at the end: the next turn reads up to there."""
        for message in self.messages:
            if message["role"] == "user":
                for block in message["content"]:
                    block.pop("cache_control", None)
        self.messages[-1]["content"][-1]["cache_control"] = {"type": "ephemeral"}
