from __future__ import annotations

import logging

import anthropic

__all__ = ["ask"]

log = logging.getLogger(__name__)
_client: anthropic.Anthropic | None = None


def _get_client() -> anthropic.Anthropic:
    global _client
    if _client is None:
        _client = anthropic.Anthropic()
    return _client


def ask(instructions: str, text: str, *, model: str = "claude-sonnet-5-5") -> str:
    reply = _get_client().messages.create(
        model=model,
        max_tokens=600,
        system=[{"type": "text", "text": instructions, "cache_control": {"type": "ephemeral"}}],
        messages=[{"role": "user", "content": text}],
    )
    log.info("%s read %s tokens", reply.id, reply.usage.cache_read_input_tokens)
    return reply.content[0].text
