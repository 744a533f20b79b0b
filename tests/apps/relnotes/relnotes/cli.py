from __future__ import annotations

from collections.abc import Sequence

import click

from relnotes import git, prompts
from relnotes.llm import complete
from relnotes.settings import SETTINGS


def draft(titles: Sequence[str], style: str) -> str:
    listed = "\n".join(f"- {title}" for title in titles)
    return complete(prompts.draft(), f"{SETTINGS['repository']}, as {style}\n\n{listed}")


def polish(text: str) -> str:
    return complete(prompts.guide(), f"Polish these notes:\n\n{text}")


def tweet(text: str) -> str:
    instructions = f"{prompts.guide()}\n\nAnnounce a release in 280 characters, like these:\n{prompts.snippets()}"
    return complete(instructions, text)


@click.group()
def main() -> None:
    """Write release notes."""


@main.command()
@click.argument("since")
@click.option("--style", type=click.Choice(SETTINGS["formats"]), default="markdown")
def notes(since: str, style: str) -> None:
    """Draft the notes for the changes since a tag, and polish them."""
    click.echo(polish(draft(git.titles(since), style)))


@main.command()
@click.argument("since")
def announce(since: str) -> None:
    """Announce the release in a sentence or two."""
    click.echo(tweet("\n".join(git.titles(since))))
