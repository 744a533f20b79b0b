"""What does ``promptlint freeze`` do? It writes the lock, or says whether it is up to date."""

from __future__ import annotations

from pathlib import Path

from promptlint.errors import FOUND
from promptlint.facts import load_facts
from promptlint.freeze import compare
from promptlint.program import Program
from promptlint.reading import read_program
from promptlint.ruleset import Ruleset
from promptlint.tag import TagStyle
from promptlint.terminal import write, write_file
from promptlint.whereabouts import Setup, registry_of, start_of

__all__ = ["freeze"]


def freeze(setup: Setup, *, only_check: bool) -> int:
    """Write the lock of a project, or say by the exit code whether it is up to date.

    Raises:
        PromptlintError: the user's mistake; the lock cannot be understood.

    """
    working = Path.cwd()
    path = setup.project or "."
    config = setup.load(start_of((path,), working))
    options = Ruleset.of(config, registry_of(config, working)).options("unbumped-version")
    facts = load_facts(config.facts)
    discovery = setup.discovery([path], config, working)
    reading = read_program(Program.on_disk(discovery, working), facts)
    outcome = compare(reading, TagStyle.of(options), facts, mend=not only_check)
    if not only_check and (outcome.count or outcome.is_there):
        write_file(outcome.file, outcome.text)
    write(outcome.report(only_check=only_check))
    return FOUND if only_check and not outcome.is_current else 0
