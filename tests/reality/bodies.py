"""Request bodies of known size, for the tests of the server."""

from __future__ import annotations

from typing import Any

__all__ = [
    "FAST",
    "HOUR",
    "MARK",
    "MINIMUMS",
    "OPUS",
    "SONNET",
    "Body",
    "block",
    "request",
    "tool",
    "user",
    "words",
]

SONNET, OPUS, FAST = "claude-sonnet-4-6", "claude-opus-4-6", "claude-opus-5"
MINIMUMS = {SONNET: 1024, OPUS: 4096, FAST: 512}
MARK = {"type": "ephemeral"}
HOUR = {"type": "ephemeral", "ttl": "1h"}

Body = dict[str, Any]


def words(tokens: int, letter: str = "x") -> str:
    """A text that the server's plain counter takes for so many tokens."""
    return letter * (4 * tokens)


def block(tokens: int, marker: Body | None = None, letter: str = "x") -> Body:
    """A text block of so many tokens, marked if a marker is given."""
    marked = {"cache_control": marker} if marker else {}
    return {"type": "text", "text": words(tokens, letter), **marked}


def user(*content: Body | str) -> Body:
    """A user message: a string, or blocks."""
    return {"role": "user", "content": content[0] if isinstance(content[0], str) else list(content)}


def tool(name: str, tokens: int = 2000, **more: object) -> Body:
    """A tool of some more tokens than its description has."""
    return {"name": name, "description": words(tokens), "input_schema": {"type": "object"}, **more}


def request(**changes: object) -> Body:
    """A request with 2,000 marked tokens of system and 5 of a question; None takes a field out."""
    body = {
        "model": SONNET,
        "max_tokens": 16,
        "system": [block(2000, MARK)],
        "messages": [user(words(5))],
        **changes,
    }
    return {name: value for name, value in body.items() if value is not None}
