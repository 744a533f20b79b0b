"""Passages as content blocks, with the markers where they belong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from atlas.passages import Passage

Block = dict[str, Any]
MARK = {"type": "ephemeral"}


def text(content: str, *, mark: bool = False) -> Block:
    block: Block = {"type": "text", "text": content}
    if mark:
        block["cache_control"] = MARK
    return block


def one_block(passages: Iterable[Passage], question: str) -> list[Block]:
    rendered = "\n\n".join(passage.render(number) for number, passage in enumerate(passages, 1))
    return [text(f"{rendered}\n\nQuestion: {question}", mark=True)]  # warning: volatile-breakpoint


def block_each(passages: Sequence[Passage], question: str) -> list[Block]:
    ordered = sorted(passages, key=lambda passage: passage.id)
    blocks = [text(passage.render(number)) for number, passage in enumerate(ordered, 1)]
    blocks[-1]["cache_control"] = MARK
    return [*blocks, text(f"Question: {question}")]
