from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date

import anthropic

from nightly.prompts import INTRODUCTION, taxonomy

MODEL = "claude-sonnet-5-5"
log = logging.getLogger(__name__)


def write_report(counts: Mapping[str, int]) -> str:
    """A page for the morning meeting."""
    client = anthropic.Anthropic()
    guide = f"{INTRODUCTION}{taxonomy()}\n\nWrite the report of {date.today():%d %B %Y}."  # note: timestamp-in-prefix
    table = "\n".join(f"{label}\t{count}" for label, count in sorted(counts.items()))
    reply = client.messages.create(
        model=MODEL,
        max_tokens=900,
        system=[{"type": "text", "text": guide, "cache_control": {"type": "ephemeral"}}],
        messages=[{"role": "user", "content": f"Labels of the day:\n{table}"}],
    )
    log.info("%s tokens were read from the cache", reply.usage.cache_read_input_tokens)
    return reply.content[0].text
