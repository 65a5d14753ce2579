"""A workbook read while it is open gives what the saved file gives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlwings as xw

from qbe_xl.county import Submission
from qbe_xl.forms import load_form, read, read_open
from qbe_xl.hosts.excel.live import LiveBook, column_letters
from tests.hosts.macros.books import COUNTIES, OWN_FORMS, WORKBOOKS, copied

Open = Callable[[Path], xw.Book]


def same(live: Submission, file: Submission) -> None:
    """Everything but the file's digest, which an open workbook has not."""
    assert live.form == file.form
    assert live.findings == file.findings
    assert live.county == file.county
    assert (live.file.name, live.file.pinned_edition, live.file.template_version, live.file.hidden) == (
        file.file.name, file.file.pinned_edition, file.file.template_version, file.file.hidden,
    )  # fmt: skip
    assert live.file.sha256 is None


@pytest.mark.parametrize("path", COUNTIES, ids=lambda path: path.stem)
def test_every_county_workbook(open_book: Open, path: Path, tmp_path: Path) -> None:
    path = copied(path, tmp_path)
    same(read_open(LiveBook(open_book(path))), read(path))


@pytest.mark.parametrize("path", sorted((WORKBOOKS / "samples" / "collect").glob("*.xlsx"))[:3], ids=lambda p: p.stem)
def test_collection_forms(open_book: Open, path: Path, tmp_path: Path) -> None:
    path = copied(path, tmp_path)
    same(read_open(LiveBook(open_book(path))), read(path))


@pytest.mark.parametrize("path", OWN_FORMS, ids=lambda path: path.stem)
def test_forms_of_a_bureau(open_book: Open, path: Path, tmp_path: Path) -> None:
    """Merged headers of several rows, other units, other names: by a profile of the bureau's own."""
    profile = load_form(OWN_FORMS[path])
    file = read(copied(path, tmp_path), OWN_FORMS[path])
    assert file.county is not None
    same(read_open(LiveBook(open_book(tmp_path / path.name)), [profile]), file)  # type: ignore[list-item]


def test_dates_errors_and_texts_that_look_like_formulas(open_book: Open, engine: str, tmp_path: Path) -> None:
    path = copied(WORKBOOKS / "samples" / "pass.xlsx", tmp_path)
    workbook = openpyxl.load_workbook(path)
    sheet = workbook["学校"]
    rows = read(path).county.schools  # type: ignore[union-attr]
    for row, field, value in (
        (rows[0], "pupils_primary", "#N/A"),
        (rows[1], "pupils_primary", "约120"),
        (rows[2], "pupils_primary", "１２０人"),
        # LibreOffice itself makes the formula =TRUE() of it
        (rows[3], "teaching_area", True if engine == "openpyxl" else dt.datetime(2024, 9, 1)),
    ):
        sheet[row.place(field).ref].value = value  # type: ignore[union-attr]
    at = rows[4].place("school_name").ref  # type: ignore[union-attr]
    sheet[at].value = "=SUM(1)"
    sheet[at].data_type = "s"
    workbook.save(path)
    live, file = read_open(LiveBook(open_book(path))), read(path)
    assert {f.code for f in file.findings} >= {"QBE-DAT-001"}
    assert live.findings == file.findings
    assert live.county == file.county


def test_two_transfers_a_sheet_however_many_schools(open_book: Open, tmp_path: Path) -> None:
    """Values once and formulas once for each sheet that the form has."""
    counts = []
    for name in ("linyi", "pass"):  # 30 and 75 rows
        book = open_book(copied(WORKBOOKS / "samples" / f"{name}.xlsx", tmp_path))
        transfers = book.app.impl.transfers
        transfers.reset()
        submission = read_open(LiveBook(book))
        assert submission.county is not None
        counts.append((transfers.reads, transfers.writes, transfers.formats))
    assert counts[0] == counts[1]
    assert counts[0][0] <= 2 * 6 + 1  # of the sheet of reasons the values alone
    assert counts[0][1:] == (0, 0)


def test_column_letters() -> None:
    assert [column_letters(n) for n in (0, 25, 26, 51, 52, 701)] == ["A", "Z", "AA", "AZ", "BA", "ZZ"]
