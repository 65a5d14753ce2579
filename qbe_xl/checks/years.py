"""Checks against last year's report: schools are matched by their code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from qbe_xl.checks.bands import bands, filled
from qbe_xl.checks.policy import type_name
from qbe_xl.checks.registry import at, at_column, at_fact, check_against, name_of
from qbe_xl.checks.schools import number
from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import STAGE_NAMES, Text
from qbe_xl.core.numbers import exact
from qbe_xl.county import County, Row
from qbe_xl.standards import Edition


class Pair(NamedTuple):
    """One school in both years."""

    before: Row
    now: Row


def comparable(county: County, last: County) -> bool:
    """Whether the other report is an earlier year of the same county, as far as both say."""
    same = county.code is None or last.code is None or county.code == last.code
    return same and (county.year is None or last.year is None or last.year < county.year)


def by_code(county: County) -> dict[str, Row]:
    """The rows that have a code, by it."""
    return {row.text("school_code"): row for row in county.schools if row.get("school_code")}


def _pairs(county: County, last: County) -> list[Pair]:
    if not comparable(county, last):
        return []
    before = by_code(last)
    return [Pair(before[code], row) for code, row in by_code(county).items() if code in before]


def _plain_name(row: Row) -> str:
    return "".join(row.text("school_name").split())


def renumbered(county: County, last: County) -> list[Pair]:
    """Schools of one name whose code is new this year and whose old code is gone."""
    if not comparable(county, last):
        return []
    now, before = by_code(county), by_code(last)
    gone = {_plain_name(row): row for code, row in before.items() if code not in now and row.get("school_name")}
    fresh = [row for code, row in now.items() if code not in before]
    return [Pair(gone[_plain_name(row)], row) for row in fresh if _plain_name(row) in gone]


def _year(last: County) -> Text:
    year = last.year
    return Text("年度不明", "year unknown") if year is None else Text(str(year), str(year))


def _pupils(row: Row) -> str:
    known = [value for s in ("primary", "junior") if (value := row.number_of(f"pupils_{s}")) is not None]
    return number(sum(known)) if known else "—"


@check_against("QBE-YOY-001")
def is_last_years_file(county: County, last: County, edition: Edition) -> Iterator[Finding]:
    """对比文件是本县较早年度的数据。 The other file is an earlier year of the same county."""
    if comparable(county, last):
        return
    left = Text(f"代码 {last.code or '—'}，{_year(last).zh}", f"code {last.code or '—'}, {_year(last).en}")
    right = Text(f"代码 {county.code or '—'}，{_year(county).zh}", f"code {county.code or '—'}, {_year(county).en}")
    yield Finding("QBE-YOY-001", args={"left": left, "right": right})


@check_against("QBE-YOY-002")
def no_school_has_vanished(county: County, last: County, edition: Edition) -> Iterator[Finding]:
    """上年的学校今年都在。 Every school of last year is there."""
    if not comparable(county, last):
        return
    now = by_code(county)
    renamed = {id(pair.before) for pair in renumbered(county, last)}
    for code, row in by_code(last).items():
        if code not in now and id(row) not in renamed:
            args = {"year": _year(last), "name": row.text("school_name"), "code": code, "left": _pupils(row)}
            yield Finding("QBE-YOY-002", school=code, args=args)


@check_against("QBE-YOY-003")
def new_schools_are_new(county: County, last: County, edition: Edition) -> Iterator[Finding]:
    """今年新增的学校是新建的。 A school that is new in the list was built since."""
    if not comparable(county, last) or last.year is None:
        return
    before = by_code(last)
    renamed = {id(pair.now) for pair in renumbered(county, last)}
    for code, row in by_code(county).items():
        built = row.number_of("built_year")
        if code not in before and id(row) not in renamed and built is not None and built < last.year:
            yield at(
                "QBE-YOY-003",
                row,
                "school_code",
                name=row.text("school_name"),
                code=code,
                left=number(built),
                right=number(last.year),
            )


@check_against("QBE-YOY-004")
def codes_stay(county: County, last: County, edition: Edition) -> Iterator[Finding]:
    """学校代码不变。 A school keeps its code."""
    for before, now in renumbered(county, last):
        yield at(
            "QBE-YOY-004",
            now,
            "school_code",
            name=now.text("school_name"),
            left=before.text("school_code"),
            right=now.text("school_code"),
        )


@check_against("QBE-YOY-005")
def nothing_jumps(county: County, last: County, edition: Edition) -> Iterator[Finding]:
    """学生和资源一年之内不成倍变化。 Pupils and amounts do not change several times in a year."""
    for before, now in _pairs(county, last):
        for asked in (bands()["years"]["jump"], bands()["years"]["amounts"]):
            for name in filled(asked["fields"]):
                old, new = before.number_of(name), now.number_of(name)
                if not old or not new or abs(new - old) < asked["least"]:
                    continue
                if new >= old * asked["fold"] or old >= new * asked["fold"]:
                    fold = f"{float(new / old):.2g}"
                    yield at(
                        "QBE-YOY-005", now, name, name=name_of(name), left=number(old), right=number(new), fold=fold
                    )


@check_against("QBE-YOY-006")
def areas_do_not_shrink(county: County, last: County, edition: Edition) -> Iterator[Finding]:
    """校舍和场地面积不减少。 Buildings and grounds do not shrink."""
    asked, jump = bands()["years"]["shrink"], bands()["years"]["amounts"]["fold"]
    share = exact(asked["share"])
    for before, now in _pairs(county, last):
        for name in asked["fields"]:
            old, new = before.number_of(name), now.number_of(name)
            if old is None or new is None or old - new < asked["least"] or new > old * share:
                continue
            if new and name != "indoor_sports_area" and old >= new * jump:
                continue  # a change of several times has a message of its own
            yield at("QBE-YOY-006", now, name, name=name_of(name), left=number(old), right=number(new))


@check_against("QBE-YOY-007")
def book_value_does_not_fall(county: County, last: County, edition: Edition) -> Iterator[Finding]:
    """仪器设备账面原值不大幅减少。 The book value of equipment does not fall."""
    share, jump = exact(bands()["years"]["equipment"]["share"]), bands()["years"]["amounts"]["fold"]
    for before, now in _pairs(county, last):
        old, new = before.number_of("equipment_value"), now.number_of("equipment_value")
        if old is None or new is None or new >= old * share or (new and old >= new * jump):
            continue
        yield at("QBE-YOY-007", now, "equipment_value", left=number(old), right=number(new))


@check_against("QBE-YOY-008")
def teachers_follow_pupils(county: County, last: County, edition: Edition) -> Iterator[Finding]:
    """教师与学生同向变动。 Teachers follow pupils."""
    asked = bands()["years"]["against"]
    few, many = exact(asked["pupils"]), exact(asked["teachers"])
    jump = bands()["years"]["amounts"]["fold"]
    for before, now in _pairs(county, last):
        for stage in edition.stages:
            values = [row.number_of(f"{n}_{stage}") for n in ("pupils", "teachers") for row in (before, now)]
            if not all(values):
                continue
            p0, p1, t0, t1 = (value or 0 for value in values)
            if abs(t1 - t0) < asked["least"] or t1 >= t0 * jump or t0 >= t1 * jump:
                continue
            rising = p1 >= p0 * (1 + few) and t1 <= t0 * (1 - many)
            falling = p1 <= p0 * (1 - few) and t1 >= t0 * (1 + many)
            if rising or falling:
                yield at(
                    "QBE-YOY-008",
                    now,
                    f"teachers_{stage}",
                    stage=STAGE_NAMES[stage],
                    pupils_before=number(p0),
                    pupils_now=number(p1),
                    left=number(t0),
                    right=number(t1),
                )


@check_against("QBE-YOY-009")
def types_stay(county: County, last: County, edition: Edition) -> Iterator[Finding]:
    """办学类型不变。 A school keeps its type."""
    for before, now in _pairs(county, last):
        old, new = before.text("school_type"), now.text("school_type")
        if old and new and old != new:
            yield at("QBE-YOY-009", now, "school_type", left=type_name(old), right=type_name(new))


@check_against("QBE-YOY-010")
def figures_are_this_years(county: County, last: County, edition: Edition) -> Iterator[Finding]:
    """在校生数已更新为本年。 Pupils are this year's."""
    asked = bands()["years"]["same"]
    pairs = _pairs(county, last)
    for name in asked["fields"]:
        known = [p for p in pairs if p.before.number_of(name) and p.now.number_of(name)]
        same = [p.now for p in known if p.before.number_of(name) == p.now.number_of(name)]
        if len(known) >= bands()["least_schools"] and len(same) >= asked["share"] * len(known):
            yield at_column(
                "QBE-YOY-010", same, name, name=name_of(name), total=len(known), count=len(same), year=_year(last)
            )


@check_against("QBE-YOY-011")
def county_figures_move_slowly(county: County, last: County, edition: Edition) -> Iterator[Finding]:
    """工资、定额等县级数据缓慢变化。 Pay, norms and the like change slowly."""
    if not comparable(county, last):
        return
    asked = bands()["years"]["facts"]
    fold = exact(asked["fold"])
    for name in asked["fields"]:
        old, new = last.number(name), county.number(name)
        if old and new and (new >= old * fold or old >= new * fold):
            yield at_fact("QBE-YOY-011", county, name, name=name_of(name), left=number(old), right=number(new))
