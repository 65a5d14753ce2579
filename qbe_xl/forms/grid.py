"""Cells as openpyxl reads them: one sheet as rows of values, with what preflight knows about it beside."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any, Protocol

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import Stylesheet
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.xml.constants import ARC_STYLE
from openpyxl.xml.functions import fromstring, localname

from qbe_xl.core.languages import Text
from qbe_xl.forms.texts import cell_of
from qbe_xl.safety import PackageFacts, Refused, SheetFacts, cells_out_of_order

# What openpyxl is known to raise on packages that are well-formed but not sound.
FAULTS = (
    ArithmeticError, AssertionError, AttributeError, EOFError, InvalidFileException, LookupError, NotImplementedError,
    OSError, RuntimeError, SyntaxError, TypeError, ValueError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip

_FORMATS = frozenset({"numFmts", "cellXfs"})  # of the styles: all that number formats are found by


@dataclass
class Grid:
    """One sheet: `rows[i]` are the values of row i + 1, as far to the right as the row goes."""

    facts: SheetFacts
    rows: list[tuple[Any, ...]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The sheet's name in the file."""
        return self.facts.name

    def row(self, number: int) -> tuple[Any, ...]:
        """The values of a row counted from 1; empty beyond the end."""
        return self.rows[number - 1] if 0 < number <= len(self.rows) else ()

    def at(self, row: int, column: int) -> Any:
        """The value in a row counted from 1 and a column counted from 0."""
        values = self.row(row)
        return values[column] if column < len(values) else None

    @cached_property
    def formulas(self) -> Mapping[int, frozenset[int]]:
        """Columns that hold formulas, by row."""
        return self._by_row(self.facts.formulas)

    @cached_property
    def uncached(self) -> Mapping[int, frozenset[int]]:
        """Columns that hold formulas without a saved result, by row."""
        return self._by_row(self.facts.uncached)

    @staticmethod
    def _by_row(refs: Any) -> Mapping[int, frozenset[int]]:
        found: dict[int, set[int]] = defaultdict(set)
        for ref in refs:
            try:
                row, column = cell_of(ref)
            except ValueError:
                continue
            found[row].add(column)
        return {row: frozenset(columns) for row, columns in found.items()}

    @cached_property
    def merges(self) -> list[tuple[int, int, int, int]]:
        """Merged ranges as (first row, first column, last row, last column)."""
        out = []
        for ref in self.facts.merges:
            first, _, last = ref.partition(":")
            (r1, c1), (r2, c2) = cell_of(first), cell_of(last or first)
            out.append((min(r1, r2), min(c1, c2), max(r1, r2), max(c1, c2)))
        return out


class Source(Protocol):
    """A workbook that forms can be read from: a file that passed preflight, or one that is open in a spreadsheet."""

    @property
    def package(self) -> PackageFacts:
        """Name, digest ("" where it is no file), names and sheets."""

    @property
    def sheets(self) -> tuple[SheetFacts, ...]:
        """The sheets that hold cells, in their order."""

    def grid(self, name: str) -> Grid:
        """One sheet's cells; Refused where they cannot be read."""


class _Reader(ExcelReader):
    """openpyxl's reader of what values need of a workbook; the sheets are opened one by one when they are asked for."""

    def read(self) -> None:
        """Texts, and which styles show dates. Looks, properties and names are not read: they make no value."""
        self.read_manifest()
        self.read_strings()
        self.read_workbook()
        self._read_formats()

    def _read_formats(self) -> None:
        try:
            tree = fromstring(self.archive.read(ARC_STYLE))
        except KeyError:
            return
        for part in list(tree):
            if localname(part) not in _FORMATS:
                tree.remove(part)
        styles = Stylesheet.from_tree(tree)
        self.wb._date_formats, self.wb._timedelta_formats = styles.date_formats, styles.timedelta_formats


class _Sheet(ReadOnlyWorksheet):
    """A sheet whose own word on its size is not asked for: it need not be true, and reading it parses the beginning."""

    def _get_size(self) -> None:
        """The size stays open."""


class Book:
    """A workbook that passed preflight, open for reading; sheets are read when they are asked for, once."""

    def __init__(self, package: PackageFacts) -> None:
        self.package = package
        self._grids: dict[str, Grid] = {}
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about extensions that are not kept; we keep nothing
                self._reader = _Reader(io.BytesIO(package.data), read_only=True, data_only=True, keep_links=False)
                self._reader.read()
        except FAULTS as error:
            raise self._unreadable(error) from error

    def __enter__(self) -> Book:
        return self

    def __exit__(self, *_: object) -> None:
        self._reader.archive.close()

    @property
    def sheets(self) -> tuple[SheetFacts, ...]:
        """The sheets that hold cells, in their order."""
        return self.package.worksheets

    @property
    def shared_strings(self) -> list[str]:
        """The workbook's texts by number."""
        found: list[str] = self._reader.shared_strings
        return found

    @property
    def read_sheets(self) -> tuple[str, ...]:
        """The sheets that were read so far."""
        return tuple(self._grids)

    def grid(self, name: str) -> Grid:
        """One sheet's cells; Refused (QBE-FIL-007) where they cannot be read, or fewer are found than the package has."""
        found = self._grids.get(name)
        if found is None:
            facts = self.package.sheet(name)
            # before openpyxl touches the part: this is what makes sure that it may
            last = facts.last_row or 1
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    # as openpyxl makes it, but only for the sheets that are asked for
                    reader = self._reader
                    sheet = _Sheet(reader.wb, name, facts.part, reader.shared_strings)
                    # empty rows may stand far below: LibreOffice writes the very last one after a deletion
                    # and what follows the last row (drop-downs, conditional formats) is not parsed at all
                    rows = list(islice(sheet.iter_rows(max_row=last, values_only=True), last))
            except FAULTS as error:
                raise self._unreadable(error) from error
            read = sum(len(row) - row.count(None) for row in rows if row)
            # empty texts make the counts differ too, so look before saying that something was lost
            if read < facts.cells and (cell := cells_out_of_order(self.package.data, facts.part)) is not None:
                problem = Text(
                    f"工作表“{name}”的单元格 {cell} 重复或次序错乱",
                    f"in the sheet “{name}” the cell {cell} is doubled or out of order",
                )
                raise Refused("QBE-FIL-007", file=self.package.name, problem=problem)
            found = self._grids[name] = Grid(facts, rows)
        return found

    def _unreadable(self, error: BaseException) -> Refused:
        detail = f"{type(error).__name__}: {error}"[:120]
        return Refused("QBE-FIL-007", file=self.package.name, problem=detail)
