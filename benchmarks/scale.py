"""Does a run cost what its call sites reach, or what its tree holds?

    python benchmarks/scale.py                  # 25,000 files, and half of them
    python benchmarks/scale.py --files 50000
    python benchmarks/scale.py --source DIR     # a tree of your own

The tree is made of the packages installed here, copied until there are enough files. One file in
25 knows the SDK; thirty of these call it.

What is timed: to read the bytes of files; to search these for words (the prefilter, the index of
imports, heads of classes, readers of usage); to parse; and to evaluate, which is everything else.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

from tree import application, installed, mention

import promptlint.survey
from promptlint.config import Config
from promptlint.diagnostic import Trouble
from promptlint.discovery import discover
from promptlint.engine import lint
from promptlint.evaluate import shelf
from promptlint.evaluate.hierarchy import Hierarchy
from promptlint.evaluate.importers import Importers
from promptlint.evaluate.inquiry import Inquiry
from promptlint.evaluate.project import Project
from promptlint.facts import load_facts
from promptlint.parser import Parsed, paused_collection
from promptlint.program import Program
from promptlint.reading import read_program
from promptlint.registry import Registry
from promptlint.ruleset import Ruleset
from promptlint.shipped import rules_directory
from promptlint.survey import Scope

FILES = 25_000
CALLS = 30
ONE_IN = 25
"""So many files for one that passes the prefilter."""


def main() -> None:
    """Measure each tree in a process of its own, so that the peak of its memory is its own."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--files", type=int, default=FILES, help="files of the larger tree")
    options.add_argument("--source", type=Path, help="the tree to measure")
    given = options.parse_args()
    if given.source is not None:
        measure(given.source.resolve())
        return
    for files in (given.files // 2, given.files):
        with tempfile.TemporaryDirectory() as folder:
            tree = made_tree(Path(folder).resolve(), files)
            child = os.fork()
            if child == 0:
                measure(tree)
                os._exit(0)
            _, status = os.waitpid(child, 0)
        if status:
            sys.exit(f"the run on {files:,} files failed")


def made_tree(folder: Path, files: int) -> Path:
    """So many files: copies of what is installed, and an application."""
    (folder / "setup.cfg").touch()
    application(folder / "app", CALLS)
    modules = list(installed())
    for number, (inside, text) in enumerate(cycle(modules)):
        if number == files:
            return folder
        copy = folder / f"copy_{number // len(modules)}" / inside
        copy.parent.mkdir(parents=True, exist_ok=True)
        known = number % ONE_IN == 0 and number >= CALLS * ONE_IN
        copy.write_text(mention(text) if known else text)
    return folder


class Clock:
    """Seconds that are spent in functions, those that they call left out, and files that are parsed."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(("read", "search", "parse", "evaluate"), 0.0)
        self.parsed: dict[str, set[str]] = {"prefilter": set(), "import": set(), "caller": set()}
        self.bytes = 0
        self._callers = False
        self._doing = ["evaluate"]
        self._since = time.perf_counter()

    def start(self) -> None:
        """Forget what was measured."""
        self.seconds = dict.fromkeys(self.seconds, 0.0)
        self.bytes = 0
        self._since = time.perf_counter()

    def stop(self) -> None:
        """Take the time up to now."""
        now = time.perf_counter()
        self.seconds[self._doing[-1]] += now - self._since
        self._since = now

    def timed(self, kind: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """A function whose time is of a kind."""

        def run(*args: object, **named: object) -> object:
            self.stop()
            self._doing.append(kind)
            try:
                return function(*args, **named)
            finally:
                self.stop()
                self._doing.pop()

        return run

    def read(self, fetch: Callable[[str], bytes | Trouble]) -> Callable[[str], bytes | Trouble]:
        """Time what reads a file."""
        timed = self.timed("read", fetch)

        def counted(path: str) -> bytes | Trouble:
            data: bytes | Trouble = timed(path)
            self.bytes += len(data) if isinstance(data, bytes) else 0
            return data

        return counted

    def search(self) -> None:
        """Time what looks for words in the text of many files."""
        Program.scan = self.timed("search", Program.scan)  # type: ignore[method-assign]
        Project.holding = self.timed("search", _at_once(Project.holding))  # type: ignore[method-assign]
        for owner, name in ((Importers, "_by_word"), (Hierarchy, "_hooked")):
            kept = vars(owner)[name]
            kept.func = self.timed("search", kept.func)

    def parse(self, candidates: frozenset[str]) -> None:
        """Time the parser, and note for what each file is parsed."""
        parser, callers = self.timed("parse", shelf.read_source), promptlint.survey.callers

        def noted(path: str, data: bytes) -> Parsed:
            why = "prefilter" if path in candidates else "caller" if self._callers else "import"
            self.parsed[why].add(path)
            found: Parsed = parser(path, data)
            return found

        def watched(project: Project, scope: Scope) -> Iterator[tuple[Scope, frozenset[int]]]:
            found = callers(project, scope)
            while True:
                self._callers = True
                caller = next(found, None)
                self._callers = False
                if caller is None:
                    return
                yield caller

        shelf.read_source = noted
        promptlint.survey.callers = watched


def _at_once(function: Callable[..., Iterator[str]]) -> Callable[..., tuple[str, ...]]:
    return lambda *args: tuple(function(*args))


def measure(tree: Path) -> None:
    """One run over a tree: what it read and parsed, and how long each took."""
    begun = time.perf_counter()
    discovery = discover([str(tree)], Config(), tree)
    listed = time.perf_counter() - begun
    clock, facts = Clock(), load_facts()
    program = Program.on_disk(discovery, tree)
    program = Program(program.paths, clock.read(program.fetch), program.shows, base=program.base)
    candidates = frozenset(program.scan(Inquiry(program.fetch, facts.calls.candidate)).candidates)
    clock.search()
    clock.parse(candidates)
    clock.start()
    with paused_collection():
        reading = read_program(program, facts)
        result = lint(reading, Ruleset.of(Config(), Registry.of(rules_directory())), Config(), facts)
    clock.stop()
    parsed = {why: len(paths) for why, paths in clock.parsed.items()}
    share = sum(parsed.values()) / max(len(candidates), 1)
    counted = ", ".join(f"{n:,} for the {why}" for why, n in parsed.items())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1 << 30 if sys.platform == "darwin" else 1 << 20
    )
    print(f"{len(program.paths):,} files, {len(candidates):,} pass the prefilter")
    print(f"  {clock.bytes / 1e6:,.0f} MB read; parsed: {counted}; {share:.2f} for each that passes")
    spent = ", ".join(f"{seconds:.1f} to {kind}" for kind, seconds in clock.seconds.items())
    print(f"  seconds: {listed:.1f} to list, {spent}; {sum(clock.seconds.values()) + listed:.1f} in all")
    print(f"  peak memory: {peak:.2f} GiB; {result.coverage.call_sites} call sites", flush=True)


if __name__ == "__main__":
    main()
