"""Which workbooks a call names: files, folders, and patterns that the shell left alone."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".et")
OWN_RESULTS = (
    "*.评估结果*.xlsx", "*.results*.xlsx", "*.重算.xls[xm]", "*.recalculated.xls[xm]", "*.批注*.xls[xm]",
    "*.annotated*.xls[xm]", "*.缺口*.xlsx", "*.gaps*.xlsx", "*.情景*.xlsx", "*.whatif*.xlsx", "*.scenarios*.xlsx",
    "*.整改方案*.xlsx", "*.plan*.xlsx", "*.趋势*.xlsx", "*.trend*.xlsx", "*.问题台账*.xlsx", "*.ledger*.xlsx",
    "*.一校一策*.xlsx", "*.school-pages*.xlsx", "*.档案清单*.xlsx", "*.evidence*.xlsx",
)  # fmt: skip
LOCK_FILE = "~$"


@dataclass(frozen=True)
class Inputs:
    """What there is to assess, in order. `empty` are folders without a workbook; `single`: one file was named."""

    paths: tuple[Path, ...]
    empty: tuple[Path, ...] = ()
    single: bool = False


def gather(arguments: Sequence[str], folder_is_county: bool = False) -> Inputs:
    """The workbooks that the arguments name, each once, a folder's in order of name.

    `folder_is_county`: a folder is one county's set of workbooks and stays a folder. A path that does not exist is
    kept: reading it gives the finding that says so.
    """
    paths: dict[Path, Path] = {}
    empty = []
    for argument in arguments:
        path = Path(argument)
        if path.is_dir() and not folder_is_county:
            found = workbooks_in(path)
            if not found:
                empty.append(path)
        elif not path.exists() and glob.has_magic(argument):
            found = sorted(Path(match) for match in glob.glob(argument)) or [path]  # cmd.exe expands nothing
        else:
            found = [path]
        for each in found:
            paths.setdefault(each.resolve(), each)
    single = len(arguments) == 1 and tuple(paths.values()) == (Path(arguments[0]),)
    return Inputs(tuple(paths.values()), tuple(empty), single)


def workbooks_in(folder: Path) -> list[Path]:
    """The workbooks of a folder: not hidden ones, not Excel's lock files, not results of ours."""
    return [
        path
        for path in sorted(folder.iterdir(), key=lambda path: path.name)
        if path.suffix.lower() in SUFFIXES
        and path.is_file()
        and not path.name.startswith((".", LOCK_FILE))
        and not any(fnmatch(path.name, pattern) for pattern in OWN_RESULTS)
    ]
