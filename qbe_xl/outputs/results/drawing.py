"""What the result sheets hold, as plain data: drawn once, then written by XlsxWriter into a new workbook or by a macro
into the open one, so that both show the same. Rows and columns count from 0."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Cell = tuple[int, int]
Box = tuple[int, int, int, int]  # first row, first column, last row, last column


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
    """One cell: a text, a number or nothing; a formula comes with its value; `link` is `#'sheet'!A1` or a file's URL."""

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
    pattern: str | None = None  # hatching, so that series differ without colour
    dash: str | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its upper left corner in a cell; width and height in pixels."""

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
    """One sheet. `key` names it in every language and file; `name` is what its tab shows."""

    key: str
    name: str
    widths: list[float]
    footer: str = ""
    cells: dict[Cell, Drawn] = field(default_factory=dict)
    merges: list[Box] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)
    freeze: Cell | None = None  # rows above and columns to the left of this cell stay
    repeat: tuple[int, int] | None = None  # rows printed on every page
    autofilter: Box | None = None
    charts: list[Chart] = field(default_factory=list)
    pages: tuple[int, int] = (1, 0)  # pages wide and high; 0 as many as it takes
    centred: bool = False


@dataclass(slots=True)
class Drawing:
    """All sheets in their order; the first is shown when the workbook opens."""

    lang: Literal["zh", "en"]
    title: str
    sheets: list[DrawnSheet] = field(default_factory=list)

    def sheet(self, key: str) -> DrawnSheet:
        """A sheet by its key; KeyError where there is none."""
        for sheet in self.sheets:
            if sheet.key == key:
                return sheet
        raise KeyError(key)
