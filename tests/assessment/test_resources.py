"""The seven indicators: the rule of six, the 85 % floor, missing values, and the CV on its line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbe_xl.assessment.resources import assess_resources, assess_unit, gap_step
from qbe_xl.assessment.results import IndicatorResult, StageResult, UnitResult
from qbe_xl.core.numbers import Exact, json_number, shown
from qbe_xl.county import County
from qbe_xl.county.units import School, county_units, units_of
from qbe_xl.standards import DEFAULT_EDITION, load_edition
from tests.counties import school

EDITION = load_edition(DEFAULT_EDITION)
IDS = tuple(indicator.id for indicator in EDITION.resources)
# amounts of a primary school of 100 pupils that lie exactly on the limits, and exactly on 85 % of them
PRIMARY_AT_LIMIT = dict(zip(IDS, map(Fraction, ("4.2", "1", "0.9", "450", "750", "200000", "2.3")), strict=True))
PRIMARY_AT_FLOOR = dict(
    zip(IDS, map(Fraction, ("3.57", "0.85", "0.765", "382.5", "637.5", "170000", "1.955")), strict=True)
)
JUNIOR_AT_LIMIT = dict(zip(IDS, map(Fraction, ("5.3", "1", "0.9", "580", "1020", "250000", "2.4")), strict=True))
JUNIOR_AT_FLOOR = dict(zip(IDS, map(Fraction, ("4.505", "0.85", "0.765", "493", "867", "212500", "2.04")), strict=True))
CENT = Fraction(1, 100)


def unit(amounts: dict[str, Exact | None], pupils: Exact | None = 100, stage: str = "primary") -> UnitResult:
    """The verdict on one unit with these amounts."""
    (made,) = units_of(School(school("S1", stage, 100)), EDITION)
    return assess_unit(replace(made, pupils=pupils, amounts=dict(amounts)), EDITION)


def stage_of(
    amounts: Sequence[Exact | None], pupils: Sequence[Exact | None], key: str = "L6", stage: str = "primary"
) -> IndicatorResult:
    """One indicator over units with these amounts and pupils."""
    return whole_stage(amounts, pupils, key, stage).indicators[key]


def whole_stage(amounts: Sequence[Exact | None], pupils: Sequence[Exact | None], key: str, stage: str) -> StageResult:
    made = []
    for number, (amount, heads) in enumerate(zip(amounts, pupils, strict=True), start=1):
        (plain,) = units_of(School(school(f"S{number}", stage, 100)), EDITION)
        made.append(replace(plain, pupils=heads, amounts={**plain.amounts, key: amount}))
    return assess_resources(made, EDITION).stages[stage]


# ---- six of seven


@pytest.mark.parametrize(
    ("stage", "limits", "floors"),
    [("primary", PRIMARY_AT_LIMIT, PRIMARY_AT_FLOOR), ("junior", JUNIOR_AT_LIMIT, JUNIOR_AT_FLOOR)],
)
def test_on_the_line(stage: str, limits: dict[str, Fraction], floors: dict[str, Fraction]) -> None:
    result = unit(dict(limits), stage=stage)
    assert (result.status, result.met, result.below, result.missing) == ("pass", 7, (), ())
    for key in IDS:
        # six met and the seventh exactly at 85 %: passes; one cent less: fails
        result = unit({**limits, key: floors[key]}, stage=stage)
        assert (result.status, result.met, result.below) == ("pass", 6, (key,))
        assert (result.values[key].status, result.values[key].allowed) == ("fail", True)
        result = unit({**limits, key: floors[key] - CENT}, stage=stage)
        assert (result.status, result.met) == ("fail", 6)
        assert not result.values[key].allowed
        # a cent below the limit is below it
        assert unit({**limits, key: limits[key] - CENT}, stage=stage).values[key].status == "fail"


def test_two_below_fail_even_within_85_percent() -> None:
    for first, second in product(IDS, IDS):
        if first != second:
            amounts = {**PRIMARY_AT_LIMIT, first: PRIMARY_AT_FLOOR[first], second: PRIMARY_AT_FLOOR[second]}
            result = unit(amounts)
            assert (result.status, result.met) == ("fail", 5)
            assert set(result.below) == {first, second}


@pytest.mark.parametrize(
    ("blank", "at_floor", "below_floor", "status"),
    [
        (0, 0, 0, "pass"),
        (0, 1, 0, "pass"),
        (0, 2, 0, "fail"),
        (0, 0, 1, "fail"),
        (1, 0, 0, "undetermined"),  # 6 met + 1 missing
        (1, 1, 0, "undetermined"),  # 5 met + 1 missing + 1 within 85 %
        (1, 0, 1, "fail"),  # 5 met + 1 missing + 1 below 85 %
        (1, 2, 0, "fail"),  # two are below whatever the missing one is
        (6, 0, 1, "fail"),
        (6, 1, 0, "undetermined"),
        (7, 0, 0, "undetermined"),
    ],
)
def test_missing_values(blank: int, at_floor: int, below_floor: int, status: str) -> None:
    amounts: dict[str, Exact | None] = dict(PRIMARY_AT_LIMIT)
    keys = iter(IDS)
    for _ in range(blank):
        amounts[next(keys)] = None
    for _ in range(at_floor):
        key = next(keys)
        amounts[key] = PRIMARY_AT_FLOOR[key]
    for _ in range(below_floor):
        key = next(keys)
        amounts[key] = PRIMARY_AT_FLOOR[key] / 2
    result = unit(amounts)
    assert result.status == status
    assert result.met == 7 - blank - at_floor - below_floor
    assert len(result.missing) == blank


def rule(states: Sequence[str]) -> bool:
    """The rule itself, over seven states without gaps."""
    return states.count("below") == 0 and states.count("allowed") <= 1


@given(st.lists(st.sampled_from(["met", "allowed", "below", None]), min_size=7, max_size=7))
def test_the_rule_is_that_of_all_fillings(states: list[str | None]) -> None:
    """A unit fails if no filling passes, passes if every filling passes, else it is undetermined."""
    gaps = [i for i, state in enumerate(states) if state is None]
    fillings = []
    for words in product(["met", "allowed", "below"], repeat=len(gaps)):
        filled = list(states)
        for i, word in zip(gaps, words, strict=True):
            filled[i] = word
        fillings.append(rule([str(s) for s in filled]))
    wanted = "pass" if all(fillings) else "undetermined" if any(fillings) else "fail"
    amount = {"met": PRIMARY_AT_LIMIT, "allowed": PRIMARY_AT_FLOOR}
    amounts: dict[str, Exact | None] = {}
    for key, state in zip(IDS, states, strict=True):
        amounts[key] = None if state is None else amount.get(state, {}).get(key, Fraction(1, 1000))
    assert unit(amounts).status == wanted


def test_missing_pupils_leave_all_open() -> None:
    result = unit(dict(PRIMARY_AT_LIMIT), pupils=None)
    assert (result.status, result.met, result.missing) == ("undetermined", 0, IDS)
    assert all(value.value is None and value.pupils is None for value in result.values.values())


@pytest.mark.parametrize(
    ("key", "amount", "pupils"),
    [("L1", 21, 500), ("L3", 9, 1000), ("L7", 23, 1000), ("L2", 7, 700), ("L4", Fraction("148.5"), 33)],
)
def test_exactly_on_the_limit_whatever_the_size(key: str, amount: Exact, pupils: int) -> None:
    # 21/500×100 = 4.2; 9/1000×100 = 0.9 (0.8999999999999999 in floats); 23/1000×100 = 2.3; 148.5/33 = 4.5
    result = unit({**dict.fromkeys(IDS, 10**9), key: amount}, pupils=pupils)
    assert result.values[key].status == "pass"
    assert result.values[key].value == result.values[key].limit
    assert unit({**dict.fromkeys(IDS, 10**9), key: amount}, pupils=pupils + 1).values[key].status == "fail"


def test_a_value_keeps_both_sides_and_its_cells() -> None:
    row = school("S1", "nine_year", {"primary": 166, "junior": 210}, equipment_value=23226)
    made = {u.stage: assess_unit(u, EDITION) for u in units_of(School(row), EDITION)}
    value = made["junior"].values["L6"]
    assert (value.amount, value.pupils, value.limit, value.floor) == (23226 * Fraction(231, 397), 210, 2500, 2125)
    assert value.value == 23226 * Fraction(231, 397) / 210
    assert value.cells == (str(row.place("equipment_value")), str(row.place("pupils_junior")))


# ---- the CV


def test_the_published_cv() -> None:
    # published: X̄ 6.334437, S 3.263861, CV 0.515257
    result = stage_of([279, 137, 935, 160, 402], [45, 37, 89, 76, 55])
    assert [shown(x, 6) for x in (result.mean, result.std, result.cv) if x is not None] == [
        "6.334437",
        "3.263861",
        "0.515257",
    ]
    assert (result.cv_limit, result.cv_status, result.cv_reported) == (Fraction(1, 2), "fail", None)


def two_schools(cv: Fraction) -> tuple[list[Exact], list[Exact]]:
    """Two schools of 100 pupils with 1 − cv and 1 + cv a pupil: mean 1, S = cv, so the CV is cv exactly."""
    return [100 * (1 - cv), 100 * (1 + cv)], [100, 100]


@pytest.mark.parametrize(
    ("stage", "cv", "status"),
    [
        ("primary", "0.501787", "fail"),  # prints as 0.50
        ("primary", "0.5000000000000000000000000001", "fail"),
        ("primary", "0.5", "pass"),
        ("primary", "0.499999", "pass"),
        ("junior", "0.45", "pass"),
        ("junior", "0.4500001", "fail"),
        ("junior", "0.5", "fail"),
    ],
)
def test_the_cv_is_not_rounded(stage: str, cv: str, status: str) -> None:
    amounts, pupils = two_schools(Fraction(cv))
    result = stage_of(amounts, pupils, stage=stage)
    assert (result.cv, result.cv_status) == (Decimal(cv), status)


def test_a_cv_alone_fails_a_stage() -> None:
    # 10000 × (1 ± 0.501787) yuan a pupil: both above 2000
    amounts, pupils = two_schools(Fraction("0.501787"))
    result = whole_stage([10000 * a for a in amounts], pupils, "L6", "primary")
    assert [u.status for u in result.units] == ["pass", "pass"]
    assert (result.status, result.units_failing) == ("fail", 0)
    assert [key for key, i in result.indicators.items() if i.cv_status == "fail"] == ["L6"]


def test_equal_schools_and_one_school() -> None:
    assert stage_of([100, 200], [10, 20]).cv == 0
    assert stage_of([5000], [7]).cv_status == "pass"
    result = whole_stage([200000, 200000], [100, 100], "L6", "primary")
    assert (result.status, result.composite_cv) == ("pass", 0)


@pytest.mark.parametrize(("amounts", "pupils"), [([200000, None], [100, 100]), ([200000, 200000], [100, None])])
def test_a_missing_value_leaves_the_cv_open(amounts: list[Exact | None], pupils: list[Exact | None]) -> None:
    result = stage_of([*amounts, 600000], [*pupils, 100])
    assert (result.cv, result.cv_status, result.units_missing) == (None, "undetermined", 1)
    # over the other two: 2000 and 6000 a pupil → mean 4000, S 2000
    assert result.cv_reported == Decimal("0.5")
    assert result.mean == 4000
    whole = whole_stage([*amounts, 600000], [*pupils, 100], "L6", "primary")
    assert whole.composite_cv is None
    if pupils[1] is None:
        assert {i.cv_status for i in whole.indicators.values()} == {"undetermined"}
    else:
        assert [k for k, i in whole.indicators.items() if i.cv_status == "undetermined"] == ["L6"]


def test_nothing_reported_at_all() -> None:
    result = stage_of([None, None], [100, 100])
    assert (result.mean, result.cv, result.cv_reported, result.cv_status) == (None, None, None, "undetermined")
    assert (result.gap_schools, result.gap_mean) == (0, 0)


def test_no_amounts() -> None:
    # Σr = 0: the multiplied inequality 0 <= 0 holds
    result = stage_of([0, 0], [100, 50])
    assert (result.cv, result.cv_reported, result.cv_status) == (None, None, "pass")
    assert result.units_below == result.units_below_floor == 2
    assert whole_stage([0, 0], [100, 50], "L6", "primary").composite_cv is None


def test_composite_is_the_plain_mean_and_decides_nothing() -> None:
    # six CVs of 0 and one of 0.56: the mean 0.08 would pass, the stage does not
    amounts, pupils = two_schools(Fraction("0.56"))
    result = whole_stage([10000 * a for a in amounts], pupils, "L6", "primary")
    assert result.composite_cv == Decimal("0.08")
    assert result.status == "fail"


def test_counts_and_gaps() -> None:
    # 4.2 per 100: 21 and 42 teachers asked of 500 and 1000 pupils; 20 and 50 there: one lacks 1, the mean lacks none
    result = stage_of([20, 50], [500, 1000], "L1")
    assert (result.units_below, result.units_below_floor) == (1, 0)
    assert (result.gap_schools, result.gap_mean) == (1, 0)
    # 3.57 per 100 is the floor: 17.85 teachers
    result = stage_of([17, 18], [500, 500], "L1")
    assert (result.units_below, result.units_below_floor) == (2, 1)
    assert (result.gap_schools, result.gap_mean) == (4 + 3, 7)
    # 4.5 ㎡ of 33 pupils: 148.5; to the cent
    result = stage_of([Fraction("148.494")], [33], "L4")
    assert result.gap_schools == CENT
    assert [gap_step(i, "primary", EDITION) for i in EDITION.resources] == [1, 1, 1, CENT, CENT, CENT, 1]


# ---- stages


def test_a_stage_without_units_does_not_apply() -> None:
    units = county_units(County(schools=(school("S1"),)), EDITION)[2]
    result = assess_resources(units, EDITION)
    assert result.stages["junior"].status == "not_applicable"
    assert (result.stages["junior"].units, result.stages["junior"].indicators) == ((), {})
    assert result.status == "pass"
    assert assess_resources((), EDITION).status == "not_applicable"


@given(
    st.lists(st.tuples(st.integers(1, 3000), st.integers(0, 10**7)), min_size=1, max_size=8),
    st.sampled_from(["primary", "junior"]),
)
def test_cv_status_and_cv_agree(grid: list[tuple[int, int]], stage: str) -> None:
    result = stage_of([a for _, a in grid], [p for p, _ in grid], stage=stage)
    if result.cv is not None:
        assert (result.cv_status == "pass") == (Fraction(result.cv) <= result.cv_limit)
        assert json_number(result.cv) is not None
    else:
        assert not any(a for _, a in grid)
