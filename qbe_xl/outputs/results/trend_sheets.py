"""趋势, 逐年数据 and 学校变动: the years beside each other, warnings, what got worse, schools that came and went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qbe_xl.assessment.wording import CV_PLACES, SIGNS
from qbe_xl.core.fields import YES_NO
from qbe_xl.core.languages import STAGE_NAMES, STATUS_NAMES, Lang, Text
from qbe_xl.outputs.results.book import MARKS, PALE, Sheet
from qbe_xl.outputs.results.figures import as_float, limit_format, number_format
from qbe_xl.planning.trend.find import Trend
from qbe_xl.planning.trend.schools import Step
from qbe_xl.planning.trend.series import COUNTED, Line, Point, Year
from qbe_xl.planning.trend.wording import CV_MEASURES, course_sentence, regression_sentence, rule, worse_rule

TREND_WIDTHS = (11.0, 11.0, 36.0, 26.0, 15.0, 15.0, 10.0)
SCHOOL_WIDTHS = (15.0, 26.0, 20.0, 40.0, 30.0)
_HEAD, _YEAR, _CHANGE = (8.0, 48.0, 11.0), 15.0, 12.0
NO_WARNING = Text("没有。", "None.")
SEVERAL_RULES = Text("各年所用的标准或放宽口径不尽相同，数值可能不可比。", "The years were judged by different rules; figures may not compare.")
_KINDS = {"now_fails": Text("不再达标", "No longer met"), "worse": Text("变差", "Worse")}


def value_widths(trend: Trend) -> list[float]:
    """What it is, its limit, a column a year, and the last change."""
    return [*_HEAD, *(_YEAR for _ in trend.years), _CHANGE]


def verdict_words(year: Year, lang: Lang) -> str:
    """`达标`; with errors in the report no verdict, but what the data give."""
    word = STATUS_NAMES[year.assessment.status][lang]
    if not year.blocked:
        return word
    return Text(f"有错误，暂不下结论（{word}）", f"errors, no verdict ({word.lower()})")[lang]


def write_trend(sheet: Sheet, trend: Trend) -> None:
    """The years, warnings and steps back."""
    lang = sheet.lang
    notes = [rule()[lang], worse_rule()[lang], *([SEVERAL_RULES[lang]] if trend.several_rules else [])]
    sheet.title(("" if lang == "zh" else " ").join(notes))
    _years(sheet, trend)
    newest = trend.years[-1].year
    sheet.row += 1
    sheet.heading(Text(f"预警（外推）{len(trend.courses)} 项", f"Warnings (extrapolated): {len(trend.courses)}")[lang])
    if trend.courses:
        _head(sheet, Text("几年后", "In years"), Text("年度", "Year"), Text("照目前速度将不达标的项目", "No longer met at this rate"))
    for course in trend.courses:
        _row(sheet, course.in_years, course.year, course_sentence(course, newest, lang))
    if not trend.courses:
        _none(sheet)
    sheet.row += 1
    since = f"{trend.since}" if trend.since is not None else Text("上一年", "the year before")[lang]
    head = Text(f"退步（与{since}比）{len(trend.worse)} 项", f"Steps back (since {since}): {len(trend.worse)}")
    sheet.heading(head[lang])
    if trend.worse:
        _head(sheet, Text("类别", "Kind"), Text("对比年度", "Since"), Text("项目", "What"))
    for each in trend.worse:
        _row(sheet, _KINDS[each.kind][lang], each.since, regression_sentence(each, newest, lang))
    if not trend.worse:
        _none(sheet)


def _years(sheet: Sheet, trend: Trend) -> None:
    lang, book = sheet.lang, sheet.book
    names = [Text("年度", "Year"), Text("学校数", "Schools"), Text("文件", "File"), Text("结论", "Verdict")]
    names += [Text(f"{STAGE_NAMES[s].zh}达标校数", f"{STAGE_NAMES[s].en}: schools met") for s in ("primary", "junior")]
    names += [Text("错误数", "Errors")]
    head = sheet.header([name[lang] for name in names])
    sheet.freeze(head + 1, 0)
    for year in trend.years:
        row, result = sheet.row, year.assessment
        sheet.number(row, 0, year.year, book.cell(number_format="0", align="center", bold=True))
        sheet.number(row, 1, len(result.schools), book.cell(number_format="0"))
        sheet.text(row, 2, result.submission.file.name, book.words())
        words = verdict_words(year, lang)
        status = "error" if year.blocked else result.status
        sheet.text(row, 3, words, book.status(status, align="center", wrap=True))
        for column, stage in ((4, "primary"), (5, "junior")):
            found = result.resources.stages.get(stage) if result.resources is not None else None
            if found is None or not found.units:
                sheet.text(row, column, "–", book.cell(align="right"))
                continue
            met = sum(unit.status == "pass" for unit in found.units)
            sheet.number(row, column, met, book.cell(number_format=f'0"/{len(found.units)}"'))
        errors = sum(finding.severity == "error" for finding in result.findings)
        sheet.number(row, 6, errors, book.cell(number_format="0"))
        texts = [(result.submission.file.name, TREND_WIDTHS[2] - 1), (words, TREND_WIDTHS[3] - 1)]
        sheet.height(row, texts, least=20)
        sheet.row += 1
    for left in trend.left_out:
        text = Text(
            f"未列入：{left.submission.file.name}，不能评估。", f"Left out: {left.submission.file.name}, cannot be assessed."
        )[lang]
        sheet.merged(sheet.row, 0, len(TREND_WIDTHS) - 1, text, book.status("error", wrap=True))
        sheet.row += 1


def _head(sheet: Sheet, *names: Text) -> None:
    look = sheet.book.cell(bold=True, fill="#DCE4EE", align="center", wrap=True)
    sheet.text(sheet.row, 0, names[0][sheet.lang], look)
    sheet.text(sheet.row, 1, names[1][sheet.lang], look)
    sheet.merged(sheet.row, 2, len(TREND_WIDTHS) - 1, names[2][sheet.lang], look)
    sheet.row_height(sheet.row, 20)
    sheet.row += 1


def _row(sheet: Sheet, first: int | str, year: int, sentence: str) -> None:
    book, row = sheet.book, sheet.row
    if isinstance(first, str):
        sheet.text(row, 0, first, book.words())
    else:
        sheet.number(row, 0, first, book.cell(number_format="0", align="center", bold=True))
    sheet.number(row, 1, year, book.cell(number_format="0", align="center"))
    last = len(TREND_WIDTHS) - 1
    sheet.merged(row, 2, last, sentence, book.words())
    sheet.height(row, [(sentence, sheet.span(2, last) - 1), (str(first), TREND_WIDTHS[0] - 1)], least=20)
    sheet.row += 1


def _none(sheet: Sheet) -> None:
    sheet.text(sheet.row, 0, NO_WARNING[sheet.lang], sheet.book.format(italic=True))
    sheet.row += 1


# ---- figures by year


def write_values(sheet: Sheet, trend: Trend) -> None:
    """Every figure, a column a year; a gap where a year has none."""
    lang, book = sheet.lang, sheet.book
    note = Text(
        "没有数据或待定的年度留空，不按 0 处理。“变化”为最近一年减上一列。判定不取整。",
        "A year without the figure stays empty; it is not 0. “Change” is the newest year less the column before. Decided unrounded.",
    )
    sheet.title(note[lang] + (f"{'' if lang == 'zh' else ' '}{SEVERAL_RULES[lang]}" if trend.several_rules else ""))
    errors = Text("（有错误）", " (errors)")[lang]
    names = [Text("编号", "Id")[lang], Text("项目", "Figure")[lang], Text("要求", "To be")[lang]]
    names += [f"{year.year}{errors if year.blocked else ''}" for year in trend.years]
    head = sheet.header([*names, Text("变化", "Change")[lang]])
    sheet.freeze(head + 1, 2)
    sheet.repeat(head)
    for line in trend.lines:
        whole = line.measure in ("verdict", "group")
        fill = PALE if whole else None
        shown = line.id if line.measure in ("cv", "below", "mean", "item", "mean_class", "largest_class", "over_classes") else ""
        sheet.text(sheet.row, 0, shown, book.cell(bold=True, fill=fill, align="center"))
        name = f"└ {line.name[lang]}" if line.measure == "part" else line.name[lang]
        sheet.text(sheet.row, 1, name, book.words(bold=whole, fill=fill, indent=2 if line.measure == "part" else 1))
        _limit(sheet, line, fill)
        for column, point in enumerate(line.points, start=len(_HEAD)):
            _point(sheet, column, line, point, fill)
        _change(sheet, line, fill)
        sheet.height(sheet.row, [(name, _HEAD[1] - 2)], least=19)
        sheet.row += 1


def _limit(sheet: Sheet, line: Line, fill: str | None) -> None:
    """The newest limit; limits of figures that are numbers of schools go without saying."""
    limit, look = line.points[-1].limit, sheet.book.cell(fill=fill, align="right")
    counted = line.measure in ("met", "over_classes") or line.unit in COUNTED
    operator = ">=" if line.measure == "mean" else line.operator
    if limit is None or operator is None or counted:
        sheet.text(sheet.row, 2, "", look)
        return
    form = f'"{SIGNS[operator]} "{limit_format(limit, line.percent)}'
    sheet.number(sheet.row, 2, as_float(limit), sheet.book.cell(fill=fill, align="right", number_format=form))


def _point(sheet: Sheet, column: int, line: Line, point: Point, fill: str | None) -> None:
    book, row, lang, value = sheet.book, sheet.row, sheet.lang, point.value
    look = book.cell(fill=fill, align="right") if point.status is None else book.status(point.status, align="right")
    if value is None:
        words = "" if point.status is None else f"{MARKS[point.status]} {STATUS_NAMES[point.status][lang]}"
        sheet.text(row, column, words, look)
    elif isinstance(value, str):
        sheet.text(row, column, YES_NO[value][lang] if value in YES_NO else value, look)
    else:
        form = _format(line, point)
        styled = (
            book.cell(fill=fill, align="right", number_format=form)
            if point.status is None
            else book.status(point.status, align="right", number_format=form)
        )
        sheet.number(row, column, as_float(value), styled)


def _format(line: Line, point: Point) -> str:
    """The number format of a figure in one year."""
    if line.measure == "met":
        return f'0"/{point.limit}"'
    exactly = point.number
    if exactly is None:
        return "General"
    cv = line.measure in CV_MEASURES
    if cv:
        return number_format(exactly, point.limit, whole=False, places=CV_PLACES)
    return number_format(exactly, point.limit, percent=line.percent)


def _change(sheet: Sheet, line: Line, fill: str | None) -> None:
    column = len(sheet.widths) - 1
    old, new = line.points[-2].number, line.points[-1].number
    if old is None or new is None or line.measure == "met":
        sheet.text(sheet.row, column, "", sheet.book.cell(fill=fill))
        return
    change = new - old
    form = number_format(change, 0, percent=line.percent, whole=line.measure not in CV_MEASURES,
                         places=CV_PLACES if line.measure in CV_MEASURES else 2)  # fmt: skip
    signed = f"+{form};-{form};0" if change else "0"
    sheet.number(sheet.row, column, as_float(change), sheet.book.cell(fill=fill, align="right", number_format=signed))


# ---- schools


def write_schools(sheet: Sheet, trend: Trend) -> None:
    """From each year to the next: schools that came, went or have another code, and units whose status changed."""
    lang = sheet.lang
    note = Text(
        "学校按代码对应；校名相同、旧代码消失而新代码出现的，列为代码变更。",
        "Schools are matched by code; one whose old code is gone and whose name has a new code is listed as renumbered.",
    )
    sheet.title(note[lang])
    columns = (Text("年度", "Years"), Text("变动", "Change"), Text("学校代码", "Code"), Text("学校", "School"), Text("说明", "Note"))
    head = sheet.header([column[lang] for column in columns])
    sheet.freeze(head + 1, 0)
    sheet.repeat(head)
    for step in trend.steps:
        rows = list(step_rows(step, lang))
        for kind, code, name, more in rows or [(Text("没有变动", "No change")[lang], "", "", "")]:
            texts = (f"{step.since}—{step.year}" if lang == "zh" else f"{step.since}–{step.year}", kind, code, name, more)
            for column, text in enumerate(texts):
                sheet.text(sheet.row, column, text, sheet.book.words())
            sheet.height(sheet.row, [(text, SCHOOL_WIDTHS[i] - 1) for i, text in enumerate(texts)], least=19)
            sheet.row += 1


def step_rows(step: Step, lang: Lang) -> Iterator[Sequence[str]]:
    """Kind, code, name, and what else there is to say of each school that changed."""
    for each in step.new:
        yield Text("新增", "New")[lang], each.code, each.name, ""
    for each in step.gone:
        yield Text("不再上报", "No longer reported")[lang], each.code, each.name, ""
    for each in step.renumbered:
        was = Text(f"原代码 {each.before}", f"was {each.before}")[lang]
        yield Text("代码变更", "Renumbered")[lang], each.code, each.name, was
    for unit in step.failing:
        yield Text("由达标变为不达标", "Met before, not now")[lang], unit.code, unit.name, STAGE_NAMES[unit.stage][lang]
    for unit in step.passing:
        yield Text("由不达标变为达标", "Met now, not before")[lang], unit.code, unit.name, STAGE_NAMES[unit.stage][lang]
