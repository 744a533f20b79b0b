from __future__ import annotations

from datetime import datetime
from pathlib import Path

TEXTS = Path(__file__).parent / "texts"


def draft() -> str:
    """How to write the notes; names the moment at which the list of changes was made."""
    text = (TEXTS / "draft.md").read_text(encoding="utf-8")
    moment = datetime.now().astimezone()
    return "\n\n".join(
        [
            f"List of changes as of {moment.isoformat()}",  # error: timestamp-in-prefix
            text,
        ]
    )


def guide() -> str:
    """The style guide, in the order of the numbers of its files."""
    files = sorted((TEXTS / "guide").glob("*.md"))
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def snippets() -> str:
    """Announcements that went well."""
    return "\n".join(
        f"- {file.read_text(encoding='utf-8').strip()}"  # note: unstable-order-in-prefix
        for file in (TEXTS / "snippets").iterdir()
    )
