"""What does ``promptlint test`` do? It says which examples of cards are not as they say."""

from __future__ import annotations

from pathlib import Path

from promptlint.config import Config
from promptlint.errors import FOUND, PromptlintError
from promptlint.exam import described, examine
from promptlint.facts import load_facts
from promptlint.registry import rule_names
from promptlint.report.color import Paint
from promptlint.report.place import counted
from promptlint.ruleset import Ruleset
from promptlint.shipped import rules_directory
from promptlint.terminal import wants_paint, write
from promptlint.whereabouts import registry_of

__all__ = ["test"]


def test(directory: str, color: str) -> int:
    """Print which examples of the cards in a folder are not as they say.

    Raises:
        PromptlintError: there are no cards, or one of them is not right.

    """
    folder = Path(directory)
    names = rule_names(folder)
    if not names:
        raise PromptlintError(f"{directory}: no cards here; give a folder that holds `RULE.yaml` files")
    shipped = rules_directory()
    own = () if folder.resolve() == shipped.resolve() else (folder,)
    registry = registry_of(Config(cards=own), Path.cwd())
    ruleset, facts = Ruleset.of(Config(), registry), load_facts()
    paint = Paint(wants_paint(color))
    examples = mishaps = 0
    for card in map(registry.card, names):
        examples += len(card.examples)
        for mishap in examine(card, ruleset, facts):
            mishaps += 1
            write("\n".join([*described(mishap, paint), "", ""]))
    said = f"{counted(len(names), 'card')}, {counted(examples, 'example')}"
    write(f"{said}: {counted(mishaps, 'mistake')}\n" if mishaps else f"{said}: all as they say\n")
    return FOUND if mishaps else 0
