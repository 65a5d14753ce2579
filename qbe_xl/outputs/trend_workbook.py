"""COUNTY.趋势.xlsx: the years beside each other, drawn as the results workbook is."""

from __future__ import annotations

from collections.abc import Mapping

from qbe_xl.core.languages import Lang, Text
from qbe_xl.outputs.results import trend_charts, trend_sheets
from qbe_xl.outputs.results.book import Book
from qbe_xl.outputs.results.drawing import Drawing
from qbe_xl.outputs.results.words import PLANNING_SHEETS
from qbe_xl.planning.trend.find import Trend

TREND_SUFFIX = Text(".趋势.xlsx", ".trend.xlsx")
KEYS = ("trend", "trend_values", "trend_charts", "trend_schools")


def draw_trend(trend: Trend, lang: Lang = "zh", names: Mapping[str, str] | None = None) -> Drawing:
    """趋势, 逐年数据, 趋势图 and 学校变动; `names`: other names of tabs by key."""
    county = trend.newest.county
    who = (county.name if county is not None else None) or trend.newest.submission.file.name
    who = f"{who} {trend.years[0].year}–{trend.years[-1].year}"
    book = Book(lang, f"{PLANNING_SHEETS['trend'][lang]} {who}", names, KEYS)
    trend_sheets.write_trend(book.sheet("trend", trend_sheets.TREND_WIDTHS, footer=who), trend)
    trend_sheets.write_values(book.sheet("trend_values", trend_sheets.value_widths(trend), footer=who), trend)
    trend_charts.write_charts(book.sheet("trend_charts", trend_charts.widths(trend), footer=who), trend)
    trend_sheets.write_schools(book.sheet("trend_schools", trend_sheets.SCHOOL_WIDTHS, footer=who), trend)
    return book.drawing
