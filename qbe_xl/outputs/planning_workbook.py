"""NAME.缺口.xlsx and NAME.情景对比.xlsx: gaps, drivers and scenarios as workbooks, drawn as the results workbook is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from qbe_xl.assessment.results import Assessment
from qbe_xl.core.languages import Lang, Text
from qbe_xl.outputs.results import driver_sheet, gap_sheets, scenario_sheets
from qbe_xl.outputs.results.book import Book
from qbe_xl.outputs.results.drawing import Drawing
from qbe_xl.outputs.results.words import PLANNING_SHEETS
from qbe_xl.outputs.results.writer import workbook_bytes
from qbe_xl.outputs.results_workbook import free_name
from qbe_xl.planning.drivers import Drivers
from qbe_xl.planning.gaps import Gaps
from qbe_xl.planning.whatif import WhatIf
from qbe_xl.safety.saving import save_atomically

GAPS_SUFFIX = Text(".缺口.xlsx", ".gaps.xlsx")
WHATIF_SUFFIX = Text(".情景对比.xlsx", ".whatif.xlsx")


def planning_name(source_name: str, suffix: Text, lang: Lang = "zh") -> str:
    """`NAME.缺口.xlsx` for `NAME.xlsx`."""
    stem = re.sub(r"\.(xls[xmb]?|ods|et)$", "", Path(source_name).name, flags=re.IGNORECASE)
    return f"{stem}{suffix[lang]}"


def write_planning(drawing: Drawing, target: Path) -> Path:
    """Write a drawing as a workbook; where a file stands that is not ours, `NAME (2).xlsx` and so on. QBE-CAL-001."""
    return save_atomically(free_name(target), workbook_bytes(drawing))


def draw_gaps(
    gaps: Gaps, drivers: tuple[Drivers, ...], lang: Lang = "zh", names: Mapping[str, str] | None = None
) -> Drawing:
    """缺口, 各校缺口 and 差异来源; `names`: other names of tabs by key."""
    who = _who(gaps.assessment)
    book = Book(lang, f"{PLANNING_SHEETS['gaps'][lang]} {who}", names, ("gaps", "school_gaps", "drivers"))
    gap_sheets.write_gaps(book.sheet("gaps", gap_sheets.GAP_WIDTHS, footer=who), gaps)
    gap_sheets.write_school_gaps(book.sheet("school_gaps", gap_sheets.SCHOOL_WIDTHS, footer=who), gaps)
    driver_sheet.write_drivers(book.sheet("drivers", driver_sheet.WIDTHS, footer=who), drivers)
    return book.drawing


def draw_whatif(result: WhatIf, lang: Lang = "zh", names: Mapping[str, str] | None = None) -> Drawing:
    """情景对比 and 情景操作; `names`: other names of tabs by key."""
    who = _who(result.base)
    book = Book(lang, f"{PLANNING_SHEETS['scenarios'][lang]} {who}", names, ("scenarios", "actions"))
    sheet = book.sheet("scenarios", scenario_sheets.widths(result), footer=who)
    scenario_sheets.write_scenarios(sheet, result)
    scenario_sheets.write_actions(book.sheet("actions", scenario_sheets.ACTION_WIDTHS, footer=who), result)
    return book.drawing


def _who(result: Assessment) -> str:
    county = result.county
    name = (county.name if county is not None else None) or result.submission.file.name
    return f"{name} {county.year}" if county is not None and county.year else name
