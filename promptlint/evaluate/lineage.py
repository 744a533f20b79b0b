"""What does a class have from its bases, and of what kind is it?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from promptlint.evaluate.evaluation import Place
from promptlint.evaluate.store import Instance
from promptlint.evaluate.value import (
    Address,
    Class,
    Const,
    External,
    Function,
    Ref,
    Text,
    Unknown,
    Value,
    path_of,
    text,
)

__all__ = [
    "enum_member",
    "enum_members",
    "has_base",
    "is_named_tuple",
    "is_text_enum",
    "library_bases",
    "lineage",
    "member",
    "text_of_member",
]

ENUM_BASES = frozenset({"enum.Enum", "enum.StrEnum", "enum.IntEnum", "enum.Flag", "enum.IntFlag"})
TEXT_BASES = frozenset({"builtins.str", "enum.StrEnum"})


def lineage(cls: Class) -> Iterator[Class]:
    """The class and its bases in the project, depth first, each once."""
    seen: set[int] = set()
    waiting: list[Value] = [cls]
    while waiting:
        current = waiting.pop(0)
        if isinstance(current, Class) and id(current.node) not in seen:
            seen.add(id(current.node))
            yield current
            waiting = [*current.bases, *waiting]


def member(cls: Class, name: str, place: Place) -> Value | None:
    """A member found in a class or in its bases in the project; None if none has it."""
    for current in lineage(cls):
        value = place.state.variable(current.members, name)
        if value is not None:
            return value
    return None


def library_bases(cls: Class) -> frozenset[str]:
    """Dotted names of the bases that are not in the project."""
    return frozenset(base.name for c in lineage(cls) for base in c.bases if isinstance(base, External))


def has_base(cls: Class) -> bool:
    """Whether it may have members that are not seen: of a base that is not in the project."""
    return any(
        not isinstance(base, Class) and base != External("builtins.object")
        for c in lineage(cls)
        for base in c.bases
    )


def is_named_tuple(cls: Class) -> bool:
    """Whether its objects are tuples whose elements have names."""
    return "typing.NamedTuple" in library_bases(cls)


def is_text_enum(cls: Class) -> bool:
    """Whether its members are strings."""
    return bool(library_bases(cls) & TEXT_BASES)


def enum_members(cls: Class, place: Place) -> dict[Value, Value] | None:
    """The members of an enumeration by name, in order; None if the class is none."""
    if not library_bases(cls) & ENUM_BASES:
        return None
    names: dict[str, None] = {}
    for statement in cls.node.body:
        for target in statement.targets if isinstance(statement, ast.Assign) else ():
            if isinstance(target, ast.Name) and not target.id.startswith("_"):
                names[target.id] = None
    found = ((name, enum_member(cls, name, place)) for name in names)
    return {text(name): value for name, value in found if value is not None}


def enum_member(cls: Class, name: str, place: Place) -> Value | None:
    """One member, always the same object; None if the class is no enumeration or has no such member."""
    value = member(cls, name, place)
    bases = library_bases(cls)
    if value is None or name.startswith("_") or isinstance(value, Function) or not bases & ENUM_BASES:
        return None
    if isinstance(value, Unknown) and path_of(value) == "enum.auto()":
        value = text(name.lower()) if "enum.StrEnum" in bases else Const(_ordinal(cls, name))
    ref = Ref(Address(("member", cls.id, name), 0))
    if place.state.store.get(ref.address) is None:
        place.state.put(ref, Instance(cls, {"name": text(name), "value": value, "_value_": value}))
    return ref


def _ordinal(cls: Class, name: str) -> int:
    targets = [t for s in cls.node.body if isinstance(s, ast.Assign) for t in s.targets]
    names = [t.id for t in targets if isinstance(t, ast.Name)]
    return names.index(name) + 1 if name in names else 1


def text_of_member(value: Value, place: Place) -> Text | None:
    """The string that a member of a text enumeration is; None for every other value."""
    if not isinstance(value, Ref):
        return None
    obj = place.state.object(value)
    if not isinstance(obj, Instance) or "_value_" not in obj.fields or not is_text_enum(obj.cls):
        return None
    plain = obj.fields["_value_"]
    return plain if isinstance(plain, Text) else None
