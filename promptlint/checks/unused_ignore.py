"""Does every ignore comment still silence something?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from promptlint.diagnostic import Confidence, Severity
from promptlint.ignore import Unused
from promptlint.rule import Finding

__all__ = ["check_ignores"]


def check_ignores(unused: Sequence[Unused], _options: Mapping[str, object]) -> Iterator[Finding]:
    """One finding for each thing that is wrong with a comment.

    Fills ``names`` and ``problem``: ``unused``, ``unknown`` (no rule has the name), ``bare`` (the
    name has no brackets) or ``malformed``. A comment for every rule fills ``names`` with ``every-rule``.
    """
    for each in unused:
        if each.entire:
            yield _finding(each, "unused", "every-rule")
        if each.names:
            yield _finding(each, "unused", _quoted(each.names))
        if each.unknown:
            yield _finding(each, "unknown", _quoted(each.unknown))
        if each.bracketed:
            yield _finding(each, "bare", _quoted([each.bracketed]))
        if each.ignore.malformed:
            yield _finding(each, "malformed", _quoted([each.ignore.malformed]))


def _finding(unused: Unused, problem: str, names: str) -> Finding:
    values = {"names": names, "problem": problem}
    return Finding(unused.ignore.at, Severity.NOTE, Confidence.HIGH, None, values)


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
