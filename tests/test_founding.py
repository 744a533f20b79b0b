"""The cases for which the project was made: each is reported where it is, its mended twin is silent."""

from __future__ import annotations

import pytest

from promptlint.diagnostic import Diagnostic, Role, Severity
from promptlint.notation import print_items
from promptlint.testing import check, requests

PREAMBLE = """\
import anthropic
import uuid
from datetime import datetime

MODEL = "claude-sonnet-4-6"
GUIDE = "[guide-v3]\\n" + "Quote the clause you rely on.\\n" * 900
CACHE = {"type": "ephemeral"}
client = anthropic.Anthropic()
"""

SEND = """\
    return client.messages.create(model=MODEL, max_tokens=9, system=[block],
                                  messages=[{"role": "user", "content": text}])
"""


def program(body: str) -> str:
    return PREAMBLE + body


def shown(source: str) -> list[Diagnostic]:
    """What is reported without `--pedantic`."""
    return [one for one in check({"main.py": source}) if one.severity > Severity.PEDANTIC]


def line(source: str, fragment: str) -> int:
    """The one line that holds a fragment."""
    (number,) = [n for n, row in enumerate(source.split("\n"), 1) if fragment in row]
    return number


BUILT = {
    "an f-string": """\
def answer(text):
    block = {"type": "text", "text": f"{GUIDE} at {datetime.now()}", "cache_control": CACHE}  # here
""",
    "variables": """\
def answer(text):
    now = datetime.now()
    prompt = GUIDE + " at "
    prompt = prompt + str(now)  # here
    block = {"type": "text", "text": prompt, "cache_control": {"type": "ephemeral"}}
""",
    "format": """\
TEMPLATE = GUIDE + " at {now}"
def answer(text):
    prompt = TEMPLATE.format(now=datetime.now())  # here
    block = {"type": "text", "text": prompt, "cache_control": {"type": "ephemeral"}}
""",
    "percent": """\
def answer(text):
    prompt = "%s at %s" % (GUIDE, datetime.now())  # here
    block = {"type": "text", "text": prompt, "cache_control": {"type": "ephemeral"}}
""",
    "join": """\
def answer(text):
    parts = [GUIDE]
    parts.append(f"at {datetime.now()}")  # here
    block = {"type": "text", "text": " ".join(parts), "cache_control": {"type": "ephemeral"}}
""",
    "a helper": """\
def prompt():
    return f"{GUIDE} at {datetime.now()}"  # here
def answer(text):
    block = {"type": "text", "text": prompt(), "cache_control": {"type": "ephemeral"}}
""",
    "a class attribute": """\
class Prompts:
    guide = GUIDE
    def text(self):
        return f"{self.guide} at {datetime.now()}"  # here
def answer(text):
    block = {"type": "text", "text": Prompts().text(), "cache_control": {"type": "ephemeral"}}
""",
    "a marker set later": """\
def answer(text):
    block = {"type": "text", "text": f"{GUIDE} at {datetime.now()}"}  # here
    block["cache_control"] = {"type": "ephemeral"}
""",
}


@pytest.mark.parametrize("body", BUILT.values(), ids=BUILT.keys())
def test_the_clock_is_found_however_the_prompt_is_built(body: str) -> None:
    source = program(body + SEND)
    (found,) = shown(source)
    assert (found.rule, found.severity) == ("timestamp-in-prefix", Severity.ERROR)
    assert found.span.line == line(source, "# here")
    (read,) = [label.span.line for label in found.labels if label.role is Role.SOURCE]
    assert "datetime.now()" in source.split("\n")[read - 1]
    assert any(label.role is Role.BREAKPOINT for label in found.labels)


@pytest.mark.parametrize("body", BUILT.values(), ids=BUILT.keys())
def test_the_same_without_the_clock_is_silent(body: str) -> None:
    source = program(body.replace("datetime.now()", "'noon'") + SEND)
    assert shown(source) == []


def test_the_clock_is_found_through_a_dict_of_arguments() -> None:
    source = program(
        """\
def answer(text):
    kwargs = {"model": MODEL, "max_tokens": 9}
    kwargs["system"] = [{"type": "text", "text": f"{GUIDE} {datetime.now()}", "cache_control": CACHE}]
    kwargs["messages"] = [{"role": "user", "content": text}]
    return client.messages.create(**kwargs)
"""
    )
    (found,) = shown(source)
    assert (found.rule, found.span.line) == ("timestamp-in-prefix", line(source, "datetime.now()}"))


def test_three_kinds_of_ids_in_one_block_are_three_findings() -> None:
    source = program(
        """\
def answer(text, request_id, user_id):
    ids = f"{uuid.uuid4()} {request_id} {user_id}"
    block = {"type": "text", "text": f"{GUIDE} {ids}", "cache_control": {"type": "ephemeral"}}
"""
        + SEND
    )
    found = {(one.rule, one.severity) for one in shown(source)}
    assert found == {
        ("random-id-in-prefix", Severity.ERROR),
        ("random-id-in-prefix", Severity.WARNING),
        ("identity-in-prefix", Severity.WARNING),
    }


def test_a_marker_on_the_users_question_is_found_and_one_on_the_guide_is_right() -> None:
    asked = """\
def answer(question):
    content = [{"type": "text", "text": GUIDE%s}, {"type": "text", "text": question%s}]
    return client.messages.create(model=MODEL, max_tokens=9, messages=[{"role": "user", "content": content}])
"""
    marker = ', "cache_control": {"type": "ephemeral"}'
    (found,) = shown(program(asked % ("", marker)))
    assert found.rule == "volatile-breakpoint"
    assert shown(program(asked % (marker, ""))) == []


TEXTBOOK = '''\
import anthropic

PROMPT_VERSION = "review-v3"
SYSTEM_PROMPT = f"""
[{PROMPT_VERSION}]
You are a senior engineer who reviews Python changes. Point out defects, name the line,
and say how to mend each of them. Do not comment on style. Answer in Markdown with one
heading for each file, the most severe defect first, and nothing else.
""".strip()

client = anthropic.Anthropic()


def review(diff: str) -> str:
    response = client.messages.create(
        model="claude-sonnet-4-6",
        max_tokens=1024,
        system=[{"type": "text", "text": SYSTEM_PROMPT, "cache_control": {"type": "ephemeral"}}],
        messages=[{"role": "user", "content": f"Review this diff:\\n\\n{diff}"}],
    )
    usage = response.usage
    print(getattr(usage, "cache_read_input_tokens", 0), getattr(usage, "cache_creation_input_tokens", 0))
    return response.content[0].text
'''


def test_the_textbook_example_is_read_whole_and_its_one_fault_is_its_size() -> None:
    (request,) = requests({"main.py": TEXTBOOK})
    (system,) = print_items(request.system)
    assert system.startswith("[review-v3]\\nYou are a senior engineer")
    assert system.endswith("and nothing else. @5m")
    assert print_items(request.messages) == ["user: Review this diff:\\n\\n{diff: ?uncalled-parameter}"]
    (found,) = shown(TEXTBOOK)
    assert (found.rule, found.severity) == ("small-prefix", Severity.WARNING)
    assert "`claude-sonnet-4-6` caches from 1,024 on" in found.message


@pytest.mark.parametrize(
    ("value", "rule"), [("datetime.now()", "timestamp-in-prefix"), ("uuid.uuid4()", "random-id-in-prefix")]
)
def test_a_clock_or_an_id_in_the_textbook_prompt_is_reported_too(value: str, rule: str) -> None:
    imports = "import anthropic, uuid\nfrom datetime import datetime\n"
    source = TEXTBOOK.replace("import anthropic\n", imports, 1)
    source = source.replace('"text": SYSTEM_PROMPT', f'"text": f"{{SYSTEM_PROMPT}} {{{value}}}"')
    assert {one.rule for one in shown(source)} == {"small-prefix", rule}


def test_a_cached_prompt_without_a_version_tag_is_noted_once() -> None:
    source = program(
        """\
RULES = "Quote the clause you rely on. Say what is not covered. " * 500
def block():
    return [{"type": "text", "text": RULES, "cache_control": {"type": "ephemeral"}}]
def ask(text):
    return [{"role": "user", "content": text}]
def first(text):
    return client.messages.create(model=MODEL, max_tokens=9, system=block(), messages=ask(text))
def second(text):
    return client.messages.create(model=MODEL, max_tokens=8, system=block(), messages=ask(text))
"""
    )
    (found,) = shown(source)
    assert (found.rule, found.severity) == ("missing-version-tag", Severity.NOTE)
