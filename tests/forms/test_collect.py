"""Collection forms: a folder of school workbooks and the county's part becomes one county."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from qbe_xl.core.errors import QbeError
from qbe_xl.core.yamlio import loads
from qbe_xl.county.model import Submission
from qbe_xl.forms import read
from qbe_xl.forms.collect import AT_MOST
from qbe_xl.forms.collect_form import collect_form, collect_form_from, described
from qbe_xl.forms.collect_writer import write_collect_form
from scripts import samples_collect
from tests.paths import PACKAGE, SAMPLES

FOLDER = SAMPLES / "collect"
FORM = "qbe-collect-1"


def codes(submission: Submission) -> Counter[str]:
    return Counter(finding.code for finding in submission.findings)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "collect"))


def changed(folder: Path, name: str, **changes: object) -> Path:
    """One school's form of the sample, written anew with some values changed."""
    return write_collect_form(folder / f"{name}.xlsx", "school", samples_collect.SCHOOLS[name] | changes)


def school(submission: Submission, name: str) -> object:
    return next(row for row in submission.county.schools if row.text("school_name") == name)


def test_the_sample_folder_is_a_county_without_findings() -> None:
    submission = read(FOLDER, FORM)
    assert codes(submission) == {}
    county = submission.county
    assert len(county.schools) == 4
    first = school(submission, "示例县第一小学")
    assert first.get("equipment_value") == 1_125_000  # 112.5 万元
    assert first.get("above_degree_primary") == 26  # 8 + 17 + 1 + 0
    assert first.get("pe_art_primary") == 5  # 3 + 1 + 1 + 0
    assert first.get("outdoor_sports_area") == 3800  # 3600 + 200
    assert first.place("equipment_value").file == "示例县第一小学.xlsx"
    assert first.place("equipment_value").sheet == "学校采集表"


def test_county_facts_are_sums_over_schools() -> None:
    county = read(FOLDER, FORM).county
    # 第二中学 176 + 东关 35; 180 + 36; 2 + 0; 3 + 1; 0 + 0
    assert [county.fact(f) for f in ("graduates", "entrants", "transfers_in", "transfers_out", "deaths")] == [
        211,
        216,
        2,
        4,
        0,
    ]
    assert county.fact("teachers_full_time") == 106  # 28 + 42 + 27 + 9
    assert county.fact("teachers_360_hours") == 109  # 29 + 44 + 27 + 9
    # only public schools in towns and cities without boarders: 第一小学 and 第二中学
    assert (county.fact("proximity_pupils_primary"), county.fact("intake_pupils_primary")) == (500, 500)
    assert (county.fact("proximity_pupils_junior"), county.fact("intake_pupils_junior")) == (530, 540)
    assert county.fact("teacher_wage") == 98_000  # 9.8 万元


def test_the_largest_class_is_bounded_but_not_invented() -> None:
    submission = read(FOLDER, FORM)
    first = school(submission, "示例县第一小学")
    assert first.get("over_classes_primary") == 0
    assert first.get("largest_class_primary") is None
    assert first.get(f"{AT_MOST}largest_class_primary") == 45


def test_classes_over_the_standard_by_stage(folder: Path) -> None:
    # 46–50 is over the standard in primary, not in junior school; ≥ 66 has no upper bound
    changed(folder, "示例县第一小学", classes_primary_36=3, classes_primary_46=1)
    changed(folder, "示例县第二中学", classes_junior_46=4, classes_junior_51=1, classes_junior_66=1)
    submission = read(folder, FORM)
    assert codes(submission) == {}
    assert school(submission, "示例县第一小学").get("over_classes_primary") == 1
    second = school(submission, "示例县第二中学")
    assert second.get("over_classes_junior") == 2
    assert f"{AT_MOST}largest_class_junior" not in second.values


def test_blank_bins_are_zero_only_where_the_total_proves_it(folder: Path) -> None:
    changed(folder, "示例县第一小学", classes_primary_66=None)  # 4 + 8 = 12 classes: none is left for this bin
    assert school(read(folder, FORM), "示例县第一小学").get("over_classes_primary") == 0
    changed(folder, "示例县第一小学", classes_primary_66=None, classes_primary_41=7)  # one class is unaccounted for
    submission = read(folder, FORM)
    assert school(submission, "示例县第一小学").get("over_classes_primary") is None
    assert codes(submission) == {"QBE-CMP-001": 1}


def test_bins_that_contradict_the_total(folder: Path) -> None:
    changed(folder, "示例县第一小学", classes_primary=13)
    submission = read(folder, FORM)
    assert codes(submission) == {"QBE-CMP-010": 1}
    assert (submission.findings[0].args["left"], submission.findings[0].args["right"]) == ("12", "13")


def test_who_is_missing_and_who_came_twice(folder: Path) -> None:
    (folder / "示例县西河小学.xlsx").unlink()
    shutil.copy(folder / "示例县第一小学.xlsx", folder / "示例县第一小学（改）.xlsx")
    submission = read(folder, FORM)
    assert codes(submission) == {"QBE-CMP-007": 1, "QBE-CMP-008": 1}
    by_code = {finding.code: finding for finding in submission.findings}
    assert by_code["QBE-CMP-007"].args["schools"] == "示例县西河小学"
    assert "示例县第一小学（改）.xlsx" in by_code["QBE-CMP-008"].args["files"]
    assert len(submission.county.schools) == 3


def test_without_the_county_part(folder: Path) -> None:
    (folder / "县级采集表.xlsx").unlink()
    submission = read(folder, FORM)
    assert codes(submission) == {"QBE-CMP-009": 1}
    assert submission.county.fact("graduates") == 211
    assert submission.county.year is None


def test_a_sum_with_an_unknown_part_is_unknown(folder: Path) -> None:
    changed(folder, "示例县第二中学", graduates=None)
    submission = read(folder, FORM)
    assert submission.county.fact("graduates") is None
    assert submission.county.fact("entrants") == 216
    assert codes(submission) == {"QBE-CMP-001": 1}


def test_files_that_cannot_be_read_are_named(folder: Path) -> None:
    (folder / "坏.xlsx").write_bytes(b"PK\x03\x04nothing")
    (folder / "~$县级采集表.xlsx").write_bytes(b"lock")
    (folder / "说明.txt").write_text("x")
    submission = read(folder, FORM)
    assert codes(submission) == {"QBE-FIL-007": 1}
    assert submission.findings[0].file == "坏.xlsx"
    assert len(submission.county.schools) == 4


def test_an_empty_folder(tmp_path: Path) -> None:
    submission = read(tmp_path, FORM)
    assert (submission.county, codes(submission)) == (None, {"QBE-FIL-012": 1})


def test_one_school_alone_is_recognised() -> None:
    submission = read(FOLDER / "示例县西河小学.xlsx")
    assert submission.form == FORM
    assert len(submission.county.schools) == 1
    assert codes(submission) == {"QBE-CMP-009": 1}


def test_a_renamed_sheet_is_known_by_its_items(folder: Path) -> None:
    from openpyxl import load_workbook

    path = folder / "示例县西河小学.xlsx"
    book = load_workbook(path)
    book.worksheets[0].title = "Sheet1"
    book.save(path)
    submission = read(folder, FORM)
    assert codes(submission) == {}
    assert school(submission, "示例县西河小学").place("school_name").sheet == "Sheet1"


def test_the_english_form_reads_the_same(tmp_path: Path) -> None:
    values = dict(samples_collect.SCHOOLS["示例县西河小学"])
    for part in ("zh", "en"):
        write_collect_form(tmp_path / f"{part}.xlsx", "school", values, lang=part)
    chinese, english = (read(tmp_path / f"{part}.xlsx", FORM).county.schools[0] for part in ("zh", "en"))
    assert chinese.values == english.values


def test_every_item_of_both_parts_is_found_on_a_blank_form(tmp_path: Path) -> None:
    write_collect_form(tmp_path / "s.xlsx", "school")
    write_collect_form(tmp_path / "c.xlsx", "county")
    submission = read(tmp_path, FORM)
    assert not {"QBE-STR-009", "QBE-STR-010", "QBE-STR-005", "QBE-STR-003"} & set(codes(submission))
    labels = [f.name.zh for f in described(FORM, "school").values()]
    assert len(labels) == len(set(labels))


def test_the_shipped_forms_and_samples_are_written_the_same_every_time(tmp_path: Path) -> None:
    shipped = SAMPLES.parent
    for path in samples_collect.main(tmp_path):
        assert path.read_bytes() == (shipped / path.relative_to(tmp_path)).read_bytes(), path.name


def test_a_form_with_an_unknown_item_is_an_error_with_its_line() -> None:
    text = (PACKAGE / "forms" / f"{FORM}.yaml").read_text(encoding="utf-8")
    with pytest.raises(QbeError) as caught:
        collect_form_from(loads(text.replace("[sports_ground, other_ground]", "[sport_ground]"), "x.yaml"))
    assert (caught.value.code, caught.value.values["nearest"]) == ("QBE-STD-009", "sports_ground")


def test_ten_bins_a_stage() -> None:
    assert len(collect_form().class_sizes.bins) == 10
