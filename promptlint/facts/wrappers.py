"""Which functions of a program are requests themselves? Users declare them; none are shipped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from promptlint.facts.sections import Sections, dotted_names

__all__ = ["ARGUMENTS", "WrapperFact", "read_wrappers"]

ARGUMENTS = ("system", "messages", "prompt", "tools", "model", "cache_control")
"""What a wrapper's parameters may be: arguments of the request; `prompt` is the text of its one message."""


@dataclass(frozen=True, slots=True)
class WrapperFact:
    """A function whose call is a request."""

    name: str
    """Dotted name, by the module that defines it."""
    positional: tuple[str, ...]
    """Its parameters that may be passed by position, in order, `self` left out."""
    arguments: Mapping[str, str]
    """Argument of the request → the parameter that holds it."""


def read_wrappers(sections: Sections) -> dict[str, WrapperFact]:
    """Section ``request_functions``, by dotted name."""
    found: dict[str, WrapperFact] = {}
    for group in sections.groups("request_functions", ("names",), ("positional", *ARGUMENTS)):
        positional = group["positional"].strings() if "positional" in group else ()
        given = {key: group[key] for key in ARGUMENTS if key in group}
        if "messages" not in given and "prompt" not in given:
            raise group["names"].problem(
                "a request needs `messages` or `prompt`", "name the parameter that holds them"
            )
        if "messages" in given and "prompt" in given:
            raise given["prompt"].problem("`messages` and `prompt` are given", "keep one of the two")
        arguments = {key: node.string() for key, node in given.items()}
        for name in dotted_names(group["names"]):
            found[name] = WrapperFact(name, positional, arguments)
    return found
