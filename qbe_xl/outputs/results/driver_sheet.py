"""差异来源: which schools make up each CV, with a chart for every CV above its limit."""

from __future__ import annotations

from collections.abc import Sequence

from qbe_xl.assessment.wording import CV_PLACES, number
from qbe_xl.core.languages import STAGE_NAMES, STATUS_NAMES, Text
from qbe_xl.core.numbers import exact
from qbe_xl.outputs.results.book import PALE, Sheet
from qbe_xl.outputs.results.drawing import Chart, Series
from qbe_xl.outputs.results.figures import as_float, cv_format, number_format
from qbe_xl.planning.drivers import DIRECTION_NAMES, Driver, Drivers, tiny_words
from qbe_xl.planning.settings import drivers_shown

WIDTHS = (5.0, 26.0, 10.0, 11.0, 11.0, 11.0, 13.0, 14.0, 13.0, 2.0, 15.0, 15.0, 15.0, 15.0)
_CHART_COLUMN, _CHART_ROWS, _ROW = 10, 13, 20
_SCALE = 62  # per cent: so the sheet is one page wide; page breaks need a scale, for fitting to pages ignores them
_PAGE, _USUAL = 790.0, 15.0  # points: what a page holds at that scale, and a row without a height of its own
_COLUMNS = (
    Text("序", "No."), Text("学校", "School"), Text("在校生数", "Pupils"), Text("本校值", "Value"), Text("方向", "Direction"),
    Text("占 CV² 的份额", "Share of CV²"), Text("去掉该校的 CV", "CV without it"), Text("去掉后判定", "Status without it"),
    Text("规模", "Size"),
)  # fmt: skip


def charted(drivers: Sequence[Drivers]) -> set[tuple[str, str]]:
    """Indicators and stages with a chart: CVs above their limit; where none is, the one nearest to it of each stage."""
    failing = {(d.result.stage, d.result.indicator.id) for d in drivers if d.result.cv_status == "fail"}
    if failing:
        return failing
    nearest: dict[str, Drivers] = {}
    for each in drivers:
        if each.cv and (each.result.stage not in nearest or _distance(each) > _distance(nearest[each.result.stage])):
            nearest[each.result.stage] = each
    return {(stage, each.result.indicator.id) for stage, each in nearest.items()}


def _distance(drivers: Drivers) -> float:
    return as_float(drivers.cv or 0) / as_float(drivers.result.cv_limit or 1)


def write_drivers(sheet: Sheet, drivers: Sequence[Drivers]) -> None:
    """A block an indicator and stage: CVs above their limit first, in each the schools with the largest shares."""
    lang = sheet.lang
    note = Text(
        "份额：该校占差异系数平方的比重（按在校生数加权），各校之和为 100%。偏高、偏低都使差异变大。超过限值的指标排在前面并附图。",
        "Share: the part of the squared CV that a school makes up (weighted by pupils); all schools together make 100%. Too much "
        "widens the differences as too little does. CVs above their limit come first, with a chart.",
    )
    sheet.title(note[lang])
    with_chart = charted(drivers)
    order = {"fail": 0, "undetermined": 1}
    used, breaks = _height(sheet, 0), []
    for each in sorted(drivers, key=lambda d: (order.get(d.result.cv_status, 2), -_distance(d))):
        if not each.cv:
            continue
        first = sheet.row
        _block(sheet, each, (each.result.stage, each.result.indicator.id) in with_chart)
        high = _height(sheet, first)
        if used + high > _PAGE and used:  # no block, and no chart, is cut by the end of a page
            breaks.append(first)
            used = 0
        used += high
    sheet.drawn.row_breaks = tuple(breaks)
    sheet.drawn.scale = _SCALE


def _height(sheet: Sheet, first: int) -> float:
    """The height of the rows from `first` to where the sheet is drawn now, in points."""
    return sum(sheet.drawn.heights.get(row, _USUAL) for row in range(first, sheet.row))


def _block(sheet: Sheet, drivers: Drivers, chart: bool) -> None:
    lang, book, result = sheet.lang, sheet.book, drivers.result
    stage, indicator = STAGE_NAMES[result.stage][lang], result.indicator
    short = (indicator.short or indicator.name)[lang]
    cv = drivers.cv
    shown = number(exact(cv), result.cv_limit, places=CV_PLACES) if cv is not None else "–"
    limit = number(result.cv_limit)
    known = Text("", "") if drivers.complete else Text("（仅有数据的学校）", " (schools with data)")
    title = Text(
        f"{stage} {indicator.id} {short}：CV {shown}（限值 {limit}，{STATUS_NAMES[result.cv_status].zh}）{known.zh}",
        f"{stage} {indicator.id} {short}: CV {shown} (limit {limit}, {STATUS_NAMES[result.cv_status].en.lower()}){known.en}",
    )
    sheet.row += 1
    top = sheet.row
    sheet.heading(title[lang])
    sheet.header([column[lang] for column in _COLUMNS])
    first = sheet.row
    listed = drivers.units[: drivers_shown()]
    for position, driver in enumerate(listed, start=1):
        _driver(sheet, drivers, driver, position)
    last = sheet.row - 1
    rest = drivers.units[len(listed) :]
    if rest:
        row, look = sheet.row, book.cell(italic=True, fill=PALE)
        for column in range(len(_COLUMNS)):
            sheet.text(row, column, "", look)
        sheet.text(row, 1, Text(f"其余 {len(rest)} 所", f"The other {len(rest)}")[lang], book.words(italic=True, fill=PALE))
        share = book.cell(italic=True, fill=PALE, number_format="0.0%")
        sheet.number(row, 5, as_float(sum((exact(d.share) for d in rest), start=exact(0))), share)
        sheet.row += 1
    if any(driver.tiny for driver in listed):
        words = tiny_words(drivers)[lang]
        why = Text(f"规模过小：{words}。", f"Tiny: {words}.")[lang]
        sheet.merged(sheet.row, 0, len(_COLUMNS) - 1, why, book.format(font_size=9, font_color="#4B5563", wrap=True))
        sheet.height(sheet.row, [(why, sheet.span(0, len(_COLUMNS) - 1))])
        sheet.row += 1
    if chart:
        key = f"drivers-{result.stage}-{indicator.id}"
        about = Text(f"{stage} {indicator.id} {short}：占 CV² 的份额", f"{stage} {indicator.id} {short}: shares of CV²")
        width = sum(int(w * 7 + 5) for w in WIDTHS[_CHART_COLUMN:])
        series = Series(_COLUMNS[5][lang], ("drivers", (first, 1, last, 1)), ("drivers", (first, 5, last, 5)))
        names = (Text("学校", "School")[lang], Text("份额", "Share")[lang])
        high = int(_CHART_ROWS * _ROW * 4 / 3)
        sheet.chart(Chart(key, about[lang], *names, "0%", (top, _CHART_COLUMN), width, high, (series,)))
        while sheet.row < top + _CHART_ROWS + 1:  # room for the chart
            sheet.row_height(sheet.row, _ROW)
            sheet.row += 1


def _driver(sheet: Sheet, drivers: Drivers, driver: Driver, position: int) -> None:
    lang, book, row = sheet.lang, sheet.book, sheet.row
    value, result = driver.value, drivers.result
    name = value.unit.school.name
    sheet.number(row, 0, position, book.cell(number_format="0", align="center"))
    sheet.text(row, 1, name, book.words())
    sheet.number(row, 2, as_float(value.pupils or 0), book.cell(number_format="#,##0"))
    mine = value.value if value.value is not None else exact(0)
    sheet.number(row, 3, as_float(mine), book.cell(number_format=number_format(mine, whole=False)))
    sheet.text(row, 4, DIRECTION_NAMES[driver.direction][lang], book.cell(align="center"))
    sheet.number(row, 5, as_float(exact(driver.share)), book.cell(number_format="0.0%", bold=position <= 3))
    if driver.cv_without is None:
        sheet.text(row, 6, "–", book.cell(align="right"))
        sheet.text(row, 7, "", book.cell())
    else:
        form = cv_format(driver.cv_without, result.cv_limit)
        sheet.number(row, 6, as_float(driver.cv_without), book.cell(number_format=form))
        status = "pass" if driver.passes_without else "fail"
        sheet.text(row, 7, STATUS_NAMES[status][lang], book.status(status, align="center"))
    tiny = Text("规模过小", "Tiny")[lang] if driver.tiny else ""
    sheet.text(row, 8, tiny, book.status("undetermined", align="center") if tiny else book.cell())
    sheet.height(row, [(name, WIDTHS[1] - 1)], least=_ROW)
    sheet.row += 1
