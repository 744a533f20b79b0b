"""Where is what we know about the world? Cards and facts lie beside the code, or in the checkout."""

from __future__ import annotations

from pathlib import Path

from promptlint.errors import PromptlintError

__all__ = ["rules_directory"]


def rules_directory() -> Path:
    """The folder of cards and facts: the shipped copy first, else the checkout's.

    Raises:
        PromptlintError: there is neither.

    """
    package = Path(__file__).parent
    for folder in (package / "rules", package.parent / "rules"):
        if (folder / "facts").is_dir():
            return folder
    raise PromptlintError(f"{package}: the rules are missing; install promptlint again")
