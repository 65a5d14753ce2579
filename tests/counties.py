"""Counties made by hand: one that passes everything, and helpers that change one value of it.

A school made here has the same amounts per pupil as every other, so all CVs are 0 until a test changes something:
6 teachers above the required degree, 2 key teachers, 2 PE and art teachers and 3 multimedia rooms per 100 pupils;
9 ㎡ of rooms, 12 ㎡ of sports grounds and 3000 yuan of equipment a pupil.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from qbe_xl.core.fields import all_fields
from qbe_xl.core.numbers import exact
from qbe_xl.county import County, Fact, Place, Row, Stated
from qbe_xl.standards import STAGES_OF_TYPE

SHEET = "学校"
FACT_SHEET = "政府保障"
SURVEY_SHEET = "社会认可度"
PER_100 = {"above_degree": 6, "backbone": 2, "pe_art": 2}
PER_PUPIL = {"teaching_area": 10, "indoor_sports_area": 1, "outdoor_sports_area": 11, "equipment_value": 3000}
MULTIMEDIA_PER_100 = 3
GROUPS = ("pupils", "parents", "teachers", "heads", "deputies", "advisers", "others")

_SCHOOL_FIELDS = [f.id for f in all_fields().values() if "school" in f.levels]
_FACT_FIELDS = [f.id for f in all_fields().values() if "county" in f.levels]
_SURVEY_FIELDS = [f.id for f in all_fields().values() if "survey" in f.levels]

FACTS: dict[str, Any] = {
    "county_name": "某县",
    "county_code": "370000",
    "year": 2024,
    "basic_balance_year": 2015,
    "monitoring_held": "yes",
    "layout_plan": "yes",
    "unified_building": "yes",
    "unified_staffing": "yes",
    "unified_funding": "yes",
    "unified_equipment": "yes",
    "funding_norm_primary": 710,
    "funding_norm_junior": 910,
    "small_schools": 24,
    "small_schools_funding": 1_704_000,
    "special_funding": 312_000,
    "special_pupils": 52,
    "teacher_wage": 60_000,
    "civil_servant_wage": 57_000,
    "performance_pay": "yes",
    "teachers_total": 3000,
    "teachers_360_hours": 3000,
    "county_staffing": "yes",
    "exchange_eligible": 280,
    "exchanged": 280,
    "exchanged_backbone": 57,
    "teachers_full_time": 2817,
    "teachers_certified": 2817,
    "proximity_pupils_primary": 9000,
    "intake_pupils_primary": 9000,
    "proximity_pupils_junior": 4800,
    "intake_pupils_junior": 5000,
    "quota_planned": 2200,
    "quota_allocated": 1320,
    "quota_rural": 169,
    "rural_tilt": "yes",
    "care_system": "yes",
    "migrant_eligible": 1186,
    "migrant_public": 1186,
    "migrant_purchased": 0,
    "graduates": 5144,
    "entrants": 5426,
    "transfers_in": 3,
    "transfers_out": 15,
    "deaths": 0,
    "disabled_children": 131,
    "disabled_enrolled": 126,
    "informatized": "yes",
    "equipment_used": "yes",
    "moral_culture": "yes",
    "curriculum": "yes",
    "no_overload": "yes",
    "monitoring_level": 3,
    "monitoring_gap": Decimal("0.12"),
    **{f"veto_{name}": "no" for name in ("admission", "choice", "elite", "posts", "accident", "fraud")},
}


def letters(index: int) -> str:
    """Column letters of a 0-based index."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text


COLUMNS = {name: letters(i) for i, name in enumerate(_SCHOOL_FIELDS)}
SURVEY_COLUMNS = {name: letters(i) for i, name in enumerate(_SURVEY_FIELDS)}


def value_of(value: Any) -> Any:
    """Texts and None as they are, numbers exact."""
    return value if value is None or isinstance(value, str) else exact(value)


def school(code: str, kind: str = "primary", pupils: int | Mapping[str, int] = 500, **values: Any) -> Row:
    """One school that meets everything; `pupils` of each of its stages (one number: the same at each).

    Any field may be given as a keyword; None leaves it blank. Its row number is the number in its code, plus 3.
    """
    stages = STAGES_OF_TYPE[kind] or ("primary",)
    heads = dict(pupils) if isinstance(pupils, Mapping) else dict.fromkeys(stages, pupils)
    everybody = sum(heads.values())
    classes = {s: -(-n // 40) for s, n in heads.items() if s != "senior"}
    made: dict[str, Any] = {
        "school_code": code,
        "school_name": f"第{code}学校",
        "school_type": kind,
        "sponsor": "public",
        "area": "town",
        "counted": "yes",
        "boarding": "no",
        "charter": "yes",
        "operating_funds": 200_000,
        "training_funds": 12_000,
    }
    for stage, heads_here in heads.items():
        made[f"pupils_{stage}"] = heads_here
        if stage == "senior":
            continue
        made |= {f"{name}_{stage}": Fraction(rate * heads_here, 100) for name, rate in PER_100.items()}
        made |= {
            f"teachers_{stage}": Fraction(10 * heads_here, 100),
            f"classes_{stage}": classes[stage],
            f"largest_class_{stage}": min(40, heads_here),
            f"over_classes_{stage}": 0,
        }
    made |= {name: rate * everybody for name, rate in PER_PUPIL.items()}
    made["multimedia_rooms"] = Fraction(MULTIMEDIA_PER_100 * everybody, 100)
    rooms = -(-sum(classes.values()) // 12)
    made |= {"music_rooms": rooms, "music_rooms_96": rooms, "art_rooms": rooms, "art_rooms_90": rooms}
    made |= values
    number = 3 + int("".join(c for c in code if c.isdigit()) or 0)
    return Row({k: value_of(v) for k, v in made.items()}, SHEET, number, COLUMNS)


def campus(code: str, main: str, kind: str = "primary", pupils: int | Mapping[str, int] = 500, **values: Any) -> Row:
    """A campus of the school with the code `main`."""
    return school(code, kind, pupils, **{"counted": "no", "main_school": main, **values})


def county(*schools: Row, n: int = 6, facts: Mapping[str, Any] | None = None) -> County:
    """A county that passes everything: the schools given, or n of them (primary and junior by turns)."""
    rows = schools or tuple(school(f"S{k}", "primary" if k % 2 else "junior", 100 * (k + 3)) for k in range(1, n + 1))
    known = {**FACTS, **(facts or {})}
    return County(
        schools=tuple(rows),
        facts={name: Fact(value_of(value), fact_place(name)) for name, value in known.items()},
        survey=tuple(group(name, 100, 90) for name in GROUPS),
    )


def fact_place(name: str) -> Place:
    """Where a county fact stands in the counties made here."""
    return Place(FACT_SHEET, f"C{_FACT_FIELDS.index(name) + 3}")


def group(name: str, valid: Any, satisfied: Any, issued: Any = None) -> Row:
    """One group of the survey."""
    values = {"survey_group": name, "survey_issued": issued, "survey_valid": valid, "survey_satisfied": satisfied}
    number = 3 + (GROUPS.index(name) if name in GROUPS else 0)
    return Row({k: value_of(v) for k, v in values.items()}, SURVEY_SHEET, number, SURVEY_COLUMNS)


def with_school(base: County, code: str, **values: Any) -> County:
    """The same county with values of one school changed; None makes them blank."""
    rows = tuple(changed(row, **values) if row.text("school_code") == code else row for row in base.schools)
    if rows == base.schools:
        raise ValueError(f"nothing changed: {code}, {values}")
    return replace(base, schools=rows)


def changed(row: Row, **values: Any) -> Row:
    """The same row with values changed."""
    return replace(row, values={**row.values, **{k: value_of(v) for k, v in values.items()}})


def adding(base: County, *rows: Row) -> County:
    """The same county with more schools."""
    return replace(base, schools=(*base.schools, *rows))


def with_facts(base: County, **values: Any) -> County:
    """The same county with facts changed; None makes them blank, "not_sampled" says so (未参加)."""
    facts = dict(base.facts)
    for name, value in values.items():
        if value == "not_sampled":
            facts[name] = Fact(None, fact_place(name), state="not_sampled")
        else:
            facts[name] = Fact(value_of(value), fact_place(name))
    return replace(base, facts=facts)


def with_survey(base: County, *rows: Row) -> County:
    """The same county with other survey rows."""
    return replace(base, survey=rows)


def with_stated(base: County, **values: Any) -> County:
    """The same county with 自报 values, keyed by criterion id (`__` stands for a dot: G13__primary)."""
    stated = {k.replace("__", "."): Stated(exact(v), Place(FACT_SHEET, "H9")) for k, v in values.items()}
    return replace(base, stated={**base.stated, **stated})
