"""Rows become schools and units: campuses merged, exclusions listed, shared facilities divided."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbe_xl.core.numbers import shown
from qbe_xl.county import County
from qbe_xl.county.units import School, Unit, county_units, exclusion, merge_campuses, units_of
from qbe_xl.standards import DEFAULT_EDITION, Edition, load_edition
from tests.counties import adding, campus, changed, county, school

EDITION = load_edition(DEFAULT_EDITION)


def units(*rows: object, edition: Edition = EDITION) -> dict[str, Unit]:
    return {unit.id: unit for unit in county_units(County(schools=tuple(rows)), edition)[2]}  # type: ignore[arg-type]


# ---- campuses


def test_a_campus_is_merged_into_its_main_school() -> None:
    main, part, alone = school("S1", pupils=400), campus("S2", "S1", pupils=100), school("S3", pupils=600)
    merged = merge_campuses(County(schools=(part, main, alone)), EDITION)
    assert [(s.code, [row.text("school_code") for row in s.campuses]) for s in merged] == [("S1", ["S2"]), ("S3", [])]
    unit = units(part, main, alone)["S1/primary"]
    assert unit.pupils == 500
    # 6 per 100 of 400 and of 100: 24 + 6; (10 − 1) ㎡ a pupil: 9 × 500
    assert unit.amounts["L1"] == 30
    assert unit.amounts["L4"] == 4500
    assert unit.cells(EDITION.criterion("L2")) == (
        *main.cells("backbone_primary", "pupils_primary"),
        *part.cells("backbone_primary", "pupils_primary"),
    )


def test_what_is_missing_in_a_campus_is_missing() -> None:
    main = school("S1", pupils=400)
    unit = units(main, campus("S2", "S1", pupils=100, teaching_area=None))["S1/primary"]
    assert unit.amounts["L4"] is None
    assert unit.amounts["L5"] == 12 * 500
    unit = units(main, campus("S2", "S1", pupils=100, pupils_primary=None))["S1/primary"]
    assert unit.pupils is None
    unit = units(main, campus("S2", "S1", pupils=100, above_degree_primary=None))["S1/primary"]
    assert unit.amounts["L1"] is None and unit.amounts["L2"] == 10


def test_a_stage_that_a_campus_does_not_have_is_none_there() -> None:
    main = school("S1", "nine_year", {"primary": 300, "junior": 300})
    part = campus("S2", "S1", "junior", 100)
    assert part.get("pupils_primary") is None and part.get("above_degree_primary") is None
    found = units(main, part)
    assert found["S1/primary"].pupils == 300 and found["S1/junior"].pupils == 400
    assert found["S1/primary"].amounts["L1"] == 18  # 6 per 100 of 300
    assert found["S1/junior"].amounts["L1"] == 24


def test_an_unreadable_number_at_such_a_stage_is_still_missing() -> None:
    main = school("S1", "nine_year", {"primary": 300, "junior": 300})
    part = replace(campus("S2", "S1", "junior", 100), unusable=frozenset({"pupils_primary"}))
    assert units(main, part)["S1/primary"].pupils is None
    part = replace(part, unusable=frozenset({"above_degree_primary"}))
    found = units(main, part)["S1/primary"]
    assert (found.pupils, found.amounts["L1"], found.amounts["L2"]) == (300, None, 6)


def test_a_campus_without_a_main_school_stays_a_school() -> None:
    for lost in (campus("S2", "S9"), campus("S2", "S3"), campus("S2", "")):
        rows = (school("S1"), lost, campus("S3", "S1"))
        assert {s.code for s in merge_campuses(County(schools=rows), EDITION)} == {"S1", "S2"}


def test_an_edition_may_keep_campuses_apart() -> None:
    rule = EDITION.file.units.campuses.model_copy(update={"value": "apart"})
    file = EDITION.file.model_copy(update={"units": EDITION.file.units.model_copy(update={"campuses": rule})})
    apart = replace(EDITION, file=file)
    assert set(units(school("S1"), campus("S2", "S1"), edition=apart)) == {"S1/primary", "S2/primary"}


# ---- dividing shared facilities


def test_published_example_of_dividing() -> None:
    # 九年一贯制 166 小学 + 210 初中, weights 1 : 1.1 → 166 + 231 = 397; 23226 × 166/397 and × 231/397
    found = units(school("S1", "nine_year", {"primary": 166, "junior": 210}, equipment_value=23226))
    primary, junior = found["S1/primary"], found["S1/junior"]
    assert primary.share == Fraction(166, 397) and junior.share == Fraction(231, 397)
    shares = [unit.amounts["L6"] for unit in (primary, junior)]
    assert [shown(x, 2) for x in shares if x is not None] == ["9711.63", "13514.37"]
    assert sum(x for x in shares if x is not None) == 23226


def test_complete_secondary_school() -> None:
    # 初 : 高 = 1 : 1.2 → 600 and 500 × 1.2 = 600: half for the junior part; the senior part gives no unit
    found = units(school("S1", "complete_secondary", {"junior": 600, "senior": 500}, multimedia_rooms=40))
    assert set(found) == {"S1/junior"}
    assert found["S1/junior"].share == Fraction(1, 2)
    assert found["S1/junior"].amounts["L7"] == 20


def test_twelve_year_school() -> None:
    # 1 : 1.1 : 1.32 → 330 + 300 × 1.1 + 250 × 1.32 = 330 + 330 + 330
    heads = {"primary": 330, "junior": 300, "senior": 250}
    found = units(school("S1", "twelve_year", heads, multimedia_rooms=33))
    assert set(found) == {"S1/primary", "S1/junior"}
    assert {unit.share for unit in found.values()} == {Fraction(1, 3)}
    assert {unit.amounts["L7"] for unit in found.values()} == {11}


def test_only_shared_facilities_are_divided() -> None:
    found = units(school("S1", "nine_year", {"primary": 100, "junior": 100}))
    for key in ("L1", "L2", "L3"):
        assert found["S1/primary"].amounts[key] == found["S1/junior"].amounts[key] == (6 if key == "L1" else 2)
    assert found["S1/primary"].share == Fraction(10, 21)
    assert found["S1/primary"].amounts["L5"] == 12 * 200 * Fraction(10, 21)


@pytest.mark.parametrize("kind", ["primary", "teaching_point", "junior"])
def test_a_school_of_one_stage_is_not_divided(kind: str) -> None:
    (unit,) = units(school("S1", kind, 120)).values()
    assert unit.share == 1 and unit.amounts["L6"] == 360_000


def test_division_waits_for_the_other_stage() -> None:
    found = units(school("S1", "nine_year", {"primary": 100, "junior": 100}, pupils_junior=None))
    assert found["S1/primary"].share is None and found["S1/primary"].amounts["L4"] is None
    assert found["S1/primary"].amounts["L1"] == 6  # teachers are reported by stage
    assert found["S1/junior"].pupils is None
    # a senior stage counts for the division too
    found = units(school("S1", "complete_secondary", {"junior": 100, "senior": 100}, pupils_senior=None))
    assert found["S1/junior"].amounts["L7"] is None


@given(st.lists(st.integers(0, 3000), min_size=3, max_size=3), st.integers(0, 10**6))
def test_the_shares_of_all_stages_make_the_whole(heads: list[int], amount: int) -> None:
    pupils = dict(zip(("primary", "junior", "senior"), heads, strict=True))
    found = units(school("S1", "twelve_year", pupils, equipment_value=amount))
    assert {key.split("/")[1] for key in found} == {s for s in ("primary", "junior") if pupils[s]}
    given = sum(unit.amounts["L6"] or 0 for unit in found.values())
    weights = {"primary": 1, "junior": Fraction(11, 10), "senior": Fraction(33, 25)}
    weighted = sum(weights[s] * n for s, n in pupils.items())
    if found:
        assert given == amount * (1 - Fraction(pupils["senior"]) * weights["senior"] / weighted)


# ---- exclusion


@pytest.mark.parametrize(
    ("kind", "heads", "out"),
    [
        ("special", 80, True),
        ("vocational", 800, True),
        ("teaching_point", 49, True),
        ("teaching_point", 50, False),
        ("primary", 23, False),
        ("junior", 1, False),
    ],
)
def test_who_is_left_out(kind: str, heads: int, out: bool) -> None:
    schools, excluded, found = county_units(County(schools=(school("S1", kind, heads),)), EDITION)
    assert len(schools) == 1
    assert [e.school.code for e in excluded] == (["S1"] if out else [])
    assert bool(found) is not out
    if out:
        assert excluded[0].reason.zh and excluded[0].reason.en
    if kind == "teaching_point" and out:
        assert excluded[0].reason.zh == "教学点 49 人，不足 50 人"


def test_a_teaching_point_is_counted_with_its_campuses() -> None:
    main, part = school("S1", "teaching_point", 30), campus("S2", "S1", "teaching_point", 20)
    assert units(main, part)["S1/primary"].pupils == 50
    assert units(main, changed(part, pupils_primary=19)) == {}


def test_a_teaching_point_of_unknown_size_is_not_left_out() -> None:
    (unit,) = units(school("S1", "teaching_point", 30, pupils_primary=None)).values()
    assert unit.pupils is None
    assert exclusion(unit.school, EDITION) is None


def test_a_small_private_school_counts() -> None:
    found = units(school("S1", "nine_year", {"primary": 23, "junior": 42}, sponsor="private"))
    assert {key: unit.pupils for key, unit in found.items()} == {"S1/primary": 23, "S1/junior": 42}
    # 23 + 42 × 1.1 = 69.2
    assert found["S1/primary"].share == Fraction(230, 692)


# ---- pupils: missing, none, not there


def test_blank_pupils_are_missing_where_the_type_has_the_stage() -> None:
    (unit,) = units(school("S1", "primary", pupils_primary=None)).values()
    assert (unit.id, unit.pupils) == ("S1/primary", None)


def test_no_pupils_no_unit() -> None:
    assert units(school("S1", "primary", pupils_primary=0)) == {}
    found = units(school("S1", "nine_year", {"primary": 100}, pupils_junior=0))
    assert set(found) == {"S1/primary"} and found["S1/primary"].share == 1


def test_without_a_type_every_stage_is_expected() -> None:
    found = units(school("S1", "primary", school_type=None))
    assert {key: unit.pupils for key, unit in found.items()} == {"S1/primary": 500, "S1/junior": None}


def test_negative_numbers_and_parts_larger_than_the_whole_cannot_be_used() -> None:
    (unit,) = units(school("S1", pupils_primary=-5)).values()
    assert unit.pupils is None
    (unit,) = units(school("S1", backbone_primary=-1, indoor_sports_area=6000)).values()
    assert unit.amounts["L2"] is None
    assert unit.amounts["L4"] is None  # 5000 ㎡ with 6000 ㎡ of it indoor sports
    assert unit.amounts["L5"] == 11500


# ---- a school's totals


def test_totals_of_a_school() -> None:
    merged = School(school("S1", "nine_year", 100), (campus("S2", "S1", "junior", 50, largest_class_junior=47),))
    assert merged.pupils == {"primary": 100, "junior": 150, "senior": 0}
    assert merged.compulsory_pupils == 250
    assert merged.total("pupils_junior") == 150
    assert merged.total("classes_primary") == 3  # ⌈100/40⌉; the campus has no primary stage
    assert merged.largest_class() == 47
    assert School(school("S1", largest_class_primary=None)).largest_class() is None
    assert School(school("S1", "nine_year", 100, pupils_junior=None)).compulsory_pupils is None


# ---- options


def with_option(row: object, option: str) -> dict[str, Unit]:
    return units(row, edition=load_edition(DEFAULT_EDITION, (option,)))


def test_shared_teachers_of_small_rural_schools() -> None:
    row = school("S1", pupils=80, area="rural", pe_art_primary=0, shared_pe_art_primary=1)
    assert units(row)["S1/primary"].amounts["L3"] == 0
    on = with_option(row, "pe_art_shared_teachers")["S1/primary"]
    assert on.amounts["L3"] == 1
    assert str(row.place("shared_pe_art_primary")) in on.cells(EDITION.criterion("L3"))
    assert str(row.place("shared_pe_art_primary")) not in units(row)["S1/primary"].cells(EDITION.criterion("L3"))
    for heads, area, counts in (
        (49, "rural", 0),
        (50, "rural", 1),
        (99, "rural", 1),
        (100, "rural", 0),
        (80, "town", 0),
    ):
        other = changed(row, pupils_primary=heads, area=area)
        assert with_option(other, "pe_art_shared_teachers")["S1/primary"].amounts["L3"] == counts
    # it belongs to this indicator alone
    assert with_option(row, "sports_offsite")["S1/primary"].amounts["L3"] == 0


def test_off_site_grounds_in_dense_centres() -> None:
    row = school("S1", "nine_year", {"primary": 220, "junior": 200}, dense_centre="yes", offsite_sports_area=1000)
    # 220 and 200 × 1.1 = 220: half each; 12 ㎡ × 420 pupils = 5040 ㎡
    assert units(row)["S1/junior"].amounts["L5"] == 2520
    assert with_option(row, "sports_offsite")["S1/junior"].amounts["L5"] == 3020
    for answer in ("no", None):
        assert with_option(changed(row, dense_centre=answer), "sports_offsite")["S1/junior"].amounts["L5"] == 2520


# ---- the whole county


def test_the_steps_agree() -> None:
    base = adding(
        county(n=4),
        school("S5", "special", 60),
        campus("S6", "S1", pupils=50),
        school("S7", "teaching_point", 12),
        school("S8", "twelve_year", 100),
    )
    schools, excluded, found = county_units(base, EDITION)
    assert [s.code for s in schools] == ["S1", "S2", "S3", "S4", "S5", "S7", "S8"]
    assert [e.school.code for e in excluded] == ["S5", "S7"]
    alone = [unit for s in schools if s.code not in ("S5", "S7") for unit in units_of(s, EDITION)]
    assert list(found) == alone
    assert [unit.id for unit in found] == [
        "S1/primary",
        "S2/junior",
        "S3/primary",
        "S4/junior",
        "S8/primary",
        "S8/junior",
    ]
