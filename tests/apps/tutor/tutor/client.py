from __future__ import annotations

import anthropic

HEADERS = {
    "anthropic-beta": "prompt-caching-2024-07-31",  # warning: obsolete-caching-api
    "x-team": "tutor",
}


def make_client() -> anthropic.Anthropic:
    return anthropic.Anthropic(default_headers=HEADERS, timeout=30)
