"""The years: rates and warnings by hand, steps back, schools matched by code, gaps, and years that do not fit together."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qbe_xl.assessment import Assessment, assess
from qbe_xl.core.errors import QbeError
from qbe_xl.core.numbers import exact, quotient
from qbe_xl.county import County, FileInfo, Row, Submission
from qbe_xl.planning.serial import to_json
from qbe_xl.planning.trend.find import Trend, find_trend
from qbe_xl.planning.trend.serial import trend_to_dict
from qbe_xl.planning.trend.series import Line
from qbe_xl.planning.trend.settings import horizon, rate_years, worse_by
from qbe_xl.planning.trend.signals import Course
from qbe_xl.planning.trend.wording import course_sentence
from tests import counties as make

SCHOOLS = (make.school("S1", pupils=500), make.school("S2", pupils=400), make.school("S3", "junior", 300))


def report(year: int | None, *schools: Row, **facts: Any) -> Assessment:
    return assess(make.county(*(schools or SCHOOLS), facts={"year": year, **facts}))


def certified(*counts: int | None) -> list[Assessment]:
    """Years from 2020 on with so many teachers exchanged of 1000 that should be (G11.exchanged: at least 10 %)."""
    return [
        report(2020 + k, exchange_eligible=1000, exchanged=n, exchanged_backbone=n) for k, n in enumerate(counts)
    ]  # fmt: skip


def course_of(trend: Trend, line_id: str) -> Course | None:
    found = [each for each in trend.courses if each.line.id == line_id]
    assert len(found) <= 1
    return found[0] if found else None


def line(trend: Trend, line_id: str, measure: str, stage: str | None = None) -> Line:
    (found,) = [each for each in trend.lines if (each.id, each.measure, each.stage) == (line_id, measure, stage)]
    return found


# ---- warnings


def test_a_share_that_falls_is_extrapolated_exactly() -> None:
    # 16 %, 14 %, 12 %: (0.12 - 0.16) / 2 = -0.02 a year; 0.10 in 2023 still meets "at least 10 %", 0.08 in 2024 does not
    course = course_of(find_trend(certified(160, 140, 120)), "G11.exchanged")
    assert course is not None
    assert (course.rate, course.value, course.limit) == (Fraction(-1, 50), Fraction(3, 25), Fraction(1, 10))
    assert (course.since, course.in_years, course.year) == (2020, 2, 2024)
    zh = course_sentence(course, 2022, "zh")
    assert "平均每年降 2 个百分点" in zh and "≥ 10%" in zh and "2 年后（2024 年）" in zh and "外推" in zh
    assert "down 2 points a year in 2020–2022" in course_sentence(course, 2022, "en")


def test_the_rate_is_that_of_the_last_three_years_with_data() -> None:
    # 2020 is too old; 2022 has no data: 2021, 2023, 2024 count: (0.13 - 0.19) / 3 = -0.02; 0.11, then 0.09
    course = course_of(find_trend(certified(200, 190, None, 150, 130)), "G11.exchanged")
    assert course is not None and rate_years() == 3
    assert (course.since, course.rate, course.in_years, course.year) == (2021, Fraction(-1, 50), 2, 2026)


@pytest.mark.parametrize(
    "counts",
    [
        (160, 120, 130),  # down 1.5 points a year on average, but it turned
        (140, 150, 160),  # away from the limit
        (140, 160, 160, 160),  # still
        (160, 140, None),  # nothing is known of the newest year
        (None, None, 140),  # one year is no trend
        (120, 110, 90),  # it fails already
        (1000, 990),  # -1 point a year: 90 years
    ],
)
def test_no_warning(counts: tuple[int | None, ...]) -> None:
    assert course_of(find_trend(certified(*counts)), "G11.exchanged") is None


def test_the_horizon_is_the_last_year_that_counts() -> None:
    # -1 point a year from 10 % + (horizon - 1) points: the limit is passed in exactly `horizon` years
    top = 100 + 10 * (horizon() - 1)
    assert course_of(find_trend(certified(top + 10, top)), "G11.exchanged").in_years == horizon()  # type: ignore[union-attr]
    assert course_of(find_trend(certified(top + 20, top + 10)), "G11.exchanged") is None


def test_a_limit_that_must_not_be_reached() -> None:
    # Q9.gap must be below 0.15: 0.11, 0.13 → 0.15 in a year already fails
    reports = [report(2020, monitoring_gap=exact("0.11")), report(2021, monitoring_gap=exact("0.13"))]
    course = course_of(find_trend(reports), "Q9.gap")
    assert course is not None and (course.rate, course.in_years) == (Fraction(1, 50), 1)


def test_classes_and_schools_that_grow() -> None:
    # largest class 43, 44 → 45 still meets "up to 45", 46 in 2023 does not; 1900, 1960 pupils → 2020 > 2000 in 2022
    def year(number: int, largest: int, pupils: int) -> Assessment:
        return report(number, make.school("S1", pupils=500, largest_class_primary=largest), make.school("S2", pupils=pupils))

    trend = find_trend([year(2020, 43, 1900), year(2021, 44, 1960)])
    found = {(c.line.measure, c.line.school): (c.rate, c.in_years, c.year) for c in trend.courses}
    assert found == {("school_class", "S1"): (1, 2, 2023), ("school_size", "S2"): (60, 1, 2022)}


def test_a_cv_on_its_way() -> None:
    def year(number: int, extra: int) -> Assessment:
        # 10 PE and art teachers for 500 pupils, 8 + extra for 400: the further apart, the larger the CV
        return report(number, make.school("S1", pupils=500), make.school("S2", pupils=400, pe_art_primary=8 + extra))

    trend = find_trend([year(2020, 4), year(2021, 8), year(2022, 14)])
    cv = line(trend, "L3", "cv", "primary")
    first, _, last = (point.number for point in cv.points)
    assert first is not None and last is not None
    # two schools of 500 and 400 pupils, values 2 and a: mean (1000 + 400 a) / 900, CV = √(500·400) (a - 2) / (1000 + 400 a)
    # for a = 22/4: √200000 · 3.5 / 3200
    assert abs(float(last) - 200_000**0.5 * 3.5 / 3200) < 1e-12
    course = course_of(trend, "L3")
    assert course is not None and course.rate == (last - first) / 2
    ahead = course.in_years
    assert last + ahead * course.rate > course.limit >= last + (ahead - 1) * course.rate


# ---- steps back


def test_steps_back_since_the_year_before_and_since_recognition() -> None:
    # 150, 90, 140 of 1000: passed, failed, passes again: no step back against either earlier year
    assert find_trend(certified(150, 90, 140)).worse == ()
    # 150, 90, 80: failed last year already, but passed in 2020
    reports = certified(150, 90, 80)
    assert find_trend(reports).worse == ()
    (step,) = find_trend(reports, since=2020).worse
    assert (step.line.id, step.kind, step.since) == ("G11.exchanged", "now_fails", 2020)


def test_more_large_classes_and_schools_are_worse() -> None:
    def year(number: int, over: int, pupils: int) -> Assessment:
        one = make.school("S1", pupils=500, largest_class_primary=47, over_classes_primary=over)
        return report(number, one, make.school("S2", pupils=2100), make.school("S3", pupils=pupils))

    found = {(r.line.id, r.line.measure, r.kind) for r in find_trend([year(2020, 1, 1999), year(2021, 2, 2001)]).worse}
    assert found == {("G5", "over_classes", "worse"), ("G4", "item", "worse")}
    assert find_trend([year(2020, 2, 2001), year(2021, 1, 1999)]).worse == ()


def test_a_cv_is_worse_from_the_threshold_on() -> None:
    # CV = √200000 (a - 2) / (1000 + 400 a), a = (8 + extra) / 4: extra 2 gives 0.112, 3 gives 0.159, 1 gives 0.059
    def year(number: int, amount: Fraction) -> Assessment:
        rows = (make.school("S1", pupils=500), make.school("S2", pupils=400, equipment_value=amount))
        return report(number, *rows)

    same = year(2020, Fraction(1_200_000))  # 3000 yuan a pupil in both: CV 0
    worse = {r.line.id for r in find_trend([same, year(2021, Fraction(1_400_000))]).worse}
    # 3500 against 3000: √200000 · 500 / (1500000 + 1400000) = 0.077 ≥ 0.02
    assert worse == {"L6"} and worse_by("cv") == Fraction(1, 50)
    # 3100: √200000 · 100 / (1500000 + 1240000) = 0.016
    assert find_trend([same, year(2021, Fraction(1_240_000))]).worse == ()


# ---- figures and gaps


def test_sizes_by_hand_and_gaps_that_are_no_zeros() -> None:
    known = report(2020)
    trend = find_trend([known, report(2021, *SCHOOLS[:2], make.school("S3", "junior", 300, classes_junior=None))])
    # primary: 500 and 400 pupils in 13 and 10 classes; two schools
    assert [p.value for p in line(trend, "G5", "mean_class", "primary").points] == [Fraction(900, 23)] * 2
    assert [p.value for p in line(trend, "size", "mean_school", "primary").points] == [450, 450]
    assert [p.value for p in line(trend, "G5", "mean_class", "junior").points] == [quotient(300, 8), None]
    data = trend_to_dict(trend)
    (found,) = [each for each in data["lines"] if (each["measure"], each["stage"]) == ("mean_class", "junior")]
    assert [point["value"] for point in found["points"]] == [37.5, None]


def test_a_blocked_year_is_shown_as_such() -> None:
    # more backbone teachers exchanged than teachers: an error, and the values in error are gaps
    trend = find_trend([report(2020), report(2021, exchanged=30, exchanged_backbone=57), report(2022)])
    assert [year.blocked for year in trend.years] == [False, True, False]
    assert line(trend, "G11.backbone", "part").points[1].value is None
    assert trend_to_dict(trend)["years"][1]["verdict"] is None


def test_schools_that_come_go_and_change_their_code() -> None:
    before = report(2020, *SCHOOLS, make.school("S4", pupils=300), make.school("S5", pupils=300))
    now = report(
        2021,
        make.school("S1", pupils=500, above_degree_primary=0, backbone_primary=0),  # two indicators below their limits
        *SCHOOLS[1:],
        make.school("S9", pupils=300, school_name="第S4学校"),
        make.school("S8", pupils=300),
    )
    (step,) = find_trend([now, before]).steps
    assert [each.code for each in step.new] == ["S8"] and [each.code for each in step.gone] == ["S5"]
    assert [(each.before, each.code) for each in step.renumbered] == [("S4", "S9")]
    assert [(each.code, each.stage) for each in step.failing] == [("S1", "primary")] and step.passing == ()


# ---- what cannot be


def code_of(*results: Assessment, since: int | None = None) -> str:
    with pytest.raises(QbeError) as caught:
        find_trend(results, since)
    for lang in ("zh", "en"):
        assert caught.value.message(lang)  # type: ignore[arg-type]
    return caught.value.code


def test_years_that_do_not_fit_together() -> None:
    unread = assess_nothing()
    assert code_of(report(2020)) == code_of(report(2020), unread) == "QBE-PLN-301"
    assert code_of(report(2020), report(2021), report(2020)) == "QBE-PLN-302"
    assert code_of(report(2020), report(2021, county_code="371424")) == "QBE-PLN-303"
    assert code_of(report(2020, county_code=None), report(2021, county_name="另一县")) == "QBE-PLN-303"
    assert code_of(report(2020), report(None)) == "QBE-PLN-304"
    assert code_of(report(2020), report(2021), since=2021) == code_of(report(2020), report(2021), since=1999) == "QBE-PLN-305"
    trend = find_trend([report(2020), unread, report(2021)])
    assert trend.left_out == (unread,) and len(trend.years) == 2


def assess_nothing() -> Assessment:
    from qbe_xl.assessment import assess_submission

    return assess_submission(Submission(FileInfo("坏.xlsx"), None, None))


# ---- whatever the years


def same_county(year: int) -> County:
    return make.county(*SCHOOLS, facts={"year": year})


@given(st.lists(st.integers(2010, 2030), min_size=2, max_size=4, unique=True))
@settings(max_examples=8, deadline=None)
def test_constant_years_give_no_warning(numbers: list[int]) -> None:
    trend = find_trend([assess(same_county(year)) for year in numbers])
    assert (trend.courses, trend.worse) == ((), ())
    assert [year.year for year in trend.years] == sorted(numbers)


def test_the_order_of_files_does_not_matter() -> None:
    reports = certified(160, 140, 90)
    texts = {to_json(trend_to_dict(find_trend(order))) for order in itertools.permutations(reports)}
    assert len(texts) == 1
