"""Gaps: filling one makes the status flip, one step less does not; sums of schools and of the mean; seats."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from qbe_xl.assessment import assess
from qbe_xl.assessment.results import ValueResult
from qbe_xl.core.fields import field_of
from qbe_xl.county import County, Row
from qbe_xl.planning.changes import Change, apply
from qbe_xl.planning.gaps import Gaps, ItemGap, SchoolGap, find_gaps
from tests import counties as make

KINDS = ("primary", "junior", "nine_year", "twelve_year", "complete_secondary", "teaching_point")
LIMITED = {"above_degree": 10, "backbone": 3, "pe_art": 3}  # per 100 pupils, at most
pupils = st.integers(30, 3200)


@st.composite
def schools(draw: st.DrawFn, code: str) -> Row:
    """A school with some of everything, often too little."""
    kind = draw(st.sampled_from(KINDS))
    stages = make.STAGES_OF_TYPE[kind]
    heads = {stage: draw(pupils) for stage in stages}
    values: dict[str, Any] = {}
    for stage in stages:
        if stage != "senior":
            for base, most in LIMITED.items():
                values[f"{base}_{stage}"] = draw(st.integers(0, most * heads[stage] // 100))
            values[f"teachers_{stage}"] = heads[stage]
    everybody = sum(heads.values())
    cents = st.integers(0, 1500)
    values["indoor_sports_area"] = Fraction(draw(cents) * everybody, 1000)
    values["teaching_area"] = values["indoor_sports_area"] + Fraction(draw(cents) * everybody, 200)
    values["outdoor_sports_area"] = Fraction(draw(cents) * everybody, 100)
    values["equipment_value"] = Fraction(draw(st.integers(0, 350_000)) * everybody, 100)
    values["multimedia_rooms"] = draw(st.integers(0, 5 * everybody // 100))
    values["music_rooms_96"] = draw(st.integers(0, 6))
    values["training_funds"] = Fraction(draw(st.integers(1, 2_000_000)), 100)
    return make.school(code, kind, heads, music_rooms=6, **values)


counties = st.lists(st.integers(1, 3), min_size=1, max_size=3).flatmap(
    lambda codes: st.tuples(*(schools(f"S{i}") for i in range(1, len(codes) + 1)))
).map(lambda rows: make.county(*rows))  # fmt: skip


@given(counties)
def test_a_filled_gap_flips_the_status_and_one_step_less_does_not(county: County) -> None:
    """All gaps at once, for each has a field of its own; all filled, all one step short, to the limit and the floor."""
    gaps = find_gaps(assess(county)).schools

    def after(less: int, floor: bool) -> list[tuple[SchoolGap, list[ValueResult]]]:
        changes = [gap.filled(gap.step * less, floor) for gap in gaps if gap.to_limit and (gap.to_floor or not floor)]
        result = assess(apply(county, changes))
        assert result.resources
        values = {(u.unit.id, key): value for u in result.resources.units for key, value in u.values.items()}
        return [(gap, [values[unit.unit.unit.id, gap.indicator.id] for unit in gap.units]) for gap in gaps]

    assert all(v.status == "pass" for _, values in after(0, False) for v in values)
    assert all(any(v.status == "fail" for v in values) for _, values in after(1, False))
    assert all(v.status == "pass" or v.allowed for _, values in after(0, True) for v in values)
    short = [values for gap, values in after(1, True) if gap.to_floor]
    assert all(any(v.status == "fail" and not v.allowed for v in values) for values in short)


def change_of(gap: ItemGap, less: Any = 0) -> Change:
    assert gap.amount is not None and gap.field is not None
    amount = gap.amount - less if gap.direction == "more" else less - gap.amount
    return Change(gap.school.school.code if gap.school else None, gap.field, "add", amount)


@given(counties)
def test_school_items_flip_too(county: County) -> None:
    def lacking(gaps: Gaps) -> dict[tuple[str, str | None], ItemGap]:
        found = [g for g in gaps.of_schools if g.direction == "more" and g.amount]
        return {(g.school.school.code, g.field): g for g in found if g.school}

    before = lacking(find_gaps(assess(county)))
    assert not lacking(find_gaps(assess(apply(county, [change_of(gap) for gap in before.values()]))))
    short = [change_of(gap, gap.step) for gap in before.values()]
    assert lacking(find_gaps(assess(apply(county, short)))).keys() == before.keys()


FACTS = ("teachers_360_hours", "exchanged", "exchanged_backbone", "graduates", "disabled_enrolled", "special_funding")


@given(st.dictionaries(st.sampled_from(FACTS), st.integers(1, 6000), min_size=1))
def test_county_items_flip_too(facts: dict[str, int]) -> None:
    county = make.county(facts=facts)
    before = assess(county)
    for gap in find_gaps(before).county:
        assert gap.field is not None
        assert assess(apply(county, [change_of(gap)])).item(gap.item.id).status == "pass"
        assert assess(apply(county, [change_of(gap, gap.step)])).item(gap.item.id).status == "fail"


def gaps_of(*rows: Row, **facts: Any) -> Gaps:
    return find_gaps(assess(make.county(*rows, facts=facts)))


def test_a_county_that_passes_lacks_nothing() -> None:
    found = gaps_of()
    assert not (found.units or found.schools or found.items or found.seats)
    assert all(i.units_to_limit == i.mean_to_limit == 0 for i in found.indicators)


def test_people_are_whole_and_areas_go_to_the_cent() -> None:
    # 333 pupils: 0.9 per 100 asks 2.997 PE and art teachers, so 3; the floor 0.765 asks 2.547, so 3
    # rooms: 4.5 · 333 = 1498.5 ㎡; there are 1000 − 333 (indoor sports) = 667
    found = gaps_of(make.school("S1", pupils=333, pe_art_primary=1, teaching_area=1000))
    by_id = {gap.indicator.id: gap for gap in found.schools}
    assert (by_id["L3"].to_limit, by_id["L3"].to_floor) == (2, 2)
    assert by_id["L4"].to_limit == Fraction("831.5")
    assert by_id["L4"].to_floor == Fraction("606.73")  # 0.85 · 1498.5 = 1273.725, up to the cent 606.725 -> 606.73
    assert by_id["L4"].field == "teaching_area"


def test_shared_facilities_the_larger_stage_decides() -> None:
    # 100 primary and 100 junior pupils: shares 1/2.1 and 1.1/2.1. With 5 multimedia rooms the primary unit has 2.381
    # (>= 2.3), the junior one 2.619 (>= 2.4); with 4 they have 1.905 and 2.095: the units lack 1 and 1 rooms.
    # The school: 2.3 · 2.1 = 4.83 -> 5 for primary; 2.4 · 2.1/1.1 = 4.58 -> 5 for junior: one room more is enough.
    row = make.school("S1", "nine_year", 100, multimedia_rooms=4)
    found = gaps_of(row)
    gap = next(gap for gap in found.schools if gap.indicator.id == "L7")
    assert [unit.to_limit for unit in gap.units] == [1, 1]
    assert gap.to_limit == 1
    facility = next(f for f in found.facilities if f.indicator.id == "L7")
    assert (facility.schools, facility.to_limit) == (1, 1)
    # equipment: 100,000 yuan; primary wants 2000 · 100 · 2.1 = 420,000, junior 2500 · 100 · 2.1/1.1 = 477,272.73
    gap = next(g for g in gaps_of(make.school("S1", "nine_year", 100, equipment_value=100_000)).schools)
    assert (gap.decided_by, gap.to_limit) == ("junior", Fraction("377272.73"))


def test_the_sum_of_gaps_and_the_gap_of_the_mean_differ() -> None:
    # 500 pupils each want 4.5 PE and art teachers: S1 has 0 and lacks 5, S2 has 8; together 8 of 9
    found = gaps_of(make.school("S1", pe_art_primary=0), make.school("S2", pe_art_primary=8))
    indicator = next(i for i in found.indicators if i.result.indicator.id == "L3" and i.result.stage == "primary")
    assert (indicator.units_to_limit, indicator.mean_to_limit) == (5, 1)


def test_seats_schools_and_classes() -> None:
    # 2105 pupils in 40 classes, 10 of them above 45, the largest 98: 2105 / 45 = 46.8, so 7 classes more with
    # everyone spread evenly; ten classes cut in three (98 / 45 = 2.2) would make 20 more
    row = make.school("S1", pupils=2105, classes_primary=40, largest_class_primary=98, over_classes_primary=10)
    found = gaps_of(row)
    (seat,) = found.seats
    assert (seat.stage, seat.limit, seat.more_classes, seat.if_divided) == ("primary", 45, 7, 20)
    size = next(gap for gap in found.of_schools if gap.item.id == "G4")
    assert (size.direction, size.amount, size.unit) == ("less", 105, "人")


def test_rooms_by_kind() -> None:
    row = make.school("S1", classes_primary=25, music_rooms_96=1, music_rooms=1, art_rooms=5, art_rooms_90=0)
    found = {gap.field: gap.amount for gap in gaps_of(row).of_schools if gap.item.id == "G3"}
    assert found == {"music_rooms_96": 2, "art_rooms_90": 3}  # 25 / 12 = 2.1: 3 of each


def test_a_strict_limit_wants_one_step_more() -> None:
    gap = next(g for g in gaps_of(monitoring_gap=Fraction("0.15")).county if g.item.id == "Q9.gap")
    assert (gap.direction, gap.amount) == ("less", Fraction("0.01"))
    assert gap.field is not None and field_of(gap.field).type == "amount"


def test_answers_have_no_amount() -> None:
    (gap,) = gaps_of(layout_plan="no").county
    assert (gap.item.id, gap.direction, gap.amount) == ("G1", "answer", None)


def test_missing_is_unknown_not_a_gap() -> None:
    found = gaps_of(make.school("S1", pe_art_primary=None))
    assert found.unknown == 1 and not found.units
