"""Is what was kept still right, whatever has changed since?"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import msgspec
import pytest
from applications import APPLICATIONS, Application
from click.testing import CliRunner, Result

import promptlint
from promptlint.cache import DAYS_KEPT, Cache, Record, key_of
from promptlint.cli import main
from promptlint.config import Config, Output, RuleName, RuleSelection
from promptlint.diagnostic import Confidence, Severity, Trouble
from promptlint.discovery import discover
from promptlint.engine import judged as read_and_judged
from promptlint.evaluate.inquiry import Inquiry, Question, Topic
from promptlint.facts import load_facts
from promptlint.judgement import Judgement
from promptlint.program import Program
from promptlint.registry import Registry
from promptlint.shipped import rules_directory

PACKAGE = Path(promptlint.__file__).parent
BYSTANDERS = ("terminal", "version", "walk", "toml_table", "report/place", "report/color")
"""Modules that have nothing to do with any request."""

PROMPTS = """from pathlib import Path

GUIDE = Path("prompts/guide.md").read_text()
"""
APP = """import anthropic

from prompts import GUIDE

client = anthropic.Anthropic()


def answer(question):
    reply = client.messages.create(
        model="claude-sonnet-4-6",
        max_tokens=500,
        system=[{"type": "text", "text": GUIDE, "cache_control": {"type": "ephemeral"}}],
        messages=[{"role": "user", "content": question}],
    )
    print(reply.usage)
    return reply
"""
TABLES = """import csv


def rows(path):
    with open(path) as file:
        return list(csv.reader(file))
"""
FILES: Mapping[str, str] = {
    "app.py": APP,
    "prompts.py": PROMPTS,
    "tables.py": TABLES,
    "prompts/guide.md": "[guide-v3] Be brief.\n",
    "pyproject.toml": "[project]\nname = 'desk'\n",
}

is_candidate = load_facts().calls.candidate


def recorded(files: Mapping[str, str]) -> Record:
    """What a run over some files keeps, as it is read again."""
    program = Program.in_memory(files)
    record = Record.of(program, *judged(files))
    return msgspec.json.decode(msgspec.json.encode(record), type=Record)


def judged(files: Mapping[str, str]) -> tuple[Inquiry, Judgement]:
    reading, judgement = read_and_judged(Program.in_memory(files), Config(), Registry.of(rules_directory()))
    return reading.inquiry, judgement


def renewed(record: Record, files: Mapping[str, str]) -> Record | None:
    return record.renewed(Program.in_memory(files), is_candidate)


# -- whatever is kept is what would be found out again -----------------------------------------


@pytest.mark.parametrize("application", APPLICATIONS, ids=lambda each: each.name)
def test_what_is_kept_after_an_edit_is_what_would_be_found_out(application: Application) -> None:
    beside = {f"beside/{Path(name).name}.py": (PACKAGE / f"{name}.py").read_text() for name in BYSTANDERS}
    files = {**application.files, **beside}
    record = recorded(files)
    random = Random(application.name)  # noqa: S311  nothing secret
    kept = lost = 0
    for _ in range(EDITS):
        edited = {**files, **edit(files, random)}
        now = renewed(record, edited)
        if now is None:
            lost += 1
        else:
            kept += 1
            assert now.judgement == judged(edited)[1]
    assert kept >= EDITS // 10
    assert lost >= EDITS // 10


EDITS = 30


def edit(files: Mapping[str, str], random: Random) -> Mapping[str, str]:
    """One file, changed as people and accidents change files."""
    path = random.choice(sorted(path for path in files if path.endswith(".py") and files[path]))
    lines = files[path].splitlines(keepends=True)
    words = sorted({word for text in files.values() for word in re.findall(r"[A-Za-z_]\w+", text)})
    place = random.randrange(len(lines))
    match random.randrange(6):
        case 0:
            lines.insert(place, f"import {random.choice(words)}\n")
        case 1:
            lines.append(f"\n\nclass {random.choice(words)}({random.choice(words)}):\n    x = 1\n")
        case 2:
            del lines[place]
        case 3:
            lines.append(f"\n\n{random.choice(words)} = {random.choice(words)}.{random.choice(words)}\n")
        case 4:
            lines.append(f"\n\ndef {random.choice(words)}(x):\n    return {random.choice(words)}(x)\n")
        case _:
            lines[place] = re.sub(r"[A-Za-z_]\w+", random.choice(words), lines[place], count=1)
    return {path: "".join(lines)}


# -- what an edit means for a record -----------------------------------------------------------


def test_files_of_a_request_are_asked_for_every_byte() -> None:
    record = recorded(FILES)
    for path, text in FILES.items():
        if path not in ("tables.py", "pyproject.toml"):
            assert renewed(record, {**FILES, path: f"{text}\n# more\n"}) is None, path


def test_a_file_that_only_answered_questions_may_change() -> None:
    record = recorded(FILES)
    edited = {**FILES, "tables.py": TABLES.replace("import csv", "import csv\nimport os")}
    now = renewed(record, edited)
    assert now is not None
    assert now.files["tables.py"].content != record.files["tables.py"].content
    assert now.judgement == record.judgement
    assert renewed(now, edited) is now


@pytest.mark.parametrize(
    "more",
    [
        "import anthropic",
        "from app import answer",
        "# promptlint: ignore[small-prefix] it grows",
        "print(reply.usage.cache_read_input_tokens)",
        "x = '" + "x" * 4_000_000 + "'",
    ],
    ids=["a client", "a caller", "an ignore comment", "reads the usage", "too large"],
)
def test_a_file_that_answers_otherwise_ends_a_record(more: str) -> None:
    assert renewed(recorded(FILES), {**FILES, "tables.py": f"{TABLES}{more}\n"}) is None


def test_a_new_file_and_one_that_is_gone_end_a_record() -> None:
    record = recorded(FILES)
    assert renewed(record, {**FILES, "new.py": "x = 1\n"}) is None
    assert renewed(record, {path: text for path, text in FILES.items() if path != "tables.py"}) is None
    assert renewed(record, {path: text for path, text in FILES.items() if not path.endswith(".md")}) is None


def test_a_text_that_was_missing_ends_a_record_when_it_is_there() -> None:
    without = {path: text for path, text in FILES.items() if not path.endswith(".md")}
    assert renewed(recorded(without), FILES) is None


def test_a_text_that_reads_like_the_reason_why_it_was_missing_ends_a_record(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "prompts/guide.md").unlink()

    def on_disk() -> Program:
        return Program.on_disk(discover([str(tmp_path)], Config(), tmp_path), tmp_path)

    missing = on_disk()
    reading, judgement = read_and_judged(missing, Config(), Registry.of(rules_directory()))
    record = Record.of(missing, reading.inquiry, judgement)
    said = missing.fetch("prompts/guide.md")
    assert isinstance(said, Trouble)
    assert record.renewed(on_disk(), is_candidate) is record
    (tmp_path / "prompts/guide.md").write_text(said.message)
    assert record.renewed(on_disk(), is_candidate) is None


HOOKED: Mapping[str, str] = {
    "base.py": """TOOLS = []


class Base:
    def __init_subclass__(cls):
        TOOLS.append(cls.describe())


Root = Base
""",
    "app.py": """from datetime import datetime

import anthropic

from base import TOOLS, Root


class Tool(Root):
    @classmethod
    def describe(cls):
        return {"name": "a", "description": f"{datetime.now()}", "input_schema": {}}


def ask(question):
    return anthropic.Anthropic().messages.create(
        model="claude-sonnet-4-6",
        max_tokens=9,
        tools=[Tool.describe()],
        system=[{"type": "text", "text": "x" * 9_000, "cache_control": {"type": "ephemeral"}}],
        messages=[{"role": "user", "content": question}],
    )
""",
    "other.py": "from base import Base\n\n\nclass Tool(Base):\n    describe = str\n",
    "models.py": "class Tool:\n    pass\n",
}


def test_a_class_that_hangs_on_others_by_its_own_name_ends_a_record() -> None:
    record = recorded(HOOKED)
    assert any(question.topic is Topic.CLASSES for question in record.questions)
    for other in ("import models\n\n\nclass Tool(models.Tool):\n    describe = str\n", "x = 1\n"):
        edited = {**HOOKED, "other.py": other}
        now = renewed(record, edited)
        assert now is None or now.judgement == judged(edited)[1]
    edited = {**HOOKED, "other.py": HOOKED["other.py"].replace("(Base)", "(models.Tool)")}
    assert renewed(record, edited) is None


def test_a_module_that_comes_to_fill_the_table_of_another_ends_a_record() -> None:
    files = {
        **FILES,
        "prompts.py": "PARTS = ['[guide-v3] Be brief.']\nGUIDE = ' '.join(PARTS)\n",
        "tables.py": "import prompts\n\nprint(prompts)\n",
    }
    record = recorded(files)
    assert renewed(record, {**files, "tables.py": f"{files['tables.py']}prompts.OTHER.append('x')\n"})
    filling = {**files, "tables.py": f"{files['tables.py']}prompts.PARTS.append('x')\n"}
    assert renewed(record, filling) is None


def test_a_lock_ends_a_record() -> None:
    assert renewed(recorded(FILES), {**FILES, "promptlint.lock": "version = 1\n"}) is None


@pytest.mark.parametrize("topic", Topic)
def test_every_question_can_be_asked_again(topic: Topic) -> None:
    def answers(text: str) -> str:
        inquiry = Inquiry(Program.in_memory({"a.py": text}).fetch, is_candidate)
        return inquiry.answer("a.py", Question(topic, words))

    whole = topic in (Topic.CONTENT, Topic.SIZE, Topic.CANDIDATE)
    words = () if whole else ("one", "two")
    same, other = OTHERWISE[topic]
    assert answers("x = 1\n") == answers(same)
    assert answers("x = 1\n") != answers(other)


OTHERWISE = {
    Topic.CONTENT: ("x = 1\n", "x = 2\n"),
    Topic.SIZE: ("x = 2\n", "x = 2\n" * 1_000_000),
    Topic.CANDIDATE: ("import os\n", "import anthropic\n"),
    Topic.LETTERS: ("three = 3\n", "alone = 1\n"),
    Topic.WORDS: ("alone = 1\n", "print(one)\n"),
    Topic.IMPORTS: ("import three\n", "from a import (\n    one,\n)\n"),
    Topic.ATTRIBUTES: ("one = 1\n", "x.one\n"),
    Topic.CLASSES: ("class one(three): ...\n", "class three(a.one): ...\n"),
}
"""What a file may become without another answer, and what it may not."""


# -- what a record is for ----------------------------------------------------------------------


def test_a_record_holds_for_the_settings_that_it_was_made_with(tmp_path: Path) -> None:
    program = Program.in_memory(FILES)
    facts = tmp_path / "own.yaml"
    facts.write_text("sources: []\n")
    ignoring = Config(selections=(RuleSelection("", ignore=(RuleName("small-prefix", ""),)),))
    keys = [
        key_of(program, Config(), isolated=False),
        key_of(program, Config(), isolated=True),
        key_of(program, ignoring, isolated=False),
        key_of(program, Config(facts=(facts,)), isolated=False),
    ]
    facts.write_text("sources: [ ]\n")
    keys.append(key_of(program, Config(facts=(facts,)), isolated=False))
    assert len(set(keys)) == len(keys)


def test_a_key_is_that_of_one_place_one_python_and_one_promptlint(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = Program.in_memory(FILES)

    def key(program: Program = program) -> str | None:
        return key_of(program, Config(), isolated=False)

    mine = key()
    assert key() == mine
    others = [key(replace(program, base="/elsewhere")), key(replace(program, root="/elsewhere"))]
    with monkeypatch.context() as patch:
        patch.setattr(sys, "version", "4.0")
        others.append(key())
    with monkeypatch.context() as patch:
        patch.setattr(promptlint, "__version__", "99")
        others.append(key())
    copy = tmp_path / "rules"
    shutil.copytree(rules_directory(), copy)
    with monkeypatch.context() as patch:
        patch.setattr("promptlint.cache.rules_directory", lambda: copy)
        assert key() == mine
        (copy / "small-prefix.yaml").write_text("name: small-prefix\n")
        others.append(key())
    assert None not in others
    assert len({mine, *others}) == 1 + len(others)


@pytest.mark.parametrize(
    "config",
    [
        Config(pedantic=True),
        Config(min_severity=Severity.ERROR),
        Config(min_confidence=Confidence.HIGH),
        Config(fail_on=Severity.NOTE),
        Config(strict_coverage=90.0),
        Config(outputs=(Output("json"),)),
        Config(file="promptlint.toml"),
    ],
)
def test_what_only_decides_what_is_reported_is_no_part_of_a_key(config: Config) -> None:
    program = Program.in_memory(FILES)
    assert key_of(program, config, isolated=False) == key_of(program, Config(), isolated=False)


def test_facts_that_are_not_there_are_the_users_mistake_and_no_key(tmp_path: Path) -> None:
    assert key_of(Program.in_memory(FILES), Config(facts=(tmp_path / "gone.yaml",)), isolated=False) is None


def test_there_is_no_record_where_checks_of_the_project_run(tmp_path: Path) -> None:
    assert key_of(Program.in_memory(FILES), Config(cards=(tmp_path,)), isolated=False) is None


# -- on the command line -----------------------------------------------------------------------


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project, and beside it a place for records."""
    project = tmp_path / "project"
    for name, text in FILES.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.chdir(project)
    monkeypatch.delenv("PROMPTLINT_NO_CACHE")
    monkeypatch.setenv("PROMPTLINT_CACHE_DIR", str(tmp_path / "kept"))
    return project


def run(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, arguments, input=stdin, catch_exceptions=False, prog_name="promptlint")


def told(result: Result) -> tuple[int, str]:
    return result.exit_code, result.output


def kept(here: Path) -> Sequence[Path]:
    return sorted((here.parent / "kept").glob("*.json"))


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("app.py",),
        ("tables.py",),
        ("prompts/guide.md",),
        ("--pedantic",),
        ("--min-severity=error",),
        ("--statistics",),
        *((f"--output-format={each}",) for each in ("concise", "json", "sarif", "github")),
    ],
)
def test_what_is_known_from_before_is_said_in_the_same_words(
    here: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    fresh = told(run("--no-cache", *arguments))
    assert not kept(here)
    run()
    assert len(kept(here)) == 1
    monkeypatch.setattr("promptlint.engine.judged", None)  # nobody may call it
    assert told(run(*arguments)) == fresh


def test_what_finds_things_out_is_not_loaded_for_what_is_known(here: Path) -> None:
    script = (
        "import sys\nfrom promptlint.cli import main\n"
        "try:\n    main(['--exit-zero'])\nfinally:\n"
        "    print('promptlint.engine' in sys.modules, 'promptlint.facts' in sys.modules)\n"
    )
    seen = [
        subprocess.run(  # noqa: S603  our own words
            [sys.executable, "-c", script],
            cwd=here,
            env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)},
            check=True,
            capture_output=True,
            text=True,
        )
        for _ in range(2)
    ]
    assert [each.stdout.splitlines()[-1] for each in seen] == ["True True", "False False"]


def test_a_change_is_found_in_spite_of_what_is_known(here: Path) -> None:
    run()
    (here / "prompts.py").write_text(
        "from datetime import datetime\n\nGUIDE = f'[guide-v3] {datetime.now()} ' + 'Be brief. ' * 3_000\n"
    )
    assert "timestamp-in-prefix" in run().output
    assert told(run()) == told(run("--no-cache"))


def test_a_file_given_by_name_has_to_parse_though_it_is_known_to_hold_no_call(here: Path) -> None:
    run()
    (here / "tables.py").write_text(f"{TABLES}def broken(:\n")
    assert run().exit_code == told(run("--no-cache"))[0]
    result = run("tables.py")
    assert result.exit_code == 2
    assert told(result) == told(run("tables.py", "--no-cache"))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[:0],
        lambda text: text[: len(text) // 2],
        lambda text: text[:0] + b"[]",
        lambda text: json.dumps({**json.loads(text), "asked": [[99]]}).encode(),
        lambda text: json.dumps({**json.loads(text), "judgement": None}).encode(),
    ],
    ids=["empty", "cut", "another shape", "another number", "nothing found out"],
)
def test_a_spoiled_record_does_no_harm(here: Path, spoil: Callable[[bytes], bytes]) -> None:
    fresh = told(run())
    (record,) = kept(here)
    record.write_bytes(spoil(record.read_bytes()))
    (here / "tables.py").write_text(f"{TABLES}\n")
    assert told(run()) == fresh


def test_a_place_that_cannot_be_written_does_no_harm(here: Path) -> None:
    (here.parent / "kept").write_text("a file, not a folder")
    assert told(run()) == told(run("--no-cache"))


def test_what_is_no_text_does_no_harm(here: Path) -> None:
    (here / "model.py").write_text(APP.replace("claude-sonnet-4-6", "claude-\\udc80"))
    assert told(run()) == told(run("--no-cache"))
    assert not list((here.parent / "kept").glob("*"))
    if sys.platform == "linux":
        os.rename(here / "model.py", os.fsencode(here) + b"/bad\xff.py")  # noqa: PTH104  no text
        assert told(run()) == told(run("--no-cache"))


def test_a_user_without_a_home_has_no_records(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_: object, **__: object) -> Path:
        raise RuntimeError("could not determine the home directory")

    monkeypatch.setattr("platformdirs.user_cache_path", nowhere)
    monkeypatch.delenv("PROMPTLINT_CACHE_DIR")
    assert told(run()) == told(run("--no-cache"))
    assert "--cache-dir" in run("clean").output
    assert not kept(here)


def test_standard_input_is_not_kept(here: Path) -> None:
    run("-", "--stdin-filename", "app.py", stdin=APP)
    assert not kept(here)


def test_what_a_bug_of_ours_has_cost_is_not_kept(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr("promptlint.checks.small_prefix.check_request", broken)
        assert run().exit_code == 2
    assert not kept(here)
    assert run().exit_code == 1


def aged(path: Path, days: int) -> Path:
    then = time.time() - days * 86_400
    os.utime(path, (then, then))
    return path


def test_records_that_nobody_asks_for_go(here: Path) -> None:
    run()
    (asked,) = kept(here)
    aged(asked, DAYS_KEPT - 1)
    run()
    assert time.time() - asked.stat().st_mtime < 3_600
    folder = asked.parent
    for name, days in (
        (f"{'0' * 24}.json", DAYS_KEPT + 1),
        (f"{'1' * 24}.json", DAYS_KEPT - 1),
        (f"{'2' * 24}.x1_y.part", DAYS_KEPT + 1),
        ("package.json", 900),
    ):
        (folder / name).write_text("{}")
        aged(folder / name, days)
    run("--isolated")
    left = {path.name for path in folder.iterdir() if path.suffix in (".json", ".part")}
    assert left - {each.name for each in kept(here) if len(each.name) == len(asked.name)} == {"package.json"}
    assert f"{'1' * 24}.json" in left
    assert f"{'0' * 24}.json" not in left


def test_clean_removes_every_record_and_nothing_else(here: Path) -> None:
    run()
    run("--isolated")
    folder = here.parent / "kept"
    (folder / "package.json").write_text("{}")
    (folder / "a.json").mkdir()
    assert run("clean").output == f"removed 2 records from {folder}\n"
    assert {path.name for path in folder.iterdir()} == {
        ".gitignore",
        "CACHEDIR.TAG",
        "a.json",
        "package.json",
    }
    assert run("clean").exit_code == 0


def test_a_folder_that_is_there_already_gets_no_ignore_file(here: Path) -> None:
    run("--cache-dir", ".")
    assert not (here / ".gitignore").exists()
    assert run("clean", "--cache-dir", ".").output == "removed 1 record from .\n"


@pytest.mark.parametrize("command", ["check", "clean"])
def test_a_folder_without_a_name_is_a_mistake(here: Path, command: str) -> None:
    result = run(command, "--cache-dir", "")
    assert result.exit_code == 2
    assert "--cache-dir: the name is empty" in result.output
    assert not kept(here)


def test_records_lie_in_the_folder_of_the_user_unless_he_says_otherwise(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    if sys.platform == "linux":
        assert Cache.at(None) == Cache(tmp_path / "promptlint")
    assert Cache.at(str(tmp_path)) == Cache(tmp_path)
