"""What is there to read about a rule? Its page, and the table of all rules.

The words are the card's. A page comes for the terminal, as Markdown and as JSON.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from promptlint.diagnostic import Confidence, Severity
from promptlint.report.color import Ink, Paint
from promptlint.report.jsontext import written

__all__ = [
    "ExampleText",
    "OptionText",
    "RuleText",
    "as_json",
    "explain",
    "markdown",
    "markdown_table",
    "rules_table",
]


class ExampleText(Protocol):
    """A program that shows a rule; marks and preamble are already gone from `shown`."""

    @property
    def title(self) -> str:
        """What it shows; a bad example and its good twin share it."""

    @property
    def kind(self) -> str:
        """``bad``, ``note``, ``good`` or ``fixed``."""

    @property
    def shown(self) -> Mapping[str, str]:
        """Text by file name."""


class OptionText(Protocol):
    """Something about a rule that a user may set."""

    @property
    def name(self) -> str:
        """Its key in the configuration."""

    @property
    def type(self) -> str:
        """What its value may be."""

    @property
    def default(self) -> str | int | bool | tuple[str, ...]:
        """Its value where none is given."""

    @property
    def description(self) -> str:
        """What it changes."""


class RuleText(Protocol):
    """What a card says to a reader."""

    @property
    def name(self) -> str:
        """The rule."""

    @property
    def aliases(self) -> Sequence[str]:
        """Its former names."""

    @property
    def summary(self) -> str:
        """One sentence."""

    @property
    def severity(self) -> Severity:
        """Of a typical finding."""

    @property
    def confidence(self) -> Confidence:
        """Of a typical finding."""

    @property
    def fix(self) -> str:
        """``none``, ``safe`` or ``unsafe``."""

    @property
    def since(self) -> str:
        """The version that brought it."""

    @property
    def why(self) -> str:
        """Paragraphs."""

    @property
    def instead(self) -> str:
        """Paragraphs."""

    @property
    def fix_safety(self) -> str:
        """What the fix may change; empty for a safe one."""

    @property
    def references(self) -> Sequence[str]:
        """Addresses."""

    @property
    def options(self) -> Sequence[OptionText]:
        """What may be set."""

    @property
    def examples(self) -> Sequence[ExampleText]:
        """Programs, bad ones and good ones."""


_MAIN = "main.py"
_INDENT = "  "
_BULLETS = ("- ", "* ")
_ITEM = re.compile(r"\n(?=[-*] )")
_VERBATIM = ("    ", "|", "```")


def explain(card: RuleText, *, width: int = 80, color: bool = False) -> str:
    """The page of a rule for the terminal; ends with a newline."""
    paint = Paint(color)
    rows = [paint(card.name, Ink.STRONG), *_wrapped(card.summary, width), "", *_wrapped(_facts(card), width)]
    for title, body in _sections(card):
        rows += ["", paint(title, Ink.STRONG), *_wrapped(body, width)]
    for heading, files in _pair(card):
        rows += ["", paint(heading, Ink.STRONG)]
        rows += [f"{_INDENT}{_INDENT}{line}".rstrip() for line in _listing(files).splitlines()]
    for title, items in _appendix(card):
        rows += ["", paint(title, Ink.STRONG), *(row for item in items for row in _wrapped(item, width))]
    return "\n".join(rows) + "\n"


def markdown(card: RuleText) -> str:
    """The page of a rule as Markdown; ends with a newline."""
    parts = [f"# {card.name}", card.summary, _facts(card)]
    parts += [f"## {title}\n\n{body}" for title, body in _sections(card)]
    parts += [f"## {heading}\n\n{_fenced(files)}" for heading, files in _pair(card)]
    for title, items in _appendix(card):
        parts.append(f"## {title}\n\n" + "\n".join(f"- {item}" for item in items))
    return "\n\n".join(parts) + "\n"


def as_json(card: RuleText) -> str:
    """The card as one JSON object; ends with a newline."""
    return written(
        {
            "name": card.name,
            "aliases": list(card.aliases),
            "summary": card.summary,
            "severity": card.severity.word,
            "confidence": card.confidence.word,
            "fix": str(card.fix),
            "since": card.since,
            "why": card.why,
            "instead": card.instead,
            "fix_safety": card.fix_safety,
            "references": list(card.references),
            "options": [
                {
                    "name": option.name,
                    "type": str(option.type),
                    "default": list(option.default) if isinstance(option.default, tuple) else option.default,
                    "description": option.description,
                }
                for option in card.options
            ],
            "examples": [
                {"title": example.title, "kind": str(example.kind), "files": dict(example.shown)}
                for example in card.examples
            ],
        }
    )


def rules_table(cards: Iterable[RuleText], *, color: bool = False) -> str:
    """Every rule in a line: name, severity, whether there is a fix if any has one, summary."""
    paint = Paint(color)
    known = list(cards)
    width = max((len(card.name) for card in known), default=0)
    inks = {"error": Ink.ERROR, "warning": Ink.WARNING, "note": Ink.NOTE}
    fixed = any(card.fix != "none" for card in known)
    rows = []
    for card in known:
        fix = "" if card.fix == "none" else f"{card.fix} fix"
        row = [
            paint(f"{card.name:<{width}}", Ink.STRONG),
            paint(f"{card.severity.word:<7}", inks[card.severity.word]),
            *([f"{fix:<10}"] if fixed else []),
            card.summary + (f" ({_UNASKED})" if card.severity is Severity.PEDANTIC else ""),
        ]
        rows.append("  ".join(row) + "\n")
    return "".join(rows)


_UNASKED = "only with --pedantic"
"""When the findings of a rule are shown that is of no use to most."""


def markdown_table(cards: Iterable[RuleText]) -> str:
    """The same table as Markdown."""
    known = list(cards)
    fixed = any(card.fix != "none" for card in known)
    rows = [["rule", "severity", "fix", "what it finds"], ["---"] * 4]
    for card in known:
        severity = card.severity.word
        if card.severity is Severity.PEDANTIC:
            severity += ", only with `--pedantic`"
        fix = "" if card.fix == "none" else card.fix
        rows.append([f"`{card.name}`", severity, fix, card.summary.replace("|", "\\|")])
    shown = rows if fixed else [[*row[:2], *row[3:]] for row in rows]
    return "".join(f"| {' | '.join(row)} |\n" for row in shown)


def _facts(card: RuleText) -> str:
    shown = f" ({_UNASKED})" if card.severity is Severity.PEDANTIC else ""
    facts = [f"Severity: {card.severity.word}{shown}", f"confidence: {card.confidence.word}"]
    facts += [f"fix: {card.fix}"] if card.fix != "none" else []
    facts.append(f"since {card.since}")
    if card.aliases:
        facts.append(f"also known as {', '.join(card.aliases)}")
    return ", ".join(facts) + "."


def _sections(card: RuleText) -> Iterator[tuple[str, str]]:
    yield "Why", card.why
    yield "Instead", card.instead
    if card.fix_safety:
        yield "Fix safety", card.fix_safety


def _pair(card: RuleText) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The first bad example, and its twin without the finding."""
    bad = next((one for one in card.examples if one.kind in {"bad", "note"}), None)
    if bad is None:
        return
    yield f"Reported: {bad.title}", bad.shown
    right = [one for one in card.examples if one.kind in {"good", "fixed"}]
    twin = next((one for one in right if one.title == bad.title), None)
    if twin is not None:
        yield "Right", twin.shown


def _appendix(card: RuleText) -> Iterator[tuple[str, list[str]]]:
    if card.options:
        yield "Options", [_option(option) for option in card.options]
    yield (
        "How to ignore it",
        [
            f"one finding: `# promptlint: ignore[{card.name}] reason`",
            f'everywhere: `ignore = ["{card.name}"]` in `[tool.promptlint]`',
        ],
    )
    if card.references:
        yield "Read more", list(card.references)


def _option(option: OptionText) -> str:
    default = list(option.default) if isinstance(option.default, tuple) else option.default
    shown = json.dumps(default, ensure_ascii=False)
    return f"`{option.name}` ({option.type}, default `{shown}`): {option.description}"


def _listing(files: Mapping[str, str]) -> str:
    if list(files) == [_MAIN]:
        return files[_MAIN].strip("\n")
    return "\n\n".join(f"# {name}\n{text.strip(chr(10))}" for name, text in files.items())


def _fenced(files: Mapping[str, str]) -> str:
    text = _listing(files)
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}python\n{text}\n{fence}"


def _wrapped(text: str, width: int) -> list[str]:
    """Paragraphs and list items filled to the width; tables and code stay as they are."""
    rows: list[str] = []
    for number, paragraph in enumerate(text.strip().split("\n\n")):
        rows += [""] if number else []
        if any(line.startswith(_VERBATIM) for line in paragraph.splitlines()):
            rows += [f"{_INDENT}{line}".rstrip() for line in paragraph.splitlines()]
            continue
        for item in _ITEM.split(paragraph):
            hanging = _INDENT if item.startswith(_BULLETS) else ""
            rows += textwrap.wrap(
                item,
                width,
                initial_indent=_INDENT,
                subsequent_indent=_INDENT + hanging,
                break_long_words=False,
                break_on_hyphens=False,
            )
    return rows
