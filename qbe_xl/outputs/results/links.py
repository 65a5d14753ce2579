"""Links from the results to cells of the submitted file."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from qbe_xl.outputs.results.drawing import quoted

_PLACE = re.compile(
    r"(?:\[(?P<file>.+?\.\w+)\])?(?P<sheet>.+)!(?P<ref>\$?[A-Z]{1,3}\$?[0-9]{1,7}(?::\$?[A-Z]{1,3}\$?[0-9]{1,7})?)"
)
# What a path in a link cannot hold, or what programs read in different ways.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f<>:\"|?*#%\[\]\\/\ud800-\udfff]")
_WORKBOOKS = (".xlsx", ".xlsm")
_MOST = 255


@dataclass(frozen=True)
class Where:
    """A place in a submitted file: the file's name where there are several, sheet, A1 reference."""

    file: str | None
    sheet: str
    ref: str

    @property
    def text(self) -> str:
        """As shown: `学校!F17`."""
        return f"[{self.file}]{self.sheet}!{self.ref}" if self.file else f"{self.sheet}!{self.ref}"


def parse_place(text: str) -> Where | None:
    """`学校!F17` or `[file]学校!F17`; None where it is no cell."""
    found = _PLACE.fullmatch(text)
    return Where(found["file"], found["sheet"], found["ref"]) if found else None


def folder_between(target: Path, source: Path | None) -> str:
    """The way from the result's folder to the submitted file's, "" where they are the same or it is not known."""
    if source is None:
        return ""
    try:
        way = os.path.relpath(source.resolve().parent, target.resolve().parent)
    except ValueError:  # on another drive
        return ""
    return "" if way == "." else way.replace(os.sep, "/")


def link_to(where: Where, file: str, folder: str = "") -> str | None:
    """`NAME.xlsx#'学校'!F17`, a path relative to the result; None where such a link would not be safe.

    Not safe: a name that is no plain workbook name or holds characters that programs read in different ways, a folder
    that does, and anything too long. The place is then shown as plain text.
    """
    anchor = _anchor(where)
    if anchor is None or where.file is not None or not file.lower().endswith(_WORKBOOKS) or file.startswith((".", " ")):
        return None
    parts = [part for part in folder.split("/") if part]
    if any(_UNSAFE.search(part) for part in (file, *parts)):
        return None
    path = "/".join((*parts, file))
    return f"{path}#{anchor}" if len(path) <= _MOST else None


def link_to_path(path: str, folder: str = "") -> str | None:
    """`../evidence/a.pdf`, a path relative to the result; None where such a link would not be safe, as for `link_to`.

    `path` lies below `folder`: it may not lead up, nor begin at a root; `folder` is as `folder_between` gives it.
    """
    below = path.split("/")
    above = [part for part in folder.split("/") if part]
    if any(not part or part[-1] in ". " for part in below):  # . and .. too; Windows drops what a name ends with
        return None
    if any(_UNSAFE.search(part) for part in (*above, *below)):
        return None
    whole = "/".join((*above, *below))
    return whole if len(whole) <= _MOST else None


def link_inside(where: Where) -> str | None:
    """`#'学校'!F17`, in the workbook that holds both the report and the result; None where it would not be safe."""
    anchor = _anchor(where)
    return None if anchor is None or where.file is not None else f"#{anchor}"


def _anchor(where: Where) -> str | None:
    if _UNSAFE.search(where.sheet):
        return None
    anchor = f"{quoted(where.sheet)}!{where.ref.replace('$', '')}"
    return anchor if len(anchor) <= _MOST else None
