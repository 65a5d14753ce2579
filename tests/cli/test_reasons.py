"""A county with one query, end to end: answered in its workbook or waived, and shown so in everything that is written."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from openpyxl import load_workbook

from qbe_xl import assess
from qbe_xl.checks.reasons import value_at
from qbe_xl.county import Row
from qbe_xl.forms import read
from qbe_xl.forms.template import write_template
from qbe_xl.hosts.excel.marks import wanted_marks
from qbe_xl.outputs.results_workbook import results_bytes
from qbe_xl.outputs.schema import FINDINGS, schema
from tests.checks.samples import EDITION, J, put
from tests.cli.conftest import Outcome

Run = Callable[..., Outcome]

COUNTY = put(J, equipment_value=15_312_000)  # 15312000 / 452 pupils: one digit too many
REASON = "2025 年 8 月新购实验设备，见资产台账"
COLUMNS = ("code", "sheet", "range", "school", "value", "reason", "who", "date")


def book(path: Path, lang: str = "zh", **changed: Any) -> Path:
    """The county's template; with `changed`, its query is answered so."""
    write_template(path, EDITION, lang, 60, COUNTY)  # type: ignore[arg-type]
    if changed:
        result = assess(path)
        (query,) = (f for f in result.findings if f.severity == "query")
        values = {
            "code": query.code, "sheet": query.sheet, "range": query.range, "school": query.school,
            "value": value_at(result.submission, query), "reason": REASON, "who": "张三", "date": "2025-09-10", **changed,
        }  # fmt: skip
        write_template(path, EDITION, lang, 60, COUNTY, explanations=[Row(values, "疑问说明", 5)])  # type: ignore[arg-type]
    return path


def test_open_explained_and_changed(cli: Run, tmp_path: Path) -> None:
    book(tmp_path / "问.xlsx")
    book(tmp_path / "答.xlsx", who="张三")
    book(tmp_path / "旧.xlsx", value="1531200")
    found = cli("check", "问.xlsx")
    assert (found.code, "疑问 QBE-PLA-001 × 1" in found.out) == (1, True)
    whole = cli("check", "问.xlsx", "--profile", "reviewer")
    assert "当时的值：15312000" in whole.out
    for profile in ("county", "reviewer"):
        found = cli("check", "答.xlsx", "--profile", profile)
        assert found.code == 0
        assert "已说明的疑问 QBE-PLA-001 × 1" in found.out and REASON in found.out and "张三，2025-09-10" in found.out
        assert found.out.splitlines()[-1] == "答.xlsx  [无错误、无待答疑问]  已说明的疑问 1"
    found = cli("check", "旧.xlsx")
    assert found.code == 1 and "QBE-WHY-005" in found.out and "“1531200”，现在是“15312000”" in found.out
    english = book(tmp_path / "en.xlsx", "en", who="Zhang San")
    found = cli("check", english.name, "--lang", "en")
    assert (found.code, "Explained query QBE-PLA-001" in found.out) == (0, True)
    assert REASON in cli("check", english.name, "--no-guard").out


def test_every_file_that_is_written_tells_it(cli: Run, tmp_path: Path) -> None:
    book(tmp_path / "答.xlsx", who="张三")
    cli("check", "答.xlsx", "--json", "a.json", "--csv", "a.csv", "--junit", "a.xml", "--sarif", "a.sarif", "--quiet")
    data = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema(FINDINGS)).validate(data)
    file = data["files"][0]
    assert (file["status"], file["counts"]) == ("clean", {"error": 0, "query": 0, "explained": 1, "note": 0})
    (finding,) = file["findings"]
    assert finding["value"] == "15312000" and finding["severity"] == "query"
    said = {
        "kind": "explanation",
        "reason": REASON,
        "who": "张三",
        "date": "2025-09-10",
        "value": "15312000",
        "origin": "疑问说明!A5",
    }
    assert finding["explained"] == [said]
    head, one = csv.reader(io.StringIO((tmp_path / "a.csv").read_text(encoding="utf-8-sig")))
    assert dict(zip(head, one, strict=True)) | {
        "当时的值": "15312000", "处理": "已说明", "原因说明": REASON, "填写人": "张三", "日期": "2025-09-10",
    } == dict(zip(head, one, strict=True))  # fmt: skip
    suite = ET.parse(tmp_path / "a.xml").getroot()
    assert suite.get("failures") == "0"
    case = next(case for case in suite.iter("testcase") if case.get("name") == "QBE-PLA-001")
    assert REASON in (case.findtext("system-out") or "") and case.find("skipped") is None
    run = json.loads((tmp_path / "a.sarif").read_text(encoding="utf-8"))["runs"][0]
    (result,) = run["results"]
    (suppression,) = result["suppressions"]
    assert (suppression["kind"], suppression["status"]) == ("inSource", "accepted") and REASON in suppression[
        "justification"
    ]


def test_the_annotated_copy_tells_it_and_gives_the_value_to_copy(cli: Run, tmp_path: Path) -> None:
    """An answered query is marked as such with its reason; the list gives what an open one is to be answered with."""
    for name, who in (("答.xlsx", "张三"), ("未答.xlsx", "")):
        book(tmp_path / name, who=who)
        cli("check", name, "--annotate", "副本", "--quiet")
    lists, marks = [], []
    for name in ("答.批注.xlsx", "未答.批注.xlsx"):
        copy = load_workbook(tmp_path / "副本" / name)
        rows = list(copy["问题清单"].iter_rows(values_only=True))
        head = next(number for number, row in enumerate(rows) if row[0] == "级别")
        found = [dict(zip(rows[head], row, strict=True)) for row in rows[head + 1 :]]
        lists.append(next(row for row in found if row["代码"] == "QBE-PLA-001"))
        marks.append(copy[lists[-1]["工作表"]][str(lists[-1]["单元格"]).split()[0]])
    answered, open_one = lists
    assert (answered["级别"], open_one["级别"]) == ("已说明的疑问", "疑问")
    assert answered["当时的值"] == open_one["当时的值"] == "15312000"
    assert REASON in answered["说明"] and not open_one.get("说明")
    assert REASON in marks[0].comment.text and "已说明的疑问" in marks[0].comment.text
    assert REASON not in marks[1].comment.text
    assert marks[0].fill.fgColor.rgb != marks[1].fill.fgColor.rgb


def test_the_results_and_the_marks_tell_it(tmp_path: Path) -> None:
    result = assess(book(tmp_path / "答.xlsx", who="张三"))
    jsonschema.Draft202012Validator(schema()).validate(json.loads(result.to_json()))
    (finding,) = (f for f in result.findings if f.severity == "query")
    sheet = load_workbook(io.BytesIO(results_bytes(result)))["问题清单"]
    rows = {row[2]: row for row in sheet.iter_rows(values_only=True) if row[2]}
    assert (rows["QBE-PLA-001"][1], rows["QBE-PLA-001"][8]) == ("已说明", "15312000")
    assert rows["QBE-PLA-001"][9] == f"已说明：{REASON}（张三，2025-09-10，疑问说明!A5）"
    mark = wanted_marks(result.findings, [str(finding.sheet)], "zh")[str(finding.sheet), str(finding.range)]
    assert (
        mark.state == "explained" and REASON in mark.texts[0] and mark.texts[0].startswith("已说明的疑问 QBE-PLA-001")
    )


def test_waivers(cli: Run, tmp_path: Path) -> None:
    result = assess(book(tmp_path / "问.xlsx"))
    (query,) = (f for f in result.findings if f.severity == "query")
    entry = {
        "submission": "问.xlsx", "code": query.code, "sheet": query.sheet, "cell": query.range, "value": 15312000,
        "who": "审核组", "reason": "现场核实属实", "date": "2025-10-08",
    }  # fmt: skip
    lost = {**entry, "submission": "无.xlsx"}
    (tmp_path / "w.yaml").write_text(json.dumps([entry, lost], ensure_ascii=False), encoding="utf-8")
    found = cli("check", "问.xlsx", "--waivers", "w.yaml", "--sarif", "a.sarif")
    assert found.code == 0 and "已豁免：现场核实属实（审核组，2025-10-08，w.yaml:1）" in found.out
    assert "没有文件“无.xlsx”" in found.err
    run = json.loads((tmp_path / "a.sarif").read_text(encoding="utf-8"))["runs"][0]
    assert run["results"][0]["suppressions"][0]["kind"] == "external"
    data = json.loads(cli("assess", "问.xlsx", "--waivers", "w.yaml", "--json", "-", "--quiet").out)
    assert [f["explained"][0]["reason"] for f in data["findings"] if f["code"] == query.code] == ["现场核实属实"]
    (tmp_path / "w.yaml").write_text(json.dumps([{**entry, "code": "QBE-DAT-002"}]), encoding="utf-8")
    for command in ("check", "assess"):
        wrong = cli(command, "问.xlsx", "--waivers", "w.yaml")
        assert wrong.code == 4 and "w.yaml 第 1 行" in wrong.err and "QBE-WHY-010" in wrong.err
    assert cli("check", "问.xlsx", "--waivers", "none.yaml").code == 4


# ---- reading the sheet


def test_a_sheet_of_the_bureaus_own(tmp_path: Path) -> None:
    import datetime

    path = book(tmp_path / "x.xlsx")
    made = load_workbook(path)
    del made["疑问说明"]
    page = made.create_sheet("疑问说明")
    page.append(["某县疑问说明"])
    page.append(["序号", "编号", "表名", "位置（单元格）", "当时的值", "原因", "填报人", "填写日期"])
    page.append([1, " qbe-pla-001 ", "学校", "A6", 15312000, "属实", "李四", datetime.datetime(2025, 9, 10)])
    page.append([None, "填表人：王五"])
    made.save(path)
    (row,) = read(path).explanations
    assert dict(row.values) == {
        "code": "QBE-PLA-001", "sheet": "学校", "range": "A6", "value": "15312000", "reason": "属实", "who": "李四", "date": "2025-09-10",
    }  # fmt: skip
    assert str(row.place("value")) == "疑问说明!E3"


def test_a_sheet_without_its_header_is_told(tmp_path: Path) -> None:
    path = book(tmp_path / "x.xlsx")
    made = load_workbook(path)
    for cell in made["疑问说明"][4]:
        cell.value = None
    made["疑问说明"]["A6"] = "QBE-PLA-001"
    made.save(path)
    submission = read(path)
    assert submission.explanations == () and [f.code for f in submission.findings] == ["QBE-WHY-009"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_template_asks_for_what_is_read(tmp_path: Path, lang: str) -> None:
    path = book(tmp_path / "x.xlsx", lang)
    assert read(path).explanations == ()  # the example stands above the header
    page = load_workbook(path)["疑问说明" if lang == "zh" else "Explanations"]
    assert page.protection.sheet and not page["A5"].protection.locked and page["A4"].protection.locked
    assert page.page_setup.paperSize == 9 and page.print_title_rows == "$4:$4"
    for column, value in enumerate(COLUMNS, start=1):
        page.cell(7, column, f"{value}?")
    page.parent.save(path)
    (row,) = read(path).explanations
    assert dict(row.values) == {name: f"{name}?" for name in COLUMNS} | {"code": "CODE?"}
