"""Trees of Python files to measure on: code that is installed here, and an application that calls."""

from __future__ import annotations

import sysconfig
from collections.abc import Iterator
from itertools import count
from pathlib import Path

__all__ = ["application", "installed", "mention"]

USUAL = range(400, 1200)
"""Lines of a module of an application."""

MODULE = '''\
"""Part {number} of the application."""

import anthropic

from app.prompts import RULES, greeting

client = anthropic.Anthropic()


class Desk{number}:
    def __init__(self, style):
        self.style = style
        self.blocks = [{{"type": "text", "text": RULES + style}}]
        self.blocks[-1]["cache_control"] = {{"type": "ephemeral"}}

    def request(self, question, history):
        messages = [*history, {{"role": "user", "content": greeting(question)}}]
        limits = {{"model": "claude-sonnet-4-6", "max_tokens": 500}}
        return {{**limits, "system": self.blocks, "messages": messages}}

    def answer(self, question, history=()):
        return client.messages.create(**self.request(question, history))


def main(question):
    return Desk{number}("Answer in {number} sentences.").answer(question)
'''
PROMPTS = '''\
"""What every request begins with."""

RULES = "[rules-v3]\\n" + "\\n".join(f"{n}. Quote the clause you rely on." for n in range(60))


def greeting(question):
    return f"A customer asks: {question}"
'''
MENTION = '''\


def _told(error: Exception) -> str:
    """What to say of an error of the SDK."""
    import anthropic

    return "try again" if isinstance(error, anthropic.RateLimitError) else str(error)
'''
"""What the other files that know the SDK do with it: they import it, and send nothing."""


def installed() -> Iterator[tuple[Path, str]]:
    """Every module that is installed here, below its package, and its text.

    The SDK itself is left out: an application does not contain it.
    """
    folder = Path(sysconfig.get_path("purelib"))
    for path in sorted(folder.rglob("*.py")):
        inside = path.relative_to(folder)
        if inside.parts[0] != "anthropic":
            yield inside, path.read_text(errors="replace")


def mention(text: str) -> str:
    """A module that knows the SDK, and calls nothing of it."""
    return text + MENTION


def application(folder: Path, calls: int) -> None:
    """Write an application that makes some calls; each module holds the code of a real one beside its own."""
    folder.mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "prompts.py").write_text(PROMPTS)
    usual = (text for _, text in installed() if text.count("\n") in USUAL)
    for number, text in zip(count(), usual, strict=False):
        if number == calls:
            break
        (folder / f"desk_{number}.py").write_text(f"{text}\n{MODULE.format(number=number)}")
