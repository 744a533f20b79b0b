from __future__ import annotations

import sys

from tutor import lessons
from tutor.client import make_client
from tutor.session import Lesson

TEMPLATES = {"plain": lessons.plain, "greeting": lessons.greeting}


def lesson(name: str) -> Lesson:
    return Lesson(make_client(), TEMPLATES[name]())


def answer(name: str, text: str) -> str:
    """One message of the pupil; the app on the tablet keeps nothing between two of them."""
    current = lesson(name)
    command, _, rest = text.partition(" ")
    match command:
        case "/quiz":
            return current.quiz(rest)
        case "/hint":
            return current.hint(rest)
        case _:
            return current.explain(text)


def main() -> None:
    name = sys.argv[1] if len(sys.argv) > 1 else "plain"
    while text := input("? "):
        print(answer(name, text))


if __name__ == "__main__":
    main()
