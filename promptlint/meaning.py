"""Which of the places that spell a function's name can mean it? What else they mean shows without a run.

Half of the places that spell a method's name mean another: that of the class around them (``self``,
``cls``, ``super()``), a function of a library's module, a variable of the same name.
"""

from __future__ import annotations

import ast

from promptlint.evaluate.imports import import_table
from promptlint.evaluate.project import Project
from promptlint.excerpt import Chain, Definition, Sighting, excerpt, reads
from promptlint.scope import Scope
from promptlint.source import Source

__all__ = ["meanings"]


def meanings(project: Project, target: Scope, source: Source, name: str) -> list[Sighting]:
    """The places outside of `target` in a file that may mean it by a name."""
    seen = excerpt(source, {name})
    variables = {each.chain for each in seen if _is_variable(each, name)}
    return [
        each
        for each in reads(seen, {name})
        if target.node not in each.chain and _may_mean(project, target, source, each, variables)
    ]


def _is_variable(sighting: Sighting, name: str) -> bool:
    """Whether a name is bound there for one function."""
    match sighting.node, sighting.chain:
        case ast.Name(bound, ast.Store()), (*_, ast.FunctionDef() | ast.AsyncFunctionDef()):
            return bound == name
        case _:
            return False


def _may_mean(
    project: Project, target: Scope, source: Source, sighting: Sighting, variables: set[Chain]
) -> bool:
    chain = sighting.chain
    match sighting.node:
        case ast.Name(name):
            shadowed = any(chain[:depth] in variables for depth in range(1, len(chain) + 1))
            return not shadowed and not _is_parameter(name, chain)
        case ast.Attribute(ast.Name(name)) if _is_library(project, source, name, chain):
            return False
        case ast.Attribute(receiver):
            own, holder = _own_class(receiver, chain), _class(target.chain)
            if own is None or holder is None:
                return True
            classes = project.hierarchy
            here = classes.defined(source.path, own, project)
            there = classes.defined(target.path, holder, project)
            return here is None or there is None or classes.overlaps(there, here, project)
        case _:
            return True


def _is_library(project: Project, source: Source, name: str, chain: Chain) -> bool:
    """Whether a name is a module of a library in the whole file."""
    library = project.syntax.ask(import_table, source).get(name, "")
    if not library or project.module_named(library, source.path) is not None:
        return False
    return "." not in library and not _is_parameter(name, chain)


def _is_parameter(name: str, chain: Chain) -> bool:
    return any(name in _parameters(node) for node in chain)


def _own_class(receiver: ast.expr, chain: Chain) -> Chain | None:
    """The class, with what is around it, whose method the receiver is the object of."""
    inside = [index for index, node in enumerate(chain[:-1]) if isinstance(node, ast.ClassDef)]
    if not inside:
        return None
    method = chain[inside[-1] + 1]
    match receiver:
        case ast.Call(ast.Name("super")):
            return chain[: inside[-1] + 1]
        case ast.Name(name) if _parameters(method)[:1] == [name] and not _is_static(method):
            return chain[: inside[-1] + 1]
        case _:
            return None


def _class(chain: Chain) -> Chain | None:
    """The class that a method is of."""
    return chain[:-1] if len(chain) > 1 and isinstance(chain[-2], ast.ClassDef) else None


def _parameters(node: Definition) -> list[str]:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return []
    given = node.args
    return [each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs)]


def _is_static(node: Definition) -> bool:
    marks = node.decorator_list if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else []
    return any(isinstance(mark, ast.Name) and mark.id == "staticmethod" for mark in marks)
