from __future__ import annotations

from atlas import config
from atlas.answer import Answerer
from atlas.index import Index


class Service:
    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer

    def manual(self, name: str, question: str) -> str:
        return self._answerer.from_manual(name, question)

    def search(self, question: str) -> str:
        return self._answerer.from_passages(question)

    def compare(self, names: list[str], question: str) -> str:
        return self._answerer.compare(names, question)


def service() -> Service:
    return Service(Answerer(Index(config.MANUALS)))
