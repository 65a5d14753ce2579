"""Criteria over county facts: each passes, fails, stays open, and passes exactly on its line."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from qbe_xl.assessment import Assessment, assess
from qbe_xl.assessment.statuses import compare, conjunction
from qbe_xl.county import County
from qbe_xl.standards import DEFAULT_EDITION, load_edition, model
from tests.counties import GROUPS, county, fact_place, group, with_facts, with_stated, with_survey

BASE = county(n=2)
EDITION = load_edition(DEFAULT_EDITION)


def given(**facts: Any) -> Assessment:
    return assess(with_facts(BASE, **facts))


def codes(result: Assessment) -> list[str]:
    return [finding.code for finding in result.findings]


# item, facts exactly on the line, the smallest change that fails, the value shown there
RATIOS: list[tuple[str, dict[str, Any], dict[str, Any], Any]] = [
    ("B1", {"year": 2024, "basic_balance_year": 2021}, {"basic_balance_year": 2022}, 3),
    (
        "G6",
        {"small_schools": 24, "small_schools_funding": 1_704_000, "funding_norm_primary": 710},
        {"small_schools_funding": 1_703_999},
        1,
    ),
    ("G7", {"special_funding": 312_000, "special_pupils": 52}, {"special_funding": 311_999}, 6000),
    ("G8.wage", {"teacher_wage": 57_000, "civil_servant_wage": 57_000}, {"teacher_wage": Decimal("56999.99")}, 1),
    ("G9", {"teachers_360_hours": 3350, "teachers_total": 3350}, {"teachers_360_hours": 3349}, 1),
    (
        "G11.exchanged",
        {"exchanged": 28, "exchange_eligible": 280, "exchanged_backbone": 28},
        {"exchanged": 27, "exchanged_backbone": 27},
        Fraction(1, 10),
    ),
    ("G11.backbone", {"exchanged": 280, "exchanged_backbone": 56}, {"exchanged_backbone": 55}, Fraction(1, 5)),
    ("G12", {"teachers_certified": 2817, "teachers_full_time": 2817}, {"teachers_certified": 2816}, 1),
    (
        "G13.primary",
        {"proximity_pupils_primary": 9000, "intake_pupils_primary": 9000},
        {"proximity_pupils_primary": 8999},
        1,
    ),
    (
        "G13.junior",
        {"proximity_pupils_junior": 4750, "intake_pupils_junior": 5000},
        {"proximity_pupils_junior": 4749},
        Fraction(19, 20),
    ),
    ("G14.allocated", {"quota_allocated": 1100, "quota_planned": 2200}, {"quota_allocated": 1099}, Fraction(1, 2)),
    (
        "G15.migrants",
        {"migrant_public": 800, "migrant_purchased": 50, "migrant_eligible": 1000},
        {"migrant_purchased": 49},
        Fraction(17, 20),
    ),
    (
        "Q1",
        {"graduates": 95, "entrants": 90, "transfers_in": 20, "transfers_out": 9, "deaths": 1},
        {"graduates": 94},
        Fraction(19, 20),
    ),
    ("Q2", {"disabled_children": 1000, "disabled_enrolled": 950}, {"disabled_enrolled": 949}, Fraction(19, 20)),
    ("Q9.level", {"monitoring_level": 3}, {"monitoring_level": 2}, 3),
]


@pytest.mark.parametrize(("key", "line", "worse", "value"), RATIOS, ids=[case[0] for case in RATIOS])
def test_ratio(key: str, line: dict[str, Any], worse: dict[str, Any], value: Any) -> None:
    whole = key.split(".")[0]
    on_it = given(**line)
    assert (on_it.item(key).status, on_it.item(key).value) == ("pass", value)
    assert on_it.item(whole).status == "pass"
    assert on_it.verdict == "pass"

    below = given(**{**line, **worse})
    assert below.item(key).status == below.item(whole).status == "fail"
    assert below.verdict == "fail"

    criterion = on_it.item(key).criterion
    assert isinstance(criterion, model.Ratio)
    assert on_it.item(key).cells == tuple(str(fact_place(name)) for name in criterion.formula.names)
    for name in criterion.formula.names:
        open_ = given(**{**line, name: None})
        assert (open_.item(key).status, open_.item(key).missing) == ("undetermined", (name,))
        assert open_.item(key).value is None
        assert open_.item(key).detail.zh.startswith("缺数据：")
        assert open_.verdict == "undetermined"


def test_strictly_below_is_not_on_the_line() -> None:
    assert given(monitoring_gap=Decimal("0.15")).item("Q9.gap").status == "fail"
    assert given(monitoring_gap=Decimal("0.1499999")).item("Q9.gap").status == "pass"
    assert given(monitoring_gap=None).item("Q9").status == "undetermined"


def test_both_sides_are_kept() -> None:
    item = given().item("Q1")
    # 5144 ÷ (5426 + 3 − 15 − 0) = 5144 ÷ 5414
    assert (item.numerator, item.denominator, item.operator, item.limit) == (5144, 5414, ">=", Fraction(19, 20))
    assert item.detail.zh == "5144 ÷ (5426 + 3 − 15 − 0) = 95.01%，标准 ≥ 95%"
    assert item.detail.en == "5144 ÷ (5426 + 3 − 15 − 0) = 95.01%, limit ≥ 95%"
    single = given().item("Q9.level")
    assert (single.numerator, single.denominator) == (None, None)


ZERO = [
    ("G6", "small_schools_funding", {"small_schools": 0}),
    ("G7", "special_funding", {"special_pupils": 0}),
    ("G8.wage", "teacher_wage", {"civil_servant_wage": 0}),
    ("G9", "teachers_360_hours", {"teachers_total": 0}),
    ("G11.exchanged", "exchanged", {"exchange_eligible": 0, "exchanged_backbone": 0}),
    ("G12", "teachers_certified", {"teachers_full_time": 0}),
    ("G13.junior", "proximity_pupils_junior", {"intake_pupils_junior": 0}),
    ("G14.allocated", "quota_allocated", {"quota_planned": 0, "quota_rural": 0}),
    ("G15.migrants", "migrant_public", {"migrant_eligible": 0, "migrant_purchased": 0}),
    ("Q1", "graduates", {"entrants": 0, "transfers_in": 0, "transfers_out": 0, "deaths": 0}),
    ("Q2", "disabled_enrolled", {"disabled_children": 0}),
]  # fmt: skip


@pytest.mark.parametrize(("key", "top", "zero"), ZERO, ids=[case[0] for case in ZERO])
def test_a_denominator_of_zero(key: str, top: str, zero: dict[str, int]) -> None:
    nothing = given(**{**zero, top: 0})
    assert (nothing.item(key).status, nothing.item(key).value) == ("not_applicable", None)
    assert "QBE-ARI-002" not in codes(nothing)
    assert nothing.item(key.split(".")[0]).status in {"pass", "not_applicable"}
    assert nothing.verdict == "pass"  # not applicable counts as met

    wrong = given(**{**zero, top: 7})
    assert wrong.item(key).status == "undetermined"
    finding = next(f for f in wrong.findings if f.code == "QBE-ARI-002")
    assert (finding.severity, finding.args["left"]) == ("error", "7")
    assert finding.place in [str(fact_place(name)) for name in (*zero, "funding_norm_primary")]
    assert (wrong.blocked, wrong.verdict, wrong.exit_code) == (True, None, 3)


# ---- declarations and vetoes

DECLARED = {
    "B2": "monitoring_held", "G1": "layout_plan", "G2.building": "unified_building", "G2.staffing": "unified_staffing",
    "G2.funding": "unified_funding", "G2.equipment": "unified_equipment", "G8.performance_pay": "performance_pay",
    "G10": "county_staffing", "G14.rural_tilt": "rural_tilt", "G15.care_system": "care_system",
    "Q3.informatized": "informatized", "Q5": "equipment_used", "Q6.declared": "moral_culture",
    "Q7.declared": "curriculum", "Q8.declared": "no_overload",
}  # fmt: skip


@pytest.mark.parametrize("key", DECLARED)
def test_a_declaration(key: str) -> None:
    name = DECLARED[key]
    for answer, status in (("yes", "pass"), ("no", "fail"), (None, "undetermined")):
        result = given(**{name: answer})
        assert result.item(key).status == result.item(key.split(".")[0]).status == status
        assert result.item(key).value == answer
        assert result.item(key).cells == (str(fact_place(name)),)
        assert result.verdict == status


@pytest.mark.parametrize("number", range(1, 7))
def test_a_veto(number: int) -> None:
    name = ("admission", "choice", "elite", "posts", "accident", "fraud")[number - 1]
    for answer, status in (("yes", "fail"), ("no", "pass"), (None, "undetermined")):
        result = given(**{f"veto_{name}": answer})
        assert result.item(f"V{number}").status == result.groups["vetoes"].status == result.verdict == status


def test_evidence_and_shares_are_shown_beside_a_declaration() -> None:
    base = with_facts(BASE)
    facts = dict(base.facts)
    facts["rural_tilt"] = type(facts["rural_tilt"])("yes", facts["rural_tilt"].place, evidence="教基〔2024〕5号")
    item = assess(County(base.schools, facts, base.survey)).item("G14.rural_tilt")
    # 169/1320 = 12.803 %: shown, decides nothing
    assert item.detail.zh == "填报“是”（教基〔2024〕5号）；169 ÷ 1320 = 12.80%"
    assert given(rural_tilt=None).item("G14.rural_tilt").status == "undetermined"
    for blank in ({"quota_rural": None}, {"quota_allocated": 0, "quota_rural": 0}):
        assert given(**blank).item("G14.rural_tilt").detail.zh == "填报“是”"


# ---- not sampled, stated


def test_not_sampled_by_the_national_monitoring() -> None:
    result = given(monitoring_level="not_sampled", monitoring_gap="not_sampled")
    assert result.item("Q9").status == result.verdict == "undetermined"
    assert "未参加国家监测" in result.item("Q9").detail.zh
    assert "not sampled" in result.item("Q9.gap").detail.en
    assert result.exit_code == 2
    # one part that fails outranks it
    assert given(monitoring_level=2, monitoring_gap="not_sampled").item("Q9").status == "fail"


def test_a_bare_percentage_is_shown_and_decides_nothing() -> None:
    blank = {"proximity_pupils_primary": None, "intake_pupils_primary": None}
    result = assess(with_stated(with_facts(BASE, **blank), G13__primary=1))
    item = result.item("G13.primary")
    assert (item.status, item.stated, item.value) == ("undetermined", 1, None)
    assert "自报 100.00%" in item.detail.zh and "stated 100.00%, not verifiable" in item.detail.en
    assert codes(result) == ["QBE-CMP-006"]
    assert (result.verdict, result.blocked) == ("undetermined", False)


def test_a_stated_survey_rate_too() -> None:
    result = assess(with_stated(with_survey(BASE), S1=Decimal("0.97")))
    assert (result.item("S1").status, result.item("S1").stated) == ("undetermined", Fraction(97, 100))
    assert "自报 97.00%" in result.item("S1").detail.zh
    assert "QBE-CMP-006" in codes(result)


@pytest.mark.parametrize(
    ("stated", "agrees"),
    [
        ("0.9501", True),
        ("0.95", True),
        ("0.9502", False),
        ("0.948", False),
        ("0.9503", False),
        ("0.950129294", True),
        ("0.96", False),
        ("1", False),
    ],
)
def test_a_stated_ratio_beside_ours(stated: str, agrees: bool) -> None:
    # 5144/5414 = 0.95012929…; 0.9480 is the naive 5144/5426
    result = assess(with_stated(BASE, Q1=Decimal(stated)))
    assert (codes(result) == []) is agrees
    assert result.item("Q1").status == "pass" and result.item("Q1").stated == Fraction(stated)
    if not agrees:
        (finding,) = result.findings
        assert (finding.code, finding.severity, finding.place) == ("QBE-ARI-003", "query", "政府保障!H9")
        shown = [str(finding.args[side]) for side in ("left", "right")]
        percent = Fraction(stated) * 100
        assert Fraction(shown[0].rstrip("%")) == percent
        assert Fraction(shown[1].rstrip("%")) != percent


def test_a_stated_cv_beside_ours() -> None:
    for stated, agrees in (("0", True), ("0.00", True), ("0.2", False)):
        result = assess(with_stated(BASE, L1__primary__cv=Decimal(stated)))
        assert (codes(result) == []) is agrees
    assert "0.2" in result.findings[0].message("zh") and "L1" in result.findings[0].message("en")


# ---- the survey


def test_the_survey_is_pooled_over_groups() -> None:
    # 80/100 and 900/1000: pooled 980/1100 = 0.8909…, the mean of the rates is 0.85
    result = assess(with_survey(BASE, group("pupils", 100, 80), group("parents", 1000, 900)))
    item = result.item("S1")
    assert (item.status, item.value, item.numerator, item.denominator) == ("pass", Fraction(980, 1100), 980, 1100)
    assert "学生 80.00%" in item.detail.zh and "Parents 90.00%" in item.detail.en
    # 840/1000 and 90/100: the mean of the rates 0.87 would pass, pooled 930/1100 = 0.845 fails
    assert assess(with_survey(BASE, group("parents", 1000, 840), group("heads", 100, 90))).item("S1").status == "fail"


def test_the_survey_on_its_line_and_with_gaps() -> None:
    assert assess(with_survey(BASE, group("parents", 200, 170))).item("S1").status == "pass"
    assert assess(with_survey(BASE, group("parents", 200, 169))).item("S1").status == "fail"
    for gap in (group("heads", None, 90), group("heads", 100, None), group("heads", None, None)):
        item = assess(with_survey(BASE, group("parents", 200, 200), gap)).item("S1")
        assert (item.status, item.value) == ("undetermined", None)
        assert item.detail.zh == "缺数据：校长"
    for rows in ((), (group("parents", 0, 0),)):
        assert assess(with_survey(BASE, *rows)).item("S1").status == "undetermined"
    item = assess(with_survey(BASE, group("parents", 100, 100), group("heads", 0, 0))).item("S1")
    assert item.status == "pass" and "校长 –" in item.detail.zh
    assert len(assess(BASE).item("S1").cells) == 2 * len(GROUPS)


# ---- items of several parts


def test_the_conjunction() -> None:
    order = ["not_applicable", "pass", "undetermined", "fail"]
    for worse in order:
        for better in order[: order.index(worse) + 1]:
            assert conjunction([better, worse]) == conjunction([worse, better]) == worse  # type: ignore[list-item]
    assert conjunction([]) == "not_applicable"
    assert [compare(1, sign, 1) for sign in (">=", "<=", ">", "<")] == ["pass", "pass", "fail", "fail"]
    assert [compare(2, sign, 1) for sign in (">=", "<=", ">", "<")] == ["pass", "fail", "pass", "fail"]


def test_parts_have_a_status_each() -> None:
    result = given(teacher_wage=None, performance_pay="no")
    assert [(part.id, part.status) for part in result.item("G8").parts] == [
        ("G8.wage", "undetermined"),
        ("G8.performance_pay", "fail"),
    ]
    assert result.item("G8").status == "fail"
    assert result.item("G8").missing == ("teacher_wage",)
    assert result.item("G8").cells == tuple(
        str(fact_place(name)) for name in ("teacher_wage", "civil_servant_wage", "performance_pay")
    )


def test_a_limit_that_only_an_overlay_sets() -> None:
    assert [part.id for part in given().item("G2").parts] == [
        "G2.building",
        "G2.staffing",
        "G2.funding",
        "G2.equipment",
    ]
    shenyang = {"special_funding": 416_000}  # 8000 × 52
    base = with_facts(
        BASE, **shenyang, funding_norm_primary=1150, funding_norm_junior=1350, small_schools_funding=2_760_000
    )
    result = assess(base, "cn-qbe-2017-shenyang")
    assert (result.item("G2").status, result.item("G7").status, result.verdict) == ("pass", "pass", "pass")
    low = assess(with_facts(base, funding_norm_junior=Decimal("1349.99")), "cn-qbe-2017-shenyang")
    assert low.item("G2.funding_norm_junior").status == low.item("G2").status == "fail"
    assert assess(with_facts(base, special_funding=415_999), "cn-qbe-2017-shenyang").item("G7").status == "fail"
    assert (
        assess(with_facts(base, funding_norm_junior=None), "cn-qbe-2017-shenyang").item("G2").status == "undetermined"
    )


def test_every_item_is_there_in_order() -> None:
    result = given()
    assert [item.id for g in result.groups.values() for item in g.items] == [
        criterion.id for criterion in EDITION.file.criteria if criterion.group != "resources"
    ]
    assert list(result.groups) == ["entry", "government", "quality", "recognition", "vetoes"]
    with pytest.raises(KeyError):
        result.item("G16")
