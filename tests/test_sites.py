"""What counts as one call site?"""

from __future__ import annotations

from promptlint.facts import load_facts
from promptlint.program import Program
from promptlint.reading import read_program
from promptlint.resolution import Resolution
from promptlint.result import SiteLine

HEAD = "import anthropic\nclient = anthropic.Anthropic()\n"


def sites(source: str) -> list[SiteLine]:
    return list(read_program(Program.in_memory({"main.py": HEAD + source}), load_facts()).sites())


def test_an_expression_that_may_call_two_methods_is_one_call_site() -> None:
    (site,) = sites(
        """\
def ask(stream):
    send = client.messages.stream if stream else client.messages.create
    return send(model="m", max_tokens=1, messages=[], system="Read.")
"""
    )
    assert site.method == "messages.create or messages.stream"
    assert (site.resolution, site.requests) == (Resolution.FULL, 2)


def test_a_call_that_no_run_reaches_is_counted_as_opaque() -> None:
    (site,) = sites(
        """\
def ask():
    raise NotImplementedError
    client.messages.create(model="m", max_tokens=1, messages=[], system="Read.")
"""
    )
    assert site.resolution is Resolution.OPAQUE
    assert [(reason.kind, reason.reason) for reason in site.reasons] == [("gap", "budget")]


def test_a_call_under_another_name_that_no_run_reaches_is_counted_as_opaque() -> None:
    (site,) = sites(
        """\
def ask(given):
    raise NotImplementedError
    send = client.messages.stream
    with send(**given) as stream:
        return stream.get_final_message()
"""
    )
    assert (site.method, site.resolution) == ("messages.stream", Resolution.OPAQUE)


def test_a_call_whose_receiver_nobody_knows_is_counted_as_opaque() -> None:
    (site,) = sites(
        """\
async def ask(self, payload):
    api = await self.connect()
    return await api.beta.messages.create(**payload)
"""
    )
    assert site.resolution is Resolution.OPAQUE
    assert [(reason.kind, reason.reason) for reason in site.reasons] == [("gap", "receiver-unknown")]


def test_a_method_of_a_client_that_is_patched_on_is_a_call_site() -> None:
    (site,) = sites(
        """\
class Chat:
    def __init__(self, cli=None):
        self.c = cli or anthropic.Anthropic()

@patch
def __call__(self: Chat, stream=False, **given):
    m = self.c.messages
    send = m.stream if stream else m.create
    return send(model="claude-sonnet-4-6", system="Read.", **given)
"""
    )
    assert site.method == "messages.create or messages.stream"
    assert site.resolution is Resolution.FULL


def test_another_library_with_the_same_method_is_no_call_site() -> None:
    assert sites("def send(other): other.messages.create(body='Hi', to='+1', from_='+2')\n") == []


def test_a_caller_that_cannot_be_followed_to_its_call_is_a_gap() -> None:
    burning = "".join(f"    x = [f(i) for i in x for f in x if f(x)]  # {n}\n" for n in range(900))
    (site,) = sites(
        f"""\
def ask(payload):
    return client.messages.create(**payload)

def main(x):
{burning * 6}
    return ask({{"model": "m", "max_tokens": 1, "system": "Read.", "messages": []}})
"""
    )
    assert site.resolution is Resolution.OPAQUE
    assert ("gap", "budget") in [(reason.kind, reason.reason) for reason in site.reasons]


def test_a_call_on_what_is_not_filled_in_yet_is_counted_as_opaque() -> None:
    (site,) = sites(
        """\
class Desk:
    api = None
    def ask(self, payload):
        return self.api.messages.create(model="claude-opus-5", max_tokens=1, messages=payload)
def plug(desk):
    setattr(desk, "api", client)
"""
    )
    assert site.resolution is Resolution.OPAQUE
    assert [(reason.kind, reason.reason) for reason in site.reasons] == [("gap", "receiver-unknown")]


def test_a_call_that_no_known_caller_comes_to_is_a_call_site_all_the_same() -> None:
    found = sites(
        """\
class Desk:
    def __init__(self, careful=False):
        self.careful = careful
    def ask(self, text):
        if self.careful:
            return client.messages.create(model="m", max_tokens=1, messages=[], system="Think. " + text)
        return client.messages.create(model="m", max_tokens=1, messages=[], system="Read. " + text)
def main():
    return Desk().ask("Now.")
"""
    )
    assert [site.span.line for site in found] == [8, 9]


def test_a_call_in_a_loop_that_takes_too_long_is_counted_as_opaque() -> None:
    burning = "".join(f"        x = [f(i) for i in x for f in x if f(x)]  # {n}\n" for n in range(900))
    found = sites(
        f"""\
def ask(x):
    for n in range(5):
        if client.messages.create(model="m", max_tokens=1, messages=[], system="Read.").stop_reason:
            break
{burning * 6}
"""
    )
    assert [site.span.line for site in found] == [5]
