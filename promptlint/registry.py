"""Which rules are there? Told by the names of their cards: one that nobody asks for costs nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from promptlint.card import Card, load_card
from promptlint.document import did_you_mean
from promptlint.errors import PromptlintError

__all__ = ["Registry", "rule_names"]


def rule_names(directory: Path) -> tuple[str, ...]:
    """The rules of a directory by its file names, sorted; no card is opened."""
    return tuple(sorted(path.stem for path in directory.glob("*.yaml")))


@dataclass(frozen=True, slots=True)
class Registry:
    """The rules of one or more directories by name. Loads a card each time it is asked for."""

    files: Mapping[str, Path]

    @classmethod
    def of(cls, *directories: Path) -> Registry:
        """The rules of these directories.

        Raises:
            PromptlintError: two directories have a rule of the same name.

        """
        files: dict[str, Path] = {}
        for directory in directories:
            for name in rule_names(directory):
                path = directory / f"{name}.yaml"
                if name in files:
                    raise PromptlintError(f"{path}: `{files[name]}` has the same name; rename one of the two")
                files[name] = path
        return cls(files)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name, sorted."""
        return tuple(sorted(self.files))

    def card(self, name: str) -> Card:
        """The card of a rule, by its own name.

        Raises:
            PromptlintError: the card is not right.

        """
        return load_card(self.files[name])

    def resolve(self, name: str) -> str:
        """The name of the rule that has this name or alias. Only an alias opens the cards.

        Raises:
            PromptlintError: no rule is named so.

        """
        if name in self.files:
            return name
        for known in self.names:
            if name in self.card(known).aliases:
                return known
        raise PromptlintError(f"unknown rule `{name}`; {did_you_mean(name, self.names)}")
