"""What do we know about the world? A typed view of ``rules/facts/*.yaml``.

Nothing here is about one program: library functions whose results vary, names that tell what a
value is, clients and methods of the SDK, models, token counts, decorators. A user's file has the
same sections; what it says is added, and replaces what was said of the same name before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from promptlint.facts.calls import Action, Calls, MethodFact, ObsoleteBeta, read_calls
from promptlint.facts.concurrency import FanOutKind, read_fan_outs
from promptlint.facts.decorators import Decorators, HandlerFact, read_decorators
from promptlint.facts.limits import Limits, read_limits
from promptlint.facts.models import (
    Framing,
    LongPrice,
    Minimum,
    Model,
    Models,
    Price,
    TokenFacts,
    read_models,
    read_tokens,
)
from promptlint.facts.responses import Part, PartFact, Responses, read_responses
from promptlint.facts.sections import read_sections
from promptlint.facts.settings import Loss, SettingFact, read_settings
from promptlint.facts.sources import Names, SourceFact, Sources, read_names, read_sources
from promptlint.facts.wrappers import WrapperFact
from promptlint.shipped import rules_directory

__all__ = [
    "Action",
    "Calls",
    "Decorators",
    "Facts",
    "FanOutKind",
    "Framing",
    "HandlerFact",
    "Limits",
    "LongPrice",
    "Loss",
    "MethodFact",
    "Minimum",
    "Model",
    "Models",
    "Names",
    "ObsoleteBeta",
    "Part",
    "PartFact",
    "Price",
    "Responses",
    "SettingFact",
    "SourceFact",
    "Sources",
    "TokenFacts",
    "WrapperFact",
    "load_facts",
]


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything known about the world."""

    sources: Sources
    names: Names
    calls: Calls
    models: Models
    tokens: TokenFacts
    decorators: Decorators
    limits: Limits
    responses: Responses
    settings: Mapping[str, SettingFact]
    fan_outs: Mapping[str, FanOutKind]


def load_facts(extra: Sequence[Path] = ()) -> Facts:
    """The shipped facts, with those of the user's files added in their order.

    Raises:
        PromptlintError: a file cannot be read or does not follow the schema.

    """
    shipped = sorted((rules_directory() / "facts").glob("*.yaml"))
    sections = read_sections([*shipped, *extra])
    return Facts(
        sources=read_sources(sections, read_sections(extra)),
        names=read_names(sections),
        calls=read_calls(sections),
        models=read_models(sections),
        tokens=read_tokens(sections),
        decorators=read_decorators(sections),
        limits=read_limits(sections),
        responses=read_responses(sections),
        settings=read_settings(sections),
        fan_outs=read_fan_outs(sections),
    )
