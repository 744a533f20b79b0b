"""One door for tests: small programs in, requests and diagnostics out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from promptlint.evaluate.interpreter import PythonInterpreter
from promptlint.evaluate.project import Project
from promptlint.evaluate.summary import Summaries
from promptlint.facts import Facts, load_facts
from promptlint.request import Request
from promptlint.survey import survey

__all__ = ["project_of", "requests"]


def project_of(files: Mapping[str, str], facts: Facts) -> Project:
    """A project whose files are given as text, by path."""
    python = [path for path in files if path.endswith((".py", ".ipynb"))]

    def read(path: str) -> bytes | None:
        text = files.get(path)
        return text.encode() if text is not None else None

    return Project(python, read, facts, PythonInterpreter(), Summaries())


def requests(files: Mapping[str, str]) -> Sequence[Request]:
    """Every request that the files send, by place and then by caller."""
    project = project_of(files, load_facts())
    return survey(project, list(project.paths)).requests
