"""Facts of packages made by hand, from the file to the finding; hostile ones are bounded and lose nothing else."""

# ruff: noqa: E501

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from qbe_xl.assessment import assess
from qbe_xl.core.findings import Finding
from qbe_xl.county.package import BETWEEN, Formulas, SavedTable
from qbe_xl.forms.grid import Book
from qbe_xl.forms.live_facts import _above, _by_bytes, _by_parser, _small, _table, _values
from qbe_xl.safety import preflight
from qbe_xl.safety.looks import unseen_formats
from qbe_xl.safety.preflight import inspect
from tests.paths import ROOT, SAMPLES

PASS = SAMPLES / "pass.xlsx"
SCHOOLS, ITEMS, UNITS, CHECKS, RESULT = "学校", "政府保障", "小学指标", "学校核查", "评估结果"
Parts = dict[str, bytes]
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def part_of(sheet: str) -> str:
    return preflight(PASS, sheets=False).sheet(sheet).part


def rebuilt(folder: Path, change: Callable[[Parts], None], name: str = "changed.xlsx") -> Path:
    with zipfile.ZipFile(PASS) as package:
        parts = {info.filename: package.read(info) for info in package.infolist()}
    change(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for part, data in parts.items():
            package.writestr(part, data)
    path = folder / name
    path.write_bytes(out.getvalue())
    return path


def integrity(path: Path) -> list[Finding]:
    """The findings, the same whether the file is read here or in a guarded child."""
    here = assess(path)
    assert here.to_json() == assess(path, guarded=True).to_json()
    return [finding for finding in here.findings if finding.code.startswith("QBE-INT")]


def in_part(sheet: str, pattern: str, new: str, count: int = 1) -> Callable[[Parts], None]:
    def change(parts: Parts) -> None:
        part = part_of(sheet)
        text, times = re.subn(pattern, new, parts[part].decode(), count=count)
        assert times, pattern
        parts[part] = text.encode()

    return change


def in_workbook(pattern: str, new: str) -> Callable[[Parts], None]:
    def change(parts: Parts) -> None:
        text, times = re.subn(pattern, new, parts["xl/workbook.xml"].decode(), count=1)
        assert times, pattern
        parts["xl/workbook.xml"] = text.encode()

    return change


def link(kind: str) -> Callable[[Parts], None]:
    def change(parts: Parts) -> None:
        target = f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{RELS}/externalLinkPath" Target="file:///D:/other.xlsx" TargetMode="External"/></Relationships>'
        body = {
            "book": f'<externalBook xmlns:r="{RELS}" r:id="rId1"/>',
            "dde": '<ddeLink ddeService="cmd" ddeTopic="/c calc"/>',
        }[kind]
        parts["xl/externalLinks/externalLink1.xml"] = f"<externalLink>{body}</externalLink>".encode()
        parts["xl/externalLinks/_rels/externalLink1.xml.rels"] = target.encode()

    return change


def styled(style: Callable[[str], str]) -> Callable[[Parts], None]:
    """Gives C7 of the schools a format of its own, made from the first one's."""

    def change(parts: Parts) -> None:
        text = parts["xl/styles.xml"].decode()
        count = int(re.search(r'<cellXfs count="(\d+)"', text)[1])  # type: ignore[index]
        parts["xl/styles.xml"] = style(text).encode()
        in_part(SCHOOLS, r'<c r="C7" s="\d+"', f'<c r="C7" s="{count}"')(parts)

    return change


def white_on_white(text: str) -> str:
    fonts = int(re.search(r'<fonts count="(\d+)"', text)[1])  # type: ignore[index]
    text = text.replace("</fonts>", '<font><sz val="9"/><color theme="0"/></font></fonts>', 1)
    return text.replace("</cellXfs>", f'<xf numFmtId="0" fontId="{fonts}" fillId="0" borderId="0" xfId="0"/></cellXfs>', 1)


def shows_nothing(text: str) -> str:
    text = text.replace("</numFmts>", '<numFmt numFmtId="199" formatCode=";;;"/></numFmts>', 1)
    return text.replace("</cellXfs>", '<xf numFmtId="199" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>', 1)


SHEET = '<sheet name="备用" sheetId="90" state="{state}" r:id="rId90"/></sheets>'


def extra_sheet(state: str, kind: str = "worksheet") -> Callable[[Parts], None]:
    def change(parts: Parts) -> None:
        in_workbook("</sheets>", SHEET.format(state=state))(parts)
        rels = parts["xl/_rels/workbook.xml.rels"].decode()
        new = f'<Relationship Id="rId90" Type="{RELS}/{kind}" Target="worksheets/sheet90.xml"/></Relationships>'
        parts["xl/_rels/workbook.xml.rels"] = rels.replace("</Relationships>", new).encode()
        main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        parts["xl/worksheets/sheet90.xml"] = (
            f'<worksheet xmlns="{main}"><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>'.encode()
        )

    return change


CASES: dict[str, tuple[Callable[[Parts], None], str, str]] = {
    "a formula changed": (in_part(UNITS, r"<f>IF\(\$D9=[^<]*</f>", "<f>42</f>"), "QBE-INT-003", UNITS),
    "a value over a formula": (in_part(UNITS, r"<f>[^<]*</f>(<v>[^<]*</v></c><c r=\"F9\")", r"\1"), "QBE-INT-004", UNITS),
    "a formula of the verdict changed": (in_part(RESULT, r'(<c r="C4"[^>]*>)<f>[^<]*</f>', r'\1<f>"达标"</f>'), "QBE-INT-003", RESULT),
    "a limit changed": (in_part(UNITS, r'(<c r="F6"[^>]*>)<v>4.2</v>', r"\1<v>3.2</v>"), "QBE-INT-005", UNITS),
    "a saved verdict": (in_part(RESULT, r'(<c r="C4"[^>]*><f>[^<]*</f>)<v>[^<]*</v>', r"\1<v>不达标</v>"), "QBE-INT-006", RESULT),
    "a saved value of a unit": (in_part(UNITS, r'(<c r="F9"[^>]*><f>[^<]*</f>)<v>[^<]*</v>', r"\1<v>1.5</v>"), "QBE-INT-006", UNITS),
    "a saved mean": (in_part(UNITS, r'(<c r="F7"[^>]*><f>[^<]*</f>)<v>[^<]*</v>', r"\1<v>9.5</v>"), "QBE-INT-006", UNITS),
    "a saved status of a school": (in_part(CHECKS, r'(<c r="K9"[^>]*><f>[^<]*</f>)<v>达标</v>', r"\1<v>不达标</v>"), "QBE-INT-006", CHECKS),
    "a figure changed and nothing calculated": (in_part(SCHOOLS, r'(<c r="AK7"[^>]*>)<v>[^<]*</v>', r"\1<v>5200</v>"), "QBE-INT-006", CHECKS),
    "protection removed": (in_part(SCHOOLS, r"<sheetProtection[^>]*/>", ""), "QBE-INT-007", SCHOOLS),
    "a hidden row": (in_part(SCHOOLS, r'<row r="8"', '<row r="8" hidden="1"'), "QBE-INT-008", SCHOOLS),
    "a row of no height": (in_part(SCHOOLS, r'<row r="8"', '<row ht="0" r="8"'), "QBE-INT-008", SCHOOLS),
    "a hidden column": (in_part(SCHOOLS, r'<col min="3"', '<col hidden="true" min="3"'), "QBE-INT-009", SCHOOLS),
    "a hidden sheet": (extra_sheet("hidden"), "QBE-INT-010", ""),
    "a very hidden sheet": (extra_sheet("veryHidden"), "QBE-INT-011", ""),
    "white on white": (styled(white_on_white), "QBE-INT-012", SCHOOLS),
    "a format that shows nothing": (styled(shows_nothing), "QBE-INT-013", SCHOOLS),
    "a value beside the form": (in_part(ITEMS, r'(<row r="6".*?)</row>', r'\1<c r="J6"><v>7</v></c></row>'), "QBE-INT-014", ITEMS),
    "a link": (link("book"), "QBE-INT-015", ""),
    "a DDE link": (link("dde"), "QBE-INT-016", ""),
    "macros": (lambda parts: parts.update({"xl/vbaProject.bin": b"x"}), "QBE-INT-017", ""),
    "a macro sheet": (extra_sheet("visible", "xlMacrosheet"), "QBE-INT-018", ""),
    "connections": (lambda parts: parts.update({"xl/connections.xml": b"<connections/>"}), "QBE-INT-019", ""),
    "an embedded object": (lambda parts: parts.update({"xl/embeddings/oleObject1.bin": b"x"}), "QBE-INT-020", ""),
    "a name that leads out": (in_workbook("</definedNames>", "<definedName name=\"x\">'[2]Sheet1'!$A$1</definedName></definedNames>"), "QBE-INT-021", ""),
    "a local name that leads out": (in_workbook("</definedNames>", '<definedName name="x" localSheetId="0">[2]S!$A$1</definedName></definedNames>'), "QBE-INT-021", ""),
    "a password": (in_part(SCHOOLS, "<sheetProtection ", '<sheetProtection password="CC1A" '), "QBE-INT-022", SCHOOLS),
    "a locked structure": (in_workbook("<bookViews>", '<workbookProtection workbookPassword="CC1A" lockStructure="1"/><bookViews>'), "QBE-INT-022", ""),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_kind_in_a_file(case: str, tmp_path: Path) -> None:
    change, code, sheet = CASES[case]
    findings = integrity(rebuilt(tmp_path, change))
    assert [finding.code for finding in findings] == [code], [finding.sentence("en") for finding in findings]
    assert (findings[0].sheet or "") == sheet


WORKBOOKS = [*(ROOT / "workbooks").glob("*.xlsx"), *SAMPLES.glob("*.xlsx")]


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.name)
def test_our_own_workbooks_give_nothing(path: Path) -> None:
    assert integrity(path) == []


def test_collections_and_forms_of_ones_own() -> None:
    profiles = ROOT / "workbooks" / "profiles"
    for form, path in (
        ("qbe-collect-1", SAMPLES / "collect"),
        (profiles / "three-level-stated.yaml", profiles / "三级表头自评表.xlsx"),
        (profiles / "two-level-township.yaml", profiles / "两级表头汇总表.xlsx"),
    ):
        result = assess(path, form=form)
        assert result.submission.package is not None
        assert not [f.sentence("en") for f in result.findings if f.code.startswith("QBE-INT")]


def test_what_one_file_of_a_collection_shows_names_the_file(tmp_path: Path) -> None:
    first = sorted((SAMPLES / "collect").glob("*.xlsx"))[0]
    for path in (SAMPLES / "collect").glob("*.xlsx"):
        data = path.read_bytes()
        if path == first:
            out = io.BytesIO(data)
            with zipfile.ZipFile(out, "a") as package:
                package.writestr("xl/vbaProject.bin", b"x")
            data = out.getvalue()
        (tmp_path / path.name).write_bytes(data)
    findings = [f for f in assess(tmp_path, form="qbe-collect-1").findings if f.code.startswith("QBE-INT")]
    assert [(f.code, f.file) for f in findings] == [("QBE-INT-017", first.name)]


# ---- two ways to the same facts


def each_cell(formulas: list[Formulas]) -> dict[str, str]:
    return {f"{f.column}{row}": f.text for f in formulas for first, last in f.rows for row in range(first, last + 1)}


def saved_values(table: SavedTable) -> tuple[tuple[str, ...], list[list[float | str]]]:
    def number(text: str) -> float | str:
        try:
            return float(text)
        except ValueError:
            return text

    return table.columns, [[number(text) for text in row.split(BETWEEN)] for row in table.rows]


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.name)
def test_bytes_and_parser_tell_the_same(path: Path) -> None:
    package = preflight(path)
    if "学校核查" not in {sheet.name for sheet in package.sheets}:
        return
    with zipfile.ZipFile(path) as parts, Book(package) as book:
        for name in ("小学指标", "初中指标", "学校核查"):
            sheet = package.sheet(name)
            quick = _by_bytes(name, parts.read(sheet.part))
            formulas = _by_parser(sheet)
            assert quick is not None and sorted(quick.formulas) == sorted(formulas)
            rows = book.grid(name).rows
            assert saved_values(quick.table) == saved_values(_table(rows, formulas))
            assert {ref: value for ref, value in quick.above.items() if value != ""} == _above(rows, formulas)
        for name in ("差异系数", "评估结果"):
            sheet = package.sheet(name)
            formulas, values = _small(book, sheet, parts.read(sheet.part))
            assert each_cell(formulas) == each_cell(_by_parser(sheet))
            assert {k: v for k, v in values.items() if v != ""} == dict(_values(book.grid(name).rows))


def test_a_saved_result_beside_a_value_over_a_formula(tmp_path: Path) -> None:
    """Where rows do not repeat the first, the results are read by openpyxl: both facts are told, each once."""

    def change(parts: Parts) -> None:
        in_part(UNITS, r'(<c r="F9"[^>]*>)<f>[^<]*</f><v>[^<]*</v>', r"\1<v>77</v>")(parts)
        in_part(UNITS, r'(<c r="F10"[^>]*><f>[^<]*</f>)<v>[^<]*</v>', r"\1<v>88</v>")(parts)

    found = {finding.code: finding for finding in integrity(rebuilt(tmp_path, change))}
    assert sorted(found) == ["QBE-INT-004", "QBE-INT-006"]
    assert (found["QBE-INT-004"].range, found["QBE-INT-006"].range) == ("F9", "F10")
    assert found["QBE-INT-006"].args["count"] == 1 and found["QBE-INT-006"].args["found"] == "88"


TRICKS: dict[str, tuple[bytes, bytes]] = {
    "in a comment": (b"<f>IF($D9=", b"<f>1</f><v>1</v></c><!--<c r=\"E9\"><f>IF($D9="),
    "in CDATA": (b"<f>IF($D9=", b"<f><![CDATA[1]]>IF($D9="),
    "another end": (b"<f>IF($D9=", b"<f>1</f ><f>IF($D9="),
    "behind a raw bracket": (b"<f>IF($D9=", b"<f>X&#62;IF($D9="),
    "in another cell": (b'<c r="E9"', b'<c r="ZZ9"'),
}


@pytest.mark.parametrize("trick", TRICKS)
def test_what_is_written_oddly_is_not_taken_by_its_bytes(trick: str) -> None:
    old, new = TRICKS[trick]
    with zipfile.ZipFile(PASS) as package:
        data = package.read(part_of(UNITS))
    assert old in data
    assert _by_bytes(UNITS, data) is not None
    assert _by_bytes(UNITS, data.replace(old, new, 1)) is None


# ---- hostile


def test_styles_that_lie() -> None:
    """Numbers that lead nowhere, colours that are none: passed over."""
    odd = (
        b"<styleSheet><fonts><font><color theme='999999'/></font><font><color rgb='xyz'/></font><font><color theme='-1'/></font>"
        b"<font><color indexed='7777777'/></font><font><color theme='0' tint='nan'/></font></fonts><fills><fill/></fills>"
        b"<cellXfs><xf fontId='9999999999999999999999' fillId='0'/><xf fontId='-1' fillId='7'/><xf fontId='x'/><xf/>"
        b"<xf fontId='1' fillId='0'/><xf fontId='4'/></cellXfs></styleSheet>"
    )
    assert not unseen_formats(odd, b"<theme><clrScheme><lt1/></clrScheme></theme>")


def test_colours_of_the_theme_and_tints() -> None:
    styles = (
        b"<styleSheet><fonts><font/><font><color theme='0' tint='-0.01'/></font><font><color theme='3'/></font></fonts>"
        b"<fills><fill><patternFill patternType='none'/></fill><fill><patternFill patternType='solid'><fgColor rgb='FF112233'/></patternFill></fill></fills>"
        b"<cellXfs><xf fontId='0' fillId='0'/><xf fontId='1' fillId='0'/><xf fontId='2' fillId='1'/><xf fontId='2' fillId='0'/></cellXfs></styleSheet>"
    )
    theme = b"<a:theme xmlns:a='x'><a:clrScheme><a:dk1><a:sysClr lastClr='000000'/></a:dk1><a:lt1><a:sysClr lastClr='FFFFFF'/></a:lt1><a:dk2><a:srgbClr val='112233'/></a:dk2></a:clrScheme></a:theme>"
    assert unseen_formats(styles, theme).same_colour == {1, 2}


def test_a_million_hidden_rows(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{row}" hidden="1"/>' for row in range(1_000, 200_000))
    columns = "".join(f'<col min="{n}" max="16384" hidden="1"/>' for n in range(5_000, 15_000))

    def change(parts: Parts) -> None:
        in_part(SCHOOLS, "</sheetData>", rows + "</sheetData>")(parts)
        in_part(SCHOOLS, "</cols>", columns + "</cols>")(parts)

    assert integrity(rebuilt(tmp_path, change)) == []


def test_formulas_that_are_all_different_are_told_in_bounds(tmp_path: Path) -> None:
    def change(parts: Parts) -> None:
        part = part_of("学校核查")
        numbers = iter(range(10**9))
        parts[part] = re.sub(rb"<f>[^<]*</f>", lambda _: b"<f>%d</f>" % next(numbers), parts[part])

    path = rebuilt(tmp_path, change)
    package = assess(path).submission.package
    assert package is not None and package.live is not None and package.live.cut and len(package.live.formulas) <= 2_000
    codes = [finding.code for finding in integrity(path)]
    assert "QBE-INT-003" in codes and len(codes) <= 10


def test_names_without_end(tmp_path: Path) -> None:
    """Thousands of names of a single sheet, each long, one of them outside."""
    names = "".join(f'<definedName name="n{i}" localSheetId="1">{"[" * 3000}</definedName>' for i in range(2_000))
    path = rebuilt(tmp_path, in_workbook("</definedNames>", names + "</definedNames>"))
    begun = time.process_time()
    assert integrity(path) == []
    assert time.process_time() - begun < 20


def test_a_damaged_result_sheet_loses_nothing_else(tmp_path: Path) -> None:
    def change(parts: Parts) -> None:
        parts[part_of("学校核查")] = b"<worksheet><sheetData><row"

    path = rebuilt(tmp_path, change)
    assert [finding.code for finding in integrity(path)] == ["QBE-INT-023"]
    assert assess(path).verdict is not None


def test_shared_formulas_of_another_column_are_not_taken_for_the_templates() -> None:
    data = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="8">'
        b'<c r="A8"><f t="shared" ref="A8:B9" si="0">C8+1</f><v>1</v></c><c r="B8"><f t="shared" si="0"/><v>1</v></c></row>'
        b'<row r="9"><c r="A9"><f t="shared" si="0"/><v>1</v></c></row></sheetData></worksheet>'
    )
    with zipfile.ZipFile(PASS) as package:
        parts = {info.filename: package.read(info) for info in package.infolist()}
    parts[part_of(UNITS)] = data
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as written:
        for name, content in parts.items():
            written.writestr(name, content)
    found = _by_parser(inspect(out.getvalue(), "x.xlsx").sheet(UNITS))
    assert set(found) == {Formulas(UNITS, "A", "C\x01+1", ((8, 9),)), Formulas(UNITS, "B", "", ((8, 8),))}
