from __future__ import annotations

from functools import cache

import anthropic

MODEL = "claude-sonnet-5-5"


@cache
def get_client() -> anthropic.Anthropic:
    return anthropic.Anthropic(max_retries=4)
