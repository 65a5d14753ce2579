"""What one pass over a workbook's package tells, and the refusal of packages that are not safe to read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from qbe_xl.core.messages import render


class Refused(Exception):
    """The file is not read any further. `code` is the finding's code, `values` fill its placeholders."""

    def __init__(self, code: str, /, **values: object) -> None:
        self.code = code
        self.values = values
        super().__init__(f"{code} {render(code, 'zh', values)[0]}")


class OtherFormat(Refused):
    """A workbook of another format, which only a reader in a guarded child may open: `kind` is xls, xlsb or ods."""

    def __init__(self, code: str, kind: str, name: str, data: bytes, /, **values: object) -> None:
        self.kind = kind
        self.name = name
        self.data = data
        super().__init__(code, **values)


@dataclass(frozen=True)
class SheetContents:
    """What one pass over a sheet's part finds; see `SheetFacts`."""

    formulas: Mapping[str, str] = field(default_factory=dict)
    shared: Mapping[str, str] = field(default_factory=dict)
    uncached: frozenset[str] = frozenset()
    merges: tuple[str, ...] = ()
    cells: int = 0
    last_row: int = 0


@dataclass(frozen=True)
class SheetFacts:
    """One sheet as the package has it.

    `kind` is the relation's type (`worksheet`, `chartsheet`, …). The rest comes from one pass over the sheet's part, made
    when it is first asked for, so that sheets which nobody reads cost nothing; that pass may refuse the file (Refused).
    """

    name: str
    part: str
    kind: str
    state: str
    load: Callable[[], SheetContents] = field(repr=False, compare=False)

    @cached_property
    def contents(self) -> SheetContents:
        """The pass over the part; Refused where the sheet is beyond the bounds or damaged."""
        return self.load()

    @property
    def formulas(self) -> Mapping[str, str]:
        """Cell to formula as text without the equals sign; "" for a follower of a shared formula."""
        return self.contents.formulas

    @property
    def shared(self) -> Mapping[str, str]:
        """Cell to the number of the shared formula that it belongs to."""
        return self.contents.shared

    @property
    def uncached(self) -> frozenset[str]:
        """Formula cells without a saved result."""
        return self.contents.uncached

    @property
    def merges(self) -> tuple[str, ...]:
        """Merged ranges in A1 notation."""
        return self.contents.merges

    @property
    def cells(self) -> int:
        """How many cells hold a value."""
        return self.contents.cells

    @property
    def last_row(self) -> int:
        """The last row that holds a value, 0 for an empty sheet."""
        return self.contents.last_row

    @property
    def hidden(self) -> bool:
        """Whether the sheet is hidden, however deeply."""
        return self.state != "visible"


@dataclass(frozen=True)
class PackageFacts:
    """A package that may be read: its bytes (read once, so that nothing changes in between) and its structure.

    `names` are the workbook's defined names, `local_names` those of single sheets (one of each name); `locked`: a password
    guards its structure.
    """

    name: str
    sha256: str
    sheets: tuple[SheetFacts, ...]
    names: Mapping[str, str]
    has_macros: bool
    external_links: bool
    data: bytes = field(repr=False, default=b"")
    local_names: Mapping[str, str] = field(default_factory=dict)
    locked: bool = False

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
