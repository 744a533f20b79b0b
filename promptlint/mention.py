"""Where is a function named, and is it called there? Told by its name alone, over syntax."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from promptlint.evaluate.project import Project
from promptlint.excerpt import excerpt, reads
from promptlint.source import Source

__all__ = ["Mention", "mentions"]

MAX_FILES = 24
"""Files that are searched for a name; one that more of them hold tells nothing."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One place that may name a function."""

    source: Source
    call: ast.Call | None
    """The call, if it is called there; None: it is handed on, or nobody can tell."""
    sure: bool = False
    """Whether it is this function, not only one of the same name."""


def mentions(
    project: Project,
    function: ast.FunctionDef | ast.AsyncFunctionDef,
    home: Source,
    unread: Collection[str] = (),
) -> Iterator[Mention]:
    """Every place that may name a function of the file `home`; files `unread` are not searched."""
    name = function.name
    files = [path for path in project.mentioning(name, home.path, name) if path not in unread]
    if len(files) > MAX_FILES or name.startswith("__"):
        yield Mention(home, None)
        return
    method = any(isinstance(outer, ast.ClassDef) for outer in home.ancestry.outwards(function))
    for path in files:
        source = project.source(path)
        if source is None:
            continue
        for node in (sighting.node for sighting in reads(excerpt(source, {name}), {name})):
            parent = source.ancestry.above(node)
            if isinstance(parent, ast.Call) and parent.func is node:
                plain = isinstance(node, ast.Name)
                yield Mention(source, parent, plain or (method and path == home.path))
            else:
                yield Mention(source, None)
