"""Do the reports say what the result says, in the form their readers rely on?"""

# ruff: noqa: ANN401  # JSON that is read back has no type worth writing

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import gallery
import jsonschema
import pytest
from gallery import CLOCK, CLOCK_CARD, IDENTITY, NOTEBOOK, NOTEBOOK_ID, ORDER, RESULT, VIEW, WIDE
from hypothesis import given
from hypothesis import strategies as st

from promptlint.diagnostic import Diagnostic, Label, Role, Severity, Trouble
from promptlint.interval import Interval
from promptlint.report import FORMATS, json_v1, manual
from promptlint.report.color import ColorChoice, Ink, Paint, wants_color
from promptlint.report.coverage import sentence, summary
from promptlint.report.frame import Canvas, Mark, frame
from promptlint.report.place import cells, counted, display_width, interval, place, printable, sized
from promptlint.result import Coverage, Result
from promptlint.source import Span

Golden = Callable[[str, str], None]
ANSI = re.compile(r"\x1b\[[0-9;]*m")
NOTHING = Result((), (), Coverage(0, 0, 0, 0, 0, 0), ())
EXTENSION = {"json": "json", "sarif": "sarif"}
SARIF_SCHEMA = Path(__file__).parent / "schema" / "sarif-2.1.0.schema.json"


def only(*diagnostics: Diagnostic) -> Result:
    return replace(RESULT, diagnostics=diagnostics, troubles=())


def full(*diagnostics: Diagnostic, width: int = 100) -> str:
    return FORMATS["full"](only(*diagnostics), replace(VIEW, width=width))


# -- every format ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_prints_the_gallery_as_reviewed(name: str, golden: Golden) -> None:
    golden(f"{name}.{EXTENSION.get(name, 'txt')}", FORMATS[name](RESULT, VIEW))


def test_a_narrow_terminal_gets_narrow_frames(golden: Golden) -> None:
    golden("full-60.txt", full(WIDE, CLOCK, width=60))


def test_colours_change_nothing_but_the_colour(golden: Golden) -> None:
    painted = FORMATS["full"](RESULT, replace(VIEW, color=True))
    golden("full-color.txt", painted)
    assert ANSI.sub("", painted) == FORMATS["full"](RESULT, VIEW)


@pytest.mark.parametrize("name", FORMATS)
def test_the_order_of_discovery_does_not_show(name: str) -> None:
    shuffler = random.Random(7)  # noqa: S311  # a shuffle is no secret
    expected = FORMATS[name](RESULT, VIEW)
    for _ in range(5):
        shuffled = replace(
            RESULT,
            diagnostics=tuple(shuffler.sample(RESULT.diagnostics, len(RESULT.diagnostics))),
            sites=tuple(shuffler.sample(RESULT.sites, len(RESULT.sites))),
            troubles=tuple(shuffler.sample(RESULT.troubles, len(RESULT.troubles))),
        )
        assert FORMATS[name](shuffled, VIEW) == expected


@pytest.mark.parametrize("name", FORMATS)
def test_a_name_that_is_not_utf8_can_still_be_written(name: str) -> None:
    path = "app/\udce9t\udce9.py"
    diagnostic = replace(ORDER, span=replace(ORDER.span, path=path), message="half a pair: \ud83d")
    trouble = Trouble(path, 1, "syntax", "no Python", fatal=False)
    text = FORMATS[name](replace(only(diagnostic), troubles=(trouble,)), VIEW)
    assert text.encode().decode() == text


# -- coverage -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("coverage", "expected"),
    [
        (Coverage(99, 34, 21, 9, 4, 0), "34 call sites: 21 resolved, 9 partly, 4 opaque"),
        (Coverage(99, 37, 21, 9, 4, 3), "37 call sites: 21 resolved, 9 partly, 4 opaque, 3 forwarding"),
        (Coverage(1, 1, 1, 0, 0, 0), "1 call site: 1 resolved, 0 partly, 0 opaque"),
        (Coverage(1, 0, 0, 0, 0, 0), "no Messages API call found in 1 file"),
        (Coverage(1234, 0, 0, 0, 0, 0), "no Messages API call found in 1,234 files"),
        (
            Coverage(9, 1, 1, 0, 0, 0, 2),
            "1 call site: 1 resolved, 0 partly, 0 opaque; 2 files not fully read",
        ),
        (Coverage(9, 0, 0, 0, 0, 0, 1), "no Messages API call found in 8 files; 1 file not fully read"),
        (Coverage(2, 0, 0, 0, 0, 0, 2), "2 files not fully read, so no call sites are counted"),
    ],
)
def test_the_coverage_sentence(coverage: Coverage, expected: str) -> None:
    assert sentence(coverage) == expected


@pytest.mark.parametrize(
    ("files", "elsewhere", "expected"),
    [
        (0, 2, "no Python file is selected; 2 calls elsewhere send what is"),
        (1, 1, "no Messages API call in this file itself; 1 call elsewhere sends what is in it"),
        (3, 2, "no Messages API call in these 3 files themselves; 2 calls elsewhere send what is in them"),
    ],
)
def test_calls_elsewhere_are_counted_where_the_files_have_none(
    files: int, elsewhere: int, expected: str
) -> None:
    assert sentence(Coverage(files, 0, 0, 0, 0, 0), elsewhere) == expected


@pytest.mark.parametrize("name", ["full", "concise", "github", "statistics"])
def test_the_last_line_is_the_coverage(name: str) -> None:
    assert FORMATS[name](RESULT, VIEW).splitlines()[-1].startswith("4 call sites: 2 resolved")
    assert FORMATS[name](NOTHING, VIEW) == "no Python file is selected, so no call sites are counted\n"


def test_nothing_is_said_to_be_without_findings_where_nothing_was_read() -> None:
    assert summary(replace(NOTHING, coverage=Coverage(9, 4, 0, 0, 4, 0))) == []
    assert summary(replace(NOTHING, coverage=Coverage(9, 4, 0, 0, 0, 4))) == []
    assert summary(replace(NOTHING, coverage=Coverage(9, 4, 0, 1, 3, 0))) == ["No findings."]
    partly = Coverage(9, 4, 0, 1, 3, 0, unread=1)
    assert summary(replace(NOTHING, coverage=partly)) == ["No findings in what could be read."]


def test_the_summary_counts_pedantic_findings_as_notes() -> None:
    assert summary(RESULT) == ["Found 2 errors, 3 warnings, 2 notes."]
    assert summary(only(CLOCK)) == ["Found 1 error."]


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (Interval(1, None), "at least 1 token"),
        (Interval(0, 1), "up to 1 token"),
        (Interval(1, 1), "about 1 token"),
        (Interval(1, 3), "about 1\u20133 tokens"),
        (Interval(0, None), ""),
    ],
)
def test_one_of_something_is_no_plural(count: Interval, expected: str) -> None:
    assert sized(count, "token") == expected


# -- lines for people -----------------------------------------------------------------------------


def test_concise_is_one_line_each_whatever_the_message() -> None:
    diagnostic = replace(CLOCK, message="two\nlines and \x1b[31m red")
    lines = FORMATS["concise"](only(diagnostic), VIEW).splitlines()
    assert lines[0] == "app/prompts.py:6:23: error[timestamp-in-prefix] two lines and ␛[31m red"
    assert len(lines) == 4


def test_a_place_in_a_notebook_names_its_cell() -> None:
    assert place(NOTEBOOK_ID.span) == f"{NOTEBOOK}:cell 3:2:42"


def test_statistics_put_the_most_frequent_first_and_show_the_worst_severity() -> None:
    mild = replace(ORDER, severity=Severity.NOTE, fingerprint="other")
    lines = FORMATS["statistics"](only(WIDE, mild, ORDER, CLOCK), VIEW).splitlines()
    assert lines[:3] == [
        "2  warning  unstable-order-in-prefix",
        "1  error    timestamp-in-prefix",
        "1  warning  volatile-breakpoint",
    ]


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (Interval(0, None), ""),
        (Interval(7, None), "at least 7"),
        (Interval(0, 2400), "up to 2,400"),
        (Interval(0, 0), "up to 0"),
        (Interval(1500, 1500), "about 1,500"),
        (Interval(2100, 2400), "about 2,100–2,400"),  # noqa: RUF001  # the dash between numbers
    ],
)
def test_an_interval_in_words(count: Interval, expected: str) -> None:
    assert interval(count) == expected


def test_counted_nouns() -> None:
    assert [counted(number, "note") for number in (0, 1, 1200)] == ["0 notes", "1 note", "1,200 notes"]


# -- frames ---------------------------------------------------------------------------------------


def drawn(line: str, *marks: Mark, width: int = 100) -> list[str]:
    """The rows of a one-line frame without arrow, gutter and last bar."""
    canvas = Canvas(gutter=1, width=width, ink=Ink.ERROR, paint=Paint(enabled=False))
    rows = frame(marks, lambda _path, _cell: [line], canvas)
    return [row[4:] for row in rows[2:-1]]


def mark(line: str, needle: str, message: str = "", *, primary: bool = False) -> Mark:
    start = line.index(needle) + 1
    return Mark(Span("a.py", None, 1, start, 1, start + len(needle)), message, primary=primary)


def test_sentences_stand_beside_their_place_or_below_it() -> None:
    line = "a = clock() + block"
    rows = drawn(
        line, mark(line, "clock()", primary=True), mark(line, "a", "one"), mark(line, "block", "two")
    )
    assert rows == [
        "a = clock() + block",
        "-   ^^^^^^^   ----- two",
        "|",
        "one",
    ]


def test_a_place_inside_another_is_underlined_apart() -> None:
    line = "block({'k': now()})"
    rows = drawn(
        line, mark(line, "now()", primary=True), mark(line, "{'k': now()}", "in"), mark(line, line, "all")
    )
    assert rows == [
        "block({'k': now()})",
        "------~~~~~~^^^^^~-",
        "|     |",
        "|     in",
        "all",
    ]


def test_two_sentences_at_one_place_are_both_said() -> None:
    line = "x = now()"
    assert drawn(
        line, mark(line, "now()", primary=True), mark(line, "now()", "read"), mark(line, "now()", "sent")
    ) == [
        "x = now()",
        "    ^^^^^ read; sent",
    ]


def test_two_places_that_begin_together_have_a_stroke_each() -> None:
    line = "now().x.y"
    assert drawn(line, mark(line, "now()", "in"), mark(line, "now().x", "out"), mark(line, "y", "end")) == [
        "now().x.y",
        "~~~~~-- - end",
        "|",
        "out",
        "|",
        "in",
    ]


def test_tabs_and_wide_characters_keep_the_underline_in_place() -> None:
    line = "\tx\t= f'日本 {now()} é'"
    assert drawn(line, mark(line, "{now()}", "here")) == [
        "    x   = f'日本 {now()} é'",
        "                 ------- here",
    ]


def test_a_place_of_many_lines_shows_that_it_goes_on() -> None:
    span = Span("a.py", None, 1, 5, 4, 2)
    assert drawn("x = call(", Mark(span, "sent here")) == ["x = call(", "    -----… sent here"]


def test_one_line_between_two_places_is_shown_and_more_are_left_out() -> None:
    marks = [Mark(Span("a.py", None, line, 1, line, 2), "") for line in (1, 3, 6, 7)]
    canvas = Canvas(gutter=1, width=80, ink=Ink.ERROR, paint=Paint(enabled=False))
    rows = frame(marks, lambda _path, _cell: list("abcdefg"), canvas)
    assert [row for row in rows if "-" not in row] == [
        "  |", "1 | a", "2 | b", "3 | c", "...", "6 | f", "7 | g", "  |",
    ]  # fmt: skip


def test_a_file_that_cannot_be_read_again_still_gives_a_frame() -> None:
    canvas = Canvas(gutter=1, width=80, ink=Ink.ERROR, paint=Paint(enabled=False))
    rows = frame([Mark(Span("a.py", None, 9, 5, 9, 8), "here")], lambda _path, _cell: [], canvas)
    assert rows == [" --> a.py:9:5", "  |", "9 |", "  | - here", "  |"]


LINE = st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), min_size=1, max_size=150)


@given(LINE, st.data())
def test_an_underline_covers_exactly_its_text(line: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(line) - 1))
    end = data.draw(st.integers(start + 1, len(line)))
    rows = drawn(line, Mark(Span("a.py", None, 1, start + 1, 1, end + 1), ""), width=10_000)
    shown = cells(line)
    assert rows[0] == "".join(shown).rstrip()
    strokes = [column for column, stroke in enumerate(rows[1]) if stroke == "-"]
    first = display_width("".join(shown[:start]))
    assert strokes[0] == first
    assert len(strokes) == max(display_width("".join(shown[start:end])), 1)


@given(LINE, st.data(), st.integers(40, 120))
def test_a_long_line_is_cut_to_the_width_around_the_place(line: str, data: st.DataObject, width: int) -> None:
    before = "x" * data.draw(st.integers(0, 300))
    text = f"{before}NEEDLE{line}"
    rows = drawn(text, mark(text, "NEEDLE", "said", primary=True), width=width)
    assert all(display_width(row) <= width - 4 for row in rows)
    column = rows[1].index("^^^^^^")
    assert rows[0][column : column + 6] == "NEEDLE"
    assert rows[1].endswith("said") or rows[-1].endswith("said")


@given(st.text(), st.text(), st.text())
def test_nothing_of_the_source_can_command_the_terminal(path: str, message: str, text: str) -> None:
    span = replace(CLOCK.span, path=path or "x", line=1, end_line=1)
    label = Label(replace(span, column=2), Role.HOP, message)
    diagnostic = replace(CLOCK, span=span, message=message, labels=(label,), call=None)
    view = replace(VIEW, lines=lambda _path, _cell: [text.replace("\n", "")])
    printed = FORMATS["full"](only(diagnostic), view) + FORMATS["concise"](only(diagnostic), view)
    assert not re.search(
        r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]", printed
    )


def test_printable_leaves_writing_alone() -> None:
    assert printable("naïve 日本語 👩‍💻 \u00a0x") == "naïve 日本語 👩‍💻  x"
    assert printable("a\u202eb\x07c\x7fd") == "a\ufffdb␇c\ufffdd"


def test_further_callers_are_counted() -> None:
    text = full(replace(IDENTITY, labels=IDENTITY.labels[:4]))
    assert "reached through 23 calls: app/routes/a.py:2:12, app/routes/b.py:2:12," in text
    assert "and 20 more" in text
    assert "callers" not in full(replace(IDENTITY, callers=IDENTITY.callers[-1:], caller_count=1))
    assert "reached through 5 calls\n" in full(replace(CLOCK, caller_count=5))


def test_a_call_that_the_frame_shows_is_not_named_again() -> None:
    assert "= call:" not in full(CLOCK)
    assert "= call: sent at app/review.py:5:16 in `review`" in full(ORDER)


def test_what_is_not_known_is_not_said() -> None:
    bare = replace(CLOCK, tokens_lost=Interval(0, None), reason=None, instead="", labels=(), call=None)
    assert not [row for row in full(bare).splitlines() if row.lstrip().startswith("= ")]


# -- json -----------------------------------------------------------------------------------------


def test_json_follows_the_shipped_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json_v1.schema())
    validator = jsonschema.Draft202012Validator(json_v1.schema())
    for result in (RESULT, NOTHING):
        validator.validate(json.loads(FORMATS["json"](result, VIEW)))


def _paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The way to every key of every object."""
    match value:
        case dict():
            below = [way for key, one in value.items() for way in _paths(one, (*path, key))]
            return [(*path, key) for key in value] + below
        case list():
            return [way for number, one in enumerate(value) for way in _paths(one, (*path, number))]
        case _:
            return []


def _holder(document: Any, path: tuple[str | int, ...]) -> Any:
    for step in path[:-1]:
        document = document[step]
    return document


def test_the_schema_misses_every_key_that_is_taken_away_and_bears_one_more() -> None:
    validator = jsonschema.Draft202012Validator(json_v1.schema())
    text = FORMATS["json"](RESULT, VIEW)
    shapes = {
        tuple("*" if isinstance(step, int) else step for step in path): path
        for path in _paths(json.loads(text))
    }
    assert len(shapes) > 80
    for path in shapes.values():
        document = json.loads(text)
        del _holder(document, path)[path[-1]]
        assert not validator.is_valid(document), f"{path} may be left out"
        document = json.loads(text)
        _holder(document, path)["added"] = 1
        assert validator.is_valid(document), f"nothing may be added beside {path}"


def test_json_says_null_where_there_is_nothing() -> None:
    document = json.loads(FORMATS["json"](only(gallery.UNTAGGED), VIEW))["diagnostics"][0]
    nothing = ("cell", "call", "cache_miss_reason", "tokens_lost", "fix", "url")
    assert {key: document[key] for key in nothing} == dict.fromkeys(nothing)


def test_json_lists_at_most_twenty_callers_and_counts_them_all() -> None:
    callers = tuple(Span("a.py", None, line, 1, line, 9) for line in range(50, 0, -1))
    diagnostic = replace(IDENTITY, callers=callers, caller_count=50)
    document = json.loads(FORMATS["json"](only(diagnostic), VIEW))["diagnostics"][0]
    assert [caller["line"] for caller in document["callers"]] == list(range(1, 21))
    assert document["caller_count"] == 50


def test_json_is_readable_and_ends_with_a_newline() -> None:
    text = FORMATS["json"](RESULT, VIEW)
    assert "app/übersicht.py" in text
    assert text.endswith("}\n")


# -- sarif ----------------------------------------------------------------------------------------


def sarif(result: Result = RESULT) -> Any:
    return json.loads(FORMATS["sarif"](result, VIEW))["runs"][0]


def result_of(rule: str) -> Any:
    return next(one for one in sarif()["results"] if one["ruleId"] == rule)


@pytest.mark.parametrize("result", [RESULT, NOTHING], ids=["gallery", "nothing"])
def test_sarif_is_valid(result: Result) -> None:
    schema = json.loads(SARIF_SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(json.loads(FORMATS["sarif"](result, VIEW)))


def test_a_result_points_at_its_rule_and_the_rule_explains_itself() -> None:
    run = sarif()
    rules = run["tool"]["driver"]["rules"]
    assert [rules[one["ruleIndex"]]["id"] for one in run["results"]] == [
        one["ruleId"] for one in run["results"]
    ]
    clock = next(rule for rule in rules if rule["id"] == "timestamp-in-prefix")
    assert clock["help"]["markdown"] == manual.markdown(CLOCK_CARD)
    assert clock["properties"]["precision"] == "high"
    assert clock["defaultConfiguration"] == {"level": "error"}


def test_the_code_flow_leads_from_the_source_through_the_hole_to_the_breakpoint() -> None:
    flow = result_of("timestamp-in-prefix")["codeFlows"][0]["threadFlows"][0]["locations"]
    steps = [step["location"]["message"]["text"] for step in flow]
    assert steps == [
        "the clock is read here",
        "returned to here",
        "returned to here",
        CLOCK.message,
        "becomes this block",
        "this breakpoint caches everything up to here",
    ]
    assert "codeFlows" not in result_of("missing-version-tag")


def test_related_locations_are_told_apart_even_if_they_are_equal() -> None:
    twice = replace(CLOCK, labels=CLOCK.labels[:1] * 2)
    related = sarif(only(twice))["results"][0]["relatedLocations"]
    assert [one["id"] for one in related] == [0, 1]


def test_a_notebook_cell_is_named_because_its_lines_are_not_the_files() -> None:
    location = result_of("random-id-in-prefix")["locations"][0]
    assert location["physicalLocation"]["region"] == {"startLine": 1}
    assert location["logicalLocations"][0]["name"] == "cell 3, line 2"
    fix = replace(ORDER.fix, edits=(replace(ORDER.fix.edits[0], span=NOTEBOOK_ID.span),))  # type: ignore[type-var, union-attr]
    assert "fixes" not in sarif(only(replace(NOTEBOOK_ID, fix=fix)))["results"][0]


def test_a_fix_replaces_a_region() -> None:
    fix = result_of("unstable-order-in-prefix")["fixes"][0]
    replacement = fix["artifactChanges"][0]["replacements"][0]
    assert replacement["insertedContent"] == {"text": "sorted(labels)"}
    assert replacement["deletedRegion"] == {
        "startLine": 3, "startColumn": 39, "endLine": 3, "endColumn": 45,
    }  # fmt: skip
    assert fix["properties"] == {"applicability": "safe"}


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("app/a b#1?.py", "app/a%20b%231%3F.py"),
        ("app/über.py", "app/%C3%BCber.py"),
        ("app/\udce9.py", "app/%E9.py"),
        ("a:b.py", "a%3Ab.py"),
        ("/tmp/x.py", "file:///tmp/x.py"),  # noqa: S108  # only a name
        ("C:/x.py", "file:///C%3A/x.py"),
    ],
)
def test_paths_become_uris(path: str, uri: str) -> None:
    run = sarif(only(replace(ORDER, span=replace(ORDER.span, path=path), fix=None)))
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": uri}


def test_what_could_not_be_read_is_a_notification() -> None:
    invocation = sarif()["invocations"][0]
    assert invocation["executionSuccessful"] is False
    assert [one["level"] for one in invocation["toolExecutionNotifications"]] == ["error", "warning"]
    mild = replace(RESULT, troubles=RESULT.troubles[:1])
    assert sarif(mild)["invocations"][0]["executionSuccessful"] is True


def test_the_fingerprint_is_the_diagnostics_own() -> None:
    assert result_of("timestamp-in-prefix")["partialFingerprints"] == {"promptlint/v1": CLOCK.fingerprint}


# -- github ---------------------------------------------------------------------------------------


def test_workflow_commands_escape_what_would_end_them() -> None:
    span = Span("a,b:c%.py", None, 1, 2, 1, 3)
    diagnostic = replace(CLOCK, span=span, message="100%\r\n::error::x, y: z")
    line = FORMATS["github"](only(diagnostic), VIEW).splitlines()[0]
    assert line == (
        "::error file=a%2Cb%3Ac%25.py,line=1,col=2,endLine=1,endColumn=3,"
        "title=promptlint (timestamp-in-prefix)::100%25%0D%0A::error::x, y: z"
    )


# -- colour ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "environment", "terminal", "expected"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": ""}, False, False),
        ("auto", {"FORCE_COLOR": "1", "TERM": "dumb"}, False, True),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_when_to_paint(choice: str, environment: dict[str, str], terminal: bool, expected: bool) -> None:
    assert wants_color(ColorChoice(choice), environment, terminal=terminal) is expected


# -- the manual -----------------------------------------------------------------------------------


def test_the_pages_of_a_rule_are_as_reviewed(golden: Golden) -> None:
    golden("explain.txt", manual.explain(CLOCK_CARD))
    golden("explain.md", manual.markdown(CLOCK_CARD))
    golden("explain.json", manual.as_json(CLOCK_CARD))


def test_the_rule_tables_are_as_reviewed(golden: Golden) -> None:
    cards = [CLOCK_CARD, gallery.card("small-prefix")]
    golden("rules.txt", manual.rules_table(cards))
    golden("rules.md", manual.markdown_table(cards))


def test_a_page_is_no_wider_than_asked_but_for_code_and_addresses() -> None:
    page = manual.explain(CLOCK_CARD, width=60)
    wide = [line for line in page.splitlines() if len(line) > 60]
    assert [line.split("/")[2] for line in wide] == ["docs.claude.com"]
    assert ANSI.sub("", manual.explain(CLOCK_CARD, width=60, color=True)) == page


def test_a_page_shows_every_file_of_an_example_and_does_without_a_twin() -> None:
    alone = replace(CLOCK_CARD, examples=CLOCK_CARD.examples[1:2])
    page = manual.explain(alone)
    assert (
        "    # main.py\n    import prompts\n\n    # prompts.py\n    from datetime import datetime\n" in page
    )
    assert "Right" not in page
    assert "Reported" not in manual.explain(replace(CLOCK_CARD, examples=()))


def test_code_with_a_fence_of_its_own_is_fenced_longer() -> None:
    example = gallery.GalleryExample("a fence", "bad", {"main.py": 'x = """\n```\n"""\n'})
    page = manual.markdown(replace(CLOCK_CARD, examples=(example,)))
    assert "````python\n" in page


def test_a_bar_in_a_summary_does_not_break_the_table() -> None:
    row = manual.markdown_table([replace(CLOCK_CARD, summary="a | b")]).splitlines()[-1]
    assert row == "| `timestamp-in-prefix` | error | unsafe | a \\| b |"


def test_without_any_fix_nothing_is_said_of_fixes() -> None:
    card = replace(CLOCK_CARD, fix="none", fix_safety="", severity=Severity.PEDANTIC)
    head, _, row = manual.markdown_table([card]).splitlines()
    assert head == "| rule | severity | what it finds |"
    assert row.startswith("| `timestamp-in-prefix` | note, only with `--pedantic` | A clock")
    assert manual.rules_table([card]).startswith("timestamp-in-prefix  note     A clock is read")
    assert "Severity: note (only with --pedantic), confidence: high, since 0.1" in manual.explain(
        card, width=99
    )
