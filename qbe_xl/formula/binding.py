"""From a plan to something that runs: every place as an index into one flat array of all cells.

What a plan says is checked against its own sheets, so that a damaged or foreign one raises InvalidPlan and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from qbe_xl.formula import functions as _functions  # noqa: F401  # what a plan calls
from qbe_xl.formula.compiling import Code, Compiler, Indices, Places, Span
from qbe_xl.formula.syntax import FORMAT, Plan, Uncovered
from qbe_xl.formula.values import Texts, from_python

MOST_CELLS = 20_000_000


class InvalidPlan(Exception):
    """The plan is not one of ours, or damaged."""


@dataclass(frozen=True)
class Sheet:
    """One sheet in the flat array: its first cell's index, its rows and columns, and whether it holds results."""

    id: str
    name: str
    offset: int
    rows: int
    columns: int
    live: bool

    def index(self, row: int, column: int) -> int:
        """A cell's index; the row from 1, the column from 0."""
        return self.offset + (row - 1) * self.columns + column


@dataclass(frozen=True)
class BlockStep:
    """Blocks computed together: the cells that they fill, and how."""

    out: Indices
    code: Code


@dataclass(frozen=True)
class ModelStep:
    """Cells left to ExcelModel: their indices and formulas, and the areas that they look at."""

    out: Indices
    sheet: int
    first: int
    column: int
    formulas: tuple[str, ...]
    needs: tuple[tuple[int, int, int, int, int], ...]


@dataclass(frozen=True)
class Bound:
    """A plan ready to run. `kinds` and `numbers` are the cells before anything is put in: the template's constants."""

    sheets: tuple[Sheet, ...]
    steps: tuple[BlockStep | ModelStep, ...]
    texts: Texts
    kinds: npt.NDArray[np.int8]
    numbers: npt.NDArray[np.float64]

    def sheet(self, name: str) -> Sheet:
        """The sheet of this name; KeyError where there is none."""
        for sheet in self.sheets:
            if sheet.name == name:
                return sheet
        raise KeyError(name)


def bind(plan: Plan, more_rows: int = 0) -> Bound:
    """The plan, for a table of schools with `more_rows` rows more (or fewer) than the template has.

    InvalidPlan where it is not a plan of ours.
    """
    try:
        if plan["format"] != FORMAT:
            raise InvalidPlan(f"format {plan['format']!r}")
        binder = _Binder(plan, more_rows)
        steps = tuple(binder.step(step, located) for step, located in binder.located(plan["steps"]))
        return binder.bound(steps)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, Uncovered, ValueError) as error:
        raise InvalidPlan(f"{type(error).__name__}: {error}") from error


def compiles(plan: Plan, step: dict[str, Any]) -> bool:
    """Whether the blocks cover a step of a plan in the making."""
    binder = _Binder(plan, 0)
    try:
        for each, located in binder.located([step]):
            binder.step(each, located)
    except Uncovered:
        return False
    return True


class _Binder:
    def __init__(self, plan: Plan, more_rows: int) -> None:
        self.plan, self.more_rows = plan, more_rows
        self.schools, self.sentinel = plan["schools"]
        self.texts = Texts()
        sheets, offset = [], 0
        for number, (sheet_id, name, rows, columns, live) in enumerate(plan["sheets"]):
            if min(rows, columns) < 1:
                raise ValueError("a sheet without cells")
            rows += more_rows if number == self.schools else 0
            sheets.append(Sheet(str(sheet_id), str(name), offset, rows, columns, bool(live)))
            offset += rows * columns
        if not 0 < offset <= MOST_CELLS:
            raise ValueError("too many cells")
        self.sheets, self.size = tuple(sheets), offset
        self.about = np.array([[s.offset, s.rows, s.columns] for s in sheets], np.int64)

    def bound(self, steps: tuple[BlockStep | ModelStep, ...]) -> Bound:
        kinds, numbers = np.zeros(self.size, np.int8), np.zeros(self.size)
        for sheet, row, column, value in self.plan["constants"]:
            at = self.sheets[sheet].index(row, column)
            kinds[at], numbers[at] = from_python(value, self.texts)
        return Bound(self.sheets, steps, self.texts, kinds, numbers)

    def located(self, steps: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], list[tuple[Indices, Indices]]]]:
        """Each step with the indices of what it fills and of its places, and the widths of their sheets.

        All at once, for one place alone costs as much. ValueError for a place outside its sheet.
        """
        at: list[list[int]] = []
        sizes: list[tuple[int, int, int]] = []  # how many places, their height and width, with all rows of the block
        for step in steps:
            rows = len(step["model"]) if "model" in step else int(step["rows"])
            for about in self._listed(step):
                height, width = self._size(about)
                if height < 1 or width < 1 or rows < 1 or not about["at"]:
                    raise ValueError("an empty place")
                at += about["at"]
                sizes.append((len(about["at"]), height + (rows - 1 if about["moves"] else 0), width))
        where = np.array(at, np.int64).reshape(len(at), 3)
        counts, heights, widths = np.array(sizes, np.int64).T
        offset, most_rows, columns = self.about[where[:, 0]].T
        inside = (where >= (0, 1, 0)).all() and (where[:, 0] < len(self.sheets)).all()
        inside &= (where[:, 1] + np.repeat(heights, counts) - 1 <= most_rows).all()
        inside &= (where[:, 2] + np.repeat(widths, counts) <= columns).all()
        if not inside:
            raise ValueError("a place outside its sheet")
        first = offset + (where[:, 1] - 1) * columns + where[:, 2]
        start = 0
        for step in steps:
            rows = len(step["model"]) if "model" in step else int(step["rows"])
            places = []
            for about in self._listed(step):
                end = start + len(about["at"])
                own, stride = first[start:end], columns[start:end]
                start = end
                if len(own) > 1 or about["moves"]:
                    lower = (
                        np.arange(rows) * stride[:, None] if about["moves"] else np.zeros((len(own), rows), np.int64)
                    )
                    own = (own[:, None] + lower).ravel()
                places.append((own, stride))
            yield step, places

    def _listed(self, step: dict[str, Any]) -> list[dict[str, Any]]:
        """What stands where in a step: first what it fills."""
        out = {"at": step["out"], "moves": True}
        return [out, *(about for about in step.get("places", ()) if "at" in about)]

    def _size(self, about: dict[str, Any]) -> tuple[int, int]:
        if "rows" not in about:
            return 1, 1
        return int(about["rows"]) + (self.more_rows if about["stretches"] else 0), int(about["columns"])

    def step(self, step: dict[str, Any], located: list[tuple[Indices, Indices]]) -> BlockStep | ModelStep:
        """A step ready to run; Uncovered where the blocks cannot."""
        if "model" in step:
            return self._model(step, located[0][0])
        rows, rest = int(step["rows"]), iter(located)
        out, _ = next(rest)
        places = Places(len(out))
        for number, about in enumerate(step["places"]):
            if "numbers" in about:
                values = [float(value) for value in about["numbers"]]
                same = all(value == values[0] for value in values)
                if not same and len(values) * rows != len(out):
                    raise ValueError("numbers for other blocks")
                places.numbers[number] = values[0] if same else np.repeat(np.array(values), rows)
                continue
            start, stride = next(rest)
            if len(start) not in (1, len(out)):
                raise ValueError("places for other blocks")
            if "rows" not in about:
                places.cells[number] = start
                continue
            if (stride != stride[0]).any():
                raise ValueError("ranges of one group in sheets of different width")
            places.ranges[number] = Span(start, *self._size(about), int(stride[0]))
        node = Compiler(places, self.texts).compile(step["tree"])
        if node.rank != 1:
            raise Uncovered("an array as a cell's value")
        return BlockStep(out, node.code)

    def _model(self, step: dict[str, Any], out: Indices) -> ModelStep:
        formulas = tuple(str(formula) for formula in step["model"])
        sheet, first, column = step["out"][0]
        needs = []
        for number, top, left, bottom, right in step["needs"]:
            if number == self.schools and bottom == self.sentinel:
                bottom += self.more_rows
            inside = self.sheets[number]
            if not (number >= 0 and 1 <= top <= bottom <= inside.rows and 0 <= left <= right < inside.columns):
                raise ValueError("a place outside its sheet")
            needs.append((number, top, left, bottom, right))
        return ModelStep(out, sheet, first, column, formulas, tuple(needs))
