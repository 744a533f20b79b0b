"""What is in tests/apps? Small applications, the defects planted in them, and what each run of them shows.

A mark ends a line of the source: ``# error: rule-name``, with the severity that the finding has
(``error``, ``warning``, ``note``). Exactly the marked lines report, exactly these rules, and nothing
else reports in the whole application, not even a note. A note about a text that is kept in a file
that is no Python is written down in ``app.yaml``. That file also lists every call site, how far it
can be reconstructed, and the runs that prove what is claimed: each mark is shown by a run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from promptlint.diagnostic import Diagnostic
from promptlint.document import Node, load
from promptlint.resolution import Resolution

__all__ = ["APPLICATIONS", "Application", "Call", "Mark", "Run"]

_FOLDER = Path(__file__).parent / "apps"
_STAND_INS = _FOLDER / "stand_ins"
_MARK = re.compile(r"  # (error|warning|note): ([a-z]+(?:-[a-z]+)*)")
_MARKS = re.compile(rf"(?:{_MARK.pattern})+$", re.MULTILINE)


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A finding: where it is, how bad, and by which rule."""

    file: str
    cell: int
    """Of a notebook, counted from 1 over all its cells; 0 outside notebooks."""
    line: int
    severity: str
    rule: str

    @classmethod
    def of(cls, found: Diagnostic) -> Mark:
        """The mark that would stand where the tool reports."""
        span = found.span
        return cls(span.path, span.cell or 0, span.line, found.severity.word, found.rule)

    def __str__(self) -> str:
        cell = f" cell {self.cell}" if self.cell else ""
        return f"{self.file}{cell}:{self.line} {self.severity}: {self.rule}"


@dataclass(frozen=True, slots=True)
class Run:
    """One activation, repeated by the harness, and what the API does."""

    title: str
    main: str
    run: str
    """Statements in the namespace of `main`; empty: the whole file is run."""
    outcome: str
    shows: str
    """The mark that it proves: its file and rule; empty: nothing is wrong here."""
    answers: tuple[str | dict[str, object], ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A call site, by file and function."""

    at: str
    coverage: Resolution
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Application:
    """A program of several files, as it lies in its folder, without the marks."""

    name: str
    files: Mapping[str, str]
    """What the tool reads."""
    executed: Mapping[str, str]
    """What is run: the same, notebooks as scripts, and stand-ins for frameworks that are not installed."""
    roots: tuple[str, ...]
    """Folders from which modules are imported."""
    marks: frozenset[Mark]
    calls: tuple[Call, ...]

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs of all its calls."""
        return tuple(run for call in self.calls for run in call.runs)


def _load(folder: Path) -> Application:
    declared = load(f"tests/apps/{folder.name}/app.yaml", (folder / "app.yaml").read_text(encoding="utf-8"))
    fields = declared.fields(("about", "calls"), ("stand_ins", "roots"))
    files: dict[str, str] = {}
    marks: set[Mark] = set()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name != "app.yaml":
            text = path.read_text(encoding="utf-8")
            marks.update(_marks(name, text))
            files[name] = _without_marks(name, text)
    executed = {name.replace(".ipynb", ".py"): _as_script(name, text) for name, text in files.items()}
    for stand_in in fields["stand_ins"].strings() if "stand_ins" in fields else ():
        executed[stand_in] = (_STAND_INS / stand_in).read_text(encoding="utf-8")
    roots = fields["roots"].strings() if "roots" in fields else ("",)
    calls = tuple(map(_call, fields["calls"].elements()))
    return Application(folder.name, files, executed, roots, frozenset(marks), calls)


def _marks(name: str, text: str) -> Iterator[Mark]:
    if name.endswith(".ipynb"):
        for number, cell in enumerate(json.loads(text)["cells"], start=1):
            yield from _marks_in(name, number, "".join(cell["source"]))
    elif name.endswith(".py"):
        yield from _marks_in(name, 0, text)


def _marks_in(name: str, cell: int, text: str) -> Iterator[Mark]:
    for marks in _MARKS.finditer(text):
        line = text.count("\n", 0, marks.start()) + 1
        yield from (Mark(name, cell, line, mark[1], mark[2]) for mark in _MARK.finditer(marks[0]))


def _without_marks(name: str, text: str) -> str:
    if name.endswith(".py"):
        return _MARKS.sub("", text)
    if not name.endswith(".ipynb"):
        return text
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        cell["source"] = _MARKS.sub("", "".join(cell["source"])).splitlines(keepends=True)
    return json.dumps(notebook, indent=1)


def _as_script(name: str, text: str) -> str:
    """A notebook as the script to which it is exported: its code cells in order, magics left out."""
    if not name.endswith(".ipynb"):
        return text
    cells = ("".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "code")
    return re.sub(r"^%.*$", "", "\n\n".join(cells), flags=re.MULTILINE)


def _call(entry: Node) -> Call:
    fields = entry.fields(("at", "coverage", "runs"))
    runs = tuple(map(_run, fields["runs"].elements()))
    return Call(fields["at"].string(), fields["coverage"].word(Resolution), runs)


def _run(entry: Node) -> Run:
    fields = entry.fields(("title", "main", "outcome"), ("run", "shows", "answers"))
    texts = {key: node.string() for key, node in fields.items() if key != "answers"}
    answers = fields["answers"].elements() if "answers" in fields else ()
    return Run(
        texts["title"],
        texts["main"],
        texts.get("run", ""),
        texts["outcome"],
        texts.get("shows", ""),
        tuple(map(_answer, answers)),
    )


def _answer(entry: Node) -> str | dict[str, object]:
    """A text, or the call of a tool."""
    if not entry.is_mapping:
        return entry.string()
    fields = entry.fields(("tool",), ("input",))
    given = {key: node.string() for key, node in fields["input"].items()} if "input" in fields else {}
    return {"tool": fields["tool"].string(), "input": given}


APPLICATIONS = tuple(_load(path.parent) for path in sorted(_FOLDER.glob("*/app.yaml")))
