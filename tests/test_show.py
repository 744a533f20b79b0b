"""Is the map of a request complete, and readable?"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from promptlint.card import load_phrases
from promptlint.evaluate.value import Reason
from promptlint.facts import load_facts
from promptlint.program import Program
from promptlint.reading import read_program
from promptlint.report.color import Paint
from promptlint.shipped import rules_directory
from promptlint.show import Atlas
from promptlint.tokens import Tokenizer

HEAD = """\
from datetime import date, datetime
import anthropic

GUIDE = "[guide-v3]\\n" + "Quote the clause you rely on.\\n" * 900
client = anthropic.Anthropic()

"""

EVERYTHING = (
    HEAD
    + """
TOOL = {"name": "look_up", "description": "Finds a clause.", "input_schema": {"type": "object"}}


def answer(history, documents, brief, question):
    now = datetime.now()
    system = [{"type": "text", "text": GUIDE, "cache_control": {"type": "ephemeral", "ttl": "1h"}}]
    if brief:
        system.append({"type": "text", "text": "Be brief."})
    for document in documents:
        system.append({"type": "text", "text": f"Document of {date.today()}: {document}"})
    messages = history + [{"role": "user", "content": f"It is {now:%H:%M}. {question}"}]
    return client.messages.create(
        model="claude-sonnet-4-6",
        max_tokens=500,
        tools=[TOOL],
        system=system,
        messages=messages,
        extra_headers={"anthropic-beta": "files-api-2025-04-14"},
    )
"""
)

CALLERS = (
    HEAD
    + """
def ask(system, question):
    return client.messages.create(
        model="claude-opus-4-5",
        max_tokens=500,
        cache_control={"type": "ephemeral"},
        system=system,
        messages=[{"role": "user", "content": question}],
    )


def one(question):
    return ask(GUIDE, question)


def two(question):
    return ask("Be brief.", question)
"""
)


def drawn(files: Mapping[str, str], *, color: bool = False) -> str:
    facts = load_facts()
    tokenizer, phrases = Tokenizer.shipped(facts.tokens), load_phrases(rules_directory())
    atlas = Atlas(facts, tokenizer, phrases, Paint(color), 100)
    return atlas.draw(read_program(Program.in_memory(files), facts).survey.requests)


def test_a_map_shows_every_kind_of_item(golden: Callable[[str, str], None]) -> None:
    golden("show.txt", drawn({"app.py": EVERYTHING}))


def test_a_map_for_each_caller(golden: Callable[[str, str], None]) -> None:
    golden("show-callers.txt", drawn({"app.py": CALLERS}))


def test_a_marker_on_what_is_not_seen_is_not_passed_over() -> None:
    source = """\
import anthropic
def ask(content):
    content[-1]["cache_control"] = {"type": "ephemeral"}
    turns = [{"role": "user", "content": content}]
    anthropic.Anthropic().messages.create(model="m", max_tokens=1, messages=turns)
"""
    assert "in full, but for 1 value from outside the program; markers may stand" in drawn({"app.py": source})


def test_a_map_in_colour_says_the_same() -> None:
    painted = drawn({"app.py": EVERYTHING}, color=True)
    assert "\x1b[" in painted
    plain = painted
    for code in ("\x1b[1m", "\x1b[1;34m", "\x1b[0m"):
        plain = plain.replace(code, "")
    assert plain == drawn({"app.py": EVERYTHING})


@pytest.mark.parametrize("reason", Reason, ids=str)
def test_every_reason_has_words(reason: Reason) -> None:
    assert load_phrases(rules_directory()).words["reason"][reason.value]
