"""Mistakes of real reports and tools, one a row: what was put in, what a plain spreadsheet makes of it, what we make of it.

The inputs are named and small, so that both sides can be worked out by hand: the arithmetic stands beside them. Three
primary schools have 100, 400 and 500 pupils; everything that a row does not name is as `tests.counties.school` makes it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from math import sqrt
from pathlib import Path
from statistics import fmean, pstdev
from typing import Any

import pytest
from openpyxl import load_workbook

from qbe_xl.assessment import assess
from qbe_xl.assessment.results import Assessment, IndicatorResult, ItemResult, UnitResult
from qbe_xl.county import County, Row
from tests.counties import COLUMNS, changed, county, school, with_facts, with_stated
from tests.forms import books

A, B, C = "A1", "B2", "C3"  # 青石小学, 白桥小学, 柳湾小学
SIZES = {A: 100, B: 400, C: 500}
NAMES = {A: "青石小学", B: "白桥小学", C: "柳湾小学"}


def three(**changes: dict[str, Any]) -> County:
    """The three schools, with what is changed in each."""
    return county(*(school(k, "primary", n, **{"school_name": NAMES[k], **changes.get(k, {})}) for k, n in SIZES.items()))


def rooms(a: Any, b: Any, c: Any) -> County:
    """The three schools with so many multimedia rooms."""
    return three(**{k: {"multimedia_rooms": n} for k, n in zip(SIZES, (a, b, c), strict=True)})


def stating(made: County, code: str, key: str, value: Any) -> County:
    """The county with a value that a school states itself, in a column of its own."""
    columns = {**COLUMNS, f"stated:{key}": "ZZ"}
    rows = tuple(replace(r, columns=columns) for r in made.schools)
    return replace(made, schools=tuple(_stated(r, key, value) if r.text("school_code") == code else r for r in rows))


def _stated(row: Row, key: str, value: Any) -> Row:
    return changed(row, **{f"stated:{key}": value})


def nine_years(**pupils: int) -> County:
    """The three schools and 东岭九年一贯制学校 with these pupils by stage."""
    row = school("D4", "nine_year", {"primary": pupils["primary"], "junior": pupils["junior"]}, school_name="东岭九年一贯制学校")
    return replace(three(), schools=(*three().schools, row))


def many_schools(**facts: Any) -> County:
    """24 schools of 300 pupils and 30 teachers: 720 teachers."""
    rows = [school(f"N{k}", "primary", 300, school_name=f"第{k}小学") for k in range(1, 25)]
    return with_facts(county(*rows), **facts)


def indicator(result: Assessment, key: str) -> IndicatorResult:
    assert result.resources is not None
    return result.resources.stages["primary"].indicators[key]


def unit(result: Assessment, code: str, stage: str = "primary") -> UnitResult:
    assert result.resources is not None
    units = result.resources.stages[stage].units
    return next(u for u in units if code in {row.text("school_code") for row in u.unit.school.rows})


def item(result: Assessment, key: str) -> ItemResult:
    return next(i for group in result.groups.values() for i in group.items if i.id == key)


# ---- plain spreadsheets


def column(made: County, name: str) -> list[float]:
    """A column of the three schools as a spreadsheet has it: a blank counts as 0."""
    return [float(row.number_of(name) or 0) for row in made.schools]


def per_100(made: County, name: str) -> list[float]:
    return [100 * r / p for r, p in zip(column(made, name), column(made, "pupils_primary"), strict=True)]


def cv(values: list[float]) -> float:
    """STDEV.P over AVERAGE."""
    return round(pstdev(values) / fmean(values), 4)


def weighted_cv(amounts: list[float], pupils: list[float]) -> float:
    mean = sum(amounts) / sum(pupils)
    return sqrt(sum(p * (r / p - mean) ** 2 for r, p in zip(amounts, pupils, strict=True)) / sum(pupils)) / mean


def says(passes: bool) -> str:
    return "pass" if passes else "fail"


def at(made: County, code: str, name: str) -> float:
    return next(float(row.number_of(name) or 0) for row in made.schools if row.text("school_code") == code)


@dataclass(frozen=True)
class Mistake:
    """`naive` is what a plain spreadsheet gives, by `formula`; `ours` what the assessment gives, which is `right`; `code` the finding."""

    inputs: County
    naive: object
    formula: Callable[[County], object]
    right: object
    ours: Callable[[Assessment], object]
    code: str | None = None
    extra: dict[str, object] = field(default_factory=dict)  # arguments of the finding's sentence


def close(value: Any) -> float:
    return round(float(value), 4)


MISTAKES: dict[str, Mistake] = {
    # 8, 10, 12 rooms: 8, 2.5, 2.4 per 100 pupils. Plain mean 4.3; deviations 3.7, -1.8, -1.9; √(20.54 / 3) / 4.3 = 0.6085.
    # Weighted: 1000 × (8²/100 + 10²/400 + 12²/500) / 30² - 1 = 1178/900 - 1 = 0.3089; √ = 0.5558
    "unweighted CV": Mistake(
        with_stated(rooms(8, 10, 12), L7__primary__cv=Decimal("0.6085")),
        0.6085, lambda c: cv(per_100(c, "multimedia_rooms")), 0.5558, lambda r: close(indicator(r, "L7").cv), "QBE-POL-004",
    ),
    # the same: (8 + 2.5 + 2.4) / 3 = 4.3 against 100 × 30 / 1000 = 3
    "unweighted mean": Mistake(
        with_stated(rooms(8, 10, 12), L7__primary__mean=Decimal("4.3")),
        4.3, lambda c: round(fmean(per_100(c, "multimedia_rooms")), 4), 3.0, lambda r: close(indicator(r, "L7").mean), "QBE-POL-004",
    ),
    # (2199 - 400) ㎡ / 400 pupils = 4.4975, shown as 4.50, which is 4.5
    "rounding before comparing": Mistake(
        stating(three(**{B: {"teaching_area": 2199, "indoor_sports_area": 400}}), B, "L4.primary", Decimal("4.50")),
        "pass", lambda c: says(round((at(c, B, "teaching_area") - at(c, B, "indoor_sports_area")) / 400, 2) >= 4.5), "fail",
        lambda r: unit(r, B).values["L4"].status, "QBE-POL-009",
    ),
    # equipment of 2,000,000, 800,000, 1,000,000 yuan: CV² = 1000 × (4e10 + 1.6e9 + 2e9) / 3.8e6² - 1 = 2.0194; CV 1.4211 > 0.5.
    # The other six are 0, so the composite is 1.4211 / 7 = 0.203 ≤ 0.5
    "composite as the verdict": Mistake(
        with_stated(
            three(**{A: {"equipment_value": 2_000_000}, B: {"equipment_value": 800_000}, C: {"equipment_value": 1_000_000}}),
            composite__primary__cv=Decimal("0.203"),
        ),
        "pass", lambda c: says(weighted_cv(column(c, "equipment_value"), column(c, "pupils_primary")) / 7 <= 0.5), "fail",
        lambda r: indicator(r, "L6").cv_status, "QBE-POL-006",
    ),
    # CV 0.5558 as above: ≤ 0.65, the limit of 2012 for the composite, > 0.50
    "0.65 for both stages": Mistake(
        with_stated(rooms(8, 10, 12), L7__primary__cv_limit=Decimal("0.65")),
        "pass", lambda c: says(weighted_cv(column(c, "multimedia_rooms"), column(c, "pupils_primary")) <= 0.65), "fail",
        lambda r: indicator(r, "L7").cv_status, "QBE-POL-007",
    ),
    # 3 PE teachers of 500 pupils: 0.6 < 0.9; PE, music and art together 5: 1.0 ≥ 0.9
    "0.9 for each subject": Mistake(
        stating(three(**{C: {"pe_art_primary": 5, "pe_primary": 3, "music_primary": 1, "art_primary": 1}}), C, "L3.primary", Decimal("0.6")),
        "fail", lambda c: says(100 * at(c, C, "pe_primary") / 500 >= 0.9), "pass", lambda r: unit(r, C).values["L3"].status, "QBE-POL-003",
    ),
    # 12 + 14 rooms and a blank: as 0 it is 26 / 1000 = 2.6 for all; what is missing may be anything
    "blank read as 0": Mistake(
        rooms(None, 12, 14), "fail", lambda c: says(per_100(c, "multimedia_rooms")[0] >= 2.3), "undetermined",
        lambda r: unit(r, A).values["L7"].status,
    ),
    # 150 (万元) of 500 pupils read as yuan: 0.3 a pupil against 2000; in 万元 it is 3000 a pupil
    "万元 for 元": Mistake(
        three(**{C: {"equipment_value": 150}}), 0.3, lambda c: at(c, C, "equipment_value") / 500, 0.3,
        lambda r: close(unit(r, C).values["L6"].value),
        "QBE-PLA-002", {"left": "0.3", "right": "3000"},
    ),
    # 3 + 1 + 2 = 6 subjects' teachers, 5 together: either may be right, so neither 1.0 nor 1.2 per 100 is used
    "a total that is not the sum of its parts": Mistake(
        three(**{C: {"pe_art_primary": 5, "pe_primary": 3, "music_primary": 1, "art_primary": 2}}),
        "pass", lambda c: says(100 * at(c, C, "pe_art_primary") / 500 >= 0.9), "undetermined",
        lambda r: unit(r, C).values["L3"].status, "QBE-ARI-001", {"left": "6", "right": "5"},
    ),
    # 945 graduates of 1000 entrants: 94.5 % < 95 %; of 1000 + 2 - 10 - 0 = 992: 95.26 %
    "a stated ratio that its inputs do not give": Mistake(
        with_stated(
            with_facts(three(), graduates=945, entrants=1000, transfers_in=2, transfers_out=10, deaths=0, quota_planned=900,
                       quota_allocated=500, quota_rural=80),
            Q1=Decimal("0.945"),
        ),
        0.945, lambda c: float(c.number("graduates") or 0) / float(c.number("entrants") or 1), Fraction(945, 992),
        lambda r: item(r, "Q1").value, "QBE-ARI-003",
    ),
    # 4 + 8 + 8 = 20 rooms; 2.3 × 1000 / 100 = 23; 3 are missing, not 5
    "a gap of its own": Mistake(
        with_stated(rooms(4, 8, 8), L7__primary__gap=5), 5, lambda c: round(c.stated["L7.primary.gap"].value), 3,
        lambda r: indicator(r, "L7").gap_mean, "QBE-ARI-009",
    ),
    # 24 schools × 30 teachers = 720; the county reports 713, all with a certificate: 713 / 720 or 713 / 713? Both are shown
    "two teacher totals in one report": Mistake(
        many_schools(teachers_full_time=713, teachers_certified=713, teachers_total=720, teachers_360_hours=720),
        713, lambda c: float(c.number("teachers_full_time") or 0), "pass",
        lambda r: item(r, "G12").status, "QBE-CTY-002", {"left": "713", "right": "720"},
    ),
    # 306 + 213 = 519 pupils in one unit
    "nine years as one unit": Mistake(
        nine_years(primary=519, junior=0), 519, lambda c: at(c, "D4", "pupils_primary"), 519, lambda r: unit(r, "D4").unit.pupils, "QBE-POL-001",
    ),
    # the same school reported by stage: two units, of 306 and 213
    "nine years as two units": Mistake(
        nine_years(primary=306, junior=213), 519, lambda c: at(c, "D4", "pupils_primary") + at(c, "D4", "pupils_junior"), (306, 213),
        lambda r: (unit(r, "D4").unit.pupils, unit(r, "D4", "junior").unit.pupils),
    ),
    # 440 pupils in 10 classes: 44 on average ≤ 45; yet two classes have more, the largest 52
    "over-size classes from the average": Mistake(
        three(**{B: {"pupils_primary": 440, "classes_primary": 10, "largest_class_primary": 52, "over_classes_primary": 2}}),
        0, lambda c: sum(p / k > 45 for p, k in zip(column(c, "pupils_primary"), column(c, "classes_primary"), strict=True)), 2,
        lambda r: item(r, "G5").value,
    ),
    # 470 pupils in 10 classes, one of 47 reported over 45: 47 + 9 × 45 = 452 at most, so there are more
    "over-size classes not reported": Mistake(
        three(**{B: {"pupils_primary": 470, "classes_primary": 10, "largest_class_primary": 47, "over_classes_primary": 1}}),
        1, lambda c: at(c, B, "over_classes_primary"), "fail", lambda r: item(r, "G5").status, "QBE-LOG-014",
        {"left": "470", "high": "452"},
    ),
    # 8 + 10 + 8 = 26 rooms of 1000 pupils: 2.6 ≥ 2.3; 柳湾 has 8 of 500: 1.6 < 1.955, the floor
    "a mean that passes while a school fails": Mistake(
        rooms(8, 10, 8), "pass", lambda c: says(100 * sum(column(c, "multimedia_rooms")) / 1000 >= 2.3), "fail",
        lambda r: unit(r, C).status,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_of_real_reports(name: str) -> None:
    mistake = MISTAKES[name]
    result = assess(mistake.inputs)
    assert mistake.formula(mistake.inputs) == mistake.naive
    assert mistake.ours(result) == mistake.right
    if mistake.code is None:
        return
    found = [finding for finding in result.findings if finding.code == mistake.code]
    assert found, [finding.sentence("en") for finding in result.findings]
    for key, value in mistake.extra.items():
        assert str(found[0].args[key]) == value
    assert found[0].sentence("zh") != found[0].sentence("en")


def test_the_mean_that_passes_is_shown_beside_the_school_that_fails() -> None:
    result = assess(MISTAKES["a mean that passes while a school fails"].inputs)
    shown = indicator(result, "L7")
    assert (shown.mean, shown.units_below, shown.units_below_floor) == (Decimal("2.6"), 1, 1)
    assert unit(result, C).values["L7"].value == Fraction(8, 5)


def test_what_is_sound_gives_none_of_the_codes() -> None:
    found = {finding.code for finding in assess(three()).findings}
    assert not found & {mistake.code for mistake in MISTAKES.values()}


def test_reading_by_cell_address(tmp_path: Path) -> None:
    """A column put in before the pupils: the cell that held 青石小学's 410 pupils is now blank."""
    sheet = books.County([books.school(1, school_name="青石小学", pupils_primary=410, classes_primary=12)])
    address = sheet.cell("pupils_primary").coordinate
    path = sheet.save(tmp_path)
    book = load_workbook(path)
    page = book[sheet.schools.title]
    page.insert_cols(page[address].column)
    book.save(path)
    naive = load_workbook(path)[sheet.schools.title][address].value
    from qbe_xl.forms import read

    made = read(path).county
    assert made is not None
    assert naive is None and made.schools[0].number_of("pupils_primary") == 410
