"""A small project with one finding of every shape, for the tests of the reports.

The findings are made by hand, so that a report is tested whatever the rules say today.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from promptlint.diagnostic import (
    Applicability,
    Confidence,
    Diagnostic,
    Edit,
    Fix,
    Label,
    MissReason,
    Role,
    Severity,
    Trouble,
)
from promptlint.interval import DollarInterval, Interval
from promptlint.report import View
from promptlint.resolution import Resolution
from promptlint.result import Coverage, ReasonLine, Result, SiteLine
from promptlint.source import Span

NOTEBOOK = "notebooks/triage.ipynb"

FILES: Mapping[tuple[str, int | None], str] = {
    ("app/prompts.py", None): """\
from datetime import datetime


def header():
    now = datetime.now()
    return f"Today is {now:%Y-%m-%d %H:%M:%S}."


def system_prompt():
    return header() + "\\n" + GUIDELINES
""",
    ("app/review.py", None): """\
from app.prompts import system_prompt


def review(diff: str) -> str:
    response = client.messages.create(
        model="claude-sonnet-4-6",
        max_tokens=1024,
        system=[
            {
                "type": "text",
                "text": system_prompt(),
                "cache_control": {"type": "ephemeral", "ttl": "1h"},
            }
        ],
        messages=[{"role": "user", "content": diff}],
    )
    return response.content[0].text
""",
    (NOTEBOOK, 3): """\
run = uuid.uuid4()
system = [{"type": "text", "text": f"run {run}\\n{RULES}"}]
""",
    (NOTEBOOK, 5): """\
system[0]["cache_control"] = {"type": "ephemeral"}
client.messages.create(model=MODEL, max_tokens=512, system=system, messages=turns)
""",
    ("app/tools.py", None): """\
def allowed():
    labels = {"bug", "feature", "question"}
    return "Use one of: " + ", ".join(labels)
""",
    ("app/chat.py", None): """\
def ask(user_name, question):
    system = f"You help {user_name}. {GUIDELINES}"
    return client.messages.create(
        model="claude-opus-4-5",
        max_tokens=1024,
        cache_control={"type": "ephemeral"},
        system=system,
        messages=[{"role": "user", "content": question}],
    )
""",
    ("app/übersicht.py", None): """\
async def frage(text):
\tblock = {"type": "text", "text": f"日本語の質問: {text}", "cache_control": {"type": "ephemeral"}}
\treturn await client.messages.create(model=M, max_tokens=9, messages=[{"role": "user", "content": [block]}])
""",
    **{
        (f"app/routes/{name}.py", None): f"""\
def {name}(request):
    return ask(request.user.name, request.json["question"])
"""
        for name in "abcdefgh"
    },
}


def lines(path: str, cell: int | None) -> Sequence[str]:
    """The lines of one file or cell of the gallery."""
    return FILES.get((path, cell), "").splitlines()


def at(path: str, needle: str, *, cell: int | None = None, until: str = "") -> Span:
    """Where a text stands for the first time; with `until`, to the end of that later text."""
    text = FILES[path, cell]
    start = text.index(needle)
    end = text.index(until, start) + len(until) if until else start + len(needle)
    return Span(path, cell, *_position(text, start), *_position(text, end))


def _position(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


CALL = at("app/review.py", "client.messages.create(", until="    )")

CLOCK = Diagnostic(
    rule="timestamp-in-prefix",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    span=at("app/prompts.py", "{now:%Y-%m-%d %H:%M:%S}"),
    message="`now` changes every second, so nothing after it is ever read from the cache",
    labels=(
        Label(at("app/prompts.py", "datetime.now()"), Role.SOURCE, "the clock is read here"),
        Label(at("app/prompts.py", "header() +", until="header()"), Role.HOP, "returned to here"),
        Label(at("app/review.py", "system_prompt()"), Role.HOP, "returned to here"),
        Label(
            at("app/review.py", '{\n                "type"', until="            }"),
            Role.BLOCK,
            "becomes this block",
        ),
        Label(
            at("app/review.py", '{"type": "ephemeral", "ttl": "1h"}'),
            Role.BREAKPOINT,
            "this breakpoint caches everything up to here",
        ),
        Label(CALL, Role.CALL, "sent here"),
    ),
    instead="Keep the prefix constant and put the time after the last breakpoint, for example into the\n"
    "user message. Where the day is enough, round the clock to the day.",
    call=CALL,
    function="review",
    callers=(),
    caller_count=0,
    reason=MissReason.SYSTEM,
    tokens_lost=Interval(2100, 2400),
    fix=None,
    fingerprint="5d0c7a1be2f94c1d",
    dollars_lost=DollarInterval(7.245, 8.28),
    lost_at="at the first call of each minute",
)

NOTEBOOK_ID = Diagnostic(
    rule="random-id-in-prefix",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    span=at(NOTEBOOK, "{run}", cell=3),
    message="`run` is new at every call, so nothing after it is ever read from the cache",
    labels=(
        Label(at(NOTEBOOK, "uuid.uuid4()", cell=3), Role.SOURCE, "the id is made here"),
        Label(at(NOTEBOOK, '{"type": "text"', cell=3, until='"}'), Role.BLOCK, "becomes this block"),
        Label(at(NOTEBOOK, '{"type": "ephemeral"}', cell=5), Role.BREAKPOINT, "cached up to here"),
        Label(at(NOTEBOOK, "client.messages", cell=5, until="turns)"), Role.CALL, "sent here"),
    ),
    instead="Send the id in `metadata`, or after the last breakpoint.",
    call=at(NOTEBOOK, "client.messages", cell=5, until="turns)"),
    function="<module>",
    callers=(),
    caller_count=0,
    reason=MissReason.SYSTEM,
    tokens_lost=Interval(4096, None),
    fix=None,
    fingerprint="0b7e6f2a9d3c4e58",
)

UNTAGGED = Diagnostic(
    rule="missing-version-tag",
    severity=Severity.NOTE,
    confidence=Confidence.HIGH,
    span=at("app/chat.py", 'f"You help', until='"\n'),
    message="this cached prompt carries no version tag",
    labels=(),
    instead="Begin it with a tag such as `[chat-v1]`.",
    call=None,
    function="",
    callers=(),
    caller_count=0,
    reason=None,
    tokens_lost=None,
    fix=None,
    fingerprint="c1f2a3b4d5e60718",
)

ORDER = Diagnostic(
    rule="unstable-order-in-prefix",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    span=at("app/tools.py", "labels)", until="labels"),
    message="the order of `labels` differs from one process to the next",
    labels=(
        Label(at("app/tools.py", '{"bug"', until="}"), Role.SOURCE, "a set has no order of its own"),
        Label(at("app/tools.py", '", ".join(labels)'), Role.HOP, "joined here"),
    ),
    instead="Sort it.",
    call=CALL,
    function="review",
    callers=(),
    caller_count=0,
    reason=MissReason.TOOLS,
    tokens_lost=Interval(0, 900),
    fix=Fix(
        Applicability.SAFE,
        "sort `labels`",
        (Edit(at("app/tools.py", "labels)", until="labels"), "sorted(labels)"),),
    ),
    fingerprint="77aa88bb99cc00dd",
)

CALLERS = tuple(at(f"app/routes/{name}.py", "ask(", until='"])') for name in "hgfedcba")

IDENTITY = Diagnostic(
    rule="identity-in-prefix",
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    span=at("app/chat.py", "{user_name}"),
    message="`user_name` gives each user a cache entry of their own",
    labels=(
        Label(at("app/chat.py", "user_name"), Role.SOURCE, "a user's name"),
        Label(at("app/chat.py", 'f"You help', until='"\n'), Role.BLOCK, "becomes this block"),
        Label(at("app/chat.py", '{"type": "ephemeral"}'), Role.BREAKPOINT, "automatic caching"),
        Label(at("app/chat.py", "client.messages.create(", until="    )\n"), Role.CALL, "sent here"),
        Label(CALLERS[-1], Role.CALLER, "called here"),
        Label(CALLERS[-2], Role.CALLER, "called here"),
    ),
    instead="Split the block: first what every user shares, with a breakpoint; then what names the user.",
    call=at("app/chat.py", "client.messages.create(", until="    )\n"),
    function="ask",
    callers=CALLERS,
    caller_count=23,
    reason=MissReason.SYSTEM,
    tokens_lost=Interval(1500, 1500),
    fix=None,
    fingerprint="1234567890abcdef",
)

WIDE = Diagnostic(
    rule="volatile-breakpoint",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    span=at("app/übersicht.py", "{text}"),
    message="the cached block is `text` itself, which is new at every call",
    labels=(
        Label(at("app/übersicht.py", '{"type": "text"', until='"}}'), Role.BLOCK, "becomes this block"),
        Label(
            at("app/übersicht.py", '{"type": "ephemeral"}'),
            Role.BREAKPOINT,
            "this breakpoint writes an entry that nobody reads: the question before it is another one "
            "the next time",
        ),
        Label(at("app/übersicht.py", "[block]"), Role.CALL, "sent here"),
    ),
    instead="Remove the marker, or put it on the last block that stays the same.",
    call=at("app/übersicht.py", "client.messages", until="]}])"),
    function="frage",
    callers=(),
    caller_count=0,
    reason=MissReason.MESSAGES,
    tokens_lost=None,
    fix=Fix(
        Applicability.UNSAFE,
        "remove the marker",
        (Edit(at("app/übersicht.py", ', "cache_control"', until='"}}'), "}"),),
    ),
    fingerprint="fedcba0987654321",
)

PEDANTIC = Diagnostic(
    rule="no-fallback",
    severity=Severity.PEDANTIC,
    confidence=Confidence.LOW,
    span=CALL,
    message="a request that is refused is not tried again",
    labels=(),
    instead="Catch the error.",
    call=CALL,
    function="review",
    callers=(),
    caller_count=0,
    reason=None,
    tokens_lost=None,
    fix=None,
    fingerprint="aaaabbbbccccdddd",
)

SITES = (
    SiteLine(CALL, "messages.create", ("claude-sonnet-4-6",), Resolution.FULL, 1, ()),
    SiteLine(
        IDENTITY.call or CALL,
        "messages.create",
        ("claude-opus-4-5",),
        Resolution.PARTIAL,
        2,
        (
            ReasonLine("gap", "dynamic", "app/chat.py", 2, "getattr(prompts, name)"),
            ReasonLine("edge", "uncalled-parameter", "app/chat.py", 1, "name"),
        ),
    ),
    SiteLine(NOTEBOOK_ID.call or CALL, "messages.create", (), Resolution.FULL, 1, ()),
    SiteLine(WIDE.call or CALL, "messages.create", (), Resolution.FORWARDING, 0, ()),
)

TROUBLES = (
    Trouble("vendor/new.py", 7, "newer-syntax", "needs Python 3.14; run promptlint with it", fatal=False),
    Trouble("notebooks/broken.ipynb", None, "notebook", "no notebook: `cells` is missing", fatal=True),
)

RESULT = Result(
    diagnostics=(WIDE, PEDANTIC, CLOCK, NOTEBOOK_ID, UNTAGGED, ORDER, IDENTITY),
    sites=tuple(reversed(SITES)),
    coverage=Coverage.of(31, SITES, unread=2),
    troubles=TROUBLES,
)


# -- cards ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GalleryExample:
    """An example of a card, marks removed."""

    title: str
    kind: str
    shown: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class GalleryOption:
    """An option of a card."""

    name: str
    type: str
    default: str | int | bool | tuple[str, ...]
    description: str


@dataclass(frozen=True, slots=True)
class GalleryCard:
    """What a report reads of a card."""

    name: str
    severity: Severity = Severity.WARNING
    confidence: Confidence = Confidence.HIGH
    fix: str = "none"
    summary: str = "Something is wrong."
    since: str = "0.1"
    aliases: tuple[str, ...] = ()
    why: str = "It is | not right."
    instead: str = "Do it right."
    fix_safety: str = ""
    references: tuple[str, ...] = ()
    options: tuple[GalleryOption, ...] = ()
    examples: tuple[GalleryExample, ...] = field(default=())


CLOCK_CARD = GalleryCard(
    name="timestamp-in-prefix",
    severity=Severity.ERROR,
    fix="unsafe",
    summary="A clock is read into text that the cache has to find unchanged.",
    aliases=("clock-in-prefix",),
    why="""\
The cache compares a prompt byte for byte from its first token. One character that differs makes
everything after it a miss: it is written again, at 1.25 times the price, and never read.

What counts:

- a clock that ticks more often than the entry lives
- anywhere in the prefix, also in a tool's description""",
    instead="Keep the prefix constant. Put the time after the last breakpoint.",
    fix_safety="Moving text changes what the model reads.",
    references=("https://docs.claude.com/en/docs/build-with-claude/prompt-caching",),
    options=(GalleryOption("clocks", "strings", ("acme.now",), "Further functions that read a clock."),),
    examples=(
        GalleryExample(
            "the time in the system prompt",
            "bad",
            {"main.py": 'system = f"It is {datetime.now()}. {RULES}"\nask(system, question)\n'},
        ),
        GalleryExample(
            "through another module",
            "bad",
            {"main.py": "import prompts\n", "prompts.py": "from datetime import datetime\n"},
        ),
        GalleryExample(
            "the time in the system prompt",
            "good",
            {"main.py": 'system = RULES\nask(system, f"It is {datetime.now()}. {question}")\n'},
        ),
    ),
)


def card(name: str) -> GalleryCard:
    """The card of a rule of the gallery."""
    return CLOCK_CARD if name == CLOCK_CARD.name else GalleryCard(name)


VIEW = View(lines=lines, rule=card, version="0.0.0")
