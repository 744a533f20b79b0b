"""The facts are right about Python and about themselves, and users can add to them."""

from __future__ import annotations

import pkgutil
import re
import sys
from datetime import date
from pathlib import Path

import pytest

from promptlint.document import Node, load
from promptlint.errors import PromptlintError
from promptlint.facts import Facts, load_facts
from promptlint.facts.sections import SECTIONS
from promptlint.interval import Interval
from promptlint.notation import print_items
from promptlint.shipped import rules_directory
from promptlint.testing import check, requests
from promptlint.variation import DAY, Cause, Kind, Topic

SHIPPED = sorted((rules_directory() / "facts").glob("*.yaml"))


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load_facts()


# -- every fact ---------------------------------------------------------------------------


def shipped_groups() -> list[tuple[str, Node]]:
    return [
        (f"{path.name}:{group.line}", group)
        for path in SHIPPED
        for _, groups in load(path.name, path.read_text(encoding="utf-8")).fields(optional=SECTIONS).items()
        for group in groups.elements()
    ]


@pytest.mark.parametrize(("place", "group"), shipped_groups(), ids=[place for place, _ in shipped_groups()])
def test_every_fact_has_a_source_and_a_date(place: str, group: Node) -> None:
    keys = dict(group.items())
    assert keys["source"].string(), place
    assert date(2023, 1, 1) < _date(keys["as_of"].string()) < date(2030, 1, 1), place


def _date(text: str) -> date:
    year, month, day = (*text.split("-"), "1", "1")[:3]
    return date(int(year), int(month), int(day))


def test_no_name_is_listed_twice_in_a_section() -> None:
    seen: dict[tuple[str, str], str] = {}
    for path in SHIPPED:
        document = load(path.name, path.read_text(encoding="utf-8"))
        for section, groups in document.items():
            for group in groups.elements():
                for name in dict(group.items()).get("names", load("-", "[]")).elements():
                    key, place = (section, name.string()), f"{path.name}:{name.line}"
                    assert key not in seen, f"{place} repeats {seen[key]}"
                    seen[key] = place


# -- sources --------------------------------------------------------------------------------

NEWER_THAN_3_11 = {
    "pathlib.Path.walk",
    "random.binomialvariate",
    "uuid.uuid6",
    "uuid.uuid7",
    "uuid.uuid8",
    "warnings.deprecated",
}


def _standard(names: list[str]) -> list[str]:
    return [name for name in names if name.split(".")[0] in sys.stdlib_module_names | {"builtins"}]


def test_names_of_the_standard_library_exist(facts: Facts) -> None:
    decorators = facts.decorators
    names = [*facts.sources.by_name, *decorators.keeping, *decorators.caching, *facts.calls.wrappers]
    checked = [name.removesuffix(".*") for name in _standard(names) if name not in NEWER_THAN_3_11]
    assert len(checked) > 100
    missing = []
    for name in checked:
        try:
            pkgutil.resolve_name(name)
        except AttributeError:
            missing.append(name)
    assert missing == ["typing.override"] * (sys.version_info < (3, 12))


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("datetime.datetime.now", Cause(Kind.CLOCK, Topic.CLOCK, 1e-6)),
        ("datetime.date.today", Cause(Kind.CLOCK, Topic.CLOCK, DAY)),
        ("time.time", Cause(Kind.CLOCK, Topic.CLOCK, 1e-6)),
        ("django.utils.timezone.now", Cause(Kind.CLOCK, Topic.CLOCK, 1e-6)),
        ("uuid.uuid4", Cause(Kind.CALL, Topic.RANDOM)),
        ("random.randint", Cause(Kind.CALL, Topic.RANDOM)),
        ("secrets.token_hex", Cause(Kind.CALL, Topic.RANDOM)),
        ("numpy.random.rand", Cause(Kind.CALL, Topic.RANDOM)),
        ("numpy.random.mtrand.rand", Cause(Kind.CALL, Topic.RANDOM)),
        ("random.shuffle", Cause(Kind.ORDER_CALL, Topic.ORDER)),
        ("asyncio.as_completed", Cause(Kind.ORDER_CALL, Topic.ORDER)),
        ("os.listdir", Cause(Kind.ORDER_FILESYSTEM, Topic.ORDER)),
        ("os.getpid", Cause(Kind.PROCESS, Topic.PROCESS)),
        ("builtins.hash", Cause(Kind.PROCESS, Topic.PROCESS)),
        ("os.environ", Cause(Kind.DEPLOY, Topic.DEPLOY)),
        ("os.environ.get", Cause(Kind.DEPLOY, Topic.DEPLOY)),
        ("os.getenv", Cause(Kind.DEPLOY, Topic.DEPLOY)),
        ("builtins.input", Cause(Kind.CALL, Topic.REQUEST)),
        ("flask.request.args.get", Cause(Kind.CALL, Topic.REQUEST)),
        ("flask_login.current_user.id", Cause(Kind.USER, Topic.IDENTITY)),
    ],
)
def test_a_source_says_how_it_varies(facts: Facts, name: str, cause: Cause) -> None:
    found = facts.sources.find(name)
    assert found is not None
    assert found.cause == cause


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("requests.get", "network"),
        ("httpx.AsyncClient", "network"),
        ("urllib.request.urlopen", "network"),
        ("openai.OpenAI", "network"),
        ("sqlite3.connect", "database"),
        ("sqlalchemy.orm.Session", "database"),
        ("google.cloud.firestore.Client", "database"),
        ("google.cloud.storage.Client", "network"),
        ("pandas.read_csv", "file"),
        ("subprocess.check_output", "input"),
    ],
)
def test_a_source_says_where_the_program_ends(facts: Facts, name: str, reason: str) -> None:
    found = facts.sources.find(name)
    assert found is not None
    assert (found.cause, found.reason) == (None, reason)


def test_reasons_are_words_of_the_evaluator(facts: Facts) -> None:
    from promptlint.evaluate.value import Reason  # noqa: PLC0415  only this test looks one floor up

    reasons = {fact.reason for fact in facts.sources.by_name.values() if fact.reason}
    assert reasons == {"network", "database", "file", "input"}
    assert reasons <= {reason.value for reason in Reason}


@pytest.mark.parametrize("name", ["uuid.uuid5", "uuid.uuid3", "hashlib.sha256", "random.seed"])
def test_what_only_looks_as_if_it_varied_is_stable(facts: Facts, name: str) -> None:
    found = facts.sources.find(name)
    assert found is not None
    assert found.stable
    assert found.cause is None


@pytest.mark.parametrize(
    "name", ["uuid.UUID.hex", "datetime.timedelta", "json.dumps", "numpy.array", "os.path.join"]
)
def test_what_is_not_listed_is_not_known(facts: Facts, name: str) -> None:
    assert facts.sources.find(name) is None


def test_the_size_of_a_source_holds_its_text(facts: Facts) -> None:
    for name in ("uuid.uuid4", "datetime.datetime.now", "time.time", "datetime.date.today", "time.ctime"):
        fact = facts.sources.by_name[name]
        function = pkgutil.resolve_name(name)
        assert callable(function)
        size = len(str(function()))
        assert fact.size.high is not None
        assert fact.size.low <= size <= fact.size.high, name


def test_arguments_can_make_a_source_pure(facts: Facts) -> None:
    assert facts.sources.by_name["time.gmtime"].pure_from == 1
    assert facts.sources.by_name["time.strftime"].pure_from == 2
    assert facts.sources.by_name["random.Random"].pure_from == 1
    assert facts.sources.by_name["datetime.datetime.now"].pure_from is None


# -- names ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "expression",
    [
        "user_id",
        "self.user_id",
        "self._user_id",
        "event.userId",
        'state["user_id"]',
        "row.get('user_id', '')",
    ],
)
def test_the_last_identifier_tells_what_a_value_is(facts: Facts, expression: str) -> None:
    assert facts.names.find(expression) == Cause(Kind.USER, Topic.IDENTITY)


@pytest.mark.parametrize(
    "expression",
    [
        "query",
        "text",
        "doc",
        "context",
        "date",
        "USER_ID",
        "user_id.domain",
        "prompts[user_id]",
        "load(user_id)",
        "",
        "config.user_name",
        "self.settings['user_id']",
        "self.appConfig.conf.session_id",
    ],
)
def test_a_doubtful_name_tells_nothing(facts: Facts, expression: str) -> None:
    assert facts.names.find(expression) is None


@pytest.mark.parametrize(
    ("expression", "cause"),
    [
        ('request.form["text"]', Cause(Kind.CALL, Topic.REQUEST)),
        ("await request.json()", Cause(Kind.CALL, Topic.REQUEST)),
        ("self.request.POST.get('q')", Cause(Kind.CALL, Topic.REQUEST)),
        ("request.user.email", Cause(Kind.USER, Topic.IDENTITY)),
        ("update.effective_chat.id", Cause(Kind.SESSION, Topic.IDENTITY)),
        ("request.get('prompt')", None),
        ("request.users", None),
        ("llm_request.form", None),
        ("lookup(request.user)", None),
    ],
)
def test_the_head_of_an_expression_tells_what_a_request_carries(
    facts: Facts, expression: str, cause: Cause | None
) -> None:
    assert facts.names.find(expression) == cause


def test_each_topic_of_a_name_is_told(facts: Facts) -> None:
    assert facts.names.find("session_id") == Cause(Kind.SESSION, Topic.IDENTITY)
    assert facts.names.find("request_id") == Cause(Kind.CALL, Topic.RANDOM)
    assert facts.names.find("question") == Cause(Kind.CALL, Topic.REQUEST)
    assert facts.names.find("timestamp") == Cause(Kind.CLOCK, Topic.CLOCK, 1.0)
    assert facts.names.find("current_date") == Cause(Kind.CLOCK, Topic.CLOCK, DAY)


# -- the user's files ------------------------------------------------------------------------------------


def extra(folder: Path, text: str) -> Path:
    path = folder / "extra.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_of_the_user_adds_and_replaces(tmp_path: Path) -> None:
    path = extra(
        tmp_path,
        """
sources:
- {kind: call, topic: random, size: [8], names: [acme.ids.fresh]}
- {stable: true, names: [time.time]}
names:
- {kind: user, topic: identity, names: [patient_id]}
clients:
- {platform: bedrock, names: [acme.llm.Client]}
models:
- {id: claude-acme, minimum: 99, generation: gen2, status: active, read_multiplier: 0.1}
- {id: claude-opus-5, minimum: 100, generation: gen2, status: active, read_multiplier: 0.1}
""",
    )
    facts = load_facts([path])
    fresh = facts.sources.find("acme.ids.fresh")
    assert fresh is not None
    assert (fresh.cause, fresh.size) == (Cause(Kind.CALL, Topic.RANDOM), Interval(8, None))
    replaced = facts.sources.find("time.time")
    assert replaced is not None
    assert replaced.stable
    assert facts.names.find("patient_id") is not None
    assert facts.calls.platform("acme.llm.Client") == "bedrock"
    minimums = {model.id: model.minimum for model in facts.models.all}
    assert (minimums["claude-acme"], minimums["claude-opus-5"]) == (99, 100)
    assert facts.sources.find("datetime.datetime.now") is not None


def test_the_example_in_the_readme_does_what_it_says(tmp_path: Path) -> None:
    readme = (rules_directory().parent / "README.md").read_text(encoding="utf-8")
    told = readme.partition("## Tell it about your own code")[2].partition("\n## ")[0]
    declared, code = (told.partition(f"```{kind}\n")[2].partition("```")[0] for kind in ("yaml", "python"))
    path = extra(tmp_path, declared)
    facts = load_facts([path])
    (request,) = requests({"service.py": code}, facts)
    assert print_items(request.system) == ["It is {clock.minute(): clock(1m)}. Answer from the handbook. @5m"]
    assert print_items(request.messages) == ["user: {question: call}"]
    assert requests({"service.py": code}) == ()
    (clock,) = [
        found
        for found in check({"service.py": code}, extra_facts=[path])
        if found.rule == "timestamp-in-prefix"
    ]
    assert clock.span.line == code.partition("clock.minute()")[0].count("\n") + 1
    words = told.partition("`kind` is one of ")[2].partition("in `rules/facts`")[0]
    assert {kind.value for kind in Kind} <= set(re.findall(r"`([^`]+)`", words))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "request_functions:\n- {names: [acme.ask], system: s}\n",
            "extra.yaml:2: a request needs `messages` or `prompt`; name the parameter that holds them",
        ),
        (
            "request_functions:\n- {names: [acme.ask], messages: m,\n   prompt: p}\n",
            "extra.yaml:3: `messages` and `prompt` are given; keep one of the two",
        ),
        (
            "request_functions:\n- {names: [acme.ask], mesages: m}\n",
            "extra.yaml:2: unknown key `mesages`; did you mean `messages`?",
        ),
        (
            "request_functions:\n- names:\n  - acme.ask()\n  prompt: p\n",
            "extra.yaml:3: `acme.ask()` is no dotted name; write module and name without parentheses",
        ),
        ("sources:\n- {stable: true, names: [now]}\n", "extra.yaml:2: `now` is no dotted name"),
        (
            "sources:\n- {reason: databse, names: [a.b]}\n",
            "extra.yaml:2: unknown word `databse`; did you mean `database`?",
        ),
        (
            "clients:\n- {platform: azure, names: [acme.Client]}\n",
            "extra.yaml:2: unknown word `azure`; use one of",
        ),
        ("source: []\n", "extra.yaml:1: unknown key `source`; did you mean `sources`?"),
        (
            "sources:\n- {names: [a.b]}\n",
            "extra.yaml:2: a source needs exactly one of `kind`, `reason`, `stable`; say how its values vary",
        ),
        (
            "sources:\n- {kind: sometimes, topic: clock, names: [a.b]}\n",
            "extra.yaml:2: unknown word `sometimes`; use one of",
        ),
        (
            "sources:\n- {kind: clock, topic: clock, names: [a.b]}\n",
            "extra.yaml:2: `period` belongs to a clock",
        ),
        ("sources:\n- {kind: call, names: [a.b]}\n", "extra.yaml:2: missing `topic`; add it"),
        (
            "sources:\n- {kind: call, topic: random, size: [3, 2], names: [a.b]}\n",
            "extra.yaml:2: expected `[low, high]` or `[low]`; put the smaller number first",
        ),
        ("id_additions:\n- {patterns: ['(']}\n", "extra.yaml:2: not a regular expression"),
        (
            "names:\n- {kind: user, topic: identity, nmaes: [x]}\n",
            "extra.yaml:2: unknown key `nmaes`; did you mean `names`?",
        ),
    ],
)
def test_a_mistake_in_a_users_file_names_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(PromptlintError) as caught:
        load_facts([extra(tmp_path, text)])
    assert message in str(caught.value)


def test_a_missing_file_is_a_plain_error(tmp_path: Path) -> None:
    with pytest.raises(PromptlintError, match="cannot be read"):
        load_facts([tmp_path / "none.yaml"])


def test_a_file_that_is_not_utf8_is_a_plain_error(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes(b"names: \xff\n")
    with pytest.raises(PromptlintError, match="cannot be read"):
        load_facts([path])
