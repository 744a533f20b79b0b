from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import lru_cache


def _model() -> str:
    return os.environ.get("HELPDESK_MODEL", "claude-sonnet-5-5")


@dataclass(frozen=True)
class Settings:
    model: str = field(default_factory=_model)
    region: str = field(default_factory=lambda: os.environ.get("HELPDESK_REGION", "the north"))
    max_tokens: int = 800
    timeout: float = 20.0


@lru_cache
def get_settings() -> Settings:
    return Settings()
