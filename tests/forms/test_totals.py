"""Rows of sums in the schools' table: never a school, kept with their places, and compared only where that is certain."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qbe_xl.checks import run_checks
from qbe_xl.county import County
from qbe_xl.county.wire import from_plain, to_plain
from qbe_xl.forms import read
from qbe_xl.forms.totals import added_up, is_total, kind_of
from qbe_xl.standards import DEFAULT_EDITION, load_edition
from tests.forms.books import table

PROFILE = """
id: mine
name: 我的表
sheets:
  - id: schools
    kind: table
    table: schools
    sheet: 学校
    header: {needs: [school_name]}
    columns: [school_name, school_type, pupils_primary, classes_primary, {field: equipment_value, unit: 万元}]
"""
HEAD = ["学校名称", "办学类型", "小学在校生数", "小学班级数", "教学仪器设备值"]
A, B, C = (["甲校", "小学", 100, 3, 10.1], ["乙校", "小学", 200, 5, 10.2], ["丙校", "小学", 50, 2, 0.1])
EDITION = load_edition(DEFAULT_EDITION)


def county(tmp_path: Path, *rows: list) -> County:
    (tmp_path / "mine.yaml").write_text(PROFILE, encoding="utf-8")
    submission = read(table(tmp_path / "x.xlsx", [HEAD, *rows]), tmp_path / "mine.yaml")
    assert submission.county is not None
    travelled = from_plain(json.loads(json.dumps(to_plain(submission))), submission.file.name)
    assert travelled == submission
    assert not [f for f in submission.findings if f.code.startswith(("QBE-DAT", "QBE-STR"))]
    return submission.county


def found(of: County) -> list[tuple[str, str, str, str]]:
    return [
        (f.code, str(f.range), str(f.args["left"]), str(f.args["right"]))
        for f in run_checks(of, EDITION)
        if f.code in {"QBE-ARI-010", "QBE-ARI-011"}
    ]


def test_a_sum_below_is_kept_and_compared(tmp_path: Path) -> None:
    made = county(tmp_path, A, B, C, ["合计", None, 351, 10, 20.4])
    assert [row.text("school_name") for row in made.schools] == ["甲校", "乙校", "丙校"]
    (total,) = made.totals
    assert (total.label, total.row.number, total.first, total.last) == ("合计", 5, 2, 4)
    assert total.row.get("equipment_value") == 204_000 and str(total.row.place("pupils_primary")) == "学校!C5"
    assert found(made) == [("QBE-ARI-010", "C5", "351", "350")]  # 100 + 200 + 50; 10.1 + 10.2 + 0.1 = 20.4


def test_the_noise_of_a_spreadsheets_own_sum_is_no_difference(tmp_path: Path) -> None:
    assert 20.400000000000002 != 20.4
    assert found(county(tmp_path, A, B, C, ["合计", None, 350, 10, 20.400000000000002])) == []
    assert found(county(tmp_path, A, B, C, ["合计", None, 350, 10, 20.4000001])) == [
        ("QBE-ARI-010", "E5", "204000.001", "204000")
    ]


def test_a_blank_is_told_and_nobody_accused(tmp_path: Path) -> None:
    blank = ["乙校", "小学", None, 5, 10.2]
    assert found(county(tmp_path, A, blank, ["合计", None, 300, 8, 20.3])) == [("QBE-ARI-011", "C4", "300", "100")]
    junior = ["乙校", "初级中学", None, 5, 10.2]  # it has no primary stage: its blank hides nothing
    assert found(county(tmp_path, A, junior, ["合计", None, 300, 8, 20.3])) == [("QBE-ARI-010", "C4", "300", "100")]


def test_what_is_no_number_in_a_sum_says_nothing(tmp_path: Path) -> None:
    assert found(county(tmp_path, A, B, ["合计", "—", "约300", "#REF!", None])) == []


def test_subtotals_of_blocks(tmp_path: Path) -> None:
    made = county(
        tmp_path,
        A,
        ["城关镇小计", None, 101, 3, None],
        B,
        C,
        ["小计", None, 250, 7, None],
        ["总计", None, 350, 9, None],
    )
    assert [row.text("school_name") for row in made.schools] == ["甲校", "乙校", "丙校"]
    assert [(t.label, t.first, t.last) for t in made.totals] == [("城关镇小计", 2, 2), ("小计", 4, 5), ("总计", 2, 5)]
    # 3 + 5 + 2 = 10 classes
    assert found(made) == [("QBE-ARI-010", "C3", "101", "100"), ("QBE-ARI-010", "D7", "9", "10")]


@pytest.mark.parametrize(
    "rows",
    [
        [A, B, ["其中：小学", None, 7, 7, 7]],
        [A, B, ["小学合计", None, 7, 7, 7]],
        [["小计", None, 7, 7, 7], A, ["小计", None, 7, 7, 7], B],  # above or below its block?
        [A, ["小计", None, 7, 7, 7], B],  # B is in no block
        [A, ["合计", None, 7, 7, 7], B, ["合计", None, 7, 7, 7]],
        [A, B, ["合计", None, 7, 7, 7], ["总计", None, 7, 7, 7]],
        [A, B, ["合计（不含民办）", None, 7, 7, 7]],
    ],
)
def test_what_is_not_certain_is_left_alone(tmp_path: Path, rows: list[list]) -> None:
    made = county(tmp_path, *rows)
    assert {row.text("school_name") for row in made.schools} <= {"甲校", "乙校"}
    assert made.totals and found(made) == []


def test_a_sum_on_top(tmp_path: Path) -> None:
    assert found(county(tmp_path, ["全县合计", None, 301, 8, 20.3], A, B)) == [("QBE-ARI-010", "C2", "301", "300")]


@pytest.mark.parametrize("label", ["合计", "总计:", "小计", "城关镇小计", "合计(40所)", "合计数", "total", "其中:小学"])
def test_labels_of_sums(label: str) -> None:
    assert is_total(label)


@pytest.mark.parametrize("name", ["合计小学", "小计村小学", "总计划小学", "totalenglishschool", "甲校"])
def test_names_of_schools(name: str) -> None:
    assert not is_total(name)


def test_what_a_label_says() -> None:
    assert [kind_of(each) for each in ("合计", "全县总计", "东山乡小计", "初中合计", "其中:教学点", "subtotal")] == [
        "whole", "whole", "block", "open", "open", "block",
    ]  # fmt: skip
    assert added_up({5: "小计", 6: "小计"}, [2, 3, 4]) == {}
