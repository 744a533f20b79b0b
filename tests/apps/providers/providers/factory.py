from __future__ import annotations

from providers.anthropic_provider import AnthropicProvider
from providers.audited import AuditedProvider
from providers.base import Provider
from providers.config import DEFAULT, Config
from providers.echo import EchoProvider


def create(name: str, config: Config = DEFAULT) -> Provider:
    if name == EchoProvider.name:
        return EchoProvider()
    if name == AuditedProvider.name:
        return AuditedProvider(config)
    if name == AnthropicProvider.name:
        return AnthropicProvider(config)
    raise ValueError(f"no provider is called {name!r}")
