from __future__ import annotations

from dataclasses import dataclass, field
from time import time


@dataclass(frozen=True)
class Passage:
    id: str
    text: str
    score: float = 0.0
    retrieved_at: float = field(default_factory=time)

    def render(self, number: int) -> str:
        return f'<passage number="{number}" source="{self.id}">\n{self.text}\n</passage>'
