from __future__ import annotations

import subprocess


def titles(since: str) -> list[str]:
    """Titles of the changes since a tag, newest first."""
    command = ["git", "log", "--format=%s", f"{since}..HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()
