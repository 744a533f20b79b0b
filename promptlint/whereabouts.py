"""Where are the project and its configuration, as the user says?"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from promptlint.config import Config
from promptlint.config_file import load_config
from promptlint.discovery import Discovery, discover
from promptlint.errors import PromptlintError
from promptlint.registry import Registry
from promptlint.shipped import rules_directory

__all__ = ["Setup", "registry_of", "start_of"]


@dataclass(frozen=True, slots=True)
class Setup:
    """Where the project and its configuration are, as the user says."""

    config: str | None = None
    project: str | None = None
    isolated: bool = False

    def load(self, start: Path) -> Config:
        """The configuration that holds at a folder.

        Raises:
            PromptlintError: it is not right.

        """
        return load_config(start, None if self.config is None else Path(self.config), isolated=self.isolated)

    def discovery(
        self, paths: Sequence[str], config: Config, working: Path, given: Sequence[str] = ()
    ) -> Discovery:
        """The files around some paths; `given` are names of files whose text comes from elsewhere.

        Raises:
            PromptlintError: a path does not exist, or ``--project`` names no folder.

        """
        project = None if self.project is None else _project_folder(self.project)
        return discover(paths, config, working, project=project, given=given)


def start_of(paths: Sequence[str], working: Path) -> Path:
    """The folder above everything that is checked."""
    absolute = [Path(os.path.normpath(working / path)) for path in paths]
    return Path(os.path.commonpath([path if path.is_dir() else path.parent for path in absolute]))


def _project_folder(name: str) -> Path:
    path = Path(name)
    if not path.is_dir():
        raise PromptlintError(f"--project: `{name}` is no folder; give the root of the project")
    return path


def registry_of(config: Config, working: Path) -> Registry:
    """Every rule. Checks of a project's own cards are imported as ``python -m`` would import them.

    Raises:
        PromptlintError: a folder of cards does not exist, or has a rule that there is already.

    """
    for folder in config.cards:
        if not folder.is_dir():
            raise PromptlintError(f"{folder}: no such folder of cards; check the path")
    if config.cards and str(working) not in sys.path:
        sys.path.append(str(working))
    return Registry.of(rules_directory(), *config.cards)
