from __future__ import annotations

import argparse
import sys

from promptbook import library
from promptbook.registry import PROMPTS
from promptbook.runner import run

__all__ = ["library", "main", "run"]


def main() -> None:
    parser = argparse.ArgumentParser(prog="promptbook")
    parser.add_argument("name", choices=sorted(PROMPTS))
    print(run(parser.parse_args().name, sys.stdin.read()))


if __name__ == "__main__":
    main()
