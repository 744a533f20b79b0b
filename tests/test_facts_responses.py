"""Do the facts about responses agree with the SDK that is installed?"""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from typing import get_args

import pytest
from anthropic import APIResponse, AsyncAPIResponse
from anthropic.lib import streaming, tools
from anthropic.lib.streaming import _types as events
from anthropic.types import CacheCreation, Message, RawMessageStreamEvent, Usage
from anthropic.types.beta import BetaMessage

from promptlint.facts import Part, load_facts

RESPONSES = load_facts().responses


def members(*types: type) -> set[str]:
    """Every attribute, method and field of some classes."""
    return {name for one in types for name in (*dir(one), *getattr(one, "model_fields", {}))}


def event_types() -> Iterable[type]:
    yield from get_args(get_args(RawMessageStreamEvent)[0])
    built = vars(events).items()
    yield from (one for name, one in built if name.endswith("Event") and isinstance(one, type))


THERE = {
    Part.MESSAGE: members(Message, BetaMessage, APIResponse, AsyncAPIResponse)
    | {"parsed_output", "request_id"},
    Part.STREAM: members(streaming.MessageStream, streaming.AsyncMessageStream, APIResponse)
    | {"text_stream"},
    Part.EVENT: members(*event_types()) | {"parsed_snapshot"},
    Part.RUNNER: members(tools.BetaToolRunner),
    Part.USAGE: members(Usage, CacheCreation),
}


@pytest.mark.parametrize("part", [part for part in Part if not part.is_count])
def test_every_name_is_one_of_the_sdk(part: Part) -> None:
    fact = RESPONSES.parts[part]
    assert {*fact.leads, *fact.plain} <= THERE[part]
    assert not set(fact.leads) & fact.plain


def test_every_count_of_the_input_is_named() -> None:
    counts = {name for name in (*Usage.model_fields, *CacheCreation.model_fields) if name.endswith("tokens")}
    assert counts == {name for name, part in RESPONSES.parts[Part.USAGE].leads.items() if part.is_count}


@pytest.mark.parametrize("name", sorted(RESPONSES.classes))
def test_every_class_is_there(name: str) -> None:
    module, _, last = name.rpartition(".")
    assert isinstance(getattr(importlib.import_module(module), last), type)


def test_names_of_cached_counts_tell_who_reads_them() -> None:
    assert {"cache_read_input_tokens", "ephemeral_1h_input_tokens", "cache_miss_reason"} <= RESPONSES.readers
    assert "input_tokens" not in RESPONSES.readers
