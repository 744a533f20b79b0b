from __future__ import annotations

from datetime import datetime

from mechanic.tools.registry import tool


@tool()
def clock() -> str:
    """Tell the local time. Use it before you judge how old a file or a log entry is."""
    return datetime.now().isoformat(timespec="seconds")
