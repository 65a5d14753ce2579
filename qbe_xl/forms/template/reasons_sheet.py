"""The sheet 疑问说明: rows in which a county answers the queries of a check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlsxwriter.worksheet import Worksheet

from qbe_xl.core.languages import Text
from qbe_xl.county import Row
from qbe_xl.county.reasons import COLUMNS
from qbe_xl.forms.template import texts
from qbe_xl.forms.template.layout import Layout
from qbe_xl.forms.template.styles import Styles

EXAMPLE_ROW, HEADER_ROW = 3, 4
ROWS = 40
_WIDTHS = {"code": 14, "sheet": 12, "range": 13, "school": 20, "value": 17, "reason": 56, "who": 13, "date": 12}


def write(layout: Layout, sheet: Worksheet, styles: Styles, explanations: Sequence[Row]) -> None:
    """The table below the header, with `explanations` in its first rows. The page and its title are made already."""
    lang = layout.lang
    last = chr(ord("A") + len(COLUMNS) - 1)
    sheet.merge_range(f"A{EXAMPLE_ROW}:{last}{EXAMPLE_ROW}", texts.REASONS_EXAMPLE[lang], styles["hint"])
    sheet.set_row(EXAMPLE_ROW - 1, 30)
    sheet.set_row(HEADER_ROW - 1, 22)
    first, end = HEADER_ROW + 1, HEADER_ROW + max(ROWS, len(explanations))
    for index, (name, title) in enumerate(COLUMNS.items()):
        letter = chr(ord("A") + index)
        sheet.set_column(f"{letter}:{letter}", _WIDTHS[name], styles["unlocked"])
        sheet.write_string(f"{letter}{HEADER_ROW}", title[lang], styles["header"])
        style = styles["input_date" if name == "date" else "input_text"]
        for number in range(first, end + 1):
            filled = explanations[number - first].text(name) if number - first < len(explanations) else ""
            if filled:
                sheet.write_string(number - 1, index, filled, style)
            else:
                sheet.write_blank(number - 1, index, None, style)
        sheet.data_validation(f"{letter}{first}:{letter}{end}", _rule(layout, name, f"{letter}{first}"))
    for number in range(first, end + 1):
        sheet.set_row(number - 1, 30)
    sheet.freeze_panes(HEADER_ROW, 1)


def _rule(layout: Layout, name: str, first: str) -> dict[str, Any]:
    lang = layout.lang
    rule: dict[str, Any] = {
        "validate": "any",
        "ignore_blank": True,
        "input_title": COLUMNS[name][lang],
        "input_message": texts.REASONS_HELP[name][lang],
        "error_title": Text("填写有误", "Check this entry")[lang],
        "error_type": "warning",
    }
    if name == "code":
        rule |= {"validate": "custom", "value": f'=AND(LEFT({first},4)="QBE-",LEN({first})=11)'}
        rule |= {"error_message": Text("编码形如 QBE-ARI-003。", "A code looks like QBE-ARI-003.")[lang]}
    elif name == "sheet":
        rule |= {"validate": "list", "source": [layout.sheet_name(each) for each in layout.sheets]}
        rule |= {"error_message": Text("请从下拉列表中选择。", "Choose from the list.")[lang]}
    return rule
