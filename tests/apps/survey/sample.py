from __future__ import annotations

import csv
import io

ROWS = """\
id,answer
1,It was late again.
2,"Clean, but too dear."
3,-
"""


def answers() -> list[str]:
    return [row["answer"] for row in csv.DictReader(io.StringIO(ROWS))]
