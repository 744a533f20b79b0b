"""The loopback server against the documented facts of prompt caching, mostly through the real SDK."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import anthropic
import pytest
from reality.cache import CacheService
from reality.rejection import Host, Rejected
from reality.server import Server
from reality.session import Answer, Session

SONNET, OPUS, FAST = "claude-sonnet-4-6", "claude-opus-4-6", "claude-opus-5"
MINIMUMS = {SONNET: 1024, OPUS: 4096, FAST: 512}
MARK = {"type": "ephemeral"}
HOUR = {"type": "ephemeral", "ttl": "1h"}

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Api:
    """A client of the real SDK and the workspace that it talks to."""

    client: anthropic.Anthropic
    session: Session
    url: str

    def ask(self, **changes: object) -> tuple[int, int, int]:
        """Tokens read, written, neither."""
        usage = self.client.messages.create(**request(**changes)).usage
        return usage.cache_read_input_tokens or 0, usage.cache_creation_input_tokens or 0, usage.input_tokens


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as server:
        yield server


@pytest.fixture(scope="module")
def root() -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(api_key="test", base_url="http://127.0.0.1", max_retries=0) as client:
        yield client


@pytest.fixture
def connect(server: Server, root: anthropic.Anthropic) -> Callable[..., Api]:
    def connect(tokens: int | None = None, answers: tuple[Answer, ...] = ()) -> Api:
        session = Session(CacheService(MINIMUMS.__getitem__, tokens), answers)
        url = server.open(session)
        return Api(root.with_options(base_url=url), session, url)

    return connect


@pytest.fixture
def api(connect: Callable[..., Api]) -> Api:
    return connect()


@pytest.fixture
def service() -> CacheService:
    return CacheService(MINIMUMS.__getitem__)


def words(tokens: int, letter: str = "x") -> str:
    """A text that the server's plain counter takes for so many tokens."""
    return letter * (4 * tokens)


def block(tokens: int, marker: Body | None = None, letter: str = "x") -> Body:
    marked = {"cache_control": marker} if marker else {}
    return {"type": "text", "text": words(tokens, letter), **marked}


def user(*content: Body | str) -> Body:
    return {"role": "user", "content": content[0] if isinstance(content[0], str) else list(content)}


def tool(name: str, tokens: int = 2000, **more: object) -> Body:
    return {"name": name, "description": words(tokens), "input_schema": {"type": "object"}, **more}


def request(**changes: object) -> Body:
    body = {
        "model": SONNET,
        "max_tokens": 16,
        "system": [block(2000, MARK)],
        "messages": [user(words(5))],
        **changes,
    }
    return {name: value for name, value in body.items() if value is not None}


def levels_read(service: CacheService, before: Body, after: Body) -> set[str]:
    """Which levels of the first request the second one reads."""
    marked: Body = {
        "tools": [tool("look", cache_control=MARK)],
        "system": [block(2000, MARK)],
        "messages": [user(block(2000, MARK))],
    }
    service.send(request(**{**marked, **before}))
    reading = service.send(request(**{**marked, **after}))
    return {
        reading.prompt.blocks[at].level.name.lower()
        for at in reading.prompt.breakpoints
        if at <= reading.read_to
    }


# -- core mechanics -------------------------------------------------------------------------------


def test_without_a_marker_nothing_is_cached(api: Api) -> None:
    assert api.ask(system=words(2000)) == (0, 0, 2005)
    assert api.ask(system=words(2000)) == (0, 0, 2005)


def test_what_was_written_is_read_by_the_next_request(api: Api) -> None:
    assert api.ask() == (0, 2000, 5)
    assert api.ask(messages=[user(words(7))]) == (2000, 0, 7)


def test_the_match_is_exact(api: Api) -> None:
    api.ask()
    changed = [{**block(2000, MARK), "text": words(2000) + " "}]
    assert api.ask(system=changed)[0] == 0


def test_the_order_of_keys_is_part_of_the_prefix(service: CacheService) -> None:
    schema = {"type": "object", "properties": {"a": {}, "b": {}}}
    turned = {"type": "object", "properties": {"b": {}, "a": {}}}
    before = {"tools": [tool("look", input_schema=schema, cache_control=MARK)]}
    after = {"tools": [tool("look", input_schema=turned, cache_control=MARK)]}
    assert levels_read(service, before, before) == {"tools", "system", "messages"}
    assert levels_read(service, before, after) == set()


def test_a_string_is_one_text_block(service: CacheService) -> None:
    service.send(request(messages=[user(words(5)), {"role": "assistant", "content": [block(3, MARK)]}]))
    listed = [user(block(5)), {"role": "assistant", "content": [block(3, MARK)]}]
    assert service.send(request(messages=listed)).usage.read == 2008


def test_nothing_is_stored_before_a_breakpoint(api: Api) -> None:
    api.ask(system=[block(2000), block(10, MARK, "a")])
    assert api.ask(system=[block(2000), block(10, MARK, "b")]) == (0, 2010, 5)


def test_the_documented_worst_mistake_writes_each_time_and_never_reads(api: Api) -> None:
    """The marker is on the block that changes with each request."""
    for number in range(3):
        question = user(block(10, MARK, letter=str(number)))
        assert api.ask(system=words(2000), messages=[question]) == (0, 2010, 0)


def test_each_breakpoint_is_an_entry_of_its_own(api: Api) -> None:
    api.ask(system=[block(2000, MARK), block(500, MARK, "a")])
    assert api.ask(system=[block(2000, MARK), block(500, MARK, "b")]) == (2000, 500, 5)


def test_the_marker_may_move_with_the_conversation(api: Api) -> None:
    turns = [user(block(10, MARK))]
    assert api.ask(messages=turns) == (0, 2010, 0)
    turns = [user(block(10)), {"role": "assistant", "content": words(4)}, user(block(6, MARK))]
    assert api.ask(messages=turns) == (2010, 10, 0)


@pytest.mark.parametrize(("added", "read"), [(19, 2000), (20, 0)])
def test_look_back_is_20_positions_with_the_breakpoint_as_the_first(
    service: CacheService, added: int, read: int
) -> None:
    service.send(request(system=words(1990), messages=[user(block(10, MARK))]))
    tail = [block(1) for _ in range(added - 1)]
    longer = service.send(request(system=words(1990), messages=[user(block(10), *tail, block(1, MARK))]))
    assert longer.usage.read == read
    assert longer.out_of_reach == (0 if read else 2000)


def test_a_further_breakpoint_opens_a_new_window(service: CacheService) -> None:
    service.send(request())
    tail = [block(1) for _ in range(30)]
    far = service.copy().send(request(system=words(2000), messages=[user(*tail, block(1, MARK))]))
    assert far.usage.read == 0
    tail[10] = block(1, MARK)
    near = service.copy().send(request(system=words(2000), messages=[user(*tail, block(1, MARK))]))
    assert near.usage.read == 2000


@pytest.mark.parametrize("kind", ["tool_use", "tool_result"])
def test_a_run_of_tool_blocks_is_one_position(service: CacheService, kind: str) -> None:
    shapes: dict[str, Body] = {
        "tool_use": {"type": "tool_use", "name": "look", "input": {}},
        "tool_result": {"type": "tool_result", "content": "seen"},
    }
    run = [{**shapes[kind], "id": f"toolu_{number}"} for number in range(40)]
    service.send(request(system=words(2000), messages=[user(block(1, MARK))]))
    reading = service.send(request(system=words(2000), messages=[user(block(1), *run, block(1, MARK))]))
    assert reading.usage.read == 2001
    texts = [block(1, letter=str(number % 10)) for number in range(40)]
    reading = service.send(request(system=words(2000), messages=[user(block(1), *texts, block(2, MARK))]))
    assert reading.usage.read == 0


def test_an_entry_lives_five_minutes(api: Api) -> None:
    api.ask()
    api.session.advance(300)
    assert api.ask() == (0, 2000, 5)


def test_a_read_refreshes_the_entry(api: Api) -> None:
    api.ask()
    for _ in range(3):
        api.session.advance(299)
        assert api.ask() == (2000, 0, 5)


def test_a_read_by_look_back_refreshes_the_entry(service: CacheService) -> None:
    short, long = [user(block(10, MARK))], [user(block(10), block(1, MARK))]
    service.send(request(system=words(2000), messages=short))
    assert service.send(request(system=words(2000), messages=long), clock=299).usage.read == 2010
    assert service.send(request(system=words(2000), messages=short), clock=400).usage.read == 2010


def test_an_entry_may_live_an_hour(api: Api) -> None:
    api.ask(system=[block(2000, HOUR)])
    api.session.advance(3599)
    assert api.ask(system=[block(2000, HOUR)])[0] == 2000
    api.session.advance(3600)
    assert api.ask(system=[block(2000, HOUR)])[0] == 0


def test_an_entry_can_be_read_once_the_response_has_begun(service: CacheService) -> None:
    first = service.begin(request())
    assert service.begin(request()).usage.read == 0
    service.commit(first)
    assert service.begin(request()).usage.read == 2000


def test_every_model_has_a_cache_of_its_own(api: Api) -> None:
    api.ask()
    assert api.ask(model=FAST) == (0, 2000, 5)
    assert api.ask() == (2000, 0, 5)


def test_workspaces_share_nothing(connect: Callable[..., Api]) -> None:
    connect().ask()
    assert connect().ask()[0] == 0


def test_below_the_minimum_nothing_happens_and_nothing_is_said(api: Api) -> None:
    assert api.ask(system=[block(1023, MARK)]) == (0, 0, 1028)
    assert api.ask(system=[block(1024, MARK)]) == (0, 1024, 5)


def test_the_minimum_counts_the_whole_prefix(api: Api) -> None:
    assert api.ask(system=[block(600), block(600, MARK)]) == (0, 1200, 5)


def test_the_minimum_depends_on_the_model(api: Api) -> None:
    assert api.ask(model=OPUS) == (0, 0, 2005)
    assert api.ask(model=FAST) == (0, 2000, 5)


def test_a_stated_size_is_that_of_the_first_longest_prefix(connect: Callable[..., Api]) -> None:
    api = connect(tokens=5000)
    assert api.ask(system=[block(30), block(20, MARK)], messages=[user(words(5))]) == (0, 5000, 500)
    assert api.ask(system=[block(30), block(20, MARK)], messages=[user(words(1))]) == (5000, 0, 100)


# -- automatic caching ----------------------------------------------------------------------------


def test_automatic_caching_marks_the_last_block_and_moves_with_it(api: Api) -> None:
    turns = [user(words(5))]
    assert api.ask(system=words(2000), messages=turns, cache_control=MARK) == (0, 2005, 0)
    turns += [{"role": "assistant", "content": words(3)}, user(words(2))]
    assert api.ask(system=words(2000), messages=turns, cache_control=MARK) == (2005, 5, 0)


def test_automatic_caching_of_a_one_off_prompt_never_reads(api: Api) -> None:
    for letter in "ab":
        one_off = [user(words(5, letter))]
        assert api.ask(system=words(2000), messages=one_off, cache_control=MARK) == (0, 2005, 0)


def test_automatic_caching_does_nothing_where_the_last_block_has_the_same_ttl(api: Api) -> None:
    four = [block(1100, MARK), block(1, MARK), block(1, MARK)]
    assert api.ask(system=four, messages=[user(block(5, MARK))], cache_control=MARK) == (0, 1107, 0)


@pytest.mark.parametrize(("top", "last"), [("5m", "1h"), ("1h", "5m")])
def test_automatic_caching_refuses_another_ttl_on_the_last_block(api: Api, top: str, last: str) -> None:
    marked = block(5, {**MARK, "ttl": last})
    with pytest.raises(anthropic.BadRequestError) as error:
        api.ask(system=words(9), messages=[user(marked)], cache_control={**MARK, "ttl": top})
    expected = (
        f"Top-level cache_control has ttl='{top}' but the target block already has cache_control "
        f"with ttl='{last}'"
    )
    assert expected in str(error.value)


def test_automatic_caching_takes_one_of_the_four_places(api: Api) -> None:
    four = [block(500, MARK) for _ in range(4)]
    with pytest.raises(anthropic.BadRequestError, match=r"A maximum of 4 blocks .* Found 5\."):
        api.ask(system=four, cache_control=MARK)


def test_automatic_caching_walks_back_from_what_cannot_be_marked(service: CacheService) -> None:
    thought = {"type": "thinking", "thinking": words(9), "signature": "s"}
    turns = [user(words(5)), {"role": "assistant", "content": [thought]}]
    reading = service.send(request(system=words(2000), messages=turns, cache_control=MARK))
    assert [reading.prompt.blocks[at].path for at in reading.prompt.breakpoints] == ["messages.0.content.0"]
    only = [{"role": "assistant", "content": [thought]}]
    assert service.send(request(system=None, messages=only, cache_control=MARK)).usage.written == 0


def test_legacy_bedrock_knows_no_automatic_caching(server: Server) -> None:
    session = Session(CacheService(lambda _: 1024))
    url = server.open(session)
    with anthropic.AnthropicBedrock(api_key="test", aws_region="us-east-1", base_url=url) as client:
        assert client.messages.create(
            **request(model="us.anthropic.claude")
        ).usage.cache_creation_input_tokens
        with pytest.raises(anthropic.BadRequestError, match="cache_control: Extra inputs"):
            client.messages.create(**request(cache_control=MARK))


# -- rejections -----------------------------------------------------------------------------------

_ORDER = (
    "{}.cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control "
    "block. Note that blocks are processed in the following order: tools, system, messages."
)
_DEFERRED = (
    "Tool 'look' cannot have both defer_loading=true and cache_control set. "
    "Tools with defer_loading cannot use prompt caching."
)
_OTHER_TYPE = (
    "system.0.cache_control: Input tag 'persistent' found using 'type' does not match any of the "
    "expected tags: 'ephemeral'"
)
_NESTED = {"type": "text", "text": "a", "cache_control": MARK}

REJECTED: dict[str, tuple[Body, str]] = {
    "five markers": (
        {"system": [block(9, MARK) for _ in range(5)]},
        "A maximum of 4 blocks with cache_control may be provided. Found 5.",
    ),
    "markers are counted over tools, system and messages": (
        {
            "tools": [tool("look", cache_control=MARK)],
            "system": [block(9, MARK), block(9, MARK)],
            "messages": [user(block(1, MARK), block(1, MARK))],
        },
        "A maximum of 4 blocks with cache_control may be provided. Found 5.",
    ),
    "an hour after five minutes": ({"system": [block(9, MARK), block(9, HOUR)]}, _ORDER.format("system.1")),
    "an hour in messages after five minutes in tools": (
        {
            "tools": [tool("look", cache_control=MARK)],
            "system": "s",
            "messages": [user(block(1), block(1, HOUR))],
        },
        _ORDER.format("messages.0.content.1"),
    ),
    "whitespace": (
        {"messages": [user(block(9), {**block(0, MARK), "text": " \n"})]},
        "messages.0.content.1.text: cache_control cannot be set for empty text blocks",
    ),
    "an empty system block": (
        {"system": [block(9), block(0, MARK)]},
        "system.1: cache_control cannot be set for empty text blocks",
    ),
    "thinking": (
        {"messages": [{"role": "assistant", "content": [{"type": "thinking", "cache_control": MARK}]}]},
        "messages.0.content.0.thinking.cache_control: Extra inputs are not permitted",
    ),
    "the message itself": (
        {"messages": [user("a"), {**user("b"), "cache_control": MARK}]},
        "messages.1.cache_control: Extra inputs are not permitted",
    ),
    "a deferred tool": ({"tools": [tool("look", defer_loading=True, cache_control=MARK)]}, _DEFERRED),
    "a sub-block that is not the last": (
        {"messages": [user({"type": "tool_result", "content": [_NESTED, {"type": "text", "text": "b"}]})]},
        "messages.0.content.0.tool_result.content.0.cache_control: Extra inputs are not permitted",
    ),
    "another type": (
        {"system": [block(9, {"type": "persistent"})]},
        _OTHER_TYPE,
    ),
    "another ttl": (
        {"system": [block(9, {**MARK, "ttl": "2h"})]},
        "system.0.cache_control.ephemeral.ttl: Input should be '5m' or '1h'",
    ),
}


@pytest.mark.parametrize("case", REJECTED)
def test_the_api_rejects_a_marker(api: Api, case: str) -> None:
    changes, message = REJECTED[case]
    with pytest.raises(anthropic.BadRequestError) as error:
        api.ask(**changes)
    assert isinstance(error.value.body, dict)
    assert error.value.body["error"] == {"type": "invalid_request_error", "message": message}
    assert [exchange.error for exchange in api.session.log] == [message]


def test_a_marker_on_the_last_sub_block_counts_for_its_parent(service: CacheService) -> None:
    result = {"type": "tool_result", "content": [{"type": "text", "text": "a"}, _NESTED]}
    reading = service.send(request(messages=[user(result)]))
    assert [reading.prompt.blocks[at].path for at in reading.prompt.breakpoints] == [
        "system.0",
        "messages.0.content.0",
    ]


def test_four_markers_and_falling_ttls_are_accepted(service: CacheService) -> None:
    system = [block(2000, HOUR), block(9, HOUR), block(9, MARK)]
    assert service.send(request(system=system, messages=[user(block(9, MARK))])).usage.written == 2027


def test_count_tokens_rejects_what_create_rejects(service: CacheService) -> None:
    with pytest.raises(Rejected, match="Found 5"):
        service.count(request(system=[block(9, MARK) for _ in range(5)]))
    assert service.count(request(), host=Host.BEDROCK) == 2005


# -- what invalidates what ------------------------------------------------------------------------

_IMAGE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "aa"}}
_MARKED = block(2000, MARK)
CHANGES: dict[str, tuple[Body, str]] = {
    "model": ({"model": FAST}, ""),
    "tool description": ({"tools": [tool("look", 2001, cache_control=MARK)]}, ""),
    "tool added": ({"tools": [tool("a"), tool("look", cache_control=MARK)]}, ""),
    "system text": ({"system": [block(2000, MARK, "y")]}, "tools"),
    "web search on": (
        {
            "tools": [
                tool("look", cache_control=MARK),
                {"type": "web_search_20250305", "name": "web_search"},
            ]
        },
        "tools",
    ),
    "web search on, before the other tools": (
        {
            "tools": [
                {"type": "web_search_20250305", "name": "web_search"},
                tool("look", cache_control=MARK),
            ]
        },
        "tools",
    ),
    "speed": ({"speed": "fast"}, "tools"),
    "skills": ({"container": {"skills": [{"skill_id": "pptx"}]}}, "tools"),
    "tool choice": ({"tool_choice": {"type": "any"}}, "tools system"),
    "parallel tool use": (
        {"tool_choice": {"type": "auto", "disable_parallel_tool_use": True}},
        "tools system",
    ),
    "thinking": ({"thinking": {"type": "enabled", "budget_tokens": 1024}}, "tools system"),
    "effort": ({"output_config": {"effort": "low"}}, "tools system"),
    "explicit default effort": ({"output_config": {"effort": "high"}}, "tools system messages"),
    "image": ({"messages": [user(_MARKED, _IMAGE)]}, "tools system"),
    "earlier message": ({"messages": [user(block(1), _MARKED)]}, "tools system"),
    "max tokens": ({"max_tokens": 17}, "tools system messages"),
    "metadata": ({"metadata": {"user_id": "u"}}, "tools system messages"),
    "stop sequences": ({"stop_sequences": ["\n"]}, "tools system messages"),
    "nothing": ({}, "tools system messages"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_voids_the_levels_that_the_table_says(service: CacheService, change: str) -> None:
    after, survivors = CHANGES[change]
    assert levels_read(service, {}, after) == set(survivors.split())


def test_a_change_in_the_order_of_tools_voids_everything(service: CacheService) -> None:
    first, second = tool("a"), tool("b")
    before, after = {"tools": [first, second]}, {"tools": [second, first]}
    assert levels_read(service, before, before) == {"system", "messages"}
    assert levels_read(service, before, after) == set()


# -- usage and diagnostics ------------------------------------------------------------------------


def test_the_three_usage_fields_add_up_to_the_whole_input(api: Api) -> None:
    system = [block(2000, MARK)]
    api.ask(system=system)
    usage = api.client.messages.create(
        **request(system=system, messages=[user(block(30, MARK), block(7))])
    ).usage
    assert (usage.cache_read_input_tokens, usage.cache_creation_input_tokens, usage.input_tokens) == (
        2000,
        30,
        7,
    )


def test_usage_splits_what_is_written_by_ttl(api: Api) -> None:
    message = api.client.messages.create(
        **request(system=[block(2000, HOUR), block(300, MARK)], messages=[user(words(5))])
    )
    assert message.usage.cache_creation is not None
    assert message.usage.cache_creation.ephemeral_1h_input_tokens == 2000
    assert message.usage.cache_creation.ephemeral_5m_input_tokens == 300
    assert message.usage.cache_creation_input_tokens == 2300


def test_what_is_read_is_not_written_whatever_its_ttls(service: CacheService) -> None:
    body = request(system=[block(2000, HOUR), block(300, MARK)])
    service.send(body)
    usage = service.send(body).usage
    assert (usage.read, usage.written_1h, usage.written_5m, usage.input, usage.total) == (2300, 0, 0, 5, 2305)


def test_a_stream_reports_usage_in_its_first_event(api: Api) -> None:
    api.ask()
    first, *_, last = list(api.client.messages.create(**request(), stream=True))
    assert first.type == "message_start"
    assert first.message.usage.cache_read_input_tokens == 2000
    assert last.type == "message_stop"


def test_a_stream_helper_assembles_text_and_tool_calls(connect: Callable[..., Api]) -> None:
    api = connect(answers=({"tool": "look", "input": {"at": "sky"}},))
    with api.client.messages.stream(**request()) as stream:
        call = stream.get_final_message()
    with api.client.messages.stream(**request()) as stream:
        answer = stream.get_final_message()
    assert call.content[0].type == "tool_use"
    assert call.content[0].input == {"at": "sky"}
    assert call.stop_reason == "tool_use"
    assert answer.content[0].type == "text"
    assert answer.usage.cache_read_input_tokens == 2000


def test_diagnostics_are_absent_null_or_name_the_earliest_change(api: Api) -> None:
    first = api.client.messages.create(**request(diagnostics={"previous_message_id": None}))
    assert first.diagnostics is None
    assert api.client.messages.create(**request()).diagnostics is None
    same = api.client.messages.create(**request(diagnostics={"previous_message_id": first.id}))
    assert same.diagnostics is None
    changed = request(system=[block(3000, MARK, "y")], diagnostics={"previous_message_id": first.id})
    diagnostics = api.client.messages.create(**changed).diagnostics
    assert diagnostics is not None
    assert diagnostics.cache_miss_reason is not None
    assert diagnostics.cache_miss_reason.type == "system_changed"
    assert diagnostics.cache_miss_reason.cache_missed_input_tokens == 3005
    unknown = api.client.messages.create(**request(diagnostics={"previous_message_id": "msg_0"}))
    assert unknown.diagnostics is not None
    assert unknown.diagnostics.cache_miss_reason is not None
    assert unknown.diagnostics.cache_miss_reason.type == "previous_message_not_found"


REASONS: dict[str, tuple[Body, str | None]] = {
    "model": ({"model": FAST, "system": words(3)}, "model_changed"),
    "tools": ({"tools": [tool("a")], "system": words(3)}, "tools_changed"),
    "system": ({"system": words(3), "messages": [user("b")]}, "system_changed"),
    "messages": ({"messages": [user("b")]}, "messages_changed"),
    "appended": ({"messages": [user(words(5)), user("b")]}, None),
    "tool choice": ({"tool_choice": {"type": "none"}}, "unavailable"),
    "nothing": ({}, None),
}


@pytest.mark.parametrize("change", REASONS)
def test_the_log_diagnoses_every_request_against_the_one_before(api: Api, change: str) -> None:
    changes, reason = REASONS[change]
    api.ask()
    api.ask(**changes)
    first, second = api.session.log
    assert first.diagnosis is None
    assert (second.diagnosis.reason if second.diagnosis else None) == reason


def test_a_request_of_no_tokens_warms_the_cache(api: Api) -> None:
    message = api.client.messages.create(**request(max_tokens=0))
    assert message.content == []
    assert message.usage.cache_creation_input_tokens == 2000
    assert api.ask()[0] == 2000


def test_counting_tokens_neither_reads_nor_writes(api: Api) -> None:
    body = request()
    del body["max_tokens"]
    assert api.client.messages.count_tokens(**body).input_tokens == 2005
    assert api.ask() == (0, 2000, 5)
    assert api.client.messages.count_tokens(**body).input_tokens == 2005
    assert len(api.session.log) == 1


def test_the_beta_variant_and_its_headers_are_understood(api: Api) -> None:
    body: Body = request()
    api.client.beta.messages.create(**body, betas=["a-2026-01-01"])
    again = api.client.beta.messages.create(**body, betas=["a-2026-01-01"])
    assert again.usage.cache_read_input_tokens == 2000


def test_a_batch_is_a_request_for_each_entry(api: Api) -> None:
    entries: Any = [
        {"custom_id": "good", "params": request()},
        {"custom_id": "again", "params": request()},
        {"custom_id": "bad", "params": request(system=[block(9, MARK) for _ in range(5)])},
    ]
    batch = api.client.messages.batches.create(requests=entries)
    assert (batch.request_counts.succeeded, batch.request_counts.errored) == (2, 1)
    results = {line.custom_id: line.result for line in api.client.messages.batches.results(batch.id)}
    again, bad = results["again"], results["bad"]
    assert again.type == "succeeded"
    assert again.message.usage.cache_read_input_tokens == 2000
    assert bad.type == "errored"
    assert "Found 5" in bad.error.error.message


def test_a_program_can_move_the_clock_of_its_own_session(api: Api) -> None:
    api.ask()
    url = urlsplit(api.url)
    connection = http.client.HTTPConnection(str(url.hostname), url.port)
    connection.request("POST", f"{url.path}/_control", json.dumps({"advance": 301, "activate": "2"}))
    assert json.load(connection.getresponse()) == {"clock": 301.0}
    connection.close()
    assert api.ask()[0] == 0
    assert [exchange.activation for exchange in api.session.log] == ["", "2"]


def test_an_unknown_path_is_not_found(api: Api) -> None:
    with pytest.raises(anthropic.NotFoundError):
        api.client.models.list()
