"""一校一策: one A4 page a school, with its indicators as bars against their limits, what it lacks, and its measures.

All pages stand on one sheet, parted by page breaks, so that 500 schools are as easy to print as 5. A bar is a row of
narrow cells; a thin black cell is the limit, so that length alone says whether it is reached, without colour.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from qbe_xl.assessment.results import Assessment, UnitResult, ValueResult
from qbe_xl.assessment.wording import number, plain
from qbe_xl.core.fields import field_of
from qbe_xl.core.languages import STAGE_NAMES, VALUE_STATUS_NAMES, Text
from qbe_xl.core.numbers import Exact
from qbe_xl.county.units import School
from qbe_xl.outputs.results.book import HEAD, INK, MARKS, PALE, Sheet, lines_needed
from qbe_xl.outputs.results.drawing import Drawn, Look, quoted
from qbe_xl.outputs.results.figures import as_float, limit_format, number_format
from qbe_xl.outputs.results.gap_sheets import unit_word
from qbe_xl.outputs.results.ledger_sheet import STATE_LOOKS, gap_format
from qbe_xl.planning.ledger.ledger import STATE_NAMES, Entry, Ledger
from qbe_xl.planning.ledger.points import Point, ident, points_of

_TO_LIMIT, _BEYOND = 16, 8  # cells up to the limit and beyond it: a full bar is 150 % of the limit
_FIRST_BAR = 5
_LINE = _FIRST_BAR + _TO_LIMIT  # the column that is the limit
_GAP = _LINE + 1 + _BEYOND
LAST = _GAP + 1
WIDTHS = (6.0, 19.0, 8.5, 8.5, 8.5, *[0.55] * _TO_LIMIT, 0.25, *[0.55] * _BEYOND, 12.0, 10.0, 4.0, 26.0)
_INDEX = LAST + 2
MOST = 500  # pages on one sheet; a sheet takes 1023 page breaks
SCALE = 77  # per cent; leaves room for fonts that are wider or rows that are higher elsewhere
HIGH = 840.0  # points that a page holds at this scale, with a tenth to spare
_BARS = {"pass": "#1E4E79", "allowed": "#B45309", "fail": "#8B1A10"}
_LEAST_ROWS = 3
_LARGE = 10_000  # from here on an amount is shown whole, rounded up
_SMALL = 12.5  # points a line of 9-point text takes


@dataclass(frozen=True)
class _Page:
    school: School
    units: tuple[UnitResult, ...]
    entries: tuple[Entry, ...]


def write_pages(sheet: Sheet, ledger: Ledger, first: int = 0) -> None:
    """A page for each of the report's schools from `first` on, at most MOST; beside them, not printed, links to them."""
    pages = _pages(ledger)[first : first + MOST]
    points = {(p.criterion, p.school, p.stage): p for p in points_of(ledger.assessment) if p.stage and p.school}
    starts = []
    for page in pages:
        starts.append(sheet.row)
        _page(sheet, ledger, page, points)
    if not pages:
        sheet.text(0, 0, Text("没有学校。", "No school.")[sheet.lang], sheet.book.format(italic=True))
        return
    drawn = sheet.drawn
    drawn.portrait, drawn.scale, drawn.row_breaks = True, SCALE, tuple(starts[1:])
    drawn.print_area = (0, 0, sheet.row - 1, LAST)
    sheet.centre()
    title = Text("目录（不打印）", "Contents (not printed)")[sheet.lang]
    sheet.text(0, _INDEX, title, sheet.book.format(bold=True))
    for line, (page, start) in enumerate(zip(pages, starts, strict=True), start=1):
        way = f"#{quoted(drawn.name)}!A{start + 1}"
        sheet.text(line, _INDEX, page.school.name, sheet.book.format(font_color="#1D4ED8", underline=True), way)


def _pages(ledger: Ledger) -> list[_Page]:
    result = ledger.assessment
    units: dict[int, list[UnitResult]] = {}
    for unit in result.resources.units if result.resources is not None else ():
        units.setdefault(id(unit.unit.school), []).append(unit)
    by_school: dict[str, list[Entry]] = {}
    for entry in ledger.entries:
        if entry.school:
            by_school.setdefault(entry.school, []).append(entry)
    return [
        _Page(
            school, tuple(units.get(id(school), ())),
            tuple(entry for row in school.rows for entry in by_school.get(ident(row), ())),
        )
        for school in result.schools
    ]  # fmt: skip


def _page(sheet: Sheet, ledger: Ledger, page: _Page, points: dict[tuple[str, str, str], Point]) -> None:
    lang, book, start = sheet.lang, sheet.book, sheet.row
    title = Text(f"{page.school.name} 一校一策", f"{page.school.name}: plan of the school")[lang]
    size = 15 if len(title) <= 34 else 11
    sheet.merged(start, 0, LAST, title, book.format(bold=True, font_size=size, align="center"))
    sheet.row_height(start, 27)
    sheet.merged(start + 1, 0, LAST, _about(ledger.assessment, page)[lang], book.format(align="center", font_color="#4B5563"))
    sheet.row_height(start + 1, 18)
    sheet.row += 2
    for unit in page.units:
        _verdict(sheet, unit)
    if page.units:
        _head(sheet, ledger)
        for unit in page.units:
            for value in unit.values.values():
                _value(sheet, ledger, unit, value, points)
    else:
        none = Text("本校不参加七项指标评估。", "The seven indicators do not concern this school.")
        sheet.merged(sheet.row, 0, LAST, none[lang], book.format(italic=True))
        sheet.row_height(sheet.row, 18)
        sheet.row += 1
    used = sum(sheet.drawn.heights[row] for row in range(start, sheet.row))
    _problems(sheet, page, HIGH - used - 34)
    space = "　" * 8
    signed = Text(f"校长（签字）：{space}责任督学：{space}日期：", f"Head:{space}{space}Inspector:{space}{space}Date:")
    sheet.merged(sheet.row, 0, LAST, signed[lang], book.format(valign="bottom"))
    sheet.row_height(sheet.row, 30)
    sheet.row += 1


def _about(result: Assessment, page: _Page) -> Text:
    school, county = page.school, result.county
    kind = field_of("school_type")
    heads = [
        (STAGE_NAMES[stage], number(count)) for stage, count in school.pupils.items() if count is not None and count != 0
    ]
    who = (county.name or "", county.year or "") if county is not None else ("", "")
    code = school.code or "–"
    zh = [f"代码 {code}", kind.choice_name(school.type, "zh"), "在校生 " + "、".join(f"{s.zh} {n} 人" for s, n in heads), f"{who[0]} {who[1]}"]
    en = [f"Code {code}", kind.choice_name(school.type, "en"), "pupils " + ", ".join(f"{s.en.lower()} {n}" for s, n in heads),
          f"{who[0]} {who[1]}"]  # fmt: skip
    return Text("　|　".join(part for part in zh if part.strip()), "  |  ".join(part for part in en if part.strip()))


def _verdict(sheet: Sheet, unit: UnitResult) -> None:
    lang, stage = sheet.lang, STAGE_NAMES[unit.unit.stage]
    whole = len(unit.values)
    word = {"pass": Text("综合达标", "meets the rule"), "fail": Text("综合不达标", "does not meet the rule")}.get(
        unit.status, Text("缺数据，待定", "undetermined, data are missing")
    )
    text = Text(
        f"{MARKS[unit.status]} {stage.zh}：{whole} 项中 {unit.met} 项达到标准，{word.zh}",
        f"{MARKS[unit.status]} {stage.en}: {unit.met} of {whole} indicators at their limits, {word.en}",
    )
    sheet.merged(sheet.row, 0, LAST, text[lang], sheet.book.status(unit.status, align="left", indent=1))
    sheet.row_height(sheet.row, 18)
    sheet.row += 1


def _head(sheet: Sheet, ledger: Ledger) -> None:
    lang, look = sheet.lang, sheet.book.cell(bold=True, fill=HEAD, align="center", wrap=True)
    last = Text("上次", "Last") if not ledger.last_label else Text(ledger.last_label, ledger.last_label)
    names = (Text("学段", "Stage"), Text("指标", "Indicator"), Text("标准", "Limit"), last, Text("现状", "Now"))
    for column, name in enumerate(names):
        sheet.text(sheet.row, column, name[lang], look)
    bars = Text("与标准之比（竖线为标准，满格 150%）", "Against the limit (line: limit, full: 150 %)")
    sheet.merged(sheet.row, _FIRST_BAR, _GAP - 1, bars[lang], look)
    sheet.text(sheet.row, _GAP, Text("还差", "Lacking")[lang], look)
    sheet.text(sheet.row, LAST, Text("判定", "Result")[lang], look)
    sheet.row_height(sheet.row, 31)
    sheet.row += 1


def _value(
    sheet: Sheet, ledger: Ledger, unit: UnitResult, value: ValueResult, points: dict[tuple[str, str, str], Point]
) -> None:
    lang, book, row = sheet.lang, sheet.book, sheet.row
    key = (value.indicator.id, ident(unit.unit.school.main), unit.unit.stage)
    point = points.get(key)
    status = "allowed" if value.allowed and unit.status != "fail" else value.status
    sheet.text(row, 0, STAGE_NAMES[unit.unit.stage][lang], book.cell(align="center"))
    name = (value.indicator.short or value.indicator.name)[lang]
    sheet.text(row, 1, f"{value.indicator.id} {name}", book.words(font_size=9))
    sheet.number(row, 2, as_float(value.limit), book.cell(number_format=limit_format(value.limit)))
    before = ledger.last_values.get(key)
    if before is None:
        sheet.text(row, 3, "–", book.cell(align="right", font_color="#6B7280"))
    else:
        sheet.number(row, 3, as_float(before), book.cell(number_format=number_format(before, value.limit, whole=False)))
    if value.value is None:
        sheet.text(row, 4, Text("缺数据", "no data")[lang], book.status("undetermined", align="right"))
    else:
        look = book.cell(number_format=number_format(value.value, value.limit, whole=False), bold=value.status == "fail")
        sheet.number(row, 4, as_float(value.value), look)
    _bar(sheet, value, status)
    gap = point.gap if point is not None else None
    if gap:
        form = gap_format(point) if point is not None else "0"
        if gap >= _LARGE:  # the ledger has the decimals
            gap, form = math.ceil(gap), "#,##0"
        unit_text = unit_word(value.indicator.unit, lang)
        sheet.number(row, _GAP, as_float(gap), book.cell(number_format=f'{form} "{unit_text}"', bold=True, font_size=9))
    else:
        sheet.text(row, _GAP, "", book.cell())
    mark = {"allowed": "△"}.get(status, MARKS.get(status, ""))
    sheet.text(row, LAST, f"{mark} {VALUE_STATUS_NAMES[status][lang]}", book.status(status, align="center", font_size=9))
    sheet.row_height(row, 26 if lines_needed(f"{value.indicator.id} {name}", WIDTHS[1] * 1.05) > 1 else 19)
    sheet.row += 1


def bar_cells(value: Exact, limit: Exact) -> int:
    """How many cells of a bar are filled: up to the limit only where it is met, and always where it is."""
    if limit <= 0:
        return _TO_LIMIT
    return min(_TO_LIMIT + _BEYOND, math.floor(Fraction(value) / limit * _TO_LIMIT))


def _bar(sheet: Sheet, value: ValueResult, status: str) -> None:
    book, cells, row = sheet.book, sheet.drawn.cells, sheet.row
    filled = bar_cells(value.value, value.limit) if value.value is not None else 0
    full = book.cell(fill=_BARS.get(status, INK), border="#FFFFFF")
    track = book.cell(fill=PALE, border="#FFFFFF")
    for n in range(_TO_LIMIT + _BEYOND):
        column = _FIRST_BAR + n + (n >= _TO_LIMIT)
        if n < filled:
            cells[row, column] = Drawn(None, full)
        elif n < _TO_LIMIT:
            cells[row, column] = Drawn(None, track)
    cells[row, _LINE] = Drawn(None, book.format(fill="#000000"))


# ---- what is to be done


def _problems(sheet: Sheet, page: _Page, room: float) -> None:
    """The open entries with their measures, as many as the page holds, and lines to write on."""
    lang, book = sheet.lang, sheet.book
    wanted = [entry for entry in page.entries if entry.open]
    closed = len(page.entries) - len(wanted)
    head = Text("问题与措施", "What is to be done")
    if closed:
        head = Text(f"{head.zh}（已销号 {closed} 项）", f"{head.en} ({closed} closed)")
    sheet.merged(sheet.row, 0, LAST, head[lang], book.format(bold=True, font_size=11, valign="bottom"))
    sheet.row_height(sheet.row, 24)
    sheet.row += 1
    look = book.cell(bold=True, fill=HEAD, align="center")
    names = Text("状态", "State"), Text("问题", "What is not met"), Text("整改措施", "Measure"), Text("责任人", "Who"), Text("时限", "By")
    _line(sheet, [name[lang] for name in names], [look] * 5, 20)
    room -= 44
    rows = [(entry, _row(entry, lang)) for entry in wanted]
    high = [_height(texts) for _, texts in rows]
    if sum(high) > room:  # one line each, cut where it must be; the ledger has it in full
        rows = [(entry, [_cut(text, width) for text, width in zip(texts, _SPANS, strict=True)]) for entry, texts in rows]
        high = [_SMALL + 5] * len(rows)
    for n, (entry, texts) in enumerate(rows):
        if sum(high[: n + 1]) > room - 20 * (n + 1 < len(rows)):
            more = Text(f"另有 {len(rows) - n} 项，见问题台账。", f"{len(rows) - n} more: see the ledger.")
            sheet.merged(sheet.row, 0, LAST, more[lang], book.format(italic=True, font_size=9))
            sheet.row_height(sheet.row, 18)
            sheet.row += 1
            return
        words = book.words(font_size=9)
        looks = [book.status(STATE_LOOKS[entry.state], align="center", font_size=9), words, words, words, words]
        _line(sheet, texts, looks, high[n])
    left = room - sum(high)
    for _ in range(len(rows), _LEAST_ROWS):
        if left < 26:
            return
        _line(sheet, [""] * 5, [book.words()] * 5, 26)
        left -= 26


_BOXES = ((0, 0), (1, 4), (_FIRST_BAR, _GAP - 1), (_GAP, _GAP), (LAST, LAST))
_SPANS = tuple(sum(WIDTHS[a : b + 1]) if a != _FIRST_BAR else 22.0 for a, b in _BOXES)  # narrow cells have no margins


def _line(sheet: Sheet, texts: list[str], looks: list[Look], high: float) -> None:
    for (first, last), text, look in zip(_BOXES, texts, looks, strict=True):
        sheet.merged(sheet.row, first, last, text, look)
    sheet.row_height(sheet.row, high)
    sheet.row += 1


def _row(entry: Entry, lang: str) -> list[str]:
    zh = lang == "zh"
    colon, comma = ("：", "；") if zh else (": ", "; ")
    stage = STAGE_NAMES[entry.stage] if entry.stage in STAGE_NAMES else Text("", "")
    title = entry.title.zh if zh else entry.title.en
    head = " ".join(part for part in (stage.zh if zh else stage.en, entry.criterion, title) if part)
    point = entry.point
    if point is None:
        said = entry.why.zh if zh else entry.why.en
    elif point.stage:
        said = (f"{point.found.zh}（标准 ≥ {plain(point.limit or 0)}）" if zh else f"{point.found.en} (limit ≥ {plain(point.limit or 0)})")
        said += comma + (point.remedy.zh if zh else point.remedy.en) if point.remedy.zh else ""
    else:
        said = comma.join(part for part in ((point.found.zh, point.remedy.zh) if zh else (point.found.en, point.remedy.en)) if part)
    manual = entry.manual
    state = STATE_NAMES[entry.state].zh if zh else STATE_NAMES[entry.state].en
    return [state, f"{head}{colon}{said}", manual.get("measure", ""), manual.get("responsible", ""), manual.get("deadline", "")]


def _height(texts: list[str]) -> float:
    lines = max(lines_needed(text, width * 1.05) for text, width in zip(texts, _SPANS, strict=True))
    return max(24.0, lines * _SMALL + 5)


def _cut(text: str, width: float) -> str:
    """The beginning of a text that fits one line."""
    line = " ".join(text.split())
    if lines_needed(line, width) <= 1:
        return line
    while line and lines_needed(line + "…", width) > 1:
        line = line[:-1]
    return line + "…"
