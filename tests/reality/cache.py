"""What does the prompt cache do with a request? The documented semantics, without sockets.

Time is a logical clock in seconds that the caller owns. An entry is written only at a breakpoint;
a read walks back from a breakpoint over at most 20 positions to an entry that an earlier request
wrote. An entry lives from the start of the request that wrote or last read it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

from reality.prompt import Json, Level, Prompt, read_blocks, read_prompt
from reality.rejection import Host, place_breakpoints

__all__ = ["CacheService", "Diagnosis", "Reading", "Usage", "diagnose"]

_LOOK_BACK = 20
_SECONDS = {"5m": 300.0, "1h": 3600.0}


@dataclass(frozen=True, slots=True)
class Usage:
    """The input side of ``usage``, in tokens."""

    input: int
    """Neither read nor written."""
    read: int
    written_5m: int
    written_1h: int

    @property
    def written(self) -> int:
        """``cache_creation_input_tokens``."""
        return self.written_5m + self.written_1h

    @property
    def total(self) -> int:
        """The whole input."""
        return self.input + self.read + self.written


@dataclass(frozen=True, slots=True)
class Reading:
    """What the cache did for one request."""

    prompt: Prompt
    usage: Usage
    started: float
    """Clock at the start of the request, in seconds."""
    read_to: int
    """Index of the last block that was read from the cache; -1: none."""
    cached_to: int
    """Index of the last block that is in the cache once the response has begun; -1: none."""
    out_of_reach: int
    """Tokens of a live entry that fits this prompt but lies beyond every look-back window."""
    hits: tuple[int, ...]
    writes: tuple[int, ...]
    """Indices of the breakpoints whose prefix is long enough to be kept."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What ``diagnostics.cache_miss_reason`` says of a request and the one before."""

    reason: str
    """``model_changed``, ``tools_changed``, ``system_changed``, ``messages_changed`` or ``unavailable``."""
    missed_tokens: int
    """Tokens behind the first difference."""


@dataclass(slots=True)
class _Entry:
    ttl: float
    expires: float


class CacheService:
    """The caches of one workspace.

    Args:
        minimum: tokens a prefix must have to be cached, by model.
        tokens: stated size of the first request's longest marked prefix (of the whole request, if
            it has no marker). All counts are scaled by it; None: a quarter of the UTF-8 bytes.

    """

    def __init__(self, minimum: Callable[[str], int], tokens: int | None = None) -> None:
        self._minimum = minimum
        self._stated = tokens
        self._scale: tuple[int, int] | None = None
        self._entries: dict[str, _Entry] = {}

    def copy(self) -> Self:
        """A service with the same entries that then goes its own way."""
        twin = type(self)(self._minimum, self._stated)
        twin._scale = self._scale  # noqa: SLF001 - of the same class
        twin._entries = {key: _Entry(entry.ttl, entry.expires) for key, entry in self._entries.items()}  # noqa: SLF001
        return twin

    def send(
        self, body: Json, *, betas: Sequence[str] = (), clock: float = 0.0, host: Host = Host.ANTHROPIC
    ) -> Reading:
        """One whole request: `begin`, then `commit`.

        Raises:
            Rejected: the API answers 400.

        """
        reading = self.begin(body, betas=betas, clock=clock, host=host)
        self.commit(reading)
        return reading

    def begin(
        self, body: Json, *, betas: Sequence[str] = (), clock: float = 0.0, host: Host = Host.ANTHROPIC
    ) -> Reading:
        """Read the cache for a request. Nobody sees what it will write before `commit`.

        Raises:
            Rejected: the API answers 400.

        """
        prompt = self._prompt(body, betas, host)
        counts = self._counts(prompt)
        live = [self._is_live(key, clock) for key in prompt.keys]
        hits = tuple({hit for at in prompt.breakpoints if (hit := _look_back(prompt, live, at)) >= 0})
        read_to = max(hits, default=-1)
        writes = tuple(at for at in prompt.breakpoints if counts[at] >= self._minimum(prompt.model))
        cached_to = max((*writes, read_to))
        last = max(prompt.breakpoints, default=-1)
        beyond = max((index for index in range(read_to + 1, last + 1) if live[index]), default=-1)
        return Reading(
            prompt=prompt,
            usage=_usage(prompt, counts, read_to, writes),
            started=clock,
            read_to=read_to,
            cached_to=cached_to,
            out_of_reach=counts[beyond] if beyond >= 0 else 0,
            hits=hits,
            writes=writes,
        )

    def commit(self, reading: Reading) -> None:
        """The response has begun: what was written can be read, what was read is fresh again."""
        for at in reading.hits:
            entry = self._entries[reading.prompt.keys[at]]
            entry.expires = max(entry.expires, reading.started + entry.ttl)
        for at in reading.writes:
            key, ttl = reading.prompt.keys[at], _SECONDS[reading.prompt.blocks[at].ttl]
            known = self._entries.get(key) if self._is_live(key, reading.started) else None
            ttl = max(ttl, known.ttl) if known else ttl
            self._entries[key] = _Entry(ttl, max(known.expires if known else 0.0, reading.started + ttl))

    def count(self, body: Json, *, betas: Sequence[str] = (), host: Host = Host.ANTHROPIC) -> int:
        """Tokens of a whole request; the cache is neither read nor written.

        Raises:
            Rejected: the API answers 400.

        """
        return self._counts(self._prompt(body, betas, host))[-1]

    def diagnose(self, previous: Prompt, current: Prompt) -> Diagnosis | None:
        """What the API would say about two requests; None: it sees no change."""
        reason = diagnose(previous, current)
        if reason is None:
            return None
        counts = (0, *self._counts(current))
        return Diagnosis(reason, counts[-1] - counts[previous.shared(current)])

    def _prompt(self, body: Json, betas: Sequence[str], host: Host) -> Prompt:
        return read_prompt(body, place_breakpoints(body, read_blocks(body), host), betas)

    def _counts(self, prompt: Prompt) -> list[int]:
        """Tokens of the prefix that ends at each block."""
        raw, total = list[int](), 0
        for block in prompt.blocks:
            total += math.ceil(len(block.characters.encode(errors="surrogatepass")) / 4)
            raw.append(total)
        if self._stated is not None and self._scale is None:
            self._scale = (self._stated, raw[max(prompt.breakpoints, default=len(raw) - 1)])
        stated, counted = self._scale or (1, 1)
        return [count * stated // counted for count in raw]

    def _is_live(self, key: str, clock: float) -> bool:
        return key in self._entries and clock < self._entries[key].expires


def diagnose(previous: Prompt, current: Prompt) -> str | None:
    """The earliest difference between two requests, as the API names it; None: only appended to."""
    if (previous.model, previous.speed) != (current.model, current.speed):
        return "model_changed"
    for level, reason in ((Level.TOOLS, "tools_changed"), (Level.SYSTEM, "system_changed")):
        if _wire(previous, level) != _wire(current, level):
            return reason
    before, now = _wire(previous, Level.MESSAGES), _wire(current, Level.MESSAGES)
    if now[: len(before)] != before:
        return "messages_changed"
    return None if previous.shared(current) == len(previous.keys) else "unavailable"


def _wire(prompt: Prompt, level: Level) -> list[str]:
    return [block.wire for block in prompt.blocks if block.level is level]


def _look_back(prompt: Prompt, live: Sequence[bool], at: int) -> int:
    """The longest live entry within the window of a breakpoint; the breakpoint is position 1."""
    for index in range(at, -1, -1):
        if prompt.positions[at] - prompt.positions[index] >= _LOOK_BACK:
            break
        if live[index]:
            return index
    return -1


def _usage(prompt: Prompt, counts: Sequence[int], read_to: int, writes: Sequence[int]) -> Usage:
    """What is behind the read is written in pieces, each with the TTL of the breakpoint that ends it."""
    read = done = counts[read_to] if read_to >= 0 else 0
    written = {"5m": 0, "1h": 0}
    for at in writes:
        if at > read_to:
            written[prompt.blocks[at].ttl] += counts[at] - done
            done = counts[at]
    return Usage(counts[-1] - done, read, written["5m"], written["1h"])
