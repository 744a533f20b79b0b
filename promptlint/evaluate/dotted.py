"""By which dotted names is it known what is called? Of libraries and of the project itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from promptlint.evaluate.lineage import lineage
from promptlint.evaluate.value import (
    Bound,
    Class,
    External,
    Function,
    Method,
    Param,
    Reason,
    Unknown,
    Value,
    path_of,
)

if TYPE_CHECKING:
    from promptlint.evaluate.project import Project

__all__ = ["dotted_callee"]


def dotted_callee(callee: Value, project: Project) -> Iterator[str]:
    """The names under which facts may speak of a callee: ``acme.llm.Gateway.ask``."""
    match callee:
        case External(name):
            yield name
        case Method(External(name), method):
            yield f"{name}.{method}"
        case Method(Param(annotation=annotation), method) if annotation:
            # Of a class of the project, the method itself is called beside what nobody knows.
            if project.module_named(annotation.rpartition(".")[0], "") is None:
                yield f"{annotation}.{method}"
        case Method(Unknown(Reason.LIBRARY) as owner, method):
            yield f"{path_of(owner)}.{method}".replace("()", "")
        case Unknown(Reason.LIBRARY):
            yield path_of(callee).replace("()", "")
        case Bound(Function() as function, owner):
            yield from dotted_callee(function, project)
            if isinstance(owner, Class):
                yield from (
                    f"{project.dotted(c.module)}.{c.qualname}.{_name(function)}" for c in lineage(owner)
                )
        case Function():
            yield f"{project.dotted(callee.module)}.{callee.qualname}"
        case _:
            pass


def _name(function: Function) -> str:
    return function.qualname.rpartition(".")[2]
