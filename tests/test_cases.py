"""Does the evaluator reconstruct what each small program sends? The cases are its specification."""

from __future__ import annotations

import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from promptlint.evaluate.value import Hole
from promptlint.facts import Facts, load_facts
from promptlint.notation import print_cause, print_items
from promptlint.request import Change, Growth, Marker, Request
from promptlint.testing import requests

FOLDER = Path(__file__).parent / "cases"
KINDS = {"exact", "mutation", "unknown"}

_HOLE = re.compile(r"\{[^{}]*\}")
_UNKNOWN = re.compile(r": \?[a-z]")
_REPEAT = re.compile(r"\[[^\[\]]*\]\*\d")
_CHOICE = re.compile(r"\(([^()|]*(?:\|[^()|]*)+)\)")
_HIDDEN = str.maketrans("()|[]", "\ue000\ue001\ue002\ue003\ue004")


@dataclass(frozen=True)
class Case:
    """One program and the requests it sends."""

    file: str
    line: int
    title: str
    feature: str
    kind: str
    files: Mapping[str, str]
    expect: Sequence[Mapping[str, Any]]
    facts: str = ""
    """A file of facts that the user adds."""


def _cases() -> Iterator[Case]:
    for path in sorted(FOLDER.glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        content = yaml.safe_load(text)
        for entry, line in zip(content["cases"], _lines(text), strict=True):
            files, expect = entry.pop("files"), entry.pop("expect")
            files = {"main.py": files} if isinstance(files, str) else files
            if "main.py" in files:
                files |= {"main.py": content["preamble"] + files["main.py"]}
            expect = [expect] if isinstance(expect, dict) else expect
            yield Case(path.name, line, files=files, expect=expect, **entry)


def _lines(text: str) -> list[int]:
    """Find the line at which each case begins."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    nodes = {key.value: node for key, node in root.value}
    return [case.start_mark.line + 1 for case in nodes["cases"].value]


CASES = list(_cases())
FACTS = load_facts()


def _known(case: Case) -> Facts:
    """The shipped facts with those of the case."""
    if not case.facts:
        return FACTS
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "facts.yaml")
        path.write_text(case.facts, encoding="utf-8")
        return load_facts([path])


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file.removesuffix('.yaml')}/{case.title}")
def test_case(case: Case) -> None:
    found = [_facts(request) for request in requests(case.files, _known(case))]
    keys = [*case.expect, *[{"system": ..., "messages": ...}] * len(found)]
    seen = [{key: facts[key] for key in wanted} for facts, wanted in zip(found, keys, strict=False)]
    same = len(seen) == len(case.expect) and all(map(_agree_on_all, case.expect, seen))
    assert same, (
        f"{case.title}\ntests/cases/{case.file}:{case.line}\nexpected: {case.expect}\nseen:     {seen}"
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_a_case_expects_what_its_kind_says(case: Case) -> None:
    assert all(case.expect), "an empty expectation is met by anything"
    unknowns = _UNKNOWN.findall(str(case.expect))
    assert case.kind != "unknown" or unknowns
    assert case.kind != "exact" or not unknowns


def test_the_cases_cover_each_feature_in_three_ways() -> None:
    kinds: dict[str, set[str]] = defaultdict(set)
    for case in CASES:
        kinds[case.feature].add(case.kind)
    assert {feature: KINDS - found for feature, found in kinds.items() if found != KINDS} == {}
    assert len(CASES) >= 200
    assert [title for title, count in Counter(case.title for case in CASES).items() if count > 1] == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Dear (Sir|Bob).", "Dear (Bob|Sir).", True),
        ("(Dear Sir|Dear Bob).", "Dear (Sir.|Bob.)", True),
        ("(a|{f(x): call})", "({f(x): call}|a)", True),
        ("(A @5m || B)", "(B || A @5m)", True),
        ("(a|b)", "(a|c)", False),
        ("[(a|b)]*0..", "([a]*0..|[b]*0..)", False),
    ],
)
def test_choices_are_compared_by_the_texts_they_stand_for(one: str, other: str, *, same: bool) -> None:
    assert (_texts(one) == _texts(other)) is same


def _facts(request: Request) -> dict[str, object]:
    """Gather what a case may expect of a request, by its key."""
    return {
        "tools": print_items(request.tools),
        "system": print_items(request.system),
        "messages": print_items(request.messages),
        "models": sorted(request.models),
        "method": request.site.method,
        "platform": request.site.platform,
        "automatic": _marker(request.automatic),
        "one_shot": request.one_shot,
        "headers": [header.text for header in request.headers],
        "parameters": sorted(request.parameters),
        "resolution": request.resolution.value,
        "gaps": sorted({gap.unknown.reason.value for gap in request.gaps if gap.is_gap}),
        "callers": [f"{caller.path}:{caller.line}" for caller in request.site.callers],
        "growing": request.growth is Growth.LOOP,
        "edits": [f"{e.kind} {'at each call' if e.steady else 'at times'}" for e in request.edits],
        "changes": [_change(change) for change in request.changes],
        "deciders": [f"{d.condition.text}: {_causes(d.by)}" for d in request.deciders],
        "fan_out": _fan_out(request),
    }


def _change(change: Change) -> str:
    """``model by {question: call}``, or ``model is {random.choice(): call}``."""
    return f"{change.part} {'by' if change.chosen else 'is'} {{{change.by.name}: {_causes(change.by)}}}"


def _causes(by: Hole) -> str:
    return "+".join(sorted(map(print_cause, by.causes)))


def _fan_out(request: Request) -> str | None:
    fan = request.fan_out
    return None if fan is None else "warmed" if fan.warmed else "cold"


def _marker(marker: Marker | None) -> str | None:
    return None if marker is None else f"@{marker.ttl}{'?' if marker.conditions else ''}"


def _agree_on_all(wanted: Mapping[str, object], seen: Mapping[str, object]) -> bool:
    return all(_agree(wanted[key], seen[key]) for key in wanted)


def _agree(wanted: object, seen: object) -> bool:
    """Compare a value, or a list line by line; a line of three dots stands for any number of lines."""
    if not isinstance(wanted, list) or not isinstance(seen, list):
        return wanted == seen
    if wanted[:1] == ["..."]:
        return any(_agree(wanted[1:], seen[start:]) for start in range(len(seen) + 1))
    if not wanted or not seen:
        return wanted == seen
    return _texts(wanted[0]) == _texts(seen[0]) and _agree(wanted[1:], seen[1:])


def _texts(line: str) -> frozenset[str]:
    """Return every line that a printed line stands for: choices outside of repeats are multiplied out."""
    hidden = re.sub(r"\s*\|\|\s*", "|", line)
    for opaque in (_HOLE, _REPEAT):
        hidden = opaque.sub(lambda match: match[0].translate(_HIDDEN), hidden)
    choice = _CHOICE.search(hidden)
    if choice is None:
        return frozenset({hidden})
    head, tail = hidden[: choice.start()], hidden[choice.end() :]
    return frozenset().union(*(_texts(head + option + tail) for option in choice[1].split("|")))
