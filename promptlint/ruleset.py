"""Which rules run, and how did the user set them?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from promptlint.card import Card
from promptlint.config import Config, RuleSettings
from promptlint.diagnostic import Severity
from promptlint.errors import PromptlintError
from promptlint.registry import Registry
from promptlint.rule import Finding, Rule, load_rule
from promptlint.suppress import FileIgnores

__all__ = ["ActiveRule", "Ruleset"]


@dataclass(frozen=True, slots=True)
class ActiveRule:
    """A rule as it runs: with a value for each of its options."""

    rule: Rule
    options: Mapping[str, object]
    severity: Severity | None
    """Replaces that of its findings; None: each keeps its own."""
    asked: bool = False
    """Whether it was selected by its name."""

    @property
    def card(self) -> Card:
        """What a person reads about it."""
        return self.rule.card

    def weighed(self, finding: Finding) -> Finding:
        """The finding with the severity that the user wants.

        What is too uncertain to be shown unasked stays so, unless the whole rule is like that. Such a
        rule is asked for by its name.
        """
        pedantic = finding.severity is Severity.PEDANTIC
        if pedantic and self.card.severity is not Severity.PEDANTIC:
            return finding
        if self.severity is not None:
            return replace(finding, severity=self.severity)
        return replace(finding, severity=Severity.NOTE) if pedantic and self.asked else finding


@dataclass(frozen=True, slots=True)
class Ruleset:
    """The selected rules. What the user said about rules is checked here, before anything is read."""

    registry: Registry
    names: tuple[str, ...]
    """Of the rules that run, sorted."""
    settings: Mapping[str, RuleSettings]
    file_ignores: FileIgnores
    asked: frozenset[str] = frozenset()
    """Those that were selected by their names."""

    @classmethod
    def of(cls, config: Config, registry: Registry) -> Ruleset:
        """The rules of the registry that the configuration selects.

        Raises:
            PromptlintError: the configuration names a rule or an option that does not exist.

        """
        resolve = registry.resolve
        settings: dict[str, RuleSettings] = {}
        for given in config.rules:
            for name in given.rule.among((), resolve):
                merged = config.settings_of(name, resolve)
                if merged is not None:
                    settings[name] = merged
        for name, merged in settings.items():
            _options(registry.card(name), merged)
        selected = config.selected(registry.names, resolve)
        file_ignores = FileIgnores.of(config, registry.names, resolve)
        return cls(registry, tuple(sorted(selected)), settings, file_ignores, config.asked(resolve))

    def load(self) -> tuple[ActiveRule, ...]:
        """The rules that run, their cards read and their checks imported; by name.

        Raises:
            PromptlintError: a card is not right, or its check cannot be imported.

        """
        return tuple(self._active(name) for name in self.names)

    def options(self, name: str) -> Mapping[str, object]:
        """A value for each option of a rule, whether it runs or not.

        Raises:
            PromptlintError: its card is not right.

        """
        return self._set(self.registry.card(name))

    def _set(self, card: Card) -> Mapping[str, object]:
        given = self.settings.get(card.name)
        return card.settings({}) if given is None else _options(card, given)

    def _active(self, name: str) -> ActiveRule:
        card, given = self.registry.card(name), self.settings.get(name)
        severity = None if given is None else given.severity
        return ActiveRule(load_rule(card), self._set(card), severity, name in self.asked)


def _options(card: Card, given: RuleSettings) -> Mapping[str, object]:
    """A value for each option; a mistake is reported where the option is written."""
    for option, value in given.options.items():
        try:
            card.settings({option: value})
        except PromptlintError as error:
            raise PromptlintError(f"{given.places.get(option, given.rule.where)}: {error}") from error
    return card.settings(given.options)
