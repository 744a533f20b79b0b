"""What can be said on the command line? Commands, options and their help; what they do is elsewhere.

Everything that takes time to load is loaded by the command that needs it.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any, TypeVar

import click

import promptlint
from promptlint.usage import DefaultGroup, SectionedCommand, SectionedOption

__all__ = ["main"]

_Command = TypeVar("_Command", bound=Callable[..., object])

_WORDS = ("error", "warning", "note")
_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(cls=DefaultGroup, default="check", context_settings=_CONTEXT)
@click.version_option(promptlint.__version__, "-V", "--version", message="%(prog)s %(version)s")
def main() -> None:
    """Find what keeps Claude's prompt cache from being read, before the code is merged.

    promptlint reconstructs every Anthropic Messages request from source, without running it, and
    reports what in its cached part changes, what is marked in the wrong place, and what the API
    would reject.

    `promptlint PATH…` is short for `promptlint check PATH…`.
    """


def _option(section: str, *names: str, **settings: Any) -> Callable[[_Command], _Command]:  # noqa: ANN401  click's own
    return click.option(*names, cls=SectionedOption, section=section, **settings)


def _places(command: _Command) -> _Command:
    """The options that say where the project and its configuration are."""
    for add in (
        _option(
            "Configuration",
            "--isolated",
            is_flag=True,
            help="Read no configuration file. Rules of the project itself are not run then.",
        ),
        _option(
            "Configuration",
            "--config",
            metavar="FILE",
            help="Use this promptlint.toml or pyproject.toml instead of the nearest one.",
        ),
    ):
        command = add(command)
    return command


def _cache_dir(command: _Command) -> _Command:
    return _option(
        "Cache",
        "--cache-dir",
        metavar="DIR",
        envvar="PROMPTLINT_CACHE_DIR",
        help="Where the records of earlier runs are kept.  "
        "[env: PROMPTLINT_CACHE_DIR; default: the user's cache folder, as ~/.cache/promptlint]",
    )(command)


def _color(command: _Command) -> _Command:
    return _option(
        "Output",
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        show_default=True,
        help="When to colour. `auto`: on a terminal; NO_COLOR and FORCE_COLOR are honoured.",
    )(command)


@main.command(cls=SectionedCommand)
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@_option("Rules", "--select", multiple=True, metavar="RULES", help="Run only these rules. `ALL`: every one.")
@_option("Rules", "--ignore", multiple=True, metavar="RULES", help="Do not run these rules.")
@_option(
    "Rules",
    "--extend-select",
    multiple=True,
    metavar="RULES",
    help="Run these too, on top of what the configuration selects.",
)
@_option(
    "Rules",
    "--extend-ignore",
    multiple=True,
    metavar="RULES",
    help="Do not run these either, on top of what the configuration ignores.",
)
@_option(
    "Rules",
    "--pedantic/--no-pedantic",
    default=None,
    help="Show also what may well be right as it is, and name what could not be followed.",
)
@_option(
    "Rules", "--min-severity", type=click.Choice(_WORDS), help="Show nothing below this.  [default: note]"
)
@_option(
    "Rules",
    "--min-confidence",
    type=click.Choice(["high", "medium", "low"]),
    help="Show nothing that is less sure than this.  [default: low]",
)
@_option(
    "Files",
    "--project",
    metavar="DIR",
    help="The project to read. PATH only says what of it is reported.  "
    "[default: the nearest folder above with .git, pyproject.toml or the like]",
)
@_option("Files", "--exclude", multiple=True, metavar="PATTERNS", help="Leave these out, as in .gitignore.")
@_option(
    "Files",
    "--extend-exclude",
    multiple=True,
    metavar="PATTERNS",
    help="Leave these out too, on top of the configuration.",
)
@_option(
    "Files",
    "--force-exclude/--no-force-exclude",
    default=None,
    help="Leave excluded files out even if they are named. For pre-commit.",
)
@_option(
    "Files",
    "--stdin-filename",
    metavar="FILE",
    help="Where the text that `-` reads would lie in the project.",
)
@_places
@_option(
    "Configuration",
    "--facts",
    multiple=True,
    metavar="FILE",
    help="Further facts: your own clocks, clients, models. YAML as in rules/facts.",
)
@_option("Configuration", "--cards", multiple=True, metavar="DIR", help="A folder with rules of your own.")
@_option(
    "Output",
    "--output-format",
    multiple=True,
    metavar="FORMAT[:FILE]",
    help="full, concise, json, sarif or github; to standard output, or to a file. May be repeated.  "
    "[default: full]",
)
@_option("Output", "--statistics", is_flag=True, help="Print the number of findings of each rule instead.")
@_option("Output", "-q", "--quiet", is_flag=True, help="Print nothing unless there is something to report.")
@_color
@_option("Output", "--show-files", is_flag=True, help="Print the files that would be reported on, and stop.")
@_option("Output", "--show-settings", is_flag=True, help="Print the settings in force, and stop.")
@_option(
    "Cache",
    "--no-cache",
    is_flag=True,
    envvar="PROMPTLINT_NO_CACHE",
    help="Find everything out anew, and keep no record of it.  [env: PROMPTLINT_NO_CACHE]",
)
@_cache_dir
@_option(
    "Exit code",
    "--fail-on",
    type=click.Choice(_WORDS),
    help="Exit with 1 if there is a finding at or above this.  [default: warning]",
)
@_option("Exit code", "--exit-zero", is_flag=True, help="Exit with 0 whatever is found.")
@_option(
    "Exit code",
    "--strict-coverage",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Exit with 1 also if fewer of the call sites than this are resolved in full. Those that only "
    "forward what others give them do not count.",
)
def check(**given: Any) -> None:  # noqa: ANN401  click's own
    """Report what keeps the prompt cache from being read.

    This is the default command: `promptlint PATH` is `promptlint check PATH`.

    PATH is a file or a folder, by default the current one; `-` is standard input. It selects what is
    reported; the whole project around it is read.

    \b
    Exit code:
      0  nothing at or above --fail-on was found
      1  something was
      2  the job could not be done: a bad path, a bad configuration,
         or a file given by name that does not parse
    """  # noqa: D301  the \b is click's: it keeps the lines apart
    from promptlint import check_command  # noqa: PLC0415  see the module's docstring

    _done(check_command.check(check_command.CheckOrder.of(given)))


@main.command(cls=SectionedCommand)
@click.argument("place", metavar="FILE[:LINE]")
@_option("Files", "--project", metavar="DIR", help="The project to read; callers may be anywhere in it.")
@_places
@_color
def show(place: str, project: str | None, config: str | None, *, isolated: bool, color: str) -> None:
    """Show the requests that a file or a line has part in, block by block.

    The place may be a call, a function that makes it, or a text or a value that is sent.

    Every block in wire order with its estimated tokens, how it varies, what is put into it at run
    time, and where the breakpoints are; and why unknown parts are unknown. In a notebook give
    FILE:CELL:LINE.
    """
    from promptlint import show_command, whereabouts  # noqa: PLC0415

    _done(show_command.show(place, whereabouts.Setup(config, project, isolated=isolated), color))


@main.command(cls=SectionedCommand)
@_option("Exit code", "--check", "only_check", is_flag=True, help="Write nothing; exit with 1 if it would.")
@_option(
    "Files",
    "--project",
    metavar="DIR",
    help="The project whose prompts are frozen.  "
    "[default: the nearest folder above with .git, pyproject.toml or the like]",
)
@_option(
    "Configuration",
    "--config",
    metavar="FILE",
    help="Use this promptlint.toml or pyproject.toml instead of the nearest one.",
)
def freeze(project: str | None, config: str | None, *, only_check: bool) -> None:
    """Accept the text of every cached prefix as it is now.

    Writes promptlint.lock in the project's root, to be committed. From then on `promptlint check`
    reports a cached prompt whose text changes while its version tag does not. With --check nothing is
    written: in CI it fails where a change was not accepted.
    """
    from promptlint import freeze_command, whereabouts  # noqa: PLC0415

    _done(freeze_command.freeze(whereabouts.Setup(config, project), only_check=only_check))


@main.command(cls=SectionedCommand)
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@_option("Traffic", "--calls-per-hour", type=float, metavar="N", help="Of each call site.  [default: 100]")
@_option(
    "Traffic",
    "--hit-rate",
    type=float,
    metavar="PERCENT",
    help="How many calls find in the cache what could be there.  [default: 90]",
)
@_option(
    "Traffic",
    "--payload-tokens",
    type=click.IntRange(min=0),
    metavar="N",
    help="What values of unknown size come to, per call, after the cached part.  [default: not known]",
)
@_option(
    "Files",
    "--since",
    metavar="REF",
    help="Say also what has changed since this revision of git.",
)
@_option("Files", "--project", metavar="DIR", help="The project to read. PATH only says what is reported.")
@_places
@_option(
    "Output",
    "--output-format",
    "form",
    type=click.Choice(["table", "json", "markdown"]),
    default="table",
    show_default=True,
    help="For the terminal, for a program, for a pull request.",
)
@_color
def cost(**given: Any) -> None:  # noqa: ANN401  click's own
    """Say what the calls cost: without caching, as they are, and mended.

    Tokens read from the cache, written to it and sent fresh, and their price at the traffic that
    the options or the configuration describe. Output tokens are not counted.
    """
    from promptlint import cost_command  # noqa: PLC0415

    _done(cost_command.cost(cost_command.CostOrder.of(given)))


@main.command(cls=SectionedCommand)
@click.argument("rule")
@_option(
    "Output",
    "--output-format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="For the terminal, for a page, for a program.",
)
@_places
@_color
def explain(rule: str, form: str, config: str | None, *, isolated: bool, color: str) -> None:
    """Explain a rule: why it matters, what to do instead."""
    from promptlint import commands, whereabouts  # noqa: PLC0415

    _done(commands.explain(rule, form, whereabouts.Setup(config, isolated=isolated), color))


@main.command(cls=SectionedCommand)
@_option(
    "Output",
    "--output-format",
    "form",
    type=click.Choice(["text", "markdown"]),
    default="text",
    show_default=True,
    help="For the terminal, or for a page.",
)
@_places
@_color
def rules(form: str, config: str | None, *, isolated: bool, color: str) -> None:
    """List every rule, one in a line."""
    from promptlint import commands, whereabouts  # noqa: PLC0415

    _done(commands.rules(form, whereabouts.Setup(config, isolated=isolated), color))


@main.command(cls=SectionedCommand)
@click.argument("directory", metavar="DIR")
@_color
def test(directory: str, color: str) -> None:
    """Check the examples on the cards of rules of your own.

    Bad examples have to be reported at the marked lines and nowhere else, good ones not at all. The
    examples are read like any code, never executed.
    """
    from promptlint import exam_command  # noqa: PLC0415

    _done(exam_command.test(directory, color))


@main.command(cls=SectionedCommand)
@_cache_dir
def clean(cache_dir: str | None) -> None:
    """Remove the records that `check` keeps.

    Results are right without it: a record that no longer holds is not used, and one that nobody asks
    for in thirty days is removed.
    """
    from promptlint import commands  # noqa: PLC0415

    _done(commands.clean(cache_dir))


def _done(code: int) -> None:
    gc.freeze()  # the process ends: to look for garbage once more takes a seventh of the whole run
    raise SystemExit(code)
