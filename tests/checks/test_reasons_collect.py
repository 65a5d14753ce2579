"""Reasons in a folder of collection forms: a school answers in its own workbook, the county in its part."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from qbe_xl.assessment import assess
from qbe_xl.core.findings import Finding
from qbe_xl.county.reasons import COLUMNS
from qbe_xl.forms.collect_writer import write_collect_form
from scripts import samples_collect
from tests.paths import SAMPLES

FORM = "qbe-collect-1"
SCHOOL, COUNTY = "示例县第一小学.xlsx", "县级采集表.xlsx"
# 280 teachers instead of 28: the school's own figures differ (E46), and the county's 109 trained do not fit 358 teachers
OF_SCHOOL = {"code": "QBE-LOG-029", "sheet": "学校采集表", "range": "E46", "value": "280"}
OF_COUNTY = {"code": "QBE-CTY-003", "value": "109、358"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = Path(shutil.copytree(SAMPLES / "collect", tmp_path / "collect"))
    name = SCHOOL.removesuffix(".xlsx")
    write_collect_form(target / SCHOOL, "school", samples_collect.SCHOOLS[name] | {"teachers_full_time": 280})
    return target


def answer(path: Path, **values: str) -> None:
    """Adds the sheet 疑问说明 with one row."""
    book = openpyxl.load_workbook(path)
    sheet = book.create_sheet("疑问说明")
    sheet.append([title.zh for title in COLUMNS.values()])
    row = {"reason": "在编 280 人，含支教", "who": "张三", **values}
    sheet.append([row.get(name) for name in COLUMNS])
    book.save(path)


def queries(folder: Path, guarded: bool = False) -> dict[str, Finding]:
    found = assess(folder, form=FORM, guarded=guarded).findings
    return {f.code: f for f in found if f.code in (OF_SCHOOL["code"], OF_COUNTY["code"]) or f.code.startswith("QBE-WHY")}


def test_nothing_answered(folder: Path) -> None:
    found = queries(folder)
    assert (found["QBE-LOG-029"].file, found["QBE-LOG-029"].range) == (SCHOOL, "E46")
    assert (found["QBE-CTY-003"].file, found["QBE-CTY-003"].sheet) == (None, None)
    assert not any(finding.explained for finding in found.values())


@pytest.mark.parametrize("guarded", [False, True])
def test_a_school_answers_in_its_own_workbook(folder: Path, guarded: bool) -> None:
    answer(folder / SCHOOL, **OF_SCHOOL)
    found = queries(folder, guarded)
    (why,) = found["QBE-LOG-029"].explained
    assert (why.reason, why.who, why.origin) == ("在编 280 人，含支教", "张三", f"[{SCHOOL}]疑问说明!A2")
    assert not found["QBE-CTY-003"].explained and "QBE-WHY-006" not in found


@pytest.mark.parametrize("guarded", [False, True])
def test_the_county_answers_what_concerns_no_school_in_its_part(folder: Path, guarded: bool) -> None:
    answer(folder / COUNTY, **OF_COUNTY)
    found = queries(folder, guarded)
    (why,) = found["QBE-CTY-003"].explained
    assert why.origin == f"[{COUNTY}]疑问说明!A2"
    assert not found["QBE-LOG-029"].explained and "QBE-WHY-006" not in found


def test_a_school_does_not_answer_for_the_county_nor_for_another(folder: Path) -> None:
    """The same cell stands in every school's workbook: an answer is about the workbook in which it stands."""
    answer(folder / SCHOOL, **OF_COUNTY)
    answer(folder / "示例县西河小学.xlsx", **OF_SCHOOL)
    found = queries(folder)
    assert not found["QBE-CTY-003"].explained and not found["QBE-LOG-029"].explained
    assert found["QBE-WHY-006"].file in (SCHOOL, "示例县西河小学.xlsx")


def test_a_value_that_has_changed(folder: Path) -> None:
    answer(folder / SCHOOL, **{**OF_SCHOOL, "value": "28"})
    found = queries(folder)
    assert not found["QBE-LOG-029"].explained
    assert found["QBE-WHY-005"].file == SCHOOL and found["QBE-WHY-005"].args["now"] == "280"
