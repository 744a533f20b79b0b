"""Is nothing said of a conversation whose markers, or whose length, are decided where it is not seen?"""

from __future__ import annotations

import pytest

from promptlint.testing import check

HEAD = """
import anthropic
from elsewhere import add_markers, with_markers

MARK = {"type": "ephemeral"}
RULES = [{"type": "text", "text": "[v1] Look before you answer. " * 900, "cache_control": MARK}]
client = anthropic.Anthropic()


def send(turns):
    return client.messages.create(model="claude-sonnet-4-6", max_tokens=9, system=RULES, messages=turns)


"""

LOOP = """
def talk(questions):
    turns = []
    for question in questions:
        turns.append({{"role": "user", "content": question}})
        {before}
        reply = send({sent})
        turns.append({{"role": "assistant", "content": reply.content}})
"""

DESK = """
class Desk:
    def __init__(self):
        self.turns = []

    def ask(self, question):
        {before}
        self.turns.append({{"role": "user", "content": question}})
        return send(self.turns)
"""


def spoken(program: str) -> list[str]:
    return [one.rule for one in check({"main.py": HEAD + program}) if one.rule.startswith("uncached")]


@pytest.mark.parametrize(
    "program",
    [LOOP.format(before="pass", sent="turns"), DESK.format(before="pass")],
)
def test_a_growing_conversation_without_a_marker_is_reported(program: str) -> None:
    assert spoken(program) == ["uncached-history"]


@pytest.mark.parametrize(
    "program",
    [
        LOOP.format(before="add_markers(turns)", sent="turns"),
        LOOP.format(before="add_markers(turns[-1])", sent="turns"),
        LOOP.format(before="pass", sent="with_markers(turns)"),
        LOOP.format(before="pass", sent="turns[-10:]"),
        LOOP.format(before="turns = turns[-10:]", sent="turns"),
        LOOP.format(before="turns = []", sent="turns"),
        DESK.format(before="self.turns = []"),
        DESK.format(before='self.turns[-2]["content"][-1]["cache_control"] = MARK'),
        DESK.format(before='for turn in self.turns: turn["content"][-1].update(cache_control=MARK)'),
    ],
)
def test_what_is_not_seen_may_be_a_marker(program: str) -> None:
    assert spoken(program) == []
