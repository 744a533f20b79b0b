from __future__ import annotations

import copy
import logging

from anthropic import Anthropic
from anthropic.types import Message

from tutor.builder import Block

MODEL = "claude-opus-5"
log = logging.getLogger(__name__)


class Lesson:
    def __init__(self, client: Anthropic, template: list[Block]) -> None:
        self.client = client
        self.template = template

    @staticmethod
    def _text(reply: Message) -> str:
        log.info("%s tokens were read from the cache", reply.usage.cache_read_input_tokens)
        return "".join(block.text for block in reply.content if block.type == "text")

    def explain(self, question: str) -> str:
        reply = self.client.messages.create(
            model=MODEL,
            max_tokens=400,
            system=self.template,
            messages=[{"role": "user", "content": question}],
        )
        return self._text(reply)

    def quiz(self, seed: str) -> str:
        system = copy.deepcopy(self.template)
        system[-1]["cache_control"] = {"type": "ephemeral", "ttl": "30m"}  # error: invalid-cache-control
        reply = self.client.messages.create(
            model=MODEL,
            max_tokens=200,
            system=system,
            messages=[{"role": "user", "content": f"Make exercise number {seed}."}],
        )
        return self._text(reply)

    def hint(self, exercise: str) -> str:
        """A hint, from the method alone; who the pupil is comes behind the marker."""
        system = [dict(block) for block in self.template]
        del system[-1]["cache_control"]
        system[-2]["cache_control"] = {"type": "ephemeral"}
        system.append({"type": "text", "text": f"The exercise: {exercise}"})
        reply = self.client.messages.create(
            model=MODEL,
            max_tokens=100,
            system=system,
            messages=[{"role": "user", "content": "Give me a hint."}],
        )
        return self._text(reply)
