"""NAME.整改方案.xlsx: the cheapest plan as a workbook."""

from __future__ import annotations

from collections.abc import Mapping

from qbe_xl.core.languages import Lang, Text
from qbe_xl.outputs.results import plan_sheets
from qbe_xl.outputs.results.book import Book
from qbe_xl.outputs.results.drawing import Drawing
from qbe_xl.outputs.results.words import PLANNING_SHEETS
from qbe_xl.planning.cheapest.plan import Plan

PLAN_SUFFIX = Text(".整改方案.xlsx", ".plan.xlsx")


def draw_plan(plan: Plan, lang: Lang = "zh", names: Mapping[str, str] | None = None) -> Drawing:
    """整改方案, 方案分校 and, with a roadmap, 方案分年; `names`: other names of tabs by key."""
    county = plan.before.county
    who = (county.name if county is not None else None) or plan.before.submission.file.name
    who = f"{who} {county.year}" if county is not None and county.year else who
    keys = ["plan", "plan_schools", *(["plan_years"] if plan.years else [])]
    book = Book(lang, f"{PLANNING_SHEETS['plan'][lang]} {who}", names, keys)
    plan_sheets.write_plan(book.sheet("plan", plan_sheets.PLAN_WIDTHS, footer=who), plan)
    plan_sheets.write_plan_schools(book.sheet("plan_schools", plan_sheets.SCHOOL_WIDTHS, footer=who), plan)
    if plan.years:
        plan_sheets.write_plan_years(book.sheet("plan_years", plan_sheets.YEAR_WIDTHS, footer=who), plan)
    return book.drawing
