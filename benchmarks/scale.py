"""Does a run cost what its call sites reach, or what its tree holds?

    python benchmarks/scale.py                  # 25,000 files, and half of them
    python benchmarks/scale.py --files 50000
    python benchmarks/scale.py --source DIR     # a tree of your own

The tree is made of the packages installed here, copied until there are enough files. One file in
25 knows the SDK; thirty of these call it.
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

from tree import application, installed, mention

import promptlint.survey
from promptlint.config import Config
from promptlint.diagnostic import Trouble
from promptlint.discovery import discover
from promptlint.engine import lint
from promptlint.evaluate import shelf
from promptlint.evaluate.project import Project
from promptlint.facts import load_facts, rules_directory
from promptlint.parser import Parsed, paused_collection
from promptlint.program import Program
from promptlint.reading import read_program
from promptlint.rule import Registry
from promptlint.ruleset import Ruleset
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
    """Seconds that are spent in functions, and files that these were asked for."""

    def __init__(self) -> None:
        self.seconds = {"read": 0.0, "parse": 0.0}
        self.parsed: dict[str, set[str]] = {"prefilter": set(), "import": set(), "caller": set()}
        self.bytes = 0
        self._callers = False

    def read(self, fetch: Callable[[str], bytes | Trouble]) -> Callable[[str], bytes | Trouble]:
        """Time what reads a file."""

        def timed(path: str) -> bytes | Trouble:
            begun = time.perf_counter()
            data = fetch(path)
            self.seconds["read"] += time.perf_counter() - begun
            self.bytes += len(data) if isinstance(data, bytes) else 0
            return data

        return timed

    def parse(self, candidates: frozenset[str]) -> None:
        """Time the parser, and note for what each file is parsed."""
        parser, callers = shelf.read_source, promptlint.survey.callers

        def timed(path: str, data: bytes) -> Parsed:
            why = "prefilter" if path in candidates else "caller" if self._callers else "import"
            self.parsed[why].add(path)
            begun = time.perf_counter()
            found = parser(path, data)
            self.seconds["parse"] += time.perf_counter() - begun
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

        shelf.read_source = timed
        promptlint.survey.callers = watched


def measure(tree: Path) -> None:
    """One run over a tree: what it read and parsed, and how long each took."""
    begun = time.perf_counter()
    discovery = discover([str(tree)], Config(), tree)
    listed = time.perf_counter() - begun
    clock, facts = Clock(), load_facts()
    program = Program.on_disk(discovery, tree)
    program = Program(program.paths, clock.read(program.fetch), program.shows, base=program.base)
    candidates = frozenset(program.scan(facts.calls.candidate).candidates)
    clock.bytes, clock.seconds["read"] = 0, 0.0
    clock.parse(candidates)
    begun = time.perf_counter()
    with paused_collection():
        reading = read_program(program, facts)
        result = lint(reading, Ruleset.of(Config(), Registry.of(rules_directory())), Config(), facts)
    whole = time.perf_counter() - begun
    seconds = clock.seconds
    others = whole - seconds["read"] - seconds["parse"]
    parsed = {why: len(paths) for why, paths in clock.parsed.items()}
    share = sum(parsed.values()) / max(len(candidates), 1)
    counted = ", ".join(f"{n:,} for the {why}" for why, n in parsed.items())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1 << 30 if sys.platform == "darwin" else 1 << 20
    )
    print(f"{len(program.paths):,} files, {len(candidates):,} pass the prefilter")
    print(f"  {clock.bytes / 1e6:,.0f} MB read; parsed: {counted}; {share:.2f} for each that passes")
    print(f"  seconds: {listed:.1f} to list, {seconds['read']:.1f} to read, {seconds['parse']:.1f} to parse,")
    print(f"  {others:.1f} for everything else; {whole + listed:.1f} in all")
    print(f"  peak memory: {peak:.2f} GiB; {result.coverage.call_sites} call sites", flush=True)


if __name__ == "__main__":
    main()
