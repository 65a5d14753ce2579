"""Checks on rows of sums: what a 合计 or 小计 says of a column is the sum of the schools that it certainly adds up."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from qbe_xl.checks.places import cells_of
from qbe_xl.checks.registry import at, check, name_of
from qbe_xl.checks.schools import number
from qbe_xl.core.fields import field_of
from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import Text
from qbe_xl.core.numbers import Exact
from qbe_xl.county import County, Place, Row, Total
from qbe_xl.standards import STAGES_OF_TYPE, Edition

_NOT_ADDED = ("largest_class_",)  # a sum of them means nothing
_NO_AMOUNTS = frozenset({"比例", "分钟"})
_NOISE = 10**12  # a spreadsheet's own sum of decimals is sound to this share of it


def _added(name: str) -> bool:
    if name.startswith((*_NOT_ADDED, "stated:")):
        return False
    described = field_of(name)
    return described.type in {"count", "amount"} and described.unit not in _NO_AMOUNTS


def _sums(county: County) -> Iterator[tuple[Total, str, Exact, Exact, int, int]]:
    """Sum, field, what it says, what the schools give, how many schools, and how many lack the figure: where they differ."""
    cells = cells_of(county)
    sums = {(each.row.file, each.row.sheet, each.row.number) for each in county.totals}
    for total in county.totals:
        if total.first is None or total.last is None:
            continue
        rows = [row for row in county.schools if _within(row, total)]
        for name, said in total.row.values.items():
            if said is None or isinstance(said, str) or not _added(name):
                continue
            letters = total.row.columns[name]
            found = [
                cells.at(Place(total.row.sheet, f"{letters}{n}", total.row.file))
                for n in range(total.first, total.last + 1)
                if (total.row.file, total.row.sheet, n) not in sums
            ]
            values = [each[1] for each in found if each is not None and each[0] == name]
            if len(values) != len(rows):
                continue  # a school's figure was taken from another sheet
            right = Fraction(0)
            for value in values:
                if value is not None and not isinstance(value, str):
                    right += value
            if abs(said - right) * _NOISE <= abs(right):
                continue
            blank = sum(row.number_of(name) is None and _owes(row, name) for row in rows)
            yield total, name, said, right, len(rows), blank


def _within(row: Row, total: Total) -> bool:
    if (row.sheet, row.file) != (total.row.sheet, total.row.file):
        return any(
            (place.sheet, place.file) == (total.row.sheet, total.row.file) for place in row.places.values()
        )  # joined from several sheets
    return total.first is not None and total.last is not None and total.first <= row.number <= total.last


def _owes(row: Row, name: str) -> bool:
    """Whether a blank may hide a figure: the school has the stage, or its type is not known."""
    stages, stage = STAGES_OF_TYPE.get(row.text("school_type")), field_of(name).stage
    if name in row.unusable or stages is None or stage is None:
        return True
    return stage in stages or stage == "senior"


def _finding(code: str, total: Total, name: str, said: Exact, right: Exact, count: int, blank: int) -> Finding:
    return at(
        code,
        total.row,
        name,
        label=Text(total.label, total.label),
        field=name_of(name),
        left=number(said),
        right=number(right),
        count=count,
        first=total.first,
        last=total.last,
        blank=blank,
    )


@check("QBE-ARI-010")
def sums_add_up(county: County, edition: Edition) -> Iterator[Finding]:
    """合计行等于所列各校之和。 A row of sums is the sum of its schools."""
    for total, name, said, right, count, blank in _sums(county):
        if not blank:
            yield _finding("QBE-ARI-010", total, name, said, right, count, blank)


@check("QBE-ARI-011")
def sums_that_cannot_be_checked(county: County, edition: Edition) -> Iterator[Finding]:
    """有学校未填时，合计行不能核对。 Where a school's figure is missing its sum cannot be checked."""
    for total, name, said, right, count, blank in _sums(county):
        if blank:
            yield _finding("QBE-ARI-011", total, name, said, right, count, blank)
