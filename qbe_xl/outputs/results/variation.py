"""差异系数: mean, S, CV, limit and status of every indicator and stage; each value is that of the steps."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from qbe_xl.assessment.results import Assessment, IndicatorResult, StageResult
from qbe_xl.assessment.wording import plain
from qbe_xl.core.languages import STAGE_NAMES, STATUS_NAMES, Text
from qbe_xl.core.numbers import Exact
from qbe_xl.outputs.results.book import PALE, Sheet
from qbe_xl.outputs.results.drawing import Look
from qbe_xl.outputs.results.figures import as_float, cv_format, limit_format, number_format
from qbe_xl.outputs.results.steps import StepCells, Steps
from qbe_xl.outputs.results.words import FOR_INFORMATION, NO_DATA

WIDTHS = (6.0, 40.0, 11.0, 12.0, 12.0, 11.0, 9.0, 10.0, 8.0, 11.0, 11.0, 9.0, 12.0, 15.0)
_COLUMNS = (
    Text("编号", "Id"),
    Text("指标", "Indicator"),
    Text("标准", "Limit"),
    Text("县均 X̄", "Mean X̄"),
    Text("标准差 S", "Std S"),
    Text("差异系数 CV", "CV"),
    Text("CV 限值", "CV limit"),
    Text("CV 判定", "CV status"),
    Text("学校数", "Schools"),
    Text("低于标准", "Below limit"),
    Text("低于标准的 {floor}", "Below {floor}"),
    Text("缺数据", "No data"),
    Text("有数据学校的 CV（参考）", "CV of schools with data"),
    Text("补齐各校共需", "Needed to lift every school to the limit"),
)
CV_COLUMN, LIMIT_COLUMN = 5, 6


@dataclass(frozen=True)
class StageRows:
    """Rows (from 0) of a stage's indicators, for the chart."""

    first: int
    last: int


def write_variation(sheet: Sheet, result: Assessment, steps: Steps | None) -> dict[str, StageRows]:
    """A table a stage; where its indicators stand. Without `steps` to refer to, the cells hold values."""
    lang = sheet.lang
    if result.resources is None:
        return {}
    floor = plain(result.edition.file.resource_rule.floor_share, True)
    there, origin = sheet.book.name("steps"), Text("", "")
    if steps is not None:
        origin = Text(
            f"计算过程见“{there}”，本表各值取自该表。",
            f" The steps stand in “{there}”, from where the values here are taken.",
        )
    note = Text(
        f"CV = S ÷ X̄，按在校生数加权；判定不取整。{origin.zh}“补齐各校共需”为各校达到标准所缺资源量之和。",
        f"CV = S ÷ X̄, weighted by pupils and decided unrounded.{origin.en} The last column adds what each school lacks to its "
        "limit.",
    )
    sheet.title(note[lang])
    rows: dict[str, StageRows] = {}
    for stage in result.resources.stages.values():
        sheet.row += 1
        sheet.heading(STAGE_NAMES[stage.stage][lang])
        if not stage.units:
            none = Text("没有参加评估的学校，不适用。", "No school counts at this stage: not applicable.")
            sheet.text(sheet.row, 0, none[lang], sheet.book.format(italic=True))
            sheet.row += 1
            continue
        head = sheet.header([name[lang].replace("{floor}", floor) for name in _COLUMNS])
        if not rows:
            sheet.freeze(0, 2)
        first = sheet.row
        for indicator in stage.indicators.values():
            key = (stage.stage, indicator.indicator.id)
            _indicator(sheet, indicator, None if steps is None else steps.get(key, StepCells(None, None, None)))
        rows[stage.stage] = StageRows(first, sheet.row - 1)
        _composite(sheet, stage, head + 1)
    sheet.pages(1, 1)
    return rows


def _indicator(sheet: Sheet, result: IndicatorResult, cells: StepCells | None) -> None:
    lang, book, row = sheet.lang, sheet.book, sheet.row
    indicator = result.indicator
    missing = book.status("undetermined", align="right")
    sheet.text(row, 0, indicator.id, book.cell(bold=True))
    sheet.text(row, 1, indicator.name[lang], book.words())
    unit = f' "{indicator.unit}"' if indicator.unit and lang == "zh" else ""
    sheet.number(row, 2, as_float(result.limit), book.cell(number_format=limit_format(result.limit) + unit))

    def put(column: int, value: Exact | Decimal, ref: str | None, look: Look) -> None:
        if ref is None:
            sheet.number(row, column, as_float(value), look)
        else:
            sheet.formula(row, column, f"={ref}", look, as_float(value))

    mean, std = (None, None) if cells is None else (cells.mean, cells.std)
    for column, value, ref in ((3, result.mean, mean), (4, result.std, std)):
        if value is None or (cells is not None and ref is None):
            sheet.text(row, column, NO_DATA[lang], missing)
        else:
            limit = result.limit if column == 3 else None
            form = number_format(value, limit, whole=False, places=2 if column == 3 else 4)
            put(column, value, ref, book.cell(number_format=form))
    if result.cv is not None and (cells is None or cells.cv is not None):
        look = book.cell(number_format=cv_format(result.cv, result.cv_limit), bold=result.cv_status == "fail")
        put(CV_COLUMN, result.cv, None if cells is None else cells.cv, look)
    elif result.units_missing:
        sheet.text(row, CV_COLUMN, NO_DATA[lang], missing)
    else:
        sheet.text(row, CV_COLUMN, "–", book.cell(align="right"))
    sheet.number(row, LIMIT_COLUMN, as_float(result.cv_limit), book.cell(number_format="0.00##"))
    sheet.text(row, 7, STATUS_NAMES[result.cv_status][lang], book.status(result.cv_status, align="center"))
    counts = (result.units, result.units_below, result.units_below_floor, result.units_missing)
    for column, count in enumerate(counts, start=8):
        sheet.number(row, column, count, book.cell(number_format="0", bold=bool(count) and column == 10))
    if result.cv_reported is not None:
        look = book.cell(number_format=cv_format(result.cv_reported, None), italic=True)
        sheet.number(row, 12, as_float(result.cv_reported), look)
    else:
        sheet.text(row, 12, "", book.cell())
    suffix = f' "{indicator.unit}"' if indicator.unit and lang == "zh" else ""
    gap = book.cell(number_format=number_format(result.gap_schools) + suffix)
    sheet.number(row, 13, as_float(result.gap_schools), gap)
    sheet.height(row, [(indicator.name[lang], sheet.widths[1] - 1)], least=20)
    sheet.row += 1


def _composite(sheet: Sheet, stage: StageResult, first: int) -> None:
    lang, book, row = sheet.lang, sheet.book, sheet.row
    style = book.cell(italic=True, fill=PALE)
    for column in range(len(WIDTHS)):
        sheet.text(row, column, "", style)
    sheet.text(row, 1, Text("综合差异系数（七项平均）", "Composite CV (mean of the seven)")[lang], style)
    if stage.composite_cv is not None:
        look = book.cell(italic=True, fill=PALE, number_format=cv_format(stage.composite_cv, None))
        formula = f"=AVERAGE(F{first + 1}:F{first + len(stage.indicators)})"
        sheet.formula(row, CV_COLUMN, formula, look, as_float(stage.composite_cv))
    else:
        sheet.text(row, CV_COLUMN, NO_DATA[lang], book.cell(italic=True, fill=PALE, align="right"))
    sheet.merged(row, 6, 7, FOR_INFORMATION[lang], book.cell(italic=True, fill=PALE, align="center"))
    sheet.row_height(row, 20)
    sheet.row += 1
