"""What all sheets of the results share when they are drawn: looks, text that stays text, widths, names of tabs."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from typing import Literal, TypedDict, Unpack

from qbe_xl.core.languages import Lang, Text
from qbe_xl.outputs.results.drawing import Box, Chart, Drawing, Drawn, DrawnSheet, Look, quoted
from qbe_xl.outputs.results.words import MACRO_SHEETS, PLANNING_SHEETS, SHEETS

FONTS = Text("微软雅黑", "Arial")
_MOST_CHARACTERS = 32000  # Excel cuts a cell's text at 32767
_LINE = 15.5  # points a line of 10-point text takes

INK, PALE, GRID, HEAD, LINK = "#1F2A37", "#F3F5F8", "#B8C0CC", "#DCE4EE", "#1D4ED8"
# Fill and ink by status; each is also told by a word or mark and by bold or italic type.
COLOURS: dict[str, tuple[str, str]] = {
    "pass": ("#E3F1E6", "#14532D"),
    "fail": ("#F8D7D3", "#8B1A10"),
    "allowed": ("#FDF0CF", "#7A4B00"),
    "undetermined": ("#E4E7EC", "#374151"),
    "not_applicable": ("#FFFFFF", "#6B7280"),
    "error": ("#F8D7D3", "#8B1A10"),
    "query": ("#FDF0CF", "#7A4B00"),
    "explained": ("#E6EEF8", "#1F3A5F"),
    "note": ("#FFFFFF", "#374151"),
}
MARKS: dict[str, str] = {"pass": "✓", "fail": "✗", "allowed": "△", "undetermined": "?", "not_applicable": "–"}


def clean(text: str) -> str:
    """A text that XML can hold, cut to what a cell takes."""
    kept = text
    if not text.isprintable():  # asking is quicker than looking at each character
        kept = "".join(c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs") else "\ufffd" for c in text)
    return kept if len(kept) <= _MOST_CHARACTERS else kept[:_MOST_CHARACTERS] + "…"


def display_width(text: str) -> int:
    """How many columns of a Latin character the text takes; Chinese characters take two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def lines_needed(text: str, width: float) -> int:
    """Lines that a wrapped text takes in a cell of this width (in characters)."""
    usable = max(1.0, width - 1.0)
    lines = 0
    for part in text.split("\n"):
        wide = display_width(part) - len(part)  # Latin letters are narrower than the digits that widths are counted in
        lines += max(1, math.ceil((wide * 2.06 + (len(part) - wide) * 0.97) / usable))
    return lines


class Style(TypedDict, total=False):
    """What a look may change; see Look."""

    font_size: float
    font_color: str
    bold: bool
    italic: bool
    underline: bool
    fill: str | None
    align: Literal["left", "center", "right"]
    valign: Literal["top", "center", "bottom"]
    wrap: bool
    indent: int
    number_format: str
    border: str
    bottom: str


class Book:
    """The drawing in the making. Every text goes through `Sheet.text`, so that none becomes a formula or a link.

    `names`: what tabs are called where it is not their usual name; `keys`: the sheets that will be drawn (so that nothing
    refers to another).
    """

    def __init__(self, lang: Lang, title: str, names: Mapping[str, str] | None = None,
                 keys: Collection[str] = tuple(SHEETS)) -> None:  # fmt: skip
        self.lang: Lang = lang
        self.drawing = Drawing(lang, clean(title), FONTS[lang])
        self._names = {key: name[lang] for key, name in (SHEETS | PLANNING_SHEETS).items()} | dict(names or {})
        self._keys = frozenset(keys)
        self._looks: dict[tuple[object, ...], Look] = {}

    def name(self, key: str) -> str:
        """What the tab of a sheet shows."""
        return self._names[key]

    def has(self, key: str) -> bool:
        """Whether the sheet is among those drawn, so that a text or formula may refer to it."""
        return key in self._keys

    def prefix(self, key: str) -> str:
        """What stands before a reference to a cell of this sheet: `'差异系数'!`."""
        return quoted(self.name(key)) + "!"

    def way_to(self, key: str) -> str | None:
        """A link to a sheet; None where it is not drawn."""
        return f"#{self.prefix(key)}A1" if self.has(key) else None

    def format(self, **style: Unpack[Style]) -> Look:
        """A cell's look; asked twice, made once."""
        key = ("format", *style.items())
        if key not in self._looks:
            merged: Style = {"font_color": INK, **style}
            if merged.get("indent"):
                merged.setdefault("align", "left")  # nothing else can be indented
            look = Look(FONTS[self.lang], **merged)
            self._looks[key] = self._looks.setdefault((look,), look)
        return self._looks[key]

    def cell(self, **style: Unpack[Style]) -> Look:
        """The look of a cell in a table."""
        key = ("cell", *style.items())
        if key not in self._looks:
            merged: Style = {"border": GRID, **style}
            self._looks[key] = self.format(**merged)
        return self._looks[key]

    def words(self, **style: Unpack[Style]) -> Look:
        """The look of a wrapped text in a table, a little away from the line."""
        key = ("words", *style.items())
        if key not in self._looks:
            merged: Style = {"wrap": True, "align": "left", "indent": 1, **style}
            self._looks[key] = self.cell(**merged)
        return self._looks[key]

    def link(self) -> Look:
        """The look of a link among such texts."""
        return self.words(font_color=LINK, underline=True)

    def status(self, status: str, **style: Unpack[Style]) -> Look:
        """A table cell in the colours and type of a status."""
        key = ("status", status, *style.items())
        if key not in self._looks:
            fill, ink = COLOURS[status]
            merged: Style = {"fill": fill, "font_color": ink}
            if status in ("fail", "error"):
                merged["bold"] = True
            elif status in ("allowed", "undetermined", "query"):
                merged["italic"] = True
            merged.update(style)
            self._looks[key] = self.cell(**merged)
        return self._looks[key]

    def sheet(self, key: str, widths: Sequence[float], *, footer: str) -> Sheet:
        """A new sheet with these column widths, printed on A4 landscape, one page wide."""
        pages = "第 &P 页，共 &N 页" if self.lang == "zh" else "Page &P of &N"
        whole = f"&L&8{_footer_text(footer)}&C&8&A&R&8{pages}"
        drawn = DrawnSheet(key, self.name(key), list(widths), whole)
        self.drawing.sheets.append(drawn)
        return Sheet(self, drawn)


class Sheet:
    """One sheet, drawn from the top down. Rows and columns count from 0."""

    def __init__(self, book: Book, drawn: DrawnSheet) -> None:
        self.book = book
        self.lang: Lang = book.lang
        self.drawn = drawn
        self.widths = drawn.widths
        self.subject = (SHEETS | MACRO_SHEETS | PLANNING_SHEETS)[drawn.key][book.lang]  # what it is about, whatever its tab is called
        self.row = 0

    def text(self, row: int, column: int, text: str, look: Look, link: str | None = None) -> None:
        """A text, never taken as anything else; with `link` it leads there."""
        self.drawn.cells[row, column] = Drawn(clean(text), look, None, link)

    def number(self, row: int, column: int, value: float, look: Look) -> None:
        """A number."""
        self.drawn.cells[row, column] = Drawn(value, look)

    def formula(self, row: int, column: int, formula: str, look: Look, value: float | str) -> None:
        """A live formula with its value, so that it shows where nothing recalculates."""
        self.drawn.cells[row, column] = Drawn(value, look, formula)

    def merged(
        self, row: int, first: int, last: int, text: str, look: Look, rows: int = 1, link: str | None = None
    ) -> None:
        """A text over several columns."""
        if first != last or rows != 1:
            self.drawn.merges.append((row, first, row + rows - 1, last))
            blank = Drawn(None, look)
            for line in range(row, row + rows):
                for column in range(first, last + 1):
                    self.drawn.cells[line, column] = blank
        self.text(row, first, text, look, link)

    def row_height(self, row: int, points: float) -> None:
        """Make a row this high."""
        self.drawn.heights[row] = points

    def height(self, row: int, texts: Sequence[tuple[str, float]], least: float = 18.0, line: float = _LINE) -> None:
        """Make a row as high as its wrapped texts need; each text comes with the width it has."""
        most = max((lines_needed(text, width) for text, width in texts), default=1)
        self.row_height(row, min(409.0, max(least, most * line + 4)))

    def freeze(self, row: int, column: int) -> None:
        """Keep the rows above and the columns to the left of this cell in sight."""
        self.drawn.freeze = (row, column)

    def repeat(self, first: int, last: int | None = None) -> None:
        """Print these rows on every page."""
        self.drawn.repeat = (first, first if last is None else last)

    def autofilter(self, box: Box) -> None:
        """Let readers filter this table; its first row is the header."""
        self.drawn.autofilter = box

    def chart(self, chart: Chart) -> None:
        """A chart over the cells."""
        self.drawn.charts.append(chart)

    def pages(self, wide: int, high: int) -> None:
        """Print on so many pages; 0 as many as it takes."""
        self.drawn.pages = (wide, high)

    def centre(self) -> None:
        """Print in the middle of the page."""
        self.drawn.centred = True

    def span(self, first: int, last: int) -> float:
        """The width of several columns together."""
        return sum(self.widths[first : last + 1])

    def title(self, note: str = "") -> None:
        """The sheet's title, and a line below it."""
        last = len(self.widths) - 1
        self.text(self.row, 0, self.subject, self.book.format(bold=True, font_size=15))
        self.row_height(self.row, 27)
        self.row += 1
        if note:
            style = self.book.format(font_color="#4B5563", wrap=True, valign="top")
            self.merged(self.row, 0, last, note, style)
            self.height(self.row, [(note, self.span(0, last))])
            self.row += 1

    def heading(self, text: str) -> None:
        """The heading of a part."""
        self.text(self.row, 0, text, self.book.format(bold=True, font_size=12))
        self.row_height(self.row, 22)
        self.row += 1

    def header(self, names: Sequence[str], *, first: int = 0) -> int:
        """A row of column names; its row number."""
        style = self.book.cell(bold=True, fill=HEAD, wrap=True, align="center")
        for column, name in enumerate(names, start=first):
            self.text(self.row, column, name, style)
        self.height(self.row, [(n, self.widths[first + i]) for i, n in enumerate(names)], least=22)
        self.row += 1
        return self.row - 1


def _footer_text(text: str) -> str:
    """A text in a footer: & starts a code there, and the whole has room for 255 characters."""
    kept = "".join(c for c in clean(text) if c.isprintable())[:80].strip()
    return kept.replace("&", "&&")
