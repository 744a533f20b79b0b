from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Config:
    model: str = "claude-opus-5"
    max_tokens: int = 500


DEFAULT = Config()
