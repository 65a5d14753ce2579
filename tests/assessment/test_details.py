"""What an item says of itself, whole: words in both languages, both sides of the comparison, cells, what is missing."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from qbe_xl.assessment import Assessment, assess
from qbe_xl.assessment.results import ItemResult, SchoolResult
from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import Text
from qbe_xl.core.numbers import exact
from qbe_xl.county import County, Fact, Place, Row, Stated
from tests.counties import (
    COLUMNS,
    FACT_SHEET,
    SHEET,
    SURVEY_SHEET,
    campus,
    changed,
    county,
    fact_place,
    group,
    school,
    with_facts,
    with_survey,
)

BASE = county(n=2)


def cells(row: int, *names: str) -> tuple[str, ...]:
    return tuple(f"{SHEET}!{COLUMNS[name]}{row}" for name in names)


def fact_cells(*names: str) -> tuple[str, ...]:
    return tuple(str(fact_place(name)) for name in names)


def of(item: str, *rows: Row, options: tuple[str, ...] = ()) -> SchoolResult:
    """The result of the first of these schools."""
    found = assess(replace(BASE, schools=rows), options=options).item(item).schools
    return next(r for r in found if r.school.code == rows[0].text("school_code"))


def says(result: SchoolResult | ItemResult) -> tuple[str, str]:
    return result.detail.zh, result.detail.en


# ---- all schools together


def test_an_item_over_schools() -> None:
    """Two pass, six do not, one is open: five are named, and how many there are; the cells are those of both kinds."""
    rows = [
        school("S1"),
        school("S2", "special", 60),
        *(school(f"S{n}", charter="no") for n in range(3, 9)),
        school("S9", charter=None),
    ]
    item = assess(county(*rows)).item("Q3.charter")
    assert (item.status, item.value, item.operator, item.limit) == ("fail", 6, "<=", 0)
    assert item.cells == tuple(cells(n + 3, "charter")[0] for n in range(3, 10))
    names = [f"第S{n}学校" for n in range(3, 8)]
    assert item.detail == Text(
        "9 所学校：达标 2、不达标 6、缺数据 1。不达标：" + "；".join(f"{n} 填报“否”" for n in names) + "等 6 所。缺数据：第S9学校 未填",
        "9 schools: 2 met, 6 not met, 1 no data. Not met: " + "; ".join(f"{n} answered no" for n in names)
        + " and 1 more. No data: 第S9学校 blank",
    )  # fmt: skip
    assert [r.school.code for r in item.schools] == [f"S{n}" for n in range(1, 10)]


def test_an_item_that_concerns_no_school() -> None:
    item = assess(county(school("S1", "vocational", 300))).item("Q3.charter")
    assert (item.status, item.value, item.cells, item.schools) == ("not_applicable", 0, (), ())
    assert says(item) == ("没有适用的学校", "no school concerned")


# ---- classes


def test_classes_of_both_stages() -> None:
    values = {
        "largest_class_primary": 46,
        "over_classes_primary": 2,
        "largest_class_junior": 51,
        "over_classes_junior": 3,
    }
    row = school("S1", "nine_year", 400, **values)
    found = of("G5", row)
    assert (found.status, found.value, found.limit) == ("fail", 5, 0)
    assert says(found) == (
        "小学最大班额 46、超过 45 人的班数 2，初中最大班额 51、超过 50 人的班数 3",
        "primary: largest class 46, 2 above 45; junior: largest class 51, 3 above 50",
    )
    names = [f"{name}_{stage}" for stage in ("primary", "junior") for name in ("largest_class", "over_classes")]
    assert found.cells == cells(4, *names)


@pytest.mark.parametrize(
    ("largest", "over", "status", "value", "said"),
    [
        (45, 0, "pass", 0, ("45", "0")),
        (45, None, "pass", 0, ("45", "未填")),
        (None, 0, "pass", 0, ("未填", "0")),
        (46, None, "fail", 1, ("46", "未填")),  # one at least
        (None, 2, "fail", 2, ("未填", "2")),
        (None, None, "undetermined", 0, ("未填", "未填")),
    ],
)
def test_classes_partly_known(largest: Any, over: Any, status: str, value: int, said: tuple[str, str]) -> None:
    found = of("G5", school("S1", largest_class_primary=largest, over_classes_primary=over))
    assert (found.status, found.value) == (status, value)
    first, second = said
    assert found.detail.zh == f"小学最大班额 {first}、超过 45 人的班数 {second}"
    blank = {"未填": "blank"}
    assert found.detail.en == f"primary: largest class {blank.get(first, first)}, {blank.get(second, second)} above 45"


def test_classes_are_counted_over_the_schools() -> None:
    rows = (school("S1", over_classes_primary=2, largest_class_primary=50), school("S2", over_classes_primary=None, largest_class_primary=46),
            school("S3", over_classes_primary=None, largest_class_primary=None), school("S4", "vocational", 300))  # fmt: skip
    item = assess(county(*rows)).item("G5")
    assert (item.status, item.value, [r.school.code for r in item.schools]) == ("fail", 3, ["S1", "S2", "S3"])


# ---- rooms


def test_rooms_of_a_school_with_its_campus() -> None:
    """25 classes need 3 rooms of each kind; there are 2 of music and 1 of art."""
    row = school("S1", pupils=500, classes_primary=20, music_rooms_96=1, art_rooms_90=1)
    part = campus("S2", "S1", pupils=100, classes_primary=5, music_rooms_96=1, art_rooms_90=0)
    found = of("G3", row, part)
    assert (found.status, found.value, found.limit) == ("fail", 3, 0)
    assert says(found) == (
        "25 个班：音乐教室（≥96 ㎡）2/3 间，美术教室（≥90 ㎡）1/3 间",
        "25 classes: music rooms (≥96 ㎡) 2 of 3, art rooms (≥90 ㎡) 1 of 3",
    )
    assert set(found.cells) >= {
        *cells(4, "classes_primary", "music_rooms_96", "art_rooms_90"),
        *cells(5, "art_rooms_90"),
    }


def test_rooms_that_are_not_known() -> None:
    found = of("G3", school("S1", classes_primary=13, music_rooms_96=None, art_rooms_90=2))
    assert (found.status, found.value) == ("undetermined", 2)
    assert says(found) == (
        "13 个班：音乐教室（≥96 ㎡）缺数据/2 间，美术教室（≥90 ㎡）2/2 间",
        "13 classes: music rooms (≥96 ㎡) no data of 2, art rooms (≥90 ㎡) 2 of 2",
    )
    bare = of("G3", school("S1", classes_primary=None))
    assert (bare.status, bare.value, bare.limit, says(bare)) == (
        "undetermined", None, None, ("缺班级数", "classes missing"),
    )  # fmt: skip
    assert set(bare.cells) >= set(cells(4, "classes_primary", "music_rooms_96", "art_rooms_90"))


# ---- a figure of each school


def test_a_share_of_a_schools_funds() -> None:
    row = school("S1", operating_funds=200_000, training_funds=9_000)
    found = of("Q4", row)
    assert (found.status, found.value, found.limit) == ("fail", Fraction(9, 200), Fraction(1, 20))
    assert says(found) == ("4.50%（标准 ≥ 5%）", "4.50% (limit ≥ 5%)")
    assert found.cells == cells(4, "training_funds", "operating_funds")
    assert of("Q4", changed(row, training_funds=10_000)).status == "pass"


def test_a_share_that_lacks_a_side() -> None:
    found = of("Q4", school("S1", operating_funds=None, training_funds=None))
    assert (found.status, found.value, found.limit) == ("undetermined", None, Fraction(1, 20))
    assert says(found) == ("缺教师培训经费、公用经费预算总额", "no teacher training, operating budget")
    one = of("Q4", school("S1", operating_funds=None))
    assert says(one) == ("缺公用经费预算总额", "no operating budget")
    assert one.cells == cells(4, "training_funds", "operating_funds")


def test_a_share_of_nothing() -> None:
    found = of("Q4", school("S1", operating_funds=0, training_funds=0))
    assert (found.status, found.value, says(found)) == ("not_applicable", None, ("不适用", "not applicable"))
    row = school("S1", operating_funds=0, training_funds=9)
    found = of("Q4", row)
    assert (found.status, found.value, found.limit) == ("undetermined", None, Fraction(1, 20))
    assert says(found) == ("分母为 0", "denominator 0")

    def told(row: Row) -> list[Finding]:
        return [f for f in assess(county(row)).findings if f.code == "QBE-ARI-002"]

    name = assess(BASE).item("Q4").name
    args = {"name": name, "left": "9"}
    assert told(row) == [Finding("QBE-ARI-002", SHEET, f"{COLUMNS['operating_funds']}4", "S1", args)]
    assert told(replace(row, file="甲.xlsx")) == [
        Finding("QBE-ARI-002", SHEET, f"{COLUMNS['operating_funds']}4", "S1", args, "甲.xlsx")
    ]
    assert told(replace(row, columns={})) == [Finding("QBE-ARI-002", None, None, "S1", args)]


def test_size_in_words() -> None:
    found = of("G4", school("S1", pupils=2001))
    assert (found.status, says(found)) == ("fail", ("2001 人（标准 ≤ 2000 人）", "2001 (limit ≤ 2000)"))
    untyped = of("G4", school("S1", pupils=900, school_type=None, pupils_junior=0, pupils_senior=0))
    assert (untyped.status, untyped.value, untyped.limit) == ("undetermined", 900, None)
    assert says(untyped) == ("缺办学类型", "no type of school")


@pytest.mark.parametrize(
    ("item", "field", "value", "status", "zh", "en"),
    [
        ("Q3.charter", "charter", "yes", "pass", "填报“是”", "answered yes"),
        ("Q3.charter", "charter", "no", "fail", "填报“否”", "answered no"),
        ("Q6.schools", "culture_rating", "good", "pass", "填报“良好”", "answered good"),
        ("Q6.schools", "culture_rating", "fair", "fail", "填报“合格”", "answered fair"),
        ("Q7.schools", "curriculum_complete", "no", "fail", "填报“否”", "answered no"),
    ],
)
def test_an_answer_of_a_school(item: str, field: str, value: str, status: str, zh: str, en: str) -> None:
    row = school("S1", **{field: value})
    found = of(item, row)
    assert (found.status, found.value, found.limit, says(found)) == (status, None, None, (zh, en))
    assert found.cells == cells(4, field)
    bare = of(item, replace(row, columns={}), school("S2", **{field: value}))
    assert (bare.status, bare.cells) == (status, ())
    blank = of(item, changed(row, **{field: None}), school("S2", **{field: value}))
    assert (blank.status, says(blank), blank.cells) == ("undetermined", ("未填", "blank"), cells(4, field))


# ---- ratios of the county


def item(name: str, **facts: Any) -> ItemResult:
    return assess(with_facts(BASE, **facts)).item(name)


def test_a_ratio() -> None:
    found = item("Q1")
    assert (found.status, found.value, found.operator, found.limit) == (
        "pass",
        Fraction(5144, 5414),
        ">=",
        Fraction(19, 20),
    )
    assert (found.numerator, found.denominator, found.stated, found.missing) == (5144, 5414, None, ())
    assert says(found) == (
        "5144 ÷ (5426 + 3 − 15 − 0) = 95.01%，标准 ≥ 95%", "5144 ÷ (5426 + 3 − 15 − 0) = 95.01%, limit ≥ 95%",
    )  # fmt: skip
    assert found.cells == fact_cells("graduates", "entrants", "transfers_in", "transfers_out", "deaths")


def test_a_bare_figure_has_no_sides() -> None:
    found = item("Q9.level", monitoring_level=2)
    assert (found.status, found.value, found.numerator, found.denominator) == ("fail", 2, None, None)
    assert says(found) == ("2 级，标准 ≥ 3 级", "2, limit ≥ 3")
    assert found.cells == fact_cells("monitoring_level")


def test_a_ratio_with_a_unit() -> None:
    found = item("G7", special_funding=300_000)
    # 300,000 / 52 = 5769.23
    assert (found.status, found.value) == ("fail", Fraction(300_000, 52))
    assert says(found) == (
        "300000 ÷ 52 = 5769.23 元，标准 ≥ 6000 元", "300000 ÷ 52 = 5769.23 yuan, limit ≥ 6000 yuan",
    )  # fmt: skip


def test_ratios_that_lack_a_side() -> None:
    found = item("G11.exchanged", exchanged=None, exchange_eligible=None)
    assert (found.status, found.value, found.missing) == ("undetermined", None, ("exchanged", "exchange_eligible"))
    assert says(found) == (
        "缺数据：实际交流教师数、符合交流条件教师数", "No data: Teachers exchanged, Teachers eligible for exchange",
    )  # fmt: skip
    assert found.cells == fact_cells("exchanged", "exchange_eligible")
    not_sampled = item("Q9.level", monitoring_level="not_sampled")
    assert says(not_sampled) == ("未参加国家监测，无结果", "not sampled by the national monitoring: no result")


def findings(of_: County, code: str) -> list[Finding]:
    return [f for f in assess(of_).findings if f.code == code]


def test_a_denominator_of_0() -> None:
    found = item("G11.exchanged", exchange_eligible=0, exchanged=0)
    assert (found.status, says(found)) == (
        "not_applicable", ("分子、分母均为 0，不适用", "numerator and denominator are both 0: not applicable"),
    )  # fmt: skip
    assert (found.numerator, found.denominator, found.value) == (0, 0, None)
    made = with_facts(BASE, exchange_eligible=0, exchanged=9, exchanged_backbone=2)
    found = assess(made).item("G11.exchanged")
    assert (found.status, says(found)) == ("undetermined", ("分母为 0，分子为 9", "denominator 0, numerator 9"))
    args = {"name": found.name, "left": "9"}
    place = fact_place("exchange_eligible")
    assert findings(made, "QBE-ARI-002") == [Finding("QBE-ARI-002", place.sheet, place.ref, args=args)]
    filed = replace(made.facts["exchange_eligible"], place=place._replace(file="甲.xlsx"))
    elsewhere = replace(made, facts={**made.facts, "exchange_eligible": filed})
    assert findings(elsewhere, "QBE-ARI-002") == [
        Finding("QBE-ARI-002", place.sheet, place.ref, args=args, file="甲.xlsx")
    ]
    nowhere = replace(made, facts={**made.facts, "exchange_eligible": replace(filed, place=None)})
    assert findings(nowhere, "QBE-ARI-002") == [Finding("QBE-ARI-002", args=args)]


def test_a_denominator_of_several_facts_stands_where_the_first_of_them_does() -> None:
    made = with_facts(BASE, graduates=5, entrants=0, transfers_in=0, transfers_out=0, deaths=0)
    place = fact_place("entrants")
    assert [(f.sheet, f.range) for f in findings(made, "QBE-ARI-002")] == [(place.sheet, place.ref)]
    lost = replace(made, facts={**made.facts, "entrants": replace(made.facts["entrants"], place=None)})
    assert [f.range for f in findings(lost, "QBE-ARI-002")] == [fact_place("transfers_in").ref]


def test_a_stated_share_that_cannot_be_verified() -> None:
    made = replace(
        with_facts(BASE, graduates=None), stated={"Q1": Stated(exact("0.96"), Place("自报", "B1", "甲.xlsx"))}
    )
    found = assess(made).item("Q1")
    assert (found.status, found.stated, found.missing) == ("undetermined", Fraction(24, 25), ("graduates",))
    assert says(found) == (
        "自报 96.00%，不能复核；缺数据：初中毕业生数", "stated 96.00%, not verifiable; No data: Junior school graduates",
    )  # fmt: skip
    args = {"field": found.name}
    assert findings(made, "QBE-CMP-006") == [Finding("QBE-CMP-006", "自报", "B1", None, args, "甲.xlsx")]
    nowhere = replace(made, stated={"Q1": Stated(exact("0.96"), None)})
    assert findings(nowhere, "QBE-CMP-006") == [Finding("QBE-CMP-006", args=args)]


# ---- declarations and vetoes


def proved(name: str, value: Any, evidence: str | None) -> Assessment:
    return assess(replace(BASE, facts={**BASE.facts, name: Fact(value, fact_place(name), evidence=evidence)}))


def test_a_declaration_with_its_evidence() -> None:
    found = proved("layout_plan", "yes", "县教〔2024〕5号").item("G1")
    assert (found.status, found.value, found.cells) == ("pass", "yes", fact_cells("layout_plan"))
    assert says(found) == ("填报“是”（县教〔2024〕5号）", "answered yes (县教〔2024〕5号)")
    assert says(proved("layout_plan", "no", None).item("G1")) == ("填报“否”", "answered no")
    assert proved("layout_plan", "no", None).item("G1").status == "fail"


@pytest.mark.parametrize("value", [None, "也许", 1])
def test_a_declaration_that_is_no_answer(value: Any) -> None:
    found = proved("layout_plan", value, None).item("G1")
    assert (found.status, found.value, found.missing, found.cells) == (
        "undetermined", None, ("layout_plan",), fact_cells("layout_plan"),
    )  # fmt: skip
    assert says(found) == ("缺数据：学校布局规划合理", "No data: Layout of schools is sound")


def test_a_figure_shown_beside_a_declaration() -> None:
    # 169 of 1320 places go to rural schools
    found = item("G14.rural_tilt")
    assert found.detail.zh == "填报“是”；169 ÷ 1320 = 12.80%" and found.detail.en == "answered yes; 169 ÷ 1320 = 12.80%"
    for facts in ({"quota_rural": None}, {"quota_allocated": 0, "quota_rural": 0}):
        assert says(item("G14.rural_tilt", **facts)) == ("填报“是”", "answered yes")


def test_a_veto() -> None:
    found = item("V6")
    assert (found.status, found.value, says(found)) == ("pass", "no", ("填报“否”", "answered no"))
    assert item("V6", veto_fraud="yes").status == "fail" and item("V6", veto_fraud=None).missing == ("veto_fraud",)


def test_a_place_that_is_not_known_is_no_cell() -> None:
    bare = {**BASE.facts, "exchanged": replace(BASE.facts["exchanged"], place=None)}
    assert assess(replace(BASE, facts=bare)).item("G11.exchanged").cells == fact_cells("exchange_eligible")


def test_an_item_of_several_parts() -> None:
    found = item("G11", exchanged_backbone=None)
    first, second = found.parts
    assert found.status == "undetermined" and found.missing == ("exchanged_backbone",)
    assert found.cells == (*first.cells, *second.cells)
    assert found.detail == Text(
        f"{first.name.zh}：{first.detail.zh}；{second.name.zh}：{second.detail.zh}",
        f"{first.name.en}: {first.detail.en}; {second.name.en}: {second.detail.en}",
    )
    assert [part.id for part in found.parts] == ["G11.exchanged", "G11.backbone"]


# ---- the survey


def surveyed(*rows: Row, stated: Any = None) -> Assessment:
    made = with_survey(BASE, *rows)
    if stated is not None:
        made = replace(made, stated={"S1": Stated(exact(stated), Place(SURVEY_SHEET, "F3", "甲.xlsx"))})
    return assess(made)


def test_the_survey() -> None:
    """90 of 100, 30 of 40, and a group without valid returns: 120 of 140."""
    found = surveyed(group("pupils", 100, 90), group("parents", 40, 30), group("heads", 0, 0)).item("S1")
    assert (found.status, found.value, found.operator, found.limit) == ("pass", Fraction(6, 7), ">=", Fraction(17, 20))
    assert (found.numerator, found.denominator, found.missing, found.stated) == (120, 140, (), None)
    assert says(found) == (
        "120 ÷ 140 = 85.71%，标准 ≥ 85%（学生 90.00%、家长 75.00%、校长 –）",
        "120 ÷ 140 = 85.71%, limit ≥ 85% (Pupils 90.00%, Parents 75.00%, Heads –)",
    )
    assert found.cells == tuple(f"{SURVEY_SHEET}!{c}{n}" for n in (3, 4, 6) for c in ("D", "C"))
    assert surveyed(group("pupils", 100, 84)).item("S1").status == "fail"
    assert surveyed(group("pupils", 100, 85)).item("S1").status == "pass"


def test_a_survey_with_blanks() -> None:
    for blank in (group("parents", None, 30), group("parents", 40, None)):
        found = surveyed(group("pupils", 100, 90), blank).item("S1")
        assert (found.status, found.value, found.missing) == (
            "undetermined",
            None,
            ("survey_valid", "survey_satisfied"),
        )
        assert says(found) == ("缺数据：家长", "No data: Parents")
    both = surveyed(group("pupils", None, 90), group("parents", 40, None)).item("S1")
    assert says(both) == ("缺数据：学生、家长", "No data: Pupils, Parents")
    assert says(surveyed().item("S1")) == ("缺数据：全部对象", "No data: all groups")


def test_a_survey_without_valid_returns() -> None:
    found = surveyed(group("pupils", 0, 0)).item("S1")
    assert (found.status, found.numerator, found.denominator, found.missing) == (
        "undetermined",
        0,
        0,
        ("survey_valid",),
    )
    assert says(found) == ("有效问卷为 0，不能计算", "no valid returns")


def test_a_stated_satisfaction_that_cannot_be_verified() -> None:
    result = surveyed(group("pupils", None, 90), stated="0.91")
    found = result.item("S1")
    assert (found.status, found.stated) == ("undetermined", Fraction(91, 100))
    assert says(found) == ("自报 91.00%，不能复核；缺数据：学生", "stated 91.00%, not verifiable; No data: Pupils")
    wanted = Finding("QBE-CMP-006", SURVEY_SHEET, "F3", None, {"field": found.name}, "甲.xlsx")
    assert [f for f in result.findings if f.code == "QBE-CMP-006"] == [wanted]
    assert surveyed(group("pupils", 100, 90), stated="0.9").item("S1").stated == Fraction(9, 10)


def test_cells_of_facts_stand_in_their_sheet() -> None:
    assert fact_cells("graduates")[0].startswith(f"{FACT_SHEET}!C")


def test_parts_that_are_left_out_stop_no_other() -> None:
    """G2's norms have limits only where an overlay sets them; of Q8 what no school reports is left out."""
    declared = ["G2.building", "G2.staffing", "G2.funding", "G2.equipment"]
    norms = ["G2.funding_norm_primary", "G2.funding_norm_junior"]
    for edition, ids in ((None, declared), ("cn-qbe-2017-shenyang", declared + norms)):
        assert [part.id for part in assess(BASE, edition).item("G2").parts] == ids
    reported = assess(county(school("S1"), school("S2", "junior", homework_g7_9=50))).item("Q8")
    assert [part.id for part in reported.parts] == ["Q8.declared", "Q8.grades_7_9"]
