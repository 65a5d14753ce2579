"""What one pass over a workbook's package tells, and the refusal of packages that are not safe to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from qbe_xl.core.messages import render


class Refused(Exception):
    """The file is not read any further. `code` is the finding's code, `values` fill its placeholders."""

    def __init__(self, code: str, /, **values: object) -> None:
        self.code = code
        self.values = values
        super().__init__(f"{code} {render(code, 'zh', values)[0]}")


@dataclass(frozen=True)
class SheetFacts:
    """One sheet as the package has it.

    `kind` is the relation's type (`worksheet`, `chartsheet`, …). `formulas` maps a cell to its formula as text without
    the equals sign; a follower of a shared formula has "" there and the formula's number in `shared`. `uncached` are
    formula cells without a saved result. `merges` are A1 ranges. `cells` counts the cells that hold a value,
    `last_row` is the last row with one.
    """

    name: str
    part: str
    kind: str = "worksheet"
    state: str = "visible"
    formulas: Mapping[str, str] = field(default_factory=dict)
    shared: Mapping[str, str] = field(default_factory=dict)
    uncached: frozenset[str] = frozenset()
    merges: tuple[str, ...] = ()
    cells: int = 0
    last_row: int = 0

    @property
    def hidden(self) -> bool:
        """Whether the sheet is hidden, however deeply."""
        return self.state != "visible"


@dataclass(frozen=True)
class PackageFacts:
    """A package that may be read: its bytes (read once, so that nothing changes in between) and its structure."""

    name: str
    sha256: str
    sheets: tuple[SheetFacts, ...]
    names: Mapping[str, str]
    has_macros: bool
    external_links: bool
    data: bytes = field(repr=False, default=b"")

    def sheet(self, name: str) -> SheetFacts:
        """The sheet of that name; KeyError where there is none."""
        for sheet in self.sheets:
            if sheet.name == name:
                return sheet
        raise KeyError(name)

    @property
    def worksheets(self) -> tuple[SheetFacts, ...]:
        """The sheets that hold cells, in their order."""
        return tuple(sheet for sheet in self.sheets if sheet.kind == "worksheet")
