from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import anthropic

T = TypeVar("T")
TRANSIENT = (anthropic.RateLimitError, anthropic.InternalServerError, anthropic.APIConnectionError)


async def with_retries(call: Callable[[], Awaitable[T]], attempts: int = 3, pause: float = 1.0) -> T:
    """Call until it works, at most so many times; the last error is raised."""
    for attempt in range(1, attempts + 1):
        try:
            return await call()
        except TRANSIENT:
            if attempt == attempts:
                raise
            await asyncio.sleep(pause * 2**attempt)
    raise AssertionError("attempts is at least one")
