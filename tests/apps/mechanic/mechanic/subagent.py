from __future__ import annotations

import uuid

import anthropic

from mechanic.prompt import MODEL, SYSTEM

client = anthropic.Anthropic()

BRIEF = SYSTEM + "\n## Your task\n\nYou are a helper of another agent, working on task {task_id}. Answer briefly.\n"


def delegate(client: anthropic.Anthropic, task: str) -> str:
    """Give a task to a fresh agent that has no tools."""
    task_id = uuid.uuid4().hex[:8]
    prompt = BRIEF.format(task_id=task_id)  # error: random-id-in-prefix
    reply = client.messages.create(
        model=MODEL,
        max_tokens=1024,
        system=[{"type": "text", "text": prompt, "cache_control": {"type": "ephemeral"}}],
        messages=[{"role": "user", "content": task}],
        metadata={"user_id": task_id},
    )
    return reply.content[0].text
