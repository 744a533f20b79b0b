"""What does a run make of findings? Merged, dressed, silenced, selected, sorted."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest

from promptlint.config import Config, Glob, PerFileIgnore, RuleName, RuleSelection, RuleSettings
from promptlint.diagnostic import Confidence, Diagnostic, Role, Severity, Trouble
from promptlint.engine import lint
from promptlint.errors import PromptlintError
from promptlint.facts import load_facts
from promptlint.interval import Interval
from promptlint.merge import MOST_LISTED, merge
from promptlint.program import Program
from promptlint.reading import read_program
from promptlint.registry import Registry
from promptlint.request import CallSite, Request
from promptlint.resolution import Resolution
from promptlint.result import Result
from promptlint.rule import Finding, Place
from promptlint.ruleset import Ruleset
from promptlint.shipped import rules_directory
from promptlint.source import Span

HEAD = """\
from datetime import datetime
import anthropic

GUIDE = "[guide-v3]\\n" + "Quote the clause you rely on.\\n" * 900
client = anthropic.Anthropic()

"""

CLOCK = (
    HEAD
    + """
def answer(question):
    prompt = f"{GUIDE}It is {datetime.now()}."
    return client.messages.create(
        model="claude-sonnet-4-6",
        max_tokens=500,
        system=[{"type": "text", "text": prompt, "cache_control": {"type": "ephemeral"}}],
        messages=[{"role": "user", "content": question}],
    )
"""
)

PROMPTS = """\
from datetime import datetime


def prompt():
    return "[guide-v3]" + "Quote the clause.\\n" * 900 + f"It is {datetime.now()}."
"""

APP = """\
import anthropic
from prompts import prompt

client = anthropic.Anthropic()


def answer(question):
    return client.messages.create(
        model="claude-sonnet-4-6",
        max_tokens=500,
        system=[{"type": "text", "text": prompt(), "cache_control": {"type": "ephemeral"}}],
        messages=[{"role": "user", "content": question}],
    )
"""


def run(
    files: Mapping[str, str] | Program, config: Config | None = None, *, cards: Iterable[Path] = ()
) -> Result:
    """Lint a program with every rule, as the command line would."""
    program = files if isinstance(files, Program) else Program.in_memory(files)
    config = config or Config()
    facts = load_facts()
    ruleset = Ruleset.of(config, Registry.of(rules_directory(), *cards))
    return lint(read_program(program, facts), ruleset, config, facts)


def rules_of(result: Result) -> list[str]:
    return [one.rule for one in result.diagnostics]


def only(result: Result) -> Diagnostic:
    (diagnostic,) = result.diagnostics
    return diagnostic


# -- merging ----------------------------------------------------------------------------------


def span(line: int, path: str = "app.py") -> Span:
    return Span(path, None, line, 1, line, 9)


def request(line: int, *callers: Span) -> Request:
    site = CallSite(span(line), f"f{line}", "messages.create", "anthropic", Confidence.HIGH, callers)
    return Request(site, (), Confidence.HIGH, (), (), (), one_shot=True, automatic=None)


FOUND = Finding(span(1), Severity.WARNING, Confidence.HIGH, request(10), {"n": "a"}, source=span(2))


def test_a_value_that_spoils_two_breakpoints_is_one_finding() -> None:
    second = '"ephemeral"}}, {"type": "text", "text": GUIDE, "cache_control": {"type": "ephemeral"}}],'
    found = only(run({"app.py": CLOCK.replace('"ephemeral"}}],', second)}))
    assert len([label for label in found.labels if label.role is Role.BREAKPOINT]) == 2


def test_findings_at_one_place_from_one_source_are_one_with_the_worst_severity() -> None:
    louder = replace(FOUND, severity=Severity.ERROR, values={"n": "b"}, request=request(20))
    (merged,) = merge([FOUND, louder])
    assert merged.finding.severity is Severity.ERROR
    assert merged.finding.values == {"n": "b"}
    assert (merged.site and merged.site.span.line) == 20


def test_another_place_or_another_source_is_another_finding() -> None:
    elsewhere = replace(FOUND, at=span(5))
    other_source = replace(FOUND, source=span(6))
    assert [one.finding for one in merge([elsewhere, other_source, FOUND])] == [
        FOUND,
        other_source,
        elsewhere,
    ]


def test_breakpoints_and_calls_of_the_others_are_listed() -> None:
    first = replace(FOUND, places=(Place(Role.SOURCE, span(2)), Place(Role.BREAKPOINT, span(7))))
    second = replace(
        FOUND,
        request=request(20),
        places=(Place(Role.SOURCE, span(2)), Place(Role.HOP, span(4)), Place(Role.BREAKPOINT, span(8))),
    )
    (merged,) = merge([second, first])
    assert [(place.role, place.span.line) for place in merged.finding.places] == [
        (Role.SOURCE, 2),
        (Role.BREAKPOINT, 7),
        (Role.BREAKPOINT, 8),
        (Role.CALL, 20),
    ]


def test_a_place_keeps_the_words_of_its_own_finding() -> None:
    second = replace(FOUND, request=request(20), values={"n": "z"}, places=(Place(Role.BLOCK, span(8)),))
    (merged,) = merge([FOUND, second])
    assert [place.values for place in merged.finding.places if place.role is Role.BLOCK] == [{"n": "z"}]


def test_what_is_lost_is_between_the_least_and_the_most() -> None:
    lost = [replace(FOUND, tokens_lost=Interval(low, high)) for low, high in ((10, 20), (15, 90))]
    (merged,) = merge(lost)
    assert merged.finding.tokens_lost == Interval(10, 90)


def test_callers_are_counted_by_where_they_begin() -> None:
    sent = [replace(FOUND, request=request(10, span(line, "web.py"), span(9))) for line in (30, 40, 30)]
    (merged,) = merge(sent)
    assert [caller.line for caller in merged.callers] == [30, 40]
    assert merged.reach == {"app.py", "web.py"}


def test_no_more_than_twenty_calls_are_listed() -> None:
    (merged,) = merge([replace(FOUND, request=request(line)) for line in range(10, 80)])
    assert len([place for place in merged.finding.places if place.role is Role.CALL]) == MOST_LISTED


def test_the_order_of_findings_does_not_matter() -> None:
    findings = [replace(FOUND, request=request(line), source=span(line % 3 + 1)) for line in range(10, 40)]
    shuffled = random.Random(4).sample(findings, len(findings))  # noqa: S311  no secret
    assert list(merge(shuffled)) == list(merge(findings))


# -- fingerprints -----------------------------------------------------------------------------


def fingerprints(source: str) -> list[str]:
    return [one.fingerprint for one in run({"app.py": source}).diagnostics]


TWICE = CLOCK.replace("{datetime.now()}.", "{datetime.now()} or {datetime.now()}.")


def test_a_fingerprint_survives_lines_added_above() -> None:
    assert fingerprints(CLOCK.replace("\ndef answer", "\n# a remark\n\n\ndef answer")) == fingerprints(CLOCK)


def test_a_fingerprint_tells_functions_and_files_apart() -> None:
    assert fingerprints(CLOCK) != fingerprints(CLOCK.replace("def answer", "def reply"))
    other = run({"other.py": CLOCK}).diagnostics[0].fingerprint
    assert [other] != fingerprints(CLOCK)


def test_equal_findings_in_one_function_are_numbered() -> None:
    assert len(set(fingerprints(TWICE))) == 2


def test_a_fingerprint_does_not_depend_on_what_is_ignored() -> None:
    clocks = "(\n        f'{GUIDE}{datetime.now()}'\n        f'{datetime.now()}'\n    )"
    source = CLOCK.replace('f"{GUIDE}It is {datetime.now()}."', clocks)
    _, second = run({"app.py": source}).diagnostics
    comment = "# promptlint: disable[timestamp-in-prefix]"
    first_ignored = source.replace("        f'{GUIDE}", f"        {comment}\n        f'{{GUIDE}}").replace(
        "        f'{datetime", "        # promptlint: enable\n        f'{datetime"
    )
    assert only(run({"app.py": first_ignored})).fingerprint == second.fingerprint


# -- what is silenced -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('    prompt = f"{GUIDE}It is {datetime.now()}."', "where the value is put in"),
        ("    return client.messages.create(", "at the call"),
    ],
)
def test_a_comment_silences_a_finding_at_either_end(line: str, why: str) -> None:
    source = CLOCK.replace(line, f"{line}  # promptlint: ignore[timestamp-in-prefix] {why}")
    assert rules_of(run({"app.py": source})) == []


def test_a_comment_that_silences_nothing_is_reported() -> None:
    source = CLOCK.replace("def answer", "# promptlint: ignore[random-id-in-prefix]\ndef answer")
    assert rules_of(run({"app.py": source})) == ["unused-ignore", "timestamp-in-prefix"]


def test_a_comment_is_not_called_unused_where_a_file_could_not_be_read() -> None:
    source = CLOCK.replace("def answer", "# promptlint: ignore[random-id-in-prefix]\ndef answer")
    result = run({"app.py": source, "broken.py": "import anthropic\ndef f(:\n"})
    assert rules_of(result) == ["timestamp-in-prefix"]
    assert [trouble.path for trouble in result.troubles] == ["broken.py"]


def test_a_comment_is_not_called_unused_where_a_file_given_by_name_does_not_parse() -> None:
    source = CLOCK.replace("def answer", "# promptlint: ignore[random-id-in-prefix]\ndef answer")
    program = Program.in_memory({"app.py": source, "plain.py": "def f(:\n"})
    assert rules_of(run(program)) == ["unused-ignore", "timestamp-in-prefix"]
    assert rules_of(run(replace(program, named=frozenset({"plain.py"})))) == ["timestamp-in-prefix"]


def test_a_comment_is_not_called_unused_where_part_of_the_project_is_selected() -> None:
    source = CLOCK.replace("def answer", "# promptlint: ignore[random-id-in-prefix]\ndef answer")
    program = replace(Program.in_memory({"app.py": source}), whole=False)
    assert rules_of(run(program)) == ["timestamp-in-prefix"]


def test_a_comment_for_a_rule_that_did_not_run_is_not_called_unused() -> None:
    source = CLOCK.replace("def answer", "# promptlint: ignore[random-id-in-prefix]\ndef answer")
    config = Config(selections=(RuleSelection("", ignore=(RuleName("random-id-in-prefix", ""),)),))
    assert rules_of(run({"app.py": source}, config)) == ["timestamp-in-prefix"]


def test_an_unused_comment_can_be_kept_on_purpose() -> None:
    comment = "# promptlint: ignore[random-id-in-prefix, unused-ignore] kept for the next release"
    source = CLOCK.replace("def answer", f"{comment}\ndef answer")
    assert rules_of(run({"app.py": source})) == ["timestamp-in-prefix"]


def test_rules_are_silent_in_files_for_which_the_configuration_says_so() -> None:
    silent = (PerFileIgnore(Glob("legacy/", "/"), (RuleName("timestamp-in-prefix", ""),)),)
    result = run({"legacy/a.py": CLOCK, "new/a.py": CLOCK}, Config(per_file_ignores=silent))
    assert [one.span.path for one in result.diagnostics] == ["new/a.py"]


# -- what is selected -------------------------------------------------------------------------


@pytest.mark.parametrize("selected", ["app.py", "prompts.py"])
def test_a_finding_is_shown_if_any_place_of_it_is_selected(selected: str) -> None:
    program = replace(
        Program.in_memory({"app.py": APP, "prompts.py": PROMPTS}), shows=selected.__eq__, whole=False
    )
    assert rules_of(run(program)) == ["timestamp-in-prefix"]


def test_a_finding_elsewhere_is_not_shown() -> None:
    files = {"app.py": APP, "prompts.py": PROMPTS, "other.py": "x = 1\n"}
    program = replace(Program.in_memory(files), shows="other.py".__eq__, whole=False)
    result = run(program)
    assert (rules_of(result), result.coverage.call_sites, result.coverage.files) == ([], 0, 1)


GUIDE = """import anthropic
from pathlib import Path

SYSTEM = Path("prompts/guide.md").read_text()
reply = anthropic.Anthropic().messages.create(
    model="claude-sonnet-4-6",
    max_tokens=9,
    messages=[],
    system=[{"type": "text", "text": SYSTEM, "cache_control": {"type": "ephemeral"}}],
)
print(reply.usage)
"""


@pytest.mark.parametrize(
    ("selected", "shown"), [("prompts/guide.md", ["small-prefix"]), ("prompts/other.md", [])]
)
def test_a_prompt_file_brings_up_what_is_wrong_with_its_prompt(selected: str, shown: list[str]) -> None:
    files = {"app.py": GUIDE, "prompts/guide.md": "[guide-v3] Be brief.\n", "prompts/other.md": "Be long.\n"}
    program = replace(Program.in_memory(files), shows=selected.__eq__, whole=False)
    assert rules_of(run(program)) == shown


def test_findings_below_a_severity_or_confidence_are_not_shown() -> None:
    untagged = CLOCK.replace("[guide-v3]", "")
    assert rules_of(run({"app.py": untagged})) == ["missing-version-tag", "timestamp-in-prefix"]
    assert rules_of(run({"app.py": untagged}, Config(min_severity=Severity.WARNING))) == [
        "timestamp-in-prefix"
    ]
    assert rules_of(run({"app.py": untagged}, Config(min_confidence=Confidence.HIGH))) == [
        "timestamp-in-prefix"
    ]


def test_a_severity_in_the_configuration_replaces_that_of_the_rule() -> None:
    rules = (RuleSettings(RuleName("timestamp-in-prefix", "pyproject.toml:3"), Severity.NOTE),)
    assert only(run({"app.py": CLOCK}, Config(rules=rules))).severity is Severity.NOTE


def test_an_option_in_the_configuration_reaches_the_check() -> None:
    rules = (RuleSettings(RuleName("missing-version-tag", ""), None, {"pattern": "Quote"}),)
    untagged = CLOCK.replace("[guide-v3]", "")
    assert rules_of(run({"app.py": untagged}, Config(rules=rules))) == ["timestamp-in-prefix"]


def test_a_mistake_in_an_option_is_reported_where_it_is_written() -> None:
    settings = RuleSettings(
        RuleName("missing-version-tag", "promptlint.toml:4"),
        None,
        {"patern": "v"},
        {"patern": "promptlint.toml:5"},
    )
    with pytest.raises(PromptlintError, match=r"^promptlint.toml:5: unknown option `patern`.*`pattern`"):
        run({"app.py": CLOCK}, Config(rules=(settings,)))


def test_what_is_found_does_not_depend_on_the_order_of_files() -> None:
    files = {"app.py": APP, "prompts.py": PROMPTS, "b.py": CLOCK, "a.py": TWICE}
    backwards = dict(reversed(list(files.items())))
    assert run(files) == run(backwards)


# -- call sites and coverage ------------------------------------------------------------------


def test_a_call_through_a_wrapper_is_one_site_with_a_request_for_each_caller() -> None:
    source = HEAD + dedent(
        """
        def ask(system, question):
            return client.messages.create(
                model="claude-sonnet-4-6",
                max_tokens=500,
                system=[{"type": "text", "text": system, "cache_control": {"type": "ephemeral"}}],
                messages=[{"role": "user", "content": question}],
            )


        def one(question):
            return ask(GUIDE, question)


        def two(question):
            return ask(GUIDE + "Be brief.", question)
        """
    )
    (site,) = run({"app.py": source}).sites
    assert (site.resolution, site.requests, site.models) == (Resolution.FULL, 2, ("claude-sonnet-4-6",))


def test_coverage_counts_the_call_sites_and_the_files() -> None:
    coverage = run({"a.py": CLOCK, "b.py": "x = 1\n"}).coverage
    assert (coverage.files, coverage.call_sites, coverage.full) == (2, 1, 1)


# -- what goes wrong --------------------------------------------------------------------------

CARD = """\
name: own-rule
summary: It fails.
severity: warning
confidence: high
fix: none
since: "1"
check: {module}
message: "{message}"
labels: {{}}
why: It does.
instead: Nothing.
references: []
examples:
  - title: one
    good: |
      pass
"""


@pytest.fixture
def own_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one card, whose check is in a module beside it; its name is not taken by another test."""
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def write_card(folder: Path, module: str, check: str, message: str = "no") -> None:
    (folder / "own-rule.yaml").write_text(CARD.format(module=module, message=message))
    (folder / f"{module}.py").write_text(dedent(check))


def test_a_bug_in_a_check_is_named_and_costs_no_other_finding(own_card: Path) -> None:
    write_card(own_card, "own_rule_with_a_bug", "def check_request(request, context):\n    yield 1 / 0\n")
    result = run({"app.py": CLOCK}, cards=(own_card,))
    assert rules_of(result) == ["timestamp-in-prefix"]
    (trouble,) = result.troubles
    assert (trouble.path, trouble.line, trouble.kind, trouble.fatal) == ("app.py", 10, "internal", True)
    assert "`own-rule` failed: ZeroDivisionError" in trouble.message


def test_a_placeholder_that_nobody_fills_is_named(own_card: Path) -> None:
    check = """
        from promptlint.diagnostic import Confidence, Severity
        from promptlint.rule import Finding


        def check_request(request, context):
            yield Finding(request.site.span, Severity.NOTE, Confidence.HIGH, request, {})
        """
    write_card(own_card, "own_rule_unfilled", check, "{what} is missing")
    result = run({"app.py": CLOCK}, cards=(own_card,))
    assert rules_of(result) == ["timestamp-in-prefix"]
    assert [one.message for one in result.troubles if "own-rule" in one.message and "{what}" in one.message]


def test_a_file_given_by_name_that_does_not_parse_is_fatal_and_others_are_checked() -> None:
    program = Program.in_memory({"app.py": CLOCK, "plain.py": "def f(:\n"})
    assert run(program).troubles == ()
    result = run(replace(program, named=frozenset({"plain.py"})))
    assert rules_of(result) == ["timestamp-in-prefix"]
    assert [(one.path, one.line, one.fatal) for one in result.troubles] == [("plain.py", 1, True)]


def test_a_huge_file_is_not_parsed() -> None:
    huge = CLOCK + "# filler\n" * 500_000
    result = run({"app.py": CLOCK, "huge.py": huge})
    assert rules_of(result) == ["timestamp-in-prefix"]
    assert [(one.path, one.kind, one.fatal) for one in result.troubles] == [("huge.py", "unreadable", False)]


def test_a_file_that_cannot_be_read_is_reported() -> None:
    program = Program.in_memory({"app.py": CLOCK})
    gone = Trouble("gone.py", None, "unreadable", "cannot be read: permission denied", fatal=False)
    missing = replace(
        program,
        paths=("app.py", "gone.py"),
        fetch=lambda path: gone if path == "gone.py" else program.fetch(path),
    )
    result = run(missing)
    assert (rules_of(result), result.troubles) == (["timestamp-in-prefix"], (gone,))
