"""Runs an example's program in a process of its own, one activation after the other.

This file is a program: one long-lived interpreter per hash seed imports the SDK once and then
forks for every job that arrives on its standard input, so that a job starts in milliseconds and
yet shares nothing with the next. Jobs and reports are lines of JSON.
"""

from __future__ import annotations

import ast
import asyncio
import datetime as dt
import http.client
import importlib
import inspect
import io
import json
import os
import random
import runpy
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self, SupportsFloat
from urllib.parse import urlsplit

import time_machine

__all__ = ["Failure", "Job", "Report"]

_LONGEST_RUN = 30
_LINES_OF_INPUT = 3


@dataclass(frozen=True, slots=True)
class Job:
    """A program and the world in which it runs."""

    files: Mapping[str, str]
    main: str
    run: str
    """Statements of one activation, in the namespace of the main module; empty: the whole main file."""
    user: str
    activations: int
    base_url: str
    clock: float
    """Where Python's clock starts, in seconds since 1970."""
    pause: float
    """Seconds that pass between two activations."""
    roots: Sequence[str] = ("", "src")
    """Folders from which its modules are imported."""
    reversed_listings: bool = False
    """Whether directories are listed the other way round, as another file system might."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception that ended an activation."""

    types: tuple[str, ...]
    """Names of its class and of the bases."""
    message: str
    trace: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a run showed besides its requests."""

    failures: tuple[Failure, ...] = ()
    output: str = ""


class _World:
    """The clock of a process and of the server it talks to, moved together."""

    def __init__(self, job: Job) -> None:
        self._url = urlsplit(job.base_url)
        start = dt.datetime.fromtimestamp(job.clock, tz=dt.UTC)
        self._clock = time_machine.travel(start, tick=True).start()

    def sleep(self, seconds: SupportsFloat) -> None:
        """Let time pass without waiting for it."""
        self._clock.shift(float(seconds))
        self._post({"advance": float(seconds)})

    def activate(self, number: int) -> None:
        self._post({"activate": str(number)})

    def _post(self, orders: Mapping[str, object]) -> None:
        connection = http.client.HTTPConnection(str(self._url.hostname), self._url.port)
        connection.request("POST", f"{self._url.path}/_control", json.dumps(orders))
        connection.getresponse().read()
        connection.close()


@dataclass(slots=True)
class _Witness:
    """A context manager that notes an exception and lets the run go on."""

    failures: list[Failure] = field(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if kind is None or error is None or _is_plain_end(error):
            return True
        names = tuple(base.__name__ for base in kind.__mro__)
        text = "".join(traceback.format_exception(kind, error, trace, limit=-4))
        self.failures.append(Failure(names, str(error), text))
        return True


def _is_plain_end(error: BaseException) -> bool:
    """End of the canned input, and ``sys.exit()`` without a complaint, end a program well."""
    return isinstance(error, EOFError) or (isinstance(error, SystemExit) and not error.code)


def perform(job: Job) -> Report:
    """Run all activations in this process, in the current directory, which becomes the program's."""
    for name, text in job.files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    sys.path[:0] = [str(Path(root).resolve()) for root in job.roots]
    os.environ.update(_environment(job))
    world, witness = _World(job), _Witness()
    time.sleep = world.sleep  # type: ignore[assignment]  # typeshed asks for the private name of floats
    # Drawn anew in each process, and the same in each run of the tests: two draws may not agree by chance.
    random.seed(f"{job.clock} {job.user} {job.reversed_listings}")
    if job.reversed_listings:
        _reverse_listings()
    with witness, asyncio.Runner() as runner:
        activate = _activation(job, runner)
        for number in range(1, job.activations + 1):
            if number > 1:
                world.sleep(job.pause)
            world.activate(number)
            lines = (f"question {number}.{line} of {job.user}\n" for line in range(_LINES_OF_INPUT))
            sys.stdin = io.StringIO("".join(lines))
            with witness:
                activate(number)
    return Report(tuple(witness.failures))


def _environment(job: Job) -> dict[str, str]:
    hosts = ("BEDROCK", "BEDROCK_MANTLE", "VERTEX", "FOUNDRY", "AWS", "GOOGLE_CLOUD")
    urls = {f"ANTHROPIC_{host}_BASE_URL": job.base_url for host in hosts}
    return {**urls, "ANTHROPIC_BASE_URL": job.base_url, "USER": job.user, "LOGNAME": job.user}


def _activation(job: Job, runner: asyncio.Runner) -> Callable[[int], None]:
    """What one activation of the program does; the main module is imported here if it is imported once."""
    if not job.run:
        return lambda _: _run_whole(job.main)
    module = importlib.import_module(_module_name(job))
    code = compile(job.run, "<run>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)

    def activate(number: int) -> None:
        names = {**vars(module), "user": job.user, "n": number}
        result = eval(code, names)  # noqa: S307 - the example's own statements
        if inspect.iscoroutine(result):
            runner.run(result)

    return activate


def _module_name(job: Job) -> str:
    """The dotted name of the main file below the innermost root that holds it."""
    root = max((root for root in job.roots if job.main.startswith(f"{root}/")), key=len, default="")
    return job.main.removeprefix(f"{root}/").removesuffix(".py").replace("/", ".")


def _run_whole(main: str) -> None:
    sys.argv = [main]
    if (Path(main).parent / "__init__.py").exists():
        runpy.run_module(main.removesuffix(".py").replace("/", "."), run_name="__main__")
    else:
        runpy.run_path(main, run_name="__main__")


def _reverse_listings() -> None:
    listdir, scandir = os.listdir, os.scandir

    class Scan:
        """What ``os.scandir`` returns: an iterator and a context manager in one."""

        def __init__(self, path: Any = ".") -> None:  # noqa: ANN401 - as os.scandir
            with scandir(path) as entries:
                self._entries = reversed(list(entries))

        def __iter__(self) -> Iterator[os.DirEntry[Any]]:
            return self._entries

        def __next__(self) -> os.DirEntry[Any]:
            return next(self._entries)

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            """Nothing is left open."""

        def close(self) -> None:
            """Nothing is left open."""

    os.listdir = lambda path=".": listdir(path)[::-1]  # type: ignore[assignment]
    os.scandir = Scan  # type: ignore[assignment]


def _fork(line: str, folder: Path) -> str:
    """Run one job in a child; its report as a line of JSON."""
    reader, writer = os.pipe()
    folder.mkdir()
    if (child := os.fork()) == 0:
        os.close(reader)
        _be_child(Job(**json.loads(line)), folder, writer)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as report:
        text = report.read()
    _, status = os.waitpid(child, 0)
    output = (folder.with_suffix(".out")).read_text(encoding="utf-8", errors="replace")
    if not text:
        why = f"the process ended with status {status}" if status else "the process ended itself"
        failure = Failure(("ProcessEnded",), f"{why}; it may have run for more than {_LONGEST_RUN} s", "")
        text = json.dumps(asdict(Report((failure,))))
    return json.dumps({**json.loads(text), "output": output})


def _be_child(job: Job, folder: Path, writer: int) -> None:
    signal.alarm(_LONGEST_RUN)
    output = os.open(folder.with_suffix(".out"), os.O_CREAT | os.O_WRONLY, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.chdir(folder)
    report = perform(job)
    sys.stdout.flush()
    with os.fdopen(writer, "w", encoding="utf-8") as pipe:
        pipe.write(json.dumps(asdict(report)))
    os._exit(0)


def _warm_up(base_url: str) -> None:
    """Import and use what every job needs, before the first fork."""
    import anthropic  # noqa: PLC0415 - only this program pays for it, not who imports `Job`

    request: Any = {"model": "m", "max_tokens": 1, "messages": [{"role": "user", "content": "hi"}]}
    with anthropic.Anthropic(base_url=base_url) as client:
        client.messages.create(**request)
        with client.messages.stream(**request) as stream:
            stream.get_final_message()
        client.messages.count_tokens(model="m", messages=request["messages"])

    async def once() -> None:
        async with anthropic.AsyncAnthropic(base_url=base_url) as client:
            await client.messages.create(**request)

    asyncio.run(once())


def main() -> None:
    """Serve jobs until the input ends. Arguments: a scratch directory and the URL to warm up with."""
    scratch, base_url = Path(sys.argv[1]), sys.argv[2]
    del sys.path[0]
    _warm_up(base_url)
    for number, line in enumerate(sys.stdin):
        sys.stdout.write(_fork(line, scratch / f"run{number}") + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
