from __future__ import annotations

import logging

import anthropic

from promptbook.registry import PROMPTS

client = anthropic.Anthropic()
log = logging.getLogger(__name__)


def run(name: str, content: str) -> str:
    """Run a prompt of the book on a text."""
    chosen = PROMPTS[name]
    reply = client.messages.create(
        model=chosen.model,
        max_tokens=chosen.max_tokens,
        system=[{"type": "text", "text": chosen.text(), "cache_control": {"type": "ephemeral"}}],
        messages=[{"role": "user", "content": content}],
    )
    log.info("%s tokens were read from the cache", reply.usage.cache_read_input_tokens)
    return reply.content[0].text
