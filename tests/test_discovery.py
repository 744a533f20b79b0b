"""Which files are read, which are reported, and what is told about the rest."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from promptlint import discovery
from promptlint.config import Config, Glob
from promptlint.diagnostic import Trouble
from promptlint.discovery import Discovery, PythonFile, discover, project_root, read_file
from promptlint.errors import PromptlintError


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a marker of its own, inside a folder that is nobody's project."""
    root = tmp_path / "project"
    root.mkdir()
    (root / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    return root


def plant(root: Path, *names: str, **contents: str) -> None:
    for name in (*names, *contents):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(contents.get(name, ""))


def seen(found: Discovery) -> list[str]:
    return [file.shown for file in found.files]


def lint(root: Path, *paths: str, config: Config | None = None, given: tuple[str, ...] = ()) -> Discovery:
    return discover(paths or ([] if given else ["."]), config or Config(), root, given=given)


# -- what is read ---------------------------------------------------------------------------


def test_python_files_and_notebooks_are_read_sorted(project: Path) -> None:
    plant(project, "b.py", "a/z.py", "a.py", "a/n.ipynb", "a/prompt.md", "a/c.pyc", "script")
    assert seen(lint(project)) == ["a.py", "a/n.ipynb", "a/z.py", "b.py"]
    assert lint(project).files[0] == PythonFile("a.py", str(project / "a.py"))


@pytest.mark.parametrize(
    "folder",
    [".git", ".venv", "venv", "node_modules", "build", "dist", "__pypackages__", "site-packages", ".tox"],
)
def test_folders_of_tools_are_left_out_at_any_depth(project: Path, folder: str) -> None:
    plant(project, "a.py", f"{folder}/b.py", f"src/{folder}/deep/c.py")
    assert seen(lint(project)) == ["a.py"]


def test_a_project_may_live_in_a_folder_called_build(tmp_path: Path) -> None:
    root = tmp_path / "build" / "app"
    plant(root, "setup.py", "src/a.py", "build/b.py")
    assert seen(lint(root)) == ["setup.py", "src/a.py"]


def test_exclude_replaces_the_defaults_and_extend_exclude_adds(project: Path) -> None:
    plant(project, "a.py", "build/b.py", "gen/c.py", "src/gen/d.py", "src/e_pb2.py")
    here = str(project)
    replaced = Config(exclude=(Glob("/gen", here),))
    assert seen(lint(project, config=replaced)) == ["a.py", "build/b.py", "src/e_pb2.py", "src/gen/d.py"]
    added = Config(extend_exclude=(Glob("gen/", here), Glob("*_pb2.py", here)))
    assert seen(lint(project, config=added)) == ["a.py"]


def test_a_later_pattern_may_bring_a_file_back(project: Path) -> None:
    plant(project, "a.py", "b.py", "build/c.py")
    here = str(project)
    config = Config(extend_exclude=(Glob("*.py", here), Glob("!a.py", here), Glob("!build", here)))
    assert seen(lint(project, config=config)) == ["a.py"]


# -- .gitignore -----------------------------------------------------------------------------


def test_gitignore_is_honoured_with_negation(project: Path) -> None:
    plant(project, "a.py", "gen_a.py", "gen_keep.py", "out/b.py", "src/out/c.py")
    (project / ".gitignore").write_text("# made\ngen_*.py\n!gen_keep.py\n/out/\n")
    assert seen(lint(project)) == ["a.py", "gen_keep.py", "src/out/c.py"]


def test_a_nested_gitignore_outweighs_the_one_above(project: Path) -> None:
    plant(project, "local.py", "pkg/local.py", "pkg/deep/local.py", "pkg/other.py")
    (project / ".gitignore").write_text("local.py\n")
    (project / "pkg" / ".gitignore").write_text("!local.py\n/other.py\n")
    assert seen(lint(project)) == ["pkg/deep/local.py", "pkg/local.py"]


def test_what_is_in_an_ignored_folder_cannot_come_back(project: Path) -> None:
    plant(project, "a.py", "out/b.py")
    (project / ".gitignore").write_text("out/\n!out/b.py\n")
    assert seen(lint(project)) == ["a.py"]


def test_a_folder_taken_back_below_counts_with_what_is_in_it(project: Path) -> None:
    plant(project, "a/keep/b.py", "a/drop/c.py", "d/e.py", "d/f.py")
    (project / ".gitignore").write_text("a/*\nd/**\n")
    (project / "a" / ".gitignore").write_text("!keep/\n")
    (project / "d" / ".gitignore").write_text("!e.py\n")
    assert seen(lint(project)) == ["a/keep/b.py", "d/e.py"]


def test_ignore_files_count_from_the_repositorys_root_down(tmp_path: Path) -> None:
    plant(tmp_path, ".git/HEAD", "mono/app/setup.py", "mono/app/x.py", "mono/app/y.py", "mono/app/z.py")
    (tmp_path / ".gitignore").write_text("x.py\n")
    (tmp_path / "mono" / ".gitignore").write_text("/app/y.py\n")
    (tmp_path / ".git" / "info").mkdir()
    (tmp_path / ".git" / "info" / "exclude").write_text("z.py\n")
    assert seen(lint(tmp_path / "mono" / "app")) == ["setup.py"]


def test_ignore_files_above_the_repository_say_nothing(tmp_path: Path) -> None:
    plant(tmp_path, "repo/.git/HEAD", "repo/a.py")
    (tmp_path / ".gitignore").write_text("*.py\n")
    assert seen(lint(tmp_path / "repo")) == ["a.py"]


def test_a_repository_inside_has_rules_of_its_own(project: Path) -> None:
    plant(project, ".git/HEAD", "a.py", "vendor/lib/.git/HEAD", "vendor/lib/a.py")
    (project / ".gitignore").write_text("a.py\n")
    assert seen(lint(project)) == ["vendor/lib/a.py"]


def test_a_broken_ignore_file_does_no_harm(project: Path) -> None:
    plant(project, "a.py", "b.py")
    (project / ".gitignore").write_bytes(b"\xff\xfe!\n!\nfoo\\\n[z\nb.py\n")
    assert seen(lint(project)) == ["a.py"]


_PATTERNS = (
    *("a", "b/", "/a", "*.py", "!x.py", "a/x.py", "**/b", "a/**", "!a/", "x*", "/b/a/", "*/x.py"),
    *("!b/y.py", "y.py", "a/*", "!a/b", "c.py ", "\\!x.py", "[xy].py", "b/**/x.py", "?.py", "# c", "!"),
)


@pytest.mark.skipif(shutil.which("git") is None, reason="asks git")
@pytest.mark.parametrize("seed", range(40))
def test_git_agrees_about_what_is_ignored(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(seed)  # noqa: S311 (reproducible)
    for folder in ("", "a", "b", "a/b", "b/a", "a/a", "b/b/a"):
        plant(tmp_path, *(f"{folder}/{name}".lstrip("/") for name in ("x.py", "y.py", "c.py", "!x.py")))
    for folder in ("", "a", "b/a"):
        lines = dice.choices(_PATTERNS, k=dice.randint(1, 5))
        (tmp_path / folder / ".gitignore").write_text("\n".join(lines) + "\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    git = ["git", "-C", str(tmp_path)]
    subprocess.run([*git, "init", "-q"], check=True)  # noqa: S603 (our own words)
    listed = subprocess.run(  # noqa: S603 (the same)
        [*git, "ls-files", "-o", "--exclude-standard", "-z"], check=True, capture_output=True, text=True
    )
    wanted = sorted(name for name in listed.stdout.split("\0") if name.endswith(".py"))
    assert seen(lint(tmp_path)) == wanted


# -- what is selected -----------------------------------------------------------------------


def test_a_folder_selects_and_the_whole_project_is_read(project: Path) -> None:
    plant(project, "a.py", "pkg/b.py", "package/c.py")
    found = lint(project, "pkg")
    assert found.root == str(project)
    assert seen(found) == ["a.py", "package/c.py", "pkg/b.py"]
    assert [file.shown for file in found.files if found.selection.shows(file.shown)] == ["pkg/b.py"]
    assert found.selection.shows("pkg/prompt.md")
    assert not found.selection.whole


@pytest.mark.parametrize("paths", [["."], [".."], ["a.py", "pkg"], ["pkg/../", "a.py"]])
def test_the_whole_project_may_be_selected_in_many_ways(project: Path, paths: list[str]) -> None:
    plant(project, "a.py", "pkg/b.py")
    assert discover(paths, Config(), project, project=project).selection.whole


def test_a_named_file_selects_itself(project: Path) -> None:
    plant(project, "a.py", "b.py")
    found = lint(project, "./a.py")
    assert found.selection.named == {"a.py"}
    assert [found.selection.shows(path) for path in ("a.py", "b.py")] == [True, False]


def test_a_named_file_is_read_even_if_excluded_or_ignored(project: Path) -> None:
    plant(project, "a.py", "build/b.py", "made.py")
    (project / ".gitignore").write_text("made.py\n")
    assert seen(lint(project, "build/b.py", "made.py")) == ["a.py", "build/b.py", "made.py"]


def test_force_exclude_holds_for_names_too(project: Path) -> None:
    plant(project, "a.py", "build/b.py", "build/deep/c.py")
    found = lint(project, "a.py", "build/b.py", "build/deep", config=Config(force_exclude=True))
    assert seen(found) == ["a.py"]
    assert not found.selection.shows("build/b.py")
    assert not found.selection.shows("build/deep/c.py")


def test_a_named_folder_overrules_what_hides_it_but_not_what_hides_parts_of_it(project: Path) -> None:
    plant(project, ".git/HEAD", "a.py", "build/b.py", "build/node_modules/c.py", "out/d.py", "out/e_pb2.py")
    (project / ".gitignore").write_text("out/\n")
    config = Config(
        exclude=(Glob("build", ""), Glob("node_modules", "")),
        extend_exclude=(Glob("*_pb2.py", str(project)),),
    )
    assert seen(lint(project, "build", "out", config=config)) == ["a.py", "build/b.py", "out/d.py"]


def test_a_named_file_that_is_not_python_only_selects(project: Path) -> None:
    plant(project, "a.py", "prompts/system.md")
    found = lint(project, "prompts/system.md")
    assert seen(found) == ["a.py"]
    assert found.selection.shows("prompts/system.md")


def test_a_named_script_without_a_suffix_is_known_by_its_first_line(project: Path) -> None:
    plant(project, "notes")
    (project / "run").write_text("#!/usr/bin/env python3\nx = 1\n")
    assert seen(lint(project, "run", "notes")) == ["run"]


def test_a_named_script_that_cannot_be_opened_only_selects(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(project, "run")

    def refuse(path: str, mode: str) -> None:
        raise PermissionError(13, "Permission denied", path, mode)

    monkeypatch.setattr(discovery, "open", refuse, raising=False)
    assert seen(lint(project, "run")) == []


def test_a_given_name_need_not_exist(project: Path) -> None:
    plant(project, "a.py")
    found = lint(project, given=("pkg/new.py",))
    assert seen(found) == ["a.py", "pkg/new.py"]
    assert found.selection.named == {"pkg/new.py"}


def test_paths_outside_the_working_directory_are_shown_whole(project: Path) -> None:
    plant(project, "a.py", "sub/b.py")
    found = discover([".."], Config(), project / "sub")
    assert seen(found) == sorted([str(project / "a.py"), "b.py"])
    assert all(found.selection.shows(path) for path in seen(found))


def test_two_walks_over_one_folder_find_each_file_once(project: Path) -> None:
    plant(project, "a.py", "pkg/b.py")
    assert seen(lint(project, ".", "pkg", "pkg/b.py")) == ["a.py", "pkg/b.py"]


# -- the project's root ---------------------------------------------------------------------


@pytest.mark.parametrize("marker", ["setup.py", "setup.cfg", "promptlint.toml", ".git"])
def test_the_nearest_marker_makes_the_root(project: Path, marker: str) -> None:
    plant(project, f"inner/{marker}", "inner/deep/a.py")
    assert project_root(str(project / "inner" / "deep")) == str(project / "inner")


@pytest.mark.parametrize(
    ("content", "is_root"),
    [
        ("[project]\nname = 'x'", True),
        ("[tool.promptlint]", True),
        ("[tool.poetry]\nname = 'x'", True),
        ("[build-system]", True),
        ("[tool.black]", False),
        ("", False),
        ("broken [", True),
    ],
)
def test_a_pyproject_makes_a_root_if_it_speaks_of_a_project(
    project: Path, content: str, *, is_root: bool
) -> None:
    plant(project, "inner/a.py")
    (project / "inner" / "pyproject.toml").write_text(content)
    assert (project_root(str(project / "inner")) == str(project / "inner")) is is_root


def test_the_project_may_be_given(project: Path) -> None:
    plant(project, "a.py", "pkg/setup.py", "pkg/b.py")
    assert seen(discover(["pkg/b.py"], Config(), project)) == ["pkg/b.py", "pkg/setup.py"]
    given = discover(["pkg/b.py"], Config(), project, project=Path())
    assert (given.root, seen(given)) == (str(project), ["a.py", "pkg/b.py", "pkg/setup.py"])


def test_a_loose_script_is_read_with_its_neighbours_only(tmp_path: Path) -> None:
    plant(tmp_path, "script.py", "beside.py", "deep/other.py")
    found = lint(tmp_path, "script.py")
    assert seen(found) == ["beside.py", "script.py"]
    assert not found.selection.whole


def test_a_loose_folder_is_its_own_project(tmp_path: Path) -> None:
    plant(tmp_path, "loose/a.py", "loose/deep/b.py", "else/c.py")
    found = lint(tmp_path, "loose")
    assert (found.root, seen(found)) == (str(tmp_path / "loose"), ["loose/a.py", "loose/deep/b.py"])
    assert found.selection.whole


def test_loose_folders_and_scripts_together(tmp_path: Path) -> None:
    plant(tmp_path, "one/a.py", "one/deep/b.py", "two/c.py", "two/deep/d.py", "three/e.py")
    assert seen(lint(tmp_path, "one/a.py", "one", "two/c.py")) == ["one/a.py", "one/deep/b.py", "two/c.py"]


PACKAGE = ("app/pkg/__init__.py", "app/pkg/sub/__init__.py", "app/pkg/sub/a.py", "app/pkg/data/b.py")


def test_a_file_in_a_package_is_read_with_the_whole_package(tmp_path: Path) -> None:
    plant(tmp_path, *PACKAGE, "app/main.py", "app/notes/c.py", "app/other/__init__.py", "app/other/d.py")
    around = ["main.py", "other/__init__.py", "other/d.py", *(path[4:] for path in PACKAGE)]
    found = lint(tmp_path / "app", "pkg/sub/a.py")
    assert (found.root, seen(found)) == (str(tmp_path / "app"), sorted(around))
    assert found.selection.named == {"pkg/sub/a.py"}
    assert not found.selection.whole


@pytest.mark.parametrize(
    ("working", "root"),
    [(".", "."), ("app", "app"), ("app/pkg", "app"), ("app/pkg/sub", "app"), ("b", "app")],
)
def test_packages_are_imported_from_the_working_directory_or_from_where_they_begin(
    tmp_path: Path, working: str, root: str
) -> None:
    plant(tmp_path, *PACKAGE, "app/pkg/sub/c.py", "b/d.py")
    for path in ("sub/a.py", "sub"):
        found = lint(tmp_path / working, str(tmp_path / "app/pkg" / path))
        assert found.root == os.path.normpath(tmp_path / root)
        assert {file.path for file in found.files} == {
            str(tmp_path / path) for path in (*PACKAGE, "app/pkg/sub/c.py")
        }


def test_no_paths_select_nothing(project: Path) -> None:
    plant(project, "a.py")
    found = discover([], Config(), project)
    assert not found.selection.shows("a.py")


# -- bad places -----------------------------------------------------------------------------


def test_a_missing_path_is_the_users_mistake(project: Path) -> None:
    with pytest.raises(PromptlintError, match=r"^gone\.py: no such file or directory; check the path$"):
        lint(project, "gone.py")


def test_links_to_folders_are_not_followed_so_a_loop_is_no_loop(project: Path) -> None:
    plant(project, "pkg/a.py")
    (project / "pkg" / "again").symlink_to(project, target_is_directory=True)
    found = lint(project)
    assert (seen(found), found.troubles) == (["pkg/a.py"], ())


def test_a_link_to_a_file_is_read_unless_the_file_is_met_anyway(project: Path, tmp_path: Path) -> None:
    plant(tmp_path, "shared.py", "template.txt")
    plant(project, "a.py", "pkg/notes.txt")
    (project / "b.py").symlink_to(project / "a.py")
    (project / "c.py").symlink_to(tmp_path / "shared.py")
    (project / "d.py").symlink_to(project / "pkg" / "notes.txt")
    (project / "e.py").symlink_to(project / "pkg")
    (project / ".#f.py").symlink_to("nobody@nowhere")
    found = lint(project)
    assert (seen(found), found.troubles) == (["a.py", "c.py", "d.py"], ())


def test_a_file_link_in_a_circle_is_told_and_the_rest_is_read(project: Path) -> None:
    plant(project, "a.py")
    (project / "loop.py").symlink_to("pool.py")
    (project / "pool.py").symlink_to("loop.py")
    found = lint(project)
    assert seen(found) == ["a.py"]
    assert [(trouble.path, trouble.kind) for trouble in found.troubles] == [
        ("loop.py", "unreadable"),
        ("pool.py", "unreadable"),
    ]
    assert found.troubles[0].message == "cannot be read: too many levels of symbolic links"
    with pytest.raises(PromptlintError, match="too many levels of symbolic links"):
        lint(project, "loop.py")


def test_a_link_given_by_name_is_followed(project: Path) -> None:
    plant(project, "pkg/a.py")
    (project / "alias").symlink_to(project / "pkg", target_is_directory=True)
    assert "alias/a.py" in seen(lint(project, "alias"))


@pytest.fixture
def locked(monkeypatch: pytest.MonkeyPatch) -> str:
    """A folder name that nobody may list, whoever runs the tests."""
    real = os.scandir

    def scandir(path: str) -> AbstractContextManager[Iterator[os.DirEntry[str]]]:
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    return "locked"


def test_a_folder_that_cannot_be_listed_is_told_and_the_rest_is_read(project: Path, locked: str) -> None:
    plant(project, "a.py", f"{locked}/b.py", "z/c.py")
    found = lint(project)
    assert seen(found) == ["a.py", "z/c.py"]
    assert found.troubles == (
        Trouble("locked", None, "unreadable", "cannot be read: permission denied", fatal=False),
    )


def test_it_is_fatal_only_for_a_folder_given_by_name(project: Path, locked: str) -> None:
    plant(project, "a.py", f"{locked}/b.py")
    assert [trouble.fatal for trouble in lint(project, locked).troubles] == [True]


def test_reading_a_file_gives_its_bytes_or_the_reason(project: Path) -> None:
    plant(project, **{"a.py": "x = 1\n"})
    assert read_file(PythonFile("a.py", str(project / "a.py"))) == b"x = 1\n"
    gone = read_file(PythonFile("gone.py", str(project / "gone.py")))
    assert gone == Trouble(
        "gone.py", None, "unreadable", "cannot be read: no such file or directory", fatal=False
    )
    assert isinstance(read_file(PythonFile("dir", str(project))), Trouble)
