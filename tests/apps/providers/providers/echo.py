from __future__ import annotations

from providers.base import Provider


class EchoProvider(Provider):
    """Answers without asking anybody; for tests and demonstrations."""

    name = "echo"

    def send(self, sections: list[str], text: str) -> str:
        return f"{len(sections)} sections: {text}"
