from __future__ import annotations

import logging

from anthropic import Anthropic

from relnotes.settings import SETTINGS

client = Anthropic()
log = logging.getLogger(__name__)


def complete(instructions: str, content: str) -> str:
    message = client.messages.create(
        model=SETTINGS["model"],
        max_tokens=SETTINGS["max_tokens"],
        system=[{"type": "text", "text": instructions, "cache_control": {"type": "ephemeral"}}],
        messages=[{"role": "user", "content": content}],
    )
    log.info("%s tokens were read from the cache", message.usage.cache_read_input_tokens)
    return message.content[0].text
