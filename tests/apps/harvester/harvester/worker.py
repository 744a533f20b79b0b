from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import anthropic

from harvester.extract import Extractor
from harvester.models import Job, Outcome

AT_ONCE = 4
log = logging.getLogger("harvester")


class Worker:
    """Works off a queue; never more than `AT_ONCE` requests are on their way."""

    def __init__(self, extractor: Extractor) -> None:
        self._extractor = extractor
        self._queue: asyncio.Queue[Job] = asyncio.Queue()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self.outcomes: list[Outcome] = []

    async def put(self, job: Job) -> None:
        await self._queue.put(job)

    async def run(self) -> None:
        tasks = [asyncio.create_task(self._work()) for _ in range(AT_ONCE)]
        await self._queue.join()
        for task in tasks:
            task.cancel()

    async def _work(self) -> None:
        while True:
            job = await self._queue.get()
            try:
                async with self._slots:
                    self.outcomes.append(await self._do(job))
            finally:
                self._queue.task_done()

    async def _do(self, job: Job) -> Outcome:
        began = time.monotonic()
        job.attempts += 1
        try:
            text = await self._extractor.extract(job)
        except anthropic.APIError as error:
            return Outcome(job, error=str(error))
        log.info("job %s took %.1f s", job.id, time.monotonic() - began)
        return Outcome(job, text)


async def harvest(pages: Iterable[str], *, tagged: bool = False) -> list[Outcome]:
    worker = Worker(Extractor(anthropic.AsyncAnthropic(), tagged=tagged))
    for page in pages:
        await worker.put(Job(page))
    await worker.run()
    return worker.outcomes


if __name__ == "__main__":
    found = asyncio.run(harvest(Path(name).read_text(encoding="utf-8") for name in sys.argv[1:]))
    print(*(outcome.text or outcome.error for outcome in found), sep="\n")
