"""What does an example of a card show? Files, the marks in them, and what the API will do.

Two marks may end a line: ``# error`` where the card's rule reports, ``# source`` where the label
of its source points. They are read here and are gone from the text that is linted, executed or
shown. An outcome says what the API does when the example runs twice; it is kept as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from promptlint.document import Node

__all__ = ["MAIN", "Example", "Kind", "Mark", "load_examples"]

MAIN = "main.py"
"""The file that is run; the others are imported or read by it."""


class Kind(StrEnum):
    """What an example shows."""

    BAD = "bad"
    """The rule reports at the marked lines, and no other rule at warning or above."""
    NOTE = "note"
    """As bad, and the rule reports no more than a note."""
    GOOD = "good"
    """No rule reports."""
    FIXED = "fixed"
    """What the fix of the bad one leaves; no rule reports."""

    @property
    def reports(self) -> bool:
        """Whether the rule speaks here, so that marks are expected."""
        return self in (Kind.BAD, Kind.NOTE)


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A marked line of one of the example's files, counted from 1."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Example:
    """One program of a card, and what is expected of the linter and of the API."""

    title: str
    kind: Kind
    files: Mapping[str, str]
    """Text by file name, preamble included, marks removed."""
    errors: frozenset[Mark]
    sources: frozenset[Mark]
    outcome: str
    """What the API does: ``miss(system_changed, time)``, ``read``, …; empty if not stated."""
    run: str
    """Statements that make one activation; empty: running the main file is one."""
    tokens: int | None
    """Tokens of the longest prefix, where the outcome depends on them."""
    place: str
    """Where it stands in its card: ``rules/small-prefix.yaml:37``."""
    hidden_lines: int
    """Lines of the preamble, which a reader of the example need not see."""

    @property
    def shown(self) -> Mapping[str, str]:
        """Text by file name as a reader sees it: without marks and preamble."""
        texts = dict(self.files)
        if self.hidden_lines:
            texts[MAIN] = "".join(texts[MAIN].splitlines(keepends=True)[self.hidden_lines :])
        return texts


_MARKS_AT_END = re.compile(r"(?:[ \t]*# (?:error|source))+$", re.MULTILINE)
_OUTCOME = re.compile(
    r"read|uncached|overrun|raced|warmed"
    r"|fresh\((?:tools|system|messages)\)"
    r"|miss\((?:(?:model|system|tools|messages)_changed|unavailable), (?:turn|time|process|user)\)"
    r"|raises\([A-Za-z_.]+\)"
    r"|(?:rejected|none)\(.+\)"
)


def load_examples(entry: Node, preamble: str) -> Iterator[Example]:
    """The examples of one entry of a card's list: usually a bad one and its good twin.

    Raises:
        PromptlintError: a key or an outcome is unknown, or marks stand where none belong.

    """
    fields = entry.fields(
        ("title",),
        (*Kind, "outcome", "good_outcome", "fixed_outcome", "run", "tokens"),
    )
    kinds = [kind for kind in Kind if kind.value in fields]
    if not kinds or {Kind.BAD, Kind.NOTE} <= set(kinds):
        raise entry.problem("an example is either `bad`, `note` or `good`", "give one of them, or a pair")
    outcomes = _outcomes(entry, fields, kinds)
    for kind in kinds:
        node = fields[kind.value]
        files, errors, sources = _read_files(node, preamble)
        if kind.reports != bool(errors):
            advice = "mark the lines that report" if kind.reports else "remove the marks"
            raise node.problem(f"`{kind}` and its `# error` marks do not agree", advice)
        yield Example(
            title=fields["title"].string(),
            kind=kind,
            files=files,
            errors=errors,
            sources=sources,
            outcome=outcomes.get(kind, ""),
            run=fields["run"].string() if "run" in fields else "",
            tokens=fields["tokens"].integer() if "tokens" in fields else None,
            place=f"{node.file}:{node.text_line}",
            hidden_lines=preamble.count("\n"),
        )


def _outcomes(entry: Node, fields: Mapping[str, Node], kinds: list[Kind]) -> dict[Kind, str]:
    keys = {kind: f"{kind}_outcome" for kind in kinds}
    keys[kinds[0]] = "outcome"
    outcomes: dict[Kind, str] = {}
    for key in ("outcome", "good_outcome", "fixed_outcome"):
        if key not in fields:
            continue
        kind = next((kind for kind, owner in keys.items() if owner == key), None)
        if kind is None:
            raise entry.problem(f"`{key}` speaks of an example that is not here", "remove it")
        value = fields[key].string()
        if not _OUTCOME.fullmatch(value):
            raise fields[key].problem(
                f"unknown outcome `{value}`",
                "write read, uncached, overrun, raced, warmed, fresh(tools|system|messages), "
                "miss(REASON, turn|time|process|user), rejected(PATTERN), raises(TYPE) or none(WHY)",
            )
        outcomes[kind] = value
    return outcomes


def _read_files(node: Node, preamble: str) -> tuple[dict[str, str], frozenset[Mark], frozenset[Mark]]:
    written = (
        {name: text.string() for name, text in node.items()} if node.is_mapping else {MAIN: node.string()}
    )
    if MAIN not in written:
        raise node.problem(f"no file is named `{MAIN}`", "name the file that is run so")
    written[MAIN] = preamble + written[MAIN]
    errors, sources = set[Mark](), set[Mark]()
    files: dict[str, str] = {}
    for name, text in written.items():
        if not name.endswith(".py"):
            files[name] = text
            continue
        files[name] = _MARKS_AT_END.sub("", text)
        for number, line in enumerate(text.splitlines(), start=1):
            if marks := _MARKS_AT_END.search(line):
                if "error" in marks[0]:
                    errors.add(Mark(name, number))
                if "source" in marks[0]:
                    sources.add(Mark(name, number))
    return files, frozenset(errors), frozenset(sources)
