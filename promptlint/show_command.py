"""What does ``promptlint show`` do? It prints the requests that a place has part in."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from promptlint.card import load_phrases
from promptlint.errors import PromptlintError
from promptlint.facts import load_facts
from promptlint.program import Program
from promptlint.reading import read_program
from promptlint.report.color import Paint
from promptlint.report.coverage import trouble_line
from promptlint.report.place import place as at
from promptlint.request import Request
from promptlint.shipped import rules_directory
from promptlint.show import Atlas
from promptlint.source import Span
from promptlint.terminal import remark, terminal_width, wants_paint, write
from promptlint.tokens import Tokenizer
from promptlint.trace import places
from promptlint.whereabouts import Setup, start_of

__all__ = ["show"]


def show(place: str, setup: Setup, color: str) -> int:
    """Print the requests that a place has part in.

    Raises:
        PromptlintError: the user's mistake; the place has part in no request.

    """
    working = Path.cwd()
    target = _Target.of(place)
    config = setup.load(start_of((target.path,), working))
    discovery = setup.discovery([target.path], config, working)
    facts = load_facts(config.facts)
    reading = read_program(Program.on_disk(discovery, working), facts)
    for trouble in reading.troubles():
        if trouble.fatal:
            raise PromptlintError(f"{trouble.path}:{trouble.line or 1}: {trouble.message}")
        remark(trouble_line(trouble, Paint(enabled=False)))
    requests = target.among(reading.survey.requests, reading.program.shows)
    phrases, paint = load_phrases(rules_directory()), Paint(wants_paint(color))
    atlas = Atlas(facts, Tokenizer.shipped(facts.tokens), phrases, paint, terminal_width())
    write(atlas.draw(requests))
    return 0


@dataclass(frozen=True, slots=True)
class _Target:
    """A file, or a line of it, of which the requests are shown."""

    path: str
    cell: int | None = None
    line: int | None = None

    @classmethod
    def of(cls, place: str) -> _Target:
        """Read ``FILE``, ``FILE:LINE`` or ``FILE:CELL:LINE``; a column behind it is passed over."""
        if Path(place).exists():
            return cls(place)
        path, *numbers = re.split(r":(?=\d+(?::\d+)*:?$)|(?<=\d):(?=\d)", place.rstrip(":"))
        given = [int(number) for number in numbers]
        if path.endswith(".ipynb") and len(given) > 1:
            return cls(path, given[0], given[1])
        return cls(path, None, given[0] if given else None)

    def among(self, requests: Sequence[Request], shows: Callable[[str], bool]) -> Sequence[Request]:
        """The requests that are sent from there, or that something there is part of.

        Raises:
            PromptlintError: there are none.

        """
        found = [
            one for one in requests if any(shows(span.path) and self._covers(span) for span in places(one))
        ]
        if not found:
            raise PromptlintError(f"{self}: nothing here is part of a request; {_calls(requests)}")
        return found

    def _covers(self, span: Span) -> bool:
        if self.cell not in (None, span.cell):
            return False
        return self.line is None or span.line <= self.line <= span.end_line

    def __str__(self) -> str:
        """As it is given."""
        return ":".join(str(part) for part in (self.path, self.cell, self.line) if part is not None)


_NAMED_CALLS = 5


def _calls(requests: Sequence[Request]) -> str:
    """Where the calls of the project are."""
    spans = list(dict.fromkeys(one.site.span for one in requests))
    if not spans:
        return "no Messages API call is found in the project"
    rest = f" and {len(spans) - _NAMED_CALLS:,} more" if len(spans) > _NAMED_CALLS else ""
    return f"there are calls at {', '.join(map(at, spans[:_NAMED_CALLS]))}{rest}"
