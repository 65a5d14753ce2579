"""差异系数明细: every step of every CV as live formulas, so that a reader can follow and check them by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from qbe_xl.assessment.results import Assessment, IndicatorResult, StageResult, ValueResult
from qbe_xl.core.languages import STAGE_NAMES, STATUS_NAMES, Lang, Text
from qbe_xl.core.numbers import Exact, exact, total
from qbe_xl.outputs.results.book import HEAD, PALE, Book, Sheet
from qbe_xl.outputs.results.drawing import Look, column_letters
from qbe_xl.outputs.results.figures import as_float, cv_format, number_format, spread_format
from qbe_xl.outputs.results.words import NO_DATA

_FIRST = 3  # columns before the first indicator: school, p, share
_EACH = 3  # columns an indicator: r, x, p(x − X̄)²
WIDTHS = (24.0, 9.0, 8.5)
_EACH_WIDTHS = (12.0, 9.5, 12.5)
_NOTE = Text(
    "p 在校生数，r 资源量（九年一贯制等学校的共用资源已按“占比”折算），x = k·r ÷ p（k 为 1 或 100），X̄ = k·Σr ÷ Σp，"
    "S = √(Σp(x − X̄)² ÷ Σp)，差异系数 CV = S ÷ X̄。白底之外的数均为公式，可逐格核对。",
    "p pupils; r amount (shared facilities of nine-year and similar schools divided by “share”); x = k·r ÷ p (k is 1 or "
    "100); X̄ = k·Σr ÷ Σp; S = √(Σp(x − X̄)² ÷ Σp); CV = S ÷ X̄. x, p(x − X̄)², the sums, X̄, S and CV are live formulas.",
)
_LEGEND = Text(
    "p 在校生数，r 资源量，x = k·r ÷ p，X̄ = k·Σr ÷ Σp，S = √(Σp(x − X̄)² ÷ Σp)，CV = S ÷ X̄",
    "p pupils, r amount, x = k·r ÷ p, X̄ = k·Σr ÷ Σp, S = √(Σp(x − X̄)² ÷ Σp), CV = S ÷ X̄",
)


@dataclass(frozen=True)
class StepCells:
    """References (with the sheet) of the results of one indicator at one stage; None where there is no value."""

    mean: str | None
    std: str | None
    cv: str | None


Steps = Mapping[tuple[str, str], StepCells]


def widths(result: Assessment) -> list[float]:
    """Column widths of the sheet."""
    return [*WIDTHS, *(w for _ in result.edition.resources for w in _EACH_WIDTHS)]


def write_steps(sheet: Sheet, result: Assessment) -> Steps:
    """Both stages under one header; what the summary refers to."""
    if result.resources is None:
        return {}
    lang, book, drawn = sheet.lang, sheet.book, sheet.drawn
    sheet.title()
    note = book.format(font_color="#4B5563", wrap=True, valign="top")
    shown = _FIRST + 3 * _EACH - 1
    sheet.merged(sheet.row, 0, shown, _NOTE[lang], note)
    sheet.height(sheet.row, [(_NOTE[lang], sheet.span(0, shown))])
    sheet.row += 1
    head = sheet.row
    _header(sheet, result)
    sheet.freeze(sheet.row, 2)
    cells: dict[tuple[str, str], StepCells] = {}
    breaks = []
    stages = [stage for stage in result.resources.stages.values() if stage.units]
    for number, stage in enumerate(stages):
        if number:
            breaks.append(sheet.row)
        cells |= _stage(sheet, stage)
    # too wide for one page: the first columns are repeated, and an indicator is never cut
    sheet.repeat(head, head + 1)
    drawn.scale = 64
    drawn.repeat_columns = (0, _FIRST - 1)
    drawn.print_area = (head, 0, sheet.row - 1, len(sheet.widths) - 1)  # a title over repeated columns would be cut
    drawn.header = f"&L&10{sheet.subject}&R&8{_LEGEND[lang]}"
    drawn.row_breaks = tuple(breaks)
    drawn.column_breaks = (_FIRST + 4 * _EACH,)
    drawn.across = True
    return cells


def _header(sheet: Sheet, result: Assessment) -> None:
    lang, book = sheet.lang, sheet.book
    head = book.cell(bold=True, fill=HEAD, wrap=True, align="center")
    names = (Text("学校", "School"), Text("在校生数 p", "Pupils p"), Text("占比", "Share"))
    for column, name in enumerate(names):
        sheet.merged(sheet.row, column, column, name[lang], head, rows=2)
    for number, indicator in enumerate(result.edition.resources):
        first = _FIRST + number * _EACH
        label = (indicator.short or indicator.name)[lang]
        unit = f"（{indicator.unit}）" if lang == "zh" and indicator.unit else ""
        sheet.merged(sheet.row, first, first + _EACH - 1, f"{indicator.id} {label}{unit}", head)
        times = f"{indicator.per_pupils} × " if indicator.per_pupils != 1 else ""
        for offset, word in enumerate(("r", f"x = {times}r ÷ p", "p(x − X̄)²")):
            sheet.text(sheet.row + 1, first + offset, word, head)
    sheet.row_height(sheet.row, 22)
    sheet.row_height(sheet.row + 1, 34)
    sheet.row += 2


def _stage(sheet: Sheet, stage: StageResult) -> dict[tuple[str, str], StepCells]:
    lang, book = sheet.lang, sheet.book
    band = book.cell(bold=True, fill=PALE)
    last = _FIRST + len(stage.indicators) * _EACH - 1
    for column in range(last + 1):
        sheet.text(sheet.row, column, "", band)
    count = f"（{len(stage.units)} 所）" if lang == "zh" else f" ({len(stage.units)} schools)"
    sheet.text(sheet.row, 0, STAGE_NAMES[stage.stage][lang] + count, band)
    sheet.row_height(sheet.row, 20)
    top = sheet.row + 1
    for row, unit in enumerate(stage.units, start=top):
        sheet.text(row, 0, unit.unit.school.name, book.words())
        sheet.height(row, [(unit.unit.school.name, sheet.widths[0])])
        _maybe(sheet, row, 1, unit.unit.pupils, lang)
        share = unit.unit.share
        if share is None or share == 1:
            sheet.text(row, 2, "" if share == 1 else NO_DATA[lang], book.cell(align="center", font_color="#6B7280"))
        else:
            sheet.number(row, 2, as_float(share), book.cell(number_format="0.00%"))
    bottom = top + len(stage.units) - 1
    sheet.row = bottom + 1
    out = {}
    labels = ("Σp", "Σr", "X̄", "Σp(x − X̄)²", "S", "CV", Text("限值", "Limit")[lang], Text("判定", "Status")[lang])
    for offset, label in enumerate(labels):
        sheet.row_height(sheet.row + offset, 18)
        form = book.cell(bold=True, fill=PALE)
        sheet.text(sheet.row + offset, 0, label, book.words(bold=True, fill=PALE))
        for column in range(1, last + 1):
            sheet.text(sheet.row + offset, column, "", form)
    for number, indicator in enumerate(stage.indicators.values()):
        values = [unit.values[indicator.indicator.id] for unit in stage.units]
        key = (stage.stage, indicator.indicator.id)
        out[key] = _Column(sheet, indicator, values, top, _FIRST + number * _EACH).write()
    sheet.row += len(labels) + 1
    return out


def _maybe(sheet: Sheet, row: int, column: int, value: Exact | None, lang: Lang) -> None:
    if value is None:
        sheet.text(row, column, NO_DATA[lang], sheet.book.status("undetermined", align="center"))
    else:
        sheet.number(row, column, as_float(value), sheet.book.cell(number_format=number_format(value)))


def _total(book: Book, number_format: str, italic: bool = False) -> Look:
    return book.cell(number_format=number_format, italic=italic, bold=True, fill=PALE)


class _Column:
    """The three columns of one indicator at one stage, and its sums below."""

    def __init__(self, sheet: Sheet, result: IndicatorResult, values: list[ValueResult], top: int, first: int) -> None:
        self.sheet = sheet
        self.result = result
        self.values = values
        self.top = top
        self.first = first
        self.bottom = top + len(values) - 1
        self.sums = self.bottom + 1
        self.r, self.x, self.d = (column_letters(first + i) for i in range(_EACH))

    def _range(self, letter: str) -> str:
        return f"{letter}{self.top + 1}:{letter}{self.bottom + 1}"

    def _sum(self, letter: str) -> str:
        """The sum over the units whose data are complete (those that have an x)."""
        if self.result.units_missing:
            return f'SUMIF({self._range(self.x)},">=0",{self._range(letter)})'
        return f"SUM({self._range(letter)})"

    def _cell(self, offset: int) -> str:
        return f"{self.d}${self.sums + 1 + offset}"

    def write(self) -> StepCells:
        """Units, then Σp, Σr, X̄, Σp(x − X̄)², S, CV, limit, status."""
        result, sheet, book = self.result, self.sheet, self.sheet.book
        known = [(v.amount, v.pupils) for v in self.values if v.amount is not None and v.pupils is not None]
        times: Exact = result.indicator.per_pupils
        mean_cell = self._cell(2)
        pupils, amount = total(p for _, p in known), total(a for a, _ in known)
        mean = Fraction(times) * amount / pupils if pupils else None
        spread: Exact = 0
        for row, value in enumerate(self.values, start=self.top):
            _maybe(sheet, row, self.first, value.amount, sheet.lang)
            if value.value is None or value.pupils is None or mean is None:
                for column in (self.first + 1, self.first + 2):
                    sheet.text(row, column, NO_DATA[sheet.lang], book.status("undetermined", align="center"))
                continue
            part = value.pupils * (value.value - mean) ** 2
            spread += part
            scale = "" if times == 1 else f"{times}*"
            look = book.cell(number_format=number_format(value.value, value.limit, whole=False), fill="#F7FAFF")
            sheet.formula(row, self.first + 1, f"={scale}{self.r}{row + 1}/$B{row + 1}", look, as_float(value.value))
            look = book.cell(number_format=spread_format(part), fill="#F7FAFF")
            formula = f"=$B{row + 1}*({self.x}{row + 1}-{mean_cell})^2"
            sheet.formula(row, self.first + 2, formula, look, as_float(part))
        name = book.prefix("steps")
        column = self.first + 2
        ends = StepCells(None, None, None)
        if mean is not None and result.mean is not None and result.std is not None:
            whole = _total(book, number_format(amount))
            plain = _total(book, number_format(pupils))
            sheet.formula(self.sums, column, f"={self._sum('$B')}", plain, as_float(pupils))
            sheet.formula(self.sums + 1, column, f"={self._sum(self.r)}", whole, as_float(amount))
            scale = "" if times == 1 else f"{times}*"
            look = _total(book, number_format(result.mean, result.limit, whole=False))
            formula = f"={scale}{self._cell(1)}/{self._cell(0)}"
            sheet.formula(self.sums + 2, column, formula, look, as_float(result.mean))
            look = _total(book, spread_format(spread))
            sheet.formula(self.sums + 3, column, f"={self._sum(self.d)}", look, as_float(spread))
            look = _total(book, "#,##0.0000" if result.std >= 1000 else "0.0000")
            formula = f"=SQRT({self._cell(3)}/{self._cell(0)})"
            sheet.formula(self.sums + 4, column, formula, look, as_float(result.std))
            cv = self._cv(column)
            ends = StepCells(name + self._cell(2), name + self._cell(4), name + self._cell(5) if cv else None)
        look = _total(book, "0.00##")
        sheet.number(self.sums + 6, column, as_float(result.cv_limit), look)
        word = STATUS_NAMES[result.cv_status][sheet.lang]
        sheet.text(self.sums + 7, column, word, book.status(result.cv_status, align="right"))
        return ends

    def _cv(self, column: int) -> bool:
        """The CV, or that of the schools with data where it is open; False where the mean is 0."""
        result, sheet, book = self.result, self.sheet, self.sheet.book
        cv = result.cv if result.cv is not None else result.cv_reported
        if cv is None:
            sheet.text(self.sums + 5, column, "–", book.cell(align="right", bold=True, fill=PALE))
            return False
        limit = result.cv_limit if exact(cv) != result.cv_limit else None
        look = _total(book, cv_format(cv, limit), italic=result.cv is None)
        sheet.formula(self.sums + 5, column, f"={self._cell(4)}/{self._cell(2)}", look, as_float(cv))
        return result.cv is not None
