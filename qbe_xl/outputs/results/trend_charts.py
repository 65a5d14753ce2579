"""趋势图: CVs by indicator, schools that meet the rule, and sizes, a chart beside each table. A year without data is a gap."""

from __future__ import annotations

from collections.abc import Sequence

from qbe_xl.core.languages import STAGE_NAMES, Text
from qbe_xl.core.numbers import Exact, quotient
from qbe_xl.outputs.results.book import Sheet
from qbe_xl.outputs.results.drawing import Chart, Drawn, Series
from qbe_xl.outputs.results.figures import as_float, limit_format, number_format
from qbe_xl.planning.trend.find import Trend
from qbe_xl.planning.trend.series import Line

KEY = "trend_charts"
YEARS_SHOWN = 6
_FOR_CHART = (15.0, 15.0, 15.0, 15.0, 15.0)
_ROWS, _ROW = 13, 20
_PER_PAGE = 2
_SCALE, _WHOLE = 74, 10_900  # per cent; scale times width of what fills a page's width
# from the oldest to the newest, told apart without colour by their hatching
_LOOKS: tuple[tuple[str, str | None], ...] = (
    ("#B8C7DA", None), ("#7A4B00", "wide_upward_diagonal"), ("#6E94BC", None), ("#14532D", "small_grid"),
    ("#8B8FA3", "wide_downward_diagonal"), ("#1E4E79", None),
)  # fmt: skip
_STAGE_LOOKS = {"primary": ("#1E4E79", None), "junior": ("#7A4B00", "wide_upward_diagonal")}
_LIMIT = "#B42318"


def widths(trend: Trend) -> list[float]:
    """What it is, a column a year and one for the limit, then room for the charts."""
    return [13.0, *(9.5,) * (min(YEARS_SHOWN, len(trend.years)) + 1), 2.0, *_FOR_CHART]


def write_charts(sheet: Sheet, trend: Trend) -> None:
    """A block a topic, two a page."""
    lang = sheet.lang
    cut = len(trend.years) - YEARS_SHOWN
    note = Text("空格表示该年没有数据。", "An empty cell: no data that year.")
    if cut > 0:
        note = Text(
            f"{note.zh}图中为最近 {YEARS_SHOWN} 年，各年数据见“{sheet.book.name('trend_values')}”。",
            f"{note.en} The newest {YEARS_SHOWN} years are drawn; all are in “{sheet.book.name('trend_values')}”.",
        )
    sheet.title(note[lang])
    breaks, blocks = [], 0
    lines = {(line.measure, line.id, line.stage): line for line in trend.lines}
    for stage in ("primary", "junior"):
        cvs = [line for (measure, _, s), line in lines.items() if measure == "cv" and s == stage]
        if any(point.number is not None for line in cvs for point in line.points):
            if blocks and blocks % _PER_PAGE == 0:
                breaks.append(sheet.row)
            _cvs(sheet, trend, stage, cvs)
            blocks += 1
    topics = (
        ("met", Text("达标学校的比例", "Share of schools that meet the rule"), Text("比例", "Share")),
        ("mean_class", Text("平均班额", "Mean class"), Text("人", "Pupils")),
        ("over_classes", Text("超过规定班额的班数", "Classes above the size allowed"), Text("班", "Classes")),
        ("mean_school", Text("校均规模", "Mean size of schools"), Text("人", "Pupils")),
    )
    for measure, title, axis in topics:
        found = [line for (m, _, _), line in lines.items() if m == measure]
        some = (point.number for line in found for point in line.points)
        if any(some) if measure == "over_classes" else any(number is not None for number in some):
            if blocks and blocks % _PER_PAGE == 0:
                breaks.append(sheet.row)
            _by_stage(sheet, trend, measure, found, title, axis)
            blocks += 1
    sheet.drawn.scale = min(_SCALE, int(_WHOLE / sum(sheet.widths)))
    sheet.drawn.row_breaks = tuple(breaks)


def _cvs(sheet: Sheet, trend: Trend, stage: str, lines: Sequence[Line]) -> None:
    """Indicators down, years across, the limit last."""
    lang, book = sheet.lang, sheet.book
    years = trend.years[-YEARS_SHOWN:]
    word = STAGE_NAMES[stage]
    title = Text(f"{word.zh}差异系数", f"{word.en}: coefficients of variation")[lang]
    sheet.row += 1
    top = sheet.row
    sheet.heading(title)
    sheet.header([Text("指标", "Indicator")[lang], *(str(y.year) for y in years), Text("限值", "Limit")[lang]])
    first = sheet.row
    for line in lines:
        sheet.text(sheet.row, 0, line.id, book.cell(align="center", bold=True))
        for column, point in enumerate(line.points[-YEARS_SHOWN:], start=1):
            value = point.number
            form = number_format(value, point.limit, whole=False, places=3) if value is not None else "0"
            _number(sheet, column, value, form)
        limit = line.points[-1].limit
        _number(sheet, len(years) + 1, limit, limit_format(limit) if limit is not None else "0")
        sheet.row_height(sheet.row, _ROW)
        sheet.row += 1
    last = sheet.row - 1
    names = (KEY, (first, 0, last, 0))
    series = [
        Series(str(year.year), names, (KEY, (first, k, last, k)), colour=colour, pattern=pattern)
        for (k, year), (colour, pattern) in zip(enumerate(years, start=1), _LOOKS[-len(years) :], strict=True)
    ]
    limits = (KEY, (first, len(years) + 1, last, len(years) + 1))
    series.append(Series(Text("限值", "Limit")[lang], names, limits, kind="line", colour=_LIMIT, dash="dash"))
    _chart(sheet, f"trend-cv-{stage}", title, (Text("指标", "Indicator")[lang], "CV"), "0.00", top, series)


def _by_stage(sheet: Sheet, trend: Trend, measure: str, lines: Sequence[Line], title: Text, axis: Text) -> None:
    """Years down, stages across."""
    lang, book = sheet.lang, sheet.book
    sheet.row += 1
    top = sheet.row
    sheet.heading(title[lang])
    stages = [line.stage or "primary" for line in lines]
    sheet.header([Text("年度", "Year")[lang], *(STAGE_NAMES[stage][lang] for stage in stages)])
    first = sheet.row
    for at in range(len(trend.years))[-YEARS_SHOWN:]:
        # a text: as a category, not as a number of its own
        sheet.text(sheet.row, 0, str(trend.years[at].year), book.cell(align="center", bold=True))
        for column, line in enumerate(lines, start=1):
            point = line.points[at]
            value = point.number
            if measure == "met":  # where some schools cannot be judged, there is no share either
                known = value is not None and point.limit and point.status != "undetermined"
                value = quotient(value or 0, point.limit or 1) if known else None
            form = "0" if value is None else number_format(value, percent=measure == "met")
            _number(sheet, column, value, form)
        sheet.row_height(sheet.row, _ROW)
        sheet.row += 1
    last = sheet.row - 1
    series = [
        Series(STAGE_NAMES[stage][lang], (KEY, (first, 0, last, 0)), (KEY, (first, k, last, k)),
               colour=_STAGE_LOOKS[stage][0], pattern=_STAGE_LOOKS[stage][1])
        for k, stage in enumerate(stages, start=1)
    ]  # fmt: skip
    form = "0%" if measure == "met" else "0"
    _chart(sheet, f"trend-{measure}", title[lang], (Text("年度", "Year")[lang], axis[lang]), form, top, series)


def _number(sheet: Sheet, column: int, value: Exact | None, form: str) -> None:
    if value is None:
        sheet.drawn.cells[sheet.row, column] = Drawn(None, sheet.book.cell())
    else:
        sheet.number(sheet.row, column, as_float(value), sheet.book.cell(number_format=form))


def _chart(
    sheet: Sheet, key: str, title: str, axes: tuple[str, str], form: str, top: int, series: Sequence[Series]
) -> None:
    column = len(sheet.widths) - len(_FOR_CHART)
    width = sum(int(w * 7 + 5) for w in _FOR_CHART)
    high = int(_ROWS * _ROW * 4 / 3)
    sheet.chart(Chart(key, title, *axes, form, (top, column), width, high, tuple(series)))
    while sheet.row < top + _ROWS + 1:  # room for the chart
        sheet.row_height(sheet.row, _ROW)
        sheet.row += 1
