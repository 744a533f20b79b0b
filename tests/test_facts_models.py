"""Models are found by every way of writing them; handlers by every way of decorating."""

from __future__ import annotations

import inspect

import pytest

from promptlint.facts import Facts, Price, load_facts
from promptlint.variation import Cause, Kind, Topic


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load_facts()


# -- models -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "model"),
    [
        ("claude-sonnet-4-6", "claude-sonnet-4-6"),
        ("anthropic.claude-sonnet-4-6", "claude-sonnet-4-6"),
        ("anthropic/claude-opus-4.8", "claude-opus-4-8"),
        ("openrouter/anthropic/claude-3.7-sonnet:thinking", "claude-3-7-sonnet"),
        ("us.anthropic.claude-opus-4-5-20251101-v1:0", "claude-opus-4-5"),
        ("global.anthropic.claude-haiku-4-5-20251001-v1:0", "claude-haiku-4-5"),
        ("bedrock/us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5"),
        ("arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-6-v1", "claude-opus-4-6"),
        ("vertex_ai/claude-sonnet-4-5@20250929", "claude-sonnet-4-5"),
        ("claude-opus-4-1@20250805", "claude-opus-4-1"),
        ("projects/p/locations/global/publishers/anthropic/models/claude-opus-5@default", "claude-opus-5"),
        ("claude-sonnet-4-20250514", "claude-sonnet-4"),
        ("claude-sonnet-4-0", "claude-sonnet-4"),
        ("claude-opus-4-0", "claude-opus-4"),
        ("claude-3-5-haiku-latest", "claude-3-5-haiku"),
        ("claude-3-5-sonnet-20240620", "claude-3-5-sonnet"),
        ("anthropic.claude-3-5-sonnet-20241022-v2:0", "claude-3-5-sonnet"),
        ("anthropic.claude-3-haiku-20240307-v1:0:200k", "claude-3-haiku"),
        ("claude-opus-4-6[1m]", "claude-opus-4-6"),
        ("anthropic:claude-opus-5-5", "claude-opus-5-5"),
        ("Claude-Sonnet-5", "claude-sonnet-5"),
    ],
)
def test_a_model_is_found_by_every_way_of_writing_it(facts: Facts, written: str, model: str) -> None:
    found = facts.models.find(written)
    assert found is not None
    assert found.id == model


@pytest.mark.parametrize(
    "written", ["gpt-5", "claude", "claude-next", "claude-sonnet-4-6-fine", "claude-2.1", ""]
)
def test_an_unknown_model_is_nothing(facts: Facts, written: str) -> None:
    assert facts.models.find(written) is None


def test_every_id_and_alias_resolves_to_its_model(facts: Facts) -> None:
    for model in facts.models.all:
        for name in (model.id, *model.aliases):
            assert facts.models.find(name) is model, name


def test_every_current_model_of_the_sdk_is_known(facts: Facts) -> None:
    from anthropic.types import model_param  # noqa: PLC0415  only this test needs the names

    named = [part for part in inspect.getsource(model_param).split('"') if part.startswith("claude-")]
    assert len(named) > 10
    assert [name for name in named if facts.models.find(name) is None] == []


@pytest.mark.parametrize(
    ("model", "minimum"),
    [
        ("claude-opus-5", 512),
        ("claude-sonnet-5", 1024),
        ("claude-opus-4-6", 4096),
        ("claude-haiku-4-5", 4096),
        ("claude-sonnet-4-6", 1024),
        ("claude-mythos-preview", 512),
        ("claude-fable-5", 512),
    ],
)
def test_the_lowest_minimum_counts(facts: Facts, model: str, minimum: int) -> None:
    found = facts.models.find(model)
    assert found is not None
    assert found.minimum == minimum


def test_a_disputed_minimum_keeps_every_value_with_its_source(facts: Facts) -> None:
    model = facts.models.find("claude-sonnet-4-6")
    assert model is not None
    assert model.disputed
    assert [minimum.tokens for minimum in model.minimums] == [1024, 2048]
    assert all(minimum.where for minimum in model.minimums)
    assert model.platform_minimums == {"bedrock": 2048}


def test_prices_follow_from_the_input_price(facts: Facts) -> None:
    priced = [model for model in facts.models.all if model.price]
    assert len(priced) > 20
    prices = [(model, model.price) for model in priced]
    prices += [(model, model.long_price.price) for model in priced if model.long_price]
    for model, price in prices:
        assert price is not None
        expected = Price(
            price.input,
            price.input * 1.25,
            price.input * 2,
            price.input * model.read_multiplier,
            price.input * 5,
        )
        assert _close(price, expected), model.id


def _close(price: Price, other: Price) -> bool:
    return all(
        abs(getattr(price, name) - getattr(other, name)) < 1e-9
        for name in ("input", "write_5m", "write_1h", "read", "output")
    )


def test_generations_of_models_have_factors(facts: Facts) -> None:
    assert {model.generation for model in facts.models.all} == set(facts.tokens.factors)
    assert {model.status for model in facts.models.all} == {"active", "limited", "deprecated", "retired"}


# -- decorators ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "fastapi.FastAPI.post",
        "app.post",
        "router.get",
        "chat_router.post",
        "api.v1.router.get",
        "flask.Flask.route",
    ],
)
def test_a_decorator_makes_a_web_handler(facts: Facts, name: str) -> None:
    handler = facts.decorators.handler(name)
    assert handler is not None
    assert handler.cause == Cause(Kind.CALL, Topic.REQUEST)
    assert "db" in handler.others


@pytest.mark.parametrize(
    "name", ["app.on_event", "app.command", "functools.wraps", "cache.get", "post", "approuter.post"]
)
def test_other_decorators_make_no_handler(facts: Facts, name: str) -> None:
    assert facts.decorators.handler(name) is None


def test_a_bot_names_the_parameters_that_carry_the_message(facts: Facts) -> None:
    handler = facts.decorators.handler("app.message")
    assert handler is not None
    assert "message" in handler.parameters
    assert "say" not in handler.parameters


def test_a_function_is_a_handler_by_its_agreed_name_and_parameters(facts: Facts) -> None:
    handler = facts.decorators.function("lambda_handler", ["event", "context"])
    assert handler is not None
    assert handler.others == {"context"}
    assert facts.decorators.function("lambda_handler", ["x"]) is None
    assert facts.decorators.function("main", ["event", "context"]) is None


def test_annotations_and_defaults_tell_the_request_from_the_rest(facts: Facts) -> None:
    assert facts.decorators.request("fastapi.Request") == Cause(Kind.CALL, Topic.REQUEST)
    assert facts.decorators.request("builtins.str") is None
    assert facts.decorators.is_injected("fastapi.Depends")
    assert not facts.decorators.is_injected("fastapi.Body")


def test_decorators_keep_or_cache_a_function(facts: Facts) -> None:
    assert facts.decorators.keeps("tenacity.retry")
    assert not facts.decorators.caches("tenacity.retry")
    assert facts.decorators.keeps("functools.lru_cache")
    assert facts.decorators.caches("functools.lru_cache")
    assert not facts.decorators.keeps("myapp.decorate")
