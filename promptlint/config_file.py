"""What does the project's configuration file say? Finds it, reads it, writes the outcome back."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import promptlint
from promptlint.config import (
    CONFIDENCES,
    SEVERITIES,
    Config,
    Glob,
    Output,
    PerFileIgnore,
    RuleName,
    RuleSelection,
    RuleSettings,
    one_of,
)
from promptlint.diagnostic import Confidence, Severity
from promptlint.errors import PromptlintError
from promptlint.gitignore import is_pattern
from promptlint.toml_table import Table, load_table
from promptlint.traffic_table import describe_traffic, read_traffic
from promptlint.version import Specifier, SpecifierError

__all__ = ["KEYS", "OWN_NAME", "config_of", "describe", "load_config"]

KEYS = (
    *("cards", "cost", "exclude", "extend", "extend-exclude", "extend-ignore", "extend-select", "facts"),
    *("fail-on", "force-exclude", "ignore", "min-confidence", "min-severity", "output-format", "pedantic"),
    *("per-file-ignores", "required-version", "rules", "select", "strict-coverage"),
)
"""Every key of the configuration."""
OWN_NAME = "promptlint.toml"
"""A configuration file that is nothing else."""
_RULE_SEVERITIES: Mapping[str, Severity] = {**SEVERITIES, "pedantic": Severity.PEDANTIC}


def load_config(start: Path, explicit: Path | None = None, *, isolated: bool = False) -> Config:
    """The configuration that holds at `start`, a folder.

    `explicit` is a file to use instead of looking for one; `isolated` asks for the defaults.

    Raises:
        PromptlintError: a file cannot be read, is not right, or asks for another version.

    """
    if isolated:
        return Config()
    if explicit is not None:
        return _read(explicit.absolute(), _section(explicit.absolute()), ())
    for folder in (start.absolute(), *start.absolute().parents):
        for path in (folder / OWN_NAME, folder / "pyproject.toml"):
            if path.is_file() and _speaks_of_us(path) and (path.name == OWN_NAME or _has_section(path)):
                return _read(path, _section(path), ())
    return Config()


def config_of(text: str) -> Config:
    """The configuration that a ``promptlint.toml`` with this text describes, wherever it lies.

    Raises:
        PromptlintError: it is not right.

    """
    path = Path(OWN_NAME).absolute()
    return _read(path, load_table(OWN_NAME, text.encode()), ())


def _speaks_of_us(path: Path) -> bool:
    """Whether the file needs to be understood: a broken one of another tool is none of our business."""
    return path.name == OWN_NAME or b"promptlint" in _bytes(path)


def _has_section(path: Path) -> bool:
    return "promptlint" in load_table(_shown(path), _bytes(path)).table("tool")


def _section(path: Path) -> Table:
    """Our table: the whole file, or ``[tool.promptlint]`` of a ``pyproject.toml``."""
    whole = load_table(_shown(path), _bytes(path))
    if path.name != "pyproject.toml":
        return whole
    return whole.table("tool").table("promptlint")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise PromptlintError(f"{_shown(path)}: cannot be read ({error.strerror})") from error


def _shown(path: Path) -> str:
    """Relative to the working directory where possible."""
    here = Path.cwd()
    return (path.relative_to(here) if path.is_relative_to(here) else path).as_posix()


def _read(path: Path, table: Table, above: tuple[Path, ...]) -> Config:
    """The settings of a file over those of the file that it extends."""
    table.only(KEYS)
    _check_version(table)
    base = _extended(path, table, (*above, path))
    folder = path.parent
    severity = table.text_of("min-severity")
    confidence = table.text_of("min-confidence")
    fail_on = table.text_of("fail-on")
    excluded = _globs(table, "exclude", folder)
    return Config(
        file=table.file,
        selections=(*base.selections, *_selection(table)),
        pedantic=_flag(table, "pedantic", base.pedantic),
        min_severity=one_of(severity, SEVERITIES, table.where("min-severity"), base.min_severity),
        min_confidence=one_of(confidence, CONFIDENCES, table.where("min-confidence"), base.min_confidence),
        fail_on=one_of(fail_on, SEVERITIES, table.where("fail-on"), base.fail_on),
        exclude=base.exclude if excluded is None else excluded,
        extend_exclude=(*base.extend_exclude, *(_globs(table, "extend-exclude", folder) or ())),
        force_exclude=_flag(table, "force-exclude", base.force_exclude),
        per_file_ignores=(*base.per_file_ignores, *_per_file_ignores(table, folder)),
        outputs=_outputs(table) or base.outputs,
        facts=(*base.facts, *_paths(table, "facts", folder)),
        cards=(*base.cards, *_paths(table, "cards", folder)),
        rules=(*base.rules, *_rules(table)),
        required_version=table.text_of("required-version") or base.required_version,
        strict_coverage=_percent(table, "strict-coverage", base.strict_coverage),
        traffic=read_traffic(table.table("cost"), base.traffic),
    )


def _flag(table: Table, key: str, default: bool) -> bool:
    given = table.flag(key)
    return default if given is None else given


_WHOLE = 100


def _percent(table: Table, key: str, default: float) -> float:
    given = table.number(key)
    if given is not None and not 0 <= given <= _WHOLE:
        raise PromptlintError(f"{table.where(key)}: `{key}` must be a number from 0 to 100, not {given:g}")
    return default if given is None else float(given)


def _extended(path: Path, table: Table, above: tuple[Path, ...]) -> Config:
    name = table.text_of("extend")
    if name is None:
        return Config()
    target = Path(os.path.normpath(path.parent / Path(name).expanduser()))
    where = table.where("extend")
    if target in above:
        raise PromptlintError(f"{where}: `{name}` extends itself in a circle; remove one `extend`")
    if not target.is_file():
        raise PromptlintError(f"{where}: `{name}` does not exist; `extend` is relative to this file")
    return replace(_read(target, _section(target), above), file=table.file)


def _selection(table: Table) -> tuple[RuleSelection, ...]:
    keys = ("select", "ignore", "extend-select", "extend-ignore")
    if not any(key in table for key in keys):
        return ()
    select, ignore, extend_select, extend_ignore = (_names(table, key) for key in keys)
    return (RuleSelection(table.file, select, ignore or (), extend_select or (), extend_ignore or ()),)


def _names(table: Table, key: str) -> tuple[RuleName, ...] | None:
    given = table.texts(key)
    return None if given is None else tuple(RuleName(name, table.where(key, name)) for name in given)


def _globs(table: Table, key: str, folder: Path) -> tuple[Glob, ...] | None:
    given = table.texts(key)
    if given is None:
        return None
    return tuple(_glob(pattern, table.where(key, pattern), folder) for pattern in given)


def _glob(pattern: str, where: str, folder: Path) -> Glob:
    if not is_pattern(pattern):
        raise PromptlintError(f"{where}: `{pattern}` is no valid pattern; write it as in .gitignore")
    return Glob(pattern, str(folder))


def _per_file_ignores(table: Table, folder: Path) -> Iterator[PerFileIgnore]:
    inner = table.table("per-file-ignores")
    for pattern in inner.values:
        yield PerFileIgnore(_glob(pattern, inner.where(pattern), folder), _names(inner, pattern) or ())


def _outputs(table: Table) -> tuple[Output, ...]:
    if isinstance(table.values.get("output-format"), str):
        given: tuple[str, ...] = (table.text_of("output-format") or "",)
    else:
        given = table.texts("output-format") or ()
    return tuple(Output.of(text, table.where("output-format", text)) for text in given)


def _paths(table: Table, key: str, folder: Path) -> Iterator[Path]:
    for name in table.texts(key) or ():
        path = folder / Path(name).expanduser()
        if not path.exists():
            raise PromptlintError(
                f"{table.where(key, name)}: `{name}` does not exist; paths are relative to this file"
            )
        yield path


def _rules(table: Table) -> Iterator[RuleSettings]:
    if isinstance(table.values.get("rules"), list):
        raise PromptlintError(
            f"{table.where('rules')}: `rules` holds the settings of rules, a table each; "
            "name folders of cards in `cards`"
        )
    all_rules = table.table("rules")
    for name in all_rules.values:
        inner = all_rules.table(name)
        word = inner.text_of("severity")
        where = inner.where("severity")
        options = {key: value for key, value in inner.values.items() if key != "severity"}
        yield RuleSettings(
            RuleName(name, all_rules.where(name)),
            None if word is None else one_of(word, _RULE_SEVERITIES, where, Severity.NOTE),
            options,
            {key: inner.where(key) for key in options},
        )


def _check_version(table: Table) -> None:
    wanted = table.text_of("required-version")
    if wanted is None:
        return
    where = table.where("required-version")
    try:
        fits = Specifier.of(wanted).allows(promptlint.__version__)
    except SpecifierError as error:
        raise PromptlintError(f"{where}: {error}; write it like `>=0.1,<1`") from error
    if not fits:
        raise PromptlintError(
            f"{where}: this project requires promptlint {wanted}, but this is {promptlint.__version__}; "
            "install a version that fits"
        )


def describe(config: Config) -> str:
    """Every setting as a configuration file would say it, sorted; lists of rules layer by layer."""
    lines = [f"# {config.file or 'no configuration file: defaults'}"]
    lines += [f"{key} = {_toml(value)}" for key, value in sorted(_plain(config).items())]
    for selection in config.selections:
        lines += ["", "[[selection]]", f"from = {_toml(selection.where)}"]
        lines += [f"{key} = {_toml(names)}" for key, names in _chosen(selection)]
    lines += describe_traffic(config.traffic)
    if config.per_file_ignores:
        lines += ["", "[per-file-ignores]"]
    for each in config.per_file_ignores:
        lines.append(f"{_toml(each.glob.pattern)} = {_toml([name.name for name in each.names])}")
    for rule in config.rules:
        lines += ["", f"[rules.{rule.rule.name}]"]
        named = {} if rule.severity is None else {"severity": _word(_RULE_SEVERITIES, rule.severity)}
        lines += [f"{key} = {_toml(value)}" for key, value in sorted({**named, **rule.options}.items())]
    return "\n".join(lines) + "\n"


def _plain(config: Config) -> Mapping[str, object]:
    outputs = [each.format + (f":{each.target}" if each.target else "") for each in config.outputs]
    plain: dict[str, object] = {
        "cards": [path.as_posix() for path in config.cards],
        "exclude": [each.pattern for each in config.exclude],
        "extend-exclude": [each.pattern for each in config.extend_exclude],
        "facts": [path.as_posix() for path in config.facts],
        "fail-on": _word(SEVERITIES, config.fail_on),
        "force-exclude": config.force_exclude,
        "min-confidence": _word(CONFIDENCES, config.min_confidence),
        "min-severity": _word(SEVERITIES, config.min_severity),
        "output-format": outputs,
        "pedantic": config.pedantic,
        "strict-coverage": config.strict_coverage,
    }
    if config.required_version:
        plain["required-version"] = config.required_version
    return plain


def _chosen(selection: RuleSelection) -> Iterator[tuple[str, list[str]]]:
    given = {
        "extend-ignore": selection.extend_ignore,
        "extend-select": selection.extend_select,
        "ignore": selection.ignore,
        "select": selection.select,
    }
    for key, names in given.items():
        if names or (key == "select" and names is not None):
            yield key, [name.name for name in names]


def _word(words: Mapping[str, Severity] | Mapping[str, Confidence], value: int) -> str:
    return next(word for word, each in words.items() if each == value)


def _toml(value: object) -> str:
    """TOML shares the notation of JSON for text, numbers, booleans and lists."""
    return json.dumps(value, ensure_ascii=False, default=str)
