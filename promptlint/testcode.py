"""Is this file test code? What it sends, calls and registers says nothing about the program."""

from __future__ import annotations

__all__ = ["is_test"]

_FOLDERS = frozenset({"test", "tests"})


def is_test(path: str) -> bool:
    """Whether a file holds tests, by its name and its folders."""
    *folders, name = path.split("/")
    named = name.startswith(("test_", "conftest")) or name.endswith("_test.py")
    return named or not _FOLDERS.isdisjoint(folders)
