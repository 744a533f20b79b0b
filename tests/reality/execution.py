"""How is a program executed? In fresh processes of known hash seed, against the loopback server."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

from reality import activation
from reality.activation import Failure, Job, Report
from reality.cache import CacheService
from reality.server import Server
from reality.session import Answer, Exchange, Session

__all__ = ["Comparison", "Difference", "Program", "World"]

_START = 1_772_446_530.25
"""2026-03-02, half a minute after a quarter past ten: soon the minute changes, but no hour and no day."""
_PAUSE = 61.0
_SEEDS = ("1", "2", "3")
_USERS = ("alice", "bob")


class Difference(StrEnum):
    """What lies between two executions, in the order in which it is tried."""

    TIME = "time"
    """A minute, in the same process."""
    PROCESS = "process"
    """Another process, hash seed and working directory, another order of listings; a minute later."""
    USER = "user"
    """Another user, in another process."""


@dataclass(frozen=True, slots=True)
class Program:
    """An example as it is executed."""

    files: Mapping[str, str]
    main: str
    run: str = ""
    tokens: int | None = None
    answers: Sequence[Answer] = ()
    roots: Sequence[str] = ("", "src")
    thinks: float = 0.0
    """As of `Session`."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The requests of one activation, and those of another with something between them."""

    difference: Difference
    earlier: tuple[Exchange, ...]
    later: tuple[Exchange, ...]
    report: Report
    """Of the execution in which the later requests were sent."""


class World:
    """A context manager: a server, and one warm interpreter per hash seed.

    Args:
        minimum: tokens a prefix must have to be cached, by model.

    """

    def __init__(self, minimum: Callable[[str], int]) -> None:
        self._minimum = minimum
        self._server = Server()
        self._scratch = tempfile.TemporaryDirectory(prefix="reality")
        self._interpreters: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Self:
        self._server.__enter__()
        warm = self._server.open(Session(CacheService(self._minimum)))
        self._interpreters = [self._start(seed, warm) for seed in _SEEDS]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for interpreter in self._interpreters:
            interpreter.communicate()
        self._server.__exit__(kind, error, trace)
        self._scratch.cleanup()

    def compare(self, program: Program) -> Iterator[Comparison]:
        """Execute a program again and again; each comparison is executed when it is asked for.

        Its first activation is the earlier one of every comparison, and what that left in the cache
        is all that is in there when the later one starts.
        """
        session = Session(self._new_service(program), program.answers, thinks=program.thinks)
        report = self._execute(program, session, activations=2)
        earlier = tuple(exchange for exchange in session.log if exchange.activation == "1")
        later = tuple(exchange for exchange in session.log if exchange.activation == "2")
        yield Comparison(Difference.TIME, earlier, later, report)
        others = [(Difference.PROCESS, seed, _USERS[0]) for seed in range(1, len(_SEEDS))]
        for difference, seed, user in (*others, (Difference.USER, 0, _USERS[1])):
            other = Session(session.at_start_of("2"), program.answers, _PAUSE, program.thinks)
            report = self._execute(program, other, seed=seed, user=user)
            yield Comparison(difference, earlier, other.log, report)

    def _new_service(self, program: Program) -> CacheService:
        return CacheService(self._minimum, program.tokens)

    def _execute(
        self,
        program: Program,
        session: Session,
        *,
        activations: int = 1,
        seed: int = 0,
        user: str = _USERS[0],
    ) -> Report:
        job = Job(
            files=program.files,
            main=program.main,
            run=program.run,
            user=user,
            activations=activations,
            base_url=self._server.open(session),
            clock=_START + session.clock,
            pause=_PAUSE,
            roots=program.roots,
            reversed_listings=seed > 0,
        )
        interpreter = self._interpreters[seed]
        assert interpreter.stdin is not None
        assert interpreter.stdout is not None
        interpreter.stdin.write(json.dumps(asdict(job)) + "\n")
        interpreter.stdin.flush()
        answer = json.loads(interpreter.stdout.readline())
        return Report(tuple(Failure(**failure) for failure in answer["failures"]), answer["output"])

    def _start(self, seed: str, base_url: str) -> subprocess.Popen[str]:
        scratch = Path(self._scratch.name) / seed
        scratch.mkdir()
        command = [sys.executable, "-W", "ignore", activation.__file__, str(scratch), base_url]
        return subprocess.Popen(  # noqa: S603 - our own file, in our own interpreter
            command, env=_environment(seed), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )


def _environment(seed: str) -> dict[str, str]:
    """All that a program finds there; nothing of the machine's own, no proxy, no real key."""
    return {
        "ANTHROPIC_API_KEY": "test",
        "ANTHROPIC_FOUNDRY_API_KEY": "test",
        "ANTHROPIC_VERTEX_PROJECT_ID": "test",
        "AWS_BEARER_TOKEN_BEDROCK": "test",
        "AWS_REGION": "us-east-1",
        "CLOUD_ML_REGION": "us-east5",
        "HOME": "/nonexistent",
        "LANG": "C.UTF-8",
        "PATH": "/usr/bin:/bin",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": seed,
        "TZ": "UTC",
    }
