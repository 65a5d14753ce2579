"""The functions and the engine agree: on all samples, and on whatever Hypothesis thinks of."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qbe_xl.assessment import Assessment, assess
from qbe_xl.assessment.statuses import conjunction
from qbe_xl.core.languages import STATUS_NAMES, VALUE_STATUS_NAMES
from qbe_xl.core.numbers import json_number
from qbe_xl.functions import (
    QBE_CHECK,
    QBE_COEF,
    QBE_COMPOSITE,
    QBE_EXPLAIN,
    QBE_GAP,
    QBE_INDICATOR,
    QBE_LIMIT,
    QBE_MEAN,
    QBE_MET,
    QBE_RATE,
    QBE_RECOGNITION,
    QBE_SHARE,
    QBE_SPLIT,
    QBE_STATUS,
    QBE_STD,
    QBE_VERDICT,
    CellError,
    registered,
    set_current_table,
)
from qbe_xl.functions.check import NO_TABLE
from qbe_xl.functions.rates import MOST_FIELDS, rate_arguments
from qbe_xl.measures import contributions, meets, split_share, variation
from qbe_xl.standards import DEFAULT_EDITION, load_edition
from qbe_xl.standards.explain import terms
from tests.paths import SAMPLES

FILES = sorted(path.stem for path in SAMPLES.glob("*.xlsx"))
EDITION = load_edition(DEFAULT_EDITION)


@pytest.fixture(scope="module", params=FILES)
def sample(request: pytest.FixtureRequest) -> tuple[Path, Assessment]:
    path = SAMPLES / f"{request.param}.xlsx"
    return path, assess(path)


def close(found: Any, expected: Any) -> bool:
    return isinstance(found, float) and math.isclose(found, float(expected), rel_tol=1e-12, abs_tol=1e-14)


def test_values_of_every_unit(sample: tuple[Path, Assessment]) -> None:
    resources = sample[1].resources
    assert resources is not None and resources.units
    for unit in resources.units:
        stage = unit.unit.stage
        for key, v in unit.values.items():
            r, p = json_number(v.amount), json_number(v.pupils)
            word = VALUE_STATUS_NAMES["allowed" if v.allowed else v.status].zh
            assert QBE_STATUS(key, stage, r, p) == word
            assert QBE_LIMIT(key, stage) == float(v.limit)
            assert QBE_LIMIT(f"{key}.floor", stage) == float(v.floor)
            if v.value is None:
                assert QBE_INDICATOR(key, r, p) is CellError.NA
            else:
                assert close(QBE_INDICATOR(key, r, p), v.value)
        amounts = [[json_number(v.amount) for v in unit.values.values()]]
        found = QBE_MET(stage, amounts, json_number(unit.unit.pupils))
        assert found.tolist() == [[float(unit.met), STATUS_NAMES[unit.status].zh]]
        words = [[QBE_STATUS(k, stage, json_number(v.amount), json_number(v.pupils)) for k, v in unit.values.items()]]
        assert QBE_VERDICT(words) == STATUS_NAMES[unit.status].zh


def test_figures_of_every_indicator(sample: tuple[Path, Assessment]) -> None:
    resources = sample[1].resources
    assert resources is not None
    for stage in resources.stages.values():
        for key, found in stage.indicators.items():
            values = [unit.values[key] for unit in stage.units]
            r = [json_number(v.amount) for v in values]
            p = [json_number(v.pupils) for v in values]
            x = [json_number(v.value) for v in values]
            assert QBE_LIMIT(f"{key}.cv", stage.stage) == float(found.cv_limit)
            if found.cv is None:
                assert isinstance(QBE_COEF(x, p), CellError)
                continue
            assert found.mean is not None and found.std is not None
            assert close(QBE_COEF(x, p), found.cv)
            assert close(QBE_STD(x, p), found.std)
            assert close(QBE_MEAN(r, p) * float(EDITION.criterion(key).per_pupils), found.mean)  # type: ignore[union-attr]
            exact = [(v.amount, v.pupils) for v in values if v.amount is not None and v.pupils is not None]
            shares = contributions([a for a, _ in exact], [b for _, b in exact])
            np.testing.assert_allclose(QBE_SHARE(x, p), [float(s) for s in shares], rtol=1e-9, atol=1e-14)
            gaps = QBE_GAP(key, stage.stage, r, p)
            assert math.isclose(math.fsum(gaps), float(found.gap_schools), rel_tol=1e-12, abs_tol=1e-9)
        if stage.composite_cv is not None:
            assert close(QBE_COMPOSITE([json_number(i.cv) for i in stage.indicators.values()]), stage.composite_cv)


def test_ratios_and_recognition(sample: tuple[Path, Assessment]) -> None:
    county = sample[1].county
    assert county is not None
    for each_id, names in rate_arguments(EDITION).items():
        if each_id in ("S1", "Q4"):
            continue
        item = sample[1].item(each_id)
        item = next((part for part in item.parts if part.denominator is not None), item)
        found = QBE_RATE(each_id, *(json_number(county.number(name)) for name in names))
        if item.value is None:
            assert isinstance(found, CellError)
        else:
            assert close(found, item.value)
    survey = sample[1].item("S1")
    valid, satisfied = (
        [json_number(row.number_of(name)) for row in county.survey] for name in ("survey_valid", "survey_satisfied")
    )
    if survey.value is not None:
        assert close(QBE_RECOGNITION(valid, satisfied), survey.value)


def sheet_of(path: Path) -> list[list[Any]]:
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        sheet = book["学校"]
        sheet.reset_dimensions()
        return [list(row) for row in sheet.iter_rows(values_only=True)]
    finally:
        book.close()


def test_check_reads_the_sheet_as_the_reader_does(sample: tuple[Path, Assessment]) -> None:
    path, result = sample
    assert result.resources is not None
    table = sheet_of(path)
    by_school: dict[str, list[Any]] = {}
    for unit in result.resources.units:
        by_school.setdefault(unit.unit.school.code, []).append(unit)
    found = dict(zip(by_school, QBE_CHECK(list(by_school), table).tolist(), strict=True))
    for code, units in by_school.items():
        clauses = found[code].split("；小学 ")[0].split("；初中 ")
        assert len(clauses) == len(units), found[code]
        for clause, unit in zip(clauses, units, strict=True):
            word = STATUS_NAMES[unit.status].zh
            assert clause.removeprefix("小学 ").startswith(word), found[code]
            assert all(key in clause for key in (*unit.below, *unit.missing))
        assert QBE_VERDICT(found[code]) == STATUS_NAMES[conjunction(u.status for u in units)].zh
    for excluded in result.excluded:
        assert QBE_CHECK(excluded.school.code, table) == f"不适用：{excluded.reason.zh}"


def test_the_current_table_comes_from_the_host() -> None:
    table = sheet_of(SAMPLES / "pass.xlsx")
    code = str(assess(SAMPLES / "pass.xlsx").schools[0].code)
    before = set_current_table(None)
    try:
        assert QBE_CHECK(code) == NO_TABLE
        assert set_current_table(lambda: table) is None
        assert QBE_CHECK(code) == QBE_CHECK(code, table)
        assert "达标" in QBE_CHECK(code)
        set_current_table(lambda: None)
        assert QBE_CHECK(code) == NO_TABLE
    finally:
        set_current_table(before)


@pytest.mark.parametrize("lang", ["zh", "en", "中文", "English"])
def test_everything_is_explained(lang: str) -> None:
    for term in terms(EDITION):
        text = QBE_EXPLAIN(term, lang)
        assert text.strip() and not text.startswith("没有“")
        assert len(text) < 32_768
        assert not any(line.startswith(("#", "- ")) or "`" in line for line in text.splitlines())
    assert QBE_EXPLAIN("L1").splitlines()[0].startswith("L1 每百名学生")
    assert "nearest" in QBE_EXPLAIN("nothing-like-it", "en").lower()
    assert QBE_EXPLAIN("l1") == QBE_EXPLAIN("L1")


def test_arguments_of_ratios_are_documented() -> None:
    function = registered()["QBE_RATE"]
    wanted = rate_arguments(EDITION)
    assert max(map(len, wanted.values())) == MOST_FIELDS == len(function.args) - 1
    assert {"G9", "G11.exchanged", "G11.backbone", "G12", "G14", "G15", "Q1", "Q2", "Q4", "S1"} <= set(wanted)
    for each_id in wanted:
        assert f"{each_id}（" in function.help.zh and f"{each_id} (" in function.help.en


# ---- properties -----------------------------------------------------------------------------------------------------

counts = st.integers(0, 10**6)
heads = st.integers(1, 5000)
schools = st.lists(st.tuples(counts, heads), min_size=1, max_size=40)


@settings(max_examples=150, deadline=None)
@given(schools)
def test_coefficient_equals_the_exact_one(units: list[tuple[int, int]]) -> None:
    # whole values, so that what the function is given is what the engine is given: r = x·p
    found = QBE_COEF([x for x, _ in units], [p for _, p in units])
    exact = variation([x * p for x, p in units], [p for _, p in units])
    if exact.cv is None:
        assert found is CellError.DIV0
    else:
        assert close(found, exact.cv)
        assert close(QBE_STD([x for x, _ in units], [p for _, p in units]), exact.std)
        assert close(QBE_MEAN([x * p for x, p in units], [p for _, p in units]), exact.mean)


@settings(max_examples=100, deadline=None)
@given(schools, st.randoms(use_true_random=False), st.integers(1, 9))
def test_what_must_not_change_it(units: list[tuple[int, int]], random: Any, times: int) -> None:
    x, p = [u[0] for u in units], [u[1] for u in units]
    base = QBE_COEF(x, p)
    shuffled = units[:]
    random.shuffle(shuffled)
    others = [
        QBE_COEF([u[0] for u in shuffled], [u[1] for u in shuffled]),
        QBE_COEF([a * times for a in x], [b * times for b in p]),
        QBE_COEF([*x, None, 77], [*p, None, 0]),
        QBE_COEF(["值", *x], ["人", *p]),
        QBE_COEF([[a for a in x]], [[b] for b in p]),
    ]
    if len(units) > 1:
        others.append(QBE_COEF([[a, b] for a, b in units]))
    for other in others:
        assert other is base if isinstance(base, CellError) else close(other, base)


@settings(max_examples=100, deadline=None)
@given(schools)
def test_shares_add_up(units: list[tuple[int, int]]) -> None:
    shares = QBE_SHARE([x for x, _ in units], [p for _, p in units])
    if isinstance(shares, CellError):
        assert shares is CellError.DIV0
        return
    assert all(s >= 0 for s in shares)
    assert math.isclose(shares.sum(), 0 if len({x for x, _ in units}) == 1 else 1, abs_tol=1e-12)
    assert [
        QBE_SHARE([x for x, _ in units], [p for _, p in units], k + 1) for k in range(len(units))
    ] == shares.tolist()


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([i.id for i in EDITION.resources]), st.sampled_from(["primary", "junior"]), heads,
    st.integers(0, 200), st.integers(-1, 1),
)  # fmt: skip
def test_status_on_and_beside_the_limit(key: str, stage: Any, pupils: int, percent: int, cents: int) -> None:
    """Amounts with two decimals near a share of the limit: decided as exact fractions decide."""
    indicator = next(i for i in EDITION.resources if i.id == key)
    limit = Fraction(indicator.at_least[stage])
    hundredths = max(0, round(limit * pupils * percent / indicator.per_pupils) + cents)
    exact = Fraction(hundredths, 100)
    expected = "不达标"
    if meets(indicator.per_pupils, exact, EDITION.floor(indicator, stage), pupils):
        expected = "可作余项"
    if meets(indicator.per_pupils, exact, limit, pupils):
        expected = "达标"
    assert QBE_STATUS(key, stage, hundredths / 100, pupils) == expected
    gap = QBE_GAP(key, stage, hundredths / 100, pupils)
    assert (gap == 0) == (expected == "达标")
    assert QBE_STATUS(key, stage, round(hundredths / 100 + gap, 2), pupils) == "达标"


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**7), st.integers(0, 3000), st.integers(0, 3000), st.integers(0, 3000))
def test_split_adds_up(amount: int, primary: int, junior: int, senior: int) -> None:
    found = QBE_SPLIT(amount, primary, junior, senior)
    if not primary + junior + senior:
        assert found is CellError.DIV0
        return
    weights = EDITION.file.units.split_weights.value
    heads_of = {"primary": primary, "junior": junior, "senior": senior}
    for part, stage in zip(found[0], heads_of, strict=True):
        assert close(float(part), amount * split_share(heads_of, weights, stage))
        assert QBE_SPLIT(amount, primary, junior, senior, stage) == part
    assert math.isclose(found.sum(), amount, rel_tol=1e-12)
