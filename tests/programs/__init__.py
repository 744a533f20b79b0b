"""Which programs build prompts in all the ways that must be followed?

`program(seed)` writes one. It defines ``entry``, whose arguments nothing in the program
decides, and which sends one Messages request for most of them. Each seed always writes the
same program; `Program.constructs` names what is in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from programs.builder import Builder, Scope
from programs.containers import CONTAINERS
from programs.definitions import DEFINITIONS
from programs.ending import MESSAGES, SYSTEMS, TOOLS, WAYS, send
from programs.expressions import EXPRESSIONS
from programs.statements import STATEMENTS

__all__ = ["CONSTRUCTS", "Program", "program"]

CONSTRUCTS = frozenset(
    {
        *EXPRESSIONS,
        *STATEMENTS,
        *CONTAINERS,
        *DEFINITIONS,
        *SYSTEMS,
        *MESSAGES,
        *TOOLS,
        *WAYS,
        "system under a flag",
    }
)
"""The name of every construct that a program may have."""

_STEPS = {**STATEMENTS, **CONTAINERS, **DEFINITIONS}

_RARE = {"global": 0.45}
"""Constructs that are meant to be followed only in part, and how often they come."""

_HEADER = """\
import contextlib
import dataclasses
import enum
import functools
import json
import os
import string
import textwrap
from dataclasses import dataclass, field

import anthropic

client = anthropic.Anthropic()
"""

_SCOPE = Scope(
    inputs=("name", "topic"),
    numbers=(),
    conditions=(
        "flag_a",
        "flag_b",
        "not flag_a",
        "flag_a and flag_b",
        "name",
        "not items",
        "len(items) > 1",
        "name == 'admin'",
        "count > 2",
        "'x' in topic",
        "topic is not None and flag_b",
    ),
    unseen=("items",),
)


@dataclass(frozen=True, slots=True)
class Program:
    """One generated program."""

    seed: int
    source: str
    constructs: frozenset[str]


def program(seed: int) -> Program:
    """The program of a seed."""
    random = Random(seed)  # noqa: S311 - it must be the same each time
    b = Builder(random, _SCOPE)
    weights = [_RARE.get(name, 1.0) for name in _STEPS]
    for name in random.choices(tuple(_STEPS), weights, k=random.randint(2, 6)):
        b.used.add(name)
        _STEPS[name](b)
    send(b)
    body = "\n".join(b.lines)
    entry = f"def entry(flag_a, flag_b, name, topic, items, count, history):\n{body}\n"
    source = "\n".join((_HEADER, *b.definitions, "", "", entry))
    return Program(seed, source, frozenset(b.used))
