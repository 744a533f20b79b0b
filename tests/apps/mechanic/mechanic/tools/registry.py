from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

HARMLESS = {"clock", "find_files", "grep", "list_files", "read_file"}


@dataclass(frozen=True)
class Tool:
    name: str
    description: str
    parameters: dict[str, str]
    run: Callable[..., str]

    def __call__(self, **arguments: Any) -> str:
        return self.run(**arguments)

    def definition(self) -> dict[str, Any]:
        properties = {name: {"type": "string", "description": text} for name, text in self.parameters.items()}
        schema = {"type": "object", "properties": properties, "required": list(self.parameters)}
        return {"name": self.name, "description": self.description, "input_schema": schema}


TOOLS: dict[str, Tool] = {}


def tool(**parameters: str) -> Callable[[Callable[..., str]], Callable[..., str]]:
    """Register a function as a tool; its docstring is what the model reads."""

    def register(function: Callable[..., str]) -> Callable[..., str]:
        description = inspect.getdoc(function) or ""
        TOOLS[function.__name__] = Tool(function.__name__, description, parameters, function)
        return function

    return register


def everything() -> list[Tool]:
    return [TOOLS[name] for name in sorted(TOOLS)]


def harmless() -> list[Tool]:
    """The tools that change nothing."""
    return [TOOLS[name] for name in HARMLESS]  # warning: unstable-order-in-prefix
