"""Does anything that parses stop the tool? Senseless modules, Python's own library, files that change.

With ``--thorough`` there are two thousand modules instead of a dozen, and the whole library instead of a
few of its files; that takes an hour.
"""

from __future__ import annotations

import sysconfig
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random

import pytest
from fuzz import sending, write_program
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from promptlint.config import Config
from promptlint.engine import lint
from promptlint.facts import Facts, load_facts
from promptlint.program import Program
from promptlint.reading import read_program
from promptlint.registry import Registry
from promptlint.result import Result
from promptlint.ruleset import Ruleset
from promptlint.shipped import rules_directory

LIBRARY = Path(sysconfig.get_path("stdlib"))
SENDING = 3
"""Functions of a file of the library that send."""
SAMPLE = 120
"""One file of the library in so many is read in a usual run."""
SECONDS = 300.0
"""For one program; a hundred times what most take, on a machine that does ten other things."""

Lint = Callable[[Program], Result]


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load_facts()


@pytest.fixture(scope="module")
def linted(facts: Facts) -> Lint:
    """Everything said about a program; a bug is a failure of the test."""
    config = Config(pedantic=True)
    ruleset = Ruleset.of(config, Registry.of(rules_directory()))

    def run(program: Program) -> Result:
        result = lint(read_program(program, facts), ruleset, config, facts)
        assert [one for one in result.troubles if one.kind == "internal"] == []
        return result

    return run


def test_no_program_stops_the_tool(linted: Lint, request: pytest.FixtureRequest) -> None:
    is_thorough = request.config.getoption("--thorough")

    # A smaller seed is no smaller program, so that to shrink it would only take time.
    @settings(
        max_examples=2_000 if is_thorough else 12,
        deadline=None,
        derandomize=not is_thorough,
        database=None,
        phases=[Phase.generate],
    )
    @given(st.integers(0, 1 << 32), st.integers(0, 8))
    def survives(seed: int, size: int) -> None:
        begun = time.monotonic()
        linted(Program.in_memory(write_program(Random(seed), size)))  # noqa: S311 - nothing secret
        assert time.monotonic() - begun < SECONDS

    survives()


def test_every_kind_of_syntax_is_written() -> None:
    written = "\n".join(
        text
        for seed in range(12)
        for text in write_program(Random(seed), 6).values()  # noqa: S311 - nothing secret
    )
    kinds = (
        "lambda",
        "yield",
        "await ",
        "match ",
        "async for",
        ":=",
        "**",
        "super()",
        "global ",
        "del ",
        "f'",
    )
    assert [kind for kind in kinds if kind not in written] == []


def test_the_standard_library_is_survived(linted: Lint, request: pytest.FixtureRequest) -> None:
    paths = sorted(path for path in LIBRARY.rglob("*.py") if "site-packages" not in path.parts)
    read = sites = 0
    for path in paths if request.config.getoption("--thorough") else paths[::SAMPLE]:
        try:
            text = sending(path.read_text(encoding="utf-8"), SENDING)
        except (SyntaxError, UnicodeDecodeError, RecursionError):
            continue
        begun = time.monotonic()
        result = linted(Program.in_memory({path.name: text}))
        assert time.monotonic() - begun < SECONDS, path
        assert len(result.sites) == text.count("anthropic.Anthropic().messages.create("), path
        read += 1
        sites += len(result.sites)
    assert read > len(paths) / SAMPLE / 2
    assert sites > read


# -- shapes that have no end ---------------------------------------------------------------------------

HEAD = "import anthropic\nclient = anthropic.Anthropic()\n"
SEND = 'client.messages.create(model="m", max_tokens=1, messages=[], system=text)\n'


def program(source: str, **others: str) -> Mapping[str, str]:
    """A main module that ends in a function with a variable `text`, which is sent."""
    return {"main.py": f"{HEAD}{source}    {SEND}", **{f"{name}.py": text for name, text in others.items()}}


def chain(length: int) -> str:
    steps = "".join(f"def f{n}(x): return f'{{f{n + 1}(x)}} {n}'\n" for n in range(length))
    return f"{HEAD}{steps}def f{length}(x): return x\ndef ask(x):\n    text = f0(x)\n    {SEND}"


def web(size: int) -> str:
    """Functions each of which calls all of them."""
    calls = " + ".join(f"f{n}(x)" for n in range(size))
    return (
        HEAD
        + "".join(f"def f{n}(x): return {calls}\n" for n in range(size))
        + f"def ask(x):\n    text = f0(x)\n    {SEND}"
    )


def nested_loops(depth: int) -> str:
    heads = "".join(f"{'    ' * (n + 1)}for a{n} in {f'a{n - 1}' if n else 'x'}:\n" for n in range(depth))
    inner = "    " * (depth + 1)
    body = f"{heads}{inner}rows.append([rows, *rows, a{depth - 1}])\n"
    return f"{HEAD}def ask(x):\n    rows, text = [], 'Read.'\n{body}    {SEND}"


def ring(size: int) -> Mapping[str, str]:
    """Modules each of which imports all names of the next."""
    return {
        f"m{n}.py": f"from m{(n + 1) % size} import *\n{HEAD}X{n} = 'Read.'\n"
        f"def ask{n}():\n    text = X{(n + 7) % size}\n    {SEND}"
        for n in range(size)
    }


ENDLESS: Mapping[str, Mapping[str, str]] = {
    "a thousand functions in a row": {"main.py": chain(1000)},
    "a thousand f-strings made of each other": {
        "main.py": f"{HEAD}def ask(x):\n    p0 = x\n"
        + "".join(f"    p{n + 1} = f'{{p{n}}} {n}'\n" for n in range(1000))
        + f"    text = p1000\n    {SEND}"
    },
    "a constant that doubles a hundred times": {
        "main.py": f"{HEAD}def ask():\n    text = 'Read.'\n"
        + "    text = text + text\n" * 100
        + f"    {SEND}"
    },
    "a constant that grows in place": {
        "main.py": f"{HEAD}def ask():\n    text = 'ab'\n"
        + "    text = text.replace('a', 'aab').replace('b', 'ba')\n" * 60
        + f"    {SEND}"
    },
    "objects that name each other, sent as a block": program(
        """\
class Node:
    def __init__(self, other=None):
        self.other, self.again = other, self
def ask():
    one = Node()
    one.other = two = Node(one)
    two.other = one
    text = [{"type": "text", "node": one}, {"type": "text", "node": [two, one, two]}]
"""
    ),
    "a text that doubles a hundred times": {
        "main.py": f"{HEAD}def ask(x):\n    text = x\n" + "    text = f'{text}{text}'\n" * 100 + f"    {SEND}"
    },
    "a list that doubles a hundred times": {
        "main.py": f"{HEAD}def ask(x):\n    text = [x]\n" + "    text = text + text\n" * 100 + f"    {SEND}"
    },
    "forty functions that all call each other": {"main.py": web(40)},
    "lists built in nine nested loops": {"main.py": nested_loops(9)},
    "a function with a thousand callers": {
        "main.py": f"{HEAD}def ask(text):\n    {SEND}"
        + "".join(f"def go{n}(x): ask(f'{{x}} {n}')\n" for n in range(1000))
    },
    "a function that is called from a thousand files": {
        "main.py": f"{HEAD}def ask(text):\n    {SEND}",
        **{f"go{n}.py": f"from main import ask\ndef go(x): ask(f'{{x}} {n}')\n" for n in range(1000)},
    },
    "classes that inherit in a circle, over files": program(
        "from other import B\nclass A(B): pass\ndef ask():\n    text = A().text()\n",
        other="from main import A\nclass B(A): pass\n",
    ),
    "a class that is its own base": {
        "main.py": f"{HEAD}class A: pass\nclass A(A, A): pass\ndef ask():\n    text = A().x\n    {SEND}"
    },
    "fifty modules that import each other in a ring": ring(50),
    "data that holds itself": program(
        """\
a = {}
a["a"] = a
a["b"] = [a, a]
a["b"].append(a["b"])
def ask():
    text = [a, str(a)]
"""
    ),
    "a decorator that decorates itself": program(
        """\
def d(f):
    @d
    def g(*a): return f(*a) + g(*a)
    return g
@d
@d
def p(x): return x
def ask(x):
    text = p(x)
"""
    ),
    "an attribute that looks itself up": program(
        """\
class A:
    def __getattr__(self, n): return getattr(self, n + "x")
    @property
    def p(self): return self.p
def ask():
    text = A().p + A().q
"""
    ),
    "two hundred cases and branches": {
        "main.py": f"{HEAD}def ask(x):\n    text = 'Read.'\n    match x:\n"
        + "".join(f"        case {n}: text = text + '{n}'\n" for n in range(200))
        + "    if x == 0: pass\n"
        + "".join(f"    elif x == {n}: text = text + '{n}'\n" for n in range(200))
        + f"    {SEND}"
    },
    "two megabytes": {
        "main.py": HEAD
        + "".join(f"def f{n}(x):\n    return f'{{x}} number {n} of many, and so on'\n" for n in range(33_000))
        + f"def ask(x):\n    text = f32999(f'Read. {{x}}')\n    {SEND}"
    },
}


@pytest.mark.parametrize("files", ENDLESS.values(), ids=ENDLESS.keys())
def test_what_has_no_end_is_left_behind(files: Mapping[str, str], linted: Lint) -> None:
    begun = time.monotonic()
    result = linted(Program.in_memory(files))
    assert time.monotonic() - begun < SECONDS
    assert len(result.sites) == sum(text.count("messages.create(") for text in files.values())


# -- files that change while they are read ---------------------------------------------------------------

STILL = f"""\
{HEAD}from datetime import datetime
from pathlib import Path
GUIDE = Path("guide.md").read_text()
MARK = {{"type": "ephemeral"}}
def ask():
    text = [{{"type": "text", "text": f"{{GUIDE}} {{datetime.now()}}", "cache_control": MARK}}]
    {SEND}"""
VERSIONS = {
    "shorter": "client = 1\n",
    "broken": f"{HEAD}def ask(:\n",
    "empty": "",
    "longer": "\n" * 500 + STILL,
    "another encoding": "# coding: latin-1\n" + STILL,
}


@pytest.mark.parametrize("after", range(1, 9))
@pytest.mark.parametrize("version", VERSIONS.values(), ids=VERSIONS.keys())
def test_a_file_that_changes_while_it_is_read_is_taken_as_it_was_or_is(
    version: str, after: int, linted: Lint
) -> None:
    """Every read after the first few gives another text, of the module and of the prompt."""
    reads = 0

    def fetch(path: str) -> bytes:
        nonlocal reads
        reads += 1
        now = STILL if reads <= after else version
        return now.encode() if path == "main.py" else f"[guide-v3] {now}".encode()

    program = Program(("main.py",), fetch, lambda _: True, base="/")
    result = linted(program)
    assert len(result.sites) <= 1
    assert {one.kind for one in result.troubles} <= {"syntax"}
    rows = max(STILL.count("\n"), version.count("\n")) + 1
    assert all(one.span.line <= rows for one in result.diagnostics)
