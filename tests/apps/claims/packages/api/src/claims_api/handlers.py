from __future__ import annotations

import json
from typing import Any

import claims_core as core

from .answers import ok


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Explain the terms on a topic."""
    del context
    topic = event.get("topic", "everything")
    instructions = "{terms}\n\nExplain the terms on this topic: {topic}.".format(terms=core.TERMS, topic=topic)  # error: request-data-in-prefix
    return ok(json.dumps({"text": core.ask(instructions, event["text"])}))
