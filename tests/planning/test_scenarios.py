"""Scenarios as written in YAML and in a sheet: the same actions, and complaints that name line or cell."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from qbe_xl.core.errors import QbeError
from qbe_xl.planning.changes import Change, Close, Forecast, Merge, Move, Open, Split
from qbe_xl.planning.scenario import parse_scenarios, read_scenarios
from qbe_xl.planning.scenario_sheet import COLUMNS, OPERATIONS, parse_rows, scenarios_of

YAML = """
scenarios:
- name: 方案一
  note: 试算
  classes: even
  actions:
  - {change: 小学体育艺术专任教师数, school: 一小, add: 2}
  - {change: teacher_wage, set: 61000.5}
  - {change: equipment_value, school: 一小, times: 1.5}
  - {change: charter, school: 一小, set: yes}
  - {move: {teachers_primary: 2, pe_art_primary: 1}, from: 二小, to: 一小}
  - {merge: [一小, 三小], name: 联合小学}
  - {split: 四小, code: X9, name: 新四小, share: 40%}
  - {open: 新校, code: X1, type: 小学, values: {pupils_primary: 300}}
  - {close: 五小, to: {一小: 0.5, 四小: 0.5}}
  - {close: 六小, to: 一小}
  - {close: 七小}
  - {forecast: 95%, stage: 小学, area: 乡村}
  - {pupils: 320, stage: 小学, school: 八小}
- name: 不变
"""
ACTIONS = (
    Change("一小", "小学体育艺术专任教师数", "add", 2),
    Change(None, "teacher_wage", "set", Fraction("61000.5")),
    Change("一小", "equipment_value", "times", Fraction(3, 2)),
    Change("一小", "charter", "set", "yes"),
    Move("二小", "一小", {"teachers_primary": 2, "pe_art_primary": 1}),
    Merge(("一小", "三小"), "联合小学"),
    Split("四小", "X9", "新四小", share=Fraction(2, 5)),
    Open("X1", "新校", "小学", {"pupils_primary": 300}),
    Close("五小", {"一小": Fraction(1, 2), "四小": Fraction(1, 2)}),
    Close("六小", {"一小": 1}),
    Close("七小"),
    Forecast(factor=Fraction(19, 20), stage="小学", area="乡村"),
    Forecast(pupils=320, stage="小学", school="八小"),
)


def test_every_kind_of_action_is_read() -> None:
    first, second = parse_scenarios(YAML)
    assert first.actions == ACTIONS
    assert first.even and first.note == "试算"
    assert second.actions == () and not second.even
    assert first.steps[0].where.zh.endswith("第 7 行")


@pytest.mark.parametrize(
    ("text", "code", "line", "words"),
    [
        ("scenarios:\n- name: a\n  action: []\n", "QBE-STD-002", 3, "actions"),
        ("scenarios:\n- name: a\n  actions:\n  - {chnge: x, add: 1}\n", "QBE-STD-002", 4, "change"),
        ("scenarios:\n- name: a\n  actions:\n  - {change: x, school: y}\n", "QBE-STD-005", 4, "set"),
        ("scenarios:\n- name: a\n  actions:\n  - {change: x, add: viel}\n", "QBE-STD-005", 4, "数字"),
        ("scenarios:\n- name: a\n  actions:\n  - {move: {x: 1}, from: y}\n", "QBE-STD-004", 4, "to"),
        ("scenarios:\n- note: a\n", "QBE-STD-004", 2, "name"),
        ("scenarios:\n- name: a\n- name: a\n", "QBE-STD-006", 3, "a"),
        ("scenario: []\n", "QBE-STD-002", 1, "scenarios"),
        ("scenarios: [\n", "QBE-STD-001", 2, ""),
    ],
)
def test_complaints_name_the_line(text: str, code: str, line: int, words: str) -> None:
    with pytest.raises(QbeError) as caught:
        parse_scenarios(text)
    assert caught.value.code == code
    assert caught.value.values["line"] == line
    assert words in caught.value.message("zh")


def rows(*lines: dict[str, Any]) -> list[tuple[int, list[Any]]]:
    """Rows of the sheet: a title, the header, then these lines by column."""
    head = [names.zh for names in COLUMNS.values()]
    body = [[line.get(key) for key in COLUMNS] for line in lines]
    return list(enumerate([["情景"], head, *body], start=1))


def test_the_sheet_says_the_same() -> None:
    lines: list[dict[str, Any]] = [
        {"name": "方案一", "what": "均衡编班"},
        {"what": "增加", "school": "一小", "field": "小学体育艺术专任教师数", "value": 2.0},
        {"what": "改为", "field": "teacher_wage", "value": 61000.5},
        {"what": "乘以", "school": "一小", "field": "equipment_value", "value": "150%"},
        {"what": "改为", "school": "一小", "field": "charter", "value": "yes"},
        {"what": "合并", "school": "三小", "to": "一小", "new": "联合小学"},
        {"what": "拆分", "school": "四小", "code": "X9", "new": "新四小", "value": 0.4},
        {"what": "撤销", "school": "五小", "to": "一小、四小"},
        {"what": "撤销", "school": "六小", "to": "一小"},
        {"what": "撤销", "school": "七小"},
        {"what": "预测", "school": "乡村", "field": "小学", "value": "95%"},
        {"what": "预测人数", "school": "八小", "field": "小学", "value": 320},
        {},
        {"name": "方案二", "what": "减少", "school": "一小", "field": "multimedia_rooms", "value": 1},
        {"what": "调动", "school": "二小", "field": "teachers_primary", "value": 2, "to": "一小"},
        {"what": "新建", "code": "X1", "new": "新校", "type": "小学"},
    ]
    first, second = parse_rows(rows(*lines))
    assert first.even
    assert first.actions == tuple(a for a in ACTIONS if not isinstance(a, Move | Open))
    assert second.actions == (
        Change("一小", "multimedia_rooms", "add", -1),
        Move("二小", "一小", {"teachers_primary": 2}),
        Open("X1", "新校", "小学"),
    )
    assert second.steps[0].where.zh == "情景!B16"


def test_english_words_are_read_too() -> None:
    table = [(1, [names.en for names in COLUMNS.values()]), (2, ["A", OPERATIONS["add"].en, "S1", "pupils_primary", 3])]
    assert parse_rows(table)[0].actions == (Change("S1", "pupils_primary", "add", 3),)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ({"name": "a", "what": "增家", "school": "x"}, "情景!B3"),
        ({"name": "a", "what": "增加", "school": "x", "field": "y", "value": "多"}, "情景!E3：“多”不是数字"),
        ({"name": "a", "what": "增加", "school": "x", "value": 1}, "情景!D3：缺字段"),
        ({"what": "增加", "school": "x", "field": "y", "value": 1}, "情景!A3：缺情景名"),
        ({"name": "a", "school": "x", "field": "y", "value": 1}, "情景!B3：缺操作"),
        ({"name": "a", "what": "撤销", "school": "x", "to": "y、z", "value": "40%"}, "情景!E3"),
    ],
)
def test_complaints_name_the_cell(line: dict[str, Any], words: str) -> None:
    with pytest.raises(QbeError) as caught:
        parse_rows(rows(line))
    assert caught.value.code == "QBE-PLN-010"
    assert words in caught.value.message("zh")


def test_a_sheet_without_header_is_told() -> None:
    with pytest.raises(QbeError) as caught:
        parse_rows([(1, ["甲", "乙"])])
    assert caught.value.code == "QBE-PLN-011"


@pytest.mark.parametrize("guarded", [True, False])
def test_the_sheet_is_found_in_a_workbook(tmp_path: Path, guarded: bool) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    path = tmp_path / "a.xlsx"
    book.save(path)
    assert scenarios_of(path, guarded) is None
    sheet = book.create_sheet("情景")
    for _, cells in rows({"name": "方案一", "what": "增加", "school": "一小", "field": "pupils_primary", "value": 2}):
        sheet.append(cells)
    book.save(path)
    found = scenarios_of(path, guarded)
    assert found is not None and found[0].actions == (Change("一小", "pupils_primary", "add", 2),)


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "方案.yaml"
    path.write_text(YAML, encoding="utf-8")
    assert [scenario.name for scenario in read_scenarios(path)] == ["方案一", "不变"]
