"""The desk as it should be: what changes comes after what is cached."""

from datetime import datetime

import anthropic
from prompts import RULES, VERSION

client = anthropic.Anthropic()


def answer(question: str) -> str:
    response = client.messages.create(
        model="claude-sonnet-4-6",
        max_tokens=1024,
        system=[{"type": "text", "text": f"[{VERSION}]\n\n{RULES}", "cache_control": {"type": "ephemeral"}}],
        messages=[{"role": "user", "content": f"It is {datetime.now():%A, %H:%M}. {question}"}],
    )
    return response.content[0].text
