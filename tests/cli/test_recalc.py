"""`qbe-xl recalc`: a copy with fresh results, and what was stale."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.cli.conftest import Outcome
from tests.paths import SAMPLES

Run = Callable[..., Outcome]


@pytest.fixture
def county(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sample whose saved results are gone, as another program leaves it."""
    monkeypatch.setenv("QBE_CACHE_DIR", str(tmp_path / "plans"))
    path = tmp_path / "county.xlsx"
    openpyxl.load_workbook(SAMPLES / "structures.xlsx").save(path)
    return path


@pytest.mark.parametrize(
    ("lang", "name", "told"),
    [
        ("zh", "county.重算.xlsx", ["个公式单元格", "原为 空，应为 ", "……另有 ", "已写出 county.重算.xlsx"]),
        ("en", "county.recalculated.xlsx", ["formula cells recalculated", "was blank, should be", "… and ", "Wrote"]),
    ],
)
def test_a_copy_beside_the_file(cli: Run, county: Path, lang: str, name: str, told: list[str]) -> None:
    before = county.read_bytes()
    found = cli("recalc", "county.xlsx", "--lang", lang)
    assert (found.code, found.err) == (0, "")
    assert [word for word in told if word not in found.out] == []
    assert county.read_bytes() == before
    assert openpyxl.load_workbook(county.with_name(name), data_only=True)["评估结果"]["C4"].value == "达标"
    again = cli("recalc", "county.xlsx", "--lang", lang)
    assert (again.code, "QBE-CAL-010" in again.err) == (4, True)
    assert cli("recalc", "county.xlsx", "--lang", lang, "--force").code == 0


def test_the_copy_is_not_assessed_as_another_county(cli: Run, county: Path, tmp_path: Path) -> None:
    from qbe_xl.cli.inputs import workbooks_in

    assert cli("recalc", "county.xlsx").code == 0
    assert [path.name for path in workbooks_in(tmp_path)] == ["county.xlsx"]


def test_the_original_is_never_the_target(cli: Run, county: Path) -> None:
    before = county.read_bytes()
    for out in ("county.xlsx", "./county.xlsx"):
        found = cli("recalc", "county.xlsx", "--out", out, "--force")
        assert (found.code, "QBE-CAL-013" in found.err) == (4, True)
    assert county.read_bytes() == before


def test_fresh_results_are_called_fresh(cli: Run, county: Path, tmp_path: Path) -> None:
    shutil.copy(SAMPLES / "structures.xlsx", tmp_path / "fresh.xlsx")
    found = cli("recalc", "fresh.xlsx", "--out", "copy.xlsx")
    assert (found.code, "，0 个与文件中保存的结果不同" in found.out) == (0, True)


@pytest.mark.parametrize(
    ("file", "code"), [("other.xlsx", "QBE-STR-015"), ("text.xlsx", "QBE-FIL-009"), ("nowhere.xlsx", "QBE-FIL-001")]
)
def test_what_cannot_be_recalculated(cli: Run, tmp_path: Path, file: str, code: str) -> None:
    openpyxl.Workbook().save(tmp_path / "other.xlsx")
    (tmp_path / "text.xlsx").write_text("学校,人数", encoding="utf-8")
    found = cli("recalc", file, "--out", "copy.xlsx")
    assert (found.code, found.out) == (3, "")
    assert found.err.startswith(code)
    assert not (tmp_path / "copy.xlsx").exists()
