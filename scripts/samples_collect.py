"""Write the blank collection forms and the sample folder of four schools and the county's part. Same bytes every time."""

from __future__ import annotations

import sys
from pathlib import Path

from qbe_xl.forms.collect_writer import Typed, write_collect_form

ROOT = Path(__file__).resolve().parent.parent
WORKBOOKS = ROOT / "workbooks"

# Each school: sound, and with something of its own: town and village, one nine-year school, one small school.
_COMMON: dict[str, Typed] = {
    "sponsor": "公办", "counted": "是", "built_by_2010": "是", "built_by_2016": "是", "dense_centre": "否", "charter": "是",
    "small_rural": "否", "small_classes": "否", "doctor_primary": 0, "doctor_junior": 0,
    "culture_rating": "优秀", "curriculum_complete": "是",
}  # fmt: skip
_PRIMARY: dict[str, Typed] = {"homework_g1_2": 0, "homework_g3_6": 45}
_JUNIOR: dict[str, Typed] = {"homework_g7_9": 75}


def _bins(stage: str, counts: dict[int, int]) -> dict[str, Typed]:
    """All ten bins of class sizes of a stage, by where each begins."""
    return {f"classes_{stage}_{first}": counts.get(first, 0) for first in (1, 26, 31, 36, 41, 46, 51, 56, 61, 66)}


SCHOOLS: dict[str, dict[str, Typed]] = {
    "示例县第一小学": {
        **_COMMON, **_PRIMARY, **_bins("primary", {36: 4, 41: 8}),
        "school_name": "示例县第一小学", "school_code": "3100000001", "school_type": "小学", "area": "城区", "boarding": "否", "built_year": 1985,
        "pupils_primary": 500, "migrant_pupils": 40, "in_zone_pupils_primary": 500, "classes_primary": 12,
        "teachers_full_time": 28, "teachers_total": 29, "teachers_primary": 28, "college_primary": 8, "bachelor_primary": 17, "master_primary": 1,
        "backbone_primary": 6, "teachers_certified": 28, "teachers_360_hours": 29,
        "pe_teachers_primary": 3, "music_teachers_primary": 1, "fine_art_teachers_primary": 1, "arts_teachers_primary": 0,
        "teaching_area": 2900, "indoor_sports_area": 300, "gym_area": 0, "sports_ground": 3600, "other_ground": 200, "offsite_sports_area": 0,
        "equipment_value": 112.5, "multimedia_rooms": 14,
        "music_rooms": 1, "music_rooms_96": 1, "music_rooms_73": 0, "music_rooms_61": 0,
        "art_rooms": 1, "art_rooms_90": 1, "art_rooms_67": 0, "art_rooms_61": 0,
        "operating_funds": 36, "operating_spent": 35.2, "training_funds": 2,
    },
    "示例县第二中学": {
        **_COMMON, **_JUNIOR, **_bins("junior", {41: 6, 46: 6}),
        "school_name": "示例县第二中学", "school_code": "3100000002", "school_type": "初级中学", "area": "镇区", "boarding": "否", "built_year": 1998,
        "pupils_junior": 540, "migrant_pupils": 22, "in_zone_pupils_junior": 530, "classes_junior": 12,
        "teachers_full_time": 42, "teachers_total": 44, "teachers_junior": 42, "bachelor_junior": 38, "master_junior": 3,
        "backbone_junior": 7, "teachers_certified": 42, "teachers_360_hours": 44,
        "pe_teachers_junior": 3, "music_teachers_junior": 1, "fine_art_teachers_junior": 1, "arts_teachers_junior": 0,
        "teaching_area": 3700, "indoor_sports_area": 400, "gym_area": 400, "sports_ground": 5200, "other_ground": 0, "offsite_sports_area": 0,
        "equipment_value": 150, "multimedia_rooms": 16,
        "music_rooms": 1, "music_rooms_96": 1, "music_rooms_73": 0, "music_rooms_61": 0,
        "art_rooms": 1, "art_rooms_90": 1, "art_rooms_67": 0, "art_rooms_61": 0,
        "operating_funds": 51, "operating_spent": 50, "training_funds": 2.6,
        "graduates": 176, "entrants": 180, "transfers_in": 2, "transfers_out": 3, "deaths": 0,
    },
    "示例县东关九年一贯制学校": {
        **_COMMON, **_PRIMARY, **_JUNIOR, **_bins("primary", {31: 6}), **_bins("junior", {36: 3}),
        "school_name": "示例县东关九年一贯制学校", "school_code": "3100000003", "school_type": "九年一贯制学校", "area": "乡村", "boarding": "是",
        "built_year": 2005, "pupils_primary": 200, "pupils_junior": 110, "migrant_pupils": 5, "classes_primary": 6, "classes_junior": 3,
        "teachers_full_time": 27, "teachers_total": 27, "teachers_primary": 14, "teachers_junior": 13,
        "college_primary": 4, "bachelor_primary": 9, "master_primary": 0, "bachelor_junior": 12, "master_junior": 0,
        "backbone_primary": 2, "backbone_junior": 2, "teachers_certified": 27, "teachers_360_hours": 27,
        "pe_teachers_primary": 1, "music_teachers_primary": 1, "fine_art_teachers_primary": 0, "arts_teachers_primary": 0,
        "pe_teachers_junior": 1, "music_teachers_junior": 0, "fine_art_teachers_junior": 1, "arts_teachers_junior": 0,
        "teaching_area": 1900, "indoor_sports_area": 150, "gym_area": 0, "sports_ground": 3000, "other_ground": 0, "offsite_sports_area": 0,
        "equipment_value": 76, "multimedia_rooms": 9,
        "music_rooms": 1, "music_rooms_96": 1, "music_rooms_73": 0, "music_rooms_61": 0,
        "art_rooms": 1, "art_rooms_90": 1, "art_rooms_67": 0, "art_rooms_61": 0,
        "operating_funds": 26, "operating_spent": 26, "training_funds": 1.4,
        "graduates": 35, "entrants": 36, "transfers_in": 0, "transfers_out": 1, "deaths": 0,
    },
    "示例县西河小学": {
        **_COMMON, **_PRIMARY, **_bins("primary", {1: 6}),
        "school_name": "示例县西河小学", "school_code": "3100000004", "school_type": "小学", "area": "乡村", "boarding": "否", "built_year": 1972,
        "small_rural": "是", "small_classes": "是", "pupils_primary": 96, "migrant_pupils": 0, "classes_primary": 6,
        "teachers_full_time": 9, "teachers_total": 9, "teachers_primary": 9, "college_primary": 3, "bachelor_primary": 4, "master_primary": 0,
        "backbone_primary": 1, "teachers_certified": 9, "teachers_360_hours": 9,
        "pe_teachers_primary": 1, "music_teachers_primary": 0, "fine_art_teachers_primary": 0, "arts_teachers_primary": 0,
        "shared_music_primary": 1,
        "teaching_area": 560, "indoor_sports_area": 0, "gym_area": 0, "sports_ground": 900, "other_ground": 0, "offsite_sports_area": 0,
        "equipment_value": 22, "multimedia_rooms": 6,
        "music_rooms": 1, "music_rooms_96": 0, "music_rooms_73": 1, "music_rooms_61": 0,
        "art_rooms": 1, "art_rooms_90": 1, "art_rooms_67": 0, "art_rooms_61": 0,
        "operating_funds": 7.2, "operating_spent": 7.2, "training_funds": 0.4,
    },
}  # fmt: skip

COUNTY: dict[str, Typed] = {
    "county_name": "示例县", "county_code": "310000", "year": 2024, "reporter": "示例县教育局", "contact": "王老师",
    "basic_balance_year": 2017, "monitoring_held": "是", "layout_plan": "是",
    "unified_building": "是", "unified_staffing": "是", "unified_funding": "是", "unified_equipment": "是",
    "funding_norm_primary": 720, "funding_norm_junior": 940,
    "small_schools": 1, "small_schools_pupils": 96, "small_schools_funding": 7.2, "special_funding": 7.2, "special_pupils": 12,
    "teacher_wage": 9.8, "civil_servant_wage": 9.6, "performance_pay": "是", "county_staffing": "是",
    "exchange_eligible": 60, "exchanged": 8, "exchanged_backbone": 2,
    "quota_planned": 120, "quota_allocated": 66, "quota_rural": 20, "rural_tilt": "是", "care_system": "是",
    "migrant_eligible": 67, "migrant_public": 67, "migrant_purchased": 0,
    "disabled_children": 14, "disabled_enrolled": 14, "disabled_in_special_school": 8, "disabled_in_regular_class": 4, "disabled_taught_at_home": 2,
    "informatized": "是", "equipment_used": "是", "moral_culture": "是", "curriculum": "是", "no_overload": "是",
    "monitoring_level": "未参加", "veto_admission": "否", "veto_choice": "否", "veto_elite": "否",
    "veto_posts": "否", "veto_accident": "否", "veto_fraud": "否",
}  # fmt: skip

SURVEY: tuple[tuple[Typed, ...], ...] = (
    ("学生", 120, 118, 112), ("家长", 120, 115, 106), ("教师", 40, 40, 39), ("校长", 4, 4, 4),
    ("人大代表", 10, 10, 9), ("政协委员", 10, 10, 9), ("其他群众", 20, 19, 17),
)  # fmt: skip


def main(workbooks: Path = WORKBOOKS) -> list[Path]:
    """Write every file below `workbooks`; returns their paths."""
    folder = workbooks / "samples" / "collect"
    folder.mkdir(parents=True, exist_ok=True)
    written = [
        write_collect_form(workbooks / "qbe-collect-school.xlsx", "school"),
        write_collect_form(workbooks / "qbe-collect-county.xlsx", "county"),
    ]
    for name, values in SCHOOLS.items():
        written.append(write_collect_form(folder / f"{name}.xlsx", "school", values))
    roll = [(values["school_code"], name) for name, values in SCHOOLS.items()]
    written.append(write_collect_form(folder / "县级采集表.xlsx", "county", COUNTY, survey=SURVEY, roll=roll))
    return written


if __name__ == "__main__":
    sys.stdout.write("\n".join(str(path.relative_to(ROOT)) for path in main()) + "\n")
