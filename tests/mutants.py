"""Would a defect of the evaluator be seen? Ten defects, each a small change of its source.

Run as a program (``python mutants.py COUNT``), this judges the first COUNT generated programs with
whatever promptlint is on the path, and prints the seed of the first that is foretold unsoundly.
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import promptlint

__all__ = ["MUTANTS", "Mutant", "first_unsound", "planted"]

PACKAGE = Path(promptlint.__file__).parent


@dataclass(frozen=True, slots=True)
class Mutant:
    """A defect: somewhere in the evaluator `old` is replaced by `new`."""

    name: str
    old: str
    """Source text that occurs exactly once in the files of the evaluator."""
    new: str


MUTANTS = (
    Mutant(
        "what += adds comes first",
        "binary(operator, current, added, place)",
        "binary(operator, added, current, place)",
    ),
    Mutant(
        "insert(0) appends",
        "elements = (new, *edited(elements, trimming.put_before(obj, place)))",
        "elements = (*edited(elements, trimming.put_before(obj, place)), new)",
    ),
    Mutant(
        "join drops the separator",
        "joint = self.separator if preceded else EMPTY",
        "joint = EMPTY",
    ),
    Mutant(
        "else does not run",
        "run(statement.orelse, no, evaluation)",
        "run([], no, evaluation)",
    ),
    Mutant(
        "a second name is a copy",
        "            state.bind(frame, name, hopped(value, HopKind.ASSIGNED, place.span, name))",
        "            from promptlint.evaluate.sequence import copied\n"
        "            state.bind(frame, name, copied(value, place))",
    ),
    Mutant(
        "a default beats the argument",
        "given = _argument(",
        "given = defaults.get(parameter.arg) or _argument(",
    ),
    Mutant(
        "replace ignores its count",
        "limit = count.value if isinstance(count, Const) and isinstance(count.value, int) else -1",
        "limit = -1",
    ),
    Mutant(
        "a slice of a list takes one too many",
        "    if values is not None:\n        return elements[start:stop]",
        "    if values is not None:\n        return elements[start and start - 1 : stop]",
    ),
    Mutant(
        "a loop runs once",
        "for position, element in enumerate(elements):",
        "for position, element in enumerate(elements[:1]):",
    ),
    Mutant(
        "update does not overwrite",
        "            entries[key] = entry\n",
        "            entries[key] = old or entry\n",
    ),
)


def planted(mutant: Mutant, target: Path) -> None:
    """Copy the package into `target` with the defect in it.

    Raises:
        ValueError: the text to be replaced is not there exactly once.

    """
    shutil.copytree(PACKAGE, target / "promptlint", ignore=shutil.ignore_patterns("__pycache__"))
    if not (PACKAGE / "rules").is_dir():
        (target / "rules").symlink_to(PACKAGE.parent / "rules")
    files = sorted((target / "promptlint" / "evaluate").glob("*.py"))
    sources = {path: path.read_text(encoding="utf-8") for path in files}
    places = [path for path, source in sources.items() for _ in range(source.count(mutant.old))]
    if len(places) != 1:
        raise ValueError(f"{mutant.name}: found {len(places)} times: {mutant.old}")
    places[0].write_text(sources[places[0]].replace(mutant.old, mutant.new), encoding="utf-8")


def first_unsound(count: int) -> int | None:
    """The first seed below `count` whose program is foretold unsoundly."""
    from programs import program  # noqa: PLC0415 - the test that plants defects judges nothing itself
    from verdict import foretell, judge  # noqa: PLC0415

    from promptlint.facts import load_facts  # noqa: PLC0415

    facts = load_facts()
    for seed in range(count):
        source = program(seed).source
        if judge(source, foretell(source, facts)).unsound is not None:
            return seed
    return None


if __name__ == "__main__":
    print(first_unsound(int(sys.argv[1])))  # noqa: T201 - its answer to the test
