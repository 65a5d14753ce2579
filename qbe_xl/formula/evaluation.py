"""Evaluation: the inputs put into a plan, every step run, and what each cell then holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from qbe_xl.forms.texts import cell_of, letter
from qbe_xl.formula.binding import Bound, ModelStep, Sheet
from qbe_xl.formula.compiling import Run
from qbe_xl.formula.values import BLANK, NUMBER, CellValue, Texts, from_python, to_python

# the rows of a sheet as a reader gives them, the first at index 0
Rows = Sequence[Sequence[Any]]
Path = Literal["block", "model", "input"]


@dataclass(frozen=True)
class Result:
    """The values of all cells of one evaluation."""

    bound: Bound
    run: Run

    def value(self, sheet: str, ref: str) -> CellValue:
        """A cell's value by the sheet's name and A1 reference; KeyError for a cell beyond the template."""
        return self._at(self._index(sheet, ref))

    def path(self, sheet: str, ref: str) -> Path:
        """What gave a cell its value: the blocks, ExcelModel, or neither (it is no formula); KeyError as for `value`."""
        index = self._index(sheet, ref)
        for step in self.bound.steps:
            if (step.out == index).any():
                return "model" if isinstance(step, ModelStep) else "block"
        return "input"

    def formula_cells(self) -> Iterator[tuple[str, str, CellValue]]:
        """(sheet, reference, value) of every formula cell."""
        kinds, numbers, texts = self.run.kinds.tolist(), self.run.numbers.tolist(), self.run.texts
        starts = np.array([sheet.offset for sheet in self.bound.sheets])
        for step in self.bound.steps:
            owners = np.searchsorted(starts, step.out, side="right") - 1
            for index, owner in zip(step.out.tolist(), owners.tolist(), strict=True):
                sheet = self.bound.sheets[owner]
                row, column = divmod(index - sheet.offset, sheet.columns)
                yield sheet.name, f"{letter(column)}{row + 1}", to_python(kinds[index], numbers[index], texts)

    def _at(self, index: int) -> CellValue:
        return to_python(int(self.run.kinds[index]), float(self.run.numbers[index]), self.run.texts)

    def _index(self, sheet: str, ref: str) -> int:
        return _inside(self.bound.sheet(sheet), ref)


def _inside(sheet: Sheet, ref: str) -> int:
    row, column = cell_of(ref)
    if not (1 <= row <= sheet.rows and column < sheet.columns):
        raise KeyError(f"{sheet.name}!{ref}")
    return sheet.index(row, column)


def evaluate(bound: Bound, inputs: Mapping[str, Rows]) -> Result:
    """Compute every formula cell. `inputs` gives the rows of the input sheets by name, laid out as in the template.

    Rows and columns beyond what formulas look at are passed over, and so are sheets of results: what stands there is
    computed, never taken.
    """
    run = Run(bound.kinds.copy(), bound.numbers.copy(), Texts(bound.texts))
    for sheet in bound.sheets:
        if not sheet.live and sheet.name in inputs:
            _put(run, sheet, inputs[sheet.name])
    with np.errstate(all="ignore"):
        for step in bound.steps:
            if isinstance(step, ModelStep):
                _by_model(bound, run, step)
            else:
                kinds, numbers = step.code(run, None)
                # a blank as a formula's value is 0
                run.kinds[step.out] = np.maximum(kinds, NUMBER)
                run.numbers[step.out] = numbers
    return Result(bound, run)


def _put(run: Run, sheet: Sheet, rows: Rows) -> None:
    kinds, numbers, texts, width = run.kinds, run.numbers, run.texts, sheet.columns
    start = sheet.offset
    for row in rows[: sheet.rows]:
        for column, value in enumerate(row[:width]):
            if value is not None:
                kinds[start + column], numbers[start + column] = from_python(value, texts)
        start += width


def _by_model(bound: Bound, run: Run, step: ModelStep) -> None:
    from qbe_xl.formula.model import calculate

    names = [sheet.name for sheet in bound.sheets]
    own = bound.sheets[step.sheet]
    values: dict[tuple[str, str], CellValue] = {}
    for number, top, left, bottom, right in step.needs:
        sheet = bound.sheets[number]
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                index = sheet.index(row, column)
                if run.kinds[index] != BLANK:
                    values[names[number], f"{letter(column)}{row}"] = to_python(
                        int(run.kinds[index]), float(run.numbers[index]), run.texts
                    )
    refs = [f"{letter(step.column)}{step.first + k}" for k in range(len(step.formulas))]
    found = calculate(values, {(own.name, ref): f"={text}" for ref, text in zip(refs, step.formulas, strict=True)})
    for index, ref in zip(step.out, refs, strict=True):
        run.kinds[index], run.numbers[index] = from_python(found[own.name, ref], run.texts)
