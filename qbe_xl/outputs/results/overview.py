"""总览: the verdict in one sentence, the reasons, the groups, two charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qbe_xl.assessment.results import Assessment, StageResult
from qbe_xl.assessment.sentences import GROUP_NAMES, reasons, verdict_sentence
from qbe_xl.assessment.statuses import conjunction
from qbe_xl.core.findings import STATE_NAMES, STATES
from qbe_xl.core.languages import STAGE_NAMES, Lang, Text
from qbe_xl.outputs.results.book import GRID, HEAD, LINK, Sheet, Style
from qbe_xl.outputs.results.drawing import Box, Chart, Series
from qbe_xl.outputs.results.groups import status_word
from qbe_xl.outputs.results.variation import CV_COLUMN, LIMIT_COLUMN, StageRows
from qbe_xl.outputs.results.words import TITLE, VERDICTS

WIDTHS = (*(15.5 for _ in range(12)),)
_LAST = len(WIDTHS) - 1
_HALF = len(WIDTHS) // 2
_REASONS = 8
_FIRST_COUNT = 4  # the column of "0 indicators met"
_CHART_ROWS = 13
# Band by verdict: fill and ink. The word in it says the same without colour.
_BANDS = {
    "pass": ("#166534", "#FFFFFF"),
    "fail": ("#9B1C1C", "#FFFFFF"),
    "undetermined": ("#FDE68A", "#1F2A37"),
    "blocked": ("#374151", "#FFFFFF"),
    "unusable": ("#374151", "#FFFFFF"),
}
# Fill and ink of each stage's columns: one solid and dark, one light and hatched, told apart without colour.
_SERIES: dict[str, tuple[str, str | None]] = {
    "primary": ("#1E4E79", None),
    "junior": ("#C55A11", "wide_upward_diagonal"),
}
_DASHES = {"primary": "solid", "junior": "square_dot"}
_GROUP_SHEETS = {
    "government": "government", "quality": "quality", "recognition": "recognition", "vetoes": "recognition",
    "entry": "recognition",
}  # fmt: skip
_COLUMNS = (
    Text("组别", "Group"),
    Text("判定", "Status"),
    Text("合计", "Total"),
    Text("达标", "Met"),
    Text("不达标", "Not met"),
    Text("待定", "Open"),
    Text("不适用", "n/a"),
    Text("详见", "See"),
)


def verdict_key(result: Assessment) -> str:
    """The key of the verdict's word: a status, `blocked` or `unusable`."""
    if not result.usable:
        return "unusable"
    if result.blocked:
        return "blocked"
    return result.verdict if result.verdict in ("pass", "fail") else "undetermined"


def write_overview(sheet: Sheet, result: Assessment, rows: Mapping[str, StageRows]) -> None:
    """The whole sheet; `rows` say where the CVs stand."""
    lang, book = sheet.lang, sheet.book
    sheet.merged(0, 0, _LAST, TITLE[lang], book.format(bold=True, font_size=18, align="center"))
    sheet.row_height(0, 34)
    sheet.merged(1, 0, _LAST, _about(sheet, result), book.format(align="center", font_color="#4B5563"))
    sheet.row_height(1, 20)
    fill, ink = _BANDS[verdict_key(result)]
    word = VERDICTS[verdict_key(result)][lang]
    band: Style = {"fill": fill, "font_color": ink, "align": "center", "wrap": True, "bold": True}
    large: Style = {**band, "font_size": 24, "valign": "bottom"}
    medium: Style = {**band, "font_size": 13}
    sheet.merged(2, 0, _LAST, word, book.format(**large))
    sheet.row_height(2, 40)
    sentence = verdict_sentence(result, lang)
    sheet.merged(3, 0, _LAST, sentence, book.format(**medium))
    sheet.height(3, [(sentence, sheet.span(0, _LAST) / 1.4)], least=32, line=21)
    sheet.row = 5
    _reasons(sheet, result)
    if result.resources is not None:
        _groups(sheet, result)
        _charts(sheet, list(result.resources.stages.values()), rows)
    sheet.pages(1, 1)
    sheet.centre()


def _about(sheet: Sheet, result: Assessment) -> str:
    lang, county, edition = sheet.lang, result.county, result.edition
    parts = []
    if county is not None:
        parts.append((county.name or "–") + (f"（{county.code}）" if county.code and lang == "zh" else
                                             f" ({county.code})" if county.code else ""))  # fmt: skip
        if county.year:
            parts.append(f"{county.year} 年度" if lang == "zh" else f"year {county.year}")
    parts.append(f"{edition.name[lang]}")
    file = result.submission.file.name
    parts.append(f"所报文件：{file}" if lang == "zh" else f"file: {file}")
    return ("　｜　" if lang == "zh" else "   |   ").join(parts)


def _reasons(sheet: Sheet, result: Assessment) -> None:
    lang, book = sheet.lang, sheet.book
    lines = reasons(result, lang)
    if result.blocked and result.usable:
        errors = [f for f in result.findings if f.severity == "error"]
        lines = [" ".join(part for part in (f.place, f.message(lang)) if part) for f in errors[:3]]
        if len(errors) > 3:
            see = Text(f"，见“{book.name('problems')}”", f", see “{book.name('problems')}”")[lang]
            more = Text(f"等 {len(errors)} 处错误", f"{len(errors)} errors in all")[lang]
            lines.append(more + see * book.has("problems"))
        lines += reasons(result, lang)
    if not lines:
        lines = [Text("各组指标全部达标。", "Every group of criteria is met.")[lang]]
    head = Text("理由", "Reasons") if not result.blocked or not result.usable else Text(
        "须先改正的错误，以及按现有数据的计算结果", "Errors to correct first, and what the data give as they are"
    )  # fmt: skip
    sheet.heading(head[lang])
    if len(lines) > _REASONS:
        rest = len(lines) - _REASONS + 1
        lines = [
            *lines[: _REASONS - 1],
            f"另有 {rest} 条，见各表" if lang == "zh" else f"{rest} more: see the other sheets",
        ]
    style = book.format(wrap=True, indent=1, bottom=GRID)
    for number, line in enumerate(lines, start=1):
        text = f"{number}. {line}"
        sheet.merged(sheet.row, 0, _LAST, text, style)
        sheet.height(sheet.row, [(text, sheet.span(0, _LAST) - 3)])
        sheet.row += 1
    if result.findings:
        counts = [(s, sum(f.state == s for f in result.findings)) for s in STATES]
        names = [f"{STATE_NAMES[s][lang]} {n}" for s, n in counts if n]
        text = ("填报检查：" if lang == "zh" else "Checks on the report: ") + ("，" if lang == "zh" else ", ").join(
            names
        )
        if book.has("problems"):
            text += Text(f"（见“{book.name('problems')}”）", f" (see “{book.name('problems')}”)")[lang]
        sheet.merged(sheet.row, 0, _LAST, text, book.format(indent=1, italic=True, font_color="#4B5563"))
        sheet.row += 1
    sheet.row += 1


def _groups(sheet: Sheet, result: Assessment) -> None:
    lang = sheet.lang
    head = Text("各组判定", "Groups")
    if result.blocked:
        head = Text(
            "各组判定（按现有数据，改正错误后可能变化）", "Groups, on the data as they are; corrections may change them"
        )
    sheet.heading(head[lang])
    _line(sheet, [name[lang] for name in _COLUMNS], head=True)
    if result.resources is not None:
        for stage in result.resources.stages.values():
            name = STAGE_NAMES[stage.stage]
            resource = GROUP_NAMES["resources"]
            units = [unit.status for unit in stage.units]
            label = Text(f"{resource.zh} {name.zh}：学校", f"{resource.en}, {name.en.lower()}: schools")
            _group_row(sheet, label[lang], units, "schools")
            cvs = [indicator.cv_status for indicator in stage.indicators.values()]
            label = Text(f"{resource.zh} {name.zh}：差异系数", f"{resource.en}, {name.en.lower()}: CVs")
            _group_row(sheet, label[lang], cvs, "cv")
    for key in ("government", "quality", "recognition", "vetoes", "entry"):
        if key in result.groups:
            statuses = [item.status for item in result.groups[key].items]
            _group_row(sheet, GROUP_NAMES[key][lang], statuses, _GROUP_SHEETS[key])
    sheet.row += 1


def _group_row(sheet: Sheet, label: str, statuses: Sequence[str], target: str) -> None:
    book, lang, row = sheet.book, sheet.lang, sheet.row
    status = conjunction(statuses)  # type: ignore[arg-type]  # statuses of units, CVs and items alike
    sheet.merged(row, 0, 2, label, book.cell(bold=True, indent=1))
    sheet.merged(row, 3, 4, status_word(status, lang), book.status(status, align="center"))
    counts = [len(statuses), *(statuses.count(s) for s in ("pass", "fail", "undetermined", "not_applicable"))]
    for column, count in enumerate(counts, start=5):
        sheet.number(row, column, count, book.cell(number_format="0", align="center", bold=column == 7 and count > 0))
    if book.has(target):
        look = book.cell(font_color=LINK, underline=True, align="center")
        sheet.merged(row, 10, 11, book.name(target), look, link=book.way_to(target))
    else:
        sheet.merged(row, 10, 11, "–", book.cell(align="center"))
    sheet.row_height(row, 19)
    sheet.row += 1


def _line(sheet: Sheet, names: Sequence[str], head: bool) -> None:
    style = sheet.book.cell(bold=head, fill=HEAD, align="center")
    row = sheet.row
    sheet.merged(row, 0, 2, names[0], style)
    sheet.merged(row, 3, 4, names[1], style)
    for column, name in enumerate(names[2:7], start=5):
        sheet.text(row, column, name, style)
    sheet.merged(row, 10, 11, names[7], style)
    sheet.row_height(row, 20)
    sheet.row += 1


# ---- charts


def _charts(sheet: Sheet, stages: list[StageResult], rows: Mapping[str, StageRows]) -> None:
    present = [stage for stage in stages if stage.units]
    if not present:
        return
    top = sheet.row
    for row in range(top, top + _CHART_ROWS):
        sheet.row_height(row, 19)
    sheet.row = top + _CHART_ROWS + 1
    table = _distribution(sheet, present)
    if sheet.book.has("cv"):
        _cv_chart(sheet, top, present, rows)
    _met_chart(sheet, top, present, table)


def _distribution(sheet: Sheet, stages: list[StageResult]) -> int:
    """Schools by number of indicators met, a row a stage; the row of the header."""
    lang, book = sheet.lang, sheet.book
    most = len(stages[0].indicators)
    head, label_end = sheet.row, _FIRST_COUNT - 1
    style = book.cell(bold=True, fill=HEAD, align="center")
    sheet.merged(head, 0, label_end, Text("达标项数", "Indicators met")[lang], style)
    for met in range(most + 1):
        sheet.number(head, _FIRST_COUNT + met, met, book.cell(bold=True, fill=HEAD, align="center", number_format="0"))
    for row, stage in enumerate(stages, start=head + 1):
        label = Text(f"{STAGE_NAMES[stage.stage].zh}学校数", f"{STAGE_NAMES[stage.stage].en} schools")
        sheet.merged(row, 0, label_end, label[lang], book.cell(bold=True, indent=1))
        for met in range(most + 1):
            count = sum(unit.met == met for unit in stage.units)
            sheet.number(row, _FIRST_COUNT + met, count, book.cell(number_format="0", align="center"))
        sheet.row_height(row, 18)
    sheet.row = head + len(stages) + 1
    return head


def _columns(stage: str, lang: Lang, categories: tuple[str, Box], values: tuple[str, Box]) -> Series:
    """One column a category, in the stage's colour and hatching."""
    colour, pattern = _SERIES[stage]
    return Series(STAGE_NAMES[stage][lang], categories, values, "column", colour, pattern)


def _cv_chart(sheet: Sheet, top: int, stages: list[StageResult], rows: Mapping[str, StageRows]) -> None:
    lang = sheet.lang
    columns, lines = [], []
    for stage in stages:
        where, name = rows[stage.stage], STAGE_NAMES[stage.stage][lang]
        ids, cvs, limits = (("cv", (where.first, at, where.last, at)) for at in (0, CV_COLUMN, LIMIT_COLUMN))
        columns.append(_columns(stage.stage, lang, ids, cvs))
        label = f"{name}限值" if lang == "zh" else f"{name} limit"
        lines.append(Series(label, ids, limits, "line", "#000000", dash=_DASHES[stage.stage]))
    title = Text("七项指标差异系数与限值", "CVs of the seven indicators and their limits")
    names = (title, Text("指标", "Indicator"), Text("差异系数", "CV"))
    sheet.chart(_chart("cv", [name[lang] for name in names], "0.00", (top, 0), [*columns, *lines]))


def _met_chart(sheet: Sheet, top: int, stages: list[StageResult], head: int) -> None:
    lang = sheet.lang
    most = len(stages[0].indicators)
    met_by = {stage.stage: [unit.met for unit in stage.units] for stage in stages}
    highest = max(met_by[stage.stage].count(met) for stage in stages for met in range(most + 1))

    def line(row: int) -> tuple[str, Box]:
        return "overview", (row, _FIRST_COUNT, row, _FIRST_COUNT + most)

    series = [_columns(stage.stage, lang, line(head), line(row)) for row, stage in enumerate(stages, start=head + 1)]
    title = Text("学校数（按达标项数）", "Schools by number of indicators met")
    names = (title, Text("达标项数", "Indicators met"), Text("学校数", "Schools"))
    unit = max(1, -(-highest // 8))  # no fractions of a school
    sheet.chart(_chart("met", [name[lang] for name in names], "0", (top, _HALF), series, unit))


def _chart(
    name: str,
    titles: Sequence[str],
    number_format: str,
    at: tuple[int, int],
    series: list[Series],
    unit: int | None = None,
) -> Chart:
    """A chart over half of the sheet; `titles` of itself and its axes."""
    width = sum(int(w * 7 + 5) for w in WIDTHS[:_HALF]) - 8
    height = int(_CHART_ROWS * 19 * 4 / 3)
    title, x_name, y_name = titles
    return Chart(name, title, x_name, y_name, number_format, at, width, height, tuple(series), unit)
