"""Who drives a CV: shares add up to one, the CV without a unit is the CV of the others, tiny schools are told."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from qbe_xl.assessment import assess
from qbe_xl.core.numbers import exact
from qbe_xl.county import Row
from qbe_xl.measures import cv_at_most, variation
from qbe_xl.planning.drivers import Drivers, find_drivers, without_each
from tests import counties as make

amounts = st.one_of(st.integers(0, 3000), st.fractions(0, 3000, max_denominator=1000))
columns = st.lists(st.tuples(amounts, st.integers(1, 4000)), min_size=1, max_size=9)


@given(columns, st.sampled_from([Fraction(1, 2), Fraction(45, 100), Fraction(0)]))
def test_without_one_is_the_cv_of_the_others(pairs: list[tuple[Fraction, int]], limit: Fraction) -> None:
    rs, ps = [r for r, _ in pairs], [p for _, p in pairs]
    for i, (cv, passes) in enumerate(without_each(rs, ps, limit)):
        others, heads = rs[:i] + rs[i + 1 :], ps[:i] + ps[i + 1 :]
        if not others or not any(others):
            assert cv is None
            continue
        wanted = variation(others, heads).cv
        assert wanted is not None and cv is not None
        assert abs(exact(cv) - exact(wanted)) < Fraction(1, 10**30)
        assert passes == cv_at_most(others, heads, limit)


def drivers(*rows: Row, key: str = "L6", stage: str = "primary") -> Drivers:
    found = find_drivers(assess(make.county(*rows)))
    return next(d for d in found if (d.result.indicator.id, d.result.stage) == (key, stage))


def test_shares_of_one_indicator_by_hand() -> None:
    # pupils 100, 100, 200 with 1000, 3000, 2000 yuan a pupil: mean 2000; deviations −1000, +1000, 0:
    # CV² = (1/4·1000² + 1/4·1000²)/2000² = 1/8; the first two have half of it each.
    # Without the first: 300 pupils, mean 2333.3; (1/3·666.7² + 2/3·333.3²)/2333.3² = 0.0408; CV 0.2020
    found = drivers(
        make.school("S1", pupils=100, equipment_value=100_000),
        make.school("S2", pupils=100, equipment_value=300_000),
        make.school("S3", pupils=200, equipment_value=400_000),
    )
    assert [d.share for d in found.units] == [Decimal("0.5"), Decimal("0.5"), 0]
    assert [d.direction for d in found.units] == ["little", "much", "even"]
    first = found.units[0].cv_without
    assert first is not None and abs(float(first) - 0.2020305) < 1e-6


def test_shares_add_up_to_exactly_one() -> None:
    rows = [make.school(f"S{i}", pupils=100 + 37 * i, equipment_value=10_000 * i * i) for i in range(1, 9)]
    assert sum(Fraction(d.share) for d in drivers(*rows).units) == 1


def test_a_tiny_school_beside_a_large_one_is_told() -> None:
    rows = [make.school("S1", pupils=62, equipment_value=900_000), *(make.school(f"S{i}", pupils=700) for i in (2, 3))]
    found = drivers(*rows, make.school("S4", pupils=3067))
    assert [d.value.unit.school.code for d in found.units if d.tiny] == ["S1"]  # below 0.2 · 700
    assert found.units[0].direction == "much"


def test_missing_data_leave_the_others() -> None:
    found = drivers(make.school("S1", equipment_value=None), make.school("S2"), make.school("S3", equipment_value=9))
    assert not found.complete and len(found.units) == 2 and found.cv is not None
