"""The counties of the sample workbooks, made by hand or by rule; every random number comes from a fixed seed."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import Any

from qbe_xl.core.fields import all_fields, field_of
from qbe_xl.core.numbers import exact
from qbe_xl.county import County, Fact, Row, Stated

GROUPS = [choice.id for choice in field_of("survey_group").choices]
ALL_PASS = [
    *["B1", "B2"],
    *(f"G{i}" for i in range(1, 16)),
    *(f"Q{i}" for i in range(1, 10)),
    "S1",
    *(f"V{i}" for i in range(1, 7)),
]


@dataclass
class Sample:
    """A county, what it must give, and what its first sheet says about it."""

    name: str
    county: County
    verdict: str
    statuses: dict[str, str]
    note: str
    schools: int = 40
    expect: dict[str, Any] = field(default_factory=dict)


def school(code: int, name: str, kind: str, **values: Any) -> dict[str, Any]:
    """A row of the table of schools with the usual answers."""
    base: dict[str, Any] = {
        "school_code": f"3199{code:06d}",
        "school_name": name,
        "school_type": kind,
        "sponsor": "public",
        "area": "town",
        "counted": "yes",
        "boarding": "no",
        "built_year": 2012,
        "charter": "yes",
        "culture_rating": "good",
        "curriculum_complete": "yes",
    }
    return {**base, **values}


def furnished(rng: random.Random, row: dict[str, Any], level: float = 1.55, spread: float = 0.3) -> dict[str, Any]:
    """Fill a school's amounts so that each indicator stands at about `level` times its limit, give or take `spread`."""

    def near() -> float:
        return level * (1 + rng.uniform(-spread, spread))

    primary, junior = row.get("pupils_primary") or 0, row.get("pupils_junior") or 0
    senior = row.get("pupils_senior") or 0
    teachers = {"primary": (4.2, 1.0, 0.9, 19), "junior": (5.3, 1.0, 0.9, 13.5)}
    for stage, pupils in (("primary", primary), ("junior", junior)):
        if not pupils:
            continue
        degree, backbone, pe_art, ratio = teachers[stage]
        size = 45 if stage == "primary" else 50
        classes = -(-pupils // (size - 3))
        combined = -int(-pupils * pe_art / 100 * near() // 1)
        above = -int(-pupils * degree / 100 * near() // 1)
        staff = max(round(pupils / ratio * 1.05), above + 2, combined + 1)
        row |= {
            f"classes_{stage}": classes,
            f"largest_class_{stage}": min(size, -(-pupils // classes) + 1, pupils),
            f"over_classes_{stage}": 0,
            f"teachers_{stage}": staff,
            f"above_degree_{stage}": above,
            f"backbone_{stage}": -int(-pupils * backbone / 100 * near() // 1),
            f"pe_art_{stage}": combined,
            f"pe_{stage}": combined - 2 * (combined // 3),
            f"music_{stage}": combined // 3,
            f"art_{stage}": combined // 3,
        }
        row |= {"homework_g1_2": 0, "homework_g3_6": 50} if stage == "primary" else {"homework_g7_9": 80}

    # shared facilities: each stage's need at its own limit, the senior stage's at the junior one's
    def need(low: float, high: float) -> float:
        return low * primary + high * (junior + senior) * 1.12

    indoor = round(0.3 * (primary + junior + senior))
    row |= {
        "teaching_area": round(need(4.5, 5.8) * near()) + indoor,
        "indoor_sports_area": indoor,
        "outdoor_sports_area": round(need(7.5, 10.2) * near()) - indoor,
        "equipment_value": round(need(2000, 2500) * near(), -2),
        "multimedia_rooms": -int(-need(2.3, 2.4) / 100 * near() // 1),
    }
    rooms = -(-((row.get("classes_primary") or 0) + (row.get("classes_junior") or 0)) // 12)
    row |= {
        f"{k}_rooms{suffix}": n
        for k in ("music", "art")
        for suffix, n in (("", rooms), (f"_{96 if k == 'music' else 90}", rooms))
    }
    row |= {
        "music_rooms_73": 0,
        "music_rooms_61": 0,
        "music_rooms_54": 0,
        "art_rooms_67": 0,
        "art_rooms_61": 0,
        "art_rooms_54": 0,
    }
    funds = 800 * (primary + junior) + 900 * senior + 20000
    return row | {"operating_funds": funds, "training_funds": round(funds * 0.06)}


GOOD_FACTS: dict[str, Any] = {
    "basic_balance_year": 2015,
    "monitoring_held": "yes",
    "layout_plan": "yes",
    "unified_building": "yes",
    "unified_staffing": "yes",
    "unified_funding": "yes",
    "unified_equipment": "yes",
    "funding_norm_primary_urban": 720,
    "funding_norm_primary_town": 720,
    "funding_norm_primary": 720,
    "funding_norm_junior_urban": 940,
    "funding_norm_junior_town": 940,
    "funding_norm_junior": 940,
    "staff_ratio_primary_urban": 19,
    "staff_ratio_primary_town": 19,
    "staff_ratio_primary": 19,
    "staff_ratio_junior_urban": 13.5,
    "staff_ratio_junior_town": 13.5,
    "staff_ratio_junior": 13.5,
    "small_schools": 2,
    "small_schools_pupils": 131,
    "small_schools_funding": 144000,
    "special_funding": 240000,
    "special_pupils": 40,
    "teacher_wage": 86400,
    "civil_servant_wage": 85200,
    "performance_pay": "yes",
    "teachers_360_hours": 1260,
    "teachers_total": 1260,
    "county_staffing": "yes",
    "exchanged": 66,
    "exchange_eligible": 540,
    "exchanged_backbone": 15,
    "teachers_certified": 1260,
    "teachers_full_time": 1260,
    "proximity_pupils_primary": 9100,
    "intake_pupils_primary": 9100,
    "proximity_pupils_junior": 4180,
    "intake_pupils_junior": 4300,
    "quota_allocated": 620,
    "quota_planned": 1100,
    "quota_rural": 240,
    "rural_tilt": "yes",
    "care_system": "yes",
    "migrant_public": 410,
    "migrant_purchased": 22,
    "migrant_eligible": 448,
    "graduates": 2056,
    "entrants": 2111,
    "transfers_in": 12,
    "transfers_out": 20,
    "deaths": 1,
    "disabled_enrolled": 88,
    "disabled_children": 90,
    "disabled_in_special_school": 40,
    "disabled_in_regular_class": 36,
    "disabled_taught_at_home": 12,
    "informatized": "yes",
    "equipment_used": "yes",
    "moral_culture": "yes",
    "curriculum": "yes",
    "no_overload": "yes",
    "monitoring_level": 3,
    "monitoring_gap": 0.12,
    "veto_admission": "no",
    "veto_choice": "no",
    "veto_elite": "no",
    "veto_posts": "no",
    "veto_accident": "no",
    "veto_fraud": "no",
}


def agreeing(rows: list[dict[str, Any]], facts: dict[str, Any] = GOOD_FACTS) -> dict[str, Any]:
    """The facts with one teacher total throughout: the sum of the schools' teachers."""
    total = sum(row.get(f"teachers_{stage}") or 0 for row in rows for stage in ("primary", "junior"))
    return facts | dict.fromkeys(
        ("teachers_360_hours", "teachers_total", "teachers_certified", "teachers_full_time"), total
    )


EVIDENCE = {
    "layout_plan": "县政发〔2022〕14号，2022-06-30",
    "county_staffing": "县编办〔2021〕9号",
    "rural_tilt": "县教字〔2024〕31号",
}
GOOD_SURVEY = dict(
    zip(
        GROUPS,
        ((600, 590, 548), (1200, 1166, 1050), (300, 297, 280), (40, 40, 39), (30, 30, 28), (30, 29, 27), (100, 93, 82)),
        strict=True,
    )
)


def county(
    name: str,
    schools: list[dict[str, Any]],
    facts: dict[str, Any],
    survey: dict[str, Any] | None = None,
    code: str = "319901",
    year: int = 2024,
    stated: dict[str, Any] | None = None,
) -> County:
    """A County as the writer needs it: rows in order, numbers exact, no places (the workbook gives them)."""

    def plain(value: Any) -> Any:
        return value if isinstance(value, str) else exact(value)

    known = {"county_name": name, "county_code": code, "year": year, "reporter": "县教育和体育局（样例）", **facts}
    rows = tuple(
        Row({key: plain(value) for key, value in row.items() if value is not None}, "学校", 6 + index)
        for index, row in enumerate(schools)
    )
    groups = tuple(
        Row(
            {"survey_group": group, "survey_issued": issued, "survey_valid": valid, "survey_satisfied": satisfied},
            "社会认可度",
            6 + index,
        )
        for index, (group, (issued, valid, satisfied)) in enumerate((survey or {}).items())
    )
    for key in known:
        if key not in all_fields():
            raise KeyError(key)
    return County(
        rows,
        {key: Fact(plain(value), None, EVIDENCE.get(key)) for key, value in known.items() if value is not None},
        groups,
        {key: Stated(exact(value), None) for key, value in (stated or {}).items()},
    )


# ---- a county that passes everything

PRIMARY_NAMES = [
    "实验",
    "城关",
    "东街",
    "西街",
    "南关",
    "北关",
    "文昌",
    "育才",
    "朝阳",
    "曙光",
    "清河",
    "双桥",
    "柳林",
    "青山",
    "石门",
    "白塔",
    "龙泉",
    "永安",
    "新集",
    "河口",
]
JUNIOR_NAMES = ["第一", "第二", "第三", "城南", "清河", "柳林", "龙泉", "新集"]


def passing_schools(seed: int = 1) -> list[dict[str, Any]]:
    """Twenty primary, eight junior, two nine-year schools, all well above the limits."""
    rng = random.Random(seed)
    rows = []
    for index, name in enumerate(PRIMARY_NAMES):
        area = "urban" if index < 8 else "town" if index < 14 else "rural"
        pupils = rng.randint(620, 1780) if area == "urban" else rng.randint(220, 900)
        rows.append(furnished(rng, school(101 + index, f"{name}小学", "primary", area=area, pupils_primary=pupils)))
    for index, name in enumerate(JUNIOR_NAMES):
        area = "urban" if index < 4 else "town"
        pupils = rng.randint(700, 1850) if area == "urban" else rng.randint(300, 900)
        rows.append(furnished(rng, school(201 + index, f"{name}中学", "junior", area=area, pupils_junior=pupils)))
    for index, name in enumerate(("桃源", "望海")):
        pupils = {"pupils_primary": rng.randint(400, 700), "pupils_junior": rng.randint(250, 450)}
        rows.append(
            furnished(rng, school(301 + index, f"{name}九年一贯制学校", "nine_year", area="rural", **pupils), level=1.9)
        )
    return rows


def passing() -> Sample:
    """Everything is met."""
    return Sample(
        "pass",
        county("青川县（样例）", passing_schools(), agreeing(passing_schools()), GOOD_SURVEY),
        "pass",
        dict.fromkeys(ALL_PASS, "pass"),
        "本样例为虚构数据，各项全部达标。 Made-up figures; everything is met.",
        expect={"resources": "pass", "primary": {"units_failing": 0}, "junior": {"units_failing": 0}},
    )


# ---- a county that fails by one unrounded CV only

UNROUNDED = 0.501787


def unrounded_cv() -> Sample:
    """One CV is 0.501787: it prints as 0.50 and fails 0.50. One school's equipment is chosen so that the CV comes nearest."""
    from qbe_xl.measures import variation

    rows = passing_schools()
    primary = [row for row in rows if row["school_type"] == "primary"]
    others = [row for row in rows if row["school_type"] == "nine_year"]

    def cv(value: int) -> float:
        amounts, pupils = [], []
        for row in primary:
            amounts.append(exact(value if row is primary[0] else row["equipment_value"]))
            pupils.append(row["pupils_primary"])
        for row in others:
            share = exact(row["pupils_primary"]) / (row["pupils_primary"] + exact("1.1") * row["pupils_junior"])
            amounts.append(exact(row["equipment_value"]) * share)
            pupils.append(row["pupils_primary"])
        found = variation(amounts, pupils).cv
        if found is None:
            raise ValueError("no amounts")
        return float(found)

    low, high = primary[0]["equipment_value"], primary[0]["equipment_value"] * 20
    while high - low > 1:
        middle = int((low + high) // 2)
        low, high = (middle, high) if cv(middle) < UNROUNDED else (low, middle)
    primary[0]["equipment_value"] = int(high)
    return Sample(
        "cv-unrounded",
        county("临川县（样例）", rows, agreeing(rows), GOOD_SURVEY),
        "fail",
        dict.fromkeys(ALL_PASS, "pass"),
        "本样例为虚构数据，只有小学 L6 差异系数 0.501787 超过 0.50（四舍五入会误判为达标）。 Made-up figures; only the CV of L6 in primary schools, 0.501787, exceeds 0.50.",
        expect={
            "resources": "fail",
            "primary": {"units_failing": 0, "cv_failing": ["L6"]},
            "junior": {"units_failing": 0, "cv_failing": []},
        },
    )


# ---- means pass, schools fail


def means_pass() -> Sample:
    """Every county mean is above its limit, yet four schools miss the rule."""
    rng = random.Random(3)
    rows = passing_schools(3)
    poor = [row for row in rows if row["school_name"] in {"石门小学", "白塔小学", "河口小学"}]
    for row in poor:
        row["multimedia_rooms"] = max(1, row["pupils_primary"] * 18 // 1000)
        row["outdoor_sports_area"] = round(row["pupils_primary"] * 5.1)
    # below one floor alone
    lone = next(row for row in rows if row["school_name"] == "新集中学")
    lone["backbone_junior"] = lone["pupils_junior"] * 80 // 10000
    rng.shuffle(poor)
    return Sample(
        "means-pass-schools-fail",
        county("广平县（样例）", rows, agreeing(rows), GOOD_SURVEY),
        "fail",
        dict.fromkeys(ALL_PASS, "pass"),
        "本样例为虚构数据：全县平均值全部达标，但有 4 所学校不达标。 Made-up figures: every county mean is met, yet four schools fail.",
        expect={
            "resources": "fail",
            "primary": {"units_failing": 3, "cv_failing": []},
            "junior": {"units_failing": 1, "cv_failing": []},
        },
    )


# ---- missing data


def missing_data() -> Sample:
    """Nothing fails, but some figures were not reported: undetermined."""
    rows = passing_schools(5)
    rows[2].pop("equipment_value")
    rows[9].pop("backbone_primary")
    rows[21].pop("multimedia_rooms")
    facts = {
        k: v
        for k, v in agreeing(rows).items()
        if k not in {"teacher_wage", "transfers_in", "rural_tilt", "monitoring_level", "monitoring_gap"}
    }
    facts |= {"proximity_pupils_primary": None, "intake_pupils_primary": None}
    made = county("安平县（样例）", rows, facts, GOOD_SURVEY, stated={"G13.primary": 1})
    sampled = {name: Fact(None, None, None, "not_sampled") for name in ("monitoring_level", "monitoring_gap")}
    made = replace(made, facts={**made.facts, **sampled})
    open_ = dict.fromkeys(("G8", "G13", "G14", "Q1", "Q9"), "undetermined")
    return Sample(
        "missing-data",
        made,
        "undetermined",
        {**dict.fromkeys(ALL_PASS, "pass"), **open_},
        "本样例为虚构数据：没有不达标的项目，但有数据未填，结论待定。 Made-up figures: nothing fails, but some are missing, so the verdict is open.",
        expect={
            "resources": "undetermined",
            "primary": {"units_failing": 0, "cv_failing": []},
            "junior": {"units_failing": 0, "cv_failing": []},
        },
    )


# ---- schools of several stages, campuses, small ones


def structures() -> Sample:
    """Nine-year, complete secondary and twelve-year schools, campuses, a private school of 23 + 42, teaching points of 49 and 50."""
    rng = random.Random(11)
    rows = [
        furnished(
            rng, school(401, "明德九年一贯制学校", "nine_year", pupils_primary=166, pupils_junior=210), 1.45, 0.05
        ),
        furnished(
            rng,
            school(402, "县第一完全中学", "complete_secondary", pupils_junior=1200, pupils_senior=1500, area="urban"),
            1.3,
            0.05,
        ),
        furnished(
            rng,
            school(
                403,
                "博雅十二年一贯制学校",
                "twelve_year",
                sponsor="private",
                pupils_primary=900,
                pupils_junior=720,
                pupils_senior=600,
                area="urban",
            ),
            1.45,
            0.05,
        ),
        furnished(
            rng,
            school(
                404, "晨曦民办学校", "nine_year", sponsor="private", pupils_primary=23, pupils_junior=42, area="rural"
            ),
            1.4,
            0.02,
        ),
        furnished(rng, school(405, "实验小学（本部）", "primary", pupils_primary=1100, area="urban"), 1.3, 0.05),
        furnished(
            rng,
            school(
                406,
                "实验小学（东校区）",
                "primary",
                counted="no",
                main_school="3199000405",
                pupils_primary=420,
                area="urban",
            ),
            1.3,
            0.05,
        ),
        furnished(
            rng,
            school(
                407,
                "实验小学（西校区）",
                "primary",
                counted="no",
                main_school="3199000405",
                pupils_primary=300,
                area="urban",
            ),
            1.3,
            0.05,
        ),
        furnished(rng, school(408, "城南中学", "junior", pupils_junior=980, area="urban"), 1.3, 0.05),
        furnished(
            rng,
            school(
                409,
                "城南中学附小校区",
                "primary",
                counted="no",
                main_school="3199000408",
                pupils_primary=360,
                area="urban",
            ),
            1.4,
            0.05,
        ),
        furnished(rng, school(410, "石沟教学点", "teaching_point", pupils_primary=49, area="rural"), 0.7, 0.05)
        | {"teaching_area": 240},  # room for a music and an art room
        furnished(rng, school(411, "杨湾教学点", "teaching_point", pupils_primary=50, area="rural"), 1.35, 0.05),
        furnished(rng, school(412, "柳河小学", "primary", pupils_primary=640), 1.3, 0.05),
        furnished(rng, school(413, "柳河中学", "junior", pupils_junior=560), 1.3, 0.05),
        school(414, "县特殊教育学校", "special", charter="yes", operating_funds=600000, training_funds=36000),
        school(415, "县职业中学", "vocational", charter=None),
    ]
    facts = agreeing(rows) | {"small_schools": 3, "small_schools_pupils": 122, "small_schools_funding": 216000}
    return Sample(
        "structures",
        county("多元县（样例）", rows, facts, GOOD_SURVEY),
        "pass",
        dict.fromkeys(ALL_PASS, "pass"),
        "本样例为虚构数据：九年、十二年一贯制、完全中学、校区、23＋42 人的民办学校、49 人和 50 人的教学点。 Made-up figures: schools of several stages, campuses, small schools.",
        expect={
            "resources": "pass",
            "primary": {"units": 7, "units_failing": 0},
            "junior": {"units": 6, "units_failing": 0},
            "excluded": 3,
        },
        schools=30,
    )


def all_samples() -> list[Sample]:
    """Every sample, in the order of the documentation."""
    from scripts.sample_linyi import linyi

    return [linyi(), passing(), unrounded_cv(), means_pass(), missing_data(), structures()]
