"""`qbe-xl check`: how it ends, what it shows, what it writes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from qbe_xl.core.findings import Finding
from qbe_xl.county import County, FileInfo, Submission
from qbe_xl.county.model import Value
from tests import counties
from tests.cli.conftest import COUNTIES, Outcome
from tests.cli.test_process import loaded
from tests.paths import SAMPLES

Run = Callable[..., Outcome]
Make = Callable[..., list[str]]
TARGETS = ("--json", "--junit", "--sarif", "--csv")


def negative(cell: str, value: int = -1) -> Finding:
    return Finding("QBE-DAT-002", "学校", cell, args={"field": "x", "value": value})


FOUND: dict[str, tuple[Finding, ...]] = {
    "clean": (),
    "queries": (Finding("QBE-CMP-001", "学校", "F4", args={"field": "班数", "count": 1}),),
    "errors": tuple(negative(f"F{row}") for row in (30, 4, 100)),
    "many": tuple(negative(f"F{row}") for row in range(4, 29)),
}


@pytest.fixture
def reports(books: Make, monkeypatch: pytest.MonkeyPatch) -> Make:
    """As `books`; the first word of a name says which findings reading gives, the county itself is sound."""
    import qbe_xl.forms

    really = qbe_xl.forms.read
    made: set[Path] = set()

    def read(path: Path | str, form: str | Path | None = None) -> Submission:
        path = Path(path)
        kind = path.stem.partition("-")[0]
        if path.resolve() in made and kind in FOUND:
            return Submission(FileInfo(path.name, "0" * 64), "qbe-county-1", COUNTIES["pass"], FOUND[kind])
        return really(path, form)

    def make(*names: str) -> list[str]:
        for name in names:
            made.add(Path(name).resolve())
        return books(*names)

    monkeypatch.setattr(qbe_xl.forms, "read", read)
    return make


# ---- exit codes


@pytest.mark.parametrize(("name", "code"), [("clean", 0), ("queries", 1), ("errors", 3), ("crash", 5)])
@pytest.mark.parametrize("guard", ["--guarded", "--no-guard"])
@pytest.mark.parametrize("profile", ["county", "reviewer"])
def test_soundness_is_the_exit_code(cli: Run, reports: Make, name: str, code: int, guard: str, profile: str) -> None:
    assert cli("check", *reports(f"{name}.xlsx"), guard, "--profile", profile).code == code


@pytest.mark.parametrize("name", ["fail", "undetermined"])
def test_a_verdict_does_not_matter(cli: Run, books: Make, name: str) -> None:
    found = cli("check", *books(f"{name}.xlsx"))
    assert found.code == 0
    assert "达标" not in found.out and "待定" not in found.out


def test_notes_leave_a_report_clean(cli: Run, reports: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    note = Finding("QBE-DAT-007", "学校", "F4", args={"field": "x", "value": 4})
    assert note.severity == "note"
    monkeypatch.setitem(FOUND, "clean", (note,))
    found = cli("check", *reports("clean.xlsx"))
    assert found.code == 0
    assert (
        "提示 QBE-DAT-007 × 1" in found.out and found.out.splitlines()[-1] == "clean.xlsx  [无错误、无待答疑问]  提示 1"
    )


def test_what_cannot_be_read_is_an_error(cli: Run, tmp_path: Path) -> None:
    assert cli("check", "nowhere.xlsx").code == 3
    (tmp_path / "empty").mkdir()
    found = cli("check", "empty")
    assert (found.code, "QBE-FIL-012" in found.out) == (3, True)


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (("clean", "queries"), 1),
        (("queries", "errors", "clean"), 3),
        (("errors", "crash", "clean"), 5),
    ],
)
def test_the_worst_of_several(cli: Run, reports: Make, names: tuple[str, ...], code: int) -> None:
    found = cli("check", *reports(*(f"{name}.xlsx" for name in names)))
    assert found.code == code
    assert f"共 {len(names)} 个文件：" in found.out.splitlines()[-1]
    assert "clean.xlsx  [无错误、无待答疑问]" in found.out or "clean" not in names


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("check",), "QBE-CAL-008"),
        (("check", "clean.xlsx", "--profile", "strict"), "QBE-CAL-009"),
        (("check", "clean.xlsx", "--lang", "de"), "QBE-CAL-005"),
        (("check", "clean.xlsx", "--form", "nothing"), "QBE-CAL-002"),
        (("check", "clean.xlsx", "--edition", "nothing"), "QBE-STD-007"),
        (("check", "clean.xlsx", "--against", "nowhere.xlsx"), "QBE-CAL-009"),
        (("check", "clean.xlsx", "--json", "-", "--csv", "-"), "QBE-CAL-009"),
        (("check", "clean.xlsx", "--json", "x.out", "--csv", "./x.out"), "QBE-CAL-009"),
        (("check", "clean.xlsx", "--json", "clean.xlsx"), "QBE-CAL-011"),
    ],
)
def test_a_wrong_call(cli: Run, reports: Make, arguments: tuple[str, ...], code: str) -> None:
    reports("clean.xlsx")
    found = cli(*arguments)
    assert (found.code, found.out, code in found.err) == (4, "", True)


# ---- what is shown


def test_findings_stand_together_by_cause(cli: Run, reports: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FOUND, "errors", (*FOUND["queries"], *FOUND["errors"]))
    out = cli("check", *reports("errors.xlsx")).out
    heads = [line for line in out.splitlines() if not line.startswith(" ")]
    assert heads == ["错误 QBE-DAT-002 × 3", "疑问 QBE-CMP-001 × 1", "errors.xlsx  [有错误]  错误 3、疑问 1"]
    places = [line.split()[0] for line in out.splitlines() if line.startswith("    学校!F")]
    assert places == ["学校!F4", "学校!F30", "学校!F100", "学校!F4"]
    assert out.count(negative("F4").fix("zh")) == 1  # one remedy a group


def test_the_cap_is_stated_and_a_reviewer_sees_all(cli: Run, reports: Make) -> None:
    reports("many.xlsx")
    county, reviewer = (cli("check", "many.xlsx", "--profile", profile).out for profile in ("county", "reviewer"))
    assert county.count("学校!F") == 20
    assert "错误 QBE-DAT-002 × 25" in county and "另有 5 处未列出：每类最多列 20 处" in county
    assert reviewer.count("学校!F") == 25 and "未列出" not in reviewer
    english = cli("check", "many.xlsx", "--lang", "en").out
    assert "5 more are not listed: 20 at most of a kind" in english


def test_a_reviewer_sees_the_rule_behind(cli: Run, reports: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    from qbe_xl.core.messages import catalogue

    code = next(code for code in catalogue() if catalogue()[code].why and "{" not in catalogue()[code].text.zh)
    why = catalogue()[code].why
    assert why is not None
    monkeypatch.setitem(FOUND, "clean", (Finding(code, "学校", "F4"),))
    reports("clean.xlsx")
    try:
        assert f"依据：{why.zh}" in cli("check", "clean.xlsx", "--profile", "reviewer").out
        assert f"Why: {why.en}" in cli("check", "clean.xlsx", "--profile", "reviewer", "--lang", "en").out
    finally:
        assert why.zh not in cli("check", "clean.xlsx").out


def test_both_languages(cli: Run, reports: Make) -> None:
    reports("errors.xlsx")
    assert "Error QBE-DAT-002 × 3" in cli("check", "errors.xlsx", "--lang", "en").out
    assert cli("check", "errors.xlsx", "--lang", "en").out.endswith("errors.xlsx  [errors]  Error 3\n")


def test_quiet_shows_nothing(cli: Run, reports: Make) -> None:
    assert cli("check", *reports("errors.xlsx"), "--quiet") == Outcome(3, "", "")


def test_a_name_steers_no_terminal(cli: Run, reports: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    evil = Finding("QBE-DAT-002", "学校", "F4", "\x1b[31m红\u202e", args={"field": "x\x07\n", "value": -1})
    monkeypatch.setitem(FOUND, "errors", (evil,))
    out = cli("check", *reports("errors.xlsx")).out
    assert not set(out) & {"\x1b", "\x07", "\u202e"} and len(out.splitlines()) == 4


# ---- last year


def years(**changed: Value | None) -> tuple[County, County]:
    """This year's county, and last year's with these facts."""
    now = COUNTIES["pass"]
    return now, counties.with_facts(now, **{"year": (now.year or 2024) - 1, **changed})


@pytest.fixture
def two_years(books: Make, monkeypatch: pytest.MonkeyPatch) -> Callable[[Mapping[str, County | None]], None]:
    """Makes files that are read as these counties; None is a file that cannot be read."""
    import qbe_xl.forms

    def make(known: Mapping[str, County | None]) -> None:
        books(*known)

        def read(path: Path | str, form: str | Path | None = None) -> Submission:
            name = Path(path).as_posix()
            found = () if known[name] else (Finding("QBE-FIL-003", args={"file": name}),)
            return Submission(FileInfo(Path(path).name, "1" * 64), "qbe-county-1", known[name], found)

        monkeypatch.setattr(qbe_xl.forms, "read", read)

    return make


def ledger(cli: Run, *arguments: str) -> list[set[str]]:
    """The codes found in each file, in order of path."""
    data = json.loads(cli("check", *arguments, "--json", "-", "--quiet").out)
    return [{finding["code"] for finding in each["findings"]} for each in data["files"]]


Years = Callable[[Mapping[str, County | None]], None]


@pytest.mark.parametrize("guard", ["--guarded", "--no-guard"])
def test_against_last_year(cli: Run, two_years: Years, guard: str) -> None:
    now, last = years(county_code="999999")
    two_years({"now.xlsx": now, "last.xlsx": last, "own.xlsx": years()[1]})
    assert ledger(cli, "now.xlsx", guard) == [set()]
    assert "QBE-YOY-001" in ledger(cli, "now.xlsx", "--against", "last.xlsx", guard)[0]  # another county's file
    assert "QBE-YOY-001" not in ledger(cli, "now.xlsx", "--against", "own.xlsx", guard)[0]
    found = cli("check", "now.xlsx", "own.xlsx", "--against", "last.xlsx", guard)
    assert found.out.count("（与 last.xlsx 比较）") == 2


def test_against_a_folder_takes_the_file_of_the_same_name(cli: Run, two_years: Years) -> None:
    now, last = years(county_code="999999")
    two_years({"new/a.xlsx": now, "new/b.xlsx": now, "old/b.xlsx": last})
    found = ledger(cli, "new", "--against", "old")
    assert ["QBE-YOY-001" in codes for codes in found] == [False, True]
    assert "new/a.xlsx：old 里没有同名的文件，没有与上年比较" in cli("check", "new", "--against", "old").err


def test_an_unusable_last_year_is_never_silent(cli: Run, two_years: Years) -> None:
    now, _ = years()
    two_years({"now.xlsx": now, "then.xlsx": now, "last.xlsx": None})
    found = cli("check", "now.xlsx", "then.xlsx", "--against", "last.xlsx", "--json", "out.json")
    assert (found.code, found.err.count("上年的文件 last.xlsx 不能用")) == (4, 2)
    data = json.loads(Path("out.json").read_text(encoding="utf-8"))
    assert [each["status"] for each in data["files"]] == ["not_checked"] * 2
    assert "last year's file" in cli("check", "now.xlsx", "--against", "last.xlsx", "--lang", "en").err


# ---- what is written


def test_every_output_is_written_and_replaced(cli: Run, reports: Make, tmp_path: Path) -> None:
    reports("errors.xlsx", "clean.xlsx")
    arguments = [word for kind in TARGETS for word in (kind, f"out/{kind[2:]}")]
    assert cli("check", "errors.xlsx", "clean.xlsx", *arguments).code == 3
    first = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert set(first) == {"json", "junit", "sarif", "csv"}
    assert json.loads(first["json"])["schema"] == "qbe-xl/findings/1"
    assert ET.fromstring(first["junit"]).tag == "testsuites"
    assert json.loads(first["sarif"])["version"] == "2.1.0"
    assert len(list(csv.reader(io.StringIO(first["csv"].decode("utf-8-sig"))))) == 1 + 3
    # again, named the other way round: the same bytes take the place of our own files
    assert cli("check", "clean.xlsx", "errors.xlsx", *arguments).code == 3
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == first
    assert cli("check", "clean.xlsx", "--csv", "out/csv").code == 0
    assert (tmp_path / "out" / "csv").read_bytes() != first["csv"]


@pytest.mark.parametrize("kind", TARGETS)
def test_a_foreign_file_is_never_replaced(cli: Run, reports: Make, tmp_path: Path, kind: str) -> None:
    (tmp_path / "mine").write_text("mine", encoding="utf-8")
    found = cli("check", *reports("clean.xlsx"), kind, "mine")
    assert (found.code, "QBE-CAL-011" in found.err) == (4, True)
    assert (tmp_path / "mine").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("kind", TARGETS)
def test_stdout_is_the_output_alone(cli: Run, reports: Make, kind: str) -> None:
    found = cli("check", *reports("errors.xlsx"), kind, "-")
    assert "错误 QBE-DAT-002 × 3" in found.err and "× 3" not in found.out
    assert "QBE-DAT-002" in found.out


def test_nothing_is_written_unasked(cli: Run, reports: Make, tmp_path: Path) -> None:
    reports("errors.xlsx")
    cli("check", "errors.xlsx")
    assert {path.name for path in tmp_path.iterdir()} == {"errors.xlsx", "logs"}


def test_a_file_that_broke_is_in_every_output(cli: Run, reports: Make, tmp_path: Path) -> None:
    reports("crash.xlsx", "clean.xlsx")
    arguments = [word for kind in TARGETS for word in (kind, kind[2:])]
    assert cli("check", "crash.xlsx", "clean.xlsx", *arguments).code == 5
    assert [each["status"] for each in json.loads((tmp_path / "json").read_bytes())["files"]] == [
        "clean",
        "not_checked",
    ]
    assert len(ET.fromstring((tmp_path / "junit").read_bytes()).findall(".//error")) == 1
    assert json.loads((tmp_path / "sarif").read_bytes())["runs"][0]["invocations"][0]["executionSuccessful"] is False
    assert '"未检查"' in (tmp_path / "csv").read_text(encoding="utf-8-sig")


def test_it_loads_no_more_than_an_assessment(tmp_path: Path) -> None:
    sample = str(SAMPLES / "linyi.xlsx")
    assert loaded(tmp_path, "check", sample) == {"pydantic"}
    assert loaded(tmp_path, "check", sample, "--no-guard", *("--json", "out.json")) == {"openpyxl", "pydantic"}


def test_the_profile_changes_no_file(cli: Run, reports: Make, tmp_path: Path) -> None:
    reports("many.xlsx")
    for profile in ("county", "reviewer"):
        assert cli("check", "many.xlsx", "--profile", profile, "--json", profile).code == 3
    assert (tmp_path / "county").read_bytes() == (tmp_path / "reviewer").read_bytes()


def test_the_samples_hold_the_findings_of_an_assessment(cli: Run) -> None:
    from qbe_xl import assess

    name = str(SAMPLES / "missing-data.xlsx")
    expected = sorted((f.code, f.sheet, f.range) for f in assess(name).findings)
    data = json.loads(cli("check", name, "--json", "-", "--quiet").out)["files"][0]
    assert sorted((f["code"], f["sheet"], f["range"]) for f in data["findings"]) == expected
    assert (data["status"], data["counts"]) == (
        "queries",
        {"error": 0, "explained": 0, "note": 0, "query": len(expected)},
    )
