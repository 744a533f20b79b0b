"""What does each command do? It gives back the exit code and prints to standard output."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import promptlint
from promptlint.card import load_phrases
from promptlint.config import Config, Options, Output
from promptlint.config_file import describe
from promptlint.diagnostic import Severity
from promptlint.discovery import Discovery, discover
from promptlint.engine import lint
from promptlint.errors import FAILED, PromptlintError
from promptlint.exam import described, examine
from promptlint.facts import load_facts, rules_directory
from promptlint.freeze import compare
from promptlint.parser import paused_collection
from promptlint.program import Program
from promptlint.reading import Reading, read_program
from promptlint.report import FORMATS, WIDTH, View, manual
from promptlint.report.color import Paint
from promptlint.report.coverage import ending, trouble_line
from promptlint.report.place import counted
from promptlint.report.place import place as at
from promptlint.request import Request
from promptlint.result import Result
from promptlint.rule import Registry, rule_names
from promptlint.ruleset import Ruleset
from promptlint.show import Atlas
from promptlint.source import Span
from promptlint.tag import TagStyle
from promptlint.terminal import complain, remark, terminal_width, wants_paint, write
from promptlint.tokens import Tokenizer
from promptlint.trace import places
from promptlint.whereabouts import Setup, project_folder, start_of

__all__ = ["CheckOrder", "Setup", "check", "explain", "freeze", "rules", "show", "test"]

FOUND = 1
"""The exit code where something was found that should be mended."""
_STDIN = "-"
_FOR_PEOPLE = ("full", "concise")


# -- check ----------------------------------------------------------------------------------


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
    project = None if order.setup.project is None else project_folder(order.setup.project)
    discovery = discover(paths, config, working, project=project, given=tuple(given))
    if order.show_files:
        write("".join(f"{path}\n" for path in _selected(discovery)))
        return 0
    ruleset = Ruleset.of(config, _registry(config, working))
    facts = load_facts(config.facts)
    with paused_collection():
        reading = read_program(Program.on_disk(discovery, working, given), facts)
        lock = None if order.setup.isolated else reading.lock()
        result = lint(reading, ruleset, config, facts, lock)
        _report(result, reading, ruleset, config, order)
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


def _registry(config: Config, working: Path) -> Registry:
    """Every rule. Checks of a project's own cards are imported as ``python -m`` would import them."""
    for folder in config.cards:
        if not folder.is_dir():
            raise PromptlintError(f"{folder}: no such folder of cards; check the path")
    if config.cards and str(working) not in sys.path:
        sys.path.append(str(working))
    return Registry.of(rules_directory(), *config.cards)


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


# -- reports --------------------------------------------------------------------------------


def _check_outputs(outputs: Sequence[Output]) -> None:
    printed = [each.format for each in outputs if each.target is None]
    if len(printed) > 1:
        names = " and ".join(f"`{name}`" for name in printed)
        raise PromptlintError(
            f"--output-format: {names} would be mixed on standard output; "
            f"write all but one to a file, as `{printed[-1]}:FILE`"
        )


def _report(result: Result, reading: Reading, ruleset: Ruleset, config: Config, order: CheckOrder) -> None:
    """Print to standard output first: a file that cannot be written must not cost the findings."""
    color = wants_paint(order.color)
    reasons = load_phrases(rules_directory()).words["reason"] if config.pedantic else {}
    card, version = ruleset.registry.card, promptlint.__version__
    page = View(reading.lines, card, version, pedantic=config.pedantic, reasons=reasons)
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
            _write_file(output.target, FORMATS[output.format](result, page))


def _write_file(target: str, text: str) -> None:
    try:
        Path(target).write_text(text, encoding="utf-8")
    except OSError as error:
        said = (error.strerror or "unknown error").lower()
        raise PromptlintError(f"{target}: cannot be written ({said}); check the path") from error


# -- the other commands ---------------------------------------------------------------------


def show(place: str, setup: Setup, color: str) -> int:
    """Print the requests that a place has part in.

    Raises:
        PromptlintError: the user's mistake; the place has part in no request.

    """
    working = Path.cwd()
    target = _Target.of(place)
    config = setup.load(start_of((target.path,), working))
    project = None if setup.project is None else project_folder(setup.project)
    discovery = discover([target.path], config, working, project=project)
    facts = load_facts(config.facts)
    reading = read_program(Program.on_disk(discovery, working), facts)
    for trouble in reading.troubles():
        if trouble.fatal:
            raise PromptlintError(f"{trouble.path}:{trouble.line or 1}: {trouble.message}")
        remark(trouble_line(trouble, Paint(enabled=False)))
    requests = target.among(reading.survey.requests, reading.program.shows)
    phrases, paint = load_phrases(rules_directory()), Paint(wants_paint(color))
    atlas = Atlas(facts, Tokenizer.shipped(facts.tokens), phrases, paint, terminal_width())
    write(atlas.draw(requests))
    return 0


@dataclass(frozen=True, slots=True)
class _Target:
    """A file, or a line of it, of which the requests are shown."""

    path: str
    cell: int | None = None
    line: int | None = None

    @classmethod
    def of(cls, place: str) -> _Target:
        """Read ``FILE``, ``FILE:LINE`` or ``FILE:CELL:LINE``; a column behind it is passed over."""
        if Path(place).exists():
            return cls(place)
        path, *numbers = re.split(r":(?=\d+(?::\d+)*:?$)|(?<=\d):(?=\d)", place.rstrip(":"))
        given = [int(number) for number in numbers]
        if path.endswith(".ipynb") and len(given) > 1:
            return cls(path, given[0], given[1])
        return cls(path, None, given[0] if given else None)

    def among(self, requests: Sequence[Request], shows: Callable[[str], bool]) -> Sequence[Request]:
        """The requests that are sent from there, or that something there is part of.

        Raises:
            PromptlintError: there are none.

        """
        found = [
            one for one in requests if any(shows(span.path) and self._covers(span) for span in places(one))
        ]
        if not found:
            raise PromptlintError(f"{self}: nothing here is part of a request; {_calls(requests)}")
        return found

    def _covers(self, span: Span) -> bool:
        if self.cell not in (None, span.cell):
            return False
        return self.line is None or span.line <= self.line <= span.end_line

    def __str__(self) -> str:
        """As it is given."""
        return ":".join(str(part) for part in (self.path, self.cell, self.line) if part is not None)


_NAMED_CALLS = 5


def _calls(requests: Sequence[Request]) -> str:
    """Where the calls of the project are."""
    spans = list(dict.fromkeys(one.site.span for one in requests))
    if not spans:
        return "no Messages API call is found in the project"
    rest = f" and {len(spans) - _NAMED_CALLS:,} more" if len(spans) > _NAMED_CALLS else ""
    return f"there are calls at {', '.join(map(at, spans[:_NAMED_CALLS]))}{rest}"


def freeze(setup: Setup, *, only_check: bool) -> int:
    """Write the lock of a project, or say by the exit code whether it is up to date.

    Raises:
        PromptlintError: the user's mistake; the lock cannot be understood.

    """
    working = Path.cwd()
    project = None if setup.project is None else project_folder(setup.project)
    path = setup.project or "."
    config = setup.load(start_of((path,), working))
    options = Ruleset.of(config, _registry(config, working)).options("unbumped-version")
    facts = load_facts(config.facts)
    discovery = discover([path], config, working, project=project)
    reading = read_program(Program.on_disk(discovery, working), facts)
    outcome = compare(reading, TagStyle.of(options), facts, mend=not only_check)
    if not only_check and (outcome.count or outcome.is_there):
        _write_file(outcome.file, outcome.text)
    write(outcome.report(only_check=only_check))
    return FOUND if only_check and not outcome.is_current else 0


def explain(rule: str, form: str, setup: Setup, color: str) -> int:
    """Print the page of a rule.

    Raises:
        PromptlintError: there is no such rule.

    """
    registry = _registry(setup.load(Path.cwd()), Path.cwd())
    card = registry.card(registry.resolve(rule))
    match form:
        case "markdown":
            write(manual.markdown(card))
        case "json":
            write(manual.as_json(card))
        case _:
            write(manual.explain(card, width=min(terminal_width(), WIDTH), color=wants_paint(color)))
    return 0


def rules(form: str, setup: Setup, color: str) -> int:
    """Print the table of rules."""
    registry = _registry(setup.load(Path.cwd()), Path.cwd())
    cards = [registry.card(name) for name in registry.names]
    match form:
        case "markdown":
            write(manual.markdown_table(cards))
        case _:
            write(manual.rules_table(cards, color=wants_paint(color)))
    return 0


def test(directory: str, color: str) -> int:
    """Print which examples of the cards in a folder are not as they say.

    Raises:
        PromptlintError: there are no cards, or one of them is not right.

    """
    folder = Path(directory)
    names = rule_names(folder)
    if not names:
        raise PromptlintError(f"{directory}: no cards here; give a folder that holds `RULE.yaml` files")
    shipped = rules_directory()
    own = () if folder.resolve() == shipped.resolve() else (folder,)
    registry = _registry(Config(cards=own), Path.cwd())
    ruleset, facts = Ruleset.of(Config(), registry), load_facts()
    paint = Paint(wants_paint(color))
    examples = mishaps = 0
    for card in map(registry.card, names):
        examples += len(card.examples)
        for mishap in examine(card, ruleset, facts):
            mishaps += 1
            write("\n".join([*described(mishap, paint), "", ""]))
    said = f"{counted(len(names), 'card')}, {counted(examples, 'example')}"
    write(f"{said}: {counted(mishaps, 'mistake')}\n" if mishaps else f"{said}: all as they say\n")
    return FOUND if mishaps else 0
