from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import yaml

LABELS = yaml.safe_load(Path(__file__).with_name("taxonomy.yaml").read_text(encoding="utf-8"))

INTRODUCTION = """\
Taxonomy of 2026-03-01. You label reviews of articles that were bought in our shop.
Give every label that applies, most important first, at most four. If none applies, give `unclear`.
Do not guess from the stars alone. Irony counts as what is meant, not as what is said.

"""


def taxonomy() -> str:
    return "\n".join(f"{row['label']}: {row['about']} Example: {row['example']}" for row in LABELS)


def label_system(*, traced: bool) -> list[dict[str, Any]]:
    """The system prompt of a run; a traced run can be found again in the logs of the API."""
    prompt = INTRODUCTION + taxonomy()
    if traced:
        prompt += f"\n\nRun: {uuid4()}"  # error: random-id-in-prefix
    return [{"type": "text", "text": prompt, "cache_control": {"type": "ephemeral", "ttl": "1h"}}]
