"""What cells mean, the same in every host: blanks, numbers, texts, errors, and the shape they stand in.

A host converts its own error objects to and from `CellError` and hands over what the cells hold; nothing else is left
for it to decide. 各宿主对空格、文字、错误和形状的理解完全一致。
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from itertools import chain
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from qbe_xl.core.numbers import Exact, exact

Floats: TypeAlias = NDArray[np.float64]
MOST_CELLS = 4_000_000  # of one answer, so that a row against a column cannot exhaust the memory


class CellError(Enum):
    """A spreadsheet error. `str(CellError.NA)` is `#N/A`; `bool` is always true, so compare with `is`."""

    NA = "#N/A"
    VALUE = "#VALUE!"
    DIV0 = "#DIV/0!"
    REF = "#REF!"
    NAME = "#NAME?"
    NUM = "#NUM!"
    NULL = "#NULL!"

    def __str__(self) -> str:
        return self.value


Cell: TypeAlias = float | str | bool | CellError | None
"""One cell as read: a number (finite), a text, a truth value, an error, or None (blank)."""

_ERRORS = {error.value: error for error in CellError}
# newer or other programs' errors, which not every host can give back
_ERRORS |= dict.fromkeys(("#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!"), CellError.VALUE)
_ERRORS |= dict.fromkeys(("#GETTING_DATA", "#BUSY!"), CellError.NA)
_MISSING_TYPES = {"NAType", "NaTType"}  # pandas', without importing it
_PLAIN = {float, int, np.float64}
_ROWS = (list, tuple, np.ndarray)


class Stop(Exception):
    """Ends a calculation with a spreadsheet error; the registry's wrapper turns it into the function's answer."""

    def __init__(self, error: CellError) -> None:
        super().__init__(error.value)
        self.error = error


def error_of(text: str) -> CellError | None:
    """The error that a text stands for (`#N/A`, `#ref!`, `Err:502`); None where it is no error."""
    if text[:1] == "#":
        return _ERRORS.get(text.strip().upper())
    if text[:4] == "Err:" and text[4:].isdecimal():
        return CellError.VALUE
    return None


def cell_of(raw: Any) -> Cell:
    """One cell: None, "", blanks only, NaN and pandas' NA are blank; dates and other objects count as text."""
    if raw is None or isinstance(raw, CellError):
        return raw
    if isinstance(raw, bool | np.bool_):
        return bool(raw)
    if isinstance(raw, str):
        error = error_of(raw)
        return error if error is not None else (str(raw) if raw.strip() else None)
    if isinstance(raw, float | int | Decimal | Fraction | np.integer | np.floating):
        try:
            number = float(raw)
        except OverflowError:
            return CellError.NUM
        if math.isnan(number):
            return None
        return number if math.isfinite(number) else CellError.NUM
    return None if type(raw).__name__ in _MISSING_TYPES else str(raw)


class Block:
    """The cells of one argument, row by row.

    rows, columns: the shape as in a sheet; a list, a Series and a one-dimensional array are a column, anything single
    is 1×1. flat: whether it was given with one dimension. `cells` are as `cell_of` reads them; `floats` is the same as
    float64 with NaN for blanks where every cell is a number or blank, else None.
    """

    __slots__ = ("_cells", "columns", "flat", "floats", "rows")

    def __init__(self, cells: list[Cell] | None, floats: Floats | None, rows: int, columns: int, flat: bool) -> None:
        self._cells = cells
        self.floats = floats
        self.rows, self.columns, self.flat = rows, columns, flat

    @property
    def cells(self) -> list[Cell]:
        """All cells, row by row."""
        if self._cells is None:
            floats: list[float] = self.floats.tolist() if self.floats is not None else []
            self._cells = [None if x != x else x for x in floats]
        return self._cells

    @property
    def size(self) -> int:
        """The number of cells."""
        return self.rows * self.columns

    @property
    def single(self) -> bool:
        """Whether it is one cell."""
        return self.size == 1

    @property
    def absent(self) -> bool:
        """Whether it is one blank cell: an optional argument that was left out looks the same in every host."""
        return self.single and self.cells[0] is None

    def column(self, k: int) -> Block:
        """The k-th column, from 0."""
        floats = self.floats[k :: self.columns] if self.floats is not None else None
        cells = self._cells[k :: self.columns] if self._cells is not None else None
        return Block(cells, floats, self.rows, 1, self.flat)

    def table(self) -> list[list[Cell]]:
        """The cells as rows."""
        cells, n = self.cells, self.columns
        return [cells[i : i + n] for i in range(0, len(cells), n)]


def read(value: Any) -> Block:
    """An argument of any host as a Block: a scalar, lists, nested lists or tuples, numpy arrays, pandas' tables.

    Shorter rows of nested lists are filled up with blanks, and nothing at all is one blank cell. Stop (#VALUE!) where
    there are more than two dimensions.
    """
    if isinstance(value, Block):
        return value
    if hasattr(value, "to_numpy"):
        value = value.to_numpy()
    if isinstance(value, np.ndarray):
        return _from_array(value)
    if isinstance(value, str | bytes | Enum) or not isinstance(value, Iterable):
        return _block([value], 1, 1, False)
    rows = list(value)
    kinds = set(map(type, rows))
    if not any(issubclass(kind, _ROWS) for kind in kinds):
        return _block(rows, len(rows), 1, True)
    if not all(issubclass(kind, _ROWS) for kind in kinds):
        rows = [row if isinstance(row, _ROWS) else [row] for row in rows]
    widths = set(map(len, rows))
    width = max(widths)
    if len(widths) > 1:
        rows = [[*row, *[None] * (width - len(row))] for row in rows]
    return _block(list(chain.from_iterable(rows)), len(rows), width, False)


def _from_array(array: NDArray[Any]) -> Block:
    if array.ndim > 2:
        raise Stop(CellError.VALUE)
    rows, columns = (array.shape[0] if array.ndim else 1), (array.shape[1] if array.ndim == 2 else 1)
    if array.dtype.kind in "fiu" and array.size:
        floats = np.ascontiguousarray(array, dtype=np.float64).reshape(-1)
        # the extremes are NaN where there is a blank: only then is every cell looked at
        if (math.isfinite(floats.max()) and math.isfinite(floats.min())) or not np.isinf(floats).any():
            return Block(None, floats, rows, columns, array.ndim < 2)
    return _block(array.reshape(-1).tolist(), rows, columns, array.ndim < 2)


def _block(raw: list[Any], rows: int, columns: int, flat: bool) -> Block:
    if not raw:
        return Block([None], np.array([math.nan]), 1, 1, flat)
    types = set(map(type, raw))
    blanks = type(None) in types
    if types - {type(None)} <= _PLAIN:
        try:
            floats = np.array([math.nan if x is None else x for x in raw] if blanks else raw, dtype=np.float64)
        except OverflowError:
            floats = np.array([math.inf])
        if not np.isinf(floats).any():
            return Block(None, floats, rows, columns, flat)
    cells = [cell_of(x) for x in raw]
    floats_or_none = None
    if all(cell is None or type(cell) is float for cell in cells):
        floats_or_none = np.array([math.nan if cell is None else cell for cell in cells], dtype=np.float64)
    return Block(cells, floats_or_none, rows, columns, flat)


# ---- single cells ---------------------------------------------------------------------------------------------------


def number(cell: Cell) -> float:
    """The number in a cell. Stop: its own error, #N/A where blank, #VALUE! for a text (also "300") or a truth value."""
    if type(cell) is float:
        return cell
    if isinstance(cell, CellError):
        raise Stop(cell)
    raise Stop(CellError.NA if cell is None else CellError.VALUE)


def count(cell: Cell) -> float:
    """A number that is not negative; Stop #VALUE! where it is."""
    value = number(cell)
    if value < 0:
        raise Stop(CellError.VALUE)
    return value


def amount(cell: Cell) -> Exact:
    """A number that is not negative, exact: the decimal of its 15 significant digits."""
    return exact(count(cell))


def word(cell: Cell) -> str | None:
    """The text in a cell without blanks around it, None where blank; whole numbers as digits. Stop: its own error."""
    if isinstance(cell, CellError):
        raise Stop(cell)
    if cell is None:
        return None
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def rounded(value: Exact | float) -> float:
    """As a cell's number: 15 significant digits. Stop #NUM! where it is beyond what a cell can hold."""
    try:
        result = float(f"{float(value):.15g}")
    except OverflowError as error:
        raise Stop(CellError.NUM) from error
    if not math.isfinite(result):
        raise Stop(CellError.NUM)
    return result


# ---- many cells -----------------------------------------------------------------------------------------------------


def common_shape(blocks: Sequence[Block]) -> tuple[int, int]:
    """Rows and columns of the answer: each is the same in all blocks or 1, as in array formulas; else Stop #VALUE!."""
    rows, columns = max(b.rows for b in blocks), max(b.columns for b in blocks)
    if any(b.rows not in (1, rows) or b.columns not in (1, columns) for b in blocks) or rows * columns > MOST_CELLS:
        raise Stop(CellError.VALUE)
    return rows, columns


def spread(block: Block, rows: int, columns: int) -> Sequence[Cell]:
    """The block's cells row by row in a shape that it fits; a single row or column is repeated."""
    if (block.rows, block.columns) == (rows, columns):
        return block.cells
    if block.single:
        return block.cells * (rows * columns)
    if block.rows == 1:
        return block.cells * rows
    return [cell for cell in block.cells for _ in range(columns)]


def each(function: Callable[..., Any], *blocks: Block) -> Any:
    """`function` of the cells at each place: a single answer where all blocks are single, else an array.

    A Stop at one place is the error at that place. The answer has the sheet's two dimensions, or one where everything
    that is not single was given with one.
    """
    rows, columns = common_shape(blocks)
    if rows == columns == 1 and not any(b.flat for b in blocks):
        return function(*(block.cells[0] for block in blocks))
    out = []
    for cells in zip(*(spread(block, rows, columns) for block in blocks), strict=True):
        try:
            out.append(function(*cells))
        except Stop as stop:
            out.append(stop.error)
    return arranged(out, rows, columns, is_flat(blocks))


def is_flat(blocks: Iterable[Block]) -> bool:
    """Whether an answer to these has one dimension: everything that is not single was given with one."""
    shaped = [block for block in blocks if not block.single or block.flat]
    return bool(shaped) and all(block.flat for block in shaped)


def arranged(answers: list[Any], rows: int, columns: int, flat: bool) -> NDArray[Any]:
    """Answers as an array: float64 where all are numbers, else objects."""
    if all(type(x) is float for x in answers):
        array: NDArray[Any] = np.array(answers, dtype=np.float64)
    else:
        array = np.empty(len(answers), dtype=object)
        array[:] = answers
    return array if flat and columns == 1 else array.reshape(rows, columns)


def to_rows(answer: Any) -> list[list[float | str | CellError]]:
    """Any answer as rows of a sheet: a single one is 1×1, one dimension is a column. For hosts and tests."""
    if isinstance(answer, np.ndarray):
        table: list[Any] = answer.tolist()
        return [row if isinstance(row, list) else [row] for row in table]
    return [[answer]]
