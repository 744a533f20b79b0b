"""The judge: each outcome is confirmed where it is true, and refused where it is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from reality.execution import Program, World
from reality.outcome import Verdict, judge, parse_outcome
from reality.session import Answer

MODEL = "claude-sonnet-4-6"
ASK = "ask(user, n)"

HEAD = """
import asyncio, datetime, getpass, os, random, time, uuid
import anthropic
client = anthropic.Anthropic()
RULES = "You review diffs. " * 20
MARK = {"type": "ephemeral"}
BORN = datetime.datetime.now()
history = []

def send(*system, messages=None, **more):
    messages = messages or [{"role": "user", "content": "hello"}]
    blocks = [{"type": "text", "text": text, "cache_control": MARK} for text in system]
    return client.messages.create(
        model="claude-sonnet-4-6", max_tokens=9, system=blocks, messages=messages, **more)
"""

PROGRAMS: dict[str, str] = {
    "constant": "def ask(user, n): send(RULES)",
    "question": 'def ask(user, n): send(RULES, messages=[{"role": "user", "content": f"{user} {n}"}])',
    "clock": "def ask(user, n): send(f'{RULES} {datetime.datetime.now()}')",
    "minute": "def ask(user, n): send(f'{RULES} {datetime.datetime.now():%H:%M}')",
    "day": "def ask(user, n): send(f'{RULES} {datetime.date.today()}')",
    "uuid behind a marker": "def ask(user, n): send(RULES, f'{uuid.uuid4()}')",
    "seeded": "def ask(user, n): send(RULES + str(random.Random(7).random()))",
    "global random": "def ask(user, n): send(RULES + str(random.random()))",
    "import time": "def ask(user, n): send(f'{RULES} {BORN}')",
    "set": "def ask(user, n): send(RULES + ', '.join({'alpha', 'beta', 'gamma', 'delta'}))",
    "sorted set": "def ask(user, n): send(RULES + ', '.join(sorted({'alpha', 'beta', 'gamma'})))",
    "process": "def ask(user, n): send(f'{RULES} {os.getpid()}')",
    "directory": "def ask(user, n): send(RULES + str(os.listdir('docs')))",
    "sorted directory": "def ask(user, n): send(RULES + str(sorted(os.listdir('docs'))))",
    "scanned": "def ask(user, n):\n  with os.scandir('docs') as it: send(RULES + str([e.name for e in it]))",
    "user": "def ask(user, n): send(f'{RULES} for {user}')",
    "login": "def ask(user, n): send(f'{RULES} for {getpass.getuser()}')",
    "user behind a marker": "def ask(user, n): send(RULES, f'for {user}')",
    "tools": ("def ask(user, n): send(RULES, tools=[{'name': f't{n}', 'input_schema': {'type': 'object'}}])"),
    "marked question": (
        "def ask(user, n): client.messages.create(model='claude-sonnet-4-6', max_tokens=9, system=RULES,"
        " cache_control=MARK, messages=[{'role': 'user', 'content': f'{n}'}])"
    ),
    "conversation": """
def ask(user, n):
    history.append({"role": "user", "content": f"{user} {n}"})
    answer = send(RULES, messages=history, cache_control=MARK)
    history.append({"role": "assistant", "content": answer.content})
""",
    "overrun": """
def ask(user, n):
    history.extend({"role": "user", "content": f"{number}"} for number in range(25))
    client.messages.create(model="claude-sonnet-4-6", max_tokens=9, system=RULES, messages=history,
        cache_control=MARK)
""",
    "overrun in one conversation": """
def ask(user, n):
    turns = [{"role": "user", "content": f"{user} {n}"}]
    send(RULES, messages=turns, cache_control=MARK)
    turns.extend({"role": "user", "content": f"{number}"} for number in range(25))
    send(RULES, messages=turns, cache_control=MARK)
""",
    "slept": "def ask(user, n):\n  if n > 1: time.sleep(301)\n  send(RULES)",
    "async": """
async def ask(user, n):
    async with anthropic.AsyncAnthropic() as other:
        body = dict(model="claude-sonnet-4-6", max_tokens=9, messages=[{"role": "user", "content": f"{n}"}],
            system=[{"type": "text", "text": RULES, "cache_control": MARK}])
        await asyncio.gather(*(other.messages.create(**body) for _ in range(3)))
""",
    "unmarked": """
def ask(user, n):
    client.messages.create(model="claude-sonnet-4-6", max_tokens=9, system=RULES,
        messages=[{"role": "user", "content": "hi"}])
""",
    "model": """
def ask(user, n):
    client.messages.create(model=["claude-sonnet-4-6", "claude-opus-5"][n % 2], max_tokens=9,
        system=[{"type": "text", "text": RULES, "cache_control": MARK}],
        messages=[{"role": "user", "content": "hi"}])
""",
    "another in each turn": "def ask(user, n):\n  for turn in 'abc': send(turn + RULES)",
    "thinking": (
        "def ask(user, n): send(RULES, cache_control=MARK, thinking={'type': 'enabled', 'budget_tokens': n})"
    ),
    "at once": """
def ask(user, n):
    from concurrent.futures import ThreadPoolExecutor
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: send(RULES), range(3)))
""",
    "one, then many at once": """
def ask(user, n):
    from concurrent.futures import ThreadPoolExecutor
    send(RULES)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: send(RULES), range(3)))
""",
    "five": "def ask(user, n): send(*'abcde')",
    "caught": "def ask(user, n):\n  try: send(*'abcde')\n  except anthropic.BadRequestError: pass",
    "legacy": "def ask(user, n): client.beta.prompt_caching.messages.create()",
    "broken": "def ask(user, n): send(RULES); raise KeyError('x')",
    "silent": "def ask(user, n): pass",
    "endless": "import signal\ndef ask(user, n): signal.raise_signal(signal.SIGKILL)",
}

TRUE = [
    ("constant", "read"),
    ("question", "read"),
    ("clock", "miss(system_changed, time)"),
    ("minute", "miss(system_changed, time)"),
    ("day", "read"),
    ("uuid behind a marker", "miss(system_changed, time)"),
    ("seeded", "read"),
    ("global random", "miss(system_changed, time)"),
    ("import time", "miss(system_changed, process)"),
    ("set", "miss(system_changed, process)"),
    ("sorted set", "read"),
    ("process", "miss(system_changed, process)"),
    ("directory", "miss(system_changed, process)"),
    ("scanned", "miss(system_changed, process)"),
    ("sorted directory", "read"),
    ("user", "miss(system_changed, user)"),
    ("login", "miss(system_changed, user)"),
    ("user behind a marker", "read"),
    ("tools", "miss(tools_changed, time)"),
    ("model", "miss(model_changed, time)"),
    ("marked question", "miss(messages_changed, time)"),
    ("conversation", "read"),
    ("another in each turn", "miss(system_changed, turn)"),
    ("thinking", "miss(unavailable, time)"),
    ("at once", "raced"),
    ("one, then many at once", "warmed"),
    ("constant", "warmed"),
    ("unmarked", "uncached"),
    ("unmarked", "fresh(system)"),
    ("unmarked", "fresh(messages)"),
    ("overrun in one conversation", "overrun"),
    ("five", "rejected(A maximum of 4 blocks)"),
    ("five", r"rejected(Found \d\.)"),
    ("caught", "rejected(A maximum of 4 blocks)"),
    ("legacy", "raises(AttributeError)"),
]

FALSE = [
    ("constant", "uncached", "the cache is used"),
    ("constant", "miss(system_changed, time)", "nothing is lost"),
    ("constant", "miss(system_changed, user)", "nothing is lost"),
    ("constant", "rejected(maximum)", "no request was rejected"),
    ("constant", "fresh(system)", "nothing of the system is sent again outside"),
    ("question", "fresh(messages)", "nothing of the messages is sent again outside"),
    ("conversation", "overrun", "every entry that fits is within reach"),
    ("constant", "raises(AttributeError)", "nothing was raised"),
    ("clock", "read", "differ in time, a request reads nothing (system_changed)"),
    ("clock", "miss(messages_changed, time)", "another reason: system_changed"),
    ("clock", "miss(system_changed, process)", "differ in time, a request reads nothing"),
    ("uuid behind a marker", "read", "a cached prefix is lost (system_changed)"),
    ("import time", "miss(system_changed, time)", "nothing is lost"),
    ("set", "read", "differ in process, a request reads nothing"),
    ("user", "read", "differ in user, a request reads nothing"),
    ("marked question", "read", "a request reads nothing (messages_changed)"),
    ("overrun", "read", "a request reads nothing (nothing changed)"),
    ("overrun in one conversation", "read", "out of the look-back's reach"),
    ("slept", "read", "a request reads nothing (nothing changed)"),
    ("unmarked", "read", "a request reads nothing (nothing was cached before)"),
    ("unmarked", "miss(system_changed, time)", "nothing is lost"),
    ("another in each turn", "miss(tools_changed, turn)", "from request to request is lost: system_changed"),
    ("constant", "miss(system_changed, turn)", "is lost: nothing"),
    ("constant", "raced", "1 entries are written, 1 of them different"),
    ("at once", "warmed", "3 entries are written, 1 of them different"),
    ("unmarked", "warmed", "no request writes anything"),
    ("five", "raced", "BadRequestError"),
    ("five", "read", "BadRequestError"),
    ("five", "rejected(ttl)", "400 with another message"),
    ("five", "raises(BadRequestError)", "a request was sent before"),
    ("caught", "uncached", "400 A maximum"),
    ("legacy", "raises(TypeError)", "another exception: AttributeError"),
    ("broken", "read", "raised KeyError"),
    ("silent", "read", "no request was sent"),
    ("silent", "uncached", "no request was sent"),
    ("endless", "read", "ProcessEnded"),
]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World({MODEL: 1024, "claude-opus-5": 512}.__getitem__) as world:
        yield world


def decide(world: World, name: str, outcome: str, answers: Sequence[Answer] = (), run: str = ASK) -> Verdict:
    files = {"main.py": HEAD + PROGRAMS[name], "docs/a.md": "a", "docs/b.md": "b", "docs/c.md": "c"}
    return judge(world, files, "main.py", outcome, run=run, tokens=2000, answers=answers)


@pytest.mark.parametrize(("program", "outcome"), TRUE)
def test_a_true_outcome_is_confirmed(world: World, program: str, outcome: str) -> None:
    verdict = decide(world, program, outcome)
    assert verdict.passed, str(verdict)
    assert verdict.executed


@pytest.mark.parametrize(("program", "outcome", "why"), FALSE)
def test_a_false_outcome_is_refused_with_what_was_seen(
    world: World, program: str, outcome: str, why: str
) -> None:
    verdict = decide(world, program, outcome)
    assert not verdict.passed
    assert why in verdict.seen


def test_statements_of_a_run_may_await(world: World) -> None:
    verdict = decide(world, "async", "read", run="await ask(user, n)")
    assert verdict.passed, str(verdict)


def test_without_run_the_whole_file_is_one_activation(world: World) -> None:
    body = "if __name__ == '__main__':\n    send(RULES + {})\n"
    for text, outcome in (("input()", "miss(system_changed, time)"), ("'!'", "read")):
        files = {"main.py": HEAD + body.format(text)}
        verdict = judge(world, files, "main.py", outcome, tokens=2000)
        assert verdict.passed, str(verdict)


def test_files_import_and_read_each_other(world: World) -> None:
    files = {
        "main.py": "from app import talk",
        "app/__init__.py": "",
        "app/talk.py": HEAD + "def ask(user, n): send(open('prompts/system.md').read())",
        "prompts/system.md": "You review diffs. " * 9,
    }
    verdict = judge(world, files, "main.py", "read", run="talk.ask(user, n)", tokens=2000)
    assert verdict.passed, str(verdict)


def test_a_program_sees_its_own_files_and_nothing_of_the_harness(world: World) -> None:
    files = {
        "main.py": HEAD + "from prompt import text\ndef ask(user, n): send(text)",
        "prompt.py": "import os\nassert 'PYTEST_CURRENT_TEST' not in os.environ\ntext = 'Be terse. ' * 9",
    }
    verdict = judge(world, files, "main.py", "read", run=ASK, tokens=2000)
    assert verdict.passed, str(verdict)


def test_a_tool_loop_gets_its_canned_call_in_each_activation(world: World) -> None:
    loop = (
        HEAD
        + """
def ask(user, n):
    messages = [{"role": "user", "content": "look"}]
    while (answer := send(RULES, messages=messages, cache_control=MARK)).stop_reason == "tool_use":
        messages.append({"role": "assistant", "content": answer.content})
        result = {"type": "tool_result", "tool_use_id": answer.content[0].id, "content": "seen"}
        messages.append({"role": "user", "content": [result]})
"""
    )
    verdict = judge(
        world, {"main.py": loop}, "main.py", "read", run=ASK, tokens=2000, answers=[{"tool": "look"}]
    )
    assert verdict.passed, str(verdict)
    assert sum(line.startswith("first:") for line in verdict.log) == 2
    assert sum(line.startswith("time:") for line in verdict.log) == 2


def test_the_minimum_decides_with_the_stated_tokens(world: World) -> None:
    files = {"main.py": HEAD + PROGRAMS["constant"]}
    assert judge(world, files, "main.py", "uncached", run=ASK, tokens=1023).passed
    assert judge(world, files, "main.py", "read", run=ASK, tokens=1024).passed


def test_every_comparison_starts_from_what_the_first_activation_left(world: World) -> None:
    program = Program({"main.py": HEAD + PROGRAMS["minute"]}, "main.py", ASK, tokens=2000)
    comparisons = list(world.compare(program))
    assert [each.difference for each in comparisons] == ["time", "process", "process", "user"]
    for each in comparisons:
        (exchange,) = each.later
        assert exchange.reading is not None
        assert (exchange.reading.usage.read, exchange.reading.started) == (0, 61)


def test_what_cannot_be_executed_neither_passes_nor_runs(world: World) -> None:
    verdict = decide(world, "broken", "none(needs a web framework)")
    assert not verdict.passed
    assert not verdict.executed
    assert verdict.log == ()


@pytest.mark.parametrize(
    "text",
    ["", "miss", "miss(system_changed)", "miss(nothing, time)", "reads", "none()", "raises(1)", "read "],
)
def test_what_is_no_outcome_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="no outcome"):
        parse_outcome(text)
