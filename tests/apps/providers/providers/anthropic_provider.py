from __future__ import annotations

import logging

from anthropic import Anthropic
from anthropic.types import TextBlockParam

from providers.base import Provider
from providers.config import Config


log = logging.getLogger(__name__)


class AnthropicProvider(Provider):
    name = "anthropic"

    def __init__(self, config: Config) -> None:
        self.config = config
        self.client = Anthropic()

    def send(self, sections: list[str], text: str) -> str:
        system = [self.block(section) for section in sections]
        for block in system:
            block["cache_control"] = {"type": "ephemeral"}  # error: too-many-breakpoints
        response = self.client.messages.create(
            model=self.config.model,
            max_tokens=self.config.max_tokens,
            system=system,
            messages=[{"role": "user", "content": text}],
        )
        log.info("%s tokens were read from the cache", response.usage.cache_read_input_tokens)
        return "".join(block.text for block in response.content if block.type == "text")

    @staticmethod
    def block(section: str) -> TextBlockParam:
        return {"type": "text", "text": section}
