"""What does a program really send? Runs it with a client that only writes down its arguments."""

from __future__ import annotations

import copy
import itertools
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType, SimpleNamespace
from unittest.mock import patch

__all__ = ["ARGUMENTS", "MARKED_ARGUMENTS", "Recording", "record"]

Arguments = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Recording:
    """One request that was sent, and the arguments of ``entry`` that led to it."""

    arguments: Arguments
    request: Mapping[str, object]


_FLAGS = tuple(itertools.product((False, True), repeat=2))


def _arguments(flags: Sequence[bool], name: str, topic: str, items: Sequence[str], count: int) -> Arguments:
    return {
        "flag_a": flags[0],
        "flag_b": flags[1],
        "name": name,
        "topic": topic,
        "items": list(items),
        "count": count,
        "history": [{"role": "user", "content": item} for item in items],
    }


def _every_pair() -> Iterator[Arguments]:
    """Arguments in which any two values of two parameters occur together."""
    names = ("", "admin", " Ada Σ\n")
    topics = ("x-ray", "", "tea {and} 100%")
    lists = ((), ("one",), ("one", "", "three"))
    counts = (0, 1, 5)
    for flags, first, second in itertools.product(_FLAGS, range(3), range(3)):
        third, fourth = (first + second) % 3, (first + 2 * second) % 3
        yield _arguments(flags, names[first], topics[second], lists[third], counts[fourth])


ARGUMENTS = tuple(_every_pair())
"""Arguments that take every condition of a program both ways, with empty, short and odd strings."""

MARKED_ARGUMENTS = tuple(
    _arguments(flags, name, topic, items, count)
    for flags in _FLAGS
    for name, topic, items, count in (
        ("ქართულისახელი", "საუბრისთემა", ("პირველისტრიქონი", "მეორესტრიქონი"), 2),
        ("ანასახელია", "ჩაიდალიმონი", ("მესამესტრიქონი",), 3),
    )
)
"""Arguments whose characters occur in no program: what is made of them is told from what is not."""


def record(source: str, arguments: Sequence[Arguments] = ARGUMENTS) -> tuple[Recording, ...]:
    """Run ``entry`` once for each of the arguments, each time in a new module.

    A run that ends before the request is sent records nothing. An error in a program that no
    program is meant to have (`NameError`, `TypeError`, …) is raised.
    """
    code = compile(source, "<program>", "exec")
    sent: list[Mapping[str, object]] = []

    def create(**request: object) -> None:
        sent.append(copy.deepcopy(request))

    anthropic = ModuleType("anthropic")
    anthropic.Anthropic = lambda: SimpleNamespace(messages=SimpleNamespace(create=create))  # type: ignore[attr-defined]
    recordings: list[Recording] = []
    with patch.dict(sys.modules, {"anthropic": anthropic}):
        for given in arguments:
            module = sys.modules["program"] = ModuleType("program")
            exec(code, module.__dict__)  # noqa: S102 - the program is ours
            sent.clear()
            try:
                module.entry(**copy.deepcopy(given))
            except ValueError as error:
                if error.args != ("no",):
                    raise
            recordings.extend(Recording(given, request) for request in sent)
    return tuple(recordings)
