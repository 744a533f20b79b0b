import os
from pathlib import Path

MODEL = os.getenv("ATLAS_MODEL", "claude-opus-5")
JUDGE = os.getenv("ATLAS_JUDGE", "claude-sonnet-5-5")
PROMPTS = Path(__file__).parent / "prompts"
MANUALS = Path(__file__).parent / "manuals"


def prompt(name: str) -> str:
    return (PROMPTS / f"{name}.md").read_text(encoding="utf-8")
