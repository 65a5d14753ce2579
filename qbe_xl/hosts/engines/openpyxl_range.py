"""Ranges of the openpyxl engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from openpyxl.cell.cell import MergedCell
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet.hyperlink import Hyperlink

from qbe_xl.hosts.engines.common import MAX_COLS, MAX_ROWS, Box, EngineError, format_address, matrix, to_rgb
from qbe_xl.hosts.engines.common import from_rgb as rgb_text
from qbe_xl.hosts.engines.openpyxl_blocks import carried, grown, merge_box, merged_with, split_merged
from qbe_xl.hosts.engines.openpyxl_cells import Cells
from qbe_xl.hosts.engines.openpyxl_format import Borders, Font
from qbe_xl.hosts.engines.openpyxl_layout import Layout, dimensions_style
from qbe_xl.hosts.engines.openpyxl_notes import Note, note_at, note_size
from qbe_xl.hosts.engines.openpyxl_styles import ALIGNMENT, HORIZONTAL, Change, Styles
from qbe_xl.hosts.engines.ranges import BoxRange

_STEPS = {"down": (1, 0), "up": (-1, 0), "right": (0, 1), "left": (0, -1)}
_DIRECTIONS = {"d": "down", "u": "up", "r": "right", "l": "left"}
_LINK_BLUE = "0563C1"


class Range(BoxRange):
    """A range on a sheet of an openpyxl workbook."""

    def __init__(self, sheet: Any, boxes: tuple[Box, ...]) -> None:
        self.sheet = sheet
        self.boxes = boxes
        self.options: dict[str, Any] = {}

    def _at(self, *boxes: Box) -> Range:
        return Range(self.sheet, boxes)

    @property
    def api(self) -> Any:
        """openpyxl's worksheet, None for a range without cells; asking openpyxl for a cell would make it."""
        return self.sheet.ws if self.boxes else None

    @property
    def cells(self) -> Cells:
        """The sheet's cells."""
        cells: Cells = self.sheet.cells_store
        return cells

    @property
    def layout(self) -> Layout:
        """The sheet's columns and rows."""
        return Layout(self.sheet.ws)

    @property
    def styles(self) -> Styles:
        """The workbook's styles."""
        styles: Styles = self.sheet.book.styles
        return styles

    @property
    def _transfers(self) -> Any:
        return self.sheet.book.app.transfers

    # ------------------------------------------------------------------------------------------ values

    @property
    def raw_value(self) -> Any:
        """None, a value, or rows of values; of several areas those of the first."""
        self._transfers.reads += 1
        if not self.boxes:
            return None
        if self.box.cells == 1:
            return self.cells.value((self.box.row, self.box.column))
        return self.cells.block(self.box)

    @raw_value.setter
    def raw_value(self, data: Any) -> None:
        self._write(data)

    def _write(self, data: Any) -> None:
        self._transfers.writes += 1
        self._guard_writing()
        for box in self.boxes:
            if isinstance(data, list | tuple):
                self.cells.put_block(box, matrix(data, *box.shape))
            else:
                self.cells.fill(box, data)

    def _guard_writing(self) -> None:
        self.sheet.guard_contents(self.boxes)
        self.sheet.guard_formulas(self.boxes)

    def _formulas(self) -> Any:
        self._transfers.reads += 1
        if not self.boxes:
            return None
        rows = self.cells.formulas(self.box)
        return rows[0][0] if self.box.cells == 1 else tuple(tuple(row) for row in rows)

    @property
    def formula(self) -> Any:
        """A formula, or a tuple of rows of them; the text of the value where there is none."""
        return self._formulas()

    @formula.setter
    def formula(self, value: Any) -> None:
        self._write(value)

    @property
    def formula2(self) -> Any:
        """As `formula`: openpyxl's cells do not spill."""
        return self._formulas()

    @formula2.setter
    def formula2(self, value: Any) -> None:
        self._write(value)

    @property
    def formula_array(self) -> Any:
        """The array formula of the first cell, else its formula."""
        self._transfers.reads += 1
        return self.cells.formulas(Box(self.row, self.column, self.row, self.column))[0][0] or None

    @formula_array.setter
    def formula_array(self, value: str) -> None:
        self._transfers.writes += 1
        self._guard_writing()
        self.cells.put_array(self.box, value, format_address(self.box, False, False))

    @property
    def has_array(self) -> bool:
        """Does an array formula stand in the first cell?"""
        return self.cells.array_at((self.row, self.column)) is not None

    def clear_contents(self) -> None:
        """Empty the cells, keep formats and notes."""
        self._transfers.writes += 1
        self._guard_writing()
        for box in self.boxes:
            self.cells.clear(box)

    def clear_formats(self) -> None:
        """Give the cells the default format; on a protected sheet not allowed."""
        self.format(("none", True))
        for box in self.boxes:
            split_merged(self.cells, box)

    def clear(self) -> None:
        """Contents, formats, notes and links."""
        self._transfers.writes += 1
        self._guard_writing()
        self.sheet.guard_formats(self.boxes)
        for box in self.boxes:
            self.cells.clear(box)
            split_merged(self.cells, box)
            for key, _ in list(self.cells.existing(box)):
                del self.cells.store[key]
            if box.whole_columns or box.whole_rows:
                for dimension in dimensions_style(self.layout, box):
                    dimension._style = StyleArray()

    # ------------------------------------------------------------------------------------------ neighbours

    def end(self, direction: str) -> Range:
        """Where Ctrl and an arrow key lead from the first cell."""
        down, right = _STEPS[_DIRECTIONS.get(direction, direction)]
        filled = self.cells.filled()
        row, column = self.row, self.column
        if (row, column) in filled and (row + down, column + right) in filled:
            while (row + down, column + right) in filled:
                row, column = row + down, column + right
        elif down:
            rows = [r for r, c in filled if c == column and (r - row) * down > 0]
            row = min(rows, key=lambda r: abs(r - row)) if rows else (MAX_ROWS if down > 0 else 1)
        else:
            columns = [c for r, c in filled if r == row and (c - column) * right > 0]
            column = min(columns, key=lambda c: abs(c - column)) if columns else (MAX_COLS if right > 0 else 1)
        return self._at(Box(row, column, row, column))

    @property
    def current_region(self) -> Range:
        """The block around the first cell that empty rows and columns bound."""
        filled = self.cells.filled()
        box = Box(self.row, self.column, self.row, self.column)
        while (larger := grown(box, filled)) != box:
            box = larger
        return self._at(box)

    # ------------------------------------------------------------------------------------------ formats

    def format(self, change: Change) -> None:
        """Apply one change of format to every cell of every area, as one transfer."""
        self._transfers.formats += 1
        self.sheet.guard_formats(self.boxes)
        for box in self.boxes:
            self._format_box(box, change)

    def _format_box(self, box: Box, change: Change) -> None:
        changed = self.styles.changed
        cells = self.cells
        if box.whole_columns or box.whole_rows:
            for dimension in dimensions_style(self.layout, box):
                dimension._style = changed(dimension._style, change)
            for _, cell in cells.existing(box):
                cell._style = changed(cell._style, change)
            return
        cells.clipped(box)  # too large a box is refused
        for r in range(box.row, box.last_row + 1):
            for c in range(box.column, box.last_column + 1):
                cell = cells.store.get((r, c))
                style = cells.style_of_absent((r, c)) if cell is None else cell._style
                new = changed(style, change)
                if cell is None:
                    if not any(new) or new == style:  # no cell is made to say nothing
                        continue
                    cell = cells.made((r, c))
                cell._style = new

    def format_cells(self, box: Box, change_at: Callable[[int, int], Change | None]) -> None:
        """Apply to each cell of a box the change that `change_at(row, column)` gives; the caller counts and guards."""
        for r in range(box.row, box.last_row + 1):
            for c in range(box.column, box.last_column + 1):
                change = change_at(r, c)
                if change is not None:
                    cell = self.cells.made((r, c))
                    cell._style = self.styles.changed(cell._style, change)

    def _styles_here(self) -> Iterator[Any]:
        store = self.cells.store
        for box in self.boxes:
            if box.whole_columns or box.whole_rows:
                yield self.cells.style_of_absent((box.row, box.column))
                yield from (cell._style for _, cell in self.cells.existing(box))
                continue
            for r in range(box.row, box.last_row + 1):
                for c in range(box.column, box.last_column + 1):
                    cell = store.get((r, c))
                    yield cell._style if cell is not None else self.cells.style_of_absent((r, c))

    def common(self, get: Callable[[Any], Any]) -> Any:
        """What `get` gives for every style here; None where they differ."""
        seen: dict[bytes, Any] = {}
        for style in self._styles_here():
            key = style.tobytes() if style else b""
            if key not in seen:
                seen[key] = get(style)
                if len(seen) > 1 and seen[key] != next(iter(seen.values())):
                    return None
        return next(iter(seen.values()), None)

    @property
    def color(self) -> tuple[int, int, int] | None:
        """Background; None without, or where cells differ."""
        found: tuple[int, int, int] | None = self.common(self.styles.fill_color)
        return found

    @color.setter
    def color(self, color_or_rgb: Any) -> None:
        rgb = to_rgb(color_or_rgb)
        self.format(("fill", None if rgb is None else rgb_text(rgb)))

    def set_colors(self, colors: list[list[Any]]) -> None:
        """A colour for each cell; ... leaves one as it is. One transfer."""
        self._transfers.formats += 1
        self.sheet.guard_formats(self.boxes)
        box = self.box

        def change_at(r: int, c: int) -> Change | None:
            color = colors[r - box.row][c - box.column]
            rgb = None if color is ... else to_rgb(color)
            return None if color is ... else ("fill", None if rgb is None else rgb_text(rgb))

        self.format_cells(box, change_at)

    @property
    def number_format(self) -> str | None:
        """Number format; None where cells differ."""
        found: str | None = self.common(lambda style: self.cells.number_format(self.styles.number_format(style)))
        return found

    @number_format.setter
    def number_format(self, value: str) -> None:
        self.format(("number_format", str(value)))

    @property
    def font(self) -> Font:
        """The font."""
        return Font(self)

    @property
    def borders(self) -> Borders:
        """The borders."""
        return Borders(self)

    @property
    def wrap_text(self) -> bool | None:
        """Are long texts broken? None where cells differ."""
        found: bool | None = self.common(lambda style: self.styles.alignment(style, "wrap_text"))
        return found

    @wrap_text.setter
    def wrap_text(self, value: bool) -> None:
        self.format(("alignment", "wrap_text", bool(value)))

    def adjust_indent(self, amount: int) -> None:
        """Indent by so many steps more (or less)."""
        self.format(("indent", amount))

    @property
    def horizontal_alignment(self) -> str | None:
        """One of xlwings' words; None where cells differ."""
        found: str | None = self.common(lambda style: self.styles.alignment(style, "horizontal"))
        return found

    @horizontal_alignment.setter
    def horizontal_alignment(self, value: str) -> None:
        self.format(("alignment", "horizontal", HORIZONTAL[value]))

    @property
    def vertical_alignment(self) -> str | None:
        """One of xlwings' words; None where cells differ."""
        found: str | None = self.common(lambda style: self.styles.alignment(style, "vertical"))
        return found

    @vertical_alignment.setter
    def vertical_alignment(self, value: str) -> None:
        self.format(("alignment", "vertical", value))

    # ------------------------------------------------------------------------------------------ layout

    @property
    def column_width(self) -> float | None:
        """Width in characters; None where columns differ."""
        return self.layout.width(self.box)

    @column_width.setter
    def column_width(self, value: float) -> None:
        self._lay("formatColumns", lambda box: self.layout.set_width(box, value))

    @property
    def row_height(self) -> float | None:
        """Height in points; None where rows differ."""
        return self.layout.height(self.box)

    @row_height.setter
    def row_height(self, value: float) -> None:
        self._lay("formatRows", lambda box: self.layout.set_height(box, value))

    @property
    def column_hidden(self) -> bool | None:
        """Are the columns hidden? None where they differ."""
        return self.layout.column_hidden(self.box)

    @column_hidden.setter
    def column_hidden(self, value: bool) -> None:
        self._lay("formatColumns", lambda box: self.layout.hide_columns(box, bool(value)))

    @property
    def row_hidden(self) -> bool | None:
        """Are the rows hidden? None where they differ."""
        return self.layout.row_hidden(self.box)

    @row_hidden.setter
    def row_hidden(self, value: bool) -> None:
        self._lay("formatRows", lambda box: self.layout.hide_rows(box, bool(value)))

    def _lay(self, permission: str, act: Callable[[Box], None]) -> None:
        self._transfers.formats += 1
        self.sheet.guard_permission(permission, self.address)
        for box in self.boxes:
            act(box)

    @property
    def left(self) -> float:
        """Points from the sheet's left edge."""
        return self.layout.left(self.column)

    @property
    def top(self) -> float:
        """Points from the sheet's top edge."""
        return self.layout.top(self.row)

    @property
    def width(self) -> float:
        """Points."""
        return self.layout.size(self.box)[0]

    @property
    def height(self) -> float:
        """Points."""
        return self.layout.size(self.box)[1]

    def autofit(self, axis: str | None = None) -> None:
        """Columns after their longest text (an estimate); rows are left to the program that opens the file."""
        if axis in (None, "c", "columns"):
            self._lay("formatColumns", self._fit_columns)
        if axis in (None, "r", "rows"):
            self._lay("formatRows", lambda box: self.layout.fit_rows(box.row, box.last_row))

    def _fit_columns(self, box: Box) -> None:
        clipped = self.cells.clipped(box)
        merged = [Box(m.min_row, m.min_col, m.max_row, m.max_col) for m in self.sheet.ws.merged_cells.ranges]
        styles = self.styles
        texts = []
        wrapped: dict[int, bool] = {}
        for key, cell in self.cells.existing(clipped):
            number = cell._style[ALIGNMENT] if cell._style else 0
            if number not in wrapped:
                wrapped[number] = styles.alignment(cell._style, "wrap_text")
            if cell._value is None or wrapped[number] or (merged and any(m.holds(*key) for m in merged)):
                continue
            texts.append((key, self._shown_text(key, cell)))
        self.layout.fit_columns(texts)

    def _shown_text(self, key: tuple[int, int], cell: Any) -> str:
        value = self.cells.value(key)
        if isinstance(value, float):
            return f"{value:.10g}"
        return "" if value is None else str(value)[:10] if hasattr(value, "year") else str(value)

    # ------------------------------------------------------------------------------------------ merges

    @property
    def merge_cells(self) -> bool | None:
        """Are the cells merged? None where some are and some are not."""
        states = []
        for box in self.boxes:
            covered = sum(part.cells for _, area in merged_with(self.cells, box) if (part := area.common(box)))
            states.append(True if covered == box.cells else None if covered else False)
        return states[0] if len(set(states)) == 1 else None

    @property
    def merge_area(self) -> Range:
        """The merged range around the first cell, or that cell."""
        cell = Box(self.row, self.column, self.row, self.column)
        return self._at(next((area for _, area in merged_with(self.cells, cell)), cell))

    def merge(self, across: bool = False) -> None:
        """Merge each area, or with `across` each of its rows; only the first value stays."""
        self._transfers.formats += 1
        self.sheet.guard_always(self.address)
        for box in self.boxes:
            rows = range(box.row, box.last_row + 1)
            parts = [Box(r, box.column, r, box.last_column) for r in rows] if across else [box]
            for part in parts:
                merge_box(self.cells, part)

    def unmerge(self) -> None:
        """Split every merged range that is touched."""
        self._transfers.formats += 1
        self.sheet.guard_always(self.address)
        for box in self.boxes:
            split_merged(self.cells, box)

    # ------------------------------------------------------------------------------------------ notes and links

    @property
    def note(self) -> Note | None:
        """The note of the first cell, or None."""
        return note_at(self)

    def add_note(self, text: str) -> Note:
        """A note on a cell that has none."""
        self._transfers.notes += 1
        if len(self) != 1:
            raise EngineError("批注只能加在一个单元格上", "A note belongs to one cell")
        self.sheet.guard_objects(self.boxes)
        cell = self.cells.made((self.row, self.column))
        if type(cell) is MergedCell:
            raise EngineError(f"{self.address} 在合并区域内", f"{self.address} is hidden in a merged range")
        if cell._comment is not None:
            raise EngineError(f"{self.address} 已有批注", f"{self.address} has a note already")
        cell.comment = note_size(str(text), self.sheet.book.author)
        return Note(self)

    @property
    def hyperlink(self) -> str:
        """Where the first cell leads; '#' in front of a place in this workbook. EngineError without a link."""
        cell = self.cells.store.get((self.row, self.column))
        link = getattr(cell, "hyperlink", None)
        if link is None:
            raise EngineError(
                f"{self.address} 没有超链接", f"{self.address}: The cell doesn't seem to contain a hyperlink!"
            )
        if link.target:
            return f"{link.target}#{link.location}" if link.location else str(link.target)
        return f"#{link.location}"

    def add_hyperlink(self, address: str, text_to_display: str | None = None, screen_tip: str | None = None) -> None:
        """A link on the first cell, with its text; '#' leads within the workbook."""
        self._transfers.formats += 1
        box = Box(self.row, self.column, self.row, self.column)
        self.sheet.guard_contents((box,))
        self.sheet.guard_permission("insertHyperlinks", self.address)
        text = address if text_to_display is None else str(text_to_display)
        self.cells.put((self.row, self.column), f"'{text}")
        cell = self.cells.made((self.row, self.column))
        target, _, location = address.partition("#")
        link = Hyperlink(ref="", target=target or None, location=location or None, display=text)
        link.tooltip = screen_tip[:255] if screen_tip else None
        cell.hyperlink = link
        style = self.styles.changed(cell._style, ("font", "color", _LINK_BLUE))
        cell._style = self.styles.changed(style, ("font", "u", "single"))

    # ------------------------------------------------------------------------------------------ the rest

    @property
    def name(self) -> Any:
        """The name of exactly this range, or None."""
        return self.sheet.book.names.of_range(self)

    @name.setter
    def name(self, value: str) -> None:
        self.sheet.book.names.add(value, f"={self.sheet.reference(self.boxes)}")

    @property
    def table(self) -> Any:
        """The table the first cell lies in, or None."""
        return next((t for t in self.sheet.tables if t.range.box.holds(self.row, self.column)), None)

    def select(self) -> None:
        """Select; as in Excel only on the active sheet."""
        if self.sheet.book.active_ws is not self.sheet.ws:
            raise EngineError(
                f"工作表“{self.sheet.name}”不是当前工作表，不能选择其中的单元格：请先激活它",
                f"Cells can be selected on the active sheet only; activate '{self.sheet.name}' first",
            )
        self.sheet.select_boxes(self.boxes)

    def copy(self, destination: Any = None) -> None:
        """Values, formulas and formats to another place; formulas are carried on relatively."""
        if destination is None:
            raise EngineError("没有剪贴板", "There is no clipboard: give a destination")
        from_sheet, to = self.sheet, destination.impl
        to.sheet.guard_contents(to.boxes)
        self._transfers.writes += 1
        rows = self.cells.formulas(self.box)
        for r, row in enumerate(rows):
            for c, text in enumerate(row):
                key = (self.row + r, self.column + c)
                cell = from_sheet.cells_store.store.get(key)
                if cell is None or type(cell) is MergedCell:
                    continue
                goal = to.cells.made((to.row + r, to.column + c))
                goal._style = StyleArray(cell._style) if cell._style else None
                if cell.data_type == "f":
                    here = Box(goal.row, goal.column, goal.row, goal.column)
                    to.cells.put((goal.row, goal.column), carried(text, key, here))
                else:
                    goal._value, goal.data_type = cell._value, cell.data_type

    def __repr__(self) -> str:
        return f"<openpyxl Range {self.sheet.name}!{self.address}>"
