from __future__ import annotations

import json
from pathlib import Path

_DATA = json.loads(Path(__file__).with_name("catalog.json").read_text(encoding="utf-8"))
VERSION = _DATA["version"]
ARTICLES = _DATA["articles"]


def as_text() -> str:
    """The catalogue as the assistant reads it, one article on each line."""
    lines = [f"[{VERSION}]"]
    for article in ARTICLES:
        lines.append(f"{article['id']}: {article['name']}, {article['price']} EUR, {article['about']}")
    return "\n".join(lines)
