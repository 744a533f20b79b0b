"""The prompts of a small claims desk."""

from datetime import datetime
from pathlib import Path

VERSION = "claims-v3"
RULES = (Path(__file__).parent / "rules.md").read_text()


def system_prompt() -> str:
    """What every request begins with."""
    return f"[{VERSION}] It is {datetime.now():%A, %H:%M}.\n\n{RULES}"
