"""Reports: a result as text, one function per format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from promptlint.report import concise, full, github, json_v1, sarif, statistics
from promptlint.report.view import WIDTH, Lines, View
from promptlint.result import Result

__all__ = ["FORMATS", "WIDTH", "Lines", "Render", "View"]

Render = Callable[[Result, View], str]
"""A format: the whole text of a result, ending with a newline."""

FORMATS: Mapping[str, Render] = MappingProxyType(
    {
        "full": full.render,
        "concise": concise.render,
        "json": json_v1.render,
        "sarif": sarif.render,
        "github": github.render,
        "statistics": statistics.render,
    }
)
"""The values of ``--output-format``; ``statistics`` is what ``--statistics`` prints."""
