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


def _arguments(
    names: Sequence[str], topics: Sequence[str], lists: Sequence[Sequence[str]], counts: Sequence[int]
) -> Iterator[Arguments]:
    """Every pair of flags with each of the value sets given."""
    for (flag_a, flag_b), (name, topic, items, count) in itertools.product(
        itertools.product((False, True), repeat=2), zip(names, topics, lists, counts, strict=True)
    ):
        history = [{"role": "user", "content": item} for item in items]
        yield {
            "flag_a": flag_a,
            "flag_b": flag_b,
            "name": name,
            "topic": topic,
            "items": list(items),
            "count": count,
            "history": history,
        }


ARGUMENTS = tuple(
    _arguments(
        names=("", "admin", "Ada Σ", " Zoë\n"),
        topics=("x-ray", "", "tea {and} 100%", "x"),
        lists=((), ("one",), ("one", "", "three"), ("a", "b")),
        counts=(0, 3, 1, 5),
    )
)
"""Arguments that take every condition of a program both ways, with empty, short and odd strings."""

MARKED_ARGUMENTS = tuple(
    _arguments(
        names=("ქართულისახელი", "ანასახელია"),
        topics=("საუბრისთემა", "ჩაიდალიმონი"),
        lists=(("პირველისტრიქონი", "მეორესტრიქონი"), ("მესამესტრიქონი",)),
        counts=(2, 3),
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
