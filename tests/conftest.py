"""What every test stands on: a clean environment, and golden files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from reality.execution import World

from promptlint.facts import load_facts

LARGEST_MINIMUM = 4_096
"""Tokens from which a model caches that the facts do not know."""
GOLDEN = Path(__file__).parent / "golden"

Golden = Callable[[str, str], None]
"""Compares a text with the golden file of that name."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write what the reports print now to tests/golden; review the difference like code",
    )
    parser.addoption(
        "--thorough",
        action="store_true",
        help="read the whole standard library and thousands of senseless modules; takes an hour",
    )


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees where it runs: not the terminal, not a CI service, not what other runs have kept."""
    monkeypatch.setenv("PROMPTLINT_NO_CACHE", "1")
    for name in list(os.environ):
        if name in {"CI", "NO_COLOR", "FORCE_COLOR", "COLUMNS"} or name.startswith("GITHUB_"):
            monkeypatch.delenv(name)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Assert that a text is the golden one; with ``--update-golden`` make it so."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.write_bytes(text.encode())
        assert text == path.read_bytes().decode(), f"{path} differs; run pytest --update-golden and review"

    return compare


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """The server and the interpreters in which programs are executed."""
    models = load_facts().models

    def minimum(model_id: str) -> int:
        model = models.find(model_id)
        return model.minimum if model else LARGEST_MINIMUM

    with World(minimum) as world:
        yield world
