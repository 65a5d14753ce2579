"""NAME.批注.xlsx: a copy of a submitted workbook with its findings on their cells and in a sheet of their own."""

from __future__ import annotations

import zipfile
from pathlib import Path

from qbe_xl.core.languages import Lang, Text
from qbe_xl.outputs.annotated.book import LIST_PART, annotate

__all__ = ["annotate", "annotated_name", "free_name", "is_annotated"]

_WORD = Text("批注", "annotated")
_MOST_COPIES = 10_000


def annotated_name(source_name: str, lang: Lang = "zh") -> str:
    """`NAME.批注.xlsx` for `NAME.xlsx` (`NAME.annotated.xlsx` in English); the suffix stays, for macros need theirs."""
    path = Path(source_name)
    return f"{path.stem}.{_WORD[lang]}{path.suffix}"


def is_annotated(path: Path) -> bool:
    """Whether the file is an annotated copy of ours, told by the part that holds its list."""
    if path.is_symlink() or not path.is_file():
        return False
    try:
        with zipfile.ZipFile(path) as package:
            return LIST_PART in package.namelist()
    except (OSError, ValueError, NotImplementedError, zipfile.BadZipFile):
        return False


def free_name(target: Path) -> Path:
    """`target`, or the first `NAME (2).xlsx`, `NAME (3).xlsx` … that is free or an annotated copy of ours."""
    for number in range(1, _MOST_COPIES):
        path = target if number == 1 else target.with_name(f"{target.stem} ({number}){target.suffix}")
        if not (path.exists() or path.is_symlink()) or is_annotated(path):
            return path
    return target.with_name(f"{target.stem} ({_MOST_COPIES}){target.suffix}")
