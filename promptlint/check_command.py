"""What does ``promptlint check`` do? It reports what is wrong, found out now or known from before.

What finds it out takes long to load, so it is loaded only where something has changed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import promptlint
from promptlint.cache import Cache, Record, key_of
from promptlint.card import load_phrases
from promptlint.config import Config, Options, Output
from promptlint.config_file import describe
from promptlint.diagnostic import Severity
from promptlint.discovery import Discovery
from promptlint.errors import FAILED, FOUND, PromptlintError
from promptlint.evaluate.shelf import Shelf
from promptlint.judgement import Judgement
from promptlint.parser import paused_collection
from promptlint.program import Program
from promptlint.registry import Registry
from promptlint.report import FORMATS, Lines, View
from promptlint.report.color import Paint
from promptlint.report.coverage import ending
from promptlint.result import Result
from promptlint.shipped import rules_directory
from promptlint.terminal import complain, terminal_width, wants_paint, write, write_file
from promptlint.whereabouts import Setup, registry_of, start_of

if TYPE_CHECKING:
    from promptlint.facts import Calls

__all__ = ["CheckOrder", "check"]

_STDIN = "-"
_FOR_PEOPLE = ("full", "concise")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOrder:
    """What the user asks of ``promptlint check``."""

    paths: tuple[str, ...]
    setup: Setup
    options: Options
    stdin_filename: str | None = None
    statistics: bool = False
    quiet: bool = False
    color: str = "auto"
    show_files: bool = False
    show_settings: bool = False
    exit_zero: bool = False
    no_cache: bool = False
    cache_dir: str | None = None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> CheckOrder:
        """The order in the options of the command line, by their names."""
        own = {each.name for each in fields(cls)} & given.keys()
        settings = {each.name: given[each.name] for each in fields(Options)}
        return cls(
            setup=Setup(given["config"], given["project"], given["isolated"]),
            options=Options(**settings),
            **{name: given[name] for name in own},
        )


def check(order: CheckOrder) -> int:
    """Lint, print the reports, say by the exit code what was found.

    Raises:
        PromptlintError: the user's mistake.

    """
    working = Path.cwd()
    given = _standard_input(order)
    paths = [path for path in order.paths if path != _STDIN] or ([] if given else ["."])
    config = order.setup.load(start_of((*paths, *given), working)).with_options(order.options, working)
    _check_outputs(config.outputs)
    if order.show_settings:
        write(describe(config))
        return 0
    discovery = order.setup.discovery(paths, config, working, tuple(given))
    if order.show_files:
        write("".join(f"{path}\n" for path in _selected(discovery)))
        return 0
    program, registry = Program.on_disk(discovery, working, given), registry_of(config, working)
    with paused_collection():
        judgement, lines = _judged(program, config, registry, order)
        result = judgement.result(program, config)
        _report(result, lines, registry, config, order)
    return _exit_code(result, config, exit_zero=order.exit_zero)


def _standard_input(order: CheckOrder) -> dict[str, bytes]:
    """The text that `-` stands for, by the name that it is given."""
    if _STDIN not in order.paths:
        if order.stdin_filename is not None:
            raise PromptlintError(
                "--stdin-filename: nothing is read from standard input; add `-` to the paths"
            )
        return {}
    name = os.path.relpath(order.stdin_filename) if order.stdin_filename else "<stdin>"
    shown = name if not name.startswith("..") else str(Path(name).absolute())
    return {shown.replace(os.sep, "/"): sys.stdin.buffer.read()}


def _selected(discovery: Discovery) -> Iterator[str]:
    return (file.shown for file in discovery.files if discovery.selection.shows(file.shown))


# -- what was found out before, or is now ---------------------------------------------------------


def _judged(
    program: Program, config: Config, registry: Registry, order: CheckOrder
) -> tuple[Judgement, Lines]:
    """What there is to say about a program, and the lines of its files."""
    isolated = order.setup.isolated
    records = None if order.no_cache or _STDIN in order.paths else Cache.at(order.cache_dir)
    key = None if records is None else key_of(program, config, isolated=isolated)
    if records is not None and key is not None:
        known = records.find(key, program, _prefilter(config))
        if known is not None:
            return known, _lines_of(program)
    from promptlint.engine import judged  # noqa: PLC0415  it takes long to load, and is seldom needed

    reading, judgement = judged(program, config, registry, isolated=isolated)
    if records is not None and key is not None and not judgement.is_ours_to_mend:
        records.keep(key, Record.of(program, reading.inquiry, judgement))
    return judgement, reading.lines


def _lines_of(program: Program) -> Lines:
    """The lines of the files; those that are shown are parsed for it."""
    shelf, python = Shelf(program.read), frozenset(program.paths)

    def lines(path: str, cell: int | None) -> Sequence[str]:
        return program.lines(path, cell, shelf.source(path) if path in python else None)

    return lines


def _prefilter(config: Config) -> Callable[[bytes], bool]:
    """Whether a file could hold a call; the facts are loaded when the first file is asked."""

    @cache
    def calls() -> Calls:
        from promptlint.facts import load_facts  # noqa: PLC0415  as above

        return load_facts(config.facts).calls

    return lambda data: calls().candidate(data)


# -- reports --------------------------------------------------------------------------------


def _check_outputs(outputs: Sequence[Output]) -> None:
    printed = [each.format for each in outputs if each.target is None]
    if len(printed) > 1:
        names = " and ".join(f"`{name}`" for name in printed)
        raise PromptlintError(
            f"--output-format: {names} would be mixed on standard output; "
            f"write all but one to a file, as `{printed[-1]}:FILE`"
        )


def _report(result: Result, lines: Lines, registry: Registry, config: Config, order: CheckOrder) -> None:
    """Print to standard output first: a file that cannot be written must not cost the findings."""
    color = wants_paint(order.color)
    reasons = load_phrases(rules_directory()).words["reason"] if config.pedantic else {}
    page = View(lines, registry.card, promptlint.__version__, pedantic=config.pedantic, reasons=reasons)
    screen = replace(page, color=color, width=terminal_width())
    printed = next((each.format for each in config.outputs if each.target is None), None)
    silent = order.quiet and not result.diagnostics and not result.troubles
    if printed in _FOR_PEOPLE and order.statistics:
        printed = "statistics"
    if printed is None:
        write("" if silent else "\n".join([*ending(result, Paint(color)), ""]))
    elif not silent or printed not in (*_FOR_PEOPLE, "statistics"):
        write(FORMATS[printed](result, screen))
    for output in config.outputs:
        if output.target is not None:
            write_file(output.target, FORMATS[output.format](result, page))


def _exit_code(result: Result, config: Config, *, exit_zero: bool) -> int:
    if any(trouble.fatal for trouble in result.troubles):
        return FAILED
    if exit_zero:
        return 0
    worst = result.worst()
    if worst is not None and max(worst, Severity.NOTE) >= config.fail_on:
        return FOUND
    share = result.coverage.share
    if share is not None and share < config.strict_coverage:
        complain(
            f"{share:.0f} % of the call sites are resolved in full, and {config.strict_coverage:g} % are "
            "asked for; `--pedantic` lists what could not be followed"
        )
        return FOUND
    return 0
