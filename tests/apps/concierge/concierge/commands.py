from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from concierge.client import MODEL, get_client
from concierge.persona import GUIDE, MARK
from concierge.sessions import Session


def recap(session: Session, _: str) -> str:
    """What was agreed with the guest, for the desk."""
    header = f"It is {datetime.now():%H:%M}. Write down what was agreed with the guest, for the desk."  # error: timestamp-in-prefix
    reply = get_client().messages.create(
        model=MODEL,
        max_tokens=300,
        system=[{"type": "text", "text": header + "\n\n" + GUIDE, "cache_control": MARK}],
        messages=[{"role": "user", "content": session.transcript()}],
    )
    return reply.content[0].text


def translate(_: Session, text: str) -> str:
    reply = get_client().messages.create(
        model=MODEL,
        max_tokens=300,
        system="Translate into English. Give the translation and nothing else.",
        messages=[{"role": "user", "content": text}],
    )
    return reply.content[0].text


def forget(session: Session, _: str) -> str:
    session.messages.clear()
    return "Forgotten."


COMMANDS: dict[str, Callable[[Session, str], str]] = {
    "/recap": recap,
    "/translate": translate,
    "/forget": forget,
}


def run(session: Session, line: str) -> str:
    name, _, rest = line.partition(" ")
    command = COMMANDS.get(name)
    return command(session, rest) if command else f"There is no command {name}."
