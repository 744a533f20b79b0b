"""Does a card that says something wrong get a clear error, and a right one its meaning?"""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.card import Card, OptionType, Phrases, load_card
from promptlint.diagnostic import Confidence, Role, Severity
from promptlint.errors import PromptlintError
from promptlint.example import Kind, Mark
from promptlint.registry import Registry, rule_names
from promptlint.rule import Finding, Place, UnfilledError, dress, load_rule
from promptlint.source import Span

CARD = """\
name: stale-bread
summary: The bread is old.
severity: warning
confidence: high
fix: none
since: "0.1"
aliases: [old-bread]
check: bakery.stale_bread
message: "`{loaf}` was baked {day}"
labels:
  source: "`{loaf}` comes from this oven"
words:
  day:
    before: "the day before"
why: |
  Nobody likes it.
instead: |
  Bake.
references: [https://example.com/bread]
options:
  days:
    type: integer
    default: 2
    description: How old bread may be.
preamble: |
  import oven

examples:
  - title: a loaf of yesterday
    bad: |
      loaf = oven.yesterday()  # source
      eat(loaf)  # error
    outcome: miss(system_changed, time)
    good: |
      eat(oven.today())
    good_outcome: read
    run: pass
    tokens: 12
"""
HERE = Span("main.py", None, 4, 1, 4, 10)
OVEN = Span("main.py", None, 3, 8, 3, 24)
NO_PHRASES = Phrases(labels={}, words={})


def written(folder: Path, text: str = CARD, name: str = "stale-bread") -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def loaded(folder: Path, text: str = CARD) -> Card:
    return load_card(written(folder, text))


def finding(*places: Place, **values: str) -> Finding:
    return Finding(HERE, Severity.WARNING, Confidence.HIGH, None, values, places)


# -- loading ---------------------------------------------------------------------------------------


def test_a_card_says_what_is_written_in_it(tmp_path: Path) -> None:
    card = loaded(tmp_path)
    assert card.name == "stale-bread"
    assert (card.severity, card.confidence) == (Severity.WARNING, Confidence.HIGH)
    assert card.why == "Nobody likes it."
    assert card.aliases == ("old-bread",)
    (option,) = card.options
    assert (option.name, option.type, option.default) == ("days", OptionType.INTEGER, 2)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("since:", "sinze:", ":6: unknown key `sinze`; did you mean `since`?"),
        ('since: "0.1"\n', "", ":1: missing `since`"),
        ("fix: none", "fix: none\nfix: safe", ":6: `fix` is given twice, first on line 5"),
        ("fix: none", "fix: perhaps", ":5: unknown word `perhaps`"),
        ("fix: none", "fix: unsafe", ":5: `fix: unsafe` and `fix_safety` come together"),
        ("severity: warning", "severity: warnin", ":3: unknown word `warnin`; did you mean `warning`?"),
        ("name: stale-bread", "name: fresh-bread", ":1: the card names itself `fresh-bread`"),
        ("default: 2", "default: two", ":23: expected a whole number, got `two`"),
        ("type: integer", "type: pattern", ":23: option `days`: `(` is no regular expression"),
        ("outcome: miss(system_changed, time)", "outcome: miss(moon, time)", ":33: unknown outcome"),
        (
            "good_outcome: read",
            "fixed_outcome: read",
            "`fixed_outcome` speaks of an example that is not here",
        ),
        ("eat(loaf)  # error", "eat(loaf)", ":30: `bad` and its `# error` marks do not agree"),
        (
            "eat(oven.today())",
            "eat(oven.today())  # error",
            ":34: `good` and its `# error` marks do not agree",
        ),
        ("    good: |\n      eat", "    note: |\n      eat", "either `bad`, `note` or `good`"),
        ("tokens: 12", "tokens: few", "expected a whole number, got `few`"),
        (
            "    bad: |\n      loaf = oven.yesterday()  # source\n      eat",
            "    bad:\n      oven.py: |\n        eat",
            "no file is named `main.py`",
        ),
    ],
    ids=lambda value: value.strip().splitlines()[0] if value.strip() else "nothing",
)
def test_what_a_card_cannot_say_is_an_error_with_its_line(
    old: str, new: str, complaint: str, tmp_path: Path
) -> None:
    text = CARD.replace(old, new, 1)
    if new == "type: pattern":
        text = text.replace("default: 2", "default: (")
    with pytest.raises(PromptlintError) as caught:
        loaded(tmp_path, text)
    assert complaint in str(caught.value)
    assert f"{tmp_path.name}/stale-bread.yaml:" in str(caught.value)


def test_a_card_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "stale-bread.yaml"
    path.write_bytes(b"name: \xff\n")
    with pytest.raises(PromptlintError, match=r"stale-bread\.yaml: the card cannot be read"):
        load_card(path)


# -- examples --------------------------------------------------------------------------------------


def test_marks_count_lines_of_the_file_that_runs_and_are_gone_from_it(tmp_path: Path) -> None:
    bad, good = loaded(tmp_path).examples
    assert (bad.kind, good.kind) == (Kind.BAD, Kind.GOOD)
    assert bad.files == {"main.py": "import oven\nloaf = oven.yesterday()\neat(loaf)\n"}
    assert bad.errors == {Mark("main.py", 3)}
    assert bad.sources == {Mark("main.py", 2)}
    assert not good.errors


def test_a_reader_sees_an_example_without_its_preamble(tmp_path: Path) -> None:
    bad, _ = loaded(tmp_path).examples
    assert bad.shown == {"main.py": "loaf = oven.yesterday()\neat(loaf)\n"}


def test_both_marks_may_stand_behind_a_comment(tmp_path: Path) -> None:
    text = CARD.replace("  # source\n", "\n").replace("  # error", "  # yum: # error soon  # error # source")
    bad, _ = loaded(tmp_path, text).examples
    assert bad.files["main.py"].endswith("eat(loaf)  # yum: # error soon\n")
    assert bad.errors == bad.sources == {Mark("main.py", 3)}


def test_each_of_a_pair_has_its_outcome_and_its_place(tmp_path: Path) -> None:
    bad, good = loaded(tmp_path).examples
    assert (bad.outcome, good.outcome) == ("miss(system_changed, time)", "read")
    assert (bad.run, bad.tokens) == (good.run, good.tokens) == ("pass", 12)
    assert CARD.splitlines()[int(bad.place.rpartition(":")[2]) - 1].strip().startswith("loaf =")


def test_only_python_files_carry_marks(tmp_path: Path) -> None:
    text = CARD.replace(
        "    bad: |\n      loaf = oven.yesterday()  # source\n      eat(loaf)  # error\n",
        "    bad:\n      main.py: |\n        eat()  # error\n      menu.md: |\n        # error\n",
    )
    bad, _ = loaded(tmp_path, text).examples
    assert bad.files["menu.md"] == "# error\n"
    assert bad.errors == {Mark("main.py", 2)}


# -- options ---------------------------------------------------------------------------------------


def test_an_option_has_its_default_until_it_is_set(tmp_path: Path) -> None:
    card = loaded(tmp_path)
    assert card.settings({}) == {"days": 2}
    assert card.settings({"days": 5}) == {"days": 5}


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"dais": 3}, "unknown option `dais` of rule `stale-bread`; did you mean `days`?"),
        ({"days": "three"}, "option `days`: got `three`; give a value of type integer"),
        ({"days": True}, "option `days`: got `True`; give a value of type integer"),
    ],
    ids=["unknown name", "wrong type", "a bool is no number"],
)
def test_an_option_that_cannot_be_set_is_an_error(
    given: dict[str, object], complaint: str, tmp_path: Path
) -> None:
    with pytest.raises(PromptlintError) as caught:
        loaded(tmp_path).settings(given)
    assert str(caught.value) == complaint


# -- the registry ----------------------------------------------------------------------------------


def test_names_are_known_without_opening_a_card(tmp_path: Path) -> None:
    written(tmp_path, "{{{ no yaml", "broken")
    written(tmp_path)
    (tmp_path / "words").mkdir()
    assert rule_names(tmp_path) == ("broken", "stale-bread")
    assert Registry.of(tmp_path).resolve("broken") == "broken"


def test_a_former_name_leads_to_the_rule(tmp_path: Path) -> None:
    written(tmp_path)
    assert Registry.of(tmp_path).resolve("old-bread") == "stale-bread"


def test_an_unknown_name_gets_advice(tmp_path: Path) -> None:
    written(tmp_path)
    with pytest.raises(PromptlintError, match=r"unknown rule `stale-bred`; did you mean `stale-bread`\?"):
        Registry.of(tmp_path).resolve("stale-bred")


def test_two_rules_of_one_name_are_an_error(tmp_path: Path) -> None:
    for name in ("ours", "theirs"):
        (tmp_path / name).mkdir()
        written(tmp_path / name)
    with pytest.raises(PromptlintError, match="has the same name; rename one of the two"):
        Registry.of(tmp_path / "ours", tmp_path / "theirs")


def test_a_check_that_cannot_be_imported_is_named(tmp_path: Path) -> None:
    with pytest.raises(PromptlintError, match=r"`check: bakery\.stale_bread` cannot be imported"):
        load_rule(loaded(tmp_path))


@pytest.mark.parametrize("count", [0, 2])
def test_a_check_module_defines_one_check(
    count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("check_request", "check_project")[:count]
    module = tmp_path / f"bakery_of_{count}.py"
    module.write_text("".join(f"def {name}(): ...\n" for name in names), encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    card = loaded(tmp_path, CARD.replace("bakery.stale_bread", module.stem))
    with pytest.raises(PromptlintError, match=f"defines {count} checks"):
        load_rule(card)


# -- dressing --------------------------------------------------------------------------------------


def test_a_finding_is_put_into_the_words_of_its_card(tmp_path: Path) -> None:
    dressed = dress(
        loaded(tmp_path),
        finding(Place(Role.SOURCE, OVEN), loaf="rye", day="before"),
        NO_PHRASES,
    )
    assert dressed.message == "`rye` was baked the day before"
    assert [(label.span, label.message) for label in dressed.labels] == [(OVEN, "`rye` comes from this oven")]


def test_a_place_may_fill_its_sentence_itself(tmp_path: Path) -> None:
    place = Place(Role.SOURCE, OVEN, values={"loaf": "spelt"})
    dressed = dress(loaded(tmp_path), finding(place, loaf="rye", day="on Monday"), NO_PHRASES)
    assert dressed.message == "`rye` was baked on Monday"
    assert dressed.labels[0].message == "`spelt` comes from this oven"


def test_shared_phrases_stand_in_for_what_a_card_leaves_out(tmp_path: Path) -> None:
    phrases = Phrases(
        labels={"call": "eaten here"}, words={"day": {"before": "never"}, "loaf": {"rye": "RYE"}}
    )
    dressed = dress(loaded(tmp_path), finding(Place(Role.CALL, HERE), loaf="rye", day="before"), phrases)
    assert dressed.message == "`RYE` was baked the day before"
    assert dressed.labels[0].message == "eaten here"


def test_a_placeholder_that_nothing_fills_is_our_bug(tmp_path: Path) -> None:
    with pytest.raises(UnfilledError, match=r"stale-bread\.yaml: nothing fills `\{day\}`"):
        dress(loaded(tmp_path), finding(loaf="rye"), NO_PHRASES)


def test_a_place_without_a_sentence_is_our_bug(tmp_path: Path) -> None:
    with pytest.raises(UnfilledError, match="no sentence for the place `call`"):
        dress(loaded(tmp_path), finding(Place(Role.CALL, HERE), loaf="rye", day="before"), NO_PHRASES)
