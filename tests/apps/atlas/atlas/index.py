from __future__ import annotations

from collections import Counter
from pathlib import Path

from atlas.passages import Passage


class Index:
    """Finds the passages that share the most words with a question."""

    def __init__(self, folder: Path) -> None:
        self._texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md"))}

    def __getitem__(self, name: str) -> Passage:
        return Passage(name, self._texts[name])

    def search(self, question: str, limit: int = 3) -> list[Passage]:
        words = Counter(question.lower().split())
        found = [
            Passage(name, text, score=sum(words[word] for word in text.lower().split()))
            for name, text in self._texts.items()
        ]
        return sorted(found, key=lambda passage: (-passage.score, passage.id))[:limit]
