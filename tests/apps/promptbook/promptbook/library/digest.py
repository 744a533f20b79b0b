from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from promptbook.library.house import HOUSE_RULES
from promptbook.registry import prompt

ZONE = ZoneInfo("UTC")


@prompt("digest", max_tokens=500)
def digest() -> str:
    now = datetime.now(ZONE)
    lines = [HOUSE_RULES, "Task: write the digest of the last hour."]
    lines.append(f"The digest is sent at {now:%H:%M:%S}.")  # error: timestamp-in-prefix
    return "\n".join(lines)
