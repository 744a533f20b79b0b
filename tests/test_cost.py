"""Is what `promptlint cost` says right: tokens, dollars, changes, and the words for what is not known?"""

# ruff: noqa: ANN401  # JSON that is read back has no type worth writing

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import promptlint
from promptlint.cli import main
from promptlint.cost_change import Delta
from promptlint.facts import load_facts
from promptlint.layout import Part, Standing, layouts
from promptlint.report.cost_words import changed_dollars, changed_tokens
from promptlint.testing import requests
from promptlint.tokens import Tokenizer
from promptlint.traffic import SiteTraffic, Traffic, TrafficPlan

Golden = Callable[[str, str], None]
Run = Callable[..., Result]

ROOT = Path(promptlint.__file__).parent.parent

CALL = """\
import anthropic
{imports}
client = anthropic.Anthropic()
GUIDE = "[guide-v3]\\n" + "Quote the clause you rely on.\\n" * 400


def answer(question):
    return client.messages.create(
        model="{model}",
        max_tokens=500,
        system={system},
        messages=[{{"role": "user", "content": question}}],
    )
"""
MARKED = '[{"type": "text", "text": GUIDE, "cache_control": {"type": "ephemeral"}}]'
HOUR = '[{"type": "text", "text": GUIDE, "cache_control": {"type": "ephemeral", "ttl": "1h"}}]'
STAMPED = MARKED.replace("GUIDE", 'f"{GUIDE}{datetime.now()}"')
DATED = MARKED.replace("GUIDE", 'f"{GUIDE}{date.today()}"')
SONNET = "claude-sonnet-4-6"


def program(system: str = MARKED, model: str = SONNET) -> str:
    return CALL.format(imports="from datetime import date, datetime", system=system, model=model)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, in which the command runs."""
    (tmp_path / "promptlint.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["cost", *arguments], catch_exceptions=False, prog_name="promptlint")


def read(*arguments: str) -> Any:
    result = run(*arguments, "--output-format", "json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def only_site(*arguments: str) -> Any:
    (site,) = read(*arguments)["call_sites"]
    return site


# -- parts of a request -----------------------------------------------------------------------


def parts(text: str) -> list[tuple[Part, ...]]:
    facts = load_facts()
    (request,) = requests({"main.py": text}, facts)
    model = facts.models.find(request.models[0])
    return list(layouts(request, model, Tokenizer.shipped(facts.tokens), facts.limits))


def standings(text: str) -> list[set[Standing]]:
    return [{part.standing for part in layout} for layout in parts(text)]


def test_a_request_is_cut_at_its_breakpoints() -> None:
    assert standings(program()) == [{Standing.STABLE, Standing.FRESH}]
    assert standings(program(STAMPED)) == [{Standing.SPOILED, Standing.CHANGING, Standing.FRESH}]
    assert standings(program("GUIDE")) == [{Standing.UNMARKED, Standing.FRESH}]


def test_what_comes_before_the_change_has_an_entry_of_its_own() -> None:
    first = MARKED.removesuffix("]")
    text = program(
        first + ', {"type": "text", "text": str(datetime.now()), "cache_control": {"type": "ephemeral"}}]'
    )
    (layout,) = parts(text)
    stable = [part for part in layout if part.standing is Standing.STABLE]
    assert sum(part.tokens.low for part in stable) > 2000
    assert any(part.standing is Standing.CHANGING for part in layout)


def test_a_marker_on_too_little_has_no_effect() -> None:
    assert standings(program(MARKED.replace("GUIDE", '"Be short."'))) == [{Standing.UNMARKED, Standing.FRESH}]


def test_a_prefix_near_the_minimum_may_be_cached_or_not() -> None:
    text = program().replace("* 400", "* 120")
    assert sorted(map(sorted, standings(text))) == [["fresh", "stable"], ["fresh", "unmarked"]]


def test_a_condition_makes_two_requests_of_one() -> None:
    text = program(f"{MARKED} if LONG else 'Be short.'").replace("def answer(", "def answer(LONG, ")
    assert sorted(map(sorted, standings(text))) == [["fresh", "stable"], ["fresh", "unmarked"]]


def test_what_a_call_adds_to_a_conversation_is_written_by_right(here: Path) -> None:
    (here / "chat.py").write_text(
        program()
        .replace(
            "def answer(question):",
            "def answer(history, question):\n    history.append({'role': 'user', "
            "'content': [{'type': 'text', 'text': 'Be short.', 'cache_control': {'type': 'ephemeral'}}]})",
        )
        .replace('[{"role": "user", "content": question}]', "history")
    )
    site = only_site()
    assert site["saved_per_call"] == {"low": 0.0, "high": 0.0}
    assert site["per_call"]["present"]["written"]["low"] > 0


# -- bills ------------------------------------------------------------------------------------


def test_what_is_read_and_written_follows_the_hit_rate(here: Path) -> None:
    (here / "app.py").write_text(program())
    for percent in (0, 30, 70, 90, 100):
        bill = only_site("--hit-rate", str(percent))["per_call"]["present"]
        prefix = bill["read"]["low"] + bill["written"]["low"]
        assert bill["read"]["low"] == pytest.approx(prefix * percent / 100, abs=1)


def test_a_time_that_changes_at_every_call_is_never_read(here: Path) -> None:
    (here / "app.py").write_text(program(STAMPED))
    site = only_site("--payload-tokens", "100")
    assert site["per_call"]["present"]["read"] == {"low": 0, "high": 0}
    assert site["per_call"]["mended"]["read"]["low"] > 2000
    saved, bills = site["saved_per_call"], site["per_call"]
    assert 0 < saved["low"] <= saved["high"]
    assert bills["mended"]["dollars"]["high"] < bills["uncached"]["dollars"]["low"]
    assert bills["uncached"]["dollars"]["high"] < bills["present"]["dollars"]["high"]


def test_a_clock_misses_once_in_each_period(here: Path) -> None:
    (here / "app.py").write_text(program(DATED))
    seldom = only_site("--calls-per-hour", "0.04", "--hit-rate", "100")["per_call"]["present"]
    often = only_site("--calls-per-hour", "100", "--hit-rate", "100")["per_call"]["present"]
    assert seldom["read"] == {"low": 0, "high": 0}
    assert often["written"]["high"] < 5
    assert often["read"]["low"] > 2000


def test_the_lifetime_decides_what_writing_costs(here: Path) -> None:
    (here / "app.py").write_text(program())
    short = only_site("--hit-rate", "0")["per_call"]
    (here / "app.py").write_text(program(HOUR))
    long = only_site("--hit-rate", "0")["per_call"]
    assert short["uncached"] == long["uncached"]
    assert long["present"]["dollars"]["low"] == pytest.approx(
        short["present"]["dollars"]["low"] * 2 / 1.25, rel=0.01
    )


def test_constant_text_is_cached_in_the_mended_request_only_where_it_pays(here: Path) -> None:
    (here / "app.py").write_text(program("GUIDE"))
    assert only_site("--hit-rate", "20")["saved_per_call"] == {"low": 0.0, "high": 0.0}
    assert only_site("--hit-rate", "25")["saved_per_call"]["low"] > 0


def test_a_batch_costs_half(here: Path) -> None:
    (here / "app.py").write_text(program())
    one = only_site("--payload-tokens", "0")["per_call"]["present"]["dollars"]
    text = program().replace(
        "messages.create(\n", "messages.batches.create(requests=[{'custom_id': 'a', 'params': dict(\n"
    )
    (here / "app.py").write_text(
        text.replace("        messages=[{", "        messages=[{").replace("\n    )\n", "\n    )}])\n")
    )
    half = only_site("--payload-tokens", "0")["per_call"]["present"]["dollars"]
    assert half["low"] == pytest.approx(one["low"] / 2)


def test_counting_tokens_is_free(here: Path) -> None:
    (here / "app.py").write_text(program().replace("messages.create", "messages.count_tokens"))
    assert read()["call_sites"] == []
    assert "no Messages API call found" in run().output


# -- what is not known ------------------------------------------------------------------------


def test_values_of_unknown_size_make_it_at_least_so_much(here: Path) -> None:
    (here / "app.py").write_text(program())
    site = only_site()
    assert site["prompt"]["high"] is None
    assert site["per_call"]["present"]["dollars"]["high"] is None
    assert "at least $" in run().output
    assert only_site("--payload-tokens", "50")["prompt"]["high"] is not None


def test_a_value_of_unknown_size_leaves_a_lower_bound_of_what_mending_saves(here: Path) -> None:
    for system in (STAMPED, DATED):
        open_ = system.replace("}'", "}{notes}'").replace('()}"', '()}{notes}"')
        (here / "app.py").write_text(program(open_).replace("(question)", "(notes, question)"))
        saved = only_site()["saved_per_call"]
        assert saved["low"] > 0
        assert saved["high"] is None
        assert "mending saves   at least $" in run().output


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("claude-3-opus", "the price of `claude-3-opus` is not known"),
        ("acme-1", "the price of `acme-1` is not known"),
    ],
)
def test_no_price_is_guessed(here: Path, model: str, said: str) -> None:
    (here / "app.py").write_text(program(model=model))
    site = only_site()
    assert site["per_call"]["present"]["dollars"] is None
    assert site["monthly"] == {"uncached": None, "present": None, "mended": None}
    assert site["per_call"]["present"]["read"]["low"] > 2000
    assert said in run().output
    assert said in run("--output-format", "markdown").output


def test_a_model_that_nobody_names_has_no_price(here: Path) -> None:
    (here / "app.py").write_text(
        program().replace(f'"{SONNET}"', "MODEL").replace("question)", "question, MODEL)")
    )
    assert "the model is not known, so its price is not" in run().output


def test_a_prompt_of_unknown_size_is_not_called_small(here: Path) -> None:
    (here / "app.py").write_text(
        program(MARKED.replace("GUIDE", "document")).replace("(question)", "(document, question)")
    )
    assert only_site()["per_call"]["present"]["read"] == {"low": 0, "high": None}
    assert "stays the same  not known\n" in run().output


def test_two_models_cost_from_the_cheaper_to_the_dearer(here: Path) -> None:
    text = program().replace(f'"{SONNET}"', f'"{SONNET}" if len(question) > 9 else "claude-opus-4-1"')
    (here / "app.py").write_text(text)
    dear = only_site("--payload-tokens", "0")["per_call"]["uncached"]["dollars"]
    assert dear["high"] > 4 * dear["low"]


# -- traffic ----------------------------------------------------------------------------------


def test_the_most_exact_word_about_a_call_site_counts() -> None:
    plan = TrafficPlan(
        Traffic(10, 0.5),
        (
            SiteTraffic("desk.py", "answer", "x:1", calls_per_hour=1),
            SiteTraffic("desk.py", "", "x:2", calls_per_hour=2, hit_rate=0.7),
        ),
    )
    assert plan.at("app/desk.py", "answer") == Traffic(1, 0.7)
    assert plan.at("app/desk.py", "other") == Traffic(2, 0.7)
    assert plan.at("app/helpdesk.py", "answer") == Traffic(10, 0.5)


def test_the_configuration_describes_traffic_and_the_command_line_speaks_last(here: Path) -> None:
    (here / "promptlint.toml").write_text(
        "[cost]\ncalls-per-hour = 5\nhit-rate = 70\npayload-tokens = 40\n"
        "[cost.sites.'app.py:answer']\ncalls-per-hour = 7\n[cost.sites.'gone.py']\nhit-rate = 1\n"
    )
    (here / "app.py").write_text(program())
    assert only_site()["traffic"] == {"calls_per_hour": 7, "hit_rate": 0.7, "payload_tokens": 40}
    assert only_site("--hit-rate", "80")["traffic"]["hit_rate"] == 0.8
    assert read()["unused"] == ["promptlint.toml:7"]
    assert "warning: promptlint.toml:7: no call site `gone.py`" in run().output


@pytest.mark.parametrize(
    ("key", "advice"),
    [
        ("app.py:answr", "did you mean `app.py:answer`?"),
        ("ap.py", "did you mean `app.py`?"),
        ("elsewhere/other.py:Desk.reply", "check the path and the name"),
    ],
)
def test_a_misspelt_call_site_is_told(here: Path, key: str, advice: str) -> None:
    (here / "promptlint.toml").write_text(f"[cost.sites.'{key}']\ncalls-per-hour = 7\n")
    (here / "app.py").write_text(program())
    said = f"promptlint.toml:1: no call site `{key}`; {advice}\n"
    result = run()
    assert (result.exit_code, result.stderr) == (0, f"warning: {said}")
    assert said in run("--output-format", "markdown").stdout


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[cost]\nhits = 1\n", "promptlint.toml:2: unknown key `hits` in [cost]"),
        ("[cost]\nhit-rate = 0.9\n", "promptlint.toml:2: 0.9 is less than one percent; write 90 for 90 %"),
        ("[cost]\nhit-rate = 101\n", "promptlint.toml:2: 101 is no percentage; give a number from 0 to 100"),
        ("[cost]\nhit-rate = 'all'\n", "promptlint.toml:2: `hit-rate` must be a number, not a string"),
        (
            "[cost]\ncalls-per-hour = 0\n",
            "promptlint.toml:2: 0 is no number of calls an hour; give one above 0",
        ),
        ("[cost]\npayload-tokens = 1.5\n", "promptlint.toml:2: `payload-tokens` must be a whole number"),
    ],
)
def test_a_mistake_about_traffic_is_told_with_its_line(here: Path, text: str, message: str) -> None:
    (here / "promptlint.toml").write_text(text)
    result = run()
    assert result.exit_code == 2
    assert result.output.startswith(f"error: {message}")


# -- requests of one call site ----------------------------------------------------------------

WRAPPER = """\
import anthropic


class LLM:
    def __init__(self, model):
        self.model = model
        self.client = anthropic.Anthropic()

    def complete(self, system, user, cache=True):
        block = {"type": "text", "text": system}
        if cache:
            block["cache_control"] = {"type": "ephemeral"}
        return self.client.messages.create(
            model=self.model,
            max_tokens=500,
            system=[block],
            messages=[{"role": "user", "content": user}],
        )
"""
CALLER = """\
from llm import LLM

GUIDE = "{guide}\\n" * 800


def {name}(ticket):
    return LLM("{model}").complete(GUIDE, ticket)
"""


def caller(
    name: str, model: str = SONNET, guide: str = "Quote the clause you rely on.", more: str = ""
) -> str:
    return (
        CALLER.format(name=name, model=model, guide=guide).replace("ticket)\n", f"ticket{more})\n")[:-1]
        + "\n"
    )


@pytest.fixture
def wrapped(here: Path) -> Path:
    """A wrapper that two modules call, each with a model and a prompt of its own."""
    (here / "llm.py").write_text(WRAPPER)
    (here / "batch.py").write_text(caller("classify", "claude-haiku-4-5"))
    (here / "chat.py").write_text(caller("answer", guide="Be polite to everyone, always."))
    git(here, "init", "-q")
    git(here, "add", ".")
    git(here, "commit", "-qm", "first")
    return here


@pytest.mark.usefixtures("wrapped")
def test_each_request_of_a_wrapper_has_a_row() -> None:
    one, other = read()["call_sites"]
    assert (one["models"], other["models"]) == (["claude-haiku-4-5"], [SONNET])
    assert [(each["request"], each["requests"]) for each in (one, other)] == [(1, 2), (2, 2)]
    assert [each["callers"][0]["path"] for each in (one, other)] == ["batch.py", "chat.py"]
    for form in ("table", "markdown"):
        text = run("--output-format", form).output.replace("`", "")
        assert "(1 of 2, through batch.py:7:12)" in text
        assert "(2 of 2, through chat.py:7:12)" in text
    assert "1 call site with 2 requests, a month" in run().output


def test_equal_requests_of_a_wrapper_are_one_row(wrapped: Path) -> None:
    (wrapped / "batch.py").write_text(caller("classify", guide="Be polite to everyone, always."))
    site = only_site()
    assert [each["path"] for each in site["callers"]] == ["batch.py", "chat.py"]
    assert "LLM.complete`\n" in run().output


def test_the_sum_counts_the_calls_of_a_wrapper_once(wrapped: Path) -> None:
    report = read("--payload-tokens", "100")
    monthly = [each["monthly"]["present"] for each in report["call_sites"]]
    assert report["monthly"]["present"] == {
        "low": min(each["low"] for each in monthly),
        "high": max(each["high"] for each in monthly),
    }
    (wrapped / "chat.py").write_text(caller("answer", "acme-1"))
    report = read("--payload-tokens", "100")
    assert report["monthly"]["present"] is None
    assert report["call_sites"][0]["monthly"]["present"] is not None
    assert "1 call site with 2 requests, 0 with a price" in run().output


def test_many_callers_are_counted(wrapped: Path) -> None:
    for name in ("a", "b", "c", "d"):
        (wrapped / f"{name}.py").write_text(caller("classify", "claude-haiku-4-5"))
    assert "(1 of 2, through a.py:7:12, b.py:7:12 and 3 more)" in run().output


def test_a_request_is_compared_with_the_one_that_it_was(wrapped: Path) -> None:
    text = caller("classify", "claude-haiku-4-5", more=", cache=False")
    (wrapped / "batch.py").write_text(f"\n\n{text}")
    (change,) = read("--since", "HEAD")["changes"]
    assert (change["callers"][0]["path"], change["cache_miss_reason"]) == ("batch.py", None)
    assert (change["cached_before"], change["cached"]) == (True, False)
    assert change["tokens"] == {"low": 0, "high": 0}
    assert change["monthly"]["low"] > 0
    assert "through batch.py:9:12): no longer cached, +" in run("--since", "HEAD").output
    git(wrapped, "commit", "-qam", "second")
    (wrapped / "batch.py").write_text(caller("classify", "claude-haiku-4-5"))
    assert "): now cached, \N{MINUS SIGN}" in run("--since", "HEAD").output


def test_a_request_is_known_by_its_text_where_its_caller_was_renamed(wrapped: Path) -> None:
    (wrapped / "batch.py").rename(wrapped / "sorting.py")
    (wrapped / "more.py").write_text(caller("sort", "claude-haiku-4-5", "Name the page."))
    (change,) = read("--since", "HEAD")["changes"]
    assert (change["new"], change["callers"][0]["path"]) == (True, "more.py")


def test_the_model_of_one_caller_is_no_change_of_the_other(wrapped: Path) -> None:
    (wrapped / "chat.py").write_text(caller("answer", "claude-opus-4-1", "Be polite to everyone, always."))
    (change,) = read("--since", "HEAD")["changes"]
    assert (change["cache_miss_reason"], change["callers"][0]["path"]) == ("model_changed", "chat.py")


def test_a_prefix_of_unknown_size_is_told_as_that(repository: Path) -> None:
    desk = repository / "app" / "desk.py"
    text = (
        desk.read_text()
        .replace("(question)", "(document, question)")
        .replace('"text": GUIDE', '"text": document')
    )
    desk.write_text(text)
    git(repository, "commit", "-qam", "second")
    desk.write_text(text.replace(SONNET, "claude-opus-4-1"))
    assert "model_changed" in run("--since", "HEAD").output
    assert "size of the prefix: not known\n" in run("--since", "HEAD").output


# -- since a revision -------------------------------------------------------------------------


def git(folder: Path, *arguments: str) -> None:
    settings = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    command = ["git", *settings, *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, env=environment)  # noqa: S603


@pytest.fixture
def repository(here: Path) -> Path:
    """A repository with one commit: a call that reads its prompt from a file."""
    folder = here / "app"
    folder.mkdir()
    (folder / "guide.md").write_text("[guide-v1]\n" + "Quote the clause you rely on.\n" * 400)
    text = program().replace(
        '"[guide-v3]\\n" + "Quote the clause you rely on.\\n" * 400', 'open("app/guide.md").read()'
    )
    (folder / "desk.py").write_text(text)
    (folder / "unicode-é.py").write_text(program().replace("answer", "reply"))
    git(here, "init", "-q")
    git(here, "add", ".")
    git(here, "commit", "-qm", "first")
    return here


def test_without_a_change_nothing_is_said_to_change(repository: Path) -> None:
    (repository / "app" / "desk.py").write_text("\n\n" + (repository / "app" / "desk.py").read_text())
    assert read("--since", "HEAD")["changes"] == []
    assert "nothing changes what the calls cost" in run("--since", "HEAD").output


def test_a_prompt_that_grows_costs_more_and_its_entries_are_written_anew(repository: Path) -> None:
    guide = repository / "app" / "guide.md"
    guide.write_text(guide.read_text() + "Name the page.\n" * 100)
    (change,) = read("--since", "HEAD")["changes"]
    assert (change["path"], change["cache_miss_reason"]) == ("app/desk.py", "system_changed")
    assert 300 < change["tokens"]["low"] <= change["tokens"]["high"] < 800
    assert 0 < change["monthly"]["low"] <= change["monthly"]["high"]
    assert change["prefix"]["low"] > 2500
    assert "system_changed, +" in run("--since", "HEAD").output
    git(repository, "commit", "-qam", "grown")
    assert read("--since", "HEAD")["changes"] == []
    assert len(read("--since", "HEAD~1")["changes"]) == 1


def test_calls_that_come_and_go_are_named(repository: Path) -> None:
    (repository / "app" / "unicode-é.py").unlink()
    (repository / "app" / "new.py").write_text(program().replace("answer", "triage"))
    new, gone = read("--since", "HEAD")["changes"]
    assert (new["path"], new["new"], new["gone"]) == ("app/new.py", True, False)
    assert (gone["path"], gone["new"], gone["gone"]) == ("app/unicode-é.py", False, True)
    assert (
        new["tokens"]["low"] == -gone["tokens"]["high"] or new["tokens"]["low"] > 0 > gone["tokens"]["high"]
    )


def test_another_model_misses_everything(repository: Path) -> None:
    desk = repository / "app" / "desk.py"
    desk.write_text(desk.read_text().replace(SONNET, "claude-sonnet-4-5"))
    (change,) = read("--since", "HEAD")["changes"]
    assert change["cache_miss_reason"] == "model_changed"


def test_the_working_tree_is_not_touched(repository: Path) -> None:
    (repository / "app" / "desk.py").write_text("changed = True\n")
    read("--since", "HEAD")
    assert (repository / "app" / "desk.py").read_text() == "changed = True\n"


@pytest.mark.parametrize("revision", ["nowhere", "--output=x", "HEAD:app", ""])
def test_a_revision_that_does_not_exist_is_told(repository: Path, revision: str) -> None:
    result = run(f"--since={revision}")
    assert (result.exit_code, result.output) == (
        2,
        f"error: --since: `{revision}` names no commit here; check the name, or fetch it first\n",
    )
    assert sorted(path.name for path in repository.iterdir()) == [".git", "app", "promptlint.toml"]


def test_without_a_repository_or_git_that_is_told(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(here.parent))
    assert "lies in no git repository; leave the option out" in run("--since", "HEAD").output
    monkeypatch.setenv("PATH", "")
    result = run("--since", "HEAD")
    assert (result.exit_code, result.output) == (
        2,
        "error: --since: git cannot be found; install it, or leave the option out\n",
    )


@pytest.mark.parametrize(
    ("low", "high", "tokens", "dollars"),
    [
        (0, 0, "", ""),
        (120, 140, "+120-140 tokens", "+$120-140 a month"),
        (-140, -120, "\N{MINUS SIGN}120-140 tokens", "\N{MINUS SIGN}$120-140 a month"),
        (-20, 140, "\N{MINUS SIGN}20 to +140 tokens", "\N{MINUS SIGN}$20.00 to +$140 a month"),
        (0, 140, "+up to 140 tokens", "+up to $140 a month"),
    ],
)
def test_a_difference_has_a_sign(low: float, high: float, tokens: str, dollars: str) -> None:
    assert changed_tokens(Delta(low, high)) == tokens.replace("-", "\N{EN DASH}")
    assert changed_dollars(Delta(low, high)) == dollars.replace("-", "\N{EN DASH}")


# -- reports ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "name"), [("table", "cost.txt"), ("markdown", "cost.md"), ("json", "cost.json")]
)
def test_every_format_prints_the_example_as_reviewed(
    monkeypatch: pytest.MonkeyPatch, golden: Golden, form: str, name: str
) -> None:
    monkeypatch.chdir(ROOT)
    first = run("examples", "--output-format", form)
    assert first.exit_code == 0
    golden(name, first.output)
    assert run("examples", "--output-format", form).output == first.output


def test_the_changes_are_printed_as_reviewed(repository: Path, golden: Golden) -> None:
    guide = repository / "app" / "guide.md"
    guide.write_text(guide.read_text() + "Name the page.\n" * 100)
    (repository / "app" / "new.py").write_text(program(model="acme-1").replace("answer", "triage"))
    (repository / "app" / "unicode-é.py").unlink()
    golden("cost-since.txt", run("--since", "HEAD").output)
    golden("cost-since.md", run("--since", "HEAD", "--output-format", "markdown").output)
