"""Which parameters beside the prompt is a cache entry keyed by?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from promptlint.facts.sections import Sections

__all__ = ["Loss", "SettingFact", "read_settings"]


class Loss(StrEnum):
    """The first level of the prompt whose entries another value loses."""

    TOOLS = "tools"
    SYSTEM = "system"
    MESSAGES = "messages"


@dataclass(frozen=True, slots=True)
class SettingFact:
    """What another value of a parameter does to the entries that are there."""

    loses: Loss
    disputed: bool
    """Sources contradict each other."""


def read_settings(sections: Sections) -> Mapping[str, SettingFact]:
    """Section ``settings``, by dotted name: ``output_config.effort``."""
    found: dict[str, SettingFact] = {}
    for group in sections.groups("settings", ("level", "names"), ("disputed",)):
        disputed = "disputed" in group and group["disputed"].boolean()
        fact = SettingFact(group["level"].word(Loss), disputed)
        found |= dict.fromkeys(group["names"].strings(), fact)
    return found
