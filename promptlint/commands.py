"""What do the commands about rules and records do? Each gives back the exit code and prints."""

from __future__ import annotations

from pathlib import Path

from promptlint.cache import Cache
from promptlint.errors import PromptlintError
from promptlint.report import WIDTH, manual
from promptlint.report.place import counted
from promptlint.terminal import terminal_width, wants_paint, write
from promptlint.whereabouts import Setup, registry_of

__all__ = ["clean", "explain", "rules"]


def explain(rule: str, form: str, setup: Setup, color: str) -> int:
    """Print the page of a rule.

    Raises:
        PromptlintError: there is no such rule.

    """
    registry = registry_of(setup.load(Path.cwd()), Path.cwd())
    card = registry.card(registry.resolve(rule))
    match form:
        case "markdown":
            write(manual.markdown(card))
        case "json":
            write(manual.as_json(card))
        case _:
            write(manual.explain(card, width=min(terminal_width(), WIDTH), color=wants_paint(color)))
    return 0


def rules(form: str, setup: Setup, color: str) -> int:
    """Print the table of rules."""
    registry = registry_of(setup.load(Path.cwd()), Path.cwd())
    cards = [registry.card(name) for name in registry.names]
    match form:
        case "markdown":
            write(manual.markdown_table(cards))
        case _:
            write(manual.rules_table(cards, color=wants_paint(color)))
    return 0


def clean(cache_dir: str | None) -> int:
    """Remove the records of earlier runs.

    Raises:
        PromptlintError: there is no folder for them, or one cannot be removed.

    """
    cache = Cache.at(cache_dir)
    if cache is None:
        raise PromptlintError("the user's cache folder is not known; give it as `--cache-dir DIR`")
    write(f"removed {counted(cache.clear(), 'record')} from {cache.folder}\n")
    return 0
