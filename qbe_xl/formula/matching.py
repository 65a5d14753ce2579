"""Whether a workbook's formulas are its template's, and where the cells that they look at have gone.

Rows inserted, columns moved and other programs' ways of writing are no differences. Texts are compared; nothing of a
submitted workbook is evaluated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from qbe_xl.forms.template import Template
from qbe_xl.forms.template.cells import LiveCell
from qbe_xl.forms.texts import cell_of
from qbe_xl.formula.fold import Ref, fold
from qbe_xl.safety import PackageFacts, SheetFacts

# a sheet's name, first and last row, first and last column
Area = tuple[str, int, int, int, int]


@dataclass(frozen=True)
class Match:
    """`changed`: live cells whose formula is another or missing, as (sheet, reference). `moved`: for each area of the
    input sheets that formulas look at, where it stands in this workbook; empty where nothing moved."""

    changed: tuple[tuple[str, str], ...] = ()
    moved: Mapping[Area, Area] = field(default_factory=dict)


def match(template: Template, package: PackageFacts) -> Match:
    """Compare every live cell. Refused where a sheet is beyond the bounds; a missing sheet counts as changed."""
    comparison = _Comparison(template, package)
    changed = tuple(
        (template.layout.sheet_name(cell.sheet), cell.ref)
        for cell in template.live_cells()
        if not comparison.same(cell)
    )
    moved = comparison.areas
    return Match(changed, moved if any(area != there for area, there in moved.items()) else {})


class _Comparison:
    def __init__(self, template: Template, package: PackageFacts) -> None:
        layout = template.layout
        self.names = {sheet_id: layout.sheet_name(sheet_id) for sheet_id in (*layout.sheets, *_live(template))}
        self.inputs = {layout.sheet_name(sheet_id) for sheet_id in layout.sheets}
        self.sheets: dict[str, SheetFacts] = {sheet.name: sheet for sheet in package.worksheets}
        self.masters = {
            name: dict(_masters(sheet)) for name, sheet in self.sheets.items() if name in self.names.values()
        }
        self.areas: dict[Area, Area] = {}
        self.known: dict[tuple[str, str, str], bool] = {}

    def same(self, cell: LiveCell) -> bool:
        name = self.names[cell.sheet]
        sheet = self.sheets.get(name)
        found = sheet.formulas.get(cell.ref) if sheet is not None else None
        if sheet is None or found is None:
            return False
        row, column = cell_of(cell.ref)
        found_row = row
        if not found:  # it shares the formula of another cell
            master, found = self.masters[name].get(sheet.shared.get(cell.ref, ""), ("", ""))
            if not found:
                return False
            found_row, master_column = cell_of(master)
            if master_column != column:
                return False
        expected = cell.formula[1:]
        if found_row != row or "#" in found:
            return self._same(name, expected, row, found, found_row)
        # most rows repeat a pair of texts, but for their own number
        key = (name, expected.replace(str(row), "#"), found.replace(str(row), "#"))
        if key not in self.known:
            self.known[key] = self._same(name, expected, row, found, row)
        return self.known[key]

    def _same(self, name: str, expected: str, row: int, found: str, found_row: int) -> bool:
        both = areas_of(name, expected, row, found, found_row)
        if both is None or any(
            area != place for area, place in both if area[0] not in self.inputs or area[0] == name
        ):
            return False
        pairs = [(area, place) for area, place in both if area[0] in self.inputs and area[0] != name]
        return all(self.areas.setdefault(area, place) == place for area, place in pairs)


def areas_of(name: str, expected: str, row: int, found: str, found_row: int) -> list[tuple[Area, Area]] | None:
    """What two formulas of the sheet `name` look at, place by place; None where they differ in anything else."""
    ours, theirs = fold(expected, row), fold(found, found_row)
    if ours.shape != theirs.shape or len(ours.places) != len(theirs.places):
        return None
    pairs: list[tuple[Area, Area]] = []
    for here, there in zip(ours.places, theirs.places, strict=True):
        if not isinstance(here, Ref) or not isinstance(there, Ref):
            if here != there:
                return None
            continue
        if (here.moves, here.last_moves) != (there.moves, there.last_moves):
            return None
        pairs.append((_area(here, name, row), _area(there, name, row)))
    return pairs


def _live(template: Template) -> list[str]:
    return list(dict.fromkeys(cell.sheet for cell in template.live_cells()))


def _area(ref: Ref, own: str, row: int) -> Area:
    first, last = ref.rows_for(row)
    return ref.sheet if ref.sheet is not None else own, first, last, ref.column, ref.last_column


def _masters(sheet: SheetFacts) -> Iterator[tuple[str, tuple[str, str]]]:
    for ref, number in sheet.shared.items():
        if sheet.formulas.get(ref):
            yield number, (ref, sheet.formulas[ref])
