from __future__ import annotations

import anthropic

from harvester.prompts import INSTRUCTIONS
from harvester.retry import with_retries

SHORT = {"type": "ephemeral"}
LONG = {"type": "ephemeral", "ttl": "1h"}

CHECKS = [
    "Are all dates of the form 2026-03-31, and does it open before it closes?",
    "Is the country two letters, and does the city lie there?",
    "Is anything in the object that the page does not say?",
]


def blocks() -> list[dict[str, object]]:
    checks = "\n".join(f"{number}. {check}" for number, check in enumerate(CHECKS, 1))
    return [
        {"type": "text", "text": INSTRUCTIONS, "cache_control": SHORT},
        {"type": "text", "text": f"Check an object that was extracted:\n{checks}", "cache_control": LONG},  # error: ttl-out-of-order
    ]


async def review(extracted: str) -> str:
    client = anthropic.AsyncAnthropic()

    async def ask() -> anthropic.types.Message:
        return await client.messages.create(
            model="claude-opus-5",
            max_tokens=300,
            system=blocks(),
            messages=[{"role": "user", "content": extracted}],
        )

    reply = await with_retries(ask)
    return reply.content[0].text
