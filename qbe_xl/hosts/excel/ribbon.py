"""What the ribbon calls: `run("run_assessment")` on the workbook in front, with Esc as the stop key.

The macros tell the user themselves how they ended. Only what kept one from running at all is raised, in one line that
begins with a code, for the add-in's VBA to show: nothing is said twice. Imports what may be missing only when it is needed.
"""

from __future__ import annotations

import ctypes
import os
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from qbe_xl.core.languages import Lang, Text
from qbe_xl.hosts.excel.registry import macros

LOG = "ribbon.log"
_ESCAPE = 0x1B
_PRESSED = 0x8001  # down now, or pressed since it was last asked

UNKNOWN = Text("QBE-XLA-011 没有“{name}”这个命令。", "QBE-XLA-011 There is no command “{name}”.")
INCOMPLETE = Text(
    "QBE-XLA-012 Python 环境缺少 {name}。请重新运行安装包中的安装脚本。",
    "QBE-XLA-012 {name} is missing from Python. Run the installer of the kit again.",
)
INTERNAL = Text(
    "QBE-XLA-013 程序内部错误（{kind}）：{problem}",
    "QBE-XLA-013 Internal error ({kind}): {problem}",
)


class RibbonError(Exception):
    """What the VBA shows: one line in the language of Office, with a code."""


def run(name: str, argument: str = "", office_lang: str = "") -> None:
    """Run a macro of the registry on the workbook that the ribbon was clicked over.

    `argument` is an edition's id, or empty for the workbook's own; `office_lang` "zh" or "en". RibbonError where it could
    not be run at all; how the macro itself ended has been shown by then.
    """
    lang: Lang = "en" if office_lang == "en" else "zh"
    try:
        if not _known(name, argument):
            raise RibbonError(UNKNOWN.format(name=_one_line(f"{name} {argument}"))[lang])
        import xlwings

        from qbe_xl.hosts.excel import entry

        _ignore_settings_of_workbooks()
        choice = argument if macros()[name].argument else None
        entry.run(name, xlwings.Book.caller(), choice, stop=stop_key(), office_lang=lang)
    except RibbonError:
        _note()
        raise
    except ImportError as missing:
        _note()
        raise RibbonError(INCOMPLETE.format(name=missing.name or _one_line(str(missing)))[lang]) from missing
    except Exception as problem:  # the last boundary: VBA gets one line, the log the rest
        _note()
        told = INTERNAL.format(kind=type(problem).__name__, problem=_one_line(str(problem)))
        raise RibbonError(told[lang]) from problem


def stop_key() -> Callable[[], bool] | None:
    """Whether Esc has been pressed since this was called, asked between phases; None where keys cannot be asked for."""
    if sys.platform == "win32":
        _escape_pressed()  # forget an Esc from before
        return _escape_pressed
    return None


def log_folder() -> Path:
    """Where logs go: the user's folder (that of `folders.user_folder`), never beside a workbook."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
        user = Path(base) if base else Path.home() / "AppData" / "Local"
    else:
        base = os.environ.get("XDG_DATA_HOME")
        user = Path(base) if base else Path.home() / ".local" / "share"
    return user / "qbe_xl" / "logs"


def _ignore_settings_of_workbooks() -> None:
    """Where a workbook lies in the cloud, xlwings asks its sheet `xlwings.conf` for the local folder: not here."""
    windows = getattr(sys.modules.get("xlwings"), "_xlwindows", None)
    if windows is not None:
        windows.read_config_sheet = _no_settings


def _no_settings(book: object) -> dict[str, str]:
    return {}


def _known(name: str, argument: str) -> bool:
    if name not in macros():
        return False
    if not argument:
        return True
    from qbe_xl.standards import known_editions

    return bool(macros()[name].argument) and argument in known_editions()


def _escape_pressed() -> bool:
    """Whether Esc is down, or was pressed since the last time (Windows)."""
    user32 = getattr(ctypes, "windll").user32  # noqa: B009 - only Windows has it
    return bool(user32.GetAsyncKeyState(_ESCAPE) & _PRESSED)


def _note() -> None:
    """Append what is being handled to the log; a folder that cannot be written is no reason to fail."""
    with suppress(OSError):
        log_folder().mkdir(parents=True, exist_ok=True)
        with (log_folder() / LOG).open("a", encoding="utf-8") as log:
            log.write(f"{datetime.now().isoformat(timespec='seconds')}\n{traceback.format_exc()}\n")


def _one_line(text: str) -> str:
    return " ".join(text.split())[:300]
