"""Does a version fit what a project requires?"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt, ne
from types import MappingProxyType

__all__ = ["Specifier", "SpecifierError"]

_Release = tuple[int, ...]
_CLAUSE = re.compile(r"\s*(~=|==|!=|<=|>=|<|>)\s*(\d+(?:\.\d+)*)\s*")
_COMPARE: Mapping[str, Callable[[_Release, _Release], bool]] = MappingProxyType(
    {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
)


class SpecifierError(ValueError):
    """The text is no version specifier; the message says in one line why."""


@dataclass(frozen=True, slots=True)
class Specifier:
    """Clauses that a version must all fulfil, such as ``>=0.1,<1``."""

    clauses: tuple[tuple[str, _Release], ...]

    @classmethod
    def of(cls, text: str) -> Specifier:
        """Read clauses between commas; a bare version means exactly that one.

        Raises:
            SpecifierError: a clause is not an operator and a release number.

        """
        clauses = []
        for clause in text.split(","):
            match = _CLAUSE.fullmatch(clause) or _CLAUSE.fullmatch(f"=={clause}")
            if match is None:
                raise SpecifierError(f"`{text}` is no version specifier")
            clauses.append((match[1], _release(match[2])))
        return cls(tuple(clauses))

    def allows(self, version: str) -> bool:
        """Whether the release number that `version` begins with fulfils every clause."""
        leading = re.match(r"\d+(?:\.\d+)*", version)
        release = _release(leading[0]) if leading else (0,)
        return all(_fulfils(release, operator, wanted) for operator, wanted in self.clauses)


def _release(text: str) -> _Release:
    return tuple(int(part) for part in text.split("."))


def _fulfils(release: _Release, operator: str, wanted: _Release) -> bool:
    """Missing parts count as zero; ``~= 1.4`` means at least 1.4 and still 1."""
    width = max(len(release), len(wanted))
    padded, limit = (each + (0,) * (width - len(each)) for each in (release, wanted))
    if operator == "~=":
        fixed = max(len(wanted) - 1, 1)
        return padded >= limit and padded[:fixed] == limit[:fixed]
    return _COMPARE[operator](padded, limit)
