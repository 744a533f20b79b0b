from __future__ import annotations

import anthropic

from promptbook.registry import PROMPTS

client = anthropic.Anthropic()


def run(name: str, content: str) -> str:
    """Run a prompt of the book on a text."""
    chosen = PROMPTS[name]
    reply = client.messages.create(
        model=chosen.model,
        max_tokens=chosen.max_tokens,
        system=[{"type": "text", "text": chosen.text(), "cache_control": {"type": "ephemeral"}}],
        messages=[{"role": "user", "content": content}],
    )
    return reply.content[0].text
