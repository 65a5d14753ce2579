"""Recalculation without a spreadsheet: what the template's formulas give for the figures in a submitted workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from io import BytesIO
from pathlib import Path
from typing import Literal
from zipfile import ZipFile

from qbe_xl.core.errors import QbeError
from qbe_xl.core.languages import LANGUAGES, Text
from qbe_xl.forms.grid import Book
from qbe_xl.forms.reader import file_info
from qbe_xl.forms.template import MAX_SCHOOLS, Template, words
from qbe_xl.forms.template.layout import LIVE_FIRST_ROW
from qbe_xl.forms.template.words import VARIANT_NAME
from qbe_xl.forms.texts import letter
from qbe_xl.formula import CellValue, Result, bound_plan, evaluate
from qbe_xl.formula.matching import match
from qbe_xl.formula.values import Texts, from_python, to_python
from qbe_xl.hosts.headless.calls import Function, call, registered_functions
from qbe_xl.hosts.headless.inputs import Rows, as_they_stand, laid_out
from qbe_xl.hosts.headless.patching import Patched, patched_sheet
from qbe_xl.safety import PackageFacts, Refused, preflight, save_atomically
from qbe_xl.safety.patching import with_parts
from qbe_xl.standards import known_editions, load_edition

Cell = tuple[str, str]  # sheet and A1 reference
Served = Literal["block", "model", "input", "function", "kept"]
NEAR = 1e-9  # two programs' results that differ by less are the same
SHOWN = 5
DEEPEST = 100  # calls that look at calls


@dataclass(frozen=True)
class Difference:
    """A result as it was saved in the file (None: none), and as it is."""

    sheet: str
    ref: str
    saved: CellValue
    value: CellValue


@dataclass(frozen=True)
class Recalculation:
    """What a workbook's formula cells give. `values` by sheet and reference: all of the template's, and calls of QBE_
    functions in other cells; `kept`: other cells' formulas, which are never evaluated."""

    package: PackageFacts
    template: Template
    result: Result
    values: Mapping[Cell, CellValue]
    kept: tuple[Cell, ...] = ()

    def value(self, sheet: str, ref: str) -> CellValue:
        """A formula cell's value; KeyError where it is none, or its formula was not evaluated."""
        return self.values[sheet, ref]

    def path(self, sheet: str, ref: str) -> Served:
        """What served a cell: the blocks, ExcelModel, a QBE_ function; `kept` as saved, or `input`: it is no formula."""
        if (sheet, ref) in self.kept:
            return "kept"
        try:
            path = self.result.path(sheet, ref)
        except KeyError:
            path = "input"
        return "function" if path == "input" and (sheet, ref) in self.values else path

    @cached_property
    def _patched(self) -> Mapping[str, tuple[str, Patched]]:
        """Part name to (sheet, its new content)."""
        by_sheet: dict[str, dict[str, CellValue]] = {}
        for (sheet, ref), value in self.values.items():
            by_sheet.setdefault(sheet, {})[ref] = value
        found = {}
        with ZipFile(BytesIO(self.package.data)) as package:
            for sheet, values in by_sheet.items():
                part = self.package.sheet(sheet).part
                found[part] = sheet, patched_sheet(package.read(part), values, self.package.name)
        return found

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """Where the results saved in the file are not what they should be: old, edited, or none."""
        return tuple(
            Difference(sheet, ref, saved, self.values[sheet, ref])
            for sheet, patched in self._patched.values()
            for ref, saved in patched.cached.items()
            if not _same(saved, self.values[sheet, ref])
        )

    def to_bytes(self) -> bytes:
        """The workbook with these values; but for results of formula cells every part is as it was."""
        return with_parts(self.package.data, {part: patched.data for part, (_, patched) in self._patched.items()})

    def save(self, target: Path | str, replace: bool = False) -> Path:
        """Write `to_bytes` to `target`, atomically. QbeError QBE-CAL-010 where it exists and is not to be replaced."""
        target = Path(target)
        if target.exists() and not replace:
            raise QbeError("QBE-CAL-010", file=str(target))
        return save_atomically(target, self.to_bytes())


def recalculate(path: Path | str, functions: Mapping[str, Function] | None = None) -> Recalculation:
    """Every formula cell of a workbook made from our county template, computed from the figures in it.

    The formulas are those of our own template for the pinned edition, language and number of rows; the workbook's are
    compared with them as texts. Results saved in it are never used. `functions` (by name, `QBE_COEF`; those of the
    registry by default) evaluate calls in cells of the user's own.

    Refused, with a finding's code: a file that may not be read, another program's workbook (QBE-STR-015), changed
    formulas (QBE-STR-016), an unknown edition (QBE-STR-013).
    """
    path = Path(path)
    package = preflight(path)
    template = template_of(package)
    found = match(template, package)
    if found.changed:
        raise _changed([f"{sheet}!{ref}" for sheet, ref in found.changed])
    layout = template.layout
    with Book(package) as book:
        inputs = laid_out(template, book, path, found.moved) if found.moved else as_they_stand(template, book)
        if inputs.wrong:
            raise _changed(list(inputs.wrong))
        bound = bound_plan(layout.edition, layout.lang, layout.capacity, inputs.more_rows)
        result = evaluate(bound, inputs.rows)
        values: dict[Cell, CellValue] = {(sheet, ref): value for sheet, ref, value in result.formula_cells()}
        others = _OtherCells(package, book, values, functions)
        extra, kept = others.all(book.grid(layout.sheet_name("schools")).rows)
    return Recalculation(package, template, result, {**values, **extra}, kept)


def template_of(package: PackageFacts) -> Template:
    """The template that a workbook was made from; Refused where it was made from none of ours."""
    info = file_info(package)
    pinned = info.pinned_edition
    if pinned is None or info.template_version is None:
        raise _not_ours(package, Text("没有模板标记", "it does not bear the template's mark"))
    if pinned not in known_editions():
        raise Refused("QBE-STR-013", pinned=pinned)
    edition = load_edition(pinned)
    sheets = {sheet.name: sheet for sheet in package.worksheets}
    for lang in LANGUAGES:
        checks = sheets.get(words.SHEETS["checks"][lang])
        if checks is None:
            continue
        capacity = sum(1 for _ in _filled_down(checks.formulas))
        if not 1 <= capacity <= MAX_SCHOOLS:
            break
        # the variant with QBE_ calls: other formulas, which give the same values as those of the blocks
        template = Template(edition, lang, capacity, functions=VARIANT_NAME in package.names)
        if template.layout.version != info.template_version:
            zh = f"模板版本是 {info.template_version}，本程序的是 {template.layout.version}"
            en = f"its version is {info.template_version}, this program's is {template.layout.version}"
            raise _not_ours(package, Text(zh, en))
        return template
    raise _not_ours(package, Text("缺少结果表", "its result sheets are missing"))


def _filled_down(formulas: Mapping[str, str]) -> Iterator[int]:
    row = LIVE_FIRST_ROW
    while f"B{row}" in formulas:
        yield row
        row += 1


def _not_ours(package: PackageFacts, problem: Text) -> Refused:
    return Refused("QBE-STR-015", file=package.name, problem=problem)


def _changed(cells: list[str]) -> Refused:
    more = "…" if len(cells) > SHOWN else ""
    return Refused(
        "QBE-STR-016", count=len(cells), cells=Text("、".join(cells[:SHOWN]) + more, ", ".join(cells[:SHOWN]) + more)
    )


class _OtherCells:
    """Formula cells of the user's own: QBE_ calls are evaluated, also where they look at one another."""

    def __init__(
        self,
        package: PackageFacts,
        book: Book,
        values: Mapping[Cell, CellValue],
        functions: Mapping[str, Function] | None,
    ) -> None:
        self.book, self.values = book, values
        self.sheets = {sheet.name for sheet in package.worksheets}
        self.formulas = {
            (sheet.name, ref): formula
            for sheet in package.worksheets
            for ref, formula in sheet.formulas.items()
            if (sheet.name, ref) not in values
        }
        if functions is None:
            called = any("QBE_" in formula.upper() for formula in self.formulas.values())
            functions = registered_functions() if called else {}
        self.functions = functions
        self.computed: dict[Cell, CellValue] = {}
        self.kept: dict[Cell, None] = {}
        self.open: set[Cell] = set()

    def all(self, schools: Rows | None) -> tuple[dict[Cell, CellValue], tuple[Cell, ...]]:
        """The values of calls, and the cells that stay as they are. `schools`: what QBE_CHECK looks at by itself."""
        if self.functions:
            from qbe_xl.functions import set_current_table

            before = set_current_table(lambda: schools)
            try:
                for cell in self.formulas:
                    self._evaluated(cell)
            finally:
                set_current_table(before)
        else:
            self.kept = dict.fromkeys(self.formulas)
        return self.computed, tuple(self.kept)

    def _evaluated(self, cell: Cell) -> bool:
        """Whether a cell is a call; its value is then known."""
        if cell in self.computed or cell in self.kept:
            return cell in self.computed
        if cell in self.open or len(self.open) > DEEPEST:
            return False  # a circle: what was saved counts
        self.open.add(cell)
        known, value = call(self.formulas[cell], self.functions, partial(self._area, cell[0]))
        self.open.discard(cell)
        if known:
            self.computed[cell] = value
        else:
            self.kept[cell] = None
        return known

    def _area(
        self, own: str, sheet: str | None, first: tuple[int, int], last: tuple[int, int]
    ) -> list[list[CellValue]] | None:
        where = own if sheet is None else sheet
        if where not in self.sheets:
            return None
        columns = range(first[1], last[1] + 1)
        return [[self._value(where, row, column) for column in columns] for row in range(first[0], last[0] + 1)]

    def _value(self, sheet: str, row: int, column: int) -> CellValue:
        cell = sheet, f"{letter(column)}{row}"
        if cell in self.values:
            return self.values[cell]
        if cell in self.formulas and self._evaluated(cell):
            return self.computed[cell]
        return _plain(self.book.grid(sheet).at(row, column))


def _plain(value: object) -> CellValue:
    texts = Texts()
    return to_python(*from_python(value, texts), texts)


def _same(saved: CellValue, value: CellValue) -> bool:
    if isinstance(saved, float) and isinstance(value, float):
        return abs(saved - value) <= NEAR * max(1.0, abs(saved), abs(value))
    if saved is None:
        return value == ""  # an empty text, as some programs save it
    return type(saved) is type(value) and saved == value
