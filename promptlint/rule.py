"""What is a rule? A card that people read and a check that finds.

A check yields a `Finding`: places and values, no English. `dress` puts it into the words of the
card.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from promptlint.card import Card, Phrases
from promptlint.diagnostic import Confidence, Label, MissReason, Role, Severity
from promptlint.errors import PromptlintError
from promptlint.facts import Facts
from promptlint.interval import Interval
from promptlint.lock import Lock
from promptlint.request import Request
from promptlint.source import Span
from promptlint.tokens import Tokenizer
from promptlint.traffic import TrafficPlan
from promptlint.variation import DAY, HOUR, MINUTE, Cause, Kind

__all__ = [
    "Context",
    "Dressed",
    "Finding",
    "Place",
    "Rule",
    "Subject",
    "UnfilledError",
    "dress",
    "load_rule",
    "loss_word",
    "tokens_word",
    "variation_word",
]

# -- what a check yields --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a finding and the words that fill its sentence."""

    role: Role
    span: Span
    label: str = ""
    """Key of the sentence in the card's ``labels``; empty: the one named like the role."""
    values: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: places and values, no English."""

    at: Span
    """The primary place."""
    severity: Severity
    confidence: Confidence
    request: Request | None
    values: Mapping[str, str]
    """Fill the placeholders of the card's message."""
    places: tuple[Place, ...] = ()
    source: Span | None = None
    """Where the value was read; with `at` it makes the identity of the finding."""
    reason: MissReason | None = None
    tokens_lost: Interval | None = None
    lost_at: str = "call"
    """At which calls they are written again: a word of `loss_word`."""
    diff: tuple[str, ...] = ()
    """As `Diagnostic.diff`."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a check may ask beside its subject."""

    options: Mapping[str, object]
    """A value for each option of the rule's card."""
    facts: Facts
    tokenizer: Tokenizer
    traffic: TrafficPlan
    """How often calls are made, for rules about money."""
    lock: Lock | None = None
    """What the project has frozen; None if nothing."""


# -- the rules there are --------------------------------------------------------------------


class Subject(StrEnum):
    """What a check looks at, by the name of its function."""

    REQUEST = "check_request"
    """One request: ``(request, context)``."""
    PROJECT = "check_project"
    """All requests and headers of the project: ``(survey, context)``."""
    IGNORES = "check_ignores"
    """The ignore comments that silenced nothing: ``(unused, options)``."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A card and its check."""

    card: Card
    subject: Subject
    check: Callable[..., Iterable[Finding]] = field(repr=False)
    """Takes what its subject says."""


def load_rule(card: Card) -> Rule:
    """The rule of a card; imports its check.

    Raises:
        PromptlintError: the module cannot be imported, or does not hold exactly one check.

    """
    try:
        module = importlib.import_module(card.check)
    except ImportError as error:
        raise PromptlintError(
            f"{card.file}: `check: {card.check}` cannot be imported ({error}); mend the path"
        ) from error
    found = [subject for subject in Subject if callable(getattr(module, subject.value, None))]
    if len(found) != 1:
        names = ", ".join(f"`{subject}`" for subject in Subject)
        raise PromptlintError(
            f"{card.file}: `{card.check}` defines {len(found)} checks; define one of {names}"
        )
    return Rule(card, found[0], getattr(module, found[0].value))


# -- a finding in the words of its card -----------------------------------------------------


@dataclass(frozen=True, slots=True)
class Dressed:
    """What the reader is told: the message, a sentence at each place, the calls that lose tokens."""

    message: str
    labels: tuple[Label, ...]
    lost_at: str


class UnfilledError(Exception):
    """A card has a placeholder or a place that its check or its labels do not fill: our bug."""


def dress(card: Card, finding: Finding, phrases: Phrases) -> Dressed:
    """The finding in the words of its card.

    Raises:
        UnfilledError: a placeholder has no value, or a place has no sentence.

    """
    labels = []
    for place in finding.places:
        key = place.label or place.role.value
        sentence = card.labels.get(key, phrases.labels.get(key))
        if sentence is None:
            raise UnfilledError(f"{card.file}: no sentence for the place `{key}`")
        values = {**finding.values, **(place.values or {})}
        labels.append(Label(place.span, place.role, _filled(card, sentence, values, phrases)))
    lost_at = phrases.words.get("lost", {}).get(finding.lost_at, finding.lost_at)
    return Dressed(_filled(card, card.message, finding.values, phrases), tuple(labels), lost_at)


_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


def _filled(card: Card, sentence: str, values: Mapping[str, str], phrases: Phrases) -> str:
    def fill(placeholder: re.Match[str]) -> str:
        name = placeholder[1]
        if name not in values:
            raise UnfilledError(f"{card.file}: nothing fills `{{{name}}}` in `{sentence}`")
        words = card.words.get(name) or phrases.words.get(name, {})
        return words.get(values[name], values[name])

    return _PLACEHOLDER.sub(fill, sentence)


def tokens_word(tokens: Interval) -> str:
    """What fills ``{tokens}``: both bounds of an estimate, or the lower one and a plus."""
    if tokens.high is None:
        return f"{tokens.low:,}+"
    return f"{tokens.low:,}" if tokens.low == tokens.high else f"{tokens.low:,}\N{EN DASH}{tokens.high:,}"


def variation_word(cause: Cause) -> str:
    """What fills ``{varies}``: the kind of the cause, and for a clock how often it ticks."""
    if cause.kind is not Kind.CLOCK:
        return cause.kind.value
    for period, word in ((MINUTE, "second"), (HOUR, "minute"), (DAY, "hour")):
        if cause.period < period:
            return f"clock({word})"
    return "clock(day)"


def loss_word(cause: Cause) -> str:
    """At which calls a cause makes the cache miss: a clock that ticks between any two does at each."""
    return Kind.CALL.value if cause.kind is Kind.CLOCK and cause.period < 1 else variation_word(cause)
