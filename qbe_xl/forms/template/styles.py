"""Cell formats of the template: few, named, readable in black and white."""

from __future__ import annotations

from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

FONT = "微软雅黑"
LATIN_FONT = "Calibri"
DARK, MID, PALE, INPUT = "#1F4E79", "#D6E4F0", "#F2F6FA", "#FFFDF2"
BORDER = "#9AA5B1"

_BOX: dict[str, Any] = {"border": 1, "border_color": BORDER}
_LIVE: dict[str, Any] = {**_BOX, "align": "center"}

_FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": DARK},
    "hint": {"font_size": 9, "font_color": "#44546A", "text_wrap": True, "valign": "top"},
    "group": {**_BOX, "bold": True, "align": "center", "bg_color": DARK, "font_color": "#FFFFFF", "text_wrap": True},
    "header": {**_BOX, "bold": True, "align": "center", "bg_color": MID, "text_wrap": True, "font_size": 9},
    "units": {**_BOX, "align": "center", "italic": True, "font_size": 9, "bg_color": PALE},
    "section": {**_BOX, "bold": True, "bg_color": MID, "text_wrap": True},
    "label": {**_BOX, "text_wrap": True, "indent": 1},
    "help": {**_BOX, "text_wrap": True, "font_size": 9, "font_color": "#44546A"},
    "center": {**_BOX, "align": "center"},
    "input": {**_BOX, "locked": False, "bg_color": INPUT, "align": "center"},
    "input_text": {**_BOX, "locked": False, "bg_color": INPUT, "text_wrap": True, "num_format": "@"},
    "input_int": {**_BOX, "locked": False, "bg_color": INPUT, "align": "center", "num_format": "#,##0"},
    "input_number": {**_BOX, "locked": False, "bg_color": INPUT, "align": "center", "num_format": "#,##0.##"},
    "input_percent": {**_BOX, "locked": False, "bg_color": INPUT, "align": "center", "num_format": "0.00%"},
    "input_year": {**_BOX, "locked": False, "bg_color": INPUT, "align": "center", "num_format": "0"},
    "input_date": {**_BOX, "locked": False, "bg_color": INPUT, "align": "center", "num_format": "yyyy-mm-dd"},
    "column_text": {"locked": False, "num_format": "@", "font_size": 9, "text_wrap": True},
    "column": {"locked": False, "align": "center", "font_size": 9},
    "column_int": {"locked": False, "align": "center", "num_format": "#,##0", "font_size": 9},
    "column_number": {"locked": False, "align": "center", "num_format": "#,##0.##", "font_size": 9},
    "column_year": {"locked": False, "align": "center", "num_format": "0", "font_size": 9},
    "unlocked": {"locked": False},
    "sentinel": {"bold": True, "italic": True, "bg_color": "#E7E6E6", "font_color": "#595959", "font_size": 9},
    "index": {"align": "center", "font_color": "#7F7F7F", "font_size": 9},
    "live": {"align": "center", "font_size": 9},
    "live_text": {"font_size": 9, "text_wrap": True},
    "live_int": {"align": "center", "num_format": "#,##0", "font_size": 9},
    "live_number": {"align": "center", "num_format": "#,##0.00", "font_size": 9},
    "live_share": {"align": "center", "num_format": "0.0000", "font_size": 9},
    "live_status": {"align": "center", "font_size": 9},
    "live_mean": {**_LIVE, "num_format": "#,##0.00", "bold": True, "bg_color": PALE, "font_size": 9},
    "limit": {**_LIVE, "num_format": "#,##0.##", "italic": True, "bg_color": PALE, "font_size": 9},
    "row_head": {**_BOX, "bold": True, "align": "right", "bg_color": PALE, "font_size": 9},
    "boxed_live_int": {**_LIVE, "num_format": "#,##0"},
    "boxed_live_number": {**_LIVE, "num_format": "#,##0.00"},
    "boxed_live_cv": {**_LIVE, "num_format": "0.0000"},
    "boxed_live_percent": {**_LIVE, "num_format": "0.00%"},
    "boxed_live_status": {**_LIVE, "bold": True},
    "boxed_live_center": _LIVE,
    "boxed_live_count": {**_LIVE, "num_format": "0"},
    "boxed_limit": {**_LIVE, "num_format": "0.00##"},
    "group_name": {**_BOX, "bold": True, "bg_color": MID},
    "group_status": {**_LIVE, "bold": True, "bg_color": MID},
    "part_label": {**_BOX, "text_wrap": True, "indent": 3, "font_size": 9},
    "verdict": {"bold": True, "font_size": 18, "align": "center", "border": 2, "border_color": DARK},
    "live_title": {"bold": True, "font_size": 12},
    "warning": {"bold": True, "font_color": "#C00000", "text_wrap": True},
    "text": {"text_wrap": True, "valign": "top"},
}

# Status marks: colour for the eye, and weight, slant or pattern for a black-and-white print.
MARKS: dict[str, dict[str, Any]] = {
    "fail": {"bold": True, "font_color": "#9C0006", "bg_color": "#FFC7CE", "border": 1, "border_color": "#9C0006"},
    "allowed": {"italic": True, "underline": 1, "font_color": "#7F6000", "bg_color": "#FFEB9C"},
    "undetermined": {
        "italic": True,
        "font_color": "#44546A",
        "pattern": 17,
        "bg_color": "#FFFFFF",
        "fg_color": "#BFBFBF",
    },
    "pass": {"font_color": "#006100"},
}


class Styles:
    """The formats of one workbook, made when first used."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[str, Format] = {}

    def __getitem__(self, name: str) -> Format:
        if name not in self._made:
            base = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
            self._made[name] = self._workbook.add_format({**base, **_FORMATS[name]})
        return self._made[name]

    def mark(self, name: str) -> Format:
        """The conditional format of a status."""
        key = f"mark:{name}"
        if key not in self._made:
            self._made[key] = self._workbook.add_format(MARKS[name])
        return self._made[key]

    def extra(self, key: str, properties: dict[str, Any]) -> Format:
        """A conditional format made on the spot."""
        if key not in self._made:
            self._made[key] = self._workbook.add_format(properties)
        return self._made[key]
