"""Where may a function of the project be called? Only where a file names it and its owner.

A name alone would have most files of a project searched. The owner of a function is the module that
defines it or hands it on; that of a method is its class, a class above or below it, and whatever makes
an object of it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from promptlint.evaluate.lineage import lineage
from promptlint.evaluate.project import Project
from promptlint.excerpt import Chain, excerpt

__all__ = ["mentions"]

MAX_NAMES = 8
"""Names under which a function is handed on, and owners of a method, that are looked for."""


def mentions(project: Project, path: str, chain: Chain) -> Iterator[tuple[str, str]]:
    """Files that may call the innermost definition, each with the name that it has there."""
    seen: set[tuple[str, str]] = set()
    for file, called in _spelled(project, path, chain):
        if (file, called) not in seen and (path in project.tests or file not in project.tests):
            seen.add((file, called))
            yield file, called


def _spelled(project: Project, path: str, chain: Chain) -> Iterator[tuple[str, str]]:
    name = _called_name(chain)
    holder = chain[-2] if len(chain) > 1 else None
    if isinstance(holder, ast.ClassDef):
        for owner in _owners(project, path, holder.name):
            yield from ((file, name) for file in project.mentioning(name, path, owner))
        yield from ((file, name) for file in _above(project, path, chain[:-1]))
    else:
        for called, home in _handed_on(project, path, name):
            yield from ((file, called) for file in project.mentioning(called, path, home))


def _called_name(chain: Chain) -> str:
    """The name that a call shows: of the class where calling the class runs it."""
    name = chain[-1].name
    holder = chain[-2] if len(chain) > 1 else None
    return holder.name if name in ("__init__", "__post_init__") and isinstance(holder, ast.ClassDef) else name


def _stem(path: str) -> str:
    """The last part of the name by which a module is imported."""
    return path.removesuffix("/__init__.py").removesuffix(".py").rpartition("/")[2]


# -- functions: under which names, and of which modules ------------------------------------------


def _handed_on(project: Project, path: str, name: str) -> Iterator[tuple[str, str]]:
    """A function's names with the modules that have it: its own, and those that re-export it."""
    waiting, known = [(name, path)], {(name, path)}
    while waiting:
        called, home = waiting.pop(0)
        yield called, _stem(home)
        for module, other in _exporters(project, called, home):
            if (other, module) not in known and len(known) < MAX_NAMES:
                known.add((other, module))
                waiting.append((other, module))


def _exporters(project: Project, name: str, home: str) -> Iterator[tuple[str, str]]:
    """Modules that import a name from `home`, and what it is called there."""
    importers = project.importers
    near = set(importers.of(_stem(home)))
    for path in importers.of(name):
        if path != home and (path in near or _is_beside(path, home)):
            alias = re.search(rf"\b{re.escape(name)}\s+as\s+(\w+)", project.read(path) or "")
            if alias is not None:
                yield path, alias[1]
            elif _is_imported(project, path):
                yield path, name
    for path in importers.of("*"):
        if path != home and path in near and _is_imported(project, path):
            yield path, name


def _is_beside(path: str, home: str) -> bool:
    """Whether a package's own file may import from `home` by dots alone."""
    return home.endswith("__init__.py") and path.startswith(home.removesuffix("__init__.py"))


def _is_imported(project: Project, path: str) -> bool:
    return any(other != path for other in project.importers.of(_stem(path)))


# -- methods: whose ------------------------------------------------------------------------------


def _owners(project: Project, path: str, holder: str) -> Iterator[str]:
    """What a file that calls a method must name: the class, its relatives, what makes its objects."""
    known = dict.fromkeys([holder, *project.hierarchy.relatives(path, holder)])
    for owner in tuple(known):
        known |= dict.fromkeys(_makers(project, path, owner))
    yield from list(known)[: MAX_NAMES + len(known) // 2]


def _above(project: Project, path: str, chain: Chain) -> Iterator[str]:
    """The files of the classes above one, whose methods may call those of the classes below."""
    cls = project.hierarchy.defined(path, chain, project)
    yield from () if cls is None else (each.module for each in lineage(cls) if each.module != path)


def _makers(project: Project, home: str, holder: str) -> Iterator[str]:
    """Other names of a class; functions that give its objects, and names that hold one."""
    for path in dict.fromkeys((home, *project.importers.of(holder))):
        text = project.read(path) or ""
        yield from re.findall(rf"\bimport\b[^\n]*\b{re.escape(holder)}\s+as\s+(\w+)", text)
        if path in project.tests or not re.search(rf"\b{re.escape(holder)}\(", text):
            continue
        source = project.source(path)
        seen = excerpt(source, {holder}) if source is not None else ()
        makes = {
            id(each.node): each.chain
            for each in seen
            if isinstance(each.node, ast.Call) and _last(each.node.func) == holder
        }
        for each in seen:
            match each.node:
                case ast.Assign(targets, value) if not each.chain and _holds(value, makes):
                    yield from (target.id for target in targets if isinstance(target, ast.Name))
                case ast.AnnAssign(ast.Name(target), _, ast.expr() as value) if not each.chain and _holds(
                    value, makes
                ):
                    yield target
                case _:
                    pass
        for around in makes.values():
            if around and not isinstance(around[-1], ast.ClassDef) and _gives(around[-1], makes):
                yield around[-1].name
            yield from (each.name for each in around[:-1] if isinstance(each, ast.ClassDef))


def _last(callee: ast.expr) -> str:
    match callee:
        case ast.Name(name) | ast.Attribute(_, name):
            return name
        case _:
            return ""


def _holds(value: ast.expr, makes: dict[int, Chain]) -> bool:
    return any(id(node) in makes for node in ast.walk(value))


def _gives(function: ast.FunctionDef | ast.AsyncFunctionDef, makes: dict[int, Chain]) -> bool:
    """Whether a function may give what it makes, itself or from where it has put it.

    What a method of the new object gives is something else.
    """
    kept = {
        ast.unparse(place)
        for node in ast.walk(function)
        if isinstance(node, ast.Assign | ast.AnnAssign)
        and node.value is not None
        and _holds(node.value, makes)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        for place in ast.walk(target)
        if isinstance(place, ast.Name | ast.Attribute | ast.Subscript)
    }
    given = [
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Return | ast.Yield) and node.value is not None
    ]
    return any(id(part) in makes or ast.unparse(part) in kept for value in given for part in _parts(value))


def _parts(value: ast.expr) -> Iterator[ast.expr]:
    """An expression and what may be in its value: not the object whose method or field is asked for."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        yield part
        match part:
            case ast.Call(ast.Attribute(), args, keywords) | ast.Call(ast.Name(), args, keywords):
                waiting += [*args, *(keyword.value for keyword in keywords)]
            case ast.Attribute():
                pass
            case _:
                waiting += [child for child in ast.iter_child_nodes(part) if isinstance(child, ast.expr)]
