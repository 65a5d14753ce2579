"""NAME.档案清单.xlsx. Never written over another file: people work in it."""

from __future__ import annotations

import os
from pathlib import Path

from qbe_xl.core.languages import Lang, Text
from qbe_xl.outputs.results import evidence_sheets
from qbe_xl.outputs.results.book import Book
from qbe_xl.outputs.results.drawing import Drawing
from qbe_xl.planning.evidence.evidence import Evidence

EVIDENCE_SUFFIX = Text(".档案清单.xlsx", ".evidence.xlsx")


def folder_way(target: Path, folder: Path) -> str | None:
    """The way from the workbook's folder to the evidence; None on another drive, where no relative way leads."""
    try:
        way = os.path.relpath(folder.resolve(), target.resolve().parent)
    except ValueError:
        return None
    return "" if way == "." else way.replace(os.sep, "/")


def draw_evidence(evidence: Evidence, lang: Lang = "zh", folder: str | None = None) -> Drawing:
    """概况, 县级档案, 学校档案 and 分卷统计; `folder`: the way from the workbook to the evidence, None for no links."""
    result = evidence.assessment
    name = (result.county.name if result.county is not None else None) or result.submission.file.name
    who = f"{name} {evidence.label}"
    title = Text("档案清单", "List of evidence")
    book = Book(lang, f"{title[lang]} {who}", None, ("evidence", "evidence_county", "evidence_schools", "evidence_volumes"))
    evidence_sheets.write_overview(book.sheet("evidence", evidence_sheets.OVERVIEW_WIDTHS, footer=who), evidence)
    county = book.sheet("evidence_county", evidence_sheets.widths(evidence, "county"), footer=who)
    evidence_sheets.write_list(county, evidence, "county", folder)
    schools = book.sheet("evidence_schools", evidence_sheets.widths(evidence, "school"), footer=who)
    evidence_sheets.write_list(schools, evidence, "school", folder)
    evidence_sheets.write_volumes(book.sheet("evidence_volumes", evidence_sheets.VOLUME_WIDTHS, footer=who), evidence)
    return book.drawing
