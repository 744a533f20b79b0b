"""Does the command line keep its contract: commands, options, exit codes, messages?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import promptlint
from promptlint.cli import main
from promptlint.report import json_v1

ROOT = Path(promptlint.__file__).parent.parent

GOOD = """\
import anthropic

GUIDE = "[guide-v3]\\n" + "Quote the clause you rely on.\\n" * 900
client = anthropic.Anthropic()


def answer(question):
    return client.messages.create(
        model="claude-sonnet-4-6",
        max_tokens=500,
        system=[{"type": "text", "text": GUIDE, "cache_control": {"type": "ephemeral"}}],
        messages=[{"role": "user", "content": question}],
    )
"""
BAD = GOOD.replace("import anthropic", "from datetime import datetime\nimport anthropic").replace(
    '"text": GUIDE,', '"text": f"{GUIDE}It is {datetime.now()}.",'
)
UNTAGGED = GOOD.replace("[guide-v3]", "")
BROKEN = "import anthropic\ndef f(:\n"

Run = Callable[..., Result]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, in which the commands run."""
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'desk'\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(here: Path) -> Run:
    """Run promptlint in the project."""
    del here

    def invoke(*arguments: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(
            main, arguments, input=stdin, catch_exceptions=False, prog_name="promptlint"
        )

    return invoke


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


# -- commands and exit codes ------------------------------------------------------------------


def test_a_path_alone_is_checked(run: Run, here: Path) -> None:
    write(here, app=BAD)
    result = run("app.py")
    assert result.output.startswith("error[timestamp-in-prefix]: ")
    assert (result.exit_code, result.output) == (1, run("check", "app.py").output)


def test_without_a_path_the_current_folder_is_checked(run: Run, here: Path) -> None:
    write(here, app=BAD)
    assert run().output == run(".").output
    assert run("--statistics").output.startswith("1  error    timestamp-in-prefix\n")


def test_a_command_beats_a_folder_of_its_name(run: Run, here: Path) -> None:
    write(here, rules__app=BAD)
    assert "\ntimestamp-in-prefix " in run("rules").output
    assert "rules/app.py" in run("./rules").output


def test_code_without_findings_exits_with_0(run: Run, here: Path) -> None:
    write(here, app=GOOD)
    result = run(".")
    assert (result.exit_code, result.output) == (
        0,
        "No findings.\n1 call site: 1 resolved, 0 partly, 0 opaque\n",
    )


def test_code_without_calls_is_never_called_clean(run: Run, here: Path) -> None:
    write(here, app="print('hello')\n")
    result = run(".")
    assert (result.exit_code, result.output) == (0, "no Messages API call found in 1 file\n")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), 0),
        (("--fail-on", "note"), 1),
        (("--fail-on", "note", "--exit-zero"), 0),
        (("--fail-on", "note", "--min-severity", "warning"), 0),
    ],
)
def test_a_note_fails_only_if_asked(run: Run, here: Path, options: tuple[str, ...], code: int) -> None:
    write(here, app=UNTAGGED)
    assert run(".", *options).exit_code == code


def test_a_file_given_by_name_that_does_not_parse_exits_with_2_and_findings_still_print(
    run: Run, here: Path
) -> None:
    write(here, app=BAD, broken=BROKEN)
    result = run("app.py", "broken.py")
    assert result.exit_code == 2
    assert "error[timestamp-in-prefix]" in result.output
    assert "error: broken.py:2: does not parse" in result.output


def test_a_file_that_was_only_found_and_does_not_parse_is_named_and_no_failure(run: Run, here: Path) -> None:
    write(here, app=GOOD, broken=BROKEN)
    result = run(".")
    assert (result.exit_code, "warning: broken.py:2: does not parse" in result.output) == (0, True)


def test_exit_zero_does_not_hide_that_the_job_could_not_be_done(run: Run, here: Path) -> None:
    write(here, broken=BROKEN)
    assert run("broken.py", "--exit-zero").exit_code == 2


def test_strict_coverage_fails_where_a_call_is_not_resolved_in_full(run: Run, here: Path) -> None:
    write(
        here,
        app=GOOD,
        opaque="from app import client\n\n\ndef f():\n    client.messages.create(**exec('x'))\n",
    )
    assert run(".").exit_code == 0
    asked = run(".", "--strict-coverage", "60")
    assert asked.exit_code == 1
    assert "error: 50 % of the call sites are resolved in full, and 60 % are asked for" in asked.stderr
    assert run(".", "--strict-coverage", "50").exit_code == 0
    assert run(".", "--strict-coverage", "101").exit_code == 2


def test_what_could_not_be_followed_is_counted_before_the_coverage(run: Run, here: Path) -> None:
    write(
        here,
        opaque="import anthropic\n\n\ndef f():\n    anthropic.Anthropic().messages.create(**exec('x'))\n",
    )
    *_, reasons, last = run(".").output.splitlines()
    assert reasons.startswith("Not followed: ")
    assert reasons.endswith(" (1).")
    assert last == "1 call site: 0 resolved, 0 partly, 1 opaque"


# -- show -------------------------------------------------------------------------------------

WRAPPER = """\
import anthropic

client = anthropic.Anthropic()


def ask(guide, question):
    return client.messages.create(
        model="claude-sonnet-4-6",
        max_tokens=500,
        system=[{"type": "text", "text": guide, "cache_control": {"type": "ephemeral"}}],
        messages=[{"role": "user", "content": question}],
    )
"""
PROMPTS = """\
from datetime import datetime

GUIDE = "[guide-v3]\\n" + "Quote the clause you rely on.\\n" * 900
SPARE = "Nobody sends this."


def dated():
    now = datetime.now()
    return f"{GUIDE}It is {now}."
"""
HANDLER = """\
import prompts
import wrapper


def handle(question):
    return wrapper.ask(prompts.dated(), question)
"""
OTHER = """\
import wrapper


def other(question):
    return wrapper.ask("Be brief.", question)
"""


@pytest.fixture
def wrapped(here: Path) -> Path:
    """A project with one call, which two functions make."""
    write(here, wrapper=WRAPPER, prompts=PROMPTS, handler=HANDLER, other=OTHER)
    return here


@pytest.mark.parametrize(
    ("place", "through"),
    [
        ("wrapper.py:7", {"handler.py:6:12", "other.py:5:12"}),
        ("wrapper.py", {"handler.py:6:12", "other.py:5:12"}),
        ("handler.py", {"handler.py:6:12"}),
        ("handler.py:6", {"handler.py:6:12"}),
        ("handler.py:6:12", {"handler.py:6:12"}),
        ("prompts.py", {"handler.py:6:12"}),
        ("prompts.py:3", {"handler.py:6:12"}),
        ("prompts.py:8", {"handler.py:6:12"}),
        ("prompts.py:9", {"handler.py:6:12"}),
        ("other.py:5", {"other.py:5:12"}),
    ],
)
@pytest.mark.usefixtures("wrapped")
def test_every_request_is_shown_that_a_place_has_part_in(run: Run, place: str, through: set[str]) -> None:
    result = run("show", place)
    shown = {row.split()[1] for row in result.output.splitlines() if row.startswith("  through ")}
    assert (result.exit_code, shown) == (0, through), result.output


@pytest.mark.parametrize("place", ["prompts.py:4", "empty.py"])
def test_a_place_without_part_in_a_request_says_where_the_calls_are(
    run: Run, wrapped: Path, place: str
) -> None:
    write(wrapped, empty="")
    result = run("show", place)
    said = "nothing here is part of a request; there are calls at wrapper.py:7:12\n"
    assert (result.exit_code, result.stderr) == (2, f"error: {place}: {said}")


def test_a_project_without_a_call_says_so(run: Run, here: Path) -> None:
    write(here, empty="")
    result = run("show", "empty.py")
    assert (result.exit_code, "no Messages API call is found in the project" in result.stderr) == (2, True)


@pytest.mark.usefixtures("wrapped")
def test_a_file_without_a_call_says_that_others_send_what_is_in_it(run: Run) -> None:
    said = "no Messages API call in this file itself; 1 call elsewhere sends what is in it"
    for path in ("handler.py", "prompts.py"):
        *_, found, last = run(path).output.splitlines()
        assert (found, last) == ("Found 1 error.", said)


# -- mistakes of the user ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("gone.py",), "error: gone.py: no such file or directory; check the path\n"),
        (("--select", "timestamp", "."), "unknown rule `timestamp`; did you mean `timestamp-in-prefix`?"),
        (("--output-format", "jsn", "."), "unknown output format `jsn`; did you mean `json`?"),
        (("--output-format", "json", "--output-format", "full", "."), "write all but one to a file"),
        (("--output-format", "json:gone/out.json", "."), "gone/out.json: cannot be written"),
        (("--config", "gone.toml", "."), "gone.toml: cannot be read"),
        (("--cards", "gone", "."), "gone: no such folder of cards"),
        (("--facts", "gone.yaml", "."), "gone.yaml: cannot be read (No such file or directory); check the"),
        (("chek", "."), "error: chek: no such file or directory; did you mean the command `check`?\n"),
        (("--project", "gone", "."), "--project: `gone` is no folder"),
        (("--stdin-filename", "app.py", "."), "add `-` to the paths"),
        (("explain", "timestamp-in-prefx"), "did you mean `timestamp-in-prefix`?"),
        (("show", "gone.py"), "gone.py: no such file or directory"),
        (("show", "app.py:2"), "error: app.py:2: nothing here is part of a request; there are calls at app"),
        (("test", "gone"), "gone: no cards here"),
        (("--no-such-option",), "No such option"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(
    run: Run, here: Path, arguments: tuple[str, ...], message: str
) -> None:
    write(here, app=GOOD)
    result = run(*arguments)
    assert (result.exit_code, message in result.stderr) == (2, True), result.output
    if "Usage" not in result.stderr:
        assert result.stderr.count("\n") == 1


def test_a_broken_configuration_is_named_with_its_line(run: Run, here: Path) -> None:
    write(here, app=GOOD)
    (here / "pyproject.toml").write_text("[tool.promptlint]\nslect = ['ALL']\n")
    result = run(".")
    assert (result.exit_code, result.stderr.startswith("error: pyproject.toml:2: unknown key `slect`")) == (
        2,
        True,
    )
    assert run(".", "--isolated").exit_code == 0


# -- standard input ---------------------------------------------------------------------------


def test_standard_input_stands_for_a_file_of_the_project(run: Run, here: Path) -> None:
    write(here, app=GOOD)
    result = run("-", "--stdin-filename", "app.py", "--output-format", "concise", stdin=BAD)
    assert result.output.startswith("app.py:12:")
    assert result.exit_code == 1


def test_standard_input_sees_the_modules_beside_it(run: Run, here: Path) -> None:
    write(
        here, prompts='from datetime import datetime\n\n\ndef now():\n    return f"It is {datetime.now()}."\n'
    )
    text = GOOD.replace("import anthropic", "import anthropic\nfrom prompts import now").replace(
        '"text": GUIDE,', '"text": GUIDE + now(),'
    )
    result = run("-", "--stdin-filename", "new.py", "--output-format", "concise", stdin=text)
    assert result.output.startswith("prompts.py:5:")


def test_standard_input_needs_no_name(run: Run) -> None:
    assert run("-", "--output-format", "concise", stdin=BAD).output.startswith("<stdin>:12:")


# -- what is selected, what is read -----------------------------------------------------------


def test_only_what_is_selected_is_reported_and_the_whole_project_is_read(run: Run, here: Path) -> None:
    write(here, app=BAD, other=BAD, prompts="PROMPT = 'x'\n")
    assert "app.py" not in run("other.py").output
    assert run("prompts.py").output == "no Messages API call found in 1 file\n"


def test_a_project_is_understood_from_outside_too(
    run: Run, here: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its paths are absolute then; so are those of the files that it reads."""
    write(
        here, prompts='from pathlib import Path\n\nGUIDE = (Path(__file__).parent / "guide.md").read_text()\n'
    )
    (here / "guide.md").write_text("Quote the clause.\n")
    write(
        here,
        app=GOOD.replace('"[guide-v3]\\n" + "Quote the clause you rely on.\\n" * 900', "None")
        .replace("import anthropic", "import anthropic\nfrom prompts import GUIDE as TEXT")
        .replace('"text": GUIDE', '"text": TEXT'),
    )
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    result = run(str(here), "--output-format", "concise")
    assert result.output.startswith(f"{here.as_posix()}/app.py:12:")
    assert "1 call site: 1 resolved" in result.output


def test_a_file_that_is_no_python_only_selects(run: Run, here: Path) -> None:
    write(here, app=BAD)
    (here / "prompt.md").write_text("# Guide\n")
    result = run("prompt.md")
    assert (result.exit_code, result.output) == (
        0,
        "no Python file is selected, so no call sites are counted\n",
    )


def test_show_files_lists_what_is_reported_on(run: Run, here: Path) -> None:
    write(here, app=GOOD, tests__app=GOOD, build__app=GOOD)
    assert run("--show-files").output == "app.py\ntests/app.py\n"
    assert run("--show-files", "--extend-exclude", "tests").output == "app.py\n"
    assert run("--show-files", "tests").output == "tests/app.py\n"


def test_show_settings_prints_the_configuration_in_force(run: Run, here: Path) -> None:
    (here / "promptlint.toml").write_text('fail-on = "note"\n')
    printed = run("--show-settings", "--pedantic").output
    assert printed.startswith("# promptlint.toml\n")
    assert 'fail-on = "note"\n' in printed
    assert "pedantic = true\n" in printed


def test_rules_are_selected_by_options(run: Run, here: Path) -> None:
    write(here, app=BAD.replace("[guide-v3]", ""))
    assert "timestamp" not in run(".", "--select", "missing-version-tag").output
    assert "missing-version-tag" not in run(".", "--ignore", "missing-version-tag,small-prefix").output


# -- output -----------------------------------------------------------------------------------


def test_a_rule_that_is_shown_only_when_asked_is_asked_for_by_its_name(run: Run, here: Path) -> None:
    write(here, app=f'{GOOD}\n\nprint(answer("Is hail covered?"))\n')
    said = "note[no-fallback]"
    assert said not in run(".").output
    assert said not in run(".", "--select", "ALL").output
    assert said in run(".", "--pedantic").output
    assert said in run(".", "--select", "no-fallback").output
    assert said in run(".", "--extend-select", "no-fallback").output


def test_a_report_is_printed_and_another_written_to_a_file(run: Run, here: Path) -> None:
    write(here, app=BAD)
    result = run(".", "--output-format", "concise", "--output-format", "sarif:out.sarif")
    assert result.output.startswith("app.py:12:")
    assert json.loads((here / "out.sarif").read_text())["version"] == "2.1.0"


def test_the_coverage_is_said_though_the_report_goes_to_a_file(run: Run, here: Path) -> None:
    write(here, app=BAD)
    result = run(".", "--output-format", "json:out.json")
    assert result.output == "Found 1 error.\n1 call site: 1 resolved, 0 partly, 0 opaque\n"
    document = json.loads((here / "out.json").read_text())
    assert document["version"] == json_v1.VERSION


def test_quiet_says_nothing_where_there_is_nothing_to_say(run: Run, here: Path) -> None:
    write(here, app=GOOD)
    assert run("-q").output == ""
    assert json.loads(run("-q", "--output-format", "json").output)["diagnostics"] == []
    write(here, app=BAD)
    assert run("-q").output == run().output


@pytest.mark.parametrize(
    ("options", "environment", "painted"),
    [
        ((), {}, False),
        (("--color", "always"), {"NO_COLOR": "1"}, True),
        ((), {"FORCE_COLOR": "1"}, True),
        ((), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (("--color", "never"), {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colour_is_for_terminals_unless_somebody_says_otherwise(
    run: Run,
    here: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    environment: dict[str, str],
    *,
    painted: bool,
) -> None:
    write(here, app=BAD)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in run(".", *options).output) is painted


def test_pedantic_names_what_is_not_known(run: Run, here: Path) -> None:
    write(here, app=GOOD)
    assert "not known" not in run(".").output
    line = (
        "app.py:8:12: not known: `question`: a parameter, and nothing in the project passes it (app.py:7)\n"
    )
    assert line in run(".", "--pedantic").output
    assert line in run(".", "--pedantic", "--output-format", "concise").output


# -- bad input --------------------------------------------------------------------------------

BAD_INPUT = {
    "syntax.py": (BROKEN.encode(), "does not parse"),
    "latin.py": (b"import anthropic\n# caf\xe9\n", "byte 0xe9 is not utf-8"),
    "null.py": (b"import anthropic\n\0\n", "null byte"),
    "deep.py": (b"import anthropic\nx = " + b"(" * 3000 + b")" * 3000, "too many nested parentheses"),
    "broken.ipynb": (b'{"cells": anthropic', "not JSON"),
    "huge.py": (b"import anthropic\n" + b"# filler\n" * 500_000, "too large to be parsed"),
}


@pytest.mark.parametrize("name", BAD_INPUT)
def test_a_bad_file_is_named_and_the_others_are_checked(run: Run, here: Path, name: str) -> None:
    content, message = BAD_INPUT[name]
    write(here, app=BAD)
    (here / name).write_bytes(content)
    result = run(".", "--output-format", "concise")
    assert "app.py:12:" in result.output
    assert f"warning: {name}" in result.output
    assert message in result.output
    assert result.output.endswith("; 1 file not fully read\n")
    assert result.exit_code == 1
    alone = run(name)
    assert (alone.exit_code, f"error: {name}" in alone.output) == (2, True)
    assert alone.output.endswith("1 file not fully read, so no call sites are counted\n")
    assert run("cost", name).exit_code == 2
    assert "No findings." not in result.output + alone.output


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="it parses there")
def test_syntax_of_a_later_python_is_told_counted_and_only_fatal_by_name(run: Run, here: Path) -> None:
    write(here, app=GOOD, later="import anthropic\nname = t'{anthropic}'\n")
    running = f"{sys.version_info[0]}.{sys.version_info[1]}"
    said = f"later.py:2: a t-string needs Python 3.14; promptlint runs on Python {running} here"
    result = run(".")
    assert (result.exit_code, f"warning: {said}\n" in result.output) == (0, True)
    assert result.output.endswith(
        "No findings in what could be read.\n"
        "1 call site: 1 resolved, 0 partly, 0 opaque; 1 file not fully read\n"
    )
    assert (run("app.py").exit_code, run("later.py").exit_code) == (0, 2)
    assert f"error: {said}\n" in run("later.py").output
    counted = json.loads(run(".", "--output-format", "json").output)
    assert (counted["coverage"]["files"], counted["coverage"]["unread"]) == (2, 1)
    assert [(one["kind"], one["fatal"]) for one in counted["errors"]] == [("newer-syntax", False)]


def test_show_says_what_could_not_be_read(run: Run, here: Path) -> None:
    write(here, app=GOOD, broken=BROKEN)
    result = run("show", "app.py")
    assert (result.exit_code, "warning: broken.py:" in result.stderr) == (0, True)
    assert run("show", ".").exit_code == 0
    (here / "app.py").unlink()
    assert run("show", ".").stdout == "no Messages API call found in .; 1 file not fully read\n"


@pytest.mark.parametrize("content", ["", "\n", "# nothing\n", '"""Only a docstring."""'])
def test_an_empty_file_is_no_trouble(run: Run, here: Path, content: str) -> None:
    write(here, empty=content)
    result = run("empty.py")
    assert (result.exit_code, result.output) == (0, "no Messages API call found in 1 file\n")


def test_a_circle_of_links_is_named(run: Run, here: Path) -> None:
    write(here, app=GOOD)
    (here / "a.py").symlink_to("b.py")
    (here / "b.py").symlink_to("a.py")
    result = run(".")
    assert result.exit_code == 0
    assert result.output.count("too many levels of symbolic links") == 2


def test_a_coding_cookie_is_honoured(run: Run, here: Path) -> None:
    (here / "app.py").write_bytes(f"# coding: latin-1\n# café\n{BAD}".encode("latin-1"))
    assert run("app.py").exit_code == 1


def test_a_card_that_is_not_right_is_named_with_its_line(run: Run, here: Path) -> None:
    write(here, app=GOOD)
    (here / "cards").mkdir()
    (here / "cards" / "own.yaml").write_text("name: own\ncolour: red\n")
    result = run(".", "--cards", "cards")
    assert (result.exit_code, result.stderr.startswith("error: cards/own.yaml:")) == (2, True)


# -- the other commands -----------------------------------------------------------------------


def test_explain_prints_the_page_of_a_rule(run: Run) -> None:
    assert run("explain", "small-prefix").output.startswith("small-prefix\n")
    assert run("explain", "small-prefix", "--output-format", "markdown").output.startswith("# small-prefix\n")
    assert (
        json.loads(run("explain", "small-prefix", "--output-format", "json").output)["name"] == "small-prefix"
    )


def test_rules_lists_each_card(run: Run) -> None:
    names = {path.stem for path in (ROOT / "rules").glob("*.yaml")}
    rows = run("rules").output.splitlines()
    assert {row.split()[0] for row in rows} == names
    assert [row.split()[0] for row in rows if row.endswith("(only with --pedantic)")] == ["no-fallback"]


CARD = """\
name: no-haste
summary: The model is asked to hurry.
severity: warning
confidence: high
fix: none
since: "1"
check: {module}
message: "`{{what}}` is asked for"
labels: {{}}
why: It does not help.
instead: Leave it out.
references: []
preamble: |
  import anthropic
  send = anthropic.Anthropic().messages.create
examples:
  - title: in the question
    bad: |
      send(model="claude-opus-4-5", max_tokens=9, messages=[{{"role": "user", "content": "Quick"}}])  # error
    good: |
      send(model="claude-opus-4-5", max_tokens=9, messages=[{{"role": "user", "content": "{good}"}}])
"""
CHECK = """\
from promptlint.diagnostic import Confidence, Severity
from promptlint.rule import Finding


def check_request(request, context):
    for block in request.messages:
        if "Quick" in (block.text.constant or ""):
            yield Finding(request.site.span, Severity.WARNING, Confidence.HIGH, request, {"what": "haste"})
"""


@pytest.mark.parametrize(
    ("good", "code", "said"),
    [
        ("Hello.", 0, "1 card, 2 examples: all as they say\n"),
        (
            "Quickly.",
            1,
            """\
cards/no-haste.yaml:21: good: in the question
  the reported lines are not the marked ones
  reported  main.py:1: send(model="claude-opus-4-5", max_tokens=9, messages=[{"role": "user", "content": \
"Quickly."}])
            warning[no-haste]: `haste` is asked for

1 card, 2 examples: 1 mistake
""",
        ),
    ],
)
def test_the_examples_of_own_cards_are_checked(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch, good: str, code: int, said: str
) -> None:
    monkeypatch.syspath_prepend(here)
    module = f"haste_{code}"
    (here / "cards").mkdir()
    (here / "cards" / "no-haste.yaml").write_text(CARD.format(module=module, good=good))
    (here / f"{module}.py").write_text(CHECK)
    result = run("test", "cards")
    assert (result.exit_code, result.output) == (code, said)


def test_an_own_rule_runs_with_the_others(run: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(here)
    (here / "cards").mkdir()
    (here / "cards" / "no-haste.yaml").write_text(CARD.format(module="haste_main", good="Hello."))
    (here / "haste_main.py").write_text(CHECK)
    (here / "promptlint.toml").write_text('cards = ["cards"]\n')
    write(here, app=GOOD.replace('"content": question', '"content": "Quick!"'))
    assert "warning[no-haste]: `haste` is asked for" in run(".").output
    assert "no-haste" not in run(".", "--isolated").output


def test_every_command_has_help(run: Run) -> None:
    for command in ("check", "show", "explain", "rules", "test"):
        assert command in run("--help").output
        assert "Usage: promptlint" in run(command, "--help").output
    assert "promptlint PATH" in run("--help").output


def test_the_version_is_printed(run: Run) -> None:
    assert run("--version").output == f"promptlint {promptlint.__version__}\n"


# -- as a process -----------------------------------------------------------------------------


def started(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  our own program
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def modules_after(folder: Path, *arguments: str) -> set[str]:
    """The libraries that are loaded when a command has run."""
    program = (
        "import sys\nfrom promptlint.cli import main\n"
        f"try:\n    main({list(arguments)!r}, prog_name='promptlint')\n"
        "except SystemExit as end:\n    assert not end.code, end.code\n"
        "print('\\nLOADED', *sorted(sys.modules))\n"
    )
    result = started(folder, "-c", program)
    assert result.returncode == 0, result.stderr
    return set(result.stdout.rpartition("LOADED")[2].split())


def test_start_up_loads_nothing_that_is_not_needed(here: Path) -> None:
    write(here, app="print('hello')\n")
    assert not {"libcst", "tiktoken", "yaml", "pathspec"} & modules_after(here, "--version")
    assert not {"libcst", "tiktoken"} & modules_after(here, "app.py")
    write(here, right=GOOD)
    assert {"libcst", "tiktoken"} & modules_after(here, "right.py") == {"tiktoken"}


def test_json_is_the_same_byte_for_byte_under_every_hash_seed(here: Path) -> None:
    write(
        here, app=BAD, other=BAD.replace("{datetime.now()}", "{' '.join({'hail', 'storm'})}"), opaque=UNTAGGED
    )
    printed = {
        started(here, "-m", "promptlint", ".", "--output-format", "json", PYTHONHASHSEED=seed).stdout
        for seed in ("0", "1", "4711")
    }
    assert len(printed) == 1
    assert len(json.loads(printed.pop())["diagnostics"]) >= 3


def test_a_reader_that_has_had_enough_is_no_error(here: Path) -> None:
    write(here, app=BAD)
    command = f"'{sys.executable}' -m promptlint rules | head -n 1"
    result = subprocess.run(  # noqa: S602  a pipe is what is tested
        command,
        shell=True,
        cwd=here,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.stdout.count("\n"), result.stderr) == (1, "")


def test_a_terminal_that_knows_only_ascii_gets_a_report_too(here: Path) -> None:
    write(here, app=BAD.replace("It is", "Il est déjà"))
    result = started(here, "-m", "promptlint", ".", PYTHONIOENCODING="ascii")
    assert (result.returncode, "timestamp-in-prefix" in result.stdout, result.stderr) == (1, True, "")
