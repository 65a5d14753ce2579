"""What stands out among the schools, at the very limits of the bands and just beyond them.

The lists are made by rule: every school has the same values per pupil, so that medians and spreads are known: 12 ㎡ of
sports grounds, 3000 yuan of equipment a pupil, 2 key teachers for 100, unless a test says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from qbe_xl.checks.bands import bands
from qbe_xl.checks.registry import registered
from qbe_xl.core.fields import all_fields
from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import Text
from qbe_xl.county import County, Row
from qbe_xl.standards import DEFAULT_EDITION, load_edition
from tests.counties import COLUMNS, SHEET, campus, changed, school

EDITION = load_edition(DEFAULT_EDITION)
LEAST = 20  # schools that a comparison asks for


def run(code: str, county: County) -> list[Finding]:
    return list(registered()[code].run(county, EDITION))


def schools(n: int, make: Callable[[int], dict[str, Any]] = lambda i: {}, kind: str = "primary") -> list[Row]:
    """S1 to Sn; S1 has 300 pupils, each next 7 more. `make` gives further values by number."""
    return [school(f"S{i}", kind, 293 + 7 * i, **{**funds(293 + 7 * i), **make(i)}) for i in range(1, n + 1)]


def funds(count: int) -> dict[str, int]:
    return {"operating_funds": 700 * count, "training_funds": 42 * count}


def listed(rows: list[Row]) -> County:
    return County(schools=tuple(rows))


def put(rows: list[Row], number: int, **values: Any) -> list[Row]:
    """The list with values of one school changed."""
    return [changed(row, **values) if row.text("school_code") == f"S{number}" else row for row in rows]


def cell(name: str, number: int) -> str:
    return f"{COLUMNS[name]}{number + 3}"


def name(field: str) -> Text:
    return all_fields()[field].name


def pupils(row: Row) -> int:
    return int(row.number_of("pupils_primary") or row.number_of("pupils_junior") or 0)


def test_the_least_number_of_schools() -> None:
    assert bands()["least_schools"] == LEAST


# ---- outliers


def grounds(fold: Any, n: int = LEAST, of: int = 100) -> County:
    """1 ㎡ of sports grounds a pupil, so that the median is exactly 1; S1, of 100 pupils, has `fold` times as much."""
    rows = schools(n, lambda i: {"outdoor_sports_area": 293 + 7 * i})
    return listed(put(rows, 1, **{**per_pupil(of), "outdoor_sports_area": fold * of}))


def per_pupil(count: int) -> dict[str, Any]:
    """Values of a school of so many pupils."""
    row = school("S1", pupils=count, **funds(count))
    return {n: v for n, v in row.values.items() if not isinstance(v, str)}


GUESS = {
    "": Text("", ""),
    "10": Text("；若多填了 1 位数字，则为 {}", "; with 1 digit too many it would be {}"),
    "100": Text("；若多填了 2 位数字，则为 {}", "; with 2 digits too many it would be {}"),
    "1/10": Text("；若少填了 1 位数字，则为 {}", "; with 1 digit too few it would be {}"),
    "1/100": Text("；若少填了 2 位数字，则为 {}", "; with 2 digits too few it would be {}"),
}


@pytest.mark.parametrize(
    ("fold", "told", "guess", "value"),
    [
        ("3.5", "3.5", "", ""),  # the limit itself is told
        ("3.49", None, "", ""),
        ("5", "5", "", ""),  # half of ten times, which does not explain it
        ("5.01", "5", "10", "0.501"),
        ("19.9", "20", "10", "1.99"),
        ("20", "20", "", ""),
        ("50", "50", "", ""),
        ("51", "51", "100", "0.51"),
        ("199", "2e+02", "100", "1.99"),
        ("200", "2e+02", "", ""),
        ("0.29", None, "", ""),
        ("0.28", "0.28", "", ""),
        ("0.2", "0.2", "", ""),
        ("0.19", "0.19", "1/10", "1.9"),
        ("0.1", "0.1", "1/10", "1"),
    ],
)  # fmt: skip
def test_how_far_from_the_median(fold: str, told: str | None, guess: str, value: str) -> None:
    found = run("QBE-PLA-001", grounds(Fraction(fold)))
    if told is None:
        assert found == []
        return
    (finding,) = found
    area = Fraction(fold) * 100
    words = GUESS[guess]
    assert finding == Finding(
        "QBE-PLA-001", SHEET, cell("outdoor_sports_area", 1), "S1",
        {
            "name": Text("生均室外运动场地面积（㎡）", "outdoor sports grounds per pupil (㎡)"),
            "left": shown(fold), "right": "1", "fold": told, "guess": Text(words.zh.format(value), words.en.format(value)),
            "field": name("outdoor_sports_area"), "value": str(int(area)) if area.denominator == 1 else str(float(area)),
        },
    )  # fmt: skip


def shown(text: str) -> str:
    return f"{float(text):.3g}" if float(text) < 100 else f"{float(text):.0f}"


def test_the_other_end_of_the_limit() -> None:
    # 100 ㎡ of 350 pupils are exactly 1/3.5 of the median
    assert len(run("QBE-PLA-001", grounds(Fraction(100, 350), of=350))) == 1
    assert run("QBE-PLA-001", grounds(Fraction(101, 350), of=350)) == []


def test_a_hundredth() -> None:
    # 36 of 3000 yuan: 0.012
    rows = put(schools(LEAST), 1, equipment_value=36 * 300)
    (finding,) = run("QBE-PLA-001", listed(rows))
    assert finding.args["guess"] == Text("；若少填了 2 位数字，则为 3600", "; with 2 digits too few it would be 3600")
    assert (finding.args["left"], finding.args["right"], finding.args["fold"]) == ("36", "3000", "0.012")


def test_enough_schools_to_compare() -> None:
    """Special schools and campuses do not count, nor those that report nothing or 0."""
    assert len(run("QBE-PLA-001", grounds(9))) == 1
    assert run("QBE-PLA-001", grounds(9, LEAST - 1)) == []
    few = grounds(9, LEAST - 1).schools
    for more in (
        school("S30", "special", 100, outdoor_sports_area=100),
        campus("S30", "S2", pupils=300, outdoor_sports_area=300),
        school("S30", pupils=300, outdoor_sports_area=0),
        school("S30", pupils=300, outdoor_sports_area=None),
    ):
        assert run("QBE-PLA-001", County(schools=(*few, more))) == []
    assert len(run("QBE-PLA-001", County(schools=(*few, school("S30", pupils=300, outdoor_sports_area=300))))) == 1


def test_a_campus_is_not_compared() -> None:
    rows = [*schools(LEAST), campus("S30", "S2", pupils=300, outdoor_sports_area=300 * 120)]
    assert run("QBE-PLA-001", listed(rows)) == []


def test_counts_must_be_off_by_some_persons() -> None:
    """1 key teacher for 100 everywhere: 4 for 100 pupils are 3 more than expected, 4 for 110 pupils only 2.9."""

    def keys(of: int, count: int) -> list[Finding]:
        rows = schools(LEAST, lambda i: {"backbone_primary": Fraction(293 + 7 * i, 100)})
        few = {**per_pupil(of), "outdoor_sports_area": 11 * of, "backbone_primary": count}
        return [f for f in run("QBE-PLA-001", listed(put(rows, 1, **few))) if f.range == cell("backbone_primary", 1)]

    assert len(keys(100, 4)) == 1
    assert keys(110, 4) == []  # 3.64 times, but 2.9 persons
    assert len(keys(110, 5)) == 1


def test_very_small_schools_are_compared_as_if_they_had_20_pupils() -> None:
    # 1 ㎡ a pupil elsewhere; 60 ㎡ for 5 pupils are 60 / 20 = 3 times, 70 ㎡ are 3.5 times

    def told(fold: int) -> list[Finding]:
        return [f for f in run("QBE-PLA-001", grounds(fold, of=5)) if f.range == cell("outdoor_sports_area", 1)]

    assert told(12) == []
    (finding,) = told(14)
    assert (finding.args["left"], finding.args["fold"]) == ("3.5", "3.5")


def test_one_field_one_question() -> None:
    """Teachers are held against pupils and against classes: six times as many are told once."""
    rows = put(schools(LEAST), 1, teachers_primary=180)
    found = [f for f in run("QBE-PLA-001", listed(rows)) if f.range == cell("teachers_primary", 1)]
    assert [f.args["name"] for f in found] == [name_of_ratio("teachers")]
    # beyond the band it is told as such (QBE-PLA-004), and not again for the classes
    beyond = listed(put(schools(LEAST), 1, teachers_primary=301))
    assert len(run("QBE-PLA-004", beyond)) == 1 and run("QBE-PLA-001", beyond) == []


def name_of_ratio(which: str) -> Text:
    (found,) = [Text(r["name"]["zh"], r["name"]["en"]) for r in bands()["ratios"] if r["id"] == which]
    return Text(found.zh.format(stage="小学"), found.en.format(stage="primary"))


# ---- what they were all divided by


def several(number: int, **folds: int) -> County:
    rows = schools(LEAST)
    row = next(r for r in rows if r.text("school_code") == f"S{number}")
    return listed(put(rows, number, **{n: (row.number_of(n) or 0) * fold for n, fold in folds.items()}))


def test_three_values_that_go_the_same_way_point_at_the_pupils() -> None:
    two = several(3, outdoor_sports_area=10, equipment_value=10)
    assert [f.code for f in run("QBE-PLA-001", two)] == ["QBE-PLA-001"] * 2 and run("QBE-PLA-014", two) == []
    three = several(3, outdoor_sports_area=10, equipment_value=8, teaching_area=6)
    assert run("QBE-PLA-001", three) == []
    # 314 pupils; the median of 6, 8 and 10 times is 8: 8 x 314 = 2512
    assert run("QBE-PLA-014", three) == [
        Finding(
            "QBE-PLA-014", SHEET, cell("pupils_primary", 3), "S3",
            {
                "field": name("pupils_primary"), "left": "314", "count": 3, "fold": "8", "right": "2512",
                "names": Text(
                    "生均教学及辅助用房面积（㎡）、生均室外运动场地面积（㎡）、生均教学仪器设备值（元）",
                    "teaching and auxiliary rooms per pupil (㎡), outdoor sports grounds per pupil (㎡), equipment per pupil (yuan)",
                ),
            },
        )
    ]  # fmt: skip


def test_values_that_go_both_ways_are_told_one_by_one() -> None:
    rows = schools(LEAST)
    mixed = listed(put(rows, 3, outdoor_sports_area=314 * 110, equipment_value=314 * 30_000, teaching_area=314))
    assert len(run("QBE-PLA-001", mixed)) == 3 and run("QBE-PLA-014", mixed) == []


def test_a_value_that_is_not_per_pupil_among_them() -> None:
    """The share of training goes its own way: nothing is said of the pupils."""
    three = several(3, outdoor_sports_area=10, equipment_value=8, teaching_area=6, training_funds=5)
    assert len(run("QBE-PLA-001", three)) == 4 and run("QBE-PLA-014", three) == []


# ---- copies, equal values, round numbers


def copy(rows: list[Row], of: int, to: int, **values: Any) -> list[Row]:
    source = next(r for r in rows if r.text("school_code") == f"S{of}")
    numbers = {n: v for n, v in source.values.items() if not isinstance(v, str)}
    return put(rows, to, **{**numbers, **values})


def test_two_rows_alike() -> None:
    rows = copy(schools(LEAST), 4, 9)
    numbers = [n for n, v in rows[3].values.items() if v and not isinstance(v, str)]
    both = Text("第S4学校、第S9学校", "第S4学校, 第S9学校")
    assert run("QBE-PLA-006", listed(rows)) == [
        Finding(
            "QBE-PLA-006", SHEET, cell("school_name", 9), "S9", {"total": 2, "count": len(numbers), "schools": both}
        )
    ]
    assert run("QBE-PLA-006", listed(copy(schools(LEAST), 4, 9, teaching_area=3211))) == []
    # the year built is no figure of the report; a 0 and a blank are the same
    assert len(run("QBE-PLA-006", listed(copy(schools(LEAST), 4, 9, built_year=1999)))) == 1
    assert len(run("QBE-PLA-006", listed(copy(schools(LEAST), 4, 9, migrant_pupils=0)))) == 1
    assert run("QBE-PLA-006", listed(copy(schools(LEAST - 1), 4, 9))) == []


def test_three_rows_alike_and_few_numbers() -> None:
    rows = copy(copy(schools(LEAST), 4, 9), 4, 2)
    (finding,) = run("QBE-PLA-006", listed(rows))
    assert (finding.range, finding.args["total"]) == (cell("school_name", 4), 3)
    assert bands()["row_copied"]["least"] == 8
    for count, told in ((8, 1), (7, 0)):
        bare = {n: None for n, v in rows[0].values.items() if not isinstance(v, str)}
        kept = dict(list({n: i + 5 for i, n in enumerate(bare)}.items())[:count])
        few = put(put(schools(LEAST), 1, **{**bare, **kept}), 2, **{**bare, **kept})
        assert len(run("QBE-PLA-006", listed(few))) == told


def same_area(count: int, n: int, value: Any = 5000) -> County:
    return listed(schools(n, lambda i: {"teaching_area": value if i <= count else 6000 + i}))


def test_one_value_in_many_schools() -> None:
    # 15 % of 40 schools are 6, the least number; of 41 schools 6.15, of 47 schools 7.05
    assert run("QBE-PLA-007", same_area(5, LEAST)) == []
    assert len(run("QBE-PLA-007", same_area(6, LEAST))) == len(run("QBE-PLA-007", same_area(6, 40))) == 1
    assert run("QBE-PLA-007", same_area(6, 41)) == run("QBE-PLA-007", same_area(7, 47)) == []
    assert run("QBE-PLA-007", same_area(7, 46)) == [
        Finding(
            "QBE-PLA-007", SHEET, f"{cell('teaching_area', 1)}:{cell('teaching_area', 7)}",
            args={"name": name("teaching_area"), "total": 46, "count": 7, "value": "5000"},
        )
    ]  # fmt: skip
    # small values repeat by chance
    assert len(run("QBE-PLA-007", same_area(6, 40, 1000))) == 1 and run("QBE-PLA-007", same_area(6, 40, 999)) == []
    # those that report nothing are not counted among them: 6 of 40 known ones
    blank = put(same_area(6, 41).schools, 41, teaching_area=None)  # type: ignore[arg-type]
    (finding,) = run("QBE-PLA-007", listed(blank))
    assert (finding.args["total"], finding.args["count"]) == (40, 6)


def test_two_values_in_many_schools_are_both_told() -> None:
    county = listed(schools(LEAST, lambda i: {"teaching_area": 5000 if i <= 6 else 6000 if i <= 12 else 6000 + i}))
    assert [f.args["value"] for f in run("QBE-PLA-007", county)] == ["5000", "6000"]


def heads(values: list[int], kind: str = "primary") -> County:
    stage = "junior" if kind == "junior" else "primary"
    return listed([school(f"S{i}", kind, {stage: n}) for i, n in enumerate(values, 1)])


@pytest.mark.parametrize(
    ("even", "odd", "told"),
    [(10, 10, True), (9, 11, False), (10, 9, False), (11, 9, True), (15, 16, False), (16, 16, True)],
)
def test_pupils_in_round_numbers(even: int, odd: int, told: bool) -> None:
    values = [30] * even + [31] * odd  # 30: the smallest that is looked at
    found = run("QBE-PLA-008", heads(values))
    n = even + odd
    letters = f"{cell('pupils_primary', 1)}:{cell('pupils_primary', even)}"
    args = {"name": name("pupils_primary"), "total": n, "count": even, "step": 10, "usual": round(n / 10)}
    assert found == ([Finding("QBE-PLA-008", SHEET, letters, args=args)] if told else [])
    # smaller schools are not looked at
    assert run("QBE-PLA-008", heads([20] * even + [31] * odd)) == []
    junior = run("QBE-PLA-008", heads(values, "junior"))
    assert [f.args["name"] for f in junior] == ([name("pupils_junior")] if told else [])


def test_blank_pupils_among_round_numbers() -> None:
    county = heads([30] * 10 + [31] * 10)
    more = school("S30", pupils_primary=None)
    assert run("QBE-PLA-008", County(schools=(more, *county.schools)))[0].args["total"] == 20


# ---- on the limit


def measured(exactly: int, n: int, off: Fraction = Fraction(0), **more: Any) -> list[Row]:
    """Primary schools whose sports grounds are 7.5 ㎡ a pupil, plus `off`: 1 ㎡ a pupil indoors, the rest outdoors."""

    def make(i: int) -> dict[str, Any]:
        count = 293 + 7 * i
        return {"outdoor_sports_area": Fraction(13, 2) * count + off, **more} if i <= exactly else {}

    return schools(n, make)


@pytest.mark.parametrize(
    ("exactly", "n", "told"), [(6, LEAST, True), (5, LEAST, False), (6, 21, False), (7, 23, True), (7, 24, False)]
)
def test_values_on_the_limit(exactly: int, n: int, told: bool) -> None:
    """30 % of the schools, at least 6: of 20 schools 6, of 23 schools 6.9, of 24 schools 7.2."""
    found = run("QBE-PLA-009", listed(measured(exactly, n)))
    letters = f"{cell('outdoor_sports_area', 1)}:{cell('outdoor_sports_area', exactly)}"
    words = Text("小学生均体育运动场馆面积", "Primary, Sports grounds and halls per pupil")
    args = {"name": words, "total": n, "count": exactly, "limit": "7.5"}
    (wanted,) = [i.name for i in EDITION.resources if i.id == "L5"]
    args["name"] = Text(f"小学{wanted.zh}", f"Primary, {wanted.en}")
    assert [replace(f, args={**f.args}) for f in found] == (
        [Finding("QBE-PLA-009", SHEET, letters, args=args)] if told else []
    )


def test_on_the_limit_to_the_nearest_whole() -> None:
    for off, told in ((Fraction(1, 2), 1), (Fraction(-1, 2), 1), (Fraction(51, 100), 0), (Fraction(-51, 100), 0)):
        assert len(run("QBE-PLA-009", listed(measured(6, LEAST, off)))) == told


def test_who_is_held_against_the_limit() -> None:
    """Schools of one stage whose numbers are known; the others neither count nor stop the count."""
    others = [
        school("S31", "nine_year", 300),
        school("S32", "junior", 300),
        school("S33", pupils_primary=None),
        school("S34", pupils_primary=0),
        school("S35", outdoor_sports_area=None),
        school("S36", indoor_sports_area=None),
    ]
    (finding,) = run("QBE-PLA-009", listed([*others, *measured(6, LEAST)]))
    assert (finding.args["total"], finding.args["count"]) == (LEAST, 6)
    # the limit of junior schools is 10.2 ㎡: 9.2 outdoors and 1 indoors
    junior = schools(LEAST, lambda i: {"outdoor_sports_area": Fraction(92, 10) * (293 + 7 * i)}, "junior")
    (finding,) = run("QBE-PLA-009", listed(junior))
    assert (finding.args["limit"], finding.args["count"]) == ("10.2", LEAST)


def test_rooms_less_indoor_sports_on_the_limit() -> None:
    # 4.5 ㎡ a pupil: 5.5 less 1 indoors; equipment 2000 yuan a pupil
    rows = schools(
        LEAST, lambda i: {"teaching_area": Fraction(11, 2) * (293 + 7 * i), "equipment_value": 2000 * (293 + 7 * i)}
    )
    found = run("QBE-PLA-009", listed(rows))
    assert [(f.args["limit"], str(f.range).partition(":")[0]) for f in found] == [
        ("4.5", cell("teaching_area", 1)), ("2000", cell("equipment_value", 1)),
    ]  # fmt: skip


# ---- zeros


def zeros(count: int, n: int, **others: Any) -> list[Row]:
    return schools(n, lambda i: {"multimedia_rooms": 0} if i <= count else others)


@pytest.mark.parametrize(("count", "n", "told"), [(2, 22, True), (3, 25, False), (3, 30, True), (3, 29, False)])
def test_zero_where_nine_in_ten_have_some(count: int, n: int, told: bool) -> None:
    """20 of 22 and 27 of 30 are nine in ten or more, 22 of 25 and 26 of 29 are not."""
    found = run("QBE-PLA-010", listed(zeros(count, n)))
    assert [f.range for f in found] == ([cell("multimedia_rooms", i) for i in range(1, count + 1)] if told else [])
    if told:
        # 3 rooms for 100 pupils: 9 for 300
        assert found[0] == Finding(
            "QBE-PLA-010", SHEET, cell("multimedia_rooms", 1), "S1",
            {"name": name("multimedia_rooms"), "left": 0, "total": n, "count": n - count, "right": "9"},
        )  # fmt: skip


def test_a_zero_where_some_would_be_expected() -> None:
    """3 rooms for 100 pupils: 6 are expected of 200 pupils, 5.97 of 199."""
    for count, told in ((201, 1), (199, 0)):
        rows = put(schools(LEAST + 1), 1, **{**per_pupil(count), "multimedia_rooms": 0})
        assert len(run("QBE-PLA-010", listed(rows))) == told
    # 1 ㎡ of grounds a pupil, so the median is exactly 1: 6 of 20 pupils as least, and of 6
    for count in (5, 6):
        # the smallest schools count as 20 pupils: 20 ㎡ expected
        (finding,) = run("QBE-PLA-010", grounds(0, LEAST + 1, of=count))
        assert finding.args["right"] == "20"


def test_exactly_as_many_as_are_expected_at_least() -> None:
    """1 room for 100 pupils everywhere, so the median is exactly 1: 600 pupils would have 6 rooms, 599 not quite."""
    rows = schools(LEAST + 1, lambda i: {"multimedia_rooms": Fraction(293 + 7 * i, 100)})
    for count, told in ((600, 1), (599, 0)):
        assert len(run("QBE-PLA-010", listed(put(rows, 1, **{**per_pupil(count), "multimedia_rooms": 0})))) == told


def test_zeros_of_campuses_and_of_too_few_schools() -> None:
    rows = zeros(0, LEAST)
    assert run("QBE-PLA-010", listed([*rows, campus("S40", "S2", pupils=300, multimedia_rooms=0)])) == []
    assert len(run("QBE-PLA-010", listed([*rows, school("S40", pupils=300, multimedia_rooms=0)]))) == 1
    assert run("QBE-PLA-010", listed([*rows[1:], school("S40", pupils=300, multimedia_rooms=0)])) == []
    # equipment has no such question
    assert run("QBE-PLA-010", listed([*rows, school("S40", pupils=300, equipment_value=0)])) == []


@pytest.mark.parametrize("field", ["multimedia_rooms", "operating_funds", "backbone_primary"])
def test_a_whole_column_of_zeros(field: str) -> None:
    full = listed(schools(LEAST, lambda i: {field: 0}))
    # 300 + 307 + … + 433 = 20 x 366.5 = 7330 pupils
    letters = f"{cell(field, 1)}:{cell(field, LEAST)}"
    assert run("QBE-POL-010", full) == [
        Finding("QBE-POL-010", SHEET, letters, args={"name": name(field), "total": LEAST, "right": "7330"})
    ]
    assert run("QBE-POL-010", listed(put(list(full.schools), 7, **{field: 1}))) == []
    assert run("QBE-POL-010", listed(put(list(full.schools), 7, **{field: None}))) == []  # 19 are known
    more = listed([*full.schools, school("S40", **{field: None})])
    assert run("QBE-POL-010", more)[0].args["total"] == LEAST


def test_zeros_of_a_stage_that_schools_do_not_have() -> None:
    """Primary schools that write 0 junior teachers are right; nine-year schools count the pupils of the stage."""
    assert run("QBE-POL-010", listed(schools(LEAST, lambda i: {"backbone_junior": 0}))) == []
    nine = [school(f"S{i}", "nine_year", {"primary": 300, "junior": 10}, backbone_junior=0) for i in range(1, 21)]
    (finding,) = run("QBE-POL-010", listed(nine))
    assert (finding.args["name"], finding.args["right"]) == (name("backbone_junior"), "200")
    both = [changed(row, multimedia_rooms=0, backbone_junior=1) for row in nine]
    assert run("QBE-POL-010", listed(both))[0].args["right"] == "6200"


# ---- a school of extreme size


def sized(large: int, equipment: int, n: int = LEAST) -> list[Row]:
    """Schools of 100 pupils and 3000 yuan a pupil; the first has `large` pupils with so much equipment each."""
    rows = [school(f"S{i}", pupils=100) for i in range(1, n + 1)]
    return [school("S1", pupils=large, equipment_value=large * equipment), *rows[1:]]


def test_a_school_of_extreme_size_that_decides() -> None:
    """500 pupils are five times the median of 100. 19 schools of 100 and one of 500: 2400 pupils; 3000 and 24,000 yuan:
    mean (1900 x 3000 + 500 x 24,000) / 2400 = 7375; variance (1900 x 4375² + 500 x 16,625²) / 2400 = 8526²;
    CV 8526 / 7375 = 1.156 > 0.5. Its share: 500 x 16,625² / (2400 x 8526²) = 79 %. Without it 0."""
    (finding,) = run("QBE-PLA-011", listed(sized(500, 24_000)))
    assert finding == Finding(
        "QBE-PLA-011", SHEET, cell("pupils_primary", 1), "S1",
        {
            "name": Text("小学 L6", "Primary L6"), "left": "1.156", "pupils": "500", "median": "100", "share": "79%",
            "right": "0.000", "limit": "0.5",
        },
    )  # fmt: skip
    assert run("QBE-PLA-011", listed(sized(499, 24_000))) == []
    # 20 pupils are a fifth of the median, 21 are not: 1880 or so of 1920 pupils decide nothing but at a huge value
    assert [f.args["pupils"] for f in run("QBE-PLA-011", listed(sized(20, 60_000)))] == ["20"]
    assert run("QBE-PLA-011", listed(sized(21, 60_000))) == []
    assert run("QBE-PLA-011", listed(sized(500, 24_000, LEAST - 1))) == []


def test_a_cv_that_meets_its_limit_is_decided_by_nobody() -> None:
    # 3000 and 7000: mean (1900 x 3000 + 500 x 7000) / 2400 = 3833.3; deviations 833.3 and 3166.7: 1624.5; CV 0.424
    assert run("QBE-PLA-011", listed(sized(500, 7_000))) == []
    # 9000: mean 4250; 1250 and 4750: 2436.7; CV 0.573
    assert [f.args["left"] for f in run("QBE-PLA-011", listed(sized(500, 9_000)))] == ["0.573"]


def test_where_others_alone_exceed_the_limit() -> None:
    """Without the large school the CV is still above 0.5, so it decides nothing."""
    rows = put(sized(500, 24_000), 2, equipment_value=100 * 60_000)
    assert run("QBE-PLA-011", listed(rows)) == []


def test_half_of_the_square_is_asked() -> None:
    """Two schools of 500 that each have less than half of CV² decide it neither alone."""
    rows = put(
        sized(500, 24_000), 2, **{**per_pupil(500), "outdoor_sports_area": 5500, "equipment_value": 500 * 23_000}
    )
    assert run("QBE-PLA-011", listed(rows)) == []


def test_junior_schools_have_their_own_limit() -> None:
    rows = [school(f"S{i}", "junior", 100) for i in range(1, 21)]
    large = school("S1", "junior", 500, equipment_value=500 * 8_000)
    # 3000 and 8000: mean 4041.7; 1041.7 and 3958.3: 2030.5; CV 0.502
    (finding,) = run("QBE-PLA-011", listed([large, *rows[1:]]))
    assert (finding.args["left"], finding.args["limit"], finding.range) == ("0.502", "0.45", cell("pupils_junior", 1))


def test_one_stage_stops_no_other() -> None:
    """Primary schools of one size, and a junior school that decides."""
    junior = [school(f"S{i}", "junior", 100) for i in range(32, 51)]
    large = school("S31", "junior", 500, equipment_value=500 * 24_000)
    assert [f.school for f in run("QBE-PLA-011", listed([*sized(100, 3000), large, *junior]))] == ["S31"]


def test_small_points_are_not_counted_by_the_rules() -> None:
    """A point of 19 pupils is a fifth of the median, and left out of the CV; a primary school of 19 is not."""
    for kind, told in (("teaching_point", 0), ("primary", 1)):
        rows = [school("S1", kind, 19, equipment_value=19 * 60_000), *sized(100, 3000)[1:]]
        assert len(run("QBE-PLA-011", listed(rows))) == told
    # a point of 50 counts: a tenth of 500
    rows = [school(f"S{i}", pupils=500) for i in range(2, 21)]
    for count, told in ((50, 1), (49, 0)):
        point = school("S1", "teaching_point", count, equipment_value=count * 80_000)
        assert len(run("QBE-PLA-011", listed([point, *rows]))) == told


def test_schools_whose_amount_is_not_known_are_left_out() -> None:
    rows = put(sized(500, 24_000), 2, equipment_value=None)
    # 18 x 100 and 500: mean (1800 x 3000 + 500 x 24,000) / 2300 = 7565.2; 4565.2 and 16,434.8: 8661.8; CV 1.145
    (finding,) = run("QBE-PLA-011", listed(rows))
    assert finding.args["left"] == "1.145"


def times(row: Row, **folds: Any) -> Row:
    """The row with values so many times as large."""
    return changed(row, **{n: (row.number_of(n) or 0) * fold for n, fold in folds.items()})


THREE = {"outdoor_sports_area": 10, "equipment_value": 8, "teaching_area": 6}


def test_one_school_stops_no_other() -> None:
    """After a school whose pupils are asked about, and after a field that was told already, the next are told too."""
    rows = schools(LEAST)
    both = listed([times(rows[0], **THREE), times(rows[1], outdoor_sports_area=10), *rows[2:]])
    assert [f.school for f in run("QBE-PLA-001", both)] == ["S2"] and [f.school for f in run("QBE-PLA-014", both)] == [
        "S1"
    ]
    # 180 teachers: told for the pupils, not again for the classes; the sports grounds come after
    twice = listed([changed(times(rows[0], outdoor_sports_area=10), teachers_primary=180), *rows[1:]])
    assert [f.range for f in run("QBE-PLA-001", twice)] == [cell("teachers_primary", 1), cell("outdoor_sports_area", 1)]


def test_whose_pupils_are_asked_about() -> None:
    """Of a junior school the junior ones; of a school of both stages the first that it reports."""
    rows = schools(LEAST)
    junior = school("S30", "junior", 300, **funds(300))
    nine = school("S31", "nine_year", {"primary": 200, "junior": 100}, **funds(300))
    (finding,) = run("QBE-PLA-014", listed([*rows, times(junior, **THREE)]))
    assert (finding.range, finding.args["field"], finding.args["left"]) == (
        cell("pupils_junior", 30), name("pupils_junior"), "300",
    )  # fmt: skip
    (finding,) = run("QBE-PLA-014", listed([*rows, times(nine, **THREE)]))
    assert (finding.range, finding.args["left"]) == (cell("pupils_primary", 31), "200")
