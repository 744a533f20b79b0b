"""The model of the cache against the documented facts: windows, keys, rejections, invalidations."""

from __future__ import annotations

import pytest
from reality.bodies import FAST, HOUR, MARK, MINIMUMS, Body, block, request, tool, user, words
from reality.cache import CacheService
from reality.rejection import Host, Rejected


@pytest.fixture
def service() -> CacheService:
    return CacheService(MINIMUMS.__getitem__)


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


# -- keys, windows, lifetimes ---------------------------------------------------------------------


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


def test_a_read_by_look_back_refreshes_the_entry(service: CacheService) -> None:
    short, long = [user(block(10, MARK))], [user(block(10), block(1, MARK))]
    service.send(request(system=words(2000), messages=short))
    assert service.send(request(system=words(2000), messages=long), clock=299).usage.read == 2010
    assert service.send(request(system=words(2000), messages=short), clock=400).usage.read == 2010


def test_an_entry_can_be_read_once_the_response_has_begun(service: CacheService) -> None:
    first = service.begin(request())
    assert service.begin(request()).usage.read == 0
    service.commit(first)
    assert service.begin(request()).usage.read == 2000


def test_automatic_caching_walks_back_from_what_cannot_be_marked(service: CacheService) -> None:
    thought = {"type": "thinking", "thinking": words(9), "signature": "s"}
    turns = [user(words(5)), {"role": "assistant", "content": [thought]}]
    reading = service.send(request(system=words(2000), messages=turns, cache_control=MARK))
    assert [reading.prompt.blocks[at].path for at in reading.prompt.breakpoints] == ["messages.0.content.0"]
    only = [{"role": "assistant", "content": [thought]}]
    assert service.send(request(system=None, messages=only, cache_control=MARK)).usage.written == 0


def test_what_is_read_is_not_written_whatever_its_ttls(service: CacheService) -> None:
    body = request(system=[block(2000, HOUR), block(300, MARK)])
    service.send(body)
    usage = service.send(body).usage
    assert (usage.read, usage.written_1h, usage.written_5m, usage.input, usage.total) == (2300, 0, 0, 5, 2305)


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
def test_the_api_rejects_a_marker(service: CacheService, case: str) -> None:
    changes, message = REJECTED[case]
    with pytest.raises(Rejected) as error:
        service.send(request(**changes))
    assert str(error.value) == message


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
