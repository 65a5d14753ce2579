"""Workbooks of all kinds, annotated: what holds no mark stays byte for byte, and other programs still open them."""

from __future__ import annotations

import io
import random
import warnings
import zipfile
from pathlib import Path

import openpyxl
import pytest

from qbe_xl.core.findings import Finding
from qbe_xl.outputs.annotated import annotate
from qbe_xl.safety import PackageFacts, Refused, preflight
from qbe_xl.safety.preflight import inspect
from tests.office import Office
from tests.outputs.test_annotated import changed, contents
from tests.paths import CORPUS, SAMPLES, SOAK, in_ci

EVERY = 1 if SOAK else 5  # of those that openpyxl opens, which takes longest; the bytes of all are compared
SAMPLE = 50
REFS = ("A1", "B2:C3", "F17", "AB300")


@pytest.fixture(scope="module")
def packages() -> list[PackageFacts]:
    paths = (
        sorted(path for path in CORPUS.rglob("*") if path.suffix.lower() in (".xlsx", ".xlsm"))
        if CORPUS.is_dir()
        else []
    )
    if not paths:
        message = f"the corpus is not there: {CORPUS.name} (set QBE_CORPUS)"
        pytest.fail(message) if in_ci() else pytest.skip(message)
    found = []
    for path in paths:
        try:
            found.append(preflight(path))
        except Refused:
            continue
    return found


def annotated(package: PackageFacts) -> bytes:
    findings = [
        Finding("QBE-DAT-002", sheet.name, ref, "=1+1", {"field": "<&>", "value": -5}, also=("E5",))
        for sheet in package.worksheets[:3]
        for ref in REFS
    ]
    return annotate(package.data, findings, name=package.name)


def may_change(package: PackageFacts) -> set[str]:
    """The sheets that are marked, their comments, and what names new parts."""
    sheets = {sheet.part for sheet in package.worksheets[:3]}
    return {
        name
        for name in contents(package.data)
        if name in sheets
        or name.endswith((".rels", ".vml"))
        or name == "[Content_Types].xml"
        or ("omments" in name and "hreaded" not in name)
        or name.rpartition("/")[2].lower() in ("workbook.xml", "styles.xml")
    }


def opens(data: bytes) -> openpyxl.Workbook | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return openpyxl.load_workbook(io.BytesIO(data))
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, zipfile.BadZipFile):
            return None


def test_every_untouched_part_stays_byte_for_byte(
    packages: list[PackageFacts], capsys: pytest.CaptureFixture[str]
) -> None:
    count = both = 0
    for number, package in enumerate(packages):
        copy = annotated(package)
        assert changed(package.data, copy) <= may_change(package), package.name
        again = inspect(copy, package.name)
        assert [sheet.name for sheet in again.sheets][:-1] == [sheet.name for sheet in package.sheets]
        for before, after in zip(package.worksheets, again.worksheets, strict=False):
            assert (before.cells, before.formulas, before.merges) == (after.cells, after.formulas, after.merges)
        count += 1
        if number % EVERY == 0 and opens(package.data) is not None:
            book = opens(copy)
            assert book is not None, package.name
            sheet = book[package.worksheets[0].name] if package.worksheets else None
            if sheet is not None and package.worksheets[0].part in changed(package.data, copy):
                assert any(cell.comment for row in sheet.iter_rows() for cell in row), package.name
            both += 1
    with capsys.disabled():
        print(f"\nannotated {count}, opened by openpyxl {both}", end="")
    assert count > 250


@pytest.mark.office
def test_libreoffice_opens_them_and_sees_comments_and_list(
    packages: list[PackageFacts], office: Office, tmp_path: Path
) -> None:
    chosen = random.Random(5).sample(packages, SAMPLE)
    chosen += [preflight(SAMPLES / "pass.xlsx")]
    commented = 0
    for number, package in enumerate(chosen):
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(annotated(package))
        saved = tmp_path / f"{number}.saved.xlsx"
        answer = office.run(path, dump=[], save_xlsx=saved)
        assert answer["sheets"][-1].startswith("问题清单"), package.name
        assert len(answer["sheets"]) == len(package.sheets) + 1, package.name
        parts = contents(saved.read_bytes())
        texts = "".join(data.decode() for name, data in parts.items() if name.startswith("xl/comments"))
        commented += texts.count("QBE-DAT-002") >= len(REFS)
        path.unlink()
        saved.unlink()
    assert commented == len(chosen)
