"""NAME.评估结果.xlsx: the results as a workbook that a bureau can work with and hand in."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from qbe_xl.assessment.results import Assessment
from qbe_xl.core.languages import Lang, Text
from qbe_xl.outputs.results import groups, notes, overview, problems, schools, steps, variation
from qbe_xl.outputs.results.book import PROPERTY, Book, Sheet
from qbe_xl.outputs.results.links import folder_between
from qbe_xl.outputs.results.words import SHEETS, TITLE
from qbe_xl.safety.saving import save_atomically

_SUFFIX = Text(".评估结果.xlsx", ".results.xlsx")
_PROPERTIES_PART = "docProps/custom.xml"
_MOST_PROPERTIES = 1 << 20  # bytes read of another file's properties
_MOST_COPIES = 10_000


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
    county = result.county
    name = (county.name if county is not None else None) or result.submission.file.name
    book = Book(lang, f"{TITLE[lang]} {name}")
    year = f" {county.year}" if county is not None and county.year else ""

    def sheet(key: str, widths: list[float] | tuple[float, ...]) -> Sheet:
        return book.sheet(SHEETS[key], widths, footer=f"{name}{year}")

    first = sheet("overview", overview.WIDTHS)
    rows: dict[str, variation.StageRows] = {}
    if result.usable:
        by_school = sheet("schools", schools.widths(result))
        cv = sheet("cv", variation.WIDTHS)
        detail = sheet("steps", steps.widths(result))
        schools.write_schools(by_school, result)
        rows = variation.write_variation(cv, result, steps.write_steps(detail, result))
        for key, members in (
            ("government", ("government",)),
            ("quality", ("quality",)),
            ("recognition", ("entry", "recognition", "vetoes")),
        ):
            groups.write_groups(sheet(key, groups.WIDTHS), result, key, members)
    problems.write_problems(sheet("problems", problems.WIDTHS), result, folder)
    if result.usable:
        notes.write_notes(sheet("notes", notes.WIDTHS), result)
    overview.write_overview(first, result, rows)
    return book.finish()
