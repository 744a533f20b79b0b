"""One door for tests: small programs in, requests and diagnostics out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from promptlint.config import Config
from promptlint.config_file import OWN_NAME, config_of
from promptlint.diagnostic import Diagnostic
from promptlint.engine import lint
from promptlint.facts import Facts, load_facts
from promptlint.program import Program
from promptlint.reading import read_program
from promptlint.registry import Registry
from promptlint.request import Request
from promptlint.ruleset import Ruleset
from promptlint.shipped import rules_directory

__all__ = ["check", "requests"]


def check(
    files: Mapping[str, str],
    *,
    main: str | None = None,
    cards: Sequence[Path] = (),
    extra_facts: Sequence[Path] = (),
) -> Sequence[Diagnostic]:
    """Everything that the rules say about a program given as text, pedantic findings included.

    `main` names the file that is run; it is there for readers, every file is read. `cards` are
    directories of further cards, `extra_facts` files of further facts. A ``promptlint.toml`` among
    the files is the configuration.

    Raises:
        AssertionError: a file could not be read, or a check has a bug.

    """
    del main
    facts = load_facts(extra_facts)
    own = files.get(OWN_NAME)
    config = replace(Config() if own is None else config_of(own), pedantic=True)
    reading = read_program(Program.in_memory(files), facts)
    ruleset = Ruleset.of(config, Registry.of(rules_directory(), *cards))
    result = lint(reading, ruleset, config, facts, reading.lock())
    assert not result.troubles, result.troubles
    return result.diagnostics


def requests(files: Mapping[str, str], facts: Facts | None = None) -> Sequence[Request]:
    """Every request that the files send, by place and then by caller; `facts` save loading them again."""
    return read_program(Program.in_memory(files), facts or load_facts()).survey.requests
