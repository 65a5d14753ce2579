"""Assesses the workbooks dropped onto QBE评估.cmd; the results of each are written beside it, as values only.

The command line comes as Explorer wrote it (QBE_DROPPED), because `&`, `!`, `^` and `%` in names do not survive a batch file.
"""

from __future__ import annotations

import io
import os
import re
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path


def dropped(line: str, script: str) -> list[str]:
    """The paths after the script's own in a line as Explorer starts it: `cmd /c ""SCRIPT" "C:\\a b.xlsx" C:\\c&d.xlsx"`.

    Explorer quotes a path only where it has a space; the last quote belongs to cmd.
    """
    at = line.lower().find(script.lower()) if script else -1
    end = at + len(script)
    if at < 0:  # started by another spelling of its path
        named = re.search(r"\.cmd(?=[\"\s])", line, re.IGNORECASE)
        if not named:
            return []
        end = named.end()
    rest = line[end:].removeprefix('"').rstrip().removesuffix('"')
    if rest.count('"') % 2:  # the quote taken off closed the last name
        rest += '"'
    return [quoted or bare for quoted, bare in re.findall(r'"([^"]+)"|([^\s"]+)', rest)]


def by_folder(paths: Sequence[str]) -> dict[str, list[str]]:
    """Paths by the folder they stand in, in the order given; a folder counts as one with its own place."""
    groups: dict[str, list[str]] = {}
    for path in paths:
        full = os.path.abspath(path)
        folder = full if os.path.isdir(full) else os.path.dirname(full)
        groups.setdefault(folder, []).append(full)
    return groups


def states(folder: str, ending: str) -> dict[Path, int]:
    """Results workbooks of a folder, each with the time it was last written."""
    return {path: path.stat().st_mtime_ns for path in Path(folder).glob("*.xlsx") if path.name.endswith(ending)}


def values_only(book: Path) -> None:
    """Take the formulas out of a workbook that we wrote; their values stay."""
    from qbe_xl.safety.saving import save_atomically

    packed = io.BytesIO()
    with zipfile.ZipFile(book) as package, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as plain:
        for entry in package.infolist():
            data = package.read(entry)
            if entry.filename.startswith("xl/worksheets/sheet"):
                data = re.sub(rb"<f(?: [^>]*)?>[^<]*</f>", b"", data)
            plain.writestr(entry, data)
    save_atomically(book, packed.getvalue())


def assess_beside(folder: str, files: Sequence[str]) -> int:
    """Assess files of one folder with the results in it, as values; returns the exit code."""
    from qbe_xl.cli import main as qbe_xl
    from qbe_xl.outputs.results_workbook import result_name

    ending = result_name("x.xlsx", "zh").removeprefix("x")
    before = states(folder, ending)
    code = qbe_xl(["assess", *files, "--out-dir", folder, "--lang", "zh"])
    for book, written in states(folder, ending).items():
        if before.get(book) != written:
            values_only(book)
    return code


def main(arguments: Sequence[str]) -> int:
    """Assess what was dropped, or else the arguments; returns the first exit code that is not 0, or 0."""
    line = os.environ.get("QBE_DROPPED", "")
    paths = dropped(line, os.environ.get("QBE_SELF", "")) if line else list(arguments)
    if not paths:
        print("请把一个或几个工作簿（.xlsx、.xlsm）拖到这个文件上。")
        print("Drag one or more workbooks (.xlsx, .xlsm) onto this file.")
        return 4
    codes = []
    for folder, files in by_folder(paths).items():
        codes.append(assess_beside(folder, files))
        print()
    print("结果工作簿在原文件旁边。 / The results workbooks are beside the files.")
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    print(f"正在评估…… / Assessing … ({Path(sys.executable).name} {sys.version.split()[0]})")
    sys.exit(main(sys.argv[1:]))
