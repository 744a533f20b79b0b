from __future__ import annotations

from pathlib import Path

POLICY = (Path(__file__).parent / "policy.md").read_text()

LABELS = frozenset({"data", "security", "performance", "naming", "tests", "api"})
IGNORED = frozenset({".lock", ".min.js", ".snap"})


def instructions(*, labels: bool) -> str:
    """The policy; with labels, each finding is to name what it is about."""
    if not labels:
        return POLICY
    listed = ", ".join(LABELS)  # warning: unstable-order-in-prefix
    return f"{POLICY}\n\n## Labels\n\nEnd each finding with one of these labels: {listed}."


def is_ignored(name: str) -> bool:
    return any(name.endswith(ending) for ending in IGNORED)
