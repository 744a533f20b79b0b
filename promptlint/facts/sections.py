"""How are fact files read? Files hold sections, a section holds groups, a group holds facts.

Every file may hold any section; a later file adds to what an earlier one said.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from promptlint.document import Node, load
from promptlint.errors import PromptlintError
from promptlint.interval import Interval
from promptlint.variation import Cause, Kind, Topic

__all__ = ["SECTIONS", "Group", "Sections", "cause", "dotted_names", "interval", "read_sections"]

Group = dict[str, Node]

SECTIONS = (
    "sources",
    "names",
    "setup_objects",
    "clients",
    "request_functions",
    "wrappers",
    "chains",
    "foreign",
    "methods",
    "pass_through",
    "client_names",
    "request_shapes",
    "model_words",
    "records",
    "tool_decorators",
    "beta_places",
    "obsolete_betas",
    "words",
    "models",
    "id_additions",
    "generations",
    "framing",
    "token_bounds",
    "limits",
    "settings",
    "fan_outs",
    "handlers",
    "handler_functions",
    "request_classes",
    "injectors",
    "keeping",
    "caching",
    "responses",
    "usage_readers",
)
_PROVENANCE = ("about", "source", "as_of")


@dataclass(frozen=True, slots=True)
class Sections:
    """The groups of every section, in the order in which they were read."""

    by_name: Mapping[str, Sequence[Node]]

    def groups(
        self, section: str, required: Collection[str], optional: Collection[str] = ()
    ) -> Iterator[Group]:
        """The groups of a section by their keys; each may also say `about`, `source` and `as_of`."""
        for node in self.by_name.get(section, ()):
            yield node.fields(required, (*optional, *_PROVENANCE))

    def names(self, section: str) -> frozenset[str]:
        """All names of a section whose groups hold nothing but names."""
        return frozenset(
            name for group in self.groups(section, ("names",)) for name in group["names"].strings()
        )


def read_sections(paths: Sequence[Path]) -> Sections:
    """All sections of the files, in their order.

    Raises:
        PromptlintError: a file cannot be read or does not follow the schema.

    """
    found: dict[str, list[Node]] = {}
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            said = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise PromptlintError(f"{path}: cannot be read ({said}); check the path") from error
        for section, groups in load(str(path), text).fields(optional=SECTIONS).items():
            found.setdefault(section, []).extend(groups.elements())
    return Sections(found)


def cause(group: Group) -> Cause:
    """The cause that `kind`, `topic` and, for a clock, `period` describe."""
    kind = group["kind"].word(Kind)
    if "topic" not in group:
        raise group["kind"].problem("missing `topic`", "add it")
    topic = group["topic"].word(Topic)
    if (kind is Kind.CLOCK) != ("period" in group):
        raise group["kind"].problem("`period` belongs to a clock", "give it there and nowhere else")
    return Cause(kind, topic, group["period"].number() if "period" in group else 0.0)


_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*\.(?:[A-Za-z_]\w*|\*)")


def dotted_names(names: Node) -> tuple[str, ...]:
    """Names as they are imported, with their module: ``acme.clock.now``."""
    for node in names.elements():
        if not _DOTTED.fullmatch(node.string()):
            raise node.problem(
                f"`{node.string()}` is no dotted name",
                "write module and name without parentheses: `acme.clock.now`",
            )
    return names.strings()


def interval(node: Node) -> Interval:
    """``[low, high]``, or ``[low]`` where nothing bounds it."""
    low, *high = (element.integer() for element in node.elements()) if node.elements() else (0,)
    if len(high) > 1 or (high and high[0] < low):
        raise node.problem("expected `[low, high]` or `[low]`", "put the smaller number first")
    return Interval(low, high[0] if high else None)
