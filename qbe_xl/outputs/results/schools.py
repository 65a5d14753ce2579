"""学校达标: every unit with its seven values, worst first; limits and means on top; what was left out below."""

from __future__ import annotations

from qbe_xl.assessment.results import Assessment, StageResult, UnitResult, ValueResult
from qbe_xl.assessment.wording import plain
from qbe_xl.core.languages import STAGE_NAMES, STATUS_NAMES, Text
from qbe_xl.outputs.results.book import HEAD, MARKS, PALE, Sheet
from qbe_xl.outputs.results.figures import as_float, decimals, limit_format, number_format
from qbe_xl.outputs.results.words import NO_DATA, joined

_FIRST = 7  # columns before the first indicator
_INDICATOR_WIDTH = 12.5
_COLUMNS = (
    Text("学校代码", "Code"),
    Text("学校", "School"),
    Text("学段", "Stage"),
    Text("在校生数", "Pupils"),
    Text("达标项数", "Met"),
    Text("判定", "Status"),
    Text("不达标指标", "Below limit"),
)
_ORDER = {"fail": 0, "undetermined": 1, "pass": 2, "not_applicable": 3}


def widths(result: Assessment) -> list[float]:
    """Column widths of the sheet."""
    return [14.0, 28.0, 8.5, 9.5, 8.5, 15.0, 20.0, *(_INDICATOR_WIDTH for _ in result.edition.resources)]


def worst_first(units: tuple[UnitResult, ...]) -> list[UnitResult]:
    """Failing, open, passing; within these the fewer met the earlier; else in the order reported."""
    return sorted(units, key=lambda unit: (_ORDER[unit.status], unit.met))


def value_status(value: ValueResult) -> str:
    """pass, allowed (可作余项), fail or undetermined."""
    return "allowed" if value.allowed else value.status


def write_schools(sheet: Sheet, result: Assessment) -> None:
    """The whole sheet."""
    if result.resources is None:
        return
    lang = sheet.lang
    rule = result.edition.file.resource_rule
    floor = plain(rule.floor_share, True)
    legend = Text(
        f"{MARKS['pass']} 达标　{MARKS['allowed']} 低于标准但不低于其 {floor}，可作余项　{MARKS['fail']} 低于标准的 {floor}　"
        f"{MARKS['undetermined']} 缺数据。一所学校七项中至少 {rule.met_at_least} 项达标、余项不低于标准的 {floor} 为达标；最差的排在最前。",
        f"{MARKS['pass']} met   {MARKS['allowed']} below the limit, at least {floor} of it   {MARKS['fail']} below {floor}   "
        f"{MARKS['undetermined']} no data.  A school passes with at least {rule.met_at_least} of the seven met and the "
        f"other at {floor} or more. Worst first.",
    )
    sheet.title(legend[lang])
    stages = [stage for stage in result.resources.stages.values() if stage.units]
    for stage in stages:
        _top_rows(sheet, stage)
    ids = [f"{i.id}\n{(i.short or i.name)[lang]}" for i in result.edition.resources]
    head = sheet.header([*(name[lang] for name in _COLUMNS), *ids])
    sheet.freeze(sheet.row, 2)
    sheet.repeat(head)
    for unit in worst_first(result.resources.units):
        _unit(sheet, unit)
    last = _FIRST + len(ids) - 1
    sheet.autofilter((head, 0, max(head, sheet.row - 1), last))
    _excluded(sheet, result, last)
    _merged(sheet, result, last)


def _top_rows(sheet: Sheet, stage: StageResult) -> None:
    """The limits of a stage, and its means below."""
    lang, book = sheet.lang, sheet.book
    name = STAGE_NAMES[stage.stage][lang]
    rows = ((Text("标准", "limit"), HEAD, True), (Text("县均", "county mean"), PALE, False))
    for word, fill, is_limit in rows:
        row = sheet.row
        style = book.cell(fill=fill, bold=is_limit, align="right")
        label = f"{name}{word.zh}" if lang == "zh" else f"{name}: {word.en}"
        sheet.merged(row, 0, _FIRST - 1, label, style)
        for column, indicator in enumerate(stage.indicators.values(), start=_FIRST):
            if is_limit:
                look = book.cell(number_format='"≥ "' + limit_format(indicator.limit), fill=fill, bold=True)
                sheet.number(row, column, as_float(indicator.limit), look)
            elif indicator.mean is None:
                sheet.text(row, column, NO_DATA[lang], book.cell(fill=fill, align="right"))
            else:
                form = number_format(indicator.mean, indicator.limit, whole=False)
                sheet.number(row, column, as_float(indicator.mean), book.cell(number_format=form, fill=fill))
        sheet.row_height(row, 18)
        sheet.row += 1


def _unit(sheet: Sheet, result: UnitResult) -> None:
    lang, book, row = sheet.lang, sheet.book, sheet.row
    unit = result.unit
    sheet.text(row, 0, unit.school.code, book.words())
    sheet.text(row, 1, unit.school.name, book.words())
    sheet.text(row, 2, STAGE_NAMES[unit.stage][lang], book.cell(align="center"))
    if unit.pupils is None:
        sheet.text(row, 3, NO_DATA[lang], book.status("undetermined", align="right"))
    else:
        sheet.number(row, 3, as_float(unit.pupils), book.cell(number_format=number_format(unit.pupils)))
    sheet.number(row, 4, result.met, book.cell(number_format="0", align="center"))
    word = f"{MARKS[result.status]} {STATUS_NAMES[result.status][lang]}"
    sheet.text(row, 5, word, book.status(result.status, align="center"))
    below = joined(list(result.below), lang)
    sheet.text(row, 6, below, book.words())
    for column, value in enumerate(result.values.values(), start=_FIRST):
        status = value_status(value)
        if value.value is None:
            text = f"{NO_DATA[lang]} {MARKS[status]}"
            sheet.text(row, column, text, book.status(status, align="right"))
        else:
            places = max(decimals(value.value, value.limit), decimals(value.value, value.floor))
            form = number_format(value.value, whole=False, places=places, mark=MARKS[status])
            look = book.cell(number_format=form) if status == "pass" else book.status(status, number_format=form)
            sheet.number(row, column, as_float(value.value), look)
    sheet.height(row, [(unit.school.name, sheet.widths[1] - 1), (below, sheet.widths[6] - 1)])
    sheet.row += 1


def _excluded(sheet: Sheet, result: Assessment, last: int) -> None:
    lang, book = sheet.lang, sheet.book
    if not result.excluded:
        return
    sheet.row += 1
    sheet.heading(Text("不计入七项指标和差异系数的学校", "Schools left out of the seven indicators and the CV")[lang])
    style = book.cell(bold=True, fill=HEAD, align="center")
    for column, name in enumerate(_COLUMNS[:2]):
        sheet.text(sheet.row, column, name[lang], style)
    sheet.merged(sheet.row, 2, last, Text("原因", "Reason")[lang], style)
    sheet.row += 1
    for excluded in result.excluded:
        sheet.text(sheet.row, 0, excluded.school.code, book.words())
        sheet.text(sheet.row, 1, excluded.school.name, book.words())
        sheet.merged(sheet.row, 2, last, excluded.reason[lang], book.words())
        sheet.height(sheet.row, [(excluded.school.name, sheet.widths[1])])
        sheet.row += 1


def _merged(sheet: Sheet, result: Assessment, last: int) -> None:
    lang, book = sheet.lang, sheet.book
    schools = [school for school in result.schools if school.campuses]
    if not schools:
        return
    sheet.row += 1
    sheet.heading(Text("已并入主校的校区", "Campuses merged into their main school")[lang])
    style = book.cell(bold=True, fill=HEAD, align="center")
    for column, name in enumerate((Text("主校代码", "Main school"), Text("主校", "Name"))):
        sheet.text(sheet.row, column, name[lang], style)
    sheet.merged(sheet.row, 2, last, Text("校区", "Campuses")[lang], style)
    sheet.row += 1
    for school in schools:
        names = [f"{row.text('school_name')}（{row.text('school_code')}）" for row in school.campuses]
        if lang == "en":
            names = [f"{row.text('school_name')} ({row.text('school_code')})" for row in school.campuses]
        text = joined(names, lang)
        sheet.text(sheet.row, 0, school.code, book.words())
        sheet.text(sheet.row, 1, school.name, book.words())
        sheet.merged(sheet.row, 2, last, text, book.words())
        sheet.height(sheet.row, [(school.name, sheet.widths[1]), (text, sheet.span(2, last))])
        sheet.row += 1
