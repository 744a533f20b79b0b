"""Does code that goes round in circles, or grows without end, leave the call site readable?"""

from __future__ import annotations

import time

import pytest

from promptlint.notation import print_items
from promptlint.testing import check, requests

SEND = 'client.messages.create(model="m", max_tokens=1, messages=[], system=text)'
HEAD = "import anthropic\nclient = anthropic.Anthropic()\n"

SECONDS = 20.0
"""Far more than any of these takes; an endless one takes for ever."""


def system(source: str, **others: str) -> list[str]:
    """The system prompt of the one request, found without a bug of ours and in reasonable time."""
    files = {"main.py": HEAD + source, **{f"{name}.py": text for name, text in others.items()}}
    begun = time.process_time()
    check(files)
    found = requests(files)
    assert time.process_time() - begun < SECONDS
    assert len(found) == 1
    return print_items(found[0].system)


ENDLESS = {
    "a list that holds itself": """\
def ask():
    ring = []
    ring.append(ring)
    for part in ring:
        part.append(part)
    text = "Read."
    {send}
""",
    "a stack that is worked off": """\
def ask(tree):
    stack, text = [tree], "Read."
    while stack:
        node = stack.pop()
        for child in node.children:
            if child.open:
                stack.append(child)
            else:
                stack.insert(0, child)
    {send}
""",
    "lists built in nested loops": """\
def ask(rows):
    table, text = [], "Read."
    for row in rows:
        line = []
        for cell in row:
            for part in cell:
                if part.a:
                    line.append(part)
                elif part.b:
                    line.extend([part, part])
                else:
                    table.append(line)
        table.append(line)
    {send}
""",
    "functions that call each other": """\
def even(n): return odd(n - 1)
def odd(n): return even(n - 1)
def ask(n):
    even(n)
    text = "Read."
    {send}
""",
    "classes that inherit from each other": """\
class A: pass
class B(A): pass
A.__bases__ = (B,)
class C(B, A):
    def go(self): return self.go()
def ask():
    C().go()
    text = "Read."
    {send}
""",
    "objects that name each other": """\
class Node:
    def __init__(self): self.other = None
def ask(many):
    a, b = Node(), Node()
    a.other, b.other = b, a
    for _ in many:
        a.other.other = b.other
    text = "Read."
    {send}
""",
    "forty undecided branches in a row": "def ask(f):\n    parts = []\n"
    + "".join(f"    if f.x{n}: parts.append('a{n}')\n" for n in range(40))
    + '    text = "Read."\n    {send}\n',
}


@pytest.mark.parametrize("source", ENDLESS.values(), ids=ENDLESS.keys())
def test_what_does_not_end_is_left_behind(source: str) -> None:
    assert system(source.replace("{send}", SEND)) == ["Read."]


def test_a_thousand_terms_are_one_text() -> None:
    chain = " + ".join(f'"{n} "' for n in range(1000))
    (text,) = system(f"def ask():\n    text = {chain}\n    {SEND}\n")
    assert text.startswith("0 1 2 ")
    assert text.endswith("998 999 ")


def test_a_thousand_nested_calls_are_a_gap_and_no_crash() -> None:
    nested = "f(" * 80 + '"x"' + ")" * 80
    (text,) = system(f"def f(x): return x + 'y'\ndef ask():\n    text = 'Read. ' + {nested}\n    {SEND}\n")
    assert text.startswith("Read. x")


def test_a_helper_that_takes_too_long_is_a_gap_and_the_rest_is_read() -> None:
    slow = "def slow(x):\n" + "".join(
        f"    for a{n} in x.p{n}:\n        for b{n} in a{n}:\n            x.q.append(f'{{b{n}}}{{a{n}}}')\n"
        for n in range(400)
    )
    (text,) = system(f"{slow}    return x\ndef ask(x):\n    text = f'Read {{slow(x)}}.'\n    {SEND}\n")
    assert text == "Read {slow(): ?budget}."


def test_a_loop_that_takes_too_long_is_a_gap_and_the_rest_is_read() -> None:
    slow = "".join(
        f"        for a{n} in m.p{n}:\n"
        f"            for b{n} in a{n}:\n"
        f"                m.q.append(f'{{b{n}}}{{a{n}}}')\n"
        for n in range(400)
    )
    (text,) = system(
        "def ask(x):\n"
        "    parts, kept = ['Read.'], 'Quote.'\n"
        f"    for m in x:\n{slow}"
        "        parts.append(m.text)\n"
        "    text = f'{kept} {parts[0]} {len(parts)}'\n"
        f"    {SEND}\n"
    )
    assert text.startswith("Quote. Read.")
    assert "Read. 1" not in text


def test_modules_that_import_each_other_see_what_is_there_already() -> None:
    main = """\
TABLE = {"a": ["Read."]}
import helper
def ask():
    text = helper.FOUND
    {send}
""".replace("{send}", SEND)
    helper = "import main\ndef find():\n    return main.TABLE['a'][0]\nFOUND = find()\n"
    assert system(main, helper=helper) == ["Read."]


ENDED = {
    "each alternative of what a loop goes through leaves it": """\
def ask(flag):
    for text in ["Read."] if flag else ["Write."]:
        return {send}
""",
    "each alternative of what a loop goes through ends in an exception": """\
def ask(flag):
    for text in ["Read."] if flag else ["Write."]:
        raise ValueError(text)
    text = "Read."
    {send}
""",
    "what a function takes by default was made on a path that ended": """\
def outer():
    def ask(parts=dict(text=["Read."])):
        text = parts["text"][0]
        {send}
    raise RuntimeError
""",
}


@pytest.mark.parametrize("source", ENDED.values(), ids=ENDED.keys())
def test_a_call_site_behind_a_path_that_ends_is_counted(source: str) -> None:
    files = {"main.py": HEAD + source.format(send=SEND)}
    check(files)
    assert {request.site.span.path for request in requests(files)} == {"main.py"}
