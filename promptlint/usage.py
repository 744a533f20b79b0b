"""How does the command line behave beyond what click does? A default command, help in sections."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

from promptlint.errors import PromptlintError

__all__ = ["DefaultGroup", "SectionedCommand", "SectionedOption"]

_OTHER = "Other"


class DefaultGroup(click.Group):
    """Commands, one of which is meant where none is named. A user's mistake is one line and exit 2."""

    def __init__(self, *args: Any, default: str, **settings: Any) -> None:  # noqa: ANN401  click's own
        super().__init__(*args, **settings)
        self.default = default

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default command in front of whatever is neither a command nor an option of the group."""
        own = {name for parameter in self.get_params(ctx) for name in parameter.opts}
        if not args or (args[0] not in self.commands and args[0] not in own):
            self._check_command(args)
            args = [self.default, *args]
        return super().parse_args(ctx, args)

    def _check_command(self, args: list[str]) -> None:
        """A word that is no file, and nearly a command, is meant as one."""
        if not args or not args[0].isalpha() or Path(args[0]).exists():
            return
        close = get_close_matches(args[0], self.commands, 1)
        if close:
            raise _Mistake(f"{args[0]}: no such file or directory; did you mean the command `{close[0]}`?")

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order in which they are defined."""
        del ctx
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except PromptlintError as error:
            raise _Mistake(str(error)) from error


class _Mistake(click.ClickException):
    exit_code = 2

    def show(self, file: object = None) -> None:
        """Print it as every other error of ours."""
        del file
        click.echo(f"error: {self.message}", err=True)


class SectionedOption(click.Option):
    """An option and the heading under which the help lists it."""

    def __init__(self, *args: Any, section: str = _OTHER, **settings: Any) -> None:  # noqa: ANN401  click's own
        super().__init__(*args, **settings)
        self.section = section


class SectionedCommand(click.Command):
    """A command whose help lists its options under headings, in the order in which they come."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one list of options for each heading."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for option in self.get_params(ctx):
            row = option.get_help_record(ctx) if isinstance(option, click.Option) else None
            if row is not None:
                heading = option.section if isinstance(option, SectionedOption) else _OTHER
                sections.setdefault(heading, []).append(row)
        for heading in sorted(sections, key=_OTHER.__eq__):
            with formatter.section(heading):
                formatter.write_dl(sections[heading])
