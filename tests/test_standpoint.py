"""Is the same found wherever the reader stands, and whatever lies above the project?"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from promptlint.cli import main
from promptlint.standpoint import Standpoint

BOOK = Path(__file__).parent / "apps" / "promptbook"


def found_in(path: str) -> list[tuple[str, str, str, int]]:
    """Rule, severity, file name and line of each finding."""
    invoked = CliRunner().invoke(main, [path, "--output-format", "json"], catch_exceptions=False)
    report = json.loads(invoked.stdout)
    assert report["coverage"]["call_sites"] == 1
    return sorted(
        (one["rule"], one["severity"], Path(one["path"]).name, one["line"]) for one in report["diagnostics"]
    )


@pytest.mark.parametrize("marker", ["setup.py", None])
@pytest.mark.parametrize("home", ["desk", "tests"])
@pytest.mark.parametrize(
    ("working", "path"),
    [
        ("home/book", "."),
        ("home/book", "promptbook"),
        ("home/book", "promptbook/runner.py"),
        ("home/book/promptbook", "."),
        ("home/book/promptbook", "runner.py"),
        ("home/book/promptbook/library", ".."),
        (".", "home/book"),
        ("home", "book/promptbook/runner.py"),
        ("elsewhere", "../home/book"),
    ],
)
def test_an_application_is_read_alike_from_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, working: str, path: str, home: str, marker: str | None
) -> None:
    book = tmp_path / home / "book"
    shutil.copytree(BOOK, book)
    (tmp_path / "elsewhere").mkdir()
    if marker is not None:
        (book / marker).touch()
    monkeypatch.chdir(book)
    expected = found_in(".")
    assert len(expected) == 3
    monkeypatch.chdir(tmp_path / working.replace("home", home))
    assert found_in(path.replace("home", home)) == expected


def test_an_application_below_the_tests_of_a_project_registers_its_prompts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "setup.py").touch()
    shutil.copytree(BOOK, tmp_path / "tests" / "apps" / "promptbook")
    monkeypatch.chdir(tmp_path)
    assert len(found_in("tests/apps/promptbook")) == 3


@pytest.mark.parametrize(
    ("base", "root", "shown", "inner"),
    [
        ("/p", "/p", "a/b.py", "a/b.py"),
        ("/p/a", "/p", "b.py", "a/b.py"),
        ("/p/a", "/p", "", "a"),
        ("/p/a", "/p", "/p/c.py", "c.py"),
        ("/p/a", "/p", "/p", ""),
        ("/p", "/p/a", "a/b.py", "b.py"),
        ("/p", "/p/a", "a", ""),
        ("/", "/p", "p/b.py", "b.py"),
        ("/q", "/p", "/p/b.py", "b.py"),
        ("/q", "/p", "/r/b.py", "/r/b.py"),
    ],
)
def test_paths_lead_from_the_reader_to_the_project_and_back(
    base: str, root: str, shown: str, inner: str
) -> None:
    standpoint = Standpoint(base, root)
    assert standpoint.inner(shown) == inner
    assert standpoint.shown(inner) == shown
