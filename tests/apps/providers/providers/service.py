from __future__ import annotations

from providers.base import Provider
from providers.factory import create
from providers.sections import EXAMPLES, GUIDE, LIMITS, STYLE, TERMS

__all__ = ["Service", "create"]


class Service:
    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    def advise(self, case: str) -> str:
        return self._provider.complete([GUIDE, TERMS, LIMITS, EXAMPLES, STYLE], case)

    def translate(self, text: str) -> str:
        return self._provider.complete([GUIDE, TERMS, STYLE], f"Translate for the customer:\n{text}")
