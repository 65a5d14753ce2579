"""Against last year: each limit and just beyond it, for one school between two that are as they were."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from qbe_xl.checks.registry import registered_against
from qbe_xl.core.fields import all_fields
from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import Text
from qbe_xl.county import County
from qbe_xl.standards import DEFAULT_EDITION, load_edition
from tests.counties import COLUMNS, SHEET, county, fact_place, school, with_facts

EDITION = load_edition(DEFAULT_EDITION)


def run(code: str, now: County, last: County) -> list[Finding]:
    return list(registered_against()[code].run(now, last, EDITION))


def pair(before: dict[str, Any], now: dict[str, Any], kind: str = "primary") -> tuple[County, County]:
    """This year's and last year's county: S2 changed, between schools whose figures are blank, equal and 0."""

    def made(year: int, given: dict[str, Any], blank: int) -> County:
        rows = (
            school("S1", kind, **({n: None for n in given} if blank else given)),
            school("S3", kind, **{n: 0 for n in given}),
            school("S4", kind, **before),
            school("S2", kind, **given),
        )
        return county(*rows, facts={"year": year})

    return made(2024, now, 1), made(2023, before, 0)


def name(field: str) -> Text:
    return all_fields()[field].name


def told(code: str, field: str, now: Any, before: Any) -> list[Finding]:
    return run(code, *pair({field: before}, {field: now}))


def at(code: str, field: str, /, **args: object) -> Finding:
    return Finding(code, SHEET, f"{COLUMNS[field]}5", "S2", args)


@pytest.mark.parametrize(
    ("field", "before", "now", "fold"),
    [
        ("pupils_primary", 60, 120, "2"), ("pupils_primary", 120, 60, "0.5"), ("pupils_primary", 59, 118, None),
        ("pupils_primary", 118, 59, None), ("pupils_primary", 61, 121, None), ("pupils_primary", 121, 61, None),
        ("teachers_primary", 2, 8, "4"), ("teachers_primary", 8, 2, "0.25"), ("teachers_primary", 1, 5, None),
        ("teachers_primary", 1, 6, "6"), ("teachers_primary", 5, 19, None), ("teachers_primary", 5, 20, "4"),
        ("equipment_value", 1000, 3999, None), ("equipment_value", 1000, 4000, "4"), ("classes_primary", 20, 5, "0.25"),
        ("pupils_primary", 0, 500, None), ("pupils_primary", 500, 0, None), ("pupils_primary", None, 500, None),
    ],
)  # fmt: skip
def test_jumps(field: str, before: int | None, now: int | None, fold: str | None) -> None:
    wanted = at("QBE-YOY-005", field, name=name(field), left=str(before), right=str(now), fold=fold)
    assert told("QBE-YOY-005", field, now, before) == ([wanted] if fold else [])


@pytest.mark.parametrize(
    ("field", "before", "now", "shrinks"),
    [
        ("teaching_area", 500, 450, True), ("teaching_area", 500, 451, False), ("teaching_area", 490, 440, True),
        ("teaching_area", 490, 441, False), ("teaching_area", 50, 0, True), ("teaching_area", 49, 0, False),
        ("outdoor_sports_area", 400, 100, False),  # a quarter is told as a jump
        ("outdoor_sports_area", 400, 101, True), ("indoor_sports_area", 400, 100, True), ("teaching_area", 400, None, False),
        ("teaching_area", None, 400, False), ("teaching_area", 400, 500, False),
    ],
)  # fmt: skip
def test_areas_that_shrink(field: str, before: int | None, now: int | None, shrinks: bool) -> None:
    wanted = at("QBE-YOY-006", field, name=name(field), left=str(before), right=str(now))
    assert told("QBE-YOY-006", field, now, before) == ([wanted] if shrinks else [])


@pytest.mark.parametrize(
    ("before", "now", "falls"),
    [(1000, 800, False), (1000, 799, True), (1000, 251, True), (1000, 250, False), (1000, 0, True), (1000, None, False), (None, 5, False)],
)  # fmt: skip
def test_book_values_that_fall(before: int | None, now: int | None, falls: bool) -> None:
    wanted = at("QBE-YOY-007", "equipment_value", left=str(before), right=str(now))
    assert told("QBE-YOY-007", "equipment_value", now, before) == ([wanted] if falls else [])


@pytest.mark.parametrize(
    ("pupils", "teachers", "against"),
    [
        ((100, 110), (25, 20), True), ((100, 109), (25, 20), False), ((100, 110), (25, 21), False), ((100, 110), (20, 16), False),
        ((100, 90), (25, 30), True), ((100, 91), (25, 30), False), ((100, 90), (25, 29), False), ((100, 90), (20, 24), False),
        ((100, 110), (25, 30), False), ((100, 90), (25, 20), False), ((100, 90), (5, 20), False), ((100, 90), (5, 19), True),
        ((100, 110), (20, 5), False), ((100, 110), (19, 5), True), ((100, 110), (25, None), False), ((0, 110), (25, 5), False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("stage", ["primary", "junior"])
def test_teachers_against_pupils(
    pupils: tuple[int, int], teachers: tuple[int, int | None], against: bool, stage: str
) -> None:
    names = (f"pupils_{stage}", f"teachers_{stage}")
    before, now = (dict(zip(names, values, strict=True)) for values in zip(pupils, teachers, strict=True))
    found = run("QBE-YOY-008", *pair(before, now, stage))
    words = {"primary": Text("小学", "Primary"), "junior": Text("初中", "Junior")}[stage]
    args = {"stage": words, "pupils_before": str(pupils[0]), "pupils_now": str(pupils[1])}
    wanted = at("QBE-YOY-008", names[1], **args, left=str(teachers[0]), right=str(teachers[1]))
    assert found == ([wanted] if against else [])


def test_a_type_that_changes() -> None:
    (finding,) = run("QBE-YOY-009", *pair({"school_type": "primary"}, {"school_type": "nine_year"}))[-1:]
    assert finding == at(
        "QBE-YOY-009", "school_type", left=Text("小学", "Primary school"), right=Text("九年一贯制学校", "Nine-year school")
    )  # fmt: skip
    now, last = pair({"charter": "yes"}, {"charter": "yes"})
    for lacking in (now, last):
        blank = replace(
            lacking, schools=tuple(replace(r, values={**r.values, "school_type": None}) for r in lacking.schools)
        )
        assert run("QBE-YOY-009", blank if lacking is now else now, blank if lacking is last else last) == []


@pytest.mark.parametrize(
    ("same", "n", "found"), [(10, 20, True), (9, 20, False), (10, 19, False), (11, 23, False), (12, 23, True)]
)
def test_figures_that_were_not_updated(same: int, n: int, found: bool) -> None:
    """Half of at least 20 schools."""
    last = county(*(school(f"S{i}", pupils=300) for i in range(1, n + 1)), facts={"year": 2023})
    rows = [school(f"S{i}", pupils=300 if i <= same else 300 + i) for i in range(1, n + 1)]
    now = county(school("S50", pupils_primary=None), school("S51", pupils_primary=0), *rows)
    letters = f"{COLUMNS['pupils_primary']}4:{COLUMNS['pupils_primary']}{same + 3}"
    args = {"name": name("pupils_primary"), "total": n, "count": same, "year": Text("2023", "2023")}
    assert run("QBE-YOY-010", now, last) == ([Finding("QBE-YOY-010", SHEET, letters, args=args)] if found else [])


@pytest.mark.parametrize(
    ("before", "now", "moves"),
    [(40_000, 60_000, True), (40_000, 59_999, False), (60_000, 40_000, True), (60_000, 40_001, False), (0, 5, False), (5, None, False)],
)  # fmt: skip
def test_county_figures_that_move(before: int, now: int | None, moves: bool) -> None:
    last = with_facts(county(), year=2023, civil_servant_wage=before, teacher_wage=None)
    this = with_facts(county(), civil_servant_wage=now)
    place = fact_place("civil_servant_wage")
    args = {"name": name("civil_servant_wage"), "left": str(before), "right": str(now)}
    wanted = Finding("QBE-YOY-011", place.sheet, place.ref, args=args)
    assert run("QBE-YOY-011", this, last) == ([wanted] if moves else [])


# ---- which schools are the same


def named(code: str, called: str | None, **values: Any) -> Any:
    return school(code, school_name=called, **values)


def test_schools_that_vanish_appear_or_change_their_code() -> None:
    last = county(
        named("S1", "甲校"), named("S2", "乙校", pupils=300), named("S3", "丙 校"), named("S4", None), named("S5", "戊校"),
        facts={"year": 2023},
    )  # fmt: skip
    now = county(
        named("S1", "甲校"), named("S13", "丙校", built_year=1990), named("S6", "己校", built_year=2022),
        named("S7", "庚校", built_year=2023), named("S8", "辛校"), named("S9", None, built_year=1980), named("S5", "改名", built_year=1990),
    )  # fmt: skip
    year = Text("2023", "2023")
    assert run("QBE-YOY-002", now, last) == [
        Finding("QBE-YOY-002", school="S2", args={"year": year, "name": "乙校", "code": "S2", "left": "300"}),
        Finding("QBE-YOY-002", school="S4", args={"year": year, "name": "", "code": "S4", "left": "500"}),
    ]
    letter = COLUMNS["school_code"]
    assert run("QBE-YOY-003", now, last) == [
        Finding(
            "QBE-YOY-003", SHEET, f"{letter}9", "S6", {"name": "己校", "code": "S6", "left": "2022", "right": "2023"}
        ),
        Finding("QBE-YOY-003", SHEET, f"{letter}12", "S9", {"name": "", "code": "S9", "left": "1980", "right": "2023"}),
    ]
    assert run("QBE-YOY-004", now, last) == [
        Finding("QBE-YOY-004", SHEET, f"{letter}16", "S13", {"name": "丙校", "left": "S3", "right": "S13"})
    ]
    undated = with_facts(last, year=None)
    assert run("QBE-YOY-003", now, undated) == []
    assert run("QBE-YOY-002", now, undated)[0].args["year"] == Text("年度不明", "year unknown")


def test_pupils_of_a_school_that_vanished() -> None:
    rows = (school("S2", "nine_year", {"primary": 300, "junior": 200}), school("S3", pupils_primary=None), school("S1"))
    found = run("QBE-YOY-002", county(school("S1")), county(*rows, facts={"year": 2023}))
    assert [f.args["left"] for f in found] == ["500", "—"]


@pytest.mark.parametrize(
    ("now", "last", "same"),
    [
        ({}, {"year": 2023}, True), ({}, {"year": 2024}, False), ({}, {"year": 2025}, False), ({"year": None}, {}, True),
        ({}, {"year": None}, True), ({}, {"year": 2023, "county_code": "370001"}, False), ({"county_code": None}, {"year": 2023}, True),
        ({}, {"year": 2023, "county_code": None}, True),
    ],
)  # fmt: skip
def test_another_county_or_no_earlier_year(now: dict[str, Any], last: dict[str, Any], same: bool) -> None:
    """Then that is all that is said."""
    this, other = with_facts(county(), **now), with_facts(county(school("S9", "junior")), **last)
    found = {code: run(code, this, other) for code in registered_against()}
    said = found.pop("QBE-YOY-001")
    assert bool(said) != same
    assert any(found.values()) == same
    if said:
        (finding,) = said
        code, year = last.get("county_code", "370000"), last.get("year", 2024)
        assert finding.args == {
            "left": Text(f"代码 {code}，{year}", f"code {code}, {year}"), "right": Text("代码 370000，2024", "code 370000, 2024"),
        }  # fmt: skip


def test_codes_that_are_not_known() -> None:
    this, other = with_facts(county(), county_code=None), with_facts(county(), county_code=None)
    (finding,) = run("QBE-YOY-001", this, other)
    assert finding.args["left"] == finding.args["right"] == Text("代码 —，2024", "code —, 2024")
