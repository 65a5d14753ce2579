"""临邑 as its county published itself: exact county figures, and school rows that add up to the published totals."""

from __future__ import annotations

import itertools
import json
import random
from pathlib import Path
from typing import Any

from scripts.sample_counties import ALL_PASS, Sample, county, school

PUBLISHED = Path(__file__).parent.parent / "tests/golden/linyi.json"


def linyi() -> Sample:
    """County figures as published; 75 school rows made to add up to the published totals, the rest left blank."""
    published = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    rng = random.Random(7)
    # 1688 yuan a pupil and a shortfall of 12,942,500 yuan to 2000 give (2000 - 1688) x P: 41,482 pupils
    pupils_primary = round(published["equipment_shortfall_yuan"] / (2000 - published["equipment_per_pupil_primary"]))
    equipment = 2000 * pupils_primary - published["equipment_shortfall_yuan"]
    sizes = [2310, 2180, 2060, *(rng.randint(240, 1300) for _ in range(54))]
    primary = shares(pupils_primary - sum(sizes[:3]), sizes[3:])
    primary = sizes[:3] + primary
    junior_sizes = [2150, *shares(16020 - 2150, [rng.randint(450, 1150) for _ in range(17)])]
    rows = []
    for index, pupils in enumerate(primary):
        rows.append(
            school(
                index + 1,
                f"小学样例{index + 1:02d}",
                "primary",
                pupils_primary=pupils,
                charter=None,
                culture_rating=None,
                curriculum_complete=None,
            )
        )
    for index, pupils in enumerate(junior_sizes):
        rows.append(
            school(
                index + 101,
                f"初中样例{index + 1:02d}",
                "junior",
                pupils_junior=pupils,
                charter=None,
                culture_rating=None,
                curriculum_complete=None,
            )
        )
    first, second = rows[:57], rows[57:]
    _classes(first, "primary", 45, published["primary_classes_over_45"], rng)
    _classes(second, "junior", 50, published["junior_classes_over_50"], rng)
    total = published["teachers_full_time"]
    spread(first, "teachers_primary", round(total * 0.66), "pupils_primary")
    spread(second, "teachers_junior", total - round(total * 0.66), "pupils_junior")
    spread(first, "above_degree_primary", published["teachers_above_degree_primary"], "teachers_primary")
    spread(second, "above_degree_junior", published["teachers_above_degree_junior"], "teachers_junior")
    spread(first, "backbone_primary", 560, "teachers_primary")
    spread(second, "backbone_junior", published["backbone_teachers"] - 560, "teachers_junior")
    for subject, part in (("pe", 98), ("music", 101), ("art", 100)):
        count = published[{"pe": "pe_teachers", "music": "music_teachers", "art": "art_teachers"}[subject]]
        spread(first, f"{subject}_primary", part, "pupils_primary")
        spread(second, f"{subject}_junior", count - part, "pupils_junior")
    for group, stage in ((first, "primary"), (second, "junior")):
        for row in group:
            row[f"pe_art_{stage}"] = sum(row[f"{subject}_{stage}"] for subject in ("pe", "music", "art"))
    spread(first, "equipment_value", equipment, "pupils_primary", rng)
    _rooms(
        first,
        "music",
        96,
        published["music_rooms_primary"],
        published["music_rooms_primary_too_small"],
        published["music_rooms_primary_missing"],
    )
    _rooms(
        first,
        "art",
        90,
        published["art_rooms_primary"],
        published["art_rooms_primary_too_small"],
        published["art_rooms_primary_missing"],
    )
    _rooms(
        second,
        "music",
        96,
        published["music_rooms_junior"],
        published["music_rooms_junior_too_small"],
        published["music_rooms_junior_missing"],
    )
    _rooms(
        second,
        "art",
        90,
        published["art_rooms_junior"],
        published["art_rooms_junior_too_small"],
        published["art_rooms_junior_missing"],
    )
    names = {
        "graduates": "graduates",
        "entrants_three_years_ago": "entrants",
        "transfers_in": "transfers_in",
        "transfers_out": "transfers_out",
        "deaths": "deaths",
        "teachers_total": "teachers_total",
        "teachers_360_hours": "teachers_360_hours",
        "teachers_full_time": "teachers_full_time",
        "teachers_certified": "teachers_certified",
        "exchange_eligible": "exchange_eligible",
        "exchanged": "exchanged",
        "exchanged_backbone": "exchanged_backbone",
        "quota_planned": "quota_planned",
        "quota_allocated": "quota_allocated",
        "quota_rural": "quota_rural",
        "migrant_eligible": "migrant_eligible",
        "migrant_public": "migrant_public",
        "migrant_purchased": "migrant_purchased",
        "disabled_children": "disabled_children",
        "disabled_enrolled": "disabled_enrolled",
        "disabled_in_special_school": "disabled_in_special_school",
        "pupils_special": "special_pupils",
        "small_schools_pupils": "small_schools_pupils",
        "small_schools_funding": "small_schools_funding",
        "civil_servant_average_wage": "civil_servant_wage",
        "funding_norm_primary": "funding_norm_primary",
        "funding_norm_junior": "funding_norm_junior",
    }
    facts = {target: published[source] for source, target in names.items()}
    facts["special_funding"] = published["pupils_special"] * published["special_school_funding_per_pupil"]
    stated = {
        "G13.primary": published["school_proximity_rate_primary"],
        "G13.junior": published["school_proximity_rate_junior"],
    }
    expected = {key: value[1].partition(":")[0] for key, value in published["expected"].items()}
    others = {key: "undetermined" for key in ALL_PASS if key not in expected}
    return Sample(
        "linyi",
        county("临邑县（公开自评数据）", rows, facts, None, "371424", 2023, stated),
        "fail",
        {**others, **expected},
        "县级数据取自公开的自评材料；公开材料没有各校数据，学校行是为符合公开合计数而编制的，未公开的项目留空。"
        " County figures as published in the county's self-report; the school rows are made up to add to the published totals, what was not published is blank.",
        schools=120,
        expect={"resources": "fail", "over_2000": 4, "classes_over": 220},
    )


def shares(total: int, weights: list[int]) -> list[int]:
    """`total` divided in whole numbers in proportion to `weights`."""
    whole = sum(weights)
    cuts = [0]
    running = 0
    for weight in weights:
        running += weight
        cuts.append(round(total * running / whole))
    return [b - a for a, b in itertools.pairwise(cuts)]


def spread(rows: list[dict[str, Any]], name: str, total: int, by: str, rng: random.Random | None = None) -> None:
    """Divide a total over rows in proportion to another field, jittered by up to a fifth where a generator is given."""
    weights = [round(row[by] * 1000 * (rng.uniform(0.8, 1.2) if rng else 1)) for row in rows]
    for row, value in zip(rows, shares(total, weights), strict=True):
        row[name] = value


def _classes(rows: list[dict[str, Any]], stage: str, limit: int, over: int, rng: random.Random) -> None:
    """Classes by size; the classes over the limit stand in the larger schools."""
    ranked = sorted(rows, key=lambda row: -row[f"pupils_{stage}"])
    for row in rows:
        row[f"classes_{stage}"] = -(-row[f"pupils_{stage}"] // (limit - 1))
        row[f"over_classes_{stage}"] = 0
    crowded = ranked[: len(rows) // 3]
    for row, count in zip(crowded, shares(over, [row[f"classes_{stage}"] for row in crowded]), strict=True):
        row[f"over_classes_{stage}"] = count
    for row in rows:
        many = row[f"over_classes_{stage}"] > 0
        row[f"largest_class_{stage}"] = (
            limit + rng.randint(2, 9) if many else min(limit, -(-row[f"pupils_{stage}"] // row[f"classes_{stage}"]) + 1)
        )


def _rooms(rows: list[dict[str, Any]], kind: str, area: int, rooms: int, small: int, without: int) -> None:
    """`rooms` rooms, `small` of them below the area, `without` schools with none: the largest schools have the rooms."""
    ranked = sorted(rows, key=lambda row: -row[f"pupils_{'primary' if 'pupils_primary' in row else 'junior'}"])
    having = ranked[: len(rows) - without]
    counts = [rooms // len(having) + (index < rooms % len(having)) for index in range(len(having))]
    good = rooms - small
    for row in rows:
        row |= {f"{kind}_rooms": 0, f"{kind}_rooms_{area}": 0}
    for row, count in zip(having, counts, strict=True):
        row[f"{kind}_rooms"] = count
        row[f"{kind}_rooms_{area}"] = min(count, good)
        good -= row[f"{kind}_rooms_{area}"]
