"""Do prompts change on purpose: what is frozen, what counts as a change, and what survives a merge?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import promptlint
from promptlint.cli import main
from promptlint.diagnostic import Diagnostic, MissReason, Role, Severity
from promptlint.lock import NAME
from promptlint.registry import Registry
from promptlint.shipped import rules_directory
from promptlint.testing import check

ROOT = Path(promptlint.__file__).parent.parent
RULE = "unbumped-version"

APP = """\
import anthropic

RULES = (
    "[claims-v3]\\n"
    "You answer customers of an insurer.\\n"
    "Quote the clause you rely on.\\n"
    "Answer in two sentences.\\n"
)
client = anthropic.Anthropic()


def answer(manual, question):
    return client.messages.create(
        model="claude-sonnet-4-6",
        max_tokens=500,
        system=[{"type": "text", "text": f"{RULES}{manual}", "cache_control": {"type": "ephemeral"}}],
        messages=[{"role": "user", "content": question}],
    )
"""
SECOND = """
DATES = "Name every date and every sum that is in the letter.\\n"


def summarise(manual, letter):
    return client.messages.create(
        model="claude-opus-4-5",
        max_tokens=500,
        system=[{"type": "text", "text": f"[sum-v1]\\nSum up.\\n{DATES}{manual}",
                 "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
        messages=[{"role": "user", "content": letter}],
    )
"""
CHANGED = APP.replace("two sentences", "three sentences")

Run = Callable[..., Result]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one frozen prompt, in which the commands run."""
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'desk'\n")
    (tmp_path / "app.py").write_text(APP)
    monkeypatch.chdir(tmp_path)
    assert run("freeze").exit_code == 0
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False, prog_name="promptlint")


def frozen(tmp_path: Path, files: Mapping[str, str]) -> str:
    """The lock of a project with these files."""
    folder = tmp_path / "project"
    for name, text in {"promptlint.toml": "", **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert run("freeze", "--project", str(folder)).exit_code == 0
    return (folder / NAME).read_text()


def reported(lock: str, files: Mapping[str, str]) -> list[Diagnostic]:
    """What the rule says of files beside a lock."""
    return [one for one in check({**files, NAME: lock}) if one.rule == RULE]


def entries(lock: str) -> dict[str, dict[str, object]]:
    return tomllib.loads(lock)["prefix"]


# -- what is written --------------------------------------------------------------------------


def test_an_entry_says_what_is_sent_and_how(here: Path) -> None:
    entry = entries((here / NAME).read_text())["app.py:answer"]
    assert (entry["version"], entry["models"], entry["ttl"]) == ("[claims-v3]", ["claude-sonnet-4-6"], ["5m"])
    assert str(entry["tokens"]).endswith("-")
    assert entry["system"]["text"] == [  # type: ignore[index]
        "--- text",
        "[claims-v3]",
        "You answer customers of an insurer.",
        "Quote the clause you rely on.",
        "Answer in two sentences.",
        "{…}",
    ]


def test_entries_are_sorted_and_a_second_freeze_changes_nothing(tmp_path: Path) -> None:
    files = {"b.py": APP, "a.py": APP + SECOND}
    lock = frozen(tmp_path, files)
    assert list(entries(lock)) == ["a.py:answer", "a.py:summarise", "b.py:answer"]
    assert frozen(tmp_path, files) == lock


def test_the_lock_is_the_same_whatever_the_hash_seed(tmp_path: Path) -> None:
    first = frozen(tmp_path, {"b.py": APP, "a.py": APP + SECOND, "c.py": TOOLS_AND_CHOICE})
    for seed in ("1", "2"):
        (tmp_path / "project" / NAME).unlink()
        command = [sys.executable, "-m", "promptlint", "freeze", "--project", str(tmp_path / "project")]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed}
        subprocess.run(command, check=True, capture_output=True, env=environment)  # noqa: S603
        assert (tmp_path / "project" / NAME).read_text() == first


TOOLS_AND_CHOICE = """\
import anthropic

client = anthropic.Anthropic()
TOOLS = [{"name": "look_up", "description": "Finds a clause.", "input_schema": {"type": "object"}}]


def answer(parts, brief, question):
    system = [{"type": "text", "text": "[desk-v1]\\nAnswer."}]
    if brief:
        system.append({"type": "text", "text": "Be brief."})
    for part in parts:
        system.append({"type": "text", "text": f"Part: {part}"})
    system.append({"type": "text", "text": "Go." if brief else "Begin.",
                   "cache_control": {"type": "ephemeral"}})
    return client.messages.create(
        model="claude-sonnet-4-6" if brief else "claude-opus-4-5",
        max_tokens=500, tools=TOOLS, system=system,
        messages=[{"role": "user", "content": question}],
    )
"""


def test_alternatives_repeats_and_tools_have_their_place(tmp_path: Path) -> None:
    entry = entries(frozen(tmp_path, {"app.py": TOOLS_AND_CHOICE}))["app.py:answer"]
    assert entry["models"] == ["claude-opus-4-5", "claude-sonnet-4-6"]
    assert entry["tools"]["text"][0] == "--- tool"  # type: ignore[index]
    assert "Finds a clause." in entry["tools"]["text"][1]  # type: ignore[index]
    assert entry["system"]["text"] == [  # type: ignore[index]
        *("--- text", "[desk-v1]", "Answer.", "--- text ?", "Be brief."),
        *("--- text *", "Part: {…}", "--- text", "⟨Go¦Begin⟩."),
    ]


def test_two_prefixes_of_one_function_are_numbered_and_equal_ones_are_one(tmp_path: Path) -> None:
    call = APP[APP.index("    return client") :].replace("return", "first =", 1)
    other = call.replace("first =", "other =").replace("{RULES}", "{RULES}More.\\n")
    lock = frozen(
        tmp_path, {"app.py": APP.replace("    return client", call + call + other + "    return client")}
    )
    assert list(entries(lock)) == ["app.py:answer", "app.py:answer (2)"]


def test_a_notebook_is_frozen_by_its_functions(tmp_path: Path) -> None:
    cells = [{"cell_type": "code", "source": APP, "metadata": {}, "outputs": [], "execution_count": None}]
    notebook = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    assert list(entries(frozen(tmp_path, {"desk.ipynb": notebook}))) == ["desk.ipynb:answer"]


def test_tests_prompts_without_cache_and_forwarded_ones_are_not_frozen(tmp_path: Path) -> None:
    uncached = APP.replace(', "cache_control": {"type": "ephemeral"}', "")
    forwarding = APP.replace('f"{RULES}{manual}"', "manual")
    files = {"test_app.py": APP, "app.py": uncached, "pass_on.py": forwarding}
    folder = tmp_path / "project"
    folder.mkdir()
    for name, text in {"promptlint.toml": "", **files}.items():
        (folder / name).write_text(text)
    result = run("freeze", "--project", str(folder))
    assert (result.exit_code, result.output) == (0, "no cached prompt of its own found, nothing to freeze\n")
    assert not (folder / NAME).exists()


def test_the_newest_turn_is_no_part_of_the_frozen_text(tmp_path: Path) -> None:
    chat = APP.replace(
        "        messages=[", '        cache_control={"type": "ephemeral"},\n        messages=['
    )
    chat = chat.replace('"content": question', '"content": f"Question: {question}"')
    lock = frozen(tmp_path, {"app.py": chat})
    assert "messages" not in entries(lock)["app.py:answer"]
    assert reported(lock, {"app.py": chat.replace("Question:", "Asked:")}) == []


# -- what counts as a change ------------------------------------------------------------------


def test_a_moved_text_under_the_old_tag_is_reported_with_what_it_costs(tmp_path: Path) -> None:
    (found,) = reported(frozen(tmp_path, {"app.py": APP}), {"app.py": CHANGED})
    assert (found.severity, found.reason, found.span.line) == (Severity.WARNING, MissReason.SYSTEM, 4)
    assert found.diff == (
        "@@ system 5 @@",
        "- Answer in two sentences.",
        "+ Answer in three sentences.",
    )
    (said,) = [label.message for label in found.labels if label.role is Role.SOURCE]
    assert said.startswith("still `[claims-v3]`; after the next release about ")


@pytest.mark.parametrize(
    ("now", "shown"),
    [
        (APP.replace("sentences.", "sentences. "), "+ Answer in two sentences.·"),
        (APP.replace("in two", "in  two"), "+ Answer in··two sentences."),
        (APP.replace("in two", "in\\ttwo"), "+ Answer in→two sentences."),
        (APP.replace("in two", "in\\u00a0two"), "+ Answer in<U+00A0>two sentences."),
        (APP.replace("in two", "in \\u200btwo"), "+ Answer in <U+200B>two sentences."),
        (APP.replace("rely on.\\n", "rely on.\\n\\n"), "+ "),
    ],
    ids=["at the end", "two for one", "tab", "no break", "no width", "empty line"],
)
def test_blanks_count_and_can_be_seen(tmp_path: Path, now: str, shown: str) -> None:
    (found,) = reported(frozen(tmp_path, {"app.py": APP}), {"app.py": now})
    assert found.diff[-1] == shown


def test_a_line_is_shown_around_what_differs(tmp_path: Path) -> None:
    long = APP.replace("Answer in two", "and so on " * 60 + "Answer in two" + " and so on" * 60)
    now = long.replace("in two", "in three")
    (found,) = reported(frozen(tmp_path, {"app.py": long}), {"app.py": now})
    assert found.diff[2].startswith("+ …")
    assert "Answer in three and" in found.diff[2]
    assert len(found.diff[2]) < 100


SAYS = "looks through all that the customer sent us so far, and through the manual"
ALL: dict[str, dict[str, object]] = {
    name: {"name": name, "description": f"{name} {SAYS}", "input_schema": {}} for name in ("find", "read")
}
WITH_TOOLS = APP.replace(
    "\n\ndef answer", f"\nALL = {ALL}\nTOOLS = [ALL[name] for name in set(ALL)]\n\n\ndef answer"
).replace("max_tokens=500", "max_tokens=500, tools=TOOLS")


def test_blocks_that_become_fixed_are_told_in_words(tmp_path: Path) -> None:
    mended = WITH_TOOLS.replace("set(ALL)", "sorted(ALL)")
    lock = frozen(tmp_path, {"app.py": WITH_TOOLS})
    (found,) = reported(lock, {"app.py": mended})
    assert found.diff[0] == "@@ tools 1 @@ order or number of tools: open -> fixed"
    assert all(row.endswith("@@") for row in found.diff[1:] if row.startswith("@@"))
    (tmp_path / "project" / "app.py").write_text(mended)
    said = run("freeze", "--check", "--project", str(tmp_path / "project")).output
    assert "text of tools, order or number of tools: open -> fixed, version still" in said
    lock = frozen(tmp_path, {"app.py": mended})
    (found,) = reported(lock, {"app.py": WITH_TOOLS})
    assert found.diff[0] == "@@ tools 1 @@ order or number of tools: fixed -> open"


@pytest.mark.parametrize(
    "now",
    [
        CHANGED.replace("claims-v3", "claims-v4"),
        APP.replace("def answer", "def reply").replace("manual", "handbook"),
        APP.replace("{RULES}{manual}", "{RULES}{manual.text}"),
        APP.replace("Quote the clause", '" f"{WHAT}').replace("client =", "import os\nWHAT = 0\nclient =")
        .replace("WHAT = 0\n", "").replace("RULES = (", 'import os\nWHAT = os.environ["WHAT"]\nRULES = ('),
    ],
    ids=["bumped", "renamed", "another value", "a value that may be the same words"],
)  # fmt: skip
def test_what_is_no_unbumped_change(tmp_path: Path, now: str) -> None:
    assert reported(frozen(tmp_path, {"app.py": APP}), {"app.py": now}) == []


def test_a_version_that_is_only_known_at_run_time_may_have_been_raised(tmp_path: Path) -> None:
    settings = APP.replace('"[claims-v3]\\n"', 'f"{os.environ[VERSION]}\\n"')
    settings = settings.replace("RULES", 'import os\nVERSION = "VERSION"\nRULES', 1)
    tagged = settings.replace("os.environ[VERSION]", "settings.PROMPT_VERSION").replace(
        "import os", "import settings"
    )
    now = tagged.replace("two sentences", "three sentences")
    assert reported(frozen(tmp_path, {"app.py": tagged}), {"app.py": now}) == []


@pytest.mark.parametrize("raised", [False, True])
def test_the_value_of_a_version_constant_is_the_tag(tmp_path: Path, raised: bool) -> None:
    app = APP.replace('"[claims-v3]\\n"', 'f"Edition {PROMPT_VERSION}\\n"').replace(
        "RULES", 'PROMPT_VERSION = "3"\nRULES', 1
    )
    lock = frozen(tmp_path, {"app.py": app})
    assert entries(lock)["app.py:answer"]["version"] == "3"
    now = app.replace("two sentences", "three sentences")
    found = reported(lock, {"app.py": now.replace('"3"', '"4"') if raised else now})
    assert len(found) == (not raised)


def test_a_word_between_two_values_counts(tmp_path: Path) -> None:
    line = '"Say {a} and {b}, then {c}.\\n"'
    app = APP.replace('"Answer in two sentences.\\n"', line).replace(
        'f"{RULES}{manual}"', "RULES.format(**manual)"
    )
    lock = frozen(tmp_path, {"app.py": app})
    (found,) = reported(lock, {"app.py": app.replace("} and {", "} or {")})
    assert found.diff[1:] == ("- Say {…} and {…}, then {…}.", "+ Say {…} or {…}, then {…}.")


def test_a_text_without_tag_is_a_note(tmp_path: Path) -> None:
    untagged = APP.replace('    "[claims-v3]\\n"\n', "")
    (found,) = reported(frozen(tmp_path, {"app.py": untagged}), {"app.py": untagged.replace("two", "three")})
    assert (found.severity, found.diff[0]) == (Severity.NOTE, "@@ system 4 @@")


def test_a_text_in_two_prefixes_is_one_finding(tmp_path: Path) -> None:
    both = {"a.py": APP, "b.py": APP.replace("RULES = (", "PROMPT = (").replace("{RULES}", "{PROMPT}")}
    (found,) = reported(
        frozen(tmp_path, both), {path: text.replace("two", "three") for path, text in both.items()}
    )
    assert found.span.path == "a.py"
    assert [label.span.path for label in found.labels if label.role is Role.CALL] == ["b.py"]


def test_what_is_lost_begins_behind_the_last_breakpoint_before_the_change(tmp_path: Path) -> None:
    """The tools are cached apart: a change of the system text does not write them again."""
    schema = '"input_schema": {"type": "object"}'
    tools = f'        tools=[{{"name": "t", "description": "Look it up. " * 900, {schema}%s}}],\n'
    marked = tools % ', "cache_control": {"type": "ephemeral"}'

    def app(given: str) -> str:
        return APP.replace("{manual}", "").replace("        system=", given + "        system=")

    def least(given: str) -> int:
        lock = frozen(tmp_path, {"app.py": app(given)})
        (found,) = reported(lock, {"app.py": app(given).replace("two", "three")})
        (said,) = [label.message for label in found.labels if label.role is Role.SOURCE]
        return int(said.partition("about ")[2].partition("\N{EN DASH}")[0].replace(",", ""))

    assert least(tools % "") > 2_000
    assert least(marked) < 200


# -- new, gone, renamed -----------------------------------------------------------------------


def test_a_new_prefix_and_a_vanished_one_are_notes(tmp_path: Path) -> None:
    lock = frozen(tmp_path, {"app.py": APP + SECOND})
    (gone,) = reported(lock, {"app.py": APP})
    assert (gone.severity, gone.span.path) == (Severity.NOTE, NAME)
    assert lock.splitlines()[gone.span.line - 1] == '[prefix."app.py:summarise"]'
    (new,) = reported(frozen(tmp_path, {"app.py": APP}), {"app.py": APP + SECOND})
    assert (new.severity, new.span.path) == (Severity.NOTE, "app.py")
    assert "`app.py:summarise` is not frozen yet" in new.message


def test_without_a_lock_nothing_is_said() -> None:
    assert [one for one in check({"app.py": CHANGED}) if one.rule == RULE] == []


def test_a_text_that_moved_to_another_module_and_changed_is_still_the_same_prompt(tmp_path: Path) -> None:
    (found,) = reported(
        frozen(tmp_path, {"app.py": APP}), {"src/desk.py": CHANGED.replace("def answer", "def reply")}
    )
    assert found.severity is Severity.WARNING


def test_a_prompt_in_front_of_another_does_not_take_its_place(tmp_path: Path) -> None:
    """The second prefix of a function was the first: numbers move, texts tell."""

    def call(rules: str) -> str:
        body = APP[APP.index("    return client") :].replace("return", "sent =", 1)
        return body.replace('f"{RULES}{manual}"', rules)

    def app(*rules: str) -> str:
        return APP.replace("    return client", "".join(map(call, rules)) + "    return client")

    lock = frozen(tmp_path, {"app.py": app('f"{RULES}First.\\n{manual}"')})
    now = app(
        'f"[other-v1]\\nSomething else.\\nAltogether, and nothing of what is said above.\\n{manual}"',
        'f"{RULES}First!\\n{manual}"',
    )
    found = reported(lock, {"app.py": now})
    assert sorted((one.severity, one.diff[1:]) for one in found) == [
        (Severity.NOTE, ()),
        (Severity.WARNING, ("- First.", "+ First!")),
    ]


# -- the command line -------------------------------------------------------------------------


def test_check_says_what_is_not_frozen_and_freeze_accepts_it(here: Path) -> None:
    before = (here / NAME).read_bytes()
    assert run("freeze", "--check").output == "promptlint.lock: 1 prefix, as frozen\n"
    (here / "app.py").write_text(CHANGED + SECOND)
    result = run("freeze", "--check")
    assert (result.exit_code, result.output.splitlines()) == (
        1,
        [
            "changed  app.py:answer: text of system, version still [claims-v3]",
            "new      app.py:summarise: [sum-v1], at least 22 tokens",
            "promptlint.lock is not up to date; run `promptlint freeze` to accept this",
        ],
    )
    assert (here / NAME).read_bytes() == before
    assert run("check").exit_code == 1
    assert run("freeze").output.splitlines()[-1] == "promptlint.lock: 2 prefixes frozen"
    assert (run("freeze", "--check").exit_code, run("check").exit_code) == (0, 0)


def test_a_project_without_a_lock_is_not_up_to_date(here: Path) -> None:
    (here / NAME).unlink()
    assert run("freeze", "--check").exit_code == 1
    assert not (here / NAME).exists()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("def answer", "def reply", "changed  app.py:reply: was app.py:answer"),
        ("sonnet-4-6", "opus-4-5", "changed  app.py:answer: models claude-sonnet-4-6 to claude-opus-4-5"),
        ('"ephemeral"}', '"ephemeral", "ttl": "1h"}', "changed  app.py:answer: lifetime 5m to 1h"),
        ("v3", "v4", "changed  app.py:answer: text of system, version [claims-v3] to [claims-v4]"),
        (', "cache_control": {"type": "ephemeral"}', "", "gone     app.py:answer"),
    ],
)
def test_everything_that_the_code_decides_is_checked(here: Path, old: str, new: str, said: str) -> None:
    (here / "app.py").write_text(APP.replace(old, new))
    result = run("freeze", "--check")
    assert (result.exit_code, result.output.splitlines()[0]) == (1, said)


def test_another_estimate_of_the_tokens_is_no_change(here: Path) -> None:
    lock = (here / NAME).read_text()
    (here / NAME).write_text(lock.replace('tokens = "', 'tokens = "1'))
    assert run("freeze", "--check").exit_code == 0


def test_the_lock_lies_at_the_root_of_the_project(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = here / "service"
    folder.mkdir()
    (folder / "more.py").write_text(APP + SECOND)
    monkeypatch.chdir(folder)
    assert run("freeze").exit_code == 0
    assert set(entries((here / NAME).read_text())) == {
        "app.py:answer",
        "service/more.py:answer",
        "service/more.py:summarise",
    }
    (folder / "more.py").write_text(CHANGED + SECOND)
    assert f"[{RULE}]" in run(".").output
    assert f"[{RULE}]" in run("more.py").output
    monkeypatch.chdir(here.parent)
    assert f"[{RULE}]" in run(here.name).output
    assert f"[{RULE}]" in run(here.name, "--project", str(here)).output


def test_what_was_not_asked_about_is_not_reported(here: Path) -> None:
    (here / "other.py").write_text("x = 1\n")
    (here / "app.py").write_text(CHANGED)
    assert RULE not in run("other.py").output


def test_isolated_reads_no_lock(here: Path) -> None:
    (here / "app.py").write_text(CHANGED)
    (here / NAME).write_text("<<<<<<< HEAD\n")
    assert run("--isolated").exit_code == 0


def test_a_file_that_cannot_be_read_keeps_its_entries(here: Path) -> None:
    (here / "app.py").write_text("import anthropic\ndef f(:\n")
    (here / "more.py").write_text(APP + SECOND)
    assert "app.py:answer" not in run(".", "--select", RULE).output
    result = run("freeze")
    assert result.exit_code == 0
    assert result.output.startswith("unread   app.py:2: ")
    assert "app.py:answer" in entries((here / NAME).read_text())


def test_a_prefix_of_a_file_that_cannot_be_read_is_not_taken_for_the_frozen_one(here: Path) -> None:
    (here / "second.py").write_text(f"import anthropic\nclient = anthropic.Anthropic()\n{SECOND}")
    assert run("freeze").exit_code == 0
    (here / "other.py").write_text("def broken(:\n    client.messages.create()\n")
    result = run("freeze", "--check")
    assert (result.exit_code, result.output.splitlines()[-1]) == (0, f"{NAME}: 2 prefixes, as frozen")
    (here / "app.py").write_text(APP.replace("def answer(", "def answer(("))
    result = run("freeze", "--check")
    assert result.exit_code == 1
    assert "unknown  app.py:answer: its file could not be read\n" in result.output
    assert result.output.endswith(f"{NAME}: 1 prefix, as frozen; 1 prefix could not be compared\n")
    result = run("freeze")
    assert (result.exit_code, result.output.splitlines()[-1]) == (
        0,
        f"{NAME}: 2 prefixes frozen; 1 prefix could not be compared",
    )


def test_a_lock_alone_marks_the_root_of_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "app.py").write_text(APP)
    monkeypatch.chdir(tmp_path)
    run("freeze")
    (tmp_path / "deep" / "app.py").write_text(CHANGED)
    monkeypatch.chdir(tmp_path / "deep")
    assert f"[{RULE}]" in run("app.py").output


# -- merges and other accidents ---------------------------------------------------------------


def conflicting(here: Path) -> None:
    """Two branches changed the prompt, each in its own way, and were merged in the code."""
    ours = (here / NAME).read_text()
    theirs = ours.replace("Answer in two", "Reply in two")
    rows = [f"<<<<<<< HEAD\n{ours}=======\n{theirs}>>>>>>> theirs\n"]
    (here / NAME).write_text("".join(rows))


def test_a_merge_conflict_is_named_and_freeze_mends_it(here: Path) -> None:
    good = (here / NAME).read_text()
    conflicting(here)
    for command in (("check",), ("freeze", "--check")):
        result = run(*command)
        assert (result.exit_code, result.output) == (
            2,
            (
                "error: promptlint.lock:1: a merge left both sides here; merge the code, then run "
                "`promptlint freeze`, which writes the file anew\n"
            ),
        )
    assert run("freeze").exit_code == 0
    assert (here / NAME).read_text() == good


def test_changes_of_two_prompts_merge(tmp_path: Path) -> None:
    """Neither touches a line of the other: what git merges is what freeze would write."""
    base, ours, theirs = APP + SECOND, CHANGED + SECOND, APP + SECOND.replace("Sum up", "Sum it up")
    texts = [frozen(tmp_path, {"app.py": text}) for text in (base, ours, theirs)]
    paths = [tmp_path / name for name in ("base", "ours", "theirs")]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text)
    command = ["git", "merge-file", "-p", str(paths[1]), str(paths[0]), str(paths[2])]
    merged = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
    assert merged == frozen(tmp_path, {"app.py": CHANGED + SECOND.replace("Sum up", "Sum it up")})


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("format = 1", "format = 2", "promptlint.lock:6: format 2 is of a newer promptlint; install that"),
        ("format = 1", "", "promptlint.lock:1: `format` must be 1; undo the edit"),
        ('tokens = "', 'tokens = "x', "promptlint.lock:16: `tokens` must be like `120-180`"),
        ("Answer in two", "Answer in 2", "promptlint.lock:19: the text was edited, its hash was not"),
        ("models = [", "modells = [", "promptlint.lock:10: unknown key `modells`"),
        ("models = [", "models = {", "promptlint.lock:"),
    ],
)
def test_a_lock_that_is_not_right_is_the_users_mistake(here: Path, old: str, new: str, said: str) -> None:
    path = here / NAME
    path.write_text(path.read_text().replace(old, new))
    result = run("check")
    assert result.exit_code == 2
    assert result.output.startswith(f"error: {said}")
    newer = "newer" in said
    assert run("freeze").exit_code == (2 if newer else 0)
    assert run("check").exit_code == (2 if newer else 0)


# -- cards and README -------------------------------------------------------------------------


def test_both_rules_know_the_same_tags() -> None:
    registry = Registry.of(rules_directory())
    ours, theirs = registry.card(RULE), registry.card("missing-version-tag")
    assert ours.settings({}) == theirs.settings({})


def test_the_lock_of_the_examples_is_up_to_date() -> None:
    assert run("freeze", "--check", "--project", str(ROOT / "examples")).exit_code == 0


def test_the_style_of_tags_that_is_configured_is_the_one_that_is_frozen(here: Path) -> None:
    (here / "pyproject.toml").write_text(
        f"[tool.promptlint.rules.{RULE}]\npattern = 'insurer'\n[project]\nname = 'desk'\n"
    )
    run("freeze")
    assert entries((here / NAME).read_text())["app.py:answer"]["version"] == "insurer"
