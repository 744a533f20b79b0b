"""Where does `identity-in-prefix` say that a block can be parted?"""

from __future__ import annotations

import pytest

from promptlint.diagnostic import Role
from promptlint.testing import check

PROGRAM = """
import anthropic

LONG = "Quote the clause you rely on. " * 900
SHORT = "Be brief. "


def answer(user_name, question):
    return anthropic.Anthropic().messages.create(
        model="claude-sonnet-4-6",
        max_tokens=9,
        system=[{system}],
        messages=[{{"role": "user", "content": question}}],
    )
"""
BLOCK = '{{"type": "text", "text": {}, "cache_control": {{"type": "ephemeral"}}}}'


@pytest.mark.parametrize(
    ("system", "said"),
    [
        (BLOCK.format("LONG + user_name"), ["end the block behind it"]),
        (BLOCK.format("user_name + LONG"), ["move it to the front"]),
        (BLOCK.format("SHORT + user_name + LONG"), ["move it to the front"]),
        ('{"type": "text", "text": LONG}, ' + BLOCK.format("SHORT + user_name"), []),
    ],
)
def test_the_constant_text_of_the_block_is_pointed_at(system: str, said: list[str]) -> None:
    (found,) = (
        one for one in check({"main.py": PROGRAM.format(system=system)}) if one.rule == "identity-in-prefix"
    )
    blocks = [label for label in found.labels if label.role is Role.BLOCK]
    assert len(blocks) == len(said)
    assert all(word in label.message for word, label in zip(said, blocks, strict=True))
    assert all(label.span.line == 4 for label in blocks)
