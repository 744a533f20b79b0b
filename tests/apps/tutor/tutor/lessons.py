from __future__ import annotations

from datetime import datetime

from tutor.builder import Block, PromptBuilder
from tutor.texts import METHOD, MISTAKES, PUPIL


def basics() -> PromptBuilder:
    return PromptBuilder().section("Method", *METHOD).section("Mistakes that are often made", *MISTAKES)


def plain() -> list[Block]:
    return basics().section("The pupil", PUPIL).build()


def greeting() -> list[Block]:
    minute = datetime.now().strftime("%H:%M")
    builder = basics()
    builder.section("Now", f"It is {minute}. Greet accordingly.")  # error: timestamp-in-prefix
    return builder.section("The pupil", PUPIL).build()
