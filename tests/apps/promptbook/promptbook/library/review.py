from promptbook.library.house import HOUSE_RULES
from promptbook.registry import register

register(
    "review",
    HOUSE_RULES + "\nTask: review a change to a program. Name defects only, each with its line.",
    model="claude-opus-5",
)
