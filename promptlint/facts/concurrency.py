"""Which functions let many calls run at the same time?"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from promptlint.facts.sections import Sections

__all__ = ["FanOutKind", "read_fan_outs"]


class FanOutKind(StrEnum):
    """How calls come to run at the same time."""

    GATHER = "gather"
    """All of them are handed to it."""
    START = "start"
    """It begins one and does not wait for it."""
    MAP = "map"
    """A method of a pool: a function and many items."""
    SUBMIT = "submit"
    """A method of a pool: a function and its arguments."""


def read_fan_outs(sections: Sections) -> Mapping[str, FanOutKind]:
    """Section ``fan_outs``, by the last name of the function."""
    return {
        name: group["how"].word(FanOutKind)
        for group in sections.groups("fan_outs", ("how", "names"))
        for name in group["names"].strings()
    }
