"""Configuration: where it is found, what it says, and every mistake word for word."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from promptlint import __version__
from promptlint.config import Config, Glob, Options, Output
from promptlint.config_file import KEYS, describe, load_config
from promptlint.diagnostic import Confidence, Severity
from promptlint.document import did_you_mean
from promptlint.errors import PromptlintError
from promptlint.version import Specifier

RULES = ("small-prefix", "timestamp-in-prefix", "unused-ignore")
Write = Callable[[str], Path]


def resolve(name: str) -> str:
    """As the registry does: a name or an alias to a name."""
    name = {"clock-in-prefix": "timestamp-in-prefix"}.get(name, name)
    if name not in RULES:
        raise PromptlintError(f"unknown rule `{name}`; {did_you_mean(name, RULES)}")
    return name


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def write(here: Path) -> Write:
    def to_file(text: str) -> Path:
        (here / "pyproject.toml").write_text(text)
        return here

    return to_file


def error_of(start: Path) -> str:
    with pytest.raises(PromptlintError) as caught:
        load_config(start)
    return str(caught.value)


def selected(config: Config) -> list[str]:
    return sorted(config.selected(RULES, resolve))


# -- where it is found ----------------------------------------------------------------------


def test_without_a_file_the_defaults_hold(here: Path) -> None:
    assert load_config(here) == Config()


def test_the_nearest_file_wins(here: Path) -> None:
    inner = here / "a" / "b"
    inner.mkdir(parents=True)
    (here / "pyproject.toml").write_text("[tool.promptlint]\npedantic = true\n")
    assert load_config(inner).file == "pyproject.toml"
    (here / "a" / "pyproject.toml").write_text("[tool.black]\n")
    assert load_config(inner).file == "pyproject.toml"
    (here / "a" / "promptlint.toml").write_text("strict-coverage = 80\n")
    config = load_config(inner)
    assert (config.file, config.pedantic, config.strict_coverage) == ("a/promptlint.toml", False, 80)


def test_its_own_file_outweighs_pyproject_in_the_same_folder(here: Path) -> None:
    (here / "pyproject.toml").write_text("[tool.promptlint]\npedantic = true\n")
    (here / "promptlint.toml").write_text("")
    assert not load_config(here).pedantic


def test_a_broken_pyproject_that_does_not_mention_us_is_none_of_our_business(write: Write) -> None:
    assert load_config(write("[project\n")) == Config()


def test_isolated_looks_at_no_file(write: Write) -> None:
    start = write("[tool.promptlint]\nnonsense = 1\n")
    assert load_config(start, start / "pyproject.toml", isolated=True) == Config()


def test_an_explicit_file_is_the_only_one(write: Write, here: Path) -> None:
    start = write("[tool.promptlint]\npedantic = true\n")
    (here / "other.toml").write_text("fail-on = 'error'\n")
    config = load_config(start, here / "other.toml")
    assert (config.pedantic, config.fail_on) == (False, Severity.ERROR)


# -- what it says ---------------------------------------------------------------------------


def test_every_key_is_understood(write: Write, here: Path) -> None:
    (here / "facts.yaml").write_text("")
    (here / "cards").mkdir()
    (here / "base.toml").write_text("")
    start = write(
        """
        [tool.promptlint]
        extend = "base.toml"
        select = ["ALL"]
        ignore = ["small-prefix"]
        extend-select = ["timestamp-in-prefix"]
        extend-ignore = ["unused-ignore"]
        pedantic = true
        min-severity = "warning"
        min-confidence = "medium"
        fail-on = "error"
        exclude = ["gen"]
        extend-exclude = ["/old"]
        force-exclude = true
        output-format = ["full", "sarif:out.sarif"]
        facts = ["facts.yaml"]
        cards = ["cards"]
        required-version = ">=0.1"
        strict-coverage = 80

        [tool.promptlint.per-file-ignores]
        "tests/**" = ["small-prefix"]

        [tool.promptlint.rules.small-prefix]
        severity = "pedantic"
        margin = 3

        [tool.promptlint.cost]
        hit-rate = 70
        """
    )
    config = load_config(start)
    assert config.pedantic
    assert config.traffic.everywhere.hit_rate == 0.7
    assert config.force_exclude
    assert config.strict_coverage == 80
    assert (config.min_severity, config.min_confidence, config.fail_on) == (
        Severity.WARNING,
        Confidence.MEDIUM,
        Severity.ERROR,
    )
    assert config.exclude == (Glob("gen", str(here)),)
    assert config.extend_exclude == (Glob("/old", str(here)),)
    assert config.outputs == (Output("full"), Output("sarif", "out.sarif"))
    assert (config.facts, config.cards) == ((here / "facts.yaml",), (here / "cards",))
    assert config.required_version == ">=0.1"
    assert selected(config) == ["timestamp-in-prefix"]
    (ignore,) = config.per_file_ignores
    assert (ignore.glob.pattern, ignore.names[0].name) == ("tests/**", "small-prefix")
    settings = config.settings_of("small-prefix", resolve)
    assert settings is not None
    assert (settings.severity, settings.options) == (Severity.PEDANTIC, {"margin": 3})
    assert settings.places == {"margin": "pyproject.toml:26"}
    assert config.settings_of("unused-ignore", resolve) is None
    text = start.joinpath("pyproject.toml").read_text()
    assert [key for key in KEYS if not re.search(rf"\b{key}\b *[=.\]]", text)] == []


def test_an_output_format_may_be_a_single_word(write: Write) -> None:
    assert load_config(write("[tool.promptlint]\noutput-format = 'json'\n")).outputs == (Output("json"),)


def test_extending_builds_on_the_other_file(here: Path) -> None:
    (here / "shared").mkdir()
    (here / "shared" / "facts.yaml").write_text("")
    (here / "shared" / "base.toml").write_text(
        "pedantic = true\nfail-on = 'error'\nignore = ['small-prefix']\nextend-exclude = ['gen']\n"
        "facts = ['facts.yaml']\n[rules.small-prefix]\nseverity = 'note'\nmargin = 1\n"
    )
    (here / "promptlint.toml").write_text(
        "extend = 'shared/base.toml'\nfail-on = 'note'\nextend-ignore = ['unused-ignore']\n"
        "extend-exclude = ['old']\n[rules.small-prefix]\nmargin = 2\n"
    )
    config = load_config(here)
    assert config.file == "promptlint.toml"
    assert (config.pedantic, config.fail_on) == (True, Severity.NOTE)
    assert selected(config) == ["timestamp-in-prefix"]
    assert [glob.pattern for glob in config.extend_exclude] == ["gen", "old"]
    assert config.facts == (here / "shared" / "facts.yaml",)
    settings = config.settings_of("small-prefix", resolve)
    assert settings is not None
    assert (settings.severity, settings.options) == (Severity.NOTE, {"margin": 2})


# -- which rules run ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "options", "rules"),
    [
        ("", Options(), list(RULES)),
        ("select = ['small-prefix']", Options(), ["small-prefix"]),
        ("select = []", Options(), []),
        ("select = ['clock-in-prefix']", Options(), ["timestamp-in-prefix"]),
        ("select = ['small-prefix']\nignore = ['small-prefix']", Options(), []),
        ("ignore = ['ALL']\nextend-select = ['small-prefix']", Options(), ["small-prefix"]),
        ("ignore = ['small-prefix']", Options(select=("small-prefix",)), ["small-prefix"]),
        ("ignore = ['small-prefix']", Options(extend_select=("small-prefix",)), list(RULES)),
        ("select = ['small-prefix']", Options(extend_select=("unused-ignore",)), list(RULES[::2])),
        ("", Options(ignore=("small-prefix, unused-ignore",)), ["timestamp-in-prefix"]),
        ("", Options(select=("ALL",), extend_ignore=("ALL",)), []),
    ],
)
def test_the_command_line_speaks_last(write: Write, lines: str, options: Options, rules: list[str]) -> None:
    start = write(f"[tool.promptlint]\n{lines}\n")
    assert selected(load_config(start).with_options(options, start)) == rules


def test_the_command_line_replaces_or_adds(write: Write) -> None:
    start = write(
        "[tool.promptlint]\nexclude = ['a']\nextend-exclude = ['b']\nfail-on = 'error'\npedantic = true\n"
    )
    options = Options(
        exclude=("c,d",),
        extend_exclude=("e",),
        output_format=("json", "sarif:x"),
        facts=("f.yaml",),
        cards=("/cards",),
        min_severity="error",
        min_confidence="high",
        fail_on="note",
        pedantic=False,
        force_exclude=True,
        strict_coverage=80.0,
    )
    config = load_config(start).with_options(options, start / "sub")
    assert config.exclude == (Glob("c", str(start / "sub")), Glob("d", str(start / "sub")))
    assert [glob.pattern for glob in config.extend_exclude] == ["b", "e"]
    assert config.outputs == (Output("json"), Output("sarif", "x"))
    assert (config.facts, config.cards) == ((start / "sub" / "f.yaml",), (Path("/cards"),))
    assert (config.min_severity, config.min_confidence) == (Severity.ERROR, Confidence.HIGH)
    assert (config.fail_on, config.pedantic, config.force_exclude) == (Severity.NOTE, False, True)
    assert config.strict_coverage == 80
    untouched = load_config(start)
    assert untouched.with_options(Options(), start) == untouched


# -- mistakes, word for word ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[tool.promptlint]\nselct = []\n",
            "pyproject.toml:2: unknown key `selct` in [tool.promptlint]; did you mean `select`?",
        ),
        (
            "[tool.promptlint]\n\nselect = 'small-prefix'\n",
            "pyproject.toml:3: `select` must be a list of strings, not a string",
        ),
        (
            "[tool.promptlint]\nexclude = ['a', 3]\n",
            "pyproject.toml:2: `exclude` must be a list of strings, not a list with something else in it",
        ),
        (
            "[tool.promptlint]\npedantic = 1\n",
            "pyproject.toml:2: `pedantic` must be true or false, not a number",
        ),
        (
            "[tool.promptlint]\nfail-on = false\n",
            "pyproject.toml:2: `fail-on` must be a string, not a boolean",
        ),
        (
            "[tool.promptlint]\nextend = 2026-01-01\n",
            "pyproject.toml:2: `extend` must be a string, not a date or time",
        ),
        (
            "[tool.promptlint]\nper-file-ignores = []\n",
            "pyproject.toml:2: `per-file-ignores` must be a table, not a list",
        ),
        (
            "[tool.promptlint]\nfail-on = 'warn'\n",
            "pyproject.toml:2: unknown value `warn`; did you mean `warning`?",
        ),
        (
            "[tool.promptlint]\nmin-confidence = 'sure'\n",
            "pyproject.toml:2: unknown value `sure`; use one of `high`, `low`, `medium`",
        ),
        (
            "[tool.promptlint]\noutput-format = [\n  'full',\n  'sarfi:x',\n]\n",
            "pyproject.toml:4: unknown output format `sarfi`; did you mean `sarif`?",
        ),
        (
            "[tool.promptlint]\noutput-format = 'json:'\n",
            "pyproject.toml:2: `json:` names no file; write `json` or `json:FILE`",
        ),
        (
            "[tool.promptlint]\nfacts = ['gone.yaml']\n",
            "pyproject.toml:2: `gone.yaml` does not exist; paths are relative to this file",
        ),
        (
            "[tool.promptlint]\nextend = 'gone.toml'\n",
            "pyproject.toml:2: `gone.toml` does not exist; `extend` is relative to this file",
        ),
        (
            "[tool.promptlint]\nextend = 'pyproject.toml'\n",
            "pyproject.toml:2: `pyproject.toml` extends itself in a circle; remove one `extend`",
        ),
        (
            "[tool.promptlint]\nextend-exclude = ['a\\']\n",
            "pyproject.toml:2: `a\\` is no valid pattern; write it as in .gitignore",
        ),
        (
            "[tool.promptlint]\nrules = ['cards']\n",
            (
                "pyproject.toml:2: `rules` holds the settings of rules, a table each; "
                "name folders of cards in `cards`"
            ),
        ),
        (
            "[tool.promptlint.rules]\nsmall-prefix = 3\n",
            "pyproject.toml:2: `small-prefix` must be a table, not a number",
        ),
        (
            "[tool.promptlint]\n[tool.promptlint.rules.small-prefix]\nseverity = 'fatal'\n",
            "pyproject.toml:3: unknown value `fatal`; use one of `error`, `note`, `pedantic`, `warning`",
        ),
        (
            "[tool.promptlint]\nrequired-version = '>=99'\n",
            (
                f"pyproject.toml:2: this project requires promptlint >=99, but this is {__version__}; "
                "install a version that fits"
            ),
        ),
        (
            "[tool.promptlint]\nrequired-version = 'latest'\n",
            "pyproject.toml:2: `latest` is no version specifier; write it like `>=0.1,<1`",
        ),
        (
            "[tool.promptlint]\nselect = [\n",
            "pyproject.toml:3: not valid TOML (Invalid value); mend the syntax there",
        ),
        (
            "[tool.promptlint]\npedantic = true\npedantic = true\n",
            "pyproject.toml:3: not valid TOML (Cannot overwrite a value); mend the syntax there",
        ),
        (
            "[tool]\npromptlint = 3\n",
            "pyproject.toml:2: `promptlint` must be a table, not a number",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(write: Write, text: str, message: str) -> None:
    assert error_of(write(text)) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[tool.promptlint]\nselect = [\n  'small-prefix',\n  'timestmap-in-prefix',\n]\n",
            "pyproject.toml:4: unknown rule `timestmap-in-prefix`; did you mean `timestamp-in-prefix`?",
        ),
        (
            "[tool.promptlint.rules.smal-prefix]\nseverity = 'note'\n",
            "pyproject.toml:1: unknown rule `smal-prefix`; did you mean `small-prefix`?",
        ),
        (
            "[tool.promptlint]\nrules.smal-prefix.severity = 'note'\n",
            "pyproject.toml:2: unknown rule `smal-prefix`; did you mean `small-prefix`?",
        ),
    ],
)
def test_a_rule_that_does_not_exist_is_told_with_its_line(write: Write, text: str, message: str) -> None:
    config = load_config(write(text))
    with pytest.raises(PromptlintError) as caught:  # noqa: PT012 (either of the two may find it)
        config.selected(RULES, resolve)
        config.settings_of("small-prefix", resolve)
    assert str(caught.value) == message


def test_a_mistake_on_the_command_line_names_the_option(here: Path) -> None:
    config = Config().with_options(Options(select=("smal-prefix",)), here)
    with pytest.raises(PromptlintError, match=r"^--select: unknown rule `smal-prefix`; did you mean"):
        config.selected(RULES, resolve)
    with pytest.raises(PromptlintError, match=r"^--fail-on: unknown value `bad`; use one of"):
        Config().with_options(Options(fail_on="bad"), here)
    with pytest.raises(PromptlintError, match=r"^--output-format: unknown output format `xml`"):
        Config().with_options(Options(output_format=("xml",)), here)


def test_a_file_that_is_not_utf_8_or_not_there_is_told(here: Path) -> None:
    (here / "promptlint.toml").write_bytes(b"# fine\nselect = ['\xe9']\n")
    assert error_of(here) == "promptlint.toml:2: not UTF-8; save the file as UTF-8"
    with pytest.raises(PromptlintError, match=r"^gone\.toml: cannot be read \(No such file or directory\)$"):
        load_config(here, here / "gone.toml")


def test_a_circle_of_extends_is_told_where_it_closes(here: Path) -> None:
    (here / "promptlint.toml").write_text("extend = 'a.toml'\n")
    (here / "a.toml").write_text("\nextend = 'promptlint.toml'\n")
    assert error_of(here) == "a.toml:2: `promptlint.toml` extends itself in a circle; remove one `extend`"


def test_a_mistake_in_an_extended_file_names_that_file(here: Path) -> None:
    (here / "promptlint.toml").write_text("extend = 'a.toml'\n")
    (here / "a.toml").write_text("pedantic = true\nfoo = 1\n")
    assert error_of(here).startswith("a.toml:2: unknown key `foo`; use one of `cards`, `cost`, ")


# -- lines ----------------------------------------------------------------------------------


def test_the_line_of_a_key_is_not_confused_by_other_tables(write: Write) -> None:
    start = write(
        "[tool.black]\nexclude = 'x'\n# select = 1\n[tool.promptlint]  # ours\n'pedantic' = true\n"
        "[tool.promptlint.rules.small-prefix]\nselect = 1\n[tool.other]\nexclude = 3\n"
        "[tool.promptlint.rules.unused-ignore]\nexclude = 1\n"
    )
    places = [settings.places for settings in load_config(start).rules]
    assert places == [{"select": "pyproject.toml:7"}, {"exclude": "pyproject.toml:11"}]


# -- showing it -----------------------------------------------------------------------------


def test_settings_are_shown_as_a_file_would_say_them(write: Write) -> None:
    start = write(
        "[tool.promptlint]\nselect = ['small-prefix']\nexclude = ['gen']\nrequired-version = '>=0.1'\n"
        "[tool.promptlint.per-file-ignores]\n'tests/**' = ['ALL']\n"
        "[tool.promptlint.rules.missing-version-tag]\npattern = 'v\\d+'\nseverity = 'warning'\n"
    )
    config = load_config(start).with_options(Options(ignore=("unused-ignore",), fail_on="note"), start)
    assert describe(config) == (
        "# pyproject.toml\n"
        "cards = []\n"
        'exclude = ["gen"]\n'
        "extend-exclude = []\n"
        "facts = []\n"
        'fail-on = "note"\n'
        "force-exclude = false\n"
        'min-confidence = "low"\n'
        'min-severity = "note"\n'
        'output-format = ["full"]\n'
        "pedantic = false\n"
        'required-version = ">=0.1"\n'
        "strict-coverage = 0.0\n"
        "\n"
        "[[selection]]\n"
        'from = "pyproject.toml"\n'
        'select = ["small-prefix"]\n'
        "\n"
        "[[selection]]\n"
        'from = "command line"\n'
        'ignore = ["unused-ignore"]\n'
        "\n"
        "[per-file-ignores]\n"
        '"tests/**" = ["ALL"]\n'
        "\n"
        "[rules.missing-version-tag]\n"
        'pattern = "v\\\\d+"\n'
        'severity = "warning"\n'
    )
    assert describe(Config()).startswith("# no configuration file: defaults\n")


# -- versions -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("specifier", "version", "fits"),
    [
        (">=0.1", "0.1.0", True),
        (">=0.1,<0.2", "0.2.0", False),
        ("0.1", "0.1.0", True),
        ("==0.1.1", "0.1", False),
        ("!=0.1", "0.1.0", False),
        (">0.1", "0.1.0", False),
        ("<=0.1", "0.1.0", True),
        ("~=1.4", "1.9.2", True),
        ("~=1.4", "2.0", False),
        ("~=1.4.2", "1.5.0", False),
        (">=10", "9.9.9", False),
        (">=1", "1.0.0rc1", True),
    ],
)
def test_version_specifiers(specifier: str, version: str, *, fits: bool) -> None:
    assert Specifier.of(specifier).allows(version) is fits
