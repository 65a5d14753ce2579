"""Result sheets in the open workbook: a drawing put into cells, and the next time only what differs.

Values go in one transfer a sheet; formats property by property over as few addresses as possible, so that the number of
calls hardly grows with the number of schools.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Literal

import xlwings as xw

from qbe_xl.hosts.excel.live import column_letters
from qbe_xl.outputs.results.drawing import Box, Cell, Drawn, DrawnSheet, Look

MOST_LINKS = 200  # a sheet: each costs a call of its own
_MOST_WRITES = 60  # rectangles of changed values that are written one by one; beyond that all at once
_ROOM = 1.08  # widths count in digits of the workbook's own font, which may be narrower than that of the results
_ADDRESS = 250  # characters; Excel takes 255
_LONG_ADDRESS = 8_000  # LibreOffice has no such limit, and each call takes long
_BLANK = Drawn(None, Look(""))

Content = Any  # what a cell is given: a number, a text behind an apostrophe, a formula, None


def content(cell: Drawn) -> Content:
    """What to write: formulas as they are, texts behind an apostrophe so that none becomes a number, date or formula."""
    if cell.formula is not None:
        return cell.formula
    if isinstance(cell.value, str):
        return f"'{cell.value}" if cell.value else None
    return cell.value


def paint(sheet: xw.Sheet, new: DrawnSheet, old: DrawnSheet | None, breathe: Callable[[], None]) -> None:
    """Make the sheet show `new`. `old` is what we drew there before (None: a fresh sheet); what others wrote outside our
    cells stays. `breathe` is called between the steps and may raise."""
    _unmerge(sheet, new, old)
    _values(sheet, new, old)
    breathe()
    linked = _links(sheet, new, old)
    breathe()
    _formats(sheet, new, old, linked, breathe)
    _merge(sheet, new, old)
    _sizes(sheet, new, old)
    breathe()
    if old is None or old.freeze != new.freeze:
        _freeze(sheet, new)
    if old is None:
        sheet.show_gridlines = False


def erase(sheet: xw.Sheet, old: DrawnSheet) -> None:
    """Take our cells out of a sheet that holds others' too."""
    paint(sheet, DrawnSheet(old.key, old.name, []), old, lambda: None)


def as_it_stands(sheet: xw.Sheet, drawn: DrawnSheet) -> tuple[DrawnSheet, bool]:
    """The drawing with what now stands in its cells instead (someone may have typed over them), and whether anything
    stands outside of them."""
    used = sheet.used_range.last_cell
    rows, columns = _extent(drawn)
    box = (max(rows, used.row), max(columns, used.column))
    found = sheet.range((1, 1), box).options(ndim=2, err_to_str=True).value
    formulas = any(cell.formula for cell in drawn.cells.values())
    cells = dict(drawn.cells)
    foreign = False
    for r, row in enumerate(found):
        for c, value in enumerate(row):
            cell = drawn.cells.get((r, c))
            if cell is None:
                foreign = foreign or value is not None
            elif not _same(value, cell.value) and not (formulas and cell.formula):
                cells[r, c] = replace(cell, value=value if isinstance(value, str | int | float) else None, formula=None)
    changed = replace(drawn)
    changed.cells = cells
    return changed, foreign


def _same(found: object, drawn: object) -> bool:
    if drawn in (None, ""):
        return found in (None, "")
    return found == drawn


def _extent(drawn: DrawnSheet) -> tuple[int, int]:
    rows = max((row for row, _ in drawn.cells), default=0)
    return rows + 1, max((column for _, column in drawn.cells), default=0) + 1


# ---- values


def _values(sheet: xw.Sheet, new: DrawnSheet, old: DrawnSheet | None) -> None:
    if old is None:
        rows, columns = _extent(new)
        grid: list[list[Content]] = [[None] * columns for _ in range(rows)]
        for (row, column), cell in new.cells.items():
            grid[row][column] = content(cell)
        sheet.range((1, 1), (rows, columns)).value = grid
        return
    changed = {
        at: content(new.cells.get(at, _BLANK))
        for at in {*new.cells, *old.cells}
        if content(new.cells.get(at, _BLANK)) != content(old.cells.get(at, _BLANK))
    }
    boxes = rectangles(changed)
    if len(boxes) > _MOST_WRITES:
        boxes = _whole_columns_of(changed, new, old)
    for r1, c1, r2, c2 in boxes:
        part = [[content(new.cells.get((r, c), _BLANK)) for c in range(c1, c2 + 1)] for r in range(r1, r2 + 1)]
        sheet.range((r1 + 1, c1 + 1), (r2 + 1, c2 + 1)).value = part


def _whole_columns_of(changed: Iterable[Cell], new: DrawnSheet, old: DrawnSheet) -> list[Box]:
    """Where much has changed: our own cells, the changed ones and those around them, column by column."""
    columns = {column for _, column in changed}
    first = {c: min(r for r, column in changed if column == c) for c in columns}
    last = {c: max(r for r, column in changed if column == c) for c in columns}
    ours = {at for at in {*new.cells, *old.cells} if at[1] in columns and first[at[1]] <= at[0] <= last[at[1]]}
    return rectangles(ours)


# ---- formats

_Setter = Callable[[xw.Range, Any], None]


def _inner(target: xw.Range) -> list[str]:
    """The inside borders that the first area has; the others are of its kind."""
    rows, columns = target.shape
    return [*(["inside_vertical"] if columns > 1 else []), *(["inside_horizontal"] if rows > 1 else [])]


def _set_border(target: xw.Range, color: str | None) -> None:
    sides = ["edge_top", "edge_bottom", "edge_left", "edge_right", *_inner(target)]
    if color is None:
        target.borders.set(sides, line_style=None)
    else:
        target.borders.set(sides, line_style="continuous", weight="thin", color=color)


def _set_bottom(target: xw.Range, color: str | None) -> None:
    sides = ["edge_bottom", *(side for side in _inner(target) if side == "inside_horizontal")]
    if color is None:
        target.borders.set(sides, line_style=None)
    else:
        target.borders.set(sides, line_style="dot", color=color)


def _set_fill(target: xw.Range, value: str | None) -> None:
    target.color = value


def _font(name: str) -> _Setter:
    def set_it(target: xw.Range, value: Any) -> None:
        setattr(target.font, name, value)

    return set_it


def _own(name: str) -> _Setter:
    def set_it(target: xw.Range, value: Any) -> None:
        setattr(target, name, value)

    return set_it


def _set_align(target: xw.Range, value: Literal["left", "center", "right"] | None) -> None:
    target.horizontal_alignment = value or "general"


# property of Look -> how it is set; fresh sheets have the second value already
_PROPERTIES: dict[str, tuple[_Setter, Any]] = {
    "font_name": (_font("name"), ""),
    "font_size": (_font("size"), 0),
    "font_color": (_font("color"), ""),
    "bold": (_font("bold"), False),
    "italic": (_font("italic"), False),
    "fill": (_set_fill, None),
    "number_format": (_own("number_format"), "General"),
    "wrap": (_own("wrap_text"), False),
    "align": (_set_align, None),
    "valign": (_own("vertical_alignment"), "bottom"),
    "border": (_set_border, None),
    "bottom": (_set_bottom, None),
}


def _formats(
    sheet: xw.Sheet, new: DrawnSheet, old: DrawnSheet | None, linked: set[Cell], breathe: Callable[[], None]
) -> None:
    # a link brings a style of its own: such a cell is as good as fresh
    before = {} if old is None else {at: cell for at, cell in old.cells.items() if at not in linked}
    changed = {at: cell.look for at, cell in new.cells.items() if at not in before or before[at].look != cell.look}
    gone = [at for at in (old.cells if old else ()) if at not in new.cells]
    longest = _longest(sheet)
    for address in addresses(rectangles(gone), longest):
        sheet.range(address).clear_formats()
    if not changed:
        return
    # a cell that we formatted before may have to lose a property, a fresh one does not; looks are few, cells are many
    pairs: dict[tuple[Look | None, Look], list[Cell]] = {}
    for at, look in changed.items():
        pairs.setdefault((before[at].look if at in before else None, look), []).append(at)
    for name, (setter, fresh) in _PROPERTIES.items():
        groups: dict[Any, list[Cell]] = {}
        for (had, look), cells in pairs.items():
            wanted = getattr(look, name)
            if wanted != (fresh if had is None else getattr(had, name)):
                groups.setdefault(wanted, []).extend(cells)
        for value, cells in groups.items():
            boxes = rectangles(cells)
            # inside borders exist only where there are several rows or columns: each kind by itself
            for kind in _by_shape(boxes) if name in ("border", "bottom") else [boxes]:
                for address in addresses(kind, longest):
                    setter(sheet.range(address), value)
        breathe()
    _indents(sheet, changed, before)


def _by_shape(boxes: Iterable[Box]) -> list[list[Box]]:
    kinds: dict[tuple[bool, bool], list[Box]] = {}
    for box in boxes:
        kinds.setdefault((box[2] > box[0], box[3] > box[1]), []).append(box)
    return list(kinds.values())


def _indents(sheet: xw.Sheet, changed: Mapping[Cell, Look], before: Mapping[Cell, Drawn]) -> None:
    """Indents can only be moved: by as much as is wanted more or less."""
    steps: dict[int, list[Cell]] = {}
    for at, look in changed.items():
        had = before[at].look.indent if at in before else 0
        # changing the alignment takes the indent away
        if at in before and before[at].look.align != look.align:
            had = 0
        if look.indent != had:
            steps.setdefault(look.indent - had, []).append(at)
    for step, cells in steps.items():
        for address in addresses(rectangles(cells), _longest(sheet)):
            sheet.range(address).adjust_indent(step)


def rectangles(cells: Iterable[Cell]) -> list[Box]:
    """The cells as few rectangles: runs in a row, and equal runs of rows below each other."""
    runs: dict[tuple[int, int], tuple[int, int]] = {}  # columns -> rows of the rectangle still growing
    found: list[Box] = []
    by_row: dict[int, list[int]] = {}
    for row, column in cells:
        by_row.setdefault(row, []).append(column)
    for row in sorted(by_row):
        here = set(_runs(sorted(by_row[row])))
        for columns in [key for key, rows in runs.items() if key not in here or rows[1] != row - 1]:
            first, last = runs.pop(columns)
            found.append((first, columns[0], last, columns[1]))
        for columns in here:
            runs[columns] = (runs[columns][0] if columns in runs else row, row)
    found += [(rows[0], columns[0], rows[1], columns[1]) for columns, rows in runs.items()]
    return sorted(found)


def _runs(columns: list[int]) -> Iterator[tuple[int, int]]:
    start = columns[0]
    for previous, column in zip(columns, [*columns[1:], -1], strict=True):
        if column != previous + 1:
            yield start, previous
            start = column


def a1(box: Box) -> str:
    """`A1:C5` for a box, `A1` for a single cell, `3:5` for whole rows (last column -1)."""
    if box[3] < 0:
        return f"{box[0] + 1}:{box[2] + 1}"
    first = f"{column_letters(box[1])}{box[0] + 1}"
    return first if box[:2] == box[2:] else f"{first}:{column_letters(box[3])}{box[2] + 1}"


def _longest(sheet: xw.Sheet) -> int:
    return _LONG_ADDRESS if sheet.book.app.engine.name == "libreoffice" else _ADDRESS


def addresses(boxes: Iterable[Box], longest: int = _ADDRESS) -> Iterator[str]:
    """Many rectangles as few addresses (`A1:B2,D4`) of at most so many characters."""
    parts: list[str] = []
    length = 0
    for box in boxes:
        part = a1(box)
        if parts and length + len(part) + 1 > longest:
            yield ",".join(parts)
            parts, length = [], 0
        parts.append(part)
        length += len(part) + 1
    if parts:
        yield ",".join(parts)


# ---- merges, sizes, links


def _unmerge(sheet: xw.Sheet, new: DrawnSheet, old: DrawnSheet | None) -> None:
    for box in set(old.merges if old else ()) - set(new.merges):
        sheet.range(a1(box)).unmerge()


def _merge(sheet: xw.Sheet, new: DrawnSheet, old: DrawnSheet | None) -> None:
    known = set(old.merges) if old else set()
    for address in addresses((box for box in new.merges if box not in known), _longest(sheet)):
        sheet.range(address).merge()


def _sizes(sheet: xw.Sheet, new: DrawnSheet, old: DrawnSheet | None) -> None:
    widths = dict(enumerate(new.widths))
    known = dict(enumerate(old.widths)) if old else {}
    for first, last, width in _alike({c: w for c, w in widths.items() if known.get(c) != w}):
        sheet.range(f"{column_letters(first)}:{column_letters(last)}").column_width = round(width * _ROOM, 1)
    heights = {r: h for r, h in new.heights.items() if old is None or old.heights.get(r) != h}
    for height in sorted(set(heights.values())):
        rows = [(first, 0, last, -1) for first, last, _ in _alike({r: h for r, h in heights.items() if h == height})]
        for address in addresses(rows, _longest(sheet)):
            sheet.range(address).row_height = height
    if old is not None:
        for row in old.heights.keys() - new.heights.keys():
            sheet.range(f"{row + 1}:{row + 1}").row_height = 15


def _alike(sizes: Mapping[int, float]) -> Iterator[tuple[int, int, float]]:
    """Runs of neighbours of one size."""
    start = previous = None
    for number in sorted(sizes):
        if start is not None and previous is not None and (number != previous + 1 or sizes[number] != sizes[start]):
            yield start, previous, sizes[start]
            start = number
        if start is None:
            start = number
        previous = number
    if start is not None and previous is not None:
        yield start, previous, sizes[start]


def _links(sheet: xw.Sheet, new: DrawnSheet, old: DrawnSheet | None) -> set[Cell]:
    """Make the links that are not there yet; the cells concerned."""
    before = old.cells if old else {}
    made: set[Cell] = set()
    wanted = [(at, cell) for at, cell in new.cells.items() if cell.link is not None]
    for (row, column), cell in wanted[:MOST_LINKS]:
        had = before.get((row, column))
        if had is None or (had.link, had.value) != (cell.link, cell.value):
            sheet.range((row + 1, column + 1)).add_hyperlink(cell.link or "", str(cell.value), cell.tip)
            made.add((row, column))
    return made


def _freeze(sheet: xw.Sheet, new: DrawnSheet) -> None:
    """Keep the header in sight, where the spreadsheet can be told so: xlwings cannot tell Excel."""
    with suppress(NotImplementedError):
        _freeze_at(sheet, new.freeze)


def _freeze_at(sheet: xw.Sheet, at: Cell | None) -> None:
    if at is None:
        sheet.freeze_panes.unfreeze()
        return
    row, column = at
    if row and column:
        sheet.freeze_panes.freeze_at(f"A1:{column_letters(column - 1)}{row}")
    elif row:
        sheet.freeze_panes.freeze_at(f"1:{row}")
    elif column:
        sheet.freeze_panes.freeze_at(f"A:{column_letters(column - 1)}")
