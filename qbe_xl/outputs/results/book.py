"""What all sheets of the results workbook share: formats, text that stays text, widths, printing."""

from __future__ import annotations

import io
import math
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from qbe_xl.core.languages import Lang, Text

PROPERTY = "qbe_xl_result"
LAYOUT = "1"
FONTS = Text("微软雅黑", "Arial")
_CREATED = datetime(2000, 1, 1)  # a fixed date: the same input gives the same bytes
_MOST_CHARACTERS = 32000  # Excel cuts a cell's text at 32767
_LINE = 15.5  # points a line of 10-point text takes
_PAPER_A4 = 9

INK, PALE, GRID, HEAD = "#1F2A37", "#F3F5F8", "#B8C0CC", "#DCE4EE"
# Fill and ink by status; each is also told by a word or mark and by bold or italic type.
COLOURS: dict[str, tuple[str, str]] = {
    "pass": ("#E3F1E6", "#14532D"),
    "fail": ("#F8D7D3", "#8B1A10"),
    "allowed": ("#FDF0CF", "#7A4B00"),
    "undetermined": ("#E4E7EC", "#374151"),
    "not_applicable": ("#FFFFFF", "#6B7280"),
    "error": ("#F8D7D3", "#8B1A10"),
    "query": ("#FDF0CF", "#7A4B00"),
    "note": ("#FFFFFF", "#374151"),
}
MARKS: dict[str, str] = {"pass": "✓", "fail": "✗", "allowed": "△", "undetermined": "?", "not_applicable": "–"}


def clean(text: str) -> str:
    """A text that XML can hold, cut to what a cell takes."""
    kept = "".join(c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs") else "\ufffd" for c in text)
    return kept if len(kept) <= _MOST_CHARACTERS else kept[:_MOST_CHARACTERS] + "…"


def display_width(text: str) -> int:
    """How many columns of a Latin character the text takes; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def lines_needed(text: str, width: float) -> int:
    """Lines that a wrapped text takes in a cell of this width (in characters)."""
    usable = max(1.0, width - 1.0)
    lines = 0
    for part in text.split("\n"):
        wide = display_width(part) - len(part)  # Latin letters are narrower than the digits that widths are counted in
        lines += max(1, math.ceil((wide * 2.06 + (len(part) - wide) * 0.97) / usable))
    return lines


class Book:
    """The workbook being written. Every text goes through `Sheet.text`, so that none becomes a formula or a link."""

    def __init__(self, lang: Lang, title: str) -> None:
        self.lang: Lang = lang
        self.buffer = io.BytesIO()
        self.workbook = xlsxwriter.Workbook(
            self.buffer,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "nan_inf_to_errors": False,
                "default_format_properties": {"font_name": FONTS[lang], "font_size": 10},
            },
        )
        self.workbook.set_properties({"title": clean(title), "created": _CREATED, "comments": "qbe-xl"})
        self.workbook.set_custom_property(PROPERTY, LAYOUT, "text")
        self.workbook.set_size(2000, 1300)
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def format(self, **properties: Any) -> Format:
        """A cell format; asked twice, made once."""
        base = {"font_name": FONTS[self.lang], "font_size": 10, "font_color": INK, "valign": "vcenter"}
        merged = {**base, **properties}
        key = tuple(sorted(merged.items()))
        if key not in self._formats:
            self._formats[key] = self.workbook.add_format(merged)
        return self._formats[key]

    def cell(self, **properties: Any) -> Format:
        """The format of a cell in a table."""
        return self.format(**{"border": 1, "border_color": GRID, **properties})

    def words(self, **properties: Any) -> Format:
        """The format of a wrapped text in a table, a little away from the line."""
        return self.cell(**{"text_wrap": True, "align": "left", "indent": 1, **properties})

    def status(self, status: str, **properties: Any) -> Format:
        """A table cell in the colours and type of a status."""
        fill, ink = COLOURS[status]
        style: dict[str, Any] = {"bg_color": fill, "font_color": ink}
        if status in ("fail", "error"):
            style["bold"] = True
        elif status in ("allowed", "undetermined", "query"):
            style["italic"] = True
        return self.cell(**{**style, **properties})

    def sheet(self, name: Text, widths: Sequence[float], *, footer: str) -> Sheet:
        """A new sheet with these column widths, printed on A4 landscape, one page wide."""
        return Sheet(self, self.workbook.add_worksheet(name[self.lang]), widths, footer)

    def finish(self) -> bytes:
        """The workbook's bytes."""
        self.workbook.close()
        return self.buffer.getvalue()


class Sheet:
    """One sheet, written from the top down. Rows and columns count from 0."""

    def __init__(self, book: Book, worksheet: Worksheet, widths: Sequence[float], footer: str) -> None:
        self.book = book
        self.lang: Lang = book.lang
        self.ws = worksheet
        self.widths = list(widths)
        self.row = 0
        for column, width in enumerate(widths):
            worksheet.set_column(column, column, width)
        worksheet.hide_gridlines(2)
        worksheet.set_paper(_PAPER_A4)
        worksheet.set_landscape()
        worksheet.set_margins(left=0.45, right=0.45, top=0.6, bottom=0.65)
        worksheet.fit_to_pages(1, 0)
        pages = "第 &P 页，共 &N 页" if self.lang == "zh" else "Page &P of &N"
        worksheet.set_footer(f"&L&8{_footer_text(footer)}&C&8&A&R&8{pages}")

    def text(self, row: int, column: int, text: str, form: Format) -> None:
        """A text, never taken as anything else."""
        self.ws.write_string(row, column, clean(text), form)

    def number(self, row: int, column: int, value: float, form: Format) -> None:
        """A number."""
        self.ws.write_number(row, column, value, form)

    def formula(self, row: int, column: int, formula: str, form: Format, value: float | str) -> None:
        """A live formula with its value, so that it shows where nothing recalculates."""
        self.ws.write_formula(row, column, formula, form, value)

    def merged(self, row: int, first: int, last: int, text: str, form: Format, rows: int = 1) -> None:
        """A text over several columns."""
        if first == last and rows == 1:
            self.text(row, first, text, form)
            return
        self.ws.merge_range(row, first, row + rows - 1, last, "", form)
        self.text(row, first, text, form)

    def height(self, row: int, texts: Sequence[tuple[str, float]], least: float = 18.0, line: float = _LINE) -> None:
        """Make a row as high as its wrapped texts need; each text comes with the width it has."""
        most = max((lines_needed(text, width) for text, width in texts), default=1)
        self.ws.set_row(row, min(409.0, max(least, most * line + 4)))

    def span(self, first: int, last: int) -> float:
        """The width of several columns together."""
        return sum(self.widths[first : last + 1])

    def title(self, text: str, note: str = "") -> None:
        """The sheet's title, and a line below it."""
        last = len(self.widths) - 1
        self.text(self.row, 0, text, self.book.format(bold=True, font_size=15))
        self.ws.set_row(self.row, 27)
        self.row += 1
        if note:
            style = self.book.format(font_color="#4B5563", text_wrap=True, valign="top")
            self.merged(self.row, 0, last, note, style)
            self.height(self.row, [(note, self.span(0, last))])
            self.row += 1

    def heading(self, text: str) -> None:
        """The heading of a part."""
        self.text(self.row, 0, text, self.book.format(bold=True, font_size=12))
        self.ws.set_row(self.row, 22)
        self.row += 1

    def header(self, names: Sequence[str], *, first: int = 0) -> int:
        """A row of column names; its row number."""
        style = self.book.cell(bold=True, bg_color=HEAD, text_wrap=True, align="center")
        for column, name in enumerate(names, start=first):
            self.text(self.row, column, name, style)
        self.height(self.row, [(n, self.widths[first + i]) for i, n in enumerate(names)], least=22)
        self.row += 1
        return self.row - 1


def _footer_text(text: str) -> str:
    """A text in a footer: & starts a code there, and the whole has room for 255 characters."""
    kept = "".join(c for c in clean(text) if c.isprintable())[:80].strip()
    return kept.replace("&", "&&")
