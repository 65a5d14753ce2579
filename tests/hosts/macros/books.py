"""What the tests of the macros share: workbooks opened in an engine, and everything in a workbook as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlwings as xw

from tests.paths import ROOT, SAMPLES

WORKBOOKS = ROOT / "workbooks"
PROFILES = WORKBOOKS / "profiles"
# Sheets of a bureau's own, each with the profile that reads it.
OWN_FORMS = {
    PROFILES / "三级表头自评表.xlsx": PROFILES / "three-level-stated.yaml",
    PROFILES / "两级表头汇总表.xlsx": PROFILES / "two-level-township.yaml",
}
# Every workbook of a county that the project ships: samples, templates of both languages, the one with QBE_* calls.
COUNTIES = (
    *sorted(SAMPLES.glob("*.xlsx")),
    *(WORKBOOKS / f"qbe-county-template{kind}.xlsx" for kind in ("", ".en", "-udf")),
)


@dataclass
class Everything:
    """A workbook: sheets in order, and cell by cell values, formulas, colours and notes."""

    sheets: list[str]
    values: dict[str, list[list[Any]]]
    formulas: dict[str, Any]
    colours: dict[tuple[str, str], Any]
    notes: dict[tuple[str, str], str | None]
    names: set[str]


def everything(book: xw.Book, cells: list[tuple[str, str]] = ()) -> Everything:  # type: ignore[assignment]
    """All values and formulas; colours and notes of the `cells` named (sheet, A1), for each costs a call."""
    values, formulas = {}, {}
    for sheet in book.sheets:
        used = sheet.range((1, 1), sheet.used_range.last_cell)
        values[sheet.name] = trimmed(used.options(ndim=2, err_to_str=True).value)
        formulas[sheet.name] = used.formula
    colours = {at: book.sheets[at[0]].range(at[1]).color for at in cells}
    notes = {}
    for tab, cell in cells:
        note = book.sheets[tab].range(cell).note
        notes[tab, cell] = None if note is None else note.text
    return Everything([s.name for s in book.sheets], values, formulas, colours, notes, {n.name for n in book.names})


def trimmed(rows: list[list[Any]]) -> list[list[Any]]:
    """Rows without blanks at their ends, and without blank rows at the end."""
    cut = []
    for row in rows:
        end = len(row)
        while end and row[end - 1] in (None, ""):
            end -= 1
        cut.append([None if cell == "" else cell for cell in row[:end]])
    while cut and not cut[-1]:
        cut.pop()
    return cut


def copied(path: Path, folder: Path, name: str | None = None) -> Path:
    """A copy of a workbook to work on."""
    target = folder / (name or path.name)
    target.write_bytes(path.read_bytes())
    return target
