from __future__ import annotations

import argparse
from collections.abc import Sequence

import anthropic

from mechanic import tools
from mechanic.conversation import Conversation
from mechanic.loop import Agent


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="mechanic")
    parser.add_argument("task")
    parser.add_argument("--read-only", action="store_true", help="offer only tools that change nothing")
    options = parser.parse_args(argv)
    offered = tools.registry.harmless() if options.read_only else tools.registry.everything()
    agent = Agent(anthropic.Anthropic(), offered, Conversation())
    print(agent.run(options.task))


if __name__ == "__main__":
    main()
