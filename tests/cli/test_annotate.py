"""`qbe-xl check --annotate`: what is written where, what is refused, and how it ends. `--option` of `check`."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from qbe_xl.outputs.annotated import is_annotated
from tests.cli.conftest import Outcome
from tests.paths import SAMPLES
from tests.safety.packages import packed, sample_parts

Run = Callable[..., Outcome]
SAMPLE = (SAMPLES / "pass.xlsx").read_bytes()
COPY = Path("out") / "county.批注.xlsx"


def faulty() -> bytes:
    """The sample with the year -7 in which the first school was built."""
    content = dict(sample_parts())
    book = openpyxl.load_workbook(SAMPLES / "pass.xlsx")
    cell = next(cell for cell in book["学校"][6] if isinstance(cell.value, int) and cell.value > 100)
    found = 0
    for name, data in content.items():
        old = f"<v>{cell.value}</v></c>".encode()
        at = data.find(f'<c r="{cell.coordinate}"'.encode())
        if name.startswith("xl/worksheets/sheet") and at >= 0 and data.find(old, at, at + 80) > 0:
            content[name] = data[:at] + data[at:].replace(old, b"<v>-7</v></c>", 1)
            found += 1
    assert found == 1
    return packed(content)


@pytest.fixture
def county(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "county.xlsx"
    path.write_bytes(faulty())
    return path


def test_a_copy_with_the_findings_and_the_original_untouched(cli: Run, county: Path) -> None:
    before = county.read_bytes()
    said = cli("check", "county.xlsx", "--annotate", "out")
    assert said.code == 3 and f"已写出 {COPY}" in said.out
    assert county.read_bytes() == before and os.listdir("out") == [COPY.name]
    book = openpyxl.load_workbook(COPY)
    comments = [cell.comment.text for row in book["学校"].iter_rows() for cell in row if cell.comment]
    assert any(text.startswith("【错误】QBE-DAT-008") and "-7" in text for text in comments)
    codes = [row[1].value for row in book["问题清单"].iter_rows() if str(row[1].value).startswith("QBE-")]
    assert "QBE-DAT-008" in codes
    english = cli("check", "county.xlsx", "--annotate", "out", "--lang", "en", "--quiet")
    assert (english.code, english.out) == (3, "")
    assert "Findings" in openpyxl.load_workbook(Path("out") / "county.annotated.xlsx").sheetnames
    assert "批注" not in cli("check", "out", "--quiet").err  # copies are no reports


def test_a_second_run_replaces_ours_and_never_another_file(cli: Run, county: Path) -> None:
    cli("check", "county.xlsx", "--annotate", "out", "--quiet")
    first = COPY.read_bytes()
    cli("check", "county.xlsx", "--annotate", "out", "--quiet")
    assert COPY.read_bytes() == first and os.listdir("out") == [COPY.name]
    COPY.write_bytes(SAMPLE)
    cli("check", "county.xlsx", "--annotate", "out", "--quiet")
    assert COPY.read_bytes() == SAMPLE
    assert is_annotated(Path("out") / "county.批注 (2).xlsx")


def test_a_locked_copy_is_left_alone(cli: Run, county: Path) -> None:
    cli("check", "county.xlsx", "--annotate", "out", "--quiet")
    before = COPY.read_bytes()
    COPY.chmod(0o444)
    said = cli("check", "county.xlsx", "--annotate", "out", "--quiet")
    assert "被占用或为只读" in said.err and COPY.read_bytes() == before
    assert is_annotated(Path("out") / "county.批注 (2).xlsx")


def test_other_formats_and_broken_files_are_checked_all_the_same(cli: Run, county: Path) -> None:
    Path("old.xls").write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "Workbook".encode("utf-16-le") + b"\0\0"
    )
    Path("torn.xlsx").write_bytes(SAMPLE[:3000])
    said = cli("check", "old.xls", "torn.xlsx", "county.xlsx", "--annotate", "out")
    assert said.code == 3
    assert "QBE-ANN-001" in said.err and ".xls" in said.err and "另存为 .xlsx" in said.err
    assert "没有写批注副本" in said.err
    assert "QBE-FIL-007" in said.out and os.listdir("out") == [COPY.name]


def test_a_file_that_changed_meanwhile_is_not_annotated(
    cli: Run, county: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import qbe_xl.assessment

    really = qbe_xl.assessment.assess_submission

    def assess(*arguments: object, **more: object) -> object:
        county.write_bytes(SAMPLE)
        return really(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(qbe_xl.assessment, "assess_submission", assess)
    said = cli("check", "county.xlsx", "--annotate", "out")
    assert "QBE-ANN-003" in said.err and os.listdir("out") == []


def test_copies_that_would_take_the_place_of_others(cli: Run, county: Path) -> None:
    Path("sub").mkdir()
    Path("sub/county.xlsx").write_bytes(SAMPLE)
    said = cli("check", "county.xlsx", "sub/county.xlsx", "--annotate", "out")
    assert said.code == 4 and "重名" in said.err
    cli("check", "county.xlsx", "--annotate", ".", "--quiet")
    said = cli("check", "county.xlsx", "county.批注.xlsx", "--annotate", ".")
    assert said.code == 4 and "覆盖" in said.err


def test_a_folder_that_cannot_be_made_is_a_wrong_call(cli: Run, county: Path) -> None:
    Path("file").write_bytes(b"")
    assert cli("check", "county.xlsx", "--annotate", "file/out").code == 4


def test_a_copy_that_cannot_be_written_does_not_hide_the_findings(
    cli: Run, county: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda handle: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    said = cli("check", "county.xlsx", "--annotate", "out")
    assert said.code == 4 and "No space left" in said.err and "QBE-DAT-008" in said.out
    assert os.listdir("out") == []


def test_macros_keep_their_suffix_and_bytes(cli: Run, county: Path) -> None:
    macros = bytes(range(256)) * 9
    Path("county.xlsm").write_bytes(packed({**sample_parts(), "xl/vbaProject.bin": macros}))
    cli("check", "county.xlsm", "--annotate", "out", "--quiet")
    with zipfile.ZipFile(Path("out") / "county.批注.xlsm") as package:
        assert package.read("xl/vbaProject.bin") == macros


def test_options_of_the_edition_as_with_assess(cli: Run, county: Path) -> None:
    assert cli("check", "county.xlsx", "--option", "size_built_by_2010", "--quiet").code == 3
    wrong = cli("check", "county.xlsx", "--option", "size_built_by_2011")
    assert wrong.code == 4 and "QBE-STD-008" in wrong.err and "size_built_by_2010" in wrong.err
