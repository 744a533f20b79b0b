"""What becomes of a response: what is read of it, what is computed, and where it leaves sight."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import dedent, indent

import pytest

from promptlint.accounting import SumKind
from promptlint.facts import Facts, Part, load_facts
from promptlint.guard import Guard
from promptlint.program import Program
from promptlint.reading import read_program
from promptlint.response import Response
from promptlint.survey import Survey

HEAD = """
import asyncio
import logging

import anthropic

client = anthropic.Anthropic()


def send(text):
    return client.messages.create(
        model="claude-sonnet-4-6",
        max_tokens=9,
        cache_control={"type": "ephemeral"},
        messages=[{"role": "user", "content": text}],
    )


def work(text, other):
"""


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load_facts()


def survey_of(files: dict[str, str], facts: Facts) -> Survey:
    return read_program(Program.in_memory(files), facts).survey


def only(body: str, facts: Facts) -> Response:
    """The one response of a program: that of `send`, called by `work`."""
    (response,) = survey_of({"main.py": HEAD + indent(dedent(body), "    ")}, facts).responses
    return response


# -- sight ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "return send(text).content[0].text",
        "reply = send(text)\nreturn reply.content, reply.stop_reason",
        "if (reply := send(text)).stop_reason == 'end_turn':\n    return reply.content",
        "send(text)",
        "reply = send(text) if text else None\nif reply is None or not reply.content:\n    return ''",
        "print(send(text).usage.input_tokens)",
        "reply = send(text)\nassert isinstance(reply, object)\nreturn len(reply.content)",
        "for event in send(text):\n    print(event.type, event.delta)",
        "return [block.text for block in send(text).content]",
        "reply = other.wait_for(send(text), timeout=9)\nreturn reply.content",
    ],
)
def test_a_response_whose_every_use_is_known_stays_in_sight(body: str, facts: Facts) -> None:
    response = only(body, facts)
    assert response.in_sight
    assert not any(count.part is Part.CACHED for count in response.counts)


@pytest.mark.parametrize(
    "body",
    [
        "return other(send(text))",
        "other.last = send(text)",
        "print(send(text))",
        "return send(text).model_dump()",
        "return {'reply': send(text)}",
        "reply = send(text)\nreturn f'{reply}'",
        "usage = send(text).usage\nlogging.info('%s', usage)",
        "return other(send)",
        "reply = send(text)\nyield reply",
        "return send(text).something_new",
        "other.append(send(text).usage)",
        "reply = send(text)\nreply.usage.input_tokens = 0",
        "*rest, last = send(text), other",
        "return lambda: send(text)",
    ],
)
def test_a_response_that_goes_where_nothing_is_seen_leaves_sight(body: str, facts: Facts) -> None:
    assert only(body, facts).leaves


def test_a_response_that_nobody_in_the_project_takes_is_returned(facts: Facts) -> None:
    response = only("return send(text)", facts)
    assert response.returned
    assert not response.leaves


def test_callers_in_other_files_take_it_and_those_in_tests_do_not_count(facts: Facts) -> None:
    use = "from main import work\n\n\ndef go():\n    print(work('x', 1).usage)\n"
    program = {"main.py": HEAD + "    return send(text)\n"}
    (used,) = survey_of({**program, "app.py": use}, facts).responses
    (tested,) = survey_of({**program, "tests/test_main.py": use}, facts).responses
    assert used.leaves
    assert not used.returned
    assert tested.returned
    assert not tested.leaves


def test_the_methods_of_a_stream_lead_to_its_message(facts: Facts) -> None:
    body = """
    with client.messages.stream(model="claude-sonnet-4-6", max_tokens=9, messages=[]) as stream:
        for piece in stream.text_stream:
            print(piece)
        usage = stream.get_final_message().usage
    return usage.cache_read_input_tokens
    """
    streamed = survey_of({"main.py": HEAD + indent(dedent(body), "    ")}, facts).responses[1]
    assert [count.part for count in streamed.counts] == [Part.CACHED]
    assert streamed.in_sight


# -- counts -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "counts"),
    [
        ("print(send(text).usage.cache_read_input_tokens)", [(Part.CACHED, True)]),
        ("return send(text).usage.cache_read_input_tokens", [(Part.CACHED, False)]),
        ("return getattr(send(text).usage, 'cache_creation_input_tokens', 0)", [(Part.CACHED, False)]),
        ("return send(text).usage.cache_creation.ephemeral_1h_input_tokens", [(Part.CACHED, False)]),
        ("n = send(text).usage.output_tokens\nlogging.info('%d', n)", [(Part.OUTPUT, True)]),
        ("n = send(text).usage.input_tokens or 0\nprint(n)\nreturn n", [(Part.INPUT, False)]),
        ("n = send(text).usage.input_tokens\nprint(n * 2)", [(Part.INPUT, False)]),
    ],
)
def test_counts_are_told_with_whether_they_are_only_shown(
    body: str, counts: Sequence[tuple[Part, bool]], facts: Facts
) -> None:
    assert [(count.part, count.shown) for count in only(body, facts).counts] == counts


# -- sums -------------------------------------------------------------------------------------------


def sum_kinds(body: str, facts: Facts) -> list[SumKind]:
    return [one.kind for one in only("u = send(text).usage\n" + dedent(body), facts).sums]


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        ("return u.input_tokens - u.cache_read_input_tokens", [SumKind.DIFFERENCE]),
        ("return max(0, u.input_tokens - (u.cache_read_input_tokens or 0)) * 3", [SumKind.DIFFERENCE]),
        ("n = 0\nn = u.cache_read_input_tokens\nreturn int(u.input_tokens) - n", [SumKind.DIFFERENCE]),
        ("return u.cache_read_input_tokens / max(1, u.input_tokens) * 100", [SumKind.RATIO]),
        ("return (u.input_tokens * 3 + u.output_tokens * 15) / 1e6", [SumKind.COST]),
        ("a, b = u.input_tokens, u.output_tokens\nreturn a + b", [SumKind.TOTAL]),
    ],
)
def test_sums_that_are_wrong_for_cached_tokens(body: str, kinds: list[SumKind], facts: Facts) -> None:
    assert sum_kinds(body, facts) == kinds


@pytest.mark.parametrize(
    "body",
    [
        "return u.input_tokens + u.cache_read_input_tokens + u.cache_creation_input_tokens",
        "return u.input_tokens * 3 + u.cache_read_input_tokens * 0.3",
        "all = u.input_tokens + u.cache_read_input_tokens\nreturn all - u.cache_read_input_tokens",
        "return u.input_tokens - other",
        "return other.prompt_tokens - u.cache_read_input_tokens",
        "n = u.input_tokens\nif text:\n    n = other\nreturn n - u.cache_read_input_tokens",
        "n = u.input_tokens\nn += u.cache_read_input_tokens\nreturn n - u.cache_read_input_tokens",
        "return u.output_tokens * 15",
        "return u.input_tokens / other",
        "return u.cache_read_input_tokens / (u.input_tokens + u.cache_read_input_tokens)",
        "if text:\n    u = other\nreturn u.input_tokens - u.cache_read_input_tokens",
    ],
)
def test_sums_that_may_be_right(body: str, facts: Facts) -> None:
    assert sum_kinds(body, facts) == []


def test_a_method_of_the_same_name_is_no_proof(facts: Facts) -> None:
    """The callee is told by its name alone, and may be another vendor's."""
    api = HEAD.replace("def send(text)", "class Api:\n  def send(self, text)").replace("def work", "def idle")
    use = "import main\n\n\ndef go(vendor):\n    u = vendor.send(1).usage\n"
    use += "    return u.input_tokens - u.cache_read_input_tokens\n"
    (response,) = survey_of({"main.py": api + "    pass\n", "app.py": use}, facts).responses
    assert [count.part for count in response.counts] == [Part.INPUT, Part.CACHED]
    assert response.sums == ()


# -- who else looks ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "readers"),
    [
        ({"bill.py": "COLUMN = 'cache_read_input_tokens'"}, ("bill.py",)),
        ({"watch.py": "import logfire\nlogfire.instrument_anthropic()"}, ("watch.py",)),
        ({"tests/test_bill.py": "COLUMN = 'cache_read_input_tokens'"}, ()),
        ({"bill.py": "my_cache_read_input_tokens_total = 1"}, ()),
        ({"watch.py": "import weave"}, ("watch.py",)),
        ({"watch.py": "weave = 1"}, ()),
    ],
)
def test_files_that_name_cached_counts_are_readers(
    files: dict[str, str], readers: tuple[str, ...], facts: Facts
) -> None:
    program = {"main.py": HEAD + "    return send(text).content\n", **files}
    assert survey_of(program, facts).usage_readers == readers


# -- guards -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "guard"),
    [
        ("return send(text)\n\n\nwork('x', 1)", Guard.BARE),
        ("return send(text)\n\n\nasyncio.run(work('x', 1))", Guard.BARE),
        ("return send(text)\n\n\ntry:\n    work('x', 1)\nexcept ValueError:\n    pass", Guard.GUARDED),
        ("try:\n    return send(text)\nfinally:\n    print(1)\n\n\nwork('x', 1)", Guard.BARE),
        ("try:\n    pass\nexcept ValueError:\n    return send(text)\n\n\nwork('x', 1)", Guard.BARE),
        ("return send(text)", Guard.UNKNOWN),
        ("return send(text)\n\n\nregister(work)", Guard.UNKNOWN),
        ("return send(text)  # retries: none\n\n\nwork('x', 1)", Guard.UNKNOWN),
    ],
)
def test_what_stands_between_a_call_and_the_top(body: str, guard: Guard, facts: Facts) -> None:
    first, _, rest = body.partition("\n\n\n")
    program = {"main.py": HEAD + indent(first, "    ") + "\n\n\n" + rest + "\n"}
    assert set(survey_of(program, facts).guards.values()) == {guard}


# -- annotations ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("annotation", "kinds"),
    [
        ("Usage", [SumKind.DIFFERENCE]),
        ("'Usage | None'", [SumKind.DIFFERENCE]),
        ("anthropic.types.beta.BetaUsage", [SumKind.DIFFERENCE]),
        ("other.Usage", []),
    ],
)
def test_an_annotated_parameter_is_what_it_says(annotation: str, kinds: list[SumKind], facts: Facts) -> None:
    bill = f"""
import anthropic
import other
from anthropic.types import Usage


def bill(usage: {annotation}):
    return usage.input_tokens - usage.cache_read_input_tokens
"""
    found = survey_of({"main.py": HEAD + "    return send(text)\n", "bill.py": bill}, facts).responses
    assert [one.kind for response in found if response.site is None for one in response.sums] == kinds
