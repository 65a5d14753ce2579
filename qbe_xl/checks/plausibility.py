"""Checks on what stands out among the schools of the county, by robust statistics; all of them need enough schools."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from qbe_xl.checks.bands import bands, filled
from qbe_xl.checks.logic import school_names
from qbe_xl.checks.memo import once
from qbe_xl.checks.ratios import Outlier, measured, outliers
from qbe_xl.checks.registry import at, at_column, check, name_of
from qbe_xl.checks.robust import median
from qbe_xl.checks.schools import number
from qbe_xl.checks.units import plain, reported
from qbe_xl.core.expressions import Expression
from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import STAGE_NAMES, Text
from qbe_xl.core.numbers import Exact
from qbe_xl.county import County, Row
from qbe_xl.county.units import is_campus, row_pupils
from qbe_xl.standards import STAGES_OF_TYPE, Edition, stage_field

LEAST_AGREEING = 3  # outliers of one school that go the same way point at what they were all divided by


def _schools(county: County) -> list[Row]:
    """The schools that are compared: of compulsory education, and enough of them; else none."""
    return once(county, "compared", lambda: _compared(county))


def _compared(county: County) -> list[Row]:
    rows = [row for row in county.schools if STAGES_OF_TYPE.get(row.text("school_type")) and not is_campus(row)]
    return rows if len(rows) >= bands()["least_schools"] else []


def _by_school(county: County) -> dict[int, list[Outlier]]:
    return once(county, "outliers", lambda: _found(county))


def _found(county: County) -> dict[int, list[Outlier]]:
    found: dict[int, list[Outlier]] = defaultdict(list)
    for series in measured(county):
        for outlier in outliers(series):
            found[id(outlier.cell.row)].append(outlier)
    return found


def _same_way(found: list[Outlier]) -> bool:
    by_pupils = [o for o in found if o.ratio.per[0].startswith("pupils_")]
    return len(by_pupils) == len(found) >= LEAST_AGREEING and len({o.fold > 1 for o in found}) == 1


@check("QBE-PLA-001")
def values_lie_with_the_countys(county: County, edition: Edition) -> Iterator[Finding]:
    """各校按学生数计算的值与全县相称。 A school's values per pupil lie with the county's."""
    told = {(id(c.row), series.ratio.field) for series in measured(county) for c in series.cells if c.state != "fits"}
    for found in _by_school(county).values():
        if _same_way(found):
            continue
        for outlier in found:
            ratio, cell = outlier.ratio, outlier.cell
            key = (id(cell.row), ratio.field)
            if key in told:  # one field, one question, whatever it is divided by
                continue
            told.add(key)
            guess = Text("", "")
            if outlier.power is not None:
                value = plain(cell.value / outlier.power)
                digits = Text("多", "too many") if outlier.power > 1 else Text("少", "too few")
                count = 1 if outlier.power in (10.0, 0.1) else 2
                guess = Text(
                    f"；若{digits.zh}填了 {count} 位数字，则为 {value}",
                    f"; with {count} digit{'s' if count > 1 else ''} {digits.en} it would be {value}",
                )
            yield at(
                "QBE-PLA-001",
                cell.row,
                ratio.field,
                name=ratio.name,
                left=plain(cell.value),
                right=plain(outlier.typical),
                fold=f"{outlier.fold:.2g}",
                guess=guess,
                field=name_of(ratio.field),
                value=reported(cell, ratio.field),
            )


@check("QBE-PLA-014")
def pupils_go_with_everything_else(county: County, edition: Edition) -> Iterator[Finding]:
    """在校生数与本校其他各项相称。 A school's pupils go with everything else it reports."""
    for found in _by_school(county).values():
        if _same_way(found):
            row = found[0].cell.row
            shared = [n for o in found for n in o.ratio.per if n.startswith("pupils_") and row.number_of(n)]
            pupils = shared[0]
            folds = median([outlier.fold for outlier in found])
            yield at(
                "QBE-PLA-014",
                row,
                pupils,
                field=name_of(pupils),
                left=number(row.number_of(pupils) or 0),
                count=len(found),
                fold=f"{folds:.2g}",
                right=plain(float(row.number_of(pupils) or 0) * folds),
                names=Text("、".join(o.ratio.name.zh for o in found), ", ".join(o.ratio.name.en for o in found)),
            )


@check("QBE-PLA-006")
def rows_are_not_copies(county: County, edition: Edition) -> Iterator[Finding]:
    """没有两行数字完全相同。 No two rows have all numbers alike."""
    seen: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in _schools(county):
        key = tuple(
            (name, value)
            for name, value in row.values.items()
            if value and not isinstance(value, str) and name != "built_year"
        )
        seen[key].append(row)
    for numbers, alike in seen.items():
        if len(alike) > 1 and len(numbers) >= bands()["row_copied"]["least"]:
            yield at(
                "QBE-PLA-006",
                alike[1],
                "school_name",
                total=len(alike),
                count=len(numbers),
                schools=school_names(alike),
            )


@check("QBE-PLA-007")
def values_differ_between_schools(county: County, edition: Edition) -> Iterator[Finding]:
    """面积、金额各校不同。 Areas and amounts differ between schools."""
    asked, rows = bands()["same_value"], _schools(county)
    for name in asked["fields"]:
        by_value: dict[Exact, list[Row]] = defaultdict(list)
        known = 0
        for row in rows:
            value = row.number_of(name)
            known += value is not None
            if value is not None and value >= asked["from"]:
                by_value[value].append(row)
        for common, same in by_value.items():
            if len(same) >= max(asked["least"], asked["share"] * known):
                yield at_column(
                    "QBE-PLA-007", same, name, name=name_of(name), total=known, count=len(same), value=number(common)
                )


@check("QBE-PLA-008")
def pupils_are_counted(county: County, edition: Edition) -> Iterator[Finding]:
    """在校生数是实数，不取整。 Pupils are counted, not rounded."""
    asked, rows = bands()["round_numbers"], _schools(county)
    for name in asked["fields"]:
        known = [row for row in rows if (value := row.number_of(name)) is not None and value >= asked["from"]]
        even = [row for row in known if (row.number_of(name) or 0) % asked["step"] == 0]
        if len(known) >= bands()["least_schools"] and len(even) >= asked["share"] * len(known):
            yield at_column(
                "QBE-PLA-008",
                even,
                name,
                name=name_of(name),
                total=len(known),
                count=len(even),
                step=asked["step"],
                usual=round(len(known) / asked["step"]),
            )


@cache
def _signs(amount: Expression) -> tuple[tuple[str, int], ...] | None:
    """A sum or difference of fields as names with their signs; None where it is anything else."""
    if any(char in amount.text for char in "*/(") or any(char.isdigit() for char in amount.text):
        return None
    zero: dict[str, Exact] = dict.fromkeys(amount.names, 0)
    return tuple((name, int(amount.value({**zero, name: 1}))) for name in amount.names)


def _amount(row: Row, signs: tuple[tuple[str, int], ...]) -> Exact | None:
    result: Exact = 0
    for name, sign in signs:
        value = row.number_of(name)
        if value is None:
            return None
        result += sign * value
    return result


@check("QBE-PLA-009")
def values_were_measured(county: County, edition: Edition) -> Iterator[Finding]:
    """面积和设备值不是由标准倒推的。 Areas and equipment were not computed back from the limit."""
    asked, rows = bands()["on_the_limit"], _schools(county)
    for indicator in edition.resources:
        signs = _signs(indicator.amount)
        if indicator.per_pupils != 1 or signs is None:
            continue
        for stage, limit in indicator.at_least.items():
            known, exactly = 0, []
            for row in rows:
                if STAGES_OF_TYPE[row.text("school_type")] != (stage,):
                    continue
                pupils, amount = row.number_of(f"pupils_{stage}"), _amount(row, signs)
                if not pupils or amount is None:
                    continue
                known += 1
                if 2 * abs(amount - limit * pupils) <= 1:  # to the nearest whole
                    exactly.append(row)
            if len(exactly) >= max(asked["least"], asked["share"] * known):
                name = Text(
                    f"{STAGE_NAMES[stage].zh}{indicator.name.zh}", f"{STAGE_NAMES[stage].en}, {indicator.name.en}"
                )
                yield at_column(
                    "QBE-PLA-009",
                    exactly,
                    indicator.amount.names[0],
                    name=name,
                    total=known,
                    count=len(exactly),
                    limit=number(limit),
                )


@check("QBE-PLA-010")
def zero_where_others_have_some(county: County, edition: Edition) -> Iterator[Finding]:
    """其他学校都有的，本校为 0 须说明。 A zero where nearly all others have some is explained."""
    asked = bands()["zero"]
    fields = set(filled(asked["fields"]))
    for series in measured(county):
        if series.ratio.field not in fields:
            continue
        others = series.compared
        middle = series.centre(others)
        zeros = [cell for cell in series.cells if cell.amount == 0 and not is_campus(cell.row)]
        if middle is None or not zeros or len(others) < asked["others"] * (len(others) + len(zeros)):
            continue
        for cell in zeros:
            expected = middle.typical * max(cell.per, series.ratio.per_at_least) / series.ratio.times
            if expected >= asked["expected"]:
                yield at(
                    "QBE-PLA-010",
                    cell.row,
                    series.ratio.field,
                    name=name_of(series.ratio.field),
                    left=0,
                    total=len(others) + len(zeros),
                    count=len(others),
                    right=plain(expected),
                )


class _Point(NamedTuple):
    row: Row
    pupils: float
    amount: float


@check("QBE-PLA-011")
def no_school_of_extreme_size_decides(county: County, edition: Edition) -> Iterator[Finding]:
    """特别小或特别大的学校独自决定差异系数时予以提示。 A school of extreme size that alone decides a CV is named."""
    asked, rows = bands()["drives_cv"], _schools(county)
    least = edition.file.units.teaching_point_min_pupils.value
    for stage in edition.stages if rows else ():
        here = [row for row in rows if STAGES_OF_TYPE[row.text("school_type")] == (stage,)]
        sizes = {id(row): float(pupils) for row in here if (pupils := row.number_of(f"pupils_{stage}"))}
        if not sizes:
            continue
        middle = median(list(sizes.values()))
        extreme = {key for key, p in sizes.items() if p * asked["size"] <= middle or p >= middle * asked["size"]}
        if not extreme:
            continue
        counted = [
            r for r in here if id(r) in sizes and (r.get("school_type") != "teaching_point" or sizes[id(r)] >= least)
        ]
        for indicator in edition.resources:
            signs = _signs(indicator.amount)
            if signs is None:
                continue
            points = _points(counted, sizes, tuple((stage_field(name, stage), sign) for name, sign in signs))
            limit = float(indicator.cv_at_most[stage])  # type: ignore[index]  # stages of the edition
            cv, shares = _variation(points)
            if cv <= limit:
                continue
            for point, share in zip(points, shares, strict=True):
                if id(point.row) not in extreme or share < asked["share"]:
                    continue
                without = _variation([other for other in points if other is not point])[0]
                if without <= limit:
                    yield at(
                        "QBE-PLA-011",
                        point.row,
                        f"pupils_{stage}",
                        name=Text(f"{STAGE_NAMES[stage].zh} {indicator.id}", f"{STAGE_NAMES[stage].en} {indicator.id}"),
                        left=f"{cv:.3f}",
                        pupils=plain(point.pupils),
                        median=plain(middle),
                        share=f"{share:.0%}",
                        right=f"{without:.3f}",
                        limit=f"{limit:g}",
                    )


def _points(rows: list[Row], sizes: dict[int, float], signs: tuple[tuple[str, int], ...]) -> list[_Point]:
    return [_Point(row, sizes[id(row)], float(amount)) for row in rows if (amount := _amount(row, signs)) is not None]


def _variation(points: list[_Point]) -> tuple[float, list[float]]:
    """The CV in floating point, and each unit's share of its square."""
    pupils, amount = sum(p.pupils for p in points), sum(p.amount for p in points)
    if not pupils or not amount:
        return 0.0, [0.0] * len(points)
    mean = amount / pupils
    terms = [p.pupils * (p.amount / p.pupils - mean) ** 2 for p in points]
    whole = sum(terms)
    return math.sqrt(whole / pupils) / mean, [term / whole if whole else 0.0 for term in terms]


@check("QBE-POL-010")
def blanks_are_not_zeros(county: County, edition: Edition) -> Iterator[Finding]:
    """没有数据的列留空，不填 0。 A column without figures is left blank, not filled with zeros."""
    rows = _schools(county)
    for name in filled(bands()["column_zero"]):
        stage = next((s for s in edition.stages if name.endswith(f"_{s}")), None)
        known = [row for row in rows if row.get(name) is not None and (stage is None or row_pupils(row, stage))]
        if len(known) >= bands()["least_schools"] and not any(row.number_of(name) for row in known):
            pupils = sum(
                float(row_pupils(row, s) or 0) for row in known for s in ((stage,) if stage else edition.stages)
            )
            yield at_column("QBE-POL-010", known, name, name=name_of(name), total=len(known), right=plain(pupils))
