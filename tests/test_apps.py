"""Is the verdict on whole applications right? Linted and executed; planted defects and near-misses."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from applications import APPLICATIONS, Application, Call, Mark, Run
from reality.execution import World
from reality.outcome import judge

from examples import CARDS
from promptlint.config import Config
from promptlint.diagnostic import Diagnostic, Severity
from promptlint.engine import lint
from promptlint.facts import load_facts
from promptlint.program import Program
from promptlint.reading import Reading, read_program
from promptlint.registry import Registry
from promptlint.ruleset import Ruleset
from promptlint.shipped import rules_directory

QUEUED = "what an annotated method is called with counts for more than its annotation"
REGISTERED = "of what is in a registry under a name that is not known, not everything is seen"
LOOPED = "the keys of a table are forgotten when a loop adds one"
MISSED: Mapping[str, str] = {
    "harvester/harvester/extract.py:20 error: random-id-in-prefix": QUEUED,
    "mechanic/mechanic/tools/registry.py:47 warning: unstable-order-in-prefix": REGISTERED,
}
"""Marks that the tool does not report yet, and why."""
NOT_YET_READ: Mapping[str, str] = {
    "concierge/concierge/bot.py Bot.reply": LOOPED,
    "mechanic/mechanic/loop.py Agent.step": REGISTERED,
}
"""Call sites that it cannot reconstruct as far as the application says, and why."""


@dataclass(frozen=True, slots=True)
class Linted:
    """What the tool says about an application."""

    reading: Reading
    found: tuple[Diagnostic, ...]

    @property
    def marks(self) -> frozenset[Mark]:
        """Where it reports, notes included."""
        return frozenset(map(Mark.of, self.found))

    @property
    def coverage(self) -> Mapping[str, str]:
        """How far each call site was reconstructed, by file and function."""
        functions = {request.site.span: request.site.function for request in self.reading.survey.requests}
        return {
            f"{site.span.path} {functions[site.span]}": site.resolution.value for site in self.reading.sites()
        }


Linter = Callable[[Application], Linted]


@pytest.fixture(scope="module")
def linter() -> Linter:
    """Lints each application once."""
    done: dict[str, Linted] = {}
    facts, config = load_facts(), Config()
    ruleset = Ruleset.of(config, Registry.of(rules_directory()))

    def linted(application: Application) -> Linted:
        if application.name not in done:
            reading = read_program(Program.in_memory(application.files), facts)
            result = lint(reading, ruleset, config, facts)
            assert not result.troubles, result.troubles
            done[application.name] = Linted(reading, result.diagnostics)
        return done[application.name]

    return linted


def _open(reason: str | None) -> Sequence[pytest.MarkDecorator]:
    return [pytest.mark.xfail(strict=True, reason=reason)] if reason else []


def _each(
    name: str,
    kind: Callable[[Application], Iterable[Any]],
    title: Callable[[Any], str],
    open_questions: Mapping[str, str] = {},
) -> pytest.MarkDecorator:
    """Makes the application and one thing in it parameters; an open question has to stay one."""
    rows = []
    for application in APPLICATIONS:
        for thing in kind(application):
            key = f"{application.name}/{title(thing)}"
            rows.append(pytest.param(application, thing, id=key, marks=_open(open_questions.get(key))))
    return pytest.mark.parametrize(("application", name), rows)


EVERY_APPLICATION = pytest.mark.parametrize("application", APPLICATIONS, ids=lambda one: one.name)


# -- the tool ------------------------------------------------------------------------------------------


@_each("mark", lambda application: sorted(application.marks), str, MISSED)
def test_a_planted_defect_is_reported(application: Application, mark: Mark, linter: Linter) -> None:
    if mark not in linter(application).marks:
        pytest.fail(_said(f"{mark} is not reported", linter(application)))


@EVERY_APPLICATION
def test_nothing_else_is_reported(application: Application, linter: Linter) -> None:
    if superfluous := linter(application).marks - application.marks:
        wrong = ", ".join(map(str, sorted(superfluous)))
        pytest.fail(_said(f"nothing is wrong at {wrong}", linter(application)))


@_each("call", lambda application: application.calls, lambda call: call.at, NOT_YET_READ)
def test_a_call_site_is_known_as_far_as_it_says(application: Application, call: Call, linter: Linter) -> None:
    seen = linter(application)
    assert seen.coverage.get(call.at) == call.coverage.value, [
        str(line) for site in seen.reading.sites() for line in site.reasons
    ]


@EVERY_APPLICATION
def test_there_are_no_other_call_sites(application: Application, linter: Linter) -> None:
    assert set(linter(application).coverage) == {call.at for call in application.calls}


def _said(problem: str, linted: Linted) -> str:
    said = [f"  {Mark.of(one)}: {one.message}" for one in linted.found]
    return "\n".join([problem, "reported:", *said])


# -- reality -------------------------------------------------------------------------------------------


@_each("run", lambda application: application.runs, lambda run: run.title)
def test_the_api_does_what_the_application_says(application: Application, run: Run, world: World) -> None:
    verdict = judge(
        world,
        application.executed,
        run.main,
        run.outcome,
        run=run.run or None,
        answers=run.answers,
        roots=application.roots,
    )
    assert verdict.executed
    assert verdict.passed, f"{application.name}: {run.title}\n{verdict}"


def test_what_is_open_is_in_an_application() -> None:
    marks = {f"{one.name}/{mark}" for one in APPLICATIONS for mark in one.marks}
    calls = {f"{one.name}/{call.at}" for one in APPLICATIONS for call in one.calls}
    assert set(MISSED) <= marks
    assert set(NOT_YET_READ) <= calls


# -- the applications themselves -----------------------------------------------------------------------


def test_there_are_a_dozen_applications_of_five_files_and_more() -> None:
    assert len(APPLICATIONS) >= 12
    assert [one.name for one in APPLICATIONS if not 5 <= len(one.files) <= 16] == []


@EVERY_APPLICATION
def test_each_mark_is_proven_by_a_run_and_each_run_without_one_is_right(application: Application) -> None:
    shown = [run.shows for run in application.runs if run.shows]
    assert sorted(shown) == sorted(f"{mark.file} {mark.rule}" for mark in application.marks)
    right = {run.outcome for run in application.runs if not run.shows}
    assert right <= {"read", "uncached"}
    assert right, "an application needs a near-miss"


@EVERY_APPLICATION
def test_a_defect_has_an_outcome_that_the_card_of_its_rule_knows(application: Application) -> None:
    known = {
        card.name: {example.outcome.partition("(")[0] for example in card.examples if example.kind.reports}
        for card in CARDS
    }
    for run in application.runs:
        if run.shows:
            assert run.outcome.partition("(")[0] in known[run.shows.split()[-1]], run.title


@EVERY_APPLICATION
def test_it_is_python_and_every_mark_names_a_rule(application: Application) -> None:
    for name, text in application.executed.items():
        if name.endswith(".py"):
            ast.parse(text)
            assert not any(f"# {severity.word}:" in text for severity in Severity), name
    assert {mark.rule for mark in application.marks} <= {card.name for card in CARDS}
