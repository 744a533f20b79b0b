"""Is nothing said of a conversation whose markers, or whose length, are decided where it is not seen?"""

from __future__ import annotations

import pytest

from promptlint.testing import check

HEAD = """
import anthropic
from elsewhere import add_markers, sum_up, with_markers

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


GOING_ON = """
def talk(earlier, question):
    turns = {begun}
    while True:
        reply = send(turns)
        turns.append({{"role": "assistant", "content": reply.content}})
        turns.append({{"role": "user", "content": "Go on."}})
"""

DESK_LOOP = """
class Desk:
    def __init__(self):
        self.turns = []

    def work(self, task):
        self.turns.append({"role": "user", "content": task})
        for _ in range(9):
            reply = send(self.turns)
            self.turns.append({"role": "assistant", "content": reply.content})
            self.turns.append({"role": "user", "content": "Go on."})
"""

ANEW = """
    def begin_anew(self):
        self.turns = []
"""

STORE = """
SESSIONS = {}


def talk(session_id, question):
    turns = SESSIONS.setdefault(session_id, [])
    turns.append({"role": "user", "content": question})
    reply = send(turns)
    turns.append({"role": "assistant", "content": reply.content})
"""


def spoken(program: str) -> list[str]:
    return [one.rule for one in check({"main.py": HEAD + program}) if one.rule.startswith("uncached")]


@pytest.mark.parametrize(
    "program",
    [
        LOOP.format(before="pass", sent="turns"),
        DESK.format(before="pass"),
        GOING_ON.format(begun="list(earlier)"),
        GOING_ON.format(begun="list(earlier or [])"),
        GOING_ON.format(begun="earlier.get('turns', []) + [{'role': 'user', 'content': question}]"),
        DESK_LOOP,
        LOOP.format(before="questions.state.update({'asked': question})", sent="turns"),
        DESK.format(before="pass") + ANEW,
        STORE,
        LOOP.format(before="if question == '/new': turns = []", sent="turns"),
        LOOP.format(
            before="if question == '/new':\n            turns.clear()\n            continue", sent="turns"
        ),
        LOOP.format(
            before="if len(turns) > 40: turns = [{'role': 'user', 'content': sum_up()}]", sent="turns"
        ),
    ],
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
        LOOP.format(before="if len(turns) > 40: turns = turns[-10:]", sent="turns"),
        LOOP.format(
            before="turns = [] if question == '/new' else [{'role': 'user', 'content': question}]",
            sent="turns",
        ),
        LOOP.format(before="if len(turns) > 40: turns = with_markers(turns)", sent="turns"),
        DESK.format(before="self.turns = []"),
        DESK.format(before='self.turns[-2]["content"][-1]["cache_control"] = MARK'),
        DESK.format(before='for turn in self.turns: turn["content"][-1].update(cache_control=MARK)'),
    ],
)
def test_what_is_not_seen_may_be_a_marker(program: str) -> None:
    assert spoken(program) == []
