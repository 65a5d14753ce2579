"""Blocks of cells in the openpyxl engine: merging and splitting, regions, formulas carried to another place."""

from __future__ import annotations

from openpyxl.formula.translate import Translator
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet.cell_range import CellRange

from qbe_xl.hosts.engines.common import Box, format_address
from qbe_xl.hosts.engines.openpyxl_cells import Cells


def merged_with(cells: Cells, box: Box) -> list[tuple[CellRange, Box]]:
    """The merged ranges that a box touches, as openpyxl has them and as boxes."""
    found = []
    for merged in cells.ws.merged_cells.ranges:
        area = Box(merged.min_row, merged.min_col, merged.max_row, merged.max_col)
        if area.common(box):
            found.append((merged, area))
    return found


def merge_box(cells: Cells, box: Box) -> None:
    """Merge a box and what it touches; of the values the first stays, the format is that of the first cell."""
    for _, area in merged_with(cells, box):
        box = box.around(area)
    split_merged(cells, box)
    if box.cells == 1:
        return
    home = (box.row, box.column)
    here = sorted(cells.existing(box), key=lambda entry: entry[0])
    # Excel keeps the first value it finds, not only that of the first cell.
    first = next((key for key, cell in here if cell._value is not None), None)
    if first and first != home:
        source, target = cells.store[first], cells.made(home)
        target._value, target.data_type, target._style = source._value, source.data_type, source._style
    for key, _ in here:
        if key != home:
            cells.forget(key)
    cells.ws.merge_cells(format_address(box, False, False))
    _style_all(cells, box)


def split_merged(cells: Cells, box: Box) -> None:
    """Split every merged range that a box touches; each cell keeps the format."""
    for merged, area in merged_with(cells, box):
        cells.ws.unmerge_cells(merged.coord)
        _style_all(cells, area)


def _style_all(cells: Cells, box: Box) -> None:
    style = cells.made((box.row, box.column))._style
    if style and any(style):
        for r in range(box.row, box.last_row + 1):
            for c in range(box.column, box.last_column + 1):
                cells.made((r, c))._style = StyleArray(style)


def grown(box: Box, filled: set[tuple[int, int]]) -> Box:
    """`box` and the rows and columns beside it, corners included, in which something stands."""
    top, left, bottom, right = box

    def row_filled(r: int) -> bool:
        return any((r, c) in filled for c in range(left - 1, right + 2))

    def column_filled(c: int) -> bool:
        return any((r, c) in filled for r in range(top - 1, bottom + 2))

    while row_filled(bottom + 1):
        bottom += 1
    while top > 1 and row_filled(top - 1):
        top -= 1
    while column_filled(right + 1):
        right += 1
    while left > 1 and column_filled(left - 1):
        left -= 1
    return Box(top, left, bottom, right)


def carried(text: str, key: tuple[int, int], to: Box) -> str:
    """A formula of the cell at `key` as it reads in another cell."""
    origin = format_address(Box(*key, *key), False, False)
    return str(Translator(text, origin=origin).translate_formula(format_address(to, False, False)))
