from __future__ import annotations

import json
from datetime import datetime

import anthropic

from atlas import config
from atlas.context import text


def rubric() -> str:
    header = f"Evaluation of {datetime.now():%Y-%m-%d %H:%M}\n\n"  # error: timestamp-in-prefix
    return header + config.prompt("rubric")


def grade(question: str, answer: str) -> dict[str, object]:
    client = anthropic.Anthropic()
    case = f"<question>{question}</question>\n<answer>{answer}</answer>"
    reply = client.messages.create(
        model=config.JUDGE,
        max_tokens=400,
        system=[text(rubric(), mark=True)],
        messages=[{"role": "user", "content": case}],
    )
    graded = reply.content[0].text
    return json.loads(graded) if graded.startswith("{") else {"raw": graded}
