"""Each check finds what it is for, where it stands, and nothing in a sound report."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations

import pytest

from qbe_xl.checks import registered, run_checks
from qbe_xl.checks.county import PARTS_OF_COUNTY, PARTS_OF_SURVEY
from qbe_xl.checks.registry import check
from qbe_xl.checks.schools import PARTS_OF_SCHOOL, part_pairs
from qbe_xl.core.fields import all_fields
from qbe_xl.core.findings import Finding
from qbe_xl.core.messages import catalogue
from qbe_xl.county import County
from qbe_xl.standards import DEFAULT_EDITION, load_edition
from tests.counties import (
    COLUMNS,
    SHEET,
    SURVEY_COLUMNS,
    adding,
    campus,
    county,
    fact_place,
    group,
    school,
    with_facts,
    with_school,
    with_survey,
)

EDITION = load_edition(DEFAULT_EDITION)
BASE = county()


def found(of: County) -> list[Finding]:
    return run_checks(of, EDITION)


def only(of: County) -> Finding:
    findings = found(of)
    assert len(findings) == 1, [f.sentence("en") for f in findings]
    sentences = [findings[0].sentence(lang) for lang in ("zh", "en")]
    assert all("{" not in text for text in sentences)
    return findings[0]


def test_a_sound_report_has_no_findings() -> None:
    assert found(BASE) == []
    everything = adding(
        BASE,
        school("S7", "nine_year", {"primary": 23, "junior": 42}, sponsor="private"),
        school("S8", "twelve_year", 100),
        school("S9", "complete_secondary", 100),
        school("S10", "special", 60),
        school("S11", "vocational", 300),
        school("S12", "teaching_point", 12, teaching_area=240),
        campus("S13", "S1"),
    )
    assert found(everything) == []
    assert found(County()) == []


# ---- codes and campuses


def test_a_code_used_twice() -> None:
    finding = only(adding(BASE, school("S1", "junior")))
    assert (finding.code, finding.severity, finding.school) == ("QBE-LOG-001", "error", "S1")
    cell = f"{SHEET}!{COLUMNS['school_code']}4"
    assert finding.args["cells"] == f"{cell}、{cell}"  # helper schools of one code stand on one row
    assert "S1" in finding.message("zh")
    # a blank code is another finding's business
    assert found(with_school(with_school(BASE, "S1", school_code=None), "S2", school_code=None)) == []


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([campus("S7", "S99")], "QBE-LOG-002"),
        ([campus("S7", "S1"), campus("S8", "S7")], "QBE-LOG-003"),
        ([campus("S7", "S7")], "QBE-LOG-003"),
        ([school("S7", counted="no")], "QBE-LOG-009"),
        ([school("S7", main_school="S1")], "QBE-LOG-006"),
    ],
)
def test_campuses(rows: list, code: str) -> None:
    finding = only(adding(BASE, *rows))
    assert finding.code == code
    assert finding.severity == ("query" if code == "QBE-LOG-006" else "error")
    assert (finding.sheet, finding.range) == (SHEET, f"{COLUMNS['main_school']}{rows[-1].number}")


def test_campuses_in_a_circle() -> None:
    findings = found(adding(BASE, campus("S7", "S8"), campus("S8", "S7")))
    assert [f.code for f in findings] == ["QBE-LOG-003", "QBE-LOG-003"]


def test_a_main_school_that_could_not_be_read_is_reported_once() -> None:
    row = replace(school("S7", counted="no"), unusable=frozenset({"main_school"}))
    assert found(adding(BASE, row)) == []


# ---- pupils and stages


@pytest.mark.parametrize(
    ("kind", "values", "stage"),
    [
        ("primary", {"teachers_junior": 3}, "初中"),
        ("primary", {"pupils_junior": 0, "classes_junior": 1}, "初中"),
        ("junior", {"above_degree_primary": 2}, "小学"),
        ("special", {"pupils_junior": 0, "backbone_junior": 1}, "初中"),
    ],
)
def test_teachers_or_classes_without_pupils(kind: str, values: dict, stage: str) -> None:
    finding = only(adding(BASE, school("S7", kind, **values)))
    assert (finding.code, finding.severity) == ("QBE-LOG-004", "error")
    name, amount = list(values.items())[-1]
    assert finding.message("zh").startswith(f"{stage}在校生为 0")
    assert f"{all_fields()[name].name.zh} {amount}" in finding.message("zh")
    assert f"{all_fields()[name].name.en} {amount}" in finding.message("en")
    stage_id = name.rpartition("_")[2]
    assert finding.range == f"{COLUMNS[f'pupils_{stage_id}']}10"


def test_a_school_without_any_pupils_has_no_grounds() -> None:
    empty = {name: None for name in COLUMNS if name.endswith("_primary")} | {"pupils_primary": 0}
    finding = only(adding(BASE, school("S7", **empty)))
    assert finding.code == "QBE-LOG-004"
    assert "教学仪器设备值 1500000" in finding.message("zh")
    nothing = dict.fromkeys(
        ("teaching_area", "indoor_sports_area", "outdoor_sports_area", "equipment_value", "multimedia_rooms"), 0
    )
    assert found(adding(BASE, school("S7", **{**empty, **nothing}))) == []
    # a secondary school with senior pupils only keeps its grounds
    senior = {name: None for name in COLUMNS if name.endswith("_junior")} | {"pupils_junior": 0}
    assert found(adding(BASE, school("S7", "complete_secondary", {"junior": 0, "senior": 500}, **senior))) == []


def test_pupils_at_a_stage_that_the_type_does_not_have() -> None:
    finding = only(adding(BASE, school("S7", "primary", {"primary": 100, "junior": 5})))
    assert (finding.code, finding.severity) == ("QBE-LOG-008", "query")
    assert finding.message("zh") == "办学类型为“小学”，却有初中在校生 5 人。"
    assert finding.range == f"{COLUMNS['pupils_junior']}10"
    assert found(adding(BASE, school("S7", "primary", {"primary": 100, "junior": 0}))) == []


@pytest.mark.parametrize(
    ("stage", "largest", "over", "contradict"),
    [
        ("primary", 45, 0, False),
        ("primary", 46, 0, True),
        ("primary", 46, 1, False),
        ("primary", 45, 1, True),
        ("primary", None, 1, False),
        ("primary", 46, None, False),
        ("junior", 50, 0, False),
        ("junior", 51, 0, True),
        ("junior", 50, 2, True),
        ("junior", 51, 2, False),
    ],
)
def test_largest_class_and_classes_over_the_limit(
    stage: str, largest: int | None, over: int | None, contradict: bool
) -> None:
    values = {f"largest_class_{stage}": largest, f"over_classes_{stage}": over}
    findings = found(adding(BASE, school("S7", stage, **values)))
    assert [f.code for f in findings] == (["QBE-LOG-007"] if contradict else [])
    if contradict:
        assert findings[0].args["limit"] == {"primary": "45", "junior": "50"}[stage]


# ---- parts and wholes


@pytest.mark.parametrize(("part", "whole"), list(part_pairs(PARTS_OF_SCHOOL)))
def test_a_part_of_a_school_is_no_larger_than_its_whole(part: str, whole: str) -> None:
    fields = all_fields()
    assert part in fields and whole in fields
    assert "school" in fields[part].levels and "school" in fields[whole].levels

    def codes(left: int | None, right: int | None) -> list[tuple[str, str | None]]:
        row = school("S7", "nine_year", 100, **{part: left, whole: right})
        findings = [f for f in found(adding(BASE, row)) if f.code == "QBE-LOG-005"]
        return [(f.code, f.range) for f in findings if f.args["part"] == fields[part].name]

    assert codes(31, 30) == [("QBE-LOG-005", f"{COLUMNS[part]}10")]
    assert codes(30, 30) == codes(None, 30) == codes(31, None) == []


@pytest.mark.parametrize(("part", "whole"), PARTS_OF_COUNTY)
def test_a_part_of_a_county_figure_is_no_larger_than_its_whole(part: str, whole: str) -> None:
    found_here = found(with_facts(BASE, **{part: 31, whole: 30}))
    mine = [f for f in found_here if f.args.get("part") == all_fields()[part].name]
    assert [(f.code, f.sheet, f.range) for f in mine] == [("QBE-LOG-005", *fact_place(part)[:2])]
    assert f"（31）大于{all_fields()[whole].name.zh}（30）" in mine[0].message("zh")
    assert not [
        f for f in found(with_facts(BASE, **{part: 30, whole: 30})) if f.args.get("part") == all_fields()[part].name
    ]
    assert not [
        f for f in found(with_facts(BASE, **{part: 31, whole: None})) if f.args.get("part") == all_fields()[part].name
    ]


@pytest.mark.parametrize(
    ("valid", "satisfied", "issued", "part"),
    [
        (100, 101, None, "survey_satisfied"),
        (100, 90, 99, "survey_valid"),
        (100, 100, 100, None),
        (None, 90, 100, None),
    ],
)
def test_a_part_of_the_survey(valid: int | None, satisfied: int, issued: int | None, part: str | None) -> None:
    findings = found(with_survey(BASE, group("parents", valid, satisfied, issued)))
    assert [f.range for f in findings] == ([f"{SURVEY_COLUMNS[part]}4"] if part else [])
    if part:
        assert findings[0].message("zh").startswith("家长")
        assert findings[0].message("en").startswith("Parents, ")
    assert {p for p, _ in PARTS_OF_SURVEY} == {"survey_satisfied", "survey_valid"}


# ---- sums


@pytest.mark.parametrize("stage", ["primary", "junior"])
def test_subjects_add_up(stage: str) -> None:
    parts = {f"{name}_{stage}": n for name, n in (("pe", 4), ("music", 3), ("art", 3))}
    right = school("S7", stage, **parts)  # 4 + 3 + 3 = 10 = 2 per 100 of 500
    assert found(adding(BASE, right)) == []
    finding = only(adding(BASE, school("S7", stage, **{**parts, f"art_{stage}": 2})))
    assert (finding.code, finding.args["left"], finding.args["right"]) == ("QBE-ARI-001", "9", "10")
    assert finding.range == f"{COLUMNS[f'pe_art_{stage}']}10"
    for blank in (*parts, f"pe_art_{stage}"):
        assert found(adding(BASE, school("S7", stage, **{**parts, f"art_{stage}": 2, blank: None}))) == []


def test_ways_of_schooling_add_up() -> None:
    ways = ("disabled_in_special_school", "disabled_in_regular_class", "disabled_taught_at_home")
    assert found(with_facts(BASE, **dict(zip(ways, (81, 40, 5), strict=True)))) == []  # 126
    finding = only(with_facts(BASE, **dict(zip(ways, (81, 40, 4), strict=True))))
    assert (finding.code, finding.args["left"], finding.args["right"]) == ("QBE-ARI-004", "125", "126")
    for known in combinations(ways, 2):
        assert found(with_facts(BASE, **dict.fromkeys(known, 1))) == []


def test_one_norm_is_declared_but_norms_differ() -> None:
    finding = only(with_facts(BASE, funding_norm_primary_urban=750))
    assert (finding.code, finding.severity) == ("QBE-LOG-011", "query")
    assert "750" in finding.message("zh") and "710" in finding.message("en")
    assert found(with_facts(BASE, funding_norm_primary_urban=710, funding_norm_junior_town=910)) == []
    assert found(with_facts(BASE, funding_norm_primary_urban=750, unified_funding="no")) == []
    assert only(with_facts(BASE, funding_norm_junior_town=911)).range == fact_place("funding_norm_junior_town").ref


# ---- the register


def test_every_check_is_joined_to_its_code_and_says_what_it_does() -> None:
    checks = registered()
    assert set(checks) <= set(catalogue())
    for code, item in checks.items():
        assert item.code == code
        doc = item.run.__doc__ or ""
        assert re.search(r"[\u4e00-\u9fff].*。 [A-Z].*\.", doc), item.run
    logic = {code for code in catalogue() if code.startswith(("QBE-LOG-", "QBE-ARI-"))}
    # given by the assessment, which alone knows: a denominator of 0, stated values, nothing to assess
    assert logic - set(checks) == {"QBE-ARI-002", "QBE-ARI-003", "QBE-LOG-010"}


def test_a_code_is_registered_once_and_must_be_known() -> None:
    registered()
    with pytest.raises(ValueError, match="twice"):
        check("QBE-LOG-001")(lambda county, edition: iter(()))
    with pytest.raises(ValueError, match="catalogue"):
        check("QBE-LOG-999")(lambda county, edition: iter(()))
    assert "QBE-LOG-999" not in registered()


def test_findings_come_most_severe_first() -> None:
    of = adding(BASE, school("S7", main_school="S1"), school("S8", counted="no"))
    assert [f.severity for f in found(of)] == ["error", "query"]


def test_a_finding_without_a_place_is_still_a_finding() -> None:
    bare = County(schools=tuple(replace(row, columns={}) for row in (school("S1"), school("S1"))))
    (finding,) = found(bare)
    assert (finding.sheet, finding.range, finding.school) == (None, None, "S1")
    assert "None" not in finding.sentence("zh")
