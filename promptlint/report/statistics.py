"""How many findings of each rule?"""

from __future__ import annotations

from collections import Counter

from promptlint.diagnostic import Severity
from promptlint.report.color import Paint
from promptlint.report.concise import ink
from promptlint.report.coverage import ending
from promptlint.report.view import View
from promptlint.result import Result

__all__ = ["render"]


def render(result: Result, view: View) -> str:
    """One line per rule: count, worst severity, name; most frequent first, then the coverage."""
    paint = Paint(view.color)
    counts = Counter(diagnostic.rule for diagnostic in result.diagnostics)
    worst: dict[str, Severity] = {}
    for diagnostic in result.diagnostics:
        worst[diagnostic.rule] = max(diagnostic.severity, worst.get(diagnostic.rule, Severity.PEDANTIC))
    width = max((len(f"{count:,}") for count in counts.values()), default=0)
    rows = [
        f"{count:>{width},}  {paint(f'{worst[rule].word:<7}', ink(worst[rule]))}  {rule}"
        for rule, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]
    return "\n".join([*rows, *([""] if rows else []), *ending(result, paint), ""])
