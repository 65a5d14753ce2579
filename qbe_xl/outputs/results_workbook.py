"""NAME.评估结果.xlsx: the results as a workbook that a bureau can work with and hand in."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Collection, Mapping
from pathlib import Path

from qbe_xl.assessment.results import Assessment
from qbe_xl.core.languages import Lang, Text
from qbe_xl.outputs.results import groups, notes, overview, problems, schools, steps, variation
from qbe_xl.outputs.results.book import Book
from qbe_xl.outputs.results.drawing import Drawing
from qbe_xl.outputs.results.links import folder_between
from qbe_xl.outputs.results.words import SHEETS, TITLE
from qbe_xl.outputs.results.writer import PROPERTY, workbook_bytes
from qbe_xl.safety.saving import save_atomically

_SUFFIX = Text(".评估结果.xlsx", ".results.xlsx")
_PROPERTIES_PART = "docProps/custom.xml"
_MOST_PROPERTIES = 1 << 20  # bytes read of another file's properties
_MOST_COPIES = 10_000
_ALWAYS = ("overview", "problems")  # what an unusable result has, too
_GROUPS = {
    "government": ("government",),
    "quality": ("quality",),
    "recognition": ("entry", "recognition", "vetoes"),
}


def result_name(source_name: str, lang: Lang = "zh") -> str:
    """`NAME.评估结果.xlsx` for `NAME.xlsx` (`NAME.results.xlsx` in English)."""
    stem = re.sub(r"\.xls[xm]?$", "", Path(source_name).name, flags=re.IGNORECASE)
    return f"{stem}{_SUFFIX[lang]}"


def write_results(result: Assessment, target: Path | str, lang: Lang = "zh", source: Path | str | None = None) -> Path:
    """Write the results workbook; returns where it was written.

    `target`: the file to write. If a file stands there that is not such a result of ours, it is left alone and
    `NAME (2).xlsx` and so on is written instead. `source`: the submitted file; links to its cells are relative to the
    result, and without it they assume the same folder. The same assessment gives the same bytes.
    QbeError QBE-CAL-001 where the file cannot be written.
    """
    way = folder_between(Path(target), Path(source) if source is not None else None)
    return save_atomically(free_name(Path(target)), results_bytes(result, lang, way))


def free_name(target: Path) -> Path:
    """`target`, or the first `NAME (2).xlsx`, `NAME (3).xlsx` … that is free or ours."""
    for number in range(1, _MOST_COPIES):
        path = target if number == 1 else target.with_name(f"{target.stem} ({number}){target.suffix}")
        if not (path.exists() or path.is_symlink()) or is_ours(path):
            return path
    return target.with_name(f"{target.stem} ({_MOST_COPIES}){target.suffix}")


def is_ours(path: Path) -> bool:
    """Whether the file is a results workbook of ours, told by its document property."""
    if path.is_symlink() or not path.is_file():
        return False
    try:
        with zipfile.ZipFile(path) as package, package.open(_PROPERTIES_PART) as part:
            data = part.read(_MOST_PROPERTIES)
    except (OSError, KeyError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error):
        return False
    return f'name="{PROPERTY}"'.encode() in data


def results_bytes(result: Assessment, lang: Lang = "zh", folder: str = "") -> bytes:
    """The workbook's bytes. `folder`: the way from the result's folder to the submitted file's."""
    return workbook_bytes(draw_results(result, lang, folder=folder))


def draw_results(
    result: Assessment,
    lang: Lang = "zh",
    *,
    names: Mapping[str, str] | None = None,
    folder: str = "",
    inside: bool = False,
    keys: Collection[str] | None = None,
) -> Drawing:
    """The result sheets as plain data, in the order of SHEETS; an unusable result has an overview and problems only.

    `names`: other names of tabs by key, followed by every formula, link, chart and text. `folder`: the way from the
    result's folder to the submitted file's; `inside`: the sheets are for the submitted workbook itself, so that links lead
    to its own cells. `keys`: only these sheets; nothing refers to a sheet that is not drawn. KeyError for an unknown key.
    """
    for key in (*(names or {}), *(keys or ())):
        if key not in SHEETS:
            raise KeyError(key)
    county = result.county
    name = (county.name if county is not None else None) or result.submission.file.name
    year = f" {county.year}" if county is not None and county.year else ""
    possible = [key for key in SHEETS if result.usable or key in _ALWAYS]
    wanted = [key for key in possible if keys is None or key in keys]
    book = Book(lang, f"{TITLE[lang]} {name}", names, wanted)
    widths = {
        "overview": overview.WIDTHS, "schools": schools.widths(result), "cv": variation.WIDTHS,
        "steps": steps.widths(result), "problems": problems.WIDTHS, "notes": notes.WIDTHS,
    }  # fmt: skip
    sheets = {key: book.sheet(key, widths.get(key, groups.WIDTHS), footer=f"{name}{year}") for key in wanted}

    rows: dict[str, variation.StageRows] = {}
    if "schools" in sheets:
        schools.write_schools(sheets["schools"], result)
    cells = steps.write_steps(sheets["steps"], result) if "steps" in sheets else None
    if "cv" in sheets:
        rows = variation.write_variation(sheets["cv"], result, cells)
    for key, members in _GROUPS.items():
        if key in sheets:
            groups.write_groups(sheets[key], result, members)
    if "problems" in sheets:
        problems.write_problems(sheets["problems"], result, folder, inside)
    if "notes" in sheets:
        notes.write_notes(sheets["notes"], result)
    if "overview" in sheets:  # last: its charts refer to the rows of others
        overview.write_overview(sheets["overview"], result, rows)
    return book.drawing
