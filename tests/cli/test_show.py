"""`standards`, `explain`, `forms`, `new-template`, `--version`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import qbe_xl
from tests.cli.conftest import Outcome

Run = Callable[..., Outcome]


def test_version(cli: Run) -> None:
    assert cli("--version") == Outcome(0, f"qbe-xl {qbe_xl.__version__}\n", "")


def test_standards_lists_every_edition(cli: Run) -> None:
    from qbe_xl.standards import known_editions

    lines = cli("standards").out.splitlines()
    assert [line.split()[0] for line in lines] == list(known_editions())
    assert "在 cn-qbe-2017 上改动" in next(line for line in lines if line.startswith("cn-qbe-2017-shenyang"))


@pytest.mark.parametrize(("lang", "said"), [("zh", "小学 ≥ 4.2 人"), ("en", "Primary ≥ 4.2")])
def test_an_edition_reads_without_marks(cli: Run, lang: str, said: str) -> None:
    found = cli("standards", "cn-qbe-2017", "--lang", lang)
    assert found.code == 0
    assert said in found.out
    assert not any(line.startswith("#") for line in found.out.splitlines())
    assert "`" not in found.out


def test_an_edition_from_a_file(cli: Run, tmp_path: Path) -> None:
    (tmp_path / "city.yaml").write_text(
        "id: city\nextends: cn-qbe-2017\nname: {zh: 某市, en: A city}\n"
        "changes:\n- {id: G9, at_least: 0.98, source: {document: 教督〔2017〕6号, confidence: P}}\n",
        encoding="utf-8",
    )
    assert "≥ 98%" in cli("explain", "G9", "--edition", "city.yaml").out
    assert "≥ 100%" in cli("explain", "G9").out


@pytest.mark.parametrize("form", ["qbe-county-1", "qbe-collect-1"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_forms(cli: Run, form: str, lang: str) -> None:
    assert form in cli("forms", "--lang", lang).out
    found = cli("forms", form, "--lang", lang)
    assert (found.code, form in found.out) == (0, True)
    assert "pupils_primary" in found.out
    assert "survey_satisfied" in found.out


# ---- the template


def test_new_template_writes_one_and_replaces_none(cli: Run, tmp_path: Path) -> None:
    assert cli("new-template", "t.xlsx", "--schools", "3").code == 0
    first = (tmp_path / "t.xlsx").read_bytes()
    found = cli("new-template", "t.xlsx", "--schools", "4")
    assert (found.code, "QBE-CAL-010" in found.err) == (4, True)
    assert (tmp_path / "t.xlsx").read_bytes() == first
    assert cli("new-template", "t.xlsx", "--schools", "4", "--force").code == 0
    assert (tmp_path / "t.xlsx").read_bytes() != first


def test_new_template_has_the_language_and_the_edition(cli: Run, tmp_path: Path) -> None:
    import openpyxl

    from qbe_xl.forms import read

    assert cli("new-template", "t", "--schools", "2", "--lang", "en", "--edition", "cn-qbe-2017-shenyang").code == 0
    assert "Schools" in openpyxl.load_workbook(tmp_path / "t.xlsx").sheetnames
    assert read(tmp_path / "t.xlsx").file.pinned_edition == "cn-qbe-2017-shenyang"
    assert cli("assess", "t.xlsx").code == 3  # nothing is filled in: no year, no school


def test_new_template_of_an_unknown_edition(cli: Run, tmp_path: Path) -> None:
    found = cli("new-template", "t.xlsx", "--edition", "cn-qbe-2071")
    assert (found.code, "QBE-STD-007" in found.err) == (4, True)
    assert not (tmp_path / "t.xlsx").exists()
