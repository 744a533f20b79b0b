"""What happens when a call fails? Handlers, retries and fallbacks on every path that leads to it."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from enum import IntEnum

from promptlint.evaluate.project import Project
from promptlint.mention import mentions
from promptlint.source import Source, Span
from promptlint.surroundings import call_at

__all__ = ["Guard", "guard_of"]

WORDS = ("retry", "retries", "fallback", "backoff", "failover", "suppress")
"""Parts of names that say that somebody thought of a failure."""
MAX_STEPS = 200
"""Calls that are looked at on the way outwards from one call site."""


class Guard(IntEnum):
    """What is known of a call's failure."""

    BARE = 0
    """Nothing on any path to it handles one."""
    UNKNOWN = 1
    """It is raised to callers that are not seen."""
    GUARDED = 2


def guard_of(project: Project, site: Span, unread: Collection[str]) -> Guard:
    """Whether a failure of the call at a place is handled; files `unread` are not searched for callers."""
    source = project.source(site.path)
    if source is None or any(word in source.text.lower() for word in WORDS):
        return Guard.UNKNOWN
    call = call_at(source, site)
    return Guard.UNKNOWN if call is None else _Search(project, unread).guard(call, source)


@dataclass(slots=True)
class _Search:
    project: Project
    unread: Collection[str]
    seen: set[int] = field(default_factory=set)

    def guard(self, call: ast.Call, source: Source) -> Guard:
        """The best that any path to a call offers: one handler shows that somebody thought of it."""
        self.seen.add(id(call))
        inner: ast.AST = call
        for outer in source.ancestry.outwards(call):
            if isinstance(outer, ast.Try | ast.TryStar) and outer.handlers and inner in outer.body:
                return Guard.GUARDED
            if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef):
                return self._called(outer, source)
            if isinstance(outer, ast.Lambda):
                return Guard.UNKNOWN
            inner = outer
        return Guard.BARE

    def _called(self, function: ast.FunctionDef | ast.AsyncFunctionDef, source: Source) -> Guard:
        if function.decorator_list or len(self.seen) > MAX_STEPS:
            return Guard.UNKNOWN
        return max(self._guards(function, source), default=Guard.UNKNOWN)

    def _guards(self, function: ast.FunctionDef | ast.AsyncFunctionDef, source: Source) -> Iterator[Guard]:
        for mention in mentions(self.project, function, source, self.unread):
            if mention.call is None:
                yield Guard.UNKNOWN
            elif id(mention.call) not in self.seen:
                yield self.guard(mention.call, mention.source)
