"""What the add-in for LibreOffice is made of, how values come and go, and `qbe-xl doctor`: without LibreOffice."""

from __future__ import annotations

import json
import math
import re
import struct
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from qbe_xl.cli import main
from qbe_xl.functions import CellError, registered
from qbe_xl.hosts.libreoffice import installed
from qbe_xl.hosts.libreoffice.cells import as_nan, call, cells, error_of, from_nan, office_value
from qbe_xl.hosts.libreoffice.sources import basic_text, idl_text, method_of, wizard_json
from udfs.build_oxt import build


class Area:
    """A cell range as the office has it: errors are None in bulk and have a number one by one."""

    def __init__(self, rows: list[list[Any]], errors: dict[tuple[int, int], int] | None = None) -> None:
        self.rows, self.errors = rows, errors or {}

    def getDataArray(self) -> tuple[tuple[Any, ...], ...]:
        return tuple(map(tuple, self.rows))

    def getCellByPosition(self, x: int, y: int) -> Any:
        number = self.errors[x, y]

        class Cell:
            def getError(self) -> int:
                return number

        return Cell()


# ---- values ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", list(CellError))
def test_errors_come_and_go_as_such_numbers(error: CellError) -> None:
    number = as_nan(error)
    assert math.isnan(number)
    assert struct.unpack("<Q", struct.pack("<d", number))[0] >> 32 == 0x7FF80000
    assert from_nan(number) is error
    assert cells(number) is error


@pytest.mark.parametrize(("number", "error"), [(32767, CellError.NA), (532, CellError.DIV0), (502, CellError.VALUE)])
def test_numbers_of_errors(number: int, error: CellError) -> None:
    assert error_of(number) is error


def test_arguments() -> None:
    assert cells("") is None
    assert cells(None) is None
    assert cells("L1") == "L1"
    assert cells(((1.0, ""), (as_nan(CellError.REF), "x"))) == [[1.0, None], [CellError.REF, "x"]]
    assert cells(Area([[1.0, None], ["", "x"]], {(1, 0): 524})) == [[1.0, CellError.REF], [None, "x"]]


def test_answers() -> None:
    assert office_value("达标") == "达标"
    assert office_value(4.2) == 4.2
    assert from_nan(office_value(CellError.DIV0)) is CellError.DIV0
    assert call("QBE_INDICATOR", ["L1", Area([[21.0], [42.0]]), 500.0]) == ((4.2,), (8.4,))
    assert call("QBE_COEF", [Area([[6.2], [3.7], [10.5]]), Area([[45.0], [37.0], [89.0]])]) == pytest.approx(
        0.360297697
    )
    assert from_nan(call("QBE_COEF", [((1.0,), ("",)), ((1.0,), (2.0,))])) is CellError.NA


# ---- sources --------------------------------------------------------------------------------------------------------


def test_every_function_is_in_every_source() -> None:
    idl, basic, wizard = idl_text(), basic_text(), json.loads(wizard_json())
    assert len(wizard) == len(registered())
    for name, function in registered().items():
        found = re.search(rf"(?:any|any > >) {method_of(name)}\((.*)\);", idl)
        assert found and found[1].count("[in] any ") == len(function.args)
        head = ", ".join(f"Optional p{k + 1}" for k in range(len(function.args)))
        assert f"Function {name}({head}) As Variant" in basic
        about = wizard[method_of(name)]
        assert about["name"] == name
        assert [arg["name"] for arg in about["args"]] == [arg.name for arg in function.args]
        assert all(about["help"][lang] and arg[lang] for arg in about["args"] for lang in ("zh", "en"))
    assert "On Error" not in basic
    basic.encode("ascii")


def test_the_same_bytes_each_time(tmp_path: Path) -> None:
    first, second = build(tmp_path / "a.oxt"), build(tmp_path / "b" / "b.oxt")
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as package:
        assert package.testzip() is None
        names = set(package.namelist())
        listed = set(re.findall('full-path="([^"]+)"', package.read("META-INF/manifest.xml").decode()))
        assert listed <= names
        assert {"XQbe.idl", "qbe_addin.py", "wizard.json", "QbeUdf.bas", "pythonpath/qbe_lo_site.py"} <= names
        assert not any("__pycache__" in name for name in names)
        assert {entry.date_time for entry in package.infolist()} == {(2020, 1, 1, 0, 0, 0)}
        assert b"@VERSION@" not in package.read("description.xml")
        for name in names:
            if name.endswith(".py"):
                compile(package.read(name), name, "exec")


# ---- doctor ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def with_office(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine whose LibreOffice has our Python; returns its user folder."""
    monkeypatch.delenv("QBE_XL_SITE", raising=False)
    monkeypatch.setattr(installed, "find_soffice", lambda: Path("soffice"))
    monkeypatch.setattr(installed, "office_python", lambda _: f"{sys.version_info[0]}.{sys.version_info[1]}")
    return tmp_path / "user"


def test_doctor_tells_what_to_do_and_does_it(with_office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    profile = ["--profile", str(with_office)]
    assert main(["doctor", *profile]) == 1
    said = capsys.readouterr().out
    assert "qbe-xl doctor --link" in said and "unopkg add" in said
    (with_office / "uno_packages/cache/uno_packages/x.tmp_/qbe_xl.oxt").mkdir(parents=True)
    assert main(["doctor", *profile, "--link", "--lang", "en"]) == 0
    assert "✗" not in capsys.readouterr().out
    assert (with_office / "qbe_xl_site.txt").read_text(encoding="utf-8").strip() == str(installed.environment())
    (with_office / "qbe_xl_site.txt").write_text("elsewhere\n", encoding="utf-8")
    assert main(["doctor", *profile]) == 1
    assert "elsewhere" in capsys.readouterr().out


@pytest.mark.parametrize(("theirs", "said"), [("3.4", "3.4"), (None, "python3-uno")])
def test_doctor_explains_another_python(
    with_office: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], theirs: str, said: str
) -> None:
    monkeypatch.setattr(installed, "office_python", lambda _: theirs)
    for lang in ("zh", "en"):
        assert main(["doctor", "--profile", str(with_office), "--lang", lang]) == 1
        assert said in capsys.readouterr().out


def test_doctor_without_libreoffice(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(installed, "find_soffice", lambda: None)
    assert main(["doctor"]) == 0
    assert "没有找到 LibreOffice" in capsys.readouterr().out


def test_doctor_where_nothing_can_be_written(with_office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with_office.write_text("a file", encoding="utf-8")
    assert main(["doctor", "--profile", str(with_office), "--link"]) == 1
    assert "不能写入" in capsys.readouterr().out
