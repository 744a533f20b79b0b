"""How long does a run take, next to only reading every file and parsing the candidates?

    python benchmarks/run.py                # a tree made of the packages installed here
    python benchmarks/run.py --source DIR   # a tree of your own

Without ``--source`` the tree is made under a temporary folder: 250,000 lines of the packages that are
installed here, and a small application with 30 call sites.
"""

from __future__ import annotations

import argparse
import ast
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

from promptlint.config import Config
from promptlint.discovery import discover
from promptlint.facts import load_facts
from promptlint.parser import paused_collection

LINES = 250_000
CALLS = 30
USUAL = range(400, 1200)
"""Lines of a module of an application."""
ROUNDS = 3

MODULE = '''\
"""Part {number} of the application."""

import anthropic

from app.prompts import RULES, greeting

client = anthropic.Anthropic()


class Desk{number}:
    def __init__(self, style):
        self.style = style
        self.blocks = [{{"type": "text", "text": RULES + style}}]
        self.blocks[-1]["cache_control"] = {{"type": "ephemeral"}}

    def request(self, question, history):
        messages = [*history, {{"role": "user", "content": greeting(question)}}]
        limits = {{"model": "claude-sonnet-4-6", "max_tokens": 500}}
        return {{**limits, "system": self.blocks, "messages": messages}}

    def answer(self, question, history=()):
        return client.messages.create(**self.request(question, history))


def main(question):
    return Desk{number}("Answer in {number} sentences.").answer(question)
'''
PROMPTS = '''\
"""What every request begins with."""

RULES = "[rules-v3]\\n" + "\\n".join(f"{n}. Quote the clause you rely on." for n in range(60))


def greeting(question):
    return f"A customer asks: {question}"
'''


def main() -> None:
    """Print the three figures."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--source", type=Path, help="the tree to measure")
    source = options.parse_args().source
    if source is not None:
        measure(source.resolve())
        return
    with tempfile.TemporaryDirectory() as folder:
        measure(made_tree(Path(folder).resolve()))


def made_tree(folder: Path) -> Path:
    """What is installed here, up to 250,000 lines, and an application that makes 30 calls.

    The SDK itself is left out: an application does not contain it. Each module of the application
    holds the code of a real one beside its call.
    """
    (folder / "setup.cfg").touch()
    app = folder / "app"
    app.mkdir()
    (app / "__init__.py").touch()
    (app / "prompts.py").write_text(PROMPTS)
    lines = calls = 0
    installed = Path(sysconfig.get_path("purelib"))
    for path in sorted(installed.rglob("*.py")):
        inside = path.relative_to(installed)
        if lines >= LINES:
            break
        if inside.parts[0] == "anthropic":
            continue
        text = path.read_text(errors="replace")
        copy = folder / "lib" / inside
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text)
        lines += text.count("\n")
        if calls < CALLS and text.count("\n") in USUAL:
            (app / f"desk_{calls}.py").write_text(f"{text}\n{MODULE.format(number=calls)}")
            calls += 1
    return folder


def measure(tree: Path) -> None:
    """Time both in turn, and print the median of each and their ratio."""
    files = [Path(file.path) for file in discover([str(tree)], Config(), tree).files]
    is_candidate = load_facts().calls.candidate
    lines = sum(path.read_bytes().count(b"\n") for path in files)
    candidates = sum(is_candidate(path.read_bytes()) for path in files)
    print(f"{len(files):,} files, {lines:,} lines, {candidates} candidates")

    def parse() -> None:
        with paused_collection(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for path in files:
                data = path.read_bytes()
                if is_candidate(data):
                    ast.parse(data)

    def run() -> None:
        command = [sys.executable, "-m", "promptlint", str(tree), "--exit-zero", "--output-format", "concise"]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
        seen.add(printed.splitlines()[-1])

    seen: set[str] = set()
    floor, whole = timed(parse), timed(run)
    print(*sorted(seen), sep="\n")
    print(f"reading every file and parsing the candidates: {floor:.2f} s")
    print(f"a whole run, start of the interpreter included: {whole:.2f} s")
    print(f"ratio: {whole / floor:.1f}")


def timed(action: Callable[[], None]) -> float:
    """Seconds of the median round; a first round that warms the file cache does not count."""
    action()
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


if __name__ == "__main__":
    main()
