"""Criteria that every school, class or pair of rooms must meet."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from qbe_xl.assessment import Assessment, assess
from qbe_xl.assessment.results import SchoolResult
from qbe_xl.core.languages import Text
from qbe_xl.county import County, Row
from tests.counties import adding, campus, changed, county, school

BASE = county(n=2)


def given(*rows: Row, options: tuple[str, ...] = ()) -> Assessment:
    return assess(adding(BASE, *rows), options=options)


def of(result: Assessment, item: str, code: str = "S7") -> SchoolResult:
    """The result of one school (or campus) under an item."""
    (found,) = [school for school in result.item(item).schools if school.school.code == code]
    return found


def status(item: str, row: Row, options: tuple[str, ...] = ()) -> str:
    """The status of this one school, which must also be the item's (every other school passes)."""
    result = given(row, options=options)
    assert result.item(item).status == of(result, item).status
    return of(result, item).status


# ---- G3: rooms


def rooms(classes: int, music: Any, art: Any, **values: Any) -> Row:
    every = {"music_rooms": music, "art_rooms": art, **values}  # rooms of whatever size
    return school("S7", classes_primary=classes, music_rooms_96=music, art_rooms_90=art, **every)


@pytest.mark.parametrize(
    ("classes", "needed"),
    [(0, 0), (1, 1), (11, 1), (12, 1), (13, 2), (24, 2), (25, 3), (36, 3)],
)
def test_one_room_for_every_12_classes_or_part_of_them(classes: int, needed: int) -> None:
    assert status("G3", rooms(classes, needed, needed)) == "pass"
    if needed:
        assert status("G3", rooms(classes, needed - 1, needed)) == "fail"
        assert status("G3", rooms(classes, needed, needed - 1)) == "fail"
        assert of(given(rooms(classes, needed - 1, needed - 1)), "G3").value == 2  # rooms lacking


def test_smaller_rooms_do_not_count() -> None:
    small = {"music_rooms": 3, "music_rooms_73": 1, "music_rooms_61": 1, "art_rooms": 2, "art_rooms_67": 1}
    assert status("G3", rooms(13, 1, 2, **small)) == "fail"
    assert status("G3", rooms(13, 2, 2, **small)) == "pass"  # nor do they harm


def test_rooms_that_are_missing() -> None:
    assert status("G3", rooms(12, None, 1)) == "undetermined"
    assert status("G3", rooms(12, None, 0)) == "fail"  # the art room is lacking whatever the other answer
    assert status("G3", school("S7", classes_primary=None)) == "undetermined"
    assert of(given(school("S7", classes_primary=None)), "G3").detail.zh == "缺班级数"
    assert (
        of(given(rooms(13, 1, None)), "G3").detail.zh
        == "13 个班：音乐教室（≥96 ㎡）1/2 间，美术教室（≥90 ㎡）缺数据/2 间"
    )


def test_one_of_two_sizes_that_is_missing() -> None:
    old = {"built_year": 2010, "classes_primary": 12, "music_rooms_73": 0}
    option = ("rooms_built_by_2016",)  # rooms of 73 ㎡ count too
    assert status("G3", school("S7", music_rooms_96=0, **old), option) == "fail"
    assert status("G3", school("S7", music_rooms_96=None, **old), option) == "undetermined"


def test_five_schools_are_named_and_the_rest_counted() -> None:
    def detail(failing: int) -> Text:
        return given(*(rooms(12, 0, 1) for _ in range(failing))).item("G3").detail

    assert "等" not in detail(5).zh and "more" not in detail(5).en
    assert detail(6).zh.endswith("等 6 所") and detail(6).en.endswith(" and 1 more")


def test_what_only_a_school_out_of_scope_reports_is_not_asked() -> None:
    result = given(school("S7", "vocational", 300, culture_rating="fair", curriculum_complete="no"))
    for item in ("Q6", "Q7"):
        assert result.item(item) == assess(BASE).item(item)


def test_classes_of_all_stages_and_campuses_count_together() -> None:
    nine = school("S7", "nine_year", 100, classes_primary=6, classes_junior=6, music_rooms_96=1, art_rooms_90=1)
    assert status("G3", nine) == "pass"
    assert status("G3", changed(nine, classes_junior=7)) == "fail"
    part = campus("S8", "S7", classes_primary=1, music_rooms_96=0, art_rooms_90=0)
    assert given(nine, part).item("G3").status == "fail"
    with_rooms = changed(part, music_rooms_96=1, art_rooms_90=1)
    result = given(nine, with_rooms)
    assert result.item("G3").status == "pass"
    assert [s.school.code for s in result.item("G3").schools] == ["S1", "S2", "S7"]


@pytest.mark.parametrize("kind", ["special", "vocational"])
def test_who_needs_no_rooms(kind: str) -> None:
    result = given(school("S7", kind, music_rooms_96=0, art_rooms_90=0))
    assert "S7" not in [s.school.code for s in result.item("G3").schools]
    assert result.item("G3").status == "pass"


OLD = {"music_rooms_96": 0, "music_rooms_73": 1, "art_rooms_90": 0, "art_rooms_67": 1}


@pytest.mark.parametrize(
    ("built", "wanted"),
    [
        ({"built_year": 2016}, "pass"),
        ({"built_year": 2017}, "fail"),
        ({"built_by_2016": "yes"}, "pass"),
        ({"built_by_2016": "no"}, "fail"),
        ({}, "fail"),
    ],
)
def test_rooms_of_older_schools(built: dict[str, Any], wanted: str) -> None:
    row = school("S7", classes_primary=12, **OLD, **built)
    assert status("G3", row) == "fail"
    assert status("G3", row, ("rooms_built_by_2016",)) == wanted
    assert status("G3", row, ("size_built_by_2010",)) == "fail"
    assert status("G3", changed(row, art_rooms_67=0, art_rooms_61=1), ("rooms_built_by_2016",)) == "fail"


def test_rooms_of_small_rural_schools() -> None:
    none = {"music_rooms_96": 0, "music_rooms_73": 0, "art_rooms_90": 0, "art_rooms_67": 0}
    primary = school(
        "S7", "primary", 90, area="rural", largest_class_primary=29, **none,
        music_rooms_61=0, music_rooms_54=1, art_rooms_61=0, art_rooms_54=1,
    )  # fmt: skip
    option = ("rooms_small_rural_primary",)
    assert (status("G3", primary), status("G3", primary, option)) == ("fail", "pass")
    assert status("G3", primary, ("rooms_small_rural_junior",)) == "fail"
    for other in ({"largest_class_primary": 30}, {"area": "town"}, {"area": None}, {"largest_class_primary": None}):
        assert status("G3", changed(primary, **other), option) == "fail"
    junior = school(
        "S7", "junior", 90, area="rural", largest_class_junior=29, **none,
        music_rooms_61=1, music_rooms_54=0, art_rooms_61=1, art_rooms_54=0,
    )  # fmt: skip
    option = ("rooms_small_rural_junior",)
    assert (status("G3", junior), status("G3", junior, option)) == ("fail", "pass")
    assert status("G3", changed(junior, art_rooms_61=0, art_rooms_54=1), option) == "fail"


# ---- G4: size


@pytest.mark.parametrize(
    ("kind", "pupils", "limit"),
    [
        ("primary", {"primary": 2000}, 2000),
        ("teaching_point", {"primary": 2000}, 2000),
        ("junior", {"junior": 2000}, 2000),
        ("nine_year", {"primary": 1500, "junior": 1000}, 2500),
        ("twelve_year", {"primary": 1500, "junior": 1000, "senior": 900}, 2500),
        ("complete_secondary", {"junior": 2000, "senior": 1500}, 2000),  # its junior part alone
    ],
)
def test_size_by_type(kind: str, pupils: dict[str, int], limit: int) -> None:
    row = school("S7", kind, pupils)
    result = of(given(row), "G4")
    assert (result.status, result.value, result.limit) == ("pass", limit, limit)
    stage = next(iter(pupils))
    assert status("G4", school("S7", kind, {**pupils, stage: pupils[stage] + 1})) == "fail"
    assert status("G4", changed(row, **{f"pupils_{stage}": None})) == "undetermined"


def test_size_with_campuses() -> None:
    main, part = school("S7", pupils=1900), campus("S8", "S7", pupils=100)
    assert given(main, part).item("G4").status == "pass"
    result = given(main, changed(part, pupils_primary=101))
    assert (result.item("G4").status, of(result, "G4").value) == ("fail", 2001)
    assert result.item("G4").value == 1  # schools over the limit


def test_size_of_a_school_of_unknown_type() -> None:
    row = school("S7", pupils=9000, school_type=None, pupils_junior=0, pupils_senior=0)
    assert status("G4", row) == "undetermined"
    assert of(given(row), "G4").detail.zh == "缺办学类型"


def test_vocational_and_special_schools_have_no_size() -> None:
    result = given(school("S7", "special", 3000), school("S8", "vocational", 3000))
    assert [s.school.code for s in result.item("G4").schools] == ["S1", "S2"]


@pytest.mark.parametrize(
    ("kind", "pupils", "raised"),
    [
        ("primary", {"primary": 2400}, True),
        ("primary", {"primary": 2401}, False),
        ("junior", {"junior": 2400}, True),
        ("complete_secondary", {"junior": 2400, "senior": 600}, True),
        ("nine_year", {"primary": 2000, "junior": 1000}, True),
        ("nine_year", {"primary": 2000, "junior": 1001}, False),
        ("twelve_year", {"primary": 1500, "junior": 1001}, False),  # nothing found on these
    ],
)
def test_raised_sizes(kind: str, pupils: dict[str, int], raised: bool) -> None:
    row = school("S7", kind, pupils, built_year=2010, migrant_pupils=pupils.get("primary", 0) + pupils.get("junior", 0))
    assert status("G4", row) == "fail"
    for option in ("size_built_by_2010", "size_migrants"):
        assert (status("G4", row, (option,)) == "pass") is raised
    assert status("G4", changed(row, built_year=2011), ("size_built_by_2010",)) == "fail"


def test_more_than_half_are_migrants() -> None:
    row = school("S7", pupils=2200)
    for migrants, wanted in ((1101, "pass"), (1100, "fail"), (None, "fail")):
        assert status("G4", changed(row, migrant_pupils=migrants), ("size_migrants",)) == wanted


# ---- G5: every class


@pytest.mark.parametrize(
    ("kind", "largest", "over", "wanted"),
    [
        ("primary", 45, 0, "pass"),
        ("primary", 46, 1, "fail"),
        ("junior", 50, 0, "pass"),
        ("junior", 51, 1, "fail"),
        ("primary", 45, None, "pass"),
        ("primary", 46, None, "fail"),
        ("primary", None, 0, "pass"),
        ("primary", None, 2, "fail"),
        ("primary", None, None, "undetermined"),
        ("primary", 46, 0, "undetermined"),  # contradictory: an error, and neither figure is used
        ("primary", 45, 1, "undetermined"),
    ],
)
def test_class_sizes(kind: str, largest: int | None, over: int | None, wanted: str) -> None:
    row = school("S7", kind, **{f"largest_class_{kind}": largest, f"over_classes_{kind}": over})
    assert status("G5", row) == wanted
    contradictory = (largest, over) in {(46, 0), (45, 1)}
    assert ("QBE-LOG-007" in [f.code for f in given(row).findings]) is contradictory
    assert given(row).blocked is contradictory


def test_every_campus_and_every_stage_is_looked_at() -> None:
    big = campus("S8", "S7", largest_class_primary=46, over_classes_primary=3)
    result = given(school("S7"), big)
    assert [s.school.code for s in result.item("G5").schools] == ["S1", "S2", "S7", "S8"]
    assert (of(result, "G5").status, of(result, "G5", "S8").status) == ("pass", "fail")
    assert result.item("G5").value == 3  # classes over the limit
    assert str(big.place("over_classes_primary")) in result.item("G5").cells
    nine = school("S7", "nine_year", 100, largest_class_junior=50, largest_class_primary=50, over_classes_primary=2)
    assert of(given(nine), "G5").detail.zh == "小学最大班额 50、超过 45 人的班数 2，初中最大班额 50、超过 50 人的班数 0"
    assert status("G5", nine) == "fail"


def test_small_and_special_schools_count_for_classes_but_vocational_ones_do_not() -> None:
    over = {"largest_class_primary": 46, "over_classes_primary": 1}
    for kind, counted in (("teaching_point", True), ("special", True), ("vocational", False)):
        result = given(school("S7", kind, 47, **over))
        assert ("S7" in [s.school.code for s in result.item("G5").schools]) is counted
        assert (result.item("G5").status == "fail") is counted


# ---- Q3, Q4: charter and training


@pytest.mark.parametrize(
    ("budget", "training", "wanted"),
    [
        (200_000, 10_000, "pass"),
        (200_000, Decimal("9999.99"), "fail"),
        (0, 0, "not_applicable"),
        (None, 10_000, "undetermined"),
        (200_000, None, "undetermined"),
        (None, None, "undetermined"),
    ],
)
def test_training_funds(budget: Any, training: Any, wanted: str) -> None:
    result = given(school("S7", operating_funds=budget, training_funds=training))
    assert of(result, "Q4").status == wanted
    assert result.item("Q4").status == ("pass" if wanted == "not_applicable" else wanted)
    assert not result.blocked


def test_training_funds_without_a_budget() -> None:
    result = given(school("S7", operating_funds=0, training_funds=5))
    assert of(result, "Q4").status == "undetermined"
    finding = next(f for f in result.findings if f.code == "QBE-ARI-002")
    assert (finding.school, finding.args["left"]) == ("S7", "5")
    assert finding.place == str(school("S7").place("operating_funds"))
    assert result.exit_code == 3


def test_training_funds_with_campuses() -> None:
    main = school("S7", operating_funds=200_000, training_funds=9_000)
    assert given(main, campus("S8", "S7", operating_funds=0, training_funds=1_000)).item("Q4").status == "pass"
    assert given(main, campus("S8", "S7", operating_funds=0, training_funds=999)).item("Q4").status == "fail"


@pytest.mark.parametrize(("kind", "counted"), [("special", True), ("teaching_point", True), ("vocational", False)])
def test_who_needs_a_charter_and_training(kind: str, counted: bool) -> None:
    result = given(school("S7", kind, 20, charter="no", training_funds=0, sponsor="private"))
    wanted = "fail" if counted else "pass"
    assert (result.item("Q3").status, result.item("Q3.charter").status, result.item("Q4").status) == (wanted,) * 3


def test_charter() -> None:
    assert given(school("S7", charter=None)).item("Q3").status == "undetermined"
    result = given(school("S7", charter="no"), school("S8", charter=None))
    assert (result.item("Q3.charter").status, result.item("Q3.charter").value) == ("fail", 1)
    assert result.item("Q3.charter").detail.zh == (
        "4 所学校：达标 2、不达标 1、缺数据 1。不达标：第S7学校 填报“否”。缺数据：第S8学校 未填"
    )
    assert result.item("Q3.charter").cells == (
        str(school("S7").place("charter")),
        str(school("S8").place("charter")),
    )


# ---- Q6–Q8: looked at only where schools report them


@pytest.mark.parametrize(
    ("item", "values", "good", "bad"),
    [
        ("Q6", "culture_rating", ("excellent", "good"), ("fair", "poor")),
        ("Q7", "curriculum_complete", ("yes",), ("no",)),
        ("Q8", "homework_g1_2", (0,), (1, Decimal("0.5"))),
        ("Q8", "homework_g3_6", (0, 60), (Decimal("60.01"),)),
    ],
)
def test_parts_that_count_where_reported(item: str, values: str, good: tuple[Any, ...], bad: tuple[Any, ...]) -> None:
    assert [part.id for part in assess(BASE).item(item).parts] == [f"{item}.declared"]
    everybody = [school(f"S{n}", **{values: good[0]}) for n in (1, 3)]
    assert assess(county(*everybody)).item(item).status == "pass"
    for value in good:
        assert assess(county(*everybody, school("S7", **{values: value}))).item(item).status == "pass"
    for value in bad:
        assert assess(county(*everybody, school("S7", **{values: value}))).item(item).status == "fail"
    # once some report it, a blank elsewhere is a gap
    assert assess(county(*everybody, school("S7"))).item(item).status == "undetermined"


def test_homework_belongs_to_a_stage() -> None:
    junior = school("S7", "junior", homework_g7_9=90)
    result = assess(county(school("S1"), junior))
    assert [part.id for part in result.item("Q8").parts] == ["Q8.declared", "Q8.grades_7_9"]
    assert [s.school.code for s in result.item("Q8.grades_7_9").schools] == ["S7"]
    assert result.item("Q8").status == "pass"
    assert assess(county(school("S1"), changed(junior, homework_g7_9=91))).item("Q8").status == "fail"
    # minutes are not added up over campuses
    both = county(school("S1", homework_g3_6=40), campus("S2", "S1", homework_g3_6=40), school("S3", "junior"))
    assert assess(both).item("Q8.grades_3_6").status == "pass"


# ---- nothing to look at


def test_no_school_concerned() -> None:
    result = assess(County(schools=(school("S1", "vocational"),)))
    for item in ("G3", "G4", "G5", "Q4"):
        assert (result.item(item).status, result.item(item).detail.zh) == ("not_applicable", "没有适用的学校")


def test_a_long_list_is_cut() -> None:
    rows = [school(f"S{n}", charter="no") for n in range(1, 9)]
    detail = assess(county(*rows)).item("Q3.charter").detail
    assert detail.zh.count("填报") == 5 and detail.zh.endswith("等 8 所")
    assert detail.en.endswith("and 3 more")


def test_value_and_limit_of_a_school_are_shown() -> None:
    result = of(given(school("S7", training_funds=Fraction(99_999, 10))), "Q4")
    assert result.detail.zh == "4.99995%（标准 ≥ 5%）"  # 4.999… must not read 5.00
