"""The facts about the SDK agree with the installed SDK; few files are worth parsing."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from pathlib import Path

import anthropic
import pytest

from promptlint.diagnostic import Confidence
from promptlint.facts import Action, Facts, load_facts


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load_facts()


# -- the SDK ------------------------------------------------------------------------------------


def test_every_client_of_the_sdk_is_known_and_exists(facts: Facts) -> None:
    exported = {
        f"anthropic.{name}"
        for name, value in vars(anthropic).items()
        if inspect.isclass(value) and hasattr(value, "with_options")
    }
    assert exported == {name for name in facts.calls.clients if name.count(".") == 1}
    for name in facts.calls.clients:
        if name.startswith("anthropic."):
            assert inspect.isclass(pkgutil.resolve_name(name)), name


def test_the_platform_follows_from_the_class(facts: Facts) -> None:
    assert facts.calls.platform("anthropic.AsyncAnthropic") == "anthropic"
    assert facts.calls.platform("anthropic.lib.bedrock.AnthropicBedrock") == "bedrock"
    assert facts.calls.platform("anthropic.AnthropicGoogleCloud") == "google_cloud"
    assert facts.calls.platform("openai.OpenAI") is None


def _method(path: tuple[str, ...]) -> object:
    found: object = anthropic.Anthropic(api_key="-")
    for part in path:
        found = getattr(found, part)
    return found


def test_methods_have_the_parameters_that_the_facts_claim(facts: Facts) -> None:
    for path, fact in facts.calls.methods.items():
        if fact.action is Action.GONE:
            with pytest.raises(AttributeError):
                _method(path)
            continue
        function = _method(path)
        assert callable(function)
        parameters = inspect.signature(function).parameters
        if fact.action is Action.BATCH:
            assert "requests" in parameters, path
        else:
            assert ("cache_control" in parameters) is fact.top_level, path
            assert {"messages", "model"} <= set(parameters), path


HELD_BY_THE_SERVER = {"thread"}
"""Takes no ``cache_control`` at all: the server holds the conversation."""


def test_no_method_that_takes_messages_and_can_cache_is_missed(facts: Facts) -> None:
    for prefix in (("messages",), ("beta", "messages")):
        for name, function in inspect.getmembers(_method(prefix), callable):
            parameters = () if name.startswith("_") else inspect.signature(function).parameters
            if {"messages", "cache_control"} & set(parameters) and name not in HELD_BY_THE_SERVER:
                assert facts.calls.method((*prefix, name)) is not None, (prefix, name)


def test_segments_that_change_only_the_response_are_passed_through(facts: Facts) -> None:
    raw = facts.calls.method(("beta", "messages", "with_raw_response", "create"))
    assert raw == facts.calls.method(("beta", "messages", "create"))
    assert raw is not None
    assert raw.action is Action.SENDS
    assert facts.calls.method(("with_streaming_response", "messages", "create")) is not None


def test_a_path_leads_to_a_method_or_not(facts: Facts) -> None:
    assert facts.calls.leads(("beta", "messages"))
    assert facts.calls.leads(("messages", "with_raw_response"))
    assert not facts.calls.leads(("models",))
    assert facts.calls.method(("messages",)) is None
    assert facts.calls.method(("beta", "threads", "messages", "create")) is None


def test_methods_that_give_a_client_exist(facts: Facts) -> None:
    client = anthropic.Anthropic(api_key="-")
    assert {name for name in facts.calls.chains if hasattr(client, name)} == facts.calls.chains


def test_typed_dicts_of_requests_are_records(facts: Facts) -> None:
    records = [name for name in _types() if _is_typed_dict(name)]
    assert len(records) > 100
    wanted = [name for name in records if name.endswith("Param") or "MessageCreateParams" in name]
    assert [name for name in wanted if not facts.calls.is_record(name)] == []
    assert facts.calls.is_record("anthropic.types.messages.batch_create_params.Request")
    assert facts.calls.is_record("anthropic.types.beta.messages.batch_create_params.Request")
    assert _is_typed_dict("anthropic.types.beta.messages.batch_create_params.Request")


def _is_typed_dict(name: str) -> bool:
    return hasattr(pkgutil.resolve_name(name), "__required_keys__")


def _types() -> list[str]:
    modules = ("anthropic.types", "anthropic.types.beta", "anthropic.types.message_create_params")
    return [f"{module}.{name}" for module in modules for name in vars(importlib.import_module(module))]


def test_answers_of_the_sdk_are_not_records(facts: Facts) -> None:
    assert not any(
        facts.calls.is_record(f"anthropic.types.{name}") for name in ("Message", "Usage", "TextBlock")
    )


def test_tool_decorators_exist(facts: Facts) -> None:
    assert all(callable(pkgutil.resolve_name(name)) for name in facts.calls.tool_decorators)


def test_obsolete_headers_are_names_that_the_sdk_knows(facts: Facts) -> None:
    from anthropic.types import anthropic_beta_param  # noqa: PLC0415  only this test needs the names

    known = inspect.getsource(anthropic_beta_param)
    assert set(facts.calls.obsolete) == {"prompt-caching-2024-07-31", "extended-cache-ttl-2025-04-11"}
    assert all(f'"{name}"' in known for name in facts.calls.obsolete)
    assert (facts.calls.beta_header, facts.calls.beta_parameter) == ("anthropic-beta", "betas")


@pytest.mark.parametrize("name", ["twilio.rest.Client", "openai.OpenAI", "unittest.mock.MagicMock", "twilio"])
def test_other_things_with_messages_are_foreign(facts: Facts, name: str) -> None:
    assert facts.calls.is_foreign(name)


@pytest.mark.parametrize(
    "name", ["anthropic.Anthropic", "unittest", "twilio_helper.Client", "myapp.llm.Client"]
)
def test_ours_and_unknown_things_are_not_foreign(facts: Facts, name: str) -> None:
    assert not facts.calls.is_foreign(name)


def test_a_wrapper_keeps_the_client(facts: Facts) -> None:
    assert facts.calls.is_wrapper("langsmith.wrappers.wrap_anthropic")
    assert not facts.calls.is_wrapper("langsmith.wrappers.wrap_openai")


@pytest.mark.parametrize(
    ("expression", "confidence"),
    [
        ("self._anthropic_client", Confidence.MEDIUM),
        ("claude", Confidence.MEDIUM),
        ("client", Confidence.LOW),
        ("self.client", Confidence.LOW),
        ("messages_client", Confidence.LOW),
        ("twilio_client", None),
        ("session", None),
    ],
)
def test_a_name_may_say_that_it_is_a_client(
    facts: Facts, expression: str, confidence: Confidence | None
) -> None:
    assert facts.calls.client_name(expression) is confidence


def test_arguments_tell_a_request_from_other_messages(facts: Facts) -> None:
    assert facts.calls.is_request({"model", "max_tokens", "messages", "temperature"})
    assert facts.calls.is_request({"system", "messages"})
    assert facts.calls.is_request({"messages"}, "us.anthropic.claude-sonnet-4-6")
    assert not facts.calls.is_request({"messages", "model"}, "gpt-5")
    assert not facts.calls.is_request({"body", "from_", "to"})
    assert not facts.calls.is_request({"system", "prompt"})


# -- which files are worth parsing -----------------------------------------------------------------

CANDIDATES = [
    "from anthropic import Anthropic",
    "client.messages.create(model=m)",
    "client . messages . stream(**kwargs)",
    "(self.client\n    .messages\n    .create(x=1))",
    "client.messages\\\n  .create()",
    "m = client.messages\nsend = m.create\n",
    "def ask(messages_client):\n    return messages_client.create(**kw)",
    "return get_client().messages.count_tokens(messages=x)",
    "client.beta.messages.tool_runner(tools=t)",
    "client.messages.batches.create(requests=r)",
    "block['cache_control'] = marker",
    "headers = {'x': 'prompt-caching-2024-07-31'}",
    "c.beta.prompt_caching.messages.create",
    "api.messages.with_raw_response.parse(x)",
]
OTHERS = [
    "",
    "import os\nprint(os.getcwd())",
    "messages = []\nmessages.append(x)\n",
    "state.messages.append(x)",
    "Model.objects.create(name=x)",
    "from django.contrib import messages\nmessages.success(request, 'ok')",
]


@pytest.mark.parametrize("text", CANDIDATES)
def test_a_file_that_could_hold_a_call_is_a_candidate(facts: Facts, text: str) -> None:
    assert facts.calls.candidate(text.encode())


@pytest.mark.parametrize("text", OTHERS)
def test_a_file_without_any_sign_is_not(facts: Facts, text: str) -> None:
    assert not facts.calls.candidate(text.encode())


def test_few_files_of_the_standard_library_are_candidates(facts: Facts) -> None:
    library = Path(inspect.getfile(inspect)).parent
    files = list(library.glob("*.py"))
    candidates = [path.name for path in files if facts.calls.candidate(path.read_bytes())]
    assert len(files) > 100
    assert len(candidates) / len(files) < 1 / 25
