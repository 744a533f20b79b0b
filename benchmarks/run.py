"""How long does a run take, next to only reading every file and parsing the candidates?

    python benchmarks/run.py                # a tree made of the packages installed here
    python benchmarks/run.py --source DIR   # a tree of your own

Without ``--source`` the tree is made under a temporary folder: 250,000 lines of the packages that are
installed here, and a small application with 30 call sites. Every run starts an interpreter of its own.
"""

from __future__ import annotations

import argparse
import ast
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tree import application, installed

from promptlint.config import Config
from promptlint.discovery import discover
from promptlint.facts import load_facts
from promptlint.parser import paused_collection

LINES = 250_000
CALLS = 30
ROUNDS = 3


def main() -> None:
    """Print the figures."""
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
    """What is installed here, up to 250,000 lines, and an application that makes 30 calls."""
    (folder / "setup.cfg").touch()
    application(folder / "app", CALLS)
    lines = 0
    for inside, text in installed():
        copy = folder / "lib" / inside
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text)
        lines += text.count("\n")
        if lines >= LINES:
            break
    return folder


def measure(tree: Path) -> None:
    """Time each in turn, and print the medians and what they come to, next to reading and parsing."""
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

    env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    """As installed: what was compiled once is not compiled again."""

    def run(*options: str) -> None:
        command = [sys.executable, "-m", "promptlint", str(tree), "--exit-zero", "--output-format", "concise"]
        command += options
        printed = subprocess.run(command, check=True, capture_output=True, text=True, env=env).stdout  # noqa: S603
        seen.add(printed.splitlines()[-1])

    seen: set[str] = set()
    floor = timed(parse)
    print(f"reading every file and parsing the candidates: {floor:.2f} s")
    with tempfile.TemporaryDirectory() as records:
        for title, options in (
            ("a run that knows nothing from before", ("--no-cache",)),
            ("a run after one, with nothing changed that it asked for", ("--cache-dir", records)),
        ):
            seconds = timed(partial(run, *options))
            print(f"{title}: {seconds:.2f} s, {seconds / floor:.1f} times that")
    print(*sorted(seen), sep="\n")


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
