"""Is the house in order: floors, sizes, what ships, and what the README says?"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import promptlint
from promptlint.facts import load_facts
from promptlint.interval import Interval
from promptlint.price import Shares, spent
from promptlint.registry import Registry
from promptlint.report import json_v1
from promptlint.report.manual import markdown_table
from promptlint.shipped import rules_directory

PACKAGE = Path(promptlint.__file__).parent
ROOT = PACKAGE.parent
MODULES = sorted(PACKAGE.rglob("*.py"))

FLOORS = (
    (
        *("", "ancestry", "diagnostic", "document", "errors", "excerpt", "facts", "fstring", "gitignore"),
        *(
            "ignore",
            "interval",
            "newer",
            "notebook",
            "parser",
            "resolution",
            "shipped",
            "source",
            "standpoint",
        ),
        *("testcode",),
        *("toml_table", "traffic", "traffic_table", "variation", "version"),
    ),
    ("evaluate",),
    (
        *("accounting", "alternative", "bill", "block", "callers", "callsite", "changing"),
        *("conversation", "drift", "fanout", "guard", "header", "layout", "lock", "lower", "marker"),
        *("meaning", "mention", "notation", "prefix", "price", "recurrence", "request", "response"),
        *("run", "sameness", "scope", "stability", "standing", "surroundings", "survey", "suspect", "tag"),
        *("tokens", "tool", "trace", "turns", "unreached", "vantage", "wording", "world", "wrapper"),
    ),
    ("card", "checks", "differing", "example", "registry", "rewrite", "rule", "spoiling"),
    (
        *("cache", "config", "config_file", "cost", "cost_change", "discovery", "engine"),
        *("fingerprint", "fixer", "judgement"),
        *("loss", "merge", "program", "reading", "result", "revision", "ruleset", "suppress"),
        *("walk",),
    ),
    (
        *("__main__", "check_command", "cli", "commands", "cost_command", "exam", "exam_command", "freeze"),
        *("freeze_command", "report", "show", "show_command"),
        *("terminal", "testing", "usage", "whereabouts"),
    ),
)
"""The parts of the house from the ground up; a part is a module or a folder. Empty: the package itself."""
FLOOR = {part: number for number, parts in enumerate(FLOORS) for part in parts}


def part_of(name: str) -> str:
    """``promptlint.evaluate.value`` → ``evaluate``."""
    return ".".join(name.split(".")[1:2])


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


NAMES = {name_of(path) for path in MODULES}


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Every module that a file imports, wherever in it, with the line; not what only its types need."""
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        match node:
            case ast.If(ast.Name("TYPE_CHECKING")):
                continue
            case ast.Import(names):
                yield from ((alias.name, node.lineno) for alias in names)
            case ast.ImportFrom(module=str(module), names=names):
                inner = [f"{module}.{alias.name}" for alias in names]
                yield from ((name if name in NAMES else module, node.lineno) for name in inner)
        waiting.extend(ast.iter_child_nodes(node))


# -- floors and sizes -------------------------------------------------------------------------


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_imports_only_from_its_floor_or_below(path: Path) -> None:
    own = FLOOR[part_of(name_of(path))]
    up = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for name, line in imports(path)
        if name.startswith("promptlint.") and part_of(name) in FLOOR and FLOOR[part_of(name)] > own
    ]
    assert up == []


def test_every_part_has_a_floor() -> None:
    assert {part_of(name_of(path)) for path in MODULES} <= FLOOR.keys()


def test_no_imports_go_round_in_a_circle() -> None:
    """Also not those that are made late: a circle means that two modules are one."""
    graph = {name_of(path): {name for name, _ in imports(path)} - {name_of(path)} for path in MODULES}
    while outer := [
        name
        for name, needed in graph.items()
        if not needed & graph.keys() or not any(name in other for other in graph.values())
    ]:
        for name in outer:
            del graph[name]
    assert {name: sorted(needed & graph.keys()) for name, needed in graph.items()} == {}


@pytest.mark.parametrize(
    ("library", "allowed"),
    [
        ("libcst", {"promptlint.rewrite"}),
        ("tiktoken", {"promptlint.tokens"}),
        ("click", {"promptlint.cli", "promptlint.usage"}),
    ],
)
def test_a_heavy_library_is_imported_in_one_place(library: str, allowed: set[str]) -> None:
    users = {name_of(path) for path in MODULES for name, _ in imports(path) if name.split(".")[0] == library}
    assert users <= allowed


def test_no_file_has_outgrown_its_concept() -> None:
    long = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8").count("\n") for path in MODULES}
    assert {path: lines for path, lines in long.items() if lines > 400} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.body[0].lineno >= 45
    ]
    assert long == []


def test_broad_excepts_stand_where_a_bug_becomes_a_message() -> None:
    broad = {
        name_of(path)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (
            node.type is None
            or {"Exception", "BaseException"} & {ast.unparse(n) for n in ast.walk(node.type)}
        )
    }
    assert broad <= {"promptlint.engine", "promptlint.survey"}


# -- what ships -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel as hatchling builds it, without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    build = (
        "import os, sys; from hatchling.build import build_wheel; "
        "os.chdir(sys.argv[1]); print(build_wheel(sys.argv[2]))"
    )
    subprocess.run([sys.executable, "-c", build, ROOT, folder], check=True, capture_output=True)  # noqa: S603
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def test_the_wheel_holds_the_code_the_cards_the_facts_and_the_licences(wheel: zipfile.ZipFile) -> None:
    shipped = set(wheel.namelist())
    code = {path.relative_to(ROOT).as_posix() for path in MODULES}
    rules = {
        f"promptlint/rules/{path.relative_to(ROOT / 'rules').as_posix()}"
        for path in (ROOT / "rules").rglob("*")
        if path.is_file()
    }
    schema = {"promptlint/report/schema/json-v1.schema.json"}
    licences = {name for name in shipped if ".dist-info/licenses/" in name}
    metadata = {name for name in shipped if ".dist-info/" in name} - licences
    assert shipped - metadata == code | rules | schema | licences | {"promptlint/py.typed"}
    assert {name.partition("/licenses/")[2] for name in licences} == {
        "LICENSE",
        "rules/facts/vocabulary/LICENSE",
    }


def test_a_wheel_alone_knows_every_rule(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path)
    listed = subprocess.run(
        [sys.executable, "-m", "promptlint", "rules"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert len(listed.splitlines()) == len(list((ROOT / "rules").glob("*.yaml")))


def test_the_version_is_said_once() -> None:
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dynamic"] == ["version"]


def test_the_hook_runs_one_process_over_every_kind_of_prompt_file() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert (hook["id"], hook["language"], hook["require_serial"]) == ("promptlint", "python", True)
    assert hook["entry"] == "promptlint check --force-exclude"
    files = re.compile(hook["files"])
    assert all(
        map(
            files.search,
            ("a.py", "b/c.ipynb", "p.md", "p.txt", "p.j2", "p.jinja", "p.jinja2", "p.yml", "p.json"),
        )
    )
    assert not any(map(files.search, ("a.js", "py", "a.pyc")))


# -- the README -------------------------------------------------------------------------------

README = ROOT / "README.md"

Section = Callable[[str, str, str], None]
"""Compares what stands between two lines of the README with a text."""


@pytest.fixture
def section(request: pytest.FixtureRequest) -> Section:
    """Assert that a section of the README is right; with ``--update-golden`` make it so."""

    def compare(first: str, last: str, text: str) -> None:
        head, _, rest = README.read_text(encoding="utf-8").partition(f"{first}\n")
        shown, _, tail = rest.partition(last)
        if request.config.getoption("--update-golden"):
            README.write_text(f"{head}{first}\n{text}{last}{tail}", encoding="utf-8")
            shown = text
        assert shown == text, "the README is behind; run pytest --update-golden and review"

    return compare


def printed(*arguments: str) -> str:
    command = [sys.executable, "-m", "promptlint", *arguments, "--color", "never"]
    ran = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)  # noqa: S603
    assert ran.returncode in (0, 1), ran.stderr
    return ran.stdout


def test_the_table_of_verdicts_in_the_readme_is_that_of_the_script(section: Section) -> None:
    command = [sys.executable, ROOT / "benchmarks" / "accuracy.py"]
    section("<!-- accuracy -->", "<!-- /accuracy -->", subprocess.check_output(command, text=True))  # noqa: S603


def test_each_verdict_is_on_a_package_of_the_list_and_on_a_rule() -> None:
    told = yaml.safe_load((ROOT / "benchmarks" / "verdicts.yaml").read_text(encoding="utf-8"))["findings"]
    listed = (ROOT / "benchmarks" / "packages.txt").read_text(encoding="utf-8").split()
    known = {name.replace("==", "-").replace("-", "_") for name in listed}
    assert {row["package"].replace("-", "_") for row in told} <= known
    assert {row["rule"] for row in told} <= set(Registry.of(rules_directory()).names)
    assert {row["verdict"] for row in told} <= {"true", "pedantic", "wrong"}


def test_the_table_of_rules_in_the_readme_is_that_of_the_cards(section: Section) -> None:
    registry = Registry.of(rules_directory())
    section("<!-- rules -->", "<!-- /rules -->", markdown_table(map(registry.card, registry.names)))


def test_the_reports_in_the_readme_are_what_the_example_prints(section: Section) -> None:
    section("$ promptlint examples/", "```", printed("examples/"))
    section("$ promptlint cost examples/desk.py", "```", printed("cost", "examples/desk.py"))
    section("$ promptlint show examples/desk.py", "```", printed("show", "examples/desk.py"))


def test_the_reports_on_a_changed_prompt_are_what_the_changed_example_prints(
    section: Section, tmp_path: Path
) -> None:
    """The commands are those of the README, word for word."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    for command in re.findall(r"^\$ (echo .*|promptlint freeze .*)$", README.read_text(), re.MULTILINE):
        script = command.replace("promptlint ", f"{sys.executable} -m promptlint ")
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        ran = subprocess.run(  # noqa: S602  it is in the README
            script, shell=True, cwd=tmp_path, env=environment, check=False, capture_output=True, text=True
        )
        assert ran.returncode == 1
        section(f"$ {command}", "```", ran.stdout)


def test_the_worked_example_in_the_readme_is_what_the_prices_say(section: Section) -> None:
    model = load_facts().models.find("claude-sonnet-4-6")
    assert model is not None
    assert model.price is not None
    rows = [
        "| hits | tokens not read | 5m: worth in fresh tokens | 1,000 calls | 1h: worth | 1,000 calls |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for percent in (0, 30, 70, 90):
        hits = percent / 100
        cells = [f"{percent} %", f"{1500 + 9000 * (1 - hits):,.0f}"]
        for ttl in ("5m", "1h"):
            prefix = spent(Interval(9000, 9000), model.price, ttl, Shares(hits, 1 - hits))
            cost = prefix + spent(Interval(1500, 1500), model.price, ttl, Shares(0.0, 0.0))
            worth = cost.low * 1_000_000 / model.price.input
            cells += [f"{worth:,.0f}", f"${cost.low * 1000:.2f}"]
        rows.append(f"| {' | '.join(cells)} |")
    section("<!-- worked -->", "<!-- /worked -->", "".join(f"{row}\n" for row in rows))


def test_the_keys_of_a_diagnostic_are_those_of_the_readme() -> None:
    _, _, rest = README.read_text(encoding="utf-8").partition("| key | what it holds |\n| --- | --- |\n")
    table, _, _ = rest.partition("\n\n")
    named = [key for row in table.splitlines() for key in re.findall(r"`(\w+)`", row.split("|")[1])]
    kinds: Any = json_v1.schema()["$defs"]
    assert sorted(named) == sorted(kinds["location"]["required"] + kinds["diagnostic"]["required"])


def test_the_configuration_in_the_readme_holds_as_it_is_pasted(tmp_path: Path) -> None:
    (block,) = re.findall(r"```toml\n(\[tool\.promptlint\]\n.*?)```", README.read_text("utf-8"), re.DOTALL)
    (tmp_path / "pyproject.toml").write_text(block)
    command = [sys.executable, "-m", "promptlint", str(tmp_path)]
    ran = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)  # noqa: S603
    assert (ran.returncode, ran.stderr) == (0, "")


def test_continuous_integration_runs_the_test_command_of_the_readme() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    command = script.strip().splitlines()[-1]
    assert command.endswith("/pytest")
    assert f"\n{command}\n" in README.read_text(encoding="utf-8")


def test_the_readme_sends_nobody_to_a_package_of_somebody_else() -> None:
    named = re.findall(r"pip install[^\n`]*", README.read_text(encoding="utf-8"))
    assert named
    assert not any(re.search(r"(^|\s)promptlint(\s|$)", each.removeprefix("pip install")) for each in named)


def test_the_folder_of_rules_holds_data_only() -> None:
    assert {path.suffix for path in (ROOT / "rules").rglob("*") if path.is_file()} <= {".yaml", ".json", ""}
