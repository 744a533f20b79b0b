"""How is text printed, and what can the terminal show?"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from promptlint.errors import PromptlintError
from promptlint.report import WIDTH
from promptlint.report.color import ColorChoice, wants_color

__all__ = ["complain", "notice", "remark", "terminal_width", "wants_paint", "write", "write_file"]


def write(text: str) -> None:
    """Print, with what the terminal cannot show replaced."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")
    sys.stdout.write(text)
    sys.stdout.flush()


def write_file(target: str, text: str) -> None:
    """Write a report to a file.

    Raises:
        PromptlintError: it cannot be written.

    """
    try:
        Path(target).write_text(text, encoding="utf-8")
    except OSError as error:
        said = (error.strerror or "unknown error").lower()
        raise PromptlintError(f"{target}: cannot be written ({said}); check the path") from error


def complain(message: str) -> None:
    """Say on standard error why the run does not succeed, though it could be done."""
    sys.stderr.write(f"error: {message}\n")


def remark(line: str) -> None:
    """Say on standard error what the reader of the output should know."""
    sys.stderr.write(f"{line}\n")


def notice(message: str) -> None:
    """Say on standard error what is probably a mistake; the run succeeds."""
    sys.stderr.write(f"warning: {message}\n")


def wants_paint(choice: str) -> bool:
    """Whether to print in colour, by the value of ``--color``."""
    return wants_color(ColorChoice(choice), os.environ, terminal=sys.stdout.isatty())


def terminal_width() -> int:
    """Columns of the terminal, or of a page where there is none."""
    return shutil.get_terminal_size((WIDTH, 0)).columns if sys.stdout.isatty() else WIDTH
