"""Workbooks that the contract of the engines is tried on, built with openpyxl."""

from __future__ import annotations

import datetime as dt

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill, Protection
from openpyxl.workbook.defined_name import DefinedName

ROWS = [
    ["学校", "学生数", "建校日期", "寄宿制", "备注"],
    ["第一小学", 450, dt.datetime(1998, 9, 1), True, None],
    ["第二小学", 512.5, dt.datetime(2005, 3, 15, 8, 30), False, ""],
    ["第三小学", "#N/A", None, None, "待核"],
]


def filled(workbook: openpyxl.Workbook) -> None:
    """The four rows, a name, a note, a coloured header."""
    sheet = workbook["学校"]
    for row in ROWS:
        sheet.append(row)
    for cell in sheet[1]:
        cell.fill = PatternFill("solid", fgColor="DDEBF7")
        cell.font = Font(name="SimSun", size=12, bold=True, color="1F3864")
    sheet["B2"].number_format = "0.0"
    sheet["A4"].comment = Comment("数据待核对", "审核员", height=60, width=200)
    workbook.defined_names["qbe_in"] = DefinedName("qbe_in", attr_text="'学校'!$A$1:$E$4")


def protected(workbook: openpyxl.Workbook) -> None:
    """The four rows on a protected sheet, only B2:B4 unlocked."""
    filled(workbook)
    sheet = workbook["学校"]
    for row in (2, 3, 4):
        sheet.cell(row, 2).protection = Protection(locked=False)
    sheet.protection.sheet = True
