from __future__ import annotations

import logging

import anthropic

from atlas import config, context
from atlas.index import Index

log = logging.getLogger("atlas")


class Answerer:
    def __init__(self, index: Index, client: anthropic.Anthropic | None = None) -> None:
        self.index = index
        self.client = client or anthropic.Anthropic()
        self.instructions = config.prompt("answer")

    def from_manual(self, name: str, question: str) -> str:
        """Answer from one manual, which is cached as a whole."""
        manual = self.index[name]
        log.info("%s, fetched %.0f", manual.id, manual.retrieved_at)
        reply = self.client.messages.create(
            model=config.MODEL,
            max_tokens=700,
            system=[
                context.text(self.instructions),
                context.text(f"<manual>\n{manual.text}\n</manual>", mark=True),
            ],
            messages=[{"role": "user", "content": question}],
        )
        log.info("%s tokens were read from the cache", reply.usage.cache_read_input_tokens)
        return reply.content[0].text

    def from_passages(self, question: str) -> str:
        """Answer from whatever the index finds."""
        content = context.one_block(self.index.search(question), question)
        reply = self.client.messages.create(
            model=config.MODEL,
            max_tokens=700,
            system=self.instructions,
            messages=[{"role": "user", "content": content}],
        )
        return reply.content[0].text

    def compare(self, names: list[str], question: str) -> str:
        """Answer from several manuals that are asked about again and again."""
        content = context.block_each([self.index[name] for name in names], question)
        reply = self.client.messages.create(
            model=config.MODEL,
            max_tokens=700,
            system=self.instructions,
            messages=[{"role": "user", "content": content}],
        )
        return reply.content[0].text
