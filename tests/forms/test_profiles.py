"""Profiles: what a hand-written one can say, that both worked examples read their sample, and errors that name the line."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from qbe_xl.core.errors import QbeError
from qbe_xl.core.yamlio import loads
from qbe_xl.forms import read
from qbe_xl.forms.headers import headed
from qbe_xl.forms.profile import profile_from
from tests.forms.books import table
from tests.paths import ROOT

PROFILES = ROOT / "workbooks" / "profiles"

BASE = """
id: mine
name: 我的表
sheets:
  - id: schools
    kind: table
    table: schools
    sheet: 学校
    header: {needs: [school_name]}
    ends_at: [合计]
    columns:
      - school_name
"""


def profile(tmp_path: Path, columns: str = "", more: str = "") -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(BASE + columns + more, encoding="utf-8")
    return path


def of(submission: object, field: str) -> list[object]:
    return [row.get(field) for row in submission.county.schools]


def codes(submission: object) -> list[str]:
    return [f.code for f in submission.findings if f.code != "QBE-CMP-002"]


# ---- the worked examples


def test_two_levels_with_subtotals_and_a_column_in_ten_thousand_yuan() -> None:
    submission = read(PROFILES / "两级表头汇总表.xlsx", PROFILES / "two-level-township.yaml")
    assert submission.findings == ()
    assert of(submission, "school_name") == ["城关第一小学", "城关中学", "东山小学", "东山九年一贯制学校"]
    assert [row.number for row in submission.county.schools] == [4, 5, 7, 8]  # row 6 is a subtotal
    assert of(submission, "equipment_value") == [1_320_000, 1_635_000, 660_000, 612_000]  # 132, 163.5, 66, 61.2 万元
    assert of(submission, "pupils_primary") == [640, None, 310, 180]
    assert of(submission, "pupils_junior") == [None, 620, None, 96]
    assert submission.county.year == 2024


def test_three_levels_with_the_total_on_top_and_stated_ratios() -> None:
    submission = read(PROFILES / "三级表头自评表.xlsx", PROFILES / "three-level-stated.yaml")
    assert submission.findings == ()
    assert of(submission, "school_name") == ["南湖小学", "南湖中学", "北岭小学"]
    assert of(submission, "teaching_area") == [2500, 3900, 1150]
    assert of(submission, "equipment_value") == [1_100_000, 1_650_000, 515_000]  # the line 单位：万元、平方米
    assert of(submission, "stated:L4.primary") == [5, None, Fraction(46, 10)]
    assert of(submission, "stated:L6.junior") == [None, 2750, None]
    stated = submission.county.stated
    assert stated["L4.primary.cv"].value == Fraction(387, 10000)
    assert stated["L1.primary.cv"].value == Fraction(589, 10000)
    assert str(stated["L4.primary.cv"].place) == "资源配置自评表!L10"


def test_the_samples_are_written_the_same_every_time(tmp_path: Path) -> None:
    from scripts import samples_profiles

    for path in samples_profiles.main(tmp_path):
        assert path.read_bytes() == (PROFILES / path.name).read_bytes(), path.name


# ---- headers


@pytest.mark.parametrize(
    ("raw", "word", "unit"),
    [
        ("设备值（万元）", "设备值", "万元"),
        ("设备值\n(单位：万元)", "设备值", "万元"),
        ("设备值\n万元", "设备值", "万元"),
        ("音乐教室（间，按面积分段）", "音乐教室", "间"),
        ("县（市、区）名称", "县(市、区)名称", None),
        ("学 校\n名 称", "学校名称", None),
        ("Ｐｕｐｉｌｓ", "pupils", None),
    ],
)
def test_header_texts(raw: str, word: str, unit: str | None) -> None:
    assert headed(raw) == (word, unit)


def test_group_headers_without_merged_cells(tmp_path: Path) -> None:
    rows = [
        ["学校名称", "小学", "", "初中", ""],
        ["", "在校生数", "班级数", "在校生数", "班级数"],
        ["甲校", 1, 2, 3, 4],
    ]
    fields = "".join(f"      - {f}\n" for f in ("pupils_primary", "classes_primary", "pupils_junior", "classes_junior"))
    submission = read(table(tmp_path / "x.xlsx", rows), profile(tmp_path, fields))
    row = submission.county.schools[0]
    assert [row.get(f) for f in ("pupils_primary", "classes_primary", "pupils_junior", "classes_junior")] == [
        1,
        2,
        3,
        4,
    ]


def test_the_most_specific_header_wins(tmp_path: Path) -> None:
    rows = [["学校名称", "面积", "教学用房", ""], ["", "", "面积", "间数"], ["甲校", 1, 2, 3]]
    fields = "      - {field: teaching_area, header: [教学用房/面积, 面积]}\n"
    submission = read(table(tmp_path / "x.xlsx", rows, ["A1:A2", "B1:B2", "C1:D1"]), profile(tmp_path, fields))
    assert of(submission, "teaching_area") == [2]
    assert codes(submission) == []


def test_rows_that_number_the_columns_are_no_data(tmp_path: Path) -> None:
    rows = [["学校名称", "小学在校生数", "小学班级数"], ["甲", 1, 2], ["校", "人", "个"], ["甲校", 10, 2]]
    rows = [rows[0], ["甲", "1", "2", "3"], rows[3]]
    submission = read(table(tmp_path / "x.xlsx", rows), profile(tmp_path, "      - pupils_primary\n"))
    assert of(submission, "school_name") == ["甲校"]


def test_money_needs_a_unit_from_somewhere(tmp_path: Path) -> None:
    rows = [["学校名称", "教学仪器设备值"], ["甲校", 120], ["乙校", "1.5万元"]]
    path = table(tmp_path / "x.xlsx", rows)
    submission = read(path, profile(tmp_path, "      - equipment_value\n"))
    assert codes(submission) == ["QBE-STR-011"]
    assert of(submission, "equipment_value") == [None, None]
    submission = read(path, profile(tmp_path, "      - {field: equipment_value, unit: 万元}\n"))
    assert of(submission, "equipment_value") == [1_200_000, 15_000]
    assert codes(submission) == ["QBE-DAT-009"]


def test_units_in_order_of_precedence(tmp_path: Path) -> None:
    """Cell, header, unit row, profile, 单位 line: each is asked only where those before it are silent."""
    column = "      - {field: equipment_value, unit: 千元}\n"
    line, plain, row = ["单位：百元"], ["学校名称", "教学仪器设备值"], ["", "元"]
    headed_by = ["学校名称", "教学仪器设备值（万元）"]
    cases = [
        ([line, headed_by, row, ["甲校", "1亿元"]], column, 100_000_000),
        ([line, headed_by, row, ["甲校", 1]], column, 10_000),
        ([line, plain, row, ["甲校", 1]], column, 1),
        ([line, plain, ["甲校", 1]], column, 1_000),
        ([line, plain, ["甲校", 1]], "      - equipment_value\n", 100),
    ]
    for rows, columns, expected in cases:
        submission = read(table(tmp_path / "x.xlsx", rows), profile(tmp_path, columns))
        assert of(submission, "equipment_value") == [expected]


def test_a_unit_of_the_forms_own(tmp_path: Path) -> None:
    rows = [["学校名称", "教学仪器设备值（个万）"], ["甲校", 2]]
    rows[0][1] = "教学仪器设备值\n（十万元）"
    columns = "      - {field: equipment_value, header: [教学仪器设备值（十万元）], unit: {十万元: 100000}}\n"
    submission = read(table(tmp_path / "x.xlsx", rows), profile(tmp_path, columns))
    assert codes(submission) == ["QBE-STR-011"]  # a unit that only the profile knows must stand in the unit row
    rows = [["学校名称", "教学仪器设备值"], ["", "元"], ["甲校", 2]]
    assert of(read(table(tmp_path / "x.xlsx", rows), profile(tmp_path, columns)), "equipment_value") == [2]


def test_sheets_of_one_stage_each_are_joined_by_code(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for page, rows in (
        (book.active, [["学校代码", "学校名称", "在校生数", "班级数"], ["1", "甲校", 100, 3], ["2", "乙校", 50, 2]]),
        (
            book.create_sheet(),
            [["学校代码", "学校名称", "在校生数", "班级数"], ["2", "乙校", 70, 2], ["3", "丙校", 90, 3]],
        ),
    ):
        for row in rows:
            page.append(row)
    book.worksheets[0].title, book.worksheets[1].title = "小学", "初中"
    path = tmp_path / "x.xlsx"
    book.save(path)
    text = "id: joined\nname: 分学段\nconstants: {year: 2024}\nsheets:\n"
    for name, stage in (("小学", "primary"), ("初中", "junior")):
        text += f"""  - id: {stage}
    kind: table
    table: schools
    sheet: {name}
    stage: {stage}
    header: {{needs: [school_code]}}
    columns: [school_code, school_name, pupils, classes]
"""
    form = tmp_path / "joined.yaml"
    form.write_text(text, encoding="utf-8")
    county = read(path, form).county
    assert [row.text("school_name") for row in county.schools] == ["甲校", "乙校", "丙校"]
    second = county.schools[1]
    assert (second.get("pupils_primary"), second.get("pupils_junior")) == (50, 70)
    assert (str(second.place("pupils_primary")), str(second.place("pupils_junior"))) == ("小学!C3", "初中!C2")


# ---- errors that name the line


@pytest.mark.parametrize(
    ("text", "code", "line", "word"),
    [
        ("colums: []", "QBE-STD-002", 13, "sheets"),
        ("    collumns: []", "QBE-STD-002", 13, "columns"),
        ("      - {field: pupils_primry}", "QBE-STD-009", 13, "pupils_primary"),
        ("      - {feild: pupils_primary}", "QBE-STD-002", 13, "field"),
        ("      - {header: [x]}", "QBE-STD-004", 13, "field | stated"),
        ("      - {field: teaching_area, unit: 尺}", "QBE-STD-005", 13, "unit"),
        ("      - {field: teaching_area, optional: maybe}", "QBE-STD-005", 13, "optional"),
        ("constants: {yeer: 2024}", "QBE-STD-009", 13, "year"),
        (
            "  - {id: schools, kind: table, table: schools, sheet: x, columns: [school_name]}",
            "QBE-STD-006",
            13,
            "schools",
        ),
        ("  - {id: other, kind: table, sheet: x}", "QBE-STD-004", 13, "columns"),
        ("      - [", "QBE-STD-001", 14, ""),
    ],
)
def test_what_is_wrong_in_a_profile_is_named_with_its_line(text: str, code: str, line: int, word: str) -> None:
    with pytest.raises(QbeError) as caught:
        profile_from(loads(BASE + text + "\n", "mine.yaml"))
    assert caught.value.code == code
    assert caught.value.values["line"] == line
    assert "mine.yaml" in str(caught.value)
    assert word in str(caught.value)


def test_a_missing_key_is_named() -> None:
    with pytest.raises(QbeError) as caught:
        profile_from(loads("id: x\nsheets: []\n", "mine.yaml"))
    assert (caught.value.code, caught.value.values["key"]) == ("QBE-STD-004", "name")
