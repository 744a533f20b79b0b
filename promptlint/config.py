"""What did the user ask for? Defaults, the project's configuration file, the command line.

The nearest ``promptlint.toml``, or ``pyproject.toml`` with a table ``[tool.promptlint]``, above
the place that is checked decides; it may build on another by ``extend``. Every mistake in it is a
`PromptlintError` with ``file:line``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from promptlint.diagnostic import Confidence, Severity
from promptlint.document import did_you_mean
from promptlint.errors import PromptlintError
from promptlint.traffic import TrafficPlan

__all__ = [
    "ALL",
    "CONFIDENCES",
    "DEFAULT_EXCLUDE",
    "OUTPUT_FORMATS",
    "SEVERITIES",
    "Config",
    "Glob",
    "Options",
    "Output",
    "PerFileIgnore",
    "RuleName",
    "RuleSelection",
    "RuleSettings",
    "one_of",
]

_Choice = TypeVar("_Choice")

DEFAULT_EXCLUDE = (
    *(".bzr", ".direnv", ".eggs", ".git", ".hg", ".ipynb_checkpoints", ".mypy_cache", ".nox"),
    *(".pants.d", ".pyenv", ".pytest_cache", ".pytype", ".ruff_cache", ".svn", ".tox", ".venv"),
    *(".vscode", "__pycache__", "__pypackages__", "_build", "buck-out", "build", "dist"),
    *("node_modules", "site-packages", "venv"),
)
OUTPUT_FORMATS = ("concise", "full", "github", "json", "sarif")
ALL = "ALL"
"""Stands for every rule wherever rules are named."""
SEVERITIES: Mapping[str, Severity] = MappingProxyType(
    {"error": Severity.ERROR, "warning": Severity.WARNING, "note": Severity.NOTE}
)
CONFIDENCES: Mapping[str, Confidence] = MappingProxyType({each.word: each for each in reversed(Confidence)})


@dataclass(frozen=True, slots=True)
class RuleName:
    """A rule as the user named it: its name, an alias, or ``ALL``."""

    name: str
    where: str
    """``file:line`` or the option: where to look if there is no such rule."""

    def among(self, names: Collection[str], resolve: Callable[[str], str]) -> frozenset[str]:
        """The rules it stands for.

        `resolve` turns a name or alias into a name; its `PromptlintError` is raised with the place.
        """
        if self.name == ALL:
            return frozenset(names)
        try:
            return frozenset({resolve(self.name)})
        except PromptlintError as error:
            raise PromptlintError(f"{self.where}: {error}") from error


@dataclass(frozen=True, slots=True)
class RuleSelection:
    """What one layer (a configuration file, the command line) says about which rules run."""

    where: str
    select: tuple[RuleName, ...] | None = None
    """Starts from these; None: goes on from the layer below, or from every rule."""
    ignore: tuple[RuleName, ...] = ()
    extend_select: tuple[RuleName, ...] = ()
    extend_ignore: tuple[RuleName, ...] = ()

    def apply(
        self, below: frozenset[str], names: Collection[str], resolve: Callable[[str], str]
    ) -> frozenset[str]:
        """The rules that run after this layer.

        A rule's own name outweighs ``ALL``; of two equals, ignoring outweighs selecting.
        """
        chosen = below if self.select is None else frozenset()
        selecting = (*(self.select or ()), *self.extend_select)
        ignoring = (*self.ignore, *self.extend_ignore)
        for broad in (True, False):
            for name in (each for each in selecting if (each.name == ALL) is broad):
                chosen |= name.among(names, resolve)
            for name in (each for each in ignoring if (each.name == ALL) is broad):
                chosen -= name.among(names, resolve)
        return chosen


@dataclass(frozen=True, slots=True)
class Glob:
    """A pattern as in ``.gitignore`` and the folder it is anchored to."""

    pattern: str
    base: str
    """Absolute path; empty for a default, which is a plain name and holds anywhere."""


@dataclass(frozen=True, slots=True)
class PerFileIgnore:
    """Rules that say nothing about some files."""

    glob: Glob
    names: tuple[RuleName, ...]


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """What the configuration says about one rule."""

    rule: RuleName
    severity: Severity | None = None
    """Replaces the severity of each of its findings."""
    options: Mapping[str, object] = field(default_factory=dict)
    """As given; the rule's card knows which there are and of what type."""
    places: Mapping[str, str] = field(default_factory=dict)
    """``file:line`` of each option."""


@dataclass(frozen=True, slots=True)
class Output:
    """One report: its format, and the file it goes to (None: standard output)."""

    format: str
    target: str | None = None

    @classmethod
    def of(cls, text: str, where: str) -> Output:
        """Read ``full`` or ``sarif:out.sarif``.

        Raises:
            PromptlintError: there is no such format, or the file's name is empty.

        """
        name, colon, target = text.partition(":")
        if name not in OUTPUT_FORMATS:
            raise PromptlintError(
                f"{where}: unknown output format `{name}`; {did_you_mean(name, OUTPUT_FORMATS)}"
            )
        if colon and not target:
            raise PromptlintError(f"{where}: `{text}` names no file; write `{name}` or `{name}:FILE`")
        return cls(name, target or None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command line says; None or empty where it says nothing."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    extend_ignore: tuple[str, ...] = ()
    pedantic: bool | None = None
    min_severity: str | None = None
    min_confidence: str | None = None
    fail_on: str | None = None
    exclude: tuple[str, ...] = ()
    extend_exclude: tuple[str, ...] = ()
    force_exclude: bool | None = None
    output_format: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    cards: tuple[str, ...] = ()
    strict_coverage: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Every setting, with its default."""

    file: str | None = None
    """The configuration file that was used, as shown to the reader."""
    selections: tuple[RuleSelection, ...] = ()
    """Lowest layer first: extended files, the file, the command line."""
    pedantic: bool = False
    min_severity: Severity = Severity.NOTE
    min_confidence: Confidence = Confidence.LOW
    fail_on: Severity = Severity.WARNING
    exclude: tuple[Glob, ...] = tuple(Glob(name, "") for name in DEFAULT_EXCLUDE)
    extend_exclude: tuple[Glob, ...] = ()
    force_exclude: bool = False
    per_file_ignores: tuple[PerFileIgnore, ...] = ()
    outputs: tuple[Output, ...] = (Output("full"),)
    facts: tuple[Path, ...] = ()
    """Further files of facts, extended ones first."""
    cards: tuple[Path, ...] = ()
    """Folders with further rules."""
    rules: tuple[RuleSettings, ...] = ()
    required_version: str | None = None
    strict_coverage: float = 0.0
    """Percent of the call sites that have to be resolved in full."""
    traffic: TrafficPlan = field(default_factory=TrafficPlan)
    """How often calls are made, and how often they find their prefix in the cache."""

    def selected(self, names: Collection[str], resolve: Callable[[str], str]) -> frozenset[str]:
        """The rules that run, out of `names`; every one unless the user said otherwise.

        Raises:
            PromptlintError: the user named a rule that `resolve` does not know.

        """
        chosen = frozenset(names)
        for selection in self.selections:
            chosen = selection.apply(chosen, names, resolve)
        return chosen

    def asked(self, resolve: Callable[[str], str]) -> frozenset[str]:
        """The rules that are selected by their own name.

        Raises:
            PromptlintError: the user named a rule that `resolve` does not know.

        """
        names = (name for each in self.selections for name in (*(each.select or ()), *each.extend_select))
        return frozenset().union(*(name.among((), resolve) for name in names))

    def settings_of(self, rule: str, resolve: Callable[[str], str]) -> RuleSettings | None:
        """What is set for a rule, later files over earlier ones; None if nothing is.

        Raises:
            PromptlintError: settings are given for a rule that `resolve` does not know.

        """
        found: RuleSettings | None = None
        for each in self.rules:
            if each.rule.among((), resolve) == {rule}:
                found = each if found is None else _over(found, each)
        return found

    def with_options(self, options: Options, folder: Path) -> Config:
        """The same with the command line's word on top; its patterns and paths start at `folder`.

        Raises:
            PromptlintError: an option has a value that does not exist.

        """
        base = str(folder)
        excluded = tuple(Glob(each, base) for each in _split(options.exclude))
        extended = tuple(Glob(each, base) for each in _split(options.extend_exclude))
        outputs = tuple(Output.of(each, "--output-format") for each in options.output_format)
        return replace(
            self,
            selections=(*self.selections, *_selection(options)),
            pedantic=_given(options.pedantic, self.pedantic),
            min_severity=one_of(options.min_severity, SEVERITIES, "--min-severity", self.min_severity),
            min_confidence=one_of(
                options.min_confidence, CONFIDENCES, "--min-confidence", self.min_confidence
            ),
            fail_on=one_of(options.fail_on, SEVERITIES, "--fail-on", self.fail_on),
            exclude=excluded or self.exclude,
            extend_exclude=(*self.extend_exclude, *extended),
            force_exclude=_given(options.force_exclude, self.force_exclude),
            outputs=outputs or self.outputs,
            facts=(*self.facts, *(folder / each for each in options.facts)),
            cards=(*self.cards, *(folder / each for each in options.cards)),
            strict_coverage=_given(options.strict_coverage, self.strict_coverage),
        )


def _over(lower: RuleSettings, upper: RuleSettings) -> RuleSettings:
    return RuleSettings(
        upper.rule,
        lower.severity if upper.severity is None else upper.severity,
        {**lower.options, **upper.options},
        {**lower.places, **upper.places},
    )


def _given(value: _Choice | None, default: _Choice) -> _Choice:
    return default if value is None else value


def one_of(
    word: str | None, choices: Mapping[str, _Choice], where: str, default: _Choice, name: str = "value"
) -> _Choice:
    """The choice that a word names; `default` without a word.

    Raises:
        PromptlintError: the word names none.

    """
    if word is None:
        return default
    if word not in choices:
        raise PromptlintError(f"{where}: unknown {name} `{word}`; {did_you_mean(word, choices)}")
    return choices[word]


def _split(values: Iterable[str]) -> Iterator[str]:
    """Options may be repeated, and take several values between commas."""
    return (part.strip() for value in values for part in value.split(",") if part.strip())


def _selection(options: Options) -> tuple[RuleSelection, ...]:
    def names(option: str, values: tuple[str, ...]) -> tuple[RuleName, ...]:
        return tuple(RuleName(name, option) for name in _split(values))

    if not (options.select or options.ignore or options.extend_select or options.extend_ignore):
        return ()
    return (
        RuleSelection(
            "command line",
            names("--select", options.select) or None,
            names("--ignore", options.ignore),
            names("--extend-select", options.extend_select),
            names("--extend-ignore", options.extend_ignore),
        ),
    )
