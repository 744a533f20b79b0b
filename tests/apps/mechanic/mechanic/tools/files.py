from __future__ import annotations

from pathlib import Path

from mechanic.tools.registry import tool


@tool(path="Path of the file, relative to the project")
def read_file(path: str) -> str:
    """Read a text file of the project."""
    return Path(path).read_text(encoding="utf-8", errors="replace")


@tool(path="Path of the file, relative to the project", text="The whole new text")
def write_file(path: str, text: str) -> str:
    """Replace the text of a file, or make a new one."""
    Path(path).write_text(text, encoding="utf-8")
    return f"{len(text)} characters written"


@tool(folder="Path of the folder, relative to the project")
def list_files(folder: str) -> str:
    """List the files of a folder, one on each line."""
    return "\n".join(sorted(child.name for child in Path(folder).iterdir()))


@tool(pattern="A glob, like `**/*.py`")
def find_files(pattern: str) -> str:
    """Find files by a glob, anywhere in the project."""
    return "\n".join(sorted(str(path) for path in Path().glob(pattern)))


@tool(needle="The exact text to look for", pattern="A glob that limits the search")
def grep(needle: str, pattern: str) -> str:
    """Find lines that contain a text. Each hit is given as path:line: text."""
    hits = [
        f"{path}:{number}: {line}"
        for path in sorted(Path().glob(pattern))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if needle in line
    ]
    return "\n".join(hits)
