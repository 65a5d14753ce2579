"""Changing a county: values, moves, mergers; totals are kept, and the report stays one that can be handed in."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbe_xl.assessment import assess
from qbe_xl.core.errors import QbeError
from qbe_xl.core.fields import all_fields
from qbe_xl.county import County
from qbe_xl.planning.changes import Action, Change, Close, Forecast, Merge, Move, Open, Split, apply
from qbe_xl.planning.reshape import shared_out
from tests import counties as make

SUMMED = [
    f.id
    for f in all_fields().values()
    if "school" in f.levels and f.numeric and f.base != "largest_class" and f.unit != "分钟"
]


def total(county: County, name: str) -> Any:
    return sum(row.number_of(name) or 0 for row in county.schools)


def row_of(county: County, code: str) -> Any:
    return next(row for row in county.schools if row.text("school_code") == code)


def errors(county: County) -> list[str]:
    return [f.sentence("en") for f in assess(county).findings if f.severity == "error"]


def refused(code: str, *actions: Action) -> QbeError:
    with pytest.raises(QbeError) as caught:
        apply(make.county(), actions)
    assert caught.value.code == code
    return caught.value


def test_no_action_changes_nothing() -> None:
    county = make.county()
    assert apply(county, []) is county


def test_values_are_set_added_and_multiplied() -> None:
    county = make.county()  # S1: primary, 400 pupils, 8 PE and art teachers, 1,200,000 yuan of equipment
    after = apply(
        county,
        [
            Change("S1", "pe_art_primary", "add", 3),
            Change("第S1学校", "小学县级以上骨干教师数", "set", 5),
            Change("S1", "equipment_value", "times", Fraction(3, 2)),
            Change(None, "exchanged", "set", 270),
        ],
    )
    row = row_of(after, "S1")
    assert row.get("pe_art_primary") == 11
    assert row.get("backbone_primary") == 5
    assert row.get("equipment_value") == 1_800_000
    assert after.fact("exchanged") == 270
    assert row.place("pe_art_primary") is None and row.place("pupils_primary") is not None
    assert after.place("exchanged") is None
    assert row_of(county, "S1").get("pe_art_primary") == 8  # the county given is as it was


def test_a_part_raises_its_whole_and_takes_its_subjects_away() -> None:
    county = make.county(make.school("S1", pe_primary=5, music_primary=3, art_primary=2), make.school("S2"))
    after = apply(county, [Change("S1", "pe_art_primary", "set", 60)])  # of 50 teachers
    row = row_of(after, "S1")
    assert row.get("teachers_primary") == 60
    assert row.get("pe_primary") is None
    assert not errors(after)


def test_unknown_names_are_told_with_the_nearest() -> None:
    assert "第S1学校" in refused("QBE-PLN-001", Change("第S1学", "pe_art_primary", "add", 1)).message("zh")
    assert "小学体育艺术专任教师数" in refused("QBE-PLN-002", Change("S1", "小学体育艺术教师数", "add", 1)).message("zh")


@pytest.mark.parametrize(
    ("code", "action"),
    [
        ("QBE-PLN-003", Change("S1", "pe_art_primary", "add", -9)),
        ("QBE-PLN-003", Move("S1", "S3", {"teachers_primary": 4000})),
        ("QBE-PLN-005", Change("S1", "pe_art_primary", "add", Fraction(1, 2))),
        ("QBE-PLN-005", Change("S1", "school_type", "set", "大学")),
        ("QBE-PLN-004", Change("S1", "pe_primary", "add", 1)),
        ("QBE-PLN-006", Open("S1", "新学校", "primary")),
        ("QBE-PLN-008", Merge(("S1", "S1"))),
        ("QBE-PLN-008", Close("S1", {"S3": Fraction(1, 2)})),
        ("QBE-PLN-008", Forecast()),
    ],
)
def test_what_cannot_be_is_refused(code: str, action: Action) -> None:
    refused(code, action)


def test_teachers_move_with_what_they_are_said_to_be() -> None:
    county = make.county()
    after = apply(county, [Move("S5", "S1", {"teachers_primary": 3, "pe_art_primary": 2})])
    assert row_of(after, "S1").get("pe_art_primary") == 10
    assert row_of(after, "S1").get("teachers_primary") == 43
    assert all(total(after, name) == total(county, name) for name in SUMMED)


def test_moved_pupils_leave_class_sizes_open_unless_seated_evenly() -> None:
    county = make.county()
    move = Move("S5", "S1", {"pupils_primary": 100})  # S1: 400 pupils in 10 classes
    row = row_of(apply(county, [move]), "S1")
    assert (row.get("pupils_primary"), row.get("largest_class_primary"), row.get("over_classes_primary")) == (500, None, None)
    even = row_of(apply(county, [move], even_classes={"primary": 45}), "S1")
    # 500 / 45 = 11.1: 12 classes; 500 = 12 · 41 + 8, so the largest has 42
    assert (even.get("classes_primary"), even.get("largest_class_primary"), even.get("over_classes_primary")) == (12, 42, 0)


def test_merging_adds_up_and_the_type_follows() -> None:
    county = make.county()
    after = apply(county, [Merge(("S1", "S2"), name="联合学校")])  # primary and junior
    row = row_of(after, "S1")
    assert row.text("school_name") == "联合学校"
    assert row.text("school_type") == "nine_year"
    assert row.get("largest_class_primary") == 40
    assert all(total(after, name) == total(county, name) for name in SUMMED)
    assert len(after.schools) == len(county.schools) - 1
    assert not errors(after)


def test_campuses_follow_a_merged_school() -> None:
    county = make.county(make.school("S1"), make.school("S2"), make.campus("S3", "S2"))
    after = apply(county, [Merge(("S1", "S2"))])
    assert row_of(after, "S3").text("main_school") == "S1"
    assert not errors(after)


def test_splitting_keeps_every_total() -> None:
    county = make.county()
    after = apply(county, [Split("S1", "S9", "新校", share=Fraction(1, 3))], even_classes={"primary": 45, "junior": 50})
    assert row_of(after, "S9").get("pupils_primary") == 133  # 400 / 3 = 133.3
    assert all(total(after, n) == total(county, n) for n in SUMMED if not n.startswith(("classes", "over")))
    assert not errors(after)


def test_closing_hands_pupils_and_teachers_over() -> None:
    county = make.county()
    after = apply(county, [Close("S1", {"S3": Fraction(1, 2), "S5": Fraction(1, 2)})])
    for base in ("pupils", "teachers", "above_degree", "backbone", "pe_art"):
        assert total(after, f"{base}_primary") == total(county, f"{base}_primary")
    assert total(after, "equipment_value") == total(county, "equipment_value") - 400 * 3000
    assert not errors(after)


def test_a_new_school_is_assessed() -> None:
    blank = {"pupils_primary": 300, "小学体育艺术专任教师数": 3}
    after = apply(make.county(), [Open("S9", "新校", "小学", blank)])
    unit = next(u for u in assess(after).resources.units if u.unit.school.code == "S9")  # type: ignore[union-attr]
    assert unit.values["L3"].status == "pass" and unit.values["L6"].status == "undetermined"


def test_forecast_by_stage_area_and_school() -> None:
    county = make.county()
    assert total(apply(county, [Forecast(factor=Fraction(9, 10), stage="小学")]), "pupils_junior") == total(
        county, "pupils_junior"
    )
    assert row_of(apply(county, [Forecast(factor=Fraction(1, 3))]), "S1").get("pupils_primary") == 133
    assert apply(county, [Forecast(factor=2, area="乡村")]) is county  # all are in towns
    assert row_of(apply(county, [Forecast(pupils=77, stage="primary", school="S1")]), "S1").get("pupils_primary") == 77


@given(st.integers(0, 5000), st.lists(st.integers(1, 50), min_size=1, max_size=6))
def test_shares_add_up_and_are_fair(whole: int, weights: list[int]) -> None:
    shares = [Fraction(w, sum(weights)) for w in weights]
    parts = shared_out(whole, shares)
    assert sum(parts) == whole
    assert all(abs(part - share * whole) < 1 for part, share in zip(parts, shares, strict=True))
