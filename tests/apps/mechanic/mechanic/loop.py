from __future__ import annotations

import logging
from typing import Any

import anthropic

from mechanic.conversation import Conversation
from mechanic.prompt import MODEL, SYSTEM
from mechanic.tools.registry import Tool

MAX_TURNS = 12
log = logging.getLogger(__name__)


class Agent:
    def __init__(self, client: anthropic.Anthropic, tools: list[Tool], conversation: Conversation) -> None:
        self.client = client
        self.tools = {tool.name: tool for tool in tools}
        self.conversation = conversation

    def run(self, task: str) -> str:
        self.conversation.say(task)
        for _ in range(MAX_TURNS):
            reply = self.step()
            log.info("%s tokens were read from the cache", reply.usage.cache_read_input_tokens)
            self.conversation.keep_answer(reply.content)
            calls = [block for block in reply.content if block.type == "tool_use"]
            if not calls:
                return "".join(block.text for block in reply.content if block.type == "text")
            self.conversation.give_results([self.result(call) for call in calls])
        return "I did not finish."

    def step(self) -> anthropic.types.Message:
        self.conversation.move_marker()
        return self.client.messages.create(
            model=MODEL,
            max_tokens=4096,
            tools=[tool.definition() for tool in self.tools.values()],
            system=[{"type": "text", "text": SYSTEM, "cache_control": {"type": "ephemeral"}}],
            messages=self.conversation.messages,
        )

    def result(self, call: Any) -> dict[str, Any]:
        try:
            content = self.tools[call.name](**call.input)
        except (KeyError, OSError, TypeError) as error:
            return {"type": "tool_result", "tool_use_id": call.id, "content": str(error), "is_error": True}
        return {"type": "tool_result", "tool_use_id": call.id, "content": content}
