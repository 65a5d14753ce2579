"""Writing collection forms: blank for schools to fill in, or filled for samples. The same bytes every time."""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import xlsxwriter

from qbe_xl.core.fields import NOT_SAMPLED, YES_NO, Field, field_of
from qbe_xl.core.languages import Lang, Text
from qbe_xl.forms.collect_form import FORM_ID, Item, ItemSheet, TableSheet, collect_form, described, items_of
from qbe_xl.forms.units import unit_name
from qbe_xl.safety import save_atomically

Typed = str | int | float | None
"""A value as a person types it, in the unit that the form shows."""

_CREATED = datetime.datetime(2024, 9, 1)  # fixed, so that the bytes are the same every time
_HEADER = (
    Text("序号", "No."),
    Text("类别", "Category"),
    Text("填报项目", "Item"),
    Text("单位", "Unit"),
    Text("填报值", "Value"),
    Text("是否必填", "Required"),
    Text("备注说明", "Notes"),
)
_WIDTHS = (6, 22, 44, 9, 30, 10, 60)
_FIRST = 3  # rows of title, hint and header before the first item
_HINT = Text(
    "只填“填报值”一列；没有的填 0，没有数据的留空。",
    "Fill in the column Value only; enter 0 for none, leave blank what is not known.",
)
_ROLL_ROWS = 300


def write_collect_form(
    path: Path | str,
    part: Literal["school", "county"] = "school",
    values: Mapping[str, Typed] | None = None,
    *,
    survey: Sequence[Sequence[Typed]] = (),
    roll: Sequence[Sequence[Typed]] = (),
    lang: Lang = "zh",
) -> Path:
    """Write a collection form, blank or with `values` (by item id, as typed, in the unit shown).

    The county's part also has the sheets of the survey (rows of group, issued, valid, satisfied) and the list of schools
    (rows of code, name). QbeError QBE-CAL-001 where the file cannot be written.
    """
    form = collect_form(FORM_ID)
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": _CREATED, "title": form.name.text[lang]})
    formats = {
        "title": book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"}),
        "hint": book.add_format({"italic": True, "text_wrap": True}),
        "head": book.add_format(
            {"bold": True, "border": 1, "align": "center", "bg_color": "#DDEBF7", "text_wrap": True}
        ),
        "text": book.add_format({"border": 1, "text_wrap": True, "valign": "vcenter", "locked": True}),
        "input": book.add_format({"border": 1, "valign": "vcenter", "bg_color": "#FFFBE6", "locked": False}),
        "code": book.add_format(
            {"border": 1, "valign": "vcenter", "bg_color": "#FFFBE6", "locked": False, "num_format": "@"}
        ),
    }
    sheet = form.school if part == "school" else form.county
    _items(book, sheet, formats, described(FORM_ID, part), values or {}, lang)
    if part == "county":
        groups = [[choice.name[lang]] for choice in field_of("survey_group").choices]
        _table(book, form.survey, formats, survey or groups, lang, len(groups))
        _table(book, form.roll, formats, roll, lang, _ROLL_ROWS)
    book.close()
    return save_atomically(Path(path), buffer.getvalue())


def _items(
    book: xlsxwriter.Workbook,
    sheet: ItemSheet,
    formats: Mapping[str, xlsxwriter.format.Format],
    fields: Mapping[str, Field],
    values: Mapping[str, Typed],
    lang: Lang,
) -> None:
    page = book.add_worksheet(sheet.sheet.text[lang])
    for column, width in enumerate(_WIDTHS):
        page.set_column(column, column, width)
    page.merge_range(0, 0, 0, len(_HEADER) - 1, sheet.sheet.text[lang], formats["title"])
    page.merge_range(1, 0, 1, len(_HEADER) - 1, _HINT[lang], formats["hint"])
    page.set_row(0, 28)
    page.write_row(_FIRST - 1, 0, [text[lang] for text in _HEADER], formats["head"])
    row = _FIRST
    for section, items in items_of(sheet, collect_form(FORM_ID)):
        for item in items:
            described_item = fields[item.id]
            page.write_number(row, 0, row - _FIRST + 1, formats["text"])
            page.write_string(row, 1, section.title.text[lang], formats["text"])
            page.write_string(row, 2, described_item.name[lang], formats["text"])
            page.write_string(row, 3, _unit(item, described_item)[lang], formats["text"])
            _value(page, row, 4, values.get(item.id), formats["code" if described_item.type == "code" else "input"])
            required = "no" if described_item.optional else "yes"
            page.write_string(row, 5, YES_NO[required][lang], formats["text"])
            help_text = described_item.help[lang]
            page.write_string(row, 6, help_text if help_text != described_item.name[lang] else "", formats["text"])
            _choices(page, row, described_item, lang)
            row += 1
    page.freeze_panes(_FIRST, 3)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(_FIRST - 1)
    page.protect("", {"format_cells": True, "format_columns": True, "format_rows": True, "objects": True})


def _unit(item: Item, described_item: Field) -> Text:
    if item.entered_in is not None:
        from qbe_xl.forms.units import dimension_of

        dimension = dimension_of(described_item.unit)
        if dimension is not None:
            return next(unit.name for unit in dimension.all if unit.name.zh == item.entered_in)
    return unit_name(described_item.unit)


def _value(
    page: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: Typed, style: xlsxwriter.format.Format
) -> None:
    if value is None:
        page.write_blank(row, column, None, style)
    elif isinstance(value, str):
        page.write_string(row, column, value, style)
    else:
        page.write_number(row, column, value, style)


def _choices(page: xlsxwriter.worksheet.Worksheet, row: int, described_item: Field, lang: Lang) -> None:
    """A drop-down where there is something to choose from."""
    if described_item.type == "yes_no":
        words = [YES_NO["yes"][lang], YES_NO["no"][lang]]
    elif described_item.type == "level":
        words = ["Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ", "Ⅵ", NOT_SAMPLED[lang]]
    else:
        words = [choice.name[lang] for choice in described_item.choices]
    if words:
        page.data_validation(row, 4, row, 4, {"validate": "list", "source": words, "error_type": "warning"})


def _table(
    book: xlsxwriter.Workbook,
    sheet: TableSheet,
    formats: Mapping[str, xlsxwriter.format.Format],
    rows: Sequence[Sequence[Typed]],
    lang: Lang,
    capacity: int,
) -> None:
    page = book.add_worksheet(sheet.sheet.text[lang])
    page.set_column(0, len(sheet.columns), 24)
    page.write_string(0, 0, sheet.sheet.text[lang], formats["title"])
    page.write_row(_FIRST - 1, 0, [field_of(name).name[lang] for name in sheet.columns], formats["head"])
    for index in range(max(capacity, len(rows))):
        given = rows[index] if index < len(rows) else ()
        for column, name in enumerate(sheet.columns):
            style = formats["code" if field_of(name).type == "code" else "input"]
            _value(page, _FIRST + index, column, given[column] if column < len(given) else None, style)
    page.freeze_panes(_FIRST, 0)
