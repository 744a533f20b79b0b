from __future__ import annotations

import logging
import random
from collections.abc import Sequence

import anthropic

import codebook

MODEL = "claude-sonnet-5-5"
client = anthropic.Anthropic()
log = logging.getLogger(__name__)


def cached(text: str) -> list[dict[str, object]]:
    return [{"type": "text", "text": text, "cache_control": {"type": "ephemeral"}}]


def code(answer: str) -> list[str]:
    """The codes of one answer."""
    reply = client.messages.create(
        model=MODEL,
        max_tokens=60,
        system=cached(codebook.text()),
        messages=[{"role": "user", "content": answer}],
    )
    log.info("%s tokens were read from the cache", reply.usage.cache_read_input_tokens)
    return [part.strip() for part in reply.content[0].text.split(",")]


def compare(answers: Sequence[str]) -> str:
    """Which answers mean the same; they are given in a new order, so that their order says nothing."""
    order = list(answers)
    random.shuffle(order)
    listed = "\n".join(f"- {answer}" for answer in order)  # error: unstable-order-in-prefix
    content = [
        {"type": "text", "text": listed},
        {"type": "text", "text": codebook.text(), "cache_control": {"type": "ephemeral"}},
        {"type": "text", "text": "Which of the answers mean the same?"},
    ]
    reply = client.messages.create(
        model=MODEL,
        max_tokens=300,
        messages=[{"role": "user", "content": content}],
    )
    return reply.content[0].text
