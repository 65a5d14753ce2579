"""Results saved in the template's result sheets, held against what its figures give, cell by cell.

The engine's own values are the yardstick: it gives what the formulas must show. Nothing is said where the two may well
differ for another reason: the report has errors, a text was read as a number, there are more schools than result rows,
or nothing was ever calculated. A workbook whose figures were changed without a calculation differs in many cells of
many sheets: that is one finding, at the first of them in the order in which the sheets build on each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from qbe_xl.assessment.live import Shown, live_results, live_tables
from qbe_xl.assessment.results import Assessment
from qbe_xl.checks.integrity import listed
from qbe_xl.checks.integrity_formulas import Known, template_for
from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import Text
from qbe_xl.county.package import BETWEEN, LiveSheets, Saved, SavedTable
from qbe_xl.forms.template.layout import LIVE_FIRST_ROW
from qbe_xl.forms.texts import cell_of, letter, norm

CODE = "QBE-INT-006"
SHOWN, SHOWN_EACH = 5, 3  # cells that are named where one sheet is concerned, and of each where several are
NEAR = 1e-7  # of the number: programs add up in different orders; nobody sees less
SHEETS = ("checks", "primary", "junior", "recognition", "cv", "result")  # each builds on those before it
_TABLES = ("checks", "primary", "junior")
_TYPED = frozenset({"code", "name", "into"})  # as typed in the sheet of schools: width and spaces are the reader's
_READ_AS_FORMULA = "QBE-DAT-007"  # what a formula gave counts for the sheet and the engine alike
_SPAN = re.compile(r"\$[A-Z]{1,3}\$([0-9]{1,7}):")


class Wrong(NamedTuple):
    """A cell whose saved result is not the computed one."""

    ref: str
    saved: Saved
    computed: Shown


def saved_results(result: Assessment, found: Sequence[Finding]) -> Iterator[Finding]:
    """One finding where saved results are not what the engine computes."""
    package, county = result.submission.package, result.county
    live = package.live if package is not None else None
    if package is None or live is None or county is None or package.pinned != result.edition.id:
        return
    if result.edition.options or any(_another_reason(finding) for finding in found):
        return
    known = template_for(live, result.edition)
    if known is None or len(county.schools) > known.template.layout.capacity:
        return
    wrong = _differences(result, known, live)
    if wrong:
        yield _finding(wrong)


def _another_reason(finding: Finding) -> bool:
    return finding.severity == "error" or (finding.code.startswith("QBE-DAT-") and finding.code != _READ_AS_FORMULA)


def _finding(wrong: Mapping[str, Sequence[Wrong]]) -> Finding:
    first, cells = next(iter(wrong.items()))
    count = sum(map(len, wrong.values()))
    if len(wrong) == 1:
        refs: str | Text = listed(tuple(each.ref for each in cells[:SHOWN]), count)
    else:
        each_sheet = [
            (name, listed(tuple(each.ref for each in some[:SHOWN_EACH]), len(some)), len(some))
            for name, some in wrong.items()
        ]
        refs = Text(
            "；".join(f"{name} {cells} 共 {some} 处" for name, cells, some in each_sheet),
            "; ".join(f"{name} {cells}, {some} in all" for name, cells, some in each_sheet),
        )
    args = {"count": count, "cells": refs, "found": _text(cells[0].saved), "wanted": _text(cells[0].computed)}
    return Finding(CODE, first, cells[0].ref, args=args, also=tuple(each.ref for each in cells[1:SHOWN]))


def _differences(result: Assessment, known: Known, live: LiveSheets) -> dict[str, list[Wrong]]:
    """The cells that differ, by name of sheet; nothing where the results were never calculated."""
    layout = known.template.layout
    computed = live_results(result, known.template)
    cells = [cell for cell in known.cells if cell.sheet not in _TABLES or cell.key[0] == "mean"]
    names = {sheet: layout.sheet_name(sheet) for sheet in SHEETS}
    results = [cell for cell in cells if cell.sheet in {"cv", "result"}]
    if not any(live.values.get(names[cell.sheet], {}).get(cell.ref) for cell in results):
        return {}
    wrong: dict[str, list[Wrong]] = {}
    tables = _in_tables(result, known, live)
    for sheet in SHEETS:
        saved = live.values.get(names[sheet], {})
        found = [
            Wrong(cell.ref, saved.get(cell.ref), computed.get(cell.key, ""))
            for cell in cells
            if cell.sheet == sheet
            and names[sheet] in live.values
            and not _same(saved.get(cell.ref), computed.get(cell.key, ""))
        ]
        found += tables.get(sheet, [])
        if sheet in _TABLES:
            found = _live_only(found, live, names[sheet])
        if found:
            wrong[names[sheet]] = found
    return wrong


def _in_tables(result: Assessment, known: Known, live: LiveSheets) -> dict[str, list[Wrong]]:
    """The cells of the tables with a row a school, by sheet id."""
    start = _first_row(known, live)
    if start is None:
        return {}
    found = {}
    computed = live_tables(result, known.template)
    columns = {"checks": known.template.checks.columns}
    columns |= {stage: unit.columns for stage, unit in known.template.units.items()}
    for sheet, letters in columns.items():
        table = live.tables.get(known.template.layout.sheet_name(sheet))
        if table is not None:
            by_letter = {column: name for name, column in letters.items()}
            names = [by_letter.get(column, "") for column in table.columns]
            rows = {number - start: row for number, row in computed[sheet].items()}
            found[sheet] = list(_in_table(table, names, rows, known.template.layout.capacity))
    return found


def _live_only(cells: list[Wrong], live: LiveSheets, name: str) -> list[Wrong]:
    """Those that hold a formula: what has none is told as such."""
    if not cells:
        return cells
    spans: dict[str, list[tuple[int, int]]] = {}
    for each in live.formulas:
        if each.sheet == name:
            spans.setdefault(each.column, []).extend(each.rows)
    places = ((cell, *cell_of(cell.ref)) for cell in cells)
    return [cell for cell, row, column in places if any(a <= row <= b for a, b in spans.get(letter(column), ()))]


def _first_row(known: Known, live: LiveSheets) -> int | None:
    """The row of the table of schools from which the result sheets count, taken from their own formula for the code."""
    name, column = known.template.layout.sheet_name("checks"), known.template.checks.columns["code"]
    for each in live.formulas:
        if (each.sheet, each.column) == (name, column) and (span := _SPAN.search(each.text)):
            return int(span[1])
    return None


def _in_table(table: SavedTable, names: list[str], rows: Mapping[int, Mapping[str, Shown]], capacity: int) -> Iterator[Wrong]:
    """`rows` by place in the table, the first being 1."""
    nothing: dict[str, Shown] = {}
    last = max((k for k in rows if k <= capacity), default=0)
    for k in range(1, max(last, len(table.rows)) + 1):
        row = rows.get(k, nothing)
        saved = table.rows[k - 1].split(BETWEEN) if k <= len(table.rows) else [""] * len(names)
        for name, text, column in zip(names, saved, table.columns, strict=False):
            value = row.get(name, "")
            if text == value:
                continue
            if name and not (_same(_number(text), value) or (name in _TYPED and norm(text) == norm(str(value)))):
                said = text if isinstance(value, str) else _number(text)
                yield Wrong(f"{column}{LIVE_FIRST_ROW + k - 1}", said, value)


def _number(text: str) -> Saved:
    try:
        return float(text)
    except ValueError:
        return text


def _same(saved: Saved, value: Shown) -> bool:
    if saved is None or saved == "":
        return value == ""
    if isinstance(saved, str) or isinstance(value, str):
        return saved == value
    gap = abs(saved - value)
    return gap <= NEAR or gap <= NEAR * abs(value)


def _text(value: Saved | Shown) -> str:
    if value is None or value == "":
        return "—"
    return f"{value:.6g}" if isinstance(value, float) else str(value)[:40]
