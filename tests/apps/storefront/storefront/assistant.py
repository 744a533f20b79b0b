from __future__ import annotations

import logging

from anthropic import Anthropic

from storefront.config import Config


log = logging.getLogger(__name__)


class Assistant:
    _client: Anthropic | None = None

    @property
    def client(self) -> Anthropic:
        if self._client is None:
            self._client = Anthropic()
        return self._client

    def ask(self, prompt: str, question: str) -> str:
        response = self.client.messages.create(
            model=Config.MODEL,
            max_tokens=Config.MAX_TOKENS,
            system=[{"type": "text", "text": prompt, "cache_control": {"type": "ephemeral"}}],
            messages=[{"role": "user", "content": question}],
        )
        log.info("%s tokens were read from the cache", response.usage.cache_read_input_tokens)
        return response.content[0].text


assistant = Assistant()
