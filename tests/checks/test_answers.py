"""Answers to queries, to the letter: what is told of each, and how a value is compared with what stands there."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from qbe_xl.checks.reasons import MOST_VALUES, answered, same_value, value_at
from qbe_xl.checks.waivers import Waiver, load_waivers
from qbe_xl.core.errors import QbeError
from qbe_xl.core.findings import Explanation, Finding
from qbe_xl.core.languages import Text
from qbe_xl.county import County, FileInfo, Place, Row, Submission
from tests.checks.samples import BASE, J, P, put, row_of, states
from tests.checks.test_reasons import COLUMN, ENTRY, QUERY, SHA, TENFOLD, row, submission
from tests.counties import COLUMNS, SHEET, SURVEY_SHEET, group, with_facts, with_survey

WHY = "疑问说明"


def told(*rows: Row, found: tuple[Finding, ...] = (QUERY,), county: County = TENFOLD) -> list[Finding]:
    """What is said of the answers themselves."""
    return [f for f in answered(found, submission(*rows, county=county)) if f.code.startswith("QBE-WHY")]


# ---- values


def cell(name: str, value: Any) -> tuple[County, Finding]:
    county = put(J, **{name: value})
    return county, Finding("QBE-PLA-001", SHEET, f"{COLUMNS[name]}{row_of(J).number}")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (3, "3"), (Fraction(1, 4), "0.25"), (Fraction(1, 3), "0.333333333333333"), (Fraction(4, 3), "1.33333333333333"),
        (Fraction(25, 2), "12.5"), (Fraction(1, 10**12), "0.000000000001"), (10**16 + 1, "10000000000000001"), (0, "0"),
    ],
)  # fmt: skip
def test_numbers_as_they_are_to_be_copied(value: Any, shown: str) -> None:
    county, finding = cell("teaching_area", value)
    assert value_at(county, finding) == shown
    if Fraction(shown) == value:
        assert same_value(county, finding, shown)


def test_levels_are_roman_and_nothing_else_is() -> None:
    place = Place("教育质量", "D30")
    county = with_facts(BASE, monitoring_level=3)
    fact = replace(county.facts["monitoring_level"], place=place)
    county = replace(county, facts={**county.facts, "monitoring_level": fact})
    finding = Finding("QBE-PLA-005", place.sheet, place.ref)
    assert value_at(county, finding) == "Ⅲ"
    assert [same_value(county, finding, text) for text in ("Ⅲ", "3", "III", "Ⅱ", "2")] == [
        True,
        True,
        True,
        False,
        False,
    ]
    for level, shown in ((1, "Ⅰ"), (6, "Ⅵ"), (7, "7"), (0, "0")):
        other = replace(county, facts={"monitoring_level": replace(fact, value=level)})
        assert value_at(other, finding) == shown


def test_percentages_and_signs() -> None:
    county, finding = cell("teaching_area", Fraction(19, 20))
    for text, same in (
        ("0.95", True),
        ("95%", True),
        (".95", True),
        ("＋0.95", True),
        ("95", False),
        ("-0.95", False),
        ("−0.95", False),
    ):
        assert same_value(county, finding, text) == same, text
    thousand, finding = cell("teaching_area", 1234567)
    for text, same in (("1,234,567", True), ("12,34,567", False), ("1,234567", False), ("1234567%", False)):
        assert same_value(thousand, finding, text) == same, text


def test_words_in_either_language_or_as_an_id() -> None:
    county, finding = cell("charter", "no")
    assert [same_value(county, finding, word) for word in ("否", "No", "no", "是")] == [True, True, True, False]
    county, finding = cell("sponsor", "private")
    assert value_at(county, finding) == "民办"
    assert [same_value(county, finding, word) for word in ("民办", "Private", "private", "公办")] == [
        True,
        True,
        True,
        False,
    ]
    county, finding = cell("school_name", "新校")
    assert value_at(county, finding) == "新校" and not same_value(county, finding, "旧校")


@pytest.mark.parametrize("text", ["空白", "空", "(空)", "（空白）", "blank", "Blank", "未填"])
def test_ways_to_write_a_blank(text: str) -> None:
    assert same_value(*cell("teaching_area", None), text)
    assert not same_value(*cell("teaching_area", 0), text)


def test_up_to_six_values_are_listed() -> None:
    assert MOST_VALUES == 6
    letter, first = COLUMNS["pupils_primary"], min(r.number for r in BASE.schools)
    rows = sorted(BASE.schools, key=lambda r: r.number)

    def of(count: int, county: County = BASE) -> str:
        return value_at(county, Finding("QBE-PLA-003", SHEET, f"{letter}{first}:{letter}{first + count - 1}"))

    six = [str(r.number_of("pupils_primary") or "空白") for r in rows[:7]]
    assert of(6) == "、".join(six[:6])
    assert of(7) == "7#" + hashlib.sha256("、".join(six).encode()).hexdigest()[:8]
    same = replace(BASE, schools=tuple(replace(r, values={**r.values, "pupils_primary": 5}) for r in BASE.schools))
    assert (of(6, same), of(7, same)) == ("5、5、5、5、5、5", "5×7")
    finding = Finding("QBE-PLA-003", SHEET, f"{letter}{first}:{letter}{first + 6}")
    assert same_value(same, finding, " 5×7 ") and not same_value(same, finding, "5×8")
    assert not same_value(same, finding, "5、5、5、5、5、5、5")


def test_cells_of_the_report_only_and_each_once() -> None:
    number = row_of(P).number
    name, area = f"{COLUMNS['pupils_primary']}{number}", f"{COLUMNS['teaching_area']}{number}"
    nothing = "ZZ99"
    assert value_at(BASE, Finding("QBE-PLA-003", SHEET, f"{name},{nothing}", also=(area, name))) == "401、2641"
    # no cell of the report: both sides of the comparison, where there are two
    args = {"left": Text("一", "one"), "right": 2}
    for place in (("别的表", name), (SHEET, nothing), (SHEET, None), (None, name), (SHEET, "第三行")):
        assert value_at(BASE, Finding("QBE-ARI-003", *place, args=args)) == "一、2"
    one = Finding("QBE-CMP-007", args={"schools": "甲校", "left": 1})
    assert value_at(BASE, one) == "#" + hashlib.sha256(one.message("zh").encode()).hexdigest()[:8]


def test_what_stands_in_the_survey_a_total_and_beside_a_fact() -> None:
    county = with_survey(BASE, group("pupils", 100, 90, 120))
    assert value_at(county, Finding("QBE-PLA-005", SURVEY_SHEET, "C3")) == "100"
    stated = states(L4__primary__cv=0.25)
    place = stated.stated["L4.primary.cv"].place
    assert place is not None and value_at(stated, Finding("QBE-ARI-003", place.sheet, place.ref)) == "0.25"


# ---- rows of the sheet


def at(code: str, ref: str, /, **args: object) -> Finding:
    return Finding(code, WHY, ref, args=args)


WHERE = f"{QUERY.sheet}!{QUERY.range}"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"code": "QBE-PLA-0144"}, at("QBE-WHY-001", "A5", code="QBE-PLA-0144", nearest="QBE-PLA-014")),
        ({"code": "QQQ"}, at("QBE-WHY-001", "A5", code="QQQ", nearest="—")),
        ({"code": None}, at("QBE-WHY-002", "A5", fields=Text("编码", "Code"))),
        ({"value": None}, at("QBE-WHY-002", "E5", fields=Text("当时的值", "Value then"))),
        ({"reason": None, "who": None}, at("QBE-WHY-002", "F5", fields=Text("原因说明、填写人", "Reason, Filled in by"))),
        ({"range": "第三行" + "长" * 70}, at("QBE-WHY-003", "C5", value="第三行" + "长" * 57)),
        ({"code": "QBE-LOG-005"}, at("QBE-WHY-004", "A5", code="QBE-LOG-005", severity=Text("错误", "Error"))),
        ({"code": "QBE-ARI-011"}, at("QBE-WHY-004", "A5", code="QBE-ARI-011", severity=Text("提示", "Note"))),
        ({"code": "QBE-CAL-001"}, at("QBE-WHY-004", "A5", code="QBE-CAL-001", severity=Text("命令错误", "Wrong call"))),
        ({"value": "1531200"}, at("QBE-WHY-005", "E5", code=QUERY.code, where=WHERE, then="1531200", now="15312000")),
        ({"value": "长" * 90}, at("QBE-WHY-005", "E5", code=QUERY.code, where=WHERE, then="长" * 80, now="15312000")),
        ({"range": "A1"}, at("QBE-WHY-006", "A5", code=QUERY.code, where=f"{QUERY.sheet}!A1")),
        ({"range": None}, at("QBE-WHY-006", "A5", code=QUERY.code, where=str(QUERY.sheet))),
        ({"range": None, "sheet": None}, at("QBE-WHY-006", "A5", code=QUERY.code, where="—")),
        ({"range": "$k$6：k9；L2、", "sheet": "甲"}, at("QBE-WHY-006", "A5", code=QUERY.code, where="甲!K6:K9,L2")),
        ({"range": "'甲''乙'!k6", "sheet": None}, at("QBE-WHY-006", "A5", code=QUERY.code, where="甲'乙!K6")),
        ({"range": "乙!k6", "sheet": "甲"}, at("QBE-WHY-006", "A5", code=QUERY.code, where="甲!K6")),
    ],
)  # fmt: skip
def test_what_is_said_of_an_answer(given: dict[str, Any], said: Finding) -> None:
    assert told(row(**given)) == [said]


def test_the_school_that_a_row_names_and_its_file() -> None:
    given = replace(row(range="A1", school="甲校"), file="乙.xlsx")
    assert told(given) == [
        Finding("QBE-WHY-006", WHY, "A5", "甲校", {"code": QUERY.code, "where": f"{QUERY.sheet}!A1"}, "乙.xlsx")
    ]


def test_a_row_without_some_of_its_columns() -> None:
    """It is told at the code's cell, and without that at the first of the row."""
    bare = replace(row(value=None), columns={"code": "C"})
    assert [f.range for f in told(bare)] == ["C5"]
    nothing = replace(row(value=None), columns={})
    assert [(f.sheet, f.range) for f in told(nothing)] == [(WHY, "A5")]
    (explained,) = answered([QUERY], submission(replace(row(), columns={}), county=TENFOLD))
    assert explained.explained[0].origin == f"{WHY}!A5"


def test_each_answer_is_for_itself() -> None:
    """Rows that are wrong stop none that follows; all that hold are kept, in their order."""
    rows = (
        row(5, code=None),
        row(6, code="QQQ"),
        row(7, code="QBE-LOG-005"),
        row(8, who=None),
        row(9, range="第"),
        row(10),
        row(11, who="王五"),
    )
    found = answered([QUERY], submission(*rows))
    assert [f.code for f in found] == [
        QUERY.code,
        "QBE-WHY-002",
        "QBE-WHY-001",
        "QBE-WHY-004",
        "QBE-WHY-002",
        "QBE-WHY-003",
    ]
    assert found[0].explained == tuple(
        Explanation("explanation", "新购实验设备", who, "15312000", "2025-09-10", f"{WHY}!A{n}") for who, n in (("张三", 10), ("王五", 11))
    )  # fmt: skip


def test_the_same_rule_elsewhere_stays_open() -> None:
    """Of two findings of one rule, and of one rule among others, the answer is for its own cell."""
    other = replace(QUERY, range="A1", school=P)
    third = Finding("QBE-PLA-004", QUERY.sheet, QUERY.range)
    found = answered([third, other, QUERY], submission(row()))
    assert [len(f.explained) for f in found] == [0, 0, 1]


def test_a_school_is_known_by_its_code_or_its_name() -> None:
    name = row_of(J).text("school_name")
    by_name = replace(QUERY, school=name)
    for school, holds in ((J, True), (name, True), (f" {name} ", True), (P, False), ("没有这所学校", False)):
        for finding in (QUERY, by_name):
            found = answered([finding], submission(row(school=school)))
            assert (bool(found[0].explained), len(found)) == ((True, 1) if holds else (False, 2)), school
    nobody = replace(QUERY, school=None)
    assert answered([nobody], submission(row(school=P)))[0].explained  # the finding is about no school
    unknown = replace(QUERY, school="外校")
    assert answered([unknown], submission(row(school="外校")))[0].explained


def test_the_cells_of_a_finding_alone_or_with_the_others_it_is_about() -> None:
    number = row_of(J).number
    first, other = str(QUERY.range), f"{COLUMNS['teaching_area']}{number}"
    finding = replace(QUERY, also=(other,))
    value = value_at(TENFOLD, finding)
    for cells, holds in (
        (first, True),
        (f"{first},{other}", True),
        (f"{other}、{first}", True),
        (other, False),
        (f"{first}:{other}", False),
    ):
        assert bool(answered([finding], submission(row(range=cells, value=value)))[0].explained) == holds, cells


def test_answers_in_one_of_several_files() -> None:
    """A row holds for findings of its own workbook; one without a file means the submission itself."""
    mine = replace(QUERY, file="甲.xlsx")
    for file, holds in (("甲.xlsx", True), ("乙.xlsx", False), (None, False)):
        found = answered([mine], submission(replace(row(value="x"), file=file)))
        # the value is compared only where the place is meant
        assert [f.code for f in found[1:]] == (["QBE-WHY-005"] if holds else ["QBE-WHY-006"])
    own = answered([QUERY], submission(replace(row(), file="报表.xlsx")))
    assert own[0].explained


# ---- waivers


def waiver(**given: Any) -> Waiver:
    values: dict[str, Any] = {
        "submission": "报表.xlsx", "code": QUERY.code, "sheet": QUERY.sheet, "cell": QUERY.range, "value": "15312000",
        "who": "李四", "reason": "核实", "date": None, "file": None, "source": "豁免.yaml", "line": 2, **given,
    }  # fmt: skip
    return Waiver(**values)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"cell": "a1"}, ("QBE-WHY-007", {"where": f"{QUERY.sheet}!A1"})),
        ({"cell": None}, ("QBE-WHY-007", {"where": str(QUERY.sheet)})),
        ({"cell": None, "sheet": None}, ("QBE-WHY-007", {"where": "—"})),
        ({"cell": "第三行"}, ("QBE-WHY-007", {"where": f"{QUERY.sheet}!第三行"})),
        ({"value": "9"}, ("QBE-WHY-008", {"where": WHERE, "then": "9", "now": "15312000"})),
        ({"value": "9" * 90}, ("QBE-WHY-008", {"where": WHERE, "then": "9" * 80, "now": "15312000"})),
    ],
)
def test_what_is_said_of_a_waiver(given: dict[str, Any], said: tuple[str, dict[str, str]]) -> None:
    found = answered([QUERY], submission(), (waiver(**given),))
    args = {"file": "豁免.yaml", "line": 2, "code": QUERY.code, **said[1]}
    assert found == [QUERY, Finding(said[0], args=args)]


def test_a_waiver_as_an_answer() -> None:
    (found,) = answered([QUERY], submission(), (waiver(date="2025-10-08"),))
    assert found.explained == (Explanation("waiver", "核实", "李四", "15312000", "2025-10-08", "豁免.yaml:2"),)


def test_which_submission_a_waiver_concerns() -> None:
    other = FileInfo("别的.xlsx", SHA)
    for submitted, holds in (
        (SHA, True),
        (SHA.upper(), True),
        ("别的.xlsx", True),
        ("报表.xlsx", False),
        ("ab", False),
    ):
        assert waiver(submission=submitted).concerns(other) == holds
    assert not waiver(submission="none").concerns(FileInfo("x.xlsx"))
    nothing = Submission(other, None, None)
    assert answered([QUERY], nothing, (waiver(),)) == [QUERY]


def test_nothing_asked_nothing_said() -> None:
    assert answered([QUERY], submission()) == [QUERY]
    assert answered([], submission(row(code=None)))[0].code == "QBE-WHY-002"


def test_keys_of_a_waiver(tmp_path: Path) -> None:
    """Every key in its place; the code in either case, blanks where there is no cell."""
    path = tmp_path / "w.yaml"
    path.write_text(ENTRY.replace("QBE-PLA-001", "qbe-pla-001") + "  file: 甲.xlsx\n", encoding="utf-8")
    (one,) = load_waivers(path)
    assert one == Waiver(
        "报表.xlsx", "QBE-PLA-001", QUERY.sheet, QUERY.range, "15312000", "审核组 李四", "现场核实", "2025-10-08", "甲.xlsx",
        "w.yaml", 2,
    )  # fmt: skip
    bare = (
        ENTRY.replace(f"sheet: {QUERY.sheet}", "sheet:")
        .replace(f"cell: {QUERY.range}", "cell: ''")
        .replace("  date: 2025-10-08\n", "")
    )
    path.write_text(bare, encoding="utf-8")
    (one,) = load_waivers(path)
    assert (one.sheet, one.cell, one.date, one.file) == (None, None, None, None)


@pytest.mark.parametrize(
    ("change", "code", "values"),
    [
        (("reason:", "reasn:"), "QBE-STD-002", {"line": 8, "key": "reasn", "nearest": "reason"}),
        (("  who: 审核组 李四\n", ""), "QBE-STD-004", {"line": 2, "key": "who"}),
        (("who: 审核组 李四", "who: ' '"), "QBE-STD-005", {"line": 7, "key": "who", "problem": Text("不能为空", "it must not be empty")}),
        (("who: 审核组 李四", "who: {a: 1}"), "QBE-STD-005", {"line": 7, "key": "who", "problem": Text("应为一个值", "one value is expected")}),
        (("QBE-PLA-001", "QQQ"), "QBE-STD-005", {"line": 3, "key": "code", "problem": Text("没有编号 QQQ", "there is no code QQQ")}),
        (("QBE-PLA-001", "QBE-WHY-005"), "QBE-WHY-010", {"line": 3, "code": "QBE-WHY-005"}),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_waiver(
    tmp_path: Path, change: tuple[str, str], code: str, values: dict[str, Any]
) -> None:
    path = tmp_path / "豁免.yaml"
    path.write_text(ENTRY.replace(*change), encoding="utf-8")
    with pytest.raises(QbeError) as caught:
        load_waivers(path)
    assert (caught.value.code, caught.value.values) == (code, {"file": "豁免.yaml", **values})


def test_columns_of_the_sheet() -> None:
    assert list(COLUMN) == ["code", "sheet", "range", "school", "value", "reason", "who", "date"]
