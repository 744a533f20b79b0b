from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import Any

from anthropic import AsyncAnthropic
from anthropic.types import MessageParam, TextBlockParam
from fastapi import Depends

from helpdesk.settings import Settings, get_settings

log = logging.getLogger(__name__)


def plain(text: str) -> TextBlockParam:
    return {"type": "text", "text": text}


def cached(text: str) -> TextBlockParam:
    return {**plain(text), "cache_control": {"type": "ephemeral"}}


class Gateway:
    """The one place of the service that talks to Claude."""

    def __init__(self, settings: Settings, client: AsyncAnthropic | None = None) -> None:
        self._settings = settings
        self._client = client or AsyncAnthropic(timeout=settings.timeout)

    async def complete(
        self, system: Sequence[TextBlockParam], messages: Iterable[MessageParam], **options: Any
    ) -> str:
        options.setdefault("max_tokens", self._settings.max_tokens)
        reply = await self._client.messages.create(
            model=self._settings.model,
            system=list(system),
            messages=list(messages),
            **options,
        )
        usage = reply.usage
        log.info("cache: read %s, written %s", usage.cache_read_input_tokens, usage.cache_creation_input_tokens)
        return "".join(block.text for block in reply.content if block.type == "text")


def get_gateway(settings: Settings = Depends(get_settings)) -> Gateway:
    return Gateway(settings)
