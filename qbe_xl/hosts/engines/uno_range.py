"""Ranges of a document that is open in LibreOffice, as xlwings knows them."""

from __future__ import annotations

from typing import Any

from qbe_xl.hosts.engines.common import MAX_COLS, MAX_ROWS, Box, EngineError, quoted_sheet, split_sheet
from qbe_xl.hosts.engines.ranges import BoxRange
from qbe_xl.hosts.engines.uno_bridge import edge, enum, enumerated, struct
from qbe_xl.hosts.engines.uno_cells import CONTENT, Block, boolean_boxes, forget_booleans, read, read_formulas
from qbe_xl.hosts.engines.uno_document import Document, address_of, area_of, box_of
from qbe_xl.hosts.engines.uno_looks import (
    HORIZONTAL,
    VERTICAL,
    Borders,
    Font,
    Note,
    horizontal_of,
    number_of,
    rgb_of,
    vertical_of,
)
from qbe_xl.hosts.engines.uno_sizes import PER_POINT, chars_of, width_of

# com.sun.star.sheet.CellFlags
_NOTES = 8
_FORMATS = 32 | 64 | 256 | 512
_DIRECTIONS = {
    "down": (1, 0), "d": (1, 0), "up": (-1, 0), "u": (-1, 0), "right": (0, 1), "r": (0, 1), "left": (0, -1),
    "l": (0, -1), -4121: (1, 0), -4162: (-1, 0), -4161: (0, 1), -4159: (0, -1),
}  # fmt: skip


@edge
class Range(BoxRange):
    """Cells of one sheet: one box or several."""

    def __init__(self, sheet: Any, boxes: tuple[Box, ...]) -> None:
        self.sheet = sheet
        self.boxes = boxes
        self.options = {}

    def _at(self, *boxes: Box) -> Range:
        return Range(self.sheet, boxes)

    # ------------------------------------------------------------------------------------------ within

    @property
    def book(self) -> Any:
        """The workbook."""
        return self.sheet.book

    @property
    def document(self) -> Document:
        """The document."""
        document: Document = self.sheet.book.document
        return document

    @property
    def api(self) -> Any:
        """LibreOffice's range of the first box; None for a range without cells."""
        return area_of(self.sheet.ws, self.box) if self.boxes else None

    @property
    def target(self) -> Any:
        """All boxes at once, for properties."""
        return self.document.cells(self.sheet.ws, self.boxes)

    @property
    def cell(self) -> Any:
        """LibreOffice's first cell."""
        return self.sheet.ws.getCellByPosition(self.column - 1, self.row - 1)

    def _changing(self) -> None:
        """Before every change: may the user want to stop, and may these cells be changed?"""
        self.book.app.check()
        self.document.must_be_unlocked(self.sheet.ws, self.boxes)
        self.document.heights.changing(self.sheet.ws)

    def formatting(self) -> None:
        """Before every change of a format."""
        self._changing()
        self.book.app.transfers.formats += 1

    def annotating(self) -> None:
        """Before every change of a note."""
        self._changing()
        self.book.app.transfers.notes += 1

    def _set(self, name: str, value: Any) -> None:
        self.formatting()
        self.target.setPropertyValue(name, value)

    def _get(self, name: str) -> Any:
        """A property, None where cells differ."""
        return self.document.common(self.target, name)

    # ------------------------------------------------------------------------------------------ values

    @property
    def raw_value(self) -> Any:
        """Values of the first box: one for a single cell, else rows."""
        if not self.boxes:
            return None
        self.book.app.transfers.reads += 1
        rows = read(self.document, self.sheet.ws, self.box)
        return rows[0][0] if self.box.cells == 1 else rows

    @raw_value.setter
    def raw_value(self, data: Any) -> None:
        self._write(data)

    def _write(self, data: Any, fill: bool = False) -> None:
        if not self.boxes:
            return
        self._changing()
        self.book.app.transfers.writes += 1
        for box in self.boxes:
            Block(self.document, self.sheet.ws, box, data, fill).write()

    @property
    def formula(self) -> Any:
        """Formulas in Excel's notation: a text for a single cell, else rows; constants as their text."""
        if not self.boxes:
            return None
        self.book.app.transfers.reads += 1
        rows = read_formulas(self.document, self.sheet.ws, self.box)
        return rows[0][0] if self.box.cells == 1 else rows

    @formula.setter
    def formula(self, value: Any) -> None:
        self._write(value, fill=True)

    @property
    def formula2(self) -> Any:
        """As `formula`: LibreOffice 7 has no arrays that spill."""
        return self.formula

    @formula2.setter
    def formula2(self, value: Any) -> None:
        self._write(value, fill=True)

    @property
    def formula_array(self) -> str | None:
        """The array formula of the range, without braces; None if there is none."""
        if not self.boxes:
            return None
        self.book.app.transfers.reads += 1
        text = str(self.api.getArrayFormula())
        return self.document.excel_reader()(text.removeprefix("{").removesuffix("}")) if text else None

    @formula_array.setter
    def formula_array(self, value: str) -> None:
        self._changing()
        self.book.app.transfers.writes += 1
        forget_booleans(self.document, self.sheet.ws, self.box)
        self.api.setArrayFormula(self.document.to_office(value) if value else "")

    @property
    def has_array(self) -> bool:
        """Is there an array formula?"""
        return bool(self.boxes) and bool(self.api.getArrayFormula())

    # ------------------------------------------------------------------------------------------ clearing

    def clear_contents(self) -> None:
        """Values and formulas go; formats and notes stay."""
        if self.boxes:
            self._changing()
            self.book.app.transfers.writes += 1
            for box in self.boxes:
                forget_booleans(self.document, self.sheet.ws, box)
            self.target.clearContents(CONTENT)

    def clear_formats(self) -> None:
        """Formats go; merged cells separate."""
        if self.boxes:
            self.formatting()
            booleans = [b for box in self.boxes for b in boolean_boxes(self.document, self.sheet.ws, box)]
            self._unmerge()
            self.target.clearContents(_FORMATS)
            if booleans:
                logical = self.document.model.NumberFormats.getStandardFormat(1024, struct("lang.Locale"))
                self.document.cells(self.sheet.ws, booleans).NumberFormat = logical

    def clear(self) -> None:
        """Values, formats and notes go."""
        if self.boxes:
            self._changing()
            self.book.app.transfers.writes += 1
            self._unmerge()
            self.target.clearContents(CONTENT | _NOTES | _FORMATS)

    # ------------------------------------------------------------------------------------------ places

    def end(self, direction: Any) -> Range:
        """Where Ctrl and an arrow key lead from the first cell."""
        down, right = _DIRECTIONS[direction]
        used = self.document.used(self.sheet.ws)
        row, column = self.row, self.column
        most = used.last_row if down else used.last_column
        strip = (
            Box(1, column, max(row + 1, min(most + 1, MAX_ROWS)), column)
            if down
            else Box(row, 1, row, max(column + 1, min(most + 1, MAX_COLS)))
        )
        strip = Box(*strip[:2], min(strip.last_row, MAX_ROWS), min(strip.last_column, MAX_COLS))
        empty: set[int] = set()
        for part in map(box_of, area_of(self.sheet.ws, strip).queryEmptyCells().getRangeAddresses()):
            empty.update(range(part.row, part.last_row + 1) if down else range(part.column, part.last_column + 1))
        last, limit = (strip.last_row, MAX_ROWS) if down else (strip.last_column, MAX_COLS)
        found = jump(row if down else column, down + right, lambda at: at <= last and at not in empty, last, limit)
        return self._at(Box(found, column, found, column) if down else Box(row, found, row, found))

    @property
    def current_region(self) -> Range:
        """What lies around without an empty row or column between."""
        cursor = self.sheet.ws.createCursorByRange(self.api)
        cursor.collapseToCurrentRegion()
        return self._at(box_of(cursor.RangeAddress))

    def select(self) -> None:
        """Selected on its sheet, which becomes the active one."""
        self.sheet.activate()
        self.document.selected = self
        if self.document.controller is not None:
            self.document.controller.select(self.target)

    # ------------------------------------------------------------------------------------------ sizes

    @property
    def column_width(self) -> float | None:
        """In Excel's characters; None where columns differ."""
        digit = self.document.digit_width
        return self._sizes("Columns", "Width", lambda width: chars_of(width, digit))

    @column_width.setter
    def column_width(self, value: float) -> None:
        self._size("Columns", "Width", width_of(value, self.document.digit_width))

    @property
    def row_height(self) -> float | None:
        """In points; None where rows differ."""
        return self._sizes("Rows", "Height", lambda height: round(height / PER_POINT, 2))

    @row_height.setter
    def row_height(self, value: float) -> None:
        self._size("Rows", "Height", round(value * PER_POINT))

    def _sizes(self, lines: str, name: str, unit: Any) -> float | None:
        part = self.document.clipped(self.sheet.ws, self.box)
        found = getattr(area_of(self.sheet.ws, part), lines)
        sizes = {unit(getattr(found.getByIndex(index), name)) for index in range(found.getCount())}
        return sizes.pop() if len(sizes) == 1 else None

    def _size(self, lines: str, name: str, size: int) -> None:
        self.formatting()
        for box in self.boxes:
            setattr(getattr(area_of(self.sheet.ws, box), lines), name, size)
            if lines == "Rows":
                self.document.heights.set_by_hand(self.sheet.ws, box)

    @property
    def row_hidden(self) -> bool | None:
        """Are the rows hidden? None where they differ."""
        return self._hidden("Rows")

    @row_hidden.setter
    def row_hidden(self, value: bool) -> None:
        self._hide("Rows", value)

    @property
    def column_hidden(self) -> bool | None:
        """Are the columns hidden? None where they differ."""
        return self._hidden("Columns")

    @column_hidden.setter
    def column_hidden(self, value: bool) -> None:
        self._hide("Columns", value)

    def _hidden(self, lines: str) -> bool | None:
        found = getattr(area_of(self.sheet.ws, self.document.clipped(self.sheet.ws, self.box)), lines)
        states = {not found.getByIndex(index).IsVisible for index in range(found.getCount())}
        return states.pop() if len(states) == 1 else None

    def _hide(self, lines: str, hidden: bool) -> None:
        self.formatting()
        for box in self.boxes:
            getattr(area_of(self.sheet.ws, box), lines).IsVisible = not hidden

    @property
    def width(self) -> float:
        """In points."""
        return float(self.api.Size.Width / PER_POINT)

    @property
    def height(self) -> float:
        """In points."""
        return float(self.api.Size.Height / PER_POINT)

    @property
    def left(self) -> float:
        """Points from the sheet's left edge."""
        return float(self.api.Position.X / PER_POINT)

    @property
    def top(self) -> float:
        """Points from the sheet's upper edge."""
        return float(self.api.Position.Y / PER_POINT)

    def autofit(self, axis: str | None = None) -> None:
        """Columns as wide, rows as high as their content: "c", "r" or both."""
        self.formatting()
        for box in self.boxes:
            area = area_of(self.sheet.ws, self.document.clipped(self.sheet.ws, box))
            if axis in (None, "c", "columns"):
                area.getColumns().OptimalWidth = True
            if axis in (None, "r", "rows"):
                area.getRows().OptimalHeight = True

    # ------------------------------------------------------------------------------------------ formats

    @property
    def font(self) -> Font:
        """The font."""
        return Font(self)

    @property
    def borders(self) -> Borders:
        """The borders."""
        return Borders(self)

    @property
    def number_format(self) -> str | None:
        """Excel's code; None where cells differ."""
        key = self._get("NumberFormat")
        return None if key is None else self.document.code_of(int(key))

    @number_format.setter
    def number_format(self, value: str) -> None:
        self.formatting()
        document, sheet, target = self.document, self.sheet.ws, self.target
        # In Excel a boolean stays one under every number format; where all cells have one other format there is none.
        now = document.common(target, "NumberFormat")
        booleans = (
            []
            if now is not None and not document.kind(int(now)) & 1024
            else [
                part
                for box in self.boxes
                if (key := document.common(area_of(sheet, box), "NumberFormat")) is None or document.kind(key) & 1024
                for part in boolean_boxes(document, sheet, document.clipped(sheet, box))
            ]
        )
        target.NumberFormat = document.key_of(value)
        if booleans:
            logical = document.model.NumberFormats.getStandardFormat(1024, struct("lang.Locale"))
            document.cells(sheet, booleans).NumberFormat = logical

    @property
    def color(self) -> tuple[int, int, int] | None:
        """The fill; None for none, and where cells differ."""
        color = self._get("CellBackColor")
        return None if color is None else rgb_of(color)

    @color.setter
    def color(self, value: Any) -> None:
        self._set("CellBackColor", number_of(value))

    def set_colors(self, colors: Any) -> None:
        """A colour for each cell; `...` leaves one as it is."""
        for r, row in enumerate(colors):
            for c, color in enumerate(row):
                if color is not ...:
                    self(r + 1, c + 1).color = color

    @property
    def wrap_text(self) -> bool | None:
        """Are long texts broken? None where cells differ."""
        wrapped: bool | None = self._get("IsTextWrapped")
        return wrapped

    @wrap_text.setter
    def wrap_text(self, value: bool) -> None:
        self._set("IsTextWrapped", bool(value))

    @property
    def horizontal_alignment(self) -> str | None:
        """xlwings' word; None where cells differ."""
        found = self._get("HoriJustify")
        return None if found is None else horizontal_of(found)

    @horizontal_alignment.setter
    def horizontal_alignment(self, value: str) -> None:
        self._set("HoriJustify", enum("table.CellHoriJustify", HORIZONTAL[value]))

    @property
    def vertical_alignment(self) -> str | None:
        """xlwings' word; None where cells differ."""
        found = self._get("VertJustify")
        return None if found is None else vertical_of(found)

    @vertical_alignment.setter
    def vertical_alignment(self, value: str) -> None:
        self._set("VertJustify", VERTICAL[value])

    def adjust_indent(self, amount: int) -> None:
        """Texts further in by this many steps (about three spaces each)."""
        self._set("ParaIndent", max(0, int(self.api.ParaIndent) + round(amount * 10 * PER_POINT)))

    # ------------------------------------------------------------------------------------------ merging

    def _merged(self, box: Box) -> Box:
        cursor = self.sheet.ws.createCursorByRange(
            area_of(self.sheet.ws, Box(box.row, box.column, box.row, box.column))
        )
        cursor.collapseToMergedArea()
        return box_of(cursor.RangeAddress)

    @property
    def merge_area(self) -> Range:
        """The merged cells around the first cell, or this cell."""
        return self._at(self._merged(self.box))

    @property
    def merge_cells(self) -> bool | None:
        """All of it within one set of merged cells? None where only a part is merged."""
        merged = self._merged(self.box)
        if merged.cells > 1 and merged.common(self.box) == self.box:
            return True
        return None if self.box.cells > 1 and self.api.getIsMerged() else False

    def merge(self, across: bool = False) -> None:
        """One cell of many, with the first one's content; `across` for each row by itself."""
        self.formatting()
        for box in self.boxes:
            rows = range(box.row, box.last_row + 1)
            for part in [Box(row, box.column, row, box.last_column) for row in rows] if across else [box]:
                self._merge(part)

    def _merge(self, box: Box) -> None:
        ws = self.sheet.ws
        area = area_of(ws, box)
        _, *others = (cell for row in area.getFormulaArray() for cell in row)
        if any(others):  # LibreOffice would keep what is hidden under the first cell
            if box.column < box.last_column:
                area_of(ws, box._replace(last_row=box.row, column=box.column + 1)).clearContents(CONTENT)
            if box.row < box.last_row:
                area_of(ws, box._replace(row=box.row + 1)).clearContents(CONTENT)
        area.merge(True)

    def unmerge(self) -> None:
        """Every merged cell that it touches comes apart."""
        self.formatting()
        self._unmerge()

    def _unmerge(self) -> None:
        for box in self.boxes:
            area = area_of(self.sheet.ws, self.document.clipped(self.sheet.ws, box.around(self._merged(box))))
            if area.getIsMerged():
                area.merge(False)

    # ------------------------------------------------------------------------------------------ notes, links, names

    @property
    def note(self) -> Note | None:
        """The first cell's note, or None."""
        return Note(self._first()) if self.cell.getAnnotation().getString() else None

    def _first(self) -> Range:
        return self._at(Box(self.row, self.column, self.row, self.column))

    def add_note(self, text: str) -> Note:
        """A note on the first cell."""
        first = self._first()
        first.annotating()
        first.put_note(text)
        return Note(first)

    def put_note(self, text: str) -> None:
        """This note and no other on the first cell; the notes of other cells are not touched."""
        self.drop_note()
        self.sheet.ws.getAnnotations().insertNew(self.cell.getCellAddress(), text)

    def drop_note(self) -> None:
        """No note on the first cell."""
        self.cell.clearContents(_NOTES)

    @property
    def hyperlink(self) -> str:
        """Where the first cell's link leads: an address, or #'sheet'!A1 within the workbook. EngineError for none."""
        for field in enumerated(self.cell.getTextFields()):
            url = getattr(field, "URL", None)
            if url:
                return self._excel_link(str(url))
        raise EngineError("这个单元格没有超链接。", "The cell doesn't seem to contain a hyperlink!")

    def add_hyperlink(self, address: str, text_to_display: str | None = None, screen_tip: str | None = None) -> None:
        """A link on the first cell, which shows and holds the text. LibreOffice keeps no tip."""
        first = self._first()
        first._changing()
        self.book.app.transfers.writes += 1
        field = self.document.model.createInstance("com.sun.star.text.TextField.URL")
        field.URL = self._office_link(address)
        field.Representation = text_to_display or address
        cell = first.cell
        cell.setString("")
        cell.insertTextContent(cell.createTextCursor(), field, False)

    @staticmethod
    def _office_link(address: str) -> str:
        if not address.startswith("#"):
            return address
        sheet, place = split_sheet(address[1:])
        if sheet is None:
            return address
        plain = sheet.replace("_", "").isalnum()
        return f"#{sheet if plain else quoted_sheet(sheet)}.{place}"

    def _excel_link(self, url: str) -> str:
        sheet, mark, place = url[1:].rpartition(".")
        if not url.startswith("#") or not mark:
            return url
        sheet = sheet.removeprefix("$")
        if sheet.startswith("'"):
            sheet = sheet[1:-1].replace("''", "'")
        return f"#{quoted_sheet(sheet)}!{place}"

    @property
    def name(self) -> Any:
        """The name that means just this range, or None."""
        return self.book.names.meaning(self)

    @name.setter
    def name(self, value: str) -> None:
        self.book.names.add(value, f"={quoted_sheet(self.sheet.name)}!{self.address}")

    @property
    def table(self) -> Any:
        """The table that the first cell is in, or None."""
        return next((t for t in self.sheet.tables if t.range.box.holds(self.row, self.column)), None)

    # ------------------------------------------------------------------------------------------ moving

    def insert(self, shift: str | None = None, copy_origin: str | None = None) -> None:
        """Room for new cells; what was there goes "down" or "right"."""
        self._changing()
        mode = "RIGHT" if shift == "right" or (shift is None and self.box.whole_columns) else "DOWN"
        self.sheet.ws.insertCells(self._address, enum("sheet.CellInsertMode", mode))

    def delete(self, shift: str | None = None) -> None:
        """The cells go; what follows comes "up" or "left"."""
        self._changing()
        mode = "LEFT" if shift == "left" or (shift is None and self.box.whole_columns) else "UP"
        self.sheet.ws.removeRange(self._address, enum("sheet.CellDeleteMode", mode))

    @property
    def _address(self) -> Any:
        return address_of(self.box, self.sheet.ws.RangeAddress.Sheet)

    def copy(self, destination: Any = None) -> None:
        """Content and formats to where the destination begins (an xlwings Range); there is no clipboard."""
        if destination is None:
            raise EngineError("复制需要目标区域。", "Copying needs a destination.")
        to = destination.impl
        to._at(Box(to.row, to.column, to.row + self.shape[0] - 1, to.column + self.shape[1] - 1))._changing()
        to.sheet.ws.copyRange(to.cell.getCellAddress(), self._address)


def jump(start: int, step: int, full: Any, last: int, limit: int) -> int:
    """Where Ctrl and an arrow key lead along a line: to the end of the filled cells, or to the next filled one."""
    edge_of_sheet = limit if step > 0 else 1

    def inside(at: int) -> bool:
        return 1 <= at <= (last if step > 0 else limit)

    at = start + step
    if full(start) and 1 <= at <= limit and full(at):
        while inside(at + step) and full(at + step):
            at += step
        return at
    if step < 0:
        at = min(at, last)
    while inside(at):
        if full(at):
            return at
        at += step
    return edge_of_sheet
