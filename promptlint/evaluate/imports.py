"""Which file does an import name? Resolution over the files of a project, nothing is executed."""

from __future__ import annotations

import ast
import posixpath
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from promptlint.evaluate.layout import Layout
from promptlint.excerpt import excerpt
from promptlint.source import Source
from promptlint.standpoint import Standpoint

__all__ = ["Imports", "import_table"]

FAR = 100
"""A root that is neither above the importer nor declared there: found at a distance of folders."""


class Imports:
    """The Python files of a project by the names under which they can be imported.

    Asked and answered in paths as they are shown; inside, paths begin at the project's root.
    """

    def __init__(
        self,
        paths: Iterable[str],
        read: Callable[[str], str | None],
        standpoint: Standpoint,
    ) -> None:
        self._standpoint = standpoint
        self._paths = frozenset(map(self._standpoint.inner, paths))
        self._layout = Layout(lambda path: read(self._standpoint.shown(path)))

    @cached_property
    def _by_last(self) -> Mapping[str, tuple[str, ...]]:
        """Last component of a module's name → its files, shortest path first."""
        found: dict[str, list[str]] = {}
        for path in sorted(self._paths, key=lambda p: (p.count("/"), p)):
            stem = path.removesuffix(".py").removesuffix(".ipynb")
            name = posixpath.basename(posixpath.dirname(path) if stem.endswith("__init__") else stem)
            found.setdefault(name, []).append(path)
        return {name: tuple(files) for name, files in found.items()}

    @cached_property
    def _folders(self) -> frozenset[str]:
        """Every folder that holds Python files, at any depth."""
        found: set[str] = set()
        for path in self._paths:
            folder = posixpath.dirname(path)
            while folder not in found:
                found.add(folder)
                folder = posixpath.dirname(folder)
        return frozenset(found)

    def _shown(self, found: str | None) -> str | None:
        if found is None or not found.endswith("/"):
            return found if found is None else self._standpoint.shown(found)
        return f"{self._standpoint.shown(found.rstrip('/'))}/"

    def _is_package(self, folder: str) -> bool:
        return f"{folder}/__init__.py" in self._paths if folder else "__init__.py" in self._paths

    def absolute(self, name: str, importer: str) -> str | None:
        """The file of ``import name`` in `importer`, or a folder ending in ``/``; None: a library."""
        if name.partition(".")[0] in sys.stdlib_module_names:
            return None
        return self._shown(self._absolute(name, posixpath.dirname(self._standpoint.inner(importer))))

    def _absolute(self, name: str, home: str) -> str | None:
        relative = name.replace(".", "/")
        best: tuple[int, int, str] | None = None
        for path in self._by_last.get(name.rpartition(".")[2], ()):
            root = self._root(path, relative)
            if root is None or self._is_package(root):
                continue
            distance = self._distance(root, home)
            if distance is None:
                continue
            if distance >= FAR and path == f"{root}/{relative}.py" and not self._is_importable(root):
                continue  # a single module in a folder that is on nobody's path
            rank = (distance, len(path), path)
            best = rank if best is None else min(best, rank)
        if best is not None:
            return best[2]
        return self._namespace(relative, home)

    def _namespace(self, relative: str, home: str) -> str | None:
        candidates = sorted(f for f in self._folders if f == relative or f.endswith(f"/{relative}"))
        for folder in candidates:
            root = folder[: -len(relative)].rstrip("/")
            if (
                not self._is_package(root)
                and not self._is_package(folder)
                and self._distance(root, home) is not None
            ):
                return f"{folder}/"
        return None

    def _root(self, path: str, relative: str) -> str | None:
        """The folder from which `relative` leads to `path`."""
        for tail in (f"{relative}.py", f"{relative}/__init__.py"):
            if path == tail:
                return ""
            if path.endswith(f"/{tail}"):
                return path[: -len(tail) - 1]
        return None

    def _distance(self, root: str, home: str) -> int | None:
        """How far a possible import root is from the importing file; None: not on its path.

        The importer's folder and those above it, with what the distributions there declare and the
        usual ``src`` beside them; a root that holds packages elsewhere in the project counts last.
        """
        above = home
        steps = 0
        while True:
            usual = (f"{above}/src".lstrip("/"), f"{above}/lib".lstrip("/"))
            if root == above or root in usual or root in self._layout.declared(above):
                return steps
            parent = posixpath.dirname(above)
            if parent == above:
                break
            above = parent
            steps += 1
        return FAR + root.count("/")

    def _is_importable(self, root: str) -> bool:
        """Whether a distribution around a folder makes it a root."""
        above = root
        while True:
            if root in self._layout.declared(above):
                return True
            parent = posixpath.dirname(above)
            if parent == above:
                return False
            above = parent

    def dotted(self, path: str) -> str:
        """The name by which a module is imported from outside of its package."""
        path = self._standpoint.inner(path)
        stem = path.removesuffix(".py").removesuffix("/__init__")
        root = posixpath.dirname(stem if path.endswith("/__init__.py") else path)
        while root and self._is_package(root):
            root = posixpath.dirname(root)
        return stem[len(root) :].lstrip("/").replace("/", ".")

    def relative(self, level: int, name: str, importer: str) -> str | None:
        """The file of ``from ..name import`` in `importer`; a package without ``__init__`` ends in ``/``."""
        folder = posixpath.dirname(self._standpoint.inner(importer))
        for _ in range(level - 1):
            folder = posixpath.dirname(folder)
        target = posixpath.join(folder, *name.split(".")) if name else folder
        return self._shown(self._at(target))

    def _at(self, target: str) -> str | None:
        """The module at a path without its ending."""
        for candidate in (f"{target}.py", f"{target}/__init__.py" if target else "__init__.py"):
            if candidate in self._paths:
                return candidate
        return f"{target}/" if target in self._folders else None

    def child(self, module: str, name: str) -> str | None:
        """The submodule `name` of a package's file or folder."""
        if module.endswith("/"):
            folder = self._standpoint.inner(module.rstrip("/"))
        elif module.endswith("__init__.py"):
            folder = posixpath.dirname(self._standpoint.inner(module))
        else:
            return None
        return self._shown(self._at(posixpath.join(folder, name)))


def import_table(source: Source) -> Mapping[str, str]:
    """Every imported name of a file, also under ``TYPE_CHECKING``, with its dotted library name."""
    table: dict[str, str] = {}
    statements = [each.node for each in excerpt(source, {"import"})]
    imports = [node for node in statements if isinstance(node, ast.Import | ast.ImportFrom)]
    for node in sorted(imports, key=lambda node: (node.lineno, node.col_offset)):
        match node:
            case ast.Import(names):
                for alias in names:
                    if alias.asname:
                        table[alias.asname] = alias.name
                    else:
                        first = alias.name.partition(".")[0]
                        table[first] = first
            case ast.ImportFrom(module, names, 0) if module:
                for alias in names:
                    table[alias.asname or alias.name] = f"{module}.{alias.name}"
            case _:
                pass
    return table
