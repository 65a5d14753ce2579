"""Answers to queries: they hold for one rule at one place, while the value is what it was, and are never silent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qbe_xl.assessment import assess_submission
from qbe_xl.checks import run_checks
from qbe_xl.checks.reasons import answered, can_be_answered, same_value, value_at
from qbe_xl.checks.waivers import Waiver, load_waivers
from qbe_xl.core.errors import QbeError
from qbe_xl.core.findings import Finding
from qbe_xl.core.messages import catalogue
from qbe_xl.county import County, FileInfo, Row, Submission
from tests.checks.samples import BASE, EDITION, J, P, facts, put, row_of
from tests.counties import COLUMNS, SHEET

COLUMN = {name: letter for name, letter in zip(
    ("code", "sheet", "range", "school", "value", "reason", "who", "date"), "ABCDEFGH", strict=True)}  # fmt: skip
TENFOLD = put(J, equipment_value=15_312_000)  # one digit too many: QBE-PLA-001
SHA = "ab" * 32
(QUERY,) = run_checks(TENFOLD, EDITION)


def row(number: int = 5, **given: Any) -> Row:
    """A complete answer to QUERY, with some of it changed."""
    values = {
        "code": QUERY.code, "sheet": QUERY.sheet, "range": QUERY.range, "school": None, "value": "15312000",
        "reason": "新购实验设备", "who": "张三", "date": "2025-09-10", **given,
    }  # fmt: skip
    return Row(values, "疑问说明", number, COLUMN)


def submission(*rows: Row, county: County = TENFOLD) -> Submission:
    return Submission(FileInfo("报表.xlsx", SHA), "qbe-county-1", county, (), rows)


def outcome(*rows: Row, county: County = TENFOLD, waivers: tuple[Waiver, ...] = ()) -> dict[str, Any]:
    """Code → how many answers it has, of every finding."""
    found = answered(run_checks(county, EDITION), submission(*rows, county=county), waivers)
    return {f.code: len(f.explained) for f in found}


# ---- the value


def test_the_value_of_a_cell() -> None:
    assert QUERY.code == "QBE-PLA-001" and value_at(TENFOLD, QUERY) == value_at(submission(), QUERY) == "15312000"
    for text in ("15312000", " 15,312,000 ", "15312000.0", "１５３１２０００"):
        assert same_value(TENFOLD, QUERY, text)
    for text in ("15312001", "1531.2万", "", "15312000、1"):
        assert not same_value(TENFOLD, QUERY, text)


def at(name: str, *more: str, code: str = J, **change: Any) -> tuple[County, Finding]:
    county = put(code, **change)
    number = row_of(code, county).number
    refs = [f"{COLUMNS[each]}{number}" for each in (name, *more)]
    return county, Finding("QBE-PLA-001", SHEET, refs[0], also=tuple(refs[1:]))


def test_words_blanks_and_decimals() -> None:
    county, finding = at(
        "charter", "school_type", "multimedia_rooms", "teaching_area", multimedia_rooms=None, teaching_area=3442.5
    )
    assert value_at(county, finding) == "是、初级中学、空白、3442.5"
    assert same_value(county, finding, "是、初级中学、空白、3442.50")
    assert same_value(county, finding, "yes、Junior secondary school、blank、3,442.5")
    assert not same_value(county, finding, "否、初级中学、空白、3442.5")
    assert not same_value(county, finding, "是、初级中学、0、3442.5")  # a blank is not 0


def test_many_cells_are_told_by_a_digest_that_changes_with_each() -> None:
    letter = COLUMNS["pupils_primary"]
    numbers = [r.number for r in BASE.schools]
    finding = Finding("QBE-PLA-003", SHEET, f"{letter}{min(numbers)}:{letter}{max(numbers)}")
    value = value_at(BASE, finding)
    count, mark, digest = value.partition("#")
    assert (count, mark, len(digest)) == ("40", "#", 8)
    assert value_at(put(P, pupils_primary=402), finding) != value and same_value(BASE, finding, value)
    zeros = replace(BASE, schools=tuple(replace(r, values={**r.values, "pupils_primary": None}) for r in BASE.schools))
    assert value_at(zeros, finding) == "空白×40"


def test_findings_without_a_cell() -> None:
    both = Finding("QBE-ARI-003", args={"name": "x", "left": "0.95", "right": "0.94"})
    assert value_at(BASE, both) == "0.95、0.94"
    one = Finding("QBE-CMP-007", args={"schools": "甲校"})
    other = replace(one, args={"schools": "乙校"})
    assert value_at(BASE, one).startswith("#") and value_at(BASE, one) != value_at(BASE, other)
    assert value_at(None, one) == value_at(BASE, one)


# ---- rows of the sheet


def test_a_query_answered_is_explained() -> None:
    found = answered(run_checks(TENFOLD, EDITION), submission(row()))
    (finding,) = found
    (said,) = finding.explained
    assert (said.kind, said.reason, said.who, said.date, said.value, said.origin) == (
        "explanation", "新购实验设备", "张三", "2025-09-10", "15312000", "疑问说明!A5",
    )  # fmt: skip
    assert finding.state == "explained" and "新购实验设备" in finding.sentence() and "张三" in finding.sentence("en")
    assert hash(replace(finding, args=())) is not None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "given",
    [
        {"range": "$" + str(QUERY.range)}, {"range": str(QUERY.range).lower()}, {"sheet": None, "range": f"{SHEET}!{QUERY.range}"},
        {"school": J}, {"school": row_of(J).text("school_name")}, {"date": None}, {"sheet": f" {SHEET} "},
    ],
)  # fmt: skip
def test_ways_to_name_the_place(given: dict[str, Any]) -> None:
    assert outcome(row(**given)) == {"QBE-PLA-001": 1}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"code": "QBE-PLA-999"}, "QBE-WHY-001"),
        ({"code": "QBE-CAL-001"}, "QBE-WHY-004"),
        ({"code": None}, "QBE-WHY-002"),
        ({"value": None}, "QBE-WHY-002"),
        ({"reason": None}, "QBE-WHY-002"),
        ({"who": None}, "QBE-WHY-002"),
        ({"range": "第三行"}, "QBE-WHY-003"),
        ({"range": "A1:XFD1048576"}, "QBE-WHY-003"),
        ({"code": "QBE-LOG-005"}, "QBE-WHY-004"),  # an error
        ({"code": "QBE-ARI-011"}, "QBE-WHY-004"),  # a note
        ({"code": "QBE-WHY-005"}, "QBE-WHY-004"),
        ({"value": "1531200"}, "QBE-WHY-005"),
        ({"range": "A1"}, "QBE-WHY-006"),
        ({"school": P}, "QBE-WHY-006"),
        ({"sheet": "别的表"}, "QBE-WHY-006"),
        ({"code": "QBE-PLA-004"}, "QBE-WHY-006"),
    ],
)
def test_what_is_wrong_with_an_answer_is_said(given: dict[str, Any], code: str) -> None:
    assert outcome(row(**given)) == {"QBE-PLA-001": 0, code: 0}
    found = answered([], submission(row(**given), county=BASE)) or answered([QUERY], submission(row(**given)))
    for finding in found:
        for lang in ("zh", "en"):
            assert "{" not in finding.sentence(lang)
        assert finding.sheet == "疑问说明" or finding.code == QUERY.code


def test_of_several_at_one_place_the_value_says_which() -> None:
    gone = [
        Finding("QBE-CMP-007", args={"schools": name}) for name in ("甲校", "乙校")
    ]  # nothing of the report stands there
    value = value_at(None, gone[1])
    given = row(code="QBE-CMP-007", sheet=None, range=None, value=value)
    assert [len(f.explained) for f in answered(gone, submission(given))] == [0, 1]


def test_a_changed_value_opens_the_query_again_and_both_are_said() -> None:
    changed = put(J, equipment_value=15_400_000)
    found = {f.code: f for f in answered(run_checks(changed, EDITION), submission(row(), county=changed))}
    assert not found["QBE-PLA-001"].explained
    stale = found["QBE-WHY-005"]
    assert (stale.args["then"], stale.args["now"], stale.range) == ("15312000", "15400000", "E5")
    assert "15312000" in stale.message("zh") and "15400000" in stale.message("zh")


def test_an_explained_query_is_no_longer_open_and_changes_no_verdict() -> None:
    plain, explained = assess_submission(submission()), assess_submission(submission(row()))
    assert plain.verdict == explained.verdict
    assert [f.state for f in plain.findings] == ["query"] and [f.state for f in explained.findings] == ["explained"]


def test_answers_to_a_file_that_was_not_read() -> None:
    unread = Submission(FileInfo("x.xlsx"), None, None, (Finding("QBE-FIL-003", args={"file": "x.xlsx"}),), (row(),))
    assert [f.code for f in assess_submission(unread).findings] == ["QBE-FIL-003", "QBE-WHY-006"]


def test_only_queries_can_be_answered() -> None:
    for code, message in catalogue().items():
        assert can_be_answered(code) == (message.severity == "query" and not code.startswith("QBE-WHY")), code


# ---- waivers

ENTRY = f"""
- submission: 报表.xlsx
  code: QBE-PLA-001
  sheet: {QUERY.sheet}
  cell: {QUERY.range}
  value: 15312000
  who: 审核组 李四
  reason: 现场核实
  date: 2025-10-08
"""


def waivers(tmp_path: Path, text: str = ENTRY) -> tuple[Waiver, ...]:
    path = tmp_path / "豁免.yaml"
    path.write_text(text, encoding="utf-8")
    return load_waivers(path)


def test_a_waiver_holds_and_is_shown(tmp_path: Path) -> None:
    (one,) = waivers(tmp_path)
    assert (one.line, one.origin, one.date) == (2, "豁免.yaml:2", "2025-10-08")
    result = assess_submission(submission(), waivers=(one,))
    (said,) = result.findings[0].explained
    assert (said.kind, said.who, said.reason, said.origin) == ("waiver", "审核组 李四", "现场核实", "豁免.yaml:2")
    assert assess_submission(submission(), waivers=tmp_path / "豁免.yaml").findings == result.findings
    both = assess_submission(submission(row()), waivers=(one,)).findings[0]
    assert [each.kind for each in both.explained] == ["explanation", "waiver"]


def test_a_waiver_is_for_one_submission_one_rule_one_place_one_value(tmp_path: Path) -> None:
    assert outcome(waivers=waivers(tmp_path, ENTRY.replace("报表.xlsx", SHA))) == {"QBE-PLA-001": 1}
    assert outcome(waivers=waivers(tmp_path, ENTRY.replace("报表.xlsx", "另一个.xlsx"))) == {"QBE-PLA-001": 0}
    assert outcome(waivers=waivers(tmp_path, ENTRY.replace("PLA-001", "PLA-004"))) == {
        "QBE-PLA-001": 0,
        "QBE-WHY-007": 0,
    }
    assert outcome(waivers=waivers(tmp_path, ENTRY.replace(str(QUERY.range), "A1"))) == {
        "QBE-PLA-001": 0,
        "QBE-WHY-007": 0,
    }
    assert outcome(waivers=waivers(tmp_path, ENTRY.replace("15312000", "1"))) == {"QBE-PLA-001": 0, "QBE-WHY-008": 0}
    assert outcome(county=facts(), waivers=waivers(tmp_path)) == {"QBE-WHY-007": 0}


@pytest.mark.parametrize(
    ("text", "code", "line", "word"),
    [
        (ENTRY.replace("reason:", "reasn:"), "QBE-STD-002", 8, "reason"),
        (ENTRY.replace("  who: 审核组 李四\n", ""), "QBE-STD-004", 2, "who"),
        (ENTRY.replace("who: 审核组 李四", "who: ''"), "QBE-STD-005", 7, "who"),
        (ENTRY.replace("who: 审核组 李四", "who: [a]"), "QBE-STD-005", 7, "who"),
        (ENTRY.replace("QBE-PLA-001", "QBE-PLA-101"), "QBE-STD-005", 3, "最接近的是"),
        (ENTRY.replace("QBE-PLA-001", "QBE-LOG-005"), "QBE-WHY-010", 3, "QBE-LOG-005"),
        (ENTRY.replace("QBE-PLA-001", "QBE-ARI-011"), "QBE-WHY-010", 3, "QBE-ARI-011"),
        ("a: 1", "QBE-STD-005", 1, "清单"),
        ("- 1", "QBE-STD-005", 1, "1"),
        ("- [", "QBE-STD-001", 2, "豁免.yaml"),
    ],
)
def test_a_wrong_file_of_waivers_names_the_line(tmp_path: Path, text: str, code: str, line: int, word: str) -> None:
    with pytest.raises(QbeError) as caught:
        waivers(tmp_path, text)
    assert (caught.value.code, caught.value.values["line"]) == (code, line)
    assert word in caught.value.message("zh") and "豁免.yaml" in caught.value.message("zh")


def test_an_empty_file_has_no_waivers(tmp_path: Path) -> None:
    assert waivers(tmp_path, "# 还没有\n") == waivers(tmp_path, "[]") == ()
    with pytest.raises(QbeError):
        load_waivers(tmp_path / "没有.yaml")


def test_yes_and_no_in_yaml(tmp_path: Path) -> None:
    county, finding = at("charter")
    (one,) = waivers(tmp_path, ENTRY.replace("15312000", "yes"))
    assert one.value == "yes" and same_value(county, finding, one.value)
