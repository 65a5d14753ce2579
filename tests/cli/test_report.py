"""`qbe-xl report` from file to file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from qbe_xl.cli import main
from qbe_xl.forms.template import write_template
from qbe_xl.standards import DEFAULT_EDITION, load_edition
from tests.counties import county, school
from tests.outputs.report.reading import Page


def book(target: Path, year: int, grounds: int) -> Path:
    made = county(
        school("S1", outdoor_sports_area=grounds), school("S2"), school("S3", "junior"), facts={"year": year}
    )  # fmt: skip
    return write_template(target, load_edition(DEFAULT_EDITION), "zh", 5, made)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two years of a county; in the second a school lacks grounds."""
    folder = tmp_path_factory.mktemp("report")
    book(folder / "2023.xlsx", 2023, 6000)
    book(folder / "2024.xlsx", 2024, 2000)
    return folder


def sections(path: Path) -> list[str]:
    return [each.get("id") or "" for each in Page(path.read_text(encoding="utf-8")).root.all("section")]


SEVEN = ["basic", "resources", "government", "quality", "recognition", "vetoes", "problems"]


def test_a_report_is_written_beside_the_workbook(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = files / "2024.自评报告.html"
    assert main(["report", str(files / "2024.xlsx"), "--no-guard", "--no-word"]) == 0
    assert str(target) in capsys.readouterr().out
    assert sections(target) == [*SEVEN, "gaps", "ledger", "units"]
    target.unlink()


def test_plan_years_and_last_ledger_add_their_sections(
    files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ledger", str(files / "2023.xlsx"), "--no-guard", "-q", "--out-dir", str(tmp_path)]) == 0
    (last,) = tmp_path.glob("*.xlsx")
    call = [
        "report",
        str(files / "2024.xlsx"),
        "--no-guard",
        "--no-word",
        "--out-dir",
        str(tmp_path),
        "--lang",
        "en",
        "-q",
    ]
    more = [
        "--plan",
        "--years",
        str(files / "2023.xlsx"),
        "--years",
        str(files / "2024.xlsx"),
        "--last-ledger",
        str(last),
    ]
    assert main([*call, *more]) == 0
    assert capsys.readouterr().out == ""
    target = tmp_path / "2024.report.html"
    assert sections(target) == [*SEVEN, "gaps", "plan", "ledger", "trend", "units"]
    text = Page(target.read_text(encoding="utf-8")).root.text
    assert "Years compared: 2023, 2024." in text and "The ledger of 2024 against that of 2023" in text


def test_costs_alone_ask_for_a_plan(files: Path, tmp_path: Path) -> None:
    costs = tmp_path / "costs.yaml"
    costs.write_text("prices: {sports_grounds: 1000}\n", encoding="utf-8")
    call = [
        "report",
        str(files / "2024.xlsx"),
        "--no-guard",
        "--no-word",
        "--out-dir",
        str(tmp_path),
        "--costs",
        str(costs),
    ]
    assert main(call) == 0
    target = tmp_path / "2024.自评报告.html"
    assert "plan" in sections(target)
    # 7.5 × 0.85 × 500 = 3187.5 ㎡, less 2000 ㎡ outdoors and 500 ㎡ indoors: 687.5 ㎡ at 1000 元
    assert "687,500" in target.read_text(encoding="utf-8")


def test_a_foreign_file_stays(files: Path, tmp_path: Path) -> None:
    foreign = tmp_path / "2024.自评报告.html"
    foreign.write_text("mine", encoding="utf-8")
    assert main(["report", str(files / "2024.xlsx"), "--no-guard", "--no-word", "-q", "--out-dir", str(tmp_path)]) == 0
    assert foreign.read_text(encoding="utf-8") == "mine" and (tmp_path / "2024.自评报告 (2).html").exists()


def test_the_list_of_evidence_is_a_section(files: Path, tmp_path: Path) -> None:
    evidence = tmp_path / "evidence"
    evidence.mkdir()
    own = tmp_path / "own.yaml"
    call = ["report", str(files / "2024.xlsx"), "--no-guard", "--no-word", "-q", "--out-dir", str(tmp_path)]
    assert main([*call, "--evidence", str(evidence)]) == 0
    assert sections(tmp_path / "2024.自评报告.html") == [*SEVEN, "gaps", "ledger", "evidence", "units"]
    assert main([*call, "--evidence", str(tmp_path / "nowhere")]) == 4
    assert main([*call, "--evidence", str(evidence), "--materials", str(own)]) == 4  # no such file


def test_a_bureaus_own_template_and_what_is_wrong_with_it(
    files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "ours.docx"
    assert main(["new-report-template", "--out", str(own)]) == 0
    first = own.read_bytes()
    own.write_bytes(b"mine")
    assert main(["new-report-template", "--out", str(own)]) == 4 and own.read_bytes() == b"mine"
    assert main(["new-report-template", "--out", str(tmp_path / "ours.doc")]) == 4
    call = ["report", str(files / "2024.xlsx"), "--no-guard", "--out-dir", str(tmp_path / "out"), "--template", str(own)]
    assert main(call) == 4 and not list((tmp_path / "out").glob("*.*"))  # told before anything is written
    assert main(["new-report-template", "--out", str(own), "--force"]) == 0 and own.read_bytes() == first
    capsys.readouterr()
    assert main(call) == 0
    told = capsys.readouterr().out
    for name in ("2024.自评报告.html", "2024.自评报告.docx"):
        assert (tmp_path / "out" / name).exists() and name in told
    document = tmp_path / "out" / "2024.自评报告.docx"
    document.write_bytes(b"written in")
    assert main([*call, "--no-html", "-q"]) == 0
    assert document.read_bytes() == b"written in" and (tmp_path / "out" / "2024.自评报告 (2).docx").exists()


@pytest.mark.parametrize(
    "options", [["--no-html", "--no-word"], ["--no-word", "--template", "a.docx"], ["--years"], ["--edition", "nix"]]
)
def test_wrong_calls_end_with_4_and_write_nothing(files: Path, tmp_path: Path, options: list[str]) -> None:
    assert main(["report", str(files / "2024.xlsx"), "--no-guard", "--out-dir", str(tmp_path / "out"), *options]) == 4
    assert not list(tmp_path.rglob("*.html"))


def test_what_cannot_be_assessed_ends_with_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "a.xlsx"
    other.write_bytes(b"PK\x03\x04 no workbook")
    assert main(["report", str(other), "--no-guard", "--no-word"]) == 3
    assert "不能评估" in capsys.readouterr().out and not list(tmp_path.glob("*.html"))


def test_the_template_engine_is_loaded_only_when_a_page_is_written() -> None:
    program = (
        "import sys, qbe_xl.cli.app, qbe_xl.cli.report, qbe_xl.outputs.report.build, qbe_xl.outputs.report.html;"
        "sys.exit(any(name in sys.modules for name in ('jinja2', 'docxtpl', 'markupsafe')))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=120).returncode == 0
