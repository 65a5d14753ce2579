"""A sheet's part: the format of marked cells, those that are not there yet put in their place, the link to comments."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from qbe_xl.outputs.annotated.marks import MAX_COLUMN, MAX_ROW, Place, cell_name, cells_of, column_number
from qbe_xl.safety.patching import Edits, Element, Scan, locate, opened_tag, start_tag, with_attribute

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
# What may stand before the link to the comments' drawing; the rest comes behind it.
_BEFORE = frozenset({
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
    "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
    "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup",
    "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing",
})  # fmt: skip
_REF = re.compile(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})")
_DEFAULT_WIDTH, _DEFAULT_HEIGHT = 8.43, 15.0
_DIGIT, _PADDING = 7, 5  # pixels, of the usual font
_POINT = 96 / 72

Format = Callable[[Place, int], int | None]


@dataclass
class Layout:
    """How wide columns and how high rows are, for the boxes of comments."""

    default_width: float = _DEFAULT_WIDTH
    default_height: float = _DEFAULT_HEIGHT
    columns: list[tuple[int, int, float, int]] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)

    def width(self, column: int) -> int:
        """Of a column, from 1, in pixels; 0 for a hidden one."""
        for first, last, width, _ in self.columns:
            if first <= column <= last:
                return math.floor(width * _DIGIT + _PADDING) if width else 0
        return math.floor(self.default_width * _DIGIT + _PADDING)

    def height(self, row: int) -> int:
        """Of a row, from 1, in pixels."""
        return math.floor(self.heights.get(row, self.default_height) * _POINT)

    def style(self, column: int) -> int:
        """The format of a column's cells that are not there."""
        return next((style for first, last, _, style in self.columns if first <= column <= last), 0)


@dataclass
class SheetPart:
    """What one pass found, and the part with its cells marked."""

    edits: Edits
    layout: Layout
    root: Element
    legacy: str | None = None
    place_of_legacy: int = -1
    relations_prefix: str | None = None

    def link(self, relation: str) -> None:
        """Add the link to the comments' drawing."""
        name = f"{self.root.prefix}legacyDrawing"
        if self.relations_prefix is not None:
            new = f'<{name} {self.relations_prefix}:id="{relation}"/>'
        else:
            new = f'<{name} xmlns:r="{RELATIONS}" r:id="{relation}"/>'
        if self.place_of_legacy < 0:
            self.edits.append_to(self.root, new.encode())
        else:
            self.edits.insert(self.place_of_legacy, new.encode())


def marked_sheet(data: bytes, places: Iterable[Place], form: Format, about: str) -> SheetPart:
    """The part with the format of `places` changed: `form(place, old format)` is the new one, None leaves it.

    Cells that do not stand in the part are put in their place; where its rows or cells are out of order, only those
    that are there are changed.
    """
    wanted = sorted(places)
    scan = _SheetScan(data, wanted, form, about)
    if scan.disordered:
        scan = _SheetScan(data, wanted, form, about, insert=False)
    return scan.part()


class _SheetScan:
    def __init__(self, data: bytes, wanted: list[Place], form: Format, about: str, insert: bool = True) -> None:
        self.data, self.form, self.insert = data, form, insert
        self.edits = Edits(data)
        self.layout = Layout()
        self.disordered = False
        self.rows: dict[int, list[int]] = {}
        for row, column in wanted:
            self.rows.setdefault(row, []).append(column)
        self.order = list(self.rows)
        self.wanted = wanted
        self.next = 0  # of the rows in order: the first that has not been passed
        self.line = self.column = 0
        self.waiting: list[int] = []  # columns of the present row that have not been passed
        self.base = 0  # the format of cells of the present row that are not there
        self.new_cells: list[tuple[int, bytes]] = []
        self.legacy: str | None = None
        self.before = -1
        self.prefix = ""
        self.root: Element
        Scan(data, self.opened, self.closed, about=about)

    def part(self) -> SheetPart:
        """The outcome."""
        prefix = next(
            (
                name[6:]
                for name, value in self.root.attributes.items()
                if name.startswith("xmlns:") and value == RELATIONS
            ),
            None,
        )
        return SheetPart(self.edits, self.layout, self.root, self.legacy, self.before, prefix)

    # ---- the pass

    def opened(self, element: Element, depth: int) -> bool:
        if depth == 0:
            self.root, self.prefix = element, element.prefix
            return True
        if depth == 1:
            return self._child(element)
        if element.name == "row":
            return self._row(element)
        if element.name == "c":
            self._cell(element)
        elif element.name == "col":
            self._col(element.attributes)
        return False

    def closed(self, element: Element, depth: int, at: int) -> None:
        if depth > 2 or (depth == 2 and element.name != "row"):
            return
        if depth == 2 and self.line not in self.rows:
            return
        locate(self.data, element, at)
        if depth == 2:
            self._row_over(element)
        elif depth == 1:
            if element.name in _BEFORE:
                self.before = element.end
            if element.name == "sheetData" and self.insert:
                rows = [self._new_row(row) for row in self.order[self.next :]]
                if any(rows):
                    self.edits.append_to(element, b"".join(rows))
                self.next = len(self.order)

    def _child(self, element: Element) -> bool:
        attributes = element.attributes
        if element.name == "legacyDrawing":
            self.legacy = next((value for name, value in attributes.items() if name.endswith(":id")), None)
        elif element.name == "dimension":
            self._dimension(element)
        elif element.name == "sheetFormatPr":
            self.layout.default_width = _number(attributes.get("defaultColWidth"), _DEFAULT_WIDTH)
            self.layout.default_height = _number(attributes.get("defaultRowHeight"), _DEFAULT_HEIGHT)
        return element.name in {"sheetData", "cols"}

    def _col(self, attributes: dict[str, str]) -> None:
        hidden = attributes.get("hidden") in {"1", "true"}
        width = 0.0 if hidden else _number(attributes.get("width"), self.layout.default_width)
        first, last = _whole(attributes.get("min")), _whole(attributes.get("max"))
        if 0 < first <= last <= MAX_COLUMN and len(self.layout.columns) < MAX_COLUMN:
            self.layout.columns.append((first, last, width, _whole(attributes.get("style"))))

    def _row(self, element: Element) -> bool:
        attributes = element.attributes
        number = _whole(attributes.get("r")) or self.line + 1
        if number <= self.line:
            self.disordered = True
        self.line, self.column = number, 0
        if "ht" in attributes and len(self.layout.heights) < MAX_ROW:
            self.layout.heights[number] = _number(attributes["ht"], _DEFAULT_HEIGHT)
        if self.insert:
            while self.next < len(self.order) and self.order[self.next] < number:
                self.edits.insert(element.start, self._new_row(self.order[self.next]))
                self.next += 1
        if number not in self.rows:
            return False
        if self.next < len(self.order) and self.order[self.next] == number:
            self.next += 1
        self.waiting = list(self.rows[number])
        self.new_cells = []
        custom = attributes.get("customFormat") in {"1", "true"}
        self.base = _whole(attributes.get("s")) if custom else -1
        return True

    def _cell(self, element: Element) -> None:
        attributes = element.attributes
        found = _REF.fullmatch(attributes.get("r", ""))
        column = column_number(found[1]) if found else self.column + 1
        if column <= self.column or (found is not None and int(found[2]) != self.line):
            self.disordered = True
        self.column = column
        while self.waiting and self.waiting[0] < column:
            self.new_cells.append((element.start, self._new_cell(self.waiting.pop(0))))
        columns = self.rows[self.line]
        at = bisect_left(columns, column)
        if at < len(columns) and columns[at] == column:
            if self.waiting and self.waiting[0] == column:
                self.waiting.pop(0)
            form = self.form((self.line, column), _whole(attributes.get("s")))
            if form is not None:
                tag = start_tag(self.data, element)
                self.edits.replace(element.start, element.start + len(tag), with_attribute(tag, "s", str(form)))

    def _row_over(self, element: Element) -> None:
        """Put in what the row lacks; its `spans`, which would be wrong then, go."""
        rest = b"".join(self._new_cell(column) for column in self.waiting)
        if not self.insert or not (rest or any(new for _, new in self.new_cells)):
            return
        tag = with_attribute(start_tag(self.data, element), "spans", None)
        if element.empty:
            whole = opened_tag(tag) + rest + f"</{element.tag}>".encode()
            self.edits.replace(element.start, element.end, whole)
            return
        self.edits.replace(element.start, element.inside, tag)
        for at, new in self.new_cells:
            self.edits.insert(at, new)
        self.edits.insert(element.closing, rest)

    # ---- what is put in

    def _new_cell(self, column: int) -> bytes:
        place = (self.line, column)
        return self._blank(place, self.base if self.base >= 0 else self.layout.style(column))

    def _new_row(self, row: int) -> bytes:
        cells = b"".join(self._blank((row, column), self.layout.style(column)) for column in self.rows[row])
        tag = f"{self.prefix}row"
        return f'<{tag} r="{row}">'.encode() + cells + f"</{tag}>".encode() if cells else b""

    def _blank(self, place: Place, base: int) -> bytes:
        form = self.form(place, base)
        return b"" if form is None else f'<{self.prefix}c r="{cell_name(place)}" s="{form}"/>'.encode()

    def _dimension(self, element: Element) -> None:
        areas = cells_of(element.attributes.get("ref"))
        if not (areas and self.wanted and self.insert):
            return
        (top, left), (bottom, right) = areas[0]
        rows, columns = [place[0] for place in self.wanted], [place[1] for place in self.wanted]
        first = min(top, *rows), min(left, *columns)
        last = max(bottom, *rows), max(right, *columns)
        if (first, last) != areas[0]:
            tag = start_tag(self.data, element)
            ref = f"{cell_name(first)}:{cell_name(last)}"
            self.edits.replace(element.start, element.start + len(tag), with_attribute(tag, "ref", ref))


def _whole(text: str | None) -> int:
    """A whole number of bearable size; 0 where it is none."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 8 else 0


def _number(text: str | None, otherwise: float) -> float:
    try:
        number = float(text or "")
    except ValueError:
        return otherwise
    return number if 0 <= number <= 500 else otherwise
