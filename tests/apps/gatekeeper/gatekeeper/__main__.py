"""Review the change of a pull request: git diff main... | python -m gatekeeper --title "Fix the roof" """

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from gatekeeper import diff
from gatekeeper.review import Reviewer


@dataclass(frozen=True)
class Options:
    labels: bool = False
    title: str = ""


def review(patches: Iterable[str], options: Options) -> list[str]:
    reviewer = Reviewer(labels=options.labels)
    return [reviewer.review_file(patch) for patch in patches]


def main() -> int:
    parser = argparse.ArgumentParser(prog="gatekeeper")
    parser.add_argument("--title", default="")
    parser.add_argument("--labels", action="store_true")
    given = parser.parse_args()
    options = Options(given.labels, given.title)
    reviewer = Reviewer(labels=options.labels)
    findings = review(diff.split(sys.stdin.read()), options)
    if options.title:
        findings.append(reviewer.check_title(options.title))
    print(reviewer.summarise(findings))
    return int(any("MUST" in finding for finding in findings))


if __name__ == "__main__":
    sys.exit(main())
