"""Every number of the report is the JSON's: each stands in a cell that names its source, and the source says the same."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from qbe_xl.core.languages import LANGUAGES, Lang
from qbe_xl.outputs.report.build import report
from qbe_xl.outputs.report.model import Cell, chinese
from tests.outputs.report.samples import DAY, FULL, NAMES, documents, edition, made
from tests.outputs.report.sources import problem


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_number_is_that_of_its_source(name: str, lang: Lang) -> None:
    """The tables of the largest sample alone hold thousands of them."""
    made_of = documents(name, lang)
    cells = list(made(name, lang).cells())
    wrong = [found for cell in cells if (found := problem(cell, made_of, edition(name), lang)) is not None]
    assert wrong == []
    assert name == "empty" or sum(cell.number is not None for cell in cells) > 100


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_no_text_outside_cells_holds_a_digit(name: str, lang: Lang) -> None:
    assert [text for text in made(name, lang).words() if re.search(r"\d", text)] == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_rows_have_as_many_cells_as_columns_and_keys_are_unique(name: str, lang: Lang) -> None:
    made_report = made(name, lang)
    for section in made_report.sections:
        for table in section.tables:
            assert {len(row) for row in table.rows} <= {len(table.columns)}, table.key
            assert table.rows
        for chart in section.charts:
            assert {len(series.values) for series in chart.series} == {len(chart.categories)}, chart.key
            assert len(chart.limits) in (0, 1, len(chart.categories))
    for keys in (
        [section.key for section in made_report.sections],
        [table.key for section in made_report.sections for table in section.tables],
        [chart.key for section in made_report.sections for chart in section.charts],
    ):
        assert len(keys) == len(set(keys))


def changed(data: Any, path: str, value: Any) -> Any:
    """A copy with one value replaced."""
    copy = json.loads(json.dumps(data))
    at = copy
    *way, last = path.split("/")
    for key in way:
        at = at[int(key)] if isinstance(at, list) else at[key]
    at[int(last) if isinstance(at, list) else last] = value
    return copy


@pytest.mark.parametrize(
    ("document", "path", "value"),
    [
        ("assessment", "resources/stages/primary/indicators/L5/cv", 0.123456),
        ("assessment", "resources/units/0/values/L1/value", 1.25),
        ("assessment", "government/items/2/value", 77),
        ("gaps", "indicators/0/units_to_limit", 123),
        ("plan", "cost", 987654321),
        ("ledger", "counts/new", 4321),
        ("trend", "years/0/year", 1999),
        ("evidence", "summary/partial", 17),
    ],
)
def test_the_test_sees_a_number_that_is_not_the_jsons(document: str, path: str, value: Any) -> None:
    """The report is made from one JSON and held against another that differs in one number."""
    made_of = documents("short")
    other = {**made_of, document: changed(made_of[document], path, value)}
    cells = list(made("short").cells())
    wrong = [cell for cell in cells if problem(cell, other, edition("short"), "zh") is not None]
    assert {cell.source for cell in wrong} == {f"{document}#/{path}"}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [("0.13", False), ("0.125", False), ("12.5%", False), ("12%", True), ("13%", False), ("0.12", True), ("≥ 0.13", False),
     ("0.13 1", True), ("", True)],
)  # fmt: skip
def test_a_cell_shows_its_number_rounded_half_up(text: str, wrong: bool) -> None:
    cell = Cell(text, 0.125, "assessment#/x")
    assert (problem(cell, {"assessment": {"x": 0.125}}, edition("short"), "zh") is not None) == wrong
    assert problem(replace(cell, number=0.13), {"assessment": {"x": 0.125}}, edition("short"), "zh") is not None


def test_sections_come_in_order_and_only_with_their_documents() -> None:
    keys = [section.key for section in made("short").sections]
    assert keys == [
        "basic", "resources", "government", "quality", "recognition", "vetoes", "problems", "gaps", "plan", "ledger", "trend",
        "evidence", "units",
    ]  # fmt: skip
    alone = report(documents("short")["assessment"], date=DAY)
    assert [section.key for section in alone.sections] == [*keys[:7], "units"]
    assert [alone.heading(section) for section in alone.sections][5:] == [
        "六、基本条件与一票否决", "七、存在的问题", "附表　各单位七项指标",
    ]  # fmt: skip


def test_sections_by_hand() -> None:
    """S1 has 500 pupils and 1998 ㎡ of grounds besides 500 ㎡ indoors: 2498 / 500 = 4.996 ㎡, below 6.375 = 85 % of 7.5."""
    made_report = made("short")
    (table,) = [t for s in made_report.sections for t in s.tables if t.key == "not_met_primary"]
    first = table.rows[0]
    assert [cell.text for cell in first[:2]] == ["第S1学校", "500"]
    grounds = first[6]
    assert (grounds.text, grounds.status) == ("5.00", "fail") and grounds.number == 4.996
    assert first[3].text == "0.40" and first[3].status == "fail"  # 2 key teachers of 500 pupils
    assert made_report.verdict == "fail" and made_report.verdict_word == "不达标"
    assert made_report.verdict_text.text == "某县 2024 年未达到县域义务教育优质均衡发展标准。"


def test_a_value_between_floor_and_limit_is_marked_as_allowed() -> None:
    """2 teachers of 230 pupils: 0.8696 of 1 per 100, above 0.85."""
    statuses = {cell.status for t in made("linyi").sections[-1].tables for row in t.rows for cell in row[3:10]}
    assert statuses == {"pass", "allowed", "fail", "undetermined"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_blocked_report_says_so_on_top(lang: Lang) -> None:
    made_report = made("blocked", lang)
    assert made_report.verdict == "blocked" and made_report.verdict_text.kind == "warning"
    errors = sum(each["severity"] == "error" for each in documents("blocked", lang)["assessment"]["findings"])
    assert errors and f"{errors}" in made_report.verdict_text.text
    assert ("不能下结论" if lang == "zh" else "no verdict") in made_report.verdict_text.text


def test_a_report_of_missing_data_is_undetermined_and_says_why() -> None:
    made_report = made("missing-data")
    assert (made_report.verdict, made_report.verdict_word) == ("undetermined", "待定")
    (section,) = [each for each in made_report.sections if each.key == "problems"]
    text = "".join(paragraph.text for paragraph in section.paragraphs)
    assert "因缺数据尚不能判定的方面" in text and "没有判定为不达标的项目" in text


def test_a_workbook_that_cannot_be_assessed_and_other_rules_are_refused() -> None:
    data = documents("short")["assessment"]
    with pytest.raises(ValueError, match="cannot be assessed"):
        report({**data, "resources": None})
    with pytest.raises(ValueError, match="other rules"):
        report(data, edition=edition("shenyang"))


@pytest.mark.parametrize(
    ("number", "text"), [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一"), (99, "九十九")]
)
def test_chinese_numerals(number: int, text: str) -> None:
    assert chinese(number) == text


def test_full_samples_have_every_document() -> None:
    for name in FULL:
        assert all(value is not None for value in documents(name).values())
