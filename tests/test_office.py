"""The LibreOffice of the tests does what a user's spreadsheet does; else nothing it proves about templates counts."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from tests.office import Office, OfficeError, _pipes, find_office
from tests.office.ops import (
    clear,
    copy_range,
    delete_columns,
    delete_rows,
    insert_columns,
    insert_rows,
    move_columns,
    move_range,
    move_rows,
    set_formula,
    set_text,
    set_value,
)
from tests.office.render import render

pytestmark = pytest.mark.office

# Three schools: pupils 45, 37, 89 (together 171) and books 279, 137, 935 (together 1351).
SCHOOLS = [("第一小学", 45, 279), ("第二小学", 37, 137), ("第三小学", 89, 935)]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Schools in rows 2 to 4 of 学校, totals on 汇总; every cached value is the stale 999, protection as we ship it."""
    path = tmp_path / "某县 (填报).xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        schools = workbook.add_worksheet("学校")
        schools.write_row("A1", ["学校名称", "在校生数", "图书"])
        for row, school in enumerate(SCHOOLS, start=1):
            schools.write_row(row, 0, school)
            schools.write_formula(row, 3, f"=C{row + 1}/B{row + 1}", None, 999)
        totals = workbook.add_worksheet("汇总 表")
        totals.write_formula("A1", "=SUM('学校'!B2:B4)", None, 999)
        totals.write_formula("A2", '=IF(A1>0,"","无")', None, "无")
        totals.write_formula("A3", "='学校'!A3", None, "999")
        totals.write_formula("A4", "='学校'!C4", None, 999)
        totals.write_formula("A5", "=INDEX('学校'!B2:B4,2)", None, 999)
        totals.write_formula("A6", "=A1=171", None, False)
        totals.write("B1", "说明")
        for sheet in (schools, totals):
            sheet.protect()
    return path


def test_stale_cached_values_are_computed_anew(office: Office, book: Path) -> None:
    answer = office.run(book)
    assert answer["sheets"] == ["学校", "汇总 表"]
    assert answer["values"]["学校"] == {
        "A1": "学校名称", "B1": "在校生数", "C1": "图书",
        "A2": "第一小学", "B2": 45.0, "C2": 279.0, "D2": 279 / 45,
        "A3": "第二小学", "B3": 37.0, "C3": 137.0, "D3": 137 / 37,
        "A4": "第三小学", "B4": 89.0, "C4": 935.0, "D4": 935 / 89,
    }  # fmt: skip
    # The empty text of A2 is a result and stays; the cells beside it are empty and are left out.
    assert answer["values"]["汇总 表"] == {
        "A1": 171.0, "A2": "", "A3": "第二小学", "A4": 935.0, "A5": 37.0, "A6": 1.0, "B1": "说明",
    }  # fmt: skip
    assert answer["formulas"] == {}


def test_values_entered_and_cleared_reach_the_formulas(office: Office, book: Path) -> None:
    ops = [
        set_value("学校", "B2", 46.5),
        clear("学校", "B3"),
        set_text("学校", "A3", "=第二"),
        set_formula("汇总 表", "B1", "=$学校.B2*2"),
    ]
    answer = office.run(book, ops=ops, dump=["汇总 表"], formulas=True)
    assert list(answer["values"]) == ["汇总 表"]
    totals = answer["values"]["汇总 表"]
    assert (totals["A1"], totals["A3"], totals["B1"]) == (46.5 + 89, "=第二", 93.0)
    assert answer["formulas"]["汇总 表"]["A1"] == "=SUM($学校.B2:B4)"


def test_inserted_rows_and_columns_move_references(office: Office, book: Path) -> None:
    ops = [insert_rows("学校", 3, 2), set_value("学校", "B3", 1000), insert_columns("学校", "B")]
    answer = office.run(book, ops=ops, formulas=True)
    totals, formulas = answer["values"]["汇总 表"], answer["formulas"]
    assert formulas["汇总 表"]["A1"] == "=SUM($学校.C2:C6)"
    assert totals["A1"] == 1171.0
    assert (totals["A3"], totals["A4"]) == ("第二小学", 935.0)
    assert formulas["学校"]["E5"] == "=D5/C5"


def test_deleted_rows_and_columns_shrink_ranges_and_break_references(office: Office, book: Path) -> None:
    answer = office.run(book, ops=[delete_rows("学校", 3)], formulas=True)
    totals = answer["values"]["汇总 表"]
    assert answer["formulas"]["汇总 表"]["A1"] == "=SUM($学校.B2:B3)"
    assert (totals["A1"], totals["A3"], totals["A4"]) == (134.0, {"error": "#REF!"}, 935.0)
    gone = office.run(book, ops=[delete_columns("学校", 3)])
    assert gone["values"]["汇总 表"]["A4"] == {"error": "#REF!"}
    assert "error" in gone["values"]["学校"]["C4"]  # books per pupil; LibreOffice says #VALUE! here, Excel #REF!


@pytest.mark.parametrize(
    ("at", "before", "names"),
    [
        (3, 5, ["第一小学", "第三小学", "第二小学"]),  # down, into the row after the last
        (4, 3, ["第一小学", "第三小学", "第二小学"]),  # up
        (2, 4, ["第二小学", "第一小学", "第三小学"]),
        (3, 4, ["第一小学", "第二小学", "第三小学"]),  # before its own neighbour: nothing moves
    ],
)
def test_moved_rows_take_their_references_along(
    office: Office, book: Path, at: int, before: int, names: list[str]
) -> None:
    answer = office.run(book, ops=[move_rows("学校", at, before)])
    schools, totals = answer["values"]["学校"], answer["values"]["汇总 表"]
    assert [schools[f"A{row}"] for row in (2, 3, 4)] == names
    assert "A5" not in schools
    books = {name: count for name, _, count in SCHOOLS}
    assert [schools[f"C{row}"] for row in (2, 3, 4)] == [books[name] for name in names]
    pupils = {name: count for name, count, _ in SCHOOLS}
    assert [schools[f"D{row}"] for row in (2, 3, 4)] == [books[name] / pupils[name] for name in names]
    assert (totals["A3"], totals["A4"]) == ("第二小学", 935.0)  # single references follow the school
    assert totals["A5"] == pupils[names[1]]  # a position in the range does not


def test_several_rows_move_together(office: Office, book: Path) -> None:
    answer = office.run(book, ops=[move_rows("学校", 3, 2, count=2)])
    assert [answer["values"]["学校"][f"A{row}"] for row in (2, 3, 4)] == ["第二小学", "第三小学", "第一小学"]
    assert answer["values"]["汇总 表"]["A4"] == 935.0


def test_moved_columns_and_ranges(office: Office, book: Path) -> None:
    answer = office.run(book, ops=[move_columns("学校", "C", "B")], formulas=True)
    assert answer["values"]["学校"]["B1"] == "图书"
    assert answer["values"]["学校"]["C4"] == 89.0
    assert answer["formulas"]["学校"]["D4"] == "=B4/C4"
    assert answer["values"]["汇总 表"]["A1"] == 171.0
    cut = office.run(book, ops=[move_range("学校", "B2:B4", "H8"), copy_range("学校", "C2:C4", "B2")], formulas=True)
    assert cut["formulas"]["汇总 表"]["A1"] == "=SUM($学校.H8:$学校.H10)"
    assert cut["values"]["汇总 表"]["A1"] == 171.0
    assert [cut["values"]["学校"][f"B{row}"] for row in (2, 3, 4)] == [279.0, 137.0, 935.0]


def test_error_cells_are_named(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "errors.xlsx"
    expected = {
        "=1/0": "#DIV/0!", '="a"+1': "#VALUE!", "=NA()": "#N/A", "=NO_SUCH_NAME(1)": "#NAME?", "=SQRT(-1)": "#NUM!",
    }  # fmt: skip
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("错误")
        for row, formula in enumerate(expected):
            sheet.write_formula(row, 0, formula, None, 1)
        sheet.write_formula("C1", "=IFERROR(A1,7)", None, 1)
    values = office.run(path)["values"]["错误"]
    # LibreOffice gives =SQRT(-1) its own number 502 (invalid argument); Excel shows #NUM!.
    assert values == {
        "A1": {"error": "#DIV/0!"}, "A2": {"error": "#VALUE!"}, "A3": {"error": "#N/A"}, "A4": {"error": "#NAME?"},
        "A5": {"error": "Err:502"}, "C1": 7.0,
    }  # fmt: skip


def test_many_formulas_in_one_go(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "large.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        for row in range(1000):
            sheet.write_number(row, 0, row)
            for column in range(1, 11):
                sheet.write_formula(row, column, f'=IF($A{row + 1}<500,"",$A{row + 1}/{column})', None, 0)
    values = office.run(path)["values"]["Sheet1"]
    assert len(values) == 11_000
    assert values["K500"] == ""
    assert values["J1000"] == 999 / 9


def test_the_original_is_untouched_and_writes_are_complete(office: Office, book: Path, tmp_path: Path) -> None:
    before = book.read_bytes()
    out, pdf = tmp_path / "保存.xlsx", tmp_path / "打印.pdf"
    answer = office.run(book, ops=[set_value("学校", "B2", 46)], dump=[], save_xlsx=out, pdf=pdf)
    assert answer["values"] == {}
    assert book.read_bytes() == before
    saved = openpyxl.load_workbook(out, data_only=True)
    assert saved["汇总 表"]["A1"].value == 172
    pages = render(pdf, tmp_path / "png")
    assert len(pages) == 2
    assert all(page.read_bytes().startswith(b"\x89PNG") and page.stat().st_size > 1000 for page in pages)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([book.name, "png", "保存.xlsx", "打印.pdf"])


def test_what_cannot_be_done_is_told_and_the_office_lives_on(office: Office, book: Path, tmp_path: Path) -> None:
    with pytest.raises(OfficeError, match=r"missing\.xlsx"):
        office.run(tmp_path / "missing.xlsx")
    with pytest.raises(OfficeError, match="unknown op"):
        office.run(book, ops=[{"op": "fold", "sheet": "学校"}])
    with pytest.raises(OfficeError, match="NoSuchElement"):
        office.run(book, ops=[insert_rows("没有的表", 1)])
    assert office.run(book)["values"]["汇总 表"]["A1"] == 171.0


def _group(pid: int) -> set[int]:
    """Living members of a process group."""
    lines = subprocess.run(["ps", "-eo", "pid=,pgid=,stat="], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in lines.splitlines()]
    return {int(member) for member, group, state in rows if int(group) == pid and not state.startswith("Z")}


def test_nothing_is_left_behind_and_a_lost_office_is_replaced(book: Path) -> None:
    with Office() as office:
        office.run(book)
        first, profile = office._process, office._profile
        assert first is not None
        assert profile is not None
        assert len(_group(first.pid)) >= 2  # the server and the office
        with pytest.raises(OfficeError, match="did not answer"):
            office.run(book, timeout=0)
        assert not _group(first.pid)
        assert not profile.exists()
        assert not any(pipe.exists() for pipe in _pipes(profile))
        assert office.run(book)["values"]["汇总 表"]["A1"] == 171.0
        second, profile = office._process, office._profile
        assert second is not None
        assert profile is not None
        assert all(pipe.is_socket() for pipe in _pipes(profile))
    assert not _group(second.pid)
    assert not profile.exists()
    assert not any(pipe.exists() for pipe in _pipes(profile))


def test_a_missing_office_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("QBE_SOFFICE", os.fspath(tmp_path / "soffice"))
    find_office.cache_clear()
    try:
        with pytest.raises(OfficeError, match="LibreOffice is missing"):
            find_office()
    finally:
        find_office.cache_clear()
