"""Does the API do with an example what its card says? The outcomes a card may state, and the judge.

A later request *loses* an entry if the earlier one left it in the cache and the later one does not
read it. Two losses are in the nature of a program and do not contradict ``read``, as long as
something was read: new content in ``messages``, and whatever is another user's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import assert_never

from reality.cache import Reading, diagnose
from reality.execution import Comparison, Difference, Program, World
from reality.prompt import Level
from reality.session import Answer, Exchange

__all__ = [
    "Fresh",
    "Miss",
    "NotExecutable",
    "Outcome",
    "Overrun",
    "Raced",
    "Raises",
    "Read",
    "Rejected",
    "Uncached",
    "Verdict",
    "Warmed",
    "judge",
    "parse_outcome",
]

_THINKS = 0.15
"""Real seconds until the server's response begins, where it matters which requests it overtakes."""
_OUT_OF_REACH = "nothing changed"
"""Reason of a loss without a change: the look-back ended before it, or a marker is missing."""


@dataclass(frozen=True, slots=True)
class Miss:
    """A cached prefix is lost between two executions, and only from this difference on."""

    reason: str
    """``model_changed``, ``tools_changed``, ``system_changed`` or ``messages_changed``;
    ``unavailable`` where no text changed: a setting did."""
    between: Difference | None
    """None: between two requests of one activation, one after the other."""


@dataclass(frozen=True, slots=True)
class Read:
    """Every later request of every comparison reads what was cached before."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """The API answers 400 with a message that contains, or matches, this."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Raises:
    """The SDK raises an exception of this class before it sends anything."""

    type: str


@dataclass(frozen=True, slots=True)
class Uncached:
    """Requests are answered, and the cache is neither read nor written."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """A block that two requests share is sent behind everything that is in the cache."""

    level: Level


@dataclass(frozen=True, slots=True)
class Overrun:
    """What was cached before fits a request, and lies beyond every look-back window."""


@dataclass(frozen=True, slots=True)
class Raced:
    """Two requests of one activation write the same prefix: the second did not wait for the first."""


@dataclass(frozen=True, slots=True)
class Warmed:
    """Every prefix is written once by the requests of one activation, however many share it."""


@dataclass(frozen=True, slots=True)
class NotExecutable:
    """The example cannot be executed here; that is no pass."""

    why: str


Executable = Miss | Read | Rejected | Raises | Uncached | Fresh | Overrun | Raced | Warmed
Outcome = Executable | NotExecutable


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an example did what its card says."""

    passed: bool
    executed: bool
    """False only for `NotExecutable`: neither a pass nor a failure."""
    expected: str
    seen: str
    """One sentence on what happened instead, or on what confirmed the card."""
    log: tuple[str, ...]
    """A line for each request, and what the program printed or raised."""

    def __str__(self) -> str:
        return "\n  ".join([f"expected {self.expected}; seen: {self.seen}", *self.log])


def parse_outcome(text: str) -> Outcome:
    """The outcome that a card states.

    Raises:
        ValueError: no outcome is written so.

    """
    if text == "read":
        return Read()
    if text == "uncached":
        return Uncached()
    if text == "overrun":
        return Overrun()
    if match := re.fullmatch(r"fresh\((tools|system|messages)\)", text):
        return Fresh(Level[match[1].upper()])
    if text == "raced":
        return Raced()
    if text == "warmed":
        return Warmed()
    if match := re.fullmatch(
        r"miss\(((?:model|tools|system|messages)_changed|unavailable), (turn|time|process|user)\)", text
    ):
        return Miss(match[1], None if match[2] == "turn" else Difference(match[2]))
    if match := re.fullmatch(r"rejected\((.+)\)", text):
        return Rejected(match[1])
    if match := re.fullmatch(r"raises\((?:[A-Za-z_]\w*\.)*([A-Za-z_]\w*)\)", text):
        return Raises(match[1])
    if match := re.fullmatch(r"none\((.+)\)", text):
        return NotExecutable(match[1])
    raise ValueError(f"no outcome: {text!r}")


def judge(
    world: World,
    files: Mapping[str, str],
    main: str,
    outcome: str,
    *,
    run: str | None = None,
    tokens: int | None = None,
    answers: Sequence[Answer] = (),
    roots: Sequence[str] = ("", "src"),
) -> Verdict:
    """Execute an example as often as its outcome needs, and compare.

    Args:
        world: where it is executed.
        files: text by file name.
        main: the file that is run.
        outcome: what the card states.
        run: statements of one activation, executed in the namespace of `main`, which is then
            imported once; they may use ``user`` and ``n``, and ``await``. None: run the whole file.
        tokens: size of the first request's longest marked prefix.
        answers: canned answers of the first requests of each activation.
        roots: folders from which modules are imported.

    Raises:
        ValueError: the outcome is not written as one.

    """
    expected = parse_outcome(outcome)
    if isinstance(expected, NotExecutable):
        return Verdict(False, False, outcome, f"not executed: {expected.why}", ())
    log: list[str] = []
    thinks = _THINKS if isinstance(expected, Raced | Warmed) else 0.0
    program = Program(files, main, run or "", tokens, answers, roots, thinks)
    comparisons = _logged(world.compare(program), log)
    problem, seen = _decide(expected, comparisons)
    return Verdict(not problem, True, outcome, problem or seen, tuple(log))


def _decide(expected: Executable, comparisons: Iterator[Comparison]) -> tuple[str, str]:
    """What contradicts the outcome, empty if nothing does; and what confirms it."""
    match expected:
        case Read():
            problem = next((text for each in comparisons for text in _problems(each)), "")
            return problem, "every later request reads what was cached"
        case Miss(between=None):
            return _judge_turns(expected, next(comparisons))
        case Miss(between=Difference() as between):
            return _judge_miss(expected, between, comparisons)
        case Rejected():
            return _judge_rejection(expected, next(comparisons))
        case Raises():
            return _judge_exception(expected, next(comparisons))
        case Uncached():
            return _judge_uncached(next(comparisons))
        case Fresh(level):
            return _judge_fresh(level, next(comparisons))
        case Overrun():
            return _judge_overrun(next(comparisons))
        case Raced() | Warmed():
            return _judge_race(next(comparisons), raced=isinstance(expected, Raced))
        case _:
            assert_never(expected)


def _judge_turns(expected: Miss, first: Comparison) -> tuple[str, str]:
    """Whether a request of an activation loses what the one before it left."""
    if trouble := _trouble(first):
        return trouble, ""
    readings = _readings(first.earlier)
    losses = [_Pair(before, after).loss for before, after in pairwise(readings)]
    if expected.reason in losses:
        return "", f"{expected.reason} between two requests of one activation"
    return f"from request to request is lost: {', '.join(filter(None, losses)) or 'nothing'}", ""


def _judge_miss(expected: Miss, between: Difference, comparisons: Iterator[Comparison]) -> tuple[str, str]:
    """Whether the prefix is lost for this reason, and not before this difference."""
    order = list(Difference)
    reasons = set[str]()
    for each in comparisons:
        if order.index(each.difference) > order.index(between):
            break
        if each.difference is not between:
            if problem := next(_problems(each), ""):
                return problem, ""
            continue
        if trouble := _trouble(each):
            return trouble, ""
        reasons |= {reason for pair in _pairs(each) if (reason := pair.loss)}
        if expected.reason in reasons:
            return "", f"{expected.reason} between executions that differ in {between}"
    if reasons:
        return f"a miss, but for another reason: {', '.join(sorted(reasons))}", ""
    return f"nothing is lost between executions that differ in {between}", ""


def _judge_race(first: Comparison, *, raced: bool) -> tuple[str, str]:
    if trouble := _trouble(first):
        return trouble, ""
    readings = _readings(first.earlier)
    written = [r.prompt.keys[at] for r in readings for at in r.writes if at > r.read_to]
    if not written:
        return "no request writes anything", ""
    seen = f"{len(written)} entries are written, {len(set(written))} of them different"
    return ("", seen) if (len(set(written)) < len(written)) is raced else (seen, "")


def _judge_rejection(expected: Rejected, first: Comparison) -> tuple[str, str]:
    errors = [exchange.error for exchange in (*first.earlier, *first.later) if exchange.error]
    for error in errors:
        if expected.pattern in error or _matches(expected.pattern, error):
            return "", f"400 {error}"
    if errors:
        return f"400 with another message: {errors[0]}", ""
    return _failed(first) or "no request was rejected", ""


def _matches(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return False


def _judge_exception(expected: Raises, first: Comparison) -> tuple[str, str]:
    failures = first.report.failures
    if not failures:
        return "nothing was raised", ""
    if first.earlier or first.later:
        return "a request was sent before anything was raised", ""
    raised = f"{failures[0].types[0]}: {failures[0].message}"
    if expected.type not in failures[0].types:
        return f"another exception: {raised}", ""
    return "", raised


def _judge_uncached(first: Comparison) -> tuple[str, str]:
    if trouble := _trouble(first):
        return trouble, ""
    for reading in _readings((*first.earlier, *first.later)):
        if reading.usage.read or reading.usage.written:
            return f"the cache is used: {_usage(reading)}", ""
    return "", "no request reads or writes the cache"


def _judge_fresh(level: Level, first: Comparison) -> tuple[str, str]:
    """Whether something is sent twice that no cache entry holds, within one activation or in two."""
    if trouble := _trouble(first):
        return trouble, ""
    for earlier, later in pairwise(_readings((*first.earlier, *first.later))):
        before = {block.wire for block in earlier.prompt.blocks}
        for block in later.prompt.blocks[later.cached_to + 1 :]:
            if block.level is level and block.wire in before:
                return "", f"{block.path} is sent again, and is not in the cache"
    return f"nothing of the {level.name.lower()} is sent again outside the cache", ""


def _judge_overrun(first: Comparison) -> tuple[str, str]:
    if trouble := _trouble(first):
        return trouble, ""
    for reading in _readings((*first.earlier, *first.later)):
        if reading.out_of_reach:
            return "", f"{reading.out_of_reach} tokens are cached and out of the look-back's reach"
    return "every entry that fits is within reach", ""


@dataclass(frozen=True, slots=True)
class _Pair:
    """A later request and the earlier one that it should profit from."""

    earlier: Reading
    later: Reading

    @property
    def loss(self) -> str:
        """Why the later one does not read all that the earlier one left in the cache; empty: it does."""
        before, now = self.earlier.prompt, self.later.prompt
        if now.shared(before) > self.earlier.cached_to:
            return "" if self.later.read_to >= self.earlier.cached_to else _OUT_OF_REACH
        return diagnose(before, now) or _OUT_OF_REACH


def _pairs(comparison: Comparison) -> Iterator[_Pair]:
    """Each later request with the earlier one most like it; among equals the one of equal rank."""
    earlier = _readings(comparison.earlier)
    for rank, later in enumerate(_readings(comparison.later)):
        best = max(
            range(len(earlier)),
            key=lambda index: (
                earlier[index].prompt.alike(later.prompt),
                -abs(index - rank),
            ),
        )
        yield _Pair(earlier[best], later)


def _problems(comparison: Comparison) -> Iterator[str]:
    """What contradicts ``read``."""
    if trouble := _trouble(comparison):
        yield trouble
        return
    where = f"between executions that differ in {comparison.difference}"
    for pair in _pairs(comparison):
        is_natural = pair.loss == "messages_changed" or comparison.difference is Difference.USER
        if not pair.later.usage.read:
            yield f"{where}, a request reads nothing ({pair.loss or 'nothing was cached before'})"
        elif pair.later.out_of_reach:
            yield f"{where}, {pair.later.out_of_reach} tokens are cached and out of the look-back's reach"
        elif pair.loss and not is_natural:
            yield f"{where}, a cached prefix is lost ({pair.loss})"


def _trouble(comparison: Comparison) -> str:
    """Why two executions cannot be compared; empty if they can."""
    if failed := _failed(comparison):
        return failed
    for exchange in (*comparison.earlier, *comparison.later):
        if exchange.error:
            return f"400 {exchange.error}"
    if not (comparison.earlier and comparison.later):
        return "no request was sent"
    return ""


def _failed(comparison: Comparison) -> str:
    failures = comparison.report.failures
    return f"the program raised {failures[0].types[0]}: {failures[0].message}" if failures else ""


def _readings(exchanges: Sequence[Exchange]) -> list[Reading]:
    return [exchange.reading for exchange in exchanges if exchange.reading is not None]


def _logged(comparisons: Iterator[Comparison], log: list[str]) -> Iterator[Comparison]:
    """The same comparisons; each is described in the log when it is executed."""
    for each in comparisons:
        if each.difference is Difference.TIME:
            log.extend(f"first: {_line(exchange)}" for exchange in each.earlier)
        log.extend(f"{each.difference}: {_line(exchange)}" for exchange in each.later)
        log.extend(failure.trace for failure in each.report.failures)
        if each.report.output:
            log.append(f"printed: {each.report.output}")
        yield each


def _line(exchange: Exchange) -> str:
    if exchange.reading is None:
        return f"400 {exchange.error}"
    markers = ", ".join(
        f"{exchange.reading.prompt.blocks[index].path} @{exchange.reading.prompt.blocks[index].ttl}"
        for index in exchange.reading.prompt.breakpoints
    )
    change = f"; {exchange.diagnosis.reason}" if exchange.diagnosis else ""
    return f"{exchange.reading.prompt.model}, markers at [{markers}]: {_usage(exchange.reading)}{change}"


def _usage(reading: Reading) -> str:
    usage = reading.usage
    return f"read {usage.read}, wrote {usage.written}, neither {usage.input}"
