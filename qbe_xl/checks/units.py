"""Checks on units and magnitudes: 元 and 万元, ㎡ and 亩, hours and minutes, 85 and 0.85."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from qbe_xl.checks.bands import bands
from qbe_xl.checks.ratios import Cell, measured, slips
from qbe_xl.checks.registry import at, at_column, at_fact, check, name_of, with_cells
from qbe_xl.checks.robust import median
from qbe_xl.checks.schools import number
from qbe_xl.core.fields import field_of
from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import Text
from qbe_xl.core.numbers import Exact, exact, shown_percent
from qbe_xl.county import County
from qbe_xl.standards import Edition, model


def plain(value: float) -> str:
    """A ratio for a sentence: three significant digits, or whole from 100 on."""
    if value >= 100 or value == int(value):
        return f"{value:.0f}"
    return f"{value:.3g}"


def reported(cell: Cell, field: str) -> str:
    """The number that stands in the cell."""
    value = cell.row.number_of(field)
    return "" if value is None else number(value)


@check("QBE-PLA-002")
def one_school_in_another_unit(county: County, edition: Edition) -> Iterator[Finding]:
    """个别学校的金额、面积单位与表头一致。 A single school's amounts are in the unit of the column."""
    for series in measured(county):
        column, found = slips(series)
        if column is not None:
            continue
        for cell in found:
            if cell.unit is None:
                continue
            yield at(
                "QBE-PLA-002",
                cell.row,
                series.ratio.field,
                name=series.ratio.name,
                left=plain(cell.value),
                low=plain(series.ratio.low),
                high=plain(series.ratio.high),
                field=name_of(series.ratio.field),
                value=reported(cell, series.ratio.field),
                unit=cell.unit.name,
                right=plain(cell.value * cell.unit.factor),
            )


@check("QBE-PLA-003")
def column_in_another_unit(county: County, edition: Edition) -> Iterator[Finding]:
    """整列的单位与表头一致。 A whole column is in its unit."""
    for series in measured(county):
        unit, found = slips(series)
        if unit is None:
            continue
        middle = median([cell.value for cell in found])
        yield at_column(
            "QBE-PLA-003",
            [cell.row for cell in found],
            series.ratio.field,
            name=series.ratio.name,
            total=len(series.cells),
            count=len(found),
            left=plain(middle),
            low=plain(series.ratio.low),
            high=plain(series.ratio.high),
            field=name_of(series.ratio.field),
            unit=unit.name,
            right=plain(middle * unit.factor),
        )


@check("QBE-PLA-004")
def ratios_lie_in_their_bands(county: County, edition: Edition) -> Iterator[Finding]:
    """各校比值在合理范围之内。 A school's ratios lie in their plausible bands."""
    told: set[tuple[int, str]] = set()
    for series in measured(county):
        for cell in series.cells:
            key = (id(cell.row), series.ratio.field)
            if cell.state == "outside" and key not in told:  # one field, one question, whatever it is divided by
                told.add(key)
                yield at(
                    "QBE-PLA-004",
                    cell.row,
                    series.ratio.field,
                    name=series.ratio.name,
                    left=plain(cell.value),
                    low=plain(series.ratio.low),
                    high=plain(series.ratio.high),
                    field=name_of(series.ratio.field),
                    value=reported(cell, series.ratio.field),
                )


@check("QBE-PLA-005")
def county_figures_lie_in_their_bands(county: County, edition: Edition) -> Iterator[Finding]:
    """县级数据在合理范围之内。 The county's figures lie in their plausible bands."""
    told: set[str] = set()
    for entry in bands()["facts"]:
        amount, per = entry["of"], entry.get("per")
        if per is not None and told & {amount, per}:
            continue  # one of the two has been named already
        ratio = _outside(entry, county.number(amount), county.number(per) if per else 1)
        if ratio is None:
            continue
        told.add(amount)
        finding = at_fact("QBE-PLA-005", county, amount, **_band_args(entry, ratio))
        yield with_cells(finding, county.place(per)) if per else finding
    for entry in bands()["survey"]:
        for row in county.survey:
            ratio = _outside(entry, row.number_of(entry["of"]), row.number_of(entry["per"]))
            if ratio is not None:
                group, words = field_of("survey_group"), row.text("survey_group")
                label = Text(group.choice_name(words, "zh"), group.choice_name(words, "en"))
                args = _band_args(entry, ratio)
                name = Text(f"{label.zh}{entry['name']['zh']}", f"{label.en}, {entry['name']['en'].lower()}")
                found = at("QBE-PLA-005", row, entry["of"], **{**args, "name": name})
                yield with_cells(found, row.place(entry["per"]))


def _outside(entry: dict[str, Any], value: Exact | None, per: Exact | None) -> Fraction | None:
    """The figure, or its ratio, where it lies outside its band and nothing else says so."""
    if not value or not per:
        return None
    ratio = Fraction(value) / per
    if ratio < exact(entry["low"]):
        return ratio
    return ratio if ratio > exact(entry["high"]) and "above" not in entry else None


def _band_args(entry: dict[str, Any], ratio: Fraction) -> dict[str, object]:
    low, high = exact(entry["low"]), exact(entry["high"])
    guess = Text("", "")
    if name_is_money(entry["of"]) and not ("per" in entry and name_is_money(entry["per"])):
        for unit in bands()["fact_units"]:
            other = ratio * Fraction(str(unit["factor"]))
            if low <= other <= high:
                guess = Text(unit["zh"], unit["en"]).format(value=number(other))
                break
    return {
        "name": Text(**entry["name"]) if "name" in entry else name_of(entry["of"]),
        "left": number(ratio) if ratio.denominator == 1 else plain(float(ratio)),
        "low": number(low),
        "high": number(high),
        "guess": guess,
    }


def name_is_money(field: str) -> bool:
    """Whether a field is in yuan."""
    return field_of(field).unit == "元"


@check("QBE-PLA-012")
def homework_is_in_minutes(county: County, edition: Edition) -> Iterator[Finding]:
    """作业时间以分钟计。 Homework is in minutes."""
    asked = bands()["homework"]
    low, high = exact(asked["low"]), exact(asked["high"])
    for row in county.schools:
        for name in asked["fields"]:
            minutes = row.number_of(name)
            if minutes and not low <= minutes <= high:
                yield at(
                    "QBE-PLA-012",
                    row,
                    name,
                    name=name_of(name),
                    left=number(minutes),
                    low=number(low),
                    high=number(high),
                )


@check("QBE-PLA-013")
def stated_shares_are_shares(county: County, edition: Edition) -> Iterator[Finding]:
    """没有分子、分母的自报比例不超过 100%。 A stated share without its numbers is no more than the whole."""
    most = exact(bands()["stated_share"])
    for criterion in edition.file.criteria:
        parts = criterion.parts if isinstance(criterion, model.AllOf) else (criterion,)
        for part in parts:
            key = part.id if part is criterion else f"{criterion.id}.{part.id}"
            stated = county.stated.get(key)
            if stated is None or not isinstance(part, model.Ratio) or not part.percent or stated.value <= most:
                continue
            if part.limit is None or part.limit > 1 or all(county.number(n) is not None for n in part.formula.names):
                continue  # where the numbers are given the share is compared with them
            place = stated.place
            args = {"name": part.name, "left": shown_percent(stated.value, 0), "right": shown_percent(most, 0)}
            sheet, ref, file = (place.sheet, place.ref, place.file) if place else (None, None, None)
            yield Finding("QBE-PLA-013", sheet, ref, None, args, file)
