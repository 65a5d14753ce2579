"""情景对比 and 情景操作: every criterion now and in each scenario, the schools that change, and what each scenario does."""

from __future__ import annotations

from decimal import Decimal

from qbe_xl.assessment.results import Assessment
from qbe_xl.core.fields import YES_NO
from qbe_xl.core.languages import STAGE_NAMES, STATUS_NAMES, Lang, Text
from qbe_xl.outputs.results.book import MARKS, PALE, Sheet
from qbe_xl.outputs.results.figures import as_float, cv_format, number_format
from qbe_xl.outputs.results.gap_sheets import unit_word
from qbe_xl.planning.scenario import Scenario
from qbe_xl.planning.whatif import Cell, Outcome, Row, UnitChange, WhatIf
from qbe_xl.planning.wording import action_sentence

_HEAD = (13.0, 46.0)
_EACH = (15.0, 14.0)
ACTION_WIDTHS = (24.0, 6.0, 84.0, 28.0)
_LISTED = 200


def widths(result: WhatIf) -> list[float]:
    """Two columns for what it is, two for the present and for each scenario."""
    return [*_HEAD, *(width for _ in range(len(result.outcomes) + 1) for width in _EACH)]


def write_scenarios(sheet: Sheet, result: WhatIf) -> None:
    """The whole sheet: criteria, then the schools whose status changes."""
    lang, book = sheet.lang, sheet.book
    note = Text(
        "各情景都从现状出发，彼此无关；底色加深的格与现状不同。判定不取整。",
        "Every scenario starts from the present, on its own; what differs from the present is shaded. Decided unrounded.",
    )
    errors = blocked_note(result.base) if result.base.blocked else Text("", "")
    sheet.title(f"{note[lang]}{' ' if lang == 'en' and errors.en else ''}{errors[lang]}")
    head = sheet.row
    top = book.cell(bold=True, fill="#DCE4EE", align="center", wrap=True)
    sheet.merged(head, 0, 1, Text("项目", "Criterion")[lang], top, rows=2)
    names = [Text("现状", "Present")[lang], *(outcome.scenario.name for outcome in result.outcomes)]
    for k, name in enumerate(names):
        column = len(_HEAD) + 2 * k
        sheet.merged(head, column, column + 1, name, top)
        sheet.text(head + 1, column, Text("判定", "Status")[lang], top)
        sheet.text(head + 1, column + 1, Text("值", "Value")[lang], top)
    sheet.height(head, [(name, sum(_EACH)) for name in names], least=22)
    sheet.row_height(head + 1, 20)
    sheet.row = head + 2
    sheet.freeze(sheet.row, len(_HEAD))
    sheet.repeat(head, head + 1)
    for row in result.rows:
        _row(sheet, row)
    _units(sheet, result)


def blocked_note(base: Assessment) -> Text:
    """That the report has errors, and how they are taken here."""
    errors = sum(finding.severity == "error" for finding in base.findings)
    return Text(
        f"填报数据有 {errors} 处错误，有错误的值按缺数据处理；改正之前不能下结论。",
        f"The report has {errors} {'error' if errors == 1 else 'errors'}; values in error count as missing, and there is no verdict "
        "until they are corrected.",
    )


def _row(sheet: Sheet, row: Row) -> None:
    lang, book, at = sheet.lang, sheet.book, sheet.row
    whole = row.measure in ("verdict", "group")
    fill = PALE if whole else None
    code = row.id if row.measure in ("item", "cv", "below", "mean") else ""
    sheet.text(at, 0, code, book.cell(bold=True, fill=fill, align="center"))
    name = f"└ {row.name[lang]}" if row.measure == "part" else row.name[lang]
    sheet.text(at, 1, name, book.words(bold=whole, fill=fill, indent=2 if row.measure == "part" else 1))
    for k, cell in enumerate((row.base, *row.cells)):
        column = len(_HEAD) + 2 * k
        differs = (cell.value, cell.status) != (row.base.value, row.base.status)
        shade = "#FFF4CC" if differs else fill
        if cell.status is None:
            sheet.text(at, column, "", book.cell(fill=shade))
        else:
            words = f"{MARKS[cell.status]} {STATUS_NAMES[cell.status][lang]}"
            sheet.text(at, column, words, book.status(cell.status, align="center"))
        _value(sheet, column + 1, row, cell, shade, differs)
    sheet.height(at, [(name, _HEAD[1] - 2)], least=19)
    sheet.row += 1


def _value(sheet: Sheet, column: int, row: Row, cell: Cell, fill: str | None, bold: bool) -> None:
    book, at, lang = sheet.book, sheet.row, sheet.lang
    value = cell.value
    if value is None:
        sheet.text(at, column, "", book.cell(fill=fill))
    elif isinstance(value, str):
        word = YES_NO[value][lang] if value in YES_NO else value
        sheet.text(at, column, word, book.cell(fill=fill, align="right", bold=bold))
    elif row.measure in ("cv", "composite") and isinstance(value, Decimal):
        sheet.number(at, column, as_float(value), book.cell(fill=fill, bold=bold, number_format=cv_format(value, cell.limit)))
    elif row.measure == "met":
        form = f'0"/{cell.limit}"'
        sheet.number(at, column, as_float(value), book.cell(fill=fill, bold=bold, number_format=form))
    elif row.unit in ("所", "个班"):  # how many do not meet it
        word = {"所": Text("所", "schools"), "个班": Text("个班", "classes")}[row.unit][lang]
        more = Text(f"{word}不达标", word)[lang] if row.measure != "below" else word
        sheet.number(at, column, as_float(value), book.cell(fill=fill, bold=bold, number_format=f'0" {more}"'))
    else:
        unit = unit_word(row.unit, lang) if lang == "zh" else ""
        form = number_format(value, cell.limit, percent=row.percent)
        form += f' "{unit}"' if unit and not row.percent else ""
        sheet.number(at, column, as_float(value), book.cell(fill=fill, bold=bold, number_format=form))


def changes_listed(outcome: Outcome) -> list[tuple[Text, tuple[UnitChange, ...]]]:
    """The units that change, by kind; those without any are left out."""
    kinds = (
        (Text("新达标", "newly met"), outcome.those("pass")),
        (Text("新不达标", "newly not met"), outcome.those("fail")),
        (Text("新待定", "newly undetermined"), outcome.those("undetermined")),
        (Text("新参评", "newly counted"), outcome.appeared),
        (Text("不再参评", "no longer counted"), outcome.gone),
    )
    return [(name, units) for name, units in kinds if units]


def _units(sheet: Sheet, result: WhatIf) -> None:
    lang, book = sheet.lang, sheet.book
    last = len(sheet.widths) - 1
    sheet.row += 1
    sheet.heading(Text("学校的变化", "Schools that change")[lang])
    for outcome in result.outcomes:
        lines = changes_listed(outcome)
        sheet.merged(sheet.row, 0, last, outcome.scenario.name, book.cell(bold=True, fill=PALE))
        sheet.row += 1
        for finding in outcome.errors:
            text = finding.sentence(lang)
            sheet.merged(sheet.row, 0, last, text, book.status("error", wrap=True))
            sheet.height(sheet.row, [(text, sheet.span(0, last))], least=20)
            sheet.row += 1
        if not lines:
            none = Text("没有学校的判定改变。", "No school's status changes.")[lang]
            sheet.merged(sheet.row, 0, last, none, book.words(italic=True))
            sheet.row += 1
        for name, units in lines:
            sheet.text(sheet.row, 0, f"{name[lang]} {len(units)}", book.words(bold=True))
            text = named(units[:_LISTED], lang)
            sheet.merged(sheet.row, 1, last, text, book.words())
            sheet.height(sheet.row, [(text, sheet.span(1, last) - 1)], least=20)
            sheet.row += 1


def named(units: tuple[UnitChange, ...], lang: Lang) -> str:
    """`第一小学（小学）、…`."""
    if lang == "zh":
        return "、".join(f"{u.name}（{STAGE_NAMES[u.stage].zh}）" for u in units)
    return ", ".join(f"{u.name} ({STAGE_NAMES[u.stage].en.lower()})" for u in units)


def write_actions(sheet: Sheet, result: WhatIf) -> None:
    """What every scenario does, in words, and where it is written."""
    lang, book = sheet.lang, sheet.book
    sheet.title()
    columns = (Text("情景", "Scenario"), Text("序", "No."), Text("操作", "Action"), Text("写在", "Written in"))
    head = sheet.header([column[lang] for column in columns])
    sheet.freeze(sheet.row, 0)
    sheet.repeat(head)
    for outcome in result.outcomes:
        _scenario(sheet, outcome.scenario)
    if not result.outcomes:
        sheet.text(sheet.row, 0, Text("没有情景。", "No scenario.")[lang], book.format(italic=True))


def _scenario(sheet: Sheet, scenario: Scenario) -> None:
    lang, book = sheet.lang, sheet.book
    seated = Text("班级：学生数变动的学段平均编班。", "Classes: filled evenly where pupils change.")
    left = Text("班级：学生数变动的学段班额待定。", "Classes: sizes unknown where pupils change.")
    lines = [(number, action_sentence(step.action)[lang], step.where[lang]) for number, step in enumerate(scenario.steps, 1)]
    lines.append((0, (seated if scenario.even else left)[lang], ""))
    if scenario.note:
        lines.append((0, scenario.note, ""))
    for number, text, where in lines:
        row = sheet.row
        sheet.text(row, 0, scenario.name, book.words(bold=number == 1))
        if number:
            sheet.number(row, 1, number, book.cell(number_format="0", align="center"))
        else:
            sheet.text(row, 1, "", book.cell())
        sheet.text(row, 2, text, book.words(italic=not number))
        sheet.text(row, 3, where, book.words(font_size=9))
        wide = [(scenario.name, ACTION_WIDTHS[0] - 1), (text, ACTION_WIDTHS[2] - 1), (where, ACTION_WIDTHS[3] - 1)]
        sheet.height(row, wide, least=20)
        sheet.row += 1

