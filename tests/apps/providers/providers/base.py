from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence


class Provider(ABC):
    """Somebody who completes texts."""

    name = "base"

    def complete(self, sections: Sequence[str], text: str) -> str:
        """Complete a text under instructions, which are given in sections."""
        return self.send(self.prepare(sections), text).strip()

    def prepare(self, sections: Sequence[str]) -> list[str]:
        """A hook for subclasses: the sections as they are sent."""
        return [section for section in sections if section]

    @abstractmethod
    def send(self, sections: list[str], text: str) -> str:
        """Ask the service."""
