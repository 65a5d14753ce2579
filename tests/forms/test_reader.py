"""Reading the county's workbook by header, and what is said of workbooks that are not as they should be."""

from __future__ import annotations

import datetime
import re
import zipfile
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import load_workbook

from qbe_xl.assessment import assess_submission
from qbe_xl.core.errors import QbeError
from qbe_xl.county.model import Place, Submission
from qbe_xl.forms import known_forms, load_form, read
from tests.forms.books import FIRST_ROW, HEADER_ROW, County, school, table


def codes(submission: Submission) -> Counter[str]:
    return Counter(finding.code for finding in submission.findings)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_sound_workbook_gives_every_value_and_no_finding(tmp_path: Path, lang: str) -> None:
    book = County([school(1, lang), school(2, lang, pupils_primary=321, equipment_value=1234.56)], lang=lang)
    submission = read(book.save(tmp_path))
    assert submission.form == "qbe-county-1"
    assert codes(submission) == {}
    county = submission.county
    assert [row.text("school_code") for row in county.schools] == ["3100000001", "3100000002"]
    second = county.schools[1]
    assert second.get("pupils_primary") == 321
    assert second.get("equipment_value") == Fraction(123456, 100)
    assert second.get("school_type") == "primary"
    assert second.get("charter") == "yes"
    column = book.cell("pupils_primary", FIRST_ROW + 1).coordinate
    assert second.place("pupils_primary") == Place(book.schools.title, column)
    assert (county.year, county.code) == (2024, "310000")
    assert county.fact("monitoring_level") == 3
    assert county.fact("monitoring_gap") == Fraction(1, 10)
    assert [row.get("survey_group") for row in county.survey][:2] == ["pupils", "parents"]
    assert county.survey[0].get("survey_satisfied") == 80


def test_the_order_of_columns_does_not_matter(tmp_path: Path) -> None:
    county = County([school(1, pupils_primary=321, teaching_area=99)])
    page = county.schools
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    for ref in [str(merged) for merged in page.merged_cells.ranges]:
        page.unmerge_cells(ref)
    for r, row in enumerate(rows, 1):
        for c, value in enumerate(reversed(row), 1):
            page.cell(r, c, value)
    page.cell(len(rows), 1, "合计")
    submission = read(county.save(tmp_path))
    row = submission.county.schools[0]
    assert (row.get("pupils_primary"), row.get("teaching_area")) == (321, 99)
    assert row.place("school_code").ref.startswith("BH")  # the first column has become the last
    assert codes(submission) == {}


def test_columns_and_rows_added_anywhere_do_not_matter(tmp_path: Path) -> None:
    county = County([school(1, pupils_primary=321), school(2)])
    page = county.schools
    for ref in [str(merged) for merged in page.merged_cells.ranges]:
        page.unmerge_cells(ref)
    page.insert_cols(3, 2)
    page.cell(HEADER_ROW, 3, "本校备注")
    page.insert_rows(FIRST_ROW + 1)  # a blank row between two schools
    page.insert_rows(1, 2)  # rows above the title
    submission = read(county.save(tmp_path))
    assert codes(submission) == {}
    assert [row.number for row in submission.county.schools] == [FIRST_ROW + 2, FIRST_ROW + 4]
    assert submission.county.schools[0].get("pupils_primary") == 321


def test_headers_with_line_breaks_marks_and_units(tmp_path: Path) -> None:
    county = County([school(1, equipment_value=13.7, teaching_area=3)])
    page = county.schools
    page.cell(HEADER_ROW, county.columns["pupils_primary"], "小学\n在校生数")
    page.cell(HEADER_ROW, county.columns["school_name"], "* 学校名称 ")
    page.cell(HEADER_ROW, county.columns["equipment_value"], "教学仪器设备值（万元）")
    page.cell(HEADER_ROW, county.columns["teaching_area"], "教学及辅助用房面积\n亩")
    submission = read(county.save(tmp_path))
    row = submission.county.schools[0]
    assert codes(submission) == {}
    assert row.get("pupils_primary") == 10
    assert row.get("equipment_value") == 137_000  # 13.7 × 10,000, exactly
    assert row.get("teaching_area") == 2000  # 3 × 2000/3


def test_the_unit_row_decides_between_yuan_and_ten_thousand_yuan(tmp_path: Path) -> None:
    county = County([school(1, equipment_value=13.7, operating_funds=13.7)])
    county.schools.cell(HEADER_ROW + 1, county.columns["equipment_value"], "万元")
    row = read(county.save(tmp_path)).county.schools[0]
    assert row.get("equipment_value") == 137_000
    assert row.get("operating_funds") == Fraction(137, 10)


def test_the_unit_column_of_a_facts_sheet_decides(tmp_path: Path) -> None:
    county = County(facts={"teacher_wage": 9.85, "civil_servant_wage": "96000元"})
    county.fact("teacher_wage").offset(0, -1).value = "万元"
    submission = read(county.save(tmp_path))
    assert submission.county.fact("teacher_wage") == 98_500
    assert submission.county.fact("civil_servant_wage") == 96_000


def test_an_unknown_unit_makes_the_column_unusable(tmp_path: Path) -> None:
    county = County([school(1)])
    county.schools.cell(HEADER_ROW + 1, county.columns["equipment_value"], "㎡")
    submission = read(county.save(tmp_path))
    assert codes(submission) == {"QBE-STR-011": 1}
    row = submission.county.schools[0]
    assert row.get("equipment_value") is None
    assert "equipment_value" in row.unusable


def test_blank_is_missing_and_told_once_a_field(tmp_path: Path) -> None:
    schools = [school(n, pupils_primary=None if n in (2, 3, 4, 7) else 10) for n in range(1, 9)]
    schools.append(school(9, school_type="初级中学", pupils_primary=None, classes_primary=None))
    schools.append(school(10, school_type="特殊教育学校", pupils_primary=None, teaching_area=None))
    county = County(schools)
    submission = read(county.save(tmp_path))
    assert codes(submission) == {"QBE-CMP-001": 1}
    finding = submission.findings[0]
    column = re.sub(r"\d", "", county.cell("pupils_primary").coordinate)
    # schools 2, 3, 4 and 7; the junior school and the special school owe no primary pupils
    assert finding.args["count"] == 4
    assert finding.range == f"{column}6:{column}8,{column}11"
    assert submission.county.schools[1].get("pupils_primary") is None


def test_missing_county_facts(tmp_path: Path) -> None:
    submission = read(
        County(facts={"year": None, "county_code": None, "graduates": None, "contact": None}).save(tmp_path)
    )
    assert codes(submission) == {"QBE-CMP-002": 1, "QBE-CMP-003": 1, "QBE-CMP-001": 1}


def test_not_sampled_is_no_blank(tmp_path: Path) -> None:
    submission = read(County(facts={"monitoring_level": "未参加", "monitoring_gap": None}).save(tmp_path))
    assert codes(submission) == {}
    assert submission.county.facts["monitoring_level"].state == "not_sampled"


def test_a_school_without_name_code_or_type(tmp_path: Path) -> None:
    submission = read(
        County([school(1, school_name=None), school(2, school_code=None), school(3, school_type=None)]).save(tmp_path)
    )
    assert codes(submission) == {"QBE-CMP-004": 3}
    assert [finding.range for finding in submission.findings] == ["B5", "A6", "C7"]


BAD_CELLS = {
    "text in number": ("pupils_primary", "很多", "QBE-DAT-012"),
    "negative": ("pupils_primary", -1, "QBE-DAT-002"),
    "error value": ("pupils_primary", "#DIV/0!", "QBE-DAT-001"),
    "not whole": ("pupils_primary", 1.5, "QBE-DAT-003"),
    "date": ("pupils_primary", datetime.datetime(2024, 1, 1), "QBE-DAT-013"),
    "truth value": ("pupils_primary", True, "QBE-DAT-014"),
    "wrong unit": ("pupils_primary", "12㎡", "QBE-DAT-010"),
    "unknown choice": ("school_type", "大学", "QBE-DAT-004"),
    "neither yes nor no": ("charter", "√", "QBE-DAT-005"),
    "no year": ("built_year", "去年", "QBE-DAT-008"),
}


@pytest.mark.parametrize("what", BAD_CELLS)
def test_every_bad_cell_has_its_own_code(tmp_path: Path, what: str) -> None:
    field, value, code = BAD_CELLS[what]
    county = County([school(1), school(2, **{field: value})])
    where = county.cell(field, FIRST_ROW + 1).coordinate
    submission = read(county.save(tmp_path))
    assert codes(submission) == {code: 1}
    finding = submission.findings[0]
    assert (finding.sheet, finding.range, finding.school) == ("学校", where, "3100000002")
    row = submission.county.schools[1]
    assert row.get(field) is None
    assert field in row.unusable
    for lang in ("zh", "en"):
        assert "{" not in finding.sentence(lang)


def test_a_bad_fact_is_unusable(tmp_path: Path) -> None:
    county = County(facts={"graduates": "五千", "monitoring_level": "优"})
    submission = read(county.save(tmp_path))
    assert codes(submission) == {"QBE-DAT-012": 1, "QBE-DAT-011": 1}
    assert submission.county.facts["graduates"].state == "unusable"


def test_missing_and_doubled_columns(tmp_path: Path) -> None:
    county = County([school(1)])
    county.schools.cell(HEADER_ROW, county.columns["teaching_area"]).value = "某列"
    county.schools.cell(HEADER_ROW, county.columns["migrant_pupils"]).value = "小学在校生数"
    submission = read(county.save(tmp_path))
    assert codes(submission) == {"QBE-STR-003": 1, "QBE-STR-004": 1}
    doubled = next(f for f in submission.findings if f.code == "QBE-STR-004")
    assert doubled.args["first"] == county.schools.cell(HEADER_ROW, county.columns["pupils_primary"]).coordinate
    assert "pupils_primary" in submission.county.schools[0].unusable


def test_an_optional_column_may_be_absent(tmp_path: Path) -> None:
    county = County([school(1)])
    county.schools.cell(HEADER_ROW, county.columns["built_year"]).value = None
    assert codes(read(county.save(tmp_path))) == {}


def test_missing_sheet_header_and_item(tmp_path: Path) -> None:
    county = County([school(1)])
    del county.book["一票否决"]
    county.fact("graduates").offset(0, -2).value = "别的"
    county.fact("entrants").offset(0, -2).value = "三年转入学生数"
    for row in county.book["社会认可度"].iter_rows(max_row=2):
        for cell in row:
            cell.value = None
    submission = read(county.save(tmp_path))
    found = codes(submission)
    assert found["QBE-STR-002"] == 1
    assert found["QBE-STR-005"] == 1
    assert found["QBE-STR-009"] == 2  # graduates, entrants
    assert found["QBE-STR-010"] == 1  # transfers_in stands twice now
    assert submission.county.facts["transfers_in"].state == "unusable"


def test_a_workbook_without_its_schools_is_that_form_still(tmp_path: Path) -> None:
    county = County()
    del county.book["学校"]
    submission = read(county.save(tmp_path))
    assert submission.form == "qbe-county-1"
    assert codes(submission) == {"QBE-STR-002": 1}


def test_a_form_without_a_school(tmp_path: Path) -> None:
    county = County([school(1)])
    for cell in county.schools[FIRST_ROW]:
        cell.value = None
    assert codes(read(county.save(tmp_path))) == {"QBE-STR-008": 1}


def test_data_below_the_end_is_reported_but_footers_are_not(tmp_path: Path) -> None:
    county = County([school(1)])
    end = FIRST_ROW + 1
    county.schools.cell(end + 1, 1, "合计")
    county.schools.cell(end + 1, county.columns["pupils_primary"], 10)
    county.schools.cell(end + 2, 1, "填表人：张三")
    path = county.save(tmp_path)
    assert codes(read(path)) == {}
    for field, value in (("school_code", "3100000099"), ("school_name", "漏掉的小学"), ("pupils_primary", 50)):
        county.schools.cell(end + 3, county.columns[field], value)
    submission = read(county.save(tmp_path))
    assert codes(submission) == {"QBE-STR-012": 1}
    assert submission.findings[0].range == f"A{end + 3}"
    assert len(submission.county.schools) == 1


def test_two_sheets_of_one_name(tmp_path: Path) -> None:
    county = County([school(1)])
    county.book.create_sheet("学 校")
    assert codes(read(county.save(tmp_path)))["QBE-STR-014"] == 1


def test_another_form_is_not_recognised(tmp_path: Path) -> None:
    path = table(tmp_path / "x.xlsx", [["姓名", "工资"], ["张三", 1]], name="工资表")
    submission = read(path)
    assert (submission.county, submission.form) == (None, None)
    assert codes(submission) == {"QBE-STR-001": 1}
    assert "工资表" in submission.findings[0].message("zh")
    assert "qbe-county-1" in submission.findings[0].message("en")


def test_formulas_count_with_their_saved_results(tmp_path: Path) -> None:
    """XlsxWriter saves results with formulas; openpyxl does not, as a program that never calculates."""
    county = County([school(1), school(2)])
    county.cell("pupils_primary").value = "=5+5"
    county.fact("graduates").value = "=2*3"
    submission = read(county.save(tmp_path))
    assert codes(submission) == {"QBE-DAT-006": 2}
    assert "pupils_primary" in submission.county.schools[0].unusable

    plain = County([school(1)]).save(tmp_path, "plain.xlsx")
    source = load_workbook(plain)
    path = tmp_path / "cached.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for page in source.worksheets:
            copy = book.add_worksheet(page.title)
            for row in page.iter_rows():
                for cell in row:
                    if cell.value is not None:
                        copy.write(cell.row - 1, cell.column - 1, cell.value)
            if page.title == "学校":
                copy.write_formula(county.cell("pupils_primary").coordinate, "=5+7", None, 12)
    submission = read(path)
    assert codes(submission) == {"QBE-DAT-007": 1}
    assert submission.county.schools[0].get("pupils_primary") == 12


def test_stated_ratios_are_kept_as_fractions(tmp_path: Path) -> None:
    county = County(
        facts={"stated:Q1": 0.9501, "stated:G9": "35.07%", "stated:Q2": 96.18, "stated:G11.backbone": 0.2036}
    )
    submission = read(county.save(tmp_path))
    stated = submission.county.stated
    assert stated["Q1"].value == Fraction(9501, 10000)
    assert stated["G9"].value == Fraction(3507, 10000)
    assert stated["Q2"].value == Fraction(9618, 10000)  # typed as 96.18 under %, which a note says
    assert stated["G11.backbone"].value == Fraction(2036, 10000)
    assert str(stated["Q1"].place) == county.cells["stated:Q1"]
    assert codes(submission) == {"QBE-DAT-009": 1}


def test_a_percentage_without_its_numbers_is_queried(tmp_path: Path) -> None:
    facts = {"stated:Q1": 0.9501, "graduates": None}
    submission = read(County(facts=facts).save(tmp_path))
    assert codes(submission) == {"QBE-CMP-001": 1}
    queries = [f for f in assess_submission(submission).findings if f.code == "QBE-CMP-006"]
    assert [f.range for f in queries] == [submission.county.stated["Q1"].place.ref]


def test_evidence_stands_beside_its_fact(tmp_path: Path) -> None:
    county = County()
    county.fact("layout_plan").offset(0, 1).value = "某教〔2023〕5号"
    submission = read(county.save(tmp_path))
    assert submission.county.facts["layout_plan"].evidence == "某教〔2023〕5号"
    assert submission.county.evidence == {"layout_plan": "某教〔2023〕5号"}


def test_pinned_edition_and_template(tmp_path: Path) -> None:
    from openpyxl.workbook.defined_name import DefinedName

    county = County()
    county.book.defined_names["QBE_EDITION"] = DefinedName("QBE_EDITION", attr_text='"cn-qbe-2017"')
    county.book.defined_names["QBE_TEMPLATE"] = DefinedName("QBE_TEMPLATE", attr_text='"qbe-county-1/0"')
    county.book.create_sheet("藏").sheet_state = "hidden"
    submission = read(county.save(tmp_path))
    assert submission.file.pinned_edition == "cn-qbe-2017"
    assert submission.file.template_version == "qbe-county-1/0"
    assert submission.file.hidden == ("藏",)
    assert codes(submission) == {"QBE-STR-007": 1}


def test_a_lying_dimension_hides_nothing(tmp_path: Path) -> None:
    path = County([school(n) for n in range(1, 6)]).save(tmp_path)
    lying = tmp_path / "lying.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(lying, "w") as target:
        for info in source.infolist():
            data = source.read(info)
            if "worksheets/" in info.filename:
                data, replaced = re.subn(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:B2"', data)
                assert replaced
            target.writestr(info, data)
    assert len(read(lying).county.schools) == 5


def test_many_bad_cells_of_a_kind_share_a_finding(tmp_path: Path) -> None:
    submission = read(County([school(n, pupils_primary="很多") for n in range(1, 101)]).save(tmp_path))
    found = [f for f in submission.findings if f.code == "QBE-DAT-012"]
    assert len(found) == 31  # thirty one by one, the other seventy together
    assert sum(":" in (f.range or "") for f in found) == 1
    assert sum("pupils_primary" in row.unusable for row in submission.county.schools) == 100


def test_forms_are_known_by_id_and_by_path(tmp_path: Path) -> None:
    assert list(known_forms()) == ["qbe-county-1", "qbe-collect-1"]
    with pytest.raises(QbeError) as caught:
        load_form("qbe-county-9")
    assert caught.value.code == "QBE-CAL-002"
    with pytest.raises(QbeError) as caught:
        read(tmp_path / "x.xlsx", tmp_path / "none.yaml")
    assert caught.value.code == "QBE-CAL-002"


def test_an_unreadable_file_is_a_submission_with_one_finding(tmp_path: Path) -> None:
    submission = read(tmp_path / "nowhere.xlsx")
    assert (submission.county, codes(submission)) == (None, {"QBE-FIL-001": 1})
    assert codes(read(tmp_path)) == {"QBE-FIL-002": 1}
