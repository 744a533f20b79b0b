from __future__ import annotations

import sys

from concierge.bot import Bot
from concierge.sessions import SessionStore


def build(*, personal: bool) -> Bot:
    return Bot(SessionStore(), personal=personal)


def main() -> None:
    bot = build(personal="--personal" in sys.argv)
    user_name = input("Your name: ").strip()
    while line := input("> ").strip():
        print(bot.handle(user_name, line))


if __name__ == "__main__":
    main()
