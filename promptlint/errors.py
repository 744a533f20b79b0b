"""What does a user's mistake look like?"""

from __future__ import annotations

__all__ = ["FAILED", "FOUND", "PromptlintError"]

FOUND = 1
"""The exit code where something was found that should be mended."""
FAILED = 2
"""The exit code where the job could not be done."""


class PromptlintError(Exception):
    """The job could not be done because of something the user can mend.

    The message is one line: what is wrong, where (``file:line``), and what to do.
    The command line prints it and exits with 2; it is never a traceback.
    """
