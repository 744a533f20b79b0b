"""Run once a night: python -m nightly.job reviews.csv"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from nightly import batches, prompts
from nightly.report import write_report

AT_ONCE = 1000


def label(reviews: Sequence[Mapping[str, str]], *, traced: bool) -> Counter[str]:
    counts: Counter[str] = Counter()
    for start in range(0, len(reviews), AT_ONCE):
        part = reviews[start : start + AT_ONCE]
        batch = batches.submit(prompts.label_system(traced=traced), [review["text"] for review in part])
        batches.wait(batch)
        for answer in batches.answers(batch):
            counts.update(answer.split(","))
    return counts


def main() -> None:
    with Path(sys.argv[1]).open(encoding="utf-8", newline="") as file:
        reviews = list(csv.DictReader(file))
    print(write_report(label(reviews, traced="--trace" in sys.argv)))


if __name__ == "__main__":
    main()
