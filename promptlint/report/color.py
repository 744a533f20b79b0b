"""Is the output coloured, and how is a word painted?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["ColorChoice", "Ink", "Paint", "wants_color"]

_RESET = "\x1b[0m"


class ColorChoice(StrEnum):
    """The values of ``--color``."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class Ink(StrEnum):
    """Terminal sequences, named for what they paint."""

    ERROR = "\x1b[1;31m"
    WARNING = "\x1b[1;33m"
    NOTE = "\x1b[1;36m"
    PLACE = "\x1b[1;34m"
    """Gutters, arrows, and underlines of places that are not the primary one."""
    STRONG = "\x1b[1m"
    HELP = "\x1b[1;32m"


@dataclass(frozen=True, slots=True)
class Paint:
    """Paints text, or leaves it plain."""

    enabled: bool

    def __call__(self, text: str, ink: Ink) -> str:
        """The text in an ink; plain where colour is off or there is nothing to see."""
        return f"{ink}{text}{_RESET}" if self.enabled and text.strip() else text


def wants_color(choice: ColorChoice, environment: Mapping[str, str], *, terminal: bool) -> bool:
    """Whether to paint. What the user says decides; then the environment, as Python itself reads it.

    NO_COLOR goes before FORCE_COLOR; an empty variable counts as not set.
    """
    match choice:
        case ColorChoice.ALWAYS:
            return True
        case ColorChoice.NEVER:
            return False
        case ColorChoice.AUTO:
            if environment.get("NO_COLOR"):
                return False
            if environment.get("FORCE_COLOR"):
                return True
            return terminal and environment.get("TERM") != "dumb"
