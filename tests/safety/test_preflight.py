"""Preflight: what a file is, whether it stays within bounds, and what its structure is."""

from __future__ import annotations

import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import Workbook

from qbe_xl.safety import PackageFacts, Refused, cells_out_of_order, preflight
from qbe_xl.safety.preflight import MAX_FILE, MAX_ROW

OLE2 = bytes.fromhex("d0cf11e0a1b11ae1")


def sound(path: Path) -> Path:
    book = Workbook()
    book.active.append(["学校名称", 1])
    book.save(path)
    return path


def changed(
    tmp_path: Path, change: Callable[[str, bytes], bytes | None], extra: dict[str, bytes] | None = None
) -> Path:
    """A sound workbook with its parts changed one by one; a part that becomes None is left out."""
    source, target = sound(tmp_path / "sound.xlsx"), tmp_path / "changed.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = change(info.filename, old.read(info))
            if data is not None:
                new.writestr(info.filename, data)
        for name, data in (extra or {}).items():
            new.writestr(name, data)
    return target


def sheet(tmp_path: Path, content: bytes, head: bytes = b"") -> Path:
    """A sound workbook with another <sheetData> in its sheet."""
    xml = (
        b'<?xml version="1.0"?>'
        + head
        + b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        + content
        + b"</worksheet>"
    )
    return changed(tmp_path, lambda name, data: xml if name.endswith("sheet1.xml") else data)


def refusal(path: Path) -> str:
    with pytest.raises(Refused) as caught:
        preflight(path)
    return caught.value.code


# ---- what kind of file


def test_no_file_folder_and_empty(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.xlsx") == "QBE-FIL-001"
    assert refusal(tmp_path) == "QBE-FIL-002"
    (tmp_path / "empty.xlsx").write_bytes(b"")
    assert refusal(tmp_path / "empty.xlsx") == "QBE-FIL-003"


@pytest.mark.parametrize(
    ("name", "content", "code", "kind"),
    [
        ("a.xlsx", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "QBE-FIL-004", None),
        ("a.xls", OLE2 + b"\0" * 600 + "Workbook".encode("utf-16-le") + b"\0\0", "QBE-FIL-005", None),
        ("a.xls", b"\x09\x08\x08\x00\x00\x05\x05\x00", "QBE-FIL-005", None),
        ("a.xlsx", OLE2 + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0\0", "QBE-FIL-006", None),
        ("a.et", OLE2 + b"\0" * 600 + "Workbook".encode("utf-16-le") + b"\0\0", "QBE-FIL-009", ".et"),
        ("a.doc", OLE2 + b"\0" * 600 + "WordDocument".encode("utf-16-le") + b"\0\0", "QBE-FIL-004", None),
        ("a.xlsx", "学校名称,在校生\n甲校,12\n".encode("gb18030"), "QBE-FIL-009", "text or CSV"),
        ("a.xlsx", "学校名称,在校生\n甲校,12\n".encode("utf-8-sig"), "QBE-FIL-009", "text or CSV"),
        ("a.xlsx", b"<html><table><tr><td>1</td></tr></table></html>", "QBE-FIL-009", "HTML"),
        (
            "a.xls",
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "QBE-FIL-009",
            "XML Spreadsheet 2003",
        ),
        ("a.xlsx", b"PK\x03\x04" + b"\0" * 100, "QBE-FIL-007", None),
    ],
)
def test_other_kinds_of_file_each_have_their_word(
    tmp_path: Path, name: str, content: bytes, code: str, kind: str | None
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Refused) as caught:
        preflight(path)
    assert caught.value.code == code
    said = caught.value.values.get("kind")
    assert (said if said is None or isinstance(said, str) else said["en"]) == kind


def test_open_document_and_binary_workbooks(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert refusal(tmp_path / "a.xlsx") == "QBE-FIL-009"
    path = changed(
        tmp_path, lambda name, data: data.replace(b"workbook.xml", b"workbook.bin"), {"xl/workbook.bin": b"\0"}
    )
    assert refusal(path) == "QBE-FIL-009"


def test_a_zip_that_is_no_workbook(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as package:
        package.writestr("readme.txt", "x")
    assert refusal(tmp_path / "a.xlsx") == "QBE-FIL-004"


# ---- damaged or hostile packages


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_file(tmp_path: Path, share: float) -> None:
    data = sound(tmp_path / "a.xlsx").read_bytes()
    (tmp_path / "a.xlsx").write_bytes(data[: int(len(data) * share)])
    assert refusal(tmp_path / "a.xlsx") == "QBE-FIL-007"


def test_every_byte_may_be_wrong(tmp_path: Path) -> None:
    """Whatever byte is changed, there is an answer or a refusal, never another exception."""
    path = sound(tmp_path / "a.xlsx")
    data = path.read_bytes()
    for place in range(0, len(data), 37):
        path.write_bytes(data[:place] + bytes([data[place] ^ 0x5A]) + data[place + 1 :])
        try:
            preflight(path)
        except Refused as refused:
            assert refused.code.startswith("QBE-FIL-")


def test_members_that_need_a_password(tmp_path: Path) -> None:
    data = bytearray(sound(tmp_path / "a.xlsx").read_bytes())
    start = data.find(b"PK\x01\x02")
    data[start + 8] |= 1  # the flag in the first entry of the directory
    (tmp_path / "a.xlsx").write_bytes(bytes(data))
    assert refusal(tmp_path / "a.xlsx") == "QBE-FIL-006"


def test_strict_open_xml(tmp_path: Path) -> None:
    old, new = (
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    )
    assert refusal(changed(tmp_path, lambda name, data: data.replace(old, new))) == "QBE-FIL-008"


def test_document_types_are_refused_in_every_part_and_encoding(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    assert refusal(sheet(tmp_path, b"<sheetData/>", bomb)) == "QBE-FIL-010"

    def styles(name: str, data: bytes) -> bytes:
        return data.replace(b"<styleSheet", bomb + b"<styleSheet", 1) if name.endswith("styles.xml") else data

    assert refusal(changed(tmp_path, styles)) == "QBE-FIL-010"
    wide = ('<?xml version="1.0" encoding="utf-16"?>' + bomb.decode() + "<sst/>").encode("utf-16")
    assert refusal(changed(tmp_path, lambda name, data: data, {"xl/other.xml": wide})) == "QBE-FIL-010"


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/evil.xml", "xl\\..\\..\\evil.xml", "C:/evil.xml"])
def test_names_that_point_outside(tmp_path: Path, name: str) -> None:
    assert refusal(changed(tmp_path, lambda part, data: data, {name: b"<x/>"})) == "QBE-FIL-010"


def test_parts_that_stand_twice(tmp_path: Path) -> None:
    assert refusal(changed(tmp_path, lambda part, data: data, {"XL/Workbook.xml": b"<x/>"})) == "QBE-FIL-010"


@pytest.mark.parametrize(
    "content",
    [
        b'<sheetData><row r="%d"><c r="A%d"><v>1</v></c></row></sheetData>' % (MAX_ROW + 1, MAX_ROW + 1),
        b'<sheetData><row r="99999999999999999999"/></sheetData>',
        b'<sheetData><row r="-1"/></sheetData>',
        b'<sheetData><row r="1"><c r="ABCD1"><v>1</v></c></row></sheetData>',
        b"<sheetData>" + b"".join(b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (n, n) for n in range(1, 200)) + b"</sheetData>",
        b'<sheetData><row r="1"><c r="A1"><f>' + b"1+" * 5000 + b"1</f></c></row></sheetData>",
    ],
)  # fmt: skip
def test_bounds_within_a_sheet(tmp_path: Path, content: bytes) -> None:
    assert refusal(sheet(tmp_path, content)) == "QBE-FIL-010"


def test_a_bomb_is_refused_by_its_directory(tmp_path: Path) -> None:
    path = changed(tmp_path, lambda part, data: data, {"xl/media/a.xml": b" " * (30 << 20)})
    assert path.stat().st_size < 100_000
    assert refusal(path) == "QBE-FIL-010"


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with open(path, "wb") as file:
        file.truncate(MAX_FILE + 1)
    assert refusal(path) == "QBE-FIL-010"


def test_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.xlsx")
    assert refusal(tmp_path / "pipe.xlsx") == "QBE-FIL-011"


def test_a_sheet_that_is_not_there(tmp_path: Path) -> None:
    assert refusal(changed(tmp_path, lambda name, data: None if name.endswith("sheet1.xml") else data)) == "QBE-FIL-007"


def test_refusals_read_well_in_both_languages(tmp_path: Path) -> None:
    from qbe_xl.core.findings import Finding

    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK\x03\x04" + struct.pack("<I", 1))
    with pytest.raises(Refused) as caught:
        preflight(path)
    finding = Finding(caught.value.code, args=caught.value.values)
    assert "已损坏" in finding.sentence("zh")
    assert "damaged" in finding.sentence("en")


# ---- structure


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> PackageFacts:
    path = tmp_path_factory.mktemp("facts") / "f.xlsx"
    with xlsxwriter.Workbook(path) as book:
        first, second, third = (book.add_worksheet(name) for name in ("学校", "藏", "结果"))
        first.write_row(0, 0, ["学校名称", 1, 2.5, True])
        first.write_blank(1, 0, None, book.add_format({"bold": True}))
        first.write_formula("B3", '=IF(A1="",0,1&"<")', None, 7)
        first.write_formula("C3", '=""', None, "")
        first.merge_range("E1:F2", "合并")
        second.hide()
        second.write(0, 0, "x")
        third.write_formula(0, 0, "=学校!B1*2", None, 2)
        book.define_name("QBE_EDITION", '="cn-qbe-2017"')
        book.define_name("学校!本地", "=学校!$A$1")
    return preflight(path)


def test_sheets_in_order_with_their_state(facts: PackageFacts) -> None:
    assert [(s.name, s.state, s.kind) for s in facts.sheets] == [
        ("学校", "visible", "worksheet"),
        ("藏", "hidden", "worksheet"),
        ("结果", "visible", "worksheet"),
    ]
    assert facts.sheets[0].part == "xl/worksheets/sheet1.xml"


def test_formulas_as_text(facts: PackageFacts) -> None:
    assert dict(facts.sheet("学校").formulas) == {"B3": 'IF(A1="",0,1&"<")', "C3": '""'}
    assert dict(facts.sheet("结果").formulas) == {"A1": "学校!B1*2"}
    assert facts.sheet("结果").uncached == frozenset()


def test_cells_merges_and_names(facts: PackageFacts) -> None:
    assert facts.sheet("学校").merges == ("E1:F2",)
    assert facts.sheet("学校").cells == 6  # four in the first row, B3, E1; neither the blank one nor the empty text
    assert dict(facts.names) == {"QBE_EDITION": '"cn-qbe-2017"'}
    assert (facts.has_macros, facts.external_links) == (False, False)


def test_formulas_without_results_and_shared_formulas(tmp_path: Path) -> None:
    content = (
        b'<sheetData><row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">B1*2</f><v>4</v></c><c r="B1"><f>1+1</f><v></v></c></row>'
        b'<row r="2"><c r="A2"><f t="shared" si="0"/><v>6</v></c><c r="B2"><f>1+2</f></c><c><v>9</v></c></row></sheetData>'
    )
    found = preflight(sheet(tmp_path, content)).sheets[0]
    assert dict(found.formulas) == {"A1": "B1*2", "B1": "1+1", "A2": "", "B2": "1+2"}
    assert dict(found.shared) == {"A1": "0", "A2": "0"}
    assert found.uncached == {"B1", "B2"}
    assert found.cells == 3  # A1, A2 and the one without a reference


def test_texts_behind_the_last_cell_are_no_result(tmp_path: Path) -> None:
    content = (
        b'<sheetData><row r="1"><c r="A1"><f>B1</f><v></v></c></row></sheetData>'
        b'<conditionalFormatting sqref="A1"><cfRule type="expression" priority="1"><formula>B1</formula></cfRule></conditionalFormatting>'
    )
    found = preflight(sheet(tmp_path, content)).sheets[0]
    assert (dict(found.formulas), found.uncached, found.cells) == ({"A1": "B1"}, {"A1"}, 0)


def test_an_empty_text_is_a_result(tmp_path: Path) -> None:
    content = b'<sheetData><row r="1"><c r="A1" t="str"><f>""</f><v></v></c></row></sheetData>'
    found = preflight(sheet(tmp_path, content)).sheets[0]
    assert (found.uncached, found.cells) == (frozenset(), 0)


def test_empty_rows_far_below_are_no_matter(tmp_path: Path) -> None:
    content = (
        b'<sheetData><row r="3"><c r="A3"><v>1</v></c></row><row r="1048576"><c r="A1048576" s="1"/></row></sheetData>'
    )
    assert preflight(sheet(tmp_path, content)).sheets[0].last_row == 3


def test_a_prefix_for_the_namespace_changes_nothing(tmp_path: Path) -> None:
    xml = (
        b'<?xml version="1.0"?><x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>'
        b'<x:row r="1"><x:c r="A1"><x:f>1+1</x:f><x:v>2</x:v></x:c></x:row></x:sheetData>'
        b'<x:mergeCells><x:mergeCell ref="A1:B1"/></x:mergeCells></x:worksheet>'
    )
    found = preflight(changed(tmp_path, lambda name, data: xml if name.endswith("sheet1.xml") else data)).sheets[0]
    assert (dict(found.formulas), found.merges, found.cells) == ({"A1": "1+1"}, ("A1:B1",), 1)


def test_macros_and_external_links(tmp_path: Path) -> None:
    extra = {"xl/vbaProject.bin": b"x", "xl/externalLinks/externalLink1.xml": b"<x/>"}
    found = preflight(changed(tmp_path, lambda name, data: data, extra))
    assert (found.has_macros, found.external_links) == (True, True)


def test_cells_that_hide_one_another(tmp_path: Path) -> None:
    content = b'<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row></sheetData>'
    facts = preflight(sheet(tmp_path, content))
    assert cells_out_of_order(facts.data, facts.sheets[0].part) == "A1"
    orderly = preflight(sheet(tmp_path, b'<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1"/></row></sheetData>'))
    assert cells_out_of_order(orderly.data, orderly.sheets[0].part) is None
