from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import anthropic

from storefront import catalog
from storefront.config import Config
from storefront.templating import render

client = anthropic.Anthropic()


def draft(order: Mapping[str, str]) -> str:
    """The mail that confirms an order."""
    now = datetime.now(UTC).strftime("%A, %H:%M")
    prompt = render("mail.txt", shop=Config.SHOP, now=now, catalog=catalog.as_text())
    reply = client.messages.create(
        model=Config.MODEL,
        max_tokens=300,
        system=[{"type": "text", "text": prompt, "cache_control": {"type": "ephemeral"}}],
        messages=[{"role": "user", "content": f"Order {order['number']}: {order['items']}"}],
    )
    return reply.content[0].text
