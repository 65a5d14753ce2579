"""What stands in a cell of the report, found by its place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qbe_xl.checks.memo import once
from qbe_xl.county import County, Place, Row
from qbe_xl.county.model import Value

_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")
MOST_CELLS = 20_000  # of one range: a school column of any county is far below


class Cells:
    """The cells of a county's report that hold something of a school, the survey, a fact or a stated value."""

    def __init__(self, county: County) -> None:
        self._rows: dict[tuple[str | None, str, int], Row] = {}
        self._single: dict[Place, tuple[str, Value | None]] = {}
        self._fields: dict[int, dict[str, str]] = {}
        for row in (*county.schools, *county.survey, *(each.row for each in county.totals)):
            self._rows.setdefault((row.file, row.sheet, row.number), row)
            for name, place in row.places.items():  # gathered from several sheets
                self._single[place] = (name, row.get(name))
        for name, fact in county.facts.items():
            if fact.place is not None:
                self._single[fact.place] = (name, fact.value)
        for name, stated in county.stated.items():
            if stated.place is not None:
                self._single[stated.place] = (f"stated:{name}", stated.value)

    def at(self, place: Place) -> tuple[str, Value | None] | None:
        """(field, value as understood) of a cell; None where nothing of the report stands there."""
        if place in self._single:
            return self._single[place]
        match = _CELL.fullmatch(place.ref)
        row = self._rows.get((place.file, place.sheet, int(match[2]))) if match else None
        if match is None or row is None:
            return None
        name = self._names(row).get(match[1])
        return None if name is None or name in row.places else (name, row.get(name))

    def _names(self, row: Row) -> dict[str, str]:
        """Column letter → field; rows of one table share their columns."""
        found = self._fields.get(id(row.columns))
        if found is None:
            found = self._fields[id(row.columns)] = {letters: name for name, letters in row.columns.items()}
        return found


def cells_of(county: County) -> Cells:
    """The county's cells, looked up once."""
    return once(county, "cells", lambda: Cells(county))


def each_cell(ref: str) -> Iterator[tuple[int, int]]:
    """(row, column) of every cell of an A1 reference such as `K6`, `K6:K9` or `K6:K9,K12`, from 1, in reading order of each
    part. ValueError where it is none, or has more than MOST_CELLS cells."""
    for part in ref.split(","):
        first, _, last = part.strip().partition(":")
        matches = [_CELL.fullmatch(each) for each in (first, last or first)]
        if None in matches:
            raise ValueError(f"not a range: {ref[:40]!r}")
        (left, top), (right, bottom) = ((_number(m[1]), int(m[2])) for m in matches if m is not None)
        top, bottom, left, right = min(top, bottom), max(top, bottom), min(left, right), max(left, right)
        if (bottom - top + 1) * (right - left + 1) > MOST_CELLS:
            raise ValueError(f"too large: {ref[:40]!r}")
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                yield row, column


def a1(row: int, column: int) -> str:
    """A cell's A1 reference, both numbers from 1."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
