"""What is a person told about a rule? A card: metadata, sentences, reasons, examples.

Cards are YAML and are loaded strictly: what a card does not know to mean is an error with
``file:line``. One card feeds the terminal, ``promptlint explain``, SARIF help and the tests.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import TypeVar

from promptlint.diagnostic import Confidence, Severity
from promptlint.document import Node, did_you_mean, load
from promptlint.errors import PromptlintError
from promptlint.example import Example, load_examples

__all__ = [
    "Card",
    "FixPromise",
    "Option",
    "OptionType",
    "OptionValue",
    "Phrases",
    "load_card",
    "load_phrases",
]

_Choice = TypeVar("_Choice", bound=IntEnum)


class FixPromise(StrEnum):
    """Whether a rule can mend what it finds."""

    NONE = "none"
    SAFE = "safe"
    UNSAFE = "unsafe"


class OptionType(StrEnum):
    """What the value of an option may be."""

    STRING = "string"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    STRINGS = "strings"
    PATTERN = "pattern"
    """A regular expression, as in the module ``re``."""


OptionValue = str | int | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """Something about a rule that a user may set."""

    name: str
    type: OptionType
    default: OptionValue
    description: str

    def read(self, value: object) -> OptionValue:
        """A value from the configuration.

        Raises:
            PromptlintError: it has the wrong type, or is no regular expression.

        """
        match self.type, value:
            case OptionType.BOOLEAN, bool():
                return value
            case OptionType.INTEGER, int() if not isinstance(value, bool):
                return value
            case OptionType.STRING, str():
                return value
            case OptionType.PATTERN, str():
                try:
                    re.compile(value)
                except re.error as error:
                    raise PromptlintError(
                        f"option `{self.name}`: `{value}` is no regular expression ({error}); mend it"
                    ) from error
                return value
            case OptionType.STRINGS, list() | tuple() if all(isinstance(item, str) for item in value):
                return tuple(str(item) for item in value)
        raise PromptlintError(f"option `{self.name}`: got `{value}`; give a value of type {self.type}")


@dataclass(frozen=True, slots=True)
class Card:
    """All that a person reads about a rule, and its examples."""

    name: str
    summary: str
    """One sentence: what the rule finds."""
    severity: Severity
    """Of a typical finding; each finding carries its own."""
    confidence: Confidence
    fix: FixPromise
    since: str
    aliases: tuple[str, ...]
    check: str
    """Import path of the module that holds the check."""
    message: str
    """One sentence with placeholders in braces."""
    labels: Mapping[str, str]
    """Sentence by role, or by the key that a `Place` names."""
    words: Mapping[str, Mapping[str, str]]
    """Placeholder → what a check fills in → what is read instead."""
    why: str
    instead: str
    fix_safety: str
    references: tuple[str, ...]
    options: tuple[Option, ...]
    examples: tuple[Example, ...]
    file: str
    """Where it stands, for messages: ``rules/small-prefix.yaml``."""

    def settings(self, given: Mapping[str, object]) -> Mapping[str, OptionValue]:
        """A value for each option: the one given, else its default.

        Raises:
            PromptlintError: an option is unknown or has a value of the wrong type.

        """
        known = {option.name: option for option in self.options}
        for name in given:
            if name not in known:
                advice = did_you_mean(name, known) if known else "remove it, this rule has none"
                raise PromptlintError(f"unknown option `{name}` of rule `{self.name}`; {advice}")
        return {
            name: option.read(given[name]) if name in given else option.default
            for name, option in known.items()
        }


_REQUIRED = (
    *("name", "summary", "severity", "confidence", "fix", "since", "check", "message"),
    *("labels", "why", "instead", "references", "examples"),
)
_OPTIONAL = ("aliases", "words", "fix_safety", "options", "preamble")


def load_card(path: Path) -> Card:
    """The card in a file.

    Raises:
        PromptlintError: it cannot be read, or says something that a card cannot say.

    """
    file = f"{path.parent.name}/{path.name}"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptlintError(f"{file}: the card cannot be read ({error}); mend or remove it") from error
    card = _read_card(load(file, text))
    if card.name != path.stem:
        raise PromptlintError(
            f"{file}:1: the card names itself `{card.name}`; use one name for card and file"
        )
    return card


def _read_card(node: Node) -> Card:
    fields = node.fields(_REQUIRED, _OPTIONAL)
    fix = fields["fix"].word(FixPromise)
    if (fix is FixPromise.UNSAFE) != ("fix_safety" in fields):
        raise fields["fix"].problem("`fix: unsafe` and `fix_safety` come together", "add or remove one")
    preamble = _optional_text(fields, "preamble")
    entries = fields["examples"].elements()
    return Card(
        name=fields["name"].string(),
        summary=fields["summary"].string(),
        severity=_member(fields["severity"], Severity),
        confidence=_member(fields["confidence"], Confidence),
        fix=fix,
        since=fields["since"].string(),
        aliases=fields["aliases"].strings() if "aliases" in fields else (),
        check=fields["check"].string(),
        message=fields["message"].string(),
        labels=_texts(fields["labels"]),
        words=_words(fields.get("words")),
        why=fields["why"].string().strip(),
        instead=fields["instead"].string().strip(),
        fix_safety=_optional_text(fields, "fix_safety").strip(),
        references=fields["references"].strings(),
        options=_options(fields.get("options")),
        examples=tuple(example for entry in entries for example in load_examples(entry, preamble)),
        file=node.file,
    )


def _optional_text(fields: Mapping[str, Node], key: str) -> str:
    return fields[key].string() if key in fields else ""


def _member(node: Node, family: type[_Choice]) -> _Choice:
    members = {member.name.lower(): member for member in family}
    value = node.string()
    if value not in members:
        raise node.problem(f"unknown word `{value}`", did_you_mean(value, members))
    return members[value]


def _texts(node: Node) -> Mapping[str, str]:
    return {key: value.string() for key, value in node.items()}


def _words(node: Node | None) -> Mapping[str, Mapping[str, str]]:
    return {key: _texts(value) for key, value in node.items()} if node else {}


def _options(node: Node | None) -> tuple[Option, ...]:
    return tuple(_option(name, value) for name, value in node.items()) if node else ()


def _option(name: str, node: Node) -> Option:
    fields = node.fields(("type", "default", "description"))
    kind, default = fields["type"].word(OptionType), fields["default"]
    value: OptionValue
    match kind:
        case OptionType.STRING | OptionType.PATTERN:
            value = default.string()
        case OptionType.INTEGER:
            value = default.integer()
        case OptionType.BOOLEAN:
            value = default.boolean()
        case OptionType.STRINGS:
            value = default.strings()
    option = Option(name, kind, value, fields["description"].string())
    try:
        option.read(value)
    except PromptlintError as error:
        raise PromptlintError(f"{default.file}:{default.line}: {error}") from error
    return option


# -- words that many cards share --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Phrases:
    """Words that many cards share."""

    labels: Mapping[str, str]
    """Sentence of a place whose card has none, by role or by kind of hop."""
    words: Mapping[str, Mapping[str, str]]
    """As `Card.words`."""


def load_phrases(directory: Path) -> Phrases:
    """The shared words of a directory of rules.

    Raises:
        PromptlintError: an unknown key or a wrong type.

    """
    path = directory / "words" / "shared.yaml"
    fields = load(f"words/{path.name}", path.read_text(encoding="utf-8")).fields(("labels", "words"))
    return Phrases(_texts(fields["labels"]), _words(fields["words"]))
