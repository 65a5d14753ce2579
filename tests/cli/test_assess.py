"""What `qbe-xl assess` reads, shows and writes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from qbe_xl.cli.inputs import gather, workbooks_in
from qbe_xl.cli.progress import Bar
from tests.cli.conftest import Outcome

Run = Callable[..., Outcome]
Make = Callable[..., list[str]]


def everything_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


# ---- what is written


def test_nothing_is_written_unasked(cli: Run, books: Make, tmp_path: Path) -> None:
    books("pass.xlsx", "fail.xlsx")
    before = everything_in(tmp_path)
    cli("assess", "pass.xlsx")
    cli("assess", "pass.xlsx", "fail.xlsx")
    cli("assess", "pass.xlsx", "--json", "-")
    assert everything_in(tmp_path) == before


def test_json_of_one_file_is_the_object(cli: Run, books: Make) -> None:
    found = cli("assess", *books("fail.xlsx"), "--json", "-", "--lang", "en")
    data = json.loads(found.out)
    assert (data["schema"], data["verdict"], data["lang"]) == ("qbe-xl/assessment/1", "fail", "en")
    assert "某县" in found.err  # the summary moved to stderr


def test_json_on_stdout_is_what_the_assessment_gives(cli: Run, books: Make) -> None:
    from qbe_xl.assessment import assess_submission
    from tests.cli.conftest import submission

    books("undetermined.xlsx")
    expected = assess_submission(submission(Path("undetermined.xlsx"))).to_json("zh")
    assert cli("assess", "undetermined.xlsx", "--json", "-", "--quiet").out == expected


def test_json_of_several_is_in_canonical_order(cli: Run, books: Make) -> None:
    books("pass-2.xlsx", "pass-1.xlsx", "fail.xlsx")
    one = cli("assess", "pass-2.xlsx", "fail.xlsx", "pass-1.xlsx", "--json", "-")
    other = cli("assess", "pass-1.xlsx", "pass-2.xlsx", "fail.xlsx", "--json", "-")
    assert one.out == other.out
    data = json.loads(one.out)
    assert data["schema"] == "qbe-xl/assessments/1"
    assert [each["file"]["name"] for each in data["assessments"]] == ["fail.xlsx", "pass-1.xlsx", "pass-2.xlsx"]


def test_json_of_a_folder_is_a_list_even_of_one(cli: Run, books: Make) -> None:
    books("county/pass.xlsx")
    assert json.loads(cli("assess", "county", "--json", "-").out)["schema"] == "qbe-xl/assessments/1"


def test_json_into_a_file_is_replaced_only_if_ours(cli: Run, books: Make, tmp_path: Path) -> None:
    books("fail.xlsx", "pass.xlsx")
    assert cli("assess", "fail.xlsx", "--json", "new/out.json").code == 1
    (tmp_path / "new" / "out.json").rename(tmp_path / "out.json")
    assert cli("assess", "pass.xlsx", "--json", "out.json").code == 0
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["verdict"] == "pass"
    (tmp_path / "out.json").write_text('{"mine": 1}', encoding="utf-8")
    found = cli("assess", "pass.xlsx", "--json", "out.json")
    assert (found.code, "QBE-CAL-011" in found.err) == (4, True)
    assert (tmp_path / "out.json").read_text(encoding="utf-8") == '{"mine": 1}'


def test_json_never_replaces_an_input(cli: Run, books: Make, tmp_path: Path) -> None:
    books("pass.xlsx")
    assert cli("assess", "pass.xlsx", "--json", "pass.xlsx").code == 4
    assert (tmp_path / "pass.xlsx").read_bytes() == b""


def test_json_into_a_folder_is_a_file_each(cli: Run, books: Make, tmp_path: Path) -> None:
    books("pass.xlsx", "fail.xlsm")
    assert cli("assess", "pass.xlsx", "fail.xlsm", "--json", "out/").code == 1
    assert everything_in(tmp_path / "out") == {"pass.json", "fail.json"}
    data = json.loads((tmp_path / "out" / "fail.json").read_text(encoding="utf-8"))
    assert (data["schema"], data["verdict"]) == ("qbe-xl/assessment/1", "fail")


def test_two_files_of_one_name_are_told_before_one_is_lost(cli: Run, books: Make, tmp_path: Path) -> None:
    books("a/pass.xlsx", "b/pass.xlsx")
    before = everything_in(tmp_path)
    found = cli("assess", "a/pass.xlsx", "b/pass.xlsx", "--out-dir", "out")
    assert (found.code, "QBE-CAL-009" in found.err) == (4, True)
    assert everything_in(tmp_path) == before


def test_out_dir_gets_the_results_workbook(cli: Run, books: Make, tmp_path: Path) -> None:
    import openpyxl

    books("fail.xlsx")
    assert cli("assess", "fail.xlsx", "--out-dir", "new/out").code == 1
    assert everything_in(tmp_path / "new" / "out") == {"fail.评估结果.xlsx"}
    assert openpyxl.load_workbook(tmp_path / "new" / "out" / "fail.评估结果.xlsx").sheetnames[0] == "总览"
    cli("assess", "fail.xlsx", "--out-dir", "new/out", "--lang", "en")
    assert everything_in(tmp_path / "new" / "out") == {"fail.评估结果.xlsx", "fail.results.xlsx"}


def test_an_unwritable_folder_is_a_wrong_call(cli: Run, books: Make, tmp_path: Path) -> None:
    books("pass.xlsx")
    (tmp_path / "taken").write_text("", encoding="utf-8")
    found = cli("assess", "pass.xlsx", "--out-dir", "taken/out")
    assert (found.code, "QBE-CAL-001" in found.err) == (4, True)


# ---- what is shown


def test_quiet_shows_nothing(cli: Run, books: Make) -> None:
    found = cli("assess", *books("fail.xlsx"), "--quiet")
    assert (found.code, found.out, found.err) == (1, "", "")


def test_the_language(cli: Run, books: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    books("fail.xlsx", "pass.xlsx")
    assert "未达到优质均衡标准" in cli("assess", "fail.xlsx", "pass.xlsx").out
    assert "does not meet the standard" in cli("assess", "fail.xlsx", "pass.xlsx", "--lang", "en").out
    monkeypatch.setenv("QBE_LANG", "en")
    assert "does not meet the standard" in cli("assess", "fail.xlsx", "pass.xlsx").out
    assert "There is no command" in cli("nothing").err
    assert "没有“nothing”这个命令" in cli("nothing", "--lang", "zh").err
    assert "未达到优质均衡标准" in cli("assess", "fail.xlsx", "pass.xlsx", "--lang", "zh").out


def test_options_reach_the_assessment(cli: Run, books: Make) -> None:
    books("pass.xlsx")
    found = cli("assess", "pass.xlsx", "--option", "size_migrants", "--option", "sports_offsite", "--json", "-")
    assert json.loads(found.out)["options"] == ["size_migrants", "sports_offsite"]
    found = cli("assess", "pass.xlsx", "--edition", "cn-qbe-2017-shenyang", "--json", "-")
    assert json.loads(found.out)["edition"]["id"] == "cn-qbe-2017-shenyang"


# ---- which files


def test_a_folder_is_its_workbooks(tmp_path: Path) -> None:
    for name in (
        "b.xlsx", "a.XLSM", "c.xls", "notes.txt", ".hidden.xlsx", "~$b.xlsx", "b.评估结果.xlsx", "b.评估结果 (2).xlsx",
        "b.results.xlsx", "县.xlsx",
    ):  # fmt: skip
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "folder.xlsx").mkdir()
    assert [path.name for path in workbooks_in(tmp_path)] == ["a.XLSM", "b.xlsx", "c.xls", "县.xlsx"]
    assert gather([str(tmp_path)], folder_is_county=True).paths == (tmp_path,)
    assert gather([str(tmp_path)], folder_is_county=True).single
    assert not gather([str(tmp_path)]).single


def test_a_file_named_twice_is_assessed_once(tmp_path: Path) -> None:
    book = tmp_path / "b.xlsx"
    book.write_bytes(b"")
    found = gather([str(book), str(tmp_path), str(tmp_path / "." / "b.xlsx")])
    assert found.paths == (book,)
    assert not found.single
    assert gather([str(book)]).single


def test_patterns_that_the_shell_left_alone(tmp_path: Path) -> None:
    for name in ("b.xlsx", "a.xlsx", "[1].xlsx"):
        (tmp_path / name).write_bytes(b"")
    assert [p.name for p in gather([str(tmp_path / "?.xlsx")]).paths] == ["a.xlsx", "b.xlsx"]
    assert [p.name for p in gather([str(tmp_path / "[1].xlsx")]).paths] == ["[1].xlsx"]
    assert [p.name for p in gather([str(tmp_path / "*.xlsm")]).paths] == ["*.xlsm"]  # its reading says what is wrong


def test_a_folder_of_school_forms_is_one_county(cli: Run, tmp_path: Path) -> None:
    (tmp_path / "county").mkdir()
    (tmp_path / "county" / "one.xlsx").write_bytes(b"")
    (tmp_path / "county" / "two.xlsx").write_bytes(b"")
    found = cli("assess", "county", "--form", "qbe-collect-1", "--json", "-", "--quiet")
    data = json.loads(found.out)
    assert (found.code, data["schema"], data["file"]["name"]) == (3, "qbe-xl/assessment/1", "county")


# ---- the progress bar


def test_no_bar_without_a_terminal() -> None:
    with Bar(3) as bar:
        bar.step("a")
    assert bar._timer is None


def test_a_bar_on_a_terminal_gives_way_to_what_is_printed(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    import sys

    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with Bar(2) as bar:
        assert bar._timer is not None
        bar.step("甲[县].xlsx")
        bar._show()
        assert bar._shown is not None
        with bar.paused():
            assert not bar._shown.live.is_started
        assert bar._shown.live.is_started
        assert bar._shown.tasks[0].completed == 0
        bar.step("乙县.xlsx")
        assert bar._shown.tasks[0].completed == 1
    assert not bar._shown.live.is_started
    assert "甲[县].xlsx" in capfd.readouterr().err
