"""What a form states itself, held against three schools whose every figure can be followed by hand.

Primary schools of 100, 200 and 300 pupils with 3000, 2000 and 1000 yuan of equipment a pupil: 1,000,000 / 600 = 1666.67;
the plain mean is 2000. Weighted: (100 x 1333.33² + 200 x 333.33² + 300 x 666.67²) / 600 = 745.36², CV 0.4472 = √0.2.
Unweighted about 2000: √(2 x 1000² / 3) = 816.5, CV 0.4082; with n − 1: 1000, CV 0.5; about 1666.67: 881.9, CV 0.5292.
All other indicators are the same in every school: CVs 0, so the composite is 0.4472 / 7 = 0.0639.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from qbe_xl.checks.registry import registered
from qbe_xl.checks.stated import agrees
from qbe_xl.core.fields import all_fields
from qbe_xl.core.findings import Finding
from qbe_xl.core.languages import Text
from qbe_xl.core.numbers import exact
from qbe_xl.county import County, Place, Row, Stated
from qbe_xl.standards import DEFAULT_EDITION, load_edition
from tests.counties import COLUMNS, SHEET, campus, changed, school, value_of

EDITION = load_edition(DEFAULT_EDITION)
WHERE = "差异系数"
CODES = ("QBE-ARI-007", "QBE-ARI-008", "QBE-ARI-009", *(f"QBE-POL-{n:03d}" for n in (3, 4, 5, 6, 7, 9)))


def three(*yuan: Any, pupils: tuple[int, ...] = (100, 200, 300), kind: str = "primary") -> list[Row]:
    """Three schools with so much equipment a pupil."""
    each = yuan or (3000, 2000, 1000)
    return [
        school(f"S{i}", kind, n, equipment_value=exact(str(y)) * n)
        for i, (n, y) in enumerate(zip(pupils, each, strict=True), 1)
    ]


def stating(rows: list[Row], **values: Any) -> County:
    """The county with stated values (`L6__primary__cv`), each in a cell of its own, from C4 on."""
    stated = {
        key.replace("__", "."): Stated(value_of(value), Place(WHERE, f"C{line}"))
        for line, (key, value) in enumerate(values.items(), start=4)
    }
    return County(schools=tuple(rows), stated=stated)


def found(county: County) -> list[Finding]:
    """What all checks on stated values find."""
    return [finding for code in CODES for finding in registered()[code].run(county, EDITION)]


def at(code: str, ref: str, /, **args: object) -> Finding:
    return Finding(code, WHERE, ref, args=args)


L6 = Text("小学 L6", "Primary L6")
MEAN, CV = Text("小学 L6 平均值", "Primary L6 mean"), Text("小学 L6 差异系数", "Primary L6 CV")


@pytest.mark.parametrize(
    ("stated", "computed", "same"),
    [
        # two decimals at least: half a step below, not quite a step above
        ("0.5", "0.495", True), ("0.5", "0.49499", False), ("0.5", "0.50999", True), ("0.5", "0.51", False),
        ("5", "4.995", True), ("5", "5.01", False), ("0.501", "0.5005", True), ("0.501", "0.5004", False),
        ("0.501", "0.5019", True), ("0.501", "0.502", False), ("0", "0.009", True), ("0", "0.01", False),
        ("0.1234567890123456", "0.1234567890123456", True),
    ],
)  # fmt: skip
def test_rounded_or_cut(stated: str, computed: str, same: bool) -> None:
    assert agrees(exact(stated), exact(computed)) == same


def test_a_stated_third_is_told_to_15_decimals() -> None:
    third = Fraction(1, 3)
    assert agrees(third, third) and agrees(third, third + Fraction(1, 10**16))
    assert not agrees(third, third + Fraction(2, 10**15))


# ---- the county's figures


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("1666.67", None), ("1666.66", None), ("1666.666", None), ("1667", "1666.67"), ("1666", "1666.67"), ("1700", "1666.67"),
    ],
)  # fmt: skip
def test_a_mean(value: str, wanted: str | None) -> None:
    county = stating(three(), L6__primary__mean=exact(value))
    assert found(county) == ([at("QBE-ARI-008", "C4", name=L6, left=value, right=wanted)] if wanted else [])


@pytest.mark.parametrize(
    ("kind", "value", "right", "zh", "en"),
    [
        ("mean", "2000", "1666.67", "各校数值的简单平均", "the plain mean of the schools"),
        ("cv", "0.41", "0.447", "不加权，总体标准差", "unweighted, population form"),
        ("cv", "0.4082", "0.447", "不加权，总体标准差", "unweighted, population form"),
        ("cv", "0.5", "0.447", "不加权，样本标准差", "unweighted, sample form"),
        ("cv", "0.5292", "0.447", "不加权，对全县平均值", "unweighted, about the county's mean"),
    ],
)
def test_a_wrong_formula(kind: str, value: str, right: str, zh: str, en: str) -> None:
    county = stating(three(), **{f"L6__primary__{kind}": exact(value)})
    name = MEAN if kind == "mean" else CV
    left = value
    assert found(county) == [at("QBE-POL-004", "C4", name=name, method=Text(zh, en), left=left, right=right)]


@pytest.mark.parametrize("value", ["0.45", "0.447", "0.4472", "0.44", "0.3", "2000"])
def test_a_cv_that_is_right_or_that_nothing_explains(value: str) -> None:
    assert found(stating(three(), L6__primary__cv=exact(value))) == []  # the assessment tells what nothing explains


def test_two_wrong_ones_and_one_that_is_right() -> None:
    """None stops the others; each is told where it stands."""
    county = stating(
        three(), L1__primary__mean=6, L5__primary__mean=11, L6__primary__mean=2000, L2__primary__cv=0, L6__primary__cv=exact("0.41"),
        L7__primary__mean=4,
    )  # fmt: skip
    # L1: 6 for 100; L5: 12 ㎡ a pupil; L7: 3 for 100
    assert [(f.code, f.range, f.args["left"], f.args["right"]) for f in found(county)] == [
        ("QBE-ARI-008", "C5", "11", "12.00"), ("QBE-ARI-008", "C9", "4", "3.00"),
        ("QBE-POL-004", "C6", "2000", "1666.67"), ("QBE-POL-004", "C8", "0.41", "0.447"),
    ]  # fmt: skip


def test_one_school_has_no_spread() -> None:
    one = stating([school("S1", pupils=100)], L6__primary__mean=2900, L6__primary__cv=exact("0.4"))
    assert [(f.code, f.args["right"]) for f in found(one)] == [("QBE-ARI-008", "3000.00")]
    nothing = stating(three(0, 0, 0), L6__primary__mean=5, L6__primary__cv=exact("0.4"))
    assert [(f.code, f.args["left"], f.args["right"]) for f in found(nothing)] == [("QBE-ARI-008", "5", "0.00")]


def test_means_that_cannot_be_checked() -> None:
    """Where a school's figure is missing nothing is told of its indicator, of the others all the same."""
    rows = [changed(row, equipment_value=None) if row.text("school_code") == "S2" else row for row in three()]
    wrong = dict.fromkeys(("L6__primary__mean", "L6__primary__cv", "L6__primary__gap"), exact("0.41"))
    assert found(stating(rows, **wrong)) == []
    county = stating(rows, **wrong, L7__primary__mean=4)
    assert [(f.code, f.range) for f in found(county)] == [("QBE-ARI-008", "C7")]
    assert found(stating([school("S1", "junior", 100)], **wrong)) == []  # no primary school at all
    assert found(stating([], **wrong)) == []


def test_junior_schools_are_apart() -> None:
    junior = [changed(row, school_code=f"J{i}") for i, row in enumerate(three(1000, 1000, 1000, kind="junior"))]
    county = stating([*three(), *junior], L6__primary__mean=exact("1666.67"), L6__junior__mean=900)
    name = Text("初中 L6", "Junior L6")
    assert found(county) == [at("QBE-ARI-008", "C5", name=name, left="900", right="1000.00")]


@pytest.mark.parametrize(("value", "told"), [("200000", False), ("190000", True), ("200000.01", True), ("0", True)])
def test_a_gap(value: str, told: bool) -> None:
    """2000 yuan x 600 pupils − 1,000,000 = 200,000."""
    county = stating(three(), L6__primary__gap=exact(value))
    left = value
    assert found(county) == ([at("QBE-ARI-009", "C4", name=L6, left=left, right="200000.00")] if told else [])


@pytest.mark.parametrize(("value", "right"), [("3", None), ("2.5", None), ("2", "2.50"), ("4", "2.50"), ("0", "2.50")])
def test_a_gap_of_people(value: str, right: str | None) -> None:
    """1 key teacher for 100 of 650 pupils are 6.5, and there are 4: 2.5 are missing, 3 whole ones."""
    rows = three(3000, 3000, 3000, pupils=(150, 200, 300))
    rows = [changed(row, backbone_primary=n) for row, n in zip(rows, (2, 1, 1), strict=True)]
    county = stating(rows, L2__primary__gap=exact(value))
    name = Text("小学 L2", "Primary L2")
    assert found(county) == ([at("QBE-ARI-009", "C4", name=name, left=value, right=right)] if right else [])


def test_no_gap() -> None:
    rows = three(3000, 3000, 3000)
    assert found(stating(rows, L6__primary__gap=0)) == []
    # one that is stated though there is none, after one that cannot be checked
    rows = [changed(row, multimedia_rooms=None) for row in rows]
    county = stating(rows, L1__primary__gap=0, L7__primary__gap=7, L6__primary__gap=7, L2__primary__gap=1)
    assert [(f.range, f.args["left"], f.args["right"]) for f in found(county)] == [
        ("C7", "1", "0.00"),
        ("C6", "7", "0.00"),
    ]


# ---- the composite


def test_the_composite_stated_of_indicators() -> None:
    composite = exact("0.0639")
    county = stating(three(), L6__primary__cv=composite)
    assert found(county) == [
        at("QBE-POL-005", "C4", name=L6, left="0.0639", right=Text("0.447", "0.447")),
    ]
    both = stating(three(), L4__primary__cv=composite, L6__primary__cv=composite, L7__primary__cv=0)
    name = Text("小学 L4、L6", "Primary L4, L6")
    right = Text("0.000、0.447", "0.000, 0.447")
    assert found(both) == [replace(at("QBE-POL-005", "C4", name=name, left="0.0639", right=right), also=("C5",))]
    # the second stands in another sheet: not named as a cell of the first's
    elsewhere = Stated(composite, Place("别的表", "C5"))
    apart = replace(both, stated={**both.stated, "L6.primary.cv": elsewhere})
    assert [f.also for f in found(apart)] == [()]
    nowhere = replace(both, stated={k: Stated(v.value, None) for k, v in both.stated.items()})
    assert [(f.sheet, f.range, f.also) for f in found(nowhere)] == [(None, None, ())]


def test_both_stages_state_the_composite() -> None:
    junior = [changed(row, school_code=f"J{i}") for i, row in enumerate(three(kind="junior"))]
    county = stating([*three(), *junior], L6__primary__cv=exact("0.0639"), L6__junior__cv=exact("0.0639"))
    assert [(f.range, f.args["name"]) for f in found(county)] == [("C4", L6), ("C5", Text("初中 L6", "Junior L6"))]


def test_a_composite_that_is_not_known() -> None:
    rows = [changed(row, multimedia_rooms=None) for row in three()]
    assert found(stating(rows, L6__primary__cv=exact("0.0639"))) == []
    rows = [changed(row, multimedia_rooms=0) for row in three()]  # no CV of no amounts
    assert found(stating(rows, L6__primary__cv=exact("0.0639"))) == []


# 6000, 2000 and 1000 yuan: 1,300,000 / 600 = 2166.67; (100 x 3833.33² + 200 x 166.67² + 300 x 1166.67²) / 600 = 1771.7²; CV 0.818
UNEVEN = (6000, 2000, 1000)


@pytest.mark.parametrize(("value", "told"), [("0.31", True), ("0.5", True), ("0.51", False)])
@pytest.mark.parametrize("key", ["composite__primary__cv", "composite__primary"])
def test_the_composite_as_the_verdict(value: str, told: bool, key: str) -> None:
    county = stating(three(*UNEVEN), **{key: exact(value)})
    args = {
        "stage": Text("小学", "Primary"), "left": value, "limit": "0.5",
        "names": Text("L6", "L6"), "right": Text("0.818", "0.818"),
    }  # fmt: skip
    assert found(county) == ([at("QBE-POL-006", "C4", **args)] if told else [])


def test_more_than_one_cv_over_its_limit() -> None:
    rows = [changed(row, multimedia_rooms=n) for row, n in zip(three(*UNEVEN), (18, 0, 0), strict=True)]
    # 18 rooms of 600 pupils, all in the school of 100: 3 for 100; (100 x 15² + 500 x 3²) / 600 = 6.708²; CV 2.236
    (finding,) = found(stating(rows, composite__junior__cv=0, composite__primary__cv=exact("0.3")))
    assert finding.args["names"] == Text("L6、L7", "L6, L7")
    assert finding.args["right"] == Text("0.818、2.236", "0.818, 2.236")
    assert found(stating(three(), composite__primary__cv=exact("0.3"))) == []  # every CV meets its limit
    missing = [changed(row, equipment_value=None) if row.text("school_code") == "S2" else row for row in three(*UNEVEN)]
    assert found(stating(missing, composite__primary__cv=exact("0.3"))) == []


# ---- limits


NO_GUESS = Text("", "")
OTHER = Text("（这是小学的限值）", " (the limit of primary schools)")
OLD = "教督〔2012〕3号"


@pytest.mark.parametrize(
    ("key", "value", "right", "guess"),
    [
        ("L4__junior__cv_limit", "0.45", None, ""),
        ("L4__junior__cv_limit", "0.5", "0.45", "（这是小学的限值）"),
        ("L4__junior__cv_limit", "0.55", "0.45", OLD),
        ("L4__primary__cv_limit", "0.65", "0.5", OLD),
        ("L4__primary__cv_limit", "0.45", "0.5", "（这是初中的限值）"),
        ("L4__primary__cv_limit", "0.7", "0.5", ""),
        ("L4__junior__limit", "4.5", "5.8", "（这是小学的限值）"),
        ("L4__junior__limit", "0.65", "5.8", ""),  # a limit of CVs only
        ("L2__junior__limit", "1", None, ""),
        ("L2__junior__limit", "2", "1", ""),  # the same at both stages
    ],
)
def test_a_stated_limit(key: str, value: str, right: str | None, guess: str) -> None:
    told = found(stating([], **{key: exact(value)}))
    if right is None:
        assert told == []
        return
    (finding,) = told
    indicator, stage, kind = key.split("__")
    words = {"primary": ("小学", "Primary"), "junior": ("初中", "Junior")}[stage]
    what = ("标准", "limit") if kind == "limit" else ("差异系数限值", "limit of the CV")
    assert (finding.code, finding.sheet, finding.range) == ("QBE-POL-007", WHERE, "C4")
    assert finding.args["name"] == Text(f"{words[0]} {indicator} {what[0]}", f"{words[1]} {indicator}, {what[1]}")
    assert (finding.args["left"], finding.args["right"], finding.args["edition"]) == (value, right, EDITION.name)
    said = finding.args["guess"]
    assert isinstance(said, Text)
    assert (guess in said.zh and bool(said.en) == bool(guess)) if guess else said == NO_GUESS
    if guess == "（这是小学的限值）":
        assert said == OTHER


def in_rows(rows: list[Row], key: str, *values: Any) -> list[Row]:
    """The schools with a stated column: one value each, None where there is none."""
    columns = {**COLUMNS, f"stated:{key}": "ZZ"}
    return [
        replace(changed(row, **{f"stated:{key}": None if v is None else exact(str(v))}), columns=columns)
        for row, v in zip(rows, values, strict=True)
    ]


def test_limits_in_the_schools_rows_are_told_once_a_value() -> None:
    rows = in_rows(three(), "L4.primary.limit", "5.8", "4.5", "5.8")
    (finding,) = found(stating(rows))
    assert (finding.code, finding.sheet, finding.range) == ("QBE-POL-007", SHEET, "ZZ4:ZZ6")
    assert (finding.args["left"], finding.args["right"]) == ("5.8", "4.5")
    assert finding.args["guess"] == Text("（这是初中的限值）", " (the limit of junior schools)")
    two = found(stating(in_rows(three(), "L4.primary.limit", "5.8", "6", None)))
    assert [(f.args["left"], f.range) for f in two] == [("5.8", "ZZ4"), ("6", "ZZ5")]
    # a primary school's row says nothing of junior schools
    assert found(stating(in_rows(three(), "L4.junior.limit", 1, 1, 1))) == []


# ---- each school's own


@pytest.mark.parametrize(("value", "told"), [("3000", False), ("2999", True), ("3100", True)])
def test_a_schools_own_value(value: str, told: bool) -> None:
    county = stating(in_rows(three(), "L6.primary", value, 2000, None))
    finding = Finding("QBE-ARI-007", SHEET, "ZZ4", "S1", {"name": L6, "left": value, "right": "3000.00"})
    assert found(county) == ([finding] if told else [])


def test_schools_whose_own_value_cannot_be_checked() -> None:
    """A school with a campus, without pupils or without the amount; the school after them is told."""
    rows = three()
    blank = [changed(rows[0], equipment_value=None), changed(rows[1], pupils_primary=None), rows[2]]
    told = found(stating(in_rows(blank, "L6.primary", 1, 2, 3)))
    assert [(f.code, f.school, f.args["right"]) for f in told] == [("QBE-ARI-007", "S3", "1000.00")]
    both = in_rows([*rows, campus("S4", "S1", pupils=100)], "L6.primary", 1, 2, 1000, 4)
    assert [(f.school, f.args["right"]) for f in found(stating(both))] == [("S2", "2000.00")]
    assert found(stating(in_rows(rows, "L6.junior", 1, 2, 3))) == []


def subjects(**values: int) -> list[Row]:
    """400 pupils with 8 teachers of PE, music and art: 2 for 100; 4 of PE are 1, 3 of music 0.75, 1 of art 0.25."""
    given = {"pe_art_primary": 8, "pe_primary": 4, "music_primary": 3, "art_primary": 1, **values}
    return [school("S1", pupils=400, **given)]


@pytest.mark.parametrize(
    ("value", "subject", "part"),
    [
        ("1", "pe_primary", "4"),
        ("0.75", "music_primary", "3"),
        ("0.25", "art_primary", "1"),
        ("2", None, ""),
        ("1.5", "", ""),
    ],
)
def test_one_subject_in_place_of_all(value: str, subject: str | None, part: str) -> None:
    told = found(stating(in_rows(subjects(), "L3.primary", value)))
    name = Text("小学 L3", "Primary L3")
    if subject:
        args = {
            "name": name, "subject": all_fields()[subject].name, "part": part, "whole": "8", "left": value, "right": "2.00",
        }  # fmt: skip
        assert told == [Finding("QBE-POL-003", SHEET, "ZZ4", "S1", args)]
    else:
        wrong = Finding("QBE-ARI-007", SHEET, "ZZ4", "S1", {"name": name, "left": value, "right": "2.00"})
        assert told == ([] if subject is None else [wrong])


def test_other_indicators_have_no_subjects() -> None:
    # 4 PE teachers of 400 pupils are 1, and so is what is stated of key teachers, of which there are 2
    (finding,) = found(stating(in_rows(subjects(), "L2.primary", 1)))
    assert finding.code == "QBE-ARI-007"
    blank = [changed(row, pe_primary=None, music_primary=0) for row in subjects()]
    assert [f.code for f in found(stating(in_rows(blank, "L3.primary", "0")))] == ["QBE-ARI-007"]
    assert [f.code for f in found(stating(in_rows(blank, "L3.primary", "0.25")))] == ["QBE-POL-003"]


# ---- rounding


@pytest.mark.parametrize(
    ("yuan", "value", "right"),
    [
        ("1999.996", "2000", "1999.996"), ("2000", "2000", None), ("1999.996", "1999.99", None), ("2000.004", "2000", None),
        ("1999.99", "2000", "wrong"),
    ],
)  # fmt: skip
def test_a_value_rounded_up_to_its_limit(yuan: str, value: str, right: str | None) -> None:
    rows = three(yuan, yuan, yuan)
    own = found(stating(in_rows(rows, "L6.primary", value, None, None)))
    mean = found(stating(rows, L6__primary__mean=exact(value)))
    if right == "wrong":  # too far to be rounding
        assert [f.code for f in (*own, *mean)] == ["QBE-ARI-007", "QBE-ARI-008"]
    elif right is None:
        assert own == mean == []
    else:
        args = {"left": "2000", "limit": "2000", "right": right}
        assert own == [Finding("QBE-POL-009", SHEET, "ZZ4", "S1", {"name": L6, **args})]
        assert mean == [at("QBE-POL-009", "C4", name=MEAN, **args)]


@pytest.mark.parametrize(
    ("first", "value", "right"),
    [(3004, "0.5", "0.5005"), (3000, "0.5", None), (3004, "0.51", None), (2996, "0.5", None), (3004, "0.5005", None)],
)
def test_a_cv_rounded_down_to_its_limit(first: int, value: str, right: str | None) -> None:
    """Two schools of 100 pupils with a and 1000 yuan: CV (a − 1000) / (a + 1000), for 3004 yuan 0.500499."""
    rows = [school("S1", pupils=100, equipment_value=100 * first), school("S2", pupils=100, equipment_value=100_000)]
    told = [f for f in found(stating(rows, L6__primary__cv=exact(value))) if f.code != "QBE-POL-004"]
    wanted = at("QBE-POL-009", "C4", name=CV, left="0.5", limit="0.5", right=right)
    assert told == ([wanted] if right else [])
