from __future__ import annotations

import logging
from collections.abc import Iterable

import anthropic

from gatekeeper.policy import instructions

log = logging.getLogger(__name__)

MODEL = "claude-sonnet-5-5"
SMALL_MODEL = "claude-haiku-4-5"
TITLE = "Title policy, version 2. A title says what changes for whom, in the imperative. Answer OK or say what is missing."


class Reviewer:
    def __init__(self, *, labels: bool = False) -> None:
        self.client = anthropic.Anthropic()
        self.instructions = instructions(labels=labels)

    def review_file(self, patch: str) -> str:
        reply = self.client.messages.create(
            model=MODEL,
            max_tokens=500,
            system=[{"type": "text", "text": self.instructions, "cache_control": {"type": "ephemeral"}}],
            messages=[{"role": "user", "content": f"```diff\n{patch}\n```"}],
        )
        log.info("%s tokens were read from the cache", reply.usage.cache_read_input_tokens)
        return reply.content[0].text

    def check_title(self, title: str) -> str:
        reply = self.client.messages.create(
            model=SMALL_MODEL,
            max_tokens=100,
            system=[{"type": "text", "text": TITLE, "cache_control": {"type": "ephemeral"}}],  # warning: small-prefix
            messages=[{"role": "user", "content": title}],
        )
        return reply.content[0].text

    def summarise(self, findings: Iterable[str]) -> str:
        reply = self.client.messages.create(
            model=SMALL_MODEL,
            max_tokens=200,
            system="Summarise the findings of a review in two sentences. Begin with the worst.",
            messages=[{"role": "user", "content": "\n".join(findings)}],
        )
        return reply.content[0].text
