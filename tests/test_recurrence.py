"""Is it seen that a call is made again and again, and that a conversation grows?"""

from __future__ import annotations

import pytest

from promptlint.request import Growth, Request
from promptlint.testing import requests

HEAD = """
import anthropic
from fastapi import FastAPI

app = FastAPI()
client = anthropic.Anthropic()


def ask(content, **more):
    turns = [{"role": "user", "content": content}]
    return client.messages.create(model="m", max_tokens=1, messages=turns, **more)


"""

SEND = "client.messages.create(model='m', max_tokens=1, messages=turns)"


def sent(program: str) -> list[Request]:
    return [request for request in requests({"main.py": HEAD + program}) if request.messages]


def again(program: str) -> set[tuple[str, int] | None]:
    """The kind of evidence and its line, counted from the first line of the program."""
    return {
        (found.kind.value, found.span.line - HEAD.count("\n"))
        if (found := request.site.recurrence) is not None
        else None
        for request in sent(program)
    }


LOOPS = {
    "for": "def run(items):\n for item in items:\n  ask(item)",
    "while": "def run(queue):\n while queue:\n  ask(queue.pop())",
    "a guard in the loop": "def run(items):\n for item in items:\n  if item:\n   ask(item)",
    "a way out under a condition": (
        "def run(items):\n for item in items:\n  reply = ask(item)\n  if reply.stop:\n   break"
    ),
    "comprehension": "def run(items):\n found = [ask(item) for item in items]",
    "generator": "def run(items):\n return list(ask(item) for item in items)",
    "outside a loop that tries again": (
        "def run(items):\n for item in items:\n  for attempt in range(3):\n   try:\n    ask(item)\n"
        "    break\n   except OSError:\n    pass"
    ),
}

ONCE = {
    "no loop": "def run(item):\n ask(item)",
    "after the loop": "def run(items):\n for item in items:\n  pass\n ask(item)",
    "what the loop goes over": "def run(item):\n for part in ask(item).content:\n  print(part)",
    "the branch without a round": "def run(items):\n for item in items:\n  pass\n else:\n  ask(item)",
    "returned": "def run(items):\n for item in items:\n  return ask(item)",
    "returned later": "def run(items):\n for item in items:\n  reply = ask(item)\n  return reply",
    "tried again": (
        "def run(item):\n while True:\n  try:\n   ask(item)\n  except OSError:\n   continue\n  break"
    ),
    "tried again, by its else": (
        "def run(item):\n while True:\n  try:\n   ask(item)\n  except OSError:\n   pass\n  else:\n   break"
    ),
    "tried again, by its name": "def run(item):\n for attempt in range(9):\n  ask(item)",
    "defined in a loop": "def run(items):\n for item in items:\n  def later():\n   ask(item)\n  yield later",
}


@pytest.mark.parametrize("program", LOOPS.values(), ids=LOOPS.keys())
def test_a_loop_makes_a_call_again(program: str) -> None:
    assert again(program) == {("loop", 2)}


@pytest.mark.parametrize("program", ONCE.values(), ids=ONCE.keys())
def test_a_loop_that_ends_with_the_call_does_not(program: str) -> None:
    assert again(program) == {None}


@pytest.mark.parametrize(
    "program",
    [
        "@app.post('/')\ndef run(body: dict):\n ask(body['text'])",
        "@app.get('/')\nasync def run(text):\n return helper(text)\n\n\ndef helper(text):\n ask(text)",
    ],
)
def test_a_handler_makes_a_call_again(program: str) -> None:
    assert again(program) == {("handler", 1)}


def test_two_callers_make_a_call_again() -> None:
    assert again("def one():\n ask('a')\n\n\ndef two():\n ask('b')") == {("callers", 6)}


def test_two_callers_with_other_instructions_do_not() -> None:
    assert again("def one():\n ask('a', system='A')\n\n\ndef two():\n ask('b', system='B')") == {None}


def growth(body: str) -> set[Growth]:
    return {request.growth for request in sent(body) if request.site.function != "ask"}


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        (f"def run(items):\n turns = []\n for item in items:\n  turns.append(item)\n  {SEND}", Growth.LOOP),
        (f"def run(items):\n for item in items:\n  turns = []\n  turns.append(item)\n  {SEND}", Growth.NONE),
        (f"def run(items):\n turns = []\n for item in items:\n  turns.append(item)\n {SEND}", Growth.NONE),
        (
            (
                f"def run(items):\n turns = []\n for item in items:\n  turns.append(item)\n"
                f" for _ in items:\n  {SEND}"
            ),
            Growth.NONE,
        ),
        (f"turns = []\n\n\ndef run(item):\n turns.append(item)\n {SEND}", Growth.KEPT),
        (f"def run(turns, item):\n turns.append(item)\n {SEND}", Growth.NONE),
        (f"def run(turns):\n {SEND}", Growth.NONE),
    ],
)
def test_a_conversation_grows_where_something_is_added_to_what_stays(program: str, expected: Growth) -> None:
    assert growth(program) == {expected}
