"""How often is a finding true? Findings in published packages, each judged by two readers.

    python benchmarks/accuracy.py           # the table of the README, from benchmarks/verdicts.yaml
    python benchmarks/accuracy.py DIR       # run over the archives in DIR, and compare with the verdicts

The archives are those of benchmarks/packages.txt; nothing of them is installed or executed:

    pip download --no-deps -r benchmarks/packages.txt -d DIR
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from promptlint.registry import Registry
from promptlint.shipped import rules_directory

HERE = Path(__file__).parent
HEAD = "| rule | bad examples | good examples | findings read | true |\n| --- | ---: | ---: | ---: | ---: |"
ENOUGH = 30
"""Findings below which a share would say nothing."""


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """One finding in a published package."""

    package: str
    """With its version, as its archive is called."""
    path: str
    line: int
    rule: str
    severity: str


def main() -> None:
    """Print the table, or what a run finds next to the verdicts."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("archives", type=Path, nargs="?", help="a folder of wheels and source archives")
    archives = options.parse_args().archives
    if archives is None:
        print(table())
        return
    seen = sorted(found for archive in sorted(archives.iterdir()) for found in run(archive))
    known = verdicts()
    for found in seen:
        print(f"{known.get(found, 'NOT READ'):8} {found.package} {found.path}:{found.line} {found.rule}")
    for found in sorted(known.keys() - set(seen)):
        print(f"{'GONE':8} {found.package} {found.path}:{found.line} {found.rule}")


def verdicts() -> dict[Found, str]:
    """What the readers said of each finding: `true`, `pedantic` or `wrong`."""
    rows = yaml.safe_load((HERE / "verdicts.yaml").read_text(encoding="utf-8"))["findings"]
    return {
        Found(row["package"], row["path"], row["line"], row["rule"], row["severity"]): row["verdict"]
        for row in rows
    }


def table() -> str:
    """Per rule: its executed examples, the findings that were read, and how many of those are true."""
    registry = Registry.of(rules_directory())
    read = Counter(found.rule for found in verdicts())
    true = Counter(found.rule for found, verdict in verdicts().items() if verdict != "wrong")
    rows = [HEAD]
    for name in registry.names:
        reporting = [example.kind.reports for example in registry.card(name).examples]
        bad, good = reporting.count(True), reporting.count(False)
        rows.append(f"| `{name}` | {bad} | {good} | {read[name]} | {_share(true[name], read[name])} |")
    rows.append(f"| all | | | {read.total()} | {_share(true.total(), read.total())} |")
    return "\n".join(rows)


def _share(true: int, read: int) -> str:
    if not read:
        return ""
    return f"{true * 100 // read} %" if read >= ENOUGH else f"{true} of {read}"


def run(archive: Path) -> Iterator[Found]:
    """The findings in one archive."""
    with tempfile.TemporaryDirectory() as folder:
        kind = "zip" if archive.suffix in {".whl", ".zip"} else None
        shutil.unpack_archive(archive, folder, kind)
        name = "-".join(archive.name.removesuffix(".tar.gz").split("-")[:2])
        for row in _diagnostics(Path(folder)):
            severity = str(row["severity"])
            yield Found(name, str(row["path"]), int(row["line"]), str(row["rule"]), severity)


def _diagnostics(folder: Path) -> Sequence[dict[str, str]]:
    command = [
        sys.executable,
        "-m",
        "promptlint",
        ".",
        "--isolated",
        "--exit-zero",
        "--output-format",
        "json",
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    found: list[dict[str, str]] = json.loads(done.stdout)["diagnostics"]
    return found


if __name__ == "__main__":
    main()
