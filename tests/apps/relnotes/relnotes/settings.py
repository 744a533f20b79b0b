from __future__ import annotations

from importlib import resources
from typing import Any

import yaml


def load() -> dict[str, Any]:
    text = resources.files("relnotes").joinpath("settings.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


SETTINGS = load()
