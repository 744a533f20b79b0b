"""Which nodes of a tree stand where a word stands? The rest of a file is never walked.

A walk over every node costs more than parsing did. A search in the text is a hundred times faster,
and of a tree only the branches that reach the lines found are followed.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from promptlint.source import Source

__all__ = ["Chain", "Definition", "Excerpt", "Sighting", "excerpt", "reads"]

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Chain = tuple[Definition, ...]
"""The definitions around a node, outermost first."""


NO_READS = frozenset({"ctx", "op", "ops", "returns", "annotation", "type_comment"})
"""Fields below which nothing is read that a request could come from."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A node and the definitions around it; decorators, defaults and bases lie outside their own."""

    node: ast.AST
    chain: Chain


Excerpt = tuple[Sighting, ...]


def excerpt(source: Source, words: Collection[str]) -> Excerpt:
    """The nodes on whose lines one of some words stands, in no particular order.

    Every node that spells a word is among them, and every node around one.
    """
    lines = _lines(source.text, words)
    found: list[Sighting] = []
    waiting: list[tuple[ast.AST, Chain, bool]] = [(source.tree, (), True)] if lines else []
    while waiting:
        node, chain, placed = waiting.pop()
        found.append(Sighting(node, chain))
        # Before Python 3.12 the parts of an f-string do not know their lines.
        placed = placed and not isinstance(node, ast.JoinedStr)
        body = (*chain, node) if isinstance(node, Definition) else chain
        for name in node._fields:
            if name in NO_READS:
                continue
            child = getattr(node, name, None)
            around = body if name == "body" else chain
            waiting.extend(
                (each, around, placed)
                for each in (child if isinstance(child, list) else (child,))
                if isinstance(each, ast.AST) and (not placed or _reaches(each, lines))
            )
    return tuple(found)


def reads(seen: Excerpt, names: frozenset[str] | set[str]) -> Iterator[Sighting]:
    """The names and attributes of an excerpt that read one of some names."""
    for sighting in seen:
        match sighting.node:
            case ast.Name(name, ast.Load()) | ast.Attribute(_, name, ast.Load()) if name in names:
                yield sighting
            case _:
                pass


def _lines(text: str, words: Collection[str]) -> list[int]:
    """The lines on which one of some words stands, counted from 1, ascending."""
    found: list[int] = []
    line, seen = 1, 0
    for place in sorted(place for word in words for place in _places(text, word)):
        line += text.count("\n", seen, place)
        seen = place
        if not found or found[-1] != line:
            found.append(line)
    return found


def _places(text: str, word: str) -> Iterator[int]:
    """Where a word stands by itself. Several searches for one word each beat one search for all."""
    place = text.find(word)
    while place >= 0:
        end = place + len(word)
        if not (_is_letter(text[place - 1 : place]) or _is_letter(text[end : end + 1])):
            yield place
        place = text.find(word, end)


def _is_letter(character: str) -> bool:
    return character.isalnum() or character == "_"


def _reaches(node: ast.AST, lines: Sequence[int]) -> bool:
    """Whether a node covers one of some lines; one without a place may."""
    first = getattr(node, "lineno", None)
    if first is None:
        return True
    if isinstance(node, Definition) and node.decorator_list:
        first = node.decorator_list[0].lineno
    index = bisect_left(lines, first)
    return index < len(lines) and lines[index] <= node.end_lineno  # type: ignore[attr-defined]
