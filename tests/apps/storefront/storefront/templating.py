from __future__ import annotations

from pathlib import Path
from string import Template

FOLDER = Path(__file__).parent / "templates"


def render(name: str, **values: object) -> str:
    """Fill a template of this package; a value that is missing is an error."""
    template = Template((FOLDER / name).read_text(encoding="utf-8"))
    return template.substitute(**values)  # error: request-data-in-prefix  # error: timestamp-in-prefix
