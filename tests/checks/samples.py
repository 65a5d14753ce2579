"""For every code of a check: a county that gives just that finding, and its twin on the other side of the line.

All start from one sound county of 40 schools in which three schools have plain numbers (`P` primary, `J` junior,
`N` nine-year), so that the arithmetic of a sample can be followed. The comment beside a sample is that arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from qbe_xl.county import County, Place, Row, Stated, Total
from qbe_xl.measures import composite, pooled_mean, variation
from qbe_xl.standards import DEFAULT_EDITION, load_edition
from tests.checks.clean_counties import clean_county
from tests.counties import COLUMNS, SHEET, changed, value_of, with_facts

EDITION = load_edition(DEFAULT_EDITION)
P, J, N = "3100000001", "3100000007", "3100000008"  # the schools with plain numbers
CAMPUS, POINT, SECONDARY = "3100000006", "3100000005", "3100000002"
STATED_SHEET = "差异系数"

_SHARED: dict[str, Any] = {
    "area": "town", "sponsor": "public", "boarding": "no", "built_year": 1990, "dense_centre": "no",
    "music_rooms": 1, "music_rooms_96": 1, "art_rooms": 1, "art_rooms_90": 1, "operating_funds": 331_000, "training_funds": 20_000,
}  # fmt: skip


def _stage(stage: str, pupils: int, classes: int, largest: int, teachers: int) -> dict[str, int]:
    names = (
        "pupils",
        "classes",
        "largest_class",
        "over_classes",
        "teachers",
        "above_degree",
        "backbone",
        "pe_art",
        "pe",
        "music",
        "art",
    )
    values = (pupils, classes, largest, 0, teachers, teachers - 3, 6, 5, 3, 1, 1)
    return {f"{name}_{stage}": value for name, value in zip(names, values, strict=True)}


_PLAIN: dict[str, dict[str, Any]] = {
    P: {**_SHARED, **_stage("primary", 401, 10, 43, 24), "teaching_area": 2641, "indoor_sports_area": 203,
        "outdoor_sports_area": 4307, "equipment_value": 1_134_500, "multimedia_rooms": 13},
    J: {**_SHARED, **_stage("junior", 452, 10, 48, 36), "teaching_area": 3442, "indoor_sports_area": 207,
        "outdoor_sports_area": 6104, "equipment_value": 1_531_200, "multimedia_rooms": 14},
    N: {**_SHARED, **_stage("primary", 306, 8, 41, 19), **_stage("junior", 213, 5, 46, 17), "teaching_area": 3618,
        "indoor_sports_area": 211, "outdoor_sports_area": 6013, "equipment_value": 1_537_900, "multimedia_rooms": 15},
}  # fmt: skip


def _base() -> County:
    made = clean_county(7, 40, cv=0.25)
    rows = tuple(changed(row, **_PLAIN.get(row.text("school_code"), {})) for row in made.schools)
    rows = tuple(changed(row, boarding="yes") if row.get("area") == "rural" else row for row in rows)
    rows = tuple(changed(row, music_rooms=1, music_rooms_96=1, art_rooms=1, art_rooms_90=1, teaching_area=700)
                 if row.text("school_code") == POINT else row for row in rows)  # fmt: skip
    made = replace(made, schools=rows)
    staff = total(made, "teachers_primary") + total(made, "teachers_junior")
    teachers = dict.fromkeys(
        ("teachers_full_time", "teachers_certified", "teachers_total", "teachers_360_hours"), staff
    )
    junior = total(made, "pupils_junior")
    return with_facts(
        made,
        **teachers,
        exchange_eligible=staff // 3,
        intake_pupils_primary=1000,
        proximity_pupils_primary=1000,
        intake_pupils_junior=500,
        proximity_pupils_junior=490,
        graduates=junior // 3,
        entrants=junior // 3 + 10,
        transfers_in=3,
        transfers_out=5,
        quota_planned=200,
        quota_allocated=120,
        quota_rural=40,
    )


def total(county: County, name: str) -> int:
    """The sum of a whole-number field over the schools."""
    return int(sum(row.number_of(name) or 0 for row in county.schools))


BASE = _base()


def row_of(code: str, county: County = BASE) -> Row:
    """A school by its code."""
    return next(row for row in county.schools if row.text("school_code") == code)


def put(code: str, county: County = BASE, **values: Any) -> County:
    """The county with values of one school changed; the county's teacher totals follow."""
    before = total(county, "teachers_primary") + total(county, "teachers_junior")
    rows = tuple(changed(row, **values) if row.text("school_code") == code else row for row in county.schools)
    made = replace(county, schools=rows)
    more = total(made, "teachers_primary") + total(made, "teachers_junior") - before
    if not more:
        return made
    names = ("teachers_full_time", "teachers_certified", "teachers_total", "teachers_360_hours")
    return with_facts(made, **{name: (county.number(name) or 0) + more for name in names})


def every(change: Callable[[Row], dict[str, Any]], county: County = BASE) -> County:
    """The county with values of every school changed."""
    return replace(county, schools=tuple(changed(row, **change(row)) for row in county.schools))


def facts(**values: Any) -> County:
    """The county with facts changed."""
    return with_facts(BASE, **values)


def _graduates(count: int) -> County:
    """So many graduates, nearly all of those who entered."""
    return facts(graduates=count, entrants=count + 10)


def number(name: str) -> int:
    """A county fact of the sound county."""
    return int(BASE.number(name) or 0)


def states(county: County = BASE, **values: Any) -> County:
    """The county with stated values (`L4__primary__cv`), each in a cell of its own."""
    stated = {
        key.replace("__", "."): Stated(value_of(value), Place(STATED_SHEET, f"C{line}"))
        for line, (key, value) in enumerate(values.items(), start=4)
    }
    return replace(county, stated=stated)


def sums(county: County = BASE, /, **values: Any) -> County:
    """The county with a row 合计 below its schools, which adds up all of them."""
    numbers = [row.number for row in county.schools]
    row = Row({name: value_of(value) for name, value in values.items()}, SHEET, max(numbers) + 1, COLUMNS)
    return replace(county, totals=(Total("合计", row, min(numbers), max(numbers)),))


def columns_for(county: County, *keys: str) -> County:
    """Places for stated columns of the table of schools."""
    letters = {key: f"Z{chr(65 + i)}" for i, key in enumerate(keys)}
    return replace(county, schools=tuple(replace(r, columns={**COLUMNS, **letters}) for r in county.schools))


def row_states(code: str, key: str, value: Any, county: County = BASE) -> County:
    """The county with a stated value in one school's row."""
    return columns_for(put(code, county, **{f"stated:{key}": value}), f"stated:{key}")


@dataclass(frozen=True)
class Sample:
    """`fail` gives just `count` findings of the code, `ok` none at all; `last` is last year's county where one is needed."""

    fail: County
    ok: County
    last: County | None = None
    count: int = 1
    last_ok: County | None = None


def _figures(indicator: str, stage: str) -> tuple[list[Any], list[Any]]:
    from qbe_xl.checks.stated import figures_of, units_of_county

    found = figures_of(units_of_county(BASE, EDITION), EDITION.criterion(indicator), stage)  # type: ignore[arg-type]
    if found is None:
        raise ValueError(indicator)
    return list(found.amounts), list(found.pupils)


def mean_of(indicator: str, stage: str, times: int = 1) -> Fraction:
    """The pooled mean of the sound county."""
    return Fraction(pooled_mean(*_figures(indicator, stage), times))


def plain_mean(indicator: str, stage: str) -> Fraction:
    """The unweighted mean: a mistake."""
    amounts, pupils = _figures(indicator, stage)
    return sum((Fraction(r) / p for r, p in zip(amounts, pupils, strict=True)), start=Fraction(0)) / len(pupils)


def unweighted_cv(indicator: str, stage: str) -> float:
    """The CV of the schools' values without weights, population form: a mistake."""
    amounts, pupils = _figures(indicator, stage)
    x = [float(Fraction(r) / p) for r, p in zip(amounts, pupils, strict=True)]
    mean = sum(x) / len(x)
    return (sum((v - mean) ** 2 for v in x) / len(x)) ** 0.5 / mean


def cv_of(indicator: str, stage: str) -> Any:
    """The right CV of the sound county."""
    return variation(*_figures(indicator, stage)).cv


def composite_of(stage: str) -> float:
    """The mean of the seven CVs."""
    return float(composite([cv_of(i.id, stage) for i in EDITION.resources]))


def gap_of(indicator: str, stage: str, limit: Fraction) -> Fraction:
    """limit × pupils − stock, at least 0."""
    amounts, pupils = _figures(indicator, stage)
    return max(Fraction(0), limit * sum(pupils) - sum(amounts))


def primaries(count: int) -> list[str]:
    """Codes of the first so many ordinary primary schools."""
    rows = [
        r
        for r in BASE.schools
        if r.get("school_type") == "primary" and r.get("counted") == "yes" and r.text("school_code") != P
    ]
    return [r.text("school_code") for r in rows][:count]


def several(codes: list[str], change: Callable[[int, Row], dict[str, Any]], county: County = BASE) -> County:
    """The county with several schools changed, each by its place in the list."""
    for index, code in enumerate(codes):
        county = put(code, county, **change(index, row_of(code)))
    return county


def without(code: str, county: County = BASE) -> County:
    """The county without one school; its teacher totals follow."""
    gone = row_of(code, county)
    blank = {"teachers_primary": 0} if gone.get("teachers_primary") else {"teachers_junior": 0}
    made = put(code, county, **blank)
    return replace(made, schools=tuple(row for row in made.schools if row.text("school_code") != code))


def last_year(**values: Any) -> County:
    """The sound county a year earlier: other pupils (7 % fewer), everything else the same."""
    made = every(
        lambda r: {
            n: int(r.number_of(n) * Fraction(93, 100)) for n in ("pupils_primary", "pupils_junior") if r.number_of(n)
        }
    )
    return with_facts(made, year=2023, **values)


LAST = last_year()
STAFF = total(BASE, "teachers_primary") + total(BASE, "teachers_junior")
GRADUATES = number("graduates")
JUNIOR = total(BASE, "pupils_junior")
ZONE = sum(
    int(r.number_of("pupils_primary") or 0) for r in BASE.schools
    if r.get("area") != "rural" and r.get("sponsor") == "public" and r.get("boarding") == "no"
)  # fmt: skip
OTHER = "3100000009"


def _certified(more: int) -> County:
    made = every(
        lambda r: {"teachers_certified": sum(r.number_of(f"teachers_{s}") or 0 for s in ("primary", "junior"))}
    )
    return with_facts(made, teachers_certified=STAFF + more)


def _copied(**changes: Any) -> County:
    other = {n: v for n, v in row_of(OTHER).values.items() if not isinstance(v, str)}
    return put(
        P,
        **{
            **dict.fromkeys((n for n, v in row_of(P).values.items() if not isinstance(v, str)), None),
            **other,
            **changes,
        },
    )


def _rounded(less: int) -> County:
    rows = [r for r in BASE.schools if (r.number_of("pupils_primary") or 0) >= 30 and r.get("counted") == "yes"]
    uneven = [r.text("school_code") for r in rows if r.number_of("pupils_primary") % 10]  # type: ignore[operator]
    wanted = -(-len(rows) // 2) - (len(rows) - len(uneven)) - less
    return several(uneven[:wanted], lambda i, r: {"pupils_primary": int(r.number_of("pupils_primary") or 0) // 10 * 10})


def _on_the_limit(less: int) -> County:
    known = len(primaries(99)) + 1 + sum(r.get("school_type") == "teaching_point" for r in BASE.schools)
    wanted = -(-known * 3 // 10) - less
    return several(
        primaries(wanted),
        lambda i, r: {"teaching_area": Fraction(9, 2) * (r.number_of("pupils_primary") or 0) + (r.number_of("indoor_sports_area") or 0)},
    )  # fmt: skip


def _large(equipment: int) -> County:
    """P eight times as large, with so much equipment a pupil."""
    names = [
        n for n in _PLAIN[P] if n not in ("built_year", "largest_class_primary") and not isinstance(_PLAIN[P][n], str)
    ]
    return put(P, **{n: 8 * _PLAIN[P][n] for n in names} | {"equipment_value": 3208 * equipment})


def _uneven() -> County:
    """Four large schools with three times the equipment: the CV of L6 exceeds 0.5."""
    large = sorted(primaries(99), key=lambda code: -(row_of(code).number_of("pupils_primary") or 0))[:4]
    return several(large, lambda i, r: {"equipment_value": 7600 * (r.number_of("pupils_primary") or 0)})


def _averages(share: float) -> County:
    rows = [r for r in BASE.schools if (r.number_of("classes_primary") or 0) >= 3]
    rows = [r for r in rows if r.number_of("pupils_primary") % r.number_of("classes_primary")]  # type: ignore[operator]
    codes = [r.text("school_code") for r in rows]

    def change(index: int, row: Row) -> dict[str, Any]:
        average = -(-int(row.number_of("pupils_primary") or 0) // int(row.number_of("classes_primary") or 1))
        estimated = average if index < share * len(codes) else average + 1
        # as if every class had the average: all of them over the limit, or none
        over = (
            0
            if estimated <= 45
            else max(1, int(row.number_of("pupils_primary") or 0) - 45 * int(row.number_of("classes_primary") or 0))
        )
        return {"largest_class_primary": estimated, "over_classes_primary": over}

    return several(codes, change)


_NO_JUNIOR = {n: None for n in row_of(N).values if n.endswith("_junior")} | {"homework_g7_9": None, "pupils_junior": 0}
_NO_TEACHERS = dict.fromkeys(
    ("above_degree_primary", "backbone_primary", "pe_art_primary", "pe_primary", "music_primary", "art_primary")
)
_NO_CLASSES = dict.fromkeys(("classes_primary", "largest_class_primary", "over_classes_primary"))

SAMPLES: dict[str, Sample] = {
    # 3 + 1 + 1 = 5
    "QBE-ARI-001": Sample(put(P, pe_primary=4), put(P, pe_primary=3)),
    "QBE-ARI-004": Sample(facts(disabled_taught_at_home=5), facts(disabled_taught_at_home=6)),  # 60 + 60 + 6 = 126
    "QBE-ARI-005": Sample(facts(migrant_purchased=1), facts(migrant_purchased=0)),  # all are in public schools
    "QBE-ARI-006": Sample(put(P, music_rooms_73=1), put(P, music_rooms_73=1, music_rooms=2)),
    # the sum says one more than the 40 schools have
    "QBE-ARI-010": Sample(sums(pupils_primary=total(BASE, "pupils_primary") + 1), sums(pupils_primary=total(BASE, "pupils_primary"))),
    # J has no primary stage: its blank hides nothing; P's does
    "QBE-ARI-011": Sample(
        sums(put(P, multimedia_rooms=None), multimedia_rooms=total(BASE, "multimedia_rooms")),
        sums(put(P, multimedia_rooms=None), multimedia_rooms=total(BASE, "multimedia_rooms") - 13),
    ),
    "QBE-ARI-007": Sample(row_states(P, "L4.primary", 6.09), row_states(P, "L4.primary", 6.08)),  # 2438 / 401 = 6.0798
    "QBE-ARI-008": Sample(states(L6__primary__mean=9999), states(L6__primary__mean=round(mean_of("L6", "primary"), 2))),
    "QBE-ARI-009": Sample(states(L6__primary__gap=1), states(L6__primary__gap=0)),  # the mean is above 2000: no gap
    "QBE-LOG-001": Sample(put(P, school_code=OTHER), put(P, school_code="3100000099")),
    "QBE-LOG-002": Sample(put(CAMPUS, main_school="3100000099"), put(CAMPUS, main_school=OTHER)),
    "QBE-LOG-003": Sample(
        put(CAMPUS, put(OTHER, counted="no", main_school=P), main_school=OTHER),
        put(CAMPUS, put(OTHER, counted="no", main_school=P), main_school=P),
    ),
    "QBE-LOG-004": Sample(put(P, teachers_junior=1), put(P, teachers_junior=0)),
    "QBE-LOG-005": Sample(put(P, backbone_primary=25), put(P, backbone_primary=24)),
    "QBE-LOG-006": Sample(put(P, main_school=OTHER), put(P, main_school=None)),
    "QBE-LOG-007": Sample(put(P, over_classes_primary=1), put(P, over_classes_primary=1, largest_class_primary=46)),
    "QBE-LOG-008": Sample(put(P, pupils_junior=5), put(P, pupils_junior=0)),
    "QBE-LOG-009": Sample(put(CAMPUS, main_school=None), put(CAMPUS, main_school=OTHER)),
    "QBE-LOG-011": Sample(facts(funding_norm_primary_town=711), facts(funding_norm_primary_town=710)),
    "QBE-LOG-012": Sample(put(P, classes_primary=0), put(P, classes_primary=10)),
    "QBE-LOG-013": Sample(put(P, largest_class_primary=40), put(P, largest_class_primary=41)),  # 10 x 40 < 401
    # two of 60 and six of 45 are 390; three of 60 and five of 45 are 405
    "QBE-LOG-014": Sample(
        put(P, classes_primary=8, largest_class_primary=60, over_classes_primary=2),
        put(P, classes_primary=8, largest_class_primary=60, over_classes_primary=3),
    ),
    # 50 + 8 x 46 + 1 = 419; 50 + 7 x 46 + 2 = 374
    "QBE-LOG-015": Sample(
        put(P, largest_class_primary=50, over_classes_primary=9), put(P, largest_class_primary=50, over_classes_primary=8)
    ),
    "QBE-LOG-016": Sample(put(P, teachers_primary=0, **_NO_TEACHERS), put(P, teachers_primary=1, **_NO_TEACHERS)),
    "QBE-LOG-017": Sample(put(P, music_rooms=11), put(P, music_rooms=10)),
    # 3 x 96 + 3 x 90 = 558 = 2641 - 2083
    "QBE-LOG-018": Sample(
        put(P, music_rooms=3, music_rooms_96=3, art_rooms=3, art_rooms_90=3, indoor_sports_area=2084),
        put(P, music_rooms=3, music_rooms_96=3, art_rooms=3, art_rooms_90=3, indoor_sports_area=2083),
    ),
    "QBE-LOG-019": Sample(put(P, indoor_sports_area=2641), put(P, indoor_sports_area=2640)),
    "QBE-LOG-020": Sample(put(P, built_year=2025), put(P, built_year=2024)),
    "QBE-LOG-021": Sample(put(P, built_by_2010="no"), put(P, built_by_2010="yes")),
    "QBE-LOG-022": Sample(put(P, shared_pe_art_primary=1), put(POINT, shared_pe_art_primary=1)),  # 83 pupils, rural
    "QBE-LOG-023": Sample(put(P, offsite_sports_area=500), put(P, offsite_sports_area=500, dense_centre="yes")),
    "QBE-LOG-024": Sample(
        facts(staff_ratio_primary=19, staff_ratio_primary_town=20), facts(staff_ratio_primary=19, staff_ratio_primary_town=19)
    ),
    "QBE-LOG-025": Sample(facts(small_schools_pupils=600), facts(small_schools_pupils=599)),  # six schools
    "QBE-LOG-026": Sample(facts(graduates=GRADUATES + 9), facts(graduates=GRADUATES + 8)),  # due: + 10 + 3 - 5
    "QBE-LOG-027": Sample(facts(basic_balance_year=2025), facts(basic_balance_year=2024)),
    "QBE-LOG-028": Sample(put(P, homework_g7_9=60), put(P, homework_g7_9=0)),
    "QBE-LOG-029": Sample(put(P, teachers_full_time=25), put(P, teachers_full_time=24)),
    "QBE-LOG-030": Sample(put(P, equipment_value=0), put(P, equipment_value=1)),
    "QBE-LOG-031": Sample(put(P, culture_rating="fair"), put(P, culture_rating="good")),
    "QBE-CTY-001": Sample(_certified(-1), _certified(0)),
    "QBE-CTY-002": Sample(
        facts(teachers_full_time=STAFF + 1, teachers_total=STAFF + 1), facts(teachers_full_time=STAFF, teachers_total=STAFF + 1)
    ),
    "QBE-CTY-003": Sample(facts(teachers_total=STAFF - 1, teachers_360_hours=STAFF - 1), facts(teachers_360_hours=STAFF - 1)),
    "QBE-CTY-004": Sample(facts(intake_pupils_primary=ZONE + 1, proximity_pupils_primary=ZONE), facts(intake_pupils_primary=ZONE)),
    "QBE-CTY-005": Sample(facts(small_schools=5), facts(small_schools=6)),
    "QBE-CTY-006": Sample(facts(exchange_eligible=STAFF + 1), facts(exchange_eligible=STAFF)),
    "QBE-CTY-007": Sample(_graduates(-(-JUNIOR * 15 // 100) - 1), _graduates(-(-JUNIOR * 15 // 100))),
    "QBE-CTY-008": Sample(facts(quota_planned=GRADUATES + 1, quota_allocated=GRADUATES // 2), facts(quota_planned=GRADUATES)),
    "QBE-CTY-009": Sample(put(P, school_name=row_of(OTHER).text("school_name")), put(P, school_name="第九学校")),
    "QBE-CTY-010": Sample(replace(BASE, survey=(*BASE.survey, BASE.survey[0])), BASE),
    "QBE-CTY-011": Sample(facts(county_code="37000"), facts(county_code="370000")),
    "QBE-CTY-012": Sample(put(P, school_code="310000041"), put(P, school_code="3100000041")),
    "QBE-PLA-001": Sample(put(P, equipment_value=11_345_000), put(P, equipment_value=3_100_000)),  # 28,292 and 7731 yuan a pupil
    "QBE-PLA-002": Sample(put(P, equipment_value=113), put(P, equipment_value=8020)),  # 0.28 and 20 yuan a pupil
    "QBE-PLA-003": Sample(
        every(lambda r: {"equipment_value": Fraction(r.number_of("equipment_value") or 0) / 10000, "multimedia_rooms": None}),
        several(primaries(2), lambda i, r: {"equipment_value": Fraction(r.number_of("equipment_value") or 0) / 10000}),
    ),
    "QBE-PLA-004": Sample(put(P, training_funds=165_501), put(P, training_funds=165_500)),  # half of 331,000
    "QBE-PLA-005": Sample(facts(teacher_wage=Fraction("6.1")), facts(teacher_wage=15_000, civil_servant_wage=15_000)),
    "QBE-PLA-006": Sample(_copied(), _copied(multimedia_rooms=30)),
    "QBE-PLA-007": Sample(
        several(primaries(6), lambda i, r: {"operating_funds": 350_000}), several(primaries(5), lambda i, r: {"operating_funds": 350_000})
    ),
    "QBE-PLA-008": Sample(_rounded(0), _rounded(1)),
    "QBE-PLA-009": Sample(_on_the_limit(0), _on_the_limit(1)),
    "QBE-PLA-010": Sample(put(P, multimedia_rooms=0), put(P, multimedia_rooms=1)),
    "QBE-PLA-011": Sample(_large(7600), _large(5000)),
    "QBE-PLA-012": Sample(put(P, homework_g3_6=Fraction("1.5")), put(P, homework_g3_6=10)),
    "QBE-PLA-013": Sample(
        states(facts(proximity_pupils_primary=None), G13__primary=85), states(facts(proximity_pupils_primary=None), G13__primary=1)
    ),
    # 10 classes: one room for every 3 are 3; 96 × 4 ㎡ are there
    "QBE-PLA-021": Sample(put(P, music_rooms=4), put(P, music_rooms=3)),
    "QBE-PLA-014": Sample(put(P, pupils_primary=2000, **_NO_CLASSES), put(P, pupils_primary=1000, **_NO_CLASSES)),
    "QBE-POL-001": Sample(put(N, **_NO_JUNIOR), BASE),
    "QBE-POL-002": Sample(put(P, school_name="桃源九年一贯制学校"), put(P, school_name="桃源小学")),
    # one of 401: 3 teachers are 0.75 per 100, 5 are 1.25
    "QBE-POL-003": Sample(row_states(P, "L3.primary", 0.75), row_states(P, "L3.primary", 1.25)),
    "QBE-POL-004": Sample(
        states(L6__primary__cv=round(unweighted_cv("L6", "primary"), 4)), states(L6__primary__cv=round(float(cv_of("L6", "primary")), 4))
    ),
    "QBE-POL-005": Sample(
        states(L6__primary__cv=round(composite_of("primary"), 4)), states(L6__primary__cv=round(float(cv_of("L6", "primary")), 4))
    ),
    "QBE-POL-006": Sample(states(_uneven(), composite__primary__cv=0.5), states(_uneven(), composite__primary__cv=0.51)),
    "QBE-POL-007": Sample(states(L4__junior__cv_limit=0.65), states(L4__junior__cv_limit=0.45)),
    "QBE-POL-008": Sample(_averages(0.8), _averages(0.7)),
    # 1803 / 401 = 4.496; 1805 / 401 = 4.501
    "QBE-POL-009": Sample(
        row_states(P, "L4.primary", 4.5, put(P, teaching_area=2006)), row_states(P, "L4.primary", 4.5, put(P, teaching_area=2008))
    ),
    "QBE-POL-010": Sample(
        every(lambda r: {"backbone_primary": 0} if r.get("backbone_primary") is not None else {}),
        put(P, every(lambda r: {"backbone_primary": 0} if r.get("backbone_primary") is not None else {}), backbone_primary=1),
    ),
    "QBE-YOY-001": Sample(BASE, BASE, with_facts(LAST, year=2024), last_ok=LAST),
    "QBE-YOY-002": Sample(without(P), BASE, LAST),
    "QBE-YOY-003": Sample(BASE, BASE, without(P, LAST), last_ok=LAST),
    "QBE-YOY-004": Sample(put(P, school_code="3100000041"), BASE, LAST),
    "QBE-YOY-005": Sample(BASE, BASE, put(P, LAST, pupils_primary=200), last_ok=put(P, LAST, pupils_primary=201)),
    # 0.9 x 4786 = 4307.4
    "QBE-YOY-006": Sample(BASE, BASE, put(P, LAST, outdoor_sports_area=4786), last_ok=put(P, LAST, outdoor_sports_area=4785)),
    "QBE-YOY-007": Sample(BASE, BASE, put(P, LAST, equipment_value=1_418_126), last_ok=put(P, LAST, equipment_value=1_418_125)),
    # 364 x 1.1 = 400.4; 30 x 0.8 = 24
    "QBE-YOY-008": Sample(
        BASE, BASE, put(P, LAST, pupils_primary=364, teachers_primary=30), last_ok=put(P, LAST, pupils_primary=364, teachers_primary=29)
    ),
    "QBE-YOY-009": Sample(BASE, BASE, put(P, LAST, school_type="teaching_point"), last_ok=LAST),
    "QBE-YOY-010": Sample(BASE, BASE, with_facts(BASE, year=2023), last_ok=LAST),
    "QBE-YOY-011": Sample(BASE, BASE, with_facts(LAST, teacher_wage=40_000), last_ok=with_facts(LAST, teacher_wage=40_001)),
}  # fmt: skip
