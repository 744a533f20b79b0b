from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import uuid4

import anthropic

MODEL = "claude-haiku-5-5"
POLL = 30.0

client = anthropic.Anthropic()


def submit(system: list[dict[str, Any]], texts: Sequence[str]) -> str:
    """Send one batch; its id."""
    batch = client.messages.batches.create(
        requests=[
            {
                "custom_id": f"review-{uuid4().hex}",
                "params": {
                    "model": MODEL,
                    "max_tokens": 60,
                    "system": system,
                    "messages": [{"role": "user", "content": text}],
                },
            }
            for text in texts
        ]
    )
    return batch.id


def wait(batch_id: str) -> None:
    while client.messages.batches.retrieve(batch_id).processing_status != "ended":
        time.sleep(POLL)


def answers(batch_id: str) -> Iterator[str]:
    for line in client.messages.batches.results(batch_id):
        if line.result.type == "succeeded":
            yield line.result.message.content[0].text
