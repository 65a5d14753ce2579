"""Every way a run can end, and its exit code."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from qbe_xl.cli.codes import worst
from tests.cli.conftest import Outcome

Run = Callable[..., Outcome]
Make = Callable[..., list[str]]


@pytest.mark.parametrize(("name", "code"), [("pass", 0), ("fail", 1), ("undetermined", 2), ("blocked", 3)])
def test_a_verdict_is_the_exit_code(cli: Run, books: Make, name: str, code: int) -> None:
    found = cli("assess", *books(f"{name}.xlsx"))
    assert found.code == code
    assert "某县" in found.out
    assert found.err == ""


def test_no_such_file(cli: Run) -> None:
    found = cli("assess", "nowhere.xlsx")
    assert found.code == 3
    assert "QBE-FIL-001" in found.out


def test_an_empty_file(cli: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.xlsx").write_bytes(b"")
    found = cli("assess", "empty.xlsx")
    assert (found.code, "QBE-FIL-003" in found.out) == (3, True)


def test_a_folder_without_workbooks(cli: Run, tmp_path: Path) -> None:
    (tmp_path / "county").mkdir()
    (tmp_path / "county" / "notes.txt").write_text("x", encoding="utf-8")
    found = cli("assess", "county")
    assert (found.code, "QBE-FIL-012" in found.out) == (3, True)


@pytest.mark.parametrize(
    ("arguments", "code", "nearest"),
    [
        (("asess", "x.xlsx"), "QBE-CAL-006", "assess"),
        (("assess", "pass.xlsx", "--fom", "x"), "QBE-CAL-007", "--form"),
        (("--versoin",), "QBE-CAL-007", "--version"),
        (("assess",), "QBE-CAL-008", "FILE|FOLDER"),
        (("assess", "pass.xlsx", "--edition"), "QBE-CAL-009", "--edition"),
        (("explain", "G3", "G4"), "QBE-CAL-009", "G4"),
        (("new-template", "--schools", "many"), "QBE-CAL-009", "--schools"),
        (("new-template", "--schools", "2001"), "QBE-CAL-004", "2000"),
        (("new-template", "--schools", "0"), "QBE-CAL-004", "2000"),
        (("assess", "pass.xlsx", "--edition", "cn-qbe-2071"), "QBE-STD-007", "最接近的是：cn-qbe-2017"),
        (("assess", "pass.xlsx", "--option", "size_migrant"), "QBE-STD-008", "最接近的是：size_migrants"),
        (("assess", "pass.xlsx", "--form", "qbe-conty-1"), "QBE-CAL-002", "最接近的是：qbe-county-1"),
        (("assess", "pass.xlsx", "--form", "nowhere.yaml"), "QBE-CAL-002", "qbe-county-1"),
        (("assess", "pass.xlsx", "--edition", "nowhere.yaml"), "QBE-STD-001", "nowhere.yaml"),
        (("assess", "pass.xlsx", "--lang", "fr"), "QBE-CAL-005", "fr"),
        (("standards", "cn-qbe"), "QBE-STD-007", "cn-qbe-2017"),
        (("forms", "x"), "QBE-CAL-002", "qbe-county-1"),
        (("explain", "G33"), "QBE-CAL-003", "G3"),
    ],
)
def test_a_wrong_call_is_4_and_names_the_nearest(
    cli: Run, books: Make, arguments: tuple[str, ...], code: str, nearest: str
) -> None:
    books("pass.xlsx")
    found = cli(*arguments)
    assert found.code == 4
    assert found.out == ""
    assert code in found.err
    assert nearest in found.err


def test_no_arguments_is_no_success(cli: Run) -> None:
    found = cli()
    assert (found.code, found.out) == (4, "")
    assert "qbe-xl" in found.err


def test_an_internal_error_leaves_a_log_and_no_traceback(cli: Run, books: Make, tmp_path: Path) -> None:
    found = cli("assess", *books("crash.xlsx"))
    assert found.code == 5
    assert "QBE-CAL-012" in found.err
    assert "engine on fire" in found.err
    assert "Traceback" not in found.err + found.out
    (log,) = (tmp_path / "logs").iterdir()
    assert str(log) in found.err
    text = log.read_text(encoding="utf-8")
    assert "Traceback" in text
    assert "RuntimeError: engine on fire" in text


def test_an_internal_error_outside_any_file(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import qbe_xl.standards

    def broken() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(qbe_xl.standards, "known_editions", broken)
    found = cli("standards", "--lang", "en")
    assert (found.code, "QBE-CAL-012 Internal error (ZeroDivisionError)" in found.err) == (5, True)


def test_interrupted(cli: Run, books: Make) -> None:
    found = cli("assess", *books("stop.xlsx", "pass.xlsx"), "--lang", "en", "--no-guard")
    assert (found.code, found.err.strip()) == (130, "Interrupted.")


def test_the_worst_of_several_codes() -> None:
    order = (5, 4, 3, 1, 2, 0)
    for count in (1, 2, 3):
        for some in itertools.permutations(order, count):
            assert worst(some) == min(some, key=order.index)
    assert worst([]) == 0


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (("pass", "undetermined"), 2),
        (("undetermined", "fail", "pass"), 1),
        (("fail", "blocked", "undetermined"), 3),
        (("blocked", "crash", "fail"), 5),
        (("pass-1", "pass-2"), 0),
    ],
)
def test_several_files_end_with_the_worst(cli: Run, books: Make, names: tuple[str, ...], code: int) -> None:
    found = cli("assess", *books(*(f"{name}.xlsx" for name in names)))
    assert found.code == code
    assert f"共 {len(names)} 个" in found.out


def test_one_bad_file_never_stops_the_others(cli: Run, books: Make) -> None:
    found = cli("assess", *books("crash.xlsx", "fail.xlsx"), "nowhere.xlsx", *books("pass.xlsx"), "--json", "-")
    assert found.code == 5
    names = [each["file"]["name"] for each in json.loads(found.out)["assessments"]]
    assert names == ["fail.xlsx", "nowhere.xlsx", "pass.xlsx"]
    assert "未评估 1" in found.err


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (("fail",), 0),
        (("blocked",), 0),
        (("undetermined", "fail", "blocked", "pass"), 0),
        (("fail", "nowhere"), 3),
        (("fail", "crash"), 5),
    ],
)
def test_exit_zero_wherever_an_assessment_was_produced(
    cli: Run, books: Make, names: tuple[str, ...], code: int
) -> None:
    books(*(f"{name}.xlsx" for name in names if name != "nowhere"))
    assert cli("assess", *(f"{name}.xlsx" for name in names), "--exit-zero").code == code


def test_a_wrong_call_is_told_before_anything_is_read(cli: Run, books: Make, tmp_path: Path) -> None:
    found = cli("assess", *books("crash.xlsx"), "--option", "none_such")
    assert found.code == 4
    assert list((tmp_path / "logs").iterdir()) == []
