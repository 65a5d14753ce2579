"""Sound counties made by rule: everything in them agrees, and they differ as much as real ones do.

The spreads between schools are the published CVs of `golden/composite_2012.csv` (up to 0.9), one drawn for each
indicator; values per pupil are lognormal with that spread and fall moderately with the size of the school. Written
before the checks were tuned: seeds 0–199 were for tuning, seeds from 1000 are held apart for the tests.
"""

from __future__ import annotations

import csv
import math
import random
from fractions import Fraction
from functools import cache
from typing import Any

from qbe_xl.county import County, Fact, Row
from tests.counties import COLUMNS, FACTS, GROUPS, SHEET, fact_place, group, value_of
from tests.paths import GOLDEN

TUNING_SEEDS = range(200)
FIRST_TEST_SEED = 1000
SIZE_CORRELATION = -0.4  # of the logarithms of a value per pupil and of the pupils
SCHOOLS = 75
MEDIANS = {  # per pupil, or per 100 pupils: teachers, above degree (of teachers), key (of teachers), PE and art
    "teachers": {"primary": 5.8, "junior": 8.0},
    "above_degree": {"primary": 0.85, "junior": 0.8},
    "backbone": {"primary": 1.4, "junior": 1.5},
    "pe_art": {"primary": 1.1, "junior": 1.1},
    "teaching_area": {"primary": 6.0, "junior": 7.5},
    "outdoor_sports_area": {"primary": 10.0, "junior": 13.0},
    "equipment_value": {"primary": 2600, "junior": 3300},
    "multimedia_rooms": {"primary": 2.9, "junior": 3.0},
}
LIMITS = {"primary": 45, "junior": 50}
KINDS = (
    "primary",
    "primary",
    "junior",
    "primary",
    "primary",
    "teaching_point",
    "primary",
    "junior",
    "nine_year",
    "primary",
)


@cache
def published_cvs() -> tuple[float, ...]:
    """Every single CV of the published county tables."""
    lines = [
        line for line in (GOLDEN / "composite_2012.csv").read_text(encoding="utf-8").splitlines() if line[:1] != "#"
    ]
    return tuple(float(row[f"c{i}"]) for row in csv.DictReader(lines) for i in range(1, 9))


def clean_county(seed: int, schools: int = SCHOOLS, cv: float | None = None) -> County:
    """A sound county; `cv` sets one spread for every indicator instead of drawing published ones."""
    rng = random.Random(seed)
    sigmas = {name: _sigma(cv if cv is not None else rng.choice(published_cvs())) for name in MEDIANS}
    habits = {
        "area": rng.choice((1, 1, 10, Fraction(1, 100))),
        "money": rng.choice((1, 100, 100, 1000, Fraction(1, 100))),
        "levels": {name: rng.uniform(0.8, 1.5) for name in MEDIANS},
    }
    rows = [_school(rng, number, KINDS[number % len(KINDS)], sigmas, habits) for number in range(1, schools + 1)]
    rows[1] |= {"school_type": "complete_secondary", "pupils_senior": rng.randint(600, 1500)}
    _furnish(rng, rows[1], 0.0, sigmas, habits)
    rows[5] |= {"counted": "no", "main_school": rows[3]["school_code"], "area": rows[3]["area"]}
    made = tuple(
        Row({key: value_of(value) for key, value in row.items()}, SHEET, 5 + index, COLUMNS)
        for index, row in enumerate(rows)
    )
    facts = {name: Fact(value_of(value), fact_place(name)) for name, value in _facts(rng, rows).items()}
    survey = tuple(group(name, n := rng.randint(30, 900), n * rng.randint(86, 98) // 100, n + 20) for name in GROUPS)
    return County(made, facts, survey)


def _sigma(cv: float) -> float:
    return math.sqrt(math.log1p(cv * cv))


def _school(
    rng: random.Random, number: int, kind: str, sigmas: dict[str, float], habits: dict[str, Any]
) -> dict[str, Any]:
    area = rng.choice(("urban", "town", "town", "rural", "rural"))
    size = math.exp(rng.gauss(6.1 if area != "rural" else 5.3, 0.65))
    if kind == "teaching_point":
        area, size = "rural", rng.uniform(6, 110)
    if kind in {"junior", "nine_year"}:
        size *= 1.4
    pupils = max(6, min(round(size), 3400))
    row: dict[str, Any] = {
        "school_code": f"31{number:08d}",
        "school_name": f"第{number}{'教学点' if kind == 'teaching_point' else '九年一贯制学校' if kind == 'nine_year' else '学校'}",
        "school_type": kind,
        "sponsor": "private" if number % 17 == 0 else "public",
        "area": area,
        "counted": "yes",
        "boarding": "yes" if kind == "junior" and area == "rural" else "no",
        "built_year": rng.randint(1950, 2020),
        "dense_centre": "no",
        "charter": "yes",
        "culture_rating": rng.choice(("good", "excellent")),
        "curriculum_complete": "yes",
    }
    if kind == "nine_year":
        row |= {"pupils_primary": max(6, round(pupils * rng.uniform(0.45, 0.75)))}
        row |= {"pupils_junior": max(6, pupils - row["pupils_primary"])}
    else:
        row[f"pupils_{'junior' if kind == 'junior' else 'primary'}"] = pupils
    _furnish(rng, row, math.log(pupils) - 6.0, sigmas, habits)
    return row


def _furnish(
    rng: random.Random, row: dict[str, Any], large: float, sigmas: dict[str, float], habits: dict[str, Any]
) -> None:
    """Fill everything that goes with the pupils; `large` is the logarithm of the size against a usual one."""
    z = max(-2.5, min(2.5, large / 0.8))

    def drawn(name: str, stage: str) -> float:
        sigma = sigmas[name]
        own = sigma * (SIZE_CORRELATION * z + math.sqrt(1 - SIZE_CORRELATION**2) * rng.gauss(0, 1))
        return float(MEDIANS[name][stage] * habits["levels"][name] * math.exp(own))

    everyone = 0
    all_classes = 0
    for stage in ("primary", "junior"):
        pupils = row.get(f"pupils_{stage}")
        if not pupils:
            continue
        everyone += pupils
        classes = max(
            min(6 if stage == "primary" else 3, -(-pupils // 3)), -(-pupils // rng.randint(36, LIMITS[stage] + 3))
        )
        all_classes += classes
        average = -(-pupils // classes)
        largest = min(pupils - classes + 1, average + rng.randint(0, 2) + rng.choice((0, 1, 2)))
        largest = max(largest, average)
        over = 0
        if largest > LIMITS[stage]:  # as many as the average asks, and the largest itself
            over = max(1, -(-(pupils - classes * LIMITS[stage]) // (largest - LIMITS[stage])))
        staff = max(2 if pupils > 20 else 1, round(pupils * drawn("teachers", stage) / 100))
        staff = min(staff, pupils)
        art = min(staff, max(1 if pupils > 80 else 0, round(pupils * drawn("pe_art", stage) / 100)))
        share = min(
            1.0, MEDIANS["above_degree"][stage] * math.exp(min(0.3, sigmas["above_degree"]) * rng.gauss(0, 1) / 3)
        )
        row |= {
            f"classes_{stage}": classes,
            f"largest_class_{stage}": largest,
            f"over_classes_{stage}": over,
            f"teachers_{stage}": staff,
            f"above_degree_{stage}": round(staff * share),
            f"backbone_{stage}": min(staff, round(pupils * drawn("backbone", stage) / 100)),
            f"pe_art_{stage}": art,
            f"pe_{stage}": art - 2 * (art // 3),
            f"music_{stage}": art // 3,
            f"art_{stage}": art // 3,
        }
        row |= (
            {"homework_g1_2": 0, "homework_g3_6": rng.randint(25, 60)}
            if stage == "primary"
            else {"homework_g7_9": rng.randint(50, 90)}
        )
    main = "junior" if not row.get("pupils_primary") else "primary"
    everyone += row.get("pupils_senior") or 0
    rooms = -(-all_classes // 12) if everyone > 60 else rng.randint(0, 1)
    area = round(everyone * drawn("teaching_area", main))
    indoor = round(area * rng.uniform(0.05, 0.2)) if rng.random() < 0.4 else 0
    if area - indoor < 186 * rooms:  # rooms that would not fit are not there
        rooms = 0
    outdoor = round(everyone * drawn("outdoor_sports_area", main))
    row |= {
        "teaching_area": _rounded(area + indoor, habits["area"], rng),
        "indoor_sports_area": indoor,
        "outdoor_sports_area": _rounded(outdoor, habits["area"], rng),
        "equipment_value": _rounded(everyone * drawn("equipment_value", main), habits["money"], rng),
        "multimedia_rooms": min(everyone, round(everyone * drawn("multimedia_rooms", main) / 100)),
        "music_rooms": rooms,
        "music_rooms_96": rooms,
        "art_rooms": rooms,
        "art_rooms_90": rooms,
    }
    funds = max(everyone, 100) * rng.uniform(650, 1000)
    row |= {"operating_funds": round(funds), "training_funds": round(funds * rng.uniform(0.05, 0.09))}


def _rounded(value: float, step: Any, rng: random.Random) -> Any:
    if isinstance(step, Fraction):
        return Fraction(round(value * 100), 100)
    return max(step, round(value / step) * step)


def _facts(rng: random.Random, rows: list[dict[str, Any]]) -> dict[str, Any]:
    def total(name: str) -> int:
        return sum(row.get(name) or 0 for row in rows)

    staff = total("teachers_primary") + total("teachers_junior")
    junior = total("pupils_junior")
    small = [
        r
        for r in rows
        if r["area"] == "rural" and r["school_type"] in {"primary", "teaching_point"} and r["pupils_primary"] < 100
    ]
    zone = {
        stage: sum(
            r.get(f"pupils_{stage}") or 0
            for r in rows
            if r["area"] != "rural" and r["sponsor"] == "public" and r["boarding"] == "no"
        )
        for stage in ("primary", "junior")
    }
    grade = round(junior * rng.uniform(0.3, 0.36))
    migrants = round(total("pupils_primary") * 0.04)
    return {
        **FACTS,
        "small_schools": len(small),
        "small_schools_pupils": sum(r["pupils_primary"] for r in small),
        "small_schools_funding": len(small) * 100 * 710,
        "teachers_total": staff + rng.randint(0, 60),
        "teachers_360_hours": staff,
        "exchange_eligible": staff // 3,
        "exchanged": staff // 20,
        "exchanged_backbone": min(staff // 90, total("backbone_primary") + total("backbone_junior")),
        "teachers_full_time": staff,
        "teachers_certified": staff,
        "proximity_pupils_primary": zone["primary"],
        "intake_pupils_primary": zone["primary"],
        "proximity_pupils_junior": zone["junior"],
        "intake_pupils_junior": zone["junior"],
        "quota_planned": grade // 2,
        "quota_allocated": grade // 3,
        "quota_rural": grade // 12,
        "migrant_eligible": migrants,
        "migrant_public": migrants,
        "graduates": grade,
        "entrants": grade + 20,
        "transfers_in": 8,
        "transfers_out": 15,
        "disabled_in_special_school": 60,
        "disabled_in_regular_class": 60,
        "disabled_taught_at_home": 6,
    }
