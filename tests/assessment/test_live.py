"""What the result sheets must show. The shipped samples hold what LibreOffice computes from the template's own formulas
(tests/forms/test_template_live.py compares every cell), so their stored values say what is right."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from openpyxl import load_workbook

from qbe_xl.assessment import Assessment, assess
from qbe_xl.assessment.live import live_results, live_values
from qbe_xl.core.languages import Lang
from qbe_xl.county import County
from qbe_xl.forms.template import Template
from qbe_xl.forms.template.cells import Key
from qbe_xl.forms.template.layout import UNIT_ROW
from qbe_xl.standards import DEFAULT_EDITION, load_edition
from scripts.sample_counties import all_samples
from tests.counties import adding, campus, county, group, school, with_facts, with_school, with_survey
from tests.paths import SAMPLES

EDITION = load_edition(DEFAULT_EDITION)
CAPACITY = {sample.name: sample.schools for sample in all_samples()}
NAMES = ("pass", "structures", "missing-data", "means-pass-schools-fail", "cv-unrounded")


@cache
def stored(name: str) -> tuple[Assessment, Template, dict[Key, Any]]:
    """A sample assessed, its template, and what stands in its live cells; a blank is ""."""
    path, template = SAMPLES / f"{name}.xlsx", Template(EDITION, "zh", CAPACITY[name])
    book = load_workbook(path, data_only=True)
    sheets = {sheet.title: sheet for sheet in book}
    cells = template.live_cells()
    seen = {cell.key: sheets[template.layout.sheet_name(cell.sheet)][cell.ref].value for cell in cells}
    return assess(path), template, {key: "" if value is None else value for key, value in seen.items()}


def differ(found: dict[Key, Any], wanted: dict[Key, Any]) -> list[tuple[Key, Any, Any]]:
    """Where the two are not the same, numbers to 12 digits."""
    return [
        (key, found.get(key), wanted.get(key))
        for key in {**found, **wanted}
        if isinstance(found.get(key), bool)
        or (
            found.get(key) != wanted.get(key)
            if isinstance(found.get(key, ""), str) or isinstance(wanted.get(key, ""), str)
            else found[key] != pytest.approx(wanted[key], rel=1e-12)
        )
    ]


@pytest.mark.parametrize("name", NAMES)
def test_every_live_cell_is_what_the_formulas_give(name: str) -> None:
    result, template, seen = stored(name)
    assert len(seen) > 1000
    assert differ(live_values(result, template), seen) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_countys_results_alone(name: str) -> None:
    """The same values without those of the schools; what may be left out is blank."""
    result, template, seen = stored(name)
    found = live_results(result, template)
    assert {key[0] for key in found} >= {"mean", "cv", "verdict", "county", "item", "survey_rate", "survey_total"}
    assert {key[0] for key in found} <= {key[0] for key in seen} - {"check", "unit"}
    assert differ(found, {key: seen[key] for key in found}) == []
    left_out = {key for key in seen if key not in found and key[0] not in {"check", "unit"}}
    assert {seen[key] for key in left_out} <= {""}


# ---- a county by hand

NINE = school("S10", "nine_year", {"primary": 301, "junior": 211})
OF = adding(
    county(),
    campus("S7", "S1", backbone_primary=None),
    school("S8", "teaching_point", 12),
    school("S9", "special", 60),
    NINE,
    school("S11", pupils_primary=None, backbone_primary=None, classes_primary=None),
)


def shown(of: County = OF, lang: Lang = "zh") -> dict[Key, Any]:
    """The live values of a county whose school S1 stands in the first row of the template, S2 in the second."""
    rows = tuple(replace(row, number=row.number - 3 + UNIT_ROW) for row in of.schools)
    return live_values(assess(replace(of, schools=rows)), Template(EDITION, lang, 12))


def line(values: dict[Key, Any], where: tuple[Any, ...], *names: str) -> tuple[Any, ...]:
    """Some cells of a row of a result sheet."""
    return tuple(values[(*where, name)] for name in names)


HEAD = ("code", "name", "type", "role", "counted", "into", "has.primary", "has.junior")
ITEMS = ("G3", "G4", "G5", "Q3.charter", "Q4", "Q6.schools", "Q8.grades_1_2", "Q8.grades_7_9")


def test_the_rows_of_the_schools() -> None:
    found = shown()
    assert line(found, ("check", 1), *HEAD) == ("S1", "第S1学校", "小学", "学校", "计入", "S1", 1, 0)
    assert line(found, ("check", 2), *HEAD) == ("S2", "第S2学校", "初级中学", "学校", "计入", "S2", 0, 1)
    assert line(found, ("check", 7), *HEAD) == ("S7", "第S7学校", "小学", "校区", "并入主校", "S1", 1, 0)
    assert line(found, ("check", 8), *HEAD) == ("S8", "第S8学校", "教学点", "学校", "不计（小教学点）", "S8", 1, 0)
    assert line(found, ("check", 9), *HEAD)[2:5] == ("特殊教育学校", "学校", "不计（类型）")
    assert line(found, ("check", 10), *HEAD)[2:] == ("九年一贯制学校", "学校", "计入", "S10", 1, 1)
    # a row of no school
    assert line(found, ("check", 12), *HEAD, "own.pupils_primary", "G3.status") == ("",) * 10


def test_a_school_its_campus_and_both_together() -> None:
    found = shown()
    names = (
        "pupils_primary",
        "pupils_junior",
        "backbone_primary",
        "classes_primary",
        "teaching_area",
        "training_funds",
    )
    # 400 pupils: 8 key teachers, 10 classes, 4000 ㎡; the campus: 500, blank, 13, 5000
    assert line(found, ("check", 1), *(f"own.{n}" for n in names)) == (400, 0, 8, 10, 4000, 12_000)
    assert line(found, ("check", 7), *(f"own.{n}" for n in names)) == (500, 0, "缺", 13, 5000, 12_000)
    assert line(found, ("check", 1), *(f"sum.{n}" for n in names)) == (900, 0, "缺", 23, 9000, 24_000)
    assert line(found, ("check", 1), "campuses", "compulsory", "weighted") == (1, 900, 900)
    assert line(found, ("check", 7), "campuses", "compulsory", "sum.teaching_area") == ("", "", "")
    # 301 x 1 + 211 x 1.1 = 533.1
    assert line(found, ("check", 10), "campuses", "compulsory", "weighted") == (0, 512, 533.1)
    assert line(found, ("check", 11), "sum.pupils_primary", "compulsory", "weighted") == ("缺", "缺", "缺")


def test_the_items_of_a_school() -> None:
    found = shown()
    # 23 classes of two places need 2 rooms of each kind, 14 of the nine-year school 2; without classes nobody knows
    assert [line(found, ("check", k), "G3.classes", "G3.needed", "G3.status") for k in (1, 10, 11)] == [
        (23, 2, "达标"), (14, 2, "达标"), ("缺", "缺", "待定"),
    ]  # fmt: skip
    status = tuple(f"{item}.status" for item in ITEMS)
    # nobody reports ratings or homework: open wherever they would be asked
    assert line(found, ("check", 1), *status) == ("达标",) * 5 + ("待定", "待定", "")
    assert line(found, ("check", 2), *status) == ("达标",) * 5 + ("待定", "", "待定")
    # of a campus only what is asked of each place
    assert line(found, ("check", 7), *status) == ("", "", "达标", "", "", "", "待定", "")
    assert line(found, ("check", 9), *status)[0] == ""  # a special school needs no rooms
    assert line(found, ("check", 11), *status) == ("待定", "待定", "达标", "达标", "达标", "待定", "待定", "")
    reported = shown(with_school(OF, "S1", homework_g1_2=5, culture_rating="fair"))
    assert line(reported, ("check", 1), *status)[5:] == ("不达标", "不达标", "")


def test_the_units_of_a_stage() -> None:
    found = shown()
    own = ("code", "counted", "pupils", "share", "met", "verdict")
    assert line(found, ("unit", "primary", 1), *own) == ("S1", "计入", 900, 1, 6, "待定")
    assert line(found, ("unit", "primary", 2), *own) == ("S2", "无本学段", "", "", "", "")
    assert line(found, ("unit", "primary", 7), *own) == ("S7", "并入主校", "", "", "", "")
    assert line(found, ("unit", "primary", 8), *own) == ("S8", "不计（小教学点）", "", "", "", "")
    assert line(found, ("unit", "primary", 9), *own) == ("S9", "不计（类型）", "", "", "", "")
    # 301 / (301 + 211 x 1.1), 232.1 / 533.1
    assert line(found, ("unit", "primary", 10), *own) == ("S10", "计入", 301, pytest.approx(301 / 533.1), 7, "达标")
    assert line(found, ("unit", "junior", 10), *own) == ("S10", "计入", 211, pytest.approx(232.1 / 533.1), 7, "达标")
    assert line(found, ("unit", "primary", 11), *own) == ("S11", "计入", "缺", "缺", 0, "待定")
    l2 = ("L2.amount", "L2.value", "L2.status", "L2.square")
    assert line(found, ("unit", "primary", 1), *l2) == ("缺", "缺", "缺数据", "")
    assert line(found, ("unit", "junior", 2), *l2) == (10, 2, "达标", 0)  # as all others: nothing to square


def test_one_indicator_below_its_limit() -> None:
    """Two primary schools of 100: 1 and 2 key teachers, none below 1 per 100; then 0.9: allowed as the one below."""
    two = county(school("S1", pupils=100), school("S2", pupils=100, backbone_primary=1))
    found = shown(two)
    # mean 3 / 200 = 1.5 per 100; 100 x (1 - 1.5)^2 = 25
    assert line(found, ("unit", "primary", 2), "L2.value", "L2.status", "L2.square", "met") == (1, "达标", 25, 7)
    assert line(found, ("cv", "primary", "L2"), "units", "mean", "std", "cv", "status", "below", "below_floor") == (
        2, 1.5, 0.5, pytest.approx(1 / 3), "达标", 0, 0,
    )  # fmt: skip
    assert found["mean", "primary", "L2"] == 1.5 and found["composite", "primary"] == pytest.approx(1 / 21)
    less = shown(with_school(two, "S2", backbone_primary=0.9))
    assert line(less, ("unit", "primary", 2), "L2.status", "met", "verdict") == ("可作余项", 6, "达标")
    assert line(less, ("cv", "primary", "L2"), "below", "below_floor") == (1, 0)
    none = shown(with_school(two, "S2", backbone_primary=0))
    # 2 and 0: mean 1, deviation 1, CV 1 > 0.5
    assert line(none, ("cv", "primary", "L2"), "cv", "status", "below", "below_floor") == (1, "不达标", 1, 1)
    assert line(none, ("item", "primary.units"), "value", "status") == (1, "不达标")
    assert line(none, ("item", "primary.cv"), "value", "status") == (1, "不达标")
    assert line(none, ("item", "resources"), "status") == line(none, (), "verdict") == ("不达标",)


def test_lines_of_the_items() -> None:
    found = shown(with_facts(OF, layout_plan="no", unified_building=None, exchanged=None, veto_fraud="yes"))

    def item(name: str) -> tuple[Any, Any]:
        return found.get(("item", name, "value"), "-"), found["item", name, "status"]

    assert item("G1") == ("否", "不达标")
    assert item("G2.building") == ("", "待定")
    assert item("G2") == ("-", "待定")  # a whole has its parts' values only
    assert item("G11.exchanged") == ("", "待定")
    assert item("G11.backbone") == ("", "待定")
    assert item("G7") == (6000, "达标")
    assert item("Q1") == (pytest.approx(5144 / 5414), "达标")
    assert item("V6") == ("是", "不达标") and item("V1") == ("否", "达标")
    assert item("Q6.schools") == (0, "不适用")  # what no school reports
    assert [found["item", group, "status"] for group in ("government", "quality", "vetoes")] == [
        "不达标",
        "达标",
        "不达标",
    ]
    assert item("G4") == (0, "待定") and shown(with_school(OF, "S1", pupils_primary=2100))["item", "G4", "value"] == 1


def test_a_county_without_a_name_or_year() -> None:
    found = shown(with_facts(OF, county_name=None, year=None))
    assert line(found, ("county",), "name", "year") == ("", "")
    assert line(shown(), ("county",), "name", "year") == ("某县", "2024")


def test_the_survey() -> None:
    # 90 of 100 and 30 of 40: 120 of 140; the third has no valid answers, the fourth none satisfied is not known
    rows = (
        group("pupils", 100, 90, 120),
        group("parents", 40, 30),
        group("teachers", 0, 0, 7),
        group("heads", 9, None),
    )
    found = shown(with_survey(OF, *rows))
    rates = [found["survey_rate", name] for name in ("pupils", "parents", "teachers", "heads", "others")]
    assert rates == [0.9, 0.75, "", "", ""]
    assert line(found, ("survey_total",), "survey_issued", "survey_valid", "survey_satisfied") == (127, 149, 120)
    assert line(shown(with_survey(OF)), ("survey_total",), "survey_valid") == ("",)


def test_english() -> None:
    """Numbers are the same, and each word has one translation."""
    zh, en = shown(), shown(lang="en")
    assert zh.keys() == en.keys()
    assert [key for key in zh if not isinstance(zh[key], str) and zh[key] != en[key]] == []
    pairs = {(zh[key], en[key]) for key in zh if zh[key] != en[key]}
    assert pairs == {
        ("小学", "Primary school"), ("初级中学", "Junior secondary school"), ("九年一贯制学校", "Nine-year school"),
        ("教学点", "Teaching point"), ("特殊教育学校", "Special school"), ("学校", "School"), ("校区", "Campus"),
        ("计入", "Counted"), ("并入主校", "Merged"), ("不计（类型）", "Left out (type)"), ("不计（小教学点）", "Left out (small)"),
        ("无本学段", "No such stage"), ("缺", "Missing"), ("缺数据", "No data"), ("达标", "Met"), ("待定", "Undetermined"),
        ("不适用", "Not applicable"), ("是", "Yes"), ("否", "No"),
    }  # fmt: skip
