from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone

from providers.anthropic_provider import AnthropicProvider


class AuditedProvider(AnthropicProvider):
    """Says in every prompt when it was sent, for the auditors."""

    name = "audited"

    def prepare(self, sections: Sequence[str]) -> list[str]:
        first, *rest = super().prepare(sections)
        sent = datetime.now(timezone.utc)
        return [f"{first}\nSent at {sent:%Y-%m-%dT%H:%M:%SZ}.", *rest]  # error: timestamp-in-prefix
