"""`evidence`: what is written, what it is carried on from, and how a run ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl

from tests.cli.conftest import Outcome
from tests.planning.evidence_folders import write_files

Cli = Callable[..., Outcome]
Books = Callable[..., list[str]]
FILES = ["教师队伍/教师花名册2022-2024年.pdf", "经费管理/特殊教育生均公用经费拨付文件2022-2024年.pdf", "会议.jpg"]


def test_a_list_is_carried_from_file_to_file(cli: Cli, books: Books, tmp_path: Path) -> None:
    first, second = books("pass-1.xlsx", "fail-2.xlsx")
    write_files(tmp_path / "佐证", FILES)
    found = cli("evidence", first, "--folder", "佐证", "--out-dir", "out")
    assert found.code == 0 and "数据达标、缺佐证" in found.out and "没有对上材料的 1 个" in found.out
    path = tmp_path / "out" / "pass-1.档案清单.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["县级档案"]
    said = next(cell.column for row in sheet.iter_rows(max_row=6) for cell in row if cell.value == "人工认定")
    line = next(row[0].row for row in sheet.iter_rows() if row[1].value == "M-G6-1")
    sheet.cell(line, said, "有")
    sheet.cell(line, said + 2, "齐")
    book.save(path)
    found = cli("evidence", second, "--folder", "佐证", "--list", str(path), "--json", "-", "--lang", "en")
    data = json.loads(found.out)
    assert (found.code, data["schema"], data["since"]) == (0, "qbe-xl/evidence/1", "2024")
    covers = {each["id"]: each["evidence"] for each in data["criteria"]}
    assert (covers["G6"], covers["G7"], covers["G9"]) == ("complete", "complete", "none")
    assert {each["id"]: each["status"] for each in data["criteria"]}["V6"] == "fail"
    assert "List of evidence" in found.err


def test_nothing_is_written_unasked_and_never_over_another_file(cli: Cli, books: Books, tmp_path: Path) -> None:
    (file,) = books("pass.xlsx")
    found = cli("evidence", file)
    assert found.code == 0 and "没有给出 --folder" in found.out
    assert {path.name for path in tmp_path.iterdir()} == {"pass.xlsx", "logs"}
    for _ in range(2):
        assert cli("evidence", file, "--out-dir", ".", "-q").code == 0
    assert {path.name for path in tmp_path.glob("*档案*")} == {"pass.档案清单.xlsx", "pass.档案清单 (2).xlsx"}


def test_the_verdict_and_the_exit_code_do_not_depend_on_evidence(cli: Cli, books: Books, tmp_path: Path) -> None:
    (file,) = books("pass.xlsx")
    write_files(tmp_path / "empty", ["会议.jpg"])
    data = json.loads(cli("evidence", file, "--folder", "empty", "--json", "-").out)
    assert data["verdict"] == "pass" and len(data["summary"]["passing_without_evidence"]) > 30


def test_wrong_calls_are_told(cli: Cli, books: Books, tmp_path: Path) -> None:
    (file,) = books("pass.xlsx")
    for code, arguments in (
        ("QBE-PLN-401", ["--folder", "none"]),
        ("QBE-PLN-401", ["--folder", file]),
        ("QBE-PLN-405", ["--list", "none.xlsx"]),
        ("QBE-STD-001", ["--materials", "none.yaml"]),
        ("QBE-STD-007", ["--edition", "none"]),
    ):
        found = cli("evidence", file, *arguments)
        assert found.code == 4 and code in found.err, arguments
    (tmp_path / "damaged.xlsx").write_bytes(b"PK\x03\x04 no more")
    found = cli("evidence", file, "--list", "damaged.xlsx")
    assert found.code == 4 and "QBE-PLN-405" in found.err
    book = openpyxl.Workbook()
    book.save(tmp_path / "other.xlsx")
    found = cli("evidence", file, "--list", "other.xlsx")
    assert found.code == 4 and "QBE-PLN-407" in found.err
    assert cli("evidence", "none.xlsx").code == 3


def test_another_countys_list_is_refused(cli: Cli, books: Books, tmp_path: Path) -> None:
    (file,) = books("pass.xlsx")
    assert cli("evidence", file, "--out-dir", "out", "-q").code == 0
    path = tmp_path / "out" / "pass.档案清单.xlsx"
    book = openpyxl.load_workbook(path)
    cell = next(row[1] for row in book["概况"].iter_rows(max_row=8) if row[0].value == "行政区划代码")
    cell.value = "370001"
    book.save(path)
    found = cli("evidence", file, "--list", str(path))
    assert found.code == 4 and "QBE-PLN-404" in found.err and "370001" in found.err and "370000" in found.err
