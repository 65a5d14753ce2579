"""The sheets that people fill in: drop-downs, input messages, units, protection, printing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from xlsxwriter.worksheet import Worksheet

from qbe_xl.core.fields import NOT_SAMPLED, YES_NO, Field, field_of
from qbe_xl.core.languages import Lang
from qbe_xl.county import County, Row
from qbe_xl.county.model import Value
from qbe_xl.forms.template import reasons_sheet, texts, words
from qbe_xl.forms.template.layout import (
    EVIDENCE_COLUMN,
    FACT_HEADER_ROW,
    GROUP_ROW,
    HEADER_ROW,
    UNIT_ROW,
    VALUE_COLUMN,
    FactRow,
    Layout,
)
from qbe_xl.forms.template.live_result import survey_header_row
from qbe_xl.forms.template.styles import Styles
from qbe_xl.standards import STAGES_OF_TYPE

if TYPE_CHECKING:
    from qbe_xl.forms.template.plan import Template

Sheets = dict[str, Worksheet]
PROTECTION = {
    "objects": True,  # comments may be written: reviewers', and those of the checks
    "insert_rows": True,
    "delete_rows": True,
    "insert_columns": True,
    "sort": True,
    "autofilter": True,
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
}
WIDTHS = {
    "text": 16.0,
    "code": 13.0,
    "choice": 11.0,
    "yes_no": 7.0,
    "year": 7.0,
    "count": 7.0,
    "amount": 10.5,
    "level": 9.0,
}
LAST_COLUMN = 16383


def write(
    plan: Template,
    sheets: Sheets,
    styles: Styles,
    county: County | None,
    note: str | None,
    explanations: Sequence[Row] = (),
) -> None:
    """All input sheets, filled with `county` and `explanations` where given."""
    layout = plan.layout
    for sheet_id in layout.fact_rows:
        _facts(layout, sheet_id, sheets[sheet_id], styles, county)
    _guide(layout, sheets["guide"], styles, note)
    _schools(layout, sheets["schools"], styles, county)
    _survey(layout, sheets["recognition"], styles, county)
    page(sheets["reasons"], styles, layout, "reasons", (reasons_sheet.HEADER_ROW, reasons_sheet.HEADER_ROW))
    hint(sheets["reasons"], styles, layout, "reasons", "H", 44)
    reasons_sheet.write(layout, sheets["reasons"], styles, explanations)
    sheets["reasons"].protect("", PROTECTION)


def page(
    sheet: Worksheet, styles: Styles, layout: Layout, sheet_id: str, repeat: tuple[int, int], wide: int = 1
) -> None:
    """Title, hint, and A4 landscape with repeated headers and page numbers."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(wide, 0)
    sheet.repeat_rows(repeat[0] - 1, repeat[1] - 1)
    sheet.set_footer("&L&A&C&P / &N&R" + layout.version)
    sheet.write_string("A1", texts.TITLES[sheet_id][layout.lang], styles["title"])
    sheet.set_row(0, 26)
    sheet.hide_gridlines(2)


def hint(sheet: Worksheet, styles: Styles, layout: Layout, sheet_id: str, last_column: str, height: float = 28) -> None:
    """The line under the title."""
    said = texts.FUNCTIONS_HINTS.get(sheet_id) if layout.functions else None
    sheet.merge_range(f"A2:{last_column}2", (said or texts.HINTS[sheet_id])[layout.lang], styles["hint"])
    sheet.set_row(1, height)


# ---- sheets of items


def _facts(layout: Layout, sheet_id: str, sheet: Worksheet, styles: Styles, county: County | None) -> None:
    lang = layout.lang
    page(sheet, styles, layout, sheet_id, (FACT_HEADER_ROW, FACT_HEADER_ROW))
    hint(sheet, styles, layout, sheet_id, "F")
    for letter, title, width in texts.FACT_HEADERS:
        sheet.set_column(f"{letter}:{letter}", width, styles["unlocked"])
        sheet.write_string(f"{letter}{FACT_HEADER_ROW}", title[lang], styles["header"])
    sheet.set_row(FACT_HEADER_ROW - 1, 20)
    for line in layout.fact_rows[sheet_id]:
        _fact_line(layout, sheet, styles, line, county)
    sheet.freeze_panes(FACT_HEADER_ROW, 2)
    sheet.protect("", PROTECTION)


def _fact_line(layout: Layout, sheet: Worksheet, styles: Styles, line: FactRow, county: County | None) -> None:
    lang, row = layout.lang, line.row
    if line.kind == "section":
        sheet.merge_range(f"A{row}:F{row}", line.title[lang], styles["section"])
        sheet.set_row(row - 1, 20)
        return
    number = line.id if line.kind == "stated" else ""
    sheet.write_string(f"A{row}", number.partition(".")[0], styles["center"])
    sheet.write_string(f"B{row}", line.title[lang], styles["label"])
    cell = f"{VALUE_COLUMN}{row}"
    evidence = ""
    if line.kind == "stated":
        sheet.write_string(f"C{row}", "%", styles["center"])
        stated = county.stated.get(line.id) if county else None
        if stated is None:
            sheet.write_blank(cell, None, styles["input_percent"])
        else:
            sheet.write_number(cell, float(stated.value), styles["input_percent"])
        help_text = {
            "zh": "只有比例、没有分子分母时填写；不能复核。",
            "en": "Only where no numerator and denominator are known; not verifiable.",
        }
        sheet.write_string(f"F{row}", help_text[lang], styles["help"])
        sheet.write_blank(f"{EVIDENCE_COLUMN}{row}", None, styles["input_text"])
        sheet.set_row(row - 1, 20)
        return
    field = field_of(line.id)
    fact = county.facts.get(line.id) if county else None
    value = fact.value if fact else None
    if value is None and fact is not None and fact.state == "not_sampled":
        value = "not_sampled"
    if fact is not None and fact.evidence:
        evidence = fact.evidence
    sheet.write_string(f"C{row}", _unit(field), styles["center"])
    _write_value(sheet, cell, field, value, styles[_input_style(field)], lang)
    sheet.write_string(f"{EVIDENCE_COLUMN}{row}", evidence, styles["input_text"])
    sheet.write_string(f"F{row}", field.help[lang], styles["help"])
    sheet.set_row(row - 1, 32 if len(field.help[lang]) > (34 if lang == "zh" else 60) else 20)
    _validate(sheet, cell, field, lang)


def _unit(field: Field) -> str:
    return "" if field.unit in (None, "比例") else str(field.unit)


def _input_style(field: Field) -> str:
    if field.id == "monitoring_gap":
        return "input_percent"
    return {
        "text": "input_text",
        "code": "input_text",
        "count": "input_int",
        "amount": "input_number",
        "year": "input_year",
    }.get(field.type, "input")


def _write_value(sheet: Worksheet, cell: str, field: Field, value: Value | None, style: Any, lang: Lang) -> None:
    if value is None:
        sheet.write_blank(cell, None, style)
    elif isinstance(value, str):
        if value == "not_sampled":
            sheet.write_string(cell, NOT_SAMPLED[lang], style)
        elif field.type in {"choice", "yes_no"}:
            sheet.write_string(cell, field.choice_name(value, lang), style)
        else:
            sheet.write_string(cell, value, style)
    elif field.type == "level":
        sheet.write_string(cell, words.LEVELS[int(value) - 1], style)
    else:
        sheet.write_number(cell, float(value), style)


# ---- what a cell accepts, and what it says when it is entered


def _validate(sheet: Worksheet, cells: str, field: Field, lang: Lang) -> None:
    title = field.name[lang][:32]
    message = field.help[lang] + (f"（{field.source}）" if field.source else "")
    rule: dict[str, Any] = {
        "validate": "any",
        "input_title": title,
        "input_message": message[:255],
        "ignore_blank": True,
    }
    wrong = {"zh": "填写有误", "en": "Check this entry"}[lang]
    if field.type == "choice":
        rule |= {"validate": "list", "source": [choice.name[lang] for choice in field.choices]}
        rule |= {
            "error_title": wrong,
            "error_message": {"zh": "请从下拉列表中选择。", "en": "Choose from the list."}[lang],
        }
    elif field.type == "yes_no":
        rule |= {"validate": "list", "source": [YES_NO["yes"][lang], YES_NO["no"][lang]]}
        rule |= {"error_title": wrong, "error_message": {"zh": "请填“是”或“否”。", "en": "Enter yes or no."}[lang]}
    elif field.type == "level":
        rule |= {"validate": "list", "source": [*words.LEVELS, NOT_SAMPLED[lang]]}
        rule |= {
            "error_title": wrong,
            "error_message": {"zh": "请从下拉列表中选择。", "en": "Choose from the list."}[lang],
        }
    elif field.type == "year":
        rule |= {"validate": "integer", "criteria": "between", "minimum": 1900, "maximum": 2100}
        rule |= {
            "error_title": wrong,
            "error_message": {"zh": "请填四位年份，例如 2024。", "en": "Enter four digits, e.g. 2024."}[lang],
        }
    elif field.type == "count":
        rule |= {"validate": "integer", "criteria": ">=", "value": 0}
        rule |= {
            "error_title": wrong,
            "error_message": {
                "zh": "请填 0 或正整数；没有数据请留空。",
                "en": "A whole number, 0 or more; blank if unknown.",
            }[lang],
        }
    elif field.type == "amount" and field.id != "monitoring_gap":
        rule |= {"validate": "decimal", "criteria": ">=", "value": 0}
        rule |= {
            "error_title": wrong,
            "error_message": {"zh": "请填 0 或正数；没有数据请留空。", "en": "A number, 0 or more; blank if unknown."}[
                lang
            ],
        }
    sheet.data_validation(cells, rule)


# ---- the guide


def _guide(layout: Layout, sheet: Worksheet, styles: Styles, note: str | None) -> None:
    lang = layout.lang
    row = max(line.row for line in layout.fact_rows["guide"]) + 2
    sheet.merge_range(f"A{row}:F{row}", texts.GUIDE_TITLE[lang], styles["section"])
    for text in (*texts.GUIDE, *([texts.FUNCTIONS_GUIDE] if layout.functions else [])):
        row += 1
        sheet.merge_range(f"A{row}:F{row}", text[lang], styles["text"])
        sheet.set_row(row - 1, 32)
    row += 2
    rule = layout.edition.file.resource_rule
    sheet.merge_range(f"A{row}:F{row}", layout.edition.name[lang], styles["section"])
    lines = [rule.text[lang], *(layout.edition.convention_text(c)[lang] for c in layout.edition.conventions)]
    for text_line in [*lines, *([f"{texts.SAMPLE_NOTE[lang]}{note}"] if note else [])]:
        row += 1
        sheet.merge_range(f"A{row}:F{row}", text_line, styles["text"])
        sheet.set_row(row - 1, 32)


# ---- the table of schools


def _column_style(field: Field) -> str:
    return {
        "text": "column_text",
        "code": "column_text",
        "count": "column_int",
        "amount": "column_number",
        "year": "column_year",
    }.get(field.type, "column")


def _schools(layout: Layout, sheet: Worksheet, styles: Styles, county: County | None) -> None:
    lang, columns = layout.lang, layout.school_columns
    page(sheet, styles, layout, "schools", (GROUP_ROW, UNIT_ROW), wide=3)
    sheet.repeat_columns("A:C")
    hint(sheet, styles, layout, "schools", "N", 30)
    for field_id, letter in columns.items():
        field = field_of(field_id)
        width = 22.0 if field_id == "school_name" else WIDTHS[field.type]
        sheet.set_column(f"{letter}:{letter}", width, styles[_column_style(field)])
        sheet.write_string(f"{letter}{HEADER_ROW}", field.name[lang], styles["header"])
        unit = texts.UNIT_ROW_LABEL[lang] if field_id == "school_code" else _unit(field)
        sheet.write_string(f"{letter}{UNIT_ROW}", unit, styles["units"])
        _validate(sheet, f"{letter}{layout.first_school_row}:{letter}{layout.sentinel_row - 1}", field, lang)
    sheet.set_column(len(columns), LAST_COLUMN, 9, styles["unlocked"])
    for group in layout.sheets["schools"]["groups"]:
        first, last = columns[group["columns"][0]], columns[group["columns"][-1]]
        sheet.merge_range(f"{first}{GROUP_ROW}:{last}{GROUP_ROW}", group["title"][lang], styles["group"])
    sheet.set_row(GROUP_ROW - 1, 20)
    sheet.set_row(HEADER_ROW - 1, 62 if lang == "zh" else 78)
    last_letter = list(columns.values())[-1]
    sheet.write_string(f"A{layout.sentinel_row}", words.SENTINEL[lang], styles["sentinel"])
    for letter in list(columns.values())[1:]:
        sheet.write_blank(f"{letter}{layout.sentinel_row}", None, styles["sentinel"])
    for row_number, row in enumerate(county.schools if county else (), start=layout.first_school_row):
        for field_id, letter in columns.items():
            value = row.get(field_id)
            if value is not None:
                field = field_of(field_id)
                _write_value(sheet, f"{letter}{row_number}", field, value, styles[_column_style(field)], lang)
    _school_marks(layout, sheet, styles, last_letter)
    sheet.freeze_panes(UNIT_ROW, 3)
    sheet.protect("", PROTECTION)


def _school_marks(layout: Layout, sheet: Worksheet, styles: Styles, last_letter: str) -> None:
    """Lines for rows in use, and a pattern where a needed figure is blank."""
    first, last = layout.first_school_row, layout.sentinel_row - 1
    used = f'$A{first}&$B{first}<>""'
    columns = layout.school_columns
    types = {c.id: c.name[layout.lang] for c in field_of("school_type").choices}
    blank = styles.extra("blank", {"pattern": 17, "fg_color": "#F4B183", "bg_color": "#FFFFFF"})
    kind = f"${columns['school_type']}{first}"
    for field_id, letter in columns.items():
        field = field_of(field_id)
        if field.optional or field.id == "main_school":
            continue
        cells = f"{letter}{first}:{letter}{last}"
        needed = [name for type_id, name in types.items() if _needs(field, type_id)]
        test = "TRUE" if len(needed) == len(types) else "OR(" + ",".join(f'{kind}="{name}"' for name in needed) + ")"
        formula = f"=AND({used},ISBLANK({letter}{first}),{test})"
        sheet.conditional_format(cells, {"type": "formula", "criteria": formula, "format": blank})
    line = styles.extra("line", {"border": 1, "border_color": "#BFC7D1"})
    sheet.conditional_format(
        f"A{first}:{last_letter}{last}", {"type": "formula", "criteria": f"={used}", "format": line}
    )


def _needs(field: Field, type_id: str) -> bool:
    stages = STAGES_OF_TYPE[type_id]
    if field.type in {"text", "code", "choice", "yes_no"}:
        return True
    return field.stage in stages if field.stage else bool(stages)


# ---- the survey


def _survey(layout: Layout, sheet: Worksheet, styles: Styles, county: County | None) -> None:
    lang, columns = layout.lang, layout.survey_columns
    header = survey_header_row()
    page(sheet, styles, layout, "recognition", (header, UNIT_ROW))
    hint(sheet, styles, layout, "recognition", "E")
    for field_id, letter in columns.items():
        field = field_of(field_id)
        sheet.set_column(f"{letter}:{letter}", 20, styles["unlocked"])
        sheet.write_string(f"{letter}{header}", field.name[lang], styles["header"])
        unit = texts.UNIT_ROW_LABEL[lang] if field_id == "survey_group" else _unit(field)
        sheet.write_string(f"{letter}{UNIT_ROW}", unit, styles["units"])
    rate = chr(ord(list(columns.values())[-1]) + 1)
    sheet.set_column(f"{rate}:{rate}", 14, styles["unlocked"])
    sheet.write_string(f"{rate}{header}", texts.RATE_LABEL[lang], styles["header"])
    sheet.write_string(f"{rate}{UNIT_ROW}", "%", styles["units"])
    sheet.set_row(header - 1, 24)
    reported = {row.text("survey_group"): row for row in county.survey} if county else {}
    groups = field_of("survey_group")
    for group, row_number in layout.survey_rows.items():
        sheet.write_string(f"{columns['survey_group']}{row_number}", groups.choice_name(group, lang), styles["label"])
        sheet.set_row(row_number - 1, 20)
        for field_id in ("survey_issued", "survey_valid", "survey_satisfied"):
            cell = f"{columns[field_id]}{row_number}"
            value = reported[group].get(field_id) if group in reported else None
            _write_value(sheet, cell, field_of(field_id), value, styles["input_int"], lang)
            _validate(sheet, cell, field_of(field_id), lang)
    total_row = max(layout.survey_rows.values()) + 1
    sheet.write_string(f"{columns['survey_group']}{total_row}", words.TOTAL[lang], styles["section"])
    sheet.freeze_panes(UNIT_ROW, 1)
    sheet.protect("", PROTECTION)
