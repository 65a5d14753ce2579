"""The submitted figures, laid out as the template has them, wherever rows and columns have gone in the meantime."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qbe_xl.county import County
from qbe_xl.forms import read
from qbe_xl.forms.grid import Book
from qbe_xl.forms.template import Template, words
from qbe_xl.forms.template.layout import UNIT_ROW
from qbe_xl.forms.texts import cell_of, column_of, letter, norm
from qbe_xl.formula.matching import Area

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Inputs:
    """Rows of the input sheets by name; by how many rows the table of schools is longer than the template's; and
    places that formulas look at although the figures stand elsewhere."""

    rows: Mapping[str, Rows]
    more_rows: int = 0
    wrong: tuple[str, ...] = ()


def as_they_stand(template: Template, book: Book) -> Inputs:
    """The figures of a workbook in which nothing has moved."""
    layout = template.layout
    return Inputs({name: book.grid(name).rows for name in map(layout.sheet_name, layout.sheets)})


def laid_out(template: Template, book: Book, path: Path, moved: Mapping[Area, Area]) -> Inputs:
    """The figures where formulas now look for them, in the template's places.

    Where they look must be what the headers and labels say, as the form reader finds them.
    """
    county = read(path).county or County()
    layout = template.layout
    schools = layout.sheet_name("schools")
    rows: dict[str, dict[int, dict[int, Any]]] = {layout.sheet_name(sheet): {} for sheet in layout.sheets}
    wrong = [*_wrong_columns(template, county, moved), *_wrong_facts(template, county, moved)]
    spans = {there[1:3] for area, there in moved.items() if area[0] == schools}
    first, last = next(iter(spans), (UNIT_ROW, layout.sentinel_row))
    if len(spans) > 1 or not _between(book, schools, county, first, last):
        wrong.append(f"{schools}!{first}:{last}")
    more = last - first - (layout.sentinel_row - UNIT_ROW)
    for (sheet, top, _, left, right), (there, start, end, column, _) in moved.items():
        if there != sheet:
            wrong.append(f"{there}!{letter(column)}{start}")
            continue
        grid = book.grid(sheet)
        for row in range(start, end + 1):
            for offset in range(right - left + 1):
                rows[sheet].setdefault(top + row - start, {})[left + offset] = grid.at(row, column + offset)
    # formulas of the survey's own sheet look at more than others see of it; nothing moves there
    still = {sheet for sheet in rows if all(area == there for area, there in moved.items() if area[0] == sheet)}
    found = {sheet: book.grid(sheet).rows if sheet in still else _as_rows(cells) for sheet, cells in rows.items()}
    return Inputs(found, more, tuple(dict.fromkeys(wrong)))


def _as_rows(cells: Mapping[int, Mapping[int, Any]]) -> Rows:
    out: Rows = []
    for row in range(1, max(cells, default=0) + 1):
        values = cells.get(row, {})
        out.append(tuple(values.get(column) for column in range(max(values, default=-1) + 1)))
    return out


def _between(book: Book, schools: str, county: County, first: int, last: int) -> bool:
    """Whether the ranges run from above the first school to the line that closes the table."""
    numbers = [row.number for row in county.schools if row.sheet == schools]
    closing = {norm(words.SENTINEL.zh), norm(words.SENTINEL.en)}
    closed = any(isinstance(value, str) and norm(value) in closing for value in book.grid(schools).row(last))
    return closed and all(first < number < last for number in numbers)


def _wrong_columns(template: Template, county: County, moved: Mapping[Area, Area]) -> list[str]:
    layout = template.layout
    wrong = []
    for sheet_id, columns, rows in (
        ("schools", layout.school_columns, county.schools),
        ("recognition", layout.survey_columns, county.survey),
    ):
        found = rows[0].columns if rows else columns
        names = {column_of(column): field for field, column in columns.items()}
        for area, there in moved.items():
            if area[0] == layout.sheet_name(sheet_id):
                field = names.get(area[3], "")
                kept = sheet_id == "schools" or there[1:3] == area[1:3]
                if there[3] != there[4] or found.get(field) != letter(there[3]) or not kept:
                    wrong.append(f"{there[0]}!{letter(there[3])}{there[1]}")
    return wrong


def _wrong_facts(template: Template, county: County, moved: Mapping[Area, Area]) -> list[str]:
    layout = template.layout
    tables = {layout.sheet_name("schools"), layout.sheet_name("recognition")}
    names = {(layout.sheet_name(sheet), row): field for field, (sheet, row) in layout.fact_cells.items()}
    wrong = []
    for (sheet, row, *_), (there, now, _, column, _) in moved.items():
        if sheet in tables:
            continue
        place = county.place(names.get((sheet, row), ""))
        if place is None or place.sheet != there or cell_of(place.ref) != (now, column):
            wrong.append(f"{there}!{letter(column)}{now}")
    return wrong
