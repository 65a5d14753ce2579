"""The user's own folder: the log, forms and prices of the bureau's own. Nothing is ever taken from a workbook's folder."""

from __future__ import annotations

import logging
import os
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

from qbe_xl.core.errors import QbeError
from qbe_xl.forms.profile import Profile, load_profile

_LOG_BYTES, _LOG_FILES = 1_000_000, 3


def user_folder() -> Path:
    """`%LOCALAPPDATA%\\qbe_xl` on Windows, `~/.local/share/qbe_xl` (or XDG's) elsewhere."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
        return (Path(base) if base else Path.home() / "AppData" / "Local") / "qbe_xl"
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "qbe_xl"


def log_file() -> Path:
    """Where macros write what went wrong."""
    return user_folder() / "logs" / "macros.log"


def profiles_folder() -> Path:
    """Where a bureau puts the profiles of its own forms (.yaml)."""
    return user_folder() / "profiles"


def own_costs() -> Path | None:
    """The bureau's own prices for the cheapest plan, `costs.yaml`; None where there is no such file."""
    path = user_folder() / "costs.yaml"
    return path if path.is_file() else None


def own_profiles() -> tuple[list[Profile], list[QbeError]]:
    """The bureau's own forms, and what is wrong with those that cannot be used."""
    folder = profiles_folder()
    found: list[Profile] = []
    wrong: list[QbeError] = []
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in {".yaml", ".yml"})
    except OSError:
        return found, wrong
    for path in paths:
        try:
            found.append(load_profile(path))
        except QbeError as error:
            wrong.append(error)
    return found, wrong


def logger() -> logging.Logger:
    """The macros' log; a folder that cannot be written is no reason to fail."""
    log = logging.getLogger("qbe_xl.macros")
    if not log.handlers:
        try:
            log_file().parent.mkdir(parents=True, exist_ok=True)
            handler: logging.Handler = RotatingFileHandler(
                log_file(), maxBytes=_LOG_BYTES, backupCount=_LOG_FILES, encoding="utf-8", delay=True
            )
        except OSError:
            handler = logging.NullHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        log.addHandler(handler)
        log.setLevel(logging.INFO)
        log.propagate = False
    return log
