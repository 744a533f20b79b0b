from __future__ import annotations

from anthropic import Anthropic

from relnotes.settings import SETTINGS

client = Anthropic()


def complete(instructions: str, content: str) -> str:
    message = client.messages.create(
        model=SETTINGS["model"],
        max_tokens=SETTINGS["max_tokens"],
        system=[{"type": "text", "text": instructions, "cache_control": {"type": "ephemeral"}}],
        messages=[{"role": "user", "content": content}],
    )
    return message.content[0].text
