"""Seeded defects of the evaluator are all caught by the generated programs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from mutants import MUTANTS, Mutant, planted

PROGRAMS = 300
TESTS = Path(__file__).parent


def test_there_are_ten_defects() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) == 10


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_defect_is_caught(mutant: Mutant, tmp_path: Path) -> None:
    planted(mutant, tmp_path)
    run = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, str(TESTS / "mutants.py"), str(PROGRAMS)],
        env={**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONSAFEPATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip().isdecimal(), f"no program in {PROGRAMS} shows it"
