"""The result sheets as they look: headers, limits, formulas with their cached values, marks, printing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsxwriter.worksheet import Worksheet

from qbe_xl.core.languages import STAGE_NAMES, Text
from qbe_xl.forms.template import texts, words
from qbe_xl.forms.template.input_sheets import PROTECTION, Sheets, hint, page
from qbe_xl.forms.template.layout import LIVE_FIRST_ROW
from qbe_xl.forms.template.live_result import CV_COLUMNS, CV_FIRST_ROW, RESULT_FIRST_ROW
from qbe_xl.forms.template.live_schools import SchoolChecks
from qbe_xl.forms.template.live_units import LIMIT_ROW, MEAN_ROW, UnitSheet
from qbe_xl.forms.template.styles import Styles

if TYPE_CHECKING:
    from qbe_xl.forms.template.build import Live
    from qbe_xl.forms.template.plan import Template

GROUP_ROW, HEADER_ROW = LIVE_FIRST_ROW - 4, LIVE_FIRST_ROW - 3
BOXED_SHEETS = {"cv", "result", "recognition"}


def write(plan: Template, sheets: Sheets, styles: Styles, live: Live) -> None:
    """All result sheets; `live` gives cached values by key."""
    for sheet in plan.units.values():
        _unit_sheet(plan, sheet, sheets[sheet.sheet], styles)
    _check_sheet(plan, sheets["checks"], styles)
    _cv_sheet(plan, sheets["cv"], styles)
    _result_sheet(plan, sheets["result"], styles)
    for cell in plan.live_cells():
        style = f"boxed_{cell.style}" if cell.sheet in BOXED_SHEETS and cell.style.startswith("live_") else cell.style
        if cell.style == "live_title":
            style = "live_title"
        sheets[cell.sheet].write_formula(cell.ref, cell.formula, styles[style], live.get(cell.key, ""))


def _head(plan: Template, table: UnitSheet | SchoolChecks, sheet: Worksheet, styles: Styles) -> None:
    lang = plan.layout.lang
    letters = list(table.columns.values())
    start = 0
    for title, width in table.groups:
        first, last = letters[start], letters[start + width - 1]
        if width > 1:
            sheet.merge_range(f"{first}{GROUP_ROW}:{last}{GROUP_ROW}", title[lang], styles["group"])
        else:
            sheet.write_string(f"{first}{GROUP_ROW}", title[lang], styles["group"])
        start += width
    for name, letter in table.columns.items():
        sheet.write_string(f"{letter}{HEADER_ROW}", table.titles[name][lang], styles["header"])
    sheet.set_row(GROUP_ROW - 1, 20)
    for k, row in enumerate(plan.layout.live_rows, start=1):
        sheet.write_number(f"A{row}", k, styles["index"])


def _marks(plan: Template, sheet: Worksheet, styles: Styles, cells: str) -> None:
    lang = plan.layout.lang
    for word, mark in (
        (words.FAIL, "fail"),
        (words.ALLOWED, "allowed"),
        (words.NO_DATA, "undetermined"),
        (words.UNDETERMINED, "undetermined"),
        (words.PASS, "pass"),
    ):
        rule = {"type": "cell", "criteria": "==", "value": f'"{word[lang]}"', "format": styles.mark(mark)}
        sheet.conditional_format(cells, rule)


def _table_marks(sheet: Worksheet, styles: Styles, table: UnitSheet | SchoolChecks, last_row: int) -> None:
    """Lines for rows in use; the numbers of unused rows are hidden."""
    last = list(table.columns.values())[-1]
    used = f'=$B{LIVE_FIRST_ROW}&$C{LIVE_FIRST_ROW}<>""'
    line = styles.extra("line", {"border": 1, "border_color": "#BFC7D1"})
    sheet.conditional_format(
        f"A{LIVE_FIRST_ROW}:{last}{last_row}", {"type": "formula", "criteria": used, "format": line}
    )
    nothing = styles.extra("nothing", {"num_format": ";;;"})
    unused = f'=$B{LIVE_FIRST_ROW}&$C{LIVE_FIRST_ROW}=""'
    sheet.conditional_format(
        f"A{LIVE_FIRST_ROW}:A{last_row}", {"type": "formula", "criteria": unused, "format": nothing}
    )


def _unit_sheet(plan: Template, table: UnitSheet, sheet: Worksheet, styles: Styles) -> None:
    layout, lang = plan.layout, plan.layout.lang
    page(sheet, styles, layout, table.sheet, (GROUP_ROW, MEAN_ROW))
    letters = list(table.columns.values())
    hint(sheet, styles, layout, table.sheet, letters[table.printed - 1])
    _head(plan, table, sheet, styles)
    sheet.set_row(HEADER_ROW - 1, 44 if lang == "zh" else 50)
    for row, label in ((LIMIT_ROW, texts.LIMIT_LABEL), (MEAN_ROW, texts.MEAN_LABEL)):
        sheet.merge_range(f"A{row}:E{row}", label[lang], styles["row_head"])
    for indicator in table.indicators:
        letter = table.columns[f"{indicator.id}.value"]
        sheet.write_number(f"{letter}{LIMIT_ROW}", float(indicator.at_least[table.stage]), styles["limit"])  # type: ignore[index]
    widths = {
        "k": 5.0,
        "code": 12.5,
        "name": 22.0,
        "counted": 12.0,
        "pupils": 8.0,
        "met": 7.0,
        "verdict": 9.5,
        "share": 10.0,
    }
    for name, letter in table.columns.items():
        width = widths.get(
            name, {"value": 9.5, "status": 9.5, "amount": 12.0, "square": 13.0}.get(name.partition(".")[2], 10.0)
        )
        sheet.set_column(f"{letter}:{letter}", width)
    last = layout.live_last_row
    # rows that take no part step back
    aside = styles.extra("aside", {"italic": True, "font_color": "#8497B0"})
    other = f'=AND($D{LIVE_FIRST_ROW}<>"",$D{LIVE_FIRST_ROW}<>"{words.COUNTED[lang]}")'
    sheet.conditional_format(f"A{LIVE_FIRST_ROW}:E{last}", {"type": "formula", "criteria": other, "format": aside})
    first_status, verdict = table.columns[f"{table.indicators[0].id}.status"], table.columns["verdict"]
    _marks(plan, sheet, styles, f"{first_status}{LIVE_FIRST_ROW}:{verdict}{last}")
    _table_marks(sheet, styles, table, last)
    sheet.print_area(f"A1:{letters[table.printed - 1]}{last}")
    sheet.freeze_panes(LIVE_FIRST_ROW - 1, 3)
    sheet.autofilter(f"A{MEAN_ROW}:{letters[-1]}{last}")
    sheet.protect("", PROTECTION)


def _check_sheet(plan: Template, sheet: Worksheet, styles: Styles) -> None:
    table, layout = plan.checks, plan.layout
    page(sheet, styles, layout, table.sheet, (GROUP_ROW, HEADER_ROW), wide=2)
    sheet.repeat_columns("A:C")
    hint(sheet, styles, layout, table.sheet, "P")
    _head(plan, table, sheet, styles)
    sheet.set_row(HEADER_ROW - 1, 92 if layout.lang == "zh" else 120)
    widths = {"k": 5.0, "code": 12.5, "name": 22.0, "type": 14.0, "role": 9.0, "counted": 12.0}
    for name, letter in table.columns.items():
        width = widths.get(name, 16.0 if name.endswith(".status") else 11.0)
        sheet.set_column(f"{letter}:{letter}", width)
    last = layout.live_last_row
    sheet.print_area(f"A1:{list(table.columns.values())[table.printed - 1]}{last}")
    statuses = [letter for name, letter in table.columns.items() if name.endswith(".status")]
    for letter in statuses:
        _marks(plan, sheet, styles, f"{letter}{LIVE_FIRST_ROW}:{letter}{last}")
    _table_marks(sheet, styles, table, last)
    sheet.freeze_panes(LIVE_FIRST_ROW - 1, 3)
    sheet.protect("", PROTECTION)


def _cv_sheet(plan: Template, sheet: Worksheet, styles: Styles) -> None:
    layout, lang, table = plan.layout, plan.layout.lang, plan.cv
    page(sheet, styles, layout, table.sheet, (CV_FIRST_ROW - 1, CV_FIRST_ROW - 1))
    hint(sheet, styles, layout, table.sheet, "J")
    head = CV_FIRST_ROW - 1
    sheet.write_string(f"A{head}", Text("编号", "No.")[lang], styles["header"])
    sheet.write_string(f"B{head}", Text("指标", "Indicator")[lang], styles["header"])
    sheet.set_column("A:A", 7)
    sheet.set_column("B:B", 46)
    for _, letter, title, _ in CV_COLUMNS:
        sheet.write_string(f"{letter}{head}", title[lang], styles["header"])
        sheet.set_column(f"{letter}:{letter}", 13)
    sheet.set_row(head - 1, 32)
    indicators = layout.edition.resources
    for stage in plan.units:
        first = table.row(stage, 0)
        sheet.merge_range(f"A{first - 1}:J{first - 1}", STAGE_NAMES[stage][lang], styles["group_name"])
        sheet.set_row(first - 2, 20)
        for index, indicator in enumerate(indicators):
            row = table.row(stage, index)
            sheet.write_string(f"A{row}", indicator.id, styles["center"])
            sheet.write_string(f"B{row}", indicator.name[lang], styles["label"])
            sheet.write_number(f"G{row}", float(indicator.cv_at_most[stage]), styles["boxed_limit"])  # type: ignore[index]
            sheet.set_row(row - 1, 20)
        row = table.row(stage, len(indicators))
        sheet.merge_range(f"A{row}:E{row}", texts.COMPOSITE_LABEL[lang], styles["row_head"])
        _marks(plan, sheet, styles, f"H{first}:H{row}")
    sheet.freeze_panes(head, 2)
    sheet.protect("", PROTECTION)


def _result_sheet(plan: Template, sheet: Worksheet, styles: Styles) -> None:
    layout, lang, table = plan.layout, plan.layout.lang, plan.result
    head = RESULT_FIRST_ROW - 1
    page(sheet, styles, layout, table.sheet, (head, head))
    hint(sheet, styles, layout, table.sheet, "E")
    for letter, title, width in texts.RESULT_HEADERS:
        sheet.set_column(f"{letter}:{letter}", width)
        sheet.write_string(f"{letter}{head}", title[lang], styles["header"])
    sheet.set_row(head - 1, 32)
    sheet.write_string("B3", texts.COUNTY_LABEL[lang], styles["row_head"])
    sheet.write_string("D3", texts.YEAR_LABEL[lang], styles["row_head"])
    sheet.write_string("B4", texts.VERDICT_LABEL[lang], styles["row_head"])
    sheet.set_row(3, 32)
    sheet.set_row(4, 20)
    for line in table.lines:
        row = line.row
        if line.depth == 0:
            sheet.merge_range(f"A{row}:D{row}", line.name[lang], styles["group_name"])
            continue
        shown = line.id if line.stage is None and line.depth == 1 else ""
        sheet.write_string(f"A{row}", shown, styles["center"])
        sheet.write_string(f"B{row}", line.name[lang], styles["label" if line.depth == 1 else "part_label"])
        sheet.write_string(f"D{row}", line.limit, styles["center"])
        sheet.write_blank(f"C{row}", None, styles["center"])
        long = len(line.name[lang]) > (38 if lang == "zh" else 62)
        sheet.set_row(row - 1, 32 if long else 19)
    last = table.lines[-1].row
    _marks(plan, sheet, styles, f"E{RESULT_FIRST_ROW}:E{last}")
    _marks(plan, sheet, styles, "C4")
    sheet.freeze_panes(head, 0)
    sheet.protect("", PROTECTION)
