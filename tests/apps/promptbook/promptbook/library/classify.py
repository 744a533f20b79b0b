from __future__ import annotations

import random

from promptbook.library.house import HOUSE_RULES
from promptbook.registry import prompt

CASES = ["pipe: water", "hail: storm", "soot: fire", "lock: theft", "pane: glass", "sewer: water"]


@prompt("classify", max_tokens=10)
def classify() -> str:
    shown = random.Random(11).sample(CASES, 4)
    return "\n".join([HOUSE_RULES, "Task: name the class of a case.", *shown])
