"""How long is a scope run? Briefly, unless what takes long may decide about a request."""

from __future__ import annotations

import ast

import pytest

from promptlint.evaluate.value import Reason
from promptlint.facts import load_facts
from promptlint.program import Program
from promptlint.reading import read_program
from promptlint.request import Block
from promptlint.resolution import Resolution
from promptlint.run import BRIEF_STEPS, Runs, Sought
from promptlint.scope import Scope

LONG = "    n = 1\n" * (2 * BRIEF_STEPS)
HEAD = f"""\
import anthropic
client = anthropic.Anthropic()
def slow(value):
{LONG}    return value
def send(system):
    return client.messages.create(model="m", max_tokens=1, messages=[], system=system)
"""


def systems(source: str) -> list[tuple[Resolution, list[str]]]:
    """How much of each request is known, and the texts of its system blocks."""
    reading = read_program(Program.in_memory({"main.py": HEAD + source}), load_facts())
    return [
        (
            request.resolution,
            [block.text.constant or "?" for block in request.system if isinstance(block, Block)],
        )
        for request in reading.survey.requests
    ]


PASSED = """\
def passed(system):
{before}    return send(system)
def ask():
    return passed('Read.')
"""
HANDED = """\
def passed(call, system):
{before}    return call(system)
def ask():
    return passed(send, 'Read.')
"""
CHANGED = """\
def ask():
    system = ['Write.']
    change(system)
    return send(system[0])
def change(system):
{before}    system[0] = 'Read.'
"""
KEPT = """\
class Asker:
    def ask(self):
        self.system = 'Write.'
        self.change()
        return send(self.system)
    def change(self):
{before}        self.system = 'Read.'
"""


@pytest.mark.parametrize(
    "source",
    [
        "def ask():\n    return send(slow('Read.'))\n",
        "def ask():\n    return slow(send)('Read.')\n",
        PASSED.format(before="    slow(1)\n"),
        PASSED.format(before=LONG),
        HANDED.format(before=LONG),
        CHANGED.format(before=LONG),
        KEPT.format(before=LONG.replace("    ", "        ")),
    ],
)
def test_what_takes_long_before_a_request_is_run_to_its_end(source: str) -> None:
    assert systems(source) == [(Resolution.FULL, ["Read."])]


def test_what_takes_long_after_a_request_is_left() -> None:
    text = HEAD + "def ask():\n    send('Read.')\n    slow(1)\n"
    project = read_program(Program.in_memory({"main.py": text}), load_facts()).project
    source = project.source("main.py")
    assert source is not None
    send, ask = source.tree.body[-2:]
    assert isinstance(send, ast.FunctionDef)
    assert isinstance(ask, ast.FunctionDef)
    spelled = frozenset(
        id(node) for node in ast.walk(ask) if isinstance(node, ast.Name) and node.id == "send"
    )
    sought = Sought(spelled, frozenset({id(send)}))
    run = Runs(project, frozenset()).of(Scope(source, (ask,)), sought)
    assert run.finds(sought)
    assert run.is_exact
    assert len(run.records) == 1
    assert run.steps < 2 * BRIEF_STEPS


def test_a_caller_that_takes_too_long_is_a_gap_and_not_missing() -> None:
    endless = "    n = 1\n" * 40_000
    reading = read_program(
        Program.in_memory({"main.py": HEAD + f"def ask():\n{endless}    return send('Read.')\n"}),
        load_facts(),
    )
    (request,) = reading.survey.requests
    assert request.resolution is Resolution.OPAQUE
    assert [gap.unknown.reason for gap in request.gaps] == [Reason.BUDGET]
