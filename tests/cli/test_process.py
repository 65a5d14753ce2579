"""`qbe-xl` as a process of its own: encodings, closed pipes, and what it loads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import ROOT, SAMPLES

HEAVY = ("rich", "openpyxl", "xlsxwriter", "numpy.linalg", "pandas", "formulas", "pydantic", "xlwings")


def run(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    found = {key: value for key, value in os.environ.items() if key not in {"QBE_LANG", "PYTHONIOENCODING"}}
    return subprocess.run(
        [sys.executable, "-m", "qbe_xl", *arguments],
        cwd=cwd,
        env={**found, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "latin-1"])
def test_any_encoding_of_the_terminal_does(tmp_path: Path, encoding: str) -> None:
    found = run("explain", "G3", cwd=tmp_path, PYTHONIOENCODING=encoding)
    assert (found.returncode, found.stderr) == (0, b"")
    assert b"G3" in found.stdout
    if encoding == "gbk":
        assert "音乐 ≥ 96".encode("gbk") in found.stdout
    found = run("assess", "nowhere.xlsx", cwd=tmp_path, PYTHONIOENCODING=encoding)
    assert (found.returncode, b"QBE-FIL-001" in found.stdout) == (3, True)


def test_json_is_utf8_whatever_the_terminal_is(tmp_path: Path) -> None:
    found = run("assess", "没有.xlsx", "--json", "-", cwd=tmp_path, PYTHONIOENCODING="ascii", PYTHONUTF8="1")
    assert json.loads(found.stdout.decode("utf-8"))["file"]["name"] == "没有.xlsx"


@pytest.mark.parametrize("arguments", [("standards", "cn-qbe-2017"), ("assess", "a.xlsx", "b.xlsx")])
@pytest.mark.parametrize("unbuffered", ["", "1"])  # the pipe breaks at the end, or at the first line
def test_a_reader_that_has_seen_enough(tmp_path: Path, arguments: tuple[str, ...], unbuffered: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "qbe_xl", *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": unbuffered},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(timeout=120) == 141


def loaded(tmp_path: Path, *arguments: str) -> set[str]:
    """The heavy packages that a run has loaded at its end."""
    code = (
        "import sys\nfrom qbe_xl.cli import main\ncode = main()\n"
        f"print('loaded', *[m for m in {HEAVY!r} if sys.modules.get(m)], file=sys.stderr)\nsys.exit(code)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return set(found.stderr.splitlines()[-1].split()[1:])


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    assert loaded(tmp_path, "--help") == set()
    assert loaded(tmp_path, "explain", "--help") <= {"pydantic"}  # typer itself checks arguments with it


def test_an_assessment_loads_only_what_it_needs(tmp_path: Path) -> None:
    sample = str(SAMPLES / "linyi.xlsx")
    assert loaded(tmp_path, "assess", sample, "--json", "out.json", "--quiet") == {"pydantic"}
    assert loaded(tmp_path, "assess", sample, "--quiet", "--no-guard") == {"openpyxl", "pydantic"}
    assert loaded(tmp_path, "assess", sample, "--out-dir", "out", "--quiet") >= {"pydantic", "xlsxwriter"}
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"linyi.评估结果.xlsx"}


def test_every_sample_ends_as_expected(tmp_path: Path) -> None:
    books = sorted(SAMPLES.glob("*.xlsx"))
    assert books
    found = run("assess", str(SAMPLES), "--json", "-", "--quiet", "--exit-zero", cwd=tmp_path)
    verdicts = {each["file"]["name"]: each["verdict"] for each in json.loads(found.stdout)["assessments"]}
    assert found.returncode == 0
    assert set(verdicts) == {book.name for book in books}
    for book in books:
        expected = json.loads(book.with_suffix(".expected.json").read_text(encoding="utf-8"))
        assert verdicts[book.name] == expected["verdict"], book.name
