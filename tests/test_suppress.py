"""Ignore comments: what they cover, what they silence, which are of no use."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from promptlint.checks.unused_ignore import check_ignores
from promptlint.config import Config, Glob, PerFileIgnore, RuleName
from promptlint.diagnostic import Confidence, Diagnostic, Label, Role, Severity
from promptlint.document import did_you_mean
from promptlint.errors import PromptlintError
from promptlint.ignore import Ignore
from promptlint.parser import read_source
from promptlint.source import Source, Span
from promptlint.suppress import Applied, FileIgnores, apply_ignores, find_ignores

CLOCK = "timestamp-in-prefix"
ID = "random-id-in-prefix"
SIZE = "small-prefix"
RULES = (CLOCK, ID, SIZE)


def resolve(name: str) -> str:
    """As the registry does: a name or an alias to a name."""
    name = {"clock-in-prefix": CLOCK}.get(name, name)
    if name not in RULES:
        raise PromptlintError(f"unknown rule `{name}`; {did_you_mean(name, RULES)}")
    return name


def source_of(*rows: str, path: str = "a.py", text: str | None = None) -> Source:
    parsed = read_source(path, (text or "\n".join(rows)).encode())
    assert parsed.source is not None
    assert parsed.troubles == ()
    return parsed.source


def ignores_of(*rows: str) -> tuple[Ignore, ...]:
    return find_ignores(source_of(*rows))


def only(*rows: str) -> Ignore:
    (ignore,) = ignores_of(*rows)
    return ignore


def place(line: int, cell: int | None = None, path: str = "a.py") -> Span:
    return Span(path, cell, line, 1, line, 5)


def covered(ignore: Ignore, upto: int = 12, cell: int | None = None) -> list[int]:
    return [line for line in range(1, upto + 1) if ignore.covers(place(line, cell))]


def finding(
    line: int, rule: str = CLOCK, *, source: Span | None = None, call: Span | None = None
) -> Diagnostic:
    labels: tuple[Label, ...] = (Label(place(90), Role.HOP, ""),)
    if source is not None:
        labels = (Label(source, Role.SOURCE, ""), *labels)
    return Diagnostic(
        rule=rule,
        severity=Severity.ERROR,
        confidence=Confidence.HIGH,
        span=place(line),
        message="",
        labels=labels,
        instead="",
        call=call,
        function="f",
        callers=(),
        caller_count=0,
        reason=None,
        tokens_lost=None,
        fix=None,
        fingerprint=f"{rule}{line}",
    )


def applied(
    diagnostics: list[Diagnostic], ignores: tuple[Ignore, ...], ran: tuple[str, ...] = RULES
) -> Applied:
    return apply_ignores(diagnostics, ignores, names=RULES, ran=ran, resolve=resolve)


# -- what a comment says --------------------------------------------------------------------


def test_names_and_reason_are_read() -> None:
    row = f"x = 1  # promptlint: ignore[{CLOCK}, {ID}] asked twice a year, see #12"
    ignore = only(row)
    assert ignore.names == (CLOCK, ID)
    assert ignore.reason == "asked twice a year, see #12"
    assert ignore.at == Span("a.py", None, 1, 8, 1, len(row) + 1)
    assert (ignore.malformed, ignore.inert) == ("", False)


@pytest.mark.parametrize("between", [" -- ", ": ", " - ", " "])
def test_a_reason_may_be_set_off(between: str) -> None:
    assert only(f"x = 1  # promptlint: ignore[{CLOCK}]{between}on purpose").reason == "on purpose"


@pytest.mark.parametrize(
    "comment", ["# promptlint: ignore", "#promptlint:ignore", "# promptlint: ignore[ALL]"]
)
def test_without_names_every_rule_is_meant(comment: str) -> None:
    assert only(f"x = 1  {comment}").names == ()


def test_other_tools_may_share_the_comment() -> None:
    first, second = ignores_of(
        f"x = 1  # noqa: E501  # promptlint: ignore[{CLOCK}] so # promptlint: ignore[{ID}] too"
    )
    assert [(first.names, first.reason), (second.names, second.reason)] == [((CLOCK,), "so"), ((ID,), "too")]


def test_only_comments_count() -> None:
    assert ignores_of('x = "# promptlint: ignore"', 'y = """', "# promptlint: ignore-file", '"""') == ()


def test_a_file_without_a_word_about_us_has_none() -> None:
    assert ignores_of("x = 1  # noqa") == ()


def test_a_sentence_about_promptlint_is_no_comment_for_it() -> None:
    assert ignores_of("# promptlint: the linter that reads this file", "x = 1") == ()


@pytest.mark.parametrize(
    ("comment", "malformed"),
    [
        (f"igonre[{CLOCK}]", "igonre"),
        ("noqa", "noqa"),
        (f"ignore[{CLOCK}", f"[{CLOCK}"),
        ("ignore[]", ""),
        ("ignore[a b]", "a b"),
        (f"enable[{CLOCK}]", "enable"),
    ],
)
def test_what_cannot_be_understood_covers_nothing(comment: str, malformed: str) -> None:
    ignore = only(f"x = 1  # promptlint: {comment}")
    assert ignore.inert
    assert ignore.malformed.startswith(malformed)
    assert covered(ignore) == []


def test_a_good_name_beside_a_bad_one_still_counts() -> None:
    ignore = only(f"x = 1  # promptlint: ignore[{CLOCK}, 3 d]")
    assert (ignore.names, ignore.malformed, covered(ignore)) == ((CLOCK,), "3 d", [1])


# -- what it covers -------------------------------------------------------------------------


def test_at_the_end_of_a_line_it_covers_that_line() -> None:
    assert covered(only("a = 1", "b = 2  # promptlint: ignore", "c = 3")) == [2]


def test_anywhere_in_a_statement_of_several_lines_it_covers_the_statement() -> None:
    rows = ["a = 1", "b = call(", "    one,", '    f"""', "text", '    """,', ")", "c = 3"]
    for number in (1, 2, 5, 6):
        marked = [row + "  # promptlint: ignore" * (index == number) for index, row in enumerate(rows)]
        assert covered(only(*marked)) == [2, 3, 4, 5, 6, 7]


def test_inside_brackets_a_line_of_its_own_belongs_to_the_statement() -> None:
    assert covered(only("b = call(", "    # promptlint: ignore", "    one,", ")", "c = 3")) == [1, 2, 3, 4]


def test_on_a_line_of_its_own_it_covers_the_next_statement() -> None:
    rows = ["a = 1", "# promptlint: ignore", "", "# more", "b = call(", "    1)", "c = 3"]
    assert covered(only(*rows)) == [2, 3, 4, 5, 6]


def test_above_a_block_it_covers_the_head_only() -> None:
    rows = ["# promptlint: ignore", "with open(", "    x) as f:", "    a = 1", "b = 2"]
    assert covered(only(*rows)) == [1, 2, 3]


def test_at_the_end_of_a_block_it_covers_what_follows() -> None:
    assert covered(only("if x:", "    a = 1", "    # promptlint: ignore", "b = 2", "c = 3")) == [3, 4]


def test_at_the_end_of_a_file_it_covers_itself() -> None:
    assert covered(only("a = 1", "# promptlint: ignore")) == [2]


@pytest.mark.parametrize(
    "head", [[], ["#!/usr/bin/env python", ""], ['"""What', "it is.", '"""'], ["# licence"]]
)
def test_in_the_head_of_a_file_it_may_cover_the_file(head: list[str]) -> None:
    ignore = only(*head, f"# promptlint: ignore-file[{CLOCK}] generated", "import os", "x = 1")
    assert covered(ignore, 9) == list(range(1, 10))
    assert ignore.reason == "generated"


def test_further_down_it_does_not() -> None:
    ignore = only("import os", "# promptlint: ignore-file", "x = 1")
    assert (ignore.inert, ignore.malformed, covered(ignore)) == (True, "ignore-file", [])


def test_a_range_runs_from_disable_to_enable() -> None:
    rows = ["a = 1", f"# promptlint: disable[{CLOCK}] legacy", "b = 1", "# promptlint: enable", "c = 1"]
    ignore = only(*rows)
    assert (ignore.names, ignore.reason, covered(ignore)) == ((CLOCK,), "legacy", [2, 3, 4])


def test_a_range_without_an_end_runs_to_the_end_of_the_file() -> None:
    assert covered(only("a = 1", "# promptlint: disable", "b = 1"), 5) == [2, 3, 4, 5]


def test_the_rules_of_a_range_may_end_one_by_one() -> None:
    rows = [
        f"# promptlint: disable[{CLOCK}, {ID}]",
        f"# promptlint: enable[{ID}]",
        "a = 1",
        f"# promptlint: enable[{CLOCK}]",
        "b = 1",
    ]
    assert sorted((ignore.names, covered(ignore)) for ignore in ignores_of(*rows)) == [
        ((ID,), [1, 2]),
        ((CLOCK,), [1, 2, 3, 4]),
    ]


def test_ending_one_rule_does_not_end_a_range_for_all() -> None:
    rows = ["# promptlint: disable", f"# promptlint: enable[{ID}]", "a = 1"]
    whole, stray = ignores_of(*rows)
    assert (covered(whole, 5), stray.inert, stray.malformed) == ([1, 2, 3, 4, 5], True, "enable")


def test_a_comment_speaks_for_its_own_file() -> None:
    assert not only("a = 1  # promptlint: ignore").covers(place(1, path="b.py"))


def test_comments_count_up_to_where_the_tokenizer_gives_up() -> None:
    text = "x = 1  # promptlint: ignore\n# promptlint: ignore\ny = (\n"
    source = Source("a.py", text, ast.parse("x = 1"))
    assert [covered(ignore) for ignore in find_ignores(source)] == [[1], [2]]


def test_in_a_notebook_a_comment_stays_in_its_cell() -> None:
    cells = [
        ["%time x = 1  # promptlint: ignore[a]", "y = 2", "# promptlint: ignore[b]"],
        ["z = 3", "# promptlint: ignore[c]", "!ls", "w = 4"],
    ]
    text = json.dumps({"cells": [{"cell_type": "code", "source": "\n".join(rows)} for rows in cells]})
    first, last, other = find_ignores(source_of(path="n.ipynb", text=text))

    def lines(ignore: Ignore) -> list[tuple[int, int]]:
        return [
            (cell, line)
            for cell in (1, 2)
            for line in range(1, 6)
            if ignore.covers(place(line, cell, "n.ipynb"))
        ]

    assert lines(first) == [(1, 1)]
    assert lines(last) == [(1, 3)]
    assert lines(other) == [(2, 2), (2, 3)]
    assert (other.at.cell, other.at.line, other.at.column) == (2, 2, 1)


def test_columns_count_characters() -> None:
    assert only("x = 'é'  # promptlint: ignore").at.column == 10


# -- what it silences -----------------------------------------------------------------------


def test_a_finding_is_silenced_by_the_name_of_its_rule() -> None:
    ignores = ignores_of(f"x = 1  # promptlint: ignore[{CLOCK}]")
    result = applied([finding(1), finding(1, ID), finding(2)], ignores)
    assert [(each.rule, each.span.line) for each in result.silenced] == [(CLOCK, 1)]
    assert [(each.rule, each.span.line) for each in result.kept] == [(ID, 1), (CLOCK, 2)]
    assert result.unused == ()


def test_an_alias_silences_as_well() -> None:
    result = applied([finding(1)], ignores_of("x = 1  # promptlint: ignore[clock-in-prefix]"))
    assert (result.kept, result.unused) == ((), ())


@pytest.mark.parametrize("end", ["source", "call"])
def test_either_end_of_the_flow_will_do(end: str) -> None:
    ignores = ignores_of("x = 1", f"y = 2  # promptlint: ignore[{CLOCK}]")
    there = finding(1, source=place(2)) if end == "source" else finding(1, call=place(2))
    assert applied([there], ignores).kept == ()


def test_a_place_between_the_ends_will_not_do() -> None:
    rows = [*["x = 1"] * 89, f"y = 2  # promptlint: ignore[{CLOCK}]"]
    assert len(applied([finding(1)], ignores_of(*rows)).kept) == 1


def test_the_call_may_be_in_another_file() -> None:
    ignores = ignores_of(f"x = 1  # promptlint: ignore[{CLOCK}]")
    result = applied([finding(7, call=place(1, path="b.py"))], ignores)
    assert (len(result.kept), len(result.unused)) == (1, 1)


# -- which are of no use --------------------------------------------------------------------


def problems(
    *rows: str, diagnostics: tuple[Diagnostic, ...] = (), ran: tuple[str, ...] = RULES
) -> list[tuple[str, str]]:
    unused = applied(list(diagnostics), ignores_of(*rows), ran).unused
    found = list(check_ignores(unused, {}))
    assert all(each.severity is Severity.NOTE for each in found)
    return [(each.values["problem"], each.values["names"]) for each in found]


def test_a_comment_that_silences_nothing_is_reported_where_it_stands() -> None:
    rows = ["a = 1", f"x = 1  # promptlint: ignore[{CLOCK}] why not"]
    assert problems(*rows) == [("unused", f"`{CLOCK}`")]
    (found,) = check_ignores(applied([], ignores_of(*rows)).unused, {})
    assert found.at == Span("a.py", None, 2, 8, 2, len(rows[1]) + 1)


def test_only_the_idle_names_of_a_comment_are_reported() -> None:
    row = f"x = 1  # promptlint: ignore[{CLOCK}, {ID}, {SIZE}]"
    assert problems(row, diagnostics=(finding(1, ID),)) == [("unused", f"`{CLOCK}`, `{SIZE}`")]


def test_a_comment_for_every_rule_is_used_by_any_finding() -> None:
    row = "x = 1  # promptlint: ignore"
    assert problems(row, diagnostics=(finding(1, ID),)) == []
    assert problems(row) == [("unused", "every-rule")]


def test_a_rule_that_did_not_run_is_not_called_unused() -> None:
    assert problems(f"x = 1  # promptlint: ignore[{CLOCK}]", ran=(ID,)) == []
    assert problems("x = 1  # promptlint: ignore", ran=(ID,)) == []


def test_unknown_and_malformed_names_are_told_apart() -> None:
    row = f"x = 1  # promptlint: ignore[timestmap-in-prefix, {CLOCK}, 3 d]"
    assert problems(row, diagnostics=(finding(1),)) == [
        ("unknown", "`timestmap-in-prefix`"),
        ("malformed", "`3 d`"),
    ]
    assert problems("x = 1  # promptlint: igonre") == [("malformed", "`igonre`")]


@pytest.mark.parametrize(
    ("comment", "bracketed"),
    [
        ("ignore timestamp-in-prefix a miss is cheap", "`ignore[timestamp-in-prefix]`"),
        ("ignore: timestamp-in-prefix", "`ignore[timestamp-in-prefix]`"),
        ("disable timestamp-in-prefix, and more", "`disable[timestamp-in-prefix]`"),
    ],
)
def test_a_name_without_brackets_is_taken_for_one_and_reported(comment: str, bracketed: str) -> None:
    row = f"x = 1  # promptlint: {comment}"
    result = applied([finding(1), finding(1, SIZE)], ignores_of(row))
    assert [one.rule for one in result.kept] == [SIZE]
    assert problems(row, diagnostics=(finding(1),)) == [("bare", bracketed)]


def test_a_name_later_in_a_reason_is_a_word_like_any_other() -> None:
    row = "x = 1  # promptlint: ignore the timestamp-in-prefix is cheap"
    assert applied([finding(1), finding(1, SIZE)], ignores_of(row)).kept == ()
    named = f"x = 1  # promptlint: ignore[{CLOCK}] {CLOCK} is cheap"
    assert problems(named, diagnostics=(finding(1),)) == []


def test_two_comments_for_one_finding_are_both_used() -> None:
    rows = ["# promptlint: ignore-file", f"x = 1  # promptlint: ignore[{CLOCK}]"]
    assert problems(*rows, diagnostics=(finding(2),)) == []


# -- per file -------------------------------------------------------------------------------


def test_rules_are_silent_in_files_that_match(tmp_path: Path) -> None:
    def entry(pattern: str, *names: str) -> PerFileIgnore:
        return PerFileIgnore(Glob(pattern, str(tmp_path)), tuple(RuleName(name, "x:1") for name in names))

    config = Config(per_file_ignores=(entry("tests/**", "clock-in-prefix"), entry("*_demo.py", "ALL")))
    ignores = FileIgnores.of(config, RULES, resolve)
    assert ignores.silenced(str(tmp_path / "src" / "a.py")) == frozenset()
    assert ignores.silenced(str(tmp_path / "tests" / "a" / "b.py")) == {CLOCK}
    assert ignores.silenced(str(tmp_path / "tests" / "x_demo.py")) == set(RULES)
    with pytest.raises(PromptlintError, match=r"^x:1: unknown rule `gone`"):
        FileIgnores.of(Config(per_file_ignores=(entry("*", "gone"),)), RULES, resolve)
