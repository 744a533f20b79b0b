from __future__ import annotations

import shlex
import subprocess

from mechanic.tools.registry import tool

SECONDS = 60


@tool(command="The command line; no pipes")
def run_command(command: str) -> str:
    """Run a command in the project's folder and return what it prints."""
    done = subprocess.run(shlex.split(command), capture_output=True, text=True, timeout=SECONDS, check=False)
    return f"exit code {done.returncode}\n{done.stdout}{done.stderr}"
