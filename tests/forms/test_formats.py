"""Formats other than .xlsx: read through python-calamine in a child, by what they hold and not by their name."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from qbe_xl import assess
from qbe_xl.core.errors import QbeError
from qbe_xl.county import Submission
from qbe_xl.forms import read
from qbe_xl.forms.child import prepare, read_guarded
from qbe_xl.safety import OtherFormat, preflight
from qbe_xl.safety.guarded import Guard
from tests.office import find_office
from tests.paths import SAMPLES
from tests.safety.ole import xls

CONVERTED = ("linyi", "missing-data")
pytest.importorskip("python_calamine", reason="pip install 'qbe-xl[formats]'")


@pytest.fixture(scope="module")
def guard() -> Iterator[Guard]:
    with Guard(prepare=prepare, start="fork" if sys.platform == "linux" else None) as kept:
        yield kept


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Samples as LibreOffice saves them in other formats."""
    folder = tmp_path_factory.mktemp("converted")
    profile = tmp_path_factory.mktemp("profile")
    for suffix in ("xls", "ods"):
        subprocess.run(
            [
                *(find_office()[0], f"-env:UserInstallation={profile.as_uri()}", "--headless"),
                *("--convert-to", suffix, "--outdir", str(folder)),
                *(str(SAMPLES / f"{name}.xlsx") for name in CONVERTED),
            ],
            check=True,
            capture_output=True,
            timeout=180,
        )
    return folder


def codes(submission: Submission, severity: str) -> list[str]:
    return [finding.code for finding in submission.findings if finding.severity == severity]


@pytest.mark.office
@pytest.mark.parametrize("suffix", ["xls", "ods"])
@pytest.mark.parametrize("name", CONVERTED)
def test_a_converted_sample_gives_the_same_county(converted: Path, name: str, suffix: str) -> None:
    sound, found = read(SAMPLES / f"{name}.xlsx"), read(converted / f"{name}.{suffix}")
    assert found.county == sound.county
    assert (found.form, codes(found, "error")) == (sound.form, codes(sound, "error"))
    assert codes(found, "note")[-1] == "QBE-FIL-018"
    # calamine tells no defined names, and so not what the template is
    assert (found.file.pinned_edition, found.file.template_version) == (None, None)
    assert found.file.sha256 != sound.file.sha256
    verdict = json.loads((SAMPLES / f"{name}.expected.json").read_text(encoding="utf-8"))["verdict"]
    assert assess(converted / f"{name}.{suffix}").verdict == verdict


@pytest.mark.office
@pytest.mark.parametrize(
    ("suffix", "called"), [("xls", "xlsx"), ("xls", "et"), ("ods", "xls"), ("xlsx", "xls"), ("xlsx", "csv")]
)
def test_what_a_file_holds_counts_and_not_its_name(converted: Path, tmp_path: Path, suffix: str, called: str) -> None:
    source = SAMPLES / "linyi.xlsx" if suffix == "xlsx" else converted / f"linyi.{suffix}"
    path = tmp_path / f"linyi.{called}"
    shutil.copyfile(source, path)
    found = read(path)
    assert found.county == read(SAMPLES / "linyi.xlsx").county
    wrong_name = called != "et"  # WPS's own suffix for what is an .xls inside
    assert ("QBE-FIL-019" in codes(found, "note")) is wrong_name
    if wrong_name:
        said = next(f for f in found.findings if f.code == "QBE-FIL-019")
        assert f".{called}" in said.message("zh") and f".{suffix}" in said.message("en")


def test_values_come_as_they_do_from_xlsx(tmp_path: Path, guard: Guard) -> None:
    """Texts, whole numbers, fractions and blanks of a school's form, from an .xls made byte by byte."""
    (tmp_path / "a.xls").write_bytes(xls({"随便": {(0, 0): "无关", (5, 2): 1.5}}))
    found = read_guarded(tmp_path / "a.xls", guard=guard)
    assert codes(found, "error") == ["QBE-STR-001"]
    assert "随便" in found.findings[0].message("zh")
    plain = guard.run(values_of, str(tmp_path / "a.xls"), about="a.xls")
    assert plain == [["无关", None, None], *[[None] * 3] * 4, [None, None, 1.5]]


def values_of(path: str) -> list[list[object]]:
    """In a child: the first sheet's values."""
    from qbe_xl.forms.foreign import opened

    with opened(Path(path)) as book:
        return [list(row) for row in book.grid(book.sheets[0].name).rows]


def test_without_the_component_it_is_said_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.xls").write_bytes(xls({"S": {(0, 0): "x"}}))
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with Guard(start="fork") as without:
        found = read_guarded(tmp_path / "a.xls", guard=without)
    assert codes(found, "error") == ["QBE-FIL-017"]
    for lang in ("zh", "en"):
        assert "qbe-xl[formats]" in found.findings[0].fix(lang) and ".xlsx" in found.findings[0].fix(lang)  # type: ignore[arg-type]


def test_outside_a_child_the_component_is_never_used(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_bytes(xls({"S": {(0, 0): "x"}}))
    with pytest.raises(OtherFormat) as caught:
        preflight(tmp_path / "a.xls")
    assert (caught.value.kind, caught.value.code) == ("xls", "QBE-FIL-005")
    assert "python_calamine._python_calamine" not in sys.modules or codes(read(tmp_path / "a.xls"), "error")


@pytest.mark.parametrize(
    "path", ["linyi.xlsx", "missing-data.xlsx", "structures.xlsx", "collect", "collect/县级采集表.xlsx"]
)
def test_the_result_is_the_same_with_and_without_a_guard(guard: Guard, path: str) -> None:
    assert read_guarded(SAMPLES / path, guard=guard) == read(SAMPLES / path)
    assert assess(SAMPLES / path, guarded=True).to_json() == assess(SAMPLES / path).to_json()


def test_a_wrong_form_is_a_wrong_call_in_a_child_too(guard: Guard) -> None:
    with pytest.raises(QbeError) as caught:
        read_guarded(SAMPLES / "pass.xlsx", "no-such-form", guard)
    assert caught.value.code == "QBE-CAL-002"


def test_a_folder_of_forms_may_hold_other_formats(tmp_path: Path) -> None:
    folder = tmp_path / "采集"
    shutil.copytree(SAMPLES / "collect", folder)
    (folder / "旧.xls").write_bytes(xls({"S": {(0, 0): "x"}}))
    found, without = read(folder, "qbe-collect-1"), read(SAMPLES / "collect", "qbe-collect-1")
    assert found.county == without.county
    extra = [(f.code, f.file) for f in found.findings if f.file == "旧.xls"]
    assert extra == [("QBE-STR-001", "旧.xls"), ("QBE-FIL-018", "旧.xls")]
    assert replace(found, file=without.file, findings=without.findings) == without
