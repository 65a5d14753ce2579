"""Checks between fields, at their limits: rooms and classes, years, small schools, the county against its schools."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from qbe_xl.checks.plausibility import _signs
from qbe_xl.checks.registry import at_column, registered, with_cells
from qbe_xl.core.expressions import Expression
from qbe_xl.core.fields import all_fields
from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import Text
from qbe_xl.core.numbers import exact
from qbe_xl.county import County, Place, Row, Stated, Total
from qbe_xl.standards import DEFAULT_EDITION, load_edition
from tests.counties import (
    COLUMNS,
    SHEET,
    SURVEY_COLUMNS,
    SURVEY_SHEET,
    campus,
    changed,
    county,
    fact_place,
    group,
    school,
    value_of,
    with_facts,
    with_survey,
)

EDITION = load_edition(DEFAULT_EDITION)
LEAST = 20  # schools that make a whole list


def run(code: str, of: County) -> list[Finding]:
    return list(registered()[code].run(of, EDITION))


def rows(*schools: Row) -> County:
    return County(schools=schools)


def name(field: str) -> Text:
    return all_fields()[field].name


def at(code: str, field: str, number: int = 1, /, **args: object) -> Finding:
    return Finding(code, SHEET, f"{COLUMNS[field]}{number + 3}", f"S{number}", args)


def at_fact(code: str, field: str, /, **args: object) -> Finding:
    place = fact_place(field)
    return Finding(code, place.sheet, place.ref, args=args)


# ---- where a finding stands


def test_a_finding_of_a_column() -> None:
    one, two, three = (school(f"S{i}") for i in (1, 2, 3))
    letter = COLUMNS["charter"]
    assert at_column("QBE-PLA-007", [one, two, three], "charter", x=1) == Finding(
        "QBE-PLA-007", SHEET, f"{letter}4:{letter}6", args={"x": 1}
    )  # fmt: skip
    assert at_column("QBE-PLA-007", [two], "charter").range == f"{letter}5"
    bare = replace(one, columns={})
    assert at_column("QBE-PLA-007", [bare], "charter", x=1) == Finding("QBE-PLA-007", args={"x": 1})
    assert at_column("QBE-PLA-007", [bare, two, bare], "charter").range == f"{letter}5"
    # of two sheets or files the first cell alone is told
    for other in (replace(three, sheet="乙"), replace(three, file="乙.xlsx")):
        assert at_column("QBE-PLA-007", [one, other], "charter").range == f"{letter}4"
    filed = [replace(row, file="甲.xlsx") for row in (one, two)]
    assert at_column("QBE-PLA-007", filed, "charter") == Finding(
        "QBE-PLA-007", SHEET, f"{letter}4:{letter}5", file="甲.xlsx"
    )


def test_further_cells_are_those_of_the_same_sheet() -> None:
    finding = Finding("QBE-LOG-026", "甲", "A1", also=("A2",))
    places = (Place("甲", "B1"), None, Place("乙", "B2"), Place("甲", "B3", "甲.xlsx"), Place("甲", "B4"))
    assert with_cells(finding, *places).also == ("A2", "B1", "B4")


def test_a_school_is_told_by_its_code_else_by_its_name() -> None:
    for values, told in (
        ({}, "S1"),
        ({"school_code": None}, "第S1学校"),
        ({"school_code": None, "school_name": None}, None),
    ):
        (finding,) = run("QBE-LOG-012", rows(school("S1", classes_primary=0, **values)))
        assert finding.school == told


# ---- schools


def test_a_code_twice_where_the_code_has_no_place() -> None:
    pair = [replace(school("S1"), columns={"school_name": "B"}) for _ in range(2)]
    (finding,) = run("QBE-LOG-001", rows(*pair))
    assert finding.args["cells"] == "第S1学校、第S1学校"


@pytest.mark.parametrize(
    ("kind", "pupils", "migrants", "told"),
    [
        ("nine_year", {"primary": 300, "junior": 200}, 500, None), ("nine_year", {"primary": 300, "junior": 200}, 501, "500"),
        ("primary", {"primary": 300}, 301, "300"), ("primary", {"primary": 300}, 0, None), ("special", {"primary": 60}, 61, None),
        ("primary", {"primary": None}, 301, None), ("twelve_year", {"primary": 300, "junior": 0, "senior": 900}, 301, "300"),
    ],
)  # fmt: skip
def test_migrants_are_pupils(kind: str, pupils: dict[str, Any], migrants: int, told: str | None) -> None:
    row = school("S1", kind, 300, migrant_pupils=migrants, **{f"pupils_{s}": n for s, n in pupils.items()})
    found = [f for f in run("QBE-LOG-005", rows(row)) if f.range == f"{COLUMNS['migrant_pupils']}4"]
    whole = Text("小学、初中在校生数", "primary and junior pupils")
    args = {"part": name("migrant_pupils"), "left": str(migrants), "whole": whole, "right": told}
    assert found == ([at("QBE-LOG-005", "migrant_pupils", **args)] if told else [])


def rooms(music: int, classes: int | None, kind: str = "primary", **values: Any) -> Row:
    return school("S1", kind, **{"classes_primary": classes, "music_rooms": music, "art_rooms": 0, **values})


@pytest.mark.parametrize(
    ("music", "classes", "code"),
    [(10, 10, "QBE-PLA-021"), (11, 10, "QBE-LOG-017"), (4, 11, "QBE-PLA-021"), (4, 12, None), (3, 5, None), (5, 14, "QBE-PLA-021"), (5, 15, None)],
)  # fmt: skip
def test_special_rooms_and_classes(music: int, classes: int, code: str | None) -> None:
    """More than one for three classes, from 4 on; more than the classes is another matter."""
    found = [*run("QBE-LOG-017", rows(rooms(music, classes))), *run("QBE-PLA-021", rows(rooms(music, classes)))]
    args = {"name": name("music_rooms"), "left": str(music), "right": str(classes)}
    usual = {"usual": 3} if code == "QBE-PLA-021" else {}
    assert found == ([at(code, "music_rooms", **args, **usual)] if code else [])


def test_special_rooms_of_schools_that_are_not_looked_at() -> None:
    """Campuses, schools with seniors, and those whose classes are not all known; the next school is told."""
    wrong = changed(rooms(11, 10), school_code="S2")
    for other in (
        changed(rooms(11, 10), counted="no", main_school="S9"), rooms(11, None), rooms(0, 0), rooms(11, 10, "complete_secondary"),
        rooms(11, 10, "nine_year", classes_junior=None), changed(rooms(11, 10), music_rooms=None),
    ):  # fmt: skip
        assert [f.school for f in run("QBE-LOG-017", rows(other, wrong))] == ["S2"]
    both = school("S1", "nine_year", classes_primary=6, classes_junior=5, music_rooms=11, art_rooms=12)
    (finding,) = run("QBE-LOG-017", rows(both))
    assert (finding.args["left"], finding.args["right"], finding.args["name"]) == ("12", "11", name("art_rooms"))


@pytest.mark.parametrize(
    ("area", "indoor", "music", "art", "taken"),
    [
        (186, 0, 1, 1, None), (185, 0, 1, 1, "186"), (286, 100, 1, 1, None), (285, 100, 1, 1, "186"), (100, 100, 1, 1, None),
        (0, 0, 1, 1, None), (None, 0, 1, 1, None), (185, None, 1, 1, "186"), (185, 0, None, 2, None), (179, 0, None, 2, "180"),
    ],
)  # fmt: skip
def test_special_rooms_fit_the_area(area: Any, indoor: Any, music: Any, art: Any, taken: str | None) -> None:
    """A music room has 96 ㎡, an art room 90."""
    row = school("S1", teaching_area=area, indoor_sports_area=indoor, music_rooms_96=music, art_rooms_90=art)
    wanted = at("QBE-LOG-018", "teaching_area", left=taken, right=str((area or 0) - (indoor or 0)))
    assert run("QBE-LOG-018", rows(school("S2", teaching_area=None), row)) == ([wanted] if taken else [])


@pytest.mark.parametrize(("built", "told"), [(2024, False), (2025, True), (None, False)])
def test_built_before_the_report(built: int | None, told: bool) -> None:
    wanted = at("QBE-LOG-020", "built_year", left="2025", right="2024")
    assert run("QBE-LOG-020", county(school("S2", built_year=None), school("S1", built_year=built))) == (
        [wanted] if told else []
    )
    assert run("QBE-LOG-020", with_facts(county(school("S1", built_year=built)), year=None)) == []


@pytest.mark.parametrize(
    ("built", "by_2010", "by_2016", "told"),
    [
        (2010, "yes", "yes", []), (2010, "no", None, ["built_by_2010"]), (2011, "no", "yes", []), (2011, "yes", "yes", ["built_by_2010"]),
        (2016, "no", "yes", []), (2016, None, "no", ["built_by_2016"]), (2017, None, "yes", ["built_by_2016"]), (2017, "no", "no", []),
        (None, "yes", "no", ["built_by_2016"]), (None, "no", "yes", []), (None, "yes", None, []), (None, None, "no", []),
        (2005, "no", "no", ["built_by_2010", "built_by_2016"]),
    ],
)  # fmt: skip
def test_years_of_building(built: int | None, by_2010: str | None, by_2016: str | None, told: list[str]) -> None:
    answers = {"built_by_2010": by_2010, "built_by_2016": by_2016}
    found = run("QBE-LOG-021", rows(school("S1", built_year=built, **answers)))

    def said(field: str) -> Text:
        word = {"yes": ("是", "yes"), "no": ("否", "no")}[str(answers[field])]
        return Text(f"“{name(field).zh}”填“{word[0]}”", f"“{name(field).en}: {word[1]}”")

    year = Text(f"{name('built_year').zh} {built}", f"“{name('built_year').en} {built}”")
    second = said("built_by_2010") if built is None and told else year
    assert found == [at("QBE-LOG-021", field, first=said(field), second=second) for field in told]


@pytest.mark.parametrize(
    ("pupils", "area", "told"),
    [
        (50, "rural", False), (99, "rural", False), (49, "rural", True), (100, "rural", True), (60, "town", True),
        (60, None, False),
    ],
)  # fmt: skip
def test_shared_teachers_of_small_rural_schools(pupils: int, area: str | None, told: bool) -> None:
    row = school("S1", pupils=pupils, area=area, shared_pe_art_primary=2)
    areas = {choice.id: choice.name for choice in all_fields()["area"].choices}
    found = run("QBE-LOG-022", rows(row))
    if not told:
        assert found == []
        return
    args = {"left": "2", "low": 50, "high": 99, "right": str(pupils), "area": areas[str(area)]}
    assert found == [at("QBE-LOG-022", "shared_pe_art_primary", name=name("shared_pe_art_primary"), **args)]


def test_shared_teachers_of_both_stages_and_of_campuses() -> None:
    nine = school("S1", "nine_year", {"primary": 60, "junior": 39}, area="rural", shared_pe_art_junior=2)
    assert run("QBE-LOG-022", rows(nine)) == []  # 99 pupils together
    (finding,) = run("QBE-LOG-022", rows(changed(nine, pupils_primary=61)))
    assert (finding.range, finding.args["right"]) == (f"{COLUMNS['shared_pe_art_junior']}4", "100")
    wrong = school("S2", pupils=300, shared_pe_art_primary=1)
    for other in (
        campus("S1", "S2", shared_pe_art_primary=2), changed(nine, pupils_junior=None, pupils_primary=300), changed(wrong, area=None),
        changed(nine, shared_pe_art_junior=0),
    ):  # fmt: skip
        assert [f.school for f in run("QBE-LOG-022", rows(other, wrong))] == ["S2"]


@pytest.mark.parametrize(
    ("schools", "pupils", "told"),
    [(3, 299, False), (3, 300, True), (0, 5, True), (0, 0, False), (None, 300, False), (3, None, False)],
)
def test_schools_below_100_pupils(schools: int | None, pupils: int | None, told: bool) -> None:
    wanted = at_fact("QBE-LOG-025", "small_schools_pupils", left=str(pupils), right=str(schools))
    found = run("QBE-LOG-025", with_facts(county(), small_schools=schools, small_schools_pupils=pupils))
    assert found == ([wanted] if told else [])


def test_graduates_were_entrants() -> None:
    """5426 + 3 − 15 − 1 = 5413."""
    base = with_facts(county(), deaths=1)
    assert run("QBE-LOG-026", with_facts(base, graduates=5413)) == []
    also = tuple(fact_place(n).ref for n in ("entrants", "transfers_in", "transfers_out", "deaths"))
    wanted = replace(at_fact("QBE-LOG-026", "graduates", left="5414", right="5413"), also=also)
    assert run("QBE-LOG-026", with_facts(base, graduates=5414)) == [wanted]
    for blank in ("graduates", "entrants", "transfers_in", "transfers_out", "deaths"):
        assert run("QBE-LOG-026", with_facts(base, **{"graduates": 9999, blank: None})) == []
    zero = dict.fromkeys(("entrants", "transfers_in", "transfers_out", "deaths"), 0)
    assert run("QBE-LOG-026", with_facts(base, graduates=9, **zero)) == []


# ---- names in a sentence


def named(contrary: int) -> Finding:
    schools_ = [school(f"S{i}", culture_rating="fair" if i <= contrary else "good") for i in range(1, 9)]
    (finding,) = run("QBE-LOG-031", county(*schools_))
    return finding


def test_five_schools_are_named() -> None:
    names = [f"第S{i}学校" for i in range(1, 6)]
    assert named(5).args["schools"] == Text("、".join(names), ", ".join(names))
    assert named(6).args["schools"] == Text("、".join(names) + "等", ", ".join(names) + " …")
    assert (named(6).args["count"], named(1).args["count"], named(1).args["name"]) == (6, 1, name("moral_culture"))
    nameless = [school("S1", culture_rating="fair", school_name=None)]
    (finding,) = run("QBE-LOG-031", county(*nameless))
    assert finding.args["schools"] == Text("S1", "S1")


def test_declarations_that_the_schools_contradict() -> None:
    base = county(school("S1", homework_g3_6=61), school("S2", "junior", homework_g7_9=90))
    (finding,) = run("QBE-LOG-031", base)
    assert (finding.args["name"], finding.args["count"]) == (name("no_overload"), 1)
    assert run("QBE-LOG-031", county(school("S1", homework_g3_6=60))) == []
    assert run("QBE-LOG-031", with_facts(base, no_overload="no")) == []
    # a school without the stage, and one that the item leaves out
    assert run("QBE-LOG-031", county(school("S1", "junior", homework_g3_6=61))) == []
    assert run("QBE-LOG-031", county(school("S1", "vocational", homework_g3_6=61, pupils_primary=5))) == []
    # one school with two answers that contradict is counted once
    two = county(school("S1", homework_g3_6=61, homework_g1_2=1))
    assert run("QBE-LOG-031", two)[0].args["count"] == 1


# ---- the county against its schools


def list_of(n: int = LEAST, **facts: Any) -> County:
    return county(*(school(f"S{i}", pupils=100) for i in range(1, n + 1)), facts=facts)


@pytest.mark.parametrize(("trained", "told"), [(2817, False), (2816, True), (4225, False), (4226, True), (None, False)])
def test_teachers_to_be_trained(trained: int | None, told: bool) -> None:
    """Between the 2817 full-time teachers and half as many again, 4225.5."""
    wanted = at_fact("QBE-CTY-003", "teachers_total", left=str(trained), right="2817", low=1, high=1.5)
    assert run("QBE-CTY-003", with_facts(county(), teachers_total=trained)) == ([wanted] if told else [])
    assert run("QBE-CTY-003", with_facts(county(), teachers_total=trained, teachers_full_time=0)) == []


@pytest.mark.parametrize(("graduates", "told"), [(300, False), (299, True), (1200, False), (1201, True), (None, False)])
def test_graduates_go_with_junior_pupils(graduates: int | None, told: bool) -> None:
    """15 % to 60 % of 20 x 100 junior pupils."""

    def of(n: int) -> County:
        return county(*(school(f"S{i}", "junior", 100) for i in range(1, n + 1)), facts={"graduates": graduates})

    wanted = at_fact("QBE-CTY-007", "graduates", left=str(graduates), right="2000", low="15%", high="60%")
    assert run("QBE-CTY-007", of(LEAST)) == ([wanted] if told else [])
    assert run("QBE-CTY-007", of(LEAST - 1)) == []
    assert run("QBE-CTY-007", list_of(graduates=graduates)) == []  # no junior pupils at all
    unknown = of(LEAST)
    one = changed(unknown.schools[0], pupils_junior=None)
    assert run("QBE-CTY-007", replace(unknown, schools=(one, *unknown.schools[1:]))) == []


def test_places_for_graduates() -> None:
    assert run("QBE-CTY-008", with_facts(county(), quota_planned=5144)) == []
    wanted = at_fact("QBE-CTY-008", "quota_planned", left="5145", right="5144")
    assert run("QBE-CTY-008", with_facts(county(), quota_planned=5145)) == [wanted]
    assert (
        run("QBE-CTY-008", with_facts(county(), graduates=0))
        == run("QBE-CTY-008", with_facts(county(), quota_planned=None))
        == []
    )


def test_pupils_by_zone() -> None:
    """Day schools of the government outside villages: rural, private and boarding schools are not counted."""
    out = [school("S30", area="rural"), school("S31", sponsor="private"), school("S32", boarding="yes")]
    base = list_of(LEAST - 3)
    full = replace(base, schools=(*base.schools, *out))
    for count, told in ((1700, False), (1701, True)):  # 17 x 100
        wanted = at_fact(
            "QBE-CTY-004", "intake_pupils_primary", name=name("intake_pupils_primary"), stage=Text("小学", "Primary"),
            left=str(count), right="1700",
        )  # fmt: skip
        found = run("QBE-CTY-004", with_facts(full, intake_pupils_primary=count, intake_pupils_junior=None))
        assert found == ([wanted] if told else [])
    over = with_facts(full, intake_pupils_primary=None, intake_pupils_junior=1)
    assert [f.range for f in run("QBE-CTY-004", over)] == [fact_place("intake_pupils_junior").ref]
    assert run("QBE-CTY-004", with_facts(list_of(LEAST - 1), intake_pupils_primary=99_999)) == []


def test_what_schools_report_bounds_the_county() -> None:
    """20 x 10 teachers, 20 x 2 key teachers, 20 x 100 pupils."""
    none = dict.fromkeys(("exchange_eligible", "exchanged_backbone", "migrant_eligible", "disabled_in_regular_class"))
    teachers = Text("各校专任教师之和", "the schools' teachers")
    keys = Text("各校骨干教师之和", "the schools' key teachers")
    pupils = Text("各校义务教育在校生之和", "the schools' compulsory pupils")
    for field, most, whole in (
        ("exchange_eligible", 200, teachers), ("exchanged_backbone", 40, keys), ("migrant_eligible", 2000, pupils),
        ("disabled_in_regular_class", 2000, pupils),
    ):  # fmt: skip
        assert run("QBE-CTY-006", list_of(**{**none, field: most})) == []
        wanted = at_fact("QBE-CTY-006", field, part=name(field), left=str(most + 1), whole=whole, right=str(most))
        assert run("QBE-CTY-006", list_of(**{**none, field: most + 1})) == [wanted]
        assert run("QBE-CTY-006", list_of(LEAST - 1, **{**none, field: most + 1})) == []
    blank = list_of(**{**none, "exchange_eligible": 999})
    unknown = replace(blank, schools=(changed(blank.schools[0], teachers_primary=None), *blank.schools[1:]))
    assert run("QBE-CTY-006", unknown) == []


def reporting(field: str, each: Any, whole: int, n: int = LEAST, **first: Any) -> County:
    """A county whose schools report a field that the county reports too."""
    made = [school(f"S{i}", "junior", 100, **{field: each}) for i in range(1, n + 1)]
    return county(changed(made[0], **first) if first else made[0], *made[1:], facts={field: whole})


def test_what_county_and_schools_both_report() -> None:
    assert run("QBE-CTY-001", reporting("graduates", 30, 600)) == []
    wanted = at_fact("QBE-CTY-001", "graduates", name=name("graduates"), left="601", right="600")
    assert run("QBE-CTY-001", reporting("graduates", 30, 601)) == [wanted]
    assert run("QBE-CTY-001", reporting("graduates", 30, 601, LEAST - 1)) == []
    assert run("QBE-CTY-001", reporting("graduates", None, 601)) == []  # no school does
    # one that should and does not; one that has no such stage; one of no compulsory stage
    assert run("QBE-CTY-001", reporting("graduates", 30, 601, graduates=None)) == []
    lacking = reporting(
        "graduates", 30, 601, graduates=None, school_type="primary", pupils_junior=None, pupils_primary=100
    )
    assert [f.args["right"] for f in run("QBE-CTY-001", lacking)] == ["570"]
    certified = reporting("teachers_certified", 8, 161)
    assert [f.args["right"] for f in run("QBE-CTY-001", certified)] == ["160"]
    special = reporting("teachers_certified", 8, 161, teachers_certified=None, school_type="special")
    assert [f.args["right"] for f in run("QBE-CTY-001", special)] == ["152"]
    unusable = replace(
        special, schools=(replace(special.schools[0], unusable=frozenset({"teachers_certified"})), *special.schools[1:])
    )
    assert run("QBE-CTY-001", unusable) == []


def test_one_total_of_teachers() -> None:
    assert run("QBE-CTY-002", list_of(teachers_full_time=200)) == []
    wanted = at_fact("QBE-CTY-002", "teachers_full_time", left="201", right="200")
    assert run("QBE-CTY-002", list_of(teachers_full_time=201)) == [wanted]
    assert (
        run("QBE-CTY-002", list_of(LEAST - 1, teachers_full_time=201))
        == run("QBE-CTY-002", list_of(teachers_full_time=None))
        == []
    )
    base = list_of(teachers_full_time=201)
    for change in ({"teachers_primary": None}, {"teachers_full_time": 10}):
        assert run("QBE-CTY-002", replace(base, schools=(changed(base.schools[0], **change), *base.schools[1:]))) == []


def test_small_schools_of_the_list() -> None:
    """A school of 99 pupils in a village counts, one of 100, in a town, without pupils, of another type or a campus does not."""
    small = [
        school(f"S{i}", kind, n, area="rural")
        for i, (kind, n) in enumerate((("primary", 99), ("teaching_point", 1)), 1)
    ]
    others = [
        school("S3", pupils=100, area="rural"), school("S4", pupils=99), school("S5", area="rural", pupils_primary=0),
        school("S6", "nine_year", 20, area="rural"), campus("S7", "S1", pupils=50, area="rural"), school("S8", area="rural", pupils_primary=None),
    ]  # fmt: skip
    of = county(*small, *others)
    assert (
        run("QBE-CTY-005", with_facts(of, small_schools=2))
        == run("QBE-CTY-005", with_facts(of, small_schools=None))
        == []
    )
    names = Text("第S1学校、第S2学校", "第S1学校, 第S2学校")
    wanted = at_fact("QBE-CTY-005", "small_schools", left="1", right=2, schools=names)
    assert run("QBE-CTY-005", with_facts(of, small_schools=1)) == [wanted]


def test_names_and_groups_that_stand_twice() -> None:
    same = [
        school("S1", school_name="甲 校"),
        school("S2", school_name="甲校"),
        school("S3", school_name=None),
        school("S4", school_name=None),
    ]
    letter = COLUMNS["school_name"]
    cells = f"{SHEET}!{letter}4、{SHEET}!{letter}5"
    assert run("QBE-CTY-009", rows(*same)) == [at("QBE-CTY-009", "school_name", 2, value="甲校", count=2, cells=cells)]
    assert run("QBE-CTY-009", rows(same[0], changed(same[1], school_code="S1"))) == []  # one code twice is told as such
    bare = [replace(row, columns={}) for row in same]
    assert run("QBE-CTY-009", rows(*bare))[0].args["cells"] == "S1、S2"
    twice = with_survey(
        county(), group("pupils", 9, 8), group("parents", 9, 8), group("pupils", 7, 6), group("", 1, 1), group("", 1, 1)
    )
    letter = SURVEY_COLUMNS["survey_group"]
    cells = f"{SURVEY_SHEET}!{letter}3、{SURVEY_SHEET}!{letter}3"
    words = Text("学生", "Pupils")
    assert run("QBE-CTY-010", twice) == [
        Finding("QBE-CTY-010", SURVEY_SHEET, f"{letter}3", args={"value": words, "count": 2, "cells": cells})
    ]
    lost = replace(twice, survey=tuple(replace(row, columns={}) for row in twice.survey))
    assert run("QBE-CTY-010", lost) == [Finding("QBE-CTY-010", args={"value": words, "count": 2, "cells": "3、3"})]


@pytest.mark.parametrize(
    ("code", "told"),
    [("370000", False), ("37000", True), ("3700000", True), ("37000x", True), ("３70000", True), (None, False)],
)
def test_the_countys_code(code: str | None, told: bool) -> None:
    wanted = at_fact("QBE-CTY-011", "county_code", left=code, right=6)
    assert run("QBE-CTY-011", with_facts(county(), county_code=code)) == ([wanted] if told else [])


@pytest.mark.parametrize(
    ("odd", "n", "told"), [(2, 20, True), (3, 20, False), (3, 30, True), (0, 20, False), (1, 19, False), (4, 30, False)]
)
def test_codes_of_one_length(odd: int, n: int, told: bool) -> None:
    """Nine in ten codes of at least 20 are of one length."""
    made = [school(f"S{i:02d}", school_code=f"{i:04d}" if i <= odd else f"{i:05d}") for i in range(1, n + 1)]
    found = run("QBE-CTY-012", rows(*made, school("S99", school_code=None)))
    wanted = [Finding("QBE-CTY-012", SHEET, f"{COLUMNS['school_code']}{i + 3}", f"{i:04d}", {"left": f"{i:04d}", "length": 4, "right": 5})
              for i in range(1, odd + 1)]  # fmt: skip
    assert found == (wanted if told else [])


def test_parts_of_the_survey_are_told_where_they_stand() -> None:
    wrong = with_survey(county(), group("pupils", 100, 101, 120))
    words = Text(f"学生{name('survey_satisfied').zh}", f"Pupils, {name('survey_satisfied').en.lower()}")
    args = {"part": words, "left": "101", "whole": name("survey_valid"), "right": "100"}
    told = [f for f in run("QBE-LOG-005", wrong) if f.sheet != SHEET]
    assert told == [Finding("QBE-LOG-005", SURVEY_SHEET, f"{SURVEY_COLUMNS['survey_satisfied']}3", args=args)]
    filed = replace(wrong, survey=tuple(replace(row, file="甲.xlsx") for row in wrong.survey))
    assert [f.file for f in run("QBE-LOG-005", filed)] == ["甲.xlsx"]
    lost = replace(wrong, survey=tuple(replace(row, columns={}) for row in wrong.survey))
    assert run("QBE-LOG-005", lost) == [Finding("QBE-LOG-005", args=args)]


# ---- names that tell a type, stages apart


@pytest.mark.parametrize(
    ("called", "kind", "word", "right"),
    [
        ("甲九年一贯制学校", "primary", "九年一贯制", "nine_year"), ("甲九年一贯制学校", "nine_year", "", ""),
        ("甲十二年一贯制学校", "nine_year", "十二年一贯制", "twelve_year"), ("甲初级中学教学点", "teaching_point", "", ""),
        ("甲初级中学教学点", "junior", "教学点", "teaching_point"), ("甲小学", "junior", "", ""), ("甲初级中学", None, "", ""),
    ],
)  # fmt: skip
def test_a_name_tells_a_type(called: str, kind: str | None, word: str, right: str) -> None:
    types = {c.id: c.name for c in all_fields()["school_type"].choices}
    row = school("S1", school_name=called, school_type=kind)
    found = run("QBE-POL-002", rows(school("S2", school_type=None), row))
    args = {"name": called, "word": word, "left": types.get(kind or ""), "right": types.get(right)}
    assert found == ([at("QBE-POL-002", "school_type", **args)] if word else [])
    assert run("QBE-POL-002", rows(changed(row, counted="no"))) == []


@pytest.mark.parametrize(
    ("kind", "primary", "junior", "told"),
    [
        ("nine_year", 300, 0, "junior"), ("nine_year", 0, 300, "primary"), ("nine_year", 300, None, None), ("nine_year", 0, 0, None),
        ("nine_year", 300, 200, None), ("twelve_year", 300, 0, "junior"), ("complete_secondary", None, 0, None), ("primary", 300, 0, None),
    ],
)  # fmt: skip
def test_both_stages_are_reported(kind: str, primary: int | None, junior: int | None, told: str | None) -> None:
    row = school("S1", kind, 300, pupils_primary=primary, pupils_junior=junior)
    types = {c.id: c.name for c in all_fields()["school_type"].choices}
    words = {"primary": Text("小学", "Primary"), "junior": Text("初中", "Junior")}
    other = {"primary": "junior", "junior": "primary"}.get(told or "", "")
    args = {"type": types[kind], "stage": words.get(told or ""), "left": "300", "other": words.get(other)}
    assert run("QBE-POL-001", rows(school("S2"), row)) == (
        [at("QBE-POL-001", f"pupils_{told}", **args)] if told else []
    )


# ---- sums


def total(says: dict[str, Any], *made: Row, first: int = 4, last: int = 9, row: int = 10, **more: Any) -> County:
    sums = Row({n: value_of(v) for n, v in says.items()}, SHEET, row, COLUMNS)
    return County(schools=made, totals=(Total("合计", sums, first, last, **more),))


def test_rows_of_sums() -> None:
    three = [school(f"S{i}", pupils=n, teaching_area=Fraction(n, 3)) for i, n in ((1, 100), (2, 200), (3, 300))]
    right = {
        "pupils_primary": 600,
        "teaching_area": 200,
        "largest_class_primary": 5,
        "homework_g1_2": 7,
        "built_year": 3,
        "school_name": "共三所",
    }
    assert run("QBE-ARI-010", total(right, *three)) == run("QBE-ARI-011", total(right, *three)) == []
    (finding,) = run("QBE-ARI-010", total({**right, "school_name": None, "pupils_primary": 601}, *three))
    assert finding == Finding(
        "QBE-ARI-010", SHEET, f"{COLUMNS['pupils_primary']}10",
        args={
            "label": Text("合计", "合计"), "field": name("pupils_primary"), "left": "601", "right": "600", "count": 3, "first": 4,
            "last": 9, "blank": 0,
        },
    )  # fmt: skip
    # a spreadsheet's own noise: a millionth of a millionth
    for said, told in ((exact("200.0000000002"), 0), (exact("200.00000000021"), 1), (exact("199.9999999998"), 0)):
        assert len(run("QBE-ARI-010", total({"teaching_area": said}, *three))) == told
    # what stands outside its rows is not added up
    assert len(run("QBE-ARI-010", total(right, *three, last=5))) == 2
    assert run("QBE-ARI-010", total({"pupils_primary": 300}, *three, last=5)) == []
    assert run("QBE-ARI-010", total({"pupils_primary": 500}, *three, first=5)) == []


def test_sums_with_blanks_cannot_be_checked() -> None:
    two = [school("S1", pupils=100), school("S2", pupils_primary=None)]
    (finding,) = run("QBE-ARI-011", total({"pupils_primary": 300, "pupils_junior": 5}, *two))
    assert (finding.args["left"], finding.args["right"], finding.args["blank"]) == ("300", "100", 1)
    # primary schools owe no junior pupils: that sum is wrong
    (finding,) = run("QBE-ARI-010", total({"pupils_primary": 300, "pupils_junior": 5}, *two))
    assert (finding.args["field"], finding.args["right"]) == (name("pupils_junior"), "0")


# ---- shares, and what a formula adds up


@pytest.mark.parametrize(
    ("key", "value", "told"), [("Q1", "1.2", None), ("Q1", "1.21", "121%"), ("G13.primary", "95", "9500%"), ("G7", "95", None), ("S1", "95", None)]
)  # fmt: skip
def test_a_stated_share_above_the_whole(key: str, value: str, told: str | None) -> None:
    bare = with_facts(county(), graduates=None, intake_pupils_primary=None, special_pupils=None)
    place = Place("自报", "B1", "甲.xlsx")
    found = run("QBE-PLA-013", replace(bare, stated={key: Stated(exact(value), place)}))
    part = {"Q1": "Q1", "G13.primary": "G13"}.get(key, "")
    if told is None:
        assert found == []
        return
    (finding,) = found
    assert (finding.place, finding.args["left"], finding.args["right"]) == ("[甲.xlsx]自报!B1", told, "120%")
    assert part and isinstance(finding.args["name"], Text)
    nowhere = run("QBE-PLA-013", replace(bare, stated={key: Stated(exact(value), None)}))
    assert [(f.sheet, f.range, f.file) for f in nowhere] == [(None, None, None)]
    # where the numbers are given the share is compared with them
    assert run("QBE-PLA-013", replace(county(), stated={key: Stated(exact(value), place)})) == []


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("a", (("a", 1),)), ("a - b", (("a", 1), ("b", -1))), ("a + b - c", (("a", 1), ("b", 1), ("c", -1))),
        ("a * b", None), ("a / b", None), ("(a + b)", None), ("2 + a", None),
    ],
)  # fmt: skip
def test_sums_and_differences_of_fields(text: str, signs: Any) -> None:
    assert _signs(Expression(text)) == signs
