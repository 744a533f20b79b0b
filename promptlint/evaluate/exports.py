"""Which names does a module hand out that it does not hold by itself?"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from promptlint.evaluate.evaluation import Place
from promptlint.evaluate.sequence import elements_of, known
from promptlint.evaluate.value import External, Ref, Text, Tuple, Value
from promptlint.source import Source

__all__ = ["STAR", "Exports", "exported", "from_star", "told_exports"]

STAR = "*"
"""The variable that holds the last library of which a module takes every name."""


def exported(names: Iterable[str], listed: Value | None, place: Place) -> Sequence[str]:
    """What ``from module import *`` takes: what ``__all__`` lists, else every public name."""
    parts = known(elements_of(listed, place)) if isinstance(listed, Ref | Tuple) else None
    if parts is not None:
        return [part.constant for part in parts if isinstance(part, Text) and part.constant]
    return sorted(name for name in names if not name.startswith("_"))


def from_star(star: Value | None, name: str) -> External | None:
    """A name that nobody defines, where a star brought names of a library that nobody can see."""
    return External(f"{star.name}.{name}", name) if isinstance(star, External) else None


@dataclass(frozen=True, slots=True)
class Exports:
    """What a module hands out to a star."""

    names: tuple[str, ...]
    stars: tuple[ast.ImportFrom, ...]
    """Modules all of whose names it hands on."""


def told_exports(source: Source) -> Exports | None:
    """What the text of a module says that it hands out; None where only running it would tell."""
    bound: dict[str, None] = {}
    stars: list[ast.ImportFrom] = []
    listed: list[str] | None = None
    for part in _own(source.tree.body):
        match part:
            case ast.Assign([ast.Name("__all__")], ast.List(parts) | ast.Tuple(parts)) if listed is None:
                listed = [p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, str)]
                if len(listed) < len(parts):
                    return None
            case ast.Name("__all__" | "globals" | "vars") | ast.Delete():
                return None
            case ast.ImportFrom(_, [ast.alias("*")]):
                stars.append(part)
            case ast.Import(aliases) | ast.ImportFrom(_, aliases):
                bound |= dict.fromkeys(alias.asname or alias.name.partition(".")[0] for alias in aliases)
            case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name):
                bound[name] = None
            case ast.Name(name, ast.Store()):
                bound[name] = None
            case _:
                pass
    if listed is not None:
        return Exports(tuple(listed), ())
    return Exports(tuple(sorted(name for name in bound if not name.startswith("_"))), tuple(stars))


def _own(body: Sequence[ast.stmt]) -> Iterator[ast.AST]:
    """The nodes of a module that are run when it is imported, but for the list of its exports."""
    waiting: list[ast.AST] = [*reversed(body)]
    while waiting:
        part = waiting.pop()
        yield part
        match part:
            case (
                ast.Assign([ast.Name("__all__")])
                | ast.FunctionDef()
                | ast.AsyncFunctionDef()
                | ast.ClassDef()
                | ast.Lambda()
            ):
                pass
            case _:
                waiting.extend(reversed([*ast.iter_child_nodes(part)]))
