"""Bands and units at their very limits, for one school or one fact alone."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from qbe_xl.checks.reasons import value_at
from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import Text
from qbe_xl.core.numbers import exact
from qbe_xl.county import County, Stated
from tests.checks.test_between_fields import at, at_fact, name, rows, run, total
from tests.checks.test_standing_out import listed
from tests.checks.test_stated import found, in_rows, stating, three
from tests.counties import SHEET, SURVEY_SHEET, campus, county, group, school, with_facts, with_survey


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        # 500 pupils: no more rooms than pupils; 0.3 to 400 ㎡; 20 to 150,000 yuan
        ("multimedia_rooms", 500, None), ("multimedia_rooms", 501, "QBE-PLA-004"),
        ("outdoor_sports_area", 400_000, None), ("outdoor_sports_area", 400_001, "QBE-PLA-004"),
        ("outdoor_sports_area", 50, None), ("outdoor_sports_area", 49, "QBE-PLA-002"),
        ("equipment_value", 75_000_000, None), ("equipment_value", 75_000_001, "QBE-PLA-004"),
        ("equipment_value", 10_000, None), ("equipment_value", 9_999, "QBE-PLA-004"),
        # another unit explains what it makes 200 to 60,000 yuan a pupil: times or by 10,000
        ("equipment_value", 3_000, "QBE-PLA-002"), ("equipment_value", 3_001, "QBE-PLA-004"),
        ("equipment_value", 1_000_000_000, "QBE-PLA-002"), ("equipment_value", 999_999_999, "QBE-PLA-004"),
        ("equipment_value", 9, "QBE-PLA-004"),
        ("equipment_value", 10, "QBE-PLA-002"), ("equipment_value", 0, None), ("equipment_value", None, None),
    ],
)  # fmt: skip
def test_a_value_and_its_band(field: str, value: int | None, code: str | None) -> None:
    one = rows(school("S1", **{field: value}))
    told = [f for c in ("QBE-PLA-002", "QBE-PLA-004") for f in run(c, one)]
    assert [(f.code, f.range, f.args.get("value")) for f in told] == (
        [(code, at("x", field).range, str(value))] if code else []
    )


def test_a_value_in_another_unit() -> None:
    """150 of 10,000 yuan for 500 pupils: 0.3 yuan a pupil as it stands, 3000 if it was entered in 10,000 yuan."""
    (finding,) = run("QBE-PLA-002", rows(school("S1", equipment_value=150)))
    assert finding == at(
        "QBE-PLA-002", "equipment_value", name=Text("生均教学仪器设备值（元）", "equipment per pupil (yuan)"), left="0.3", low="20",
        high="150000", field=name("equipment_value"), value="150", unit=Text("万元", "10000 yuan"), right="3000",
    )  # fmt: skip
    column = [school(f"S{i}", equipment_value=150) for i in (1, 2, 3)]
    assert run("QBE-PLA-002", listed(column)) == []
    (whole,) = run("QBE-PLA-003", listed([*column, *(school(f"S{i}") for i in (4, 5, 6))]))
    assert (whole.range, whole.args["count"], whole.args["total"], whole.args["left"], whole.args["right"]) == (
        f"{at('x', 'equipment_value').range}:{at('x', 'equipment_value', 3).range}", 3, 6, "0.3", "3000",
    )  # fmt: skip
    # half of the column, and more than two: 3 of 7 and 2 of 2 are single schools
    for few in ([*column, *(school(f"S{i}") for i in (4, 5, 6, 7))], column[:2]):
        assert run("QBE-PLA-003", listed(few)) == [] and len(run("QBE-PLA-002", listed(few))) == len(few[:3])


@pytest.mark.parametrize(
    ("minutes", "told"), [(10, False), (9, True), (300, False), (301, True), (0, False), (None, False)]
)
def test_homework_is_in_minutes(minutes: int | None, told: bool) -> None:
    wanted = at("QBE-PLA-012", "homework_g3_6", name=name("homework_g3_6"), left=str(minutes), low="10", high="300")
    assert run("QBE-PLA-012", rows(school("S1", homework_g3_6=minutes))) == ([wanted] if told else [])


NONE = Text("", "")


@pytest.mark.parametrize(
    ("wage", "guess"),
    [
        (15_000, None), (400_000, None), ("14999", "全年为 179988 元"), ("1200", ""), ("1250", "全年为 15000 元"),
        ("6", "则为 60000 元"), ("1.5", "则为 15000 元"), ("1.4", ""), ("600000000", "则为 60000 元"), ("400001", ""),
    ],
)  # fmt: skip
def test_a_fact_and_its_band(wage: Any, guess: str | None) -> None:
    """Between 15,000 and 400,000 yuan a year; entered in 10,000 yuan, multiplied once too often, or by the month."""
    of = with_facts(county(), teacher_wage=exact(str(wage)), civil_servant_wage=None)
    told = run("QBE-PLA-005", of)
    if guess is None:
        assert told == []
        return
    (finding,) = told
    said = finding.args["guess"]
    assert isinstance(said, Text) and (guess in said.zh if guess else said == NONE)
    assert replace(finding, args={**finding.args, "guess": NONE}) == at_fact(
        "QBE-PLA-005", "teacher_wage", name=name("teacher_wage"), left=finding.args["left"], low="15000", high="400000",
        guess=NONE,
    )  # fmt: skip


def test_a_group_of_the_survey_and_its_band() -> None:
    """Fewer than one in five returns valid, and fewer than one in five satisfied."""
    (finding,) = run("QBE-PLA-005", with_survey(county(), group("pupils", 20, 10, 100), group("parents", 19, 10, 100)))
    assert (finding.sheet, finding.args["name"], finding.args["left"], finding.args["low"]) == (
        SURVEY_SHEET, Text("家长问卷有效率", "Parents, share of valid returns"), "0.19", "0.2",
    )  # fmt: skip
    assert len(finding.also) == 1


# ---- further lines of other checks


def test_the_composite_alone_brings_up_every_indicator() -> None:
    """Where only a composite is stated nothing is told of the indicators, and what is stated of one does not need it."""
    assert found(stating(three(), composite__primary__cv=exact("0.9"))) == []
    both = stating(three(), composite__primary__cv=exact("0.9"), L7__primary__mean=4)
    assert [f.range for f in found(both)] == ["C5"]


def test_limits_of_one_stage_stop_no_other() -> None:
    county_ = stating(three(6000, 2000, 1000), composite__primary__cv=exact("0.9"))
    junior = [replace(r, values={**r.values}) for r in three(6000, 2000, 1000, kind="junior")]
    both = County(schools=(*county_.schools, *junior), stated={"composite.junior.cv": Stated(exact("0.3"), None)})
    assert [f.args["stage"] for f in found(both)] == [Text("初中", "Junior")]


def test_a_school_without_a_unit_stops_no_other() -> None:
    made = in_rows([school("S4", "special", 60), *three()], "L6.primary", 1, None, 5, 1000)
    assert [(f.school, f.args["left"]) for f in found(stating(made))] == [("S2", "5")]
    made = in_rows([*three(), campus("S4", "S9", pupils=100)], "L6.primary", 3000, 2000, 5, None)
    assert [f.school for f in found(stating(made))] == ["S3"]


def test_sums_whose_rows_are_not_known() -> None:
    one = school("S1", pupils=100)
    for first, last in ((None, 9), (4, None), (None, None)):
        known = total({"pupils_primary": 999}, one)
        of = replace(known, totals=(replace(known.totals[0], first=first, last=last), *known.totals))
        assert [f.args["left"] for f in run("QBE-ARI-010", of)] == ["999"]


def test_a_text_that_is_no_text_has_a_digest_too() -> None:
    odd = Finding("QBE-CMP-007", args={"schools": "甲\ud800校"})
    assert value_at(None, odd).startswith("#") and len(value_at(None, odd)) == 9


def test_values_of_a_blank_and_a_fraction() -> None:
    assert run("QBE-LOG-019", rows(school("S1", teaching_area=100, indoor_sports_area=100))) == [
        at("QBE-LOG-019", "indoor_sports_area", left="100", right="100")
    ]
    assert run("QBE-LOG-019", rows(campus("S1", "S2", teaching_area=100, indoor_sports_area=100))) == []
    nothing = rows(
        school("S1", teaching_area=0, indoor_sports_area=0),
        school("S2", teaching_area=Fraction(1, 2), indoor_sports_area=1),
    )
    assert run("QBE-LOG-019", nothing) == [] and nothing.schools[0].sheet == SHEET
