"""What the result sheets hold, as plain data: drawn once, then written by XlsxWriter into a new workbook or by a macro
into the open one, so that both show the same. Rows and columns count from 0.

All sheets are shown without gridlines and print on A4 (landscape unless `portrait`) with the margins of MARGINS.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Cell = tuple[int, int]
Box = tuple[int, int, int, int]  # first row, first column, last row, last column

MARGINS: dict[str, float] = {"left": 0.45, "right": 0.45, "top": 0.6, "bottom": 0.65}  # inches


@dataclass(frozen=True, slots=True)
class Look:
    """The format of a cell; colours as #RRGGBB, sizes in points."""

    font_name: str
    font_size: float = 10
    font_color: str = "#1F2A37"
    bold: bool = False
    italic: bool = False
    underline: bool = False
    fill: str | None = None
    align: Literal["left", "center", "right"] | None = None
    valign: Literal["top", "center", "bottom"] = "center"
    wrap: bool = False
    indent: int = 0
    number_format: str = "General"
    border: str | None = None  # colour of a thin line on all four sides
    bottom: str | None = None  # colour of a dotted line below


@dataclass(frozen=True, slots=True)
class Drawn:
    """One cell: a text, a number or nothing; a formula comes with its value.

    `link` is `#'sheet'!A1` in the workbook itself, or the way to another file and its cell, `../in/a.xlsx#'学校'!F17`.
    """

    value: str | float | int | None
    look: Look
    formula: str | None = None
    link: str | None = None
    tip: str | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """One series of a chart: its name, and boxes (in sheets named by key) of its categories and values."""

    name: str
    categories: tuple[str, Box]
    values: tuple[str, Box]
    kind: Literal["column", "line"] = "column"
    colour: str = "#1E4E79"
    pattern: str | None = None  # hatching in the colour on white, so that series differ without colour
    dash: str | None = None  # of a line


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its upper left corner in a cell; width and height in pixels. The number format is that of the y axis,
    which starts at 0; `title` is also what a screen reader says."""

    name: str
    title: str
    x_name: str
    y_name: str
    number_format: str
    at: Cell
    width: int
    height: int
    series: tuple[Series, ...]
    major_unit: float | None = None


@dataclass(slots=True)
class DrawnSheet:
    """One sheet. `key` names it in every language and file; `name` is what its tab shows.

    Header and footer hold Excel's codes (`&L`, `&P` …). Every cell of a merged box is in `cells`, all but the first empty.
    """

    key: str
    name: str
    widths: list[float]
    footer: str = ""
    header: str = ""
    cells: dict[Cell, Drawn] = field(default_factory=dict)
    merges: list[Box] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)
    freeze: Cell | None = None  # rows above and columns to the left of this cell stay
    autofilter: Box | None = None
    charts: list[Chart] = field(default_factory=list)
    choices: list[tuple[Box, tuple[str, ...]]] = field(default_factory=list)  # drop-downs, in new workbooks alone
    repeat: tuple[int, int] | None = None  # first and last row printed on every page
    repeat_columns: tuple[int, int] | None = None
    pages: tuple[int, int] = (1, 0)  # pages wide and high; 0 as many as it takes
    scale: int | None = None  # print scale in per cent, instead of `pages`
    print_area: Box | None = None
    row_breaks: tuple[int, ...] = ()  # a new page starts with these rows
    column_breaks: tuple[int, ...] = ()
    across: bool = False  # pages go across before they go down
    centred: bool = False
    portrait: bool = False


@dataclass(slots=True)
class Drawing:
    """All sheets in their order; the first is shown when the workbook opens."""

    lang: Literal["zh", "en"]
    title: str
    font_name: str
    sheets: list[DrawnSheet] = field(default_factory=list)

    def sheet(self, key: str) -> DrawnSheet:
        """A sheet by its key; KeyError where there is none."""
        for sheet in self.sheets:
            if sheet.key == key:
                return sheet
        raise KeyError(key)


def quoted(name: str) -> str:
    """A sheet's name as it stands in formulas and links: `'O''Brien'`."""
    return "'" + name.replace("'", "''") + "'"


def column_letters(column: int) -> str:
    """A, B, …, AA for 0, 1, …, 26."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
