"""What does the SDK send for a function that is a tool? It reads docstring and annotations."""

from __future__ import annotations

import ast
import inspect
import json
import re
from collections.abc import Mapping

from promptlint.evaluate.evaluation import Place
from promptlint.evaluate.text import concat
from promptlint.evaluate.value import Function, Reason, Text, text

__all__ = ["function_tool"]

TYPES: Mapping[str, str] = {"str": "string", "int": "integer", "float": "number", "bool": "boolean"}


def function_tool(function: Function, place: Place) -> Text:
    """The tool as it is sent: name, description, schema; what we cannot tell of it is unknown."""
    node = function.node
    if isinstance(node, ast.Lambda):
        return Text((place.unknown(Reason.CONSTRUCT),))
    documentation = ast.get_docstring(node) or ""
    description, arguments = _described(documentation)
    properties: dict[str, object] = {}
    required: list[str] = []
    first_default = len(node.args.args) - len(node.args.defaults)
    for position, parameter in enumerate(node.args.args):
        kind = TYPES.get(ast.unparse(parameter.annotation)) if parameter.annotation is not None else None
        if kind is None:
            head = {"name": node.name, "description": description}
            opening = f'{_dumped(head)[:-1]},"input_schema":'
            return concat(
                text(opening, function.source.span(node)),
                Text((place.unknown(Reason.LIBRARY, "input_schema"),)),
                text("}"),
            )
        entry: dict[str, object] = {}
        if parameter.arg in arguments:
            entry["description"] = arguments[parameter.arg]
        entry |= {"title": parameter.arg.replace("_", " ").title(), "type": kind}
        properties[parameter.arg] = entry
        if position < first_default:
            required.append(parameter.arg)
    schema: dict[str, object] = {"additionalProperties": False, "properties": properties}
    if required:
        schema["required"] = required
    schema["type"] = "object"
    tool = {"name": node.name, "description": description, "input_schema": schema}
    return text(_dumped(tool), function.source.span(node))


def _dumped(record: Mapping[str, object]) -> str:
    """JSON as the SDK sends it."""
    return json.dumps(record, separators=(",", ":"), ensure_ascii=False)


def _described(documentation: str) -> tuple[str, dict[str, str]]:
    """The description and what is said of each argument, in the style of Google docstrings."""
    head, _, tail = inspect.cleandoc(documentation).partition("\nArgs:\n")
    arguments: dict[str, str] = {}
    for line in tail.splitlines():
        found = re.match(r"\s+(\w+)(?:\s*\([^)]*\))?:\s*(.*)", line)
        if found is None:
            continue
        arguments[found[1]] = found[2]
    return head.strip(), arguments
