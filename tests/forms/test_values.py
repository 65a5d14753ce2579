"""What is typed into a cell: understood exactly, or reported; never guessed."""

from __future__ import annotations

import datetime
import unicodedata
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbe_xl.core.fields import field_of
from qbe_xl.forms.units import dimension_of, dimensions
from qbe_xl.forms.values import parse, stated

COUNT, AREA, MONEY, GAP = (
    field_of(n) for n in ("pupils_primary", "teaching_area", "equipment_value", "monitoring_gap")
)
WAN = dimension_of("元").units["万元"]


@pytest.mark.parametrize(
    ("raw", "value", "code"),
    [
        (120, 120, None),
        (120.0, 120, None),
        ("120", 120, None),
        (" 300 ", 300, None),
        ("\u3000300\u00a0", 300, None),
        ("１２０", 120, "QBE-DAT-009"),
        ("1,200", 1200, "QBE-DAT-009"),
        ("１，２００", 1200, "QBE-DAT-009"),
        ("120人", 120, "QBE-DAT-009"),
        ("１２０ 人", 120, "QBE-DAT-009"),
        ("120名", 120, "QBE-DAT-009"),
        ("+5", 5, "QBE-DAT-009"),
        (0, 0, None),
    ],
)
def test_a_count_that_can_be_understood(raw: object, value: int, code: str | None) -> None:
    parsed = parse(COUNT, raw)
    assert (parsed.value, parsed.state, parsed.code) == (value, None, code)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("一百二十", "QBE-DAT-012"),
        ("约120", "QBE-DAT-012"),
        ("120多", "QBE-DAT-012"),
        ("1,20", "QBE-DAT-012"),
        ("12,0000", "QBE-DAT-012"),
        ("1 200", "QBE-DAT-012"),
        ("1.2E+05", "QBE-DAT-012"),
        ("无", "QBE-DAT-012"),
        ("120㎡", "QBE-DAT-010"),
        ("95%", "QBE-DAT-010"),
        ("1.5万元", "QBE-DAT-010"),
        ("12.5", "QBE-DAT-003"),
        (12.5, "QBE-DAT-003"),
        (-3, "QBE-DAT-002"),
        ("-3", "QBE-DAT-002"),
        ("－３", "QBE-DAT-002"),
        ("−3", "QBE-DAT-002"),
        ("#DIV/0!", "QBE-DAT-001"),
        ("#N/A", "QBE-DAT-001"),
        ("#value!", "QBE-DAT-001"),
        (True, "QBE-DAT-014"),
        (datetime.datetime(2024, 9, 1), "QBE-DAT-013"),
        (datetime.time(12, 30), "QBE-DAT-013"),
        (datetime.timedelta(hours=30), "QBE-DAT-013"),
        (float("nan"), "QBE-DAT-012"),
        (float("inf"), "QBE-DAT-012"),
    ],
)
def test_a_count_that_cannot(raw: object, code: str) -> None:
    parsed = parse(COUNT, raw)
    assert (parsed.value, parsed.state, parsed.code) == (None, "unusable", code)


@pytest.mark.parametrize(
    "raw", ["缺", "缺失", "不详", "未统计", "无数据", "—", "——", "-", "/", "N/A", "n/a", "不适用", " — "]
)
def test_missing_is_said_in_many_words_and_is_not_zero(raw: str) -> None:
    parsed = parse(COUNT, raw)
    assert (parsed.value, parsed.state, parsed.code) == (None, "missing", "QBE-CMP-005")


@pytest.mark.parametrize("raw", [None, "", "   ", "\u3000", "\u200b"])
def test_a_blank_is_missing_without_a_word(raw: object) -> None:
    assert parse(COUNT, raw) == (None, "missing", None, {})


def test_units_are_converted_exactly() -> None:
    # 13.7 万元 is 137000 元; 1 亩 is 2000/3 ㎡, which no decimal can write
    assert parse(MONEY, "13.7万元").value == 137000
    assert parse(MONEY, 13.7, WAN).value == 137000
    assert parse(AREA, "3亩").value == 2000
    assert parse(AREA, "1亩").value == Fraction(2000, 3)
    assert parse(AREA, "12.5 平方米").value == Fraction(25, 2)
    assert parse(MONEY, "0.5亿元").value == 50_000_000
    assert parse(field_of("homework_g3_6"), "1小时").value == 60


def test_a_unit_in_the_cell_outranks_the_column() -> None:
    assert parse(MONEY, "137000元", WAN).value == 137000
    assert parse(MONEY, "137000", WAN).value == 1_370_000_000


def test_the_note_says_what_was_made_of_it() -> None:
    parsed = parse(MONEY, "１３．７万元")
    assert parsed.code == "QBE-DAT-009"
    assert parsed.values["number"] == "137000"
    assert str(parsed.values["unit"]["zh"]) == "元"


def test_binary_noise_is_not_a_number() -> None:
    assert parse(AREA, 0.1 + 0.2).value == Fraction(3, 10)


@pytest.mark.parametrize(
    ("raw", "value"),
    [(0.12, Fraction(3, 25)), ("12%", Fraction(3, 25)), ("１２％", Fraction(3, 25)), ("0.12", Fraction(3, 25)), (1, 1)],
)
def test_a_ratio_as_number_or_percentage(raw: object, value: Fraction) -> None:
    assert parse(GAP, raw).value == value


def test_a_bare_number_above_one_is_not_taken_for_a_percentage() -> None:
    assert parse(GAP, 12).code == "QBE-DAT-016"
    assert parse(GAP, 12, dimension_of("比例").units["%"]).value == Fraction(3, 25)


@pytest.mark.parametrize("raw", ["未参加", "未抽中", "not sampled", "Not Sampled"])
def test_not_sampled_is_a_state(raw: str) -> None:
    assert parse(field_of("monitoring_level"), raw).state == "not_sampled"
    assert parse(GAP, raw).state == "not_sampled"
    assert parse(COUNT, raw).code == "QBE-DAT-012"


@pytest.mark.parametrize(
    ("raw", "value"),
    [("Ⅲ", 3), ("III", 3), ("iii级", 3), ("Ⅲ级", 3), (3, 3), (3.0, 3), ("3", 3), ("三级", 3), ("Ⅵ", 6), ("Ⅰ", 1)],
)
def test_levels(raw: object, value: int) -> None:
    assert parse(field_of("monitoring_level"), raw).value == value


@pytest.mark.parametrize("raw", [0, 7, 2.5, "优秀", "Ⅶ", True])
def test_what_is_no_level(raw: object) -> None:
    assert parse(field_of("monitoring_level"), raw).code == "QBE-DAT-011"


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("是", "yes"),
        ("否", "no"),
        ("Yes", "yes"),
        ("N", "no"),
        (True, "yes"),
        (False, "no"),
        (" 是 ", "yes"),
        ("TRUE", "yes"),
    ],
)
def test_yes_and_no(raw: object, value: str) -> None:
    assert parse(field_of("charter"), raw).value == value


@pytest.mark.parametrize("raw", ["√", "×", 1, 0, "有", "无", "是的吧"])
def test_what_could_mean_either_is_not_guessed(raw: object) -> None:
    assert parse(field_of("charter"), raw).code == "QBE-DAT-005"


@pytest.mark.parametrize(
    ("raw", "value"), [(2024, 2024), (2024.0, 2024), ("2024", 2024), ("２０２４年", 2024), ("2024 年", 2024)]
)
def test_years(raw: object, value: int) -> None:
    assert parse(field_of("year"), raw).value == value


@pytest.mark.parametrize("raw", ["2024-2025学年", "24", 24, 20240901, 2024.5, "二〇二四", True])
def test_what_is_no_year(raw: object) -> None:
    assert parse(field_of("year"), raw).code == "QBE-DAT-008"


def test_a_date_gives_its_year_and_a_note() -> None:
    parsed = parse(field_of("built_year"), datetime.datetime(1998, 9, 1))
    assert (parsed.value, parsed.code) == (1998, "QBE-DAT-009")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("九年一贯制学校", "nine_year"),
        ("九年一贯制", "nine_year"),
        ("九 年 一 贯 制", "nine_year"),
        ("Nine-year school", "nine_year"),
        ("完中", "complete_secondary"),
    ],
)
def test_choices_by_any_of_their_names(raw: str, value: str) -> None:
    assert parse(field_of("school_type"), raw).value == value


def test_an_unknown_choice_names_what_can_be_chosen() -> None:
    parsed = parse(field_of("school_type"), "幼儿园")
    assert parsed.code == "QBE-DAT-004"
    assert "九年一贯制学校" in parsed.values["choices"]["zh"]
    assert "Nine-year school" in parsed.values["choices"]["en"]


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("3137000001", "3137000001"),
        (3137000001, "3137000001"),
        (3137000001.0, "3137000001"),
        ("０１２", "012"),
        (" 31 ", "31"),
    ],
)
def test_codes_keep_their_digits(raw: object, value: str) -> None:
    assert parse(field_of("school_code"), raw).value == value


def test_a_code_that_lost_its_last_digits_is_reported() -> None:
    assert parse(field_of("school_code"), 1234567890123456789.0).code == "QBE-DAT-015"


@pytest.mark.parametrize(
    ("raw", "percent", "value", "code"),
    [
        (0.9501, True, Fraction(9501, 10000), None),
        ("95.01%", True, Fraction(9501, 10000), None),
        ("95.01％", False, Fraction(9501, 10000), None),
        (95.01, True, Fraction(9501, 10000), "QBE-DAT-009"),
        ("95.01", True, Fraction(9501, 10000), "QBE-DAT-009"),
        (1, True, 1, None),
        (6000, False, 6000, None),
        ("0.6万元", False, 6000, "QBE-DAT-009"),
        ("达标", True, None, "QBE-DAT-012"),
        (None, True, None, None),
        ("—", True, None, None),
        ("#REF!", True, None, "QBE-DAT-001"),
    ],
)  # fmt: skip
def test_stated_ratios(raw: object, percent: bool, value: object, code: str | None) -> None:
    assert stated(raw, percent) == (value, code)


WIDE = str.maketrans("0123456789.,", "０１２３４５６７８９．，")


@given(
    st.integers(0, 10**15 - 1),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["", "人", " 人", "名"]),
    st.sampled_from(["", " ", "\u3000"]),
)
def test_however_a_number_is_typed_it_is_that_number(
    number: int, grouped: bool, wide: bool, unit: str, space: str
) -> None:
    text = f"{number:,}" if grouped else str(number)
    text = text.translate(WIDE) if wide else text
    assert parse(COUNT, f"{space}{text}{unit}{space}").value == number


@given(st.decimals(0, 10**9, places=4), st.sampled_from(list(dimensions()["元"].all)))
def test_money_in_any_unit_is_exact(number: object, unit: object) -> None:
    text = f"{number:f}{unit.name.zh}"
    assert parse(MONEY, text).value == Fraction(str(number)) * unit.factor
    assert parse(MONEY, f"{number:f}", unit).value == Fraction(str(number)) * unit.factor


@given(st.text(max_size=12))
def test_no_text_escapes(text: str) -> None:
    for name in (
        "pupils_primary",
        "equipment_value",
        "monitoring_gap",
        "monitoring_level",
        "year",
        "charter",
        "school_type",
        "school_code",
        "school_name",
    ):
        parsed = parse(field_of(name), text)
        assert parsed.state in (None, "missing", "unusable", "not_sampled")
        assert (parsed.value is None) == (parsed.state is not None)
        if parsed.value is not None and field_of(name).numeric:
            assert any(unicodedata.category(c) == "Nd" for c in unicodedata.normalize("NFKC", text))


def test_every_field_has_a_unit_that_is_known() -> None:
    from qbe_xl.core.fields import all_fields

    missing = {f.id: f.unit for f in all_fields().values() if f.unit and dimension_of(f.unit) is None}
    assert missing == {}
