"""What does a response tell of tokens, and by which names?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from promptlint.facts.sections import Group, Sections

__all__ = ["Part", "PartFact", "Responses", "read_responses"]


class Part(StrEnum):
    """A response, what it comes in, and what it says of tokens."""

    MESSAGE = "message"
    STREAM = "stream"
    EVENT = "event"
    RUNNER = "runner"
    USAGE = "usage"
    INPUT = "input"
    """Tokens behind the last breakpoint: neither written to the cache nor read from it."""
    OUTPUT = "output"
    CACHED = "cached"
    """Tokens written to the cache or read from it."""

    @property
    def is_count(self) -> bool:
        """Whether it is a number of tokens."""
        return self in (Part.INPUT, Part.OUTPUT, Part.CACHED)


@dataclass(frozen=True, slots=True)
class PartFact:
    """What the attributes and methods of a part give."""

    leads: Mapping[str, Part]
    plain: frozenset[str]
    """Those that say nothing of tokens."""
    items: Part | None
    """What iterating over it gives."""


@dataclass(frozen=True, slots=True)
class Responses:
    """The parts of a response, and who reads its usage."""

    parts: Mapping[Part, PartFact]
    given: Mapping[str, Part]
    """Method of the client → what it returns."""
    classes: Mapping[str, Part]
    """Dotted class of the SDK → what its objects are."""
    readers: frozenset[str]
    """Names of fields and functions: code that holds one looks at what was cached."""
    recorders: frozenset[str]
    """Modules of libraries: code that imports one has what was cached looked at."""


_OPTIONAL = ("given_by", "classes", "leads", "plain", "items")


def read_responses(sections: Sections) -> Responses:
    """Sections ``responses`` and ``usage_readers``; a part that is given again replaces the earlier one."""
    parts: dict[Part, PartFact] = {}
    given: dict[str, Part] = {}
    classes: dict[str, Part] = {}
    for group in sections.groups("responses", ("part",), _OPTIONAL):
        part = group["part"].word(Part)
        parts[part] = _read_part(group)
        given |= dict.fromkeys(group["given_by"].strings() if "given_by" in group else (), part)
        classes |= dict.fromkeys(group["classes"].strings() if "classes" in group else (), part)
    counts = {name for fact in parts.values() for name, part in fact.leads.items() if part is Part.CACHED}
    names, modules = set(counts), set[str]()
    for group in sections.groups("usage_readers", (), ("names", "modules")):
        names.update(group["names"].strings() if "names" in group else ())
        modules.update(group["modules"].strings() if "modules" in group else ())
    return Responses(parts, given, classes, frozenset(names), frozenset(modules))


def _read_part(group: Group) -> PartFact:
    return PartFact(
        {name: part.word(Part) for name, part in group["leads"].items()} if "leads" in group else {},
        frozenset(group["plain"].strings() if "plain" in group else ()),
        group["items"].word(Part) if "items" in group else None,
    )
