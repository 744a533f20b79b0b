"""Which library values vary, and which names tell what a value is?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from promptlint.facts.sections import Sections, cause, dotted_names, interval
from promptlint.interval import Interval
from promptlint.variation import Cause

__all__ = ["Names", "SourceFact", "Sources", "read_names", "read_sources"]


class Ending(StrEnum):
    """Where the program ends: words of `evaluate.value.Reason` that a fact may use."""

    NETWORK = "network"
    DATABASE = "database"
    FILE = "file"
    INPUT = "input"


_ANY_SIZE = Interval(0, None)


@dataclass(frozen=True, slots=True)
class SourceFact:
    """What a library name yields: a value that varies, one that cannot be followed, or a stable one."""

    name: str
    """Dotted name as imported; ``numpy.random.*`` stands for everything below."""
    cause: Cause | None
    """How it varies; None where `reason` or `stable` says something else."""
    reason: str | None = None
    """An `evaluate.value.Reason` word where the program ends here: network, database, file, input."""
    stable: bool = False
    """The same arguments always give the same result."""
    type: str = ""
    """Python type of the result: str, int, float, datetime, date, time, uuid, …; empty if it differs."""
    size: Interval = _ANY_SIZE
    """Characters of ``str()`` of the result."""
    value: bool = False
    """The name itself is the value (``os.environ``); else the result of calling it."""
    seeded: bool = False
    """Draws from a module's one generator, which ``seed()`` sets for the whole process."""
    pure_from: int | None = None
    """Given this many arguments it is a function of them: ``time.gmtime(seconds)``."""
    source: str = ""
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class Sources:
    """Library names whose results vary."""

    by_name: Mapping[str, SourceFact]
    own: frozenset[str] = frozenset()
    """Names that the user's files declare: they hold for functions of the project too."""

    def find(self, name: str) -> SourceFact | None:
        """What is known of a dotted name: itself, else the nearest ``….*`` above it."""
        exact = self.by_name.get(name)
        while exact is None and "." in name:
            name = name.rpartition(".")[0]
            exact = self.by_name.get(f"{name}.*")
        return exact


_LAST_IDENTIFIER = re.compile(
    r"""(?: (?:^|\.) (?P<name>[A-Za-z_]\w*)                       # user_id, self.user_id
          | \[ \s* (?P<q>['"]) (?P<key>\w+) (?P=q) \s* \]           # state["user_id"]
          | \.get\( \s* (?P<p>['"]) (?P<got>\w+) (?P=p) [^()]* \)   # state.get("user_id", "")
        )$""",
    re.VERBOSE,
)
_HEAD = re.compile(r"(?:await )?(?:(?:self|cls)\.)?([A-Za-z_]\w*\.[A-Za-z_]\w*)(?=$|[.\[(])")
_OWNERS = re.compile(r"([A-Za-z_]\w*)(?=\.[A-Za-z_]|\[)")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Names:
    """Identifiers that tell what an otherwise unknown value is."""

    by_name: Mapping[str, Cause]
    setup: frozenset[str] = frozenset()
    """Objects that hold how a program is set up: what they name stays the same while it runs."""

    def find(self, expression: str) -> Cause | None:
        """What the last identifier of an expression tells: ``self.user_id``, ``state["user_id"]``.

        A call tells nothing, and neither does a constant's name in capitals, nor a field of an object
        that holds how a program is set up: ``config.user_name``. A name of two parts tells by the
        head of the expression: ``request.form["text"]``.
        """
        path = _HEAD.match(expression)
        if path is not None and path[1] in self.by_name:
            return self.by_name[path[1]]
        match = _LAST_IDENTIFIER.search(expression)
        if match is None:
            return None
        name = match["name"] or match["key"] or match["got"]
        if name.isupper() or not self.setup.isdisjoint(_plain(each) for each in _OWNERS.findall(expression)):
            return None
        return self.by_name.get(_plain(name))


def _plain(name: str) -> str:
    """An identifier in the one spelling that the facts use."""
    return _CAMEL.sub("_", name).lower().strip("_")


_SOURCE_KEYS = ("kind", "topic", "period", "reason", "stable", "type", "size", "value", "seeded", "pure_from")


def read_sources(sections: Sections, extra: Sections | None = None) -> Sources:
    """Section ``sources``; `extra` are the sections of the user's files alone."""
    found: dict[str, SourceFact] = {}
    for group in sections.groups("sources", ("names",), _SOURCE_KEYS):
        names = dotted_names(group["names"])
        ways = [key for key in ("kind", "reason", "stable") if key in group]
        if len(ways) != 1:
            raise group["names"].problem(
                "a source needs exactly one of `kind`, `reason`, `stable`", "say how its values vary"
            )
        reason = group["reason"].word(Ending) if "reason" in group else None
        for name in names:
            found[name] = SourceFact(
                name,
                cause(group) if "kind" in group else None,
                reason=None if reason is None else reason.value,
                stable="stable" in group and group["stable"].boolean(),
                type=group["type"].string() if "type" in group else "",
                size=interval(group["size"]) if "size" in group else _ANY_SIZE,
                value="value" in group and group["value"].boolean(),
                seeded="seeded" in group and group["seeded"].boolean(),
                pure_from=group["pure_from"].integer() if "pure_from" in group else None,
                source=group["source"].string() if "source" in group else "",
                as_of=group["as_of"].string() if "as_of" in group else "",
            )
    own = () if extra is None else read_sources(extra).by_name
    return Sources(found, frozenset(own))


def read_names(sections: Sections) -> Names:
    """Sections ``names`` and ``setup_objects``."""
    found: dict[str, Cause] = {}
    for group in sections.groups("names", ("names", "kind", "topic"), ("period",)):
        found |= dict.fromkeys(group["names"].strings(), cause(group))
    return Names(found, sections.names("setup_objects"))
