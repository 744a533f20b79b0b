from __future__ import annotations

import anthropic

from harvester.models import Job
from harvester.prompts import INSTRUCTIONS
from harvester.retry import with_retries

MODEL = "claude-haiku-5-5"


class Extractor:
    def __init__(self, client: anthropic.AsyncAnthropic, *, tagged: bool) -> None:
        self._client = client
        self._tagged = tagged

    def instructions(self, job: Job) -> str:
        if not self._tagged:
            return INSTRUCTIONS
        return INSTRUCTIONS + f"\n\n(job {job.id})"  # error: random-id-in-prefix

    async def extract(self, job: Job) -> str:
        system = [
            {"type": "text", "text": self.instructions(job), "cache_control": {"type": "ephemeral"}},
        ]
        reply = await with_retries(
            lambda: self._client.messages.create(
                model=MODEL,
                max_tokens=900,
                system=system,
                messages=[{"role": "user", "content": job.page}],
            )
        )
        return reply.content[0].text
