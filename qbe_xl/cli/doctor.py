"""`qbe-xl doctor`: whether this machine has what the functions in LibreOffice need, and what to do where it has not."""

from __future__ import annotations

import sys
from pathlib import Path

from qbe_xl.cli.codes import FAILS, PASSES
from qbe_xl.core.languages import Lang, Text
from qbe_xl.hosts.libreoffice.installed import Line, examine, user_folder, write_note

_MARKS = {True: "✓", False: "✗", None: "-"}


def doctor(lang: Lang, link: bool, profile: str | None) -> int:
    """Print the report; 0 where nothing is to be mended, else 1."""
    from qbe_xl import __version__

    folder = Path(profile) if profile else user_folder()
    lines = [Line(True, Text(*[f"qbe-xl {__version__}, Python {sys.version.split()[0]}: {sys.prefix}"] * 2))]
    if link:
        lines.append(_linked(folder))
    lines += examine(folder)
    for line in lines:
        print(f"{_MARKS[line.good]} {line.text[lang]}")
    return FAILS if any(line.good is False for line in lines) else PASSES


def _linked(folder: Path) -> Line:
    try:
        note = write_note(folder)
    except OSError as problem:
        why = problem.strerror or str(problem)
        return Line(False, Text(f"不能写入 {folder}：{why}", f"Cannot write to {folder}: {why}"))
    return Line(True, Text(f"已写入 {note}；请重新启动 LibreOffice。", f"Wrote {note}; restart LibreOffice."))
