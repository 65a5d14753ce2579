"""The ratios of every school that have a plausible band, computed once a county and shared by the checks that look at them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from qbe_xl.checks.bands import OtherUnit, Ratio, bands, other_units, ratios
from qbe_xl.checks.memo import once
from qbe_xl.checks.robust import Centre, centre
from qbe_xl.core.fields import field_of
from qbe_xl.county import County, Row
from qbe_xl.county.units import PUPIL_STAGES, is_campus, row_pupils
from qbe_xl.standards import STAGES_OF_TYPE

State = Literal["fits", "other_unit", "outside"]


class Cell(NamedTuple):
    """One school's value of a ratio. `per` is what it was divided by, before the least denominator was taken."""

    row: Row
    amount: float
    per: float
    value: float
    state: State
    unit: OtherUnit | None


@dataclass(frozen=True)
class Series:
    """One ratio over the schools that report it."""

    ratio: Ratio
    cells: tuple[Cell, ...]

    @property
    def compared(self) -> list[Cell]:
        """The cells that can be compared within the county: not 0, plausible by themselves, no campuses."""
        return [cell for cell in self.cells if cell.value and cell.state == "fits" and not is_campus(cell.row)]

    def centre(self, cells: Sequence[Cell]) -> Centre | None:
        """The centre of what is compared; None where the schools are too few or the ratio is not compared."""
        if not self.ratio.outlier or len(cells) < bands()["least_schools"]:
            return None
        return centre([cell.value for cell in cells], bands()["outlier"]["least_spread"])


def measured(county: County) -> tuple[Series, ...]:
    """Every ratio of every school."""
    return once(county, "ratios", lambda: _measured(county))


def _measured(county: County) -> tuple[Series, ...]:
    rows = [row for row in county.schools if STAGES_OF_TYPE.get(row.text("school_type"))]
    names = dict.fromkeys(name for ratio in ratios() for name in (*ratio.of, *ratio.per))
    known = [(row, _numbers(row, names)) for row in rows]
    return tuple(Series(ratio, tuple(_cells(ratio, known))) for ratio in ratios())


def _numbers(row: Row, names: Iterable[str]) -> dict[str, float]:
    """The reported numbers of a row; pupils of a stage that the school does not have are 0."""
    values = row.values
    out: dict[str, float] = {}
    for name in names:
        value = values.get(name)
        if value is not None and not isinstance(value, str):
            out[name] = float(value)
    for stage in PUPIL_STAGES:
        if f"pupils_{stage}" not in out and row_pupils(row, stage) == 0:
            out[f"pupils_{stage}"] = 0.0
    return out


def _cells(ratio: Ratio, known: Sequence[tuple[Row, dict[str, float]]]) -> list[Cell]:
    out = []
    of, per, least = ratio.of, ratio.per, max(ratio.per_at_least, 1.0)
    stage = f"pupils_{ratio.stage}" if ratio.stage else None
    for row, numbers in known:
        if stage is not None and not numbers.get(stage):
            continue
        try:
            amount = sum([numbers[name] for name in of])
            divisor = sum([numbers[name] for name in per]) if per else 1.0
        except KeyError:  # one is missing
            continue
        if not divisor or divisor < ratio.per_from:
            continue
        value = ratio.times * amount / (divisor if divisor > least else least)
        if value == 0 or ratio.low <= value <= ratio.high:
            out.append(Cell(row, amount, divisor, value, "fits", None))
        else:
            out.append(Cell(row, amount, divisor, value, *_state(ratio, value)))
    return out


def _state(ratio: Ratio, value: float) -> tuple[State, OtherUnit | None]:
    """What a value outside its band is: explained by another unit, or not."""
    if ratio.usual is not None:
        for unit in other_units(ratio.field):
            if ratio.usual[0] <= value * unit.factor <= ratio.usual[1]:
                return "other_unit", unit
    return "outside", None


def slips(series: Series) -> tuple[OtherUnit | None, list[Cell]]:
    """The cells that another unit explains, and the unit where it is the whole column's."""
    found = [cell for cell in series.cells if cell.state == "other_unit"]
    filled = [cell for cell in series.cells if cell.value]
    if len(found) > 2 and 2 * len(found) >= len(filled):
        return found[0].unit, [cell for cell in found if cell.unit == found[0].unit]
    return None, found


@dataclass(frozen=True)
class Outlier:
    """A value far from the county's: how many times the median, and the median."""

    cell: Cell
    ratio: Ratio
    fold: float
    typical: float
    power: float | None  # 10 or 100 times too much or too little, where that explains it


def outliers(series: Series) -> list[Outlier]:
    """The values of a series that are robustly far from the county's."""
    asked = bands()["outlier"]
    cells = series.compared
    middle = series.centre(cells)
    if middle is None:
        return []
    typical = middle.typical
    counted = field_of(series.ratio.field).type == "count"
    out = []
    for cell in cells:
        fold = cell.value / typical
        if 1 / asked["fold"] < fold < asked["fold"] or abs(middle.deviation(cell.value)) < asked["deviations"]:
            continue
        expected = typical * max(cell.per, series.ratio.per_at_least) / series.ratio.times
        if counted and abs(cell.amount - expected) < asked["persons"]:
            continue
        powers = [p for p in (10.0, 100.0, 0.1, 0.01) if 0.5 < fold / p < 2]
        out.append(Outlier(cell, series.ratio, fold, typical, powers[0] if powers else None))
    return out
