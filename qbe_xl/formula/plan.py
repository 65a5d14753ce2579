"""The plan of a template: its formulas folded, runs of equal ones as blocks, blocks of one shape grouped and ordered.

A plan is plain JSON: nothing in it can run, and whoever reads it checks every place against the sheets' bounds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from qbe_xl.forms.template import Template, template_bytes, words
from qbe_xl.forms.texts import cell_of
from qbe_xl.formula.fold import Folded, Ref, fold
from qbe_xl.formula.syntax import FORMAT, Plan, Tree, Uncovered, parse

_OWN_ROW = re.compile(r"(?<=[A-Z])[0-9]+(?![0-9.(])")
_TEXT = re.compile(r'"[^"]*"')


class Block(NamedTuple):
    """A run of cells below one another with one formula."""

    sheet: int
    column: int
    first: int
    last: int
    folded: Folded
    formula: str  # of the first cell

    @property
    def rows(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True)
class Sheets:
    """The template's sheets by number."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    live: frozenset[int]

    @staticmethod
    def of(template: Template) -> Sheets:
        """The sheets of a template: input sheets first."""
        layout = template.layout
        ids = (*layout.sheets, *words.SHEETS)
        live = frozenset(range(len(layout.sheets), len(ids)))
        return Sheets(ids, tuple(layout.sheet_name(i) for i in ids), live)


Place = tuple[int, int, int]  # sheet, row from 1, column from 0
FormulaCell = tuple[int, int, int, str]  # the same, and the formula


def make_plan(template: Template) -> Plan:
    """The plan of a template; ValueError where its formulas go in a circle, which no edition makes them do."""
    sheets = Sheets.of(template)
    cells = [(sheets.ids.index(cell.sheet), *cell_of(cell.ref), cell.formula) for cell in template.live_cells()]
    schools = sheets.ids.index("schools"), template.layout.sentinel_row
    return plan_of(cells, sheets, schools, lambda wanted: _constants(template, wanted, sheets))


def plan_of(
    cells: Sequence[FormulaCell],
    sheets: Sheets,
    schools: tuple[int, int],
    constants: Callable[[Sequence[Place]], list[list[Any]]],
) -> Plan:
    """The plan of these formulas. `schools`: the sheet, and its last row, whose ranges may turn out longer;
    `constants` gives [sheet, row, column, value] for cells of result sheets that are looked at and no formulas."""
    blocks = _blocks(cells)
    bounds = _bounds(blocks, sheets)
    groups: dict[tuple[Any, ...], list[Block]] = {}
    for block, level in zip(blocks, _levels(blocks, sheets), strict=True):
        groups.setdefault((level, *_kind(block, sheets, bounds)), []).append(block)
    trees: dict[str, Tree | None] = {}
    for shape in dict.fromkeys(block.folded.shape for block in blocks):
        try:
            trees[shape] = parse(shape)
        except Uncovered:
            trees[shape] = None
    named = enumerate(zip(sheets.ids, sheets.names, strict=True))
    plan: Plan = {
        "format": FORMAT,
        "sheets": [[sheet_id, name, *bounds[k], k in sheets.live] for k, (sheet_id, name) in named],
        "schools": list(schools),
        "constants": constants(_looked_at(blocks, sheets)),
        "steps": [],
    }
    for key in sorted(groups, key=lambda key: key[0]):
        plan["steps"] += _steps(groups[key], trees, sheets, plan)
    return plan


# ---- blocks


def _blocks(cells: Sequence[FormulaCell]) -> list[Block]:
    columns: dict[tuple[int, int], list[tuple[int, str]]] = {}
    for sheet, row, column, formula in cells:
        columns.setdefault((sheet, column), []).append((row, formula))
    found: list[Block] = []
    for (sheet, column), column_cells in columns.items():
        found += _runs(sheet, column, sorted(column_cells))
    return found


def _runs(sheet: int, column: int, cells: Sequence[tuple[int, str]]) -> Iterator[Block]:
    run: Block | None = None
    movable = False
    for row, formula in cells:
        if run is not None and movable and run.last == row - 1 and formula == _moved(run.formula, run.first, row):
            run = run._replace(last=row)
            continue
        folded = fold(formula, row)
        if run is not None and run.last == row - 1 and run.folded == folded:
            run = run._replace(last=row)
            continue
        if run is not None:
            yield run
        run = Block(sheet, column, row, row, folded, formula)
        movable = not any(_OWN_ROW.search(text) for text in _TEXT.findall(formula))
    if run is not None:
        yield run


def _moved(formula: str, first: int, row: int) -> str:
    """The formula as it would stand in another row, if every number behind a letter alone is its own row: quick, and
    compared with what does stand there, so that a wrong guess only costs time."""
    return _OWN_ROW.sub(lambda match: str(row) if match[0] == str(first) else match[0], formula)


def _refs(block: Block) -> Iterator[Ref]:
    return (place for place in block.folded.places if isinstance(place, Ref))


def _sheet_of(ref: Ref, block: Block, sheets: Sheets) -> int:
    return block.sheet if ref.sheet is None else sheets.names.index(ref.sheet)


def _area(ref: Ref, block: Block) -> tuple[int, int]:
    """First and last row that a reference touches over a whole block."""
    return ref.rows_for(block.first)[0], ref.rows_for(block.last)[1]


def _bounds(blocks: Sequence[Block], sheets: Sheets) -> list[tuple[int, int]]:
    """Rows and columns of every sheet, as far as formulas stand or look."""
    rows, columns = [1] * len(sheets.ids), [1] * len(sheets.ids)
    for block in blocks:
        rows[block.sheet] = max(rows[block.sheet], block.last)
        columns[block.sheet] = max(columns[block.sheet], block.column + 1)
        for ref in _refs(block):
            sheet = _sheet_of(ref, block, sheets)
            rows[sheet] = max(rows[sheet], _area(ref, block)[1])
            columns[sheet] = max(columns[sheet], ref.last_column + 1)
    return list(zip(rows, columns, strict=True))


def _levels(blocks: Sequence[Block], sheets: Sheets) -> list[int]:
    """How many blocks stand before each one, at most: blocks of one level may be computed in any order."""
    by_column: dict[tuple[int, int], list[int]] = {}
    for number, block in enumerate(blocks):
        by_column.setdefault((block.sheet, block.column), []).append(number)
    levels: dict[int, int] = {}
    open_: set[int] = set()

    def level(number: int) -> int:
        if number in levels:
            return levels[number]
        if number in open_:
            raise ValueError(f"a circle of formulas at {blocks[number].formula}")
        open_.add(number)
        block, deepest = blocks[number], -1
        for ref in _refs(block):
            sheet, (first, last) = _sheet_of(ref, block, sheets), _area(ref, block)
            for column in range(ref.column, ref.last_column + 1):
                for other in by_column.get((sheet, column), ()):
                    if blocks[other].first <= last and blocks[other].last >= first:
                        deepest = max(deepest, level(other))
        open_.discard(number)
        levels[number] = deepest + 1
        return deepest + 1

    return [level(number) for number in range(len(blocks))]


# ---- groups


def _kind(block: Block, sheets: Sheets, bounds: Sequence[tuple[int, int]]) -> tuple[Any, ...]:
    """What blocks must share to be computed together."""
    single = block.rows == 1
    about: list[Any] = []
    for place in block.folded.places:
        if isinstance(place, Ref):
            first, last = place.rows_for(block.first)
            moves = not single and place.moves
            stride = bounds[_sheet_of(place, block, sheets)][1] if place.is_range else 0
            about.append((place.is_range, moves, last - first, place.last_column - place.column, stride))
            if place.is_range and place.moves != place.last_moves and not single:
                about.append(block)  # a range that grows from row to row stands alone
        else:
            about.append(None)
    return block.folded.shape, block.rows, tuple(about)


def _steps(
    blocks: Sequence[Block], trees: dict[str, Tree | None], sheets: Sheets, plan: Plan
) -> Iterator[dict[str, Any]]:
    from qbe_xl.formula.binding import compiles

    tree = trees[blocks[0].folded.shape]
    growing = any(ref.moves != ref.last_moves for ref in _refs(blocks[0])) and blocks[0].rows > 1
    if tree is not None and not growing:
        step = _group(blocks, tree, sheets, plan)
        if compiles(plan, step):
            yield step
            return
    for block in blocks:
        yield _for_model(block, sheets)


def _group(blocks: Sequence[Block], tree: Tree, sheets: Sheets, plan: Plan) -> dict[str, Any]:
    rows = blocks[0].rows
    schools, sentinel = plan["schools"]
    places: list[dict[str, Any]] = []
    for index, place in enumerate(blocks[0].folded.places):
        if not isinstance(place, Ref):
            places.append({"numbers": [block.folded.places[index] for block in blocks]})
            continue
        refs = [(block, block.folded.places[index]) for block in blocks]
        at = [
            [_sheet_of(ref, block, sheets), ref.rows_for(block.first)[0], ref.column]
            for block, ref in refs
            if isinstance(ref, Ref)
        ]
        about: dict[str, Any] = {"at": at, "moves": place.moves and rows > 1}
        if place.is_range:
            first, last = place.rows_for(blocks[0].first)
            about["rows"], about["columns"] = last - first + 1, place.last_column - place.column + 1
            about["stretches"] = at[0][0] == schools and last == sentinel
        places.append(about)
    out = [[block.sheet, block.first, block.column] for block in blocks]
    return {"tree": tree, "rows": rows, "out": out, "places": places}


def _for_model(block: Block, sheets: Sheets) -> dict[str, Any]:
    """A block that is left to ExcelModel: its formulas, and the cells that they look at."""
    formulas, needs = [], []
    for row in range(block.first, block.last + 1):
        formulas.append(_unfolded(block, row))
        for ref in _refs(block):
            first, last = ref.rows_for(row)
            needs.append([_sheet_of(ref, block, sheets), first, ref.column, last, ref.last_column])
    return {"model": formulas, "out": [[block.sheet, block.first, block.column]], "needs": needs}


def _unfolded(block: Block, row: int) -> str:
    """The formula of a block as it stands in one of its rows."""
    text = block.folded.shape
    for index in reversed(range(len(block.folded.places))):
        place = block.folded.places[index]
        if isinstance(place, Ref):
            quoted = "'" + place.sheet.replace("'", "''") + "'!" if place.sheet is not None else ""
            text = text.replace(f"_{'r' if place.is_range else 'c'}{index}", quoted + place.shown(row))
        else:
            text = text.replace(f"_n{index}", f"{place:.15g}")
    return text


def _looked_at(blocks: Sequence[Block], sheets: Sheets) -> list[Place]:
    """Cells of result sheets that formulas look at and that hold none."""
    formulas = {(block.sheet, row, block.column) for block in blocks for row in range(block.first, block.last + 1)}
    wanted: set[Place] = set()
    for block in blocks:
        for ref in _refs(block):
            sheet, (first, last) = _sheet_of(ref, block, sheets), _area(ref, block)
            if sheet in sheets.live:
                columns = range(ref.column, ref.last_column + 1)
                wanted.update((sheet, row, column) for row in range(first, last + 1) for column in columns)
    return sorted(wanted - formulas)


def _constants(template: Template, wanted: Sequence[Place], sheets: Sheets) -> list[list[Any]]:
    """What the template writes there: numbers of rows, limits."""
    from qbe_xl.forms.grid import Book
    from qbe_xl.safety.preflight import inspect

    layout = template.layout
    content = template_bytes(layout.edition, layout.lang, layout.capacity)
    found = []
    with Book(inspect(content, "template.xlsx", sheets=False)) as book:
        for sheet, row, column in wanted:
            value = book.grid(sheets.names[sheet]).at(row, column)
            if value is not None:
                found.append([sheet, row, column, value])
    return found
