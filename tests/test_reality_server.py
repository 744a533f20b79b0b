"""The loopback server against the documented facts of prompt caching, through the real SDK."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import anthropic
import pytest
from reality.bodies import FAST, HOUR, MARK, MINIMUMS, OPUS, Body, block, request, tool, user, words
from reality.cache import CacheService
from reality.server import Server
from reality.session import Answer, Session


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


def test_an_entry_lives_five_minutes(api: Api) -> None:
    api.ask()
    api.session.advance(300)
    assert api.ask() == (0, 2000, 5)


def test_a_read_refreshes_the_entry(api: Api) -> None:
    api.ask()
    for _ in range(3):
        api.session.advance(299)
        assert api.ask() == (2000, 0, 5)


def test_an_entry_may_live_an_hour(api: Api) -> None:
    api.ask(system=[block(2000, HOUR)])
    api.session.advance(3599)
    assert api.ask(system=[block(2000, HOUR)])[0] == 2000
    api.session.advance(3600)
    assert api.ask(system=[block(2000, HOUR)])[0] == 0


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


def test_a_rejection_is_a_bad_request_and_is_logged(api: Api) -> None:
    message = "A maximum of 4 blocks with cache_control may be provided. Found 5."
    with pytest.raises(anthropic.BadRequestError) as error:
        api.ask(system=[block(9, MARK) for _ in range(5)])
    assert isinstance(error.value.body, dict)
    assert error.value.body["error"] == {"type": "invalid_request_error", "message": message}
    assert [exchange.error for exchange in api.session.log] == [message]


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


def test_legacy_bedrock_knows_no_automatic_caching(server: Server) -> None:
    session = Session(CacheService(lambda _: 1024))
    url = server.open(session)
    with anthropic.AnthropicBedrock(api_key="test", aws_region="us-east-1", base_url=url) as client:
        assert client.messages.create(
            **request(model="us.anthropic.claude")
        ).usage.cache_creation_input_tokens
        with pytest.raises(anthropic.BadRequestError, match="cache_control: Extra inputs"):
            client.messages.create(**request(cache_control=MARK))


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
