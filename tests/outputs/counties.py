"""Counties of every kind, made in code, and the assessments of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from qbe_xl.assessment import Assessment, assess_submission
from qbe_xl.core.fields import all_fields
from qbe_xl.core.findings import Finding
from qbe_xl.county import County, Fact, FileInfo, Place, Row, Submission
from qbe_xl.county.model import Value

FILE = "临溪县.xlsx"
SHA = "ab" * 32
NAMES = ("第一", "实验", "城关", "东关", "南湖", "西山", "北河", "光明", "新华", "红旗", "育才", "中心")

SCHOOL_FIELDS = [field.id for field in all_fields().values() if "school" in field.levels]


def letters(index: int) -> str:
    """A, B, …, AA for 0, 1, …, 26."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text


COLUMNS = {name: letters(i) for i, name in enumerate(SCHOOL_FIELDS)}


def stage_values(stage: str, pupils: int, wave: int) -> dict[str, Value | None]:
    """What one stage reports: enough of everything, a little more or less from school to school."""
    size = 45 if stage == "primary" else 50
    teachers = pupils // 12 + 1
    return {
        f"pupils_{stage}": pupils,
        f"classes_{stage}": pupils // size + 1,
        f"largest_class_{stage}": min(pupils, size),
        f"over_classes_{stage}": 0,
        f"teachers_{stage}": teachers,
        f"above_degree_{stage}": pupils * (60 + wave % 12) // 1000 + 1,
        f"backbone_{stage}": pupils * 14 // 1000 + 1,
        f"pe_art_{stage}": pupils * (11 + wave % 3) // 1000 + 1,
    }


def school(number: int, name: str, kind: str = "primary", *, primary: int = 0, junior: int = 0, senior: int = 0,
           **changed: Value | None) -> Row:  # fmt: skip
    """One school that meets everything; `changed` overrides fields, None takes one away."""
    everyone = primary + junior + senior
    values: dict[str, Value | None] = {
        "school_code": f"3{number:03}", "school_name": name, "school_type": kind, "sponsor": "public",
        "area": "urban", "counted": "yes",
        "teaching_area": everyone * (7 + number % 2), "indoor_sports_area": 0,
        "outdoor_sports_area": everyone * (12 + number % 3), "equipment_value": everyone * (3000 + 100 * (number % 5)),
        "multimedia_rooms": everyone * 32 // 1000 + 1, "music_rooms": 6, "music_rooms_96": 6, "art_rooms": 6,
        "art_rooms_90": 6, "operating_funds": everyone * 800, "training_funds": everyone * 44, "charter": "yes",
    }  # fmt: skip
    if primary:
        values |= stage_values("primary", primary, number)
    if junior:
        values |= stage_values("junior", junior, number)
    if senior:
        values["pupils_senior"] = senior
    values |= changed
    return Row({k: v for k, v in values.items() if v is not None}, "学校", 5 + number, COLUMNS)


FACTS: dict[str, Value] = {
    "county_name": "临溪县", "county_code": "379999", "year": 2024, "basic_balance_year": 2015, "monitoring_held": "yes",
    "layout_plan": "yes", "unified_building": "yes", "unified_staffing": "yes", "unified_funding": "yes",
    "unified_equipment": "yes", "funding_norm_primary": 720, "funding_norm_junior": 940, "small_schools": 3,
    "small_schools_funding": 216000, "special_funding": 620000, "special_pupils": 100, "teacher_wage": 98000,
    "civil_servant_wage": 97500, "performance_pay": "yes", "teachers_total": 1200, "teachers_360_hours": 1200,
    "county_staffing": "yes", "exchange_eligible": 400, "exchanged": 44, "exchanged_backbone": 9,
    "teachers_full_time": 1200, "teachers_certified": 1200, "proximity_pupils_primary": 3000,
    "intake_pupils_primary": 3000, "proximity_pupils_junior": 2900, "intake_pupils_junior": 3000,
    "quota_planned": 1000, "quota_allocated": 600, "quota_rural": 380, "rural_tilt": "yes", "care_system": "yes",
    "migrant_eligible": 800, "migrant_public": 700, "migrant_purchased": 40, "graduates": 5144, "entrants": 5426,
    "transfers_in": 3, "transfers_out": 35, "deaths": 0, "disabled_children": 120, "disabled_enrolled": 118,
    "informatized": "yes", "equipment_used": "yes", "moral_culture": "yes", "curriculum": "yes", "no_overload": "yes",
    "monitoring_level": 3, "veto_admission": "no", "veto_choice": "no", "veto_elite": "no", "veto_posts": "no",
    "veto_accident": "no", "veto_fraud": "no",
}  # fmt: skip

SURVEY = (("pupils", 400, 380), ("parents", 800, 731), ("teachers", 300, 290))


def facts(**changed: Value | None) -> dict[str, Fact]:
    """The county's own part; None takes a fact away but leaves its cell."""
    from fractions import Fraction

    values: dict[str, Value | None] = {**FACTS, "monitoring_gap": Fraction(13, 100), **changed}
    return {
        name: Fact(value, Place("说明" if name in ("county_name", "county_code", "year") else "政府保障", f"C{row}"))
        for row, (name, value) in enumerate(values.items(), start=4)
    }


def survey(groups: tuple[tuple[str, int | None, int | None], ...] = SURVEY) -> tuple[Row, ...]:
    """Rows of the satisfaction survey."""
    columns = {"survey_group": "A", "survey_valid": "C", "survey_satisfied": "D"}
    return tuple(
        Row({"survey_group": g, "survey_valid": v, "survey_satisfied": s}, "社会认可度", 4 + i, columns)
        for i, (g, v, s) in enumerate(groups)
    )


def passing_rows() -> list[Row]:
    """Twelve primary and six junior schools that meet everything."""
    rows = [school(i, f"{NAMES[i]}小学", primary=420 + 60 * (i % 7)) for i in range(12)]
    return rows + [school(20 + i, f"{NAMES[i]}初级中学", "junior", junior=600 + 90 * i) for i in range(6)]


def made(
    rows: list[Row],
    changed: Mapping[str, Value | None] | None = None,
    *,
    groups: tuple[tuple[str, int | None, int | None], ...] = SURVEY,
    findings: tuple[Finding, ...] = (),
    options: tuple[str, ...] = (),
    edition: str | None = None,
    file: str = FILE,
) -> Assessment:
    """The assessment of these rows and the usual facts with `changed`."""
    county = County(tuple(rows), facts(**(changed or {})), survey(groups))
    return assess_submission(Submission(FileInfo(file, SHA), "qbe-county-1", county, findings), edition, options)


def passing() -> Assessment:
    """Everything is met."""
    return made(passing_rows())


def failing() -> Assessment:
    """Schools, CVs and items of every group fail."""
    rows = passing_rows()
    rows[0] = school(0, "第一小学", primary=2140, pe_art_primary=10, above_degree_primary=50, outdoor_sports_area=9000,
                     largest_class_primary=58, over_classes_primary=7, equipment_value=900000, multimedia_rooms=20)  # fmt: skip
    rows[1] = school(1, "实验小学", primary=1000, pe_art_primary=8, music_rooms=1, music_rooms_96=1, training_funds=100)
    rows[2] = school(2, "城关小学", primary=480, pe_art_primary=4)
    rows[3] = school(3, "东关小学", primary=300, equipment_value=9000000, outdoor_sports_area=30000, charter="no")
    return made(
        rows,
        {"teachers_certified": 1188, "graduates": 4800, "care_system": "no", "veto_posts": "yes", "exchanged": 30,
         "exchanged_backbone": 7, "disabled_enrolled": None},
        groups=(("pupils", 400, 300), ("parents", 800, 600)),
    )  # fmt: skip


def missing() -> Assessment:
    """Nothing fails, some data are missing."""
    rows = passing_rows()
    rows[2] = school(2, "城关小学", primary=480, pe_art_primary=None, teaching_area=None)
    rows[14] = school(22, "城关初级中学", "junior", junior=780, pupils_junior=None, largest_class_junior=None,
                      over_classes_junior=None, charter=None)  # fmt: skip
    return made(rows, {"teachers_certified": None, "monitoring_level": None, "veto_fraud": None})


def mixed() -> Assessment:
    """Nine- and twelve-year schools, a complete secondary school, campuses, small teaching points, a special school."""
    rows = [
        *passing_rows(),
        school(40, "阳光九年一贯制学校", "nine_year", primary=600, junior=400),
        school(41, "临溪十二年一贯制学校", "twelve_year", primary=540, junior=360, senior=300),
        school(42, "临溪一中", "complete_secondary", junior=500, senior=1500),
        school(43, "第一小学东校区", primary=120, counted="no", main_school="3000"),
        school(44, "上沟教学点", "teaching_point", primary=49),
        school(45, "下沟教学点", "teaching_point", primary=50),
        school(46, "临溪特殊教育学校", "special", primary=80),
        school(47, "晨曦民办学校", "nine_year", primary=23, junior=42, sponsor="private"),
    ]
    return made(rows, options=("size_built_by_2010",))


def cv_only() -> Assessment:
    """Fails only by a CV that rounds to its limit: 0.501787."""
    # x = 2000 and 6032: with equal pupils CV = (6032 − 2000) / (6032 + 2000) = 4032 / 8032 = 0.5019920…
    rows = [
        school(1, "甲小学", primary=500, equipment_value=2000 * 500),
        school(2, "乙小学", primary=500, equipment_value=6032 * 500),
    ]
    return made(rows)


def blocked() -> Assessment:
    """An error stands open: music teachers do not add up."""
    rows = passing_rows()
    rows[0] = school(0, "第一小学", primary=420, pe_primary=1, music_primary=1, art_primary=1)
    return made(rows, {"year": 2024, "exchanged_backbone": 60})


def unusable() -> Assessment:
    """The file could not be read as a form."""
    finding = Finding("QBE-STR-001", args={"found": "Sheet1", "wanted": "学校、政府保障"})
    return assess_submission(Submission(FileInfo(FILE, SHA), None, None, (finding,)))


def empty() -> Assessment:
    """A county without any school."""
    return made([])


def hostile() -> Assessment:
    """Names that look like formulas and links, and characters that do not belong into XML."""
    rows = passing_rows()
    evil = ("=HYPERLINK(\"http://x\",\"y\")", "+1+cmd|' /C calc'!A0", "@SUM(A1)", "http://example.com/", "{=1+1}",
            "mailto:a@b", "坏\x01字\ud800符", "<b>&amp;", "internal:A1", "  空格  ",
            "+1", "-1", "\t=1+1", "\r=1+1", "＝1+1")  # fmt: skip
    for i, name in enumerate(evil):
        rows[i] = school(i, name, primary=500, pe_art_primary=2, main_school=None)
    return made(rows, {"county_name": "=1+1", "county_code": "&P&N"})


def zero_amounts() -> Assessment:
    """No school has a multimedia room: mean 0, no CV."""
    rows = [school(i, f"{NAMES[i]}小学", primary=400 + i, multimedia_rooms=0) for i in range(3)]
    return made(rows)


def shenyang() -> Assessment:
    """With an overlay and its own limits."""
    return made(passing_rows(), edition="cn-qbe-2017-shenyang")


ALL: dict[str, Callable[[], Assessment]] = {
    function.__name__: function
    for function in (
        passing, failing, missing, mixed, cv_only, blocked, unusable, empty, hostile, zero_amounts, shenyang,
    )
}  # fmt: skip


@cache
def assessment(name: str) -> Assessment:
    """One of ALL, made once."""
    return ALL[name]()
